package fhir

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
)

// describe fills title, value, range and flag: the words a list shows.
func describe(rec *ehrdesk.Record, f fields) {
	switch rec.Resource {
	case "Observation":
		describeObservation(rec, f)
	case "AllergyIntolerance":
		describeAllergy(rec, f)
	case "MedicationRequest", "MedicationStatement", "MedicationDispense", "MedicationAdministration":
		describeMedication(rec, f)
	case "Patient":
		p := patientFrom(f)
		rec.Title = p.Name.Banner()
		rec.Value = string(p.Gender)
		if !p.Born.IsZero() {
			rec.Value = strings.TrimSpace(rec.Value + " born " + p.Born.Date())
		}
	case "Encounter":
		rec.Title = firstWords(f, "type", "serviceType", "reasonCode", "class")
		rec.Value = firstWords(f, "reasonCode", "class")
	case "Immunization":
		rec.Title = firstWords(f, "vaccineCode")
		rec.Value = strings.TrimSpace(doseNumber(f) + " " + lot(f))
	case "DiagnosticReport":
		rec.Title = firstWords(f, "code", "category")
		rec.Value = ehrdesk.CleanLine(f.text("conclusion"))
		if rec.Value == "" {
			rec.Value = firstWords(f, "conclusionCode")
		}
	case "Condition":
		rec.Title = firstWords(f, "code", "category")
		rec.Value = firstWords(f, "severity", "verificationStatus")
	case "Practitioner", "RelatedPerson", "Person":
		rec.Title = nameWords(f.raw("name"))
	case "Organization", "Location", "HealthcareService":
		rec.Title = firstWords(f, "name", "description", "type")
		rec.Value = firstWords(f, "type")
	case "Medication":
		rec.Title = firstWords(f, "code")
		rec.Value = firstWords(f, "form")
	case "ImagingStudy":
		rec.Title = ehrdesk.CleanLine(f.text("description"))
		describeImaging(rec, f)
	case "Composition", "DocumentReference":
		rec.Title = ehrdesk.CleanLine(f.text("title"))
		if rec.Title == "" {
			rec.Title = ehrdesk.CleanLine(f.text("description"))
		}
		if kind := firstWords(f, "type", "category"); rec.Title == "" {
			rec.Title = kind
		} else if kind != rec.Title {
			rec.Value = kind
		}
	case "ServiceRequest", "Procedure":
		rec.Title = firstWords(f, "code", "category")
		rec.Value = firstWords(f, "reasonCode", "outcome", "bodySite")
		forbid(rec, f)
	default:
		rec.Title = firstWords(f, "code", "vaccineCode", "type", "category", "class", "title", "name", "description", "deviceName")
	}
}

// firstWords is the first of the named elements that has words.
func firstWords(f fields, names ...string) string {
	for _, n := range names {
		if w := words(f.raw(n)); w != "" {
			return w
		}
	}
	return ""
}

func describeObservation(rec *ehrdesk.Record, f fields) {
	rec.Title = firstWords(f, "code", "category")
	kind, v := f.prefixed("value")
	rec.Value = valueWords(kind, v)
	parts, worst, partsAssessed := components(f)
	if rec.Value == "" {
		rec.Value = parts
	}
	if rec.Value == "" {
		if why := words(f.raw("dataAbsentReason")); why != "" {
			rec.Value = "no value: " + why
		}
	}
	low, high, text := rangeOf(f.raw("referenceRange"))
	rec.Range = text
	rec.Flag, rec.Assessed = interpretation(f.raw("interpretation"))
	if !rec.Assessed && kind == "Quantity" {
		rec.Flag, rec.Assessed = compare(v, low, high)
	}
	if partsAssessed {
		rec.Flag, rec.Assessed = graver(rec.Flag, worst), true
	}
}

// components joins the components of a panel, "Systolic 128 mmHg · …", each with
// its own flag, and gives the gravest of them: a critical part makes a critical
// panel.
func components(f fields) (line string, worst ehrdesk.Flag, assessed bool) {
	var parts []string
	each(f.raw("component"), func(e jsontext.Value) {
		c, err := inner(e)
		if err != nil {
			return
		}
		kind, v := c.prefixed("value")
		name, value := firstWords(c, "code"), valueWords(kind, v)
		flag, known := interpretation(c.raw("interpretation"))
		if low, high, _ := rangeOf(c.raw("referenceRange")); !known && kind == "Quantity" {
			flag, known = compare(v, low, high)
		}
		assessed, worst = assessed || known, graver(worst, flag)
		if name != "" || value != "" {
			parts = append(parts, strings.Join(strings.Fields(name+" "+value+" "+string(flag)), " "))
		}
	})
	return strings.Join(parts, " · "), worst, assessed
}

