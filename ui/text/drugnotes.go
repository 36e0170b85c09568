package text

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/medication"
)

// HighRisk is the word of a drug's high-risk groups, "" for none.
func (w Words) HighRisk(d *medication.Drug) string {
	if len(d.Risks) == 0 {
		return ""
	}
	words := make([]string, len(d.Risks))
	for i, g := range d.Risks {
		words[i] = w.t(w.c.Medication.Groups.of(g))
	}
	return w.put(w.c.Medication.HighRisk, strings.Join(words, ", "))
}

// Group is the word of a high-risk group.
func (w Words) Group(g string) string { return w.t(w.c.Medication.Groups.of(g)) }

// DrugState is how a drug stands, never blank. Source: NHS CUI MEDv.
func (w Words) DrugState(s medication.State) string { return w.t(w.c.Medication.States[s]) }

// DrugNotes are what stands under a drug's line: how it stands and since when, who says
// so, what it was before, what is not sure of it, how often it was supplied. Brief leaves
// to the history what it has: the first day, where it was supplied, how often repeated.
func (w Words) DrugNotes(d *medication.Drug, f *ehrdesk.Facts, brief bool) []string {
	m := &w.c.Medication
	var out []string
	add := func(s string) {
		if s = ehrdesk.CleanLine(s); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	state := w.DrugState(d.State)
	if d.Remarks.Has(medication.RanOut) { // of its last order: whether the drug is taken is what nobody knows
		state = w.t(m.Lapsed)
	}
	if d.Remarks.Has(medication.Forbidden) && d.State == medication.Started {
		state = w.t(m.InForce)
	}
	w.drugTimes(d, state, add)
	if d.Step > 0 {
		add(w.put(m.Step, strconv.Itoa(d.Step), strconv.Itoa(len(f.Dosages)), w.DoseNow(d, f), w.Date(d.StepUntil)))
	}
	w.drugRemarks(d, add)
	for i := range f.States {
		if s := &f.States[i]; s.Element == ehrdesk.StateReason || s.Element == ehrdesk.StatePriority && !asUsual(d.Lead, *s) {
			add(w.state(d.Lead, s))
		}
	}
	w.besides(f, add)
	add(d.Source)
	if !brief || d.Source == "" {
		add(d.Where)
	}
	if d.Before != nil {
		before := d.Before.FactsWith(w.naming())
		add(w.put(m.Was, w.LastDose(&before), w.Date(d.BeforeUntil)))
	}
	for _, r := range d.Also {
		other := r.FactsWith(w.naming())
		line := w.Drug(r, &other)
		add(w.put(m.Also, line.String(), join(", ", w.Date(r.Date), r.Source)))
	}
	if first := w.Date(d.First); !brief && d.State != medication.Started && first != "" && first != w.Date(d.Since) {
		add(w.put(m.First, first))
	}
	for _, k := range f.Reasons {
		if s := w.concept(k, w.c.Facts.Details); s != "" {
			add(w.put(w.c.Facts.Phrases.Reason, s))
		}
	}
	if d.Repeats > 0 && !brief {
		add(w.put(m.Repeats, strconv.Itoa(d.Repeats)))
	}
	add(w.lastly(d, medication.Supplied, m.Supplies, m.SuppliedOn, d.Supplies))
	add(w.lastly(d, medication.Given, m.Given, m.GivenOn, d.Given))
	return out
}

// lastly says how often a drug was handed out or given, and when last: until then somebody
// had it, which no status says.
func (w Words) lastly(d *medication.Drug, mark medication.Mark, several, one T, n int) string {
	if n == 0 {
		return ""
	}
	said := w.put(several, strconv.Itoa(n))
	for i := range d.History { // newest first
		if e := &d.History[i]; e.Mark == mark && !e.At.IsZero() {
			if n == 1 {
				return w.put(one, w.Date(e.At))
			}
			return w.put(w.c.Medication.LastOn, said, w.Date(e.At))
		}
	}
	return said
}

// DoseNow is the dose that is to be taken now: of a course in steps that of the step its
// days have come to. f are the facts of the record that leads.
func (w Words) DoseNow(d *medication.Drug, f *ehrdesk.Facts) string {
	if n := len(f.Dosages); n > 1 && d.Step > 0 && d.Step <= n {
		return w.ShortDose(&ehrdesk.Facts{Dosages: f.Dosages[d.Step-1 : d.Step]})
	}
	return w.ShortDose(f)
}

// LastDose is the dose that an order came to in the end: of steps the last, else all of it.
func (w Words) LastDose(f *ehrdesk.Facts) string {
	n := len(f.Dosages)
	if n > 1 && f.Dosages[0].Sequence != f.Dosages[n-1].Sequence {
		return w.ShortDose(&ehrdesk.Facts{Dosages: f.Dosages[n-1:]})
	}
	return w.ShortDose(f)
}

// drugTimes say how a drug stands and when it began. A day that nobody recorded for the
// end, or for the pause, is not that of the beginning.
func (w Words) drugTimes(d *medication.Drug, state string, add func(string)) {
	m := &w.c.Medication
	since, until, from := w.Date(d.Since), w.Date(d.Until), m.StartedOn
	if state != w.DrugState(medication.Started) { // a prohibition holds since a day
		from = m.Since
	}
	if d.Remarks.Has(medication.EndPassed) { // it is said with the remark
		until = ""
	}
	switch {
	case d.State == medication.Started && since != "":
		first := w.Date(d.First)
		switch {
		case first == "" || first == since:
			add(w.put(from, state, since))
		case d.Before != nil: // until when the dose before was taken is said with it
			add(w.put(from, state, first))
		default:
			add(w.put(m.SinceFirst, w.put(from, state, first), since))
		}
	case d.State == medication.Discontinued && until == "":
		add(w.put(m.Undated, state))
	default:
		add(state)
	}
	switch {
	case since == "":
		add(w.t(m.SinceNever))
	case d.State == medication.NotStarted:
		add(w.put(m.Dated, since))
	case d.State != medication.Started:
		add(w.put(m.Begun, since))
	}
	switch to := w.Date(d.SupplyUntil); {
	case d.Remarks.Has(medication.RanOut): // it is said with the remark
	case until != "":
		add(w.put(m.Until, until))
	case d.State == medication.Completed && to != "" && d.Remarks&(medication.SupplyOut|medication.SupplyLeft) == 0:
		add(w.put(m.SuppliedTo, to)) // nobody recorded its end: until when there was any is known
	}
}

func (w Words) drugRemarks(d *medication.Drug, add func(string)) {
	m := &w.c.Medication
	for _, x := range [...]struct {
		remark medication.Remark
		words  string
	}{
		{medication.Proposed, w.t(m.Proposed)}, {medication.NotTaken, w.t(m.NotTaken)}, {medication.Cancelled, w.t(m.Cancelled)},
		{medication.Administered, w.t(m.Administered)}, {medication.RanOut, w.RanOut(d)}, {medication.Contradiction, w.t(m.Contradiction)},
		{medication.SupplyOut, w.put(m.SupplyOut, w.Date(d.SupplyUntil))}, {medication.SupplyLeft, w.put(m.SupplyLeft, w.Date(d.SupplyUntil))},
	} {
		if d.Remarks.Has(x.remark) && (x.remark != medication.SupplyOut || !d.Remarks.Has(medication.RanOut)) {
			add(x.words)
		}
	}
	if d.Remarks.Has(medication.EndPassed) {
		if until := w.Date(d.Until); until != "" {
			add(w.put(m.EndPassed, until))
		} else {
			add(w.t(m.EndPassedNever))
		}
	}
	if d.Newer != nil {
		f := d.Newer.FactsWith(w.naming())
		state, _ := w.Status(d.Newer, &f)
		add(w.put(m.Newer, state, join(", ", w.Date(d.Newer.Date), d.Newer.Source)))
	}
}

// RanOut says of a drug that nothing carries on when it ended, "" for any other. Where
// nobody recorded the end that was planned, the remark that says so has the day.
func (w Words) RanOut(d *medication.Drug) string {
	m := &w.c.Medication
	switch until := w.Date(d.Until); {
	case !d.Remarks.Has(medication.RanOut):
		return ""
	case until != "":
		return w.put(m.RanOut, until)
	default:
		return w.put(m.SupplyEnded, w.Date(d.SupplyUntil))
	}
}

// DrugEvent is a line of a drug's history: what the record was in it, its day, and what
// it says. The drug is named where the record calls it otherwise than the one that leads.
func (w Words) DrugEvent(d *medication.Drug, e *medication.Event) (mark, day, line string) {
	m := &w.c.Medication
	mark = w.t([...]T{medication.Other: {}, medication.Begun: m.Began, medication.Changed: m.Changed, medication.Repeated: m.Again,
		medication.Stopped: m.Stopped, medication.Supplied: m.Supplied, medication.Given: m.GivenOnce}[e.Mark])
	if day = w.Date(e.At); day == "" {
		day = w.t(m.StoppedNever)
	}
	f := e.Record.FactsWith(w.naming())
	var parts []string
	add := func(s string) {
		if s = ehrdesk.CleanLine(s); s != "" {
			parts = append(parts, s)
		}
	}
	status, standout := w.Status(e.Record, &f)
	if e.Mark != medication.Stopped {
		drug := w.Drug(e.Record, &f)
		supplied := e.Record.Resource == "MedicationDispense" && len(f.Dosages) == 0 // the order says how it is taken
		if supplied {
			drug.Attributes = slices.DeleteFunc(drug.Attributes, func(s string) bool { return s == w.t(w.c.Facts.Phrases.NoDosage) })
		}
		switch {
		case drug.Before != "" || e.Record.Title != d.Lead.Title:
			add(drug.String())
		case !supplied:
			add(strings.Join(drug.Attributes[drug.named:], emDash))
		}
		w.supply(&f.Supply, add)
	}
	if e.Mark != medication.Supplied && e.Mark != medication.Given || standout {
		add(status)
	}
	w.besides(&f, add)
	add(e.Record.Source)
	return mark, day, strings.Join(parts, " · ")
}
