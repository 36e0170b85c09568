package client_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader"
	"github.com/ehrdesk/ehrdesk/cardreader/pcsc/fake"
	"github.com/ehrdesk/ehrdesk/cardreader/simcard"
	"github.com/ehrdesk/ehrdesk/cardreader/trust"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// cards are a desk's reader and an issuer whom desk and centre believe.
type cards struct {
	w       *world
	issuer  *simcard.Issuer
	service *fake.Service
	station *cardreader.Station
}

func newCards(w *world) *cards {
	w.t.Helper()
	i, err := simcard.NewIssuer(nil)
	if err != nil {
		w.t.Fatal(err)
	}
	if err := w.centre.AddCardIssuer(ctx, "training", trust.MarshalIssuer(i.Public())); err != nil {
		w.t.Fatal(err)
	}
	profiles, err := cardreader.BuiltIn()
	if err != nil {
		w.t.Fatal(err)
	}
	s := fake.New("A")
	return &cards{w, i, s, &cardreader.Station{Establish: s.Establish, Profiles: profiles, Issuers: []*ecdsa.PublicKey{i.Public()}}}
}

// holder is the person of world.patient as a card has her.
func holder(t *testing.T, s *client.Session, n ehrdesk.Number) simcard.Person {
	t.Helper()
	f, err := s.Find(ctx, n)
	if err != nil {
		t.Fatal(err)
	}
	return simcard.Person{Name: strings.ToUpper(f.Patient.Name.Family) + ", Test", Chinese: "陳大文", HKIC: f.Patient.HKIC, Born: "19700102", Sex: ehrdesk.Female, Issued: "20190603"}
}

// read puts a card in and reads it for one act: nonce, challenge, reading.
func (c *cards) read(s *client.Session, card *simcard.Card, err error, request string) *ehrdesk.CardReading {
	c.w.t.Helper()
	if err != nil {
		c.w.t.Fatal(err)
	}
	nonce, err := s.CardNonce(ctx, request)
	if err != nil {
		c.w.t.Fatal(err)
	}
	c.service.Insert("A", card)
	defer c.service.Pull("A")
	challenge := ehrdesk.CardChallenge(nonce.Value, request, s.Account().Provider)
	r, err := c.station.Read(ctx, "A", card.ATR, &challenge)
	if err != nil {
		c.w.t.Fatal(err)
	}
	return r
}

func byCard(n ehrdesk.Number, request string, e ehrdesk.CardEvidence) ehrdesk.Grant {
	return ehrdesk.Grant{Patient: n, Channel: ehrdesk.ByCard, Term: ehrdesk.Indefinite, Giver: ehrdesk.Giver{Kind: ehrdesk.SelfGiver},
		NoticeRead: true, DocumentSighted: true, Card: &e, RequestID: request}
}

// accessLog is the access log as the person reads it, and as it lies sealed in the
// journal.
func accessLog(t *testing.T, s *client.Session) (events []ehrdesk.AuditEvent, sealed []byte) {
	t.Helper()
	if err := s.EachAccess(ctx, func(_ int64, e ehrdesk.AuditEvent) error { events = append(events, e); return nil }); err != nil {
		t.Fatal(err)
	}
	if err := s.Journal(ctx, func(payload []byte) error { sealed = append(sealed, payload...); return nil }); err != nil {
		t.Fatal(err)
	}
	return events, sealed
}

