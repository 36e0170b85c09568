package central

import (
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Links lead from a patient's records to the shared resources that come with them
// (a clinic, a doctor), and edges from one of those to another. Each belongs to the
// version that says it: what a record said before it was labelled, or withdrawn,
// must bring nothing to a desk. One that ended stays in the table, so that desks
// hear of what they may no longer know.

// link notes what a record, in its row pk, refers to since at. Of an earlier version
// (again), what this one does not say any more ends.
func (q *tx) link(it *item, pk, at int64, again bool) error {
	if again {
		if err := q.unlink(it.owner, it.Type, it.target, pk, at); err != nil {
			return err
		}
	}
	for _, r := range it.refs {
		base, to, id, _ := fhir.SplitReference(r.Value)
		if r.URL || base != "" || to == "" || !linkedType(to) {
			continue
		}
		var err error
		if it.owner == "" {
			err = q.exec("INSERT INTO edge (type, id, to_type, to_id, ended) VALUES (?,?,?,?,0) ON CONFLICT DO UPDATE SET ended = 0", it.Type, it.target, to, id)
		} else {
			// One that ended just now goes on.
			err = q.exec(`INSERT INTO link (patient, type, id, source, kind, labelled, at, ended) VALUES (?,?,?,?,?,?,?,0)
				ON CONFLICT DO UPDATE SET at = CASE WHEN ended IN (0, excluded.at) THEN at ELSE excluded.at END, ended = 0`,
				it.owner, to, id, pk, it.place().Kind, it.labelled(), at)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// unlink ends what a resource refers to.
func (q *tx) unlink(owner, kind, id string, pk, at int64) error {
	if owner == "" {
		return q.exec("UPDATE edge SET ended = ? WHERE type = ? AND id = ? AND ended = 0", at, kind, id)
	}
	return q.exec("UPDATE link SET ended = ? WHERE source = ? AND ended = 0", at, pk)
}

// relink notes anew what every patient's records refer to.
func relink(q *tx) error {
	var patients []string
	err := q.rows("SELECT patient FROM participant", nil, func(scanRow func(...any) error) error {
		var id string
		err := scanRow(&id)
		patients = append(patients, id)
		return err
	})
	for _, id := range patients {
		if err == nil {
			err = q.relinkOf(id)
		}
	}
	return err
}

func (q *tx) relinkOf(patient string) error {
	var items []*item
	var pks, since []int64
	err := q.rows("SELECT pk, id, updated, body FROM record WHERE patient = ? AND deleted = 0", []any{patient}, func(scanRow func(...any) error) error {
		it := &item{owner: patient}
		var pk, at int64
		if err := scanRow(&pk, &it.target, &at, &it.raw); err != nil {
			return err
		}
		var err error
		it.resourceInfo, err = scan(it.raw)
		items, pks, since = append(items, it), append(pks, pk), append(since, at)
		return err
	})
	for i, it := range items {
		if err == nil {
			err = q.link(it, pks[i], since[i], false)
		}
	}
	return err
}
