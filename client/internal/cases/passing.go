package cases

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// A message that passes is opened once. That it was opened is on the disk before a word of it is shown; what it says is nowhere but in
// memory, for CaseShown, and after a crash it is gone. Opened again in that time the rest of it is left.

// passing is what passes and is shown now, by envelope.
type passing struct {
	mu  sync.Mutex
	all map[string]*shown
}

// shown is one of them.
type shown struct {
	raw   []byte // the body's bytes as they were sealed: cleared with its time
	until time.Time
	end   *time.Timer
}

// show has a message be shown from now on, and be gone after its time by whatever clock is first.
func (p *passing) show(envelope string, raw []byte, until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.all == nil {
		p.all = map[string]*shown{}
	}
	p.all[envelope] = &shown{raw, until, time.AfterFunc(ehrdesk.CaseShown, func() { p.end(envelope) })}
}

// at gives what is left of one that is shown.
func (p *passing) at(envelope string, now time.Time) (r ehrdesk.CaseReading, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	one := p.all[envelope]
	if one == nil {
		return r, false
	}
	if !now.Before(one.until) || now.Before(one.until.Add(-ehrdesk.CaseShown)) { // or the clock was set back
		p.drop(envelope, one)
		return r, false
	}
	b, err := parseBody(one.raw)
	return ehrdesk.CaseReading{Body: b.CaseBody, Until: one.until}, err == nil
}

func (p *passing) end(envelope string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if one := p.all[envelope]; one != nil {
		p.drop(envelope, one)
	}
}

func (p *passing) drop(envelope string, one *shown) {
	one.end.Stop()
	clear(one.raw)
	delete(p.all, envelope)
}

// endAll has all that passes be gone now.
func (p *passing) endAll() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for envelope, one := range p.all {
		p.drop(envelope, one)
	}
}

// Pass has all that passes be gone now: the desk is locked, or whoever is signed in leaves.
func (s *Cases) Pass() { s.shows.endAll() }

// passing opens what passes, once.
func (o *opening) passing(ctx context.Context) (r ehrdesk.CaseReading, err error) {
	if r, ok := o.shows.at(o.said.Envelope, o.Now()); ok {
		return r, nil
	}
	gone := ehrdesk.Errorf(o.op, ehrdesk.CodeNotFound, "this message has passed")
	had, err := answering{o.Cases}.answered(ctx, &o.k.Case, o.said, ehrdesk.CaseOpened)
	if err != nil {
		return r, err
	}
	if o.said.By == o.me() || had || !o.atCentre().Before(o.said.Passes) {
		return r, gone
	}
	all, err := o.Cases.said(ctx, o.k.Case.ID)
	if err != nil {
		return r, err
	}
	head := all[o.said.Envelope].Head
	if head == "" { // it was opened here
		return r, gone
	}
	got, err := o.fetch(ctx, head)
	if err != nil {
		return r, err
	}
	b, once := &got.body, got.once
	if err := o.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditRead, Patient: o.k.Case.Patient, Detail: "sealed case: said, passing"}); err != nil {
		return r, err
	}
	if err := o.openedOnce(ctx, once); err != nil {
		return r, err
	}
	raw, err := b.seal()
	if err != nil {
		return r, ehrdesk.E(o.op, ehrdesk.CodeOther, err)
	}
	until := o.Now().Add(ehrdesk.CaseShown)
	o.shows.show(o.said.Envelope, raw[prefix:], until)
	return ehrdesk.CaseReading{Body: b.CaseBody, Until: until}, nil
}

// openedOnce notes that it was opened, and has what would open it again go. Nobody else of this desk is before it.
func (o *opening) openedOnce(ctx context.Context, once []string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	all, err := o.Cases.said(ctx, o.k.Case.ID)
	if err != nil {
		return err
	}
	waiting, err := o.waiting(ctx)
	switch {
	case err != nil:
		return err
	case all[o.said.Envelope].Head == "" || opens(waiting, o.k.Case.ID, o.said.Event):
		return ehrdesk.Errorf(o.op, ehrdesk.CodeNotFound, "this message has passed")
	}
	if err := o.queue(ctx, o.op, o.k.Case.ID, waiting, pending{Event: ehrdesk.CaseEvent{Kind: ehrdesk.CaseOpened, Of: o.said.Event}}); err != nil {
		return err
	}
	// No copy of the disk from before opens it: its prekeys go, and the root under which they lay.
	return o.destroy(ctx, func() error {
		return cmp.Or(o.off(ctx, saidList(o.k.Case.ID), o.said.Envelope), o.off(ctx, keyList, once...))
	})
}

// fact says in a message where its clinical fact stands, or by whose word there is none. whether the record is there, the session has
// looked. Errors: CodeInvalid.
func (s *shelf) fact(op string, m *ehrdesk.CaseMessage, now time.Time) error {
	f := m.Body.Fact
	switch {
	case !m.Passing && f == nil:
		return nil
	case !m.Passing || f == nil:
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a message that passes names the record in which its clinical fact stands, or says that there is none in it; no other does")
	case m.Critical || m.Approver != (ehrdesk.CasePerson{}) || slices.Contains(m.Turns, s.me()):
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a message that passes is neither critical nor to be approved")
	}
	if f.None {
		m.Body.Fact = &ehrdesk.CaseFact{None: true, By: s.Self.Account().Name, At: now}
	}
	return nil
}
