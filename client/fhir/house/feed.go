package house

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
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
	// sweepEvery is how often a centre that does not tell what was withdrawn is asked, while a
	// chart is open, what there is: that names every record.
	sweepEvery = 15 * time.Minute
	// opening is how long a chart counts as opened just now: then it is asked too.
	opening = time.Minute
)

// marked is what a feed's mark says: the centre's clock when all had come, and when it was last
// asked what there is.
func marked(m fhir.Mark) (at, swept time.Time) {
	text, also, _ := strings.Cut(string(m), " ")
	at, _ = time.Parse(time.RFC3339Nano, text) // another adapter's, or none: everything comes
	swept, _ = time.Parse(time.RFC3339Nano, also)
	return at, swept
}

// Feed is what has changed of a patient's record since a mark: $everything and
// $tombstones. Its mark is the centre's clock when all that it claims had come.
type Feed struct {
	c     *Centre
	pages *fhir.Pages
	who   *fhir.Person
	from  fhir.From
	since time.Time // zero: everything comes
	swept time.Time // when the centre was last asked what there is; zero for never

	open func(since bool) *fhir.Pages // the list from its beginning
	seen present                      // what the centre was asked about all that there is

	under bool      // the first page has come
	begun time.Time // the centre's clock then
	total int       // what the centre counts, -1 where it does not say
	met   bool      // what it claims has come
}

// Changes begins a feed of who's record. ctx is that of every page.
func (c *Centre) Changes(ctx context.Context, who *fhir.Person, from fhir.From) *Feed {
	f := &Feed{c: c, who: who, from: from, total: -1}
	at, swept := marked(from.Mark)
	if f.swept = swept; !at.IsZero() {
		f.since = at.Add(-overlap)
	}
	f.open = func(since bool) *fhir.Pages {
		q := url.Values{"_count": {pageSize}}
		if since {
			q.Set("_since", fhir.Instant(f.since))
		}
		return c.wire.Pages(ctx, "Patient/"+url.PathEscape(who.ID)+"/$everything?"+q.Encode(), who, from.Open)
	}
	f.pages = f.open(!f.since.IsZero())
	return f
}

// Next gives the next page, and after the last one what the centre has beside and the desk has not.
// Errors: io.EOF after the last.
func (f *Feed) Next(ctx context.Context) (fhir.Page, error) {
	p, err := f.pages.Next(ctx)
	switch {
	case errors.Is(err, io.EOF):
		return f.lacked(ctx)
	case err != nil:
		return p, err
	}
	if !f.under {
		f.under, f.begun, f.total = true, p.Timestamp, p.Total
		if !f.since.IsZero() && (!p.Stamped || f.begun.Before(f.since)) {
			_ = p.End()
			return fhir.Page{}, stale()
		}
	}
	f.noted(&p)
	return p, nil
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
// does not come is not there. A centre that keeps no list of it, as a gate before an engine,
// is asked what there is, when the chart was opened just now and from time to time after: what
// the desk has beside, of what it would name to this person, is gone.
func (f *Feed) Gone(ctx context.Context) ([]fhir.Tombstone, error) {
	if f.since.IsZero() {
		f.swept = f.begun
		return nil, nil
	}
	if err := f.ask(ctx); err != nil {
		return nil, err
	}
	out := f.seen.stones
	if f.seen.there == nil {
		return out, nil
	}
	for r := range f.from.Held {
		if !f.seen.there[r.Ref()] && f.given(r) {
			out = append(out, fhir.Tombstone{Ref: r.Ref()})
		}
	}
	return out, nil
}

// Expect holds what has come against what the centre claims: its total for the pages,
// for everything what it counted when the chart was opened, kind by kind, and what it names and
// does not give. missing
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
		stones, _, err := f.c.tombstones(ctx, f.who.ID, f.begun.Add(-f.from.Ago-overlap), f.begun)
		if err != nil {
			return missing, err
		}
		missing = max(missing, lacking-len(stones))
	}
	missing += f.seen.lacking
	f.met = missing == 0
	return missing, nil
}

// Mark is where the next feed begins, of all that had come by at, the centre's clock.
// Errors: CodeConflict while more is expected.
func (f *Feed) Mark(at time.Time) (fhir.Mark, error) {
	if !f.met {
		return "", ehrdesk.Errorf("sync", ehrdesk.CodeConflict, "not all that the central service counts has come")
	}
	m := at.Format(time.RFC3339Nano)
	if !f.swept.IsZero() {
		m += " " + f.swept.Format(time.RFC3339Nano)
	}
	return fhir.Mark(m), nil
}

// Close ends what is on its way.
func (f *Feed) Close() { f.pages.Close() }

// tombstones reads what was withdrawn from a patient's record since a moment; listed is false of a
// centre that keeps no such list. An answer made before asked, both by the centre's clock, lacks
// what was withdrawn in between. Errors: CodeConflict for that.
func (c *Centre) tombstones(ctx context.Context, patient string, since, asked time.Time) (out []fhir.Tombstone, listed bool, err error) {
	link := "Patient/" + url.PathEscape(patient) + "/$tombstones?" + url.Values{"_since": {fhir.Instant(since)}}.Encode()
	old := false
	err = c.wire.EachPage(ctx, "sync", link, func(b r4.Bundle) {
		old = old || b.Timestamp.Before(asked.Add(-clocksApart))
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
		return out, false, nil
	}
	if err == nil && old {
		err = stale()
	}
	return out, err == nil, err
}
