package lastdone

import (
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/fold"
	"github.com/ehrdesk/ehrdesk/internal/clinical/terms"
)

// called is what a record is of.
type called struct {
	key   string
	terms []*terms.Term
	name  ehrdesk.Concept
	words string
}

// namer finds what records are of, each name once.
type namer struct {
	seen map[string]*called
	buf  []byte
}

func newNamer() *namer { return &namer{seen: map[string]*called{}} }

func (n *namer) of(r *ehrdesk.Record, f *ehrdesk.Facts) *called {
	b := n.buf[:0]
	b = append(b, byte(r.Kind))
	b = append(append(append(b, r.Title...), 0), f.Code.Text...)
	for i := range f.Code.Codings {
		b = append(append(append(append(b, 0), f.Code.Codings[i].System...), '|'), f.Code.Codings[i].Code...)
	}
	for i := range f.Parts {
		b = append(append(b, 1), codeOf(&f.Parts[i])...)
	}
	n.buf = b
	if c := n.seen[string(b)]; c != nil {
		return c
	}
	c := name(r, f)
	n.seen[string(b)] = c
	return c
}

// name: a test and a vaccine by the tables, whatever it was called; an examination by its
// own words, since a CT of the head is none of the abdomen, with the tables' name of how it
// is made beside them.
func name(r *ehrdesk.Record, f *ehrdesk.Facts) *called {
	c := &called{name: ehrdesk.Concept{Text: f.Code.Text, Codings: slices.Clone(f.Code.Codings)}}
	if c.name.Words() == "" {
		c.name = ehrdesk.Concept{Text: r.Title}
	}
	for i := range f.Parts {
		if t := terms.Imaging().Of(&f.Parts[i]); t != nil {
			c.add(t)
		}
	}
	switch r.Kind {
	case ehrdesk.KindImmunisation:
		c.add(vaccine(&c.name, r.Title))
	case ehrdesk.KindLaboratory, ehrdesk.KindObservation:
		if t := terms.Analytes().Of(&c.name); t != nil {
			c.add(t)
		} else {
			c.add(terms.Analytes().Named(r.Title))
		}
	default:
		for _, t := range examinations(&c.name, r.Title) {
			c.add(t)
		}
	}
	whole := fold.String(c.name.Words())
	c.key = "name " + whole
	if coded := r.Kind == ehrdesk.KindImmunisation || r.Kind == ehrdesk.KindLaboratory || r.Kind == ehrdesk.KindObservation; coded && len(c.terms) > 0 {
		c.key = "term " + c.terms[0].English
	}
	names := []string{whole, fold.String(r.Title)}
	for i := range c.name.Codings {
		names = append(names, fold.String(c.name.Codings[i].Display))
	}
	for _, t := range c.terms {
		for _, n := range t.Names() {
			names = append(names, fold.String(n))
		}
	}
	c.words = strings.Join(names, " ")
	return c
}

func (c *called) add(t *terms.Term) {
	if t != nil && !slices.Contains(c.terms, t) {
		c.terms = append(c.terms, t)
	}
}

// vaccine is what a dose is against: by a code, by the beginning of one of the ATC, by its
// words.
func vaccine(k *ehrdesk.Concept, title string) *terms.Term {
	if t := terms.Vaccines().Of(k); t != nil {
		return t
	}
	for i := range k.Codings {
		if g := &k.Codings[i]; g.System == "http://www.whocc.no/atc" {
			for j := range terms.Vaccines().Terms {
				t := &terms.Vaccines().Terms[j]
				if slices.ContainsFunc(t.Codes, func(c string) bool { return strings.HasPrefix("atc:"+strings.ToUpper(g.Code), c) }) {
					return t
				}
			}
		}
	}
	found := among(terms.Vaccines(), k, title)
	if len(found) == 0 {
		return nil
	}
	return found[0]
}

// examinations are how something was made: a code, and words of its name.
func examinations(k *ehrdesk.Concept, title string) []*terms.Term {
	out := among(terms.Imaging(), k, title)
	if t := terms.Imaging().Of(k); t != nil && !slices.Contains(out, t) {
		out = append([]*terms.Term{t}, out...)
	}
	return out
}

// among are the terms of a table whose name stands in a name as words of it, the longest
// name first.
func among(table *terms.Table, k *ehrdesk.Concept, title string) (out []*terms.Term) {
	hay := " " + fold.String(title) + " " + fold.String(k.Text)
	for i := range k.Codings {
		hay += " " + fold.String(k.Codings[i].Display)
	}
	hay = " " + strings.Join(strings.FieldsFunc(hay, func(r rune) bool { return strings.ContainsRune(" ,.;:()[]/–—", r) }), " ") + " "
	longest := map[*terms.Term]int{}
	for i := range table.Terms {
		t := &table.Terms[i]
		for _, n := range t.Names() {
			if n = fold.String(n); n == "" {
				continue
			}
			if n[0] < 0x80 && strings.Contains(hay, " "+n+" ") || n[0] >= 0x80 && strings.Contains(hay, n) {
				longest[t] = max(longest[t], len(n))
			}
		}
		if longest[t] > 0 {
			out = append(out, t)
		}
	}
	slices.SortStableFunc(out, func(a, b *terms.Term) int { return longest[b] - longest[a] })
	return out
}

func codeOf(c *ehrdesk.Concept) string {
	if len(c.Codings) > 0 {
		return c.Codings[0].Code
	}
	return c.Text
}
