package cdshooks_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/cdshooks"
)

// asked is a desk that keeps what it was asked.
type asked struct {
	calls  []cdshooks.Call
	answer func(context.Context) ([]cdshooks.Card, error)
}

func (a *asked) Ask(ctx context.Context, c cdshooks.Call) ([]cdshooks.Card, error) {
	a.calls = append(a.calls, c)
	if a.answer == nil {
		return nil, nil
	}
	return a.answer(ctx)
}

const token = "a token of this test"

// now is an evening in November.
func now() time.Time { return time.Date(2026, time.November, 30, 18, 0, 0, 0, ehrdesk.HongKong()) }

func options(d cdshooks.Desk) cdshooks.Options {
	return cdshooks.Options{Desk: d, Token: ehrdesk.NewSecret(token), Wait: time.Minute, Now: now}
}

// sends is a request as a caller sends it, and what came of it.
func sends(h http.Handler, method, path, body string, change ...func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://127.0.0.1:8765"+path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	for _, c := range change {
		c(r)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

const view, order = "/cds-services/ehrdesk-patient-view", "/cds-services/ehrdesk-order-select"

// patientID is the EMR's own id: it says nothing to eHealth.
const patientID = "emr-17"

func patient(identifiers string) string {
	return `{"resourceType":"Patient","id":"` + patientID + `","identifier":[` + identifiers + `]}`
}

const ehr = `{"system":"urn:example:hk:ehr-no","value":"123456789012"}`

func call(hook, more, prefetch string) string {
	return fmt.Sprintf(`{"hook":%q,"hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea","fhirServer":"http://emr.example/fhir","context":{"userId":"Practitioner/7","patientId":%q%s},"prefetch":{"patient":%s}}`,
		hook, patientID, more, prefetch)
}

func viewed() string { return call("patient-view", "", patient(ehr)) }

// drug is an order for a drug that is not signed.
func drug(id, name, more string) string {
	return fmt.Sprintf(`{"resource":{"resourceType":"MedicationRequest","id":%q,"status":"draft","intent":"proposal","subject":{"reference":"Patient/%s"},"medicationCodeableConcept":{"text":%q}%s}}`, id, patientID, name, more)
}

func ordered(selections string, entries ...string) string {
	return call("order-select", `,"selections":[`+selections+`],"draftOrders":{"resourceType":"Bundle","type":"collection","entry":[`+strings.Join(entries, ",")+`]}`, patient(ehr))
}

func TestDiscoverySaysWhichServicesThereAre(t *testing.T) {
	w := sends(cdshooks.New(options(&asked{})), http.MethodGet, "/cds-services", "")
	var got struct {
		Services []struct {
			Hook, ID, Title, Description string
			Prefetch                     map[string]string
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &got, json.MatchCaseInsensitiveNames(true)); err != nil || w.Code != http.StatusOK || len(got.Services) != 2 {
		t.Fatalf("%d %s: %v", w.Code, w.Body, err)
	}
	for i, hook := range []string{"patient-view", "order-select"} {
		s := got.Services[i]
		if s.Hook != hook || s.ID != "ehrdesk-"+hook || s.Title == "" || s.Description == "" || s.Prefetch["patient"] != "Patient/{{context.patientId}}" {
			t.Errorf("%+v", s)
		}
	}
}

// Who may not ask learns nothing, and no record is opened.
func TestWhoShowsNoTokenOrComesAnotherWayIsRefused(t *testing.T) {
	head := func(name, value string) func(*http.Request) {
		return func(r *http.Request) {
			r.Header.Del(name)
			if value != "" {
				r.Header.Set(name, value)
			}
		}
	}
	host := func(h string) func(*http.Request) { return func(r *http.Request) { r.Host = h } }
	for _, c := range []struct {
		name   string
		change func(*http.Request)
		status int
	}{
		{"no token", head("Authorization", ""), http.StatusUnauthorized},
		{"a wrong token", head("Authorization", "Bearer another"), http.StatusUnauthorized},
		{"a part of the token", head("Authorization", "Bearer "+token[:5]), http.StatusUnauthorized},
		{"another kind of token", head("Authorization", "Basic "+token), http.StatusUnauthorized},
		{"two tokens", func(r *http.Request) { r.Header.Add("Authorization", "Bearer "+token) }, http.StatusUnauthorized},
		{"a name that was made to lead here", host("emr.example:8765"), http.StatusForbidden},
		{"an address that is not loopback", host("192.168.1.2:8765"), http.StatusForbidden},
		{"no host", host(""), http.StatusForbidden},
		{"a page", head("Origin", "https://elsewhere.example"), http.StatusForbidden},
		{"a page without an origin", head("Origin", "null"), http.StatusForbidden},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := &asked{}
			w := sends(cdshooks.New(options(d)), http.MethodPost, view, viewed(), c.change)
			if w.Code != c.status || w.Body.Len() > 0 || len(d.calls) > 0 || w.Header().Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%d %q, %d calls, %v", w.Code, w.Body, len(d.calls), w.Header())
			}
		})
	}
	for _, h := range []string{"localhost:8765", "127.0.0.1", "[::1]:8765", "127.0.0.2:1"} {
		if w := sends(cdshooks.New(options(&asked{})), http.MethodPost, view, viewed(), host(h)); w.Code != http.StatusOK {
			t.Errorf("%s: %d", h, w.Code)
		}
	}
}

