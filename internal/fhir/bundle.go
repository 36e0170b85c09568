package fhir

import (
	"errors"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
)

// Bundle is a Bundle split: its resources as the exact bytes received.
type Bundle struct {
	Type      string
	Total     int       // -1 where none was given
	Timestamp time.Time // zero where none was given
	Next      string    // the page after this one, opaque
	Entries   []Entry
}

// Entry is one entry of a Bundle. A fault in its resource, or in the entry
// itself, is the entry's alone: the others are read.
type Entry struct {
	Resource Resource // Bytes is nil where there is none
	Fault    *Fault   // why the resource cannot be read; its type and id are there where they could be
	FullURL  string
	Mode     string // search.mode: "match", "include", "outcome" or ""
	Request  Request
	Reason   string    // of a tombstone
	Modified time.Time // response.lastModified
	At       int       // where the resource begins in the bundle
	whole    jsontext.Value
}

// Request is Bundle.entry.request.
type Request struct{ Method, URL, IfNoneExist, IfMatch string }

// ParseBundle splits a Bundle without decoding its resources. Bytes that are no
// JSON, or a frame that is wrong itself (no Bundle, a member twice, a total or a next
// page that cannot be read, entries that are no objects, more than MaxPage of them), are
// refused whole. Errors: *Fault.
func ParseBundle(raw []byte) (Bundle, error) {
	v := jsontext.Value(raw)
	cost := costOf(raw)
	if cost.bearable() && len(raw) < leastName*(cost.names-freeNames) {
		return Bundle{}, fault(ehrdesk.AsideTooLarge)
	}
	sound := v.Kind() == '{' && cost.bearable() && v.IsValid() // every byte: no entry has to be validated again
	if !sound && (v.Kind() != '{' || !v.IsValid(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))) {
		return Bundle{}, fault(ehrdesk.AsideShape)
	}
	frame, entries, err := splitBundle(raw)
	if err != nil {
		return Bundle{}, err
	}
	if !sound {
		if twice(frame) {
			return Bundle{}, fault(ehrdesk.AsideDuplicate)
		}
		for i := range frame {
			m := &frame[i]
			if costOf(m.Value).tooMuch() {
				return Bundle{}, fault(ehrdesk.AsideTooLarge)
			}
			if !utf8.Valid(m.Name) || !m.Value.IsValid() {
				return Bundle{}, fault(ehrdesk.AsideShape)
			}
		}
	}
	if frame.Text("resourceType") != "Bundle" {
		return Bundle{}, fault(ehrdesk.AsideType)
	}
	b := Bundle{Type: frame.Text("type"), Total: -1, Entries: entries}
	odd := false
	if n := frame.Raw("total"); n != nil && n.Kind() != 'n' {
		odd = n.Kind() != '0' || json.Unmarshal(n, &b.Total) != nil || b.Total < 0
	}
	if t := frame.When("timestamp"); t.Precision >= ehrdesk.ToMinute && !t.Zoneless {
		b.Timestamp = t.Time
	}
	Each(frame.Raw("link"), func(v jsontext.Value) {
		if TextAt(v, "relation") == "next" {
			next := TextAt(v, "url")
			odd = odd || next == "" || b.Next != "" && b.Next != next
			b.Next = next
		}
	})
	if odd { // whether a list is whole is told by these
		return Bundle{}, fault(ehrdesk.AsideShape)
	}
	for i := range b.Entries {
		b.Entries[i].settle(sound, cost.values > maxValues)
	}
	return b, nil
}

// settle reads the identity of an entry's resource. sound: the bytes have been
// checked with the whole; long: the whole has more values than one resource may.
func (e *Entry) settle(sound, long bool) {
	r := &e.Resource
	if r.Bytes == nil || e.Fault != nil {
		return
	}
	var err error
	raw, members := r.Bytes, r.Object
	switch {
	case raw[0] != '{':
		err = fault(ehrdesk.AsideShape)
	case !sound:
		if *r, err = Read(raw); err == nil && (!costOf(e.whole).bearable() || !e.whole.IsValid()) {
			err = fault(ehrdesk.AsideShape)
		}
	case len(members) > maxMembers || long && costOf(raw).tooMuch():
		*r, err = nameOf(raw), fault(ehrdesk.AsideTooLarge)
	default:
		*r, err = ofMembers(raw, members)
	}
	r.Bytes = raw
	_ = errors.As(err, &e.Fault)
}

// twice reports a name that stands twice.
func twice(o Object) bool {
	for i := range o {
		for j := range o[:i] {
			if string(o[i].Name) == string(o[j].Name) {
				return true
			}
		}
	}
	return false
}

