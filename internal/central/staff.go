package central

import (
	"net/http"

	"github.com/ehrdesk/ehrdesk"
)

// staffList is the asking provider's accounts. An open one comes with the keys its
// person is enrolled by: a desk gives its own keys to nobody else. A closed one
// says so, and a desk takes its keys back.
func (s *server) staffList(w http.ResponseWriter, r *http.Request, who *token) error {
	var out list
	err := s.c.read(r.Context(), func(q *tx) error {
		var person obj
		var parts list
		put := func() {
			if person != nil {
				person["part"] = parts
				out = append(out, person)
			}
		}
		last := ""
		err := q.rows(`SELECT a.staff, a.name, a.role, coalesce(p.jwk, ''), a.closed FROM account a
			LEFT JOIN desk d ON d.hcp = a.hcp LEFT JOIN person p ON p.client = d.client AND p.staff = a.staff
			WHERE a.hcp = ? ORDER BY a.staff`, []any{who.hcp}, func(scan func(...any) error) error {
			var staff, name string
			var role ehrdesk.Profession
			var jwk []byte
			var closed bool
			if err := scan(&staff, &name, &role, &jwk, &closed); err != nil {
				return err
			}
			if person == nil || staff != last {
				put()
				last, person = staff, obj{"name": "staff"}
				parts = list{param("staff", "valueString", staff), param("name", "valueString", name), param("role", "valueCode", string(role))}
			}
			if closed {
				if len(parts) == 3 {
					parts = append(parts, param("closed", "valueBoolean", true))
				}
				return nil
			}
			if len(jwk) > 0 {
				parts = append(parts, param("key", "valueString", string(jwk)))
			}
			return nil
		})
		put()
		return err
	})
	if err != nil {
		return err
	}
	s.fhir(w, r, http.StatusOK, obj{"resourceType": "Parameters", "parameter": out})
	return nil
}
