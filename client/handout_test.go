package client_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// letLeave is the centre's policy for the provider's desks.
func (w *world) letLeave(ways ...ehrdesk.Handout) {
	w.t.Helper()
	if _, err := w.centre.SetProviderCache(w.t.Context(), w.hcp, func(h *central.HCP) { h.Handout = ways }); err != nil {
		w.t.Fatal(err)
	}
}

// accesses are the actions of the access log, the oldest first.
func accesses(t *testing.T, s *client.Session) (out []ehrdesk.AuditEvent) {
	t.Helper()
	err := s.EachAccess(t.Context(), func(_ int64, e ehrdesk.AuditEvent) error { out = append(out, e); return nil })
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func handing(t *testing.T, w *world, ways ...ehrdesk.Handout) (*client.Session, ehrdesk.HandingOut) {
	t.Helper()
	w.enrol("drlee", ehrdesk.Doctor)
	w.letLeave(ways...)
	n, key := w.patient("WONG", 2)
	w.arrive(papers...)
	s := w.signIn("drlee")
	t.Cleanup(func() { _ = s.Close() })
	w.consent(s, n, key)
	return s, w.chart(s, n).(ehrdesk.HandingOut)
}

var plain = ehrdesk.Ref{Resource: "DocumentReference", ID: "plain"}

func TestNothingIsHandedOutUnlessPolicySaysSo(t *testing.T) {
	s, c := handing(t, newWorld(t, 24))
	before := len(accesses(t, s))
	for _, way := range ehrdesk.Handouts() {
		err := c.HandOut(ctx, way, plain, func(context.Context) error { t.Errorf("%s: sent", way); return nil })
		if c.MayHandOut(way) || ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
			t.Errorf("%s: %v", way, err)
		}
	}
	if got := accesses(t, s)[before:]; len(got) > 0 {
		t.Errorf("written down: %+v", got)
	}
}

func TestAHandoutIsWrittenDownBeforeAnythingLeaves(t *testing.T) {
	s, c := handing(t, newWorld(t, 24), ehrdesk.HandoutView, ehrdesk.HandoutCopy)
	for way, action := range map[ehrdesk.Handout]ehrdesk.AuditAction{ehrdesk.HandoutView: ehrdesk.AuditView, ehrdesk.HandoutCopy: ehrdesk.AuditCopy} {
		sent := false
		err := c.HandOut(ctx, way, plain, func(context.Context) error {
			sent = true
			log := accesses(t, s)
			if last := log[len(log)-1]; last.Action != action || last.Detail != "DocumentReference/plain" || last.Outcome != "" || last.Patient == "" {
				t.Errorf("when it leaves the log ends with %+v", last)
			}
			return nil
		})
		if !sent || err != nil {
			t.Errorf("%s: sent %t, %v", way, sent, err)
		}
	}
	if c.MayHandOut(ehrdesk.HandoutPrint) {
		t.Error("a way that was not allowed")
	}
}

func TestAHandoutThatFailsIsWrittenDownAsWell(t *testing.T) {
	s, c := handing(t, newWorld(t, 24), ehrdesk.HandoutPrint)
	broken := ehrdesk.E("print", ehrdesk.CodeOther, errors.New("no printer"))
	if err := c.HandOut(ctx, ehrdesk.HandoutPrint, ehrdesk.Ref{}, func(context.Context) error { return broken }); !errors.Is(err, broken) {
		t.Error(err)
	}
	log := accesses(t, s)
	if a, b := log[len(log)-2], log[len(log)-1]; a.Action != ehrdesk.AuditPrint || a.Outcome != "" || b.Action != ehrdesk.AuditPrint || b.Outcome != ehrdesk.CodeOther || b.Detail != "summary" {
		t.Errorf("%+v, %+v", a, b)
	}
}

