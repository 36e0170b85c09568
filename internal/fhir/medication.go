package fhir

import (
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
)

// medication names the drug of a prescription, a dispensing, a statement: its own
// concept, a contained product by code or ingredients, or the words beside a
// reference. Where none of them has a name, the facts say what the reference says.
func (rd *reading) medication(r Resource, f *ehrdesk.Facts) {
	if f.Code = rd.concept(r.Raw("medicationCodeableConcept")); !f.Code.IsZero() {
		return
	}
	v := r.Raw("medicationReference")
	if v == nil {
		v = r.Raw("medication") // a later release's CodeableReference, or an earlier one's concept
		o := ObjectOf(v)
		if f.Code = rd.concept(v); f.Code.IsZero() {
			f.Code = rd.concept(o.Raw("concept"))
		}
		if !f.Code.IsZero() {
			return
		}
		if inner := o.Raw("reference"); inner.Kind() == '{' {
			v = inner
		}
	}
	ref := rd.reference(v)
	if id, ok := strings.CutPrefix(ref.literal, "#"); ok {
		f.Code = rd.contained(r, id)
		Each(r.Raw("contained"), func(e jsontext.Value) {
			if o := ObjectOf(e); o.Text("id") == id && o.Text("status") == "entered-in-error" {
				rd.addBeside(f, ehrdesk.Beside{Element: ehrdesk.BesideDrugInError})
			}
		})
		if ref.display != "" && Differs(f.Code.Words(), ref.display) {
			rd.addBeside(f, ehrdesk.Beside{Element: ehrdesk.BesideLinkedDrug, Concept: ehrdesk.Concept{Text: ref.display}})
		}
	}
	if wordless(f.Code) {
		f.Code.Text = ref.display
	}
	if f.Code.IsZero() {
		f.Unnamed = ehrdesk.Unnamed{Is: true, Identifier: ref.value, Ref: ref.target()}
	}
}

// contained names a product held inside the resource, "#med1".
func (rd *reading) contained(r Resource, id string) (c ehrdesk.Concept) {
	Each(r.Raw("contained"), func(e jsontext.Value) {
		o := ObjectOf(e)
		if o.Text("id") != id || !c.IsZero() {
			return
		}
		if c = rd.concept(o.Raw("code")); wordless(c) {
			c.Text = rd.line(o.Raw("name"))
		}
		if wordless(c) {
			c.Text = rd.ingredientsIn(r, o)
		}
	})
	return c
}

// wordless reports a concept with no words for people: a bare code hides what the
// product's ingredients say.
func wordless(c ehrdesk.Concept) bool {
	return c.Text == "" && !slices.ContainsFunc(c.Codings, func(k ehrdesk.Coding) bool { return k.Display != "" })
}

func (rd *reading) ingredients(o Object) string { return rd.ingredientsIn(Resource{Object: o}, o) }

// ingredientsIn names a product by what is in it, each with its strength as sent:
// "amlodipine 5 mg in 1 tablet + …".
func (rd *reading) ingredientsIn(r Resource, product Object) string {
	var parts []string
	Each(product.Raw("ingredient"), func(e jsontext.Value) {
		o := ObjectOf(e)
		name := rd.concept(o.Raw("itemCodeableConcept")).Words()
		if name == "" {
			ref := rd.reference(o.Raw("itemReference"))
			name = ref.display
			// Without a type: what is contained there is not followed further, as it may lead back here.
			if id, ok := strings.CutPrefix(ref.literal, "#"); ok && name == "" && r.Type != "" {
				name = rd.contained(Resource{Object: r.Object}, id).Words()
			}
		}
		if name == "" || !rd.room(len(parts)) {
			return
		}
		if strength := o.Raw("strength"); named(strength) {
			name += strengthWords(rd.pair(strength, "numerator", "denominator"))
		}
		parts = append(parts, name)
	})
	return strings.Join(parts, " + ")
}

// strengthWords is a strength in the sender's own numbers and units; a
// denominator of one, or none, goes unsaid where it has no unit of its own.
func strengthWords(n, d ehrdesk.Quantity) string {
	if n.Number == "" {
		return ""
	}
	s := " " + strings.TrimSpace(n.Number+" "+unitOf(n))
	if unit := unitOf(d); d.Number != "" && d.Number != "1" || unit != "" && unit != "1" && unit != "tablet" && unit != "capsule" && unit != "{tbl}" {
		s += " / " + strings.TrimSpace(d.Number+" "+unit)
	}
	return s
}
