package signin

import (
	"cmp"
	"net/http"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/enrolled"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/standing"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// A provider's User Administrator sees to the accounts of their own provider, from a desk:
// who has one, until when, on which desks. Their provider is that of their token, and no
// request names another. What the operator has ended they do not take back, nor do they
// touch their own account. An officer watches them: whatever an officer signs in by is the
// operator's.

// administrator refuses whoever administers no accounts, and writes that down.
func administrator(tx *store.Tx, who *store.Account, doing string) error {
	if err := standing.Check(tx, who); err != nil {
		return err
	}
	if now := tx.Accounts.Get(who.HCP, who.Staff); now == nil || !now.Administrator { // as it is now, and not as the session began
		f := refusal.RoleMayNot()
		accesslog.Add(tx, accesslog.Event{Action: ehrdesk.AuditOperate, Who: who, What: doing, Outcome: f.Code()})
		return f.Kept()
	}
	return nil
}

// accountList is the accounts of the administrator's provider, with the keys of each, and
// which documents the provider has shown.
func (s *SignIn) accountList(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	var out rest.List
	err := s.store.Write(r.Context(), func(tx *store.Tx) error {
		out = nil
		if err := administrator(tx, who, "account.list"); err != nil {
			return err
		}
		keys := map[string]rest.List{}
		err := tx.Desks.EachKey(who.HCP, func(k *store.DeskKey) error {
			if k.Ended == 0 {
				parts := rest.List{rest.Param("key", "valueString", k.Client), rest.Param("since", "valueInstant", rest.Instant(k.Since)), rest.Param("signedIn", "valueBoolean", k.SignedIn)}
				if k.Seen != 0 {
					parts = append(parts, rest.Param("seen", "valueInstant", rest.Instant(k.Seen)))
				}
				keys[k.Staff] = append(keys[k.Staff], rest.Obj{"name": "desk", "part": parts})
			}
			return nil
		})
		for _, a := range tx.Accounts.People(who.HCP) {
			out = append(out, rest.Obj{"name": "account", "part": append(accountParts(tx, &a), keys[a.Staff]...)})
		}
		list := checklist(tx, tx.Accounts.Provider(who.HCP))
		parts := rest.List{rest.Param("known", "valueBoolean", list.Known), rest.Param("establishment", "valueString", list.Establishment)}
		for _, p := range list.Documents {
			parts = append(parts, rest.Part("document", rest.Param("name", "valueString", p.Name), rest.Param("state", "valueCode", p.State)))
		}
		out = append(out, rest.Obj{"name": "checklist", "part": parts})
		accesslog.Add(tx, accesslog.Event{Action: ehrdesk.AuditOperate, Who: who, What: "account.list"})
		return err
	})
	if err != nil {
		return err
	}
	s.rest.FHIR(w, r, http.StatusOK, rest.Obj{"resourceType": "Parameters", "parameter": out})
	return nil
}

// accountParts are an account on the wire.
func accountParts(tx *store.Tx, a *store.Account) rest.List {
	state := accountState(tx, a)
	out := rest.List{rest.Param("staff", "valueString", a.Staff), rest.Param("name", "valueString", a.Name), rest.Param("role", "valueCode", string(a.Role)), rest.Param("state", "valueCode", state.State)}
	if a.Administrator {
		out = append(out, rest.Param("administrator", "valueBoolean", true))
	}
	for _, e := range state.Ends {
		parts := rest.List{rest.Param("what", "valueCode", string(e.Of)), rest.Param("since", "valueInstant", rest.Stamp(e.Since))}
		if !e.Until.IsZero() {
			parts = append(parts, rest.Param("until", "valueInstant", rest.Stamp(e.Until)))
		}
		if e.Reason != "" {
			parts = append(parts, rest.Param("reason", "valueString", e.Reason))
		}
		out = append(out, rest.Obj{"name": "end", "part": parts})
	}
	return out
}

// administer does what an administrator asks: ends an account or a registration on a day,
// extends it, closes an account, or ends somebody's key on a desk.
func (s *SignIn) administer(_ *http.Request, who *store.Account, in rest.Input) (rest.Act, error) {
	act, staff, desk := in.Get("act").ValueCode, in.Get("staff").ValueString, in.Get("desk").ValueString
	e := Ending{HCP: who.HCP, Staff: staff, End: ehrdesk.End{Of: ehrdesk.EndOf(in.Get("what").ValueCode), Reason: in.Get("reason").ValueString}}
	if text := in.Get("since").ValueInstant; text != "" {
		var err error
		if e.Since, err = time.Parse(time.RFC3339Nano, text); err != nil {
			return nil, refusal.Invalid("since is an instant.")
		}
	}
	return func(tx *store.Tx) (any, error) {
		if err := administrator(tx, who, "administer"); err != nil {
			return nil, err
		}
		if act == "end-desk" {
			d := tx.Desks.Get(desk)
			if d == nil || d.HCP != who.HCP {
				return nil, refusal.NotFound()
			}
			if officers, err := ofOfficer(tx, d); err != nil || officers {
				return nil, cmp.Or(err, officersAccount(tx, who, act, desk))
			}
			if found, err := enrolled.EndDesk(tx, desk); err != nil || !found {
				return nil, cmp.Or[error](err, refusal.NotFound())
			}
			accesslog.Add(tx, accesslog.Event{Action: ehrdesk.AuditOperate, Who: who, What: "desk revoke", Reason: desk})
			return rest.Parameters(rest.Param("ended", "valueString", desk)), nil
		}
		a := tx.Accounts.Get(who.HCP, staff)
		switch {
		case a == nil:
			return nil, refusal.NotFound()
		case staff == who.Staff:
			return nil, refusal.New(http.StatusForbidden, "own-account", "Nobody administers their own account.")
		case a.Role == ehrdesk.Officer:
			return nil, officersAccount(tx, who, act, staff)
		}
		if err := s.administered(tx, who, act, e); err != nil {
			return nil, err
		}
		a = tx.Accounts.Get(who.HCP, staff)
		return rest.Parameters(rest.Obj{"name": "account", "part": accountParts(tx, a)}), nil
	}, nil
}

// ofOfficer is whether a desk's key is an officer's too.
func ofOfficer(tx *store.Tx, d *store.Desk) (found bool, err error) {
	err = tx.Desks.EachKey(d.HCP, func(k *store.DeskKey) error {
		found = found || k.Client == d.Client && k.Ended == 0 && k.Role == ehrdesk.Officer
		return nil
	})
	return found, err
}

// officersAccount refuses to put an officer out, and has an officer read of it.
func officersAccount(tx *store.Tx, who *store.Account, act, of string) error {
	f := refusal.New(http.StatusForbidden, "officer-account", "An officer's account and desks are the operator's to end.")
	accesslog.Add(tx, accesslog.Event{Action: ehrdesk.AuditOperate, Who: who, What: "administer", Reason: act + " " + of, Outcome: f.Code(), Marks: []string{accesslog.MarkOfficer}})
	return f.Kept()
}

func (s *SignIn) administered(tx *store.Tx, who *store.Account, act string, e Ending) error {
	switch act {
	case "expire":
		_, err := setEnd(tx, who, e, true)
		return refusal.OnWire(err)
	case "extend":
		return extend(tx, who, e)
	case "close":
		if err := enrolled.Close(tx, e.HCP, e.Staff); err != nil {
			return err
		}
		accesslog.Add(tx, accesslog.Event{Action: ehrdesk.AuditOperate, Who: who, What: "account close", Reason: e.Staff})
		return nil
	}
	return refusal.Invalid("There is no such act.")
}

// extend has something end on another day, or not at all. What would change nothing is
// refused, since the operator's ends stay: whoever is told that it is done believes that its
// person may go on.
func extend(tx *store.Tx, who *store.Account, e Ending) error {
	set := func(own bool) []ehrdesk.End {
		return standing.Coming(tx.Accounts.SetEnds(e.HCP, e.Staff, e.Of, own), tx.Now)
	}
	operators, own := set(false), set(true)
	earlier := func(at time.Time) bool { return len(operators) > 0 && operators[0].Since.Before(at) }
	stays := refusal.New(http.StatusForbidden, "operators-end", "The operator has set an end that stays.")
	switch {
	case tx.Accounts.Get(e.HCP, e.Staff).Closed:
		return refusal.New(http.StatusConflict, "account-closed", "The account is closed: a code opens it.")
	case !e.Since.IsZero() && !e.Since.After(tx.Now):
		return refusal.New(http.StatusUnprocessableEntity, "day-past", "That day is past.")
	case !e.Since.IsZero() && earlier(e.Since):
		return stays
	case !e.Since.IsZero():
		_, err := setEnd(tx, who, e, true)
		return refusal.OnWire(err)
	case len(own) == 0 && len(operators) == 0:
		return refusal.New(http.StatusConflict, "no-end", "Nothing of it has ended or is to end.")
	case len(own) == 0, len(operators) > 0 && !own[0].Since.Before(operators[0].Since):
		return stays
	}
	liftEnd(tx, who, e.HCP, e.Staff, e.Of, true)
	return nil
}
