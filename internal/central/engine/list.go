package engine

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// mostPages is after how many pages a list counts as one that does not end.
const mostPages = 2000

// Place is where the list of a patient's records goes on. The zero value is its beginning.
type Place struct {
	Step  int    `json:"s,omitempty"` // $everything or the Patient, then the types one by one
	Link  string `json:"l,omitempty"` // the engine's own, within a step
	Came  int    `json:"c,omitempty"` // rows of the step so far, each once
	Tail  string `json:"h,omitempty"` // what stood at the end of the page before
	Total int    `json:"t,omitempty"` // what the engine said that they are, one more; 0 for nothing
	Pages int    `json:"p,omitempty"` // read so far
	Moved bool   `json:"m,omitempty"` // the list changed while it was read: rows came again, or it was counted anew
}

// Page is one page of a patient's records as the engine gave it.
type Page struct {
	Entries []fhir.Entry
	Date    time.Time // the engine's clock; zero where it does not say
}

// lanes are so many types of which the first pages are on their way at a time.
const lanes = 4

// List reads a patient's records page by page. It belongs to one goroutine, and what is on its way
// ends with the context that it reads by.
type List struct {
	e       *Engine
	patient string
	since   time.Time
	count   int
	coming  map[int]chan came // first pages of steps
	had     counted
}

// came is a page that has come.
type came struct {
	b   fhir.Bundle
	a   answer
	err error
}

// List is that of a patient's records, count rows a page where the engine heeds that: what it has
// changed since an instant, or all where that is zero or it cannot tell.
func (e *Engine) List(patient string, since time.Time, count int) *List {
	return &List{e, patient, since, count, map[int]chan came{}, counted{}}
}

// After has the rows of another list count as come: this one goes on where that one stopped.
func (l *List) After(before *List) *List {
	l.had = before.had
	return l
}

// page is that of a place. With the first of a type those of the next ones are on their way.
func (l *List) page(ctx context.Context, at Place) came {
	ask := func(at Place) came {
		b, a, err := l.e.step(ctx, l.patient, at, l.since, l.count)
		return came{b, a, err}
	}
	if at.Step == 0 || at.Link != "" {
		return ask(at)
	}
	for next, more, n := at, true, 0; more && n < lanes; n++ {
		if l.coming[next.Step] == nil {
			c, step := make(chan came, 1), next
			l.coming[next.Step] = c
			go func() { c <- ask(step) }()
		}
		next, more = l.e.after(next)
	}
	c := l.coming[at.Step]
	l.coming[at.Step] = nil
	return <-c
}

// Next reads a page from a place on. more is whether the list goes on at next. The engine's filters are not relied on: the page may hold
// anything, and who passes it on looks at each row.
//
// A list that ends with fewer rows than the engine counted, each counted once, that says how many they are
// so that it cannot be read, or with a full page and no link where
// nothing shows that it is whole, is refused and not taken for all: one that somebody wrote into
// while it was read, whose pages an engine counts from the beginning, as gone, so that whoever reads begins again; so is a type that is suddenly
// said not to be there: only a probe finds out which types an engine does not have.
func (l *List) Next(ctx context.Context, at Place) (p Page, next Place, more bool, err error) {
	e := l.e
	if at.Pages++; at.Pages > mostPages {
		return p, at, false, Strange()
	}
	if at.Step == 0 && !e.Seen.Everything.Given {
		return e.self(ctx, l.patient, at)
	}
	got := l.page(ctx, at)
	b, a, err := got.b, got.a, got.err
	switch {
	case err != nil:
		return p, at, false, err
	case (a.status == http.StatusNotFound || a.status == http.StatusGone) && at.Step == 0 && at.Link == "":
		return p, at, false, refusal.NotRegistered() // not any more
	case at.Link != "" && (a.status == http.StatusGone || a.status == http.StatusNotFound):
		return p, at, false, expired()
	case a.status != http.StatusOK, b.Type != "searchset", b.Total > most, b.Unfinished():
		return p, at, false, Strange()
	}
	fresh := 0
	fresh, at.Tail = l.had.fresh(&b, at.Tail)
	at.Moved = at.Moved || at.Came > 0 && fresh < all(&b) || at.Total > 0 && b.Total >= 0 && b.Total+1 != at.Total
	at.Came, at.Total = at.Came+fresh, max(at.Total, b.Total+1)
	p = Page{Entries: b.Entries, Date: dateOf(a.header)}
	if b.Next != "" {
		link, ok := e.within(b.Next)
		if !ok || link == at.Link {
			return p, at, false, Strange()
		}
		at.Link = link
		return p, at, true, nil
	}
	if e.lacks(at.Came, at.Total-1, rows(&b), l.count) {
		if at.Moved {
			return p, at, false, expired()
		}
		return p, at, false, Strange()
	}
	next, more = e.after(at)
	return p, next, more, nil
}

// lacks reports whether a list that has ended is not whole, as far as anything shows.
func (e *Engine) lacks(came, total, last, count int) bool {
	if total > came {
		return true
	}
	return last >= count && !(e.Seen.Totals && total == came) && !e.Seen.Paging
}

// self is the page of the Patient alone.
func (e *Engine) self(ctx context.Context, patient string, at Place) (p Page, next Place, more bool, err error) {
	found, err := e.Read(ctx, ehrdesk.Ref{Resource: "Patient", ID: patient}, "")
	switch {
	case err != nil:
		return p, at, false, err
	case found == nil, found.Gone:
		return p, at, false, refusal.NotRegistered()
	}
	p.Entries = []fhir.Entry{{Resource: found.Resource, Mode: "match"}}
	next, more = e.after(at)
	return p, next, more, nil
}

