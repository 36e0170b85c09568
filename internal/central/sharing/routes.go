package sharing

import (
	"net/http"
	"net/url"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

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
			return s.counted(ehrdesk.AuditFind, func(w http.ResponseWriter, r *http.Request, who *store.Account) error {
				return s.lookUp(w, r, who, form)
			})(w, r, who)
		},
		"GET /fhir/$consent-offer":                    s.offer,
		"GET /fhir/$expiring-consents":                s.expiring,
		"POST /fhir/$card-nonce":                      s.operation(s.cardNonce),
		"POST /fhir/Patient/$grant-sharing-consent":   s.counted(ehrdesk.AuditGrant, s.act(ehrdesk.AuditGrant)),
		"POST /fhir/Patient/$registration":            s.counted(ehrdesk.AuditFind, s.operation(s.registration)),
		"POST /fhir/Patient/$verify-identity":         s.counted(auditVerify, s.act(auditVerify)),
		"POST /fhir/Patient/$revoke-sharing-consent":  s.counted(ehrdesk.AuditRevoke, s.act(ehrdesk.AuditRevoke)),
		"POST /fhir/Patient/{id}/$open":               s.operation(s.open),
		"POST /fhir/Patient/{id}/$send-one-time-code": s.operation(s.sendCode),
		"POST /fhir/Patient/{id}/$release-restricted": s.operation(s.release),
		"POST /fhir/Patient/{id}/$end-release":        s.operation(s.endRelease),
	}
}
