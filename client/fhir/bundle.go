package fhir

import (
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
)

// Bundle is one page of an answer: the resources as the exact bytes received.
type Bundle struct {
	Type      string
	Total     int // -1 where the server gave none
	Timestamp time.Time
	Next      string // the page after this one, opaque
	Entries   []Entry
}

// Entry is one entry of a Bundle.
type Entry struct {
	Resource []byte    // nil in a deletion
	Mode     string    // "match", "include", "outcome" or ""
	Method   string    // of a history entry: "DELETE"
	URL      string    // of a history entry: "Observation/x"
	Reason   string    // of a tombstone
	Modified time.Time // of a history entry
}

// ParseBundle splits a Bundle without decoding its resources.
// Errors: CodeTampered for anything that is not one whole, well-formed Bundle.
func ParseBundle(raw []byte) (Bundle, error) {
	broken := func() (Bundle, error) {
		return Bundle{}, ehrdesk.Errorf("fhir.bundle", ehrdesk.CodeTampered, "the centre sent a broken bundle")
	}
	f, err := parseFields(raw)
	if err != nil || f.text("resourceType") != "Bundle" {
		return broken()
	}
	b := Bundle{Type: f.text("type"), Total: -1}
	into(f.raw("total"), &b.Total)
	if t := f.when("timestamp"); !t.IsZero() {
		b.Timestamp = t.Time
	}
	each(f.raw("link"), func(v jsontext.Value) {
		if member(v, "relation") == "next" {
			b.Next = member(v, "url")
		}
	})
	if k := f.raw("entry").Kind(); k != '[' && k != 0 && k != jsontext.KindInvalid {
		return broken()
	}
	ok := true
	each(f.raw("entry"), func(v jsontext.Value) {
		e, err := inner(v)
		if err != nil {
			ok = false
			return
		}
		entry := Entry{Resource: e.raw("resource"), Mode: member(e.raw("search"), "mode")}
		if req := e.raw("request"); len(req) > 0 {
			entry.Method, entry.URL = member(req, "method"), member(req, "url")
		}
		entry.Modified = moment(member(e.raw("response"), "lastModified"))
		each(e.raw("extension"), func(x jsontext.Value) {
			if member(x, "url") == ehrdesk.ExtensionPrefix+"tombstone-reason" {
				entry.Reason = member(x, "valueCode")
			}
		})
		b.Entries = append(b.Entries, entry)
	})
	if !ok {
		return broken()
	}
	return b, nil
}
