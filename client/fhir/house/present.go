package house

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// mostAgain is how many records that the desk lacks are asked for one by one; of more the whole list
// is read.
const mostAgain = 50

// present is what a feed finds out of all that there is. A centre that does not tell what was withdrawn
// names what it has: what the desk has beside is gone, and what it lacks has come back, from a fault or
// from a backup, with the date of before, so that no list of what has changed since has it.
type present struct {
	asked   bool
	stones  []fhir.Tombstone
	there   map[ehrdesk.Ref]bool // nil where it was not asked for
	came    map[ehrdesk.Ref]bool
	anew    bool // the whole list was read for what lacked
	again   []ehrdesk.Ref
	named   bool // again holds what lacks
	lacking int  // that the centre names and does not give
}

// noted takes note of what a page brought.
func (f *Feed) noted(p *fhir.Page) {
	if f.since.IsZero() || f.from.Held == nil {
		return
	}
	if f.seen.came == nil {
		f.seen.came = map[ehrdesk.Ref]bool{}
	}
	for i := range p.Resources {
		f.seen.came[p.Resources[i].Record.Ref()] = true
	}
	for _, a := range p.Aside {
		f.seen.came[ehrdesk.Ref{Resource: a.Resource, ID: a.ID}] = true
	}
}

// sweeps is whether the centre is to be asked for all that there is.
func (f *Feed) sweeps() bool {
	return f.from.Held != nil && (f.from.Ago < opening || f.begun.Sub(f.swept) >= sweepEvery)
}

// ask finds out, once for a feed, what was withdrawn: of a centre that keeps no list of it what there is.
func (f *Feed) ask(ctx context.Context) error {
	if f.seen.asked {
		return nil
	}
	stones, listed, err := f.c.tombstones(ctx, f.who.ID, f.since, f.begun)
	if err != nil {
		return err
	}
	if f.seen.asked, f.seen.stones = true, stones; listed || !f.sweeps() {
		return nil
	}
	if f.seen.there, err = f.c.present(ctx, f.who.ID, f.begun); f.seen.there != nil {
		f.swept = f.begun
	}
	return err
}

// given is whether a record would be named, as far as the centre said: it names none of a kind that the person is
// not given, nor of a type that it cannot ask its source for.
func (f *Feed) given(r *ehrdesk.Record) bool {
	told, said := f.from.Counted[r.Kind]
	return !said || told.Access == ehrdesk.General && !slices.Contains(told.Unasked, r.Resource)
}

// lacked gives, a page each, what the centre names and the desk has not, after the pages of what has
// changed: each record is received as those of any page. Of many the whole list is read once
// more. Errors: io.EOF after the last.
func (f *Feed) lacked(ctx context.Context) (fhir.Page, error) {
	if f.since.IsZero() || f.seen.there == nil && !f.sweeps() {
		return fhir.Page{}, io.EOF
	}
	if err := f.ask(ctx); err != nil {
		return fhir.Page{}, err
	}
	if !f.seen.named {
		f.seen.again, f.seen.named = f.lacks(), true
		if len(f.seen.again) > mostAgain && !f.seen.anew {
			f.seen.anew, f.seen.named = true, false
			f.pages.Close()
			f.pages = f.open(false)
			return f.Next(ctx)
		}
		if n := len(f.seen.again) - mostAgain; n > 0 {
			f.seen.lacking, f.seen.again = n, f.seen.again[:mostAgain]
		}
	}
	for len(f.seen.again) > 0 {
		ref := f.seen.again[0]
		f.seen.again = f.seen.again[1:]
		p, err := f.Again(ctx, ref)
		var ended *ehrdesk.End
		switch code := ehrdesk.CodeOf(err); {
		case code == ehrdesk.CodeNotFound: // not any more
		case code == ehrdesk.CodeDenied && !errors.As(err, &ended):
			f.seen.lacking++
		default:
			return p, err
		}
	}
	return fhir.Page{}, io.EOF
}

// lacks are the records that the centre names, the desk had not and no page brought, by name.
func (f *Feed) lacks() []ehrdesk.Ref {
	lacks := maps.Clone(f.seen.there)
	for r := range f.from.Held {
		delete(lacks, r.Ref())
	}
	for ref := range f.seen.came {
		delete(lacks, ref)
	}
	delete(lacks, ehrdesk.Ref{})
	return slices.SortedFunc(maps.Keys(lacks), func(a, b ehrdesk.Ref) int { return strings.Compare(a.String(), b.String()) })
}

// clocksApart is by how much the clocks of gates that answer for one another may differ.
const clocksApart = 5 * time.Second

// present are the records that a centre names of a patient's, nil of one that does not. An answer made
// before begun lacks what has come since. Errors: CodeConflict for that.
func (c *Centre) present(ctx context.Context, patient string, begun time.Time) (map[ehrdesk.Ref]bool, error) {
	const op = "sync"
	a, err := c.wire.Answers(ctx, op, "Patient/"+url.PathEscape(patient)+"/$present")
	switch {
	case ehrdesk.CodeOf(err) == ehrdesk.CodeNotFound:
		return nil, nil
	case err != nil:
		return nil, err
	case a.Time("asOf").Before(begun.Add(-clocksApart)):
		return nil, stale()
	}
	there := map[ehrdesk.Ref]bool{}
	for _, f := range a.All("record") {
		there[r4.Target(f.Text("valueString"))] = true
	}
	return there, nil
}
