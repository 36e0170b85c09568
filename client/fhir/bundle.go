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
	members  fields    // of Resource; none where that is no object
	at       int       // where Resource begins in the bundle
}

// ParseBundle splits a Bundle without decoding its resources.
// Errors: CodeTampered for anything that is not one whole, well-formed Bundle.
func ParseBundle(raw []byte) (Bundle, error) {
	broken := func() (Bundle, error) {
		return Bundle{}, ehrdesk.Errorf("fhir.bundle", ehrdesk.CodeTampered, "the centre sent a broken bundle")
	}
	if !wellFormed(raw) {
		return broken()
	}
	f, entries, ok := splitBundle(raw)
	if !ok || f.text("resourceType") != "Bundle" {
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
	b.Entries = entries
	return b, nil
}

// splitBundle gives the members of a well-formed bundle but its entries, and
// those, in one walk over the bytes: a page is long, and a walk over it for each
// level of it would be most of the reading.
func splitBundle(raw []byte) (f fields, entries []Entry, ok bool) {
	i := skipSpace(raw, 0)
	if i >= len(raw) || raw[i] != '{' {
		return nil, nil, false
	}
	for i = firstMember(raw, i); ; {
		name, value, more := nextName(raw, i)
		if !more {
			return f, entries, true
		}
		end := 0
		if string(memberName(raw[i:name])) == "entry" {
			if entries, end, ok = splitEntries(raw, value); !ok {
				return nil, nil, false
			}
		} else {
			end = skipValue(raw, value)
			f = append(f, field{memberName(raw[i:name]), raw[value:end:end]})
		}
		i = afterMember(raw, end)
	}
}

// splitEntries reads the array of entries that begins at i, and gives the index
// after it.
func splitEntries(raw []byte, i int) (entries []Entry, end int, ok bool) {
	if raw[i] != '[' {
		return nil, i, false
	}
	all := make(fields, 0, min((len(raw)-i)/128, 16<<10)) // of all resources, end to end
	var ends []int
	for i = skipSpace(raw, i+1); i < len(raw) && raw[i] != ']'; i = afterMember(raw, i) {
		if raw[i] != '{' {
			return nil, i, false
		}
		var e Entry
		e, all, i = splitEntry(raw, i, all)
		entries = append(entries, e)
		ends = append(ends, len(all))
	}
	from := 0
	for n, end := range ends {
		entries[n].members = all[from:end:end]
		from = end
	}
	return entries, i + 1, true
}

// splitEntry reads the entry that begins at i, appends its resource's members to
// all, and gives the index after it.
func splitEntry(raw []byte, i int, all fields) (e Entry, _ fields, end int) {
	for i = firstMember(raw, i); ; {
		at, value, more := nextName(raw, i)
		if !more {
			return e, all, i + 1
		}
		name := memberName(raw[i:at])
		if raw[value] == '{' && string(name) == "resource" {
			all, end = splitObjectAt(raw, value, all)
		} else {
			end = skipValue(raw, value)
		}
		v := jsontext.Value(raw[value:end:end])
		switch string(name) {
		case "resource":
			e.Resource, e.at = v, value
		case "search":
			e.Mode = member(v, "mode")
		case "request":
			e.Method, e.URL = member(v, "method"), member(v, "url")
		case "response":
			e.Modified = moment(member(v, "lastModified"))
		case "extension":
			each(v, func(x jsontext.Value) {
				if member(x, "url") == ehrdesk.ExtensionPrefix+"tombstone-reason" {
					e.Reason = member(x, "valueCode")
				}
			})
		}
		i = afterMember(raw, end)
	}
}
