package find

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/ehrdesk/ehrdesk/internal/clinical/fold"
	"github.com/ehrdesk/ehrdesk/internal/clinical/terms"
)

// name is one folded name or code of a thing.
type name struct {
	text  string
	words int
	code  bool
	of    *thing
}

// thing is a drug, a test or a disease, by all of its names.
type thing struct {
	names []needle
	in    []name
}

const (
	leastLetters = 3 // of a name's beginning, for its other names to be found
	leastHan     = 2
	mostThings   = 12 // that a beginning stands for: more says nothing of what is meant
	leastDigits  = 5  // of a code of digits alone, that it is not taken for a result
)

// names are all names of the tables in order.
var names = sync.OnceValue(func() []name {
	var out []name
	for _, table := range []*terms.Table{terms.Substances(), terms.Analytes(), terms.Diseases()} {
		for i := range table.Terms {
			out = append(out, named(&table.Terms[i])...)
		}
	}
	out = append(out, groups()...)
	slices.SortFunc(out, func(a, b name) int { return strings.Compare(a.text, b.text) })
	return out
})

// groupNames are the high-risk groups as screens name them, by their name in the table of
// substances: what stands on a screen is found.
var groupNames = map[string][]string{
	"anticoagulant":     {"anticoagulant", "anticoagulants", "blood thinner", "抗凝血藥", "抗凝血药", "薄血藥", "薄血药"},
	"opioid":            {"opioid", "opioids", "鴉片類", "阿片類", "阿片类"},
	"immunosuppressant": {"immunosuppressant", "immunosuppressants", "免疫抑制劑", "免疫抑制剂"},
}

// groups are the names of high-risk groups, each of which stands for its drugs.
func groups() (out []name) {
	for group, called := range groupNames {
		x := &thing{}
		for i := range terms.Substances().Terms {
			if t := &terms.Substances().Terms[i]; t.Group == group {
				if in := named(t); len(in) > 0 {
					x.names = append(x.names, in[0].of.names...)
				}
			}
		}
		for _, s := range called {
			s = strings.Join(fold.Terms(s), " ")
			x.in = append(x.in, name{s, 1 + strings.Count(s, " "), false, x})
			first, _ := utf8.DecodeRuneInString(s)
			x.names = append(x.names, cut(s, !fold.Han(first), false))
		}
		out = append(out, x.in...)
	}
	return out
}

// named are the names of one term.
func named(t *terms.Term) []name {
	x := &thing{}
	add := func(s string, code bool) {
		s = strings.Join(fold.Terms(s), " ")
		if s == "" || slices.ContainsFunc(x.in, func(n name) bool { return n.text == s }) {
			return
		}
		x.in = append(x.in, name{s, 1 + strings.Count(s, " "), code, x})
		if code && len(s) < leastDigits && strings.Trim(s, "0123456789") == "" {
			return
		}
		// What is short stands for itself alone: "af" is no part of "after".
		short := code || utf8.RuneCountInString(s) <= leastLetters
		first, _ := utf8.DecodeRuneInString(s)
		x.names = append(x.names, cut(s, !fold.Han(first), short && !fold.Han(first)))
	}
	for _, n := range t.Names() {
		add(n, false)
	}
	for _, c := range t.Codes {
		_, code, _ := strings.Cut(c, ":")
		add(code, true)
	}
	return x.in
}

// others are the other names of what the first words of a query begin to name: how many
// words that are, and 1 with nothing where they name nothing.
func others(words []string) (n int, also []needle) {
	all := names()
	for n = min(len(words), 6); n > 0; n-- {
		text := strings.Join(words[:n], " ")
		at, _ := slices.BinarySearchFunc(all, text, func(e name, s string) int { return strings.Compare(e.text, s) })
		var things []*thing
		whole := false
		for ; at < len(all) && strings.HasPrefix(all[at].text, text); at++ {
			e := &all[at]
			exact := e.text == text
			switch {
			case whole && !exact, !exact && (e.code || !enough(text)):
				continue
			case exact && !whole: // what has this name is meant, and not what begins with it
				things, whole = nil, true
			}
			if !slices.Contains(things, e.of) {
				things = append(things, e.of)
			}
		}
		if len(things) == 0 || !whole && len(things) > mostThings {
			if n == 1 {
				return 1, nil
			}
			continue
		}
		for _, x := range things {
			also = append(also, x.names...)
		}
		also = compact(also)
		also = slices.DeleteFunc(also, func(a needle) bool { return n == 1 && covers(words[0], a.text) })
		slices.SortStableFunc(also, func(a, b needle) int { return cmp.Compare(len(b.text), len(a.text)) })
		return n, also
	}
	return 1, nil
}

// covers reports that whatever holds name holds word.
func covers(word, name string) bool { return strings.Contains(name, word) }

// enough reports that a beginning is long enough to say what is meant.
func enough(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	if fold.Han(first) {
		return utf8.RuneCountInString(s) >= leastHan
	}
	return utf8.RuneCountInString(s) >= leastLetters
}
