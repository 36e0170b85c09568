package fhir

import (
	"cmp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
)

// Facts reads what the resource says. The elements that decide (statuses, what
// forbids) are read of every type alike, by name; people, places, times and
// related records by their shape, so that no type is left without them.
func (r Resource) Facts() ehrdesk.Facts {
	_, own := r.date()
	return r.facts(own)
}

// facts is Facts, where the element of the record's own date is known.
func (r Resource) facts(own string) ehrdesk.Facts {
	rd := &reading{}
	f := &ehrdesk.Facts{}
	if recorded[own] { // that a day is the day of writing has to be said
		own = ""
	}
	besides := besides[r.Type]
	for i := range r.Object {
		m := &r.Object[i]
		if at := besides[string(m.Name)]; at != nil {
			rd.beside(f, at, m.Value)
		}
		if string(m.Name) == "meta" {
			rd.programmes(f, m.Value)
		}
		if named(m.Value) && (string(m.Name) != own || m.Value.Kind() == '{') { // the record's own date is beside the facts
			rd.member(f, r.Type, textOf(m.Name), m.Value)
		}
	}
	slices.SortStableFunc(f.States, func(a, b ehrdesk.State) int { return cmp.Compare(a.Element, b.Element) })
	if rd.some {
		f.Dosages = append(f.Dosages, rd.own)
	}
	r.title(rd, f)
	f.Besides = slices.DeleteFunc(f.Besides, func(b ehrdesk.Beside) bool { return b.Element == "summary" && b.Concept.Words() == f.Text })
	if r.Type == "Observation" {
		rd.results(r, f)
		if r.Has("focus") {
			rd.notItself(r, f)
		}
	}
	if len(f.Dosages) > 0 {
		sortDosages(f.Dosages)
		f.NoteText = ""
	} else if f.Notes > 0 && !noted(r.Type) {
		f.NoteText = ""
	}
	f.Altered = (r.Bytes == nil || alterable(r.Bytes)) && altered(r.Object)
	f.More = rd.more
	return *f
}

// notItself takes out a focus that is the subject itself, and says nothing else.
func (rd *reading) notItself(r Resource, f *ehrdesk.Facts) {
	subject := rd.reference(r.Raw("subject"))
	same := func(role string, to ehrdesk.Ref, display string) bool {
		return role == "focus" && to == subject.target() && to.ID != "" && (display == "" || display == subject.display)
	}
	f.Parties = slices.DeleteFunc(f.Parties, func(p ehrdesk.Party) bool { return same(p.Role, p.Ref, p.Display) })
	f.Relations = slices.DeleteFunc(f.Relations, func(l ehrdesk.Relation) bool { return same(l.Role, l.Ref, l.Display) })
}

// noted are the types of whose notes a list shows the first: a drug without a
// dosage may have it there, and a result what spoils it.
func noted(resource string) bool {
	return strings.HasPrefix(resource, "Medication") || resource == "Observation" || resource == "DiagnosticReport"
}

// ofResult are the members of an Observation that say its result and what judges it.
func ofResult(name string) bool {
	switch name {
	case "referenceRange", "interpretation", "dataAbsentReason", "component":
		return true
	}
	return strings.HasPrefix(name, "value")
}

// recorded are the elements that say when something was written down.
var recorded = map[string]bool{"recordedDate": true, "recorded": true, "dateAsserted": true, "authoredOn": true, "issued": true, "created": true, "date": true}

