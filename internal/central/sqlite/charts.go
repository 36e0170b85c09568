package sqlite

import (
	"database/sql"
	"strconv"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

type charts struct{ *tx }

// in is a list of kinds: our own small numbers, never outside text.
func in(kinds []ehrdesk.Kind) string {
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
const flowed = "max(updated, coalesce((SELECT expected FROM participant WHERE participant.patient = record.patient), 0))"

// reachable are the shared resources that a patient's visible records refer to,
// themselves or through another, each with the instant since which that is so.
// Its one parameter is the patient.
func reachable(s store.Scope) string {
	return `WITH RECURSIVE reach(type, id, at) AS (
		SELECT type, id, min(at) FROM link WHERE patient = ? AND ended = 0 AND ` + of(s) + ` GROUP BY type, id
		UNION
		SELECT e.to_type, e.to_id, max(reach.at, r.updated) FROM reach JOIN record r ON r.type = reach.type AND r.id = reach.id AND r.patient = '' AND r.deleted = 0
			JOIN edge e ON e.type = reach.type AND e.id = reach.id AND e.ended = 0),
		shared AS (SELECT r.pk AS pk, max(max(reach.at, r.updated)) AS at FROM reach JOIN record r ON r.type = reach.type AND r.id = reach.id
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
		SELECT e.to_type, e.to_id, max(was.at, e.ended) FROM was JOIN edge e ON e.type = was.type AND e.id = was.id WHERE e.ended = 0 OR e.ended >= ?),
		gone AS (SELECT type, id, at FROM was UNION SELECT r.type, r.id, r.updated FROM reach JOIN record r ON r.type = reach.type AND r.id = reach.id WHERE r.updated >= ?)
		SELECT r.type, r.id, max(gone.at) FROM gone JOIN record r ON r.type = gone.type AND r.id = gone.id
		WHERE r.patient = '' AND r.pk NOT IN (SELECT pk FROM shared) AND EXISTS (SELECT 1 FROM (
			SELECT kind, labelled, deleted FROM record WHERE pk = r.pk UNION ALL SELECT kind, labelled, deleted FROM history WHERE type = r.type AND id = r.id) AS v
			WHERE v.deleted = 0 AND v.labelled = 0 AND v.kind IN ` + in(s.Shared) + `)
		GROUP BY r.pk ORDER BY r.pk`
}

func (q charts) Total(patient string, s store.Scope, since int64) (int, error) {
	var own, linked int
	if _, err := q.row("SELECT count(*) FROM record WHERE patient = ? AND updated >= ? AND deleted = 0 AND "+of(s), []any{patient, since}, &own); err != nil {
		return 0, err
	}
	_, err := q.row(reachable(s)+"SELECT count(*) FROM shared JOIN record r ON r.pk = shared.pk WHERE shared.at >= ? AND r.deleted = 0", []any{patient, since}, &linked)
	return own + linked, err
}

func (q charts) Own(patient string, s store.Scope, since, after int64, most int, each func(*store.Row) error) error {
	return q.each("SELECT type, id, seq, linked, body FROM record WHERE patient = ? AND seq > ? AND updated >= ? AND deleted = 0 AND "+of(s)+" ORDER BY seq LIMIT ?",
		[]any{patient, after, since, most}, each)
}

func (q charts) Shared(patient string, s store.Scope, since, after int64, most int, each func(*store.Row) error) error {
	return q.each(reachable(s)+"SELECT r.type, r.id, r.pk, 1, r.body FROM shared JOIN record r ON r.pk = shared.pk WHERE shared.at >= ? AND r.deleted = 0 AND r.pk > ? ORDER BY r.pk LIMIT ?",
		[]any{patient, since, after, most}, each)
}

// each gives rows as they come, without a copy of their bytes.
func (q charts) each(text string, args []any, each func(*store.Row) error) error {
	var r store.Row
	return q.rows(text, args, func(scan func(...any) error) error {
		if err := scan((*sql.RawBytes)(&r.Type), (*sql.RawBytes)(&r.ID), &r.Place, &r.Linked, (*sql.RawBytes)(&r.Body)); err != nil {
			return err
		}
		return each(&r)
	})
}

func (q charts) Search(s store.Query, each func(*store.Row) error) error {
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
	return q.each(text+order, args, each)
}

func (q charts) gone(each func(store.Gone) error, text string, args ...any) error {
	return q.rows(text, args, func(scan func(...any) error) error {
		var g store.Gone
		if err := scan(&g.Resource, &g.ID, &g.At); err != nil {
			return err
		}
		return each(g)
	})
}

// seen is the condition that an earlier version of r was of a scope.
func seen(s store.Scope) string {
	return " AND EXISTS (SELECT 1 FROM (SELECT type, id, kind, labelled, deleted FROM history) AS h WHERE h.type = r.type AND h.id = r.id AND h.deleted = 0 AND " + of(s) + ")"
}

func (q charts) Deleted(patient string, s store.Scope, since int64, each func(store.Gone) error) error {
	if err := q.gone(each, "SELECT r.type, r.id, r.updated FROM record r WHERE r.patient = ? AND r.deleted = 1 AND r.updated >= ? AND r.kind IN "+in(s.Plain)+seen(s)+" ORDER BY r.seq", patient, since); err != nil {
		return err
	}
	return q.gone(each, reachable(s)+"SELECT r.type, r.id, r.updated FROM shared JOIN record r ON r.pk = shared.pk WHERE r.deleted = 1 AND r.updated >= ? ORDER BY r.pk", patient, since)
}

func (q charts) OutOfScope(patient string, s store.Scope, since int64, each func(store.Gone) error) error {
	if err := q.gone(each, reachable(s)+noLonger(s), patient, patient, since, since, since, since); err != nil {
		return err
	}
	return q.gone(each, "SELECT r.type, r.id, r.updated FROM record r WHERE r.patient = ? AND r.updated >= ? AND (r.kind NOT IN "+in(s.Plain)+" OR r.labelled = 1 AND r.deleted = 0)"+seen(s)+" ORDER BY r.seq", patient, since)
}

func (q charts) Versions(kind, id string, before, only int64, kinds []ehrdesk.Kind, each func(*store.Record) error) error {
	return q.rows("SELECT version, updated, patient, kind, deleted, body FROM history WHERE type = ? AND id = ? AND version < ? AND ? IN (0, version) AND labelled = 0 AND kind IN "+in(kinds)+" ORDER BY version DESC",
		[]any{kind, id, before, only}, func(scan func(...any) error) error {
			r := store.Record{Type: kind, ID: id}
			if err := scan(&r.Version, &r.Updated, &r.Patient, &r.Kind, &r.Deleted, &r.Body); err != nil {
				return err
			}
			return each(&r)
		})
}

func (q charts) History(kind string, kinds []ehrdesk.Kind, since int64, each func(*store.Record) error) error {
	which := " AS record WHERE type = ? AND " + flowed + " >= ? AND labelled = 0 AND kind IN " + in(kinds)
	const what = "SELECT type, id, version, updated, patient, kind, deleted, seq FROM "
	return q.rows(what+"record"+which+" UNION ALL "+what+"history"+which+" ORDER BY seq DESC", []any{kind, since, kind, since}, func(scan func(...any) error) error {
		var r store.Record
		if err := scan(&r.Type, &r.ID, &r.Version, &r.Updated, &r.Patient, &r.Kind, &r.Deleted, &r.Seq); err != nil {
			return err
		}
		return each(&r)
	})
}

func (q charts) Body(kind, id string, version int64) (body []byte, err error) {
	_, err = q.row(`SELECT body FROM record WHERE type = ? AND id = ? AND version = ? UNION ALL SELECT body FROM history WHERE type = ? AND id = ? AND version = ?`,
		[]any{kind, id, version, kind, id, version}, &body)
	return body, err
}
