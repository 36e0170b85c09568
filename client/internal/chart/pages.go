package chart

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
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
			r.c.spoken.texts.changed(ref)
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
	case r.c.rights.may(res.Record.Kind) != ehrdesk.General:
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
	n, err := r.c.at.opt.Copies.Apply(ctx, id, nil, time.Time{}, r.waiting)
	r.report.Changed += n
	for i := range r.waiting {
		r.c.spoken.texts.changed(r.waiting[i].Record.Ref())
	}
	if err != nil {
		return err
	}
	clear(r.waiting) // no body outlives its sealing here
	r.waiting = r.waiting[:0]
	r.sealedAt = time.Now()
	return r.show(ctx, false)
}

// A record that arrives and cannot be read, or is not plainly this patient's, is
// kept aside: it reaches neither the store nor the screen, the truth line names it,
// the access log and the centre are told, and each sync reads it again. Everything
// else arrives: a sender must not be able to close a chart.

// mostReread is how many records kept aside a sync reads again, each a request.
const mostReread = 20

// setAside notes a record that is kept aside. One without a name counts each time
// that it comes.
func (r *syncRun) setAside(a ehrdesk.Aside) {
	ref := ehrdesk.Ref{Resource: a.Resource, ID: a.ID}
	if a.ID == "" {
		r.nameless = append(r.nameless, a)
		return
	}
	r.came[ref] = false
	r.aside[ref] = a
}

// reread asks again for what was kept aside before and did not come with this
// sync: the sender may have mended it.
func (r *syncRun) reread(ctx context.Context, id cache.PatientID) error {
	n := 0
	for _, a := range r.before {
		ref := ehrdesk.Ref{Resource: a.Resource, ID: a.ID}
		if a.ID == "" {
			if !r.report.Full {
				r.nameless = append(r.nameless, a) // it can only come with all the others
			}
			continue
		}
		_, came := r.came[ref]
		if came || a.Reason == ehrdesk.AsideLabelled || a.Reason == ehrdesk.AsideRole {
			if !came && !r.report.Full {
				r.aside[ref] = a
			}
			continue
		}
		if n++; n > mostReread {
			r.aside[ref] = a
			continue
		}
		page, err := r.feed.Again(ctx, ref)
		switch code := ehrdesk.CodeOf(err); {
		case code == ehrdesk.CodeNotFound, code == ehrdesk.CodeDenied && line.EndOf(err) == nil:
			continue // withdrawn, or not this patient's any more
		case err != nil:
			r.aside[ref] = a
			if line.Down(err) || line.EndOf(err) != nil {
				return err
			}
			continue
		}
		r.collect(&page)
		r.report.Received -= page.Entries
	}
	return r.seal(ctx, id, true)
}

// all is what is kept aside after this sync, in a fixed order.
func (r *syncRun) all() []ehrdesk.Aside {
	out := slices.Clone(r.nameless)
	for _, a := range r.aside {
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b ehrdesk.Aside) int {
		return cmp.Or(cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Reason, b.Reason))
	})
	return out
}

// tell writes into the access log, and tells the centre, what is kept aside and was
// not before.
func (r *syncRun) tell(ctx context.Context) error {
	before := map[ehrdesk.Aside]int{}
	for _, a := range r.before {
		before[a]++
	}
	for _, a := range r.all() {
		if before[a] > 0 {
			before[a]--
			continue
		}
		r.report.Aside = append(r.report.Aside, a)
		e := ehrdesk.AuditEvent{Action: ehrdesk.AuditSetAside, Patient: r.patient, Outcome: ehrdesk.CodeTampered, Aside: &a, Detail: a.Words()}
		if a.Reason.Incident() {
			e.Action = ehrdesk.AuditIncident
		}
		if err := r.c.at.opt.Access.Record(ctx, e); err != nil {
			return err
		}
	}
	return nil
}
