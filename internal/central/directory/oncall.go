package directory

import (
	"errors"
	"net/http"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/enrolled"
	"github.com/ehrdesk/ehrdesk/internal/central/limits"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/standing"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/sealed"
)

// apart is how far a desk's clock may be from ours.
const apart = 5 * time.Minute

// mostStatement is how many bytes bring a statement.
const mostStatement = 16 << 10

// onCall is what somebody said of whether they are on call, for their role; nil where they have said nothing that counts now. That they
// are not any more is told for as long as what they said before could be taken for true.
func onCall(o store.OnCall, now time.Time) any {
	if o.Signed == "" || !now.Before(store.Time(o.At).Add(sealed.MostOnCall)) {
		return nil
	}
	parts := rest.List{rest.Obj{"url": "statement", "valueString": o.Signed}}
	if now.Before(store.Time(o.Until)) {
		parts = append(parts, rest.Obj{"url": "until", "valueInstant": rest.Instant(o.Until)})
	}
	return rest.Obj{"url": ehrdesk.ExtensionPrefix + "on-call", "extension": parts}
}

// call takes what somebody says of whether they are on call: by them, of now, and later than what they said before.
func (d *Directory) call(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	in, err := rest.ReadInput(w, r, mostStatement)
	if err != nil {
		return err
	}
	signed := in.Get("statement").ValueString
	err = d.store.Write(r.Context(), func(tx *store.Tx) error { return takeCall(tx, who, signed) })
	if f, refused := refusal.As(err); refused && !f.Keep {
		return errors.Join(err, d.store.Write(r.Context(), func(tx *store.Tx) error {
			accesslog.Add(tx, accesslog.Event{Action: ehrdesk.AuditUpdate, Who: who, What: "on-call", Outcome: f.Code()})
			return nil
		}))
	}
	if err != nil {
		return err
	}
	d.rest.FHIR(w, r, http.StatusOK, rest.Parameters(rest.Param("kept", "valueBoolean", true)))
	return nil
}

func takeCall(tx *store.Tx, who *store.Account, signed string) error {
	if !who.Role.Clinical() {
		return refusal.RoleMayNot()
	}
	if err := standing.Check(tx, who); err != nil {
		return err
	}
	if _, err := limits.Spend(tx, &limits.OnCall, who, ehrdesk.AuditUpdate); err != nil {
		return err
	}
	one, err := enrolled.KeyOf(tx, who)
	if err != nil {
		return err
	}
	o, err := sealed.ReadOnCall(signed, one)
	if err != nil {
		return enrolled.Unsigned(err)
	}
	if o.At.Sub(tx.Now).Abs() > apart {
		return refusal.Invalid("That somebody is on call is said as it is signed.")
	}
	for _, had := range tx.Accounts.Directory().OnCall() {
		if had.HCP != who.HCP || had.Staff != who.Staff {
			continue
		}
		if had.Signed == signed {
			return nil
		}
		if o.At.UnixMicro() <= had.At {
			return refusal.New(http.StatusConflict, "", "Who asks has said something later.")
		}
	}
	tx.Accounts.Directory().SetOnCall(&store.OnCall{HCP: who.HCP, Staff: who.Staff, At: o.At.UnixMicro(), Until: o.Until.UnixMicro(), Signed: signed})
	reason := "on"
	if !o.Until.After(o.At) {
		reason = "off"
	}
	accesslog.Add(tx, accesslog.Event{Action: ehrdesk.AuditUpdate, Who: who, What: "on-call", Reason: reason})
	return nil
}
