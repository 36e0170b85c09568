package client_test

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
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
	c.clock.hasLeft(2 * time.Hour)
	c.desk = client.New(client.Options{Dir: c.dir, HTTP: &http.Client{Transport: transport}, Patience: time.Minute, Now: c.deskNow, Unlocking: time.Nanosecond})
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
	s.desk = client.New(client.Options{Dir: s.dir, HTTP: &http.Client{Transport: transport}, Patience: time.Minute, Now: s.Now, Unlocking: time.Nanosecond,
		Site: client.Site{Labels: true, Policy: fhir.CachePolicy{Mode: "hours", Hours: 24, OfflineHours: 12}}})
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

// mischief is what a line does to one request.
type mischief int

const (
	good      mischief = iota
	cutBefore          // it never arrives
	cutAfter           // its answer never arrives
	delayed
	truncated
	garbled
	anothers  // the answer is of somebody else
	stale     // the answer is an old one to the same question
	empty     // an empty list
	webPage   // a network's log-in page
	serverErr // 500
	busy      // 503
	mischiefs
)

// lies reports an answer that is well formed and untrue: nothing in it tells a client so.
func (m mischief) lies() bool { return m == stale || m == empty }

func (m mischief) String() string {
	return [...]string{"good", "cut before", "cut after", "delayed", "truncated", "garbled", "another's", "stale", "empty", "a web page", "500", "503"}[m]
}

// badLine does one mischief to the nth request about records from now on.
type badLine struct {
	mu    sync.Mutex
	m     mischief
	nth   int // below 0 for none
	first map[string][]byte
}

func (l *badLine) next(m mischief, nth int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.m, l.nth = m, nth
}

func (l *badLine) RoundTrip(r *http.Request) (*http.Response, error) {
	m := good
	l.mu.Lock()
	if !strings.HasSuffix(r.URL.Path, "$events") {
		if l.nth--; l.nth == -1 {
			m = l.m
		}
	}
	l.mu.Unlock()
	instead := func(status int, kind, body string) *http.Response {
		return &http.Response{StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{"Content-Type": {kind}}, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), Request: r}
	}
	switch m {
	case cutBefore:
		return nil, fmt.Errorf("dial tcp: no route to host")
	case webPage:
		return instead(200, "text/html", "<html><body>Welcome to the hotel</body></html>"), nil
	case serverErr:
		return instead(500, "text/plain", "oops"), nil
	case busy:
		return instead(503, "text/plain", "later"), nil
	case delayed:
		t := time.NewTimer(20 * time.Millisecond)
		select {
		case <-t.C:
		case <-r.Context().Done():
		}
	}
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil || strings.HasSuffix(r.URL.Path, "$events") {
		return res, err
	}
	body, err := io.ReadAll(res.Body)
	res.Body.Close()
	if err != nil {
		return nil, err
	}
	list := bytes.HasPrefix(body, []byte("{")) && bytes.Contains(body[:min(200, len(body))], []byte(`"Bundle"`))
	key := r.Method + " " + r.URL.Path
	l.mu.Lock()
	old, have := l.first[key]
	if !have && list {
		l.first[key] = bytes.Clone(body)
	}
	l.mu.Unlock()
	switch {
	case m == cutAfter:
		return nil, fmt.Errorf("read tcp: connection reset by peer")
	case m == truncated:
		body = body[:len(body)/2]
	case m == garbled:
		for i := len(body) / 3; i < len(body)/3+16 && i < len(body); i++ {
			body[i] = 0
		}
	case m == anothers:
		body = bytes.ReplaceAll(body, []byte("Patient/"), []byte("Patient/other"))
	case m == stale && have:
		body = bytes.Clone(old)
	case m == empty && list:
		body = []byte(`{"resourceType":"Bundle","type":"searchset","total":0}`)
	}
	res.Body, res.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	res.Header.Del("Content-Length")
	return res, nil
}

// Through changes at the server, a line that cuts, delays, corrupts and lies, and restarts
// of the desk: of the patient's records none is lost, none that is not the patient's is
// shown, what counts as in step is, and after each sync over a good line the desk has the
// server's records and versions byte for byte. EHRDESK_CHANGES is how many changes there
// are at each server, EHRDESK_SEED the seed.
func TestThroughWhateverHappensTheDeskHasWhatTheServerHas(t *testing.T) {
	changes := 120
	if n, err := strconv.Atoi(os.Getenv("EHRDESK_CHANGES")); err == nil {
		changes = n
	} else if testing.Short() {
		changes = 60
	}
	seed, err := strconv.ParseUint(os.Getenv("EHRDESK_SEED"), 10, 64)
	if err != nil {
		seed = 15
	}
	for name, begin := range map[string]func(*testing.T) source{
		"our centre":     func(t *testing.T) source { return newOurCentre(t) },
		"another server": func(t *testing.T) source { return newTheirServer(t, fhirtest.Quirks{MaxPage: 7}) },
		"one without a feed": func(t *testing.T) source {
			return newTheirServer(t, fhirtest.Quirks{MaxPage: 7, Everything: fhirtest.EverythingMissing, Is: fhirtest.NoHistory | fhirtest.NoTotal | fhirtest.Deleted404})
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := &story{t: t, src: begin(t), line: &badLine{nth: -1, first: map[string][]byte{}}, rnd: rand.New(rand.NewPCG(seed, 1))}
			s.restart()
			s.good("at first")
			for s.changes < changes && !t.Failed() {
				s.round()
			}
			t.Logf("seed %d: %d changes, %d syncs over a bad line of which %d were whole, %d restarts, mischief %v", seed, s.changes, s.bad, s.whole, s.restarts, s.did)
			s.end()
		})
	}
}

