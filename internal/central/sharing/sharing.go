// Package sharing is the sharing consent: what may be put to a patient, a consent given,
// renewed and withdrawn at a desk or by the patient, what it rests on (a card, an Access
// Key, a form, a one-time code), an identity verified, the leave to see restricted
// records, and what the desk and the operator are told of all that. An act counts once
// by its request id, is written down whatever comes of it, and is told to the patient.
package sharing

import (
	"net/http"
	"net/url"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/registry"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// Charts is what a corrected Patient is put into.
type Charts interface {
	// PutPatient stores the bytes of a Patient as a new version where they differ.
	PutPatient(tx *store.Tx, patient string, raw []byte, source string) error
}

// Sharing is the consents of a store, for desks.
type Sharing struct {
	rest         *rest.Server
	store        store.Store
	keys         *registry.Keys
	charts       Charts
	recordsAfter time.Duration // how long records take to flow once an identity is verified
}

// New is the sharing of a store.
func New(rest *rest.Server, store store.Store, keys *registry.Keys, charts Charts, recordsAfter time.Duration) *Sharing {
	return &Sharing{rest, store, keys, charts, recordsAfter}
}

// Routes are what a desk signed in may ask for. search answers what asks for a Patient
// and is no look-up by identifier.
func (s *Sharing) Routes(search func(w http.ResponseWriter, r *http.Request, who *store.Account, form url.Values) error) map[string]rest.Handler {
	return map[string]rest.Handler{
		"POST /fhir/Patient/_search": func(w http.ResponseWriter, r *http.Request, who *store.Account) error {
			form, err := rest.Form(w, r)
			if err != nil {
				return err
			}
			if !form.Has("identifier") {
				return search(w, r, who, form)
			}
			return s.lookUp(w, r, who, form)
		},
		"GET /fhir/$consent-offer":                    s.offer,
		"GET /fhir/$expiring-consents":                s.expiring,
		"POST /fhir/$card-nonce":                      s.operation(s.cardNonce),
		"POST /fhir/Patient/$grant-sharing-consent":   s.act(ehrdesk.AuditGrant),
		"POST /fhir/Patient/$registration":            s.operation(s.registration),
		"POST /fhir/Patient/$verify-identity":         s.act(auditVerify),
		"POST /fhir/Patient/$revoke-sharing-consent":  s.act(ehrdesk.AuditRevoke),
		"POST /fhir/Patient/{id}/$open":               s.operation(s.open),
		"POST /fhir/Patient/{id}/$send-one-time-code": s.operation(s.sendCode),
		"POST /fhir/Patient/{id}/$release-restricted": s.operation(s.release),
		"POST /fhir/Patient/{id}/$end-release":        s.operation(s.endRelease),
	}
}

func (s *Sharing) operation(op func(r *http.Request, who *store.Account, in rest.Input) (rest.Act, error)) rest.Handler {
	return s.rest.Operation(s.store, rest.MaxInput, op)
}
