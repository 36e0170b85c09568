package text

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// Reading are the words of a record that is opened.
type Reading struct {
	Labels                            map[string]T // of FHIR's elements, as a clinician calls them; "Resource.element" before "element"
	NotHere, Against, Added, Stay, By T
}

func readings() Reading {
	r := Reading{
		Labels:  map[string]T{},
		NotHere: T{"a record that is not here", "不在此處的紀錄", "不在此处的记录"},
		Against: T{"against %s", "預防%s", "预防%s"},
		Added:   T{"Also sent", "另附", "另附"},
		Stay:    T{"Length of stay", "留院日數", "留院日数"},
		By:      T{"asked for by %s", "由 %s 要求", "由 %s 要求"},
	}
	for line := range strings.Lines(readingLabels) {
		f := strings.Split(strings.TrimSpace(line), " | ")
		if len(f) >= 3 {
			r.Labels[f[0]] = T{f[1], f[2], f[len(f)-1]}
		}
	}
	return r
}

// Label is what a clinician calls an element, by its resource and its FHIR name without a
// choice's type; "" where we have no word for it.
func (w Words) Label(resource, element string) string {
	l := w.c.Reading.Labels
	if t, ok := l[resource+"."+element]; ok {
		return w.t(t)
	}
	return w.t(l[element])
}

// Said is a concept in words: as its author wrote it; ours for a code of FHIR's that came
// without words, and in Chinese wherever the table has it.
func (w Words) Said(k ehrdesk.Concept, element string) string {
	f := &w.c.Facts
	if name := w.naming(); name != nil {
		name(&k)
	}
	tables := []Codes{f.Categories, f.Statuses, f.Verifications, f.Intents, f.Priorities, f.Severities, f.Details, f.Interpretations}
	switch element {
	case "verificationStatus":
		tables = []Codes{f.Verifications}
	case "route":
		return ehrdesk.CleanLine(w.route(k))
	case "interpretation":
		tables = []Codes{f.Interpretations}
	case "severity", "criticality":
		tables = []Codes{f.Severities}
	case "priority":
		tables = []Codes{f.Priorities}
	case "clinicalStatus", "status":
		tables = []Codes{f.Statuses}
	case "dataAbsentReason":
		tables = []Codes{f.Absent}
	}
	words := w.filedAs(k)
	worded := k.Text != "" || len(k.Codings) > 0 && words != k.Codings[0].Code
	if known, ok := w.known(k, tables...); ok && (!worded || k.Text == "" && w.lang != English) {
		return ehrdesk.CleanLine(known)
	}
	return ehrdesk.CleanLine(words)
}

// Plain is a code of FHIR's own in words, without the code. r is the record that the element
// stands in, nil for none.
func (w Words) Plain(r *ehrdesk.Record, resource string, el *ehrdesk.Element, name string) string {
	if !el.When.IsZero() || !el.Coded {
		return w.Element(el)
	}
	if name == "status" && r != nil && r.Resource == resource && r.Status == el.Value { // as its head has it
		return ehrdesk.CleanLine(w.statusOf(r, el.Value))
	}
	if name == "status" {
		return ehrdesk.CleanLine(w.status(resource, el.Value))
	}
	words := w.coded(el.Path, ehrdesk.CleanText(el.Value))
	for _, tail := range [...]string{" (" + el.Value + ")", "（" + el.Value + "）"} {
		words = strings.TrimSuffix(words, tail)
	}
	return words
}

// Taken are the dosages of a drug, a line a step, by NHS CUI's medication line.
func (w Words) Taken(f *ehrdesk.Facts) (out []string) {
	if len(f.Dosages) == 1 {
		return []string{ehrdesk.CleanLine(strings.Join(w.DoseAttributes(f), emDash))}
	}
	for i := range f.Dosages {
		line := w.Dosages(f.Dosages[i : i+1])
		out = append(out, ehrdesk.CleanLine(strings.ReplaceAll(line, dash, emDash)))
	}
	return out
}

