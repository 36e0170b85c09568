package client

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/chart"
	"github.com/ehrdesk/ehrdesk/client/internal/person"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// bareCentre does what any centre does, and nothing that is optional. It knows one
// patient, of whom each feed brings what was not told yet.
type bareCentre struct {
	number  ehrdesk.Number
	records []string // bodies
	from    []fhir.From
}

func (b *bareCentre) consent() ehrdesk.SharingConsent {
	return ehrdesk.SharingConsent{ID: "c", State: ehrdesk.ConsentActive, Since: time.Now().Add(-time.Hour)}
}

func (b *bareCentre) Find(_ context.Context, n ehrdesk.Number) (ehrdesk.Finding, error) {
	if n != b.number {
		return ehrdesk.Finding{}, ehrdesk.Errorf("find", ehrdesk.CodeNotFound, "nobody")
	}
	return ehrdesk.Finding{Participation: ehrdesk.Registered, Patient: ehrdesk.Patient{ID: "p", EHR: n.EHR}, Consent: b.consent(), Checked: time.Now()}, nil
}

func (b *bareCentre) Open(context.Context, string, ehrdesk.Purpose, string) (fhir.Decision, error) {
	return fhir.Decision{Consent: b.consent(), At: time.Now()}, nil
}

func (b *bareCentre) Changes(_ context.Context, _ *fhir.Person, from fhir.From) chart.Feed {
	b.from = append(b.from, from)
	return &bareFeed{b: b}
}
func (b *bareCentre) Offer(context.Context) (ehrdesk.Offer, error) { return ehrdesk.Offer{}, nil }
func (b *bareCentre) Can(op ehrdesk.AuditAction) bool              { return op == ehrdesk.AuditGrant }
func (b *bareCentre) Act(context.Context, fhir.Act) (ehrdesk.Receipt, error) {
	return ehrdesk.Receipt{}, fhir.OutcomeUnknown("act")
}

func (b *bareCentre) Settle(context.Context, fhir.Act) (ehrdesk.Receipt, error) {
	return ehrdesk.Receipt{}, fhir.OutcomeUnknown("act")
}
func (b *bareCentre) ReportAccess(context.Context, ehrdesk.AuditEvent) error { return nil }

type bareFeed struct {
	b    *bareCentre
	done bool
}

func (f *bareFeed) Next(context.Context) (fhir.Page, error) {
	if f.done {
		return fhir.Page{}, io.EOF
	}
	f.done = true
	p := fhir.Page{Total: -1, Timestamp: time.Now()}
	for _, body := range f.b.records {
		r, err := r4.Read([]byte(body))
		if err != nil {
			return p, err
		}
		res := fhir.Resource{Body: []byte(body), Sharable: true}
		res.Record, res.Links = r.ProjectAt(r.Place())
		p.Resources, p.Entries = append(p.Resources, res), p.Entries+1
	}
	f.b.records = nil
	return p, nil
}

func (f *bareFeed) Again(context.Context, ehrdesk.Ref) (fhir.Page, error) { return fhir.Page{}, nil }
func (f *bareFeed) Gone(context.Context) ([]fhir.Tombstone, error)        { return nil, nil }
func (f *bareFeed) Expect(_ context.Context, came fhir.Tally) (int, error) {
	return max(0, 1-came.Records-len(f.b.from[0].Mark)), nil
}

func (f *bareFeed) Mark(time.Time) (fhir.Mark, error) {
	return fhir.Mark(fmt.Sprint("feed ", len(f.b.from))), nil
}
func (f *bareFeed) Close() {}

