package risk

import (
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// State is how far an advance directive can be relied on.
type State uint8

// The states.
const (
	InForce State = iota + 1
	Unclear       // what it says, or whether it holds, cannot be judged here: the document has to be read
	Over          // ended, withdrawn, rejected, or not in force yet
	Absent        // somebody says that there is none, or that resuscitation is wanted
)

// Directive is an advance directive: a Consent, a form, a flag or an order.
type Directive struct {
	Record  ehrdesk.Record
	State   State
	Refuses bool // it refuses resuscitation
}

// Directives are what a chart holds of advance directives.
type Directives struct {
	Told []Directive     // in force or unclear: those that refuse resuscitation first, each newest first
	None *ehrdesk.Record // the newest that says there is none; nil where a newer one says otherwise
	Over int             // how many are not in force
}

// DirectivesOf looks through a chart's lists. What was entered in error is no directive;
// what cannot be judged is one, and unclear. A record that says there is none, and is
// newer than a refusal, makes the refusal unclear.
func DirectivesOf(list func(ehrdesk.RecordType) []ehrdesk.Record, now time.Time) (out Directives) {
	said := titles{}
	for _, t := range ehrdesk.RecordTypes() {
		all := list(t)
		for i := range all {
			r := &all[i]
			if r.Void() || r.Restricted {
				continue
			}
			switch d := said.judge(r, now); d.State {
			case InForce, Unclear:
				d.Record = *r
				out.Told = append(out.Told, d)
			case Over:
				out.Over++
			case Absent:
				if out.None == nil || newer(r, out.None) < 0 {
					out.None = r
				}
			}
		}
	}
	for i := range out.Told {
		switch d := &out.Told[i]; {
		case out.None == nil || !d.Refuses:
		case d.Record.Date.Compare(out.None.Date) > 0:
			out.None = nil
		}
	}
	for i := range out.Told {
		if d := &out.Told[i]; d.Refuses && out.None != nil {
			d.State = Unclear
		}
	}
	slices.SortFunc(out.Told, func(a, b Directive) int {
		if x, y := a.place(), b.place(); x != y {
			return x - y
		}
		return newer(&a.Record, &b.Record)
	})
	return out
}

func (d *Directive) place() int {
	switch {
	case d.State == InForce && d.Refuses:
		return 0
	case d.State == InForce:
		return 1
	}
	return 2
}

// judge says what a record is as an advance directive; its State is 0 for none.
func (m titles) judge(r *ehrdesk.Record, now time.Time) (d Directive) {
	if r.Resource == "Procedure" || r.Kind == ehrdesk.KindMedication {
		return d // what was done to somebody, and what was given
	}
	t := m.of(r)
	switch r.Resource {
	case "Consent", "Flag":
		f := r.Facts()
		d = judgeCoded(t, r, &f)
	case "Observation":
		if t.names || t.is || t.none || t.asks {
			f := r.Facts()
			d = judgeValue(t, &f)
		}
	case "ServiceRequest":
		if t.names && r.Flag == ehrdesk.FlagDoNot { // an order not to
			d = Directive{State: InForce, Refuses: true}
			if t.refuses { // not to refuse: two negatives that nobody should have to resolve
				d.State = Unclear
			}
			break
		}
		d = t.judge()
	default:
		d = t.judge()
	}
	if d.State == 0 {
		return d
	}
	f := r.Facts()
	switch {
	case over[r.Status] || ended(r, &f, now):
		d.State = Over
	case f.Altered || f.Unread || uncertain[r.Status]:
		d.State = Unclear
	}
	return d
}

// judge is what a title alone says.
func (t title) judge() Directive {
	switch {
	case t.refuses && (t.doubt || t.none):
		return Directive{State: Unclear, Refuses: true}
	case t.refuses:
		return Directive{State: InForce, Refuses: true}
	case t.none:
		return Directive{State: Absent}
	case t.is:
		return Directive{State: InForce}
	}
	return Directive{}
}

// judgeCoded reads a Consent or a Flag by its categories and codes (HL7
// consentcategorycodes: acd, dnr, polst), and a Consent by what it permits and denies.
func judgeCoded(t title, r *ehrdesk.Record, f *ehrdesk.Facts) Directive {
	for _, c := range append(slices.Clone(f.Categories), f.Code) {
		w := wordsOf(c)
		t.refuses = t.refuses || w.refuses || c.Has("dnr", category)
		t.is = t.is || w.is || c.Has("acd", category) || c.Has("polst", category) || c.Has("adr", scope)
		t.none, t.doubt = t.none || w.none, t.doubt || w.doubt
	}
	d := t.judge()
	if r.Resource != "Consent" || d.State == 0 {
		return d
	}
	var wanted, refused, unclear bool
	for i := range f.Besides {
		b := &f.Besides[i]
		w := wordsOf(b.Concept)
		switch b.Element {
		case "deny":
			unclear = unclear || w.refuses || w.none // what does it deny: the measure, or the refusal?
			refused = refused || w.names
		case "permit":
			wanted = wanted || w.none
			unclear = unclear || !w.none && (w.refuses || d.Refuses && (w.names || b.Concept.IsZero()))
		case "provision":
			wanted, refused, unclear = wanted || w.none, refused || w.refuses, unclear || w.unknown
		}
	}
	switch {
	case d.State == Absent && !refused:
		return d
	case unclear || wanted && refused || d.State == Absent:
		return Directive{State: Unclear, Refuses: d.Refuses || refused}
	case wanted: // "for resuscitation", where the category only says what the form is about
		return Directive{State: Absent}
	}
	d.Refuses = d.Refuses || refused
	return d
}

// judgeValue reads an Observation: a title that asks (resuscitation status) is answered by
// its value.
func judgeValue(t title, f *ehrdesk.Facts) Directive {
	if len(f.Results) == 0 {
		if !t.refuses && !t.is && !t.none {
			return Directive{}
		}
		return t.judge()
	}
	v := &f.Results[0].Value
	w := wordsOf(v.Concept)
	if v.Kind == ehrdesk.IsText {
		w = worded(v.Text)
	}
	yes, no := v.Kind == ehrdesk.IsTruth && v.Text == "true" || w.yes, v.Kind == ehrdesk.IsTruth && v.Text == "false" || w.no
	switch {
	case w.refuses:
		return w.judge()
	case w.none, no && (t.refuses || t.is):
		return Directive{State: Absent}
	case yes && (t.refuses || t.is):
		return Directive{State: InForce, Refuses: t.refuses}
	case t.refuses || t.is || t.asks:
		return Directive{State: Unclear, Refuses: t.refuses}
	}
	return Directive{}
}

// ended reports that the time for which a record holds is over: the period of a Consent's
// provisions, where each of them has ended, and the period of a flag or an order.
func ended(r *ehrdesk.Record, f *ehrdesk.Facts, now time.Time) bool {
	periods, past := 0, 0
	switch r.Resource {
	case "Consent":
		for i := range f.Besides {
			for _, v := range f.Besides[i].Values {
				if v.Kind != ehrdesk.IsPeriod {
					continue
				}
				if periods++; !v.Until.IsZero() && end(v.Until).Before(now) {
					past++
				}
			}
		}
		return periods > 0 && past == periods
	case "Flag", "ServiceRequest", "Condition", "CarePlan":
		for i := range f.Times {
			if u := f.Times[i].Until; !u.IsZero() && end(u).Before(now) || f.Times[i].Name == "abatement" {
				return true
			}
		}
	}
	return false
}

// end is the end of what a date says, as far as it is precise.
func end(w ehrdesk.When) time.Time {
	switch w.Precision {
	case ehrdesk.ToYear:
		return w.Time.AddDate(1, 0, 0)
	case ehrdesk.ToMonth:
		return w.Time.AddDate(0, 1, 0)
	case ehrdesk.ToDay:
		return w.Time.AddDate(0, 0, 1)
	case ehrdesk.NoDate, ehrdesk.ToMinute, ehrdesk.ToSecond:
	}
	return w.Time
}
