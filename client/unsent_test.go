package client_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

// What somebody has to say in a case is listed with what else waits, without a word; is counted; goes with the rest; and is nobody else's.
func TestWhatWaitsInACaseIsInTheOutbox(t *testing.T) {
	j := newJoint(t, "drlee", "drchan", "drho")
	a, b := j.desk[0], j.desk[1]
	id := j.begin(ehrdesk.CaseDestroys)
	a.line.set(true, nil)
	a.say(id, "XYZZY waits")
	a.clock.advance(ehrdesk.UnsentLong + time.Minute)
	a.enrolLater("drng")
	all, err := a.s.Outbox(t.Context())
	if err != nil || len(all) != 1 || all[0].Kind != "case-said" || all[0].State != cache.ItemSending.String() || all[0].Overdue != ehrdesk.OverdueLong {
		t.Fatalf("%+v, %v", all, err)
	}
	if raw, err := json.Marshal(all); err != nil || strings.Contains(string(raw), "XYZZY") {
		t.Errorf("%s, %v", raw, err)
	}
	if n, err := a.s.Unsent(t.Context()); n != 1 || err != nil {
		t.Errorf("%d wait, %v", n, err)
	}
	_ = a.s.Close()
	other := a.signIn("drng")
	if all, err := other.Outbox(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("a colleague has %+v, %v", all, err)
	}
	_ = other.Close()
	a.line.set(false, nil)
	a.line.breakAt("$case-event", false) // at sign-in nothing goes
	a.s = a.signIn("drlee")
	a.line.breakAt("", false)
	a.clock.advance(time.Minute)
	if n, err := a.s.Deliver(t.Context()); n != 1 || err != nil {
		t.Errorf("%d sent, %v", n, err)
	}
	if n, err := a.s.Unsent(t.Context()); n != 0 || err != nil {
		t.Errorf("%d wait, %v", n, err)
	}
	b.sync()
	b.reads(id, "XYZZY waits")
	// What is refused is there with why, and is not counted as waiting.
	if err := a.s.StepCase(t.Context(), id, ehrdesk.CaseLeft, &j.desk[2].me, ""); err != nil {
		t.Fatal(err)
	}
	a.say(id, "to Ho", j.desk[2].me.CasePerson)
	_, _ = a.s.Deliver(t.Context())
	all, err = a.s.Outbox(t.Context())
	if n, e := a.s.Unsent(t.Context()); err != nil || e != nil || len(all) != 1 || !all[0].Refused() || all[0].Why == "" || n != 0 {
		t.Errorf("%+v, %v; %d wait, %v", all, err, n, e)
	}
}

// enrolLater enrols a colleague at a desk whose line is cut, and signs them in once so that they have its keys.
func (d *seat) enrolLater(staff string) {
	d.t.Helper()
	d.line.set(false, nil)
	d.line.breakAt("$case-event", false)
	d.enrol(staff, ehrdesk.Doctor)
	_ = d.s.Close()
	d.s = d.signIn(d.me.Staff) // lets them in
	d.line.breakAt("", false)
	d.line.set(true, nil)
}

// A lock, or a sign-out, while the centre hangs ends what is under way, and it is over when the lock is; what was to be sent waits still.
func TestALockEndsASyncUnderWay(t *testing.T) {
	for name, end := range map[string]func(*seat) error{
		"locked":     func(d *seat) error { return d.s.Lock() },
		"signed out": func(d *seat) error { return d.s.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			j := newJoint(t, "drlee", "drchan")
			a := j.desk[0]
			id := j.begin(ehrdesk.CaseDestroys)
			a.say(id, "under way")
			hangs, given := make(chan struct{}, 1), atomic.Bool{}
			a.line.stands(func(r *http.Request) (*http.Response, error) {
				if !strings.HasSuffix(r.URL.Path, "$case-event") {
					return http.DefaultTransport.RoundTrip(r)
				}
				hangs <- struct{}{}
				<-r.Context().Done()
				given.Store(true)
				return nil, r.Context().Err()
			})
			done := make(chan error, 1)
			go func() { done <- a.s.SyncCases(context.Background()) }()
			select {
			case <-hangs:
			case <-time.After(patience):
				t.Fatal("nothing was sent")
			}
			if err := end(a); err != nil {
				t.Fatal(err)
			}
			if !given.Load() {
				t.Error("it goes on after the end")
			}
			if err := <-done; err == nil {
				t.Error("it says that it was sent")
			}
			asked := len(a.line.requests(""))
			if err := a.s.SyncCases(t.Context()); ehrdesk.CodeOf(err) != ehrdesk.CodeLocked {
				t.Errorf("%v", err)
			}
			if n := len(a.line.requests("")); n != asked {
				t.Errorf("%d requests after the end", n-asked)
			}
			_ = a.s.Close()
			a.line.stands(nil)
			a.clock.advance(time.Minute)
			a.s = a.signIn("drlee")
			a.sync()
			if v := a.has(id); len(v.Said) != 1 || len(v.Waits) != 0 {
				t.Errorf("%+v", v)
			}
		})
	}
}
