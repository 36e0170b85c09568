package client_test

import (
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/cachetest"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
	"github.com/ehrdesk/ehrdesk/internal/testclock"
)

// elsewhere is a FHIR R4 server that knows nothing of eHealth, with one patient, and a
// desk enrolled there.
type elsewhere struct {
	t      *testing.T
	server *fhirtest.Server
	line   *line
	desk   *client.Desk
	dir    string
	site   client.Site
	number ehrdesk.Number
}

const hospitalNumbers = "https://hospital.example/hkic"

func newElsewhere(t *testing.T, q fhirtest.Quirks) *elsewhere {
	t.Helper()
	at := testclock.Start().Truncate(time.Second)
	hkic, err := ehrdesk.ParseHKIC("A123456(3)")
	if err != nil {
		t.Fatal(err)
	}
	e := &elsewhere{t: t, server: fhirtest.New(t, at, q), dir: t.TempDir(), number: ehrdesk.Number{HKIC: hkic}, line: &line{nth: -1, heard: make(chan struct{}, 8)}}
	e.site = client.Site{HKIC: hospitalNumbers, Labels: true}
	e.site.Policy.Mode, e.site.Policy.Hours, e.site.Policy.OfflineHours = "hours", 24, 12
	e.server.Put(`{"resourceType":"Patient","id":"p","identifier":[{"system":"` + hospitalNumbers + `","value":"A1234563"}],"name":[{"family":"CHAN","given":["Tai Man"]}],"gender":"male","birthDate":"1950-02-03"}`)
	for i := range 12 {
		e.server.Put(fmt.Sprintf(`{"resourceType":"Observation","id":"o%d","status":"final","code":{"text":"Potassium"},"subject":{"reference":"Patient/p"},"effectiveDateTime":"2026-10-%02d","valueQuantity":{"value":4.10,"unit":"mmol/L"}}`, i, i+1))
	}
	e.open()
	t.Cleanup(func() { e.desk.Close() })
	return e
}

func (e *elsewhere) open() {
	e.desk = client.New(client.Options{Dir: filepath.Join(e.dir, "desk"), HTTP: &http.Client{Transport: e.line}, Patience: time.Minute, Now: e.server.Now, Cost: cachetest.Cost(), Site: e.site})
}

func (e *elsewhere) enrolment(staff string, role ehrdesk.Profession) ehrdesk.Enrolment {
	return ehrdesk.Enrolment{Central: e.server.URL, Staff: staff, Passphrase: ehrdesk.NewSecret(pass),
		Plain: &ehrdesk.PlainServer{SignIn: "none", Role: role, Provider: "Kwai Chung Family Clinic"}}
}

func (e *elsewhere) signIn(staff string) *client.Session {
	e.t.Helper()
	s, err := e.desk.SignIn(ctx, staff, ehrdesk.NewSecret(pass))
	if err != nil {
		e.t.Fatal(err)
	}
	return s.(*client.Session)
}

func (e *elsewhere) consents(s *client.Session) {
	e.t.Helper()
	o, err := s.Offer(ctx)
	if err != nil {
		e.t.Fatal(err)
	}
	g := ehrdesk.Grant{Patient: e.number, Channel: ehrdesk.ByForm, Term: ehrdesk.Indefinite, Giver: ehrdesk.Giver{Kind: "patient"}, DocumentSighted: true,
		FormReference: "F-" + uuid.NewString()[:8], RequestID: uuid.NewString(), NoticeRead: true, NoticeReadAt: e.server.Now()}
	for _, n := range o.Notices {
		if g.NoticeVersions == nil {
			g.NoticeVersions = map[string]string{}
		}
		g.NoticeVersions[n.ID] = n.Version
	}
	if _, err := s.Grant(ctx, g); err != nil {
		e.t.Fatal(err)
	}
}

