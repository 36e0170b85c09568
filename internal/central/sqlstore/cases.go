package sqlstore

import "github.com/ehrdesk/ehrdesk/internal/central/store"

type cases struct{ *tx }

func (q desks) Cases() store.Cases { return cases(q) }

const caseColumns = "c.id, c.patient, c.state, c.n, c.head, c.seq, c.changed, c.closes"

func caseRow(c *store.CaseRow) []any {
	return []any{&c.ID, &c.Patient, &c.State, &c.N, &c.Head, &c.Seq, &c.Changed, &c.Closes}
}

func (q cases) Get(id string) *store.CaseRow {
	return one(q.tx, store.CaseRow{}, caseRow, "SELECT "+caseColumns+" FROM sealed_case c WHERE c.id = ?", id)
}

func (q cases) Put(c *store.CaseRow) {
	q.exec(`INSERT INTO sealed_case (id, patient, state, n, head, seq, changed, closes) VALUES (?,?,?,?,?,?,?,?)
		ON CONFLICT (id) DO UPDATE SET state = excluded.state, n = excluded.n, head = excluded.head, seq = excluded.seq, changed = excluded.changed, closes = excluded.closes`,
		c.ID, c.Patient, c.State, c.N, c.Head, c.Seq, c.Changed, c.Closes)
}

func (q cases) AddEvent(of string, e *store.CaseEventRow) {
	q.exec("INSERT INTO case_event (of_case, n, hash, at, envelope, head, signed) VALUES (?,?,?,?,?,?,?)", of, e.N, e.Hash, e.At, e.Envelope, e.Head, e.Signed)
}

func (q cases) Events(of string, after, most int) []store.CaseEventRow {
	return list(q.tx, func(e *store.CaseEventRow) []any {
		return []any{&e.N, &e.Hash, &e.At, &e.Envelope, &e.Head, &e.Signed}
	}, "SELECT n, hash, at, envelope, head, signed FROM case_event WHERE of_case = ? AND n > ? ORDER BY n LIMIT ?", of, after, most)
}

func (q cases) Members(of string) []store.CaseMembership {
	return list(q.tx, func(m *store.CaseMembership) []any { return []any{&m.HCP, &m.Staff, &m.Joined, &m.Left} },
		"SELECT hcp, staff, joined, gone FROM case_member WHERE of_case = ? ORDER BY joined", of)
}

func (q cases) Join(of string, m *store.CaseMembership) {
	q.exec("INSERT INTO case_member (of_case, hcp, staff, joined, gone, seq) VALUES (?,?,?,?,0,0)", of, m.HCP, m.Staff, m.Joined)
}

func (q cases) Leave(of string, m *store.CaseMembership) {
	q.exec("UPDATE case_member SET gone = ? WHERE of_case = ? AND hcp = ? AND staff = ? AND gone = 0", m.Left, of, m.HCP, m.Staff)
}

func (q cases) Told(of string, seq int64) {
	q.exec("UPDATE case_member SET seq = ? WHERE of_case = ? AND gone = 0", seq, of)
}

func (q cases) ToldOne(of, hcp, staff string, seq int64) {
	q.exec("UPDATE case_member SET seq = ? WHERE of_case = ? AND hcp = ? AND staff = ? AND gone = 0", seq, of, hcp, staff)
}

// answered are those of a provider in whose place somebody stands: themselves (?1, ?2), and the groups that they answer for.
const answered = "(SELECT ?2 UNION ALL SELECT 'group:' || s.of_group FROM group_staff s WHERE s.hcp = ?1 AND s.staff = ?2)"

func (q cases) Of(hcp, staff string, seq int64, most int) []store.CaseOf {
	return list(q.tx, func(c *store.CaseOf) []any { return append(caseRow(&c.CaseRow), &c.Left, &c.Seen) },
		"SELECT "+caseColumns+", m.gone, m.seq FROM case_member m JOIN sealed_case c ON c.id = m.of_case WHERE m.hcp = ?1 AND m.staff IN "+answered+` AND m.seq > ?3
		AND NOT EXISTS (SELECT 1 FROM case_member l WHERE l.of_case = m.of_case AND l.hcp = ?1 AND l.staff IN `+answered+`
			AND ((l.gone = 0 AND m.gone > 0) OR (l.gone = 0) = (m.gone = 0) AND l.joined > m.joined)) ORDER BY m.seq LIMIT ?4`, hcp, staff, seq, most)
}

func (q cases) Last(hcp, staff string) int64 {
	return value[int64](q.tx, "SELECT coalesce(max(seq), 0) FROM case_member WHERE hcp = ?1 AND staff IN "+answered, hcp, staff)
}

func (q cases) AddReport(r *store.CaseReport) {
	q.exec("INSERT INTO case_report (id, of_case, n, at, hcp, staff, by_hcp, by_staff, why) VALUES (?,?,?,?,?,?,?,?,?)", r.ID, r.Case, r.N, r.At, r.HCP, r.Staff, r.By, r.Person, r.Why)
}

func (q cases) Reports() []store.CaseReport {
	return list(q.tx, func(r *store.CaseReport) []any {
		return []any{&r.ID, &r.Case, &r.N, &r.At, &r.HCP, &r.Staff, &r.By, &r.Person, &r.Why, &r.Settled}
	}, "SELECT id, of_case, n, at, hcp, staff, by_hcp, by_staff, why, settled FROM case_report ORDER BY at, id")
}

func (q cases) SettleReport(id string) (found bool) {
	return q.exec("UPDATE case_report SET settled = ? WHERE id = ? AND settled = 0", q.now.UnixMicro(), id)
}
