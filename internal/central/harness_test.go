package central_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/ehrdesk/ehrdesk/internal/testcentre"
	"github.com/ehrdesk/ehrdesk/internal/testclock"
	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/google/uuid"
)

// clock is a fake clock that tests move by hand.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time          { c.mu.Lock(); defer c.mu.Unlock(); return c.t }
func (c *clock) advance(d time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.t = c.t.Add(d) }

// began is when every test's clock starts.
func began() time.Time { return testclock.Or(time.Date(2026, 4, 8, 9, 0, 0, 0, time.UTC)) }

// stamp is a moment after that, as the centre writes it.
func stamp(after time.Duration) string {
	return began().Add(after).UTC().Format("2006-01-02T15:04:05.000Z")
}

// world is a centre that listens, with a clock and a log to look into.
type world struct {
	t     testing.TB
	c     *central.Centre
	clock *clock
	base  string
	log   *safeBuffer
	dir   string
	store string // the database that has its store, "" for the folder
}

type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}
func (b *safeBuffer) String() string { b.mu.Lock(); defer b.mu.Unlock(); return b.b.String() }

func newWorld(t testing.TB, edit ...func(*central.Options)) *world {
	t.Helper()
	w := &world{t: t, clock: &clock{t: began()}, log: &safeBuffer{}, dir: t.TempDir()}
	o := central.Options{Dir: w.dir, Store: w.store, Now: w.clock.now, Log: slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	o.Store = database(t)
	for _, f := range edit {
		f(&o)
	}
	w.store = o.Store
	if o.Store == "" && o.Now != nil {
		testcentre.In(t, o.Dir, o.Now())
	}
	var err error
	w.c, err = central.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(w.c.Handler())
	w.base = srv.URL + "/fhir"
	if os.Getenv(onServer) != "" {
		w.base = w.beside(o, srv.URL) + "/fhir"
	}
	t.Cleanup(func() {
		srv.Close()
		if err := w.c.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

// serve is the address of one more server of a centre.
func serve(t testing.TB, c *central.Centre) string {
	t.Helper()
	srv := httptest.NewServer(c.Handler())
	t.Cleanup(srv.Close)
	return srv.URL
}

func (w *world) hcp(h central.HCP) string {
	w.t.Helper()
	id, err := w.c.AddHCP(w.t.Context(), h)
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

func (w *world) importText(text string) []central.ImportReport {
	w.t.Helper()
	out, err := w.c.Import(w.t.Context(), strings.NewReader(text), "test")
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

// desk is an enrolled account on an installation, signed in.
type desk struct {
	w             *world
	hcp, staff    string
	client, token string
	deskKey, key  *ecdsa.PrivateKey
	holder        *ecdsa.PrivateKey // what the token is bound to
	given         string            // the centre's, as last heard
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// desk enrols and signs in somebody of a role.
func (w *world) desk(hcp string, role ehrdesk.Profession) *desk {
	w.t.Helper()
	d := &desk{w: w, hcp: hcp, staff: string(role) + ".one", deskKey: newKey(w.t), key: newKey(w.t), holder: newKey(w.t)}
	code, err := w.c.AddAccount(w.t.Context(), hcp, d.staff, "Somebody", role)
	if err != nil {
		w.t.Fatal(err)
	}
	status, answer := d.enrol(code)
	if status != http.StatusCreated {
		w.t.Fatalf("enrol: %d %v", status, answer)
	}
	d.client = answer["client_id"].(string)
	d.signIn()
	return d
}

func (d *desk) enrol(code string) (int, map[string]any) {
	d.w.t.Helper()
	return d.enrolAt(code, "")
}

// enrolAt names the provider that the code is of.
func (d *desk) enrolAt(code, hcp string) (int, map[string]any) {
	d.w.t.Helper()
	body, err := json.Marshal(map[string]any{"activation_code": code, "staff": d.staff, "hcp": hcp, "install": "test",
		"desk_key": jose.JSONWebKey{Key: d.deskKey.Public()}, "person_key": jose.JSONWebKey{Key: d.key.Public()}})
	if err != nil {
		d.w.t.Fatal(err)
	}
	return d.w.post("/enrol", "application/json", string(body))
}

func (w *world) post(path, kind, body string) (int, map[string]any) {
	w.t.Helper()
	res, err := http.Post(w.base+path, kind, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	var answer map[string]any
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
		w.t.Fatal(err)
	}
	return res.StatusCode, answer
}

func (w *world) get(path string) (int, map[string]any) {
	w.t.Helper()
	res, err := http.Get(w.base + path)
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	var answer map[string]any
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
		w.t.Fatal(err)
	}
	return res.StatusCode, answer
}

func (w *world) assertion(key *ecdsa.PrivateKey, who string, change func(*jwt.Claims), more ...any) string {
	w.t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key}, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	claims := jwt.Claims{Issuer: who, Subject: who, Audience: jwt.Audience{w.base + "/token"}, ID: uuid.NewString(), Expiry: jwt.NewNumericDate(w.clock.now().Add(4 * time.Minute))}
	if change != nil {
		change(&claims)
	}
	signed := jwt.Signed(signer).Claims(claims)
	for _, m := range more {
		signed = signed.Claims(m)
	}
	text, err := signed.Serialize()
	if err != nil {
		w.t.Fatal(err)
	}
	return text
}

func (d *desk) tokenForm(person, client string) string {
	return url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"}, "assertion": {person},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}, "client_assertion": {client}}.Encode()
}

func (d *desk) signIn() map[string]any {
	d.w.t.Helper()
	status, answer := d.asks(d.w.assertion(d.key, d.staff+"@"+d.hcp, nil), d.names(d.deskKey, d.client))
	if status != http.StatusOK {
		d.w.t.Fatalf("token: %d %v", status, answer)
	}
	d.token = answer["access_token"].(string)
	return answer
}

// do sends a request of a desk. A body beginning with { is JSON, any other a form.
func (d *desk) do(method, path, body string, header ...string) (int, string) {
	d.w.t.Helper()
	status, _, text := d.full(method, path, body, header...)
	return status, text
}

func (d *desk) full(method, path, body string, header ...string) (int, http.Header, string) {
	d.w.t.Helper()
	if !strings.HasPrefix(path, "http") {
		path = d.w.base + path
	}
	req, err := http.NewRequestWithContext(d.w.t.Context(), method, path, strings.NewReader(body))
	if err != nil {
		d.w.t.Fatal(err)
	}
	d.authorize(req)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if strings.HasPrefix(body, "{") {
		req.Header.Set("Content-Type", "application/fhir+json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		d.w.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		d.w.t.Fatal(err)
	}
	d.hear(res)
	if res.StatusCode == http.StatusUnauthorized && strings.Contains(res.Header.Get("WWW-Authenticate"), "use_dpop_nonce") && !slices.Contains(header, "DPoP") {
		return d.full(method, path, body, header...)
	}
	return res.StatusCode, res.Header, string(b)
}

// want does a request that must be answered with status.
func (d *desk) want(status int, method, path, body string, header ...string) string {
	d.w.t.Helper()
	got, text := d.do(method, path, body, header...)
	if got != status {
		d.w.t.Fatalf("%s %s: status %d, want %d: %s", method, path, got, status, text)
	}
	return text
}

// issue is the code of SystemIssue in an OperationOutcome.
func issue(t testing.TB, text string) string {
	t.Helper()
	var o struct {
		ResourceType string
		Issue        []struct {
			Details struct {
				Coding []struct{ System, Code string }
			}
		}
	}
	if err := json.Unmarshal([]byte(text), &o); err != nil || o.ResourceType != "OperationOutcome" || len(o.Issue) != 1 {
		t.Fatalf("no OperationOutcome: %s", text)
	}
	if len(o.Issue[0].Details.Coding) == 0 {
		return ""
	}
	if o.Issue[0].Details.Coding[0].System != ehrdesk.SystemIssue {
		t.Fatalf("issue of another system: %s", text)
	}
	return o.Issue[0].Details.Coding[0].Code
}

// bundle is a searchset or history as tests look at it.
type bundle struct {
	ResourceType, Type, Timestamp string
	Total                         int
	Link                          []struct{ Relation, URL string }
	Entry                         []struct {
		FullURL   string
		Resource  json.RawMessage
		Search    struct{ Mode string }
		Request   struct{ Method, URL string }
		Response  struct{ Status, Location string }
		Extension []struct{ URL, ValueCode string }
	}
}

func parse(t testing.TB, text string) bundle {
	t.Helper()
	var b bundle
	if err := json.Unmarshal([]byte(text), &b); err != nil || b.ResourceType != "Bundle" {
		t.Fatalf("no Bundle: %v: %.300s", err, text)
	}
	return b
}

func (b bundle) next() string {
	for _, l := range b.Link {
		if l.Relation == "next" {
			return l.URL
		}
	}
	return ""
}

// all follows next links and joins the entries.
func (d *desk) all(path string) (entries []string, first bundle) {
	d.w.t.Helper()
	for pages := 0; path != ""; pages++ {
		b := parse(d.w.t, d.want(200, "GET", path, ""))
		if pages == 0 {
			first = b
		}
		for _, e := range b.Entry {
			entries = append(entries, string(e.Resource))
		}
		path = b.next()
	}
	return entries, first
}

// grantBody is a complete grant; edit may spoil it.
func grantBody(ehr string, edit func(map[string]map[string]any)) string {
	p := map[string]map[string]any{
		"identifier":      {"valueIdentifier": map[string]string{"system": ehrdesk.SystemEHR, "value": ehr}},
		"channel":         {"valueCode": "form"},
		"formReference":   {"valueString": uuid.NewString()},
		"term":            {"valueCode": "indefinite"},
		"giver":           {"part": []any{map[string]any{"name": "kind", "valueCode": "patient"}}},
		"noticeReadAt":    {"valueInstant": stamp(-time.Minute)},
		"documentSighted": {"valueBoolean": true},
		"requestId":       {"valueUuid": uuid.NewString()},
		"notice":          {"part": notice("participant-information-notice")},
		"notice2":         {"part": notice("personal-information-collection-statement")},
	}
	if edit != nil {
		edit(p)
	}
	var list []any
	for name, v := range p {
		v["name"] = strings.TrimRight(name, "2")
		list = append(list, v)
	}
	b, err := json.Marshal(map[string]any{"resourceType": "Parameters", "parameter": list})
	if err != nil {
		panic(err)
	}
	return string(b)
}

func notice(id string) []any {
	return []any{map[string]any{"name": "id", "valueString": id}, map[string]any{"name": "version", "valueString": "training-2026.1"}}
}

func (d *desk) grant(ehr string) string {
	d.w.t.Helper()
	return d.want(200, "POST", "/Patient/$grant-sharing-consent", grantBody(ehr, nil))
}

// patientBundle is a small transaction of one patient.
func patientBundle(id, family string, more ...string) string {
	entries := []string{fmt.Sprintf(`{"fullUrl":"urn:uuid:%s","resource":{"resourceType":"Patient","id":"%s","name":[{"family":"%s","given":["Tai Man"]},{"text":"陳大文"}],"birthDate":"1960-02-03","gender":"male","telecom":[{"system":"phone","value":"51112222"}]}}`, id, id, family)}
	return `{"resourceType":"Bundle","type":"transaction","entry":[` + strings.Join(append(entries, more...), ",") + `]}`
}

func entry(resource string) string { return `{"resource":` + resource + `}` }

const uuidA, uuidB, uuidC = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222", "33333333-3333-4333-8333-333333333333"
