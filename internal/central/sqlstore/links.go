package sqlstore

import "github.com/ehrdesk/ehrdesk/internal/central/store"

type links struct{ *tx }

func (q desks) Links() store.Links { return links(q) }

const linkColumns = `digest, id, hcp, staff, patient, made, ends, until, left_over, opened, code, tries, direct, size`

func linkRow(l *store.Link) []any {
	return []any{&l.Digest, &l.ID, &l.HCP, &l.Staff, &l.Patient, &l.Made, &l.Ends, &l.Until, &l.Left, &l.Opened, &l.Code, &l.Tries, &l.Direct, &l.Size}
}

func (q links) Add(l *store.Link) {
	q.exec(`INSERT INTO health_link (`+linkColumns+`, file) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
		l.Digest, l.ID, l.HCP, l.Staff, l.Patient, l.Made, l.Ends, l.Until, l.Left, l.Opened, l.Code, l.Tries, l.Direct, len(l.File), l.File)
}

func (q links) Get(digest []byte) *store.Link {
	return one(q.tx, store.Link{}, func(l *store.Link) []any { return append(linkRow(l), &l.File) }, `SELECT `+linkColumns+`, file FROM health_link WHERE digest = ?`, digest)
}

func (q links) ByID(hcp, id string) *store.Link {
	return one(q.tx, store.Link{}, linkRow, `SELECT `+linkColumns+` FROM health_link WHERE hcp = ? AND id = ?`, hcp, id)
}

func (q links) Of(hcp, staff string) []store.Link {
	return list(q.tx, linkRow, `SELECT `+linkColumns+` FROM health_link WHERE hcp = ? AND staff = ? ORDER BY made DESC, id`, hcp, staff)
}

func (q links) Count(hcp string) int {
	return value[int](q.tx, `SELECT count(*) FROM health_link WHERE hcp = ?`, hcp)
}

func (q links) Set(l *store.Link) {
	q.exec(`UPDATE health_link SET left_over = ?, opened = ?, tries = ?, until = ? WHERE id = ?`, l.Left, l.Opened, l.Tries, l.Until, l.ID)
}

func (q links) End(id string) { q.exec(`DELETE FROM health_link WHERE id = ?`, id) }

func (q links) Ended(now int64) bool { return q.has(`SELECT 1 FROM health_link WHERE until <= ?`, now) }

func (q links) Sweep(now int64) { q.exec(`DELETE FROM health_link WHERE until <= ?`, now) }
