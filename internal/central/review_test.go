package central_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// reviews are the acts that an officer is to compare with the paper.
func (w *world) reviews(percent int, all bool) (out []central.Review) {
	w.t.Helper()
	if err := w.c.Reviews(w.t.Context(), percent, all, func(r central.Review) error { out = append(out, r); return nil }); err != nil {
		w.t.Fatal(err)
	}
	return out
}

func (w *world) rate(percent int) {
	w.t.Helper()
	if got, err := w.c.SampleRate(w.t.Context(), "officer", &percent); err != nil || got != percent {
		w.t.Fatalf("%d, %v", got, err)
	}
}

func eventsOf(reviews []central.Review) (out []string) {
	for _, r := range reviews {
		out = append(out, r.Event)
	}
	return out
}

// An officer gets some of the acts on one person's word, with what they need to find the
// paper: the form's number, who took it, where. They cannot be foretold, and are the same
// ones whenever they are asked for.
func TestAnOfficerIsGivenASampleOfActsOnOnePersonsWord(t *testing.T) {
	w := newWorld(t)
	hcp := w.hcp(central.HCP{Name: "Clinic"})
	d := w.desk(hcp, ehrdesk.FrontDesk)
	if got, err := w.c.SampleRate(t.Context(), "officer", nil); err != nil || got != 5 {
		t.Errorf("a rate of %d to begin with, %v", got, err)
	}
	w.rate(100)
	var people []string
	for i := range 30 {
		id := fmt.Sprintf("11111111-1111-4111-8111-1111111111%02d", i)
		people = append(people, w.importText(patientBundle(id, "CHAN"))[0].EHR)
	}
	form := func(i int, number string) {
		t.Helper()
		d.want(200, "POST", "/Patient/$grant-sharing-consent", grantBody(people[i], func(p map[string]map[string]any) {
			p["formReference"]["valueString"] = number
		}))
	}
	form(0, "RE(C)05; document HKIC; form \u202e77")
	all := w.reviews(0, false)
	if len(all) != 1 {
		t.Fatalf("%d to look at, of one", len(all))
	}
	if r := all[0]; r.Form != "RE(C)05; document HKIC; form \ufffd77" || r.Document != "" || r.Staff != d.staff || r.HCP != hcp || r.Name != "Clinic" || r.Desk != d.client || r.Patient != people[0] ||
		r.Action != "grant" || r.At == "" || r.Role != string(ehrdesk.FrontDesk) {
		t.Errorf("an officer reads %+v", r)
	}
	w.rate(0)
	form(1, "F1")
	if got := w.reviews(0, false); !slices.Equal(eventsOf(got), eventsOf(all)) {
		t.Errorf("at a rate of 0: %+v", got)
	}
	w.rate(30)
	for i := 2; i < 30; i++ {
		form(i, fmt.Sprintf("F%d", i))
	}
	drawn := eventsOf(w.reviews(0, false))
	// Drawn anew with the same seed: the same ones, and a larger share holds every smaller one.
	thirty, sixty, every := eventsOf(w.reviews(30, false)), eventsOf(w.reviews(60, false)), eventsOf(w.reviews(100, false))
	for i, e := range every[2:] {
		if slices.Contains(drawn, e) != slices.Contains(thirty, e) {
			t.Errorf("form %d: drawn once and not again, or again and not once", i+2)
		}
	}
	for _, e := range thirty {
		if !slices.Contains(sixty, e) {
			t.Errorf("%s is drawn at 30 and not at 60", e)
		}
	}
	if len(every) != 30 {
		t.Errorf("%d of 30", len(every))
	}
	// By another key it is another sample: a centre's id of an event alone tells nothing.
	same := 0
	for _, r := range w.reviews(100, false) {
		if central.Drawn([]byte("another seed"), r.Event, 30) == slices.Contains(thirty, r.Event) {
			same++
		}
	}
	if same == 30 {
		t.Error("the sample does not hang on the seed")
	}
	// What is only drawn is no unusual event.
	if marks := w.unusual(); slices.Contains(marks, "sampled") && !slices.Contains(marks, "many-forms") {
		t.Errorf("unusual: %v", marks)
	}
}

