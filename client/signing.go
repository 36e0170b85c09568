package client

import (
	"context"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/internal/acts"
	"github.com/ehrdesk/ehrdesk/client/internal/cases"
	"github.com/ehrdesk/ehrdesk/internal/outgoing"
)

// SignWriting signs what was shown and sends it, or keeps it for a second person.
func (w *forming) SignWriting(ctx context.Context, patient string, d ehrdesk.Deposit) (ehrdesk.DepositReceipt, error) {
	const op = "sign"
	defer w.s.sitting.Idle.Work()()
	w.mu.Lock()
	defer w.mu.Unlock()
	if d.Why != "" {
		return w.signWithdrawal(ctx, op, patient, d)
	}
	draft, c, err := w.draft(ctx, op, patient, d.ID)
	if err != nil {
		return ehrdesk.DepositReceipt{}, err
	}
	now, err := w.preview(ctx, op, draft, c)
	switch {
	case err != nil:
		return ehrdesk.DepositReceipt{}, err
	case now.Digest != d.Digest:
		return ehrdesk.DepositReceipt{}, ehrdesk.Errorf(op, ehrdesk.CodeConflict, "the draft is another than what was shown: look again")
	}
	if draft.Filled.Instead != "" {
		if err := acts.GiveUpDeposit(ctx, w.s.acts, draft.Filled.Instead); err != nil {
			return ehrdesk.DepositReceipt{}, err
		}
	}
	by, err := w.signatory(op, w.s.sitting.Now())
	if err != nil {
		return ehrdesk.DepositReceipt{}, err
	}
	if now.Approval {
		return w.forApproval(ctx, op, draft, now, by)
	}
	return w.leave(ctx, op, now, draft, by)
}

// leave has a draft's records in the outbox, and hides the draft.
func (w *forming) leave(ctx context.Context, op string, d ehrdesk.Deposit, draft ehrdesk.Draft, by ...outgoing.Signatory) (ehrdesk.DepositReceipt, error) {
	r, err := w.send(ctx, op, d, by...)
	if err != nil {
		return r, err
	}
	after := context.WithoutCancel(ctx)
	known, err := acts.DepositsOf(after, w.s.acts, d.Patient.ID)
	if err != nil {
		return r, err
	}
	if !slices.ContainsFunc(known, func(k ehrdesk.DepositReceipt) bool { return k.ID == d.ID }) { // given up before: its id is used
		if _, err := w.back(after, draft, func(*ehrdesk.Filled) {}); err != nil {
			return r, err
		}
		return r, ehrdesk.Errorf(op, ehrdesk.CodeConflict, "this was given up before: look again and sign again")
	}
	if told := draft.Filled.Told; told != nil && r.State == ehrdesk.DepositSent { // the centre has it; that this does not stand there is no reason not to have sent it
		_ = cases.Reported(after, w.s.casing.cases, told.Case, told.Event)
	}
	return r, w.hide(after, op, draft)
}

// send signs and sends.
func (w *forming) send(ctx context.Context, op string, d ehrdesk.Deposit, by ...outgoing.Signatory) (ehrdesk.DepositReceipt, error) {
	if d.Request != nil {
		return w.ask(ctx, op, d)
	}
	made := outgoing.Made{Why: d.Why}
	if d.Form != "" && len(d.Records) > 0 && d.Records[0].Record.Resource == "QuestionnaireResponse" {
		made.Response = d.Records[0].Record.Ref()
	}
	transaction, n, err := outgoing.Transaction(d.Records, made, by...)
	if err != nil {
		return ehrdesk.DepositReceipt{}, ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	return acts.Deposit(ctx, w.s.acts, d, transaction, n)
}

// hide keeps a draft that was signed, until the centre has what was made of it.
func (w *forming) hide(ctx context.Context, op string, d ehrdesk.Draft) error {
	filled := *d.Filled
	filled.Signed = w.s.sitting.Now()
	d.Filled = &filled
	return w.drafts.keep(ctx, op, d)
}

// back makes a signed draft one that is being written again, under a new id: what was signed under the old one counts no more.
func (w *forming) back(ctx context.Context, d ehrdesk.Draft, why func(*ehrdesk.Filled)) (ehrdesk.Draft, error) {
	const op = "draft"
	filled, old := *d.Filled, d.ID
	filled.Signed, filled.Refused, filled.Refusal, filled.Refuser, filled.Instead = time.Time{}, "", "", "", ""
	why(&filled)
	d.ID, d.Filled = uuid.NewString(), &filled
	b, err := json.Marshal(d)
	if err != nil {
		return d, ehrdesk.Errorf(op, ehrdesk.CodeOther, "the draft cannot be written")
	}
	defer clear(b)
	return d, w.lists.Change(ctx, w.drafts.list(d.Patient), []cache.WorklistItem{{ID: d.ID, Payload: b}}, []string{old})
}

// settled are a person's drafts about a patient. Those of which the centre has what was made are gone, those that were
// refused are drafts again, and those that wait are not among them. What waits for approval is asked first, then the outbox,
// then what was answered: what moves on meanwhile is found in one of them.
func (w *forming) settled(ctx context.Context, patient string) ([]ehrdesk.Draft, error) {
	all, err := w.drafts.Drafts(ctx, patient)
	if err != nil || !slices.ContainsFunc(all, func(d ehrdesk.Draft) bool { return d.Filled != nil }) {
		return all, err
	}
	waiting, err := w.waiting(ctx, patient)
	if err != nil {
		return nil, err
	}
	receipts, err := acts.DepositsOf(ctx, w.s.acts, patient)
	if err != nil {
		return nil, err
	}
	out := all[:0]
	for _, d := range all {
		if d.Filled == nil {
			out = append(out, d)
			continue
		}
		one, shown, err := w.settle(ctx, d, waiting, receipts)
		if err != nil {
			return nil, err
		}
		if shown {
			out = append(out, one)
		}
	}
	return out, nil
}

// settle is one draft of a form as it stands; shown is false for one that is not being written.
func (w *forming) settle(ctx context.Context, d ehrdesk.Draft, waiting []approval, receipts []ehrdesk.DepositReceipt) (one ehrdesk.Draft, shown bool, err error) {
	if i := slices.IndexFunc(receipts, func(r ehrdesk.DepositReceipt) bool { return r.ID == d.ID }); i >= 0 {
		switch r := receipts[i]; r.State {
		case ehrdesk.DepositSent:
			return d, false, w.lists.TakeOff(ctx, w.drafts.list(d.Patient), d.ID)
		case ehrdesk.DepositRefused:
			one, err = w.back(ctx, d, func(f *ehrdesk.Filled) { f.Refused, f.Instead = r.Why, r.ID })
			return one, true, err
		case ehrdesk.DepositWaits, ehrdesk.DepositApproval:
			return d, false, nil
		}
	}
	if i := slices.IndexFunc(waiting, func(a approval) bool { return a.ID == d.ID }); i >= 0 {
		a := waiting[i]
		if a.Refuser == "" {
			return d, false, nil
		}
		one, err = w.back(ctx, d, func(f *ehrdesk.Filled) { f.Refusal, f.Refuser = a.Refusal, a.Refuser })
		if err == nil {
			err = w.lists.TakeOff(ctx, approvals(d.Patient), d.ID)
		}
		return one, true, err
	}
	if d.Filled.Signed.IsZero() {
		return d, true, nil
	}
	one, err = w.back(ctx, d, func(*ehrdesk.Filled) {}) // given up at this desk
	return one, true, err
}
