package fetch

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/shlink"
)

const (
	most = 1 << 20
	body = `{"resourceType":"Bundle"}`
)

func now() time.Time { return time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC) }

// behind is a link to a host that answers so.
func behind(t *testing.T, h http.HandlerFunc) Request {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return Request{Link: shlink.Link{URL: srv.URL + "/shl/x", Key: shlink.NewKey()}, Recipient: "desk", Most: most}
}

func sealed(t *testing.T, file string, key [shlink.KeySize]byte) string {
	t.Helper()
	s, err := shlink.Seal([]byte(file), shlink.TypeFHIR, key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func embedded(kind, s string) string {
	return fmt.Sprintf(`{"files":[{"contentType":%q,"embedded":%q}]}`, kind, s)
}

func TestWhatIsBehindALinkIsFetched(t *testing.T) {
	var answer, file string
	r := behind(t, func(w http.ResponseWriter, q *http.Request) {
		switch {
		case q.Method == "GET":
			fmt.Fprint(w, file)
		case q.Header.Get("Content-Type") != "application/json" || q.Header.Get("Cookie") != "":
			w.WriteHeader(400)
		default:
			fmt.Fprint(w, strings.ReplaceAll(answer, "HOST", "http://"+q.Host))
		}
	})
	file = sealed(t, body, r.Link.Key)
	for name, m := range map[string]string{
		"in the manifest": embedded(shlink.TypeFHIR, file),
		"where it lies":   `{"files":[{"contentType":"application/fhir+json;fhirVersion=4.0.1","location":"HOST/shl/x/file"}]}`,
		"beside a card":   `{"files":[{"contentType":"application/smart-health-card","embedded":"x"},{"contentType":"application/fhir+json","embedded":"` + file + `"}]}`,
	} {
		answer = m
		got, err := Fetch(t.Context(), r, now())
		if err != nil || len(got.FHIR) != 1 || string(got.FHIR[0]) != body {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	r.Link.Direct = true
	if got, err := Fetch(t.Context(), r, now()); err != nil || string(got.FHIR[0]) != body {
		t.Errorf("itself: %+v, %v", got, err)
	}
}

// A host may be anybody's: whatever it answers, nothing but what the link's key has sealed is taken, and no word of it is shown.
func TestALyingHostIsToldByWhatItDoes(t *testing.T) {
	answer := func(status int, text string) func(*testing.T, Request) http.HandlerFunc {
		return func(*testing.T, Request) http.HandlerFunc {
			return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status); fmt.Fprint(w, text) }
		}
	}
	file := func(of string, key func(Request) [shlink.KeySize]byte, change func(string) string) func(*testing.T, Request) http.HandlerFunc {
		return func(t *testing.T, r Request) http.HandlerFunc {
			s := change(sealed(t, of, key(r)))
			return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, embedded(shlink.TypeFHIR, s)) }
		}
	}
	own := func(r Request) [shlink.KeySize]byte { return r.Link.Key }
	same := func(s string) string { return s }
	for name, c := range map[string]struct {
		host func(*testing.T, Request) http.HandlerFunc
		want ehrdesk.Code
	}{
		"another key":       {file(body, func(Request) [shlink.KeySize]byte { return shlink.NewKey() }, same), ehrdesk.CodeTampered},
		"other bytes":       {file(body, own, func(s string) string { return s[:len(s)-4] + "AAAA" }), ehrdesk.CodeTampered},
		"plain bytes":       {answer(200, embedded(shlink.TypeFHIR, body)), ehrdesk.CodeTampered},
		"unpacks too large": {file(strings.Repeat("a", most+1), own, same), ehrdesk.CodeInvalid},
		"a bomb":            {file(strings.Repeat("a", 64<<20), own, same), ehrdesk.CodeInvalid},
		"ended":             {answer(404, "\x1b[2J"), ehrdesk.CodeNotFound},
		"says it has ended": {answer(200, `{"status":"no-longer-valid","files":[]}`), ehrdesk.CodeNotFound},
		"a wrong passcode":  {answer(401, `{"remainingAttempts":2}`), ehrdesk.CodeDenied},
		"too often":         {answer(429, ""), ehrdesk.CodeLocked},
		"broken":            {answer(500, "\x1b[2Jsecret"), ehrdesk.CodeOther},
		"no manifest":       {answer(200, `<html>`), ehrdesk.CodeTampered},
		"nothing":           {answer(200, `{"files":[]}`), ehrdesk.CodeInvalid},
		"a card alone":      {answer(200, embedded("application/smart-health-card", "x")), ehrdesk.CodeInvalid},
		"leads to a file":   {answer(200, `{"files":[{"contentType":"application/fhir+json","location":"file:///etc/passwd"}]}`), ehrdesk.CodeTampered},
		"leads elsewhere": {func(*testing.T, Request) http.HandlerFunc {
			return func(w http.ResponseWriter, q *http.Request) {
				http.Redirect(w, q, "/other", http.StatusTemporaryRedirect)
			}
		}, ehrdesk.CodeDenied},
		"sends without end": {func(*testing.T, Request) http.HandlerFunc {
			return func(w http.ResponseWriter, _ *http.Request) {
				piece := []byte(strings.Repeat("a", 1<<20))
				for range 64 {
					if _, err := w.Write(piece); err != nil {
						return
					}
				}
			}
		}, ehrdesk.CodeInvalid},
		"hangs up": {func(*testing.T, Request) http.HandlerFunc {
			return func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Length", "100")
				_, _ = w.Write([]byte("{"))
				panic(http.ErrAbortHandler)
			}
		}, ehrdesk.CodeOffline},
	} {
		t.Run(name, func(t *testing.T) {
			var h http.HandlerFunc
			asked := 0
			r := behind(t, func(w http.ResponseWriter, q *http.Request) { asked++; h(w, q) })
			h = c.host(t, r)
			got, err := Fetch(t.Context(), r, now())
			if ehrdesk.CodeOf(err) != c.want || len(got.FHIR) > 0 {
				t.Errorf("%v, %d files", err, len(got.FHIR))
			}
			if err != nil && (strings.ContainsAny(err.Error(), "\x1b") || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), r.Link.URL)) {
				t.Errorf("says %q", err)
			}
			if asked != 1 {
				t.Errorf("asked %d times", asked)
			}
		})
	}
}