func TestAPageOfAnOriginThatIsNamedMayCall(t *testing.T) {
	o := options(&asked{})
	o.Origins = []string{"https://emr.example"}
	h := cdshooks.New(o)
	from := func(origin string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("Origin", origin) }
	}
	w := sends(h, http.MethodPost, view, viewed(), from("https://emr.example"))
	if w.Code != http.StatusOK || w.Header().Get("Access-Control-Allow-Origin") != "https://emr.example" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	bare := func(r *http.Request) { r.Header.Del("Authorization") }
	if w := sends(h, http.MethodOptions, view, "", from("https://emr.example"), bare); w.Code != http.StatusNoContent || !strings.Contains(w.Header().Get("Access-Control-Allow-Headers"), "Authorization") {
		t.Errorf("what a browser asks first: %d %v", w.Code, w.Header())
	}
	for _, other := range []string{"https://emr.example.evil.example", "http://emr.example", "https://emr.example:444"} {
		if w := sends(h, http.MethodPost, view, viewed(), from(other)); w.Code != http.StatusForbidden {
			t.Errorf("%s: %d", other, w.Code)
		}
	}
	if w := sends(h, http.MethodPost, view, viewed(), from("https://emr.example"), bare); w.Code != http.StatusUnauthorized {
		t.Errorf("without the token: %d", w.Code)
	}
}

