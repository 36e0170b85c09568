package client_test

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/cachetest"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/report"
)

// office is a desk at which a doctor has opened a record, with an officer and a clerk.
func office(t *testing.T) (w *world, n ehrdesk.Number) {
	t.Helper()
	w = newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	n, key := w.patient("Chan", 3)
	s := w.signIn("drlee")
	w.consent(s, n, key)
	if err := w.chart(s, n).Close(); err != nil {
		t.Fatal(err)
	}
	w.enrol("officer", ehrdesk.Officer)
	w.enrol("clerk", ehrdesk.FrontDesk)
	if _, err := s.Deliver(t.Context()); err != nil { // lets them in
		t.Fatal(err)
	}
	w.shut(s)
	return w, n
}

// compare is what an officer is shown of the hours around now.
func (w *world) compare() ehrdesk.LogComparison {
	w.t.Helper()
	s := w.signIn("officer")
	defer w.shut(s)
	now := w.clock.now()
	got, err := s.CompareLogs(w.t.Context(), now.Add(-12*time.Hour), now.Add(12*time.Hour))
	if err != nil {
		w.t.Fatal(err)
	}
	return got
}

func differences(c ehrdesk.LogComparison) (out []string) {
	for _, r := range c.Rows {
		if r.Difference != ehrdesk.NoDifference {
			out = append(out, string(r.Difference))
		}
	}
	return out
}

