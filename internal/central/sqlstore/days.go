package sqlstore

import "github.com/ehrdesk/ehrdesk/internal/central/store"

type days struct{ *tx }

func (q desks) Days() store.Days { return days(q) }

func (q days) Get(hcp, id string) *store.DayRow {
	return one(q.tx, store.DayRow{}, dayRow, `SELECT id, seq, day, body FROM day_line WHERE hcp = ? AND id = ?`, hcp, id)
}

func dayRow(r *store.DayRow) []any { return []any{&r.ID, &r.Seq, &r.Day, &r.Body} }

func (q days) Put(hcp string, r *store.DayRow) {
	q.exec(`INSERT INTO day_line (hcp, id, seq, day, body) VALUES (?,?,?,?,?)
		ON CONFLICT (hcp, id) DO UPDATE SET seq = excluded.seq, day = excluded.day, body = excluded.body`, hcp, r.ID, r.Seq, r.Day, r.Body)
}

func (q days) After(hcp string, seq int64, from string, most int) []store.DayRow {
	return list(q.tx, dayRow, `SELECT id, seq, day, body FROM day_line WHERE hcp = ? AND seq > ? AND day >= ? ORDER BY seq LIMIT ?`, hcp, seq, from, most)
}

func (q days) Last(hcp string) int64 {
	return value[int64](q.tx, `SELECT coalesce(max(seq), 0) FROM day_line WHERE hcp = ?`, hcp)
}

func (q days) Touch(hcp string, seq int64) {
	q.exec(`UPDATE day_line SET seq = ? WHERE hcp = ? AND seq = (SELECT max(seq) FROM day_line WHERE hcp = ?)`, seq, hcp, hcp)
}

func (q days) Count(hcp string) int {
	return value[int](q.tx, `SELECT count(*) FROM day_line WHERE hcp = ?`, hcp)
}

func (q days) Forget(hcp, before string) {
	q.exec(`DELETE FROM day_line WHERE hcp = ? AND day < ?`, hcp, before)
}

func (q days) Readers(hcp string) []store.Reader {
	return list(q.tx, func(r *store.Reader) []any {
		return []any{&r.Holder, &r.Client, &r.Staff, &r.Install, &r.Public, &r.Bond}
	},
		`SELECT r.holder, r.client, r.staff, r.install, r.public, r.bond FROM day_reader r
		JOIN person p ON p.client = r.client AND p.staff = r.staff JOIN account a ON a.hcp = r.hcp AND a.staff = r.staff
		WHERE r.hcp = ? AND p.ended = 0 AND a.closed = 0 ORDER BY r.holder`, hcp)
}

func (q days) AddReader(hcp string, r *store.Reader) {
	q.exec(`INSERT INTO day_reader (hcp, holder, client, staff, install, public, bond) VALUES (?,?,?,?,?,?,?)
		ON CONFLICT (hcp, holder) DO UPDATE SET client = excluded.client, staff = excluded.staff, install = excluded.install, bond = excluded.bond`, hcp, r.Holder, r.Client, r.Staff, r.Install, r.Public, r.Bond)
}

func (q days) Keys(hcp string) []string {
	return list(q.tx, self[string], `SELECT id FROM day_key WHERE hcp = ? ORDER BY made, id`, hcp)
}

func (q days) AddKey(hcp, key string, at int64) {
	q.exec(`INSERT INTO day_key (hcp, id, made) VALUES (?,?,?)`, hcp, key, at)
}

func (q days) Wraps(hcp string) []store.Wrapped {
	return list(q.tx, func(w *store.Wrapped) []any { return []any{&w.Key, &w.Holder} }, `SELECT key, holder FROM day_wrap WHERE hcp = ? ORDER BY key, holder`, hcp)
}

func (q days) WrapsFor(hcp, holder string) []store.Wrapped {
	return list(q.tx, func(w *store.Wrapped) []any { return []any{&w.Key, &w.Holder, &w.Bytes} },
		`SELECT key, holder, wrapped FROM day_wrap WHERE hcp = ? AND holder = ? ORDER BY key`, hcp, holder)
}

func (q days) AddWrap(hcp string, w *store.Wrapped) {
	q.exec(`INSERT INTO day_wrap (hcp, key, holder, wrapped) VALUES (?,?,?,?) ON CONFLICT (hcp, key, holder) DO NOTHING`, hcp, w.Key, w.Holder, w.Bytes)
}