// member reads one member of the resource.
func (rd *reading) member(f *ehrdesk.Facts, resource, name string, v jsontext.Value) {
	if resource == "Observation" && ofResult(name) { // results reads it
		return
	}
	switch name {
	case "resourceType", "id", "meta", "text", "contained", "extension", "modifierExtension", "identifier", "implicitRules", "language",
		"subject", "patient", "code", "value", "component", "telecom", "address", "photo", "contact", "communication", "name":
	case "agent":
		if resource == "Provenance" {
			rd.agents(f, v)
			return
		}
		rd.other(f, name, v)
	case "status", "clinicalStatus", "verificationStatus", "docStatus", "lifecycleStatus", "intent", "priority", "isSubpotent", "subpotentReason",
		"statusReason", "statusReasonCodeableConcept", "reasonNotTaken", "businessStatus", "achievementStatus", "availability", "participantStatus":
		rd.states(f, name, v)
	case "doNotPerform":
		f.Forbids = string(v) == "true"
	case "notGiven", "wasNotGiven", "notDone": // DSTU2 and STU3, beside a status of "completed"
		if string(v) == "true" {
			negated(f, "not-done")
		}
	case "wasNotTaken": // DSTU2
		if string(v) == "true" {
			negated(f, "not-taken")
		}
	case "taken": // STU3
		if resource == "MedicationStatement" && Text(v) == "n" {
			negated(f, "not-taken")
		}
	case "adherence": // R5
		if slices.ContainsFunc(rd.concept(ObjectOf(v).Raw("code")).Codings, func(k ehrdesk.Coding) bool { return k.Code == "not-taking" }) {
			negated(f, "not-taken")
		}
	case "category", "class", "appointmentType", "specialty", "reasonType", "actuality":
		f.Categories = append(f.Categories, rd.concepts(v)...)
	case "type":
		if resource == "AllergyIntolerance" { // of other types it is what they are called
			f.Categories = append(f.Categories, rd.concepts(v)...)
			return
		}
		rd.other(f, name, v)
	case "conclusion", "summary", "valueString", "topic":
		if v.Kind() == '"' && resource != "Observation" && f.Text == "" {
			f.Text = rd.line(v)
		}
	case "description":
		if v.Kind() == '"' && f.Text == "" {
			f.Text = rd.line(v)
		}
	case "dosageInstruction", "dosage":
		Each(v, func(e jsontext.Value) {
			d := ehrdesk.Dosage{Text: rd.line(e)} // a bare string in the place of one
			if e.Kind() == '{' {
				d = rd.dosage(ObjectOf(e))
			}
			if (e.Kind() == '{' || d.Text != "") && rd.room(len(f.Dosages)) {
				f.Dosages = append(f.Dosages, d)
			}
		})
	case "doseQuantity", "route", "occurrenceTiming", "asNeededBoolean", "asNeededCodeableConcept", "asNeededFor":
		rd.ownDosage(name, v)
	case "dispenseRequest":
		o := ObjectOf(v)
		rd.other(f, "validityPeriod", o.Raw("validityPeriod"))
		f.Supply.Quantity, f.Supply.Days = rd.quantity(o.Raw("quantity")), rd.quantity(o.Raw("expectedSupplyDuration"))
		f.Supply.Repeats = rd.number(o.Raw("numberOfRepeatsAllowed"))
	case "quantity":
		f.Supply.Quantity = rd.quantity(v)
	case "substitution":
		for _, inner := range [...]string{"allowedCodeableConcept", "type"} {
			if c := rd.concept(ObjectOf(v).Raw(inner)); f.Supply.Substitution.IsZero() {
				f.Supply.Substitution = c
			}
		}
	case "daysSupply":
		f.Supply.Days = rd.quantity(v)
	case "protocolApplied":
		Each(v, func(e jsontext.Value) {
			if o := ObjectOf(e); rd.room(len(f.Doses)) {
				_, n := o.Choice("doseNumber")
				_, of := o.Choice("seriesDoses")
				f.Doses = append(f.Doses, ehrdesk.DoseGiven{Series: rd.line(o.Raw("series")), Number: rd.number(n), Of: rd.number(of)})
			}
		})
	case "lotNumber":
		f.Lot = rd.line(v)
	case "severity", "criticality":
		if c := rd.state(v); f.Severity.IsZero() || name == "severity" {
			f.Severity = c
		}
	case "reaction":
		Each(v, func(e jsontext.Value) {
			if resource == "Immunization" { // what came after a dose
				rd.reactionTo(f, ObjectOf(e))
				return
			}
			rd.reaction(f, ObjectOf(e))
		})
	case "reasonCode", "reason", "indication", "reasonReference", "reasonCodeableConcept":
		rd.reasons(f, name, v)
	case "conclusionCode", "codedDiagnosis", "outcome", "outcomeCodeableConcept", "result", "outcomeCode":
		if named := rd.concepts(v); len(named) > 0 && !isReference(v) {
			f.Outcomes = append(f.Outcomes, named...)
			return
		}
		rd.related(f, name, v)
	case "medicationReference", "medicationCodeableConcept", "medication":
		rd.product(f, name, v)
	case "bodySite", "bodysite", "site", "laterality", "location", "locationQualifier", "bodyStructure", "lensSpecification", "collection", "series":
		rd.sites(f, name, v)
	case "modality", "productCode", "format":
		f.Parts = append(f.Parts, rd.concepts(v)...)
	case "note", "comment", "patientInstruction":
		rd.notes(f, v)
	case "provision", "decision":
		if resource != "Consent" {
			rd.other(f, name, v)
			return
		}
		if d := Text(v); d == "deny" || d == "permit" { // R5
			rd.addBeside(f, ehrdesk.Beside{Element: d})
		}
		rd.provision(f, v, 0)
	case "condition", "finding", "prediction":
		rd.findings(f, resource, name, v)
	default:
		rd.other(f, name, v)
	}
}

