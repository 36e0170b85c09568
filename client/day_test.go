package client_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

func (w *world) patientActs(p central.Person, ch ehrdesk.Channel, revoke bool) {
	w.t.Helper()
	if _, err := w.centre.PatientAct(ctx, p.Patient.EHR.Compact(), w.hcp, ch, revoke); err != nil {
		w.t.Fatal(err)
	}
}

func TestAHintComesWhenThePatientActsElsewhereAlsoAfterTheStreamWasCut(t *testing.T) {
	w := newWorld(t, 24)
	p := somebody(t, 1, ehrdesk.Registered)
	w.settle(p)
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	defer s.Close()
	w.consent(s, number(p), theirKey)
	w.chart(s, number(p)) // the centre tells a desk of whom it follows
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	heard := make(chan ehrdesk.Hint)
	go func() {
		defer close(heard)
		for {
			h, err := s.NextHint(ctx)
			if err != nil {
				return
			}
			if h.Kind == ehrdesk.HintConsent {
				heard <- h
			}
		}
	}()
	w.listening() // what came before nobody is told
	for i, cut := range []bool{false, true, false, true} {
		if cut {
			w.line.hangUp()
		}
		w.patientActs(p, ehrdesk.ByApp, i%2 == 0) // withdraws and gives in turn
		h, ok := <-heard
		if !ok || h.Patient != p.Patient.ID {
			t.Fatalf("act %d: heard %+v, %v", i, h, ok)
		}
		want := map[bool]ehrdesk.ConsentState{true: ehrdesk.ConsentWithdrawn, false: ehrdesk.ConsentActive}[i%2 == 0]
		if f, err := s.Find(ctx, number(p)); err != nil || f.Consent.State != want {
			t.Errorf("act %d: %s, %v", i, f.Consent.State, err)
		}
	}
	stop()
	for range heard { // what was told twice is told again
	}
}

// A centre that is out of order for a while is asked again: hints do not end with
// one error. Where it has no such stream, or will not give it, they do.
func TestHintsGoOnAfterTheCentreWasOutOfOrder(t *testing.T) {
	for status, ends := range map[int]bool{
		http.StatusInternalServerError: false, http.StatusBadGateway: false, http.StatusServiceUnavailable: false, http.StatusTooManyRequests: false,
		http.StatusUnauthorized: false, http.StatusForbidden: true, http.StatusNotFound: true,
	} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 24)
			p := somebody(t, 1, ehrdesk.Registered)
			w.settle(p)
			w.enrol("drlee", ehrdesk.Doctor)
			s := w.signIn("drlee")
			defer s.Close()
			ctx, stop := context.WithTimeout(ctx, patience)
			defer stop()
			var once sync.Once
			w.line.fails(func(r *http.Request) (answer int) {
				if strings.HasSuffix(r.URL.Path, "$events") {
					once.Do(func() { answer = status })
				}
				return answer
			})
			heard := make(chan error, 1)
			go func() {
				for {
					h, err := s.NextHint(ctx)
					if err != nil || h.Kind == ehrdesk.HintConsent && h.Patient == p.Patient.ID {
						heard <- err
						return
					}
				}
			}()
			if !ends {
				w.listening()
				w.patientActs(p, ehrdesk.ByApp, false)
			}
			if err := <-heard; (err != nil) != ends {
				t.Errorf("%v", err)
			}
		})
	}
}

// The desk has heard of nothing yet when the line breaks: what happens until it
// listens again is told all the same.
func TestAHintComesAlsoWhereTheStreamWasCutBeforeTheFirst(t *testing.T) {
	w := newWorld(t, 24)
	p := somebody(t, 1, ehrdesk.Registered)
	w.settle(p)
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	defer s.Close()
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	heard := make(chan error, 1)
	go func() {
		for {
			h, err := s.NextHint(ctx)
			if err != nil || h.Kind == ehrdesk.HintConsent && h.Patient == p.Patient.ID {
				heard <- err
				return
			}
		}
	}()
	w.listening()
	w.line.set(true, nil)
	w.line.hangUp()
	w.patientActs(p, ehrdesk.ByApp, false)
	w.line.set(false, nil)
	if err := <-heard; err != nil {
		t.Errorf("nothing was told: %v", err)
	}
}

