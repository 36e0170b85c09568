package client_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/cachetest"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
	"github.com/ehrdesk/ehrdesk/internal/testclock"
)

// source is a server whose records change behind the desk's back: of one patient, and of
// another whose ids begin with "other".
type source interface {
	put(id string, n int)
	remove(id string)
	all(s ehrdesk.Session) map[ehrdesk.Ref][]byte // the patient's bytes as the server gives them
	later(d time.Duration)
	sweeps() time.Duration // how long after a deletion the desk has found it
	restart(transport http.RoundTripper) (ehrdesk.Session, ehrdesk.Number)
}

func changed(patient, id string, n int) string {
	return fmt.Sprintf(`{"resourceType":"Observation","id":%q,"status":"final","category":[{"coding":[{"code":"laboratory"}]}],"code":{"text":"Potassium %d"},"subject":{"reference":"Patient/%s"},"effectiveDateTime":"2025-01-02T10:00:00+08:00","valueQuantity":{"value":%d.10,"unit":"mmol/L"}}`, id, n, patient, n)
}

// ourCentre is the house's own centre as a source.
type ourCentre struct {
	*world
	n  ehrdesk.Number
	id string // of the patient
}

func newOurCentre(t *testing.T) *ourCentre {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	c := &ourCentre{world: w}
	var key string
	c.n, key = w.patient("steady", 4)
	w.patient("other", 2)
	s := w.signIn("drlee")
	c.id = w.consent(s, c.n, key).Patient.ID
	w.shut(s)
	return c
}

func (c *ourCentre) put(id string, n int) {
	if _, err := c.centre.AddRecords(ctx, strings.NewReader(changed("steady", id, n)), "a hospital"); err != nil {
		c.t.Fatal(err)
	}
}

func (c *ourCentre) remove(id string) {
	if _, err := c.centre.DeleteRecords(ctx, strings.NewReader(changed("steady", id, 0)), "a hospital"); err != nil && ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		c.t.Fatal(err)
	}
}

func (c *ourCentre) later(d time.Duration) { c.clock.advance(d) }
func (c *ourCentre) sweeps() time.Duration { return 0 }

func (c *ourCentre) restart(transport http.RoundTripper) (ehrdesk.Session, ehrdesk.Number) {
	if err := c.desk.Close(); err != nil {
		c.t.Fatal(err)
	}
	c.desk = client.New(client.Options{Dir: c.dir, HTTP: &http.Client{Transport: transport}, Patience: time.Minute, Now: c.deskNow, Cost: cachetest.Cost()})
	return c.signIn("drlee"), c.n
}

func (c *ourCentre) all(s ehrdesk.Session) map[ehrdesk.Ref][]byte {
	_, base, err := s.(*client.Session).Bearer(ctx)
	if err != nil {
		c.t.Fatal(err)
	}
	wire, err := fhir.NewClient(base, http.DefaultClient, tokensOf{s.(*client.Session)})
	if err != nil {
		c.t.Fatal(err)
	}
	out := map[ehrdesk.Ref][]byte{}
	err = wire.EachPage(ctx, "test", "Patient/"+c.id+"/$everything?_count=200", func(b r4.Bundle) {
		for _, e := range b.Entries {
			out[e.Resource.Ref()] = bytes.Clone(e.Resource.Bytes)
		}
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return out
}

// theirServer is a FHIR R4 server that is not ours as a source.
type theirServer struct {
	*fhirtest.Server
	t    *testing.T
	dir  string
	desk *client.Desk
	n    ehrdesk.Number
}

func newTheirServer(t *testing.T, q fhirtest.Quirks) *theirServer {
	s := &theirServer{Server: fhirtest.New(t, testclock.Start(), q), t: t, dir: t.TempDir()}
	e, err := ehrdesk.ParseEHRNumber("123456789012")
	if err != nil {
		t.Fatal(err)
	}
	s.n = ehrdesk.Number{EHR: e}
	s.Put(fmt.Sprintf(`{"resourceType":"Patient","id":"steady","identifier":[{"system":%q,"value":"123456789012"}],"name":[{"family":"CHAN"}]}`, ehrdesk.SystemEHR))
	s.Put(`{"resourceType":"Patient","id":"other"}`)
	s.Put(changed("other", "other1", 1))
	s.open(http.DefaultTransport)
	if _, err := s.desk.Enrol(ctx, ehrdesk.Enrolment{Central: s.URL, Staff: "drlee", Passphrase: ehrdesk.NewSecret(pass), Plain: &ehrdesk.PlainServer{SignIn: "none", Role: ehrdesk.Doctor, Provider: "Clinic"}}); err != nil {
		t.Fatal(err)
	}
	sess, _ := s.restart(http.DefaultTransport)
	if _, err := sess.Grant(ctx, ehrdesk.Grant{Patient: s.n, Channel: ehrdesk.ByForm, Term: ehrdesk.Indefinite, Giver: ehrdesk.Giver{Kind: ehrdesk.SelfGiver}, NoticeRead: true, DocumentSighted: true, FormReference: "F1"}); err != nil {
		t.Fatal(err)
	}
	if err := sess.Close(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.desk.Close() })
	return s
}

func (s *theirServer) open(transport http.RoundTripper) {
	s.desk = client.New(client.Options{Dir: s.dir, HTTP: &http.Client{Transport: transport}, Patience: time.Minute, Now: s.Now, Cost: cachetest.Cost(),
		Site: site()})
}

func (s *theirServer) put(id string, n int)  { s.Put(changed("steady", id, n)) }
func (s *theirServer) remove(id string)      { s.Delete(ehrdesk.Ref{Resource: "Observation", ID: id}) }
func (s *theirServer) later(d time.Duration) { s.Advance(d) }
func (s *theirServer) sweeps() time.Duration { return 16 * time.Minute }

func (s *theirServer) restart(transport http.RoundTripper) (ehrdesk.Session, ehrdesk.Number) {
	if err := s.desk.Close(); err != nil {
		s.t.Fatal(err)
	}
	s.open(transport)
	sess, err := s.desk.SignIn(ctx, "drlee", ehrdesk.NewSecret(pass))
	if err != nil {
		s.t.Fatal(err)
	}
	return sess, s.n
}

func (s *theirServer) all(ehrdesk.Session) map[ehrdesk.Ref][]byte {
	out := s.All()
	for ref, body := range out {
		if bytes.Contains(body, []byte("Patient/other")) || ref == (ehrdesk.Ref{Resource: "Patient", ID: "other"}) {
			delete(out, ref)
		}
	}
	return out
}