func TestNothingLeavesWhereTheAccessLogCannotBeWritten(t *testing.T) {
	w := newWorld(t, 24)
	_, c := handing(t, w, ehrdesk.HandoutCopy)
	db, err := sql.Open("sqlite", filepath.Join(w.dir, "providers", w.hcp, "journal.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END"); err != nil {
		t.Fatal(err)
	}
	defer func() { _, _ = db.Exec("DROP TRIGGER full") }()
	if err := c.HandOut(ctx, ehrdesk.HandoutCopy, plain, func(context.Context) error { t.Error("sent"); return nil }); err == nil {
		t.Error("no error")
	}
}

// What the desk's administrator does not let is not, whatever the centre allows; and what
// the centre takes back counts with its next word.
func TestTheStricterPolicyOfHandoutsHolds(t *testing.T) {
	w := newWorld(t, 24)
	w.limit = client.Ceiling{Handout: []ehrdesk.Handout{ehrdesk.HandoutCopy}}
	w.restart(nil)
	s, c := handing(t, w, ehrdesk.Handouts()...)
	if c.MayHandOut(ehrdesk.HandoutView) || !c.MayHandOut(ehrdesk.HandoutCopy) || c.MayHandOut(ehrdesk.HandoutPrint) {
		t.Error("the desk's limit does not hold")
	}
	w.letLeave()
	_ = s.Close()
	s = w.signIn("drlee")
	defer s.Close()
	if err := c.HandOut(ctx, ehrdesk.HandoutCopy, plain, func(context.Context) error { return nil }); err == nil {
		t.Error("a chart that is closed handed something out")
	}
}

func TestARecordThatIsNotShownIsNotHandedOut(t *testing.T) {
	_, c := handing(t, newWorld(t, 24), ehrdesk.HandoutCopy)
	err := c.HandOut(ctx, ehrdesk.HandoutCopy, ehrdesk.Ref{Resource: "Observation", ID: "of-nobody"}, func(context.Context) error { t.Error("sent"); return nil })
	if ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		t.Error(err)
	}
}

func TestADocumentIsGivenAsItWasSent(t *testing.T) {
	_, c := handing(t, newWorld(t, 24))
	a, err := c.Attachment(ctx, ehrdesk.Ref{Resource: "DocumentReference", ID: "picture"}, 3)
	if err != nil || a.Type != "image/png" || !slices.Equal(a.Data, []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x00")) || a.At != 0 || a.Of != 1 {
		t.Errorf("%+v, %v", a, err)
	}
	if _, err := c.Attachment(ctx, ehrdesk.Ref{Resource: "Observation", ID: "noted"}, 0); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		t.Error(err)
	}
}

// Images that lie at another system are given as their address, after the documents; an
// endpoint that is not of this chart gives none.
func TestAStudyGivesTheAddressOfItsImages(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	w.letLeave(ehrdesk.HandoutView)
	n, key := w.patient("WONG", 2)
	w.arrive(papers...)
	const study = `{"resourceType":"ImagingStudy","id":"%s","status":"available","subject":{"reference":"Patient/wong"},"started":"2025-02-03","identifier":[{"system":"urn:dicom:uid","value":"urn:oid:1.2.3"}],"endpoint":[{"reference":"%s"}],"contained":[{"resourceType":"Endpoint","id":"e","status":"active","connectionType":{"code":"dicom-wado-rs"},"payloadType":[{"text":"images"}],"address":"https://pacs.example/rs"}]}`
	w.arrive(fmt.Sprintf(study, "ct", "#e"), fmt.Sprintf(study, "lost", "#other"))
	s := w.signIn("drlee")
	t.Cleanup(func() { _ = s.Close() })
	w.consent(s, n, key)
	c := w.chart(s, n).(ehrdesk.HandingOut)
	ref := ehrdesk.Ref{Resource: "ImagingStudy", ID: "ct"}
	d, err := c.(ehrdesk.Chart).Detail(ctx, ref)
	if err != nil || d.Links != 1 {
		t.Fatalf("%d links, %v", d.Links, err)
	}
	a, err := c.Attachment(ctx, ref, -1)
	if err != nil || a.Type != "text/uri-list" || string(a.Data) != "https://pacs.example/rs/studies/1.2.3\r\n" || a.Of != 1 {
		t.Errorf("%+v, %v", a, err)
	}
	ref.ID = "lost"
	if _, err := c.Attachment(ctx, ref, 0); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		t.Error(err)
	}
	away := ehrdesk.Ref{Resource: "DocumentReference", ID: "away"}
	if d, err := c.(ehrdesk.Chart).Detail(ctx, away); err != nil || d.Links != 1 {
		t.Errorf("a document that was sent as an address: %d links, %v", d.Links, err)
	}
}

// The reason for an access is on the disk before anything of a record can be shown: where
// it cannot be written there is no chart.
func TestAccessReasonIsStoredBeforeAnyRecordIsShown(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	n, key := w.patient("Wong", 2)
	w.consent(s, n, key)
	db, err := sql.Open("sqlite", filepath.Join(w.dir, "providers", w.hcp, "journal.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END"); err != nil {
		t.Fatal(err)
	}
	if c, err := s.Open(ctx, n, ehrdesk.Consultation, ""); err == nil || c != nil {
		t.Errorf("a chart was opened, %v, with nothing written down", err)
	}
	if _, err := db.Exec("DROP TRIGGER full"); err != nil {
		t.Fatal(err)
	}
	c, err := s.Open(ctx, n, ehrdesk.Consultation, "")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if e := w.lastEntry(s, ehrdesk.AuditOpen); e.Purpose != ehrdesk.Consultation || e.Outcome != "" {
		t.Errorf("written down: %+v", e)
	}
}