func TestACallThatIsNoneIsRefusedAndOpensNothing(t *testing.T) {
	other := strings.Replace(patient(ehr), patientID, "emr-18", 1)
	for _, c := range []struct {
		name, method, path, body string
		status                   int
	}{
		{"no such service", http.MethodPost, "/cds-services/other", viewed(), http.StatusNotFound},
		{"no such page", http.MethodGet, "/", "", http.StatusNotFound},
		{"feedback", http.MethodPost, view + "/feedback", "{}", http.StatusNotFound},
		{"a service that is read", http.MethodGet, view, "", http.StatusMethodNotAllowed},
		{"discovery that is written", http.MethodPost, "/cds-services", "{}", http.StatusMethodNotAllowed},
		{"another hook", http.MethodPost, view, ordered(`"MedicationRequest/1"`, drug("1", "Warfarin 3 mg", "")), http.StatusBadRequest},
		{"no JSON", http.MethodPost, view, "hello", http.StatusBadRequest},
		{"a name twice", http.MethodPost, view, strings.Replace(viewed(), `"hook":`, `"hook":"order-select","hook":`, 1), http.StatusBadRequest},
		{"no instance", http.MethodPost, view, strings.Replace(viewed(), "hookInstance", "x", 1), http.StatusBadRequest},
		{"no user", http.MethodPost, view, strings.Replace(viewed(), "userId", "x", 1), http.StatusBadRequest},
		{"no patient", http.MethodPost, view, strings.Replace(viewed(), "patientId", "x", 1), http.StatusBadRequest},
		{"too large", http.MethodPost, view, viewed() + strings.Repeat(" ", cdshooks.MostBody), http.StatusRequestEntityTooLarge},
		{"no number", http.MethodPost, view, call("patient-view", "", "null"), http.StatusPreconditionFailed},
		{"a number of the EMR's own", http.MethodPost, view, call("patient-view", "", patient(`{"system":"urn:emr","value":"123456789012"}`)), http.StatusPreconditionFailed},
		{"another patient sent along", http.MethodPost, view, call("patient-view", "", other), http.StatusBadRequest},
		{"no patient sent along", http.MethodPost, view, call("patient-view", "", `{"resourceType":"Group","id":"emr-17"}`), http.StatusBadRequest},
		{"a wrong check digit", http.MethodPost, view, call("patient-view", "", patient(`{"system":"urn:example:hk:hkic","value":"A1234564"}`)), http.StatusBadRequest},
		{"two people's numbers", http.MethodPost, view, call("patient-view", "", patient(ehr+`,{"system":"urn:example:hk:ehr-no","value":"123456789013"}`)), http.StatusBadRequest},
		{"no drafts", http.MethodPost, order, call("order-select", "", patient(ehr)), http.StatusBadRequest},
		{"a selection that is not there", http.MethodPost, order, ordered(`"MedicationRequest/2"`, drug("1", "Warfarin 3 mg", "")), http.StatusBadRequest},
		{"an order without an id", http.MethodPost, order, ordered(`"MedicationRequest/1"`, drug("1", "Warfarin 3 mg", ""), drug("", "Ibuprofen", "")), http.StatusBadRequest},
		{"two orders of one id", http.MethodPost, order, ordered(`"MedicationRequest/1"`, drug("1", "Warfarin 3 mg", ""), drug("1", "Ibuprofen", "")), http.StatusBadRequest},
		{"an order for somebody else", http.MethodPost, order, ordered(`"MedicationRequest/1"`, strings.Replace(drug("1", "Warfarin 3 mg", ""), patientID, "emr-18", 1)), http.StatusBadRequest},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := &asked{}
			w := sends(cdshooks.New(options(d)), c.method, c.path, c.body)
			if w.Code != c.status || len(d.calls) > 0 {
				t.Errorf("%d %s, %d calls", w.Code, w.Body, len(d.calls))
			}
			for _, secret := range []string{"123456789012", "A1234564", patientID, "Warfarin", "Practitioner/7"} {
				if strings.Contains(w.Body.String(), secret) {
					t.Errorf("the answer repeats %q: %s", secret, w.Body)
				}
			}
		})
	}
	plain := func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }
	if w := sends(cdshooks.New(options(&asked{})), http.MethodPost, view, viewed(), plain); w.Code != http.StatusUnsupportedMediaType {
		t.Errorf("text: %d", w.Code)
	}
}