// splitBundle gives the members of a bundle but its entries, and those, in one
// walk over the bytes: a page is long, and a walk over it for each level of it
// would be most of the reading.
func splitBundle(raw []byte) (frame Object, entries []Entry, err error) {
	had := false
	for i := firstMember(raw, skipSpace(raw, 0)); ; {
		name, value, more := nextName(raw, i)
		if !more {
			return frame, entries, nil
		}
		end := 0
		if n := memberName(raw[i:name]); string(n) == "entry" {
			if had {
				return nil, nil, fault(ehrdesk.AsideDuplicate)
			}
			had = true
			if entries, end, err = splitEntries(raw, value); err != nil {
				return nil, nil, err
			}
		} else {
			end = skipValue(raw, value)
			if frame = append(frame, Member{n, raw[value:end:end]}); len(frame) > maxMembers {
				return nil, nil, fault(ehrdesk.AsideTooLarge)
			}
		}
		i = afterMember(raw, end)
	}
}

// What is made of a page takes some hundred bytes an entry and fifty a member. Of
// a page with many, both have to be as long as records are, so that a few bytes on
// the line, unpacked, do not become a hundred times as much again.
const (
	freeEntries, leastEntry  = 20_000, 64
	freeMembers, leastMember = 200_000, 24
	freeNames, leastName     = 500_000, 12 // of members at any depth
)

// splitEntries reads the array of entries that begins at i, and gives the index
// after it.
func splitEntries(raw []byte, i int) (entries []Entry, end int, err error) {
	if raw[i] != '[' {
		return nil, i, fault(ehrdesk.AsideShape)
	}
	begin := i
	all := make(Object, 0, min((len(raw)-i)/128, 16<<10)) // of all resources, end to end
	var ends []int
	for i = skipSpace(raw, i+1); i < len(raw) && raw[i] != ']'; i = afterMember(raw, i) {
		if raw[i] != '{' {
			return nil, i, fault(ehrdesk.AsideShape)
		}
		if len(entries) == MaxPage || i-begin < leastEntry*(len(entries)-freeEntries) || i-begin < leastMember*(len(all)-freeMembers) {
			return nil, i, fault(ehrdesk.AsideTooLarge)
		}
		var e Entry
		e, all, i = splitEntry(raw, i, all)
		entries = append(entries, e)
		ends = append(ends, len(all))
	}
	from := 0
	for n, end := range ends {
		entries[n].Resource.Object = all[from:end:end]
		from = end
	}
	return entries, i + 1, nil
}

// splitEntry reads the entry that begins at i, appends its resource's members to
// all, and gives the index after it.
func splitEntry(raw []byte, i int, all Object) (e Entry, _ Object, end int) {
	seen := 0 // members of the entry that decide, a bit each
	once := func(bit int) {
		if seen&bit != 0 {
			e.Fault = fault(ehrdesk.AsideDuplicate)
		}
		seen |= bit
	}
	begin := i
	for i = firstMember(raw, i); ; {
		at, value, more := nextName(raw, i)
		if !more {
			e.whole = raw[begin : i+1]
			return e, all, i + 1
		}
		name := memberName(raw[i:at])
		if raw[value] == '{' && string(name) == "resource" {
			all, end = splitObjectAt(raw, value, all, maxMembers+1) // who has more is refused for it
		} else {
			end = skipValue(raw, value)
		}
		v := jsontext.Value(raw[value:end:end])
		switch string(name) {
		case "resource":
			once(1)
			e.Resource.Bytes, e.At = v, value
		case "fullUrl":
			once(2)
			e.FullURL = Text(v)
		case "search":
			once(4)
			e.Mode = TextAt(v, "mode")
		case "request":
			once(8)
			e.Request = requestOf(v)
		case "response":
			if w, err := ehrdesk.ParseWhen(TextAt(v, "lastModified")); err == nil {
				e.Modified = w.Time
			}
		case "extension":
			Each(v, func(x jsontext.Value) {
				if TextAt(x, "url") == ehrdesk.ExtensionPrefix+"tombstone-reason" {
					e.Reason = TextAt(x, "valueCode")
				}
			})
		}
		i = afterMember(raw, end)
	}
}

func requestOf(v jsontext.Value) (r Request) {
	eachMember(v, func(name []byte, v jsontext.Value) bool {
		switch string(name) {
		case "method":
			r.Method = Text(v)
		case "url":
			r.URL = Text(v)
		case "ifNoneExist":
			r.IfNoneExist = Text(v)
		case "ifMatch":
			r.IfMatch = Text(v)
		}
		return true
	})
	return r
}
