package safety_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"
	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
)

// TestWhatIsSaidOfSyntheticPatientsWasRead compares what the rules say of the patients that Synthea made, on the day
// after their last record, with a list that was read against their medicines, dates and results by hand.
func TestWhatIsSaidOfSyntheticPatientsWasRead(t *testing.T) {
	var out strings.Builder
	for _, file := range othersRecords(t, "synthea", "*-*.json") {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var bundle any
		if err := json.Unmarshal(raw, &bundle); err != nil {
			t.Fatal(err)
		}
		var list [][]byte
		resourcesIn(bundle, &list, t)
		at := lastOf(hold(t, time.Time{}, list...)).AddDate(0, 0, 1)
		h := hold(t, at, list...)
		name, _, _ := strings.Cut(filepath.Base(file), "_")
		fmt.Fprintf(&out, "%s, %d, on %s\n%s\n", name, h.years, at.Format(time.DateOnly), told(h.check()))
	}
	golden.RequireEqual(t, []byte(out.String()))
}

// lastOf is the day of the last thing that was done to a patient.
func lastOf(h *held) (at time.Time) {
	for _, t := range [...]ehrdesk.RecordType{ehrdesk.DiagnosisProcedureMedication, ehrdesk.LaboratoryRadiology, ehrdesk.ObservationLifestyle} {
		for i := range h.records[t] {
			if r := &h.records[t][i]; !r.Linked && r.Date.Time.After(at) {
				at = r.Date.Time
			}
		}
	}
	return at.UTC().Truncate(24 * time.Hour)
}
