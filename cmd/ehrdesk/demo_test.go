package main

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/cachetest"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/ehrdesk/ehrdesk/internal/territory"
	"github.com/ehrdesk/ehrdesk/internal/testclock"
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

// The screen comes before the demonstration is built: whoever asks who is there waits for it,
// and is told how far it is. Ended in the middle it is given up, but in a folder that is kept.
func TestADemonstrationIsBuiltBehindItsScreen(t *testing.T) {
	for _, keep := range []bool{false, true} {
		d := building(t)
		if !keep {
			if err := d.end(false); err != nil {
				t.Error(err)
			}
			if _, err := d.Accounts(t.Context()); err == nil {
				t.Error("what was given up in the middle is there")
			}
			continue
		}
		if err := d.end(true); err != nil {
			t.Error(err)
		}
		if err := d.wait(t.Context()); err != nil {
			t.Errorf("a folder that is kept lacks something: %v", err)
		}
		if done, total := d.progress(); done != 0 || total != 0 {
			t.Errorf("built, and %d of %d", done, total)
		}
	}
}

func TestWhoAsksTheDemonstrationWaitsUntilItIsBuilt(t *testing.T) {
	d := building(t)
	defer func() { _ = d.end(true) }()
	late, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.SignIn(late, "drlee", ehrdesk.NewSecret(demoPassphrase)); ehrdesk.CodeOf(err) != ehrdesk.CodeTimeout {
		t.Errorf("a sign-in that was given up: %v", err)
	}
	who, err := d.Accounts(t.Context())
	if err != nil || len(who) != len(demoStaff) {
		t.Fatalf("%d people, %v", len(who), err)
	}
	if _, err := d.SignIn(t.Context(), "drlee", ehrdesk.NewSecret(demoPassphrase)); err != nil {
		t.Fatal(err)
	}
}

// building is a small demonstration that is being built.
func building(t *testing.T) *demoDesk {
	t.Helper()
	dir := t.TempDir()
	centre, err := central.Open(t.Context(), central.Options{Dir: filepath.Join(dir, "central")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = centre.Close() })
	world := territory.New(territory.Options{Patients: 12, Seed: demoSeed, Now: testclock.Start()})
	d := &demoDesk{Desk: client.New(client.Options{Dir: filepath.Join(dir, "desk"), HTTP: demoHTTP(), Cost: cachetest.Cost()}), built: make(chan struct{})}
	d.build(t.Context(), centre, world)
	return d
}