// Handed is what was prescribed or handed out.
func (w Words) Handed(f *ehrdesk.Facts) string {
	var parts []string
	w.supply(&f.Supply, func(s string) { parts = append(parts, s) })
	return ehrdesk.CleanLine(strings.Join(parts, " · "))
}

// Amount is a quantity: a length of time in words, a dose or a measure with its unit.
func (w Words) Amount(q ehrdesk.Quantity) string {
	if quantityTime(q) != "" {
		return ehrdesk.CleanLine(w.duration(q))
	}
	return ehrdesk.CleanLine(w.dose(q))
}

// Series is what an immunisation's protocol says: dose 2 of 3, of a series.
func (w Words) Series(f *ehrdesk.Facts) string {
	p := &w.c.Facts.Phrases
	var out []string
	for _, d := range f.Doses {
		s := ""
		switch {
		case d.Number != "" && d.Of != "":
			s = w.put(p.DoseOf, d.Number, d.Of)
		case d.Number != "":
			s = w.put(p.Dose, d.Number)
		}
		if s = join(", ", s, d.Series); s != "" {
			out = append(out, s)
		}
	}
	return ehrdesk.CleanLine(strings.Join(out, "; "))
}

// Cells are a result as a table has it: its name, its value with the unit, its range and
// its flag.
func (w Words) Cells(r *ehrdesk.Record, f *ehrdesk.Facts) (name, value, span, flag string) {
	row := w.row(r, f)
	if len(f.Results) == 1 && f.Results[0].Code.IsZero() && !rangeBeside(&f.Results[0]) {
		span = w.bareRange(&f.Results[0])
	}
	if row.Status != "" {
		row.Flag = join("  ", row.Flag, row.Status)
	}
	return row.Title, row.Value, span, row.Flag
}

// Measured is a measurement's value alone: its range and its note stand beside it.
func (w Words) Measured(r *ehrdesk.Record, f ehrdesk.Facts) string {
	f.NoteText = ""
	said := w.Value(r, &f)
	for i := range f.Results {
		if x := &f.Results[i]; x.Code.IsZero() && !x.UnitsDiffer && x.Absent.IsZero() {
			if rng := w.Ranges(x.Ranges); rng != "" {
				value := w.value(x.Value, x.Ranges)
				said = strings.Replace(said, w.put(w.c.Facts.Phrases.WithRange, value, rng), value, 1)
			}
		}
	}
	return ehrdesk.CleanLine(said)
}

// Component is a part of a result as a table has it.
func (w Words) Component(r *ehrdesk.Result) (name, value, span, flag string) {
	name = ehrdesk.CleanLine(r.Code.Words())
	if value = w.value(r.Value, r.Ranges); value == "" {
		value = w.put(w.c.Facts.Phrases.NoValue, w.absent(r.Absent))
	}
	span = w.Ranges(r.Ranges)
	if !rangeBeside(r) {
		span = w.bareRange(r)
	}
	flag = join(" ", w.flagWords(r.Flag), strings.Join(w.sourceSays(r, r.Flag, r.Assessed), " · "))
	return name, ehrdesk.CleanLine(value), ehrdesk.CleanLine(span), ehrdesk.CleanLine(flag)
}

// bareRange is a range without the unit that the value beside it has.
func (w Words) bareRange(r *ehrdesk.Result) string {
	unit := w.unit(r.Value.Low)
	return ehrdesk.CleanLine(strings.TrimSpace(strings.TrimSuffix(w.Ranges(r.Ranges), unit)))
}

// Spell is the time from one moment to another beside the day of a record, and how many
// days it took.
func (w Words) Spell(r *ehrdesk.Record, from, until ehrdesk.When) string {
	return ehrdesk.CleanLine(w.spell(r, from, until))
}

// Reading gives the words of a record that is opened.
func (w Words) Reading() *Reading { return &w.c.Reading }
