package client

import (
	"bytes"
	"context"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Chart is one patient's record, open. What it shows is a snapshot that a sync
// replaces whole, so a screen never sees half a change.
type Chart struct {
	s          *Session
	role       ehrdesk.Profession
	kinds      map[ehrdesk.Kind]fhir.KindAccess // what the centre said at opening; nil offline
	syncing    sync.Mutex
	rules      policy      // in force when it was opened
	memoryOnly *memoryOnly // what they let nobody keep

	purpose  ehrdesk.Purpose
	expected time.Time // until when records may take to flow
	opened   time.Time // the desk's clock

	texts   texts   // what the bodies say, as far as they are read
	reading reading // of them

	mu       sync.RWMutex
	copy     cache.Copy
	head     header
	cached   bool
	view     *view
	released *release
	ended    bool   // consent ended or closed: nothing more is shown
	place    *place // after a lock; nil otherwise
	spoilt   bool   // the copy has a record that does not open: it goes with the chart
}

var _ interface {
	ehrdesk.Chart
	ehrdesk.Fleeting
} = (*Chart)(nil)

func (s *Session) chart(ctx context.Context, copy cache.Copy, h header, kinds []fhir.KindAccess, cached bool) (*Chart, error) {
	rules := s.inForce(h.Policy)
	if !rules.keepsAsMuch(h) {
		return nil, s.mayNotStay(ctx, copy.ID)
	}
	c := &Chart{s: s, role: s.Account().Role, copy: copy, head: h, cached: cached, rules: rules, memoryOnly: keepApart(rules.Never, h.Policy.Never), opened: s.desk.opt.Now()}
	if kinds == nil {
		kinds = h.held()
	}
	if kinds != nil {
		c.kinds = map[ehrdesk.Kind]fhir.KindAccess{}
		for _, k := range kinds {
			c.kinds[k.Kind] = k
		}
	}
	records, err := s.vault.Copies().Overviews(ctx, copy.ID)
	if err != nil {
		return nil, err
	}
	c.view = c.look(records)
	s.mu.Lock()
	if s.locked || s.closed {
		s.mu.Unlock()
		c.blank()
		return nil, errLocked
	}
	s.charts[c] = struct{}{}
	s.mu.Unlock()
	s.markForCompaction(copy.ID)
	return c, nil
}

// may is what the person may do with a kind: the desk's own table, tightened by
// what the centre said.
func (c *Chart) may(k ehrdesk.Kind) ehrdesk.Access {
	own := ehrdesk.AccessOf(c.role, k)
	if told, ok := c.kinds[k]; ok && told.Access != ehrdesk.General {
		return told.Access
	}
	return own
}

// look makes the snapshot of what this person may see. Each list is newest
// first, as the copy's is, but what records refer to comes after the records.
func (c *Chart) look(records []*ehrdesk.Record) *view {
	records = c.memoryOnly.with(records)
	v := &view{byType: map[ehrdesk.RecordType][]ehrdesk.Record{}, codes: c.s.desk.opt.Codes}
	visible := map[ehrdesk.Kind]bool{}
	for _, k := range ehrdesk.Kinds() {
		visible[k] = c.may(k) == ehrdesk.General
	}
	see := func(r *ehrdesk.Record) bool { return visible[r.Kind] && !r.Restricted }
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
			if r.Linked == linked && see(r) {
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
	return c.head.Patient.patient()
}

// Consent is the sharing consent it is open under, as it stands now.
func (c *Chart) Consent() ehrdesk.SharingConsent {
	c.mu.RLock()
	defer c.mu.RUnlock()
	k := c.head.Consent
	k.State = k.StateAt(later(c.s.now(), c.head.Checked))
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
	return c.head.mark(c.role).Desk, c.cached
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
	if c.released.runs(c.s.desk.opt.Now()) {
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
func (c *Chart) RecordsExpected() time.Time { return c.expected }

// Summary is a line for each of the eleven types.
func (c *Chart) Summary() []ehrdesk.TypeSummary {
	v, seen := c.shown(), c.releasedKinds()
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
			access, n := c.may(k), c.kinds[k].Restricted
			switch access {
			case ehrdesk.General:
				s.Hidden = false
				s.Away = s.Away || c.memoryOnly.missing(k)
			case ehrdesk.Restricted:
				n = max(n, c.kinds[k].Count) // the centre counts the same records in both
			case ehrdesk.NoAccess:
			}
			if access != ehrdesk.NoAccess && !seen[k] {
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
	defer c.s.idle.work()()
	r, err := c.find(ref)
	if err != nil {
		return ehrdesk.Detail{}, err
	}
	body, err := c.open(ctx, r)
	if err != nil {
		return ehrdesk.Detail{}, err
	}
	defer body.Close()
	e, err := r4.Elements(body)
	return ehrdesk.Detail{Record: r, Elements: e}, err
}

// Raw is one record's exact bytes.
func (c *Chart) Raw(ctx context.Context, ref ehrdesk.Ref) ([]byte, error) {
	defer c.s.idle.work()()
	r, err := c.find(ref)
	if err != nil {
		return nil, err
	}
	if body, here, err := c.inMemory(r); here {
		return body, err
	}
	body, err := c.s.vault.Copies().Body(ctx, c.copyID(), ref)
	c.damaged(ctx, err)
	return body, err
}

// inMemory is the body of a record that the desk does not keep: one shown under a
// release, or one that policy lets nobody keep. Errors: CodeNotFound where the
// release has ended since the record was found.
func (c *Chart) inMemory(r ehrdesk.Record) (body []byte, here bool, err error) {
	if r.Released {
		if body = c.releasedBody(r.Ref()); body == nil {
			err = ehrdesk.Errorf("read", ehrdesk.CodeNotFound, "the release of this record has ended")
		}
		return body, true, err
	}
	body = c.memoryOnly.body(r.Ref())
	return body, body != nil, nil
}

func (c *Chart) open(ctx context.Context, r ehrdesk.Record) (io.ReadCloser, error) {
	if body, here, err := c.inMemory(r); err != nil {
		return nil, err
	} else if here {
		return io.NopCloser(bytes.NewReader(body)), nil
	}
	body, err := c.s.vault.Copies().Open(ctx, c.copyID(), r.Ref())
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

// blank empties the chart for good. The session's lock may be held.
func (c *Chart) blank() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended, c.view = true, &view{}
	c.released.forget()
	c.released = nil
	c.memoryOnly.forget()
	c.reading.cancel()
	c.texts.forget()
}

// errChartClosed is what comes too late for a chart gets. It is not
// CodeConsentNeeded, which is the centre's word alone: a copy is destroyed for it.
var errChartClosed = ehrdesk.Errorf("sync", ehrdesk.CodeOther, "the chart is closed")

// Close puts the chart away. Where the policy keeps nothing, so does the desk.
func (c *Chart) Close() error {
	defer c.s.idle.work()()
	c.s.mu.Lock()
	_, open := c.s.charts[c]
	delete(c.s.charts, c)
	c.s.mu.Unlock()
	if !open || c.put() != nil {
		return nil
	}
	ctx := context.Background()
	if c.Released().ID != "" {
		_ = c.EndRelease(ctx) // what cannot be told ends by itself at the centre
	}
	err := c.s.record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditClose, Patient: c.Patient().ID})
	c.mu.RLock()
	off, ended, id := c.rules.Mode == keepOff || c.spoilt, c.ended, c.copy.ID
	c.mu.RUnlock()
	c.blank()
	c.reading.wait()
	c.s.settled(id) // or stays as it is until it is opened again
	c.s.vault.Copies().PutAway(id)
	if off && !ended {
		if e := c.s.vault.Shred(ctx, id); e != nil && err == nil {
			err = e
		}
	}
	return err
}
