package safety

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/results"
	"github.com/ehrdesk/ehrdesk/internal/clinical/terms"
)

// holdsFor is for how long a value speaks for today. Own rule: professional knowledge, to be confirmed.
const holdsFor = 365 * day

// unitKey is a unit as values are compared in it.
func unitKey(u string) string {
	u = strings.TrimSpace(u)
	return results.Unit(&ehrdesk.Quantity{Unit: u})
}

// value is the newest of a value, of the last year; nil for none.
func (p *Patient) value(key string) *Value {
	if p.values == nil {
		p.readValues()
	}
	return p.values[key]
}

// reach is how far back a test is looked for that has to be measured again and again.
const reach = 2 * 365 * day

// readValues looks through the results of the last years for what the tables compare, and for what has to be measured.
func (p *Patient) readValues() {
	p.values, p.tests = map[string]*Value{}, map[*terms.Term]*Value{}
	by := p.know.tested()
	var f ehrdesk.Facts
	for _, t := range [...]ehrdesk.RecordType{ehrdesk.LaboratoryRadiology, ehrdesk.OtherInvestigation, ehrdesk.ObservationLifestyle} {
		all := p.list(t)
		for i := range all {
			r := &all[i]
			if r.Linked || !r.Date.IsZero() && p.Now.Sub(r.Date.Ends()) > reach {
				break // newest first, linked ones last
			}
			if r.Resource != "Observation" || r.Void() || r.Restricted && !r.Released || r.Date.IsZero() || r.Date.Begins().After(p.Now) {
				continue
			}
			r.Measured(&f)
			p.takeValues(r, &f, by)
		}
	}
}

// takeValues takes what one record measured. All facts are opened only of what is newer than
// what is there: of a test done every day it is the last that counts.
func (p *Patient) takeValues(r *ehrdesk.Record, f *ehrdesk.Facts, by map[*terms.Term][]*limit) {
	if results.StageOf(r.Status) == results.Unsure {
		return
	}
	opened := false
	for i := range f.Results {
		res := &f.Results[i]
		if k := res.Value.Kind; k != ehrdesk.IsQuantity && k != ehrdesk.IsNumber {
			continue
		}
		code := &f.Code
		if !res.Code.IsZero() {
			code = &res.Code
		}
		term := terms.Analytes().Of(code)
		limits, asked := by[term]
		if !asked {
			continue
		}
		test := p.newer(p.tests[term], r)
		var n float64
		var of []*limit // those that it is the newest value of
		if p.Now.Sub(r.Date.Ends()) <= holdsFor {
			n, of = p.comparable(r, &res.Value.Low, limits)
		}
		if !test && len(of) == 0 {
			continue
		}
		if !opened {
			if opened = true; !ofThePatient(r) {
				return
			}
		}
		sent := copied(&res.Value.Low)
		if test {
			p.tests[term] = &Value{Record: r, Sent: sent, At: r.Date, term: term}
		}
		for _, l := range of {
			p.values[l.key] = &Value{Record: r, Sent: sent, Number: n, At: r.Date, limit: l, term: term}
		}
	}
}

// newer reports a record that counts before a value that is there, nil for none.
func (p *Patient) newer(there *Value, r *ehrdesk.Record) bool {
	if there == nil {
		return true
	}
	c := r.Date.Compare(there.At)
	return c > 0 || c == 0 && !later(there.Record, r)
}

// comparable are the limits that a number can be compared with and has not been by a newer one.
func (p *Patient) comparable(r *ehrdesk.Record, q *ehrdesk.Quantity, limits []*limit) (n float64, of []*limit) {
	for _, l := range limits {
		if p.newer(p.values[l.key], r) && l.unit(q) {
			of = append(of, l)
		}
	}
	if len(of) == 0 {
		return 0, nil
	}
	n, err := strconv.ParseFloat(q.Number, 64)
	if err != nil {
		return 0, nil
	}
	return n, of
}

// ofThePatient reports a record that nothing turns round, and that is measured of the patient and of nobody else.
func ofThePatient(r *ehrdesk.Record) bool {
	f := r.Facts()
	return !f.Altered && !slices.ContainsFunc(f.Relations, func(x ehrdesk.Relation) bool { return x.Role == "focus" })
}

