package fake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/form/extract"
)

// prepare makes a deposit of records as they would leave.
func (s *session) prepare(who ehrdesk.Patient, bodies [][]byte, of prepared) (ehrdesk.Deposit, error) {
	out := ehrdesk.Deposit{ID: s.d.newID(), Patient: who, Form: of.form, Title: of.title, Approval: of.approval, Why: of.why}
	h := sha256.New()
	for _, b := range bodies {
		r, _, err := extract.Read(b)
		if err != nil {
			return ehrdesk.Deposit{}, err
		}
		if r.Source == "" {
			r.Source = s.a.ProviderName
		}
		h.Write(b)
		becomes := ehrdesk.DepositNew
		switch {
		case r.Void():
			becomes = ehrdesk.DepositWithdrawn
		case r.ID == of.corrects && of.corrects != "":
			becomes = ehrdesk.DepositVersion
		}
		out.Records = append(out.Records, ehrdesk.DepositRecord{Record: r, Body: b, Becomes: becomes})
	}
	out.Digest = hex.EncodeToString(h.Sum(nil))
	s.d.wrote.prepare(out.ID, of)
	return out, nil
}

// SignWriting sends what was prepared, or keeps it for the line or a second person.
func (s *session) SignWriting(ctx context.Context, patient string, d ehrdesk.Deposit) (ehrdesk.DepositReceipt, error) {
	if err := s.d.call(ctx, "sign-writing"); err != nil {
		return ehrdesk.DepositReceipt{}, err
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	of, ok := s.d.wrote.prepared[d.ID]
	if !ok {
		return ehrdesk.DepositReceipt{}, ehrdesk.E("fake.sign", ehrdesk.CodeConflict, nil)
	}
	r := ehrdesk.DepositReceipt{ID: d.ID, State: ehrdesk.DepositSent, At: s.d.now(), Form: d.Form, Title: d.Title, Reason: d.Why, By: s.a.Staff}
	if d.Request != nil {
		r.Asked = d.Request.To
	}
	var draft ehrdesk.Draft
	if i := slices.IndexFunc(s.d.Drafted, func(x ehrdesk.Draft) bool { return x.ID == of.draft }); i >= 0 {
		draft = s.d.Drafted[i]
		s.d.Drafted = slices.Delete(s.d.Drafted, i, i+1)
	}
	switch {
	case of.approval:
		r.State = ehrdesk.DepositApproval
		s.d.wrote.waiting = append(s.d.wrote.waiting, approval{ehrdesk.Approval{Deposit: d, Form: d.Form, Title: d.Title, By: s.a.Staff, ByName: s.a.Name, At: s.d.now()}, patient, draft})
	case s.d.RefusesDeposits != "":
		r.State, r.Why = ehrdesk.DepositRefused, s.d.RefusesDeposits
	case s.d.Link == ehrdesk.Offline:
		r.State = ehrdesk.DepositWaits
	default:
		r.Written = writtenOf(d)
	}
	s.d.wrote.receipts = append([]ehrdesk.DepositReceipt{r}, s.d.wrote.receipts...)
	return r, nil
}

func writtenOf(d ehrdesk.Deposit) (out []ehrdesk.DepositWritten) {
	for i := range d.Records {
		out = append(out, ehrdesk.DepositWritten{Ref: d.Records[i].Record.Ref(), Version: "1", New: true})
	}
	return out
}

// Correct takes up the form of a record that a test says was written here.
func (s *session) Correct(ctx context.Context, patient string, r ehrdesk.Ref) (ehrdesk.Draft, error) {
	if err := s.d.call(ctx, "correct"); err != nil {
		return ehrdesk.Draft{}, err
	}
	s.d.mu.Lock()
	filled, ok := s.d.Ours[r]
	s.d.mu.Unlock()
	if !ok {
		return ehrdesk.Draft{}, ehrdesk.E("fake.correct", ehrdesk.CodeDenied, nil)
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	d := ehrdesk.Draft{ID: s.d.newID(), Kind: ehrdesk.DraftForm, Patient: patient, By: s.a.Staff, Made: s.d.now(), Changed: s.d.now(), Filled: &filled}
	s.d.Drafted = append([]ehrdesk.Draft{d}, s.d.Drafted...)
	return d, nil
}

// PrepareWithdrawal makes versions of what was written with a record, entered in error.
func (s *session) PrepareWithdrawal(ctx context.Context, patient string, r ehrdesk.Ref, why ehrdesk.WithdrawalWhy) (ehrdesk.Deposit, error) {
	if err := s.d.call(ctx, "withdraw-record"); err != nil {
		return ehrdesk.Deposit{}, err
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	if _, ok := s.d.Ours[r]; !ok {
		return ehrdesk.Deposit{}, ehrdesk.E("fake.withdraw", ehrdesk.CodeDenied, nil)
	}
	return s.prepare(s.d.patients[patient].patient, [][]byte{withdrawn(r.ID, patient)}, prepared{why: why})
}

// withdrawn is a version of a result that says that it was entered in error.
func withdrawn(id, patient string) []byte {
	return []byte(`{"resourceType":"Observation","id":"` + id + `","status":"entered-in-error","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}],"code":{"text":"HbA1c"},"subject":{"reference":"Patient/` + patient + `"},"effectiveDateTime":"2026-10-02"}`)
}

// Deposits are what became of what was signed.
func (s *session) Deposits(ctx context.Context, _ string) ([]ehrdesk.DepositReceipt, error) {
	if err := s.d.call(ctx, "deposits"); err != nil {
		return nil, err
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	for i := range s.d.wrote.receipts {
		if r := &s.d.wrote.receipts[i]; r.State == ehrdesk.DepositWaits && s.d.Link == ehrdesk.Online { // it went when the line came back
			r.State = ehrdesk.DepositSent
		}
	}
	return slices.Clone(s.d.wrote.receipts), nil
}

// Approvals are what waits for a second person.
func (s *session) Approvals(ctx context.Context, patient string) (out []ehrdesk.Approval, err error) {
	if err := s.d.call(ctx, "approvals"); err != nil {
		return nil, err
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	for _, a := range s.d.wrote.waiting {
		if a.patient == patient {
			out = append(out, a.Approval)
		}
	}
	return out, nil
}

func (s *session) take(op, id string) (approval, error) {
	i := slices.IndexFunc(s.d.wrote.waiting, func(a approval) bool { return a.Deposit.ID == id })
	switch {
	case i < 0:
		return approval{}, ehrdesk.E(op, ehrdesk.CodeNotFound, nil)
	case s.d.wrote.waiting[i].By == s.a.Staff:
		return approval{}, ehrdesk.E(op, ehrdesk.CodeDenied, nil)
	}
	a := s.d.wrote.waiting[i]
	s.d.wrote.waiting = slices.Delete(s.d.wrote.waiting, i, i+1)
	return a, nil
}

// Approve sends what waited.
func (s *session) Approve(ctx context.Context, _, id string) (ehrdesk.DepositReceipt, error) {
	if err := s.d.call(ctx, "approve"); err != nil {
		return ehrdesk.DepositReceipt{}, err
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	a, err := s.take("fake.approve", id)
	if err != nil {
		return ehrdesk.DepositReceipt{}, err
	}
	r := ehrdesk.DepositReceipt{ID: id, State: ehrdesk.DepositSent, At: s.d.now(), Written: writtenOf(a.Deposit), Form: a.Deposit.Form, Title: a.Deposit.Title, By: a.By}
	if a.Deposit.Request != nil {
		r.Asked = a.Deposit.Request.To
	}
	s.d.wrote.receipts = append([]ehrdesk.DepositReceipt{r}, slices.DeleteFunc(s.d.wrote.receipts, func(o ehrdesk.DepositReceipt) bool { return o.ID == id })...)
	return r, nil
}

// Refuse gives it back to its author.
func (s *session) Refuse(ctx context.Context, _, id, reason string) error {
	if err := s.d.call(ctx, "refuse"); err != nil {
		return err
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	a, err := s.take("fake.refuse", id)
	if err != nil {
		return err
	}
	filled := *a.draft.Filled
	filled.Refusal, filled.Refuser = strings.TrimSpace(reason), s.a.Name
	a.draft.Filled = &filled
	s.d.Drafted = append([]ehrdesk.Draft{a.draft}, s.d.Drafted...)
	s.d.wrote.receipts = slices.DeleteFunc(s.d.wrote.receipts, func(o ehrdesk.DepositReceipt) bool { return o.ID == id })
	return nil
}

var _ ehrdesk.Writing = (*session)(nil)
