package client

import (
	"context"
	"errors"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
)

const (
	pageSize = 500
	// overlap is how far behind the last watermark a sync asks again: a server
	// may publish a change a little after the moment it is stamped with.
	// Receiving a record twice costs nothing.
	overlap = 180 * time.Second
	// refresh is how often a running sync shows what has arrived.
	refresh = 400 * time.Millisecond
	// batch is how many records are sealed together while pages come fast: the
	// list index is written anew each time.
	batch = 4000
)

// Sync brings the copy into step. One sync of a chart runs at a time.
func (c *Chart) Sync(ctx context.Context, progress func(ehrdesk.Progress)) (ehrdesk.SyncReport, error) {
	defer c.s.idle.work()()
	c.syncing.Lock()
	defer c.syncing.Unlock()
	run := &syncRun{c: c, progress: progress, report: ehrdesk.SyncReport{OutOfType: map[string]int{}}}
	if run.progress == nil {
		run.progress = func(ehrdesk.Progress) {}
	}
	err := run.do(ctx)
	c.s.heard(err)
	switch {
	case ehrdesk.CodeOf(err) == ehrdesk.CodeConsentNeeded:
		if e := c.s.shred(ctx, c.copyID()); e != nil {
			err = errors.Join(err, e)
		}
	case err == nil:
		c.mu.Lock()
		c.cached = false
		c.mu.Unlock()
		c.s.deliverSoon(ctx)
	}
	if errors.Is(err, fhir.ErrOtherPatient) {
		if e := c.s.record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditIncident, Patient: c.Patient().ID, Outcome: ehrdesk.CodeTampered, Detail: "another patient's record in an answer"}); e != nil {
			err = errors.Join(err, e)
		}
	}
	return run.report, err
}

type syncRun struct {
	c        *Chart
	progress func(ehrdesk.Progress)
	report   ehrdesk.SyncReport
	patient  string
	links    *resolver
	seen     map[ehrdesk.Ref]bool // in a full sync: what is not among them is gone
	total    int
	shownAt  time.Time
	waiting  []cache.Change // arrived, not sealed yet
	sealedAt time.Time
}

func (r *syncRun) do(ctx context.Context) error {
	c := r.c
	c.mu.RLock()
	ended, since, id := c.ended, c.head.Watermark, c.copy.ID
	r.patient = c.head.Patient.ID
	c.mu.RUnlock()
	if ended {
		return ehrdesk.Errorf("sync", ehrdesk.CodeConsentNeeded, "the chart is closed")
	}
	records, err := c.s.vault.Overviews(ctx, id)
	if err != nil {
		return err
	}
	r.links, since = newResolver(c.apart.with(records)), c.apart.since(since)
	r.report.Full = since.IsZero()
	if !since.IsZero() {
		since = since.Add(-overlap)
	} else {
		r.seen = map[ehrdesk.Ref]bool{}
	}
	mark, err := r.pages(ctx, id, since)
	if err != nil {
		return err
	}
	if err := r.withdrawn(ctx, id, since); err != nil {
		return err
	}
	if err := r.settle(ctx, id, mark); err != nil {
		return err
	}
	r.c.s.unsettled(id)
	return r.show(ctx, true)
}

// withdrawn takes out what the centre has withdrawn: by its tombstones, and
// after a full sync everything that did not come again.
func (r *syncRun) withdrawn(ctx context.Context, id cache.PatientID, since time.Time) error {
	gone := map[ehrdesk.Ref]time.Time{}
	if r.seen == nil {
		stones, err := r.c.s.api.Tombstones(ctx, r.patient, since)
		if err != nil && ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
			return err
		}
		for _, t := range stones {
			if gone[t.Ref] = t.At; t.Reason == "out-of-scope" {
				gone[t.Ref] = time.Time{} // the same version may come back into scope
			}
		}
	}
	r.c.apart.withdraw(gone, r.seen)
	refs, err := r.c.s.vault.Refs(ctx, id)
	if err != nil {
		return err
	}
	var changes []cache.Change
	for ref := range refs {
		at, withdrawn := gone[ref]
		// One that has become of a kind that is not kept leaves the disk: it is in memory.
		if withdrawn || (r.seen != nil && !r.seen[ref]) || r.c.apart.has(ref) {
			changes = append(changes, cache.Change{Record: ehrdesk.Record{Resource: ref.Resource, ID: ref.ID, Updated: at}, Deleted: true})
		}
	}
	if len(changes) == 0 {
		return nil
	}
	n, err := r.c.s.vault.Apply(ctx, id, nil, time.Time{}, changes)
	r.report.Deleted += n
	return err
}

// settle gives late names to what came before its links, and writes the
// watermark: only now is the copy in step.
func (r *syncRun) settle(ctx context.Context, id cache.PatientID, mark time.Time) error {
	if late := r.c.apart.rename(r.links.late()); len(late) > 0 {
		changes := make([]cache.Change, len(late))
		for i, rec := range late {
			changes[i] = cache.Change{Record: rec, Overview: true}
		}
		if _, err := r.c.s.vault.Apply(ctx, id, nil, time.Time{}, changes); err != nil {
			return err
		}
	}
	now := later(r.c.s.desk.opt.Now(), mark)
	r.c.mu.Lock()
	if r.c.ended {
		r.c.mu.Unlock()
		return ehrdesk.Errorf("sync", ehrdesk.CodeConsentNeeded, "the chart is closed")
	}
	r.c.head.Watermark, r.c.head.Checked, r.c.head.Policy = mark, later(mark, r.c.head.Checked), r.c.rules
	head := r.c.head
	copy := r.c.copy
	r.c.mu.Unlock()
	b, err := head.seal()
	if err != nil {
		return err
	}
	if _, err := r.c.s.vault.Apply(ctx, id, b, now, nil); err != nil {
		return err
	}
	copy.Synced = now
	if err := r.c.s.putHeader(ctx, &copy, &head); err != nil {
		return err
	}
	r.c.mu.Lock()
	r.c.copy = copy
	r.c.mu.Unlock()
	r.report.At = mark
	return nil
}

// show replaces the snapshot, at most every refresh while a sync runs.
func (r *syncRun) show(ctx context.Context, last bool) error {
	now := time.Now()
	if !last && now.Sub(r.shownAt) < refresh {
		return nil
	}
	records, err := r.c.s.vault.Overviews(ctx, r.c.copyID())
	if err != nil {
		return err
	}
	r.shownAt = now
	v := r.c.look(records)
	r.c.mu.Lock()
	if !r.c.ended {
		r.c.view = v
	}
	r.c.mu.Unlock()
	return nil
}
