package plain

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/fhir/caps"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// A list of a server that is not ours may lack rows and say nothing of it: pages that are
// counted by rows lose one whenever a row moves, a full page may have no link to the next,
// a link runs out. So a list is whole only when something shows it: one page, and the
// server's count of all; or two readings, one after the other, that are alike; or parts
// by time of change, each shown to be whole.

const (
	pageSize  = "200"  // rows of a page
	idsSize   = "1000" // of ids alone
	atOnce    = 50     // records that are asked for by id in one request
	batchOf   = 40     // searches of one request
	restarts  = 3      // of one list whose links run out
	readings  = 6      // of one list that moves under its reader
	mostParts = 2000   // of one list that is read in parts
)

// row is one entry of a list.
type row struct {
	version string    // "" where it says none
	at      time.Time // of its last change, zero where it says none
}

// differs reports that two rows of one record are of different versions.
func (r row) differs(o row) bool {
	return r.version != "" && o.version != "" && r.version != o.version || !r.at.IsZero() && !o.at.IsZero() && !r.at.Equal(o.at) && (r.version == "" || o.version == "")
}

// page is one page of a list, as far as its wholeness is concerned.
type page struct {
	rows     map[ehrdesk.Ref]row
	nameless int // entries that nobody can say the name of
	foreign  bool
	short    bool // by the server's word it is not whole
	total    int
	next     string
}

// fetch reads one page: the first of a form, or that of a link.
type fetch func(ctx context.Context, resource, link string, form url.Values) (page, error)

// list is what came of one reading.
type list struct {
	rows     map[ehrdesk.Ref]row
	pages    int
	nameless int
	total    int  // of the last page
	largest  int  // rows of the largest page
	ended    bool // its last page is shorter than others: there was room for more
	cut      bool // it ended before its end
	foreign  bool // it has another patient's: the server does not filter
	short    bool // the server says that it is not whole
}

func (l *list) count() int { return len(l.rows) + l.nameless }

// lister reads lists of one server.
type lister struct {
	c       *Centre
	parts   int  // read of the list under way
	biggest int  // rows of the largest page that the server has given
	short   bool // the server says of the list read last that it is not whole
	ahead   map[string]*fhir.Ahead
}

// first is the first page of a list where it was asked for ahead, nil where it was not.
func (r *lister) first(resource, link string, form url.Values) *fhir.Ahead {
	if link != "" {
		return nil
	}
	key := keyOf(r.c.query(resource, "", form))
	a := r.ahead[key]
	delete(r.ahead, key)
	return a
}

// ask asks for the first page of a list ahead.
func (r *lister) ask(ctx context.Context, resource string, form url.Values, open fhir.OpenSpool) {
	if r.ahead == nil {
		r.ahead = map[string]*fhir.Ahead{}
	}
	q := r.c.query(resource, "", form)
	if key := keyOf(q); r.ahead[key] == nil {
		r.ahead[key] = r.c.wire.Ahead(ctx, q, open)
	}
}

// together asks for the first pages of several lists ahead, in batches. The first entry of
// each batch is a search of which the answer is known: one that is answered by anything else
// is believed in nothing.
func (r *lister) together(ctx context.Context, patient string, queries []fhir.Query, open fhir.OpenSpool) {
	control := fhir.Query{Resource: "Patient", Form: url.Values{"_id": {patient}}}
	sound := func(b *fhir.Batch) error {
		if b.Is[0] {
			for i := range b.Pages[0].Entries {
				if e := &b.Pages[0].Entries[i]; e.Fault == nil && e.Resource.Ref() == (ehrdesk.Ref{Resource: "Patient", ID: patient}) {
					return nil
				}
			}
		}
		return ehrdesk.Errorf("sync", ehrdesk.CodeInvalid, "a search in a batch is not answered as it is alone")
	}
	heard := func(err error) {
		if known := r.c.Caps(); refused(err) {
			r.c.learn(caps.Batch, caps.No, known.At)
		}
	}
	for part := range slices.Chunk(queries, batchOf-1) {
		list := r.c.wire.Together(ctx, append([]fhir.Query{control}, part...), open, sound, heard)
		go list[0].Drop()
		for i, q := range part {
			if r.ahead == nil {
				r.ahead = map[string]*fhir.Ahead{}
			}
			r.ahead[keyOf(q)] = list[i+1]
		}
	}
}

func keyOf(q fhir.Query) string { return fmt.Sprint(q.Post, q.Resource, "?", q.Form.Encode()) }

