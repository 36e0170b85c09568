package fhir

import (
	"slices"
	"sync"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
)

// Record is the overview of the resource: its identity, its place among the
// eleven types, and its facts. A member of an unexpected shape leaves only its
// own part empty.
func (r Resource) Record() ehrdesk.Record {
	rec, _ := r.Project()
	return rec
}

// Project is Record, and what the record refers to for its name or its source.
func (r Resource) Project() (ehrdesk.Record, Links) { return r.ProjectAt(r.Place()) }

// ProjectAt is Project of a resource whose place is known.
func (r Resource) ProjectAt(place ehrdesk.Placement) (ehrdesk.Record, Links) {
	meta := r.Meta()
	rec := ehrdesk.Record{Kind: place.Kind, Resource: r.Type, ID: r.ID, Version: meta.Version, Updated: meta.Updated, Linked: place.Linked}
	date, from := r.date()
	f := r.facts(from)
	rec.Date = date
	f.Times = slices.DeleteFunc(f.Times, func(t ehrdesk.Timed) bool { // issued when it was made says nothing more
		return t.Name == "issued" && from != "issued" && t.Text == "" && t.From.SameTime(date)
	})
	if from != "" && from != "effectiveDateTime" {
		f.DateFrom = from
	}
	rec.Title = f.Code.Words()
	rec.Status = f.Status()
	rec.Source = sourceOf(&f)
	rec.Flag, rec.Assessed = r.flag(&f)
	rec.Packed = f.Pack()
	return rec, linksOf(&rec, &f)
}

// titles are the members that say what a resource is, by type; the first with
// words is its name, the others go beside it. Types that are not here have
// anyTitles.
var titles = map[string][]string{
	"Observation":        {"code"},
	"DiagnosticReport":   {"code"},
	"Condition":          {"code"},
	"AllergyIntolerance": {"code", "substance"}, // DSTU2 has the second
	"Encounter":          {"type", "serviceType", "class"},
	"Appointment":        {"serviceType", "appointmentType", "specialty", "serviceCategory", "description"},
	"Immunization":       {"vaccineCode"},
	"Procedure":          {"code"},
	"ServiceRequest":     {"code"},
	"Medication":         {"code"},
	"Composition":        {"title", "type"},
	"DocumentReference":  {"description", "type"},
	"ImagingStudy":       {"description", "procedureCode", "modality"},
	"Organization":       {"name", "type"},
	"Location":           {"name", "description", "type"},
	"HealthcareService":  {"name", "type"},
	"AdverseEvent":       {"event"},
	"SupplyRequest":      {"itemCodeableConcept"},
	"DeviceRequest":      {"codeCodeableConcept"},
	"Provenance":         {"activity"},
	"Consent":            {"scope"},
	"Slot":               {"serviceType", "serviceCategory", "specialty"},
	"DocumentManifest":   {"description", "type"},
	"BodyStructure":      {"morphology", "description"},
}

var anyTitles = []string{"code", "vaccineCode", "type", "title", "name", "description", "deviceName", "productName", "topic", "subjectType", "relationship", "specialty"}

// insideTitles are where the name of a resource stands that has none of its own: a
// member, and one inside it. All that stands there is named.
var insideTitles = map[string][][2]string{
	"NutritionOrder":             {{"oralDiet", "type"}, {"supplement", "type"}, {"supplement", "productName"}, {"enteralFormula", "baseFormulaType"}, {"enteralFormula", "baseFormulaProductName"}},
	"ImmunizationRecommendation": {{"recommendation", "vaccineCode"}, {"recommendation", "targetDisease"}},
	"VisionPrescription":         {{"lensSpecification", "product"}},
	"SupplyDelivery":             {{"suppliedItem", "itemCodeableConcept"}},
	"SupplyRequest":              {{"itemReference", "display"}},
	"DeviceRequest":              {{"codeReference", "display"}},
	"DeviceUseStatement":         {{"device", "display"}},
	"Media":                      {{"content", "title"}},
	"Communication":              {{"payload", "contentString"}},
	"CommunicationRequest":       {{"payload", "contentString"}},
	"RiskAssessment":             {{"prediction", "outcome"}},
}

