package text

import (
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// Dosages are all of a medication's dosages in their order: those of one
// sequence number hold at the same time, those of the next come after them.
func (w Words) Dosages(list []ehrdesk.Dosage) string {
	p := &w.c.Facts.Phrases
	var b strings.Builder
	for i := range list {
		d := &list[i]
		line := w.Dosage(d)
		switch {
		case line == "" && d.Sequence == "":
			continue
		case line == "":
			line = w.t(p.NoDosage)
		}
		if d.Sequence != "" && (len(list) > 1 || d.Sequence != "1") {
			line = w.put(p.Step, d.Sequence, line)
		}
		if b.Len() > 0 {
			switch {
			case d.Sequence == "" && list[i-1].Sequence == "":
				b.WriteString("; ")
			case d.Sequence == list[i-1].Sequence:
				b.WriteString(w.t(p.Also))
			default:
				b.WriteString(w.t(p.Then))
			}
		}
		b.WriteString(line)
	}
	return b.String()
}

// Dosage is one dosage in NHS CUI's order: dose, rate, route, site, method, how
// often, when, how long, as needed, the most that may be taken, instructions. The
// sender's own sentence comes first, and what is coded beside it follows where the two
// differ in meaning. Where they say the same, our words for the codes are enough.
// Source: NHS CUI MEDi-001 to 054.
func (w Words) Dosage(d *ehrdesk.Dosage) string {
	parts := w.dosageParts(d)
	if d.Text == "" {
		return strings.Join(parts, dash)
	}
	if w.agrees(d) { // one order, one wording, in the language of the screen
		return strings.Join(parts, dash)
	}
	said := strings.ToLower(d.Text)
	if w.saysAll(d) || slices.IndexFunc(parts, func(s string) bool { return !within(said, strings.ToLower(s)) }) < 0 {
		return strings.Join(w.sentence(d.Text), dash)
	}
	return d.Text + dash + w.put(w.c.Facts.Phrases.Coded, strings.Join(parts, dash))
}

const dash = " – "

// within reports that a text holds the words as such: "5 mg" is not in "15 mg".
func within(text, words string) bool { return wordsAt(text, words) >= 0 }

// wordsAt is where a text holds the words as such, -1 for nowhere.
func wordsAt(text, words string) int {
	for from := 0; ; {
		i := strings.Index(text[from:], words)
		if i < 0 {
			return -1
		}
		i += from
		end := i + len(words)
		if (i == 0 || !wordByte(text[i-1])) && (end == len(text) || !wordByte(text[end])) {
			return i
		}
		from = i + 1
	}
}

func wordByte(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 0x80 || b == '.' || b == ',' || b == '-'
}

func (w Words) dosageParts(d *ehrdesk.Dosage) []string {
	p := &w.c.Facts.Phrases
	var out []string
	add := func(s string) {
		if s != "" {
			out = append(out, s)
		}
	}
	add(w.doses(d.Doses))
	add(w.route(d.Route))
	add(d.Site.Words())
	add(d.Method.Words())
	for _, s := range w.timing(&d.Timing) {
		add(s)
	}
	var reasons []string
	for _, k := range d.AsNeededFor {
		if s := k.Words(); s != "" {
			reasons = append(reasons, s)
		}
	}
	switch why := w.list(w.c.Facts.Phrases.And, reasons); {
	case why != "":
		add(w.put(p.AsNeededFor, why))
	case d.AsNeeded:
		add(w.t(p.AsNeeded))
	}
	add(w.maxPeriod(d.MaxPeriod))
	if !d.MaxOnce.IsZero() {
		add(w.put(p.MaxOnce, w.dose(d.MaxOnce)))
	}
	if !d.MaxLifetime.IsZero() {
		add(w.put(p.MaxLifetime, w.dose(d.MaxLifetime)))
	}
	for _, k := range d.Additional {
		add(k.Words())
	}
	if d.Patient != "" {
		add(w.put(p.Patient, d.Patient))
	}
	return out
}

// doses are the doses and rates: where there are several they are one dose said
// in several ways, each with its type.
func (w Words) doses(list []ehrdesk.DoseRate) string {
	p := &w.c.Facts.Phrases
	var out []string
	for i := range list {
		r := &list[i]
		s := w.doseValue(r.Dose)
		if rate := w.rate(r.Rate); rate != "" {
			s = join(dash, s, w.put(p.Rate, rate))
		}
		if kind := w.concept(r.Type, w.c.Facts.DoseTypes); kind != "" {
			s = strings.TrimSpace(w.put(p.OfType, s, kind))
		}
		if s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, ", ")
}

// dose is a quantity of a drug.
func (w Words) dose(q ehrdesk.Quantity) string {
	n := doseNumber(q.Number)
	unit := w.doseUnit(q, n)
	s := comparator(q.Comparator) + n
	switch {
	case unit == "" && !dimensionless(q):
		return w.put(w.c.Facts.Phrases.NoUnit, s)
	case unit == "":
		return s
	case s == "":
		return unit
	}
	return s + " " + unit
}

func (w Words) doseValue(v ehrdesk.Value) string {
	switch v.Kind {
	case ehrdesk.IsQuantity, ehrdesk.IsNumber:
		return w.dose(v.Low)
	case ehrdesk.IsRange:
		return w.between(v.Low, v.High, w.dose, doseNumber)
	case ehrdesk.IsRatio:
		return w.doseRatio(v)
	default:
	}
	return w.value(v, nil)
}

func (w Words) rate(v ehrdesk.Value) string { return w.doseValue(v) }

// doseRatio is "10 mmol per hour", "5 mg per 100 mL".
func (w Words) doseRatio(v ehrdesk.Value) string {
	p := &w.c.Facts.Phrases
	below := v.High
	switch {
	case below.IsZero():
		return w.dose(v.Low)
	case doseNumber(below.Number) == "1" && below.Comparator == "":
		unit := w.doseUnit(below, "1")
		if t := quantityTime(below); t != "" {
			unit = w.timeWord(t, false)
		}
		if unit != "" {
			return w.put(p.Per, w.dose(v.Low), unit)
		}
	}
	if quantityTime(below) != "" {
		return w.put(p.PerNumber, w.dose(v.Low), w.duration(below))
	}
	return w.put(p.PerNumber, w.dose(v.Low), w.dose(below))
}

// quantityTime is the unit of a quantity of time, "" where it is none.
func quantityTime(q ehrdesk.Quantity) string {
	if t := timeUnit(q.Code); t != "" {
		return t
	}
	return timeUnit(q.Unit)
}

// maxPeriod is the most that may be taken in a time: of a day, in 24 hours, so
// that nobody counts from midnight.
func (w Words) maxPeriod(v ehrdesk.Value) string {
	p := &w.c.Facts.Phrases
	switch {
	case v.Kind == ehrdesk.NoValue:
		return ""
	case v.Kind != ehrdesk.IsRatio:
		return w.put(p.RangeTo, w.value(v, nil))
	case v.High.IsZero():
		return w.put(p.RangeTo, w.dose(v.Low))
	}
	t := quantityTime(v.High)
	switch {
	case t == "d" && doseNumber(v.High.Number) == "1":
		return w.put(p.MaxIn, w.dose(v.Low), w.long("24", "h"))
	case t != "":
		return w.put(p.MaxIn, w.dose(v.Low), w.duration(v.High))
	}
	return w.put(p.MaxPer, w.dose(v.Low), w.dose(v.High))
}

// hasDose reports that a dosage says how much.
func hasDose(d *ehrdesk.Dosage) bool { return d.Text != "" || d.Patient != "" || len(d.Doses) > 0 }

// Medication is the second thing to know of a drug: how it is taken. A dose that
// was written into a note says so, and that there is none is said.
func (w Words) Medication(f *ehrdesk.Facts) string {
	p := &w.c.Facts.Phrases
	line := w.Dosages(f.Dosages)
	dosed := slices.ContainsFunc(f.Dosages, func(d ehrdesk.Dosage) bool { return hasDose(&d) })
	switch {
	case dosed:
	case f.NoteText != "":
		line = join(dash, line, w.put(p.DoseNoteWords, f.NoteText))
	case f.Notes > 0:
		line = join(dash, line, w.t(p.DoseNote))
	case line == "":
		line = w.t(p.NoDosage)
	}
	return line
}
