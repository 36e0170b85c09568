package client

import (
	"cmp"
	"context"
	"slices"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// A record that arrives and cannot be read, or is not plainly this patient's, is
// kept aside: it reaches neither the store nor the screen, the truth line names it,
// the access log and the centre are told, and each sync reads it again. Everything
// else arrives: a sender must not be able to close a chart.

// mostReread is how many records kept aside a sync reads again, each a request.
const mostReread = 20

// person is the patient of the chart as records may name them: by the logical id,
// by the numbers known at this desk, by what their own Patient carries.
func (c *Chart) person(ctx context.Context) fhir.Person {
	p := c.Patient()
	who := fhir.Person{ID: p.ID}
	for _, n := range [...]ehrdesk.Number{{HKIC: p.HKIC}, {EHR: p.EHR}} {
		if !n.IsZero() {
			system, value := n.Identifier()
			who.Know([]r4.Identifier{{System: system, Value: value}})
		}
	}
	for _, d := range p.Documents {
		system, value := ehrdesk.Number{Document: d}.Identifier()
		who.Know([]r4.Identifier{{System: system, Value: value}})
	}
	body, err := c.s.vault.Copies().Body(ctx, c.copyID(), ehrdesk.Ref{Resource: "Patient", ID: p.ID})
	if err != nil { // none yet, or a damaged one: it comes with the records
		return who
	}
	if r, err := r4.Read(body); err == nil {
		who.Know(r.Identifiers())
	}
	clear(body)
	return who
}

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
		case code == ehrdesk.CodeNotFound, code == ehrdesk.CodeDenied:
			continue // withdrawn, or not this patient's any more
		case err != nil:
			r.aside[ref] = a
			if offline(err) {
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
		if err := r.c.s.record(ctx, e); err != nil {
			return err
		}
	}
	return nil
}
