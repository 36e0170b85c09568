package fhir

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
)

// DocumentOf gives the n-th attachment that a resource holds, counted round, with the
// type that its bytes show where none was said that fits. Errors: CodeNotFound where it
// holds none, CodeTampered.
func DocumentOf(body []byte, n int) (ehrdesk.Attachment, error) {
	const op = "document"
	o, err := Parse(bytes.TrimSpace(body))
	if err != nil {
		return ehrdesk.Attachment{}, ehrdesk.E(op, ehrdesk.CodeTampered, err)
	}
	all := held(nil, o)
	if len(all) == 0 {
		return ehrdesk.Attachment{}, ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "the record holds no document")
	}
	n = (n%len(all) + len(all)) % len(all)
	data, why := Data(all[n].data)
	if why != "" {
		return ehrdesk.Attachment{}, ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the document is not whole")
	}
	m := mediaOf(all[n].kind)
	seen := look(data)
	kind := m.name
	if seen.why != "" || kind == "" {
		kind = seen.name
	}
	return ehrdesk.Attachment{Type: kind, Data: data, At: n, Of: len(all)}, nil
}

// Documents is how many documents a record holds. Errors: CodeTampered.
func Documents(body []byte) (int, error) {
	o, err := Parse(bytes.TrimSpace(body))
	if err != nil {
		return 0, ehrdesk.E("document", ehrdesk.CodeTampered, err)
	}
	return len(held(nil, o)), nil
}

// holding is base64 in a resource, with the type that stands beside it.
type holding struct{ data, kind string }

// held are an object's attachments, and those of what is within it.
func held(out []holding, o Object) []holding {
	if data := o.Text("data"); data != "" && !o.Has("origin") { // SampledData has numbers
		out = append(out, holding{data, o.Text("contentType")})
	}
	for _, m := range o {
		out = heldIn(out, m.Value)
	}
	return out
}

func heldIn(out []holding, v jsontext.Value) []holding {
	switch v.Kind() {
	case '{':
		return held(out, ObjectOf(v))
	case '[':
		Each(v, func(e jsontext.Value) { out = heldIn(out, e) })
	}
	return out
}
