// Package risk finds what has to stand beside a patient's name whatever is looked at:
// a result that is critical, and a refusal of resuscitation or another advance
// directive. It promises that what was entered in error, or is over, is none, that a
// refusal is told only where one is in force, and that a directive which cannot be judged
// is named as such and never dropped.
package risk

import (
	"cmp"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// Risks are the records that a banner names; nil for none.
type Risks struct {
	Critical   *ehrdesk.Record // the newest critical result of the last 90 days
	Directive  *ehrdesk.Record // an advance directive in force, or one that has to be read
	Refused    bool            // it is in force and refuses resuscitation
	Directives Directives
}

// critical is how long a critical result is told; what is older stands in the results.
const critical = 90 * 24 * time.Hour

// Of looks through a chart's lists, each newest first.
func Of(list func(ehrdesk.RecordType) []ehrdesk.Record, now time.Time) (out Risks) {
	for _, t := range []ehrdesk.RecordType{ehrdesk.LaboratoryRadiology, ehrdesk.ObservationLifestyle, ehrdesk.OtherInvestigation} {
		all := list(t)
		for i := range all {
			r := &all[i]
			if r.Linked {
				break
			}
			if !r.Date.IsZero() && now.Sub(r.Date.Time) > critical {
				break
			}
			if grave(r.Flag) && !r.Void() && !r.Restricted && (out.Critical == nil || r.Date.Compare(out.Critical.Date) > 0) {
				out.Critical = r
				break
			}
		}
	}
	out.Directives = DirectivesOf(list, now)
	if told := out.Directives.Told; len(told) > 0 {
		out.Directive = &told[0].Record
		out.Refused = told[0].Refuses && told[0].State == InForce
	}
	return out
}

func grave(f ehrdesk.Flag) bool {
	return f == ehrdesk.FlagCriticalHigh || f == ehrdesk.FlagCriticalLow || f == ehrdesk.FlagCritical
}

// newer orders records newest first.
func newer(a, b *ehrdesk.Record) int {
	return cmp.Or(b.Date.Compare(a.Date), strings.Compare(a.Resource, b.Resource), strings.Compare(a.ID, b.ID))
}