// story is one patient's record at a server and at a desk.
type story struct {
	t    *testing.T
	src  source
	line *badLine
	rnd  *rand.Rand
	sess ehrdesk.Session
	c    ehrdesk.Chart

	changes, bad, whole, restarts int
	did                           [mischiefs]int
}

func (s *story) end() {
	if s.c != nil {
		if err := s.c.Close(); err != nil {
			s.t.Error(err)
		}
	}
	if s.sess != nil {
		if err := s.sess.Close(); err != nil {
			s.t.Error(err)
		}
	}
	s.c, s.sess = nil, nil
}

func (s *story) restart() {
	s.t.Helper()
	s.end()
	s.line.next(good, -1)
	var n ehrdesk.Number
	s.sess, n = s.src.restart(s.line)
	var err error
	if s.c, err = s.sess.Open(ctx, n, ehrdesk.Consultation, ""); err != nil {
		s.t.Fatal(err)
	}
}

// round is some changes, a sync over a bad line, perhaps more changes, and one over a good
// one.
func (s *story) round() {
	for range s.rnd.IntN(6) {
		s.change()
	}
	m := mischief(1 + s.rnd.IntN(int(mischiefs)-1))
	s.did[m]++
	before, _ := s.c.AsOf()
	shown := s.shown()
	s.line.next(m, s.rnd.IntN(8))
	rep, err := s.c.Sync(ctx, nil)
	s.line.next(good, -1)
	s.bad++
	at, _ := s.c.AsOf()
	now := s.src.all(s.sess)
	for ref := range s.shown() {
		if strings.HasPrefix(ref.ID, "other") {
			s.t.Fatalf("%v: %s of another patient is shown", m, ref)
		}
	}
	switch whole := err == nil && rep.Missing == 0 && len(rep.Aside) == 0; {
	case whole && !m.lies():
		s.whole++
		s.same(fmt.Sprintf("after a sync with %v that counted as whole", m), now, s.src.sweeps() == 0)
	case err != nil && !at.Equal(before):
		s.t.Fatalf("%v: the copy is said to be of %v after a sync that failed: %v", m, at, err)
	}
	if !m.lies() && m != anothers { // what the desk had and the server has is not lost meanwhile
		after := s.shown()
		for ref := range shown {
			if now[ref] != nil && after[ref] == nil {
				s.t.Fatalf("%v: %s is lost", m, ref)
			}
		}
	}
	if s.rnd.IntN(3) == 0 {
		s.change()
	}
	if s.rnd.IntN(8) == 0 {
		s.restarts++
		s.restart()
	}
	s.good(fmt.Sprintf("after %v, %d changes", m, s.changes))
}

func (s *story) change() {
	s.changes++
	id := fmt.Sprintf("r%d", s.rnd.IntN(40))
	if s.rnd.IntN(3) == 0 {
		s.src.remove(id)
	} else {
		s.src.put(id, s.changes)
	}
	if s.rnd.IntN(4) == 0 {
		s.src.later(time.Duration(s.rnd.IntN(400)) * time.Second)
	}
}

// good brings the desk into step over a good line and holds it against the server.
func (s *story) good(when string) {
	s.t.Helper()
	var rep ehrdesk.SyncReport
	var err error
	s.src.later(s.src.sweeps())
	for range 3 {
		if rep, err = s.c.Sync(ctx, nil); err == nil && rep.Missing == 0 && len(rep.Aside) == 0 {
			s.same(when, s.src.all(s.sess), true)
			return
		}
		s.src.later(time.Minute)
	}
	s.t.Fatalf("%s: not in step over a good line: %+v, %v", when, rep, err)
}

func (s *story) shown() map[ehrdesk.Ref][]byte {
	out := map[ehrdesk.Ref][]byte{}
	for _, sum := range s.c.Summary() {
		for _, r := range s.c.List(sum.Type) {
			raw, err := s.c.Raw(ctx, r.Ref())
			if err != nil {
				s.t.Fatal(r.Ref(), err)
			}
			out[r.Ref()] = raw
		}
	}
	return out
}

// same holds what is shown against what the server has; gone also against what it has no more.
func (s *story) same(when string, want map[ehrdesk.Ref][]byte, gone bool) {
	s.t.Helper()
	got := s.shown()
	for ref, body := range got {
		if !bytes.Equal(body, want[ref]) && (gone || want[ref] != nil) {
			s.t.Fatalf("%s: %s is\n%s\nand the server has\n%s", when, ref, body, cmp.Or(string(want[ref]), "nothing"))
		}
	}
	for ref := range want {
		if got[ref] == nil && ref.Resource == "Observation" {
			s.t.Fatalf("%s: %s is missing", when, ref)
		}
	}
}
