package acts

import (
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
)

// TestATaskKeptBeforeIsReadAfter: a desk's list outlives the program that wrote it.
func TestATaskKeptBeforeIsReadAfter(t *testing.T) {
	const kept = `{"kind":"done","state":"ended","number":{"hkic":"A1234563"},"act":"consent-grant","channel":"form","form":"F-17","at":"2026-11-30T09:05:00+08:00","added":"2026-11-30T09:06:00+08:00","staff":"clerk","reference":"R-1"}`
	var r taskRecord
	if err := json.Unmarshal([]byte(kept), &r); err != nil {
		t.Fatal(err)
	}
	got := r.task("1")
	if got.Act != ehrdesk.AuditAction("consent-grant") || got.Channel != ehrdesk.ByForm || got.Form != "F-17" || got.Reference != "R-1" || !got.Booking.Day.IsZero() {
		t.Errorf("%+v", got)
	}
	got.Booking = ehrdesk.Booking{ID: "AP-1", Name: "CHAN Tai Man", Day: time.Date(2026, 11, 30, 0, 0, 0, 0, ehrdesk.HongKong())}
	b, err := json.Marshal(saveTask(got))
	if err != nil {
		t.Fatal(err)
	}
	var again taskRecord
	if err := json.Unmarshal(b, &again); err != nil || again.Act != got.Act || again.Form != got.Form || again.Booking.ID != "AP-1" || !again.Booking.Day.Equal(got.Booking.Day) {
		t.Errorf("%s: %+v, %v", b, again, err)
	}
}
