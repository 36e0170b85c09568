package fhir

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Written is what a server says of an entry of a transaction.
type Written struct {
	Ref     ehrdesk.Ref // zero where it was taken and is not kept
	Version string
	Created bool
}

// Transaction sends a Bundle of n entries that is stored as a whole or not at all, and gives what is said of each. An error that
// is not ErrOutcomeUnknown says that nothing was stored.
func (c *Client) Transaction(ctx context.Context, op string, bundle []byte, n int) ([]Written, error) {
	ans, err := c.do(ctx, call{op: op, method: http.MethodPost, ref: c.base.String(), contentType: "application/fhir+json", body: bundle, most: MaxAnswer})
	if err != nil && ans.Status >= 200 && ans.Status < 300 || errors.Is(err, errArrived) || ans.Status >= 500 && ans.Status != http.StatusServiceUnavailable {
		return nil, OutcomeUnknown(op)
	}
	if err != nil {
		return nil, err
	}
	out, ok := writtenOf(ans.Body)
	if !ok || len(out) != n {
		return nil, OutcomeUnknown(op)
	}
	return out, nil
}

// writtenOf reads a transaction's response; ok is false for anything else.
func writtenOf(body []byte) (out []Written, ok bool) {
	o, err := r4.Parse(body)
	if err != nil || o.Text("resourceType") != "Bundle" || o.Text("type") != "transaction-response" {
		return nil, false
	}
	ok = true
	r4.Each(o.Raw("entry"), func(v r4.Value) {
		res := r4.ObjectOf(r4.ObjectOf(v).Raw("response"))
		status := res.Text("status")
		path, version, _ := strings.Cut(res.Text("location"), "/_history/")
		ref := r4.Target(path)
		if !strings.HasPrefix(status, "20") {
			ok = false
		}
		out = append(out, Written{Ref: ref, Version: version, Created: strings.HasPrefix(status, "201")})
	})
	return out, ok
}
