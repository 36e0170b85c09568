package client

import (
	"context"
	"errors"
	"maps"
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
	return run.report, err
}

type syncRun struct {
	c        *Chart
	progress func(ehrdesk.Progress)
	report   ehrdesk.SyncReport
	who      fhir.Person
	links    *resolver
	came     map[ehrdesk.Ref]bool // all that came; true for what is kept
	have     map[ehrdesk.Kind]int // how many of a kind are
	total    int                  // what the centre counts, -1 where it does not say
	shownAt  time.Time
	waiting  []cache.Change // arrived, not sealed yet
	sealedAt time.Time

	before   []ehrdesk.Aside // kept aside until now
	aside    map[ehrdesk.Ref]ehrdesk.Aside
	nameless []ehrdesk.Aside // kept aside, and nobody can say what they are
}

func (r *syncRun) do(ctx context.Context) error {
	c := r.c
	c.mu.RLock()
	ended, since, id := c.ended, c.head.mark(c.role).Centre, c.copy.ID
	r.before = c.head.Aside
	c.mu.RUnlock()
	if ended {
		return errChartClosed
	}
	records, err := c.s.vault.Copies().Overviews(ctx, id)
	if err != nil {
		return err
	}
	r.who = c.person(ctx)
	r.have = map[ehrdesk.Kind]int{}
	r.came, r.aside = map[ehrdesk.Ref]bool{}, map[ehrdesk.Ref]ehrdesk.Aside{}
	r.links, since = newResolver(c.memoryOnly.with(records), r.came), c.memoryOnly.since(since)
	if r.report.Full = since.IsZero(); !r.report.Full {
		since = since.Add(-overlap)
	}
	mark, err := r.pages(ctx, id, since)
	if err != nil {
		return errors.Join(err, r.keepAside(ctx))
	}
	if err := r.reread(ctx, id); err != nil {
		return errors.Join(err, r.keepAside(ctx))
	}
	if err := r.complete(ctx, mark); err != nil {
		return err
	}
	if err := r.withdrawn(ctx, id, since); err != nil {
		return err
	}
	if err := r.finish(ctx, id, mark); err != nil {
		return err
	}
	r.c.s.markForCompaction(id)
	return r.show(ctx, true)
}

// complete counts what came against what the centre says there is: its total for
// the pages, and for a whole sync what it counted at opening, kind by kind. With
// fewer, the copy is not in step, and the next sync begins where this one did.
func (r *syncRun) complete(ctx context.Context, mark time.Time) error {
	r.report.Missing = max(0, r.total-len(r.came)-len(r.nameless))
	if !r.report.Full {
		return nil
	}
	lacking := 0
	for k, told := range r.c.kinds {
		if told.Access == ehrdesk.General {
			lacking += max(0, told.Count-r.have[k])
		}
	}
	if lacking -= len(r.aside) + len(r.nameless); lacking <= 0 {
		return nil
	}
	// What was withdrawn since the chart was opened was counted then.
	stones, err := r.c.s.api.Tombstones(ctx, r.who.ID, mark.Add(-r.openFor()-overlap))
	if err != nil && ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		return err
	}
	r.report.Missing = max(r.report.Missing, lacking-len(stones))
	return nil
}

// openFor is how long the chart has been open.
func (r *syncRun) openFor() time.Duration { return max(0, r.c.s.desk.opt.Now().Sub(r.c.opened)) }

// keepAside keeps what was found to be aside by a sync that then failed: until the
// next one it is what is known.
func (r *syncRun) keepAside(ctx context.Context) error {
	if len(r.aside)+len(r.nameless) == 0 {
		return nil
	}
	for _, a := range r.before {
		ref := ehrdesk.Ref{Resource: a.Resource, ID: a.ID}
		if _, now := r.aside[ref]; a.ID != "" && !now && !r.came[ref] {
			r.aside[ref] = a
		}
	}
	if err := r.tell(ctx); err != nil {
		return err
	}
	r.c.mu.Lock()
	defer r.c.mu.Unlock()
	r.c.head.Aside = r.all()
	return nil
}

