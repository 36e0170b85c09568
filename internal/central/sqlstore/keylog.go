package sqlstore

import (
	"cmp"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/keylog"
)

func (q directory) LastChange() (n, at int64, hash []byte) {
	q.row("SELECT n, at, hash FROM key_change ORDER BY n DESC LIMIT 1", nil, &n, &at, &hash)
	return n, at, hash
}

func (q directory) AddChange(c *store.KeyChange) {
	q.exec("INSERT INTO key_change (n, at, hash, text) VALUES (?,?,?,?)", c.N, c.At, c.Hash, c.Text)
}

func (q directory) Changes(after int64, most int) []string {
	return list(q.tx, self[string], "SELECT text FROM key_change WHERE n > ? ORDER BY n LIMIT ?", after, most)
}

func (q desks) Counting(client string) []store.PublicKey {
	return list(q.tx, func(k *store.PublicKey) []any { return []any{&k.HCP, &k.Staff, &k.Print, &k.Since} },
		"SELECT d.hcp, p.staff, p.print, p.since FROM person p JOIN desk d ON d.client = p.client WHERE p.client = ? AND p.ended = 0 ORDER BY p.staff", client)
}

// change is what became of a key of a store from before there was a log of keys.
type change struct {
	at  int64
	act keylog.Act
	keylog.Key
}

// logKeys begins the log of keys with those that there are and were, in the order in which they came to count and ended.
func logKeys(q *tx) error {
	type row struct {
		keylog.Key
		since, ended int64
	}
	var all []change
	for _, r := range list(q, func(r *row) []any { return []any{&r.Provider, &r.Staff, &r.Desk, &r.Name, &r.since, &r.ended} },
		`SELECT d.hcp, p.staff, p.client, p.print, p.since, p.ended FROM person p JOIN desk d ON d.client = p.client
		UNION ALL SELECT d.hcp, b.staff, b.client, b.print, b.since, b.ended FROM person_before b JOIN desk d ON d.client = b.client
		UNION ALL SELECT d.hcp, '', d.client, d.print, coalesce((SELECT min(p.since) FROM person p WHERE p.client = d.client), 0), 0 FROM desk d ORDER BY 5, 1, 2, 3, 4`) {
		all = append(all, change{r.since, keylog.Stands, r.Key})
		if r.ended > 0 {
			all = append(all, change{max(r.ended, r.since+1), keylog.Ended, r.Key})
		}
	}
	slices.SortStableFunc(all, func(a, b change) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.act, b.act)) }) // at one moment what ends does so first
	counts, before, n := map[keylog.Key]bool{}, keylog.Genesis(), int64(0)
	for _, c := range all {
		if counts[c.Key] == (c.act == keylog.Stands) {
			continue
		}
		counts[c.Key] = c.act == keylog.Stands
		n++
		text, hash, err := keylog.Next(before, keylog.Entry{N: n, At: time.UnixMicro(c.at).UTC(), Key: c.Key, Act: c.act})
		if err != nil {
			return err
		}
		directory{q}.AddChange(&store.KeyChange{N: n, At: c.at, Hash: hash, Text: text})
		before = hash
	}
	return nil
}
