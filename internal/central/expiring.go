package central

import (
	"net/http"
	"strconv"

	"github.com/ehrdesk/ehrdesk"
)

// expiringPage is how many consents a page of $expiring-consents names.
const expiringPage = 200

// expiring lists the asking provider's active consents that end within some
// days, soonest first, each with the minimal Patient. It is one look-up,
// written down once.
func (s *server) expiring(w http.ResponseWriter, r *http.Request, who *token) error {
	const where = "expiring"
	var cur cursor
	if page := r.URL.Query().Get("page"); page != "" {
		var err error
		if cur, err = s.c.unseal(page, who, where); err != nil {
			return err
		}
	} else {
		days, err := count(r.URL.Query().Get("days"), renewable, 366)
		if err != nil {
			return err
		}
		cur = cursor{At: s.c.now().UnixMicro(), Count: days}
	}
	if !mayTakeConsent(who) {
		return roleMayNot()
	}
	var entries list
	more := false
	err := s.c.write(r.Context(), func(q *tx) error {
		entries, more = nil, false
		if cur.After == 0 {
			if err := q.audit(event{action: ehrdesk.AuditFind, who: who, reason: "consents that end within " + strconv.Itoa(cur.Count) + " days"}); err != nil {
				return err
			}
		}
		ending, total, err := q.ending(who.hcp, cur)
		if err != nil {
			return err
		}
		cur.Total = total
		if more = len(ending) > expiringPage; more {
			ending = ending[:expiringPage]
		}
		for _, e := range ending {
			found, err := q.expiringEntries(s.base(r), who, e.patient)
			if err != nil {
				return err
			}
			entries = append(entries, found...)
			cur.Since, cur.After = e.until, e.seq
		}
		return nil
	})
	if err != nil {
		return err
	}
	out := obj{"resourceType": "Bundle", "type": "searchset", "timestamp": instant(cur.At), "total": cur.Total}
	if len(entries) > 0 {
		out["entry"] = entries
	}
	if more {
		page, err := s.c.seal(cur, who, where)
		if err != nil {
			return err
		}
		out["link"] = list{obj{"relation": "next", "url": s.base(r) + "/$expiring-consents?page=" + page}}
	}
	s.fhir(w, r, http.StatusOK, out)
	return nil
}

// endingConsent is a consent that ends soon, by its place in the list.
type endingConsent struct {
	patient    string
	until, seq int64
}

// ending gives one page and one more of those that come after cur, and how many
// there are in all. Only the last consent between the two counts.
func (q *tx) ending(hcp string, cur cursor) (out []endingConsent, total int, err error) {
	last := fromMicros(cur.At).AddDate(0, 0, cur.Count).UnixMicro()
	from := ` FROM consent c JOIN participant p ON p.patient = c.patient WHERE c.hcp = ? AND c.until > ? AND c.until <= ? AND c.state = ? AND p.state = ?
		AND NOT EXISTS (SELECT 1 FROM consent l WHERE l.patient = c.patient AND l.hcp = c.hcp AND l.seq > c.seq AND l.state <> ?)`
	args := []any{hcp, q.now.UnixMicro(), last, string(ehrdesk.ConsentActive), string(ehrdesk.Registered), string(renewed)}
	if _, err = q.row("SELECT count(*)"+from, args, &total); err != nil {
		return nil, 0, err
	}
	err = q.rows("SELECT c.patient, c.until, c.seq"+from+" AND (c.until, c.seq) > (?, ?) ORDER BY c.until, c.seq LIMIT ?", append(args, cur.Since, cur.After, expiringPage+1),
		func(scan func(...any) error) error {
			var e endingConsent
			err := scan(&e.patient, &e.until, &e.seq)
			out = append(out, e)
			return err
		})
	return out, total, err
}

func (q *tx) expiringEntries(base string, who *token, patient string) (list, error) {
	p, err := q.participant(patient)
	if err != nil {
		return nil, err
	}
	con, err := q.consentTo(p, &who.provider)
	if err != nil {
		return nil, err
	}
	res, err := q.minimalPatient(p)
	if err != nil {
		return nil, err
	}
	return list{
		obj{"fullUrl": base + "/Consent/" + con.ID, "resource": consentResource(p, &who.provider, con), "search": obj{"mode": "match"}},
		obj{"fullUrl": base + "/Patient/" + patient, "resource": res, "search": obj{"mode": "include"}},
	}, nil
}