func TestALinkThatHasEndedOrLacksItsPasscodeAsksNobody(t *testing.T) {
	r := behind(t, func(http.ResponseWriter, *http.Request) { t.Error("asked") })
	r.Link.Ends = now()
	if _, err := Fetch(t.Context(), r, now()); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		t.Error(err)
	}
	r.Link.Ends, r.Link.Code = time.Time{}, true
	if _, err := Fetch(t.Context(), r, now()); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		t.Error(err)
	}
}

func TestAHostThatDoesNotAnswerIsOfflineWithoutItsAddress(t *testing.T) {
	srv := httptest.NewServer(nil)
	address := srv.URL
	srv.Close()
	_, err := Fetch(t.Context(), Request{Link: shlink.Link{URL: address + "/shl/x"}, Recipient: "x", Most: most}, now())
	if ehrdesk.CodeOf(err) != ehrdesk.CodeOffline || strings.Contains(err.Error(), "127.0.0.1") {
		t.Error(err)
	}
	// Who it is has to be proved by a certificate that this system trusts.
	tls := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("asked") }))
	defer tls.Close()
	_, err = Fetch(t.Context(), Request{Link: shlink.Link{URL: tls.URL + "/shl/x"}, Recipient: "x", Most: most}, now())
	if ehrdesk.CodeOf(err) != ehrdesk.CodeOffline {
		t.Error(err)
	}
}
