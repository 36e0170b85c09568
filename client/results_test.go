package client_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

// ordered has the centre hear of a result that somebody ordered.
func (w *world) ordered(id, by, status, flag string, days int) {
	w.t.Helper()
	w.comesLater("order-"+id, "ServiceRequest", fmt.Sprintf(`"status":"active","intent":"order","code":{"text":%q},"subject":{"reference":"Patient/wong"},"requester":{"display":%q}`, id, by))
	w.comesLater(id, "Observation", fmt.Sprintf(`"status":%q,"category":[{"coding":[{"code":"laboratory"}]}],"code":{"text":%q},"subject":{"reference":"Patient/wong"},"basedOn":[{"reference":"ServiceRequest/order-%s"}],"effectiveDateTime":%q,"valueQuantity":{"value":9,"unit":"mmol/L"},"interpretation":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation","code":%q}]}]`,
		status, id, id, w.clock.now().AddDate(0, 0, -days).Format(time.RFC3339), flag))
}

func wantWaiting(t *testing.T, s *client.Session, when string, want ...string) {
	t.Helper()
	all, err := s.WaitingResults(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range all {
		got = append(got, strings.TrimSpace(fmt.Sprintf("%s %q own %v: %d, %d not opened, %d critical, %d partial", r.Patient.Name.Family, r.By, r.Own, r.Results, r.NotOpened, r.Critical, r.Partial)))
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n%q, want\n%q", when, got, want)
	}
}

func TestResultsThatWaitAreListedByWhoOrderedThemWithoutOpeningAChart(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	w.enrol("nursing", ehrdesk.Nurse)
	w.enrol("clerk", ehrdesk.FrontDesk)
	s := w.signIn("drlee")
	name := s.Account().Name
	n, key := w.patient("Wong", 1)
	w.consent(s, n, key)
	w.looksAt(s, n)
	w.ordered("potassium", name, "final", "HH", 3)
	w.ordered("sodium", name, "preliminary", "L", 2)
	w.ordered("calcium", "Dr HO", "final", "H", 1)
	w.measured("lactate", "Lactate", "final", "4", 4)
	w.ordered("old", name, "final", "HH", ehrdesk.UnseenDays+1)
	wantWaiting(t, s, "before a sync")
	w.syncs(s, n)
	own := fmt.Sprintf(`Wong %q own true: 2, %%d not opened, %%d critical, 1 partial`, name)
	wantWaiting(t, s, "after one", `Wong "" own false: 1, 1 not opened, 1 critical, 0 partial`, fmt.Sprintf(own, 2, 1), `Wong "Dr HO" own false: 1, 1 not opened, 0 critical, 0 partial`)

	c := w.chart(s, n)
	who := c.Patient().ID
	if err := s.NoteOpening(ctx, who, ehrdesk.Ref{Resource: "Observation", ID: "potassium"}); err != nil {
		t.Fatal(err)
	}
	_, marks := w.inbox(s, c)
	for _, id := range []string{"calcium", "lactate"} {
		if err := s.CloseResult(ctx, who, marks[id], ""); err != nil {
			t.Fatal(err)
		}
	}
	wantWaiting(t, s, "one was opened, two acknowledged", fmt.Sprintf(own, 1, 1))
	if err := s.CloseResult(ctx, who, marks["potassium"], ""); err != nil {
		t.Fatal(err)
	}
	wantCode(t, "not complete", s.CloseResult(ctx, who, marks["sodium"], ""), ehrdesk.CodeConflict)
	wantWaiting(t, s, "one is not complete", fmt.Sprintf(`Wong %q own true: 1, 1 not opened, 0 critical, 1 partial`, name))
	w.ordered("sodium", name, "final", "L", 2)
	w.ordered("potassium", name, "corrected", "HH", 3)
	if _, err := c.Sync(ctx, nil); err != nil {
		t.Fatal(err)
	}
	wantWaiting(t, s, "complete, and one corrected", fmt.Sprintf(`Wong %q own true: 2, 2 not opened, 1 critical, 0 partial`, name))
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	w.shut(s)

	for _, staff := range []string{"nursing", "clerk"} {
		other := w.signIn(staff)
		_, err := other.WaitingResults(ctx)
		wantCode(t, staff, err, ehrdesk.CodeDenied)
		w.shut(other)
	}
	s = w.signIn("drlee")
	t.Cleanup(func() { _ = s.Close() })
	wantWaiting(t, s, "after a restart", fmt.Sprintf(`Wong %q own true: 2, 2 not opened, 1 critical, 0 partial`, name))
	if _, err := s.Revoke(ctx, ehrdesk.Withdrawal{Patient: n, Channel: ehrdesk.ByForm, FormReference: "W-1", DocumentSighted: true}); err != nil {
		t.Fatal(err)
	}
	wantWaiting(t, s, "the consent has ended")
}
