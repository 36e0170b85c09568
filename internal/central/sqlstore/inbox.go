package sqlstore

import (
	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

type inbox struct{ *tx }

func (q desks) Inbox() store.Inbox { return inbox(q) }

const requestColumns = "id, kind, state, patient, asks, asked, seq, changed, delivered, body"

func requestRow(r *store.RequestRow) []any {
	return []any{&r.ID, &r.Kind, &r.State, &r.Patient, &r.From, &r.To, &r.Seq, &r.Changed, &r.Delivered, &r.Body}
}

func (q inbox) Get(id string) *store.RequestRow {
	return one(q.tx, store.RequestRow{}, requestRow, "SELECT "+requestColumns+" FROM request WHERE id = ?", id)
}

func (q inbox) Put(r *store.RequestRow) {
	q.exec("INSERT INTO request ("+requestColumns+`) VALUES (?,?,?,?,?,?,?,?,?,?)
		ON CONFLICT (id) DO UPDATE SET state = excluded.state, seq = excluded.seq, changed = excluded.changed, delivered = excluded.delivered, body = excluded.body`,
		r.ID, r.Kind, r.State, r.Patient, r.From, r.To, r.Seq, r.Changed, r.Delivered, r.Body)
}

func (q inbox) After(hcp string, seq int64, most int) []store.RequestRow {
	return list(q.tx, requestRow, "SELECT "+requestColumns+" FROM request WHERE asks = ?1 AND seq > ?2 UNION SELECT "+requestColumns+" FROM request WHERE asked = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3", hcp, seq, most)
}

func (q inbox) Every(seq int64, most int) []store.RequestRow {
	return list(q.tx, requestRow, "SELECT "+requestColumns+" FROM request WHERE seq > ? ORDER BY seq LIMIT ?", seq, most)
}

func (q inbox) Last(hcp string) int64 {
	return value[int64](q.tx, "SELECT coalesce(max(seq), 0) FROM (SELECT max(seq) AS seq FROM request WHERE asks = ?1 UNION ALL SELECT max(seq) FROM request WHERE asked = ?1) AS one_of_each", hcp)
}

func (q inbox) Sent(hcp string, since int64) int {
	return value[int](q.tx, "SELECT count(*) FROM request WHERE asks = ? AND changed >= ?", hcp, since)
}

func (q inbox) Step(id, request string) bool {
	return q.exec("INSERT INTO request_step (id, request) VALUES (?,?) ON CONFLICT DO NOTHING", id, request)
}

func (q inbox) Readers(patient string, since int64, but string) []string {
	return list(q.tx, self[string], "SELECT DISTINCT hcp FROM audit WHERE patient = ? AND at >= ? AND hcp <> ? AND outcome = '' AND action IN (?, ?, ?) ORDER BY hcp",
		patient, since, but, string(ehrdesk.AuditRead), string(ehrdesk.AuditQuery), string(ehrdesk.AuditOpenCached))
}
