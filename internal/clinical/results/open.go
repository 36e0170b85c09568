package results

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// each opens the facts of records and gives them in order. Opening is most of the work:
// of a result without a relation that counts here, only as much as has to be read.
func each(all []*ehrdesk.Record, yield func(*ehrdesk.Record, *ehrdesk.Facts)) {
	var f ehrdesk.Facts
	for _, r := range all {
		if related(string(r.Packed)) {
			f = r.Facts()
		} else {
			r.Measured(&f)
		}
		yield(r, &f)
	}
}

// related reports packed facts in which a relation may stand that says what a result
// is of, or what it belongs to.
func related(packed string) bool {
	for _, role := range [...]string{"result", "hasMember", "focus", "specimen"} {
		if strings.Contains(packed, role) {
			return true
		}
	}
	return false
}
