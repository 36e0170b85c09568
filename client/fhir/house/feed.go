package house

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

const (
	pageSize = "500"
	// overlap is how far behind its mark a feed begins: a server may publish a change
	// a little after the moment it is stamped with. Receiving a record twice costs
	// nothing.
	overlap = 180 * time.Second
)

// Feed is what has changed of a patient's record since a mark: $everything and
// $tombstones. Its mark is the centre's clock when all that it claims had come.
type Feed struct {
	c     *Centre
	pages *fhir.Pages
	who   *fhir.Person
	from  fhir.From
	since time.Time // zero: everything comes

	under bool      // the first page has come
	begun time.Time // the centre's clock then
	total int       // what the centre counts, -1 where it does not say
	met   bool      // what it claims has come
}

// Changes begins a feed of who's record. ctx is that of every page.
func (c *Centre) Changes(ctx context.Context, who *fhir.Person, from fhir.From) *Feed {
	f := &Feed{c: c, who: who, from: from, total: -1}
	q := url.Values{"_count": {pageSize}}
	if at, err := time.Parse(time.RFC3339Nano, string(from.Mark)); err == nil {
		f.since = at.Add(-overlap)
		q.Set("_since", fhir.Instant(f.since))
	}
	f.pages = c.wire.Pages(ctx, "Patient/"+url.PathEscape(who.ID)+"/$everything?"+q.Encode(), who, from.Open)
	return f
}

// Next gives the next page. Errors: io.EOF after the last.
func (f *Feed) Next(ctx context.Context) (fhir.Page, error) {
	p, err := f.pages.Next(ctx)
	if err == nil && !f.under {
		f.under, f.begun, f.total = true, p.Timestamp, p.Total
		if !f.since.IsZero() && (!p.Stamped || f.begun.Before(f.since)) {
			_ = p.End()
			return fhir.Page{}, stale()
		}
	}
	return p, err
}

// stale is of an answer that was made before what was asked about, or that does not say when
// it was made, as the central service's own do: something on the line keeps answers and gives
// them again, or makes them.
func stale() error {
	return ehrdesk.Errorf("sync", ehrdesk.CodeConflict, "the answer is an old one, or not the central service's")
}

// Again reads one record that was kept aside. Errors: CodeNotFound where it is gone.
func (f *Feed) Again(ctx context.Context, ref ehrdesk.Ref) (fhir.Page, error) {
	return f.c.wire.Reread(ctx, f.who, ref)
}

// Gone is what was withdrawn since the mark. Of a feed of everything nothing is: what
// does not come is not there.
func (f *Feed) Gone(ctx context.Context) ([]fhir.Tombstone, error) {
	if f.since.IsZero() {
		return nil, nil
	}
	return f.c.tombstones(ctx, f.who.ID, f.since, f.begun)
}

// Expect holds what has come against what the centre claims: its total for the pages,
// and for everything what it counted when the chart was opened, kind by kind. missing
// is how many more there are.
func (f *Feed) Expect(ctx context.Context, came fhir.Tally) (missing int, err error) {
	f.met = false
	missing = max(0, f.total-came.Records)
	lacking := -came.Aside
	for k, told := range f.from.Counted {
		if told.Access == ehrdesk.General {
			lacking += max(0, told.Count-came.Kept[k])
		}
	}
	if f.since.IsZero() && lacking > 0 { // what was withdrawn since the chart was opened was counted then
		stones, err := f.c.tombstones(ctx, f.who.ID, f.begun.Add(-f.from.Ago-overlap), f.begun)
		if err != nil {
			return missing, err
		}
		missing = max(missing, lacking-len(stones))
	}
	f.met = missing == 0
	return missing, nil
}

// Mark is where the next feed begins, of all that had come by at, the centre's clock.
// Errors: CodeConflict while more is expected.
func (f *Feed) Mark(at time.Time) (fhir.Mark, error) {
	if !f.met {
		return "", ehrdesk.Errorf("sync", ehrdesk.CodeConflict, "not all that the central service counts has come")
	}
	return fhir.Mark(at.Format(time.RFC3339Nano)), nil
}

// Close ends what is on its way.
func (f *Feed) Close() { f.pages.Close() }

// tombstones reads what was withdrawn from a patient's record since a moment; nothing
// from a centre that keeps no such list. An answer made before asked, both by the centre's
// clock, lacks what was withdrawn in between. Errors: CodeConflict for that.
func (c *Centre) tombstones(ctx context.Context, patient string, since, asked time.Time) ([]fhir.Tombstone, error) {
	link := "Patient/" + url.PathEscape(patient) + "/$tombstones?" + url.Values{"_since": {fhir.Instant(since)}}.Encode()
	var out []fhir.Tombstone
	old := false
	err := c.wire.EachPage(ctx, "sync", link, func(b r4.Bundle) {
		old = old || b.Timestamp.Before(asked)
		for _, e := range b.Entries {
			if ref := r4.Target(e.Request.URL); e.Request.Method == http.MethodDelete && ref.ID != "" {
				t := fhir.Tombstone{Ref: ref, At: e.Modified}
				if e.Reason == "out-of-scope" {
					t.At = time.Time{} // the same version may come back into scope
				}
				out = append(out, t)
			}
		}
	})
	if ehrdesk.CodeOf(err) == ehrdesk.CodeNotFound {
		return out, nil
	}
	if err == nil && old {
		err = stale()
	}
	return out, err
}
