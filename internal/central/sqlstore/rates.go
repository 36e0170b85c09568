package sqlstore

type rates struct{ *tx }

func (q rates) Full(of, who string) (at int64) {
	return value[int64](q.tx, `SELECT "full" FROM rate WHERE of = ? AND who = ?`, of, who)
}

func (q rates) SetFull(of, who string, at int64) {
	q.exec(`DELETE FROM rate WHERE "full" <= ?`, q.now.UnixMicro())
	q.exec(`INSERT INTO rate (of, who, "full") VALUES (?,?,?) ON CONFLICT (of, who) DO UPDATE SET "full" = excluded."full"`, of, who, at)
}
