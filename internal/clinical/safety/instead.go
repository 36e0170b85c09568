package safety

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/medication"
	"github.com/ehrdesk/ehrdesk/internal/clinical/terms"
)

// Alternative is something to give instead, held against the same patient.
type Alternative struct {
	Terms   []*terms.Term // one, or what a combination is made of
	Topical bool
	Beside  bool     // it is added, and nothing is taken away
	Against *Finding // what speaks against it in this patient: tier 1 or 2; nil for nothing that the rules know
}

// alternatives holds what a rule names against the patient's other drugs and allergies, as if it took the place of
// either drug.
func (p *Patient) alternatives(f *Finding) (out []Alternative) {
	for i := range f.instead {
		in := &f.instead[i]
		a := Alternative{Topical: in.topical, Beside: in.beside, Terms: termsOf(in.name)}
		route := ""
		if in.topical {
			route = "topical"
		}
		a.Against = p.speaksAgainst(f, a.Terms, route, in.beside)
		out = append(out, a)
	}
	return out
}

func termsOf(name string) []*terms.Term {
	t := terms.Substances()
	if one := t.Named(name); one != nil {
		return t.Parts(one)
	}
	found, _ := t.In(name)
	return found
}

// speaksAgainst is the gravest finding of tier 1 or 2 that a drug would make in the place of one of a finding's two;
// nil for none.
func (p *Patient) speaksAgainst(f *Finding, list []*terms.Term, route string, beside bool) *Finding {
	names := make([]string, len(list))
	for i, t := range list {
		names[i] = t.English
	}
	d := &medication.Drug{Lead: &ehrdesk.Record{Resource: "alternative"}, Name: strings.Join(names, " + "), Made: medication.Made{Terms: list, Whole: true, Route: route}}
	m := p.medicine(d, Taken)
	gone := f.B
	if common(&m, f.A) > common(&m, f.B) {
		gone = f.A
	}
	trial := *p
	trial.Medicines = append(make([]Medicine, 0, len(p.Medicines)+1), m)
	for i := range p.Medicines {
		if o := &p.Medicines[i]; beside || o.Ref() != gone.Ref() {
			trial.Medicines = append(trial.Medicines, *o)
		}
	}
	return trial.worstOfFirst()
}

// common is how much two medicines have in common of their codes: what is given instead is of the kind of what it
// takes the place of.
func common(a, b *Medicine) (n int) {
	if b == nil {
		return -1
	}
	for i := range a.Substances {
		for _, c := range a.Substances[i].Codes {
			for j := range b.Substances {
				for _, o := range b.Substances[j].Codes {
					k := 0
					for k < len(c) && k < len(o) && c[k] == o[k] {
						k++
					}
					n = max(n, k)
				}
			}
		}
	}
	return n
}

// worstOfFirst is the gravest finding of the first medicine, of tier 1 or 2; nil for none.
func (p *Patient) worstOfFirst() (out *Finding) {
	first := &p.Medicines[0]
	take := func(f Finding) {
		if f.Tier <= Serious && (out == nil || f.Tier < out.Tier) {
			out = &f
		}
	}
	for i := 1; i < len(p.Medicines); i++ {
		if f, ok := p.two(first, &p.Medicines[i]); ok {
			take(f)
		}
	}
	alone := *p
	alone.Medicines = p.Medicines[:1]
	for _, find := range []func() []Finding{alone.reacts, alone.dosed} {
		for _, f := range find() {
			take(f)
		}
	}
	return out
}
