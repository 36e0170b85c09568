package cases

import (
	"context"
	"slices"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
	"github.com/ehrdesk/ehrdesk/internal/caselog"
	"github.com/ehrdesk/ehrdesk/internal/sealed"
)

// opening is one that is opened: what was said in an event, in a case as it is here.
type opening struct {
	*Cases
	op   string
	k    kept
	said *ehrdesk.CaseSaid
	told bool // it is for whoever is signed in, or a group that they answer for: that they open it is told
}

// Open gives what was said in an event, to whom it is for: fetched, held against its signed head and the event, and opened. It is kept
// here, and that it was opened is an event of its own, which is sent when the line is there; of what passes see passing.go. Errors:
// CodeNotFound where it has gone, CodeDenied for whom it is not for, CodeTampered, CodeOffline where it is not here.
func (s *Cases) Open(ctx context.Context, id string, event int) (r ehrdesk.CaseReading, err error) {
	const op = "case.open"
	if err := s.may(op); err != nil {
		return r, err
	}
	defer s.Idle.Work()()
	o, err := s.opening(ctx, op, id, event)
	switch {
	case err != nil:
		return r, err
	case !o.said.Passes.IsZero():
		return o.passing(ctx)
	}
	if r.Body, err = o.read(ctx); err != nil {
		return ehrdesk.CaseReading{}, err
	}
	if err := s.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditRead, Patient: o.k.Case.Patient, Detail: "sealed case: said"}); err != nil {
		return ehrdesk.CaseReading{}, err
	}
	if o.said.By == s.me() || !o.told {
		return r, nil
	}
	if had, err := (answering{s}).answered(ctx, &o.k.Case, o.said, ehrdesk.CaseOpened); err != nil || had {
		return r, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	waiting, err := s.waiting(ctx)
	if err != nil || opens(waiting, id, event) {
		return r, err
	}
	return r, s.queue(ctx, op, id, waiting, pending{Event: ehrdesk.CaseEvent{Kind: ehrdesk.CaseOpened, Of: event}})
}

// opening is of what was said in an event to whoever is signed in, or by them. Errors: those of Open.
func (s *Cases) opening(ctx context.Context, op, id string, event int) (*opening, error) {
	k, err := s.kept(ctx, id)
	if err != nil {
		return nil, err
	}
	mine, err := answering{s}.of(ctx, &k.Case)
	if err != nil {
		return nil, err
	}
	switch said := saidBy(&k.Case, event); {
	case said == nil:
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "nothing of that number was said in the case")
	case k.Closed != "":
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeConsentNeeded, "without the patient's consent nothing of the case is read")
	case !said.Opens(s.me(), mine):
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "it is sealed for others")
	default:
		_, told := said.Answers(s.me(), mine)
		return &opening{s, op, k, said, told}, nil
	}
}

// read gives what is here, or fetches it and keeps it.
func (o *opening) read(ctx context.Context) (ehrdesk.CaseBody, error) {
	all, err := o.Cases.said(ctx, o.k.Case.ID)
	if err != nil {
		return ehrdesk.CaseBody{}, err
	}
	t := all[o.said.Envelope]
	if t.Read {
		return t.Body, nil
	}
	if t.Head == "" { // it came before whoever is signed in answered for the group that it is for
		if t.Head, err = o.asksHead(ctx); err != nil {
			return ehrdesk.CaseBody{}, err
		}
	}
	got, err := o.fetch(ctx, t.Head)
	if err != nil {
		return ehrdesk.CaseBody{}, err
	}
	return got.body.CaseBody, o.keep(ctx, got)
}

// asksHead asks the centre for the signed head of an envelope again. Errors: CodeTampered, the line's.
func (o *opening) asksHead(ctx context.Context) (string, error) {
	out, err := line.Ask(ctx, o.Line, line.AskWait, func(ctx context.Context) (fhir.CaseEventsOut, error) {
		return o.centre.CaseEvents(ctx, o.k.Case.ID, o.said.Event-1, o.k.Change)
	})
	switch {
	case err != nil:
		return "", err
	case len(out.Events) == 0 || caselog.Hash(out.Events[0].Signed) != o.k.Hashes[o.said.Event-1]:
		return "", ehrdesk.Errorf(o.op, ehrdesk.CodeTampered, "the centre gives another history of the case than before")
	}
	return out.Events[0].Head, nil
}

// Reported keeps that whoever is signed in has sent a record of the allergy that was told in an event.
func Reported(ctx context.Context, s *Cases, id string, event int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, err := s.kept(ctx, id)
	if err != nil {
		return err
	}
	all, err := s.said(ctx, id)
	said := saidBy(&k.Case, event)
	if err != nil || said == nil || !all[said.Envelope].Read { // the case is over meanwhile
		return err
	}
	t := all[said.Envelope]
	t.Reported = s.Now()
	return s.keepSaid(ctx, id, map[string]text{said.Envelope: t})
}

// opens reports that it waits to be said that something was opened.
func opens(waiting []pending, id string, event int) bool {
	return slices.ContainsFunc(waiting, func(p pending) bool {
		return p.Case == id && p.Event.Kind == ehrdesk.CaseOpened && p.Event.Of == event
	})
}

// head is the head of an envelope as its author signed it, which is the one that its event names. Errors: CodeTampered.
func (o *opening) head(ctx context.Context, signed string) (sealed.Head, error) {
	signers, err := o.directory.Cases(ctx)
	if err != nil {
		return sealed.Head{}, err
	}
	head, err := sealed.ReadHead(signed, signers)
	e := ehrdesk.CaseEvent{Case: o.k.Case.ID, By: o.said.By, As: o.said.As, Envelope: &ehrdesk.CaseEnvelope{ID: o.said.Envelope, To: o.said.To, Digest: o.said.Digest}}
	if err != nil || !caselog.Envelope(&o.k.Case, &e, &head) {
		return sealed.Head{}, ehrdesk.Errorf(o.op, ehrdesk.CodeTampered, "the envelope is not what its event names")
	}
	return head, nil
}
