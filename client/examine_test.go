package client_test

import (
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

// A server that shows nothing to who is not signed in is reported by what it says of itself; with a token that it does not take
// nothing is reported.
func TestAServerThatAsksToSignInIsReportedByWhatItSays(t *testing.T) {
	w := newWorld(t, 24)
	r, err := w.desk.Examine(t.Context(), w.base, "")
	if err != nil || r.FHIR == "" || len(r.Findings) == 0 {
		t.Errorf("%+v, %v", r, err)
	}
	if r, err := w.desk.Examine(t.Context(), w.base, "none"); ehrdesk.CodeOf(err) != ehrdesk.CodeNotSignedIn {
		t.Errorf("%+v, %v", r, err)
	}
}
