package summary

import (
	"slices"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/results"
	"github.com/ehrdesk/ehrdesk/internal/clinical/terms"
)

// Vitals are the last vital signs.
type Vitals struct {
	Pressure *Item            // the last blood pressure, both values of one record
	Before   *Item            // the one before it
	Series   []results.Series // weight and pulse, each with its last values, in that order
}

// lastVitals is how many values of a sign a sparkline is made of.
const lastVitals = 6

// VitalsOf are the last blood pressure, weight and pulse among observations, newest first.
// The facts of one record of each title are opened, and of the last of the signs: an
// observation is known by the title that its sender gives all of a kind.
func VitalsOf(all []ehrdesk.Record) (v Vitals) {
	const none, pressure, weight, pulse = 0, 1, 2, 3
	what := map[string]int{}
	var series [4][]ehrdesk.Record
	for i := range all {
		r := &all[i]
		if r.Kind != ehrdesk.KindObservation || r.Resource != "Observation" || r.Linked || r.Restricted || r.Void() {
			continue
		}
		k, known := what[r.Title]
		if !known {
			f := r.Facts()
			switch term := terms.Analytes().Of(&f.Code); {
			case isPressure(&f):
				k = pressure
			case term == nil:
			case term.English == "body weight":
				k = weight
			case term.English == "pulse":
				k = pulse
			}
			if k != none || len(f.Results) > 0 { // one without a value says nothing of the others
				what[r.Title] = k
			}
		}
		switch {
		case k == none:
		case k == pressure:
			if v.Before != nil {
				break
			}
			if f := r.Facts(); !isPressure(&f) {
				break
			}
			if v.Pressure == nil {
				v.Pressure = &Item{Record: *r}
			} else {
				v.Before = &Item{Record: *r}
			}
		case len(series[k]) < lastVitals:
			series[k] = append(series[k], *r)
		}
	}
	for _, k := range [...]int{weight, pulse} {
		set := results.Of(func(t ehrdesk.RecordType) []ehrdesk.Record {
			if t == ehrdesk.ObservationLifestyle {
				return series[k]
			}
			return nil
		})
		// Where two units were used, the series with the newest value.
		var newest *results.Series
		for i := range set.Series {
			if s := &set.Series[i]; newest == nil || s.Last().At.Compare(newest.Last().At) > 0 {
				newest = s
			}
		}
		if newest != nil {
			v.Series = append(v.Series, *newest)
		}
	}
	return v
}

// isPressure reports a systolic and a diastolic value in one record. Source: LOINC.
func isPressure(f *ehrdesk.Facts) bool {
	has := func(code string) bool {
		return slices.ContainsFunc(f.Results, func(r ehrdesk.Result) bool {
			return r.Code.Has(code, "http://loinc.org") && r.Value.Low.Number != ""
		})
	}
	return has("8480-6") && has("8462-4")
}