// drop ends what was asked for and nobody waits for.
func (r *lister) drop() {
	for key, a := range r.ahead {
		a.Drop()
		delete(r.ahead, key)
	}
}

// asked is how many rows a form asks for on a page.
func asked(form url.Values) int {
	n, _ := strconv.Atoi(form.Get("_count"))
	return n
}

// read reads a list from its first page to its last, anew where a link runs out.
func (r *lister) read(ctx context.Context, resource string, form url.Values, get fetch) (list, error) {
	for try := 1; ; try++ {
		l, expired, err := r.once(ctx, resource, form, get)
		if err != nil || !expired {
			return l, err
		}
		if try == restarts {
			l.cut = true
			return l, nil
		}
	}
}

func (r *lister) once(ctx context.Context, resource string, form url.Values, get fetch) (l list, expired bool, err error) {
	l.rows = map[ehrdesk.Ref]row{}
	var links fhir.Links
	for link := ""; ; {
		p, err := get(ctx, resource, link, form)
		if err != nil {
			return l, link != "" && fhir.Expired(err), unless(link != "" && fhir.Expired(err), err)
		}
		maps.Copy(l.rows, p.rows)
		l.pages++
		l.nameless += p.nameless
		n := len(p.rows) + p.nameless
		l.ended, l.largest = n < l.largest, max(l.largest, n)
		l.total, l.foreign, l.short = p.total, l.foreign || p.foreign, l.short || p.short
		r.biggest = max(r.biggest, l.largest)
		if p.next == "" || l.foreign {
			return l, false, nil
		}
		link = p.next
		if err := links.Follow("sync", link); err != nil {
			return l, false, err
		}
	}
}

func unless(is bool, err error) error {
	if is {
		return nil
	}
	return err
}

// whole reads a list until it is whole, in parts where it has to be. lacking is how many
// rows there are more, at least, and 0 where it is whole. A page may have come several
// times by then.
func (r *lister) whole(ctx context.Context, resource string, form url.Values, get fetch) (rows map[ehrdesk.Ref]row, lacking int, err error) {
	r.parts, r.short = 0, false
	return r.part(ctx, resource, form, get, span{})
}

// span is a part of a list, by time of change: from one moment on, and before another.
type span struct{ from, until time.Time }

// has reports whether a row belongs to it, as far as the row says.
func (s span) has(r row) bool {
	at := r.at.Truncate(time.Millisecond)
	return r.at.IsZero() || !at.Before(s.from) && (s.until.IsZero() || at.Before(s.until))
}

// part reads one part of a list.
func (r *lister) part(ctx context.Context, resource string, form url.Values, get fetch, of span) (rows map[ehrdesk.Ref]row, lacking int, err error) {
	if r.parts++; r.parts > mostParts {
		return map[ehrdesk.Ref]row{}, 1, nil
	}
	l, err := r.read(ctx, resource, form, get)
	if err != nil {
		return nil, 0, err
	}
	for _, row := range l.rows {
		if !of.has(row) { // the server does not heed what part was asked for
			return l.rows, 1, nil
		}
	}
	switch {
	case l.foreign, l.short:
		r.short = r.short || l.short
		return l.rows, 1, nil
	case !l.cut && l.pages == 1 && l.count() == 0 && l.total <= 0:
		return l.rows, 0, nil
	case l.pages > 1 || l.cut:
		alike, err := r.again(ctx, resource, form, &l)
		if err != nil {
			return nil, 0, err
		}
		if l.cut = !alike; r.short {
			return l.rows, 1, nil
		}
	}
	total, err := r.total(ctx, resource, form, &l)
	if err != nil {
		return nil, 0, err
	}
	switch n := l.count(); {
	case l.cut: // who knows
	case total >= 0 && n >= total:
		return l.rows, 0, nil
	case total < 0 && l.pages == 1 && n < asked(form) && (n < max(2, r.biggest) || r.c.Caps().Is(caps.Paging) == caps.Yes):
		return l.rows, 0, nil // other pages have more: there was room
	case total < 0 && l.ended:
		return l.rows, 0, nil
	}
	return r.halves(ctx, resource, form, get, of, &l, max(1, total-l.count()))
}

// again lists the ids until two readings are alike, and leaves the last in l. alike is
// false where none were.
func (r *lister) again(ctx context.Context, resource string, form url.Values, l *list) (alike bool, err error) {
	before := *l
	for range readings {
		now, err := r.read(ctx, resource, r.idsAlone(form), r.ids)
		if err != nil {
			return false, err
		}
		if r.short = r.short || now.short; now.short {
			break
		}
		if !now.cut && !before.cut && same(before.rows, now.rows) {
			now.ended = now.ended || l.ended || now.pages == 1 && now.count() > l.largest
			now.pages = max(2, now.pages) // what a single page is believed of was not said of this one
			*l = now
			return true, nil
		}
		before = now
	}
	maps.Copy(l.rows, before.rows)
	return false, nil
}

