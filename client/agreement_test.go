package client_test

import (
	"errors"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
)

// agree is what the world's provider has agreed to from now on.
func (w *world) agree(view, deposit bool) {
	w.t.Helper()
	if _, err := w.centre.Agree(w.t.Context(), "op", w.hcp, &view, &deposit); err != nil {
		w.t.Fatal(err)
	}
}

// To deposit and to look in are agreed to apart: a look-up says so, and nothing is prepared or opened that would be refused.
func TestAProviderThatHasNotAgreedPreparesNothingAndOpensNothing(t *testing.T) {
	d := newDeposits(t)
	d.agree(true, false)
	f, err := d.s.Find(t.Context(), d.n)
	if err != nil || f.MayDeposit() || f.NoDeposit != ehrdesk.BarAgreement || f.NoView != "" {
		t.Fatalf("%+v, %v", f, err)
	}
	if _, err := d.s.PrepareDeposit(t.Context(), d.bundle("70.1", "")); !errors.Is(err, ehrdesk.ErrNotAgreedToDeposit) || ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		t.Errorf("prepared: %v", err)
	}
	d.agree(false, true)
	d.consent(d.s, d.n, d.key)
	d.key = ""
	if _, err := d.s.Open(t.Context(), d.n, ehrdesk.Consultation, ""); !errors.Is(err, ehrdesk.ErrNotAgreedToView) || ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		t.Errorf("opened: %v", err)
	}
	d.send(d.prepare("70.1", ""), ehrdesk.DepositSent)
	d.agree(true, true)
	c := d.chart(d.s, d.n)
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

// What was prepared before the agreement ended is refused by the centre, and nothing of it is there; without the line the desk goes by
// what it was told last, for a copy as well.
func TestAnAgreementThatEndsIsHeededByWhatWasPreparedAndByCopies(t *testing.T) {
	d := newDeposits(t)
	p := d.prepare("70.1", "")
	d.consent(d.s, d.n, d.key)
	if err := d.chart(d.s, d.n).Close(); err != nil {
		t.Fatal(err)
	}
	d.agree(false, false)
	if r := d.send(p, ehrdesk.DepositRefused); r.Why != ehrdesk.CodeDenied {
		t.Errorf("%+v", r)
	}
	if _, err := d.s.Find(t.Context(), d.n); err != nil {
		t.Fatal(err)
	}
	d.line.set(true, nil)
	f, err := d.s.Find(t.Context(), d.n)
	if err != nil || !f.Cached || f.NoDeposit != ehrdesk.BarAgreement || f.NoView != ehrdesk.BarAgreement {
		t.Fatalf("without the line: %+v, %v", f, err)
	}
	if _, err := d.s.Open(t.Context(), d.n, ehrdesk.Consultation, ""); !errors.Is(err, ehrdesk.ErrNotAgreedToView) {
		t.Errorf("a copy opened: %v", err)
	}
}

// A gate takes no deposits, and says so before any is prepared.
func TestAtAGateNothingIsPreparedToBeDeposited(t *testing.T) {
	g := newGated(t, fhirtest.Quirks{})
	g.enrol("drlee", ehrdesk.Doctor)
	s := g.signIn("drlee")
	n, _ := g.person("p", "912345678903", 1)
	f, err := s.Find(t.Context(), n)
	if err != nil || f.MayDeposit() || f.NoDeposit != ehrdesk.BarGate {
		t.Fatalf("%+v, %v", f, err)
	}
	d := &deposits{world: g.world, s: s, n: n}
	if _, err := s.PrepareDeposit(t.Context(), d.bundle("70.1", "")); !errors.Is(err, ehrdesk.ErrGateTakesNone) {
		t.Errorf("prepared: %v", err)
	}
}
