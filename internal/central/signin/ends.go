package signin

import (
	"cmp"
	"context"
	"time"
	"unicode/utf8"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/standing"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// Ending is an end that somebody sets, or takes back.
type Ending struct {
	HCP, Staff string // of the provider itself where Staff is ""
	ehrdesk.End
}

// maxReason is how long a reason may be, in characters.
const maxReason = 200

// SetEnd is that and when something of an account or a provider ends, from Since on, as by
// decides: in the place of an end of the same kind that was set before. A Since that is zero
// is now. It counts at once, in every process and for sessions that are open, and who asked
// after it is told. What was deposited stays, and is read by others as before.
// It gives the end as it stands. Errors: CodeInvalid, CodeNotFound.
func (a *Accounts) SetEnd(ctx context.Context, by string, e Ending) (Ending, error) {
	err := a.store.Write(ctx, func(tx *store.Tx) (err error) {
		e, err = setEnd(tx, &store.Account{Staff: by, HCP: e.HCP}, e, false)
		return err
	})
	return e, err
}

// setEnd is SetEnd by somebody, in a transaction; own says that they administer the provider's
// accounts, and what the operator has set stays beside it.
func setEnd(tx *store.Tx, by *store.Account, e Ending, own bool) (Ending, error) {
	const op = "end"
	e.Reason = ehrdesk.CleanLine(e.Reason)
	switch {
	case !e.Of.Valid() || e.Of.OfProvider() != (e.Staff == ""):
		return e, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "there is no such end")
	case utf8.RuneCountInString(e.Reason) > maxReason:
		return e, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a reason has at most 200 characters")
	}
	if err := there(tx, op, e); err != nil {
		return e, err
	}
	if e.Since.IsZero() {
		e.Since = tx.Now
	}
	e.Since, e.Until = e.Since.UTC().Truncate(time.Microsecond), e.Until.UTC() // as it is kept
	if !e.Until.IsZero() && !e.Until.After(e.Since) {
		return e, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "what is to be in force again is so after it has ended")
	}
	tx.Accounts.LiftEnd(e.HCP, e.Staff, e.Of, own)
	tx.Accounts.AddEnd(e.HCP, e.Staff, e.End, own)
	words := string(e.Of) + " of " + cmp.Or(e.Staff, "the provider") + " ends " + day(e.Since)
	if !e.Until.IsZero() {
		words += " until " + day(e.Until)
	}
	if e.Reason != "" {
		words += ": " + e.Reason
	}
	accesslog.Add(tx, accesslog.Event{Action: ehrdesk.AuditOperate, Who: by, What: "end", Reason: words})
	return e, nil
}

// LiftEnd takes back the ends of some kinds, of an account or of a provider, as by decides:
// what had ended is as before at once. Errors: CodeNotFound where none of them was set.
func (a *Accounts) LiftEnd(ctx context.Context, by, hcp, staff string, kinds ...ehrdesk.EndOf) error {
	const op = "resume"
	return a.store.Write(ctx, func(tx *store.Tx) error {
		if err := there(tx, op, Ending{HCP: hcp, Staff: staff}); err != nil { // a provider's, where staff is ""
			return err
		}
		found := false
		for _, of := range kinds {
			found = liftEnd(tx, &store.Account{Staff: by, HCP: hcp}, hcp, staff, of, false) || found
		}
		if !found {
			return ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "nothing of it has ended or is to end")
		}
		return nil
	})
}

func liftEnd(tx *store.Tx, by *store.Account, hcp, staff string, of ehrdesk.EndOf, own bool) (found bool) {
	if found = tx.Accounts.LiftEnd(hcp, staff, of, own); found {
		accesslog.Add(tx, accesslog.Event{Action: ehrdesk.AuditOperate, Who: by, What: "resume", Reason: string(of) + " of " + cmp.Or(staff, "the provider") + " no longer ends"})
	}
	return found
}

// SetAdministrator is whether somebody administers the accounts of their provider.
// Errors: CodeNotFound.
func (a *Accounts) SetAdministrator(ctx context.Context, by, hcp, staff string, on bool) error {
	const op = "account.administrator"
	return a.store.Write(ctx, func(tx *store.Tx) error {
		if err := there(tx, op, Ending{HCP: hcp, Staff: staff}); err != nil {
			return err
		}
		tx.Accounts.SetAdministrator(hcp, staff, on)
		words := staff + " is User Administrator"
		if !on {
			words += " no more"
		}
		accesslog.Add(tx, accesslog.Event{Action: ehrdesk.AuditOperate, Who: &store.Account{Staff: by, HCP: hcp}, What: op, Reason: words})
		return nil
	})
}

