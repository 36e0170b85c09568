package sqlstore

import (
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

type accounts struct{ *tx }

func (q accounts) Provider(id string) *store.HCP {
	return one(q.tx, store.HCP{ID: id}, func(h *store.HCP) []any {
		return []any{&h.Name, &h.Chinese, &h.Kind, &h.CacheHours, kinds(&h.CacheNever), handouts(&h.Handout), &h.Ahead, &h.Deemed, &h.NoView, &h.NoDeposit, oneWords(&h.Second)}
	}, "SELECT name, chinese, kind, cache_hours, cache_never, handout, ahead, deemed, no_view, no_deposit, second_person FROM hcp WHERE id = ?", id)
}

func (q accounts) AddProvider(h *store.HCP) {
	q.exec("INSERT INTO hcp (id, name, chinese, kind, cache_hours, cache_never, handout, ahead, deemed, no_view, no_deposit) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
		h.ID, h.Name, h.Chinese, h.Kind, h.CacheHours, kindList(h.CacheNever), handoutList(h.Handout), h.Ahead, h.Deemed, h.NoView, h.NoDeposit)
}

func (q accounts) SetCache(h *store.HCP) {
	q.exec("UPDATE hcp SET cache_hours = ?, cache_never = ?, handout = ?, ahead = ? WHERE id = ?", h.CacheHours, kindList(h.CacheNever), handoutList(h.Handout), h.Ahead, h.ID)
}

func kindList(kinds []ehrdesk.Kind) string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.String()
	}
	return strings.Join(names, ",")
}

func handoutList(ways []ehrdesk.Handout) string {
	names := make([]string, len(ways))
	for i, w := range ways {
		names[i] = string(w)
	}
	return strings.Join(names, ",")
}

func (q accounts) Get(hcp, staff string) *store.Account {
	a := one(q.tx, store.Account{HCP: hcp, Staff: staff}, func(a *store.Account) []any {
		return []any{&a.Name, &a.Role, &a.Location, &a.Closed, &a.Administrator}
	}, "SELECT name, role, location, closed, administrator FROM account WHERE hcp = ? AND staff = ?", hcp, staff)
	if a != nil { // it refers to its provider
		a.Provider, a.Ends = *q.Provider(hcp), q.Ends(hcp, staff)
	}
	return a
}

func (q accounts) Add(a *store.Account) {
	q.exec("INSERT INTO account (hcp, staff, name, role, location) VALUES (?,?,?,?,?)", a.HCP, a.Staff, a.Name, string(a.Role), a.Location)
}

func (q accounts) Open(hcp, staff string) {
	q.exec("UPDATE account SET closed = 0 WHERE hcp = ? AND staff = ?", hcp, staff)
}

func (q accounts) Close(hcp, staff string) {
	for _, change := range []string{
		"UPDATE account SET closed = 1 WHERE hcp = ? AND staff = ?",
		"DELETE FROM token WHERE hcp = ? AND staff = ?",
		"DELETE FROM activation WHERE hcp = ? AND staff = ? AND used = 0",
	} {
		q.exec(change, hcp, staff)
	}
	q.exec("UPDATE person SET ended = ? WHERE staff = ? AND ended = 0 AND client IN (SELECT client FROM desk WHERE hcp = ?)", q.now.UnixMicro(), staff, hcp)
}

func (q accounts) Staff(hcp string, fn func(*store.StaffKey) error) error {
	return each(q.tx, func(k *store.StaffKey) []any { return []any{&k.Staff, &k.Name, &k.Role, &k.Key, &k.Closed} }, fn,
		`SELECT a.staff, a.name, a.role, coalesce(p.jwk, ''), a.closed FROM account a
		LEFT JOIN desk d ON d.hcp = a.hcp LEFT JOIN person p ON p.client = d.client AND p.staff = a.staff AND p.ended = 0 WHERE a.hcp = ? ORDER BY a.staff`, hcp)
}

func (q accounts) SetCode(digest []byte, hcp, staff string, expires time.Time) {
	q.exec("DELETE FROM activation WHERE hcp = ? AND staff = ? AND used = 0", hcp, staff)
	q.exec("INSERT INTO activation (hash, hcp, staff, expires) VALUES (?,?,?,?)", digest, hcp, staff, expires.UnixMicro())
}

func (q accounts) Code(digest []byte, staff string, most int) (hcp string) {
	return value[string](q.tx, "SELECT hcp FROM activation WHERE hash = ? AND staff = ? AND used = 0 AND expires > ? AND tries < ?", digest, staff, q.now.UnixMicro(), most)
}

func (q accounts) CodeOpen(hcp, staff string, most int) bool {
	return q.has("SELECT 1 FROM activation WHERE hcp = ? AND staff = ? AND used = 0 AND expires > ? AND tries < ?", hcp, staff, q.now.UnixMicro(), most)
}

func (q accounts) UseCode(digest []byte) {
	q.exec("UPDATE activation SET used = 1 WHERE hash = ?", digest)
}
func (q accounts) WrongCode(hcp, staff string) {
	q.exec("UPDATE activation SET tries = tries + 1 WHERE hcp = ? AND staff = ? AND used = 0", hcp, staff)
}

type desks struct{ *tx }

func (q desks) Get(client string) *store.Desk {
	return one(q.tx, store.Desk{Client: client}, func(d *store.Desk) []any { return []any{&d.HCP, &d.Install, &d.Print, &d.Key} },
		"SELECT hcp, install, print, jwk FROM desk WHERE client = ?", client)
}

