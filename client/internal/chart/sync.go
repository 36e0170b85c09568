package chart

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/copies"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
)

const (
	// refresh is how often a running sync shows what has arrived.
	refresh = 400 * time.Millisecond
	// batch is how many records are sealed together while pages come fast: the
	// list index is written anew each time.
	batch = 4000
)

// Sync brings the copy into step. One sync of a chart runs at a time.
func (c *Chart) Sync(ctx context.Context, progress func(ehrdesk.Progress)) (ehrdesk.SyncReport, error) {
	defer c.at.Idle.Work()()
	c.syncing.Lock()
	defer c.syncing.Unlock()
	if progress == nil {
		progress = func(ehrdesk.Progress) {}
	}
	run := newSync(c, progress)
	err := run.do(ctx)
	if errors.Is(err, fhir.ErrPageExpired) { // a slow line: from the mark again, once
		run = newSync(c, progress)
		err = run.do(ctx)
	}
	c.at.Line.Heard(err)
	switch {
	case ehrdesk.CodeOf(err) == ehrdesk.CodeConsentNeeded:
		if e := c.at.opt.Copies.Destroy(ctx, c.copyID()); e != nil {
			err = errors.Join(err, e)
		}
		if e := c.at.opt.Ended(ctx, c.Patient().ID); e != nil {
			err = errors.Join(err, e)
		}
	case err == nil:
		c.mu.Lock()
		c.cached = false
		c.mu.Unlock()
		c.at.opt.Synced(ctx, c)
	}
	return run.report, err
}

type syncRun struct {
	c        *Chart
	progress func(ehrdesk.Progress)
	report   ehrdesk.SyncReport
	feed     Feed
	patient  string
	links    *resolver
	came     map[ehrdesk.Ref]bool // all that came; true for what is kept
	have     map[ehrdesk.Kind]int // how many of a kind are
	total    int                  // how many are to come, -1 where that is not known
	shownAt  time.Time
	waiting  []cache.Change // arrived, not sealed yet
	sealedAt time.Time

	before   []ehrdesk.Aside // kept aside until now
	aside    map[ehrdesk.Ref]ehrdesk.Aside
	nameless []ehrdesk.Aside // kept aside, and nobody can say what they are
}

func newSync(c *Chart, progress func(ehrdesk.Progress)) *syncRun {
	return &syncRun{c: c, progress: progress, report: ehrdesk.SyncReport{OutOfType: map[string]int{}}}
}

