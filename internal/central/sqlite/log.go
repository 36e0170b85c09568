package sqlite

import (
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

type log struct{ *tx }

func (q log) Add(e *store.LogEntry) error {
	return q.exec("INSERT INTO audit (id, at, action, staff, role, hcp, client, location, patient, purpose, reason, kinds, outcome, proof) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
		e.ID, e.At, string(e.Action), e.Who.Staff, string(e.Who.Role), e.Who.HCP, e.Who.Client, e.Who.Location,
		e.Patient, e.Purpose, e.Reason, strings.Join(e.Kinds, ","), e.Outcome, e.Proof)
}

func (q log) Has(id string) (bool, error) {
	var n int64
	return q.row("SELECT seq FROM audit WHERE id = ?", []any{id}, &n)
}

// about is the condition that a row is about a patient, "" for everybody.
func about(patient, column string) (where string, args []any) {
	if patient == "" {
		return "", nil
	}
	return " WHERE " + column + " = ?", []any{patient}
}

func (q log) Each(patient string, each func(*store.LogEntry) error) error {
	where, args := about(patient, "a.patient")
	return q.rows(`SELECT a.at, a.staff, a.role, a.hcp, a.location, coalesce(p.ehr, ''), a.action, a.purpose, a.reason, a.kinds, a.outcome, a.proof
		FROM audit a LEFT JOIN participant p ON p.patient = a.patient`+where+` ORDER BY a.seq`, args, func(scan func(...any) error) error {
		e := store.LogEntry{Who: &store.Account{}}
		var kinds string
		if err := scan(&e.At, &e.Who.Staff, &e.Who.Role, &e.Who.HCP, &e.Who.Location, &e.EHR, &e.Action, &e.Purpose, &e.Reason, &kinds, &e.Outcome, &e.Proof); err != nil {
			return err
		}
		e.Kinds = split(kinds)
		return each(&e)
	})
}

func (q log) Visit(who *store.Account, patient string) (at int64, err error) {
	_, err = q.row("SELECT at FROM visit WHERE patient = ? AND hcp = ? AND staff = ? AND client = ?", []any{patient, who.HCP, who.Staff, who.Client}, &at)
	return at, err
}

func (q log) SetVisit(who *store.Account, patient string, at int64) error {
	return q.exec("INSERT OR REPLACE INTO visit (patient, hcp, staff, client, at) VALUES (?,?,?,?,?)", patient, who.HCP, who.Staff, who.Client, at)
}

func (q log) AddNotice(n store.Notice) error {
	return q.exec("INSERT INTO notice (at, patient, channel, text) VALUES (?,?,?,?)", n.At, n.Patient, n.Channel, n.Text)
}

func (q log) EachNotice(patient string, each func(store.Notice) error) error {
	where, args := about(patient, "n.patient")
	return q.rows(`SELECT n.at, p.ehr, n.channel, n.text FROM notice n JOIN participant p ON p.patient = n.patient`+where+` ORDER BY n.seq`, args, func(scan func(...any) error) error {
		var n store.Notice
		if err := scan(&n.At, &n.EHR, &n.Channel, &n.Text); err != nil {
			return err
		}
		return each(n)
	})
}

type checkpoints struct{ *tx }

func (q checkpoints) Writer(client string) (log string, err error) {
	_, err = q.row("SELECT log FROM audit_writer WHERE client = ?", []any{client}, &log)
	return log, err
}

func (q checkpoints) Of(hcp, log string) (*store.DeskLog, error) {
	d := store.DeskLog{HCP: hcp}
	d.Log = log
	found, err := q.row("SELECT n, head, generation FROM audit_log WHERE hcp = ? AND log = ?", []any{hcp, log}, &d.N, &d.Head, &d.Generation)
	if err != nil || !found {
		return nil, err
	}
	return &d, nil
}

func (q checkpoints) Set(d *store.DeskLog) error {
	if err := q.exec("INSERT OR REPLACE INTO audit_log (hcp, log, n, head, generation, client, at) VALUES (?,?,?,?,?,?,?)",
		d.HCP, d.Log, d.N, d.Head, int64(d.Generation), d.Client, d.At); err != nil {
		return err
	}
	return q.exec("INSERT OR IGNORE INTO audit_writer (client, log) VALUES (?,?)", d.Client, d.Log)
}

func (q checkpoints) Keep(d *store.DeskLog, staff, signed string) error {
	return q.exec("INSERT INTO audit_checkpoint (at, hcp, log, client, staff, n, signed) VALUES (?,?,?,?,?,?,?)", d.At, d.HCP, d.Log, d.Client, staff, d.N, signed)
}

func (q checkpoints) Forget(hcp, log string) (found bool, err error) {
	return q.changed("DELETE FROM audit_log WHERE hcp = ? AND log = ?", hcp, log)
}

func (q checkpoints) Each(each func(*store.DeskLog) error) error {
	return q.rows(`SELECT l.hcp, l.log, l.n, l.head, l.generation, l.at,
		(SELECT count(*) FROM audit a JOIN audit_writer w ON w.client = a.client WHERE w.log = l.log AND a.hcp = l.hcp AND a.action = ?)
		FROM audit_log l ORDER BY l.hcp, l.log`, []any{string(ehrdesk.AuditIncident)}, func(scan func(...any) error) error {
		var d store.DeskLog
		if err := scan(&d.HCP, &d.Log, &d.N, &d.Head, &d.Generation, &d.At, &d.Incidents); err != nil {
			return err
		}
		return each(&d)
	})
}

type changes struct{ *tx }

func (q changes) Next() (seq, at int64, err error) {
	if q.seq == 0 {
		if _, err := q.row("SELECT seq, at FROM change", nil, &q.seq, &q.at); err != nil {
			return 0, 0, err
		}
	}
	q.seq++
	q.at = max(q.at+1, q.now.UnixMicro())
	return q.seq, q.at, nil
}

func (q changes) Last() (seq int64, err error) {
	_, err = q.row("SELECT seq FROM change", nil, &seq)
	return seq, err
}

func (q changes) hints(text string, args ...any) ([]store.Hint, error) {
	return list(q.tx, text, args, func(scan func(...any) error) (h store.Hint, err error) {
		err = scan(&h.Seq, &h.Patient)
		return h, err
	})
}

func (q changes) Consents(hcp string, seq int64) ([]store.Hint, error) {
	return q.hints("SELECT max(changed), patient FROM consent WHERE hcp = ? AND changed > ? GROUP BY patient", hcp, seq)
}

func (q changes) Ended(hcp string, from, to time.Time) ([]store.Hint, error) {
	return q.hints("SELECT 0, patient FROM consent WHERE hcp = ? AND until > ? AND until <= ? AND state = ?", hcp, from.UnixMicro(), to.UnixMicro(), string(ehrdesk.ConsentActive))
}

// known is the condition that a patient has, or had, a consent to the provider.
func known(h *store.HCP) (text string, arg any) {
	if h.Deemed {
		return "patient IN (SELECT patient FROM participant WHERE state = ?)", string(ehrdesk.Registered)
	}
	return "patient IN (SELECT patient FROM consent WHERE hcp = ?)", h.ID
}

func (q changes) Records(h *store.HCP, seq int64) ([]store.Hint, error) {
	where, arg := known(h)
	return q.hints("SELECT max(seq), patient FROM record WHERE seq > ? AND "+where+" GROUP BY patient", seq, arg)
}

func (q changes) Flowed(h *store.HCP, from, to time.Time) ([]store.Hint, error) {
	where, arg := known(h)
	return q.hints("SELECT 0, patient FROM participant WHERE expected > ? AND expected <= ? AND "+where, from.UnixMicro(), to.UnixMicro(), arg)
}
