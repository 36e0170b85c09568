package plain

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/fhir/caps"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// What is stored at the server once, and once only: it is looked for before it is sent,
// it goes where nothing is, and it is read again afterwards. A transaction would be
// shorter; of those there are that answer 200 and store nothing.

const (
	systemURI     = "urn:ietf:rfc:3986"
	systemRequest = "urn:example:hk:request" // of the tag that a resource is found again by
)

// slot is the place of one resource.
type slot struct {
	ref  ehrdesk.Ref // its id is a UUID of the desk's
	body map[string]any
}

// newSlot is the place of a resource of that id, which is put into the body.
func newSlot(resource, id string, body map[string]any) slot {
	body["resourceType"], body["id"] = resource, id
	body["meta"] = map[string]any{"tag": []fhir.Coding{{System: systemRequest, Code: id}}}
	if resource == "Consent" || resource == "DocumentReference" {
		more, _ := body["identifier"].([]fhir.Identifier)
		body["identifier"] = append([]fhir.Identifier{{System: systemURI, Value: fhir.URN(id)}}, more...)
	}
	return slot{ehrdesk.Ref{Resource: resource, ID: id}, body}
}

// part is the id of another resource of the act of a request id.
func part(request, resource string) string {
	u, err := uuid.Parse(request)
	if err != nil {
		return ""
	}
	return uuid.NewSHA1(u, []byte(resource)).String()
}

// query is what finds it where the server has chosen its id.
func (s slot) query() url.Values {
	if s.body["identifier"] != nil {
		return url.Values{"identifier": {systemURI + "|" + fhir.URN(s.ref.ID)}}
	}
	return url.Values{"_tag": {systemRequest + "|" + s.ref.ID}}
}

// is reports whether a resource of the server's is this one: a server that searches
// wrongly, or gives an id to somebody else's, is not believed.
func (s slot) is(r r4.Resource) bool {
	if r.Type != s.ref.Resource {
		return false
	}
	if s.body["identifier"] != nil {
		return slices.Contains(r.Identifiers(), r4.Identifier{System: systemURI, Value: fhir.URN(s.ref.ID)})
	}
	tagged := r.ID == s.ref.ID
	r4.Each(r4.ObjectOf(r.Raw("meta")).Raw("tag"), func(v r4.Value) {
		tagged = tagged || r4.TextAt(v, "system") == systemRequest && r4.TextAt(v, "code") == s.ref.ID
	})
	return tagged
}

// find looks whether it is there.
func (c *Centre) find(ctx context.Context, op string, s slot) (found []r4.Resource, err error) {
	if c.Caps().Is(caps.UpdateCreate) == caps.No {
		return c.search(ctx, op, s)
	}
	ans, err := c.wire.Get(ctx, op, s.ref.Resource+"/"+url.PathEscape(s.ref.ID))
	switch {
	case ans.Status == http.StatusGone:
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeConflict, "what this act stored was deleted at the server")
	case ehrdesk.CodeOf(err) == ehrdesk.CodeNotFound:
		return nil, nil
	case err != nil:
		return nil, err
	}
	r, err := r4.Read(ans.Body)
	if err != nil || r.Ref() != s.ref || !s.is(r) {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeTampered, "something else stands at the server under the id of this act")
	}
	return []r4.Resource{r}, nil
}

// search looks for it where the server chooses ids. Of several, which a race leaves, it is
// the one with the lowest id; the others come with it.
func (c *Centre) search(ctx context.Context, op string, s slot) (found []r4.Resource, err error) {
	ans, err := c.wire.Search(ctx, op, s.ref.Resource, s.query())
	if err != nil {
		return nil, err
	}
	b, err := fhir.ParseBundle(op, ans.Body)
	if err != nil {
		return nil, err
	}
	for i := range b.Entries {
		if e := &b.Entries[i]; e.Fault == nil && s.is(e.Resource) {
			found = append(found, e.Resource)
		}
	}
	slices.SortFunc(found, func(a, b r4.Resource) int { return strings.Compare(a.ID, b.ID) })
	return found, nil
}

