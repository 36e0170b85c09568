package fhir

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
)

// besideAt is where an element stands that qualifies a record and that few types
// have. A boolean says something only where it has the value when; the thing that
// it is about stands beside it, at words.
type besideAt struct {
	element string // what the facts call it
	inside  string // members from the top one down, "detail.doNotPerform"; "" for itself
	when    string // the boolean that is worth a word
	words   string // members of the object that holds the boolean, the first with words counts
}

// besides are those elements, by resource type and top member. Source: HL7 FHIR
// R4, and R5 and STU3 where they have them by another name.
var besides = map[string]map[string][]besideAt{
	"CarePlan":            {"activity": {{element: "doNotPerform", inside: "detail.doNotPerform", when: "true", words: "code description"}}},
	"NutritionOrder":      {"excludeFoodModifier": {{element: "excludeFoodModifier"}}, "foodPreferenceModifier": {{element: "foodPreferenceModifier"}}},
	"Procedure":           {"complication": {{element: "complication"}}, "complicationDetail": {{element: "complication"}}},
	"ServiceRequest":      {"orderDetail": {{element: "orderDetail"}, {element: "orderDetail", inside: "parameter.code"}}},
	"MedicationRequest":   {"substitution": {{element: "substitution", inside: "allowedBoolean", when: "false"}}},
	"MedicationDispense":  {"substitution": {{element: "wasSubstituted", inside: "wasSubstituted", when: "true"}}},
	"DetectedIssue":       {"detail": {{element: "detail"}}, "mitigation": {{element: "mitigation", inside: "action"}}},
	"ClinicalImpression":  {"summary": {{element: "summary"}}},
	"Condition":           {"abatementBoolean": {{element: "abatement", when: "true"}}, "abatement": {{element: "abatement", when: "true"}}},
	"FamilyMemberHistory": {"deceasedBoolean": {{element: "deceased", when: "true"}}},
	"List":                {"entry": {{element: "deleted", inside: "deleted", when: "true", words: "item"}}, "emptyReason": {{element: "emptyReason"}}},
	"Group":               {"characteristic": {{element: "exclude", inside: "exclude", when: "true", words: "code"}}},
	"Encounter":           {"hospitalization": {{element: "dischargeDisposition", inside: "dischargeDisposition"}}, "admission": {{element: "dischargeDisposition", inside: "dischargeDisposition"}}},
	"Immunization":        {"programEligibility": {{element: ehrdesk.BesideProgramme}}},
	"Specimen":            {"condition": {{element: "specimenCondition"}}},
	"Appointment":         {"cancelationReason": {{element: "cancelationReason"}}, "cancellationReason": {{element: "cancelationReason"}}},
}

// beside reads one member of a resource that has such elements.
func (rd *reading) beside(f *ehrdesk.Facts, at []besideAt, v jsontext.Value) {
	for _, b := range at {
		rd.besideAt(f, b, b.inside, nil, v)
	}
}

func (rd *reading) besideAt(f *ehrdesk.Facts, b besideAt, inside string, holder Object, v jsontext.Value) {
	Each(v, func(e jsontext.Value) {
		if inside != "" {
			name, rest, _ := strings.Cut(inside, ".")
			if o := ObjectOf(e); named(o.Raw(name)) {
				rd.besideAt(f, b, rest, o, o.Raw(name))
			}
			return
		}
		var c ehrdesk.Concept
		switch {
		case b.when != "":
			if string(e) != b.when {
				return
			}
			for _, name := range strings.Fields(b.words) {
				if c.IsZero() {
					c = rd.worded(holder.Raw(name))
				}
			}
		case e.Kind() == 't' || e.Kind() == 'f':
			return
		default:
			c = rd.worded(e)
		}
		rd.addBeside(f, ehrdesk.Beside{Element: b.element, Concept: c})
	})
}

// programmes are the tags of a resource that name a public-private programme: FHIR R4 has
// an element for one in few resources, and a tag in all.
func (rd *reading) programmes(f *ehrdesk.Facts, meta jsontext.Value) {
	Each(rawAt(meta, "tag"), func(v jsontext.Value) {
		if TextAt(v, "system") != ehrdesk.SystemProgramme {
			return
		}
		tag := ObjectOf(v)
		c := ehrdesk.Concept{Codings: []ehrdesk.Coding{{System: ehrdesk.SystemProgramme, Code: rd.cut(tag.Line("code"))}}, Text: rd.cut(tag.Line("display"))}
		if c.Text != "" || c.Codings[0].Code != "" {
			rd.addBeside(f, ehrdesk.Beside{Element: ehrdesk.BesideProgramme, Concept: c})
		}
	})
}

