package fhir

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

// frameAhead is how far into a page its link is looked for: what stands before it is short.
const frameAhead = 8 << 10

// NextBeforeEntries gives the link of the page after a Bundle, known where the Bundle says it
// before its entries, as FHIR orders its elements, so that the next page can be asked for before
// this one is split. It judges nothing: ParseBundle does, and what it gives then stands.
func NextBeforeEntries(raw []byte) (next string, known bool) {
	d := jsontext.NewDecoder(bytes.NewReader(raw[:min(len(raw), frameAhead)]))
	if t, err := d.ReadToken(); err != nil || t.Kind() != '{' {
		return "", false
	}
	for {
		name, err := d.ReadToken()
		if err != nil || name.Kind() != '"' {
			return "", false
		}
		switch name.String() {
		case "entry":
			return "", false
		case "link":
			links, err := d.ReadValue()
			if err != nil || links.Kind() != '[' {
				return "", false
			}
			Each(links, func(v jsontext.Value) {
				if TextAt(v, "relation") == "next" {
					next = TextAt(v, "url")
				}
			})
			return next, true
		}
		if d.SkipValue() != nil {
			return "", false
		}
	}
}
