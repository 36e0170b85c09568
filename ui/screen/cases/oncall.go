package cases

import (
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// onCallFirst puts those who are on call now before the others, each in their order.
func onCallFirst(all []candidate, now time.Time) {
	slices.SortStableFunc(all, func(a, b candidate) int {
		switch on := now.Before(a.until); {
		case on == now.Before(b.until):
			return 0
		case on:
			return -1
		}
		return 1
	})
}

// onCall is what stands beside somebody who is on call now.
func onCall(e *screen.Env, until time.Time) string {
	if !e.Now().Before(until) {
		return ""
	}
	return " · " + text.Sprintf(e.S(e.T.Cases.OnCall), moment(e, until))
}

// instead says of each who is chosen and not on call which colleague of the same provider and profession is, if there is one who can be
// chosen. The directory has no specialty of a person.
func (p *pick) instead(e *screen.Env) (out []part) {
	all := p.from()
	chosen := func(c candidate) bool {
		return slices.ContainsFunc(p.chosen, func(m ehrdesk.CaseMember) bool { return m.CasePerson == c.CasePerson })
	}
	for _, m := range p.chosen {
		i := slices.IndexFunc(all, func(c candidate) bool { return c.CasePerson == m.CasePerson })
		if i < 0 || e.Now().Before(all[i].until) {
			continue
		}
		j := slices.IndexFunc(all, func(c candidate) bool {
			return c.Provider == m.Provider && e.Now().Before(c.until) && !chosen(c) && (all[i].role == "" || all[i].role == c.role)
		})
		if j >= 0 {
			out = append(out, part{theme.Abnormal, "  " + text.Sprintf(e.S(e.T.Cases.OnCallInstead), m.Name, all[j].Name, moment(e, all[j].until))})
		}
	}
	return out
}
