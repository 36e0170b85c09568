package acts

import (
	"context"
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// HeldAct is one that waits, whole.
func (k *Second) HeldAct(ctx context.Context, id string) (ehrdesk.HeldAct, error) {
	if k.s.stopped() {
		return ehrdesk.HeldAct{}, errStopped("act")
	}
	a, err := k.of(ctx, "act", id, true)
	if err != nil {
		return ehrdesk.HeldAct{}, err
	}
	return ehrdesk.HeldAct{ID: a.Request, Digest: a.digest(), Op: a.Op, Verification: a.act().Verification, Who: a.Patient.Patient(), By: a.First.Staff, Name: a.taker(), At: a.First.At}, nil
}

func errStopped(op string) error {
	return ehrdesk.Errorf(op, ehrdesk.CodeLocked, "the desk is locked")
}

// ApproveAct has it in the outbox under the approver's name, then off the list, and then sends what waits.
func (k *Second) ApproveAct(ctx context.Context, id, digest string) (ehrdesk.Receipt, error) {
	const op = "approve"
	s := k.s
	defer s.Idle.Work()()
	a, err := k.approved(ctx, op, id, digest)
	if err != nil {
		return ehrdesk.Receipt{}, err
	}
	after := context.WithoutCancel(ctx)
	k.answers.Store(id, ehrdesk.Receipt{})
	_, changed, sent := s.Send(after)
	answer, _ := k.answers.LoadAndDelete(id)
	if i := slices.IndexFunc(changed, func(t ehrdesk.Task) bool { return t.ID == id }); i >= 0 {
		t := changed[i]
		if t.State == ehrdesk.TaskRefused {
			return ehrdesk.Receipt{}, t.Why.Err(op)
		}
		r, _ := answer.(ehrdesk.Receipt)
		return r, nil
	}
	if r, found, err := k.outcome(after, op, id); found || err != nil { // another session of the same person may have sent it
		return r, err
	}
	if sent != nil && !unanswered(sent) && tooOften(sent) == nil {
		return ehrdesk.Receipt{}, sent
	}
	return a.queued(), nil
}

// answered keeps the receipt of one for whoever approves it just now.
func (k *Second) answered(request string, r ehrdesk.Receipt) {
	if _, asked := k.answers.Load(request); asked {
		k.answers.Store(request, r)
	}
}

// approved moves one from who waits for somebody to who waits for the line.
func (k *Second) approved(ctx context.Context, op, id, digest string) (actRecord, error) {
	k.turn.Lock()
	defer k.turn.Unlock()
	if k.s.stopped() {
		return actRecord{}, errStopped(op)
	}
	a, err := k.of(ctx, op, id, false)
	switch {
	case err != nil:
		return a, err
	case digest == "" || digest != a.digest():
		return a, ehrdesk.E(op, ehrdesk.CodeConflict, ehrdesk.ErrDecided)
	}
	a.Staff = k.s.Self.Account().Staff // who sends it; it was taken when it was
	if err := k.log(ctx, "approved", &a); err != nil {
		return a, err
	}
	b, err := sealAct(a)
	if err != nil {
		return a, err
	}
	after := context.WithoutCancel(ctx)
	if err := k.s.outbox.Enqueue(after, a.orderKey(), a.Request, b); err != nil {
		return a, err
	}
	switch _, found, err := k.outcome(after, op, id); { // an id that it has had before is not taken again
	case err != nil:
		return a, err
	case !found:
		return a, ehrdesk.Errorf(op, ehrdesk.CodeConflict, "this was sent under the same request before")
	}
	if err := k.s.lists.TakeOff(after, heldList, id); err != nil { // it is approved: that counts, and the next sign-in takes it off
		k.s.Log.Warn("an approved act is still on the list", "code", string(ehrdesk.CodeOf(err)))
	}
	return a, nil
}

// mostReason is how long a reason may be, in bytes.
const mostReason = 1000

// RefuseAct keeps the reason for who took it, and it is never sent.
func (k *Second) RefuseAct(ctx context.Context, id, reason string) error {
	const op = "refuse"
	k.turn.Lock()
	defer k.turn.Unlock()
	if k.s.stopped() {
		return errStopped(op)
	}
	a, err := k.of(ctx, op, id, false)
	if err != nil {
		return err
	}
	if reason = strings.TrimSpace(ehrdesk.CleanLine(reason)); reason == "" || len(reason) > mostReason {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a refusal has a reason of a few words")
	}
	if err := k.log(ctx, "refused", &a); err != nil {
		return err
	}
	return k.refuse(ctx, &a, reason, false)
}

// refuse marks one as refused, or as withdrawn since, by whoever is signed in.
func (k *Second) refuse(ctx context.Context, a *actRecord, reason string, withdrawn bool) error {
	self := k.s.Self.Account()
	a.Refused = &refusedBy{Staff: self.Staff, Name: self.Name, At: k.s.Now(), Reason: reason, Withdrawn: withdrawn}
	return k.keep(ctx, a)
}

// withdrawn has what waits about a patient give nothing any more: they have withdrawn since it was taken, whether or not there was a
// consent to end.
func (k *Second) withdrawn(ctx context.Context, n ehrdesk.Number) error {
	k.turn.Lock()
	defer k.turn.Unlock()
	who, _ := knownPatient(ctx, k.s, n)
	all, err := k.waiting(ctx)
	if err != nil {
		return err
	}
	for i := range all {
		a := &all[i]
		if !a.about(who.Patient(), n) {
			continue
		}
		if err := k.log(ctx, "withdrawn since", a); err != nil {
			return err
		}
		if err := k.refuse(ctx, a, "", true); err != nil {
			return err
		}
	}
	return nil
}

// drop takes one off the list: its taker gives it up, or somebody has read why it was refused. found is
// false where there is none.
func (k *Second) drop(ctx context.Context, op, id string) (found bool, err error) {
	k.turn.Lock()
	defer k.turn.Unlock()
	all, err := k.all(ctx)
	if err != nil {
		return false, err
	}
	i := slices.IndexFunc(all, func(a actRecord) bool { return a.Request == id })
	if i < 0 {
		return false, nil
	}
	a := all[i]
	switch own := a.First.Staff == k.s.Self.Account().Staff; {
	case !own && a.Refused == nil:
		return true, ehrdesk.Errorf(op, ehrdesk.CodeConflict, "it waits for a second person: approve it, or refuse it with a reason")
	case !own && k.s.Now().Sub(a.Refused.At) < ehrdesk.UnsentLong:
		return true, ehrdesk.Errorf(op, ehrdesk.CodeConflict, "whoever took it has yet to read why it was refused")
	}
	if _, approved, err := k.outcome(ctx, op, id); approved && a.Refused == nil || err != nil {
		return approved, ehrdesk.E(op, ehrdesk.CodeConflict, ehrdesk.ErrDecided)
	}
	if err := k.log(ctx, "given up", &a); err != nil {
		return true, err
	}
	return true, k.s.lists.TakeOff(context.WithoutCancel(ctx), heldList, id)
}
