package house

import (
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// The centre takes a day for the date of a signature, and refuses anything finer.
func TestTheDateOfASignatureIsADayOnTheWire(t *testing.T) {
	late := time.Date(2026, 11, 30, 18, 30, 0, 0, time.UTC) // the day after in Hong Kong
	for want, of := range map[string]ehrdesk.When{"": {}, "2026-11-20": ehrdesk.Day(2026, 11, 20), "2026-12-01": ehrdesk.At(late)} {
		if got := signedOn(of); got != want {
			t.Errorf("%v goes as %q, want %q", of, got, want)
		}
	}
}
