package tables

import "testing"

// TestEveryLineOfATableHasEveryColumn: a line that is short would be a rule that is
// not there.
func TestEveryLineOfATableHasEveryColumn(t *testing.T) {
	for name, table := range map[string]string{"access": access, "documents": documents, "givers": givers, "placement": placement, "details": details, "substances": substances, "analytes": analytes, "diseases": diseases, "holidays": holidays, "followups": followups, "specialties": specialties, "referrals": referrals, "reports": reports} {
		head, rows := split(table)
		if len(head) < 3 || len(rows) < 2 {
			t.Errorf("%s: %d columns, %d rows", name, len(head), len(rows))
		}
		for _, f := range rows {
			if len(f) != len(head) {
				t.Errorf("%s: %d fields in %v, of %d", name, len(f), f, len(head))
			}
		}
	}
	if len(Placement()) < 80 {
		t.Errorf("%d rows of placement", len(Placement()))
	}
}