func (rd *reading) addBeside(f *ehrdesk.Facts, b ehrdesk.Beside) {
	same := func(o ehrdesk.Beside) bool {
		return o.Element == b.Element && o.Concept.Text == b.Concept.Text && slices.Equal(o.Concept.Codings, b.Concept.Codings) && slices.EqualFunc(o.Values, b.Values, sameValue)
	}
	if !slices.ContainsFunc(f.Besides, same) && rd.room(len(f.Besides)) {
		f.Besides = append(f.Besides, b)
	}
}

func sameValue(a, b ehrdesk.Value) bool {
	return a.Kind == b.Kind && a.Low == b.Low && a.High == b.High && a.Text == b.Text && a.From == b.From && a.Until == b.Until && a.Concept.Text == b.Concept.Text && slices.Equal(a.Concept.Codings, b.Concept.Codings)
}

// worded is a concept, or what a reference or a codeable reference says in words.
func (rd *reading) worded(v jsontext.Value) ehrdesk.Concept {
	if v.Kind() == '"' { // a code of FHIR's own, or a sentence
		s := rd.line(v)
		if strings.ContainsAny(s, " ，。") || han(s) {
			return ehrdesk.Concept{Text: s}
		}
		return ehrdesk.Concept{Codings: []ehrdesk.Coding{{Code: s}}}
	}
	if c := rd.concept(v); !c.IsZero() {
		return c
	}
	if c := rd.concept(ObjectOf(v).Raw("concept")); !c.IsZero() {
		return c
	}
	inner := ObjectOf(v).Raw("reference")
	return ehrdesk.Concept{Text: cmp.Or(rd.reference(v).display, rd.reference(inner).display)}
}

// findings are what a history, an assessment or a prediction found.
func (rd *reading) findings(f *ehrdesk.Facts, resource, name string, v jsontext.Value) {
	Each(v, func(e jsontext.Value) {
		switch resource {
		case "FamilyMemberHistory":
			rd.relativesCondition(f, ObjectOf(e))
		case "RiskAssessment":
			rd.prediction(f, ObjectOf(e))
		case "ClinicalImpression":
			if c := rd.concept(ObjectOf(e).Raw("itemCodeableConcept")); !c.IsZero() {
				f.Outcomes = appendNew(rd, f.Outcomes, c)
				return
			}
			rd.related(f, name, e)
		default:
			rd.related(f, name, e)
		}
	})
}

// prediction is one RiskAssessment.prediction: what may come, and how likely.
func (rd *reading) prediction(f *ehrdesk.Facts, o Object) {
	b := ehrdesk.Beside{Element: "prediction", Concept: rd.concept(o.Raw("outcome"))}
	percent := func(q ehrdesk.Quantity) ehrdesk.Quantity {
		if q.Number != "" && q.Unit == "" { // R4 gives it in percent
			q.Unit = "%"
		}
		return q
	}
	if n := rd.number(o.Raw("probabilityDecimal")); n != "" {
		b.Values = append(b.Values, ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: n, Unit: "%"}})
	}
	if v := rd.value("Range", o.Raw("probabilityRange")); !v.IsZero() {
		v.Low, v.High = percent(v.Low), percent(v.High)
		b.Values = append(b.Values, v)
	}
	if c := rd.concept(o.Raw("qualitativeRisk")); !c.IsZero() {
		b.Values = append(b.Values, ehrdesk.Value{Kind: ehrdesk.IsConcept, Concept: c})
	}
	if n := rd.number(o.Raw("relativeRisk")); n != "" {
		b.Values = append(b.Values, ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: n, Unit: "×"}})
	}
	if v := rd.value("Period", o.Raw("whenPeriod")); !v.IsZero() {
		b.Values = append(b.Values, v)
	}
	if v := rd.value("Range", o.Raw("whenRange")); !v.IsZero() {
		b.Values = append(b.Values, v)
	}
	if s := rd.line(o.Raw("rationale")); s != "" {
		b.Values = append(b.Values, ehrdesk.Value{Kind: ehrdesk.IsText, Text: s})
	}
	if !b.Concept.IsZero() || len(b.Values) > 0 {
		rd.addBeside(f, b)
	}
}

// relativesCondition is one FamilyMemberHistory.condition: what a relative had,
// from when on, and how it ended.
func (rd *reading) relativesCondition(f *ehrdesk.Facts, o Object) {
	b := ehrdesk.Beside{Element: "condition", Concept: rd.concept(o.Raw("code"))}
	if kind, v := o.Choice("onset"); kind != "" {
		if on := rd.value(kind, v); !on.IsZero() {
			b.Values = append(b.Values, on)
		}
	}
	if c := rd.concept(o.Raw("outcome")); !c.IsZero() {
		b.Values = append(b.Values, ehrdesk.Value{Kind: ehrdesk.IsConcept, Concept: c})
	}
	if string(o.Raw("contributedToDeath")) == "true" {
		b.Values = append(b.Values, ehrdesk.Value{Kind: ehrdesk.IsConcept, Concept: ehrdesk.Concept{Codings: []ehrdesk.Coding{{Code: "contributedToDeath"}}}})
	}
	if !b.Concept.IsZero() || len(b.Values) > 0 {
		rd.addBeside(f, b)
	}
}

