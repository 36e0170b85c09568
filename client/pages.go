package client

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
)

// pages seals page after page as they come and gives the centre's clock at the first.
func (r *syncRun) pages(ctx context.Context, id cache.PatientID) (at time.Time, err error) {
	first := true
	for {
		page, e := r.feed.Next(ctx)
		if errors.Is(e, io.EOF) {
			break
		}
		if err = e; err != nil {
			ctx = context.WithoutCancel(ctx) // what arrived before an error is kept
			break
		}
		if first {
			at, r.total, first = page.Timestamp, page.Total, false
		}
		r.collect(&page)
		if err = r.seal(ctx, id, page.Heavy); err != nil {
			return at, err
		}
		r.progress(ehrdesk.Progress{Done: r.report.Received, Total: max(r.total, 0)})
	}
	if e := r.seal(ctx, id, true); err == nil {
		err = e
	}
	return at, err
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
