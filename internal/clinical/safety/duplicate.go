package safety

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/medication"
)

// duplicates are the same thing twice: one finding for two medicines, by the gravest line. None interrupts.
func (p *Patient) duplicates() (out []Finding) {
	for i := range p.Medicines {
		if f, ok := p.twoSources(&p.Medicines[i]); ok {
			out = append(out, f)
		}
		for j := i + 1; j < len(p.Medicines); j++ {
			a, b := &p.Medicines[i], &p.Medicines[j]
			if a.On == Stopped || b.On == Stopped {
				continue
			}
			if f, ok := p.twice(a, b); ok {
				out = append(out, f)
			}
		}
	}
	return out
}

// twoSources is one drug that two institutions order, or hand out, for the same time. An order and its supply are one.
func (p *Patient) twoSources(m *Medicine) (Finding, bool) {
	if m.On == Stopped {
		return Finding{}, false
	}
	var orders, supplies []*ehrdesk.Record
	for i := range m.Drug.History {
		h := &m.Drug.History[i]
		r := h.Record
		if r.Source == "" || r.Status != "active" && r.Status != "completed" {
			continue
		}
		switch h.Mark {
		case medication.Begun, medication.Changed, medication.Repeated:
			if r.Status == "active" && p.holdsNow(r, false) {
				orders = append(orders, r)
			}
		case medication.Supplied:
			if p.holdsNow(r, true) {
				supplies = append(supplies, r)
			}
		case medication.Other, medication.Stopped, medication.Given:
		}
	}
	for _, list := range [2][]*ehrdesk.Record{orders, supplies} {
		for _, r := range list {
			if r.Source != list[0].Source {
				for i := range p.know.doubles {
					if d := &p.know.doubles[i]; d.kind == "substance" && d.Tier == Serious {
						return Finding{Kind: Duplicate, Line: &d.Line, Tier: d.Tier, A: m, Second: r, Quiet: true, Across: true}, true
					}
				}
			}
		}
	}
	return Finding{}, false
}

// holdsNow reports an order whose end has not passed, or a supply that lasts until now.
func (p *Patient) holdsNow(r *ehrdesk.Record, supply bool) bool {
	f := r.Facts()
	if supply {
		days, err := strconv.ParseFloat(f.Supply.Days.Number, 64)
		return err == nil && !r.Date.IsZero() && r.Date.Time.Add(time.Duration(days*float64(day))).After(p.Now)
	}
	for i := range f.Times {
		if t := &f.Times[i]; !t.Until.IsZero() && t.Name != "validityPeriod" && t.Until.Ends().Before(p.Now) {
			return false
		}
	}
	return true
}

func (p *Patient) twice(a, b *Medicine) (f Finding, ok bool) {
	f = Finding{Kind: Duplicate, A: a, B: b, Quiet: true}
	f.Across = a.Where() != "" && b.Where() != "" && a.Where() != b.Where()
	take := func(l *Line) {
		if !ok || l.Tier < f.Tier {
			f.Line, f.Tier, ok = l, l.Tier, true
		}
	}
	onSite := staysThere(a) != staysThere(b)
	both, one := shared(a, b)
	for i := range p.know.doubles {
		d := &p.know.doubles[i]
		switch d.kind {
		case "substance":
			if one && !onSite && (d.Tier == Serious) == f.Across {
				take(&d.Line)
			}
		case "products":
			if both != nil && d.class.matches(both) > 0 && !onSite {
				take(&d.Line)
			}
		case "two":
			if s, _ := d.class.has(a); s != nil {
				if t, _ := d.class.has(b); t != nil && !same(s, t) {
					take(&d.Line)
				}
			}
		case "group":
			if !onSite && !one && group(a, b) && !p.allowed(a, b) {
				take(&d.Line)
			}
		}
	}
	return f, ok
}

// staysThere reports a medicine that stays where it is put.
func staysThere(m *Medicine) bool {
	if len(m.Substances) == 0 || len(m.Substances[0].Codes) == 0 {
		return m.Drug.Made.Route == "topical"
	}
	return !slices.ContainsFunc(m.Substances, func(s Substance) bool {
		return slices.ContainsFunc(s.Codes, func(c string) bool { return !local(c) })
	})
}

// shared is a substance that stands in both, and whether both are that one alone.
func shared(a, b *Medicine) (both *Substance, one bool) {
	for i := range a.Substances {
		for j := range b.Substances {
			if same(&a.Substances[i], &b.Substances[j]) {
				return &a.Substances[i], len(a.Substances) == 1 && len(b.Substances) == 1
			}
		}
	}
	return nil, false
}

// group reports two medicines with substances of one group of the ATC, five characters long.
func group(a, b *Medicine) bool {
	for i := range a.Substances {
		for j := range b.Substances {
			s, t := &a.Substances[i], &b.Substances[j]
			if same(s, t) {
				continue
			}
			for _, c := range s.Codes {
				if len(c) == wholeCode && slices.ContainsFunc(t.Codes, func(o string) bool { return len(o) == wholeCode && o[:5] == c[:5] && !strings.HasPrefix(c, "V") }) {
					return true
				}
			}
		}
	}
	return false
}

// allowed reports two medicines of a class in which two are usual, for as long as they overlap.
func (p *Patient) allowed(a, b *Medicine) bool {
	for i := range p.know.doubles {
		d := &p.know.doubles[i]
		if d.kind != "allow" {
			continue
		}
		if s, _ := d.class.has(a); s == nil {
			continue
		}
		if s, _ := d.class.has(b); s == nil {
			continue
		}
		if d.days == 0 {
			return true
		}
		later := a.Drug.Since
		if b.Drug.Since.Compare(later) > 0 {
			later = b.Drug.Since
		}
		if !later.IsZero() && p.Now.Sub(later.Ends()) <= day*time.Duration(d.days) {
			return true
		}
	}
	return false
}
