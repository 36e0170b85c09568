package fhir

import (
	"context"
	"errors"
	"net/http"
	"net/url"
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
	Heavy     bool            // with documents: it is done with before more is taken in
	Total     int             // records in all of its pages, as far as is known before they come; -1 for not
	Entries   int             // records in it, those kept aside with them
	Timestamp time.Time       // when the centre answered, by its own clock
	Stamped   bool            // and says so in the list itself, not only in what HTTP adds
	Short     bool            // by its own word more belongs to the list than it gives
	spool     r4.Spool
}

// Person is the patient that pages are asked for, and held against.
type Person = r4.Person

// rawPage is a page as it came: split, its resources not looked at yet. With next
// known, the page after it can be asked for before this one is projected.
type rawPage struct {
	next   string
	heavy  bool
	base   string
	date   time.Time // the answer's own
	bundle r4.Bundle
	cuts   []r4.Cut
	spool  r4.Spool
	unread *Answer // not split yet; what follows it is known all the same
}

// heavyPage is more than a thousand records without documents take, in bytes.
const heavyPage = 4 << 20

// pageOp is what an error of a page is said to be of.
const pageOp = "sync"

// pageOf reads the page that a request is answered by.
func (c *Client) pageOf(ctx context.Context, q call) (rawPage, error) {
	ans, err := c.do(ctx, q)
	if err != nil {
		return rawPage{}, err
	}
	b, err := parse(q.op, ans.Body)
	if err != nil {
		ans.close()
		return rawPage{}, err
	}
	return rawPage{next: b.Next, heavy: ans.spool != nil || len(ans.Body) > heavyPage, base: c.base.String() + "/", date: ans.Date,
		bundle: b, cuts: ans.cuts, spool: ans.spool}, nil
}

// ahead reads a page of which next is known before it is split, where the page says that before
// its entries, so that the page after it is on its way meanwhile. split has to be called for it.
// Errors: as page, but those of a page that is not split yet.
func (c *Client) ahead(ctx context.Context, link string, open OpenSpool) (rawPage, error) {
	q := call{op: pageOp, method: http.MethodGet, ref: link, open: open, most: MaxAnswer}
	ans, err := c.do(ctx, q)
	if err != nil {
		return rawPage{}, err
	}
	p := rawPage{heavy: ans.spool != nil || len(ans.Body) > heavyPage, base: c.base.String() + "/", date: ans.Date,
		cuts: ans.cuts, spool: ans.spool, unread: &ans}
	next, known := r4.NextBeforeEntries(ans.Body)
	if p.next = next; known {
		return p, nil
	}
	return p.split()
}

// split reads the frame of a page that ahead left unread. Errors: as page; CodeTampered where the
// page names another next page than was taken from it.
func (r rawPage) split() (rawPage, error) {
	if r.unread == nil {
		return r, nil
	}
	b, err := parse(pageOp, r.unread.Body)
	switch {
	case err != nil:
	case b.Unfinished():
		err = Unfinished(pageOp)
	case r.next != "" && r.next != b.Next:
		err = unread(pageOp, "the centre sent a broken bundle", r.unread.Body)
	}
	if err != nil {
		r.unread.close() // nobody reads it
		return rawPage{}, err
	}
	r.bundle, r.next, r.unread = b, b.Next, nil
	return r, nil
}

// ParseBundle refuses a page that is no whole Bundle, and one of which the server says among the
// rows that something failed: what is not in it is not for that reason not there. Errors:
// CodeTampered, and as Unfinished.
func ParseBundle(op string, body []byte) (r4.Bundle, error) {
	b, err := parse(op, body)
	if err == nil && b.Unfinished() {
		return r4.Bundle{}, Unfinished(op)
	}
	return b, err
}

// Unfinished is the error of a list that a server could not give at present, though it
// answered 200. Errors: CodeOffline, with TroubleServer as the cause.
func Unfinished(op string) error { return trouble(op, ehrdesk.TroubleServer) }

// parse refuses a page that is no whole Bundle.
func parse(op string, body []byte) (r4.Bundle, error) {
	b, err := r4.ParseBundle(body)
	if err != nil {
		return b, unread(op, "the centre sent a broken bundle", body)
	}
	return b, nil
}

// project holds every resource of a page against the patient it was asked for.
// What cannot be read, and what is not plainly that patient's, is kept aside: one
// bad record is one bad record. The patient's own Patient adds the identifiers it
// carries to who.
func (r rawPage) project(who *Person) (Page, error) {
	b := r.bundle
	p := Page{Heavy: r.heavy, Total: b.Total, Timestamp: b.Timestamp, Resources: make([]Resource, 0, len(b.Entries)), spool: r.spool}
	if p.Timestamp.IsZero() || !r.date.IsZero() && r.date.Before(p.Timestamp) {
		p.Timestamp = r.date // of two clocks of one answer the one that promises less
	}
	p.Stamped = !b.Timestamp.IsZero()
	p.Short = b.Short()
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

// Reread reads one record again that was kept aside, and holds it against the
// patient as a page of records is. Errors: CodeNotFound where it is gone.
func (c *Client) Reread(ctx context.Context, who *Person, ref ehrdesk.Ref) (Page, error) {
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
	return rawPage{base: c.base.String() + "/", date: ans.Date, bundle: r4.Bundle{Total: -1, Entries: []r4.Entry{e}}}.project(who)
}

// close gives up what the page holds outside memory. Errors: the spool's.
func (p Page) close() error {
	if p.spool == nil {
		return nil
	}
	return p.spool.Close()
}
