package sqlite

import (
	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

type records struct{ *tx }

func (q records) Get(kind, id string) (*store.Record, error) {
	r := store.Record{Type: kind, ID: id}
	found, err := q.row("SELECT pk, version, seq, updated, patient, kind, linked, deleted, labelled, source, hash, body FROM record WHERE type = ? AND id = ?",
		[]any{kind, id}, &r.Row, &r.Version, &r.Seq, &r.Updated, &r.Patient, &r.Kind, &r.Linked, &r.Deleted, &r.Labelled, &r.Source, &r.Hash, &r.Body)
	if err != nil || !found {
		return nil, err
	}
	return &r, nil
}

func (q records) Holder(kind, id string) (patient string, print []byte, found bool, err error) {
	found, err = q.row("SELECT patient, print FROM record WHERE type = ? AND id = ?", []any{kind, id}, &patient, &print)
	return patient, print, found, err
}

func (q records) Was(kind, id string, hash []byte) (bool, error) {
	var n int
	return q.row("SELECT 1 FROM history WHERE type = ? AND id = ? AND hash = ? AND deleted = 0", []any{kind, id, hash}, &n)
}

func (q records) Put(r, old *store.Record, links []ehrdesk.Ref) error {
	if old == nil {
		if err := q.exec("INSERT INTO record (type, id, version, seq, updated, patient, kind, linked, deleted, labelled, source, print, hash, body) VALUES (?,?,?,?,?,?,?,?,0,?,?,?,?,?)",
			r.Type, r.ID, r.Version, r.Seq, r.Updated, r.Patient, r.Kind, r.Linked, r.Labelled, r.Source, notNull(r.Print), r.Hash, r.Body); err != nil {
			return err
		}
		if _, err := q.row("SELECT pk FROM record WHERE type = ? AND id = ?", []any{r.Type, r.ID}, &r.Row); err != nil {
			return err
		}
		return q.link(r, links)
	}
	r.Row = old.Row
	if err := q.keepOld(old); err != nil {
		return err
	}
	if err := q.exec("UPDATE record SET version=?, seq=?, updated=?, kind=?, linked=?, deleted=0, labelled=?, source=?, print=?, hash=?, body=? WHERE pk=?",
		r.Version, r.Seq, r.Updated, r.Kind, r.Linked, r.Labelled, r.Source, notNull(r.Print), r.Hash, r.Body, r.Row); err != nil {
		return err
	}
	if err := q.unlink(r, r.Updated); err != nil {
		return err
	}
	return q.link(r, links)
}

func (q records) keepOld(old *store.Record) error {
	return q.exec("INSERT INTO history (type, id, version, seq, updated, patient, kind, deleted, labelled, hash, body) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
		old.Type, old.ID, old.Version, old.Seq, old.Updated, old.Patient, old.Kind, old.Deleted, old.Labelled, notNull(old.Hash), notNull(old.Body))
}

// notNull is b as a blob: the driver reads an empty one back as nil.
func notNull(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

func (q records) Remove(old *store.Record, version, seq, at int64) error {
	if err := q.keepOld(old); err != nil {
		return err
	}
	if err := q.unlink(old, at); err != nil {
		return err
	}
	return q.exec("UPDATE record SET version=?, seq=?, updated=?, deleted=1, hash=x'', body=x'' WHERE pk=?", version, seq, at, old.Row)
}

// Links lead from a patient's records to the shared resources that come with them
// (a clinic, a doctor), and edges from one of those to another. Each belongs to the
// version that says it: what a record said before it was labelled, or withdrawn,
// must bring nothing to a desk. One that ended stays in the table, so that desks
// hear of what they may no longer know.

// link notes what a version refers to, from its time on.
func (q *tx) link(r *store.Record, to []ehrdesk.Ref) error {
	for _, l := range to {
		var err error
		if r.Patient == "" {
			err = q.exec("INSERT INTO edge (type, id, to_type, to_id, ended) VALUES (?,?,?,?,0) ON CONFLICT DO UPDATE SET ended = 0", r.Type, r.ID, l.Resource, l.ID)
		} else {
			// One that ended just now goes on.
			err = q.exec(`INSERT INTO link (patient, type, id, source, kind, labelled, at, ended) VALUES (?,?,?,?,?,?,?,0)
				ON CONFLICT DO UPDATE SET at = CASE WHEN ended IN (0, excluded.at) THEN at ELSE excluded.at END, ended = 0`,
				r.Patient, l.Resource, l.ID, r.Row, r.Kind, r.Labelled, r.Updated)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// unlink ends what a resource refers to.
func (q *tx) unlink(r *store.Record, at int64) error {
	if r.Patient == "" {
		return q.exec("UPDATE edge SET ended = ? WHERE type = ? AND id = ? AND ended = 0", at, r.Type, r.ID)
	}
	return q.exec("UPDATE link SET ended = ? WHERE source = ? AND ended = 0", at, r.Row)
}

func (q records) EachOf(kind, patient string, each func(id string, body []byte) error) error {
	return q.rows("SELECT id, body FROM record WHERE type = ? AND patient = ? AND deleted = 0", []any{kind, patient}, func(scan func(...any) error) error {
		var id string
		var body []byte
		if err := scan(&id, &body); err != nil {
			return err
		}
		return each(id, body)
	})
}

func (q records) Counts(patient string) (map[ehrdesk.Kind]store.Tally, error) {
	out := map[ehrdesk.Kind]store.Tally{}
	return out, q.rows("SELECT kind, sum(1 - labelled), sum(labelled) FROM record WHERE patient = ? AND deleted = 0 AND linked = 0 GROUP BY kind", []any{patient}, func(scan func(...any) error) error {
		var k ehrdesk.Kind
		var n store.Tally
		err := scan(&k, &n.Plain, &n.Labelled)
		out[k] = n
		return err
	})
}