func describeAllergy(rec *ehrdesk.Record, f fields) {
	code := conceptOf(f.raw("code"))
	rec.Title = code.words()
	var reactions []string
	each(f.raw("reaction"), func(e jsontext.Value) {
		r, err := inner(e)
		if err != nil {
			return
		}
		if rec.Title == "" {
			rec.Title = firstWords(r, "substance")
		}
		if w := firstWords(r, "manifestation", "description"); w != "" {
			reactions = append(reactions, w)
		}
	})
	rec.Value = strings.Join(reactions, ", ")
	switch {
	case code.has("716186003", "no-known-allergies", "409137002", "no-known-medication-allergies", "428607008", "no-known-environmental-allergies", "429625007", "no-known-food-allergies"):
		rec.Flag = ehrdesk.FlagNoneKnown
	case code.has("no-allergy-info", "1631000175102"):
		rec.Flag = ehrdesk.FlagNoInformation
	default:
		v := conceptOf(f.raw("verificationStatus"))
		if v.has("unconfirmed", "provisional", "presumed") {
			rec.Flag = ehrdesk.FlagUnconfirmed
		}
		if v.has("refuted", "entered-in-error") {
			rec.Status = v.Coding[0].Code
		}
	}
}

func describeMedication(rec *ehrdesk.Record, f fields) {
	rec.Title = firstWords(f, "medicationCodeableConcept", "medication")
	if rec.Title == "" {
		var r reference
		r.read(f.raw("medicationReference"))
		if rec.Title = ehrdesk.CleanLine(r.Display); rec.Title == "" {
			rec.Title = contained(f, r.Reference)
		}
	}
	dosage := f.raw("dosageInstruction")
	if len(dosage) == 0 {
		dosage = f.raw("dosage")
	}
	var lines []string
	each(dosage, func(e jsontext.Value) {
		if w := dosageWords(e); w != "" {
			lines = append(lines, w)
		}
	})
	rec.Value = strings.Join(lines, "; ")
	forbid(rec, f)
}

// forbid says first what a request says by its modifier: that the thing must
// not be done. Read without it, an order not to give would be an order to give.
func forbid(rec *ehrdesk.Record, f fields) {
	if string(f.raw("doNotPerform")) == "true" {
		rec.Title = "DO NOT GIVE: " + rec.Title
		if rec.Resource == "ServiceRequest" {
			rec.Title = "DO NOT DO: " + strings.TrimPrefix(rec.Title, "DO NOT GIVE: ")
		}
		rec.Flag = ehrdesk.FlagDoNot
	}
}

// contained names a resource held inside this one: "#med1".
func contained(f fields, ref string) string {
	id, ok := strings.CutPrefix(ref, "#")
	if !ok {
		return ""
	}
	out := ""
	each(f.raw("contained"), func(e jsontext.Value) {
		if c, err := inner(e); err == nil && c.text("id") == id && out == "" {
			out = firstWords(c, "code", "name")
		}
	})
	return out
}

// LinkedMedication is the reference of a medication record whose name stands in
// another resource, "" where it carries its own.
func LinkedMedication(r Resource) ehrdesk.Ref {
	if !strings.HasPrefix(r.Record.Resource, "Medication") || r.Record.Title != r.Record.Resource {
		return ehrdesk.Ref{}
	}
	var ref reference
	ref.read(r.members.raw("medicationReference"))
	return ref.target()
}

func nameWords(v jsontext.Value) string {
	if v.Kind() == '"' {
		return ehrdesk.CleanLine(textOf(v))
	}
	out := ""
	each(v, func(e jsontext.Value) {
		var n humanName
		if into(e, &n); out == "" {
			out = n.words()
		}
	})
	return out
}

func doseNumber(f fields) string {
	out := ""
	each(f.raw("protocolApplied"), func(e jsontext.Value) {
		p, err := inner(e)
		if err != nil || out != "" {
			return
		}
		if _, v := p.prefixed("doseNumber"); len(v) > 0 {
			out = "dose " + strings.Trim(string(v), `"`)
		}
	})
	return ehrdesk.CleanLine(out)
}

func lot(f fields) string {
	if l := f.text("lotNumber"); l != "" {
		return "lot " + ehrdesk.CleanLine(l)
	}
	return ""
}

func describeImaging(rec *ehrdesk.Record, f fields) {
	var parts []string
	each(f.raw("series"), func(e jsontext.Value) {
		s, err := inner(e)
		if err != nil {
			return
		}
		if w := strings.TrimSpace(firstWords(s, "modality") + " " + firstWords(s, "bodySite")); w != "" {
			parts = append(parts, w)
		}
	})
	series := strings.Join(parts, ", ")
	if rec.Title == "" {
		rec.Title = firstWords(f, "procedureCode", "modality")
	}
	if rec.Title == "" {
		rec.Title, series = series, ""
	}
	rec.Value = series
}