func TestThePatientIsWhoEHealthKnowsByTheNumberSentAlong(t *testing.T) {
	const hkic = `{"system":"urn:example:hk:hkic","value":"A123456(3)"}`
	for _, c := range []struct{ name, identifiers, want string }{
		{"an eHR number", ehr, "1234 5678 9012"},
		{"an HKIC", hkic, "A123456(3)"},
		{"both: the one that eHealth gave", hkic + "," + ehr, "1234 5678 9012"},
		{"one number twice", hkic + `,{"system":"urn:example:hk:hkic","value":"A1234563"}`, "A123456(3)"},
	} {
		d := &asked{}
		w := sends(cdshooks.New(options(d)), http.MethodPost, view, call("patient-view", "", patient(c.identifiers)))
		if w.Code != http.StatusOK || len(d.calls) != 1 || d.calls[0].Number.Printed() != c.want || d.calls[0].Hook != cdshooks.PatientView {
			t.Errorf("%s: %d %s", c.name, w.Code, w.Body)
			continue
		}
		if beside := strings.Contains(c.identifiers, "hkic") && strings.Contains(c.identifiers, "ehr-no"); beside == d.calls[0].HKIC.IsZero() {
			t.Errorf("%s: the HKIC to be held against the record is there: %v", c.name, !beside)
		}
	}
}

// Twelve digits may be an EMR's own counting: only where it was said that ids are numbers is one taken for an eHR number.
func TestAnIDIsTakenForANumberOnlyWhereThatWasSaid(t *testing.T) {
	body := strings.ReplaceAll(call("patient-view", "", "null"), patientID, "123456789012")
	d := &asked{}
	if w := sends(cdshooks.New(options(d)), http.MethodPost, view, body); w.Code != http.StatusPreconditionFailed || len(d.calls) > 0 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	o := options(d)
	o.IDIsNumber = true
	if w := sends(cdshooks.New(o), http.MethodPost, view, body); w.Code != http.StatusOK || len(d.calls) != 1 || d.calls[0].Number.Printed() != "1234 5678 9012" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := sends(cdshooks.New(o), http.MethodPost, view, viewed()); w.Code != http.StatusBadRequest || len(d.calls) != 1 {
		t.Errorf("an id that is no number: %d %s", w.Code, w.Body)
	}
}

