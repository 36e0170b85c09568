package client

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/internal/chart"
	"github.com/ehrdesk/ehrdesk/internal/form"
	"github.com/ehrdesk/ehrdesk/internal/outgoing"
)

const response = "QuestionnaireResponse"

// madeOf are the records of a chart that were made of a response, as they stand.
func madeOf(ctx context.Context, c *chart.Chart, of ehrdesk.Ref) (out []ehrdesk.DepositRecord, err error) {
	ids := map[string]bool{}
	for n := range outgoing.MostRecords {
		ids[outgoing.MadeOf(of.ID, n)] = true
	}
	for _, r := range chart.All(c) {
		if !ids[r.ID] {
			continue
		}
		body, err := c.Raw(ctx, r.Ref())
		if err != nil {
			return nil, err
		}
		out = append(out, ehrdesk.DepositRecord{Record: r, Body: body})
	}
	return out, nil
}

// responseOf is the response that a record was made of; itself, for one. Errors: CodeNotFound.
func responseOf(c *chart.Chart, r ehrdesk.Ref) (ehrdesk.Ref, error) {
	if r.Resource == response {
		return r, nil
	}
	for _, one := range chart.All(c) {
		if one.Resource != response {
			continue
		}
		for n := range outgoing.MostRecords {
			if outgoing.MadeOf(one.ID, n) == r.ID {
				return one.Ref(), nil
			}
		}
	}
	return ehrdesk.Ref{}, ehrdesk.Errorf("correct", ehrdesk.CodeNotFound, "this record was not written by a form")
}

// own is a record of this provider's that stands. Errors: CodeDenied, CodeNotFound, CodeConflict for one that was withdrawn.
func (w *forming) own(ctx context.Context, op string, c *chart.Chart, ref ehrdesk.Ref) (ehrdesk.Record, error) {
	all := chart.All(c)
	i := slices.IndexFunc(all, func(r ehrdesk.Record) bool { return r.Ref() == ref })
	if i < 0 {
		return ehrdesk.Record{}, ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "no such record in this chart")
	}
	ours, err := chart.WrittenBy(ctx, c, ref, w.s.Account().Provider)
	switch {
	case err != nil:
		return ehrdesk.Record{}, ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	case !ours:
		return ehrdesk.Record{}, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "only what this provider wrote can be corrected or withdrawn here")
	case all[i].Status == "entered-in-error":
		return ehrdesk.Record{}, ehrdesk.Errorf(op, ehrdesk.CodeConflict, "this record has been withdrawn")
	}
	return all[i], nil
}

// Correct makes a draft of the response that a record was made of. The draft that is there already is given again.
func (w *forming) Correct(ctx context.Context, patient string, r ehrdesk.Ref) (ehrdesk.Draft, error) {
	const op = "correct"
	defer w.s.sitting.Idle.Work()()
	c, err := w.drafts.open(op, patient)
	if err != nil {
		return ehrdesk.Draft{}, err
	}
	if _, err := w.own(ctx, op, c, r); err != nil {
		return ehrdesk.Draft{}, err
	}
	of, err := responseOf(c, r)
	if err != nil {
		return ehrdesk.Draft{}, err
	}
	w.mu.Lock()
	had, err := w.settled(ctx, patient)
	w.mu.Unlock()
	if err != nil {
		return ehrdesk.Draft{}, err
	}
	if i := slices.IndexFunc(had, func(d ehrdesk.Draft) bool { return d.Filled != nil && d.Filled.Corrects == of }); i >= 0 {
		return had[i], nil
	}
	raw, err := c.Raw(ctx, of)
	if err != nil {
		return ehrdesk.Draft{}, ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	o, f, err := w.formOfResponse(ctx, op, raw)
	if err != nil {
		return ehrdesk.Draft{}, err
	}
	a, head, _, err := form.ReadResponse(f, raw)
	if err != nil || head.Status != form.Completed && head.Status != form.Amended {
		return ehrdesk.Draft{}, ehrdesk.Errorf(op, ehrdesk.CodeConflict, "what this record was made of cannot be taken up again")
	}
	return w.add(ctx, op, patient, ehrdesk.Filled{Form: o.Name, Version: f.Version, Language: head.Language, Response: a.Draft(form.Header{}), Corrects: of}, "begun, to correct: "+of.String())
}

// formOfResponse is the form that a response answers. Errors: CodeNotFound for one that is not at this desk.
func (w *forming) formOfResponse(ctx context.Context, op string, raw []byte) (ehrdesk.FormOffer, *form.Form, error) {
	url := form.ResponseTo(raw)
	all, err := w.Forms(ctx)
	if err != nil {
		return ehrdesk.FormOffer{}, nil, err
	}
	i := slices.IndexFunc(all, func(o ehrdesk.FormOffer) bool { return o.URL == url && url != "" })
	if i < 0 {
		return ehrdesk.FormOffer{}, nil, ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "the form that this was written by is not at this desk")
	}
	f, err := readOffer(&all[i])
	return all[i], f, err
}

