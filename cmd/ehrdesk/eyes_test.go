package main

import (
	"context"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk/cache/cachetest"
	"github.com/ehrdesk/ehrdesk/cardreader/simcard"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/ehrdesk/ehrdesk/internal/testclock"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
)

// settledDesk is a centre in which people have settled, reached over
// loopback, and a desk with the demonstration's accounts.
type settledDesk struct {
	centre *central.Centre
	base   string
	desk   *client.Desk
	issuer *simcard.Issuer
	today  time.Time // the clocks of desk and centre stand still at it
	later  atomic.Int64
}

// now is the clock. It does not run but where a test has time pass: a day's list empties at midnight, and the
// work in these tests is of one day, at whatever hour they begin.
func (d *settledDesk) now() time.Time { return d.today.Add(time.Duration(d.later.Load())) }

// pass has time pass.
func (d *settledDesk) pass(t time.Duration) { d.later.Add(int64(t)) }

// newSettledDesk makes one; web is the desk's line to the centre, nil for the
// client's own.
func newSettledDesk(t *testing.T, people central.Population, web *http.Client) *settledDesk {
	t.Helper()
	return newSettledDeskAt(t, people, web, testclock.Start())
}

// newSettledDeskAt is one whose clocks begin at a moment.
func newSettledDeskAt(t *testing.T, people central.Population, web *http.Client, at time.Time) *settledDesk {
	t.Helper()
	ctx, dir := t.Context(), t.TempDir()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var err error
	d := &settledDesk{today: at}
	d.centre, err = central.Open(ctx, central.Options{Dir: filepath.Join(dir, "central"), Now: d.now})
	must(err)
	t.Cleanup(func() { _ = d.centre.Close() })
	a := &app{streams: streams{err: io.Discard}}
	must(d.centre.Fill(ctx, people, nil))
	running, err := d.centre.Start(ctx, "127.0.0.1:0")
	must(err)
	d.base = running.Base
	t.Cleanup(func() { _ = running.Close(context.Background()) })
	d.desk = client.New(client.Options{Dir: filepath.Join(dir, "desk"), HTTP: web, Patience: time.Minute, Now: d.now, Cost: cachetest.Cost()})
	t.Cleanup(func() { _ = d.desk.Close() })
	must(enrolDemo(ctx, d.centre, running.Base, d.desk, func() {}))
	d.issuer, err = a.demoIssuer(ctx, d.centre, dir)
	must(err)
	return d
}

// eyes are somebody's who waits for what the screen says.
type eyes struct {
	*uitest.Driver
	t *testing.T
}

// see waits until the screen shows one of the texts, and gives which.
func (e *eyes) see(texts ...string) string {
	e.t.Helper()
	seen := ""
	if !e.Await(func(screen string) bool {
		screen = flat(screen)
		for _, s := range texts {
			if strings.Contains(screen, s) {
				seen = s
				return true
			}
		}
		return false
	}) {
		e.t.Fatalf("%s\nthe screen above never showed %q", e.Screen(), texts)
	}
	return seen
}

// gone waits until the screen no longer shows a text.
func (e *eyes) gone(text string) {
	e.t.Helper()
	if !e.Await(func(screen string) bool { return !strings.Contains(flat(screen), text) }) {
		e.t.Fatalf("%s\nthe screen above never let go of %q", e.Screen(), text)
	}
}

// flat is a screen with its lines run together, so that a wrapped text is found.
func flat(screen string) string { return strings.Join(strings.Fields(screen), " ") }
