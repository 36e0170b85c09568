package chart

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
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
)

// release is restricted records shown for a short time. They live here and
// nowhere else: nothing of them is sealed, written or searched for after it.
type release struct {
	ehrdesk.Released
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
	out := &view{byType: make(map[ehrdesk.RecordType][]ehrdesk.Record, len(v.byType)), codes: v.codes, signed: v.signed}
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
	if c.at.releaser == nil {
		return ehrdesk.CodeSent{}, fhir.NotThere("release.code")
	}
	return line.Ask(ctx, c.at.Line, line.AskWait, func(ctx context.Context) (ehrdesk.CodeSent, error) {
		return c.at.releaser.SendOneTimeCode(ctx, c.Patient().ID, uuid.NewString())
	})
}

// Release asks for restricted records, writes the access down, and only then
// reads them.
func (c *Chart) Release(ctx context.Context, r ehrdesk.Release) (ehrdesk.Released, error) {
	if err := checkRelease(&r); err != nil {
		return ehrdesk.Released{}, err
	}
	at, patient := c.at.releaser, c.Patient().ID
	if at == nil {
		return ehrdesk.Released{}, fhir.NotThere("release")
	}
	got, err := line.Ask(ctx, c.at.Line, line.ActWait, func(ctx context.Context) (ehrdesk.Released, error) {
		return at.ReleaseRestricted(ctx, patient, r)
	})
	e := ehrdesk.AuditEvent{Action: ehrdesk.AuditRelease, Patient: patient, Reason: r.Words, Outcome: ehrdesk.CodeOf(err), Detail: kindNames(r.Kinds)}
	if r.Card != nil {
		e.Card = r.Card.WithoutFace()
	}
	if ae := c.at.opt.Access.Record(ctx, e); ae != nil {
		return ehrdesk.Released{}, ae
	}
	if err != nil {
		return ehrdesk.Released{}, err
	}
	now := c.at.Now()
	rel := &release{Released: got, began: now, bodies: map[ehrdesk.Ref][]byte{}}
	if err := c.at.readReleased(ctx, c.at.person(ctx, c.Patient(), c.copyID()), rel); err != nil {
		_ = at.EndRelease(context.WithoutCancel(ctx), patient, got.ID) // it ends by itself if this does not arrive
		return ehrdesk.Released{}, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended {
		rel.forget()
		return ehrdesk.Released{}, ehrdesk.E("release", ehrdesk.CodeOf(errClosed), errClosed)
	}
	c.released.forget()
	c.released = rel
	return got, nil
}

// EndRelease ends a release at the centre.
func (o *Charts) EndRelease(ctx context.Context, patient, release string) error {
	_, err := line.Ask(ctx, o.Line, line.AskWait, func(ctx context.Context) (none struct{}, err error) {
		return none, o.releaser.EndRelease(ctx, patient, release)
	})
	return err
}

// longestRelease bounds what a desk shows whatever the centre's clock says.
const longestRelease = time.Hour

// readReleased reads every record of a release into memory.
func (o *Charts) readReleased(ctx context.Context, who fhir.Person, rel *release) error {
	pages := o.releaser.Restricted(ctx, &who, rel.ID)
	defer pages.Close()
	for {
		p, err := pages.Next(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			o.Line.Heard(err)
			return err
		}
		if rel.lasts == 0 {
			rel.lasts = min(rel.Until.Sub(line.Later(p.Timestamp, rel.Until.Add(-longestRelease))), longestRelease)
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
	case r.Card != nil && (r.Card.Proof != ehrdesk.CardGenuineChip || !fhir.CanonicalUUID(r.RequestID)):
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
	if !rel.runs(c.at.Now()) {
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

func releasedBody(c *Chart, ref ehrdesk.Ref) []byte {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if !c.released.runs(c.at.Now()) {
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
	return c.at.EndRelease(ctx, c.Patient().ID, id)
}
