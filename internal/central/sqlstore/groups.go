package sqlstore

import "github.com/ehrdesk/ehrdesk/internal/central/store"

type groups struct{ *tx }

func (q desks) Groups() store.Groups { return groups(q) }

const groupColumns = "id, hcp, n, head, seq, closed"

func groupRow(g *store.GroupRow) []any {
	return []any{&g.ID, &g.HCP, &g.N, &g.Head, &g.Seq, &g.Closed}
}

func (q groups) Get(id string) *store.GroupRow {
	return one(q.tx, store.GroupRow{}, groupRow, "SELECT "+groupColumns+" FROM contact_group WHERE id = ?", id)
}

func (q groups) Put(g *store.GroupRow) {
	q.exec(`INSERT INTO contact_group (id, hcp, n, head, seq, closed) VALUES (?,?,?,?,?,?)
		ON CONFLICT (id) DO UPDATE SET n = excluded.n, head = excluded.head, seq = excluded.seq, closed = excluded.closed`, g.ID, g.HCP, g.N, g.Head, g.Seq, g.Closed)
}

func (q groups) Of(hcp string) int {
	return value[int](q.tx, "SELECT count(*) FROM contact_group WHERE hcp = ? AND closed = 0", hcp)
}

func (q groups) After(seq int64, most int) []store.GroupRow {
	return list(q.tx, groupRow, "SELECT "+groupColumns+" FROM contact_group WHERE seq > ? ORDER BY seq LIMIT ?", seq, most)
}

func (q groups) Last() int64 {
	return value[int64](q.tx, "SELECT coalesce(max(seq), 0) FROM contact_group")
}

func (q groups) AddEvent(of string, e *store.GroupEventRow) {
	q.exec("INSERT INTO group_event (of_group, n, hash, at, signed) VALUES (?,?,?,?,?)", of, e.N, e.Hash, e.At, e.Signed)
}

func (q groups) Events(of string, after, most int) []store.GroupEventRow {
	return list(q.tx, func(e *store.GroupEventRow) []any { return []any{&e.N, &e.Hash, &e.At, &e.Signed} },
		"SELECT n, hash, at, signed FROM group_event WHERE of_group = ? AND n > ? ORDER BY n LIMIT ?", of, after, most)
}

func (q groups) Boxes(of, client, staff string) []store.GroupBox {
	return list(q.tx, func(b *store.GroupBox) []any { return []any{&b.Epoch, &b.Client, &b.Staff, &b.Key, &b.Sealed} },
		"SELECT epoch, client, staff, name, box FROM group_box WHERE of_group = ? AND client = ? AND staff = ? ORDER BY epoch", of, client, staff)
}

func (q groups) Box(of string, epoch int, client, staff string) bool {
	return q.has("SELECT 1 FROM group_box WHERE of_group = ? AND epoch = ? AND client = ? AND staff = ?", of, epoch, client, staff)
}

func (q groups) Keep(of string, b *store.GroupBox, at int64) (fresh bool) {
	return q.exec("INSERT INTO group_box (of_group, epoch, client, staff, name, box, made) VALUES (?,?,?,?,?,?,?) ON CONFLICT (of_group, epoch, client, staff) DO NOTHING",
		of, b.Epoch, b.Client, b.Staff, b.Key, b.Sealed, at)
}

func (q groups) Drop(of string, epoch int, client, staff string) {
	q.exec("DELETE FROM group_box WHERE of_group = ? AND epoch = ? AND client = ? AND staff = ?", of, epoch, client, staff)
}

func (q groups) DropFor(of, staff string) {
	q.exec("DELETE FROM group_box WHERE of_group = ? AND staff = ?", of, staff)
}

func (q groups) DropOf(of string) { q.exec("DELETE FROM group_box WHERE of_group = ?", of) }

func (q groups) SetStaff(of, hcp string, staff []string) {
	q.exec("DELETE FROM group_staff WHERE of_group = ?", of)
	for _, one := range staff {
		q.exec("INSERT INTO group_staff (of_group, hcp, staff) VALUES (?,?,?)", of, hcp, one)
	}
}

func (q groups) AnsweredBy(hcp, staff string) []string {
	return list(q.tx, func(id *string) []any { return []any{id} }, "SELECT of_group FROM group_staff WHERE hcp = ? AND staff = ? ORDER BY of_group", hcp, staff)
}