func same(a, b map[ehrdesk.Ref]row) bool {
	return len(a) == len(b) && maps.EqualFunc(a, b, func(x, y row) bool { return !x.differs(y) })
}

// total is how many rows the server counts for a list, -1 where it does not, or is not to
// be believed.
func (r *lister) total(ctx context.Context, resource string, form url.Values, l *list) (int, error) {
	known := r.c.Caps()
	if known.Is(caps.Totals) == "" && l.total > 1 {
		one := maps.Clone(form)
		one.Set("_count", "1")
		p, err := r.ids(ctx, resource, "", r.idsAlone(one))
		if err != nil {
			return -1, err
		}
		if len(p.rows) == 1 && !p.short {
			is := caps.No
			if p.total > 1 {
				is = caps.Yes
			}
			r.c.learn(caps.Totals, is, known.At)
			known = r.c.Caps()
		}
	}
	if known.Is(caps.Totals) == caps.Yes && l.total >= 0 {
		return l.total, nil
	}
	if known.Is(caps.CountAlone) != caps.Yes {
		return -1, nil
	}
	count := maps.Clone(form)
	count.Del("_count")
	count.Set("_summary", "count")
	b, _, err := r.c.wire.List(ctx, "sync", r.c.query(resource, "", count))
	if err != nil || b.Short() {
		return -1, err
	}
	return b.Total, nil
}

// halves reads a list that may have been cut as two, by the time of change of what came:
// each half is shorter, or is halved again.
func (r *lister) halves(ctx context.Context, resource string, form url.Values, get fetch, of span, l *list, lacking int) (map[ehrdesk.Ref]row, int, error) {
	var times []time.Time
	for _, row := range l.rows {
		if !row.at.IsZero() {
			times = append(times, row.at.Truncate(time.Millisecond))
		}
	}
	slices.SortFunc(times, time.Time.Compare)
	times = slices.CompactFunc(times, time.Time.Equal)
	if len(times) < 2 || r.c.Caps().Is(caps.LastUpdated) != caps.Yes {
		return l.rows, lacking, nil
	}
	middle := times[len(times)/2]
	parts := map[string]span{"lt": {of.from, middle}, "ge": {middle, of.until}}
	rows, left := map[ehrdesk.Ref]row{}, 0
	for _, half := range [...]string{"lt", "ge"} {
		narrow := maps.Clone(form)
		narrow["_lastUpdated"] = append(slices.Clone(form["_lastUpdated"]), half+fhir.Instant(middle))
		part, n, err := r.part(ctx, resource, narrow, get, parts[half])
		if err != nil {
			return nil, 0, err
		}
		maps.Copy(rows, part)
		left += n
	}
	return rows, left, nil
}

// idsAlone is a form that asks for ids, where the server knows how.
func (r *lister) idsAlone(form url.Values) url.Values {
	out := maps.Clone(form)
	if r.c.Caps().Is(caps.Elements) == caps.Yes {
		out.Set("_elements", "id,meta")
		if form.Get("_count") == pageSize {
			out.Set("_count", idsSize)
		}
	}
	return out
}

// ids is a fetch of what is of no use but for its name and version.
func (r *lister) ids(ctx context.Context, resource, link string, form url.Values) (page, error) {
	var b r4.Bundle
	var err error
	if a := r.first(resource, link, form); a != nil {
		b, err = a.Bundle()
	} else {
		b, _, err = r.c.wire.List(ctx, "sync", r.c.query(resource, link, form))
	}
	if err != nil {
		return page{}, err
	}
	p := page{rows: map[ehrdesk.Ref]row{}, total: b.Total, next: b.Next, short: b.Short()}
	for i := range b.Entries {
		e := &b.Entries[i]
		switch {
		case e.Mode == "outcome" || e.Resource.Type == "OperationOutcome" || e.Resource.Bytes == nil && e.Fault == nil:
		case e.Resource.Type == "" || e.Resource.ID == "":
			p.nameless++
		case e.Resource.Type == resource:
			m := e.Resource.Meta()
			p.rows[e.Resource.Ref()] = row{m.Version, m.Updated}
		}
	}
	return p, nil
}
