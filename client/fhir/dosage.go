package fhir

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
)

// dosageWords is one dosage as a line: the source's own text where it wrote
// one, else dose, route and frequency in the fixed order of the display rules
// (NHS CUI MEDi).
func dosageWords(v jsontext.Value) string {
	d, err := inner(v)
	if err != nil {
		return ""
	}
	if t := d.text("text"); t != "" {
		return ehrdesk.CleanLine(t)
	}
	var parts []string
	add := func(s string) {
		if s != "" {
			parts = append(parts, s)
		}
	}
	each(d.raw("doseAndRate"), func(e jsontext.Value) {
		if f, err := inner(e); err == nil {
			if kind, dose := f.prefixed("dose"); len(dose) > 0 {
				add("DOSE " + valueWords(kind, dose))
			}
			if kind, rate := f.prefixed("rate"); len(rate) > 0 {
				add("rate " + valueWords(kind, rate))
			}
		}
	})
	add(words(d.raw("route")))
	add(timingWords(d.raw("timing")))
	switch kind, v := d.prefixed("asNeeded"); {
	case kind == "Boolean" && string(v) == "true":
		add("as needed")
	case kind == "CodeableConcept":
		add("as needed for " + words(v))
	}
	add(words(d.raw("additionalInstruction")))
	return strings.Join(parts, " – ")
}

var periodUnits = map[string]string{"s": "second", "min": "minute", "h": "hour", "d": "day", "wk": "week", "mo": "month", "a": "year"}

func timingWords(v jsontext.Value) string {
	t, err := inner(v)
	if err != nil {
		return ""
	}
	if w := words(t.raw("code")); w != "" {
		return w
	}
	r, err := inner(t.raw("repeat"))
	if err != nil {
		return ""
	}
	freq, period := string(r.raw("frequency")), string(r.raw("period"))
	unit := periodUnits[r.text("periodUnit")]
	if unit == "" || period == "" {
		return ""
	}
	if freq == "" {
		freq = "1"
	}
	times := freq + " times"
	if freq == "1" {
		times = "once"
	}
	if period == "1" || period == "1.0" {
		return times + " every " + unit
	}
	return times + " every " + period + " " + unit + "s"
}
