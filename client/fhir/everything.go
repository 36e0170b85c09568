package fhir

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/ehrdesk/ehrdesk"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Resource is one resource as received, with its overview.
type Resource struct {
	Record   ehrdesk.Record
	Links    r4.Links // what it refers to for its name or its source
	Body     []byte   // the exact bytes; nil where Long has them
	Long     *r4.Long // of a resource with a long document, from a page that was read with spools
	Sharable bool     // false: outside eHealth's sharable scope
	Labelled bool     // its own label restricts it
}

// Page is one page of a patient's record, projected.
type Page struct {
	Resources []Resource
	Aside     []ehrdesk.Aside // kept from it, each by name and reason
	Heavy     bool            // as RawPage's
	Total     int             // -1 where unknown
	Entries   int             // records in it, those kept aside with them
	Timestamp time.Time       // when the centre answered, by its own clock
	spool     r4.Spool
}

// Person is the patient that pages are asked for, and held against.
type Person = r4.Person

// RawPage is a page as it came: split, its resources not looked at yet. With
// Next known, the page after it can be asked for before this one is projected.
//
// A heavy page carries documents: whoever follows the pages does well to be done
// with it before asking for the next.
type RawPage struct {
	Next   string
	Heavy  bool
	base   string
	date   time.Time // the answer's own
	bundle r4.Bundle
	cuts   []r4.Cut
	spool  r4.Spool
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
	return c.NextPage(ctx, "Patient/"+url.PathEscape(patient)+"/$everything?"+q.Encode(), open)
}

// NextPage reads a page by its link. open is as in Everything.
func (c *Client) NextPage(ctx context.Context, link string, open OpenSpool) (RawPage, error) {
	const op = "sync"
	ans, err := c.do(ctx, call{op: op, method: http.MethodGet, ref: link, open: open, most: MaxAnswer})
	if err != nil {
		return RawPage{}, err
	}
	b, err := parseBundle(op, ans.Body)
	if err != nil {
		ans.close()
		return RawPage{}, err
	}
	return RawPage{Next: b.Next, Heavy: ans.spool != nil || len(ans.Body) > heavyPage, base: c.base.String() + "/", date: ans.Date,
		bundle: b, cuts: ans.cuts, spool: ans.spool}, nil
}

// parseBundle refuses a page that is no whole Bundle.
func parseBundle(op string, body []byte) (r4.Bundle, error) {
	b, err := r4.ParseBundle(body)
	if err != nil {
		return b, ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the centre sent a broken bundle")
	}
	return b, nil
}

// Project holds every resource of a page against the patient it was asked for.
// What cannot be read, and what is not plainly that patient's, is kept aside: one
// bad record is one bad record. The patient's own Patient adds the identifiers it
// carries to who.
func (r RawPage) Project(who *Person) (Page, error) {
	b := r.bundle
	p := Page{Heavy: r.Heavy, Total: b.Total, Timestamp: b.Timestamp, Resources: make([]Resource, 0, len(b.Entries)), spool: r.spool}
	if p.Timestamp.IsZero() || !r.date.IsZero() && r.date.Before(p.Timestamp) {
		p.Timestamp = r.date // of two clocks of one answer the one that promises less
	}
	who.Base = r.base
	for i := range b.Entries {
		if e := &b.Entries[i]; e.Fault == nil && e.Resource.Type == "Patient" && e.Resource.ID == who.ID {
			who.Know(e.Resource.Identifiers())
		}
	}
	for i := range b.Entries {
		e := &b.Entries[i]
		if e.Mode == "outcome" || e.Resource.Bytes == nil && e.Fault == nil || e.Resource.Type == "OperationOutcome" && e.Mode != "match" {
			continue
		}
		p.Entries++
		if reason := aside(e, *who); reason != "" {
			a := ehrdesk.Aside{Resource: e.Resource.Type, ID: e.Resource.ID, Reason: reason}
			if reason == ehrdesk.AsideUnclear {
				a.Source = e.Resource.Record().Source
			}
			p.Aside = append(p.Aside, a)
			continue
		}
		place := e.Resource.Place()
		res := Resource{Body: e.Resource.Bytes, Sharable: place.Sharable, Labelled: e.Resource.Labelled()}
		res.Record, res.Links = e.Resource.ProjectAt(place)
		if res.Long = e.Long(r.cuts, r.spool); res.Long != nil {
			res.Body = nil
		}
		p.Resources = append(p.Resources, res)
	}
	return p, nil
}

// aside is why an entry is kept aside, "" where it is not.
func aside(e *r4.Entry, who Person) ehrdesk.AsideReason {
	if e.Fault != nil {
		return e.Fault.Reason
	}
	switch e.Resource.Whose(who) {
	case r4.Anothers:
		return ehrdesk.AsideAnother
	case r4.Unclear:
		return ehrdesk.AsideUnclear
	case r4.Theirs, r4.Nobodys:
	}
	return ""
}

// Close gives up what the page holds outside memory: no Long of it can be read
// any more. Errors: the spool's.
func (p Page) Close() error {
	if p.spool == nil {
		return nil
	}
	return p.spool.Close()
}

// Reread reads one record again that was kept aside, and holds it against the
// patient as Project does. Errors: CodeNotFound where it is gone.
func (c *Client) Reread(ctx context.Context, who Person, ref ehrdesk.Ref) (Page, error) {
	const op = "sync"
	ans, err := c.do(ctx, call{op: op, method: http.MethodGet, ref: ref.Resource + "/" + url.PathEscape(ref.ID), most: MaxAnswer})
	if err != nil {
		return Page{}, err
	}
	e := r4.Entry{}
	var fault error
	if e.Resource, fault = r4.Read(ans.Body); fault == nil && e.Resource.Ref() != ref {
		return Page{}, ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the centre's answer is not the record asked for")
	}
	_ = errors.As(fault, &e.Fault)
	return RawPage{base: c.base.String() + "/", date: ans.Date, bundle: r4.Bundle{Total: -1, Entries: []r4.Entry{e}}}.Project(&who)
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
	err := c.eachPage(ctx, op, link, func(b r4.Bundle) {
		for _, e := range b.Entries {
			if ref := r4.Target(e.Request.URL); e.Request.Method == http.MethodDelete && ref.ID != "" {
				out = append(out, Tombstone{ref, e.Modified, e.Reason})
			}
		}
	})
	return out, err
}

// eachPage follows a short list's pages. Errors: CodeTampered for a list that
// leads back into itself, or that does not end.
func (c *Client) eachPage(ctx context.Context, op, link string, fn func(r4.Bundle)) error {
	var seen Visited
	for link != "" {
		if err := seen.Follow(op, link); err != nil {
			return err
		}
		ans, err := c.Get(ctx, op, link)
		if err != nil {
			return err
		}
		b, err := parseBundle(op, ans.Body)
		if err != nil {
			return err
		}
		fn(b)
		link = b.Next
	}
	return nil
}

// mostPages is how many pages one list may have: 5 million records.
const mostPages = 10_000

// Visited are the pages of one list that have been asked for.
type Visited struct{ seen map[string]bool }

// Follow notes that a page is asked for. Errors: CodeTampered for one that was
// asked for before, or one page too many: a list without an end would keep the
// desk busy for ever.
func (l *Visited) Follow(op, link string) error {
	if l.seen[link] || len(l.seen) >= mostPages {
		return ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the centre's list of pages does not end")
	}
	if l.seen == nil {
		l.seen = map[string]bool{}
	}
	l.seen[link] = true
	return nil
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
