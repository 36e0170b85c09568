package sqlstore

import "github.com/ehrdesk/ehrdesk/internal/central/store"

type offeredKeys struct{ *tx }

func (q desks) OfferedKeys() store.OfferedKeys { return offeredKeys(q) }

// counts is that who signed an offer is enrolled by that key still, at that desk.
const counts = ` EXISTS (SELECT 1 FROM person p JOIN desk d ON d.client = p.client JOIN account a ON a.hcp = d.hcp AND a.staff = p.staff
	WHERE p.client = o.client AND p.staff = o.staff AND p.print = o.print AND p.ended = 0 AND a.closed = 0) `

const offerColumns = "o.name, o.client, o.hcp, o.staff, o.kind, o.of_case, o.print, o.signed, o.made"

func offerRow(o *store.OfferedKey) []any {
	return []any{&o.Name, &o.Client, &o.HCP, &o.Staff, &o.Kind, &o.Case, &o.Print, &o.Signed, &o.Made}
}

func (q offeredKeys) Add(o *store.OfferedKey) (fresh bool) {
	if q.has("SELECT 1 FROM offered_key WHERE name = ?", o.Name) {
		return false
	}
	if o.Kind != "once" {
		q.exec("DELETE FROM offered_key WHERE client = ? AND staff = ? AND kind = ? AND of_case = ?", o.Client, o.Staff, o.Kind, o.Case)
	}
	return q.exec("INSERT INTO offered_key (name, client, hcp, staff, kind, of_case, print, signed, made) VALUES (?,?,?,?,?,?,?,?,?)", o.Name, o.Client, o.HCP, o.Staff, o.Kind, o.Case, o.Print, o.Signed, o.Made)
}

func (q offeredKeys) Left(client, staff string) (once int, last bool) {
	once = value[int](q.tx, "SELECT count(*) FROM offered_key o WHERE o.client = ? AND o.staff = ? AND o.kind = 'once' AND o.of_case = '' AND o.given = 0 AND"+counts, client, staff)
	return once, q.Of(client, staff, "last", "") != nil
}

func (q offeredKeys) Desks(hcp, staff string) []string {
	return list(q.tx, self[string], `SELECT p.client FROM person p JOIN desk d ON d.client = p.client JOIN account a ON a.hcp = d.hcp AND a.staff = p.staff
		WHERE d.hcp = ? AND p.staff = ? AND p.ended = 0 AND a.closed = 0 ORDER BY p.client`, hcp, staff)
}

func (q offeredKeys) Of(client, staff, kind, of string) *store.OfferedKey {
	return one(q.tx, store.OfferedKey{}, offerRow, "SELECT "+offerColumns+" FROM offered_key o WHERE o.client = ? AND o.staff = ? AND o.kind = ? AND o.of_case = ? AND"+counts, client, staff, kind, of)
}

func (q offeredKeys) Given(client, staff, hcp, to string, since int64) int {
	return value[int](q.tx, "SELECT count(*) FROM offered_key WHERE client = ? AND staff = ? AND kind = 'once' AND of_case = '' AND given >= ? AND to_hcp = ? AND to_staff = ?", client, staff, since, hcp, to)
}

func (q offeredKeys) Take(client, staff, hcp, to string, at int64) *store.OfferedKey {
	o := one(q.tx, store.OfferedKey{}, offerRow, "SELECT "+offerColumns+" FROM offered_key o WHERE o.client = ? AND o.staff = ? AND o.kind = 'once' AND o.of_case = '' AND o.given = 0 AND"+counts+"ORDER BY o.made, o.name LIMIT 1", client, staff)
	if o != nil {
		q.exec("UPDATE offered_key SET given = ?, to_hcp = ?, to_staff = ?, signed = '' WHERE name = ?", at, hcp, to, o.Name)
	}
	return o
}

func (q offeredKeys) EndOf(of string) {
	q.exec("DELETE FROM offered_key WHERE of_case = ?", of)
}

func (q offeredKeys) EndFor(of, hcp, staff string) {
	q.exec("DELETE FROM offered_key WHERE of_case = ? AND hcp = ? AND staff = ?", of, hcp, staff)
}

func (q offeredKeys) Forget(before int64) {
	q.exec("DELETE FROM offered_key WHERE given > 0 AND given < ?", before)
}