func TestAConsentByCardFromTheReaderToTheRecord(t *testing.T) {
	w := newWorld(t, 24)
	c := newCards(w)
	w.enrol("clerk", ehrdesk.FrontDesk)
	n, _ := w.patient("CHANCARD", 1)
	s := w.signIn("clerk")
	defer s.Close()
	request := uuid.NewString()
	card, err := c.issuer.Issue(holder(t, s, n))
	r := c.read(s, card, err, request)
	f, err := s.Find(ctx, n)
	if err != nil || !ehrdesk.CompareCard(r.Face, f.Patient).Holds() {
		t.Fatalf("the desk sees another person: %v", err)
	}
	face := bytes.Clone(r.Evidence.Face)
	g := byCard(n, request, r.Evidence)
	receipt, err := s.Grant(ctx, g)
	if err != nil || receipt.Reference == "" || receipt.Consent.State != ehrdesk.ConsentActive || receipt.Consent.Channel != ehrdesk.ByCard {
		t.Fatalf("%+v, %v", receipt, err)
	}
	if !bytes.Equal(g.Card.Face, face) || len(g.Card.Response) == 0 {
		t.Error("what belongs to the caller was changed")
	}
	again, err := s.Grant(ctx, g)
	if err != nil || again.Reference != receipt.Reference {
		t.Errorf("the same act again: %q, %v", again.Reference, err)
	}
	if f, err := s.Find(ctx, n); err != nil || f.Consent.State != ehrdesk.ConsentActive {
		t.Errorf("found as %v, %v", f.Consent.State, err)
	}

	events, sealed := accessLog(t, s)
	var grants []ehrdesk.AuditEvent
	for _, e := range events {
		if e.Action == ehrdesk.AuditGrant {
			grants = append(grants, e)
		}
	}
	if len(grants) != 2 || grants[0].Card == nil {
		t.Fatalf("%d grants in the access log", len(grants))
	}
	e := grants[0].Card
	if e.Proof != ehrdesk.CardGenuineChip || e.Profile != "training-1" || e.Source != "reader" || e.Challenge != r.Evidence.Challenge ||
		!bytes.Equal(e.Response, r.Evidence.Response) || !bytes.Equal(e.Signed, r.Evidence.Signed) || len(e.Face) != 0 {
		t.Error("the access log keeps other evidence than was shown")
	}
	for name, canary := range map[string][]byte{
		"the face":            face,
		"the face in base64":  []byte(base64.StdEncoding.EncodeToString(face)),
		"the name":            []byte("CHANCARD"),
		"the Chinese name":    []byte("陳大文"),
		"the number":          []byte(f.Patient.HKIC.Compact()),
		"the number, printed": []byte(f.Patient.HKIC.Printed()),
	} {
		if bytes.Contains(sealed, canary) {
			t.Errorf("the access log holds %s", name)
		}
	}
	if !bytes.Contains(sealed, []byte(base64.StdEncoding.EncodeToString(r.Evidence.Response))) {
		t.Error("the canary looks at nothing: the answer is not in the log")
	}
	var seen []string
	if err := w.centre.Accesses(ctx, n.EHR.Compact(), func(a central.Access) error {
		if a.Action == "grant" {
			seen = append(seen, a.Outcome+" "+a.Proof)
		}
		return nil
	}); err != nil || !slices.Equal(seen, []string{"success genuine-chip"}) {
		t.Errorf("the centre wrote down %q, %v", seen, err)
	}
}

