package central

// findLabels looks through a store of before there were labels.
func findLabels(q *tx) error {
	for _, table := range []string{"record", "history"} {
		type row struct {
			kind, id string
			version  int64
		}
		var found []row
		err := q.rows("SELECT type, id, version, body FROM "+table+" WHERE deleted = 0 AND instr(body, CAST('security' AS BLOB)) > 0", nil, func(scanRow func(...any) error) error {
			var r row
			var body []byte
			if err := scanRow(&r.kind, &r.id, &r.version, &body); err != nil {
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
		}
	}
	return nil
}
