package text

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// Row is a record in words: what a list, a search hit and a command print of it.
// Its texts are cleaned for a terminal.
type Row struct {
	Title    string
	Value    string // the second thing to know
	Name     string // of a drug, its generic name whole where there is one row for all; "" for Title
	Brief    string // Value where there is one row for all
	Visit    bool   // Brief is why a visit was
	Loose    bool   // Brief may be cut: it stands whole where the record is opened
	Flag     string // letter, arrow and word; that nothing judges a value
	Short    string // Flag where there is no room for more than a dot
	Status   string // "" where it is a matter of course
	Day      string // "" where none is recorded
	InError  bool   // to be struck through as well
	Standout bool   // the status is not a matter of course
	Judged   bool   // Flag says something that stands out
}

// Whole is a row with what only a detail and a command have room for.
type Whole struct {
	Row
	Range string // all reference ranges
	State string // what the status is, in any case
	Time  string // the day, and the time of day where there is one
	Sent  string // Time, with the sender's own where his zone is another
}

// Row opens a record's facts once and words them.
func (w Words) Row(r *ehrdesk.Record) Row {
	f := r.FactsWith(w.naming())
	return w.row(r, &f)
}

func (w Words) row(r *ehrdesk.Record, f *ehrdesk.Facts) Row {
	row := w.said(r, f)
	row.Brief, row.Loose = w.Brief(r, f)
	row.Brief, row.Visit = ehrdesk.CleanLine(row.Brief), r.Resource == "Encounter" && len(f.Reasons) > 0
	if r.Resource == "Immunization" && len(f.Sites) > 0 { // where it was given is said where it is opened
		elsewhere := *f
		elsewhere.Sites = nil
		row.Name = ehrdesk.CleanLine(w.Title(r, &elsewhere))
	}
	if r.Kind == ehrdesk.KindMedication && !r.Linked && !r.Restricted && strings.HasPrefix(r.Resource, "Medication") {
		if d := w.Drug(r, f); d.Generic != "" {
			row.Name = d.Before + d.Generic
		}
	}
	return row
}

func (w Words) said(r *ehrdesk.Record, f *ehrdesk.Facts) Row {
	row := Row{Title: w.Title(r, f), Value: w.Value(r, f), InError: InError(r), Day: w.Date(r.Date)}
	row.Status, row.Standout = w.Status(r, f)
	row.Flag, row.Short, row.Judged = w.Flag(r, f)
	for _, s := range [...]*string{&row.Title, &row.Value, &row.Flag, &row.Short, &row.Status} {
		*s = ehrdesk.CleanLine(*s)
	}
	return row
}

// Whole opens a record's facts once and says all that an overview has.
func (w Words) Whole(r *ehrdesk.Record) Whole {
	f := r.FactsWith(w.naming())
	out := Whole{Row: w.row(r, &f), Time: w.Moment(r.Date), Sent: w.SentMoment(r.Date)}
	if out.State = out.Status; out.State == "" && r.Status != "" {
		out.State = ehrdesk.CleanLine(w.statusOf(r, r.Status))
	}
	for i := range f.Results {
		res := &f.Results[i]
		if rng := w.Ranges(res.Ranges); rng != "" {
			out.Range = join(" · ", out.Range, join(" ", res.Code.Words(), rng))
		}
	}
	out.Range = ehrdesk.CleanLine(out.Range)
	return out
}

