package plain

import (
	"context"
	"errors"
	"io"
	"iter"
	"net/url"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/fhir/caps"
)

const (
	// overlap is how far behind its mark a feed begins: a server may publish a change some
	// time after the moment that it is stamped with. A record that comes twice costs nothing.
	overlap = 180 * time.Second
	// sweepEvery is how often all ids are listed while a chart is open. What was deleted is
	// found by that alone, and a list of ids is asked for each type.
	sweepEvery = 15 * time.Minute
	// opening is how long a chart counts as opened just now: its ids are listed.
	opening = time.Minute
)

// mark is what a feed's mark says.
type mark struct {
	At    time.Time `json:"at"`    // the server's clock when the feed began
	Swept time.Time `json:"swept"` // and when one began that listed all ids
}

// Feed is what has changed of a patient's record since a mark, by the searches that any
// server has. It gives pages as they come, finds out what it was not given, and refuses
// its mark until nothing is lacking.
type Feed struct {
	c     *Centre
	who   *fhir.Person
	from  fhir.From
	mark  mark // where it begins; zero for everything
	lists lister

	pages func() (fhir.Page, error, bool)
	stop  func()
	last  fhir.Page

	got     map[ehrdesk.Ref]row // that came
	held    map[ehrdesk.Ref]row // that the desk had
	linked  map[ehrdesk.Ref]bool
	sweeps  bool // it lists all ids
	gone    []fhir.Tombstone
	lacking int
	settled int // 1: all has been read; 2: and nothing is lacking
}

// Changes begins a feed of who's record. ctx is that of all of it.
func (c *Centre) Changes(ctx context.Context, who *fhir.Person, from fhir.From) *Feed {
	f := &Feed{c: c, who: who, from: from, lists: lister{c: c}, got: map[ehrdesk.Ref]row{}, held: map[ehrdesk.Ref]row{}, linked: map[ehrdesk.Ref]bool{}}
	if from.Mark != "" && json.Unmarshal([]byte(from.Mark), &f.mark) != nil {
		f.mark = mark{} // another adapter's: everything comes, and what is gone is looked for
	}
	f.sweeps = from.Mark == "" || f.mark.At.IsZero()
	if from.Held != nil && from.Mark != "" { // of a feed of everything, what does not come is not there
		for r := range from.Held {
			f.held[r.Ref()] = row{r.Version, r.Updated}
		}
	}
	f.pages, f.stop = iter.Pull2(func(yield func(fhir.Page, error) bool) {
		run := feeding{f, yield}
		if err := run.all(ctx); err != nil && !errors.Is(err, errStopped) {
			yield(fhir.Page{}, err)
		}
	})
	return f
}

// Next gives the next page. Errors: io.EOF after the last.
func (f *Feed) Next(context.Context) (fhir.Page, error) {
	before := f.last
	f.last = fhir.Page{}
	if err := before.End(); err != nil {
		return fhir.Page{}, err
	}
	p, err, more := f.pages()
	if !more {
		return fhir.Page{}, io.EOF
	}
	f.last = p
	return p, err
}

// Again reads one record that was kept aside. Errors: CodeNotFound where it is gone.
func (f *Feed) Again(ctx context.Context, ref ehrdesk.Ref) (fhir.Page, error) {
	return f.c.wire.Reread(ctx, f.who, ref)
}

// Gone is what was found not to be there any more. When it went nobody said.
func (f *Feed) Gone(context.Context) ([]fhir.Tombstone, error) { return f.gone, nil }

// Expect tells how many records have not come that are known to be there, or one for
// each list of which nothing shows that it is whole.
func (f *Feed) Expect(context.Context, fhir.Tally) (missing int, err error) {
	if f.settled > 0 && f.lacking == 0 {
		f.settled = 2
	}
	return f.lacking, nil
}

// Mark is where the next feed begins, of all that had come by at, the server's clock.
// Errors: CodeConflict while more is expected.
func (f *Feed) Mark(at time.Time) (fhir.Mark, error) {
	if f.settled < 2 {
		return "", ehrdesk.Errorf("sync", ehrdesk.CodeConflict, "nothing shows that all records have come")
	}
	m := mark{At: at, Swept: f.mark.Swept}
	if f.sweeps {
		m.Swept = at
	}
	b, err := json.Marshal(m)
	return fhir.Mark(b), err
}

// Close ends what is on its way.
func (f *Feed) Close() {
	f.stop()
	_ = f.last.End() // nothing reads it any more
	f.last = fhir.Page{}
}

// sees reports whether the person may be shown records of a kind.
func (f *Feed) sees(k ehrdesk.Kind) bool {
	if told, ok := f.from.Counted[k]; ok && told.Access != ehrdesk.General {
		return false
	}
	return ehrdesk.AccessOf(f.c.who.Role, k) == ehrdesk.General
}

// reads reports whether records of a type are asked for: those of which the person may
// see some.
func (f *Feed) reads(resource string) bool {
	for _, k := range ehrdesk.KindsOf(resource) {
		if f.sees(k) {
			return true
		}
	}
	return false
}

// since is from when on changes come, "" for ever.
func (f *Feed) since() string {
	if f.mark.At.IsZero() {
		return ""
	}
	return fhir.Instant(f.mark.At.Add(-overlap))
}

// new reports a row that neither came nor is held as it is.
func (f *Feed) new(ref ehrdesk.Ref, now row) bool {
	if got, ok := f.got[ref]; ok {
		return got.differs(now)
	}
	held, ok := f.held[ref]
	return !ok || held.differs(now)
}

// everything is the link of the patient's $everything. ok is whether it is worth asking for:
// it was seen to give records in pages and, where only changes are wanted, to heed since
// when.
func (f *Feed) everything() (link string, ok bool) {
	known := f.c.Caps()
	q := url.Values{"_count": {pageSize}}
	if since := f.since(); since != "" {
		q.Set("_since", since)
		ok = known.Is(caps.EverythingSince) == caps.Yes
	} else {
		ok = true
	}
	seen := known.Can[caps.Everything]
	return "Patient/" + url.PathEscape(f.who.ID) + "/$everything?" + q.Encode(), ok && seen.Is == caps.Yes && !seen.Said && known.Is(caps.EverythingCount) == caps.Yes
}
