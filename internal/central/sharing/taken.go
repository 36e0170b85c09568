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
	b, err := json.Marshal(store.Taken{Versions: a.notices, Read: rest.Stamp(a.readAt), Telephone: a.telephone, CannotAct: a.giver.CannotAct, Signed: a.signed.String()})
	return string(b), err
}

// mayTelephone is whether the act is one that is taken from a patient on the telephone: a consent,
// by the patient's own Access Key, once who they are has been asked. Of anybody who acts for
// another a document has to be seen, and a desk that says it has seen one says what cannot be.
func (a *act) mayTelephone() error {
	switch {
	case a.op != ehrdesk.AuditGrant || a.channel != ehrdesk.ByAccessKey || a.giver.Kind != ehrdesk.SelfGiver:
		return refusal.New(422, "not-by-telephone", "By telephone the patient alone consents, with the Access Key.")
	case a.sighted:
		return refusal.Invalid("A document is not sighted by telephone.")
	case !a.asked:
		return refusal.New(422, "identity-not-asked", "Who is on the telephone is to be asked first.")
	}
	return nil
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
	if a.first != nil && con.State == ehrdesk.ConsentWithdrawn && con.Ended.After(a.first.at) { // approved late
		return refusal.New(422, "form-dated-before", "The consent was taken before the patient's withdrawal.")
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
