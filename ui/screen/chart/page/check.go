package page

import (
	"sync"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/safety"
)

// needs are the kinds of record that each check works on. A check of which one is not seen whole is off: what it would say
// is not what is so.
var needs = [safety.Checks][]ehrdesk.Kind{
	safety.CheckInteractions: {ehrdesk.KindMedication},
	safety.CheckAllergies:    {ehrdesk.KindMedication, ehrdesk.KindAllergy},
	safety.CheckDuplicates:   {ehrdesk.KindMedication},
	safety.CheckDoses:        {ehrdesk.KindMedication, ehrdesk.KindLaboratory},
	safety.CheckValues:       {ehrdesk.KindLaboratory},
	safety.CheckMonitoring:   {ehrdesk.KindMedication, ehrdesk.KindDiagnosis, ehrdesk.KindLaboratory},
}

// Check is how to hold the chart against the rules as it is now: what is given is done outside the event loop, once.
func (b *Book) Check() func() *safety.Report {
	list := b.Chart.List
	p := b.Chart.Patient()
	g := safety.Given{List: list, Years: p.Years(b.Env.Now()), Now: b.Env.Now()}
	for check := range safety.Check(safety.Checks) {
		s, _ := b.CheckStanding(check)
		g.Available[check], g.Partial[check] = judged(s), judged(s) && s != Seen
	}
	know := b.Env.Rules
	return sync.OnceValue(func() *safety.Report {
		if know == nil {
			know = safety.Built()
		}
		return know.Check(g)
	})
}

// judged reports a standing under which a check says what it can: of records that are held back or lacking it is said
// beside, and what is here counts.
func judged(s Standing) bool {
	return s == Seen || s == SomeHeld || s == SomeLacking || s == SomeUnasked
}

// CheckStanding is whether what a check needs is seen here, and which kind is the reason where not all is.
func (b *Book) CheckStanding(c safety.Check) (Standing, ehrdesk.Kind) {
	worst, of := Seen, needs[c][0]
	for _, k := range needs[c] {
		if s := b.Of(k); s != Seen && (worst == Seen || judged(worst) && !judged(s)) {
			worst, of = s, k
		}
	}
	return worst, of
}
