package fhir

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
)

// dosage reads an R4 Dosage whole, and the one dose of a MedicationAdministration,
// which has its dose and rate beside the rest.
func (rd *reading) dosage(o Object) (d ehrdesk.Dosage) {
	for i := range o {
		v := o[i].Value
		switch string(o[i].Name) {
		case "sequence":
			d.Sequence = rd.number(v)
		case "text":
			d.Text = rd.line(v)
		case "additionalInstruction":
			d.Additional = rd.concepts(v)
		case "patientInstruction":
			d.Patient = rd.line(v)
		case "timing":
			d.Timing = rd.timing(ObjectOf(v))
		case "asNeededBoolean", "asNeeded":
			d.AsNeeded = d.AsNeeded || string(v) == "true"
		case "asNeededCodeableConcept", "asNeededFor":
			d.AsNeeded = true
			d.AsNeededFor = append(d.AsNeededFor, rd.concepts(v)...)
		case "site":
			d.Site = rd.concept(v)
		case "route":
			d.Route = rd.concept(v)
		case "method":
			d.Method = rd.concept(v)
		case "doseAndRate":
			Each(v, func(e jsontext.Value) {
				if x := rd.doseRate(ObjectOf(e)); rd.room(len(d.Doses)) && (!x.Dose.IsZero() || !x.Rate.IsZero()) {
					d.Doses = append(d.Doses, x)
				}
			})
		case "maxDosePerPeriod":
			Each(v, func(e jsontext.Value) {
				if !d.MaxPeriod.IsZero() {
					rd.more = true
					return
				}
				d.MaxPeriod = rd.value("Ratio", e)
			})
		case "maxDosePerAdministration":
			d.MaxOnce = rd.quantity(v)
		case "maxDosePerLifetime":
			d.MaxLifetime = rd.quantity(v)
		}
	}
	if x := rd.doseRate(o); !x.Dose.IsZero() || !x.Rate.IsZero() {
		d.Doses = append(d.Doses, x)
	}
	return d
}

// doseRate reads dose[x] and rate[x]; an administration's dose is "dose" alone.
func (rd *reading) doseRate(o Object) (x ehrdesk.DoseRate) {
	for i := range o {
		v := o[i].Value
		switch string(o[i].Name) {
		case "type":
			x.Type = rd.concept(v)
		case "dose", "doseQuantity":
			x.Dose = rd.value("Quantity", v)
		case "doseRange":
			x.Dose = rd.value("Range", v)
		case "rateQuantity":
			x.Rate = rd.value("Quantity", v)
		case "rateRange":
			x.Rate = rd.value("Range", v)
		case "rateRatio":
			x.Rate = rd.value("Ratio", v)
		}
	}
	return x
}

func (rd *reading) timing(o Object) (t ehrdesk.Timing) {
	Each(o.Raw("event"), func(e jsontext.Value) {
		if w, _ := rd.when(e); !w.IsZero() && rd.room(len(t.Events)) {
			t.Events = append(t.Events, w)
		}
	})
	t.Code = rd.concept(o.Raw("code"))
	repeat := ObjectOf(o.Raw("repeat"))
	for i := range repeat {
		v := repeat[i].Value
		switch string(repeat[i].Name) {
		case "boundsDuration":
			t.Bounds = rd.value("Duration", v)
		case "boundsRange":
			t.Bounds = rd.value("Range", v)
		case "boundsPeriod":
			t.Bounds = rd.value("Period", v)
		case "count":
			t.Count = rd.number(v)
		case "countMax":
			t.CountMax = rd.number(v)
		case "duration":
			t.Duration = rd.number(v)
		case "durationMax":
			t.DurationMax = rd.number(v)
		case "durationUnit":
			t.DurationUnit = rd.line(v)
		case "frequency":
			t.Frequency = rd.number(v)
		case "frequencyMax":
			t.FrequencyMax = rd.number(v)
		case "period":
			t.Period = rd.number(v)
		case "periodMax":
			t.PeriodMax = rd.number(v)
		case "periodUnit":
			t.PeriodUnit = rd.line(v)
		case "dayOfWeek":
			t.Days = rd.lines(v)
		case "timeOfDay":
			t.Times = rd.lines(v)
		case "when":
			t.When = rd.lines(v)
		case "offset":
			t.Offset = rd.number(v)
		}
	}
	return t
}

func (rd *reading) lines(v jsontext.Value) (out []string) {
	Each(v, func(e jsontext.Value) {
		if s := rd.line(e); s != "" && rd.room(len(out)) {
			out = append(out, s)
		}
	})
	return out
}

// sortDosages puts dosages in the order of their sequence; those without one keep
// their place after those before them.
func sortDosages(list []ehrdesk.Dosage) {
	if !slices.ContainsFunc(list, func(d ehrdesk.Dosage) bool { return d.Sequence != "" }) {
		return
	}
	type placed struct {
		at int
		d  ehrdesk.Dosage
	}
	all, at := make([]placed, len(list)), math.MinInt
	for i, d := range list {
		if n, err := strconv.Atoi(d.Sequence); err == nil {
			at = n
		}
		all[i] = placed{at, d}
	}
	slices.SortStableFunc(all, func(a, b placed) int { return cmp.Compare(a.at, b.at) })
	for i := range all {
		list[i] = all[i].d
	}
}