// keep stores it where it is not there yet, and gives it as the server has it. Errors:
// fhir.ErrOutcomeUnknown as the cause where it may have been stored, CodeConflict where
// it was deleted.
func (c *Centre) keep(ctx context.Context, op string, s slot) (r4.Resource, error) {
	found, err := c.find(ctx, op, s)
	if err != nil {
		return r4.Resource{}, err
	}
	if len(found) == 0 {
		if err := c.send(ctx, op, s); err != nil {
			return r4.Resource{}, err
		}
		if found, err = c.find(ctx, op, s); err != nil || len(found) == 0 { // it said that it has it
			return r4.Resource{}, fhir.OutcomeUnknown(op)
		}
	}
	for _, twice := range found[1:] { // two requests at once, at a server that looks first and locks nothing
		c.discard(ctx, op, twice)
	}
	return found[0], nil
}

// send stores it once: under its own id, or, where the server chooses ids, unless a search
// finds it.
func (c *Centre) send(ctx context.Context, op string, s slot) error {
	b, err := json.Marshal(s.body, json.Deterministic(true))
	if err != nil {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the act holds text that is not valid")
	}
	known := c.Caps().Can[caps.UpdateCreate]
	if known.Is != caps.No {
		ans, err := c.wire.Create(ctx, op, s.ref, b)
		switch {
		case err == nil:
			c.learn(caps.UpdateCreate, caps.Yes, clock(ans))
			return nil
		case ehrdesk.CodeOf(err) == ehrdesk.CodeConflict && ans.Status == http.StatusPreconditionFailed:
			return nil // an earlier request of this act has arrived meanwhile
		case ans.Status != http.StatusMethodNotAllowed && (ans.Status != http.StatusNotFound || known.Is == caps.Yes && !known.Said):
			return err
		}
		if found, err := c.search(ctx, op, s); err != nil || len(found) > 0 {
			if err == nil {
				c.learn(caps.UpdateCreate, caps.No, clock(ans))
			}
			return err
		}
	}
	ans, err := c.wire.CreateOnce(ctx, op, s.ref.Resource, s.query(), b)
	if ehrdesk.CodeOf(err) == ehrdesk.CodeConflict {
		err = nil // it finds several: so does the desk
	}
	if err == nil && known.Is != caps.No { // the type it takes, and an id of the desk's not
		c.learn(caps.UpdateCreate, caps.No, clock(ans))
	}
	return err
}

// discard marks what came twice. That it fails costs a line too many.
func (c *Centre) discard(ctx context.Context, op string, r r4.Resource) {
	if r.Type == "Consent" || r.Type == "DocumentReference" {
		_, _ = c.wire.Replace(ctx, op, r.Ref(), r.Meta().Version, withStatus(r, "entered-in-error"))
	}
}

// withStatus is a resource with another status, all else as the server has it.
func withStatus(r r4.Resource, status string) []byte {
	out := []byte{'{'}
	for i, m := range r.Object {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(append(append(append(out, '"'), m.Name...), '"', ':'), m.Value...)
		if string(m.Name) == "status" {
			out = append(append(append(out[:len(out)-len(m.Value)], '"'), status...), '"')
		}
	}
	return append(out, '}')
}

// ReportAccess deposits an access that happened without the line: its id is the desk's,
// so that it counts once. Of a server that takes none the desk's own log has it. Errors:
// CodeOffline, CodeTimeout.
func (c *Centre) ReportAccess(ctx context.Context, e ehrdesk.AuditEvent) error {
	_, err := c.audit(ctx, "outbox", e)
	return err
}

// audit stores an access event, in the form of IHE BALP, and reports whether the server
// has it: one that refuses any is noted as such.
func (c *Centre) audit(ctx context.Context, op string, e ehrdesk.AuditEvent) (kept bool, err error) {
	if c.Caps().Is(caps.Audit) == caps.No {
		return false, nil
	}
	e.Provider = c.site.Provider.ID
	_, err = c.keep(ctx, op, newSlot("AuditEvent", e.ID, c.by().accessEvent(e, c.Caps().Software)))
	switch {
	case err == nil:
		c.learn(caps.Audit, caps.Yes, e.At)
		return true, nil
	case ehrdesk.CodeOf(err) == ehrdesk.CodeDenied, refused(err):
		if f := c.Caps().Can[caps.Audit]; f.Is != caps.Yes || f.Said {
			c.learn(caps.Audit, caps.No, e.At)
		}
		return false, nil
	}
	return false, err
}
