package main

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

// A demonstration that starts beside others waits for its centre as long as that works, and
// says what to do where the machine has no time for it. Any other failure keeps its words.
func TestADemonstrationOnABusyMachineWaitsAndSaysWhatToDo(t *testing.T) {
	if tr, ok := demoHTTP().Transport.(*http.Transport); !ok || tr.ResponseHeaderTimeout != 0 {
		t.Error("the embedded centre is given up after a time")
	}
	err := demoLate(ehrdesk.Errorf("enrol", ehrdesk.CodeTimeout, "the central service did not answer in time"))
	if ehrdesk.CodeOf(err) != ehrdesk.CodeTimeout || !strings.Contains(ehrdesk.Message(err), "start it again") {
		t.Errorf("%v", err)
	}
	if denied := ehrdesk.E("enrol", ehrdesk.CodeDenied, errors.New("no")); demoLate(denied) != denied {
		t.Error("another failure has lost its words")
	}
	if demoLate(nil) != nil {
		t.Error("success is a failure")
	}
}
