package client_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// walk is one patient, one desk and one centre, among which the events of
// docs/consent.md happen in any order.
type walk struct {
	*world
	rt    *rapid.T
	s     *client.Session
	n     ehrdesk.Number
	key   string
	cut   bool
	chart ehrdesk.Chart

	heard time.Time // when the centre last said to the desk that the consent stands; zero for never, or no more
	ended bool      // the desk knows of an end: heard from the centre, or taken here
	form  int
}

// stands asks the centre's own books.
func (w *walk) stands() (state ehrdesk.ConsentState, given int) {
	err := w.centre.Participants(ctx, w.n.EHR.Compact(), func(p central.Participant) error {
		for _, c := range p.Consents {
			if c.HCP == w.hcp {
				state = ehrdesk.ConsentState(c.State)
			}
		}
		return nil
	})
	if err != nil {
		w.rt.Fatal(err)
	}
	given, _ = w.told(w.n)
	return state, given
}

// said takes what a look-up brought.
func (w *walk) said(f ehrdesk.Finding, err error) {
	switch {
	case err != nil || f.Cached:
	case f.Waiting == ehrdesk.AuditRevoke || !f.Consent.State.Allows():
		w.ended, w.heard = true, time.Time{}
	default:
		w.ended, w.heard = false, f.Checked
	}
}

func (w *walk) grant(g ehrdesk.Grant) {
	g.RequestID = uuid.NewString()
	_, before := w.stands()
	r, err := w.s.Grant(ctx, g)
	_, after := w.stands()
	if err == nil && !r.Queued && after != before+1 {
		w.rt.Fatalf("said to be on record, and %d were before, %d after", before, after)
	}
	if after > before+1 {
		w.rt.Fatalf("one act made %d consents", after-before)
	}
}

func (w *walk) revoke(a ehrdesk.Withdrawal) {
	a.DocumentSighted, a.RequestID = true, uuid.NewString()
	state, _ := w.stands()
	r, err := w.s.Revoke(ctx, a)
	switch code := ehrdesk.CodeOf(err); {
	case r.Queued, code == ehrdesk.CodeTimeout, code == "":
		w.ended, w.heard = true, time.Time{}
		if w.chart != nil && count(w.chart) != 0 {
			w.rt.Fatalf("the chart still shows something after a withdrawal at this desk: %+v, %v", r, err)
		}
	}
	if now, _ := w.stands(); err == nil && !r.Queued && now == ehrdesk.ConsentActive {
		w.rt.Fatalf("said to be withdrawn, and is %s (was %s)", now, state)
	}
}