func TestTheOfficerHoldsTheTwoLogsAgainstEachOther(t *testing.T) {
	w, n := office(t)
	got := w.compare()
	if d := differences(got); len(d) != 0 || len(got.Rows) != 2 || got.Unreadable != 0 || len(got.Centre) < 4 {
		t.Fatalf("%d rows, differences %q, %d of the centre, %d unreadable", len(got.Rows), d, len(got.Centre), got.Unreadable)
	}
	s := w.signIn("drlee")
	w.line.set(true, nil)
	c, err := s.Open(t.Context(), n, ehrdesk.FollowUp, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	w.shut(s)
	w.line.set(false, nil)
	w.line.breakAt("/AuditEvent/", false) // its report does not get through yet
	if d := differences(w.compare()); !slices.Equal(d, []string{string(ehrdesk.OnlyWaiting)}) {
		t.Errorf("not yet reported: %q", d)
	}
	w.line.breakAt("", false)
	s = w.signIn("drlee")
	if _, err := s.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.shut(s)
	if d := differences(w.compare()); len(d) != 0 {
		t.Errorf("reported: %q", d)
	}
}

// Of a number whose copy is gone with the consent the desk has no id, and the refusal of a
// further act tells it none: it is one act of the two logs all the same.
func TestAnActRefusedAfterAWithdrawalIsOneActOfBothLogs(t *testing.T) {
	w, n := office(t)
	for _, done := range []bool{true, false} {
		s := w.signIn("clerk")
		_, err := s.Revoke(t.Context(), ehrdesk.Withdrawal{Patient: n, Channel: ehrdesk.ByForm, FormReference: "W-7", DocumentSighted: true})
		if (err == nil) != done {
			t.Fatal(err)
		}
		if e := w.lastEntry(s, ehrdesk.AuditRevoke); !done && (e.Patient != "" || e.Outcome == "") {
			t.Fatalf("the refusal bears a patient: %+v", e)
		}
		w.shut(s)
	}
	got := w.compare()
	if d := differences(got); len(d) != 0 || len(got.Rows) != 4 {
		t.Errorf("%d rows, differences %q", len(got.Rows), d)
	}
	for _, r := range got.Rows {
		if r.Event().Patient == "" {
			t.Errorf("a row names no patient: %+v", r)
		}
	}
}

// A centre that keeps from an officer that a record was opened is named.
func TestACentreThatLeavesAnEntryOutIsNamedByTheComparison(t *testing.T) {
	w, _ := office(t)
	w.line.set(false, func(r *http.Request, body []byte) []byte {
		if !strings.HasSuffix(r.URL.Path, "$access-events") {
			return body
		}
		return without(t, body, "open")
	})
	if d := differences(w.compare()); !slices.Equal(d, []string{string(ehrdesk.OnlyHere)}) {
		t.Errorf("%q", d)
	}
}

// without takes the events of an action out of an answer.
func without(t *testing.T, body []byte, action string) []byte {
	var in struct {
		ResourceType string           `json:"resourceType"`
		Parameter    []map[string]any `json:"parameter"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		t.Error(err)
		return body
	}
	in.Parameter = slices.DeleteFunc(in.Parameter, func(p map[string]any) bool {
		b, err := json.Marshal(p)
		return err == nil && bytes.Contains(b, []byte(`"name":"action"`)) && bytes.Contains(b, []byte(`"valueCode":"`+action+`"`))
	})
	b, err := json.Marshal(in)
	if err != nil {
		t.Error(err)
	}
	return b
}

// A list that begins again for ever ends the comparison, and not the desk.
func TestACentresListThatDoesNotEndIsGivenUp(t *testing.T) {
	w, _ := office(t)
	w.line.set(false, func(r *http.Request, body []byte) []byte {
		if !strings.HasSuffix(r.URL.Path, "$access-events") {
			return body
		}
		return []byte(`{"resourceType":"Parameters","parameter":[{"name":"after","valueString":"1"}]}`)
	})
	s := w.signIn("officer")
	defer w.shut(s)
	now := w.clock.now()
	if _, err := s.CompareLogs(t.Context(), now.Add(-time.Hour), now.Add(time.Hour)); ehrdesk.CodeOf(err) != ehrdesk.CodeTampered {
		t.Errorf("%v", err)
	}
}

// Who is no officer is given no comparison, and the front desk no accesses of others; that it
// asked is in the log, and the centre was not asked.
func TestAClerkIsRefusedTheAccessesOfOthersAndThatIsWrittenDown(t *testing.T) {
	w, _ := office(t)
	for _, staff := range []string{"clerk", "drlee"} {
		s := w.signIn(staff)
		now := w.clock.now()
		if got, err := s.CompareLogs(t.Context(), now.Add(-time.Hour), now.Add(time.Hour)); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied || len(got.Rows)+len(got.Centre) > 0 {
			t.Errorf("%s: %+v, %v", staff, got, err)
		}
		if last := w.lastEntry(s, ehrdesk.AuditLog); last.Outcome != ehrdesk.CodeDenied || last.Detail != "compare" || last.Staff != staff {
			t.Errorf("%s: %+v", staff, last)
		}
		w.shut(s)
	}
	if asked := w.line.requests("access-events"); len(asked) > 0 {
		t.Errorf("the centre was asked: %q", asked)
	}
	s := w.signIn("clerk")
	defer w.shut(s)
	if err := s.MayRead(t.Context(), "list", ehrdesk.LogFilter{By: "drlee"}); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		t.Errorf("another's accesses: %v", err)
	}
	if last := w.lastEntry(s, ehrdesk.AuditLog); last.Outcome != ehrdesk.CodeDenied || last.Detail != "list" {
		t.Errorf("%+v", last)
	}
	all, err := s.AccessLog(t.Context())
	if err != nil || len(all) == 0 {
		t.Fatal(len(all), err)
	}
	for _, e := range all {
		if e.Staff != "clerk" {
			t.Errorf("a clerk is shown what %s did: %s", e.Staff, e.Action)
		}
	}
}

func TestADesksReportIsCheckedAtTheDeskAndAtTheCentre(t *testing.T) {
	w, _ := office(t)
	s := w.signIn("officer")
	b, err := s.SignReport([]byte("Access log\n1 drlee open\n"))
	if err != nil {
		t.Fatal(err)
	}
	w.shut(s)
	centres, err := w.centre.SignReport([]byte("Access log\n"), w.clock.now())
	if err != nil {
		t.Fatal(err)
	}
	if got, err := w.desk.CheckReport(t.Context(), bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n"))); err != nil || got.Finding != report.Altered || !got.LineEnds {
		t.Errorf("other line ends: %+v, %v", got, err)
	}
	altered := bytes.Replace(b, []byte("drlee"), []byte("drlea"), 1)
	elsewhere := client.New(client.Options{Dir: t.TempDir(), HTTP: &http.Client{Transport: w.line}, Patience: time.Minute, Now: w.deskNow, Cost: cachetest.Cost()})
	defer func() {
		if err := elsewhere.Close(); err != nil {
			t.Error(err)
		}
	}()
	for name, c := range map[string]struct {
		at   *client.Desk
		b    []byte
		want report.Finding
	}{
		"this desk's":     {w.desk, b, report.OK},
		"the centre's":    {w.desk, centres, report.OK},
		"altered":         {w.desk, altered, report.Altered},
		"at another desk": {elsewhere, b, report.OtherKey},
		"no report":       {w.desk, []byte("Access log\n"), report.Unsigned},
	} {
		got, err := c.at.CheckReport(t.Context(), c.b)
		if err != nil || got.Finding != c.want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		if s := got.Signer; (s != nil) != (name == "this desk's") || s != nil && (s.Staff != "officer" || s.Role != ehrdesk.Officer || s.HCP == "") {
			t.Errorf("%s: signed by %+v", name, s)
		}
	}
	for _, c := range []struct {
		b    []byte
		want report.Finding
	}{{b, report.OK}, {altered, report.Altered}} {
		if got, err := w.centre.CheckReport(t.Context(), c.b); err != nil || got.Finding != c.want {
			t.Errorf("at the centre: %+v, %v", got, err)
		}
	}
}