// signsIn is a server that lets desks enrol and sign in, and does nothing else.
func signsIn(t *testing.T) string {
	t.Helper()
	mux := http.NewServeMux()
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	for path, answer := range map[string]string{
		"/fhir/.well-known/smart-configuration": fmt.Sprintf(`{"token_endpoint":"%s/token","enrolment_endpoint":"%[1]s/enrol"}`, s.URL),
		"/enrol":                                `{"client_id":"desk","staff":"drlee","role":"doctor","hcp":"1234567890"}`,
		"/token":                                `{"access_token":"t","token_type":"Bearer","expires_in":300,"role":"doctor","cache":{"mode":"hours","hours":24}}`,
	} {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, answer)
		})
	}
	return s.URL + "/fhir"
}

// A centre that does nothing beyond what every centre does is worked with like any
// other: what it lacks is said to be lacking, and what it gave as its mark comes back
// to it as it was.
func TestACentreWithoutAnythingOptionalIsWorkedWith(t *testing.T) {
	e, err := ehrdesk.ParseEHRNumber("123456789019")
	for d := 0; err != nil && d < 10; d++ { // the check digit is not what is tried
		e, err = ehrdesk.ParseEHRNumber(fmt.Sprintf("12345678901%d", d))
	}
	if err != nil {
		t.Fatal(err)
	}
	n, ctx := ehrdesk.Number{EHR: e}, t.Context()
	far := &bareCentre{number: n, records: []string{`{"resourceType":"Encounter","id":"o","status":"finished","subject":{"reference":"Patient/p"}}`}}
	d := New(Options{Dir: t.TempDir(), Unlocking: time.Millisecond})
	d.dial = func(*fhir.Client, person.Person, ehrdesk.Profession) centre { return far }
	defer d.Close()
	secret := ehrdesk.NewSecret("pupil lantern seven harbour")
	if _, err := d.Enrol(ctx, ehrdesk.Enrolment{Central: signsIn(t), Staff: "drlee", Code: ehrdesk.NewSecret("code"), Passphrase: secret}); err != nil {
		t.Fatal(err)
	}
	s, err := d.SignIn(ctx, "drlee", secret)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if f, err := s.Find(ctx, n); err != nil || f.Patient.ID != "p" {
		t.Fatalf("%+v, %v", f, err)
	}
	c, err := s.Open(ctx, n, ehrdesk.Consultation, "")
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []fhir.Mark{"", "feed 1"} {
		rep, err := c.Sync(ctx, nil)
		if err != nil || rep.Full != (want == "") || len(c.List(ehrdesk.Encounters)) != 1 {
			t.Fatalf("sync %d: %+v, %v", i, rep, err)
		}
		if got := far.from[i].Mark; got != want {
			t.Errorf("sync %d begins at %q, want %q", i, got, want)
		}
	}
	lacking := map[string]func() error{
		"registration": func() error { _, err := s.Registration(ctx, n); return err },
		"endings":      func() error { _, err := s.Endings(ctx, time.Hour); return err },
		"hints":        func() error { _, err := s.NextHint(ctx); return err },
		"a code":       func() error { _, err := c.SendCode(ctx); return err },
		"a release": func() error {
			_, err := c.Release(ctx, ehrdesk.Release{Kinds: ehrdesk.Kinds()[:1], Reason: "r", Words: "ten letters or more", Code: ehrdesk.OneTimeCode{Secret: ehrdesk.NewSecret("123456")}})
			return err
		},
		"a withdrawal": func() error {
			_, err := s.Revoke(ctx, ehrdesk.Withdrawal{Patient: n, Channel: ehrdesk.ByForm, DocumentSighted: true, FormReference: "F1"})
			return err
		},
	}
	for what, ask := range lacking {
		if err := ask(); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := s.CardNonce(ctx, "7d9f1a52-7c0a-4f8e-9a54-1d1b4a7c0e11"); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		t.Errorf("a card: %v", err)
	}
	if tasks, err := s.Tasks(ctx); err != nil || len(tasks) > 0 {
		t.Errorf("an act that the centre does not take is kept: %+v, %v", tasks, err)
	}
	if len(c.List(ehrdesk.Encounters)) != 1 {
		t.Error("what the centre does not take has closed the chart")
	}
}
