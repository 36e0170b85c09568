package acts

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/copies"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
)

// An act is a consent given, renewed or withdrawn, or an identity verified. It
// is on the disk before it is sent, under a request id of its own, and leaves it
// only with the centre's answer: a crash, a line that breaks, or a power cut in
// between leaves an act of unknown outcome, which the same request id settles.

// actList is the list of acts under way.
const actList = "acts"

// Grant submits a sharing consent. What can be known to be missing is refused
// before anything leaves the desk. A signed form waits for the line where there
// is none; a card or a key cannot.
func (s *Acts) Grant(ctx context.Context, g ehrdesk.Grant) (ehrdesk.Receipt, error) {
	return s.give(ctx, ehrdesk.AuditGrant, ehrdesk.Verification{Grant: g}, checkGrant(g))
}

// Verify submits the verification of an identity with the consent in it.
func (s *Acts) Verify(ctx context.Context, v ehrdesk.Verification) (ehrdesk.Receipt, error) {
	return s.give(ctx, ehrdesk.AuditVerify, v, checkVerification(v))
}

func (s *Acts) give(ctx context.Context, op ehrdesk.AuditAction, v ehrdesk.Verification, err error) (ehrdesk.Receipt, error) {
	if err == nil {
		err = s.fill(ctx, &v.Grant)
	}
	if err != nil {
		return ehrdesk.Receipt{}, err
	}
	if s.second.asks(ctx, op, &v) {
		return s.second.hold(ctx, op, v)
	}
	r, err := s.act(ctx, givenRecord(op, v), fhir.Act{Op: op, Verification: v})
	if errors.Is(err, ehrdesk.ErrSecondPerson) && mayWait(op, &v) { // a rule that the desk had not heard of
		return s.second.hold(ctx, op, v)
	}
	return r, err
}

// Revoke ends a sharing consent at the centre and destroys the desk's copy. A
// withdrawal on a signed form counts here at once, line or no line.
func (s *Acts) Revoke(ctx context.Context, w ehrdesk.Withdrawal) (ehrdesk.Receipt, error) {
	if err := checkWithdrawal(&w); err != nil {
		return ehrdesk.Receipt{}, err
	}
	if err := dateForm(w.Channel, &w.Signed, s.Now()); err != nil {
		return ehrdesk.Receipt{}, err
	}
	w.RequestID = cmp.Or(w.RequestID, uuid.NewString())
	if err := s.second.withdrawn(ctx, w.Patient); err != nil {
		return ehrdesk.Receipt{}, err
	}
	return s.act(ctx, revokeRecord(w), fhir.Act{Op: ehrdesk.AuditRevoke, Withdrawal: w})
}

// fill gives an act its request id, and the notices and the moment they were
// read at where a script left them out.
func (s *Acts) fill(ctx context.Context, g *ehrdesk.Grant) error {
	g.RequestID = cmp.Or(g.RequestID, uuid.NewString())
	if err := dateForm(g.Channel, &g.Signed, s.Now()); err != nil {
		return err
	}
	if g.NoticeReadAt.IsZero() {
		g.NoticeReadAt = s.Now()
	}
	if len(g.NoticeVersions) > 0 {
		return nil
	}
	o, err := s.Offer(ctx)
	if err != nil {
		return err
	}
	g.NoticeVersions = map[string]string{}
	for _, n := range o.Notices {
		g.NoticeVersions[n.ID] = n.Version
	}
	return nil
}

// dateForm refuses a day on which no form can have been signed, before anything leaves the desk.
// Where nothing is said of the day none is made up.
func dateForm(ch ehrdesk.Channel, on *ehrdesk.When, now time.Time) error {
	if ch != ehrdesk.ByForm {
		*on = ehrdesk.When{}
		return nil
	}
	return ehrdesk.CheckSigned(*on, now)
}

