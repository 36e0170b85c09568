package central_test

import (
	"bytes"
	"net/http"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/ehrdesk/ehrdesk/internal/report"
)

func TestTheLogIsReadByPersonPatientPeriodPurposeAndRestricted(t *testing.T) {
	w, d := manyRecords(t, 1)
	d.want(200, "POST", "/Patient/"+uuidA+"/$open", openFor)
	clerk := d.join(t, "clerk.here", ehrdesk.FrontDesk)
	clerk.want(http.StatusForbidden, "GET", "/Patient/"+uuidA+"/$everything", "")
	d.want(403, "GET", "/Patient/"+uuidA+"/$restricted?release=none", "")
	acted := w.clock.now().Add(60 * time.Hour) // longer than the desk may go on without the centre
	w.clock.advance(70 * time.Hour)
	d.signIn()
	d.report(204, d.staff, acted)
	away := w.desk(w.hcp(central.HCP{Name: "Elsewhere"}), ehrdesk.Doctor)

	only := func(s central.Select) (out []central.AuditLine) {
		t.Helper()
		if err := w.c.ExportAudit(t.Context(), s, func(l central.AuditLine) error { out = append(out, l); return nil }); err != nil {
			t.Fatal(err)
		}
		return out
	}
	all := only(central.Select{})
	for name, c := range map[string]struct {
		of   central.Select
		want func(central.AuditLine) bool
	}{
		"person":     {central.Select{Staff: clerk.staff}, func(l central.AuditLine) bool { return l.Staff == clerk.staff }},
		"provider":   {central.Select{HCP: away.hcp}, func(l central.AuditLine) bool { return l.HCP == away.hcp }},
		"patient":    {central.Select{EHR: w.ehr(uuidA)}, func(l central.AuditLine) bool { return l.Patient == w.ehr(uuidA) }},
		"purpose":    {central.Select{Purpose: ehrdesk.Consultation}, func(l central.AuditLine) bool { return l.Purpose == "consultation" }},
		"restricted": {central.Select{Restricted: true}, func(l central.AuditLine) bool { return l.What == "$restricted" || l.Action == "release" }},
		"unusual": {central.Select{Unusual: true}, func(l central.AuditLine) bool {
			return l.Action == "incident" || len(l.Marks) > 0 && (len(l.Marks) > 1 || l.Marks[0] != "sampled")
		}},
		"done then": {central.Select{From: acted.Add(-time.Minute), To: acted.Add(time.Minute)}, func(l central.AuditLine) bool { return l.Acted != "" }},
		"both":      {central.Select{Staff: d.staff, Purpose: ehrdesk.Consultation}, func(l central.AuditLine) bool { return l.Staff == d.staff && l.Purpose == "consultation" }},
	} {
		want := 0
		for _, l := range all {
			if c.want(l) {
				want++
			}
		}
		got := only(c.of)
		for _, l := range got {
			if !c.want(l) {
				t.Errorf("%s: %+v", name, l)
			}
		}
		if len(got) != want || want == 0 {
			t.Errorf("%s: %d events, want %d", name, len(got), want)
		}
	}
	if err := w.c.ExportAudit(t.Context(), central.Select{EHR: "000000000000"}, func(central.AuditLine) error { return nil }); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		t.Errorf("of nobody: %v", err)
	}
}

// A report is the centre's that signed it, a desk's where the centre knows the desk.
func TestTheCentreChecksItsReportsAndThoseOfItsDesks(t *testing.T) {
	w, d := manyRecords(t, 1)
	other := newWorld(t)
	own, err := w.c.SignReport([]byte("report\n"), w.clock.now())
	if err != nil {
		t.Fatal(err)
	}
	desks, err := report.Signed([]byte("report\n"), d.client, d.deskKey, w.clock.now())
	if err != nil {
		t.Fatal(err)
	}
	forged, err := report.Signed([]byte("report\n"), d.client, newKey(t), w.clock.now())
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		at   *world
		b    []byte
		want report.Finding
	}{
		"its own":            {w, own, report.OK},
		"of its desk":        {w, desks, report.OK},
		"in a desk's name":   {w, forged, report.OtherKey},
		"of another centre":  {other, own, report.OtherKey},
		"of a desk of other": {other, desks, report.OtherKey},
		"altered":            {w, bytes.Replace(own, []byte("report"), []byte("Report"), 1), report.Altered},
	} {
		if got, err := c.at.c.CheckReport(t.Context(), c.b); err != nil || got.Finding != c.want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	who := func() *report.Signer {
		t.Helper()
		got, err := w.c.CheckReport(t.Context(), desks)
		if err != nil || got.Signer == nil {
			t.Fatalf("%+v, %v", got, err)
		}
		return got.Signer
	}
	if s := who(); s.Staff != d.staff || s.Role != ehrdesk.Doctor || s.HCP != d.hcp || s.HCPName == "" || s.Since.IsZero() || !s.Ended.IsZero() {
		t.Errorf("%+v", s)
	}
	if _, err := w.c.CloseAccount(t.Context(), d.hcp, d.staff); err != nil {
		t.Fatal(err)
	}
	if s := who(); s.Staff != d.staff || s.Ended.IsZero() {
		t.Errorf("once the account was closed: %+v", s)
	}
	if got, err := w.c.CheckReport(t.Context(), own); err != nil || got.Signer != nil {
		t.Errorf("the centre's: %+v, %v", got, err)
	}
}