func TestTheDayIsKeptOverARestartAndEndsWithTheDay(t *testing.T) {
	w := newWorld(t, 24)
	p, q, r := somebody(t, 1, ehrdesk.Registered), somebody(t, 2, ehrdesk.Registered), somebody(t, 3, ehrdesk.Registered)
	w.settle(p, q, r)
	w.enrol("clerk", ehrdesk.FrontDesk)
	s := w.signIn("clerk")
	put := func(kind ehrdesk.TaskKind, p central.Person, ch ehrdesk.Channel) ehrdesk.Task {
		t.Helper()
		f, err := s.Find(ctx, number(p))
		if err != nil {
			t.Fatal(err)
		}
		k, err := s.PutTask(ctx, ehrdesk.Task{Kind: kind, Number: number(p), Patient: f.Patient, Participation: f.Participation, Consent: f.Consent, Channel: ch})
		if err != nil || k.ID == "" || k.Added.IsZero() || k.Staff != "clerk" {
			t.Fatalf("%+v, %v", k, err)
		}
		return k
	}
	put(ehrdesk.TaskArrival, p, "")
	put(ehrdesk.TaskWait, q, ehrdesk.ByApp)
	put(ehrdesk.TaskWait, r, ehrdesk.ByIVRS)
	for _, bad := range []ehrdesk.Task{{Kind: ehrdesk.TaskArrival}, {Kind: ehrdesk.TaskDone, Number: number(p)}, {Kind: ehrdesk.TaskAct, Number: number(p)}} {
		_, err := s.PutTask(ctx, bad)
		wantCode(t, "kept by hand", err, ehrdesk.CodeInvalid)
	}

	restart := func() {
		t.Helper()
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if err := w.desk.Close(); err != nil {
			t.Fatal(err)
		}
		w.open()
		s = w.signIn("clerk")
	}
	restart()
	defer func() { s.Close() }()
	if a, b := w.tasks(s, ehrdesk.TaskArrival), w.tasks(s, ehrdesk.TaskWait); len(a) != 1 || len(b) != 2 || a[0].Patient.Name.Family != "CHAN" {
		t.Fatalf("after the restart: %+v, %+v", a, b)
	}
	w.clock.advance(24 * time.Hour)
	restart()
	if a, b := w.tasks(s, ehrdesk.TaskArrival), w.tasks(s, ehrdesk.TaskWait); len(a) != 0 || len(b) != 2 {
		t.Fatalf("the day after: %d arrivals, %d waits", len(a), len(b))
	}

	if changed, err := s.Poll(ctx); err != nil || len(changed) != 0 {
		t.Errorf("nothing has happened: %+v, %v", changed, err)
	}
	w.patientActs(q, ehrdesk.ByApp, false)
	changed, err := s.Poll(ctx)
	if err != nil || len(changed) != 1 || changed[0].State != ehrdesk.TaskEnded || changed[0].Channel != ehrdesk.ByApp || changed[0].Reference == "" || changed[0].Consent.State != ehrdesk.ConsentActive {
		t.Fatalf("poll: %+v, %v", changed, err)
	}
	if changed, err := s.Poll(ctx); err != nil || len(changed) != 0 {
		t.Errorf("told twice: %+v, %v", changed, err)
	}
	w.line.set(true, nil)
	_, err = s.Poll(ctx)
	wantCode(t, "poll without the line", err, ehrdesk.CodeOffline)
	w.line.set(false, nil)

	left := w.tasks(s, ehrdesk.TaskWait) // the one that came was begun yesterday, and is over
	if len(left) != 1 || left[0].Number != number(r) {
		t.Fatalf("waits: %+v", left)
	}
	w.clock.advance(12 * 24 * time.Hour)
	if got := w.tasks(s, ehrdesk.TaskWait); len(got) != 1 {
		t.Errorf("within a fortnight: %+v", got)
	}
	w.clock.advance(24 * time.Hour)
	w.clock.advance(24 * time.Hour)
	if got := w.tasks(s, ehrdesk.TaskWait); len(got) != 0 {
		t.Errorf("after a fortnight: %+v", got)
	}
	wantCode(t, "drop", s.DropTask(ctx, left[0].ID), ehrdesk.CodeNotFound)
}
