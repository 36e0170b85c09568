package client

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/internal/acts"
	"github.com/ehrdesk/ehrdesk/client/internal/chart"
	"github.com/ehrdesk/ehrdesk/internal/outgoing"
)

// approval is what one person wrote and signed and another has to approve, as it is kept: whoever of the provider opens the
// patient's chart at this desk sees it.
type approval struct {
	ID      string            `json:"id"`
	Form    string            `json:"form"`
	Title   ehrdesk.LocalName `json:"title"`
	Records []approvalRecord  `json:"records"`
	Task    []byte            `json:"task,omitempty"` // in the place of records
	Author  outgoing.Author   `json:"author"`
	At      time.Time         `json:"at"`
	Refusal string            `json:"refusal,omitempty"`
	Refuser string            `json:"refuser,omitempty"`
}

type approvalRecord struct {
	Body    []byte                 `json:"body"`
	Becomes ehrdesk.DepositBecomes `json:"becomes"`
	JWS     string                 `json:"jws"` // the author's
}

// approvals is the list of what waits about a patient.
func approvals(patient string) string { return "approvals " + patient }

func (w *forming) waiting(ctx context.Context, patient string) (out []approval, err error) {
	kept, err := w.lists.Items(ctx, approvals(patient))
	if err != nil {
		return nil, err
	}
	for _, it := range kept {
		var a approval
		if json.Unmarshal(it.Payload, &a) == nil && a.ID == it.ID {
			out = append(out, a)
		}
	}
	return out, nil
}

// unapproved are what waits about a patient and nobody has sent. What was approved just before the program ended is on the list
// still, and in the outbox or answered: it is taken off, so that nobody approves or refuses what has left.
func (w *forming) unapproved(ctx context.Context, patient string) ([]approval, error) {
	all, err := w.waiting(ctx, patient) // first: what is approved meanwhile is in the outbox before it is off the list
	if err != nil || len(all) == 0 {
		return nil, err
	}
	receipts, err := acts.DepositsOf(ctx, w.s.acts, patient)
	if err != nil {
		return nil, err
	}
	out := all[:0]
	for _, a := range all {
		if !slices.ContainsFunc(receipts, func(r ehrdesk.DepositReceipt) bool { return r.ID == a.ID }) {
			out = append(out, a)
			continue
		}
		if err := w.lists.TakeOff(ctx, approvals(patient), a.ID); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// forApproval keeps what was signed for a second person.
func (w *forming) forApproval(ctx context.Context, op string, draft ehrdesk.Draft, d ehrdesk.Deposit, by outgoing.Signatory) (ehrdesk.DepositReceipt, error) {
	a := approval{ID: d.ID, Form: d.Form, Title: d.Title, Author: by.Author, At: by.At}
	for i := range d.Records {
		jws, err := by.Sign(d.Records[i].Body)
		if err != nil {
			return ehrdesk.DepositReceipt{}, ehrdesk.E(op, ehrdesk.CodeOf(err), err)
		}
		a.Records = append(a.Records, approvalRecord{d.Records[i].Body, d.Records[i].Becomes, jws})
	}
	if d.Request != nil {
		task, err := outgoing.Task(d.Request)
		if err != nil {
			return ehrdesk.DepositReceipt{}, ehrdesk.E(op, ehrdesk.CodeOf(err), err)
		}
		a.Task = task
	}
	if err := w.s.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditDraft, Patient: d.Patient.ID, Detail: "for approval: " + d.Form}); err != nil {
		return ehrdesk.DepositReceipt{}, err
	}
	if err := w.keepApproval(ctx, op, d.Patient.ID, a); err != nil {
		return ehrdesk.DepositReceipt{}, err
	}
	r := ehrdesk.DepositReceipt{ID: d.ID, State: ehrdesk.DepositApproval, At: by.At, By: by.Staff, Form: d.Form, Title: d.Title}
	if d.Request != nil {
		r.Asked = d.Request.To
	}
	return r, w.hide(context.WithoutCancel(ctx), op, draft)
}

