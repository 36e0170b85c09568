package fake

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// Say makes f what a record says. Its status is kept where f has none.
func Say(r *ehrdesk.Record, f ehrdesk.Facts) {
	if len(f.States) == 0 {
		f.States = r.Facts().States
	}
	r.Packed = f.Pack()
}

// Status makes status what a record's status element says, "" that it has none.
func Status(r *ehrdesk.Record, status string) {
	f := r.Facts()
	r.Status, f.States = status, nil
	if status != "" {
		e := ehrdesk.StateStatus
		if r.Resource == "Condition" || r.Resource == "AllergyIntolerance" {
			e = ehrdesk.StateClinical
		}
		f.States = []ehrdesk.State{{Element: e, Concept: ehrdesk.Concept{Codings: []ehrdesk.Coding{{Code: status}}}}}
	}
	r.Packed = f.Pack()
}

// Quantity is "6.8 mmol/L" as a measured value; words are a value in words.
func Quantity(s string) ehrdesk.Value {
	n, unit, _ := strings.Cut(s, " ")
	if strings.Trim(n, "0123456789.") != "" {
		return ehrdesk.Value{Kind: ehrdesk.IsText, Text: s}
	}
	return ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: n, Unit: unit}}
}

// Result gives a record a value, "6.8 mmol/L", and a range, "3.5–5.1 mmol/L" or
// words; one with a range of numbers has been assessed.
func Result(r *ehrdesk.Record, value, rng string, flag ehrdesk.Flag) {
	res := ehrdesk.Result{Value: Quantity(value), Flag: flag}
	if low, high, ok := strings.Cut(rng, "–"); ok {
		_, unit, _ := strings.Cut(high, " ")
		res.Ranges, res.Assessed = []ehrdesk.Range{{Low: Quantity(low + " " + unit).Low, High: Quantity(high).Low}}, true
	} else if rng != "" {
		res.Ranges = []ehrdesk.Range{{Text: rng}}
	}
	r.Flag, r.Assessed = flag, res.Assessed
	f := r.Facts()
	f.Results = []ehrdesk.Result{res}
	r.Packed = f.Pack()
}

// Daily is a drug taken once a day by mouth.
func Daily(dose string) ehrdesk.Facts {
	return ehrdesk.Facts{Dosages: []ehrdesk.Dosage{{
		Doses: []ehrdesk.DoseRate{{Dose: Quantity(dose)}}, Route: ehrdesk.Concept{Text: "oral"},
		Timing: ehrdesk.Timing{Frequency: "1", Period: "1", PeriodUnit: "d"},
	}}}
}

// words is all that a record says, to search in.
func words(r *ehrdesk.Record) string {
	f := r.Facts()
	all := []string{r.Title, r.Source}
	f.Texts(func(s string) { all = append(all, s) })
	return strings.ToLower(strings.Join(all, " "))
}
