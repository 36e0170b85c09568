package client_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// hinted ends once a desk has heard that something of a case is new, or of anything else.
func (d *seat) hinted(ctx context.Context) <-chan error {
	heard := make(chan error, 1)
	go func() {
		for {
			h, err := d.s.NextHint(ctx)
			if err != nil || h.Kind == ehrdesk.HintCase {
				heard <- err
				return
			}
		}
	}()
	return heard
}

func cefazolin() *ehrdesk.CaseAllergy {
	return &ehrdesk.CaseAllergy{Substance: "Cefazolin", Kind: "allergy", Category: "medication", Risk: "high", Reaction: "anaphylaxis", Severity: "severe", Certainty: ehrdesk.AllergyLikely, Seen: "Dr Ho of the emergency department"}
}

// An alert is begun and said in one act; the other provider's desk hears of it by the centre's stream and has it on its list within
// three seconds, where somebody acknowledges it.
func TestAnAlertIsOnTheOtherDesksListWithinThreeSeconds(t *testing.T) {
	j := newJoint(t, "drlee", "drchan")
	a, b := j.desk[0], j.desk[1]
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	heard := b.hinted(ctx)
	b.listening()
	began := time.Now()
	id, err := a.s.BeginCase(ctx, ehrdesk.CaseBeginning{Patient: j.who, Purpose: ehrdesk.CaseAlert, Ends: ehrdesk.CaseDestroys, Members: []ehrdesk.CaseMember{b.me},
		Says: &ehrdesk.CaseMessage{Critical: true, Body: ehrdesk.CaseBody{Allergy: cefazolin()}}})
	if err != nil {
		t.Fatal(err)
	}
	if w := a.has(id).Waits; len(w) != 3 {
		t.Fatalf("%d wait", len(w))
	}
	a.sync()
	if err := <-heard; err != nil {
		t.Fatal(err)
	}
	for len(b.saidIn(id)) == 0 { // the first hint is of the case, the last of what was said in it
		if time.Since(began) > 30*time.Second {
			t.Fatal("it has not come")
		}
		if err := b.s.SyncCases(ctx); err != nil {
			t.Fatal(err)
		}
	}
	took := time.Since(began)
	t.Logf("on the list after %v", took)
	if took > 3*time.Second && !testing.Short() { // of a busy machine only that it comes is held
		t.Errorf("it took %v", took)
	}
	said := b.has(id).Said[0]
	turn, ok := said.Turn(a.clock.now())
	if !ok || turn.Who != b.me.CasePerson || !said.Owes(b.me.CasePerson) || turn.Until.Sub(turn.Since) != ehrdesk.CaseTurnUsual*time.Minute {
		t.Errorf("%+v, %v", turn, ok)
	}
	r, err := b.s.OpenInCase(ctx, id, said.Event)
	if err != nil || r.Body.Allergy == nil || r.Body.Allergy.Reaction != "anaphylaxis" || !slices.Contains(r.Body.Allergy.Codes, "atc:J01DB04") {
		t.Fatalf("%+v, %v", r.Body.Allergy, err)
	}
	if err := b.s.AnswerInCase(ctx, id, said.Event, ehrdesk.CaseAcknowledged, ""); err != nil {
		t.Fatal(err)
	}
	b.sync()
	a.sync()
	if r, ok := a.has(id).Said[0].Settled(); !ok || r.By != b.me.CasePerson {
		t.Errorf("%+v, %v", r, ok)
	}
}

func (d *seat) saidIn(id string) []ehrdesk.CaseSaid {
	v, err := d.s.Case(d.t.Context(), id)
	if err != nil {
		return nil
	}
	return v.Said
}