// Value is the second thing to know of a record: a result with its unit, how a
// drug is taken, a reaction, a reason.
func (w Words) Value(r *ehrdesk.Record, f *ehrdesk.Facts) string {
	p, fw := &w.c.Facts.Phrases, &w.c.Facts
	var parts []string
	add := func(s string) {
		if s != "" && !slices.Contains(parts, s) {
			parts = append(parts, s)
		}
	}
	pressure, rest := w.bloodPressure(f)
	add(pressure)
	for i := range f.Results {
		if !slices.Contains(rest, i) {
			add(w.Result(plainNumber(f, i)))
		}
	}
	w.besides(f, add)
	switch r.Resource {
	case "MedicationRequest", "MedicationStatement", "MedicationDispense", "MedicationAdministration":
		supplied := r.Resource == "MedicationDispense" && len(f.Dosages)+f.Notes == 0 && (f.Supply.Quantity != ehrdesk.Quantity{} || f.Supply.Days != ehrdesk.Quantity{}) // the order says how it is taken
		if !supplied && (!f.Unread || len(f.Dosages) > 0) {
			add(w.Medication(f))
		}
	default:
		add(w.Dosages(f.Dosages))
	}
	w.supply(&f.Supply, add)
	for _, d := range f.Doses {
		s := ""
		switch {
		case d.Number != "" && d.Of != "":
			s = w.put(p.DoseOf, d.Number, d.Of)
		case d.Number != "":
			s = w.put(p.Dose, d.Number)
		}
		add(join(", ", s, d.Series))
	}
	if f.Lot != "" {
		add(w.put(p.Lot, f.Lot))
	}
	reactions := w.Reactions(f)
	if reactions == "" && realAllergy(r) { // what it does is always said, or that nobody knows
		reactions = w.t(p.NoReaction)
	}
	add(reactions)
	if r.Resource != "AllergyIntolerance" { // a risk of an allergy is not shown as a fact
		add(w.concept(f.Severity, fw.Severities))
	}
	if f.Text != "" && f.Text != r.Title && f.Text != w.name(r, f) {
		add(f.Text)
	}
	for _, k := range f.Outcomes {
		if s := k.Words(); s != "" && r.Resource != "DiagnosticReport" {
			add(w.put(p.Outcome, s))
		} else {
			add(s)
		}
	}
	w.kinds(r, f, add)
	w.panel(f, add)
	w.about(r, f, add)
	if f.NoteText != "" && !strings.HasPrefix(r.Resource, "Medication") {
		add(w.put(p.Note, f.NoteText))
		if f.Notes > 1 {
			add(w.put(p.MoreNotes, strconv.Itoa(f.Notes-1)))
		}
	}
	for _, k := range f.Reasons {
		if s := w.concept(k, fw.Details); s != "" {
			add(w.put(p.Reason, s))
		}
	}
	w.times(r, f, add)
	if f.More {
		add(w.t(p.More))
	}
	if f.Unread {
		add(w.t(p.Unread))
	}
	return strings.Join(parts, " · ")
}

// realAllergy reports an allergy: no assertion that there is none, and nothing that was
// taken back.
func realAllergy(r *ehrdesk.Record) bool {
	switch {
	case r.Resource != "AllergyIntolerance" || InError(r) || r.Status == "refuted" || r.ID == "":
		return false
	case r.Flag == ehrdesk.FlagNoneKnown, r.Flag == ehrdesk.FlagNoneText, r.Flag == ehrdesk.FlagNoInformation:
		return false
	}
	return true
}

// Reactions are what an allergy does, each with how severe it was.
func (w Words) Reactions(f *ehrdesk.Facts) string {
	p := &w.c.Facts.Phrases
	var out []string
	for i := range f.Reactions {
		r := &f.Reactions[i]
		var words []string
		for _, k := range r.Manifestations {
			if s := k.Words(); s != "" {
				words = append(words, s)
			}
		}
		s := strings.Join(words, ", ")
		if r.Text != "" && r.Text != s {
			s = join(": ", s, r.Text)
		}
		if sub := r.Substance.Words(); sub != "" && sub != f.Code.Words() {
			s = join(": ", sub, s)
		}
		if r.Severity != "" && s != "" {
			s = w.put(p.OfType, s, w.t(w.c.Facts.Severities.of(r.Severity)))
		} else if r.Severity != "" {
			s = w.t(w.c.Facts.Severities.of(r.Severity))
		}
		if s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, "; ")
}

func (w Words) supply(s *ehrdesk.Supply, add func(string)) {
	p := &w.c.Facts.Phrases
	if !s.Quantity.IsZero() {
		add(w.put(p.Supply, w.dose(s.Quantity)))
	}
	if !s.Days.IsZero() {
		add(w.put(p.SupplyDays, w.duration(s.Days)))
	}
	if s.Repeats != "" {
		add(w.put(p.Repeats, s.Repeats))
	}
	if k := s.Substitution.Words(); k != "" {
		add(w.put(p.Substitution, k))
	}
}

// kinds are what a record is filed under, of those where it says more than the
// title, and the parts of a study.
func (w Words) kinds(r *ehrdesk.Record, f *ehrdesk.Facts, add func(string)) {
	switch r.Resource {
	case "Observation", "DiagnosticReport", "Condition", "AllergyIntolerance", "MedicationRequest", "MedicationStatement", "MedicationDispense",
		"MedicationAdministration", "ServiceRequest", "Procedure", "Immunization":
	default:
		name := w.name(r, f)
		for _, k := range f.Categories {
			s := w.concept(k, w.c.Facts.Categories)
			if s == name || repeats(&k, &f.Code) || slices.ContainsFunc(f.Categories, func(of ehrdesk.Concept) bool { return of.Words() != k.Words() && repeats(&k, &of) }) {
				continue
			}
			if s == k.Words() {
				s = w.filedAs(k)
			}
			add(s)
		}
		if f.Code.Words() != name {
			add(w.filedAs(f.Code))
		}
	}
	var parts []string
	for _, k := range f.Parts {
		if s := k.Words(); s != "" && !slices.Contains(parts, s) {
			parts = append(parts, s)
		}
	}
	add(strings.Join(parts, ", "))
}

