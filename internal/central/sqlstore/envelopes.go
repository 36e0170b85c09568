package sqlstore

import "github.com/ehrdesk/ehrdesk/internal/central/store"

type envelopes struct{ *tx }

func (q desks) Envelopes() store.Envelopes { return envelopes(q) }

func (q envelopes) Get(id string) *store.Envelope {
	return one(q.tx, store.Envelope{ID: id}, func(e *store.Envelope) []any {
		return []any{&e.Case, &e.N, &e.HCP, &e.Staff, &e.Client, &e.Size, &e.Digest, &e.Whole, &e.Made, &e.Until}
	}, "SELECT of_case, n, hcp, staff, client, size, digest, whole, made, until FROM envelope WHERE id = ?", id)
}

func (q envelopes) Begin(e *store.Envelope) {
	q.Drop(e.ID)
	q.exec("INSERT INTO envelope (id, of_case, n, hcp, staff, client, size, digest, whole, made, until) VALUES (?,'',0,?,?,?,0,?,0,?,?)", e.ID, e.HCP, e.Staff, e.Client, []byte{}, e.Made, e.Until)
}

func (q envelopes) Add(id string, n int, piece []byte) {
	q.exec("INSERT INTO envelope_part (envelope, n, piece) VALUES (?,?,?)", id, n, piece)
	q.exec("UPDATE envelope SET size = size + ? WHERE id = ?", len(piece), id)
}

func (q envelopes) Piece(id string, n int) []byte {
	return value[[]byte](q.tx, "SELECT piece FROM envelope_part WHERE envelope = ? AND n = ?", id, n)
}

func (q envelopes) Whole(e *store.Envelope) {
	q.exec("UPDATE envelope SET digest = ?, whole = 1 WHERE id = ?", e.Digest, e.ID)
}

func (q envelopes) Drop(id string) {
	q.exec("DELETE FROM envelope_part WHERE envelope = ? AND EXISTS (SELECT 1 FROM envelope e WHERE e.id = envelope_part.envelope AND e.n = 0)", id)
	q.exec("DELETE FROM envelope WHERE id = ? AND n = 0", id)
}

func (q envelopes) Post(e *store.Envelope, to []store.Delivery) {
	q.exec("UPDATE envelope SET of_case = ?, n = ?, until = ? WHERE id = ?", e.Case, e.N, e.Until, e.ID)
	for _, d := range to {
		q.exec("INSERT INTO envelope_for (envelope, of_case, hcp, staff, delivered, opened, seq) VALUES (?,?,?,?,0,0,0)", e.ID, e.Case, d.HCP, d.Staff)
	}
}

func (q envelopes) Under(hcp, staff string) int {
	return value[int](q.tx, "SELECT count(*) FROM envelope WHERE hcp = ? AND staff = ? AND n = 0", hcp, staff)
}

func (q envelopes) Held(hcp string) int64 {
	return value[int64](q.tx, "SELECT CAST(coalesce(sum(size), 0) AS BIGINT) FROM envelope WHERE hcp = ?", hcp)
}

func delivery(d *store.Delivery) []any {
	return []any{&d.Envelope, &d.HCP, &d.Staff, &d.Delivered, &d.Opened, &d.Change}
}

func (q envelopes) For(id string) []store.Delivery {
	return list(q.tx, delivery, "SELECT envelope, hcp, staff, delivered, opened, seq FROM envelope_for WHERE envelope = ? ORDER BY hcp, staff", id)
}

func (q envelopes) Reach(d *store.Delivery) {
	q.exec("UPDATE envelope_for SET delivered = ?, opened = ?, seq = ? WHERE envelope = ? AND hcp = ? AND staff = ?", d.Delivered, d.Opened, d.Change, d.Envelope, d.HCP, d.Staff)
}

func (q envelopes) Reached(of string, change int64) []store.Delivery {
	return list(q.tx, delivery, "SELECT envelope, hcp, staff, delivered, opened, seq FROM envelope_for WHERE of_case = ? AND seq > ? ORDER BY seq, envelope, hcp, staff", of, change)
}

func (q envelopes) SetUntil(id string, until int64) {
	q.exec("UPDATE envelope SET until = ? WHERE id = ?", until, id)
}

func (q envelopes) EndOf(of string) {
	q.exec("DELETE FROM envelope_part WHERE envelope IN (SELECT id FROM envelope WHERE of_case = ?)", of)
	q.exec("DELETE FROM envelope WHERE of_case = ?", of)
}

func (q envelopes) Ended(now int64) bool {
	return q.has("SELECT 1 FROM envelope WHERE until > 0 AND until <= ?", now)
}

func (q envelopes) Sweep(now int64) {
	q.exec("DELETE FROM envelope_part WHERE envelope IN (SELECT id FROM envelope WHERE until > 0 AND until <= ?)", now)
	q.exec("DELETE FROM envelope WHERE until > 0 AND until <= ?", now)
}
