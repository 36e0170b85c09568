package central_test

import (
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// Whoever asks for records and may not by their profession is in the access log, once for
// each request, with whose records they were: a search and a history of a type too.
func TestWhatAProfessionMayNotIsInTheAccessLog(t *testing.T) {
	w, rep := clinicalWorld(t)
	front := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.FrontDesk)
	front.grant(rep.EHR)
	denied := func() []central.Access {
		return w.events(func(a central.Access) bool { return a.Staff == front.staff && a.Outcome == string(ehrdesk.CodeDenied) })
	}
	ofNobody := map[string]bool{"/AllergyIntolerance/_history": true}
	for _, r := range append(reads(), [3]string{"POST", "/Condition/_search", "patient=no-such-patient"}, [3]string{"POST", "/Condition/_search", ""}) {
		before := len(denied())
		if got := issue(t, front.want(403, r[0], r[1], r[2])); got != "role" {
			t.Errorf("%s %s: %s", r[0], r[1], got)
		}
		all := denied()
		if len(all) != before+1 {
			t.Errorf("%s %s %s: %d events", r[0], r[1], r[2], len(all)-before)
			continue
		}
		want := rep.EHR
		if ofNobody[r[1]] || r[1] == "/Condition/_search" {
			want = ""
		}
		if e := all[before]; e.Patient != want || e.What == "" && e.Action != "open" {
			t.Errorf("%s %s %s: %+v", r[0], r[1], r[2], e)
		}
	}
	front.want(403, "GET", "/"+canary+"/_history", "")
	if all := denied(); all[len(all)-1].What != "_history" {
		t.Errorf("the log takes a word from outside: %+v", all[len(all)-1])
	}
}
