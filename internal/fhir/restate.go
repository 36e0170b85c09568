package fhir

import (
	"bytes"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
)

// verified are the types that say by their verification status that they were entered in error, and the code system of that.
// With it FHIR allows them no clinical status (FHIR R4: con-5, ait-2).
func verified(resource string) string {
	switch resource {
	case "Condition":
		return "http://terminology.hl7.org/CodeSystem/condition-ver-status"
	case "AllergyIntolerance":
		return "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
	}
	return ""
}

// EnteredInError copies a resource as one that was entered in error, every other byte of its elements as it was. Errors:
// CodeInvalid for what is no resource, or of a type that has no such status in FHIR R4.
func EnteredInError(resource []byte) ([]byte, error) {
	const op = "withdraw"
	o, err := Parse(resource)
	if err != nil || !ValidType(o.Text("resourceType")) {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the record cannot be read")
	}
	if system := verified(o.Text("resourceType")); system != "" {
		status := jsontext.Value(`{"coding":[{"system":"` + system + `","code":"entered-in-error"}]}`)
		return o.with("verificationStatus", status, "clinicalStatus", "_clinicalStatus", "_verificationStatus"), nil
	}
	if o.Text("status") == "" {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a record of this type cannot be marked as entered in error")
	}
	return o.with("status", jsontext.Value(`"entered-in-error"`), "_status"), nil
}

// Restated copies a resource with another status. Errors: CodeInvalid for what is no resource, or has no status.
func Restated(resource []byte, status string) ([]byte, error) {
	o, err := Parse(resource)
	if err != nil || o.Text("status") == "" {
		return nil, ehrdesk.Errorf("restate", ehrdesk.CodeInvalid, "the record has no status")
	}
	quoted, err := jsontext.AppendQuote(nil, status)
	if err != nil {
		return nil, ehrdesk.Errorf("restate", ehrdesk.CodeInvalid, "the status is no text")
	}
	return o.with("status", quoted, "_status"), nil
}

// with writes an object with one member in the place of the one of that name, behind the id where there was none, and
// without others.
func (o Object) with(name string, value jsontext.Value, without ...string) []byte {
	var out bytes.Buffer
	put := func(name []byte, v jsontext.Value) {
		if out.Len() == 0 {
			out.WriteByte('{')
		} else {
			out.WriteByte(',')
		}
		quoted, _ := jsontext.AppendQuote(nil, name) // it was read as one
		out.Write(quoted)
		out.WriteByte(':')
		out.Write(v)
	}
	has := o.Has(name)
	for _, m := range o {
		switch {
		case string(m.Name) == name:
			put(m.Name, value)
		case !slices.Contains(without, string(m.Name)):
			put(m.Name, m.Value)
		}
		if !has && string(m.Name) == "id" {
			put([]byte(name), value)
		}
	}
	out.WriteByte('}')
	return out.Bytes()
}
