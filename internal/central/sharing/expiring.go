package sharing

import (
	"net/http"
	"strconv"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/gate"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/registry"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// expiringPage is how many consents a page of $expiring-consents names.
const expiringPage = 200

// expiring lists the asking provider's active consents that end within some
// days, soonest first, each with the minimal Patient. It is one look-up,
// written down once.
func (s *Sharing) expiring(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	const where = "expiring"
	var cur rest.Cursor
	if page := r.URL.Query().Get("page"); page != "" {
		var err error
		if cur, err = s.rest.Unseal(page, who, where); err != nil {
			return err
		}
	} else {
		days, err := rest.Count(r.URL.Query().Get("days"), renewable, 366)
		if err != nil {
			return err
		}
		cur = rest.Cursor{At: s.rest.Now().UnixMicro(), Count: days}
	}
	if !mayTakeConsent(who) {
		return refusal.RoleMayNot()
	}
	var entries rest.List
	more := false
	err := s.store.Write(r.Context(), func(tx *store.Tx) error {
		entries, more = nil, false
		if cur.After == 0 {
			if err := accesslog.Add(tx, accesslog.Event{Action: ehrdesk.AuditFind, Who: who, Reason: "consents that end within " + strconv.Itoa(cur.Count) + " days"}); err != nil {
				return err
			}
		}
		ending, total, err := tx.Consents.Ending(who.HCP, tx.Now, store.Time(cur.At).AddDate(0, 0, cur.Count), store.Ending{Until: cur.Since, Seq: cur.After}, expiringPage+1)
		if err != nil {
			return err
		}
		cur.Total = total
		if more = len(ending) > expiringPage; more {
			ending = ending[:expiringPage]
		}
		for _, e := range ending {
			found, err := expiringEntries(tx, s.rest.Base(r), who, e.Patient)
			if err != nil {
				return err
			}
			entries = append(entries, found...)
			cur.Since, cur.After = e.Until, e.Seq
		}
		return nil
	})
	if err != nil {
		return err
	}
	out := rest.Obj{"resourceType": "Bundle", "type": "searchset", "timestamp": rest.Instant(cur.At), "total": cur.Total}
	if len(entries) > 0 {
		out["entry"] = entries
	}
	if more {
		page, err := s.rest.Seal(cur, who, where)
		if err != nil {
			return err
		}
		out["link"] = rest.List{rest.Obj{"relation": "next", "url": s.rest.Base(r) + "/$expiring-consents?page=" + page}}
	}
	s.rest.FHIR(w, r, http.StatusOK, out)
	return nil
}

func expiringEntries(tx *store.Tx, base string, who *store.Account, patient string) (rest.List, error) {
	p, err := tx.Participants.Get(patient)
	if err != nil {
		return nil, err
	}
	con, err := gate.ConsentTo(tx, p, &who.Provider)
	if err != nil {
		return nil, err
	}
	res, err := registry.Minimal(tx, p)
	if err != nil {
		return nil, err
	}
	return rest.List{
		rest.Obj{"fullUrl": base + "/Consent/" + con.ID, "resource": consentResource(p, &who.Provider, con), "search": rest.Obj{"mode": "match"}},
		rest.Obj{"fullUrl": base + "/Patient/" + patient, "resource": res, "search": rest.Obj{"mode": "include"}},
	}, nil
}
