package filing

import (
	"bytes"
	"errors"
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/resource"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// item is one resource on its way in.
type item struct {
	*resource.Info
	raw     []byte // compact bytes as sent
	fullURL string
	request Request

	fault *refusal.Error // why it cannot be read: resourceInfo is nil then, and Ref what could be read of its name
	ref   ehrdesk.Ref

	target      string          // logical id it gets
	owner       string          // patient it belongs to, "" for none
	decided     bool            // owner is settled
	fingerprint []byte          // what tells a shared resource from another of the same id
	reason      string          // why it could not be kept
	edits       []resource.Edit // resolved references
	named       resource.Edit   // what says whose it is, where it did not itself
}

// Request is what an entry of a Bundle, or HTTP, asks for a resource.
type Request struct{ Method, URL, IfNoneExist, IfMatch string }

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
			return nil, resource.Malformed(err)
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
		return nil, refusal.Malformed("There is no resource.")
	}
	return out, nil
}

// parseBody reads one resource or one Bundle.
func parseBody(raw jsontext.Value) (incoming, error) {
	raw = raw.Clone()
	if err := raw.Compact(); err != nil {
		return incoming{}, resource.Malformed(err)
	}
	if fhir.TextAt(raw, "resourceType") == "Bundle" { // of any length: its entries have the bounds
		return parseBundle(raw)
	}
	f, err := resource.Scan(raw)
	if err != nil {
		return incoming{}, err
	}
	return incoming{items: []*item{{Info: f, raw: raw}}}, nil
}

// parseBundle reads the entries of a Bundle. One that cannot be read is an item
// with a fault: who takes all or nothing refuses it with that.
func parseBundle(raw []byte) (incoming, error) {
	b, err := fhir.ParseBundle(raw)
	if err != nil {
		return incoming{}, resource.Malformed(err)
	}
	in := incoming{bundle: b.Type}
	for i := range b.Entries {
		e := &b.Entries[i]
		it := &item{fullURL: e.FullURL, request: Request{e.Request.Method, e.Request.URL, e.Request.IfNoneExist, e.Request.IfMatch}}
		if e.Resource.Bytes != nil {
			it.raw = e.Resource.Bytes
			var err error
			if e.Fault != nil && e.Fault.Reason != ehrdesk.AsideID {
				err = resource.Malformed(e.Fault)
			} else {
				it.Info, err = resource.Scan(it.raw)
			}
			if err != nil {
				it.fault, _ = refusal.As(err)
				it.ref = e.Resource.Ref()
			}
		}
		if it.raw != nil || it.request.Method != "" {
			in.items = append(in.items, it)
		}
	}
	if in.bundle == "" {
		return in, refusal.Malformed("A Bundle needs its type.")
	}
	return in, nil
}
