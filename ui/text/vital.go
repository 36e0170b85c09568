package text

import (
	"strconv"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// The codes of blood pressure and of its two components. Source: LOINC 2.78.
const (
	loinc     = "http://loinc.org"
	systolic  = "8480-6"
	diastolic = "8462-4"
)

// vitalSigns are the LOINC codes of R4's vital signs profile.
var vitalSigns = [...]string{"85354-9", systolic, diastolic, "8867-4", "9279-1", "8310-5", "8302-2", "29463-7", "3141-9", "39156-5", "2708-6", "59408-5", "9843-4"}

// vital reports a sign that is measured at the bedside, with which no reference range
// is sent: that it has none is no news.
func vital(f *ehrdesk.Facts) bool {
	for _, k := range f.Categories {
		if k.Has("vital-signs", "http://terminology.hl7.org/CodeSystem/observation-category", "http://hl7.org/fhir/observation-category") {
			return true
		}
	}
	for _, code := range vitalSigns {
		if f.Code.Has(code, loinc) {
			return true
		}
	}
	return false
}

// bloodPressure is a blood pressure as it is read, 123/89 mmHg, and which of the results
// are in it: "" where there is not one of each in one unit. What judges either of them
// stands behind, with its name.
func (w Words) bloodPressure(f *ehrdesk.Facts) (words string, in []int) {
	up, down := -1, -1
	for i := range f.Results {
		switch r := &f.Results[i]; {
		case r.Value.Kind != ehrdesk.IsQuantity || r.Value.Low.Number == "" || !r.Absent.IsZero():
		case isPressure(r.Code, systolic, "systolic"):
			if up >= 0 {
				return "", nil
			}
			up = i
		case isPressure(r.Code, diastolic, "diastolic"):
			if down >= 0 {
				return "", nil
			}
			down = i
		}
	}
	if up < 0 || down < 0 {
		return "", nil
	}
	a, b := &f.Results[up], &f.Results[down]
	if w.unit(a.Value.Low) != w.unit(b.Value.Low) || w.unit(a.Value.Low) == "" {
		return "", nil
	}
	say := func(q ehrdesk.Quantity) string { return comparator(q.Comparator) + short(q.Number, nil) }
	out := say(a.Value.Low) + "/" + say(b.Value.Low) + " " + w.unit(a.Value.Low)
	for _, r := range [...]*ehrdesk.Result{a, b} {
		flag := join(" ", w.flagWords(r.Flag), strings.Join(w.sourceSays(r, r.Flag, r.Assessed), " · "))
		if rng := w.Ranges(r.Ranges); rng != "" && (flag != "" || r.UnitsDiffer || rangeBeside(r)) {
			flag = join(", ", flag, w.put(w.c.Facts.Phrases.OfRange, rng))
		}
		if flag != "" {
			out += ", " + r.Code.Words() + " " + flag
		}
	}
	return out, []int{up, down}
}

// unitless are the LOINC codes of results that are numbers without a unit everywhere: the
// international normalised ratio of coagulation, pH.
var unitless = [...]string{"6301-6", "34714-6", "46418-0", "38875-1", "2744-1", "2746-6", "11558-4", "2756-5", "5803-2"}

// plainNumber is a result of a record; that one which never has a unit has none is no
// lack of it.
func plainNumber(f *ehrdesk.Facts, i int) *ehrdesk.Result {
	r := &f.Results[i]
	if !r.Code.IsZero() || r.Value.Kind != ehrdesk.IsQuantity || r.Value.Low.Unit+r.Value.Low.Code != "" {
		return r
	}
	for _, code := range unitless {
		if f.Code.Has(code, loinc) && len(f.Code.Codings) > 0 {
			plain := *r
			plain.Value.Low.Code = "1"
			return &plain
		}
	}
	return r
}

// lifestyle reports an observation of how somebody lives.
func lifestyle(f *ehrdesk.Facts) bool {
	for _, k := range f.Categories {
		if k.Has("social-history", "http://terminology.hl7.org/CodeSystem/observation-category", "http://hl7.org/fhir/observation-category") {
			return true
		}
	}
	return false
}

// isPressure reports a component of a blood pressure by its code, and where it has none
// by its English word.
func isPressure(k ehrdesk.Concept, code, word string) bool {
	return k.Has(code, loinc) || len(k.Codings) == 0 && strings.HasPrefix(strings.ToLower(k.Text), word)
}

// Pressure reports a blood pressure, which is one value of two components.
func (w Words) Pressure(f *ehrdesk.Facts) bool {
	words, _ := w.bloodPressure(f)
	return words != ""
}

// spell is a time from one moment to another as a row says it: the day that stands
// beside the row is not said again, the hours of one day are, and of several days how
// many there are.
func (w Words) spell(r *ehrdesk.Record, from, until ehrdesk.When) string {
	p := &w.c.Facts.Phrases
	a, b := from.In(w.zone), until.In(w.zone)
	if from.IsZero() || from.Zoneless || until.Zoneless || !r.Date.SameTime(from) || b.Time.Before(a.Time) || a.Precision < ehrdesk.ToDay || b.Precision < ehrdesk.ToDay {
		return w.period(from, until)
	}
	if w.Date(from) == w.Date(until) {
		if a.Precision < ehrdesk.ToMinute || b.Precision < ehrdesk.ToMinute {
			return ""
		}
		return a.Time.Format("15:04") + "–" + b.Time.Format("15:04")
	}
	return w.put(p.OfType, w.put(p.Ends, w.Date(until)), w.long(strconv.Itoa(w.days(from, until)), "d"))
}

// days is how many days there are from one moment to another, 0 within one day and where
// one of them is not known to the day.
func (w Words) days(from, until ehrdesk.When) int {
	a, b := from.In(w.zone), until.In(w.zone)
	if a.Precision < ehrdesk.ToDay || b.Precision < ehrdesk.ToDay {
		return 0
	}
	day := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }
	return max(0, int(day(b.Time).Sub(day(a.Time)).Hours()/24))
}
