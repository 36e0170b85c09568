package client

import (
	"context"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
)

// arrived is a page on its way through the stages.
type arrived[P any] struct {
	page P
	err  error
}

// pages reads page after page and gives the centre's clock at the first. While
// one page is being sealed, the next is being projected, and the one after that
// is on its way. Of heavy pages there is one at a time: it is sealed before the
// next is asked for, so that what documents take of the disk on their way is
// bounded by one answer.
func (r *syncRun) pages(ctx context.Context, id cache.PatientID, since time.Time) (mark time.Time, err error) {
	ctx, stop := context.WithCancel(ctx)
	spools := &spools{open: r.c.s.spool}
	defer spools.end()
	defer stop()
	sealed := make(chan struct{}, 1)
	in := project(ctx, &r.who, r.fetch(ctx, since, spools.of(r.c), sealed))
	first := true
	for p := range in {
		if err = p.err; err != nil {
			break
		}
		if first {
			mark, r.total, first = p.page.Timestamp, p.page.Total, false
		}
		r.collect(&p.page)
		if err = r.seal(ctx, id, p.page.Heavy); err != nil {
			return mark, err
		}
		if err := p.page.Close(); err != nil {
			return mark, err
		}
		if p.page.Heavy {
			sealed <- struct{}{}
		}
		r.progress(ehrdesk.Progress{Done: r.report.Received, Total: max(r.total, 0)})
	}
	if err == nil && ctx.Err() != nil {
		err = ehrdesk.E("sync", ehrdesk.CodeOther, ctx.Err())
	}
	if err != nil {
		ctx = context.WithoutCancel(ctx) // what arrived before an error is kept
	}
	if e := r.seal(ctx, id, true); err == nil {
		err = e
	}
	return mark, err
}

// fetch reads the pages' bytes, one ahead, but after a heavy one waits until it
// is sealed.
func (r *syncRun) fetch(ctx context.Context, since time.Time, open fhir.OpenSpool, sealed <-chan struct{}) <-chan arrived[fhir.RawPage] {
	out := make(chan arrived[fhir.RawPage], 1)
	go func() {
		defer close(out)
		var seen fhir.Visited
		page, err := r.c.s.api.Everything(ctx, r.who.ID, since, pageSize, open)
		for send(ctx, out, arrived[fhir.RawPage]{page, err}) && err == nil && page.Next != "" {
			next, heavy := page.Next, page.Heavy
			page = fhir.RawPage{} // its bytes are others' by now
			if heavy {
				select {
				case <-sealed:
				case <-ctx.Done():
					return
				}
			}
			if err = seen.Follow("sync", next); err == nil {
				page, err = r.c.s.api.NextPage(ctx, next, open)
			}
		}
	}()
	return out
}

// project makes overviews of what arrives.
func project(ctx context.Context, who *fhir.Person, in <-chan arrived[fhir.RawPage]) <-chan arrived[fhir.Page] {
	out := make(chan arrived[fhir.Page], 1)
	go func() {
		defer close(out)
		for raw := range in {
			next := arrived[fhir.Page]{err: raw.err}
			if next.err == nil {
				next.page, next.err = raw.page.Project(who)
			}
			if !send(ctx, out, next) || next.err != nil {
				return
			}
		}
	}()
	return out
}

func send[P any](ctx context.Context, out chan<- arrived[P], p arrived[P]) bool {
	select {
	case out <- p:
		return true
	case <-ctx.Done():
		return false
	}
}

// collect puts a page among what waits to be sealed.
func (r *syncRun) collect(page *fhir.Page) {
	r.report.Received += page.Entries
	for _, a := range page.Aside {
		r.setAside(a)
	}
	for i := range page.Resources {
		res := &page.Resources[i]
		ref := res.Record.Ref()
		if !res.Sharable {
			r.came[ref] = false
			r.report.OutOfType[res.Record.Resource]++
			continue
		}
		if reason := r.refusal(res); reason != "" {
			r.setAside(ehrdesk.Aside{Resource: ref.Resource, ID: ref.ID, Reason: reason})
			continue
		}
		delete(r.aside, ref)
		if !r.came[ref] && !res.Record.Linked {
			r.have[res.Record.Kind]++
		}
		r.came[ref] = true
		r.links.name(&res.Record, res.Links)
		if r.c.memoryOnly.keep(res) {
			r.c.texts.changed(ref)
			continue
		}
		change := cache.Change{Record: res.Record, Body: res.Body}
		if res.Long != nil {
			change.From = res.Long.Reader()
		}
		r.waiting = append(r.waiting, change)
	}
}

// refusal is why a record of this patient must not be kept: the centre sends none
// such, and what it sends all the same is neither stored nor shown.
func (r *syncRun) refusal(res *fhir.Resource) ehrdesk.AsideReason {
	switch {
	case res.Labelled:
		return ehrdesk.AsideLabelled
	case r.c.may(res.Record.Kind) != ehrdesk.General:
		return ehrdesk.AsideRole
	}
	return ""
}

// seal writes what waits and shows it: now, or the first page at once, then when much
// has come together or some time has passed, so that a slow line shows each
// page and a fast one does not wait for the list index every time.
func (r *syncRun) seal(ctx context.Context, id cache.PatientID, now bool) error {
	if len(r.waiting) == 0 || (!now && len(r.waiting) < batch && time.Since(r.sealedAt) < refresh) {
		return nil
	}
	n, err := r.c.s.vault.Copies().Apply(ctx, id, nil, time.Time{}, r.waiting)
	r.report.Changed += n
	for i := range r.waiting {
		r.c.texts.changed(r.waiting[i].Record.Ref())
	}
	if err != nil {
		return err
	}
	clear(r.waiting) // no body outlives its sealing here
	r.waiting = r.waiting[:0]
	r.sealedAt = time.Now()
	return r.show(ctx, false)
}
