package central

// findLabels looks through a store of before there were labels.
func findLabels(q *query) error {
	var patients []string
	for _, table := range []string{"record", "history"} {
		type row struct {
			kind, id, patient string
			version           int64
		}
		var found []row
		err := q.rows("SELECT type, id, version, patient, body FROM "+table+" WHERE deleted = 0 AND instr(body, CAST('security' AS BLOB)) > 0", nil, func(scanRow func(...any) error) error {
			var r row
			var body []byte
			if err := scanRow(&r.kind, &r.id, &r.version, &r.patient, &body); err != nil {
				return err
			}
			f, err := scan(body)
			if err == nil && f.labelled() {
				found = append(found, r)
			}
			return err
		})
		if err != nil {
			return err
		}
		for _, r := range found {
			if err := q.exec("UPDATE "+table+" SET labelled = 1 WHERE type = ? AND id = ? AND version = ?", r.kind, r.id, r.version); err != nil {
				return err
			}
			if r.patient != "" && !known(patients, r.patient) {
				patients = append(patients, r.patient)
			}
		}
	}
	for _, p := range patients {
		if err := q.relink(p); err != nil {
			return err
		}
	}
	return nil
}

// relink notes anew which shared resources a patient's records refer to.
func (q *query) relink(patient string) error {
	if err := q.exec("DELETE FROM link WHERE patient = ?", patient); err != nil {
		return err
	}
	var items []*item
	var at []int64
	err := q.rows("SELECT id, updated, body FROM record WHERE patient = ? AND deleted = 0", []any{patient}, func(scanRow func(...any) error) error {
		it := &item{owner: patient}
		var updated int64
		if err := scanRow(&it.target, &updated, &it.raw); err != nil {
			return err
		}
		var err error
		it.facts, err = scan(it.raw)
		items, at = append(items, it), append(at, updated)
		return err
	})
	if err != nil {
		return err
	}
	for i, it := range items {
		if err := q.link(it, it.place().Kind, at[i]); err != nil {
			return err
		}
	}
	return nil
}