// after is the place behind a step.
func (e *Engine) after(at Place) (next Place, more bool) {
	if at.Step == 0 && e.Seen.Everything.Given {
		return at, false
	}
	for step := at.Step + 1; step <= len(fhir.PatientTypes()); step++ {
		if param, there := e.parameter(fhir.PatientTypes()[step-1]); there && param != "" {
			return Place{Step: step, Pages: at.Pages}, true
		}
	}
	return at, false
}

// step asks for the page of a place.
func (e *Engine) step(ctx context.Context, patient string, at Place, since time.Time, count int) (fhir.Bundle, answer, error) {
	if at.Link != "" {
		return e.list(ctx, e.origin()+at.Link, nil)
	}
	form := url.Values{"_count": {strconv.Itoa(count)}}
	if at.Step == 0 {
		if !since.IsZero() && e.Seen.Everything.Since {
			form.Set("_since", since.UTC().Format("2006-01-02T15:04:05.000Z"))
		}
		if e.Seen.Everything.Types {
			form.Set("_type", strings.Join(given(), ","))
		}
		return e.list(ctx, "Patient/"+url.PathEscape(patient)+"/$everything?"+form.Encode(), nil)
	}
	kind := fhir.PatientTypes()[at.Step-1]
	param, _ := e.parameter(kind)
	form.Set(param, "Patient/"+patient)
	if !since.IsZero() && e.Seen.LastUpdated {
		form.Set("_lastUpdated", "ge"+since.UTC().Format("2006-01-02T15:04:05.000Z"))
	}
	return e.list(ctx, kind+"/_search", form)
}

// given are the types that desks are given: where an engine heeds which are wanted, what gates
// write of a patient's accesses does not come with every list.
func given() []string { return slices.Concat([]string{"Patient"}, fhir.PatientTypes(), shared) }

// shared are the types of what records refer to for a name.
var shared = []string{"Organization", "Practitioner", "PractitionerRole", "Location", "HealthcareService", "Medication", "Substance"}

// Beside reads what records refer to and the engine does not give with them, as far as it has it.
func (e *Engine) Beside(ctx context.Context, wanted []ehrdesk.Ref) (out []fhir.Entry, err error) {
	for _, kind := range shared {
		if e.Seen.Types != nil && e.Seen.Types[kind] == nil {
			continue // it has none
		}
		var ids []string
		for _, ref := range wanted {
			if ref.Resource == kind {
				ids = append(ids, ref.ID)
			}
		}
		for len(ids) > 0 {
			n := min(len(ids), 50)
			b, a, err := e.list(ctx, kind+"/_search", url.Values{"_id": {strings.Join(ids[:n], ",")}, "_count": {strconv.Itoa(n)}})
			switch {
			case err != nil:
				return out, err
			case a.status != http.StatusOK && e.Seen.Types != nil, b.Unfinished():
				return out, Strange()
			}
			for _, row := range b.Entries {
				if a.status == http.StatusOK && row.Fault == nil && row.Resource.Type == kind && slices.Contains(ids[:n], row.Resource.ID) {
					row.Mode = "include"
					out = append(out, row)
				}
			}
			ids = ids[n:]
		}
	}
	return out, nil
}

// Each reads all resources of a type that a search finds, a page in memory at a time. The search's
// conditions are not relied on: fn looks at each row.
func (e *Engine) Each(ctx context.Context, kind string, form url.Values, fn func(*fhir.Entry) error) error {
	form.Set("_count", strconv.Itoa(eachPage))
	had, came, total, link := counted{}, 0, -1, ""
	for range mostPages {
		path, as := kind+"/_search", form
		if link != "" {
			path, as = e.origin()+link, nil
		}
		b, a, err := e.list(ctx, path, as)
		switch {
		case err != nil:
			return err
		case a.status != http.StatusOK, b.Type != "searchset", b.Total > most, b.Unfinished():
			return Strange()
		}
		fresh, _ := had.fresh(&b, "")
		for i := range b.Entries {
			if err := fn(&b.Entries[i]); err != nil {
				return err
			}
		}
		came, total = came+fresh, max(total, b.Total)
		if b.Next == "" {
			if e.lacks(came, total, rows(&b), eachPage) {
				return Strange()
			}
			return nil
		}
		next, ok := e.within(b.Next)
		if !ok || next == link {
			return Strange()
		}
		link = next
	}
	return Strange()
}

// eachPage is how many rows are asked for at a time where nobody waits for a page.
const eachPage = 1000

// origin is the engine's scheme and host.
func (e *Engine) origin() string { return e.base.Scheme + "://" + e.base.Host }

// within is a link of the engine's as what follows its origin; ok is false of one that leads
// anywhere else: nothing that is asked of the engine is asked of others.
func (e *Engine) within(link string) (path string, ok bool) {
	to, err := e.base.Parse(link)
	if err != nil || to.Scheme != e.base.Scheme || !strings.EqualFold(to.Host, e.base.Host) || to.User != nil {
		return "", false
	}
	return to.RequestURI(), true
}

// dateOf is the engine's clock by its answer.
func dateOf(h http.Header) time.Time {
	t, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return time.Time{}
	}
	return t
}
