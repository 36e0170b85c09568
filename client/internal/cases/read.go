package cases

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
	"github.com/ehrdesk/ehrdesk/internal/caselog"
	"github.com/ehrdesk/ehrdesk/internal/keylog"
	"github.com/ehrdesk/ehrdesk/internal/sealed"
)

// opening is what it takes to read what was said.
type opening struct{ *Cases }

// Open gives what was said in an event, to whom it is for: fetched, held against its signed head and the event, and opened. It is kept
// here, and that it was opened is an event of its own, which is sent when the line is there; of what passes see passing.go. Errors:
// CodeNotFound where it has gone, CodeDenied for whom it is not for, CodeTampered, CodeOffline where it is not here.
func (s *Cases) Open(ctx context.Context, id string, event int) (r ehrdesk.CaseReading, err error) {
	const op = "case.open"
	if err := s.may(op); err != nil {
		return r, err
	}
	defer s.Idle.Work()()
	o := opening{s}
	k, said, err := o.saidIn(ctx, op, id, event)
	if err != nil {
		return r, err
	}
	if !said.Passes.IsZero() {
		return o.openPassing(ctx, op, &k, said)
	}
	all, err := s.said(ctx, id)
	if err != nil {
		return r, err
	}
	t := all[said.Envelope]
	if !t.Read {
		b, once, err := o.fetch(ctx, op, &k, said, t.Head)
		if err != nil {
			return r, err
		}
		t.Body = b.CaseBody
		if err := o.keepRead(ctx, op, &k, said, &t.Body, once); err != nil {
			return r, err
		}
	}
	r.Body = t.Body
	if err := s.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditRead, Patient: k.Case.Patient, Detail: "sealed case: said"}); err != nil {
		return ehrdesk.CaseReading{}, err
	}
	if said.By == s.me() || s.answered(said, ehrdesk.CaseOpened) {
		return r, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	waiting, err := s.waiting(ctx)
	if err != nil || opens(waiting, id, event) {
		return r, err
	}
	return r, s.queue(ctx, op, id, waiting, pending{Event: ehrdesk.CaseEvent{Kind: ehrdesk.CaseOpened, Of: event}})
}

// saidIn is what was said in an event to whoever is signed in, or by them. Errors: those of Open.
func (s opening) saidIn(ctx context.Context, op, id string, event int) (k kept, said *ehrdesk.CaseSaid, err error) {
	if k, err = s.kept(ctx, id); err != nil {
		return k, nil, err
	}
	switch said = saidBy(&k.Case, event); {
	case said == nil:
		return k, nil, ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "nothing of that number was said in the case")
	case k.Closed != "":
		return k, nil, ehrdesk.Errorf(op, ehrdesk.CodeConsentNeeded, "without the patient's consent nothing of the case is read")
	case said.By != s.me() && !slices.Contains(said.To, s.me()):
		return k, nil, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "it is sealed for others")
	}
	return k, said, nil
}

// opens reports that it waits to be said that something was opened.
func opens(waiting []pending, id string, event int) bool {
	return slices.ContainsFunc(waiting, func(p pending) bool {
		return p.Case == id && p.Event.Kind == ehrdesk.CaseOpened && p.Event.Of == event
	})
}

// fetch has the centre give an envelope, and opens it. once are the prekeys that opened it: they go when what was said is kept.
func (s opening) fetch(ctx context.Context, op string, k *kept, said *ehrdesk.CaseSaid, signed string) (b body, once []string, err error) {
	head, err := s.headOf(ctx, op, k, said, signed)
	if err != nil {
		return b, nil, err
	}
	mine := map[string]bool{}
	for _, t := range head.To {
		mine[t.Key] = t.Person == sealed.Person(s.me())
	}
	var keys []*sealed.Key
	err = s.keys(ctx, func(name string) bool { return mine[name] }, func(name string, kept *keptKey) {
		if one, err := sealed.ParseKey(kept.Secret); err == nil {
			keys = append(keys, one)
		}
		if kept.Kind == sealed.OfferOnce {
			once = append(once, name)
		}
	})
	if err != nil {
		return b, nil, err
	}
	if len(keys) == 0 {
		return b, nil, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "it was sealed to another desk, or before this one had a key")
	}
	raw, err := line.Ask(ctx, s.Line, line.AskWait, func(ctx context.Context) ([]byte, error) { return s.centre.CaseEnvelope(ctx, said.Envelope) })
	if err != nil {
		return b, nil, err
	}
	var out reader
	defer func() { clear(out.raw) }()
	switch err := sealed.Open(&out, &head, bytes.NewReader(raw), keys...); {
	case errors.Is(err, sealed.ErrNotOurs):
		return b, nil, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "it is sealed for others")
	case err != nil:
		return b, nil, ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the envelope is not what its author sealed")
	}
	if b, err = out.whole(); err != nil {
		return b, nil, ehrdesk.E(op, ehrdesk.CodeTampered, err)
	}
	if l := b.Log; l != nil {
		if err := s.directory.Shown(ctx, keylog.Head{N: l.Size, Hash: l.Head}); err != nil {
			return body{}, nil, err
		}
	}
	return b, once, nil
}

// headOf is the head of an envelope as its author signed it, which is the one that its event names. Errors: CodeTampered.
func (s opening) headOf(ctx context.Context, op string, k *kept, said *ehrdesk.CaseSaid, signed string) (sealed.Head, error) {
	signers, err := s.directory.Cases(ctx)
	if err != nil {
		return sealed.Head{}, err
	}
	head, err := sealed.ReadHead(signed, signers)
	e := ehrdesk.CaseEvent{Case: k.Case.ID, By: said.By, Envelope: &ehrdesk.CaseEnvelope{ID: said.Envelope, To: said.To, Digest: said.Digest}}
	if err != nil || !caselog.Envelope(&k.Case, &e, &head) {
		return sealed.Head{}, ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the envelope is not what its event names")
	}
	return head, nil
}

// keepRead keeps what was said, and then has the prekeys go by which it was opened.
func (s opening) keepRead(ctx context.Context, op string, k *kept, said *ehrdesk.CaseSaid, b *ehrdesk.CaseBody, once []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, err := s.kept(ctx, k.Case.ID)
	switch {
	case err != nil:
		return err
	case now.Case.State == ehrdesk.CaseDestroyed: // meanwhile
		return ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "the case was destroyed")
	}
	if err := s.keepSaid(ctx, k.Case.ID, map[string]text{said.Envelope: {Read: true, Body: *b, At: said.At}}); err != nil {
		return err
	}
	return s.off(ctx, keyList, once...) // a prekey opens one envelope, and goes
}
