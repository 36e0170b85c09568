package client_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/fhir/caps"
	standard "github.com/ehrdesk/ehrdesk/client/fhir/plain"
)

// tokensOf are a session's own.
type tokensOf struct{ s *client.Session }

func (t tokensOf) Token(ctx context.Context) (fhir.Token, error) {
	token, _, err := t.s.Bearer(ctx)
	return token, err
}
func (tokensOf) Reject(string) {}

// Our own centre is a FHIR R4 server too: with nothing but the standard a patient is found
// there, and all records come that come by its own operations. The sharing consent it
// gives with the patient alone, so nothing opens by this.
func TestOurCentreIsAFHIRServerLikeAnother(t *testing.T) {
	w := newWorld(t, 24)
	s, c := w.opened("Chan", 30)
	if _, err := c.Sync(ctx, nil); err != nil {
		t.Fatal(err)
	}
	_, base, err := s.Bearer(ctx)
	if err != nil {
		t.Fatal(err)
	}
	wire, err := fhir.NewClient(base, &http.Client{Transport: w.line}, tokensOf{s})
	if err != nil {
		t.Fatal(err)
	}
	known, err := caps.Read(ctx, wire, w.clock.now())
	if err != nil {
		t.Fatal(err)
	}
	centre := standard.New(wire, standard.Site{Provider: standard.Provider{ID: w.hcp, Name: "Harbour Light"}, Labels: true}, known, standard.Asker{Staff: "drlee", Role: ehrdesk.Doctor})
	f, err := centre.Find(ctx, ehrdesk.Number{EHR: c.Patient().EHR})
	if err != nil || f.Patient.ID != c.Patient().ID || f.Participation != ehrdesk.KnownHere {
		t.Fatalf("%+v, %v", f, err)
	}
	feed := centre.Changes(ctx, &fhir.Person{ID: f.Patient.ID}, fhir.From{})
	defer feed.Close()
	came := map[ehrdesk.Ref]string{}
	for {
		p, err := feed.Next(ctx)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range p.Resources {
			came[r.Record.Ref()] = r.Record.Version
		}
	}
	if n, err := feed.Expect(ctx, fhir.Tally{}); n != 0 || err != nil {
		t.Errorf("%d missing, %v", n, err)
	}
	n := 0
	for _, typ := range ehrdesk.RecordTypes() {
		for _, rec := range c.List(typ) {
			n++
			if v, ok := came[rec.Ref()]; !ok || v != rec.Version {
				t.Errorf("%s: version %q, want %q", rec.Ref(), v, rec.Version)
			}
		}
	}
	if n < 30 {
		t.Errorf("%d records", n)
	}
}
