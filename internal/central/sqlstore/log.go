package sqlstore

import (
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

type log struct{ *tx }

func (q log) Add(e *store.LogEntry) {
	q.exec("INSERT INTO audit (seq, hash, id, at, action, staff, role, hcp, client, location, patient, purpose, reason, kinds, outcome, proof, access, what, reporter, acted, marks) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
		e.Seq, e.Hash, e.ID, e.At, string(e.Action), e.Staff, string(e.Role), e.HCP, e.Client, e.Location, e.Patient, e.Purpose, e.Reason, strings.Join(e.Kinds, ","), e.Outcome, e.Proof, e.Access, e.What, e.Reporter, e.Acted, strings.Join(e.Marks, ","))
}

func (q log) Last() (n int64, head []byte) {
	q.row("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1", nil, &n, &head)
	return n, head
}

func (q log) EachFrom(n int64, fn func(*store.LogEntry) error) error {
	return q.entries(fn, " WHERE a.seq > ?", n)
}

func (q log) Unusual(after int64, fn func(*store.LogEntry) error) error {
	return q.entries(fn, " WHERE a.seq > ? AND (a.marks <> '' AND a.marks <> ? OR a.action = ?)", after, store.MarkSampled, string(ehrdesk.AuditIncident))
}

func (q log) Sampled(fn func(*store.LogEntry) error) error {
	return q.entries(fn, " WHERE a.marks <> '' AND ',' || a.marks || ',' LIKE ?", "%,"+store.MarkSampled+",%")
}

func (q log) Event(id string) (found *store.LogEntry) {
	err := q.entries(func(e *store.LogEntry) error { found = e; return nil }, " WHERE a.id = ?", id)
	if err != nil {
		q.abort(err)
	}
	return found
}

func (q log) Review(id string) (found *store.LogEntry) {
	err := q.entries(func(e *store.LogEntry) error { found = e; return nil }, " WHERE a.action = 'review' AND a.what = ?", "AuditEvent/"+id)
	if err != nil {
		q.abort(err)
	}
	return found
}

func (q log) Sample() (percent int) { return value[int](q.tx, "SELECT percent FROM sample") }

func (q log) SetSample(percent int) { q.exec("UPDATE sample SET percent = ?", percent) }

func (q log) Each(patient string, after int64, fn func(*store.LogEntry) error) error {
	where, args := about(patient, "a.patient", "a.seq", after)
	return q.entries(fn, where, args...)
}

// OfProvider goes by the desks, which the index of events has.
func (q log) OfProvider(hcp string, from, after int64, fn func(*store.LogEntry) error) error {
	return q.entries(fn, ` WHERE a.seq IN (SELECT seq FROM audit WHERE client IN (SELECT client FROM desk WHERE hcp = ?1) AND at >= ?2 AND seq > ?3
		UNION SELECT e.seq FROM incident f JOIN audit e ON e.id = f.event WHERE f.last >= ?2 AND e.seq > ?3 AND e.client IN (SELECT client FROM desk WHERE hcp = ?1))`, hcp, from, after)
}

func (q log) entries(fn func(*store.LogEntry) error, where string, args ...any) error {
	return q.with(fn, "coalesce(i.times, 0), coalesce(i.last, 0)", "LEFT JOIN incident i ON i.event = a.id", where, args...)
}

// with is entries with how often each was found, from a table that a store has not had from
// the first.
func (q log) with(fn func(*store.LogEntry) error, again, from, where string, args ...any) error {
	return each(q.tx, func(e *store.LogEntry) []any {
		return []any{&e.Seq, &e.Hash, &e.ID, &e.At, &e.Action, &e.Staff, &e.Role, &e.HCP, &e.Client, &e.Location, &e.Patient, &e.EHR, &e.Purpose, &e.Reason, names(&e.Kinds), &e.Outcome, &e.Proof, &e.Access, &e.What,
			&e.Reporter, &e.Acted, names(&e.Marks), &e.Again.Times, &e.Again.Last}
	}, fn, `SELECT a.seq, a.hash, a.id, a.at, a.action, a.staff, a.role, a.hcp, a.client, a.location, a.patient, coalesce(p.ehr, ''), a.purpose, a.reason, a.kinds, a.outcome, a.proof, a.access, a.what, a.reporter, a.acted, a.marks, `+again+`
		FROM audit a LEFT JOIN participant p ON p.patient = a.patient `+from+where+` ORDER BY a.seq`, args...)
}

func (q log) Contact(client string, until int64) (at int64) {
	return value[int64](q.tx, `SELECT coalesce(max(at), 0) FROM audit WHERE at <= ? AND client IN
		(SELECT ? UNION SELECT client FROM audit_writer WHERE log = (SELECT log FROM audit_writer WHERE client = ?))`, until, client, client)
}

func (q log) Guarded() bool { return value[bool](q.tx, q.under.engine().guarded) }

func (q log) KeyMark() []byte { return value[[]byte](q.tx, "SELECT mark FROM key_mark") }

func (q log) SetKeyMark(mark []byte) { q.exec("INSERT INTO key_mark (one, mark) VALUES (1, ?)", mark) }

func (q log) AddHead(h store.LogHead) {
	q.exec("INSERT INTO audit_head (n, at, signed) VALUES (?,?,?) ON CONFLICT DO NOTHING", h.N, h.At, h.Signed)
}

func (q log) LastHead() *store.LogHead {
	return one(q.tx, store.LogHead{}, headColumns, "SELECT n, at, signed FROM audit_head ORDER BY n DESC LIMIT 1")
}

func (q log) EachHead(fn func(*store.LogHead) error) error {
	return each(q.tx, headColumns, fn, "SELECT n, at, signed FROM audit_head ORDER BY n")
}

func headColumns(h *store.LogHead) []any { return []any{&h.N, &h.At, &h.Signed} }

func (q log) Has(id string) bool { return q.has("SELECT seq FROM audit WHERE id = ?", id) }

// about is the condition that a row is about a patient, "" for everybody, and after a number.
func about(patient, column, number string, after int64) (where string, args []any) {
	where, args = " WHERE "+number+" > ?", []any{after}
	if patient == "" {
		return where, args
	}
	return where + " AND " + column + " = ?", append(args, patient)
}

func (q log) Visit(who *store.Account, patient string) (at int64, ahead bool) {
	type visit struct {
		at    int64
		ahead bool
	}
	v := one(q.tx, visit{}, func(v *visit) []any { return []any{&v.at, &v.ahead} }, "SELECT at, ahead FROM visit WHERE patient = ? AND hcp = ? AND staff = ? AND client = ?", patient, who.HCP, who.Staff, who.Client)
	if v == nil {
		return 0, false
	}
	return v.at, v.ahead
}

func (q log) SetVisit(who *store.Account, patient string, at int64, ahead bool) {
	q.exec("INSERT INTO visit (patient, hcp, staff, client, at, ahead) VALUES (?,?,?,?,?,?) ON CONFLICT (patient, hcp, staff, client) DO UPDATE SET at = excluded.at, ahead = excluded.ahead", patient, who.HCP, who.Staff, who.Client, at, ahead)
}

func (q log) AddNotice(n store.Notice) {
	q.exec("INSERT INTO notice (at, patient, channel, contact, text) VALUES (?,?,?,?,?)", n.At, n.Patient, n.Channel, n.Contact, n.Text)
}

func (q log) EachNotice(patient string, after int64, fn func(*store.Notice) error) error {
	where, args := about(patient, "n.patient", "n.seq", after)
	return each(q.tx, func(n *store.Notice) []any { return []any{&n.Seq, &n.At, &n.EHR, &n.Channel, &n.Contact, &n.Text} }, fn,
		`SELECT n.seq, n.at, p.ehr, n.channel, n.contact, n.text FROM notice n JOIN participant p ON p.patient = n.patient`+where+` ORDER BY n.seq`, args...)
}

type checkpoints struct{ *tx }

func (q checkpoints) Writer(client string) (log string) {
	return value[string](q.tx, "SELECT log FROM audit_writer WHERE client = ?", client)
}

func (q checkpoints) Of(hcp, log string) *store.DeskLog {
	return one(q.tx, store.DeskLog{HCP: hcp, AuditCheckpoint: ehrdesk.AuditCheckpoint{Log: log}}, func(d *store.DeskLog) []any { return []any{&d.N, &d.Head, &d.Generation} },
		"SELECT n, head, generation FROM audit_log WHERE hcp = ? AND log = ?", hcp, log)
}

func (q checkpoints) Set(d *store.DeskLog) {
	q.exec("INSERT INTO audit_log (hcp, log, n, head, generation, client, at) VALUES (?,?,?,?,?,?,?) ON CONFLICT (hcp, log) DO UPDATE SET n = excluded.n, head = excluded.head, generation = excluded.generation, client = excluded.client, at = excluded.at",
		d.HCP, d.Log, d.N, d.Head, int64(d.Generation), d.Client, d.At)
	q.exec("INSERT INTO audit_writer (client, log) VALUES (?,?) ON CONFLICT DO NOTHING", d.Client, d.Log)
}

func (q checkpoints) Keep(d *store.DeskLog, staff, signed string) {
	q.exec("INSERT INTO audit_checkpoint (at, hcp, log, client, staff, n, signed) VALUES (?,?,?,?,?,?,?)", d.At, d.HCP, d.Log, d.Client, staff, d.N, signed)
}

func (q checkpoints) Forget(hcp, log string) (found bool) {
	return q.exec("DELETE FROM audit_log WHERE hcp = ? AND log = ?", hcp, log)
}

func (q checkpoints) Each(fn func(*store.DeskLog) error) error {
	return each(q.tx, func(d *store.DeskLog) []any {
		return []any{&d.HCP, &d.Log, &d.N, &d.Head, &d.Generation, &d.At, &d.Incidents}
	}, fn, `SELECT l.hcp, l.log, l.n, l.head, l.generation, l.at,
		(SELECT CAST(coalesce(sum(coalesce(i.times, 1)), 0) AS BIGINT) FROM audit a LEFT JOIN incident i ON i.event = a.id JOIN audit_writer w ON w.client = a.client WHERE w.log = l.log AND a.hcp = l.hcp AND a.action = ?)
		FROM audit_log l ORDER BY l.hcp, l.log`, string(ehrdesk.AuditIncident))
}

func (q checkpoints) Incident(desk, reason, what string) (event string) {
	return value[string](q.tx, "SELECT event FROM incident WHERE desk = ? AND reason = ? AND what = ? AND settled = 0", desk, reason, what)
}

func (q checkpoints) IncidentsSince(desk, reason string, from int64) (n int, event string) {
	q.row("SELECT count(*), coalesce((SELECT event FROM incident WHERE desk = ?1 AND reason = ?2 AND settled = 0 ORDER BY began DESC LIMIT 1), '') FROM incident WHERE desk = ?1 AND reason = ?2 AND settled = 0 AND began >= ?3", []any{desk, reason, from}, &n, &event)
	return n, event
}

func (q checkpoints) AddIncident(i store.Incident, at int64) {
	q.exec("INSERT INTO incident (event, desk, reason, what, began, times, last) VALUES (?,?,?,?,?,1,?)", i.Event, i.Desk, i.Reason, i.What, at, at)
}

func (q checkpoints) IncidentAgain(event string, at int64) {
	q.exec("UPDATE incident SET times = times + 1, last = ? WHERE event = ?", at, event)
}

func (q checkpoints) SettleIncidents(desk string) {
	q.exec("UPDATE incident SET settled = 1 WHERE desk = ?", desk)
}

type changes struct{ *tx }

func (q changes) Next() (seq, at int64) {
	if q.seq == 0 {
		q.row("SELECT seq, at FROM change", nil, &q.seq, &q.at)
	}
	q.seq++
	q.at = max(q.at+1, q.now.UnixMicro())
	return q.seq, q.at
}

func (q changes) Last() (seq int64) { return value[int64](q.tx, "SELECT seq FROM change") }
func (q changes) hints(text string, args ...any) []store.Hint {
	return list(q.tx, func(h *store.Hint) []any { return []any{&h.Seq, &h.Patient} }, text, args...)
}

func (q changes) Consents(hcp string, seq int64) []store.Hint {
	return q.hints("SELECT max(changed), patient FROM consent WHERE hcp = ? AND changed > ? GROUP BY patient", hcp, seq)
}

func (q changes) Ended(hcp string, from, to time.Time) []store.Hint {
	return q.hints("SELECT 0, patient FROM consent WHERE hcp = ? AND until > ? AND until <= ? AND state = ?", hcp, from.UnixMicro(), to.UnixMicro(), string(ehrdesk.ConsentActive))
}

// known is the condition that a patient has, or had, a consent to the provider.
func known(h *store.HCP) (text string, arg any) {
	if h.Deemed {
		return "patient IN (SELECT patient FROM participant WHERE state = ?)", string(ehrdesk.Registered)
	}
	return "patient IN (SELECT patient FROM consent WHERE hcp = ?)", h.ID
}

func (q changes) Records(h *store.HCP, seq int64) []store.Hint {
	where, arg := known(h)
	return q.hints("SELECT max(seq), patient FROM record WHERE seq > ? AND "+where+" GROUP BY patient", seq, arg)
}

func (q changes) Flowed(h *store.HCP, from, to time.Time) []store.Hint {
	where, arg := known(h)
	return q.hints("SELECT 0, patient FROM participant WHERE expected > ? AND expected <= ? AND "+where, from.UnixMicro(), to.UnixMicro(), arg)
}

func (q log) Owed() store.Owed { return owed(q) }

type owed struct{ *tx }

func (q owed) Add(d store.Due) {
	q.exec("INSERT INTO owed (type, id, body) VALUES (?,?,?)", d.Type, d.ID, d.Body)
}

func (q owed) Next(kind string, after int64, most int) []store.Due {
	return list(q.tx, func(d *store.Due) []any { return []any{&d.Seq, &d.Type, &d.ID, &d.Body} },
		"SELECT seq, type, id, body FROM owed WHERE type = ? AND seq > ? ORDER BY seq LIMIT ?", kind, after, most)
}

func (q owed) Of(kind, id string) []store.Due {
	return list(q.tx, func(d *store.Due) []any { return []any{&d.Seq, &d.Type, &d.ID, &d.Body} },
		"SELECT seq, type, id, body FROM owed WHERE type = ? AND id = ? ORDER BY seq", kind, id)
}

func (q owed) Done(seq int64) { q.exec("DELETE FROM owed WHERE seq = ?", seq) }
