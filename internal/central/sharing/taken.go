package sharing

import (
	"errors"
	"time"

	json "github.com/go-json-experiment/json/v1"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// taken is how a consent was taken, as it is kept with it: which notices were read and when, and
// the date on the form.
func (a *act) taken() (string, error) {
	b, err := json.Marshal(store.Taken{Versions: a.notices, Read: rest.Stamp(a.readAt), Signed: a.signed.String()})
	return string(b), err
}

// signable is whether the form can have been signed when it says. A form of before the patient's
// withdrawal gives no consent again, and one that withdraws a consent is not older than that.
func (a *act) signable(now time.Time, record ehrdesk.Patient, con store.Consent) error {
	notBefore := []ehrdesk.When{record.Born}
	switch {
	case a.op == ehrdesk.AuditRevoke:
		notBefore = append(notBefore, ehrdesk.At(con.Since))
	case con.State == ehrdesk.ConsentWithdrawn && !con.Ended.IsZero():
		notBefore = append(notBefore, ehrdesk.At(con.Ended))
	}
	err := ehrdesk.CheckSigned(a.signed, now.Add(clockAhead), notBefore...)
	switch {
	case errors.Is(err, ehrdesk.ErrSignedAhead):
		return refusal.New(422, "form-dated-ahead", "The form is dated after today.")
	case err != nil:
		return refusal.New(422, "form-dated-before", "The form is dated before it could be signed, or before what it would undo.")
	}
	return nil
}