// there is whether an account, or a provider, is registered. Errors: CodeNotFound, CodeInvalid
// for the professional registration of who is no professional.
func there(tx *store.Tx, op string, e Ending) error {
	if e.Staff == "" {
		_, err := provider(tx, op, e.HCP)
		return err
	}
	switch who := tx.Accounts.Get(e.HCP, e.Staff); {
	case who == nil:
		return ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "no such account")
	case e.Of == ehrdesk.RegistrationEnds && !who.Role.Clinical():
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "this account is of nobody with a professional registration")
	}
	return nil
}

func day(t time.Time) string { return t.In(accesslog.HongKong).Format("2006-01-02 15:04") }

// The states of an account and a provider, beside the ends of a provider.
const (
	Active       = "active"
	Closed       = "closed"             // an account, until a new code is given
	Ended        = "ended"              // an account that was for a time
	Unregistered = "registration-ended" // its person is registered for their profession no more
)

// HCPState is how a provider stands.
type HCPState struct {
	ID      string        `json:"id"`
	Name    string        `json:"name"`
	Chinese string        `json:"chinese,omitempty"`
	Kind    string        `json:"kind,omitempty"`
	State   string        `json:"state"` // active, suspended, withdrawn, lapsed
	Ends    []ehrdesk.End `json:"ends,omitempty"`
}

// AccountState is how an account stands.
type AccountState struct {
	HCP           string        `json:"hcp"`
	Staff         string        `json:"staff"`
	Name          string        `json:"name"`
	Role          string        `json:"role"`
	Administrator bool          `json:"user_administrator,omitempty"`
	State         string        `json:"state"` // active, closed, ended, registration-ended, or that of the provider
	Ends          []ehrdesk.End `json:"ends,omitempty"`
}

// ProviderStates calls each for every provider with what has ended of it, or is to end.
func (a *Accounts) ProviderStates(ctx context.Context, each func(HCPState) error) error {
	return store.Listed(ctx, a.store, func(tx *store.Tx, found func(HCPState) error) error {
		for _, h := range tx.Accounts.Providers() {
			ends := standing.Coming(tx.Accounts.Ends(h.ID, ""), tx.Now)
			if err := found(HCPState{h.ID, h.Name, h.Chinese, h.Kind, state(ends, tx.Now), ends}); err != nil {
				return err
			}
		}
		return nil
	}, each)
}

// AccountStates calls each for every account of a provider, of all where hcp is "". The ends of its
// provider are among an account's. within is in how many days something of it ends, or has
// ended already; 0 for all accounts.
func (a *Accounts) AccountStates(ctx context.Context, hcp string, within int, each func(AccountState) error) error {
	return store.Listed(ctx, a.store, func(tx *store.Tx, found func(AccountState) error) error {
		if hcp != "" {
			if _, err := provider(tx, "account.list", hcp); err != nil {
				return err
			}
		}
		for _, w := range tx.Accounts.People(hcp) {
			s := accountState(tx, &w)
			if within > 0 && s.State == Active && ehrdesk.EndWithin(s.Ends, tx.Now, within) == nil {
				continue
			}
			if err := found(s); err != nil {
				return err
			}
		}
		return nil
	}, each)
}

func accountState(tx *store.Tx, w *store.Account) AccountState {
	ends := standing.Coming(tx.Accounts.Ends(w.HCP, w.Staff), tx.Now)
	s := AccountState{w.HCP, w.Staff, w.Name, string(w.Role), w.Administrator, state(ends, tx.Now), ends}
	if w.Closed {
		s.State = Closed
	}
	return s
}

func state(ends []ehrdesk.End, now time.Time) string {
	switch e := ehrdesk.EndInForce(ends, now); {
	case e == nil:
		return Active
	case e.Of == ehrdesk.AccountEnds:
		return Ended
	case e.Of == ehrdesk.RegistrationEnds:
		return Unregistered
	default:
		return string(e.Of)
	}
}