// reactionTo is one Immunization.reaction: that there was one counts, also where
// nothing says which.
func (rd *reading) reactionTo(f *ehrdesk.Facts, o Object) {
	if o == nil || string(o.Raw("reported")) == "false" && len(o) == 1 {
		return
	}
	c := rd.worded(o.Raw("detail"))
	if c.IsZero() {
		c = rd.worded(o.Raw("manifestation"))
	}
	rd.addBeside(f, ehrdesk.Beside{Element: "reaction", Concept: c})
}

// provision is a Consent.provision, and those inside it: what is allowed or refused, and
// for which time. R4 lets the outermost say neither of the two: what it is about, and its
// time, stand under the element's own name then.
func (rd *reading) provision(f *ehrdesk.Facts, v jsontext.Value, depth int) {
	Each(v, func(e jsontext.Value) {
		o := ObjectOf(e)
		if o == nil || depth > deepestAlters {
			return
		}
		var when []ehrdesk.Value
		if p := rd.value("Period", o.Raw("period")); !p.IsZero() {
			when = append(when, p)
		}
		kind := o.Text("type")
		said := kind == "deny" || kind == "permit"
		if !said {
			kind = "provision"
		}
		things := rd.concepts(o.Raw("code"))
		for _, c := range things {
			rd.addBeside(f, ehrdesk.Beside{Element: kind, Concept: c, Values: when})
		}
		if len(things) == 0 && (said || len(when) > 0) {
			rd.addBeside(f, ehrdesk.Beside{Element: kind, Values: when})
		}
		rd.provision(f, o.Raw("provision"), depth+1)
	})
}

// altered reports a modifierExtension with something in it, or implicitRules,
// anywhere in the object: FHIR forbids to read on as if they were not there.
// Source: HL7 FHIR R4, Extensibility, modifierExtension.
func altered(o Object) bool { return alteredTo(o, 0) }

// deepestAlters is how deep altered looks: no resource is deeper, and of one that is,
// nobody knows what it means.
const deepestAlters = 64

func alteredTo(o Object, depth int) bool {
	found := depth > deepestAlters
	for i := range o {
		if found {
			return true
		}
		v := o[i].Value
		switch string(o[i].Name) {
		case "modifierExtension":
			if alters(v) {
				return true
			}
		case "implicitRules":
			if Text(v) != "" {
				return true
			}
		case "contained":
			// What is inside alters what is inside: it counts where the record takes its name from there.
			Each(v, func(e jsontext.Value) {
				c := ObjectOf(e)
				if kind := c.Text("resourceType"); kind == "Medication" || kind == "Substance" {
					found = found || alteredTo(c, depth+1)
				}
			})
		default:
			if (v.Kind() == '{' || v.Kind() == '[') && (depth > 0 || alterable(v)) && alteredInside(v, depth+1) {
				return true
			}
		}
	}
	return found
}

// alterable reports that it is worth looking inside, at the price of one search.
func alterable(v []byte) bool {
	return holds(v, `"modifier`, `Extension"`) || holds(v, `"implicit`, `Rules"`)
}

// holds reports before and after one behind the other. It looks for the first letter
// of after, which is a capital one: they are rare, and a search for a quote stops at
// every word.
func holds(v []byte, before, after string) bool {
	for i := 0; ; i++ {
		n := bytes.IndexByte(v[i:], after[0])
		if n < 0 {
			return false
		}
		if i += n; i >= len(before) && len(v)-i >= len(after) && string(v[i-len(before):i]) == before && string(v[i:i+len(after)]) == after {
			return true
		}
	}
}

func alteredInside(v jsontext.Value, depth int) bool {
	found := depth > deepestAlters
	Each(v, func(e jsontext.Value) {
		switch {
		case found:
		case e.Kind() == '{':
			found = alteredTo(ObjectOf(e), depth)
		case e.Kind() == '[':
			found = alteredInside(e, depth+1)
		}
	})
	return found
}

// alters reports an extension that says something, by its url.
func alters(v jsontext.Value) bool {
	found := false
	Each(v, func(e jsontext.Value) { found = found || len(ObjectOf(e)) > 0 || e.Kind() == '"' })
	return found
}
