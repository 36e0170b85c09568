package summary

import (
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/medication"
)

// Watched are the tests by which the drugs that a patient takes now are followed, by
// the English names of the table of tests.
func Watched(list func(ehrdesk.RecordType) []ehrdesk.Record, now time.Time) []string {
	return watched(medication.Of(list(ehrdesk.DiagnosisProcedureMedication), now).Current)
}
