package signin

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"encoding/base64"
	"errors"
	"net/http"

	json "github.com/go-json-experiment/json/v1"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/enrolled"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/go-jose/go-jose/v4"
	"github.com/google/uuid"
)

type enrolment struct {
	Code      string          `json:"activation_code"`
	Staff     string          `json:"staff"`
	HCP       string          `json:"hcp"` // the provider that the code is of, where it is known
	Install   string          `json:"install"`
	DeskKey   json.RawMessage `json:"desk_key"`
	PersonKey json.RawMessage `json:"person_key"`
	Check     bool            `json:"check"` // whose code it is, without using it
}

// enrol registers a desk and a person's key on it against an activation code.
// A new code for somebody enrolled on this desk with another key replaces that
// key: it is how a forgotten passphrase is put right.
func (s *SignIn) enrol(w http.ResponseWriter, r *http.Request) {
	var in enrolment
	body, err := rest.Body(w, r, 64<<10)
	if err != nil {
		s.rest.Fail(w, r, err)
		return
	}
	if json.Unmarshal(body, &in) != nil {
		s.rest.OAuth(w, http.StatusBadRequest, "invalid_request")
		return
	}
	if in.Check {
		s.codeOf(w, r, in)
		return
	}
	deskKey, deskPrint, err1 := publicKey(in.DeskKey)
	personKey, personPrint, err2 := publicKey(in.PersonKey)
	if err1 != nil || err2 != nil || deskPrint == personPrint || !rest.IsCode(in.Staff) || len(in.Install) > 128 {
		s.rest.OAuth(w, http.StatusBadRequest, "invalid_request")
		return
	}
	var answer map[string]any
	status, word := http.StatusForbidden, "invalid_code"
	var ended *ehrdesk.End
	matters := false // whoever only guesses is told so beside the one writing transaction
	err = s.store.Read(r.Context(), func(tx *store.Tx) error { matters = spendable(tx, &in) != "" || counts(tx, &in); return nil })
	switch {
	case err != nil:
		s.rest.Fail(w, r, err)
		return
	case !matters:
		s.rest.OAuth(w, status, word)
		return
	}
	err = s.store.Write(r.Context(), func(tx *store.Tx) error {
		status, word = http.StatusForbidden, "invalid_code"
		hcp := tried(tx, &in)
		if hcp == "" {
			return nil
		}
		if ended = ehrdesk.EndInForce(tx.Accounts.Ends(hcp, in.Staff), tx.Now); ended != nil { // whoever has the code is told; it stays good
			return nil
		}
		client, err := deskOf(tx, store.Desk{HCP: hcp, Print: deskPrint, Install: in.Install, Key: deskKey})
		if err != nil {
			return err
		}
		had, _, _ := tx.Desks.PersonKey(client, in.Staff)
		if had == personPrint {
			status, word = http.StatusConflict, "already_enrolled"
			return nil
		}
		tx.Accounts.UseCode(codeDigest(in.Code))
		if err := enrolled.Person(tx, hcp, client, in.Staff, personPrint, personKey); err != nil {
			return err
		}
		who := tx.Accounts.Get(hcp, in.Staff)
		if who == nil {
			return store.Err
		}
		who.Client = client
		accesslog.Add(tx, accesslog.Event{Action: ehrdesk.AuditEnrol, Who: who})
		answer = map[string]any{"client_id": client, "staff": who.Staff, "name": who.Name, "role": string(who.Role), "hcp": hcp, "hcp_name": who.Provider.Name, "location": who.Location}
		return nil
	})
	switch {
	case err != nil:
		s.rest.Fail(w, r, err)
	case answer != nil:
		s.rest.JSON(w, http.StatusCreated, answer)
	case ended != nil:
		s.rest.JSON(w, status, map[string]any{"error": "ended", "ended": ended})
	default:
		s.rest.OAuth(w, status, word)
	}
}

// codeOf says which provider a code is of, so that a desk can look whether it could do what
// it is about to use the code for. A wrong one counts as at an enrolment.
func (s *SignIn) codeOf(w http.ResponseWriter, r *http.Request, in enrolment) {
	hcp, wrong, ended := "", false, (*ehrdesk.End)(nil)
	err := s.store.Read(r.Context(), func(tx *store.Tx) error {
		if hcp = spendable(tx, &in); hcp != "" {
			ended = ehrdesk.EndInForce(tx.Accounts.Ends(hcp, in.Staff), tx.Now)
		}
		wrong = hcp == "" && counts(tx, &in)
		return nil
	})
	if err == nil && wrong {
		err = s.store.Write(r.Context(), func(tx *store.Tx) error { tried(tx, &in); return nil })
	}
	switch {
	case err != nil:
		s.rest.Fail(w, r, err)
	case hcp == "":
		s.rest.OAuth(w, http.StatusForbidden, "invalid_code")
	case ended != nil:
		s.rest.JSON(w, http.StatusForbidden, map[string]any{"error": "ended", "ended": ended})
	default:
		s.rest.JSON(w, http.StatusOK, map[string]string{"hcp": hcp})
	}
}

// tried is spendable, and counts a wrong try that names the provider.
func tried(tx *store.Tx, in *enrolment) (hcp string) {
	if hcp = spendable(tx, in); hcp == "" && in.HCP != "" {
		tx.Accounts.WrongCode(in.HCP, in.Staff)
	}
	return hcp
}

// counts is whether a wrong try is counted: it names a provider, and its person has a code
// there that few enough have been tried at.
func counts(tx *store.Tx, in *enrolment) bool {
	return in.HCP != "" && tx.Accounts.CodeOpen(in.HCP, in.Staff, codeMaxTries)
}

// spendable is whose provider a code is of that is good for who enrols, "" for none. That
// one cannot be guessed is owed to its 78 bits. Wrong tries end a code only where they name
// the provider it is of: with a staff id alone, which is often a name, anybody could end
// everybody's codes.
func spendable(tx *store.Tx, in *enrolment) (hcp string) {
	if hcp = tx.Accounts.Code(codeDigest(in.Code), in.Staff, codeMaxTries); in.HCP != "" && hcp != in.HCP {
		return ""
	}
	return hcp
}

func deskOf(tx *store.Tx, d store.Desk) (client string, err error) {
	if client = tx.Desks.ByKey(d.HCP, d.Print); client != "" {
		return client, nil
	}
	d.Client = uuid.NewString()
	return d.Client, enrolled.Desk(tx, &d)
}

// publicKey reads a P-256 public key and gives it back alone, with its
// thumbprint (RFC 7638).
func publicKey(raw json.RawMessage) (jwk []byte, print string, err error) {
	var k jose.JSONWebKey
	if err := k.UnmarshalJSON(raw); err != nil {
		return nil, "", errors.New("not a JWK")
	}
	pub, ok := k.Key.(*ecdsa.PublicKey)
	if !ok || pub.Curve != elliptic.P256() {
		return nil, "", errors.New("not a P-256 public key")
	}
	only := jose.JSONWebKey{Key: pub, Algorithm: string(jose.ES256), Use: "sig"}
	sum, err := only.Thumbprint(crypto.SHA256)
	if err != nil {
		return nil, "", err
	}
	jwk, err = only.MarshalJSON()
	return jwk, base64.RawURLEncoding.EncodeToString(sum), err
}
