package sqlstore

import (
	"database/sql"
	"strconv"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

type records struct{ *tx }

func (q records) Get(kind, id string) *store.Record {
	return one(q.tx, store.Record{Type: kind, ID: id}, func(r *store.Record) []any {
		return []any{&r.Row, &r.Version, &r.Seq, &r.Updated, &r.Patient, &r.Kind, &r.Linked, &r.Deleted, &r.Labelled, &r.Source, &r.Hash, &r.Body}
	}, "SELECT pk, version, seq, updated, patient, kind, linked, deleted, labelled, source, hash, body FROM record WHERE type = ? AND id = ?", kind, id)
}

func (q records) Holder(kind, id string) (patient string, print []byte, found bool) {
	found = q.row("SELECT patient, print FROM record WHERE type = ? AND id = ?", []any{kind, id}, &patient, &print)
	return patient, print, found
}

func (q records) Was(kind, id string, hash []byte) bool {
	return q.has("SELECT 1 FROM history WHERE type = ? AND id = ? AND hash = ? AND deleted = 0", kind, id, hash)
}

func (q records) Put(r, old *store.Record, links []ehrdesk.Ref) {
	if old == nil {
		q.exec("INSERT INTO record (type, id, version, seq, updated, patient, kind, linked, deleted, labelled, source, print, hash, body) VALUES (?,?,?,?,?,?,?,?,0,?,?,?,?,?)",
			r.Type, r.ID, r.Version, r.Seq, r.Updated, r.Patient, r.Kind, r.Linked, r.Labelled, r.Source, notNull(r.Print), r.Hash, r.Body)
		r.Row = value[int64](q.tx, "SELECT pk FROM record WHERE type = ? AND id = ?", r.Type, r.ID)
		q.link(r, links)
		return
	}
	r.Row = old.Row
	q.keepOld(old)
	q.exec("UPDATE record SET version=?, seq=?, updated=?, kind=?, linked=?, deleted=0, labelled=?, source=?, print=?, hash=?, body=? WHERE pk=?",
		r.Version, r.Seq, r.Updated, r.Kind, r.Linked, r.Labelled, r.Source, notNull(r.Print), r.Hash, r.Body, r.Row)
	q.unlink(r, r.Updated)
	q.link(r, links)
}

func (q records) keepOld(old *store.Record) {
	q.exec("INSERT INTO history (type, id, version, seq, updated, patient, kind, deleted, labelled, hash, body) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
		old.Type, old.ID, old.Version, old.Seq, old.Updated, old.Patient, old.Kind, old.Deleted, old.Labelled, notNull(old.Hash), notNull(old.Body))
}

// notNull is b as a blob: the driver reads an empty one back as nil.
func notNull(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

func (q records) Remove(old *store.Record, version, seq, at int64) {
	q.keepOld(old)
	q.unlink(old, at)
	q.exec("UPDATE record SET version=?, seq=?, updated=?, deleted=1, hash=?, body=? WHERE pk=?", version, seq, at, []byte{}, []byte{}, old.Row)
}

// Links lead from a patient's records to the shared resources that come with them
// (a clinic, a doctor), and edges from one of those to another. Each belongs to the
// version that says it: what a record said before it was labelled, or withdrawn,
// must bring nothing to a desk. One that ended stays in the table, so that desks
// hear of what they may no longer know.

// link notes what a version refers to, from its time on.
func (q *tx) link(r *store.Record, to []ehrdesk.Ref) {
	for _, l := range to {
		if r.Patient == "" {
			q.exec("INSERT INTO edge (type, id, to_type, to_id, ended) VALUES (?,?,?,?,0) ON CONFLICT (type, id, to_type, to_id) DO UPDATE SET ended = 0", r.Type, r.ID, l.Resource, l.ID)
			continue
		}
		// One that ended just now goes on.
		q.exec(`INSERT INTO link (patient, type, id, source, kind, labelled, at, ended) VALUES (?,?,?,?,?,?,?,0)
			ON CONFLICT (patient, type, id, source, kind, labelled) DO UPDATE SET at = CASE WHEN link.ended IN (0, excluded.at) THEN link.at ELSE excluded.at END, ended = 0`,
			r.Patient, l.Resource, l.ID, r.Row, r.Kind, r.Labelled, r.Updated)
	}
}

// unlink ends what a resource refers to.
func (q *tx) unlink(r *store.Record, at int64) {
	if r.Patient == "" {
		q.exec("UPDATE edge SET ended = ? WHERE type = ? AND id = ? AND ended = 0", at, r.Type, r.ID)
	} else {
		q.exec("UPDATE link SET ended = ? WHERE source = ? AND ended = 0", at, r.Row)
	}
}

func (q records) EachOf(kind, patient, source string, fn func(id string, body []byte) error) error {
	return each(q.tx, func(r *store.Record) []any { return []any{&r.ID, &r.Body} }, func(r *store.Record) error { return fn(r.ID, r.Body) },
		"SELECT id, body FROM record WHERE type = ? AND patient = ? AND deleted = 0 AND source = ?", kind, patient, source)
}

func (q records) ReferredElsewhere(to ehrdesk.Ref, patient, source string) bool {
	if patient == "" {
		return q.has(`SELECT 1 FROM link l JOIN record r ON r.pk = l.source WHERE l.type = ? AND l.id = ? AND l.ended = 0 AND r.source <> ?
			UNION ALL SELECT 1 FROM edge e JOIN record r ON r.type = e.type AND r.id = e.id WHERE e.to_type = ? AND e.to_id = ? AND e.ended = 0 AND r.source <> ? LIMIT 1`,
			to.Resource, to.ID, source, to.Resource, to.ID, source)
	}
	args := []any{patient, source} // in the bytes, as no index has what patients' records refer to among themselves: a slash may be escaped
	for _, slash := range []string{"/", `\/`} {
		args = append(args, []byte(to.Resource+slash+to.ID+`"`), []byte(to.Resource+slash+to.ID+slash))
	}
	return q.has(`SELECT 1 FROM record WHERE patient = ? AND deleted = 0 AND source <> ?
		AND (position(? IN body) > 0 OR position(? IN body) > 0 OR position(? IN body) > 0 OR position(? IN body) > 0) LIMIT 1`, args...)
}

func (q records) Counts(patient string) map[ehrdesk.Kind]store.Tally {
	out := map[ehrdesk.Kind]store.Tally{}
	type row struct {
		kind ehrdesk.Kind
		store.Tally
	}
	for _, n := range list(q.tx, func(n *row) []any { return []any{&n.kind, &n.Plain, &n.Labelled} },
		"SELECT kind, CAST(sum(1 - labelled) AS BIGINT), CAST(sum(labelled) AS BIGINT) FROM record WHERE patient = ? AND deleted = 0 AND linked = 0 GROUP BY kind", patient) {
		out[n.kind] = n.Tally
	}
	return out
}

type charts struct{ *tx }

// in is a list of kinds: our own small numbers, never outside text. A list without one has a
// number that no kind is, as not every engine takes an empty list.
func in(kinds []ehrdesk.Kind) string {
	if len(kinds) == 0 {
		return "(-1)"
	}
	s := make([]string, len(kinds))
	for i, k := range kinds {
		s[i] = strconv.Itoa(int(k))
	}
	return "(" + strings.Join(s, ",") + ")"
}

// of is a scope as a condition on columns kind and labelled.
func of(s store.Scope) string {
	return "(kind IN " + in(s.Plain) + " AND labelled = 0 OR kind IN " + in(s.Labelled) + " AND labelled = 1 OR kind IN " + in(s.Both) + ")"
}

// flowed is when a record became what can be read of it: not before its
// patient's records began to flow.
const flowed = "greatest(updated, coalesce((SELECT expected FROM participant WHERE participant.patient = record.patient), 0))"

// reachable are the shared resources that a patient's visible records refer to,
// themselves or through another, each with the instant since which that is so.
// Its one parameter is the patient.
func reachable(s store.Scope) string {
	return `WITH RECURSIVE reach(type, id, at) AS (
		SELECT type, id, min(at) FROM link WHERE patient = ? AND ended = 0 AND ` + of(s) + ` GROUP BY type, id
		UNION
		SELECT e.to_type, e.to_id, greatest(reach.at, r.updated) FROM reach JOIN record r ON r.type = reach.type AND r.id = reach.id AND r.patient = '' AND r.deleted = 0
			JOIN edge e ON e.type = reach.type AND e.id = reach.id AND e.ended = 0),
		shared AS (SELECT r.pk AS pk, max(greatest(reach.at, r.updated)) AS at FROM reach JOIN record r ON r.type = reach.type AND r.id = reach.id
			WHERE r.patient = '' AND r.linked = 1 AND r.labelled = 0 AND r.kind IN ` + in(s.Shared) + ` GROUP BY r.pk) `
}

// noLonger are the shared resources that came with a patient's records at some time
// and do not now, as a statement that follows reachable: the record was labelled or
// withdrawn, or says something else, or the resource itself is for others now. Its
// parameters are the patient, and four times the instant since which that is so.
func noLonger(s store.Scope) string {
	return `, was(type, id, at) AS (
		SELECT type, id, ended FROM link WHERE patient = ? AND ended >= ? AND ended > 0 AND ` + of(s) + `
		UNION
		SELECT e.to_type, e.to_id, e.ended FROM reach JOIN edge e ON e.type = reach.type AND e.id = reach.id WHERE e.ended >= ? AND e.ended > 0
		UNION
		SELECT e.to_type, e.to_id, greatest(was.at, e.ended) FROM was JOIN edge e ON e.type = was.type AND e.id = was.id WHERE e.ended = 0 OR e.ended >= ?),
		gone AS (SELECT type, id, at FROM was UNION SELECT r.type, r.id, r.updated FROM reach JOIN record r ON r.type = reach.type AND r.id = reach.id WHERE r.updated >= ?)
		SELECT r.type, r.id, max(gone.at) FROM gone JOIN record r ON r.type = gone.type AND r.id = gone.id
		WHERE r.patient = '' AND r.pk NOT IN (SELECT pk FROM shared) AND EXISTS (SELECT 1 FROM (
			SELECT kind, labelled, deleted FROM record WHERE pk = r.pk UNION ALL SELECT kind, labelled, deleted FROM history WHERE type = r.type AND id = r.id) AS v
			WHERE v.deleted = 0 AND v.labelled = 0 AND v.kind IN ` + in(s.Shared) + `)
		GROUP BY r.pk ORDER BY r.pk`
}

func (q charts) Total(patient string, s store.Scope, since int64) int {
	return value[int](q.tx, "SELECT count(*) FROM record WHERE patient = ? AND updated >= ? AND deleted = 0 AND "+of(s), patient, since) +
		value[int](q.tx, reachable(s)+"SELECT count(*) FROM shared JOIN record r ON r.pk = shared.pk WHERE shared.at >= ? AND r.deleted = 0", patient, since)
}

func (q charts) Own(patient string, s store.Scope, since, after int64, most int, fn func(*store.Row) error) error {
	return q.each("SELECT type, id, seq, linked, body FROM record WHERE patient = ? AND seq > ? AND updated >= ? AND deleted = 0 AND "+of(s)+" ORDER BY seq LIMIT ?",
		[]any{patient, after, since, most}, fn)
}

func (q charts) Shared(patient string, s store.Scope, since, after int64, most int, fn func(*store.Row) error) error {
	return q.each(reachable(s)+"SELECT r.type, r.id, r.pk, 1, r.body FROM shared JOIN record r ON r.pk = shared.pk WHERE shared.at >= ? AND r.deleted = 0 AND r.pk > ? ORDER BY r.pk LIMIT ?",
		[]any{patient, since, after, most}, fn)
}

// each gives rows as they come, without a copy of their bytes.
func (q charts) each(text string, args []any, fn func(*store.Row) error) error {
	if q.under.engine().cursors { // which hold some rows
		return each(q.tx, func(r *store.Row) []any { return []any{&r.Type, &r.ID, &r.Place, &r.Linked, &r.Body} }, fn, text, args...)
	}
	var r store.Row
	return q.rows(text, args, []any{(*sql.RawBytes)(&r.Type), (*sql.RawBytes)(&r.ID), &r.Place, &r.Linked, (*sql.RawBytes)(&r.Body)}, func() error { return fn(&r) })
}

func (q charts) Search(s store.Query, fn func(*store.Row) error) error {
	text := "SELECT type, id, seq, linked, body FROM record WHERE type = ? AND deleted = 0 AND labelled = 0 AND kind IN " + in(s.Kinds)
	args := []any{s.Type}
	among := func(column string, values []string) {
		text += " AND " + column + " IN (?" + strings.Repeat(",?", len(values)-1) + ")"
		for _, v := range values {
			args = append(args, v)
		}
	}
	among("patient", s.Patients)
	if len(s.IDs) > 0 {
		among("id", s.IDs)
	}
	for _, b := range s.Updated {
		text += " AND " + flowed + " " + b.Op + " ?"
		args = append(args, b.At)
	}
	after, order := " AND seq > ?", " ORDER BY seq"
	if s.Newest {
		after, order = " AND seq < ?", " ORDER BY seq DESC"
	}
	if s.After > 0 {
		text += after
		args = append(args, s.After)
	}
	return q.each(text+order, args, fn)
}

func (q charts) gone(fn func(*store.Gone) error, text string, args ...any) error {
	return each(q.tx, func(g *store.Gone) []any { return []any{&g.Resource, &g.ID, &g.At} }, fn, text, args...)
}

// seen is the condition that an earlier version of r was of a scope.
func seen(s store.Scope) string {
	return " AND EXISTS (SELECT 1 FROM (SELECT type, id, kind, labelled, deleted FROM history) AS h WHERE h.type = r.type AND h.id = r.id AND h.deleted = 0 AND " + of(s) + ")"
}

func (q charts) Deleted(patient string, s store.Scope, since int64, fn func(*store.Gone) error) error {
	if err := q.gone(fn, "SELECT r.type, r.id, r.updated FROM record r WHERE r.patient = ? AND r.deleted = 1 AND r.updated >= ? AND r.kind IN "+in(s.Plain)+seen(s)+" ORDER BY r.seq", patient, since); err != nil {
		return err
	}
	return q.gone(fn, reachable(s)+"SELECT r.type, r.id, r.updated FROM shared JOIN record r ON r.pk = shared.pk WHERE r.deleted = 1 AND r.updated >= ? ORDER BY r.pk", patient, since)
}

func (q charts) OutOfScope(patient string, s store.Scope, since int64, fn func(*store.Gone) error) error {
	if err := q.gone(fn, reachable(s)+noLonger(s), patient, patient, since, since, since, since); err != nil {
		return err
	}
	if err := q.gone(fn, "SELECT r.type, r.id, r.updated FROM record r WHERE r.patient = ? AND r.updated >= ? AND (r.kind NOT IN "+in(s.Plain)+" OR r.labelled = 1 AND r.deleted = 0)"+seen(s)+" ORDER BY r.seq", patient, since); err != nil {
		return err
	}
	if !q.has("SELECT 1 FROM relabelled LIMIT 1") {
		return nil
	}
	// Of what was taken for unlabelled no version says that it was ever of the scope.
	if err := q.gone(fn, "SELECT r.type, r.id, l.at FROM relabelled l JOIN record r ON r.pk = l.source WHERE r.patient = ? AND l.at >= ? AND r.labelled = 1 AND r.kind IN "+in(s.Plain)+" ORDER BY r.seq", patient, since); err != nil {
		return err
	}
	return q.gone(fn, reachable(s)+"SELECT DISTINCT r.type, r.id, l.at FROM reach JOIN record r ON r.type = reach.type AND r.id = reach.id JOIN relabelled l ON l.source = r.pk WHERE r.patient = '' AND l.at >= ? AND r.labelled = 1 AND r.kind IN "+in(s.Shared), patient, since)
}

func (q charts) Versions(kind, id string, before, only int64, kinds []ehrdesk.Kind, fn func(*store.Record) error) error {
	return each(q.tx, func(r *store.Record) []any {
		return []any{&r.Type, &r.ID, &r.Version, &r.Updated, &r.Patient, &r.Kind, &r.Deleted, &r.Body}
	}, fn,
		"SELECT type, id, version, updated, patient, kind, deleted, body FROM history WHERE type = ? AND id = ? AND version < ? AND CAST(? AS BIGINT) IN (0, version) AND labelled = 0 AND kind IN "+in(kinds)+" ORDER BY version DESC", kind, id, before, only)
}

func (q charts) History(kind string, kinds []ehrdesk.Kind, since int64, fn func(*store.Record) error) error {
	which := " AS record WHERE type = ? AND " + flowed + " >= ? AND labelled = 0 AND kind IN " + in(kinds)
	const what = "SELECT type, id, version, updated, patient, kind, deleted, seq FROM "
	return each(q.tx, func(r *store.Record) []any {
		return []any{&r.Type, &r.ID, &r.Version, &r.Updated, &r.Patient, &r.Kind, &r.Deleted, &r.Seq}
	}, fn,
		what+"record"+which+" UNION ALL "+what+"history"+which+" ORDER BY seq DESC", kind, since, kind, since)
}

func (q charts) Body(kind, id string, version int64) (body []byte) {
	return value[[]byte](q.tx, `SELECT body FROM record WHERE type = ? AND id = ? AND version = ? UNION ALL SELECT body FROM history WHERE type = ? AND id = ? AND version = ?`,
		kind, id, version, kind, id, version)
}
