package chart

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/copies"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
	"github.com/ehrdesk/ehrdesk/client/internal/warnings"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Chart is one patient's record, open. What it shows is a snapshot that a sync
// replaces whole, so a screen never sees half a change.
type Chart struct {
	at         *Charts
	rights     rights
	access     Access
	memoryOnly *memoryOnly // what the policy lets nobody keep
	spoken     spoken      // what the bodies say
	syncing    sync.Mutex

	mu       sync.RWMutex
	copy     cache.Copy
	head     copies.Header
	cached   bool
	view     *view
	released *release
	ended    bool   // consent ended or closed: nothing more is shown
	place    *Place // after a lock; nil otherwise
	spoilt   bool   // the copy has a record that does not open: it goes with the chart
}

var _ interface {
	ehrdesk.Chart
	ehrdesk.Fleeting
	ehrdesk.Remembering
	ehrdesk.Exporting
} = (*Chart)(nil)

// look makes the snapshot of what this person may see. Each list is newest
// first, as the copy's is, but what records refer to comes after the records.
func (c *Chart) look(records []*ehrdesk.Record) *view {
	records = c.memoryOnly.with(records)
	v := &view{byType: map[ehrdesk.RecordType][]ehrdesk.Record{}, codes: c.at.opt.Codes}
	visible := map[ehrdesk.Kind]bool{}
	for _, k := range ehrdesk.Kinds() {
		visible[k] = c.rights.may(k) == ehrdesk.General
	}
	see := func(r *ehrdesk.Record) bool { return visible[r.Kind] && !r.Restricted }
	v.signed = signing(records, c.at.Self.Account().Provider, see)
	counts := map[ehrdesk.RecordType]int{}
	for _, r := range records {
		if see(r) {
			counts[r.Type()]++
		}
	}
	for t, n := range counts {
		v.byType[t] = make([]ehrdesk.Record, 0, n)
	}
	for _, linked := range [...]bool{false, true} {
		for _, r := range records {
			if r.Linked == linked && see(r) && !v.signed.has(r.Ref()) {
				v.byType[r.Type()] = append(v.byType[r.Type()], *r)
			}
		}
	}
	return v
}

// Patient is whose chart it is.
func (c *Chart) Patient() ehrdesk.Patient {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.head.Patient.Patient()
}

// Consent is the sharing consent it is open under, as it stands now.
func (c *Chart) Consent() ehrdesk.SharingConsent {
	c.mu.RLock()
	defer c.mu.RUnlock()
	k := c.head.Consent
	k.State = k.StateAt(line.Later(c.at.opt.Copies.Time(), c.head.Checked))
	return k
}

// Notified is how the patient is normally told of this access.
func (c *Chart) Notified() string {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.head.Notified
}

// AsOf is when the copy was last in step with the centre.
func (c *Chart) AsOf() (time.Time, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.head.Mark(c.rights.role).Desk, c.cached
}

// Seen is until when this person had the chart open and in step before, by the
// centre's clock, and when they last had on an earlier day; zero where they never had, or
// the desk does not know.
func (c *Chart) Seen() (last, before time.Time) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.access.seen, c.access.before
}

// shown is the snapshot, empty once the chart has ended: also the moment that a
// consent runs out while the chart lies open.
func (c *Chart) shown() *view {
	allowed := c.Consent().State.Allows()
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.ended || !allowed {
		return &view{}
	}
	if c.released.runs(c.at.Now()) {
		return c.released.mergedWith(c.view)
	}
	return c.view
}

// Truth is what is known to be lacking in what is shown.
func (c *Chart) Truth() ehrdesk.Truth {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return ehrdesk.Truth{Aside: slices.Clone(c.head.Aside), Missing: c.head.Missing}
}

// RecordsExpected is until when records may take to flow.
func (c *Chart) RecordsExpected() time.Time { return c.access.Expected }

// Summary is a line for each of the eleven types.
func (c *Chart) Summary() []ehrdesk.TypeSummary {
	v, seen := c.shown(), c.Released().Kinds
	out := make([]ehrdesk.TypeSummary, 0, 11)
	for _, t := range ehrdesk.RecordTypes() {
		s := ehrdesk.TypeSummary{Type: t, Count: len(v.byType[t]), Hidden: true}
		for _, r := range v.byType[t] {
			if r.Date.Compare(s.Newest) > 0 {
				s.Newest = r.Date
			}
		}
		for _, k := range ehrdesk.Kinds() {
			if k.Type() != t {
				continue
			}
			access, n := c.rights.may(k), c.rights.kinds[k].Restricted
			switch access {
			case ehrdesk.General:
				s.Hidden = false
				s.Away = s.Away || c.memoryOnly.missing(k)
				if c.rights.kinds[k].Unasked != nil {
					s.Unasked = append(s.Unasked, k)
				}
			case ehrdesk.Restricted:
				n = max(n, c.rights.kinds[k].Count) // the centre counts the same records in both
			case ehrdesk.NoAccess:
			}
			if access != ehrdesk.NoAccess && !slices.Contains(seen, k) {
				s.Restricted += n
				if n > 0 {
					s.Held = append(s.Held, k)
				}
			}
		}
		out = append(out, s)
	}
	return out
}

// List is one type's records, newest first.
func (c *Chart) List(t ehrdesk.RecordType) []ehrdesk.Record { return c.shown().byType[t] }