func (w *forming) keepApproval(ctx context.Context, op, patient string, a approval) error {
	b, err := json.Marshal(a)
	if err != nil {
		return ehrdesk.Errorf(op, ehrdesk.CodeOther, "what waits for approval cannot be written")
	}
	defer clear(b)
	if err := w.lists.Put(ctx, approvals(patient), a.ID, b); err != nil {
		return ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	return nil
}

// deposit is what was signed, as it was shown to its author.
func (a *approval) deposit(p ehrdesk.Patient) (ehrdesk.Deposit, error) {
	d := ehrdesk.Deposit{ID: a.ID, Patient: p, Form: a.Form, Title: a.Title, Approval: true, By: a.Author.Staff}
	for i := range a.Records {
		r, err := outgoing.Kept(a.Records[i].Body, p.ID, a.Records[i].Becomes)
		if err != nil {
			return d, err
		}
		d.Records = append(d.Records, r)
	}
	d.Digest = outgoing.Digest(d.Records)
	if a.Task == nil {
		return d, nil
	}
	r, err := outgoing.ReadTask(a.Task)
	if err != nil || r.Patient.ID != p.ID {
		return d, ehrdesk.Errorf("approve", ehrdesk.CodeTampered, "what waits for approval cannot be read")
	}
	r.Patient = p
	d.Request = &r
	d.Digest, err = outgoing.DigestTask(&r)
	return d, err
}

// Approvals are what waits at this desk about the patient for a second person.
func (w *forming) Approvals(ctx context.Context, patient string) ([]ehrdesk.Approval, error) {
	const op = "approvals"
	c, err := w.drafts.open(op, patient)
	if err != nil {
		return nil, err
	}
	all, err := w.unapproved(ctx, patient)
	if err != nil {
		return nil, ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	var out []ehrdesk.Approval
	for i := range all {
		a := &all[i]
		if a.Refuser != "" {
			continue
		}
		d, err := a.deposit(c.Patient())
		if err != nil {
			return nil, ehrdesk.E(op, ehrdesk.CodeOf(err), err)
		}
		out = append(out, ehrdesk.Approval{Deposit: d, Form: a.Form, Title: a.Title, By: a.Author.Staff, ByName: a.Author.Name, At: a.At})
	}
	return out, nil
}

// approval finds one that whoever is signed in may approve or refuse.
func (w *forming) approval(ctx context.Context, op, patient, id string) (a approval, c *chart.Chart, err error) {
	if c, err = w.drafts.open(op, patient); err != nil {
		return a, nil, err
	}
	all, err := w.unapproved(ctx, patient)
	if err != nil {
		return a, nil, ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	i := slices.IndexFunc(all, func(a approval) bool { return a.ID == id && a.Refuser == "" })
	switch {
	case i < 0:
		return a, nil, ehrdesk.Errorf(op, ehrdesk.CodeConflict, "this was approved or refused meanwhile")
	case all[i].Author.Staff == w.s.Account().Staff:
		return a, nil, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "nobody approves or refuses what they wrote themselves")
	}
	return all[i], c, nil
}

// Approve signs as the second person and sends. It is in the outbox before it is off the list.
func (w *forming) Approve(ctx context.Context, patient, id string) (ehrdesk.DepositReceipt, error) {
	const op = "approve"
	defer w.s.sitting.Idle.Work()()
	w.mu.Lock()
	defer w.mu.Unlock()
	a, c, err := w.approval(ctx, op, patient, id)
	if err != nil {
		return ehrdesk.DepositReceipt{}, err
	}
	d, err := a.deposit(c.Patient())
	if err != nil {
		return ehrdesk.DepositReceipt{}, ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	signed := map[string]string{}
	for i := range a.Records {
		signed[string(a.Records[i].Body)] = a.Records[i].JWS
	}
	author := outgoing.Signatory{Author: a.Author, At: a.At, Sign: func(resource []byte) (string, error) { return signed[string(resource)], nil }}
	second, err := w.signatory(op, w.s.sitting.Now())
	if err != nil {
		return ehrdesk.DepositReceipt{}, err
	}
	r, err := w.send(ctx, op, d, author, second)
	if err != nil {
		return r, err
	}
	return r, w.lists.TakeOff(context.WithoutCancel(ctx), approvals(patient), id)
}

// mostRefusal is how long a reason may be, in bytes.
const mostRefusal = 1000

// Refuse gives it back to its author as a draft.
func (w *forming) Refuse(ctx context.Context, patient, id, reason string) error {
	const op = "refuse"
	w.mu.Lock()
	defer w.mu.Unlock()
	a, _, err := w.approval(ctx, op, patient, id)
	if err != nil {
		return err
	}
	if reason = strings.TrimSpace(ehrdesk.CleanLine(reason)); reason == "" || len(reason) > mostRefusal {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a refusal has a reason of a few words")
	}
	if err := w.s.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditDraft, Patient: patient, Detail: "refused: " + a.Form}); err != nil {
		return err
	}
	a.Refusal, a.Refuser = reason, w.s.Account().Name
	return w.keepApproval(ctx, op, patient, a)
}
