// Package signature signs a FHIR R4 resource and says what a signature on one is worth: JWS (RFC 7515), detached, over the
// resource's canonical form. It holds no key and asks nobody: who signs and whose keys are known is handed in.
package signature

import (
	"errors"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Form is the canonical form that a signature says it is over, by its URL.
// Source: FHIR R4, "Canonical JSON" (hl7.org/fhir/R4/json.html#canonical).
type Form string

// The forms. FHIR R4 leaves a number as it is written and says nothing of escapes in strings: those are written as RFC 8785
// writes them, the shortest way.
const (
	Whole  Form = "http://hl7.org/fhir/canonicalization/json"        // everything
	Data   Form = "http://hl7.org/fhir/canonicalization/json#data"   // without the narrative
	Static Form = "http://hl7.org/fhir/canonicalization/json#static" // without the narrative and meta, which servers change
)

// drops are the members of the resource that a form leaves out.
func (f Form) drops() (drops []string, known bool) {
	switch f {
	case Whole:
		return []string{signatureMember}, true
	case Data:
		return []string{"text", signatureMember}, true
	case Static:
		return []string{"meta", "text", signatureMember}, true
	}
	return nil, false
}

// signatureMember is where a resource has signatures on itself: none of them can be over itself.
const signatureMember = "signature"

var errNotJSON = errors.New("what is to be signed is no JSON object, or has a name twice")

// Canonical gives the bytes that are signed: the members in the order of their names, no space between them, numbers as they
// are written. known is false for a form of which this package does not know what it leaves out.
func Canonical(resource []byte, form Form) (canonical []byte, known bool, err error) {
	drops, known := form.drops()
	if !known {
		return nil, false, nil
	}
	o, err := fhir.Parse(resource)
	if err != nil {
		return nil, true, errNotJSON
	}
	out := jsontext.Value{'{'}
	for _, m := range o {
		if slices.Contains(drops, string(m.Name)) {
			continue
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		if out, err = jsontext.AppendQuote(out, m.Name); err != nil {
			return nil, true, errNotJSON
		}
		out = append(append(out, ':'), m.Value...)
	}
	out = append(out, '}')
	if err := out.Format(jsontext.ReorderRawObjects(true), jsontext.CanonicalizeRawInts(false), jsontext.CanonicalizeRawFloats(false), jsontext.PreserveRawStrings(false)); err != nil {
		return nil, true, errNotJSON
	}
	return out, true, nil
}
