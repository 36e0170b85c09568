package fhir

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
)

// Page is one page of a patient's record, projected.
type Page struct {
	Resources []Resource
	Heavy     bool      // as RawPage's
	Total     int       // -1 where unknown
	Timestamp time.Time // the centre's clock when it answered
	spool     Spool
}

// RawPage is a page as it came: split, its resources not looked at yet. With
// Next known, the page after it can be asked for before this one is projected.
//
// A heavy page carries documents: whoever follows the pages does well to be done
// with it before asking for the next.
type RawPage struct {
	Next    string
	Heavy   bool
	patient string
	date    time.Time // the answer's own
	bundle  Bundle
	cuts    []cut
	spool   Spool
}

// heavyPage is more than a thousand records without documents take, in bytes.
const heavyPage = 4 << 20

// Everything reads the first page of a patient's record: all of it, or what
// changed since a moment. Follow RawPage.Next with NextPage. With open, long
// documents go to spools, which are whoever's gave them; nil keeps them in memory.
func (c *Client) Everything(ctx context.Context, patient string, since time.Time, count int, open OpenSpool) (RawPage, error) {
	q := url.Values{"_count": {strconv.Itoa(count)}}
	if !since.IsZero() {
		q.Set("_since", instant(since))
	}
	return c.NextPage(ctx, patient, "Patient/"+url.PathEscape(patient)+"/$everything?"+q.Encode(), open)
}

// NextPage reads a page by its link. open is as in Everything.
func (c *Client) NextPage(ctx context.Context, patient, link string, open OpenSpool) (RawPage, error) {
	const op = "sync"
	ans, err := c.do(ctx, call{op: op, method: http.MethodGet, ref: link, open: open})
	if err != nil {
		return RawPage{}, err
	}
	b, err := ParseBundle(ans.Body)
	if err != nil {
		ans.close()
		return RawPage{}, rewrap(op, err)
	}
	return RawPage{Next: b.Next, Heavy: ans.spool != nil || len(ans.Body) > heavyPage, patient: patient, date: ans.Date,
		bundle: b, cuts: ans.cuts, spool: ans.spool}, nil
}

// Project holds every resource of a page against the patient it was asked for:
// a record that says it is about somebody else makes the whole page
// CodeTampered, because the server's filter cannot be trusted then.
func (r RawPage) Project() (Page, error) {
	const op = "sync"
	b := r.bundle
	p := Page{Heavy: r.Heavy, Total: b.Total, Timestamp: b.Timestamp, Resources: make([]Resource, 0, len(b.Entries)), spool: r.spool}
	if p.Timestamp.IsZero() {
		p.Timestamp = r.date
	}
	for _, e := range b.Entries {
		if len(e.Resource) == 0 || e.Mode == "outcome" {
			continue
		}
		if len(e.members) == 0 {
			return Page{}, ehrdesk.E(op, ehrdesk.CodeTampered, errBroken)
		}
		res, err := project(e.Resource, e.members)
		if err != nil {
			return Page{}, rewrap(op, err)
		}
		if res.Patient != "" && res.Patient != r.patient && !res.Record.Linked {
			return Page{}, ehrdesk.E(op, ehrdesk.CodeTampered, ErrOtherPatient)
		}
		if cuts := within(r.cuts, e.at, e.at+len(e.Resource)); len(cuts) > 0 {
			res.Body, res.Long = nil, &Long{rest: e.Resource, at: e.at, cuts: cuts, spool: r.spool}
		}
		p.Resources = append(p.Resources, res)
	}
	return p, nil
}

// Close gives up what the page holds outside memory: no Long of it can be read
// any more. Errors: the spool's.
func (p Page) Close() error {
	if p.spool == nil {
		return nil
	}
	return p.spool.Close()
}

// Tombstone is a record withdrawn at the centre.
type Tombstone struct {
	Ref    ehrdesk.Ref
	At     time.Time // the centre's clock when it went; zero where it did not say
	Reason string    // "deleted", "out-of-scope"
}

// Tombstones reads what was withdrawn from a patient's record since a moment.
// CodeNotFound: this centre keeps no such feed.
func (c *Client) Tombstones(ctx context.Context, patient string, since time.Time) ([]Tombstone, error) {
	const op = "sync"
	link := "Patient/" + url.PathEscape(patient) + "/$tombstones?" + url.Values{"_since": {instant(since)}}.Encode()
	var out []Tombstone
	for link != "" {
		ans, err := c.Get(ctx, op, link)
		if err != nil {
			return nil, err
		}
		b, err := ParseBundle(ans.Body)
		if err != nil {
			return nil, rewrap(op, err)
		}
		for _, e := range b.Entries {
			if ref := (reference{Reference: e.URL}).target(); e.Method == "DELETE" && ref.ID != "" {
				out = append(out, Tombstone{ref, e.Modified, e.Reason})
			}
		}
		link = b.Next
	}
	return out, nil
}

// PutAuditEvent deposits an access that happened while the centre could not be
// asked. The id is the desk's: sent twice, it counts once.
func (c *Client) PutAuditEvent(ctx context.Context, e ehrdesk.AuditEvent) error {
	body, err := auditResource(e)
	if err != nil {
		return err
	}
	_, err = c.Put(ctx, "outbox", "AuditEvent/"+url.PathEscape(e.ID), body)
	return err
}

// Links are the resources r refers to for its name or its source.
type Links struct {
	Medication ehrdesk.Ref   // whose product this is, where r carries no name itself
	Encounter  ehrdesk.Ref   // in which it came about
	Sources    []ehrdesk.Ref // institutions first, then people
}

// Links reads them; all may be zero.
func (r Resource) Links() Links {
	l := Links{Medication: LinkedMedication(r)}
	for _, name := range [...]string{"encounter", "context"} {
		each(r.members.raw(name), func(v jsontext.Value) {
			var ref reference
			if ref.read(v); ref.target().Resource == "Encounter" && l.Encounter.ID == "" {
				l.Encounter = ref.target()
			}
		})
	}
	if r.Record.Source != "" || r.Record.Linked || r.Record.Resource == "Patient" {
		return l
	}
	var people []ehrdesk.Ref
	for _, name := range [...]string{"serviceProvider", "custodian", "performer", "author", "managingOrganization", "asserter", "recorder", "requester", "informationSource", "participant"} {
		each(r.members.raw(name), func(v jsontext.Value) {
			var back backing
			back.read(v)
			for _, ref := range [...]reference{back.reference, back.actor, back.individual} {
				switch t := ref.target(); t.Resource {
				case "Organization", "Location":
					l.Sources = append(l.Sources, t)
				case "Practitioner", "PractitionerRole":
					people = append(people, t)
				}
			}
		})
	}
	l.Sources = append(l.Sources, people...)
	return l
}