// act writes the act down, sends it, and keeps what came of it.
func (s *Acts) act(ctx context.Context, a actRecord, whole fhir.Act) (ehrdesk.Receipt, error) {
	if !s.centre.Can(a.Op) {
		return ehrdesk.Receipt{}, fhir.NotThere("act")
	}
	var card *ehrdesk.CardEvidence
	if a.Channel == ehrdesk.ByCard && a.Op != ehrdesk.AuditRevoke {
		card = whole.Verification.Card.WithoutFace()
	}
	defer s.Idle.Work()()
	s.acting.Lock()
	defer s.acting.Unlock()
	release, ok := s.claims.claim(a.Request)
	if !ok {
		return ehrdesk.Receipt{}, ehrdesk.Errorf("act", ehrdesk.CodeConflict, "this act is being sent")
	}
	defer release()
	a.Staff, a.At = s.Self.Account().Staff, s.Now()
	if a.Patient, a.Ends = knownPatient(ctx, s, a.Number.number()); a.Op != ehrdesk.AuditRevoke {
		a.Ends = ""
	}
	b, err := sealAct(a)
	if err == nil {
		err = s.lists.Put(ctx, actList, a.Request, b)
	}
	if err != nil {
		return ehrdesk.Receipt{}, err
	}
	r, err := line.Ask(ctx, s.Line, line.ActWait, func(ctx context.Context) (ehrdesk.Receipt, error) { return s.centre.Act(ctx, whole) })
	after := context.WithoutCancel(ctx) // what the centre has said is kept, whoever has stopped waiting
	if err == nil {
		a.Patient = copies.Save(r.Patient)
	}
	switch {
	case errors.Is(err, fhir.ErrOutcomeUnknown):
		return r, errors.Join(err, s.noted(after, a, ehrdesk.Receipt{}, card, ehrdesk.CodeTimeout), s.applyWithdrawal(after, a))
	case (line.Down(err) || tooOften(err) != nil || a.Op == ehrdesk.AuditRevoke && line.EndOf(err) != nil) && a.canWait(): // a patient's wish to withdraw is never lost
		return s.actQueued(after, a)
	case err != nil:
		return r, errors.Join(err, s.noted(after, a, ehrdesk.Receipt{}, card, ehrdesk.CodeOf(err)), s.lists.TakeOff(after, actList, a.Request))
	}
	return r, s.actDone(after, a, r, card)
}

// actDone is an act that is on record. What must not survive it goes first.
func (s *Acts) actDone(ctx context.Context, a actRecord, r ehrdesk.Receipt, card *ehrdesk.CardEvidence) error {
	if err := cmp.Or(s.applyWithdrawal(ctx, a), s.noted(ctx, a, r, card, ""), s.day.done(ctx, a, r)); err != nil {
		return err
	}
	return s.lists.TakeOff(ctx, actList, a.Request)
}

// actQueued keeps an act for the line. It lies in the outbox before it leaves
// the list of those under way.
func (s *Acts) actQueued(ctx context.Context, a actRecord) (ehrdesk.Receipt, error) {
	b, err := sealAct(a)
	if err != nil {
		return ehrdesk.Receipt{}, err
	}
	if err := s.outbox.Enqueue(ctx, a.orderKey(), a.Request, b); err != nil {
		return ehrdesk.Receipt{}, err
	}
	if err := s.applyWithdrawal(ctx, a); err != nil {
		return ehrdesk.Receipt{}, err
	}
	if err := s.noted(ctx, a, ehrdesk.Receipt{Reference: "waits for the line"}, nil, ehrdesk.CodeOffline); err != nil {
		return ehrdesk.Receipt{}, err
	}
	r := ehrdesk.Receipt{Queued: true, At: a.At, Patient: a.Patient.Patient(), Consent: ehrdesk.SharingConsent{State: ehrdesk.ConsentPending, Term: a.Term, Channel: a.Channel, Giver: a.Giver}}
	if a.Op == ehrdesk.AuditRevoke {
		r.Consent.State = ehrdesk.ConsentWithdrawn
	}
	return r, s.lists.TakeOff(ctx, actList, a.Request)
}

// applyWithdrawal carries out at once what an act takes away: with a withdrawal the copy
// goes, whether or not the centre has heard of it.
func (s *Acts) applyWithdrawal(ctx context.Context, a actRecord) error {
	if a.Op != ehrdesk.AuditRevoke {
		return nil
	}
	n := a.Number.number()
	of := func(p ehrdesk.Patient) bool { return a.about(p, ehrdesk.Number{}) }
	if err := AtDoor(s).Ended(ctx, of); err != nil {
		return err
	}
	return s.copies.EndConsent(ctx, copies.Key(n), func(p ehrdesk.Patient) bool { return a.about(p, n) })
}