// ownDosage reads what stands of a dosage in the resource itself: the dose of an
// immunisation, when a service is to be done.
func (rd *reading) ownDosage(name string, v jsontext.Value) {
	d := &rd.own
	switch name {
	case "doseQuantity":
		if x := rd.value("Quantity", v); !x.IsZero() {
			d.Doses, rd.some = append(d.Doses, ehrdesk.DoseRate{Dose: x}), true
		}
	case "route":
		d.Route = rd.concept(v)
		rd.some = rd.some || !d.Route.IsZero()
	case "occurrenceTiming":
		d.Timing = rd.timing(ObjectOf(v))
		rd.some = rd.some || !d.Timing.IsZero()
	case "asNeededCodeableConcept", "asNeededFor":
		d.AsNeeded, d.AsNeededFor, rd.some = true, rd.concepts(v), true
	case "asNeededBoolean":
		d.AsNeeded = d.AsNeeded || string(v) == "true"
		rd.some = rd.some || d.AsNeeded
	}
}

// product notes the resource that a drug's name stands in. What the reference says
// itself is in the name, or in Unnamed.
func (rd *reading) product(f *ehrdesk.Facts, name string, v jsontext.Value) {
	if t := rd.reference(v).target(); t.ID != "" && rd.room(len(f.Relations)) {
		f.Relations = append(f.Relations, ehrdesk.Relation{Role: name, Ref: t, Display: rd.reference(v).display})
	}
}

var stateElements = map[string]ehrdesk.StateElement{
	"status": ehrdesk.StateStatus, "clinicalStatus": ehrdesk.StateClinical, "verificationStatus": ehrdesk.StateVerification,
	"docStatus": ehrdesk.StateDocument, "lifecycleStatus": ehrdesk.StateLifecycle, "intent": ehrdesk.StateIntent, "priority": ehrdesk.StatePriority,
	"statusReason": ehrdesk.StateReason, "statusReasonCodeableConcept": ehrdesk.StateReason, "reasonNotTaken": ehrdesk.StateReason,
	"isSubpotent": ehrdesk.StateSubpotent, "subpotentReason": ehrdesk.StateSubpotentReason, "businessStatus": ehrdesk.StateBusiness,
	"achievementStatus": ehrdesk.StateBusiness, "participantStatus": ehrdesk.StateBusiness, "availability": ehrdesk.StateAvailable,
}

// negated puts the status that R4 has for what another element of an earlier or later
// FHIR says before the status as sent, which says "completed" or "active" all the
// same: the careful one counts.
func negated(f *ehrdesk.Facts, code string) {
	f.States = slices.Insert(f.States, 0, ehrdesk.State{Element: ehrdesk.StateStatus, Concept: ehrdesk.Concept{Codings: []ehrdesk.Coding{{Code: code}}}})
}

// states reads a status element. A list of reasons gives a state each.
func (rd *reading) states(f *ehrdesk.Facts, name string, v jsontext.Value) {
	if v.Kind() == 't' || v.Kind() == 'f' {
		f.States = append(f.States, ehrdesk.State{Element: stateElements[name], Concept: ehrdesk.Concept{Codings: []ehrdesk.Coding{{Code: string(v)}}}})
		return
	}
	Each(v, func(e jsontext.Value) {
		if c := rd.state(e); !c.IsZero() && rd.room(len(f.States)) {
			f.States = append(f.States, ehrdesk.State{Element: stateElements[name], Concept: c})
		}
	})
}

func (rd *reading) reaction(f *ehrdesk.Facts, o Object) {
	if o == nil || !rd.room(len(f.Reactions)) {
		return
	}
	x := ehrdesk.Reaction{Substance: rd.concept(o.Raw("substance")), Manifestations: rd.concepts(o.Raw("manifestation")), Text: rd.line(o.Raw("description"))}
	x.Severity = rd.line(o.Raw("severity"))
	x.Onset, _ = rd.when(o.Raw("onset"))
	f.Reactions = append(f.Reactions, x)
}