// The whole job at a server that is not ours: find, consent by form, open, sync, a change
// and a deletion, without the line, the withdrawal, the report of accesses.
func TestTheWholeJobAtAnyFHIRServer(t *testing.T) {
	for name, q := range map[string]fhirtest.Quirks{
		"as the standard has it":         {},
		"one with the habits of many":    {Is: fhirtest.Bare | fhirtest.NoHistory | fhirtest.Deleted404 | fhirtest.WholeSeconds, Unknown: fhirtest.UnknownNothing, Paging: fhirtest.PagingNone, Everything: fhirtest.EverythingMissing},
		"one that believes what it gets": {Is: fhirtest.PageTotal | fhirtest.TypesUnknown, Unknown: fhirtest.UnknownIgnored, Paging: fhirtest.PagingOffset, MaxPage: 5, Everything: fhirtest.EverythingEmpty},
	} {
		t.Run(name, func(t *testing.T) {
			e := newElsewhere(t, q)
			a, err := e.desk.Enrol(ctx, e.enrolment("drlee", ehrdesk.Doctor))
			if err != nil || a.Provider != "kwai-chung-family-clinic" || a.Role != ehrdesk.Doctor {
				t.Fatalf("%+v, %v", a, err)
			}
			s := e.signIn("drlee")
			f, err := s.Find(ctx, e.number)
			if err != nil || f.Participation != ehrdesk.KnownHere || f.MayDeposit() || f.Consent.State != ehrdesk.ConsentNone {
				t.Fatalf("%+v, %v", f, err)
			}
			if _, err := s.Open(ctx, e.number, ehrdesk.Consultation, ""); ehrdesk.CodeOf(err) != ehrdesk.CodeConsentNeeded {
				t.Fatalf("opened without a consent: %v", err)
			}
			e.consents(s)
			c, err := s.Open(ctx, e.number, ehrdesk.Consultation, "")
			if err != nil {
				t.Fatal(err)
			}
			if rep, err := c.Sync(ctx, nil); err != nil || rep.Missing > 0 {
				t.Fatalf("%+v, %v", rep, err)
			}
			if n := count(c); n != 13 {
				t.Errorf("%d records, want the patient and twelve: the consent's own resources are none", n)
			}
			kept := func(ref string) bool {
				_, err := c.Raw(ctx, ehrdesk.Ref{Resource: "Observation", ID: ref})
				return err == nil
			}
			b, err := c.Raw(ctx, ehrdesk.Ref{Resource: "Observation", ID: "o3"})
			if want := e.server.Body(ehrdesk.Ref{Resource: "Observation", ID: "o3"}); err != nil || string(b) != string(want) {
				t.Errorf("%s\nthe server has\n%s, %v", b, want, err)
			}
			e.server.Advance(20 * time.Minute) // all ids are listed once in a quarter of an hour
			e.server.Put(`{"resourceType":"Observation","id":"late","status":"final","code":{"text":"Sodium"},"subject":{"reference":"Patient/p"},"valueQuantity":{"value":140,"unit":"mmol/L"}}`)
			e.server.Delete(ehrdesk.Ref{Resource: "Observation", ID: "o3"})
			if _, err := c.Sync(ctx, nil); err != nil || !kept("late") || kept("o3") {
				t.Errorf("late %v, o3 %v: %v", kept("late"), kept("o3"), err)
			}
			_ = c.Close()
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}

			e.line.set(true, nil) // and without the line
			s = e.signIn("drlee")
			if c, err = s.Open(ctx, e.number, ehrdesk.Consultation, ""); err != nil || !kept("late") {
				t.Fatalf("without the line: %v", err)
			}
			_ = c.Close()
			e.line.set(false, nil)
			if n, err := s.Deliver(ctx); err != nil || n != 1 {
				t.Errorf("%d accesses delivered: %v", n, err)
			}
			if _, err := s.Revoke(ctx, ehrdesk.Withdrawal{Patient: e.number, Channel: ehrdesk.ByForm, Giver: ehrdesk.Giver{Kind: "patient"}, FormReference: "W-1", DocumentSighted: true, RequestID: uuid.NewString()}); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Open(ctx, e.number, ehrdesk.Consultation, ""); ehrdesk.CodeOf(err) != ehrdesk.CodeConsentNeeded {
				t.Errorf("opened after the withdrawal: %v", err)
			}
			opened := 0
			for ref, b := range e.server.All() {
				if ref.Resource == "AuditEvent" && strings.Contains(string(b), "Patient/p") {
					opened++
				}
			}
			if opened != 2 {
				t.Errorf("the server has %d accesses, want the opening and the one of the copy", opened)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// Nobody but somebody who has the desk's keys lets in a second person at a server that
// enrols nobody, and nobody takes the place of one who is there.
func TestAtAServerThatEnrolsNobodyAColleagueLetsTheNextIn(t *testing.T) {
	e := newElsewhere(t, fhirtest.Quirks{})
	if _, err := e.desk.Enrol(ctx, e.enrolment("drlee", ehrdesk.Doctor)); err != nil {
		t.Fatal(err)
	}
	s := e.signIn("drlee")
	e.consents(s)
	c, err := s.Open(ctx, e.number, ehrdesk.Consultation, "")
	if err == nil {
		_, err = c.Sync(ctx, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	_ = c.Close()
	_ = s.Close()
	next := e.enrolment("nwong", ehrdesk.Nurse)
	if _, err := e.desk.Enrol(ctx, next); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		t.Errorf("let in by nobody: %v", err)
	}
	next.Plain.Approver, next.Plain.ApproverPassphrase = "drlee", ehrdesk.NewSecret("not the one that it is")
	if _, err := e.desk.Enrol(ctx, next); ehrdesk.CodeOf(err) != ehrdesk.CodeNotSignedIn {
		t.Errorf("let in by a wrong passphrase: %v", err)
	}
	next.Plain.ApproverPassphrase = ehrdesk.NewSecret(pass)
	if _, err := e.desk.Enrol(ctx, next); err != nil {
		t.Fatal(err)
	}
	again := e.enrolment("drlee", ehrdesk.Doctor)
	again.Plain.Approver, again.Plain.ApproverPassphrase = "nwong", ehrdesk.NewSecret(pass)
	if _, err := e.desk.Enrol(ctx, again); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("took somebody's place: %v", err)
	}
	e.line.set(true, nil) // the copy that was there is theirs too
	s = e.signIn("nwong")
	if c, err = s.Open(ctx, e.number, ehrdesk.Consultation, ""); err != nil || count(c) == 0 {
		t.Errorf("the newcomer opens nothing: %v", err)
	} else {
		_ = c.Close()
	}
	_ = s.Close()
}

// What is no FHIR R4 server enrols nobody, and leaves nothing on the desk.
func TestWhatIsNoFHIRServerEnrolsNobody(t *testing.T) {
	e := newElsewhere(t, fhirtest.Quirks{})
	for name, change := range map[string]func(*ehrdesk.Enrolment){
		"no role":         func(x *ehrdesk.Enrolment) { x.Plain.Role = "" },
		"no provider":     func(x *ehrdesk.Enrolment) { x.Plain.Provider = " " },
		"another sign-in": func(x *ehrdesk.Enrolment) { x.Plain.SignIn = "smart" },
		"weak":            func(x *ehrdesk.Enrolment) { x.Passphrase = ehrdesk.NewSecret("password1") },
	} {
		en := e.enrolment("drlee", ehrdesk.Doctor)
		change(&en)
		if _, err := e.desk.Enrol(ctx, en); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	e.line.stands(func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/fhir+json"}}, Body: io.NopCloser(strings.NewReader(`{"resourceType":"CapabilityStatement","fhirVersion":"5.0.0"}`)), Request: r}, nil
	})
	if _, err := e.desk.Enrol(ctx, e.enrolment("drlee", ehrdesk.Doctor)); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
		t.Errorf("R5: %v", err)
	}
	e.line.stands(nil)
	if a, err := e.desk.Accounts(ctx); err != nil || len(a) > 0 {
		t.Errorf("%v, %v", a, err)
	}
}
