package fhir

import (
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
)

// participants is the code system of what an agent of a Provenance did.
const participants = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"

// agents reads who had a part in what a Provenance is of: each with the words for them, and behind an author, or an agent of
// whom it is not said what they did, the provider that they wrote for.
func (rd *reading) agents(f *ehrdesk.Facts, v jsontext.Value) {
	Each(v, func(a jsontext.Value) {
		o := ObjectOf(a)
		if who := rd.reference(o.Raw("who")); who.says() && rd.room(len(f.Parties)) {
			f.Parties = append(f.Parties, ehrdesk.Party{Role: "agent", Ref: who.target(), Display: who.display})
		}
		if !authored(o.Raw("type")) {
			return
		}
		provider := o.Raw("onBehalfOf")
		id := ObjectOf(ObjectOf(provider).Raw("identifier"))
		if value := rd.line(id.Raw("value")); value != "" && rd.room(len(f.Parties)) {
			f.Parties = append(f.Parties, ehrdesk.Party{Role: ehrdesk.OnBehalfOf, Display: rd.reference(provider).display, Identifier: rd.line(id.Raw("system")) + "|" + value})
		}
	})
}

// AuthoredFor is the number in a system of the provider for which an agent of a Provenance wrote what it is of; "" for none.
func AuthoredFor(agent Value, system string) string {
	a := ObjectOf(agent)
	id := ObjectOf(ObjectOf(a.Raw("onBehalfOf")).Raw("identifier"))
	if !authored(a.Raw("type")) || id.Text("system") != system {
		return ""
	}
	return id.Text("value")
}

// authored reports the type of an agent who wrote, or none.
func authored(kind jsontext.Value) bool {
	coded, author := false, false
	Each(ObjectOf(kind).Raw("coding"), func(k jsontext.Value) {
		c := ObjectOf(k)
		coded = coded || c.Text("code") != ""
		author = author || c.Text("code") == "author" && c.Text("system") == participants
	})
	return author || !coded
}
