package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk/cache/cachetest"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
	"github.com/ehrdesk/ehrdesk/client/fhirtest/smartserver"
)

// pageReader is standard error with somebody before it who opens the page that it names.
type pageReader struct {
	bytes.Buffer
	t     *testing.T
	opens func(address string)
	wait  sync.WaitGroup
}

var pageAddress = regexp.MustCompile(`http://127\.0\.0\.1:[0-9]+/[A-Z0-9]+`)

func (p *pageReader) Write(b []byte) (int, error) {
	if address := pageAddress.FindString(string(b)); address != "" {
		p.wait.Go(func() { p.opens(address) })
	}
	return p.Buffer.Write(b)
}

// atPage is a desk's folder, a site's file and a server whose own page asks who signs in.
type atPage struct {
	t        *testing.T
	provider *smartserver.Server
	server   *fhirtest.Server
	site     string
	pages    int
	nobody   bool // sits there who opens what standard error says
}

func newAtPage(t *testing.T, scopes string) *atPage {
	dir := t.TempDir()
	t.Setenv("EHRDESK_DIR", filepath.Join(dir, "desk"))
	p := &atPage{t: t, server: fhirtest.New(t, time.Now(), fhirtest.Quirks{}), site: filepath.Join(dir, "site.json")}
	p.provider = smartserver.New(t, p.server)
	p.server.Put(`{"resourceType":"Patient","id":"p","identifier":[{"system":"https://hospital.example/hkic","value":"A1234563"}],"name":[{"family":"CHAN","given":["Tai Man"]}]}`)
	for name, text := range map[string]string{p.site: fmt.Sprintf(`{"server":{"hkic":"https://hospital.example/hkic","smart":{"client_id":%q,"scopes":[%s]}}}`, smartserver.ClientID, scopes),
		filepath.Join(dir, "pass"): passphrase + "\n", filepath.Join(dir, "secrets"): fmt.Sprintf(`{"passphrase":%q}`, passphrase)} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

func (p *atPage) beside(name string) string { return filepath.Join(filepath.Dir(p.site), name) }

// run runs a command line with a browser beside it.
func (p *atPage) run(stdin string, args ...string) (code int, out, errs string) {
	p.t.Helper()
	var stdout bytes.Buffer
	e := &pageReader{t: p.t, opens: func(address string) {
		p.pages++
		if p.nobody {
			return
		}
		if status, err := p.provider.Browse(address); err != nil || status != http.StatusOK {
			p.t.Errorf("the browser ends at %d, %v", status, err)
		}
	}}
	code = run(p.t.Context(), append(args, "--site", p.site), streams{in: strings.NewReader(stdin), out: &stdout, err: e, cost: costs{passphrase: cachetest.Cost()}})
	e.wait.Wait()
	return code, stdout.String(), e.String()
}

// By script, a desk enrols, signs in and looks somebody up at a server whose own page asks
// who signs in; without a token that is kept, whoever has no browser is told so, with 7.
func TestAScriptSignsInByAPageAndWithout(t *testing.T) {
	for name, tt := range map[string]struct {
		scopes string
		find   int
	}{"a token is kept": {`"offline_access"`, 0}, "none is": {``, 7}} {
		t.Run(name, func(t *testing.T) {
			p := newAtPage(t, tt.scopes)
			pass := []string{"--staff", "drlee", "--passphrase-file", p.beside("pass")}
			code, out, errs := p.run("", "enrol", "--central", p.server.URL, "--server", "plain", "--signin", "smart", "--staff", "drlee", "--role", "doctor", "--provider", "Kwai Chung Clinic", "--secrets", p.beside("secrets"))
			if code != 0 || !strings.Contains(out, "enrolled: drlee") || !strings.Contains(errs, "to sign in at 127.0.0.1:") || p.pages != 1 {
				t.Fatalf("%d %q %q, %d pages", code, out, errs, p.pages)
			}
			code, out, errs = p.run("A123456(3)\n", append([]string{"find", "--json"}, pass...)...)
			if code != tt.find || code == 0 && !strings.Contains(out, `"participation":"known_here"`) || code == 7 && !strings.Contains(errs, "ehrdesk signin") {
				t.Errorf("%d %q %q", code, out, errs)
			}
			if strings.Contains(errs, "A123456") {
				t.Errorf("the number is told: %q", errs)
			}
			code, out, errs = p.run("", append([]string{"signin", "--json"}, pass...)...)
			if code != 0 || !strings.Contains(out, `"staff":"drlee"`) || strings.Contains(errs, `{"page":{"address":"http://127.0.0.1:`) != (tt.find != 0) {
				t.Errorf("%d %q %q", code, out, errs)
			}
			p.provider.SignOut(t, smartserver.Somebody)
			if code, out, errs = p.run("A123456(3)\n", append([]string{"find"}, pass...)...); code != 7 || out != "" || strings.Count(errs, "\n") != 1 {
				t.Errorf("%d %q %q", code, out, errs)
			}
			if _, out, _ = p.run("", "doctor"); !strings.Contains(out, "by the server's own page (SMART App Launch), as ehrdesk") || strings.Contains(out, "status 401") {
				t.Errorf("%q", out)
			}
			p.provider.Sits(smartserver.Another)
			if code, out, errs = p.run("", append([]string{"signin"}, pass...)...); code != 6 || out != "" || !strings.Contains(errs, "somebody else signed in") {
				t.Errorf("%d %q %q", code, out, errs)
			}
		})
	}
}

// A server is examined for what its sign-in lacks, too.
func TestWhatASignInLacksIsInTheReport(t *testing.T) {
	t.Setenv("EHRDESK_DIR", t.TempDir())
	s := fhirtest.New(t, time.Now(), fhirtest.Quirks{})
	for _, tt := range []struct{ statement, want string }{
		{"", "no       stated    signs people in by its own page, in a browser (SMART App Launch) · none: people sign in at the desk alone: --signin none"},
		{`{"capabilities":["launch-ehr"],"authorization_endpoint":"x","token_endpoint":"x","issuer":"x","jwks_uri":"x","code_challenge_methods_supported":["S256"]}`, "it lacks launch-standalone, client-public, sso-openid-connect"},
	} {
		if tt.statement != "" {
			s.Publish(".well-known/smart-configuration", tt.statement)
		}
		var out, errs bytes.Buffer
		if code := run(t.Context(), []string{"conformance", s.URL}, streams{in: strings.NewReader(""), out: &out, err: &errs}); code != 0 || !strings.Contains(out.String(), tt.want) {
			t.Errorf("exit %d: %s%s", code, out.String(), errs.String())
		}
	}
}

// openPage is a browser whose person signs in.
func openPage() {
	res, err := http.Get(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	_ = res.Body.Close()
}

// Where the site names a browser, it is given the page, and nobody has to copy anything.
func TestTheSitesBrowserOpensThePage(t *testing.T) {
	p := newAtPage(t, "")
	program, err := exec.LookPath("openpage")
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf(`{"server":{"smart":{"client_id":%q,"browser":%q}}}`, smartserver.ClientID, program)
	if err := os.WriteFile(p.site, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	p.nobody = true
	if code, out, errs := p.run("", "enrol", "--central", p.server.URL, "--server", "plain", "--signin", "smart", "--staff", "drlee", "--role", "doctor", "--provider", "Kwai Chung Clinic", "--secrets", p.beside("secrets")); code != 0 {
		t.Errorf("%d %q %q", code, out, errs)
	}
}
