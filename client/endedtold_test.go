package client_test

import (
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

// A chart that was emptied because its consent has ended says so by itself, whoever found it out:
// the screen that looks at it before it has heard does not take it for a copy past its time.
func TestAChartThatWasEmptiedKnowsThatItsConsentHasEnded(t *testing.T) {
	w := newWorld(t, 24)
	p := somebody(t, 1, ehrdesk.Registered)
	w.settle(p)
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	defer s.Close()
	w.consent(s, number(p), theirKey)
	c := w.chart(s, number(p))
	w.patientActs(p, ehrdesk.ByApp, true)
	if _, err := s.Find(ctx, number(p)); err != nil { // which learns of it, and empties the chart
		t.Fatal(err)
	}
	if f, ok := c.(ehrdesk.Fleeting); !ok || !f.Gone() {
		t.Fatal("the chart is there still")
	}
	if got := c.Consent().State; got != ehrdesk.ConsentWithdrawn {
		t.Errorf("the consent of the emptied chart is %s", got)
	}
}
