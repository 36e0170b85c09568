package sharing

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"time"

	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/google/uuid"
)

// nonceLife is how long a patient may take from the card's being asked for to
// the act's being sent.
const nonceLife = 5 * time.Minute

// cardNonce gives the centre's part of the challenge for one act. Another call
// for the same act replaces it: the answer that a card gave before is then for
// nothing.
func (s *Sharing) cardNonce(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	in, err := rest.ReadInput(w, r)
	if err != nil {
		return err
	}
	request, err := uuid.Parse(in.Get("requestId").ValueUUID)
	if err != nil {
		return refusal.Invalid("A nonce is for one act, named by its requestId, a UUID.")
	}
	if !mayTakeConsent(who) {
		return refusal.RoleMayNot()
	}
	nonce := make([]byte, 32)
	rand.Read(nonce)
	var expires time.Time
	err = s.store.Write(r.Context(), func(tx *store.Tx) error {
		expires = tx.Now.Add(nonceLife)
		return tx.Cards.SetNonce(who.HCP, request.String(), nonce, expires)
	})
	if err != nil {
		return err
	}
	s.rest.FHIR(w, r, http.StatusOK, rest.Parameters(
		rest.Param("nonce", "valueBase64Binary", base64.StdEncoding.EncodeToString(nonce)), rest.Param("expires", "valueInstant", rest.Stamp(expires))))
	return nil
}

// mayTakeConsent: every profession of the table, the front desk among them.
func mayTakeConsent(who *store.Account) bool { return who.Role.Valid() }

// spendNonce takes the nonce of an act out of the store. ok is false where there
// is none, or its time is over.
func spendNonce(tx *store.Tx, hcp, request string) (nonce [32]byte, ok bool, err error) {
	b, expires, err := tx.Cards.TakeNonce(hcp, request)
	return nonce, err == nil && copy(nonce[:], b) == len(nonce) && tx.Now.UnixMicro() < expires, err
}