// withdrawn takes out what the centre has withdrawn: by its tombstones, and
// after a full sync everything that did not come again.
func (r *syncRun) withdrawn(ctx context.Context, id cache.PatientID, since time.Time) error {
	gone := map[ehrdesk.Ref]time.Time{}
	if !r.report.Full {
		stones, err := r.c.s.api.Tombstones(ctx, r.who.ID, since)
		if err != nil && ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
			return err
		}
		for _, t := range stones {
			if gone[t.Ref] = t.At; t.Reason == "out-of-scope" {
				gone[t.Ref] = time.Time{} // the same version may come back into scope
			}
		}
	}
	var all map[ehrdesk.Ref]bool // what there is, where that is known
	if r.report.Full && r.report.Missing == 0 {
		all = r.came
	}
	r.c.memoryOnly.withdraw(gone, all, r.aside)
	r.c.texts.withdraw(gone, all, r.aside)
	records, err := r.c.s.vault.Copies().Overviews(ctx, id)
	if err != nil {
		return err
	}
	var changes []cache.Change
	for ref := range gone { // what is withdrawn is no longer aside either
		delete(r.aside, ref)
	}
	for _, rec := range records {
		ref := rec.Ref()
		at, withdrawn := gone[ref]
		// One that has become of a kind that is not kept leaves the disk: it is in memory.
		_, aside := r.aside[ref]
		missed := all != nil && !all[ref] && r.c.may(rec.Kind) == ehrdesk.General // of other kinds this profession is told nothing
		if withdrawn || aside || missed {
			r.links.forget(ref)
		}
		if withdrawn || aside || missed || r.c.memoryOnly.has(ref) {
			changes = append(changes, cache.Change{Record: ehrdesk.Record{Resource: ref.Resource, ID: ref.ID, Updated: at}, Deleted: true})
		}
	}
	if len(changes) == 0 {
		return nil
	}
	n, err := r.c.s.vault.Copies().Apply(ctx, id, nil, time.Time{}, changes)
	for i := range changes {
		r.c.texts.changed(changes[i].Record.Ref())
	}
	r.report.Deleted += n
	return err
}

// finish gives late names to what came before its links, and writes the
// watermark: only now is the copy in step.
func (r *syncRun) finish(ctx context.Context, id cache.PatientID, at time.Time) error {
	if late := r.c.memoryOnly.rename(r.links.late()); len(late) > 0 {
		changes := make([]cache.Change, len(late))
		for i, rec := range late {
			changes[i] = cache.Change{Record: rec, Overview: true}
		}
		if _, err := r.c.s.vault.Copies().Apply(ctx, id, nil, time.Time{}, changes); err != nil {
			return err
		}
	}
	if err := r.tell(ctx); err != nil {
		return err
	}
	// The centre's clock is believed as far as this desk's own goes: one that runs
	// ahead would leave out what comes until then, and age other copies.
	now := r.c.s.now()
	if limit := now.Add(clockSlack); at.After(limit) || at.IsZero() {
		at = now
	}
	r.c.mu.Lock()
	if r.c.ended {
		r.c.mu.Unlock()
		return errChartClosed
	}
	r.c.head.Aside, r.c.head.Missing = r.all(), r.report.Missing
	if r.report.Missing == 0 {
		marks := maps.Clone(r.c.head.Marks)
		if marks == nil {
			marks = map[ehrdesk.Profession]mark{}
		}
		marks[r.c.role] = mark{Centre: at, Desk: now}
		r.c.head.Marks, r.c.head.Checked, r.c.head.Policy = marks, later(at, r.c.head.Checked), r.c.rules
	}
	head := r.c.head
	copy := r.c.copy
	r.c.mu.Unlock()
	b, err := head.seal()
	if err != nil {
		return err
	}
	if _, err := r.c.s.vault.Copies().Apply(ctx, id, b, now, nil); err != nil {
		return err
	}
	copy.Synced = now
	if err := r.c.s.putHeader(ctx, &copy, &head); err != nil {
		return err
	}
	r.c.mu.Lock()
	r.c.copy = copy
	r.c.mu.Unlock()
	r.report.At = at
	return nil
}

// show replaces the snapshot, at most every refresh while a sync runs.
func (r *syncRun) show(ctx context.Context, last bool) error {
	now := time.Now()
	if !last && now.Sub(r.shownAt) < refresh {
		return nil
	}
	records, err := r.c.s.vault.Copies().Overviews(ctx, r.c.copyID())
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
