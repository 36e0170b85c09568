package central

import (
	"context"
	"encoding/hex"

	"github.com/ehrdesk/ehrdesk"
)

// DeskLog is what the centre vouches for of one desk's access log.
type DeskLog struct {
	HCP        string `json:"hcp"`
	Log        string `json:"log"`
	Entries    int64  `json:"entries"`
	Head       string `json:"head"` // hexadecimal
	Generation uint64 `json:"generation"`
	At         string `json:"at"`
	Incidents  int    `json:"incidents"` // refusals of checkpoints of its desk keys
}

// DeskLogs calls each for every desk's log, in the order of providers.
func (c *Centre) DeskLogs(ctx context.Context, each func(DeskLog) error) error {
	return c.read(ctx, func(q *tx) error {
		return q.rows(`SELECT l.hcp, l.log, l.n, l.head, l.generation, l.at,
			(SELECT count(*) FROM audit a JOIN audit_writer w ON w.client = a.client WHERE w.log = l.log AND a.hcp = l.hcp AND a.action = ?)
			FROM audit_log l ORDER BY l.hcp, l.log`, []any{string(ehrdesk.AuditIncident)}, func(scan func(...any) error) error {
			var d DeskLog
			var head []byte
			var at int64
			if err := scan(&d.HCP, &d.Log, &d.Entries, &head, &d.Generation, &at, &d.Incidents); err != nil {
				return err
			}
			d.Head, d.At = hex.EncodeToString(head), instant(at)
			return each(d)
		})
	})
}

// ForgetDeskLog ends the centre's word for a log, once somebody has looked into
// why its desk no longer continues it: the next checkpoint is taken from the
// log's first entry on. What was signed before is kept. Errors: CodeNotFound.
func (c *Centre) ForgetDeskLog(ctx context.Context, hcp, log string) error {
	const op = "desk.forget"
	return c.write(ctx, func(q *tx) error {
		var n int64
		found, err := q.row("SELECT n FROM audit_log WHERE hcp = ? AND log = ?", []any{hcp, log}, &n)
		if err != nil {
			return err
		}
		if !found {
			return ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "the centre vouches for no such log")
		}
		if err := q.exec("DELETE FROM audit_log WHERE hcp = ? AND log = ?", hcp, log); err != nil {
			return err
		}
		return q.audit(event{action: ehrdesk.AuditIncident, who: &token{hcp: hcp, staff: "operator"}, reason: "desk-forgotten"})
	})
}
