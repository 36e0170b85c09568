package sqlstore

import (
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

func (q accounts) Providers() []store.HCP {
	return list(q.tx, func(h *store.HCP) []any {
		return []any{&h.ID, &h.Name, &h.Chinese, &h.Kind, &h.Deemed, &h.NoView, &h.NoDeposit}
	},
		"SELECT id, name, chinese, kind, deemed, no_view, no_deposit FROM hcp ORDER BY id")
}

func (q accounts) People(hcp string) []store.Account {
	return list(q.tx, func(a *store.Account) []any {
		return []any{&a.HCP, &a.Staff, &a.Name, &a.Role, &a.Location, &a.Closed, &a.Administrator}
	}, "SELECT hcp, staff, name, role, location, closed, administrator FROM account WHERE ? = '' OR hcp = ? ORDER BY hcp, staff", hcp, hcp)
}

// span is an end as it stands in a row.
type span struct {
	ehrdesk.End
	since, until int64
}

func (q accounts) ends(where string, args ...any) (out []ehrdesk.End) {
	for _, s := range list(q.tx, func(s *span) []any { return []any{&s.Of, &s.since, &s.until, &s.Reason} },
		"SELECT of, since, until, reason FROM ending WHERE hcp = ? AND staff IN ('', ?)"+where+" ORDER BY since, seq", args...) {
		s.Since, s.Until = store.Time(s.since), store.Time(s.until)
		out = append(out, s.End)
	}
	return out
}

func (q accounts) Ends(hcp, staff string) []ehrdesk.End {
	return q.ends(" AND lifted = 0", hcp, staff)
}

func (q accounts) EndsAt(hcp, staff string, at int64) []ehrdesk.End {
	return q.ends(" AND (lifted = 0 OR lifted > ?)", hcp, staff, at)
}

func (q accounts) SetEnds(hcp, staff string, of ehrdesk.EndOf, own bool) []ehrdesk.End {
	return q.ends(" AND staff <> '' AND lifted = 0 AND of = ? AND own = ?", hcp, staff, string(of), own)
}

func (q accounts) AddEnd(hcp, staff string, e ehrdesk.End, own bool) {
	micros := func(t time.Time) int64 {
		if t.IsZero() {
			return 0
		}
		return t.UnixMicro()
	}
	q.exec("INSERT INTO ending (hcp, staff, of, since, until, reason, own) VALUES (?,?,?,?,?,?,?)", hcp, staff, string(e.Of), micros(e.Since), micros(e.Until), e.Reason, own)
}

func (q accounts) LiftEnd(hcp, staff string, of ehrdesk.EndOf, own bool) (found bool) {
	return q.exec("UPDATE ending SET lifted = ? WHERE hcp = ? AND staff = ? AND of = ? AND lifted = 0 AND own >= ?", q.now.UnixMicro(), hcp, staff, string(of), own)
}

func (q accounts) SetAdministrator(hcp, staff string, on bool) {
	q.exec("UPDATE account SET administrator = ? WHERE hcp = ? AND staff = ?", on, hcp, staff)
}

func (q accounts) SetKind(hcp, kind string) {
	q.exec("UPDATE hcp SET kind = ? WHERE id = ?", kind, hcp)
}

func (q accounts) Papers(hcp string) []store.Paper {
	return list(q.tx, func(p *store.Paper) []any { return []any{&p.Document, &p.Seen, &p.Until} }, "SELECT document, seen, until FROM paper WHERE hcp = ? ORDER BY document", hcp)
}

func (q accounts) SetPaper(hcp string, p store.Paper) {
	q.exec("INSERT INTO paper (hcp, document, seen, until) VALUES (?,?,?,?) ON CONFLICT (hcp, document) DO UPDATE SET seen = excluded.seen, until = excluded.until", hcp, p.Document, p.Seen, p.Until)
}

func (q accounts) DropPaper(hcp, document string) (found bool) {
	return q.exec("DELETE FROM paper WHERE hcp = ? AND document = ?", hcp, document)
}
