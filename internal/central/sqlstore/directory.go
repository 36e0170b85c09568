package sqlstore

import (
	"strings"

	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

func (q accounts) Directory() store.Directory { return directory(q) }

type directory struct{ *tx }

func (q directory) Services() []store.Service {
	return list(q.tx, func(s *store.Service) []any {
		return []any{&s.ID, &s.HCP, &s.Specialty, &s.Name, &s.Since, &s.Ended}
	}, "SELECT id, hcp, specialty, name, since, ended FROM service ORDER BY id")
}

func (q directory) AddService(s *store.Service) {
	q.exec("INSERT INTO service (id, hcp, specialty, name, since) VALUES (?,?,?,?,?)", s.ID, s.HCP, s.Specialty, s.Name, s.Since)
}

func (q directory) EndService(hcp, id string) (found bool) {
	return q.exec("UPDATE service SET ended = ? WHERE hcp = ? AND id = ? AND ended = 0", q.now.UnixMicro(), hcp, id)
}

func (q directory) Keys() []store.PublicKey {
	return list(q.tx, func(k *store.PublicKey) []any {
		return []any{&k.HCP, &k.Staff, &k.Print, &k.Key, &k.Since, &k.Ended}
	}, `SELECT d.hcp, p.staff, p.print, p.jwk, p.since, p.ended FROM person p JOIN desk d ON d.client = p.client
		UNION ALL SELECT d.hcp, b.staff, b.print, b.jwk, b.since, b.ended FROM person_before b JOIN desk d ON d.client = b.client
		UNION ALL SELECT d.hcp, '', d.print, d.jwk, coalesce((SELECT min(p.since) FROM person p WHERE p.client = d.client), 0), 0 FROM desk d
		ORDER BY 1, 2, 5, 3`)
}

func (q directory) Ends() (out []store.EndOf) {
	type row struct {
		store.EndOf
		since, until int64
	}
	for _, r := range list(q.tx, func(r *row) []any { return []any{&r.HCP, &r.Staff, &r.Of, &r.since, &r.until, &r.Reason} },
		"SELECT hcp, staff, of, since, until, reason FROM ending WHERE lifted = 0 ORDER BY since, seq") {
		r.Since, r.Until = store.Time(r.since), store.Time(r.until)
		out = append(out, r.EndOf)
	}
	return out
}

func (q directory) SetAgreement(h *store.HCP) {
	q.exec("UPDATE hcp SET no_view = ?, no_deposit = ? WHERE id = ?", h.NoView, h.NoDeposit, h.ID)
}

func (q directory) SetSecond(h *store.HCP) {
	names := make([]string, len(h.Second))
	for i, w := range h.Second {
		names[i] = string(w)
	}
	q.exec("UPDATE hcp SET second_person = ? WHERE id = ?", strings.Join(names, ","), h.ID)
}

func (q directory) OnCall() []store.OnCall {
	return list(q.tx, func(o *store.OnCall) []any { return []any{&o.HCP, &o.Staff, &o.At, &o.Until, &o.Signed} },
		"SELECT hcp, staff, at, until, signed FROM on_call ORDER BY hcp, staff")
}

func (q directory) SetOnCall(o *store.OnCall) {
	q.exec(`INSERT INTO on_call (hcp, staff, at, until, signed) VALUES (?,?,?,?,?)
		ON CONFLICT (hcp, staff) DO UPDATE SET at = excluded.at, until = excluded.until, signed = excluded.signed`, o.HCP, o.Staff, o.At, o.Until, o.Signed)
}