// tested are the tests that a table asks for, with what they are compared with.
func (k *Knowledge) tested() map[*terms.Term][]*limit {
	by := map[*terms.Term][]*limit{}
	for i := range k.limits {
		l := &k.limits[i]
		t := terms.Analytes().Named(l.analyte)
		by[t] = append(by[t], l)
	}
	for i := range k.duties {
		if t := terms.Analytes().Named(k.duties[i].analyte); by[t] == nil {
			by[t] = []*limit{}
		}
	}
	return by
}

// lastOf is the newest result of a test within reach, in whatever unit; nil for none.
func (p *Patient) lastOf(t *terms.Term) *Value {
	if p.values == nil {
		p.readValues()
	}
	return p.tests[t]
}

func copied(q *ehrdesk.Quantity) ehrdesk.Quantity {
	return ehrdesk.Quantity{Number: strings.Clone(q.Number), Comparator: strings.Clone(q.Comparator), Unit: strings.Clone(q.Unit), System: strings.Clone(q.System), Code: strings.Clone(q.Code)}
}

// later orders two records of one time, so that the order in which they come says nothing.
func later(a, b *ehrdesk.Record) bool {
	if !a.Updated.Equal(b.Updated) {
		return a.Updated.After(b.Updated)
	}
	return a.Ref().String() >= b.Ref().String()
}

func (l *limit) unit(q *ehrdesk.Quantity) bool {
	u := results.Unit(q)
	for _, k := range l.units {
		if k == u {
			return true
		}
	}
	return false
}

// Term is the test's names.
func (v *Value) Term() *terms.Term { return v.term }

// critical are the results of the last days that their sender calls critical, the newest of each test, and those that
// a line of ours does.
func (p *Patient) critical() (out []Finding) {
	if p.values == nil {
		p.readValues()
	}
	out = p.flagged()
	for i := range p.know.limits {
		l := &p.know.limits[i]
		v := p.values[l.key]
		if v == nil || v.limit != l || p.Now.Sub(v.At.Ends()) > toldFor || p.Years >= 0 && p.Years < 18 {
			continue
		}
		limit := l.low
		if l.high.holds(v.Number) {
			limit = l.high
		} else if !l.low.holds(v.Number) {
			continue
		}
		line := l.Line
		line.Part = limit.op + limit.text
		if !slices.ContainsFunc(out, func(f Finding) bool { return f.Value.Record == v.Record }) {
			out = append(out, Finding{Kind: Critical, Line: &line, Tier: Serious, Value: v})
		}
	}
	return out
}

// flagged are the critical results of the last days by their senders' own word, where no newer one of the same name
// says otherwise.
func (p *Patient) flagged() (out []Finding) {
	for _, t := range [...]ehrdesk.RecordType{ehrdesk.LaboratoryRadiology, ehrdesk.ObservationLifestyle, ehrdesk.OtherInvestigation} {
		all := p.list(t)
		seen := map[string]bool{}
		for i := range all {
			r := &all[i]
			if r.Linked || r.Date.IsZero() || p.Now.Sub(r.Date.Ends()) > toldFor {
				break
			}
			if r.Void() || r.Restricted && !r.Released || seen[r.Title] || r.Date.Begins().After(p.Now) {
				continue
			}
			if seen[r.Title] = true; !grave(r.Flag) {
				continue
			}
			v := &Value{Record: r, At: r.Date}
			f := r.Facts()
			v.term = terms.Analytes().Of(&f.Code)
			for j := range f.Results {
				if res := &f.Results[j]; grave(res.Flag) {
					v.Sent = copied(&res.Value.Low)
					break
				}
			}
			out = append(out, Finding{Kind: Critical, Line: theirs(), Tier: Serious, Value: v, Told: true})
		}
	}
	return out
}

// theirs is the line of a result that its sender calls critical.
func theirs() *Line {
	return &Line{Rule: "V", Tier: Serious, Source: "the sender's own flag", digest: digest("V")}
}

// toldFor is how long a critical result is told, as the banner does.
const toldFor = 90 * 24 * time.Hour

func grave(f ehrdesk.Flag) bool {
	return f == ehrdesk.FlagCriticalHigh || f == ehrdesk.FlagCriticalLow || f == ehrdesk.FlagCritical
}
