package ehrdesk

import (
	"sync"
	"time"

	"github.com/ehrdesk/ehrdesk/internal/tables"
)

var generalHolidays = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for _, f := range tables.Holidays() {
		out[f[0]] = true
	}
	return out
})

// GeneralHoliday reports whether a day, whose date counts in whatever zone, is a general holiday of
// Hong Kong beside the Sundays. It is false for every day of a year that the table does not have.
func GeneralHoliday(day time.Time) bool { return generalHolidays()[day.Format(time.DateOnly)] }
