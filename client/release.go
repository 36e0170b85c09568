package client

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
)

// release is restricted records shown for a short time. They live here and
// nowhere else: nothing of them is sealed, written or searched for after it.
type release struct {
	ehrdesk.Released
	at     releaser
	began  time.Time     // the desk's clock
	lasts  time.Duration // by the centre's word, from its answer on
	record []ehrdesk.Record
	bodies map[ehrdesk.Ref][]byte
	texts  texts // what the bodies say, as far as they are read

	mu   sync.Mutex
	base *view // what over was made of
	both *view
}

// runs reports whether the time is not up. A clock that was set back, or far
// forward, ends it.
func (r *release) runs(now time.Time) bool {
	return r != nil && !now.Before(r.began) && now.Sub(r.began) < r.lasts
}

// mergedWith is a view with the released records in it.
func (r *release) mergedWith(v *view) *view {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.base != v {
		r.base, r.both = v, v.with(r.record)
	}
	return r.both
}

// forget wipes what was released. It may be called twice, and by two at once: its
// time is up for whoever looks.
func (r *release) forget() {
	if r == nil {
		return
	}
	r.texts.forget()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, b := range r.bodies {
		clear(b)
	}
	r.record, r.bodies, r.base, r.both = nil, nil, nil, nil
}

// with is a view of more records, each list newest first as before.
func (v *view) with(more []ehrdesk.Record) *view {
	out := &view{byType: make(map[ehrdesk.RecordType][]ehrdesk.Record, len(v.byType)), codes: v.codes}
	for t, list := range v.byType {
		out.byType[t] = list
	}
	for _, r := range more {
		list := out.byType[r.Type()]
		i := slices.IndexFunc(list, func(o ehrdesk.Record) bool { return o.Linked || o.Date.Compare(r.Date) < 0 })
		if i < 0 {
			i = len(list)
		}
		out.byType[r.Type()] = slices.Insert(slices.Clone(list), i, r)
	}
	return out
}

// SendCode has the centre send the patient a one-time code, under a request id of
// its own: the centre takes an id for one act alone.
func (c *Chart) SendCode(ctx context.Context) (ehrdesk.CodeSent, error) {
	at, err := optional[releaser]("release.code", c.s.centre)
	if err != nil {
		return ehrdesk.CodeSent{}, err
	}
	ask, cancel := context.WithTimeout(ctx, askWait)
	defer cancel()
	sent, err := at.SendOneTimeCode(ask, c.Patient().ID, uuid.NewString())
	c.s.heard(err)
	return sent, err
}

// Release asks for restricted records, writes the access down, and only then
// reads them.
func (c *Chart) Release(ctx context.Context, r ehrdesk.Release) (ehrdesk.Released, error) {
	if err := checkRelease(&r); err != nil {
		return ehrdesk.Released{}, err
	}
	at, err := optional[releaser]("release", c.s.centre)
	if err != nil {
		return ehrdesk.Released{}, err
	}
	patient := c.Patient().ID
	ask, cancel := context.WithTimeout(ctx, actWait)
	defer cancel()
	got, err := at.ReleaseRestricted(ask, patient, r)
	c.s.heard(err)
	e := ehrdesk.AuditEvent{Action: ehrdesk.AuditRelease, Patient: patient, Reason: r.Words, Outcome: ehrdesk.CodeOf(err), Detail: kindNames(r.Kinds)}
	if r.Card != nil {
		e.Card = r.Card.WithoutFace()
	}
	if ae := c.s.record(ctx, e); ae != nil {
		return ehrdesk.Released{}, ae
	}
	if err != nil {
		return ehrdesk.Released{}, err
	}
	now := c.s.desk.opt.Now()
	rel := &release{Released: got, at: at, began: now, bodies: map[ehrdesk.Ref][]byte{}}
	if err := c.readReleased(ctx, rel); err != nil {
		_ = at.EndRelease(context.WithoutCancel(ctx), patient, got.ID) // it ends by itself if this does not arrive
		return ehrdesk.Released{}, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended {
		rel.forget()
		return ehrdesk.Released{}, rename("release", errChartClosed)
	}
	c.released.forget()
	c.released = rel
	return got, nil
}

// longestRelease bounds what a desk shows whatever the centre's clock says.
const longestRelease = time.Hour

// readReleased reads every record of a release into memory.
func (c *Chart) readReleased(ctx context.Context, rel *release) error {
	who := c.person(ctx)
	pages := rel.at.Restricted(ctx, &who, rel.ID)
	defer pages.Close()
	for {
		p, err := pages.Next(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			c.s.heard(err)
			return err
		}
		if rel.lasts == 0 {
			rel.lasts = min(rel.Until.Sub(later(p.Timestamp, rel.Until.Add(-longestRelease))), longestRelease)
		}
		for i := range p.Resources {
			res := &p.Resources[i]
			if !slices.Contains(rel.Kinds, res.Record.Kind) || res.Record.Linked {
				continue
			}
			res.Record.Restricted, res.Record.Released = false, true
			rel.record = append(rel.record, res.Record)
			rel.bodies[res.Record.Ref()] = slices.Clone(res.Body)
		}
	}
}

func checkRelease(r *ehrdesk.Release) error {
	const op = "release"
	r.Words = ehrdesk.CleanLine(r.Words)
	switch {
	case len(r.Kinds) == 0:
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "which records are asked for is missing")
	case r.Reason == "" || utf8.RuneCountInString(r.Words) < ehrdesk.ReleaseReason:
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the reason is missing: one of the list, and ten characters or more in words")
	case r.Card == nil && r.Code.Empty():
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the patient's additional consent is missing: the card, or the one-time code")
	case r.Card != nil && (r.Card.Proof != ehrdesk.CardGenuineChip || !canonical(r.RequestID)):
		return ehrdesk.Errorf(op, ehrdesk.CodeCard, "the card was not read for this release: read it again")
	}
	if r.RequestID == "" {
		r.RequestID = uuid.NewString()
	}
	return nil
}

func kindNames(kinds []ehrdesk.Kind) string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.String()
	}
	return strings.Join(names, " ")
}

// Released is the release that runs; zero for none.
func (c *Chart) Released() ehrdesk.Released {
	c.mu.RLock()
	rel := c.released
	c.mu.RUnlock()
	if rel == nil {
		return ehrdesk.Released{}
	}
	if !rel.runs(c.s.desk.opt.Now()) {
		c.mu.Lock()
		if c.released == rel {
			c.released = nil
		}
		c.mu.Unlock()
		rel.forget()
		return ehrdesk.Released{}
	}
	return rel.Released
}

func (c *Chart) releasedKinds() map[ehrdesk.Kind]bool {
	out := map[ehrdesk.Kind]bool{}
	for _, k := range c.Released().Kinds {
		out[k] = true
	}
	return out
}

func (c *Chart) releasedBody(ref ehrdesk.Ref) []byte {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if !c.released.runs(c.s.desk.opt.Now()) {
		return nil
	}
	return slices.Clone(c.released.bodies[ref])
}

// EndRelease ends the release that runs; what it showed is gone at once.
func (c *Chart) EndRelease(ctx context.Context) error {
	c.mu.Lock()
	rel := c.released
	c.released = nil
	c.mu.Unlock()
	if rel == nil {
		return nil
	}
	id := rel.ID
	rel.forget()
	ask, cancel := context.WithTimeout(ctx, askWait)
	defer cancel()
	err := rel.at.EndRelease(ask, c.Patient().ID, id)
	c.s.heard(err)
	return err
}
