package client

import (
	"fmt"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/fhir/caps"
	"github.com/ehrdesk/ehrdesk/client/fhir/plain"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
	"github.com/ehrdesk/ehrdesk/client/internal/person"
)

// A session at a FHIR server that is not ours: somebody is found and nothing is said of
// eHealth, a form is taken, the chart opens and stays in step with what is written and
// deleted there, and with the withdrawal it is gone.
func TestASessionAtAServerThatIsNotOurs(t *testing.T) {
	for name, q := range map[string]fhirtest.Quirks{
		"a good one": {},
		"a bad one": {MaxPage: 3, Paging: fhirtest.PagingNone, Is: fhirtest.NoTotal | fhirtest.Bare | fhirtest.NoHistory | fhirtest.Deleted404 | fhirtest.NoUpdateCreate, Unsupported: []string{"_elements", "_summary"},
			Unknown: fhirtest.UnknownIgnored, Everything: fhirtest.EverythingMissing, Refused: map[string]int{"AuditEvent": 405}},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			s, sess, n := elsewhere(t, q)
			if f, err := sess.Find(ctx, n); err != nil || f.Patient.ID != "p" || f.MayDeposit() || f.MayView(time.Now()) {
				t.Fatalf("%+v, %v", f, err)
			}
			if _, err := sess.Open(ctx, n, ehrdesk.Consultation, ""); ehrdesk.CodeOf(err) != ehrdesk.CodeConsentNeeded {
				t.Fatalf("opened without a consent: %v", err)
			}
			r, err := sess.Grant(ctx, ehrdesk.Grant{Patient: n, Channel: ehrdesk.ByForm, Term: ehrdesk.Indefinite, Giver: ehrdesk.Giver{Kind: ehrdesk.SelfGiver}, NoticeRead: true, DocumentSighted: true, FormReference: "F1"})
			if err != nil || r.Queued || !r.Consent.State.Allows() || r.Notified != ehrdesk.NotifiedUnknown {
				t.Fatalf("%+v, %v", r, err)
			}
			c, err := sess.Open(ctx, n, ehrdesk.Consultation, "")
			if err != nil {
				t.Fatal(err)
			}
			for i, step := range []struct {
				do   func()
				want int
			}{
				{func() {}, 7},
				{func() { encounter(s, 7); encounter(s, 2) }, 8},
				{func() { s.Delete(ehrdesk.Ref{Resource: "Encounter", ID: "e3"}) }, 7},
			} {
				step.do()
				rep, err := c.Sync(ctx, nil)
				if err != nil || rep.Missing != 0 || rep.Full != (i == 0) || len(rep.Aside) > 0 {
					t.Fatalf("sync %d: %+v, %v", i, rep, err)
				}
				list := c.List(ehrdesk.Encounters)
				if len(list) != step.want {
					t.Errorf("sync %d: %d encounters, want %d", i, len(list), step.want)
				}
				for _, rec := range list {
					if rec.Source != "Hospital" {
						t.Errorf("%s is of %q", rec.Ref(), rec.Source)
					}
				}
			}
			if r, err := sess.Revoke(ctx, ehrdesk.Withdrawal{Patient: n, Channel: ehrdesk.ByForm, DocumentSighted: true, FormReference: "F2"}); err != nil || r.Consent.State != ehrdesk.ConsentWithdrawn {
				t.Fatalf("%+v, %v", r, err)
			}
			if len(c.List(ehrdesk.Encounters)) > 0 {
				t.Error("the chart is open after the withdrawal")
			}
			if _, err := sess.Open(ctx, n, ehrdesk.Consultation, ""); ehrdesk.CodeOf(err) != ehrdesk.CodeConsentNeeded {
				t.Errorf("opened after the withdrawal: %v", err)
			}
		})
	}
}

// Without the line the copy says no more of the patient than the server did.
func TestACopyOfAServerThatIsNotOursClaimsNothingOfEHealth(t *testing.T) {
	s, sess, n := elsewhere(t, fhirtest.Quirks{})
	s.Put(fmt.Sprintf(`{"resourceType":"Consent","id":"c","status":"active","scope":{"coding":[{"code":"patient-privacy"}]},"category":[{"coding":[{"system":%q,"code":"sharing"}]}],
		"patient":{"reference":"Patient/p"},"provision":{"type":"permit","actor":[{"reference":{"identifier":{"system":%q,"value":"1234567890"}}}]}}`, ehrdesk.SystemConsent, ehrdesk.SystemHCP))
	c, err := sess.Open(t.Context(), n, ehrdesk.Consultation, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Sync(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	s.Stop()
	f, err := sess.Find(t.Context(), n)
	if err != nil || !f.Cached || f.Participation != ehrdesk.KnownHere || f.MayDeposit() {
		t.Errorf("%+v, %v", f, err)
	}
}

// encounter stores one of the patient's.
func encounter(s *fhirtest.Server, i int) {
	s.Put(fmt.Sprintf(`{"resourceType":"Encounter","id":"e%d","status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/p"},"serviceProvider":{"reference":"Organization/o1"},"period":{"start":"2026-0%d-01"}}`, i, i%9+1))
}

// elsewhere is a session of a doctor at a server with these habits, and a patient there.
func elsewhere(t *testing.T, q fhirtest.Quirks) (*fhirtest.Server, ehrdesk.Session, ehrdesk.Number) {
	t.Helper()
	ctx := t.Context()
	s := fhirtest.New(t, time.Now(), q)
	s.Put(fmt.Sprintf(`{"resourceType":"Patient","id":"p","identifier":[{"system":%q,"value":"123456789012"}],"name":[{"family":"CHAN"}]}`, ehrdesk.SystemEHR))
	for i := range 3 {
		s.Put(fmt.Sprintf(`{"resourceType":"Organization","id":"o%d","name":"Hospital"}`, i))
	}
	for i := range 7 {
		encounter(s, i)
	}
	wire, err := fhir.NewClient(s.URL, s.Client(), nil)
	if err != nil {
		t.Fatal(err)
	}
	known, err := caps.Read(ctx, wire, s.Now())
	if err != nil {
		t.Fatal(err)
	}
	d := New(Options{Dir: t.TempDir(), Unlocking: time.Millisecond})
	d.dial = func(*fhir.Client, person.Person, ehrdesk.Profession) centre {
		return foreign{plain.New(wire, plain.Site{Provider: plain.Provider{ID: "1234567890", Name: "Clinic"}, Labels: true}, known, plain.Asker{Staff: "drlee", Role: ehrdesk.Doctor})}
	}
	t.Cleanup(func() { _ = d.Close() })
	secret := ehrdesk.NewSecret("pupil lantern seven harbour")
	if _, err := d.Enrol(ctx, ehrdesk.Enrolment{Central: signsIn(t), Staff: "drlee", Code: ehrdesk.NewSecret("code"), Passphrase: secret}); err != nil {
		t.Fatal(err)
	}
	sess, err := d.SignIn(ctx, "drlee", secret)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sess.Close() })
	e, err := ehrdesk.ParseEHRNumber("123456789012")
	if err != nil {
		t.Fatal(err)
	}
	n := ehrdesk.Number{EHR: e}
	return s, sess, n
}
