package client_test

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/cachetest"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/ehrdesk/ehrdesk/internal/testcentre"
	"github.com/ehrdesk/ehrdesk/internal/testclock"
)

// world is a real centre on loopback, a desk over it, and a line between them
// that a test can cut or spoil.
type world struct {
	t         *testing.T
	centre    *central.Centre
	base      string
	line      *line
	desk      *client.Desk
	dir       string
	centreDir string // the centre's folder
	hcp       string
	clock     *clock
	limit     client.Ceiling
	pdf       client.PDFReader
	drafts    client.Drafter
	forms     []ehrdesk.FormOffer   // of the site
	acts      []ehrdesk.OneWord     // that the site has a second person approve
	second    []string              // forms that the site has a second person approve
	skew      time.Duration         // of the desk's clock to the centre's
	patience  time.Duration         // of the desk with the centre, where it has a copy; 0 is longer than a test takes
	reports   *[]ehrdesk.ReportRule // the site's, nil for the program's own
	signers   client.Signers        // the authorities that the site names
	archive   *client.CaseArchiveKey
}

// deskNow is the desk's clock.
func (w *world) deskNow() time.Time {
	now := w.clock.now()
	w.clock.mu.Lock()
	defer w.clock.mu.Unlock()
	return now.Add(w.skew)
}

// wind sets the desk's clock, apart from the centre's.
func (w *world) wind(skew time.Duration) {
	w.clock.mu.Lock()
	defer w.clock.mu.Unlock()
	w.skew = skew
}

type clock struct {
	mu   sync.Mutex
	t    time.Time
	goes time.Time // since when it goes by itself, from t on; zero while it stands
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.goes.IsZero() {
		return c.t
	}
	return c.t.Add(time.Since(c.goes))
}

func (c *clock) advance(d time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.t = c.t.Add(d) }

// hasLeft goes on to the next day where less than d of this one is left.
func (c *clock) hasLeft(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = testclock.SameDay(c.t, d)
}

// line is the transport of the desk.
type line struct {
	mu    sync.Mutex
	cut   bool
	spoil func(req *http.Request, body []byte) []byte
	seen  []string // method, URL and body of each request

	path  string // requests whose URL holds it break; "" for none
	nth   int    // the request from now that breaks; below 0 for none
	after bool   // when the centre has acted, and not before it hears
	twice bool   // every request arrives twice

	fail   func(*http.Request) (status int) // answers instead of the centre; 0 for none
	header http.Header                      // of what fail answers

	instead func(*http.Request) (*http.Response, error) // of the centre; nil for nobody

	streams []io.Closer   // of events
	heard   chan struct{} // one for every stream of events of which the desk has read the beginning
}

// eventStream tells when the first of it is read: from there on the desk knows
// where it has come to, and misses nothing.
type eventStream struct {
	io.ReadCloser
	begun  sync.Once
	listen func()
}

func (s *eventStream) Read(p []byte) (int, error) {
	n, err := s.ReadCloser.Read(p)
	if n > 0 {
		s.begun.Do(s.listen)
	}
	return n, err
}

// listening waits until the desk hears the centre's events.
func (w *world) listening() {
	w.t.Helper()
	select {
	case <-w.line.heard:
	case <-time.After(patience):
		w.t.Fatal("the desk does not listen")
	}
}

// patience is how long a test waits for what another goroutine does. It is there
// so that a test ends; nothing is measured by it.
const patience = 2 * time.Minute

// double makes every request arrive twice.
func (l *line) double(on bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.twice = on
}

// hangUp ends every stream of events there is.
func (l *line) hangUp() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range l.streams {
		_ = s.Close()
	}
	l.streams = nil
}

// breakAt breaks every request whose URL holds path.
func (l *line) breakAt(path string, after bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.path, l.after = path, after
}

// breakNth breaks one request, counted from 0.
func (l *line) breakNth(n int, after bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.nth, l.after = n, after
}

// breaks reports whether r is to break. The caller holds l.mu.
func (l *line) breaks(r *http.Request) bool {
	if l.path != "" && strings.Contains(r.URL.Path, l.path) {
		return true
	}
	l.nth--
	return l.nth == -1
}

