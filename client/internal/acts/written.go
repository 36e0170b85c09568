package acts

import (
	"context"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/internal/copies"
)

// askedOf is a provider that is asked something, as it is kept.
type askedOf struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// TakeWritten keeps a request that was written by a form for the centre, and sends what waits: as a deposit of records is kept and
// sent, and its receipt is among theirs. The request, its first step and the deposit have one id.
func (q Requests) TakeWritten(ctx context.Context, d ehrdesk.Deposit, r ehrdesk.Request) (ehrdesk.DepositReceipt, error) {
	kept := deposit{Request: d.ID, Patient: copies.Save(d.Patient), Staff: q.s.Self.Account().Staff, At: q.s.Now(), By: depositedBy{d.Form, d.Title, d.Why, d.By}, Asked: askedOf(r.To)}
	if err := q.take(ctx, r, kept.By); err != nil {
		return ehrdesk.DepositReceipt{}, err
	}
	return depositReceipt(context.WithoutCancel(ctx), q.s, &kept)
}

// waiting is a request that was written by a form as it stands among what was written: it waits. Nil for another.
func (s *requestStep) waiting() *deposit {
	if s == nil || s.By.Form == "" {
		return nil
	}
	r, err := s.request()
	if err != nil {
		return nil
	}
	return s.deposit(r.To)
}

func (s *requestStep) deposit(to ehrdesk.RequestParty) *deposit {
	return &deposit{Request: s.Step, Patient: s.About, Staff: s.Staff, At: s.At, By: s.By, Asked: askedOf(to)}
}

// answered is what became of it.
func (s *requestStep) answered(to ehrdesk.RequestParty, code ehrdesk.Code) *deposit {
	d := s.deposit(to)
	d.State, d.Why = string(ehrdesk.DepositSent), code
	if code != "" {
		d.State = string(ehrdesk.DepositRefused)
	}
	return d
}
