package ui_test

import (
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// resultsWait is a desk with copies in which results wait: of one patient for Dr LEE and for a colleague, of another for nobody
// who is named.
func resultsWait() *fake.Desk {
	d := fake.New()
	theirResults(d)
	return d
}

func theirResults(d *fake.Desk) {
	a, b := d.Patient(fake.Active), d.Patient(fake.OneYear)
	d.Results = []ehrdesk.ResultsWaiting{
		{Patient: a, By: "Dr LEE Ka Ho", ByID: "drlee", Own: true, Results: 3, NotOpened: 2, Critical: 1, Partial: 1, Since: fake.Clock().Add(-9 * 24 * time.Hour)},
		{Patient: a, By: "Dr NG", ByID: "drng", Results: 1, NotOpened: 1},
		{Patient: b, Results: 2, Since: fake.Clock().Add(-24 * time.Hour)},
	}
}

// A doctor reads on the day's list whose results wait for them, those that nobody is named for with them, how many and how
// old, and nothing of what they say; the line opens the chart at the results.
func TestADoctorsListHasTheResultsThatWait(t *testing.T) {
	d := resultsWait()
	p := signIn(play(t, d, "en", 160, 40), doctor).Press("ctrl+t")
	p.Want("Results not acknowledged  2", "3 abnormal results not acknowledged · 1 critical · 2 opened by nobody here · 1 PARTIAL · the oldest 9 days ago · ordered by you")
	p.Want("2 abnormal results not acknowledged · the oldest 1 day ago · nobody named who ordered").Deny("Dr NG", "Potassium")
	p.Press("home", "delete").Want("it leaves the list once it is acknowledged in the chart, at ! Safety checks")
	p.Press("G").Want("not available here").Press("enter", "enter").Want("Safety checks", "Results not acknowledged")
}

// Who answers for no result, and whoever stands at the counter, is told of none; nor is anybody where the copies cannot be read.
func TestResultsThatWaitAreForWhoAnswersForThem(t *testing.T) {
	for _, in := range []int{nurse, pharmacist, clerk} {
		signIn(play(t, resultsWait(), "en", 160, 40), in).Press("ctrl+t").Want("Today").Deny("not acknowledged")
	}
	d := resultsWait()
	d.Fail["results"] = ehrdesk.E("results", ehrdesk.CodeOther, nil)
	signIn(play(t, d, "en", 160, 40), doctor).Press("ctrl+t").Want("Today").Deny("abnormal results").Press("f5").Want("3 abnormal results not acknowledged")
}
