package acts

import (
	"cmp"
	"context"
	"slices"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

// outcome is what has come of an act that somebody has approved: it is on record, refused, or waits for the line. found is false for
// one of which nothing is known.
func (k *Second) outcome(ctx context.Context, op, request string) (r ehrdesk.Receipt, found bool, err error) {
	var waits *actRecord
	why := ehrdesk.Refusal("")
	under, err := k.s.actsUnderWay(ctx)
	if err != nil {
		return r, false, err
	}
	for i := range under {
		if under[i].Request == request {
			waits = &under[i]
		}
	}
	err = k.s.eachQueued(ctx, func(it cache.Item, a *actRecord) error {
		if it.OpID == request && a != nil {
			if waits = a; it.State.Final() {
				why = ehrdesk.Refusal(it.Note)
			}
		}
		return nil
	})
	switch {
	case err != nil:
		return r, false, err
	case why != "":
		return r, true, why.Err(op)
	case waits != nil:
		return waits.queued(), true, nil
	}
	kept, err := k.s.day.kept(ctx)
	i := slices.IndexFunc(kept, func(t ehrdesk.Task) bool { return t.ID == request })
	switch {
	case err != nil || i < 0:
		return r, false, err
	case kept[i].State == ehrdesk.TaskRefused:
		return r, true, kept[i].Why.Err(op)
	}
	t := kept[i]
	return ehrdesk.Receipt{Reference: t.Reference, Consent: t.Consent, Patient: t.Patient, At: t.Added, Notified: ehrdesk.NotifiedUnknown}, true, nil
}

func (k *Second) keep(ctx context.Context, a *actRecord) error {
	b, err := sealAct(*a)
	if err != nil {
		return err
	}
	defer clear(b)
	return k.s.lists.Put(ctx, heldList, a.Request, b)
}

func (k *Second) log(ctx context.Context, what string, a *actRecord) error {
	return k.s.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditDraft, Patient: a.Patient.ID, Detail: heldWords(what, a)})
}

// all are those that wait, and those that were refused and that nobody has taken off.
func (k *Second) all(ctx context.Context) (out []actRecord, err error) {
	items, err := k.s.lists.Items(ctx, heldList)
	if err != nil {
		return nil, err
	}
	for _, l := range items {
		var q queuedAct
		if json.Unmarshal(l.Payload, &q) == nil && q.Act != nil && q.Act.Request == l.ID && q.Act.First != nil {
			out = append(out, *q.Act)
		}
	}
	return out, nil
}

// tasks are those of the list as lines of the day.
func (k *Second) tasks(ctx context.Context) (out []ehrdesk.Task, err error) {
	all, err := k.all(ctx)
	for _, a := range all {
		t := actTask(a, ehrdesk.TaskHeld)
		if r := a.Refused; r != nil {
			t.State, t.Why = ehrdesk.TaskRefused, ehrdesk.Refusal(ehrdesk.CodeDenied)
			t.Second.Refuser, t.Second.Reason, t.Second.Withdrawn = cmp.Or(r.Name, r.Staff), r.Reason, r.Withdrawn
		}
		out = append(out, t)
	}
	return out, err
}

// waiting are those that nobody has refused.
func (k *Second) waiting(ctx context.Context) ([]actRecord, error) {
	all, err := k.all(ctx)
	return slices.DeleteFunc(all, func(a actRecord) bool { return a.Refused != nil }), err
}

// settle takes off the list what is in the outbox already: a program that ended between the two left it in both.
func (k *Second) settle(ctx context.Context) error {
	k.turn.Lock()
	defer k.turn.Unlock()
	all, err := k.waiting(ctx)
	for i := 0; err == nil && i < len(all); i++ {
		if _, found, _ := k.outcome(ctx, "act", all[i].Request); found {
			err = k.s.lists.TakeOff(ctx, heldList, all[i].Request)
		}
	}
	return err
}

// of finds one that waits. own lets who took it look at it. What is approved already waits for nobody.
func (k *Second) of(ctx context.Context, op, id string, own bool) (actRecord, error) {
	switch _, found, err := k.outcome(ctx, op, id); {
	case found:
		return actRecord{}, ehrdesk.E(op, ehrdesk.CodeConflict, ehrdesk.ErrDecided)
	case err != nil:
		return actRecord{}, err
	}
	all, err := k.waiting(ctx)
	if err != nil {
		return actRecord{}, err
	}
	i := slices.IndexFunc(all, func(a actRecord) bool { return a.Request == id })
	switch {
	case i < 0:
		return actRecord{}, ehrdesk.E(op, ehrdesk.CodeConflict, ehrdesk.ErrDecided)
	case !own && all[i].First.Staff == k.s.Self.Account().Staff:
		return actRecord{}, ehrdesk.E(op, ehrdesk.CodeDenied, ehrdesk.ErrOwnAct)
	case !k.s.Self.Account().Role.TakesConsent():
		return actRecord{}, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "not for this profession")
	}
	return all[i], nil
}
