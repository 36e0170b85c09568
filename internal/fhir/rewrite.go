package fhir

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
)

// Renamed copies a resource under another id, with references that name others by what names them now: whatever has no place
// in refs stays as it is, and so does every byte beside. The id stands right behind the type where there was none. Errors:
// *Fault for what is no resource.
func Renamed(resource []byte, id string, refs map[string]string) ([]byte, error) {
	o, err := Parse(resource)
	if err != nil {
		return nil, err
	}
	if !ValidType(o.Text("resourceType")) {
		return nil, fault(ehrdesk.AsideType)
	}
	out := bytes.Buffer{}
	d := jsontext.NewDecoder(bytes.NewReader(resource))
	done := 0 // how many bytes of the resource are in out
	put := func(value []byte) {
		end := int(d.InputOffset())
		quoted, _ := jsontext.AppendQuote(nil, value) // it is text that was read
		begin := end - lengthOf(resource[:end])
		out.Write(resource[done:begin])
		out.Write(quoted)
		done = end
	}
	named := o.Raw("id") != nil
	for {
		depth := d.StackDepth()
		kind, n := d.StackIndex(depth)
		t, err := d.ReadToken()
		if err != nil {
			break // the end: it has been read before
		}
		if t.Kind() != '"' || kind != '{' || n%2 == 0 {
			continue
		}
		at := d.StackPointer()
		switch name := at.LastToken(); {
		case depth == 1 && name == "id":
			put([]byte(id))
		case depth == 1 && name == "resourceType" && !named:
			end := int(d.InputOffset())
			out.Write(resource[done:end])
			done = end
			quoted, _ := jsontext.AppendQuote(nil, id)
			out.WriteString(`,"id":`)
			out.Write(quoted)
		case name == "reference":
			if to, ok := refs[t.String()]; ok {
				put([]byte(to))
			}
		}
	}
	out.Write(resource[done:])
	return out.Bytes(), nil
}

// lengthOf is how many bytes the string takes that b ends with, its quotes with it.
func lengthOf(b []byte) int {
	for i := len(b) - 2; i >= 0; i-- {
		if b[i] != '"' {
			continue
		}
		back := 0 // what stands behind a backslash ends nothing
		for k := i - 1; k >= 0 && b[k] == '\\'; k-- {
			back++
		}
		if back%2 == 0 {
			return len(b) - i
		}
	}
	return len(b)
}