// TestEvidenceIsGoodForOneActAtOneProviderInItsTime: whatever was captured from a
// genuine card is worth nothing elsewhere or later.
func TestEvidenceIsGoodForOneActAtOneProviderInItsTime(t *testing.T) {
	w := newWorld(t, 24)
	c := newCards(w)
	w.enrol("clerk", ehrdesk.FrontDesk)
	first := w.hcp
	other, err := w.centre.AddHCP(ctx, central.HCP{Name: "Elsewhere"})
	if err != nil {
		t.Fatal(err)
	}
	w.hcp = other
	w.enrol("nurse", ehrdesk.Nurse)
	w.hcp = first
	n, _ := w.patient("CHANREPLAY", 1)
	s, elsewhere := w.signIn("clerk"), w.signIn("nurse")
	defer s.Close()
	defer elsewhere.Close()
	person := holder(t, s, n)
	show := func(request string) ehrdesk.CardEvidence {
		card, err := c.issuer.Issue(person)
		return c.read(s, card, err, request).Evidence
	}
	refused := func(what string, by *client.Session, g ehrdesk.Grant, words string) {
		t.Helper()
		_, err := by.Grant(ctx, g)
		wantCode(t, what, err, ehrdesk.CodeCard)
		if !strings.Contains(ehrdesk.Message(err), words) {
			t.Errorf("%s: %q", what, ehrdesk.Message(err))
		}
	}

	late := uuid.NewString()
	e := show(late)
	w.clock.advance(5 * time.Minute)
	refused("after five minutes", s, byCard(n, late, e), "read the card again")

	one, two := uuid.NewString(), uuid.NewString()
	e = show(one)
	refused("for an act without a nonce", s, byCard(n, two, e), "read the card again")
	if _, err := s.CardNonce(ctx, two); err != nil {
		t.Fatal(err)
	}
	refused("for another act", s, byCard(n, two, e), "genuine")

	if _, err := elsewhere.CardNonce(ctx, one); err != nil {
		t.Fatal(err)
	}
	refused("at another provider, under the same id", elsewhere, byCard(n, one, e), "genuine")
	if _, err := s.Grant(ctx, byCard(n, one, e)); err != nil {
		t.Errorf("where it belongs: %v", err)
	}
	if f, err := elsewhere.Find(ctx, n); err != nil || f.Consent.State != ehrdesk.ConsentNone {
		t.Errorf("elsewhere: %v, %v", f.Consent.State, err)
	}
	if _, err := elsewhere.Open(ctx, n, ehrdesk.Consultation, ""); ehrdesk.CodeOf(err) != ehrdesk.CodeConsentNeeded {
		t.Errorf("elsewhere the record opens: %v", err)
	}
}