func TestOnlyTheUserWhoIsNamedMayCall(t *testing.T) {
	d := &asked{}
	o := options(d)
	o.User = "Practitioner/8"
	if w := sends(cdshooks.New(o), http.MethodPost, view, viewed()); w.Code != http.StatusForbidden || len(d.calls) > 0 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	o.User = "Practitioner/7"
	if w := sends(cdshooks.New(o), http.MethodPost, view, viewed()); w.Code != http.StatusOK || len(d.calls) != 1 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// What is asked of a draft is what would be so if it were signed now.
func TestDraftsAreOrdersOfNowAndThoseSelectedAreMarked(t *testing.T) {
	d := &asked{}
	product := `{"resource":{"resourceType":"Medication","id":"m","code":{"text":"Ibuprofen 400 mg tablet"}}}`
	by := `{"resource":{"resourceType":"MedicationRequest","id":"2","status":"draft","intent":"order","subject":{"reference":"http://emr.example/fhir/Patient/emr-17"},"medicationReference":{"reference":"Medication/m"}}}`
	test := `{"resource":{"resourceType":"ServiceRequest","id":"1","status":"draft","intent":"order","subject":{"reference":"Patient/emr-17"}}}`
	w := sends(cdshooks.New(options(d)), http.MethodPost, order, ordered(`"MedicationRequest/2","ServiceRequest/1"`, drug("1", "Warfarin 3 mg tablet", `,"authoredOn":"2019-01-01"`), by, product, test))
	if w.Code != http.StatusOK || len(d.calls) != 1 || len(d.calls[0].Drafts) != 2 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	for i, want := range []struct {
		id, title string
		selected  bool
	}{{"draft:1", "Warfarin 3 mg tablet", false}, {"draft:2", "Ibuprofen 400 mg tablet", true}} {
		x := d.calls[0].Drafts[i]
		if x.Record.ID != want.id || x.Record.Title != want.title || x.Selected != want.selected || x.Record.Status != "active" || !x.Record.Date.Time.Equal(now()) || x.Record.Kind != ehrdesk.KindMedication {
			t.Errorf("%+v", x)
		}
		f := x.Record.Facts()
		if s, _ := f.State(ehrdesk.StateIntent); s.Code() != "order" {
			t.Errorf("intent %q", s.Code())
		}
	}
}

func TestARecordIsNotOpenedForAnOrderThatIsNoDrug(t *testing.T) {
	d := &asked{}
	test := `{"resource":{"resourceType":"ServiceRequest","id":"1","status":"draft","intent":"order","subject":{"reference":"Patient/emr-17"}}}`
	w := sends(cdshooks.New(options(d)), http.MethodPost, order, ordered(`"ServiceRequest/1"`, drug("1", "Warfarin", ""), test))
	if w.Code != http.StatusOK || strings.TrimSpace(w.Body.String()) != `{"cards":[]}` || len(d.calls) > 0 {
		t.Errorf("%d %s, %d calls", w.Code, w.Body, len(d.calls))
	}
}

func TestCardsAreAsTheSpecificationHasThem(t *testing.T) {
	long := strings.Repeat("華法林 ", 60)
	d := &asked{answer: func(context.Context) ([]cdshooks.Card, error) {
		return []cdshooks.Card{
			{Summary: "STOP: warfarin + ibuprofen", Indicator: cdshooks.Critical, Lines: []string{"Bleeding", `<img src=x> [here](javascript:x) https://evil.example www.evil.example *a*`}, Source: "rules"},
			{Summary: long, Indicator: cdshooks.Info, Source: "rules"},
		}, nil
	}}
	w := sends(cdshooks.New(options(d)), http.MethodPost, view, viewed())
	var got struct {
		Cards []struct {
			UUID, Summary, Indicator, Detail string
			Source                           struct{ Label string }
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &got, json.MatchCaseInsensitiveNames(true)); err != nil || len(got.Cards) != 2 {
		t.Fatalf("%s: %v", w.Body, err)
	}
	a, b := got.Cards[0], got.Cards[1]
	if a.Indicator != "critical" || a.Source.Label != "rules" || a.UUID == b.UUID || len(a.UUID) != 36 || a.UUID[14] != '4' {
		t.Errorf("%+v", a)
	}
	if want := "- Bleeding\n- &lt;img src=x&gt; \\[here\\](javascript:x) https\\://evil.example www\\.evil.example \\*a\\*"; a.Detail != want {
		t.Errorf("detail %q\nwant   %q", a.Detail, want)
	}
	if n := len([]rune(b.Summary)); n >= 140 || n < 130 || !strings.HasSuffix(b.Summary, "…") {
		t.Errorf("%d characters: %s", n, b.Summary)
	}
}

func TestErrorsAreToldByStatusAndCode(t *testing.T) {
	for code, status := range map[ehrdesk.Code]int{
		ehrdesk.CodeLocked: http.StatusForbidden, ehrdesk.CodeNotSignedIn: http.StatusForbidden, ehrdesk.CodeDenied: http.StatusForbidden, ehrdesk.CodeConsentNeeded: http.StatusForbidden,
		ehrdesk.CodeNotFound: http.StatusNotFound, ehrdesk.CodeOffline: http.StatusServiceUnavailable, ehrdesk.CodeTimeout: http.StatusServiceUnavailable, ehrdesk.CodeTampered: http.StatusInternalServerError,
	} {
		var told cdshooks.Told
		o := options(&asked{answer: func(context.Context) ([]cdshooks.Card, error) {
			return nil, ehrdesk.Errorf("open", code, "words")
		}})
		o.Told = func(x cdshooks.Told) { told = x }
		w := sends(cdshooks.New(o), http.MethodPost, view, viewed())
		if w.Code != status || strings.TrimSpace(w.Body.String()) != fmt.Sprintf(`{"error":{"code":%q,"message":"words"}}`, code) {
			t.Errorf("%s: %d %s", code, w.Code, w.Body)
		}
		if told.Status != status || told.Code != code || told.Hook != cdshooks.PatientView {
			t.Errorf("told %+v", told)
		}
	}
}

func TestOneCallIsCarriedOutAtATimeAndSoManyWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		running, most := 0, 0
		o := options(&asked{answer: func(context.Context) ([]cdshooks.Card, error) {
			running++
			most = max(most, running)
			<-release
			running--
			return nil, nil
		}})
		o.Now = time.Now
		h := cdshooks.New(o)
		got := make(chan int, 20)
		ask := func() { got <- sends(h, http.MethodPost, view, viewed()).Code }
		for range 8 {
			go ask()
		}
		synctest.Wait()
		go ask() // the ninth finds no room
		synctest.Wait()
		if len(got) != 1 || <-got != http.StatusServiceUnavailable {
			t.Error("nine calls are in memory")
		}
		time.Sleep(2 * time.Minute) // of the bubble's clock: those that wait have had their time
		synctest.Wait()
		for range 7 {
			if len(got) == 0 || <-got != http.StatusServiceUnavailable {
				t.Fatal("a call that waits too long is not told so")
			}
		}
		close(release)
		if code := <-got; code != http.StatusOK || most != 1 {
			t.Errorf("%d, %d at once", code, most)
		}
	})
}