// ApplyPending finishes what a program that ended in the middle of a withdrawal left:
// where one waits for the line, or its outcome is not known, the copy goes.
func (s *Acts) ApplyPending(ctx context.Context) error {
	under, err := s.actsUnderWay(ctx)
	if err != nil {
		return err
	}
	for _, a := range under {
		release, ok := s.claims.claim(a.Request)
		if !ok {
			continue // another session is sending it, and heeds it
		}
		err := s.applyWithdrawal(ctx, a)
		release()
		if err != nil {
			return err
		}
	}
	return s.eachQueued(ctx, func(it cache.Item, a *actRecord) error {
		if a == nil || it.State.Final() { // refused: the copy that is here came after it
			return nil
		}
		return s.applyWithdrawal(ctx, *a)
	})
}

// noted writes the act into the access log.
func (s *Acts) noted(ctx context.Context, a actRecord, r ehrdesk.Receipt, card *ehrdesk.CardEvidence, code ehrdesk.Code) error {
	return s.access.Record(ctx, ehrdesk.AuditEvent{Action: a.Op, Patient: a.Patient.ID, Outcome: code, Detail: a.detail(r.Reference), Card: card})
}

// actsUnderWay are the acts sent, or about to be, whose answer is not known.
func (s *Acts) actsUnderWay(ctx context.Context) ([]actRecord, error) {
	items, err := s.lists.Items(ctx, actList)
	if err != nil {
		return nil, err
	}
	var out []actRecord
	for _, l := range items {
		if a := openAct(l.Payload); a != nil {
			out = append(out, *a)
		}
	}
	return out, nil
}

// probe asks what became of an act, with what is kept of it.
func (s *Acts) probe(ctx context.Context, a actRecord) (ehrdesk.Receipt, error) {
	return line.Ask(ctx, s.Line, line.ActWait, func(ctx context.Context) (ehrdesk.Receipt, error) { return s.centre.Settle(ctx, a.act()) })
}

// Resolve finds out what became of this person's acts of unknown outcome, and
// gives those that are settled. An act is asked about only when nothing of it can
// still be on its way.
func (s *Acts) Resolve(ctx context.Context) ([]ehrdesk.Task, error) {
	s.acting.Lock()
	defer s.acting.Unlock()
	under, err := s.actsUnderWay(ctx)
	if err != nil {
		return nil, err
	}
	var out []ehrdesk.Task
	var failed error // the first
	var silent silence
	for _, a := range under {
		if s.stopped() {
			return out, line.ErrLocked
		}
		if a.Staff != s.Self.Account().Staff || s.Now().Before(a.At.Add(line.ActWait)) {
			continue
		}
		t, ok, err := s.resolveAct(ctx, a)
		failed = cmp.Or(failed, err)
		switch {
		case err == nil:
			silent = 0
			if ok {
				out = append(out, t)
			}
		case s.Unreachable(ctx, err), silent.add(err):
			return out, failed
		}
	}
	return out, failed
}

// resolveAct asks about one act, unless another session of this desk does. An error
// leaves it of unknown outcome.
func (s *Acts) resolveAct(ctx context.Context, a actRecord) (t ehrdesk.Task, ok bool, err error) {
	release, ok := s.claims.claim(a.Request)
	if !ok {
		return t, false, nil
	}
	defer release()
	under, err := s.actsUnderWay(ctx) // the other session may have had its answer meanwhile
	if err != nil || !slices.ContainsFunc(under, func(b actRecord) bool { return b.Request == a.Request }) {
		return t, false, err
	}
	r, err := settle(ctx, s, a)
	if line.Down(err) || tooOften(err) != nil || line.EndOf(err) != nil || errors.Is(err, fhir.ErrOutcomeUnknown) || errors.Is(err, context.Canceled) {
		return t, false, err
	}
	t, err = s.concludeAct(context.WithoutCancel(ctx), a, r, err)
	return t, err == nil, err
}

// concludeAct keeps the answer to a probe. err is the centre's refusal, if any.
func (s *Acts) concludeAct(ctx context.Context, a actRecord, r ehrdesk.Receipt, err error) (ehrdesk.Task, error) {
	if err == nil {
		a.Patient = copies.Save(r.Patient)
		return s.day.line(a, r), s.actDone(ctx, a, r, nil)
	}
	if t, held := s.second.sent(ctx, a, err); held {
		return t, s.lists.TakeOff(ctx, actList, a.Request)
	}
	t := actTask(a, ehrdesk.TaskRefused)
	t.Why = ehrdesk.RefusalOf(err)
	if e := s.noted(ctx, a, ehrdesk.Receipt{}, nil, t.Why.Code()); e != nil {
		return t, e
	}
	if e := s.day.put(ctx, t); e != nil { // somebody has to know, also after a restart
		return t, e
	}
	return t, s.lists.TakeOff(ctx, actList, a.Request)
}
