package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/cdshooks"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
)

// hooksDesk answers calls in one session: each is an opening, and the chart is closed with it.
type hooksDesk struct {
	session hooksSession
	bookOf  func(ehrdesk.Chart, ehrdesk.Session) *page.Book // what a chart's findings are worded from
	purpose ehrdesk.Purpose
	reason  string
	rest    *rest
	stop    context.CancelCauseFunc

	mu    sync.Mutex // one call, or the lock, at a time
	ended error      // the session is over: the next call is refused by it
	owes  bool       // openings from the copy that the centre has not been told
}

var _ cdshooks.Desk = (*hooksDesk)(nil)

// hooksSession is what of a session calls need.
type hooksSession interface {
	ehrdesk.Session
	ehrdesk.Acknowledging
	Ended() *ehrdesk.End
	Deliver(ctx context.Context) (int, error)
}

var _ hooksSession = (*client.Session)(nil)

var errIdle = ehrdesk.Errorf("hooks", ehrdesk.CodeLocked, "locked: nobody has called for the time of --idle-lock")

var errTwoPeople = ehrdesk.Errorf("hooks", ehrdesk.CodeInvalid, "the eHR number and the HKIC that were sent are two people's")

// Ask opens a record, and says what the rules find in it.
func (d *hooksDesk) Ask(ctx context.Context, c cdshooks.Call) ([]cdshooks.Card, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.idle(); d.ended != nil {
		return nil, d.ended
	}
	defer d.rest.begin()
	if err := seesMedicines(d.session); err != nil {
		return nil, err
	}
	cards, err := d.opened(ctx, c)
	switch e := d.session.Ended(); {
	case e != nil:
		d.end(ehrdesk.E("hooks", ehrdesk.CodeDenied, e))
	case ehrdesk.CodeOf(err) == ehrdesk.CodeNotSignedIn:
		d.end(err)
	case d.owes && d.session.Link().State == ehrdesk.Online:
		_, failed := d.session.Deliver(ctx)
		d.owes = failed != nil
	}
	return cards, err
}

func (d *hooksDesk) opened(ctx context.Context, c cdshooks.Call) ([]cdshooks.Card, error) {
	chart, err := d.session.Open(ctx, c.Number, d.purpose, d.reason)
	if err != nil {
		return nil, renamed("hooks", err)
	}
	if _, cached := chart.AsOf(); cached {
		d.owes = true
	}
	if p := chart.Patient(); !c.HKIC.IsZero() && !p.HKIC.IsZero() && p.HKIC != c.HKIC {
		return nil, first(errTwoPeople, chart.Close())
	}
	cards, err := d.cards(ctx, chart, c)
	return cards, first(err, chart.Close())
}

// idle locks the session where nobody has called for too long. It is for who holds mu.
func (d *hooksDesk) idle() {
	if d.ended == nil && d.rest.left() <= 0 {
		_ = d.session.Lock() // its keys are gone whatever it could not write down
		d.end(errIdle)
	}
}

func (d *hooksDesk) end(why error) {
	d.ended = why
	d.stop(why)
}

// why is what ended the session, nil where the command was stopped.
func (d *hooksDesk) why() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.ended
}

// watch locks the session when its time has come.
func (d *hooksDesk) watch(ctx context.Context) {
	for {
		t := time.NewTimer(min(d.rest.left(), time.Second)) // a second: a machine that slept wakes locked
		select {
		case <-ctx.Done():
			t.Stop()
			return
		case <-t.C:
		}
		d.mu.Lock()
		d.idle()
		d.mu.Unlock()
	}
}

// rest is how long nobody has called, by the clock on the wall and by the one that stands while a machine sleeps: the
// longer counts, so that neither sleep nor a clock that is set back keeps a session open.
type rest struct {
	now  func() time.Time
	most time.Duration

	mu   sync.Mutex
	last time.Time
}

func newRest(most time.Duration, now func() time.Time) *rest {
	return &rest{now: now, most: most, last: now()}
}

// begin counts anew.
func (r *rest) begin() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last = r.now()
}

// left is how long until the session has rested too long.
func (r *rest) left() time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	return r.most - max(now.Sub(r.last), now.Round(0).Sub(r.last.Round(0)))
}

func textOfStatus(t cdshooks.Told) string {
	if t.Code != "" {
		return fmt.Sprintf("%d %s", t.Status, t.Code)
	}
	return fmt.Sprintf("%d, cards: %d", t.Status, t.Cards)
}
