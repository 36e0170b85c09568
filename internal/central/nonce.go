package central

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"time"

	"github.com/google/uuid"
)

// nonceLife is how long a patient may take from the card's being asked for to
// the act's being sent.
const nonceLife = 5 * time.Minute

// cardNonce gives the centre's part of the challenge for one act. Another call
// for the same act replaces it: the answer that a card gave before is then for
// nothing.
func (s *server) cardNonce(w http.ResponseWriter, r *http.Request, who *token) error {
	in, err := s.input(w, r)
	if err != nil {
		return err
	}
	request, err := uuid.Parse(in.get("requestId").ValueUUID)
	if err != nil {
		return invalid("A nonce is for one act, named by its requestId, a UUID.")
	}
	if !mayTakeConsent(who) {
		return roleMayNot()
	}
	nonce := make([]byte, 32)
	rand.Read(nonce)
	var expires time.Time
	err = s.c.write(r.Context(), func(q *tx) error {
		expires = q.now.Add(nonceLife)
		if err := q.exec("DELETE FROM card_nonce WHERE expires <= ?", q.now.UnixMicro()); err != nil {
			return err
		}
		return q.exec("INSERT OR REPLACE INTO card_nonce (hcp, request, nonce, expires) VALUES (?,?,?,?)", who.hcp, request.String(), nonce, expires.UnixMicro())
	})
	if err != nil {
		return err
	}
	s.fhir(w, r, http.StatusOK, parameters(
		param("nonce", "valueBase64Binary", base64.StdEncoding.EncodeToString(nonce)), param("expires", "valueInstant", stamp(expires))))
	return nil
}

// mayTakeConsent: every profession of the table, the front desk among them.
func mayTakeConsent(who *token) bool { return who.role.Valid() }

// spendNonce takes the nonce of an act out of the store. ok is false where there
// is none, or its time is over.
func (q *tx) spendNonce(hcp, request string) (nonce [32]byte, ok bool, err error) {
	var b []byte
	var expires int64
	found, err := q.row("SELECT nonce, expires FROM card_nonce WHERE hcp = ? AND request = ?", []any{hcp, request}, &b, &expires)
	if err != nil || !found {
		return nonce, false, err
	}
	if err := q.exec("DELETE FROM card_nonce WHERE hcp = ? AND request = ?", hcp, request); err != nil {
		return nonce, false, err
	}
	return nonce, copy(nonce[:], b) == len(nonce) && q.now.UnixMicro() < expires, nil
}