// title fills what the resource is. What it is called and what kind it is of may
// stand in two elements: both are kept.
func (r Resource) title(rd *reading, f *ehrdesk.Facts) {
	switch r.Type {
	case "MedicationRequest", "MedicationStatement", "MedicationDispense", "MedicationAdministration":
		rd.medication(r, f)
		rd.contradictions(f, true)
		return
	case "Patient", "Practitioner", "RelatedPerson", "Person":
		f.Code.Text = rd.cut(readName(r.Raw("name"), nil).Banner())
		return
	case "QuestionnaireResponse": // what its form is called stands beside the form's URL (FHIR R4, extension display), or, of ours, in it
		for _, in := range [...]Value{r.Raw("extension"), ObjectOf(r.Raw("_questionnaire")).Raw("extension")} {
			Each(in, func(e jsontext.Value) {
				o := ObjectOf(e)
				if url := o.Text("url"); f.Code.IsZero() && (url == "urn:ehrdesk:form:called" || url == "http://hl7.org/fhir/StructureDefinition/display") {
					f.Code.Text = rd.line(o.Raw("valueString"))
				}
			})
		}
	case "Device":
		Each(r.Raw("deviceName"), func(e jsontext.Value) {
			if f.Code.IsZero() {
				f.Code.Text = rd.line(ObjectOf(e).Raw("name"))
			}
		})
	}
	names := titles[r.Type]
	if names == nil {
		names = anyTitles
	}
	for _, name := range names {
		for _, c := range rd.concepts(r.Raw(name)) {
			switch {
			case f.Code.IsZero():
				f.Code = c
			case rd.room(len(f.Categories)):
				f.Categories = append(f.Categories, c)
			}
		}
	}
	for _, path := range insideTitles[r.Type] {
		if !f.Code.IsZero() {
			break
		}
		Each(r.Raw(path[0]), func(e jsontext.Value) {
			for _, c := range rd.concepts(ObjectOf(e).Raw(path[1])) {
				if f.Code.IsZero() {
					f.Code = c
				} else {
					f.Categories = appendNew(rd, f.Categories, c)
				}
			}
		})
	}
	rd.contradictions(f, r.Type == "Medication")
	if f.Text != "" && f.Text == f.Code.Text { // a description that is the name
		f.Text = ""
	}
	switch {
	case r.Type == "Medication" && wordless(f.Code):
		f.Code.Text = rd.ingredients(r.Object)
	case r.Type == "AllergyIntolerance":
		rd.substance(f)
	}
}

// date is the clinically relevant date, and the element it stands in.
func (r Resource) date() (ehrdesk.When, string) {
	switch r.Type {
	case "Patient", "Organization", "Practitioner", "PractitionerRole", "Medication", "Location", "Device":
		return ehrdesk.When{}, ""
	case "Condition":
		return r.whenNamed("onsetDateTime", "onsetPeriod", "recordedDate")
	case "AllergyIntolerance":
		return r.whenNamed("recordedDate", "onsetDateTime", "lastOccurrence")
	case "Specimen":
		if w, from := ObjectOf(r.Raw("collection")).whenNamed("collectedDateTime", "collectedPeriod"); !w.IsZero() {
			return w, from
		}
	}
	return r.firstOf(dateRanks())
}

// dates are the elements of a record's date, the first that is there before the
// others.
var dates = [...]string{"effectiveDateTime", "effectivePeriod", "effectiveInstant", "occurrenceDateTime", "occurrencePeriod",
	"performedDateTime", "performedPeriod", "authoredOn", "whenHandedOver", "whenPrepared", "dateAsserted", "started",
	"period", "start", "date", "dateTime", "created", "recordedDate", "recorded", "startDate", "servicedDate",
	"servicedPeriod", "timingDateTime", "timingPeriod", "createdDateTime", "createdPeriod", "issued", "collectedDateTime",
	"receivedTime", "sent", "authored", "dateWritten", "executionPeriod", "identifiedDateTime", "identifiedPeriod", "detected", "statusDate",
	"occurredDateTime", "occurredPeriod", "recordedOn", "planningHorizon"}

// dateRanks is each element's place among them.
var dateRanks = sync.OnceValue(func() map[string]int {
	out := map[string]int{}
	for i, name := range dates {
		out[name] = i
	}
	return out
})

// firstOf is the date of the member with the lowest rank that is one.
func (r Resource) firstOf(ranks map[string]int) (best ehrdesk.When, from string) {
	lowest := len(ranks)
	for i := range r.Object {
		name, v := r.Object[i].Name, r.Object[i].Value
		if k := v.Kind(); k != '{' && (k != '"' || len(v) < 3 || (v[1] < '0' || v[1] > '9') && v[1] != '\\') {
			continue // no date begins so: most members are none, and need not be looked up
		}
		rank, ok := ranks[string(name)]
		if !ok || rank >= lowest {
			continue
		}
		if w := whenOf(r.Object[i].Value); !w.IsZero() {
			best, from, lowest = w, textOf(name), rank
		}
	}
	return best, from
}

// sources are the roles of who a record came from, institutions before people.
var sources = [...]string{"serviceProvider", "custodian", "managingOrganization", "organization", "performer", "author", "asserter", "recorder", "requester",
	"informationSource", "source", "sender", "participant", "actor", "performerActor"}

// sourceOf is the institution or person a record came from, in the words the
// record itself carries; "" where it names them by reference alone.
func sourceOf(f *ehrdesk.Facts) string {
	for _, role := range sources {
		for _, p := range f.Parties {
			if p.Role == role && p.Display != "" && p.Ref.Resource != "Patient" {
				return p.Display
			}
		}
	}
	return ""
}

// flag is what a list marks the record with.
func (r Resource) flag(f *ehrdesk.Facts) (flag ehrdesk.Flag, assessed bool) {
	if f.Status() == "entered-in-error" { // what was not so is not critical either
		return ehrdesk.FlagNone, false
	}
	if r.Type == "AllergyIntolerance" {
		return allergyFlag(f), false
	}
	if f.Forbids {
		return ehrdesk.FlagDoNot, false
	}
	for i := range f.Results {
		assessed = assessed || f.Results[i].Assessed
		flag = graver(flag, f.Results[i].Flag)
	}
	return flag, assessed
}

// named reports whether v is a non-empty object, list or scalar.
func named(v jsontext.Value) bool { return len(v) > 0 && v.Kind() != 'n' }
