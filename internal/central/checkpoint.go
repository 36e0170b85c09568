package central

import (
	"bytes"
	"encoding/base64"
	"errors"
	"net/http"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
)

// A desk sends at most this much in one checkpoint; a longer log comes in
// several. maxEntries entries of a log are far smaller than maxCheckpoint.
const (
	maxCheckpoint = 4 << 20 // bytes
	maxEntries    = 1000
)

// auditCheckpoint has the centre vouch for a desk's access log. The desk sends
// the sealed entries that follow what the centre knows, so that the centre
// follows the chain itself; it cannot read them. A log that is shorter than what
// was vouched for, or another one, is refused and written down, and so is a desk
// whose copies are older than they were.
func (s *server) auditCheckpoint(w http.ResponseWriter, r *http.Request, who *token) error {
	in, err := s.inputUpTo(w, r, maxCheckpoint)
	if err != nil {
		return err
	}
	var entries [][]byte
	for _, p := range in {
		if p.Name != "entry" {
			continue
		}
		b, err := base64.StdEncoding.Strict().DecodeString(p.ValueBase64Binary)
		if err != nil || len(b) == 0 || len(entries) == maxEntries {
			return invalid("The entries are not whole, or too many.")
		}
		entries = append(entries, b)
	}
	signed := in.get("checkpoint").ValueString
	var vouched string
	err = s.c.write(r.Context(), func(q *tx) error {
		var jwk []byte
		if _, err := q.row("SELECT jwk FROM desk WHERE client = ?", []any{who.client}, &jwk); err != nil {
			return err
		}
		c, err := openCheckpoint(signed, jwk, who.client)
		if errors.Is(err, errStore) {
			return err
		}
		if id, bad := uuid.Parse(c.Log); err != nil || bad != nil || id.String() != c.Log {
			return invalid("A checkpoint is signed by the desk it comes from.")
		}
		known, found, err := q.vouchedFor(who, c.Log)
		if err != nil {
			return err
		}
		if refused := extends(known, c, entries); refused != nil {
			if found {
				if refused.vouch, err = s.vouch(s.base(r), who.client, known, q.now); err != nil {
					return err
				}
			}
			if refused.issue == "audit-gap" {
				return refused
			}
			return q.incident(who, refused)
		}
		if err := q.keepCheckpoint(who, c, signed, !found || c.N > known.N); err != nil {
			return err
		}
		vouched, err = s.vouch(s.base(r), who.client, c, q.now)
		return err
	})
	if err != nil {
		return err
	}
	s.fhir(w, r, http.StatusOK, parameters(param("checkpoint", "valueString", vouched)))
	return nil
}

// vouchedFor is what the centre knows of a log; of one it does not know, the
// beginning. A desk speaks for one log. Errors: 403.
func (q *tx) vouchedFor(who *token, log string) (a ehrdesk.AuditCheckpoint, found bool, err error) {
	a = ehrdesk.AuditCheckpoint{Log: log, Head: ehrdesk.AuditGenesis(log)}
	var own string
	bound, err := q.row("SELECT log FROM audit_writer WHERE client = ?", []any{who.client}, &own)
	if err != nil {
		return a, false, err
	}
	if bound && own != log {
		return a, false, q.incident(who, refuse(403, "audit-log", "This desk speaks for another access log."))
	}
	var head []byte
	found, err = q.row("SELECT n, head, generation FROM audit_log WHERE hcp = ? AND log = ?", []any{who.hcp, log}, &a.N, &head, &a.Generation)
	if found {
		a.Head = head
	}
	return a, found, err
}

// extends is nil where the desk's log continues what is known.
func extends(known, c ehrdesk.AuditCheckpoint, entries [][]byte) *apiError {
	from := c.N - int64(len(entries))
	switch {
	case c.N < known.N:
		return refuse(409, "audit-behind", "The access log is shorter than what the centre has vouched for.")
	case from != known.N:
		return refuse(409, "audit-gap", "The entries do not begin where the centre has vouched to.")
	}
	head := known.Head
	for i, e := range entries {
		head = ehrdesk.AuditNext(head, from+int64(i)+1, e)
	}
	switch {
	case !bytes.Equal(head, c.Head):
		return refuse(409, "audit-differs", "The access log does not continue what the centre has vouched for.")
	case c.Generation < known.Generation:
		return refuse(409, "copies-behind", "The desk's copies are older than they were.")
	}
	return nil
}

// incident writes a refusal down that somebody has to look into.
func (q *tx) incident(who *token, f *apiError) error {
	if err := q.audit(event{action: ehrdesk.AuditIncident, who: who, reason: f.issue, outcome: ehrdesk.CodeTampered}); err != nil {
		return err
	}
	return f.kept()
}

func (q *tx) keepCheckpoint(who *token, c ehrdesk.AuditCheckpoint, signed string, longer bool) error {
	if err := q.exec("INSERT OR REPLACE INTO audit_log (hcp, log, n, head, generation, client, at) VALUES (?,?,?,?,?,?,?)",
		who.hcp, c.Log, c.N, c.Head, int64(c.Generation), who.client, q.now.UnixMicro()); err != nil {
		return err
	}
	if err := q.exec("INSERT OR IGNORE INTO audit_writer (client, log) VALUES (?,?)", who.client, c.Log); err != nil || !longer {
		return err
	}
	return q.exec("INSERT INTO audit_checkpoint (at, hcp, log, client, staff, n, signed) VALUES (?,?,?,?,?,?,?)",
		q.now.UnixMicro(), who.hcp, c.Log, who.client, who.staff, c.N, signed)
}