func (l *line) RoundTrip(r *http.Request) (*http.Response, error) {
	l.mu.Lock()
	cut, spoil, after := l.cut, l.spoil, l.after
	broken, twice, fail, instead := l.breaks(r), l.twice, l.fail, l.instead
	l.seen = append(l.seen, r.Method+" "+r.URL.String())
	l.mu.Unlock()
	if cut || broken && !after {
		return nil, fmt.Errorf("dial tcp: no route to host")
	}
	if instead != nil {
		return instead(r)
	}
	if fail != nil {
		if status := fail(r); status != 0 {
			res := &http.Response{StatusCode: status, Header: maps.Clone(l.header), Body: http.NoBody, Request: r, ProtoMajor: 1, ProtoMinor: 1}
			if status >= 400 && status < 500 { // the centre's own word
				res.Header = http.Header{"Content-Type": {"application/fhir+json"}}
				maps.Copy(res.Header, l.header)
				res.Body = io.NopCloser(strings.NewReader(`{"resourceType":"OperationOutcome"}`))
			}
			return res, nil
		}
	}
	if twice && r.GetBody != nil {
		again := r.Clone(r.Context())
		again.Body, _ = r.GetBody()
		if res, err := http.DefaultTransport.RoundTrip(again); err == nil {
			res.Body.Close()
		}
	}
	res, err := http.DefaultTransport.RoundTrip(r)
	if err == nil && broken {
		res.Body.Close()
		return nil, fmt.Errorf("read tcp: connection reset by peer")
	}
	if err == nil && strings.HasSuffix(r.URL.Path, "$events") {
		res.Body = &eventStream{ReadCloser: res.Body, listen: func() {
			select {
			case l.heard <- struct{}{}:
			default: // nobody counts them
			}
		}}
		l.mu.Lock()
		l.streams = append(l.streams, res.Body)
		l.mu.Unlock()
		return res, nil
	}
	if err != nil || spoil == nil {
		return res, err
	}
	body, err := io.ReadAll(res.Body)
	res.Body.Close()
	if err != nil {
		return nil, err
	}
	body = spoil(r, body)
	res.Body, res.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return res, nil
}

// fails has requests answered with a status before the centre hears of them.
func (l *line) fails(f func(*http.Request) int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fail = f
}

// stands has somebody else answer in the centre's place, nil for nobody.
func (l *line) stands(f func(*http.Request) (*http.Response, error)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.instead = f
}

// requests are those so far whose URL holds a word.
func (l *line) requests(word string) (out []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range l.seen {
		if strings.Contains(r, word) {
			out = append(out, r)
		}
	}
	return out
}

func (l *line) set(cut bool, spoil func(*http.Request, []byte) []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut, l.spoil = cut, spoil
}

const pass = "tall ships 七十二"

func newWorld(t *testing.T, cacheHours int) *world {
	t.Helper()
	return newWorldOf(t, cacheHours, nil)
}