func TestHooksAreServedOnLoopbackAlone(t *testing.T) {
	for _, a := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.168.1.2:0", "localhost:0", "emr.example:80", "127.0.0.1", ""} {
		if l, err := cdshooks.Listen(t.Context(), a); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
			t.Errorf("%q: %v", a, err)
			if l != nil {
				_ = l.Close()
			}
		}
	}
	l, err := cdshooks.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cdshooks.Listen(t.Context(), l.Addr().String()); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("an address that is taken: %v", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- cdshooks.Serve(ctx, l, cdshooks.New(options(&asked{}))) }()
	for range 70 { // more than may be open at once, one after the other
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+l.Addr().String()+"/cds-services", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Close = true
		r.Header.Set("Authorization", "Bearer "+token)
		w, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, w.Body); err != nil || w.StatusCode != http.StatusOK {
			t.Fatalf("%d: %v", w.StatusCode, err)
		}
		_ = w.Body.Close()
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestATokenIsThirtyTwoRandomBytes(t *testing.T) {
	a, b := cdshooks.NewToken(), cdshooks.NewToken()
	if a.Reveal() == b.Reveal() || len(a.Reveal()) != 43 || strings.Contains(fmt.Sprint(a), a.Reveal()) {
		t.Error("tokens are alike, short, or print themselves")
	}
}

// Whatever is sent, the answer is one of the statuses that are documented, and a record is opened only by a
// number that was sent.
func FuzzCall(f *testing.F) {
	f.Add(viewed(), false)
	f.Add(ordered(`"MedicationRequest/1"`, drug("1", "Warfarin 3 mg", "")), true)
	f.Add(strings.ReplaceAll(call("patient-view", "", "null"), patientID, "A1234563"), false)
	f.Fuzz(func(t *testing.T, body string, selected bool) {
		d := &asked{}
		path := view
		if selected {
			path = order
		}
		w := sends(cdshooks.New(options(d)), http.MethodPost, path, body)
		switch w.Code {
		case http.StatusOK, http.StatusBadRequest, http.StatusPreconditionFailed, http.StatusRequestEntityTooLarge:
		default:
			t.Errorf("status %d", w.Code)
		}
		if w.Code != http.StatusOK && len(d.calls) > 0 || len(d.calls) > 1 {
			t.Errorf("status %d, %d calls", w.Code, len(d.calls))
		}
		for _, c := range d.calls {
			if c.Number.IsZero() {
				t.Error("nobody's record is opened")
			}
			for _, x := range c.Drafts {
				if !strings.HasPrefix(x.Record.ID, cdshooks.DraftID) || x.Record.Resource != "MedicationRequest" || ehrdesk.CleanLine(x.Record.Title) != x.Record.Title {
					t.Errorf("%+v", x.Record)
				}
			}
		}
	})
}