// What an officer has looked at leaves the list, and who looked and what they found is in
// the chain for good.
func TestAnActThatWasReviewedIsInTheChain(t *testing.T) {
	w, ehr := unverified(t)
	ctx := t.Context()
	refused := func(event, finding string) error {
		_, err := w.c.Review(ctx, "officer", event, finding, false)
		return err
	}
	w.rate(100)
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.FrontDesk)
	d.want(200, "POST", "/Patient/$verify-identity", verifyBody(ehr, func(p map[string]map[string]any) { p["formReference"]["valueString"] = "F-118" }))
	d.want(409, "POST", "/Patient/$grant-sharing-consent", grantBody(ehr, nil)) // refused: nothing to compare
	w.desk(w.hcp(central.HCP{Name: "By key"}), ehrdesk.FrontDesk).want(200, "POST", "/Patient/$grant-sharing-consent", grantBody(ehr, func(p map[string]map[string]any) {
		p["channel"]["valueCode"] = "access-key"
		p["accessKey"] = map[string]any{"valueString": "12345678"}
		delete(p, "formReference")
	}))
	open := w.reviews(0, false)
	if len(open) != 1 || open[0].Form != "F-118" || open[0].Document != "PASS" || strings.Join(open[0].Contact, " ") != "phone email address language notify" {
		t.Fatalf("to look at: %+v", open)
	}
	event := open[0].Event
	for what, got := range map[string]error{
		"no finding":   refused(event, "fine"),
		"no event":     refused("nothing", "in-order"),
		"a wrong rate": func() error { over := 101; _, err := w.c.SampleRate(ctx, "officer", &over); return err }(),
	} {
		if want := map[string]ehrdesk.Code{"no event": ehrdesk.CodeNotFound}[what]; got == nil || want != "" && ehrdesk.CodeOf(got) != want {
			t.Errorf("%s: %v", what, got)
		}
	}
	at := w.clock.now()
	if done, err := w.c.Review(ctx, "officer", event, "wrong", false); err != nil || done.By != "officer" || done.Finding != "wrong" || done.At == "" {
		t.Fatal(done, err)
	}
	if got := w.reviews(0, false); len(got) != 0 {
		t.Errorf("still to look at: %+v", got)
	}
	// A second time changes nothing, and says who was there before.
	for _, finding := range []string{"in-order", "wrong"} {
		_, err := w.c.Review(ctx, "officer.two", event, finding, false)
		if words := ehrdesk.Message(err); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict || !strings.Contains(words, "by officer at "+at.UTC().Format("2006-01-02T15:04")) || !strings.Contains(words, ": wrong") {
			t.Errorf("%s once more: %v", finding, err)
		}
	}
	if got := w.reviews(0, true); len(got) != 1 || got[0].Finding != "wrong" || got[0].By != "officer" {
		t.Errorf("refused, and taken: %+v", got)
	}
	if _, err := w.c.Review(ctx, "officer.two", event, "in-order", true); err != nil {
		t.Fatal(err)
	}
	if got := w.reviews(0, true); len(got) != 1 || got[0].Finding != "in-order" || got[0].By != "officer.two" || got[0].Reviewed.At == "" {
		t.Errorf("looked at twice: %+v", got)
	}
	log := w.events(func(a central.Access) bool { return a.Action == "review" })
	if len(log) != 2 || log[0].Staff != "officer" || log[0].Reason != "wrong" || log[0].What != "AuditEvent/"+event || log[0].Patient != ehr {
		t.Errorf("the log has %+v", log)
	}
	if found, err := w.c.VerifyAudit(ctx, nil); err != nil || len(found.Faults) > 0 {
		t.Errorf("the chain: %+v, %v", found, err)
	}
	if n := len(w.events(func(a central.Access) bool { return a.What == "audit sample" })); n != 1 {
		t.Errorf("%d changes of the rate in the log", n)
	}
}
