package cases

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
	"github.com/ehrdesk/ehrdesk/internal/caselog"
	"github.com/ehrdesk/ehrdesk/internal/sealed"
)

// Open gives what was said in an event, to whom it is for: fetched, held against its signed head and the event, and opened. It is kept
// here, and that it was opened is an event of its own, which is sent when the line is there. Errors: CodeNotFound where it has gone,
// CodeDenied for whom it is not for, CodeTampered, CodeOffline where it is not here.
func (s *Cases) Open(ctx context.Context, id string, event int) (string, error) {
	const op = "case.open"
	if err := s.may(op); err != nil {
		return "", err
	}
	defer s.Idle.Work()()
	k, err := s.kept(ctx, id)
	if err != nil {
		return "", err
	}
	said := saidBy(&k.Case, event)
	switch {
	case said == nil:
		return "", ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "nothing of that number was said in the case")
	case k.Closed != "":
		return "", ehrdesk.Errorf(op, ehrdesk.CodeConsentNeeded, "without the patient's consent nothing of the case is read")
	case said.By != s.me() && !slices.Contains(said.To, s.me()):
		return "", ehrdesk.Errorf(op, ehrdesk.CodeDenied, "it is sealed for others")
	}
	all, err := s.said(ctx, id)
	if err != nil {
		return "", err
	}
	t := all[said.Envelope]
	if !t.Read {
		if t.Text, err = s.fetch(ctx, op, &k, said, t.Head); err != nil {
			return "", err
		}
	}
	if err := s.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditRead, Patient: k.Case.Patient, Detail: "sealed case: said"}); err != nil {
		return "", err
	}
	if said.By == s.me() || s.answered(said, ehrdesk.CaseOpened) {
		return t.Text, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	waiting, err := s.waiting(ctx)
	if err != nil || slices.ContainsFunc(waiting, func(p pending) bool {
		return p.Case == id && p.Event.Kind == ehrdesk.CaseOpened && p.Event.Of == event
	}) {
		return t.Text, err
	}
	return t.Text, s.queue(ctx, op, id, waiting, ehrdesk.CaseEvent{Kind: ehrdesk.CaseOpened, Of: event}, "")
}

// fetch has the centre give an envelope, opens it, and keeps what was said before the key that opened it goes.
func (s *Cases) fetch(ctx context.Context, op string, k *kept, said *ehrdesk.CaseSaid, signed string) (string, error) {
	signers, err := s.directory.Cases(ctx)
	if err != nil {
		return "", err
	}
	head, err := sealed.ReadHead(signed, signers)
	e := ehrdesk.CaseEvent{Case: k.Case.ID, By: said.By, Envelope: &ehrdesk.CaseEnvelope{ID: said.Envelope, To: said.To, Digest: said.Digest}}
	if err != nil || !caselog.Envelope(&k.Case, &e, &head) {
		return "", ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the envelope is not what its event names")
	}
	mine := map[string]bool{}
	for _, t := range head.To {
		mine[t.Key] = t.Person == sealed.Person(s.me())
	}
	var keys []*sealed.Key
	var once []string
	err = s.keys(ctx, func(name string) bool { return mine[name] }, func(name string, kept *keptKey) {
		if one, err := sealed.ParseKey(kept.Secret); err == nil {
			keys = append(keys, one)
		}
		if kept.Kind == sealed.OfferOnce {
			once = append(once, name)
		}
	})
	if err != nil {
		return "", err
	}
	if len(keys) == 0 {
		return "", ehrdesk.Errorf(op, ehrdesk.CodeDenied, "it was sealed to another desk, or before this one had a key")
	}
	raw, err := line.Ask(ctx, s.Line, line.AskWait, func(ctx context.Context) ([]byte, error) { return s.centre.CaseEnvelope(ctx, said.Envelope) })
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	switch err := sealed.Open(&out, &head, bytes.NewReader(raw), keys...); {
	case errors.Is(err, sealed.ErrNotOurs):
		return "", ehrdesk.Errorf(op, ehrdesk.CodeDenied, "it is sealed for others")
	case err != nil:
		return "", ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the envelope is not what its author sealed")
	}
	defer clear(out.Bytes())
	body, err := readBody(out.Bytes())
	if err != nil {
		return "", ehrdesk.E(op, ehrdesk.CodeTampered, err)
	}
	words := body.Text
	s.mu.Lock()
	defer s.mu.Unlock()
	now, err := s.kept(ctx, k.Case.ID)
	switch {
	case err != nil:
		return "", err
	case now.Case.State == ehrdesk.CaseDestroyed: // meanwhile
		return "", ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "the case was destroyed")
	case !said.Passes.IsZero():
		err = s.keepSaid(ctx, k.Case.ID, nil, said.Envelope) // what passes is kept nowhere
	default:
		err = s.keepSaid(ctx, k.Case.ID, map[string]text{said.Envelope: {Read: true, Text: words, At: said.At}})
	}
	if err != nil {
		return "", err
	}
	return words, s.off(ctx, keyList, once...) // a prekey opens one envelope, and goes
}
