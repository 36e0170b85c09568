package safety_test

import (
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/safety"
)

// A value is critical in whichever unit a laboratory sends it.
func TestAValueIsCriticalInTheUnitThatItIsSentIn(t *testing.T) {
	for _, c := range []struct {
		test, value, unit string
		critical          bool
	}{
		{"glucose", "25.1", "mmol/L", true}, {"glucose", "452", "mg/dL", true}, {"glucose", "44", "mg/dL", true},
		{"glucose", "92", "mg/dL", false}, {"glucose", "44", "g/L", false},
		{"creatinine", "0.74", "mg/dL", false}, {"creatinine", "4.1", "mg/dL", true}, {"creatinine", "351", "umol/L", true},
		{"corrected calcium", "14.2", "mg/dL", true}, {"corrected calcium", "9.2", "mg/dL", false},
	} {
		r := newChart(50).measured(c.test, c.value, c.unit, ehrdesk.Day(2026, time.November, 28)).check()
		if found := len(r.Findings) == 1 && r.Findings[0].Kind == safety.Critical; found != c.critical {
			t.Errorf("%s %s %s: critical %v\n%s", c.test, c.value, c.unit, found, told(r))
		}
	}
}
