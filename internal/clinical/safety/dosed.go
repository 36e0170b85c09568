package safety

import (
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk/internal/clinical/terms"
)

// dosed are drugs held against a laboratory value, or against how they are written: one finding for a drug and a rule.
func (p *Patient) dosed() (out []Finding) {
	for i := range p.Medicines {
		m := &p.Medicines[i]
		if m.On == Stopped {
			continue
		}
		for r := range p.know.doses {
			d := &p.know.doses[r]
			if s, _ := d.class.has(m); s == nil {
				continue
			}
			t, g := p.judge(&d.when, m, m)
			if t != yes {
				continue
			}
			f := Finding{Kind: Dose, Line: &d.Line, Tier: d.Tier, A: m, Value: g.Value, Raised: []Ground{g}}
			if f.Tier == Stop && m.On == Possibly {
				f.Tier = Serious
			}
			at := slices.IndexFunc(out, func(o Finding) bool { return o.A == m && o.Line.Rule == d.Rule })
			switch {
			case at < 0:
				out = append(out, f)
			case f.Tier < out[at].Tier:
				out[at] = f
			}
		}
	}
	return out
}

// overdue is what has to be measured of somebody and was not, for as long as the table says: once for a test, by the
// shortest time.
func (p *Patient) overdue() (out []Finding) {
	by := map[string]int{}
	for i := range p.know.duties {
		d := &p.know.duties[i]
		f := Finding{Kind: Overdue, Line: &d.Line, Tier: Precaution, Quiet: true, Duty: &Duty{Term: terms.Analytes().Named(d.analyte), Days: d.days}}
		if d.finding != "" {
			if f.Duty.Finding = p.diagnosed(d.finding); f.Duty.Finding == nil {
				continue
			}
		} else {
			for j := range p.Medicines {
				m := &p.Medicines[j]
				if s, _ := d.class.has(m); s != nil && m.On == Taken && f.A == nil && !m.Drug.First.IsZero() && p.Now.Sub(m.Drug.First.Ends()) > time.Duration(d.days)*day {
					f.A, f.Duty.Of = m, m
				}
			}
			if f.A == nil {
				continue
			}
		}
		f.Value = p.lastOf(f.Duty.Term)
		if f.Value != nil && p.Now.Sub(f.Value.At.Ends()) <= time.Duration(d.days)*day {
			continue
		}
		if at, ok := by[d.analyte]; ok {
			if d.days < out[at].Duty.Days {
				out[at] = f
			}
			continue
		}
		by[d.analyte] = len(out)
		out = append(out, f)
	}
	return out
}
