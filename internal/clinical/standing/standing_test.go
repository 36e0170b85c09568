package standing_test

import (
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/standing"
)

func TestWhatIsNotSeenSaysWhyAndTheGravestFirst(t *testing.T) {
	sum := func(change func(*ehrdesk.TypeSummary)) []ehrdesk.TypeSummary {
		s := ehrdesk.TypeSummary{Type: ehrdesk.DiagnosisProcedureMedication}
		change(&s)
		return []ehrdesk.TypeSummary{s}
	}
	all := sum(func(*ehrdesk.TypeSummary) {})
	now := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	lacking := ehrdesk.Truth{Missing: 1}
	for name, c := range map[string]struct {
		in   standing.In
		want standing.Standing
	}{
		"all is here":                      {standing.In{Role: ehrdesk.Doctor, Types: all, AsOf: now}, standing.Seen},
		"before the first sync":            {standing.In{Role: ehrdesk.Doctor, Types: all}, standing.NotReceived},
		"the front desk":                   {standing.In{Role: ehrdesk.FrontDesk, Types: all, AsOf: now}, standing.Hidden},
		"a type of which a part is hidden": {standing.In{Role: ehrdesk.Doctor, Types: sum(func(s *ehrdesk.TypeSummary) { s.Hidden = true }), AsOf: now}, standing.Seen},
		"not kept here":                    {standing.In{Role: ehrdesk.Doctor, Types: sum(func(s *ehrdesk.TypeSummary) { s.Away = true })}, standing.Away},
		"restricted drugs":                 {standing.In{Role: ehrdesk.Doctor, Types: sum(func(s *ehrdesk.TypeSummary) { s.Held = []ehrdesk.Kind{ehrdesk.KindMedication} }), AsOf: now, Truth: lacking}, standing.SomeHeld},
		"restricted diagnoses alone":       {standing.In{Role: ehrdesk.Doctor, Types: sum(func(s *ehrdesk.TypeSummary) { s.Held = []ehrdesk.Kind{ehrdesk.KindDiagnosis} }), AsOf: now}, standing.Seen},
		"some cannot be asked for":         {standing.In{Role: ehrdesk.Doctor, Types: sum(func(s *ehrdesk.TypeSummary) { s.Unasked = []ehrdesk.Kind{ehrdesk.KindMedication} }), AsOf: now, Truth: lacking}, standing.SomeUnasked},
		"of another kind of the type":      {standing.In{Role: ehrdesk.Doctor, Types: sum(func(s *ehrdesk.TypeSummary) { s.Unasked = []ehrdesk.Kind{ehrdesk.KindDiagnosis} }), AsOf: now}, standing.Seen},
		"some have not come":               {standing.In{Role: ehrdesk.Doctor, Types: all, AsOf: now, Truth: lacking}, standing.SomeLacking},
	} {
		if got := standing.Of(ehrdesk.KindMedication, c.in); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