// panel says of a record without a value of its own that its results are records
// of their own, by name where the sender gave names.
func (w Words) panel(f *ehrdesk.Facts, add func(string)) {
	var names []string
	n := 0
	for i := range f.Relations {
		if l := &f.Relations[i]; l.Role == "hasMember" || l.Role == "result" {
			if n++; l.Display != "" {
				names = append(names, l.Display)
			}
		}
	}
	switch {
	case n == 0 || len(f.Results) > 0 && len(names) == 0:
	case len(names) == n:
		add(strings.Join(names, ", "))
	case len(names) > 0:
		add(w.put(w.c.Facts.Phrases.OthersInList, strings.Join(names, ", "), strconv.Itoa(n-len(names))))
	default:
		add(w.put(w.c.Facts.Phrases.Panel, strconv.Itoa(n)))
	}
}

// about says what a result was taken of where that is not the patient as a whole:
// a donor, a device, a foetus; and the specimen, where it has words.
func (w Words) about(r *ehrdesk.Record, f *ehrdesk.Facts, add func(string)) {
	if r.Resource != "Observation" && r.Resource != "DiagnosticReport" {
		return
	}
	p := &w.c.Facts.Phrases
	of := func(role, display string) {
		switch {
		case role == "focus" && display != "":
			add(w.put(p.About, display))
		case role == "focus":
			add(w.t(p.AboutOther))
		case role == "specimen" && display != "":
			add(w.put(p.Specimen, display))
		}
	}
	for i := range f.Relations {
		of(f.Relations[i].Role, f.Relations[i].Display)
	}
	for i := range f.Parties {
		of(f.Parties[i].Role, f.Parties[i].Display)
	}
}

// times are the times that a row says in words: what was only described, ages,
// ends, and that the date beside the row is the day it was written down.
func (w Words) times(r *ehrdesk.Record, f *ehrdesk.Facts, add func(string)) {
	p, names := &w.c.Facts.Phrases, w.c.Facts.Times
	for _, a := range f.Ages {
		if a.Low.IsZero() && a.High.IsZero() {
			continue
		}
		add(w.ending(a.Name, w.put(p.At, w.age(a.Low, a.High))))
	}
	for i := range f.Times {
		t := &f.Times[i]
		label, known := names[t.Name]
		name := w.t(label)
		switch {
		case t.Text != "":
			add(w.ending(t.Name, t.Text))
		case t.Name == "deceased" || t.Name == "born":
			add(w.ending(t.Name, join(dash, w.Date(t.From), w.Date(t.Until))))
		case t.Name == "abatement":
			add(join(" ", name, join(dash, w.Date(t.From), w.Date(t.Until))))
		case !t.Until.IsZero():
			add(w.spell(r, t.From, t.Until))
		case recording(t.Name) && (r.Date.IsZero() || r.Date.SameTime(t.From)):
			add(name + " " + w.Date(t.From))
		case known && r.Date.IsZero():
			add(join(" ", name, w.Date(t.From)))
		}
	}
}

// ending says of a time what happened then, where that is not that something began.
func (w Words) ending(name, when string) string {
	switch p := &w.c.Facts.Phrases; name {
	case "abatement":
		return w.put(p.Ended, when)
	case "deceased":
		return w.put(p.Died, when)
	case "born":
		return w.put(p.Born, when)
	}
	return when
}

// aged is an age: 61 years, and in Chinese 61 歲, which is no length of time.
func (w Words) aged(q ehrdesk.Quantity) string {
	if w.lang != English && quantityTime(q) == "a" {
		return comparator(q.Comparator) + doseNumber(q.Number) + " " + w.t(w.c.Facts.Phrases.Years)
	}
	return w.duration(q)
}

// recording reports an element that says when something was written down, not
// when it was.
func recording(name string) bool {
	switch name {
	case "recordedDate", "recorded", "dateAsserted", "assertedDate", "dateRecorded":
		return true
	}
	return false
}