// Detail opens one record.
func (c *Chart) Detail(ctx context.Context, ref ehrdesk.Ref) (ehrdesk.Detail, error) {
	defer c.at.Idle.Work()()
	r, err := c.find(ref)
	if err != nil {
		return ehrdesk.Detail{}, err
	}
	body, err := bodyOf(ctx, c, r)
	if err != nil {
		return ehrdesk.Detail{}, err
	}
	defer body.Close()
	d := ehrdesk.Detail{Record: r}
	if d.Elements, err = r4.ElementsWith(ctx, body, c.at.opt.PDF); err != nil {
		return d, err
	}
	links, err := linksOut(ctx, c, d)
	if d.Links = len(links); err != nil {
		return d, err
	}
	d.Signatures, err = verified(ctx, c, r, true)
	return d, err
}

// Raw is one record's exact bytes.
func (c *Chart) Raw(ctx context.Context, ref ehrdesk.Ref) ([]byte, error) {
	defer c.at.Idle.Work()()
	return rawOf(ctx, c, ref)
}

// rawOf is Raw for who may be about it while nobody works.
func rawOf(ctx context.Context, c *Chart, ref ehrdesk.Ref) ([]byte, error) {
	r, err := c.find(ref)
	if err != nil {
		return nil, err
	}
	if body, here, err := c.Here(r); here {
		return body, err
	}
	body, err := c.at.opt.Copies.Body(ctx, c.copyID(), ref)
	c.damaged(ctx, err)
	return body, err
}

// Here is the body of a record that the desk does not keep: one shown under a
// release, or one that policy lets nobody keep. Errors: CodeNotFound where the
// release has ended since the record was found.
func (c *Chart) Here(r ehrdesk.Record) (body []byte, here bool, err error) {
	if r.Released {
		if body = releasedBody(c, r.Ref()); body == nil {
			err = ehrdesk.Errorf("read", ehrdesk.CodeNotFound, "the release of this record has ended")
		}
		return body, true, err
	}
	body = c.memoryOnly.body(r.Ref())
	return body, body != nil, nil
}

func bodyOf(ctx context.Context, c *Chart, r ehrdesk.Record) (io.ReadCloser, error) {
	if body, here, err := c.Here(r); err != nil {
		return nil, err
	} else if here {
		return io.NopCloser(bytes.NewReader(body)), nil
	}
	body, err := c.at.opt.Copies.Open(ctx, c.copyID(), r.Ref())
	if err != nil {
		c.damaged(ctx, err)
		return nil, err
	}
	return watched{body, ctx, c}, nil
}

// find gives what the person may see, and nothing else, whatever is asked for.
func (c *Chart) find(ref ehrdesk.Ref) (ehrdesk.Record, error) {
	r, ok := c.shown().find(ref)
	if !ok {
		return ehrdesk.Record{}, ehrdesk.Errorf("read", ehrdesk.CodeNotFound, "no such record in this chart")
	}
	return r, nil
}

func (c *Chart) copyID() cache.PatientID {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.copy.ID
}

// Close puts the chart away. Where the policy keeps nothing, so does the desk.
func (c *Chart) Close() error {
	defer c.at.Idle.Work()()
	c.at.mu.Lock()
	_, open := c.at.open[c]
	delete(c.at.open, c)
	c.at.mu.Unlock()
	if !open || c.PutAway() != nil {
		return nil
	}
	ctx := context.Background()
	if c.Released().ID != "" {
		_ = c.EndRelease(ctx) // what cannot be told ends by itself at the centre
	}
	err := c.at.opt.Access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditClose, Patient: c.Patient().ID})
	c.mu.RLock()
	off, ended, id := c.access.rules.Mode == copies.KeepOff || c.spoilt, c.ended, c.copy.ID
	c.mu.RUnlock()
	c.blank()
	c.spoken.reading.wait()
	c.at.opt.Copies.Settled(id) // or stays as it is until it is opened again
	c.at.opt.Copies.PutAway(id)
	if off && !ended {
		if e := c.at.Vault.Shred(ctx, id); e != nil && err == nil {
			err = e
		}
	}
	return err
}

// damaged takes note that a record of an open chart does not open. The others
// stay on the screen; the copy goes with the chart, and comes whole the next time.
func (c *Chart) damaged(ctx context.Context, err error) {
	if ehrdesk.CodeOf(err) != ehrdesk.CodeTampered {
		return
	}
	c.mu.Lock()
	first := !c.spoilt && !c.ended
	c.spoilt = true
	c.mu.Unlock()
	if !first {
		return
	}
	c.at.Warnings.Warn(warnings.Damaged)
	if err := c.at.opt.Access.Incident(ctx, c.Patient().ID, "a record of a copy was damaged: the copy is destroyed with its chart"); err != nil {
		c.at.Log.Warn("incident not written down", "code", string(ehrdesk.CodeOf(err)))
	}
}

// watched is a record of the copy being read, in pieces where it is long.
type watched struct {
	io.ReadCloser
	ctx context.Context
	c   *Chart
}

func (w watched) Read(p []byte) (int, error) {
	n, err := w.ReadCloser.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		w.c.damaged(w.ctx, err)
	}
	return n, err
}

// person is the patient of the chart as records may name them: by the logical id,
// by the numbers known at this desk, by what their own Patient carries.
func (o *Charts) person(ctx context.Context, p ehrdesk.Patient, id cache.PatientID) fhir.Person {
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
	body, err := o.opt.Copies.Body(ctx, id, ehrdesk.Ref{Resource: "Patient", ID: p.ID})
	if err != nil { // none yet, or a damaged one: it comes with the records
		return who
	}
	if r, err := r4.Read(body); err == nil {
		who.Know(r.Identifiers())
	}
	clear(body)
	return who
}
