// Package referral suggests for a letter which specialty it goes to, by a table of words. It promises that each suggestion says
// which words and which urgency it comes from, that the same letter always gets the same, and that it chooses nothing.
package referral

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/fold"
	"github.com/ehrdesk/ehrdesk/internal/tables"
)

// Suggestion is a specialty, and what of the letter leads to it.
type Suggestion struct {
	Specialty string   // its code
	Words     []string // of the letter, as the table has them; none where the urgency alone leads there
	Urgency   string   // where the rule asks for one
	Names     []string // by which the letter names the specialty itself
}

// Letter is what the rules look at.
type Letter struct {
	Specialty string // as its doctor wrote it
	Words     string // its reason and what is asked
	Urgency   string // routine, soon, urgent or emergency; "" for none
}

type rule struct {
	specialty, urgency string
	words, folded      []string
	names              bool
}

var rules = sync.OnceValue(func() (out []rule) {
	for _, s := range ehrdesk.Specialties() {
		r := rule{specialty: s.Code, names: true}
		for _, tag := range []string{"en", "zh-Hant", "zh-Hans"} {
			r.words = append(r.words, s.Name[tag])
		}
		out = append(out, r)
	}
	for _, f := range tables.Referrals() {
		r := rule{specialty: f[0], urgency: f[1]}
		if f[2] != "" {
			r.words = strings.Split(f[2], ";")
		}
		out = append(out, r)
	}
	for i := range out {
		for _, w := range out[i].words {
			out[i].folded = append(out[i].folded, fold.String(w))
		}
	}
	return out
})

// Suggest is what the table says of a letter: the specialty that it names first, then what its urgency asks for, then the rules
// with more of their words in it; of equal ones the table's order.
func Suggest(l Letter) (out []Suggestion) {
	named, words := fold.String(l.Specialty), fold.String(l.Specialty+"\n"+l.Words)
	for _, r := range rules() {
		if r.urgency != "" && r.urgency != l.Urgency {
			continue
		}
		in := words
		if r.names {
			in = named
		}
		s := Suggestion{Specialty: r.specialty, Urgency: r.urgency}
		for i, w := range r.folded {
			if has(in, w) && !slices.ContainsFunc(s.Words, func(had string) bool { return fold.String(had) == w }) {
				s.Words = append(s.Words, r.words[i])
			}
		}
		if len(r.words) > 0 && len(s.Words) == 0 {
			continue
		}
		if r.names {
			s.Words, s.Names = nil, s.Words
		}
		if i := slices.IndexFunc(out, func(had Suggestion) bool { return had.Specialty == s.Specialty }); i >= 0 {
			had := &out[i]
			had.Words, had.Urgency = append(had.Words, s.Words...), cmp.Or(had.Urgency, s.Urgency)
			continue
		}
		out = append(out, s)
	}
	slices.SortStableFunc(out, func(a, b Suggestion) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(len(b.Words), len(a.Words)))
	})
	return out
}

func rank(s Suggestion) int {
	switch {
	case len(s.Names) > 0:
		return 0
	case s.Urgency != "":
		return 1
	}
	return 2
}

// has reports a word in a text: between other letters it is another word, but for Chinese, which is written without spaces.
func has(text, word string) bool {
	for from := 0; ; {
		i := strings.Index(text[from:], word)
		if i < 0 || word == "" {
			return false
		}
		at, end := from+i, from+i+len(word)
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		after, _ := utf8.DecodeRuneInString(text[end:])
		first, _ := utf8.DecodeRuneInString(word)
		if unicode.Is(unicode.Han, first) || !letter(before) && !letter(after) {
			return true
		}
		from = end
	}
}

func letter(r rune) bool {
	return r != utf8.RuneError && !unicode.Is(unicode.Han, r) && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// Priority is FHIR's request-priority of a letter's urgency; "routine" for one that is not known.
func Priority(urgency string) string {
	switch urgency {
	case "soon":
		return "urgent"
	case "urgent":
		return "asap"
	case "emergency":
		return "stat"
	}
	return "routine"
}
