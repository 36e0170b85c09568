package signin

import (
	"net/http"

	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// Routes are what a desk signed in may ask for.
func (s *SignIn) Routes() map[string]rest.Handler {
	return map[string]rest.Handler{"GET /fhir/$staff": s.staffList, "GET /fhir/$accounts": s.accountList,
		"POST /fhir/$administer": s.rest.Operation(s.store, rest.MaxInput, s.administer)}
}

// Open are the routes that need no token.
func (s *SignIn) Open() map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"GET /fhir/.well-known/smart-configuration": s.smartConfiguration,
		"POST /fhir/enrol":                          s.enrol,
		"POST /fhir/token":                          s.token,
		"POST /fhir/revoke":                         s.revoke,
	}
}

// staffList is the asking provider's accounts. An open one comes with the keys its
// person is enrolled by: a desk gives its own keys to nobody else. A closed one
// says so, and a desk takes its keys back.
func (s *SignIn) staffList(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	var out rest.List
	err := s.store.Read(r.Context(), func(tx *store.Tx) error {
		var person rest.Obj
		var parts rest.List
		put := func() {
			if person != nil {
				person["part"] = parts
				out = append(out, person)
			}
		}
		last := ""
		err := tx.Accounts.Staff(who.HCP, func(k *store.StaffKey) error {
			if person == nil || k.Staff != last {
				put()
				last, person = k.Staff, rest.Obj{"name": "staff"}
				parts = rest.List{rest.Param("staff", "valueString", k.Staff), rest.Param("name", "valueString", k.Name), rest.Param("role", "valueCode", string(k.Role))}
			}
			if k.Closed {
				if len(parts) == 3 {
					parts = append(parts, rest.Param("closed", "valueBoolean", true))
				}
				return nil
			}
			if k.Key != "" {
				parts = append(parts, rest.Param("key", "valueString", k.Key))
			}
			return nil
		})
		put()
		return err
	})
	if err != nil {
		return err
	}
	s.rest.FHIR(w, r, http.StatusOK, rest.Obj{"resourceType": "Parameters", "parameter": out})
	return nil
}