// newWorldOf is a world whose centre is opened as edit says.
func newWorldOf(t *testing.T, cacheHours int, edit func(*world, *central.Options)) *world {
	t.Helper()
	w := &world{t: t, line: &line{nth: -1, heard: make(chan struct{}, 8)}, dir: t.TempDir(), centreDir: t.TempDir(), clock: &clock{t: testclock.Start().Truncate(time.Second)}}
	var err error
	ctx := context.Background()
	o := central.Options{Dir: w.centreDir, Now: w.clock.now}
	if edit != nil {
		edit(w, &o)
	}
	if o.Store == "" && o.Now != nil {
		testcentre.Lately(t, o.Dir, o.Now())
	}
	if w.centre, err = central.Open(ctx, o); err != nil {
		t.Fatal(err)
	}
	run, err := w.centre.Start(ctx, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w.base = run.Base
	if w.hcp, err = w.centre.AddHCP(ctx, central.HCP{Name: "Harbour Light", CacheHours: cacheHours}); err != nil {
		t.Fatal(err)
	}
	w.open()
	t.Cleanup(func() {
		if err := w.desk.Close(); err != nil {
			t.Error(err)
		}
		_ = run.Close(ctx)
		_ = w.centre.Close()
	})
	return w
}

// open starts the desk, as at the start of a day.
func (w *world) open() {
	w.desk = client.New(client.Options{Dir: w.dir, HTTP: &http.Client{Transport: w.line}, Patience: cmp.Or(w.patience, time.Minute), Now: w.deskNow, Cost: cachetest.Cost(), Ceiling: w.limit, PDF: w.pdf, Certificates: client.Certificates{Signers: w.signers}, Writes: client.Writes{Drafts: w.drafts, Forms: w.forms, Second: w.second, SecondActs: w.acts, Reports: w.reports, Archive: w.archive}})
}

// reopen is the desk begun anew, which waits so long for the centre where it has a copy.
func (w *world) reopen(patience time.Duration) {
	w.t.Helper()
	if err := w.desk.Close(); err != nil {
		w.t.Fatal(err)
	}
	w.patience = patience
	w.open()
}

func (w *world) enrol(staff string, role ehrdesk.Profession) {
	w.t.Helper()
	code, err := w.centre.AddAccount(context.Background(), w.hcp, staff, "Dr "+staff, role)
	if err != nil {
		w.t.Fatal(err)
	}
	a, err := w.desk.Enrol(context.Background(), ehrdesk.Enrolment{Central: w.base, Staff: staff, Code: ehrdesk.NewSecret(code), Passphrase: ehrdesk.NewSecret(pass)})
	if err != nil || a.Staff != staff || a.Role != role || a.Provider != w.hcp {
		w.t.Fatalf("enrol: %+v, %v", a, err)
	}
}

func (w *world) signIn(staff string) *client.Session {
	w.t.Helper()
	s, err := w.desk.SignIn(context.Background(), staff, ehrdesk.NewSecret(pass))
	if err != nil {
		w.t.Fatal(err)
	}
	return s.(*client.Session)
}

// patient imports one person with n records and gives the numbers.
func (w *world) patient(name string, n int) (ehrdesk.Number, string) {
	w.t.Helper()
	id := strings.ToLower(name)
	var b strings.Builder
	fmt.Fprintf(&b, `{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","id":"%s","name":[{"family":"%s","given":["Test"]},{"text":"陳大文"}],"gender":"female","birthDate":"1970-01-02"}},
	{"resource":{"resourceType":"Organization","id":"org-%s","name":"Queen Mary Hospital"}},
	{"resource":{"resourceType":"Encounter","id":"enc-%s","status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/%s"},"serviceProvider":{"reference":"Organization/org-%s"}}},
	{"resource":{"resourceType":"Claim","id":"claim-%s","status":"active","patient":{"reference":"Patient/%s"}}},
	{"resource":{"resourceType":"AllergyIntolerance","id":"alg-%s","clinicalStatus":{"coding":[{"code":"active"}]},"code":{"text":"penicillin 盤尼西林"},"patient":{"reference":"Patient/%s"},"recordedDate":"2024-03-04","reaction":[{"manifestation":[{"text":"anaphylaxis"}]}]}}`,
		id, name, id, id, id, id, id, id, id, id)
	for i := range n {
		fmt.Fprintf(&b, `,{"resource":{"resourceType":"Observation","id":"obs-%s-%d","status":"final","category":[{"coding":[{"code":"laboratory"}]}],"code":{"text":"Potassium %d"},"subject":{"reference":"Patient/%s"},"encounter":{"reference":"Encounter/enc-%s"},"effectiveDateTime":"2025-01-%02dT10:00:00+08:00","valueQuantity":{"value":4.%d0,"unit":"mmol/L"}}}`, id, i, i, id, id, i%28+1, i%10)
	}
	b.WriteString(`]}`)
	rep, err := w.centre.Import(context.Background(), strings.NewReader(b.String()), name)
	if err != nil || len(rep) != 1 || rep[0].OutOfScope["Claim"] != 1 {
		w.t.Fatalf("import: %+v, %v", rep, err)
	}
	e, err := ehrdesk.ParseEHRNumber(rep[0].EHR)
	if err != nil {
		w.t.Fatal(err)
	}
	return ehrdesk.Number{EHR: e}, rep[0].AccessKey
}

func (w *world) consent(s *client.Session, n ehrdesk.Number, key string) ehrdesk.Receipt {
	w.t.Helper()
	r, err := s.Grant(context.Background(), grant(w.t, n, key))
	if err != nil || r.Reference == "" {
		w.t.Fatalf("grant: %+v, %v", r, err)
	}
	return r
}

func grant(t *testing.T, n ehrdesk.Number, key string) ehrdesk.Grant {
	t.Helper()
	k, err := ehrdesk.ParseAccessKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return ehrdesk.Grant{Patient: n, Channel: ehrdesk.ByAccessKey, Term: ehrdesk.Indefinite, Giver: ehrdesk.Giver{Kind: ehrdesk.SelfGiver},
		NoticeRead: true, DocumentSighted: true, AccessKey: k}
}

func (w *world) chart(s *client.Session, n ehrdesk.Number) ehrdesk.Chart {
	w.t.Helper()
	c, err := s.Open(context.Background(), n, ehrdesk.Consultation, "")
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := c.Sync(context.Background(), nil); err != nil {
		w.t.Fatal(err)
	}
	return c
}

func count(c ehrdesk.Chart) int {
	n := 0
	for _, s := range c.Summary() {
		n += s.Count
	}
	return n
}