// Of an alert whoever reads it makes a record in their own name: unconfirmed, with who told it, seen before it leaves, and never by itself.
func TestAnAlertBecomesAnUnconfirmedAllergyOnceItIsSigned(t *testing.T) {
	j := newJoint(t, "drlee", "drchan")
	a, b := j.desk[0], j.desk[1]
	told := cefazolin()
	told.At = time.Date(2026, 3, 2, 10, 20, 0, 0, ehrdesk.HongKong())
	id, err := a.s.BeginCase(t.Context(), ehrdesk.CaseBeginning{Patient: j.who, Purpose: ehrdesk.CaseAlert, Ends: ehrdesk.CaseDestroys, Members: []ehrdesk.CaseMember{b.me},
		Says: &ehrdesk.CaseMessage{Critical: true, Body: ehrdesk.CaseBody{Allergy: told}}})
	if err != nil {
		t.Fatal(err)
	}
	a.sync()
	b.sync()
	event := b.has(id).Said[0].Event
	if _, err := b.s.DraftAllergy(t.Context(), id, event, "en"); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		t.Errorf("of what was not opened: %v", err)
	}
	if _, err := b.s.OpenInCase(t.Context(), id, event); err != nil {
		t.Fatal(err)
	}
	if _, err := b.s.DraftAllergy(t.Context(), id, event, "en"); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		t.Errorf("without the chart: %v", err)
	}
	c := b.chart(b.s, j.n)
	defer c.Close()
	had := len(c.List(ehrdesk.AllergyADR))
	d, err := b.s.DraftAllergy(t.Context(), id, event, "en")
	if err != nil {
		t.Fatal(err)
	}
	p, err := b.s.PreviewWriting(t.Context(), j.who, d.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Sync(t.Context(), nil); err != nil || len(c.List(ehrdesk.AllergyADR)) != had {
		t.Fatalf("an allergy is in the record before anybody signed it, %v", err)
	}
	if r, err := b.s.SignWriting(t.Context(), j.who, p); err != nil || r.State != ehrdesk.DepositSent {
		t.Fatalf("%+v, %v", r, err)
	}
	if _, err := c.Sync(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	var found map[string]any
	for _, r := range c.List(ehrdesk.AllergyADR) {
		raw, err := c.Raw(t.Context(), r.Ref())
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(raw), "efazolin") {
			if err := json.Unmarshal(raw, &found); err != nil {
				t.Fatal(err)
			}
		}
	}
	if v := b.has(id); v.Reported[v.Said[0].Envelope].IsZero() || !a.has(id).Reported[v.Said[0].Envelope].IsZero() {
		t.Errorf("that it was reported stands at whoever did: %v", v.Reported)
	}
	b.s.Close()
	b.s = b.signIn("drchan")
	if v := b.has(id); v.Reported[v.Said[0].Envelope].IsZero() {
		t.Error("it is forgotten with the session")
	}
	b2, err := json.Marshal(found)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"unconfirmed"`, `"Cefazolin"`, "anaphylaxis", "Told by Dr drlee", "Dr Ho of the emergency department", `"high"`, `"onset":"2026-03-02T10:20:00+08:00"`} {
		if !strings.Contains(string(b2), want) {
			t.Errorf("no %s in %s", want, b2)
		}
	}
}

// What waits for the line, and may be refused yet, was not reported.
func TestAnAlertIsReportedOnceTheCentreHasTheRecord(t *testing.T) {
	j := newJoint(t, "drlee", "drchan")
	a, b := j.desk[0], j.desk[1]
	id, err := a.s.BeginCase(t.Context(), ehrdesk.CaseBeginning{Patient: j.who, Purpose: ehrdesk.CaseAlert, Ends: ehrdesk.CaseDestroys, Members: []ehrdesk.CaseMember{b.me},
		Says: &ehrdesk.CaseMessage{Critical: true, Body: ehrdesk.CaseBody{Allergy: cefazolin()}}})
	if err != nil {
		t.Fatal(err)
	}
	a.sync()
	b.sync()
	said := b.has(id).Said[0]
	if _, err := b.s.OpenInCase(t.Context(), id, said.Event); err != nil {
		t.Fatal(err)
	}
	c := b.chart(b.s, j.n)
	defer c.Close()
	for _, cut := range []bool{true, false} {
		d, err := b.s.DraftAllergy(t.Context(), id, said.Event, "en")
		if err != nil {
			t.Fatal(err)
		}
		p, err := b.s.PreviewWriting(t.Context(), j.who, d.ID)
		if err != nil {
			t.Fatal(err)
		}
		b.line.set(cut, nil)
		r, err := b.s.SignWriting(t.Context(), j.who, p)
		if err != nil || (r.State == ehrdesk.DepositSent) == cut {
			t.Fatalf("%+v, %v", r, err)
		}
		if v := b.has(id); v.Reported[said.Envelope].IsZero() != cut {
			t.Errorf("line cut %v: reported %v", cut, v.Reported)
		}
	}
}
