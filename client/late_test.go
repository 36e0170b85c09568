package client_test

import (
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

// Only the centre's word ends a consent. A sync that comes when its chart is closed,
// or that the chart closes under, leaves the copy on the desk.
func TestASyncOfAClosedChartDestroysNothing(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	defer s.Close()
	n, key := w.patient("CHAN", 3)
	w.consent(s, n, key)

	c := w.chart(s, n)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := c.Sync(ctx, nil)
	wantCode(t, "sync of a closed chart", err, ehrdesk.CodeOther)
	if w.rows() != 1 {
		t.Fatal("the copy is gone after a sync that came late")
	}

	c = w.chart(s, n)
	_, err = c.Sync(ctx, func(ehrdesk.Progress) { _ = c.Close() })
	wantCode(t, "sync that the chart closed under", err, ehrdesk.CodeOther)
	if w.rows() != 1 {
		t.Fatal("the copy is gone after the chart was closed in the middle of a sync")
	}

	c = w.chart(s, n)
	defer c.Close()
	if _, err := c.Sync(ctx, nil); err != nil || c.Consent().State != ehrdesk.ConsentActive {
		t.Errorf("opened again: %v, consent %v", err, c.Consent().State)
	}
}