func TestACardOfSomebodyElseGivesNoConsent(t *testing.T) {
	w := newWorld(t, 24)
	c := newCards(w)
	w.enrol("clerk", ehrdesk.FrontDesk)
	n, _ := w.patient("CHANMINE", 1)
	other, _ := w.patient("WONGOTHER", 1)
	s := w.signIn("clerk")
	defer s.Close()
	mine, theirs := holder(t, s, n), holder(t, s, other)
	renamed := mine
	renamed.Name, renamed.Born = "CHAN, Siu Ming", "19700103"
	for name, tc := range map[string]struct {
		person simcard.Person
		words  string
	}{
		"another person":             {theirs, "the card is another person's"},
		"another name and birth day": {renamed, "the card differs from the centre's record of the patient: the name, the date of birth"},
	} {
		request := uuid.NewString()
		card, err := c.issuer.Issue(tc.person)
		_, err = s.Grant(ctx, byCard(n, request, c.read(s, card, err, request).Evidence))
		wantCode(t, name, err, ehrdesk.CodeCard)
		if got := ehrdesk.Message(err); got != tc.words {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// TestACardSeenIsRefusedBeforeAnythingIsSent: the desk does not ask the centre
// what it knows itself.
func TestACardSeenIsRefusedBeforeAnythingIsSent(t *testing.T) {
	w := newWorld(t, 24)
	c := newCards(w)
	w.enrol("clerk", ehrdesk.FrontDesk)
	n, key := w.patient("CHANSEEN", 1)
	s := w.signIn("clerk")
	defer s.Close()
	request := uuid.NewString()
	card, err := c.issuer.Issue(holder(t, s, n))
	good := c.read(s, card, err, request).Evidence
	card, err = c.issuer.IssueStatic(holder(t, s, n))
	static := c.read(s, card, err, request).Evidence
	for name, tc := range map[string]struct {
		change func(*ehrdesk.Grant)
		want   ehrdesk.Code
	}{
		"no card":              {func(g *ehrdesk.Grant) { g.Card = nil }, ehrdesk.CodeCard},
		"a static card":        {func(g *ehrdesk.Grant) { g.Card = &static }, ehrdesk.CodeCard},
		"a card without proof": {func(g *ehrdesk.Grant) { g.Card = &ehrdesk.CardEvidence{Profile: "thai-nid", Source: "reader"} }, ehrdesk.CodeCard},
		"proof without a rule": {func(g *ehrdesk.Grant) { g.Card.Scheme = "" }, ehrdesk.CodeCard},
		"no act":               {func(g *ehrdesk.Grant) { g.RequestID = "" }, ehrdesk.CodeCard},
		"an id in capitals":    {func(g *ehrdesk.Grant) { g.RequestID = strings.ToUpper(g.RequestID) }, ehrdesk.CodeCard},
		"a parent": {func(g *ehrdesk.Grant) {
			g.Giver = ehrdesk.Giver{Kind: "parent", Name: "CHAN Siu Ming", Document: "HKIC"}
		}, ehrdesk.CodeInvalid},
		"no document looked at": {func(g *ehrdesk.Grant) { g.DocumentSighted = false }, ehrdesk.CodeInvalid},
	} {
		g := byCard(n, request, good)
		tc.change(&g)
		before := len(w.line.seen)
		_, err := s.Grant(ctx, g)
		if wantCode(t, name, err, tc.want); len(w.line.seen) != before {
			t.Errorf("%s: something was sent", name)
		}
	}
	// What stands beside another channel is not sent, and not written down.
	g := grant(t, n, key)
	g.Card = &good
	if _, err := s.Grant(ctx, g); err != nil {
		t.Fatal(err)
	}
	events, _ := accessLog(t, s)
	for _, e := range events {
		if e.Card != nil {
			t.Error("a consent by Access Key keeps a card")
		}
	}
	before := len(w.line.seen)
	_, err = s.Revoke(ctx, ehrdesk.Withdrawal{Patient: n, Channel: ehrdesk.ByCard, DocumentSighted: true})
	if wantCode(t, "withdrawn by card", err, ehrdesk.CodeInvalid); len(w.line.seen) != before {
		t.Error("a withdrawal by card was sent")
	}
}

func TestNoNonceWithoutTheLine(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("clerk", ehrdesk.FrontDesk)
	s := w.signIn("clerk")
	defer s.Close()
	for _, id := range []string{"", "x", strings.ToUpper(uuid.NewString()), "urn:uuid:" + uuid.NewString()} {
		_, err := s.CardNonce(ctx, id)
		wantCode(t, "id "+id, err, ehrdesk.CodeInvalid)
	}
	request := uuid.NewString()
	n, err := s.CardNonce(ctx, request)
	if err != nil || n.Value == [32]byte{} || !n.Expires.Equal(w.clock.now().Add(5*time.Minute)) {
		t.Errorf("a nonce until %v, %v", n.Expires, err)
	}
	w.line.set(true, nil)
	_, err = s.CardNonce(ctx, request)
	wantCode(t, "line cut", err, ehrdesk.CodeOffline)
	if got := ehrdesk.Message(err); got != "a consent by card needs the central service, which cannot be reached" {
		t.Errorf("%q", got)
	}
	if s.Link().State != ehrdesk.Offline {
		t.Error("the session thinks it is online")
	}
	ended, stop := context.WithDeadline(ctx, time.Now().Add(-time.Second))
	defer stop()
	w.line.set(false, nil)
	_, err = s.CardNonce(ended, request)
	wantCode(t, "no time left", err, ehrdesk.CodeOffline)
}

func TestANonceThatIsNoneIsNotTaken(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("clerk", ehrdesk.FrontDesk)
	s := w.signIn("clerk")
	defer s.Close()
	for name, answer := range map[string]string{
		"no nonce":      `{"resourceType":"Parameters","parameter":[{"name":"expires","valueInstant":"2026-04-08T09:00:00Z"}]}`,
		"a short one":   `{"resourceType":"Parameters","parameter":[{"name":"nonce","valueBase64Binary":"AAAA"},{"name":"expires","valueInstant":"2026-04-08T09:00:00Z"}]}`,
		"no end":        `{"resourceType":"Parameters","parameter":[{"name":"nonce","valueBase64Binary":"` + base64.StdEncoding.EncodeToString(make([]byte, 32)) + `"}]}`,
		"no Parameters": `{"resourceType":"Bundle"}`,
	} {
		w.line.set(false, func(r *http.Request, b []byte) []byte {
			if strings.HasSuffix(r.URL.Path, "$card-nonce") {
				return []byte(answer)
			}
			return b
		})
		_, err := s.CardNonce(ctx, uuid.NewString())
		wantCode(t, name, err, ehrdesk.CodeTampered)
	}
}