// open tries to reach the record, and holds what it got against what may be.
func (w *walk) open() {
	c, err := w.s.Open(ctx, w.n, ehrdesk.Consultation, "")
	state, _ := w.stands()
	if err != nil {
		if code := ehrdesk.CodeOf(err); code == ehrdesk.CodeConsentNeeded && !w.cut {
			w.ended, w.heard = true, time.Time{}
		}
		return
	}
	_, cached := c.AsOf()
	switch now := w.deskNow(); {
	case !cached && state != ehrdesk.ConsentActive:
		w.rt.Fatalf("the chart opened online with a consent that is %s", state)
	case cached && (w.ended || w.heard.IsZero()):
		w.rt.Fatal("the copy opened after the desk knew of an end, or without ever having asked")
	case cached && !now.Before(w.heard.Add(24*time.Hour)):
		w.rt.Fatalf("the copy opened %s after the centre last said that the consent stands", now.Sub(w.heard))
	case cached && now.Before(w.heard.Add(-5*time.Minute)):
		w.rt.Fatal("the copy opened with the clock set back")
	case !cached:
		w.ended, w.heard = false, later(w.heard, w.clock.now())
	}
	if w.chart != nil {
		_ = w.chart.Close()
	}
	w.chart = c
	w.sync()
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func (w *walk) sync() {
	if w.chart == nil {
		return
	}
	_, err := w.chart.Sync(ctx, nil)
	switch code := ehrdesk.CodeOf(err); {
	case code == ehrdesk.CodeConsentNeeded:
		w.ended, w.heard = true, time.Time{}
		if count(w.chart) != 0 {
			w.rt.Fatal("the chart still shows something after the consent ended")
		}
	case code == "":
		if state, _ := w.stands(); state != ehrdesk.ConsentActive && !w.cut {
			w.rt.Fatalf("in step with a record whose consent is %s", state)
		}
		w.heard = later(w.heard, w.clock.now())
	}
}

func (w *walk) formGrant(term ehrdesk.Term) ehrdesk.Grant {
	w.form++
	g := formGrant(w.n, fmt.Sprintf("P-%s-%d", w.n.EHR.Compact(), w.form))
	g.Term, g.NoticeReadAt = term, w.clock.now()
	if o, err := w.s.Offer(ctx); err == nil {
		for _, x := range o.Notices {
			g.NoticeVersions[x.ID] = x.Version
		}
	}
	return g
}

// Whatever happens in whatever order, with requests lost, doubled and answered
// to nobody and the desk's clock anywhere: no record is reached without a consent
// that the desk may rely on, and no act is on record twice.
func TestNoPathLeadsToAChartWithoutAValidConsent(t *testing.T) {
	base := newWorld(t, 24)
	base.enrol("drlee", ehrdesk.Doctor)
	s := base.signIn("drlee")
	defer func() { s.Close() }()
	people := 0
	rapid.Check(t, func(rt *rapid.T) {
		people++
		n, key := base.patient(fmt.Sprintf("WALK%d", people), 1)
		w := &walk{world: base, rt: rt, s: s, n: n, key: key}
		defer func() {
			w.line.set(false, nil)
			w.line.breakNth(-1, false)
			w.line.double(false)
			w.wind(0)
			if w.chart != nil {
				_ = w.chart.Close()
			}
			s = w.s
		}()
		k, err := ehrdesk.ParseAccessKey(key)
		if err != nil {
			rt.Fatal(err)
		}
		term := rapid.SampledFrom([]ehrdesk.Term{ehrdesk.Indefinite, ehrdesk.OneYear})
		rt.Repeat(map[string]func(*rapid.T){
			"consent by key": func(rt *rapid.T) {
				g := grant(t, n, key)
				g.Term = term.Draw(rt, "term")
				w.grant(g)
			},
			"consent by form": func(rt *rapid.T) { w.grant(w.formGrant(term.Draw(rt, "term"))) },
			"renewal": func(rt *rapid.T) {
				g := w.formGrant(ehrdesk.OneYear)
				g.Renew = true
				w.grant(g)
			},
			"withdrawal by key": func(*rapid.T) {
				w.revoke(ehrdesk.Withdrawal{Patient: n, Channel: ehrdesk.ByAccessKey, AccessKey: k})
			},
			"withdrawal by form": func(*rapid.T) {
				w.form++
				w.revoke(ehrdesk.Withdrawal{Patient: n, Channel: ehrdesk.ByForm, FormReference: fmt.Sprintf("W-%s-%d", n.EHR.Compact(), w.form)})
			},
			"consent in the app": func(*rapid.T) { _, _ = w.centre.PatientAct(ctx, n.EHR.Compact(), w.hcp, ehrdesk.ByApp, false) },
			"withdrawal in the app": func(*rapid.T) {
				_, _ = w.centre.PatientAct(ctx, n.EHR.Compact(), w.hcp, ehrdesk.ByApp, true)
			},
			"the line goes":       func(*rapid.T) { w.cut = true; w.line.set(true, nil) },
			"the line is back":    func(*rapid.T) { w.cut = false; w.line.set(false, nil) },
			"a request is lost":   func(rt *rapid.T) { w.line.breakNth(rapid.IntRange(0, 3).Draw(rt, "which"), false) },
			"an answer is lost":   func(rt *rapid.T) { w.line.breakNth(rapid.IntRange(0, 3).Draw(rt, "which"), true) },
			"requests come twice": func(rt *rapid.T) { w.line.double(rapid.Bool().Draw(rt, "twice")) },
			"time passes": func(rt *rapid.T) {
				w.clock.advance(rapid.SampledFrom([]time.Duration{time.Minute, 5 * time.Hour, 25 * time.Hour, 350 * 24 * time.Hour}).Draw(rt, "how long"))
			},
			"the desk's clock is set": func(rt *rapid.T) {
				w.wind(rapid.SampledFrom([]time.Duration{0, -400 * 24 * time.Hour, -2 * time.Hour, 2 * time.Minute, 30 * time.Hour}).Draw(rt, "skew"))
			},
			"look-up": func(*rapid.T) { w.said(w.s.Find(ctx, n)) },
			"poll":    func(*rapid.T) { _, _ = w.s.Poll(ctx) },
			"sync":    func(*rapid.T) { w.sync() },
			"open":    func(*rapid.T) { w.open() },
		})
	})
}