// PrepareWithdrawal says what would leave if a record is withdrawn: it, or all that was written with it by a form.
func (w *forming) PrepareWithdrawal(ctx context.Context, patient string, r ehrdesk.Ref, why ehrdesk.WithdrawalWhy) (ehrdesk.Deposit, error) {
	const op = "withdraw"
	defer w.s.sitting.Idle.Work()()
	var none ehrdesk.Deposit
	switch why {
	case ehrdesk.WithdrawWrongPatient, ehrdesk.WithdrawWrongContent, ehrdesk.WithdrawDuplicate:
	default:
		return none, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a withdrawal has a reason")
	}
	c, err := w.drafts.open(op, patient)
	if err != nil {
		return none, err
	}
	if _, err := w.own(ctx, op, c, r); err != nil {
		return none, err
	}
	refs := []ehrdesk.Ref{r}
	if of, err := responseOf(c, r); err == nil {
		made, err := madeOf(ctx, c, of)
		if err != nil {
			return none, ehrdesk.E(op, ehrdesk.CodeOf(err), err)
		}
		refs = []ehrdesk.Ref{of}
		for i := range made {
			if made[i].Record.Status != "entered-in-error" {
				refs = append(refs, made[i].Record.Ref())
			}
		}
	}
	d := ehrdesk.Deposit{ID: uuid.NewString(), Patient: c.Patient(), Why: why}
	for _, ref := range refs {
		body, err := c.Raw(ctx, ref)
		if err != nil {
			return none, ehrdesk.E(op, ehrdesk.CodeOf(err), err)
		}
		one, err := outgoing.Withdrawn(body, d.Patient.ID)
		if err != nil {
			return none, ehrdesk.E(op, ehrdesk.CodeOf(err), err)
		}
		d.Records = append(d.Records, one)
	}
	d.Digest = outgoing.Digest(d.Records)
	return d, nil
}

// signWithdrawal signs a withdrawal as it was shown.
func (w *forming) signWithdrawal(ctx context.Context, op, patient string, d ehrdesk.Deposit) (ehrdesk.DepositReceipt, error) {
	if d.ID == "" || len(d.Records) == 0 {
		return ehrdesk.DepositReceipt{}, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "what is withdrawn has to be prepared first")
	}
	now, err := w.PrepareWithdrawal(ctx, patient, d.Records[0].Record.Ref(), d.Why)
	switch {
	case err != nil:
		return ehrdesk.DepositReceipt{}, err
	case now.Digest != d.Digest:
		return ehrdesk.DepositReceipt{}, ehrdesk.Errorf(op, ehrdesk.CodeConflict, "the record is another than what was shown: look again")
	}
	by, err := w.signatory(op, w.s.sitting.Now())
	if err != nil {
		return ehrdesk.DepositReceipt{}, err
	}
	now.ID = d.ID
	return w.send(ctx, op, now, by)
}
