package arrivals

import (
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// Typed reads one arrival as it is typed: "10:30 A123456(3)", "A123456(3) 2:30 pm". Without
// a time it has none. Errors: CodeInvalid.
func Typed(s string, now time.Time) (ehrdesk.Task, error) {
	t := ehrdesk.Task{Kind: ehrdesk.TaskArrival, State: ehrdesk.TaskOpen}
	if len(s) > 2*longest {
		s = ""
	}
	words := strings.Fields(strings.ReplaceAll(s, ",", " "))
	for n := min(2, len(words)); n > 0 && t.At.IsZero(); n-- {
		for i := 0; i+n <= len(words); i++ {
			part := strings.Join(words[i:i+n], " ")
			m, ok := momentOf(part, false, now)
			if !ok || m.date != nil || m.clock == none {
				continue
			}
			t.At = at(dayOf(now), m.clock)
			words = append(words[:i:i], words[i+n:]...)
			break
		}
	}
	n, why := numberOf(strings.Join(words, " "))
	if why != "" {
		return t, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a line without a number")
	}
	t.Number = n
	return t, nil
}
