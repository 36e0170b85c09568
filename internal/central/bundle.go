package central

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// item is one resource on its way in.
type item struct {
	*facts
	raw     []byte // compact bytes as sent
	fullURL string
	request request

	target  string // logical id it gets
	owner   string // patient it belongs to, "" for none
	decided bool   // owner is settled
	print   []byte // what tells a shared resource from another of the same id
	reason  string // why it could not be kept
	edits   []edit // resolved references
}

// request is a Bundle entry's request.
type request struct{ method, url, ifNoneExist, ifMatch string }

// incoming is what one body or file holds.
type incoming struct {
	bundle string // Bundle.type, "" where it was no Bundle
	items  []*item
}

// parseStream reads every top-level value of data: one Bundle, one resource, or
// NDJSON. NDJSON resources are taken together, as if in one collection.
func parseStream(data []byte) ([]incoming, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	dec := jsontext.NewDecoder(bytes.NewReader(data))
	var out []incoming
	var loose incoming
	for {
		raw, err := dec.ReadValue()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, malformedJSON(err)
		}
		in, err := parseBody(raw)
		if err != nil {
			return nil, err
		}
		if in.bundle != "" {
			out = append(out, in)
		} else {
			loose.items = append(loose.items, in.items...)
		}
	}
	if len(loose.items) > 0 {
		out = append(out, loose)
	}
	if len(out) == 0 {
		return nil, malformed("There is no resource.")
	}
	return out, nil
}

// parseBody reads one resource or one Bundle.
func parseBody(raw jsontext.Value) (incoming, error) {
	raw = raw.Clone()
	if err := raw.Compact(); err != nil {
		return incoming{}, malformedJSON(err)
	}
	f, err := scan(raw)
	if err != nil {
		return incoming{}, err
	}
	if f.Type != "Bundle" {
		return incoming{items: []*item{{facts: f, raw: raw}}}, nil
	}
	return parseBundle(raw)
}

func parseBundle(raw []byte) (incoming, error) {
	var in incoming
	dec := jsontext.NewDecoder(bytes.NewReader(raw))
	err := eachMember(dec, func(name string) error {
		switch name {
		case "type":
			v, err := dec.ReadValue()
			in.bundle = unquote(v)
			return err
		case "entry":
			return eachElement(dec, func() error {
				it, err := parseEntry(dec)
				if it != nil {
					in.items = append(in.items, it)
				}
				return err
			})
		default:
			return dec.SkipValue()
		}
	})
	if err != nil {
		var f *fault
		if errors.As(err, &f) {
			return in, f
		}
		return in, malformedJSON(err)
	}
	if in.bundle == "" {
		return in, malformed("A Bundle needs its type.")
	}
	return in, nil
}

// parseEntry reads a Bundle entry; nil for one with neither resource nor request.
func parseEntry(dec *jsontext.Decoder) (*item, error) {
	it := &item{}
	err := eachMember(dec, func(name string) error {
		v, err := dec.ReadValue()
		if err != nil {
			return err
		}
		switch {
		case name == "fullUrl" && v.Kind() == '"':
			it.fullURL = unquote(v)
		case name == "resource":
			it.raw = v.Clone()
			it.facts, err = scan(it.raw)
		case name == "request" && v.Kind() == '{':
			it.request, err = parseRequest(v)
		}
		return err
	})
	if err != nil || (it.facts == nil && it.request.method == "") {
		return nil, err
	}
	return it, nil
}

func parseRequest(v jsontext.Value) (request, error) {
	var r request
	dec := jsontext.NewDecoder(bytes.NewReader(v))
	err := eachMember(dec, func(name string) error {
		v, err := dec.ReadValue()
		if err != nil || v.Kind() != '"' {
			return err
		}
		switch name {
		case "method":
			r.method = unquote(v)
		case "url":
			r.url = unquote(v)
		case "ifNoneExist":
			r.ifNoneExist = unquote(v)
		case "ifMatch":
			r.ifMatch = unquote(v)
		}
		return nil
	})
	return r, err
}

// eachMember calls fn at the value of each member of the object that is next.
func eachMember(dec *jsontext.Decoder, fn func(name string) error) error {
	if dec.PeekKind() != '{' {
		return malformed("An object was expected.")
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	for dec.PeekKind() != '}' {
		name, err := dec.ReadValue()
		if err != nil {
			return err
		}
		if err := fn(unquote(name)); err != nil {
			return err
		}
	}
	_, err := dec.ReadToken()
	return err
}

// eachElement calls fn at each element of the array that is next.
func eachElement(dec *jsontext.Decoder, fn func() error) error {
	if dec.PeekKind() != '[' {
		return malformed("An array was expected.")
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	for dec.PeekKind() != ']' {
		if err := fn(); err != nil {
			return err
		}
	}
	_, err := dec.ReadToken()
	return err
}

// splitReference takes a literal reference apart: an absolute or relative URL
// ending in Type/id, with or without a version and a fragment.
// kind is "" where it is not of that form.
func splitReference(s string) (base, kind, id, rest string) {
	if i := strings.IndexAny(s, "#"); i >= 0 {
		s, rest = s[:i], s[i:]
	}
	if i := strings.Index(s, "/_history/"); i >= 0 {
		s, rest = s[:i], s[i:]+rest
	}
	j := strings.LastIndexByte(s, '/')
	if j < 0 || !isID(s[j+1:]) {
		return "", "", "", ""
	}
	i := strings.LastIndexByte(s[:j], '/')
	if !isTypeName(s[i+1 : j]) {
		return "", "", "", ""
	}
	return s[:i+1], s[i+1 : j], s[j+1:], rest
}
