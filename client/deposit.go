package client

import (
	"context"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/internal/acts"
	"github.com/ehrdesk/ehrdesk/internal/outgoing"
)

// depositing is what a session writes into shared records.
type depositing struct{ s *Session }

// PrepareDeposit says what of a Bundle would leave. The patient is looked up by the number in it.
func (w *depositing) PrepareDeposit(ctx context.Context, bundle []byte) (ehrdesk.Deposit, error) {
	const op = "deposit"
	s := w.s
	if !s.Account().Role.Clinical() {
		return ehrdesk.Deposit{}, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "records are deposited by who treats the patient")
	}
	if as[acts.Depository](s.centre) == nil {
		return ehrdesk.Deposit{}, ehrdesk.E(op, ehrdesk.CodeDenied, ehrdesk.ErrServerTakesNone)
	}
	b, err := outgoing.Read(bundle)
	if err != nil {
		return ehrdesk.Deposit{}, err
	}
	f, err := s.Find(ctx, b.Number)
	switch {
	case err != nil:
		return ehrdesk.Deposit{}, ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	case f.NoDeposit != "":
		return ehrdesk.Deposit{}, ehrdesk.E(op, ehrdesk.CodeDenied, f.NoDeposit.DepositError())
	case !f.MayDeposit():
		return ehrdesk.Deposit{}, ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "the patient is not registered in eHealth: nothing can be deposited")
	case !b.Same(f.Patient, s.sitting.Now()):
		return ehrdesk.Deposit{}, ehrdesk.Errorf(op, ehrdesk.CodeConflict, "the Bundle's Patient and the person of that number have different dates of birth")
	}
	records, left, err := b.Prepare(f.Patient.ID, s.Account().Provider)
	if err != nil {
		return ehrdesk.Deposit{}, err
	}
	return ehrdesk.Deposit{ID: uuid.NewString(), Patient: f.Patient, Records: records, LeftOut: left, Digest: outgoing.Digest(records)}, nil
}

// Deposit signs the records with the key that the person is enrolled with, and sends them.
func (w *depositing) Deposit(ctx context.Context, d ehrdesk.Deposit) (ehrdesk.DepositReceipt, error) {
	const op = "deposit"
	s := w.s
	defer s.sitting.Idle.Work()()
	if d.ID == "" || d.Patient.ID == "" || len(d.Records) == 0 || d.Digest != outgoing.Digest(d.Records) {
		return ehrdesk.DepositReceipt{}, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "what is deposited has to be prepared first")
	}
	by, err := s.forming.signatory(op, s.sitting.Now())
	if err != nil {
		return ehrdesk.DepositReceipt{}, err
	}
	transaction, n, err := outgoing.Transaction(d.Records, outgoing.Made{}, by)
	if err != nil {
		return ehrdesk.DepositReceipt{}, err
	}
	return acts.Deposit(ctx, s.acts, d, transaction, n)
}