func (r *syncRun) do(ctx context.Context) error {
	c := r.c
	c.mu.RLock()
	ended, mark, id := c.ended, c.head.Mark(c.rights.role).Centre, c.copy.ID
	r.before = c.head.Aside
	c.mu.RUnlock()
	if ended {
		return errClosed
	}
	records, err := c.at.opt.Copies.Overviews(ctx, id)
	if err != nil {
		return err
	}
	who := c.at.person(ctx, c.Patient(), c.copyID())
	r.patient, r.have = who.ID, map[ehrdesk.Kind]int{}
	r.came, r.aside = map[ehrdesk.Ref]bool{}, map[ehrdesk.Ref]ehrdesk.Aside{}
	held := c.memoryOnly.with(records)
	r.links = newResolver(held, r.came)
	if !c.memoryOnly.hadAll() {
		mark = ""
	}
	r.report.Full = mark == ""
	open := c.at.Spool
	if c.memoryOnly.keepsAny() {
		// Which page has a record that policy lets nobody keep is known only when all of
		// it has come, and not even sealed do they reach the disk.
		open = nil
	}
	r.feed = c.at.opt.Centre.Changes(ctx, &who, fhir.From{Mark: mark, Counted: c.rights.kinds, Ago: max(0, c.at.Now().Sub(c.access.opened)), Open: open,
		Held: slices.Values(held)})
	defer r.feed.Close()
	at, err := r.pages(ctx, id)
	if err != nil {
		return errors.Join(err, r.keepAside(ctx))
	}
	if err := r.reread(ctx, id); err != nil {
		return errors.Join(err, r.keepAside(ctx))
	}
	// With fewer than the centre claims, the copy is not in step, and the next sync
	// begins where this one did.
	tally := fhir.Tally{Records: len(r.came) + len(r.nameless), Kept: r.have, Aside: len(r.aside) + len(r.nameless)}
	if r.report.Missing, err = r.feed.Expect(ctx, tally); err != nil {
		return err
	}
	if err := r.withdrawn(ctx, id); err != nil {
		return err
	}
	if err := r.finish(ctx, id, at); err != nil {
		return err
	}
	r.c.at.opt.Copies.Loosen(id)
	return r.show(ctx, true)
}

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
func (r *syncRun) withdrawn(ctx context.Context, id cache.PatientID) error {
	stones, err := r.feed.Gone(ctx)
	if err != nil {
		return err
	}
	gone := map[ehrdesk.Ref]time.Time{}
	for _, t := range stones {
		gone[t.Ref] = t.At
	}
	var all map[ehrdesk.Ref]bool // what there is, where that is known
	if r.report.Full && r.report.Missing == 0 {
		all = r.came
	}
	left := func(ref ehrdesk.Ref) bool {
		_, withdrawn := gone[ref]
		_, aside := r.aside[ref]
		return withdrawn || aside || all != nil && !all[ref]
	}
	r.c.memoryOnly.withdraw(left)
	r.c.spoken.texts.withdraw(left)
	records, err := r.c.at.opt.Copies.Overviews(ctx, id)
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
		missed := all != nil && !all[ref] && r.c.rights.may(rec.Kind) == ehrdesk.General // of other kinds this profession is told nothing
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
	n, err := r.c.at.opt.Copies.Apply(ctx, id, nil, time.Time{}, changes)
	for i := range changes {
		r.c.spoken.texts.changed(changes[i].Record.Ref())
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
		if _, err := r.c.at.opt.Copies.Apply(ctx, id, nil, time.Time{}, changes); err != nil {
			return err
		}
	}
	if err := r.tell(ctx); err != nil {
		return err
	}
	// The centre's clock is believed as far as this desk's own goes: one that runs
	// ahead would leave out what comes until then, and age other copies.
	now := r.c.at.opt.Copies.Time()
	if limit := now.Add(line.ClockSlack); at.After(limit) || at.IsZero() {
		at = now
	}
	var next fhir.Mark
	if r.report.Missing == 0 {
		var err error
		if next, err = r.feed.Mark(at); err != nil {
			return err
		}
	}
	records, err := r.c.at.opt.Copies.Overviews(ctx, id)
	if err != nil {
		return err
	}
	through := copies.Through(at, records)
	r.c.mu.Lock()
	if r.c.ended {
		r.c.mu.Unlock()
		return errClosed
	}
	r.c.head.Aside, r.c.head.Missing = r.all(), r.report.Missing
	if !r.c.access.Unseen && r.report.Missing == 0 {
		r.c.head.SeenBy(r.c.at.Self.Account().Staff, through, r.c.at.Now().Location())
	}
	if next != "" {
		marks := maps.Clone(r.c.head.Marks)
		if marks == nil {
			marks = map[ehrdesk.Profession]copies.Mark{}
		}
		marks[r.c.rights.role] = copies.Mark{Centre: next, Desk: now}
		r.c.head.Marks, r.c.head.Checked, r.c.head.Policy = marks, line.Later(at, r.c.head.Checked), r.c.access.rules
	}
	step := through
	if r.report.Missing > 0 {
		step = time.Time{}
	}
	if r.c.access.Ahead {
		r.c.head.Whole = step
	} else {
		r.c.head.Count(records, step, alerts(records, now))
		r.c.head.Results = abnormal(records, now)
	}
	head := r.c.head
	copy := r.c.copy
	r.c.mu.Unlock()
	b, err := head.Seal()
	if err != nil {
		return err
	}
	if _, err := r.c.at.opt.Copies.Apply(ctx, id, b, now, nil); err != nil {
		return err
	}
	copy.Synced = now
	if err := r.c.at.opt.Copies.PutHeader(ctx, &copy, &head); err != nil {
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
	records, err := r.c.at.opt.Copies.Overviews(ctx, r.c.copyID())
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