func (q desks) ByKey(hcp, print string) (client string) {
	return value[string](q.tx, "SELECT client FROM desk WHERE hcp = ? AND print = ?", hcp, print)
}
func (q desks) Add(d *store.Desk) {
	q.exec("INSERT INTO desk (client, hcp, install, print, jwk) VALUES (?,?,?,?,?)", d.Client, d.HCP, d.Install, d.Print, d.Key)
}

func (q desks) PersonKey(client, staff string) (print string, key []byte, ended bool) {
	q.row("SELECT print, jwk, ended > 0 FROM person WHERE client = ? AND staff = ?", []any{client, staff}, &print, &key, &ended)
	return print, key, ended
}

func (q desks) Enrolments(hcp, staff string) []store.Enrolment {
	return list(q.tx, func(e *store.Enrolment) []any { return []any{&e.Client, &e.Since, &e.Ended, &e.Log} },
		`SELECT p.client, p.since, p.ended, coalesce(w.log, '') FROM person p JOIN desk d ON d.client = p.client LEFT JOIN audit_writer w ON w.client = p.client
		WHERE p.staff = ? AND d.hcp = ? ORDER BY p.since`, staff, hcp)
}

func (q desks) SetPersonKey(client, staff, print string, key []byte) {
	q.exec(`INSERT INTO person_before (client, staff, print, jwk, since, ended)
		SELECT client, staff, print, jwk, since, CASE WHEN ended > 0 THEN ended ELSE ? END FROM person WHERE client = ? AND staff = ? ON CONFLICT DO NOTHING`, q.now.UnixMicro(), client, staff)
	q.exec("INSERT INTO person (client, staff, print, jwk, since) VALUES (?,?,?,?,?) ON CONFLICT (client, staff) DO UPDATE SET print = excluded.print, jwk = excluded.jwk, since = excluded.since, ended = 0", client, staff, print, key, q.now.UnixMicro())
	q.exec("DELETE FROM token WHERE client = ? AND staff = ?", client, staff)
}

func (q desks) AddToken(digest []byte, who *store.Account, key string, expires time.Time) {
	q.exec("DELETE FROM token WHERE expires < ?", q.now.UnixMicro())
	q.exec("INSERT INTO token (hash, client, hcp, staff, jkt, expires) VALUES (?,?,?,?,?,?)", digest, who.Client, who.HCP, who.Staff, key, expires.UnixMicro())
}

func (q desks) Token(digest []byte) (who *store.Account, key string) {
	who = one(q.tx, store.Account{}, func(t *store.Account) []any {
		return []any{&t.Client, &t.HCP, &t.Staff, &t.Name, &t.Location, &t.Role, &t.Administrator, &t.Provider.ID, &t.Provider.Name, &t.Provider.Chinese, &t.Provider.Kind, &t.Provider.CacheHours, &t.Provider.Ahead, &t.Provider.Deemed, &t.Provider.NoView, &t.Provider.NoDeposit, oneWords(&t.Provider.Second), &key}
	}, `SELECT t.client, t.hcp, t.staff, a.name, a.location, a.role, a.administrator, h.id, h.name, h.chinese, h.kind, h.cache_hours, h.ahead, h.deemed, h.no_view, h.no_deposit, h.second_person, t.jkt
		FROM token t JOIN account a ON a.hcp = t.hcp AND a.staff = t.staff JOIN hcp h ON h.id = t.hcp WHERE t.hash = ? AND a.closed = 0 AND t.expires > ?`, digest, q.now.UnixMicro())
	if who != nil {
		who.Ends = accounts(q).Ends(who.HCP, who.Staff)
	}
	return who, key
}

func (q desks) EndToken(digest []byte) { q.exec("DELETE FROM token WHERE hash = ?", digest) }

const deskKeys = `SELECT p.client, d.hcp, p.staff, a.name, a.role, p.since, p.ended, coalesce(w.log, d.install),
			coalesce((SELECT max(at) FROM audit WHERE client = p.client), 0), EXISTS (SELECT 1 FROM token t WHERE t.client = p.client AND t.staff = p.staff AND t.expires > ?)
		FROM person p JOIN desk d ON d.client = p.client JOIN account a ON a.hcp = d.hcp AND a.staff = p.staff LEFT JOIN audit_writer w ON w.client = p.client `

func deskKeyColumns(k *store.DeskKey) []any {
	return []any{&k.Client, &k.HCP, &k.Staff, &k.Name, &k.Role, &k.Since, &k.Ended, &k.Log, &k.Seen, &k.SignedIn}
}

func (q desks) EachKey(hcp string, fn func(*store.DeskKey) error) error {
	return each(q.tx, deskKeyColumns, fn, deskKeys+"WHERE ? = '' OR d.hcp = ? ORDER BY d.hcp, p.staff, p.since", q.now.UnixMicro(), hcp, hcp)
}

func (q desks) Holder(client string) *store.DeskKey {
	return one(q.tx, store.DeskKey{}, deskKeyColumns, deskKeys+"WHERE p.client = ? ORDER BY p.since DESC LIMIT 1", q.now.UnixMicro(), client)
}

func (q desks) EndKey(client string) (found bool) {
	q.exec("DELETE FROM token WHERE client = ?", client)
	return q.exec("UPDATE person SET ended = ? WHERE client = ? AND ended = 0", q.now.UnixMicro(), client)
}

func (q desks) Once(digest []byte, expires, forget time.Time) bool {
	if q.has("SELECT 1 FROM jti WHERE hash = ?", digest) {
		return false
	}
	q.exec("DELETE FROM jti WHERE expires < ?", forget.UnixMicro())
	return q.exec("INSERT INTO jti (hash, expires) VALUES (?,?)", digest, expires.UnixMicro())
}
