package filling

import (
	"slices"
	"strings"
)

// ahead is what was typed to get to one of a few choices, and in which row.
type ahead struct {
	at    spot
	typed string
}

// Ahead goes to the choice of the row in focus that begins with what is typed, letter by letter: else to one of which a word does, or,
// from two letters on, that has it in it. What leads nowhere begins anew with its last letter, and the same letter again leads to
// the next choice of it. found is false where there is none: the answer stays as it is.
func (f *Form) Ahead(letters string) (changed, found bool) {
	r := f.focus()
	if r == nil || r.kind != pick {
		return false, false
	}
	letters = strings.ToLower(letters)
	if f.ahead.at != r.spot {
		f.ahead = ahead{at: r.spot}
	}
	from := f.sel(r)
	to := -1
	if typed := f.ahead.typed + letters; f.ahead.typed != "" {
		if to = begins(r.choices, typed, max(from, 0)); to >= 0 {
			f.ahead.typed = typed
		}
	}
	if to < 0 { // anew: behind the one that is chosen
		f.ahead.typed = letters
		to = begins(r.choices, letters, from+1)
	}
	if to < 0 {
		f.ahead.typed = ""
		return false, false
	}
	if to == from {
		return false, true
	}
	return f.choose(r, to), true
}

// begins is the first choice from one on, and round, that is called by what was typed; -1 for none.
func begins(all []Choice, typed string, from int) int {
	for _, fits := range [...]func(words string) bool{
		func(w string) bool { return strings.HasPrefix(w, typed) },
		func(w string) bool {
			return slices.ContainsFunc(strings.FieldsFunc(w, func(c rune) bool { return strings.ContainsRune(" -/(（,，", c) }), func(p string) bool { return strings.HasPrefix(p, typed) })
		},
		func(w string) bool { return len(typed) > 1 && strings.Contains(w, typed) },
	} {
		for i := range all {
			if at := (from + i) % len(all); fits(strings.ToLower(all[at].Words)) {
				return at
			}
		}
	}
	return -1
}
