package main

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/cachetest"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/agefile"
)

// passphrase is everybody's in the scripts; it stands in the file "pass".
const passphrase = "tall ships 七十二"

func TestMain(m *testing.M) {
	testscript.Main(programs{m}, map[string]func(){"ehrdesk": quick, "openpage": openPage})
}

// quick is the program for whose passphrases nobody waits.
func quick() { start(costs{cachetest.Cost(), agefile.Nothing()}) }

// programs are what the tests run: this test binary is ehrdesk when it is
// called by that name, and ehrcentral is built once. Both are on the PATH.
type programs struct{ m *testing.M }

func (p programs) Run() int {
	dir, err := os.MkdirTemp("", "ehrcentral-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	name := "ehrcentral"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	build := exec.Command("go", "build", "-o", filepath.Join(dir, name), "github.com/ehrdesk/ehrdesk/cmd/ehrcentral")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "ehrcentral does not build: %v\n%s", err, out)
		return 1
	}
	os.Setenv("PATH", dir+string(filepath.ListSeparator)+os.Getenv("PATH"))
	return p.m.Run()
}

// TestScripts runs the command lines of testdata/script. Each script has a
// centre's folder, a desk's folder and a passphrase file of its own.
func TestScripts(t *testing.T) {
	people, err := filepath.Abs(filepath.Join("testdata", "people"))
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"),
		Condition: func(name string) (bool, error) {
			if name != "root" {
				return false, fmt.Errorf("no such condition")
			}
			return os.Geteuid() == 0, nil
		},
		Setup: func(env *testscript.Env) error {
			env.Setenv("PEOPLE", people)
			env.Setenv("NINEDAYS", time.Now().AddDate(0, 0, -9).Format(time.DateOnly))
			env.Setenv("FOURDAYS", time.Now().AddDate(0, 0, -4).Format(time.DateOnly))
			env.Setenv("LASTYEAR", time.Now().AddDate(-1, -2, 0).Format(time.DateOnly))
			env.Setenv("AGO", time.Now().In(ehrdesk.HongKong()).AddDate(0, 0, -40).Format(time.DateOnly))
			env.Setenv("SOON", time.Now().In(ehrdesk.HongKong()).AddDate(0, 0, 9).Format(time.DateOnly))
			env.Setenv("EHRDESK_PATIENCE", "1m")
			env.Setenv("EHRDESK_DIR", filepath.Join(env.WorkDir, "desk"))
			env.Setenv("EHRCENTRAL_DIR", filepath.Join(env.WorkDir, "centre"))
			env.Values[running{}] = &centre{dir: filepath.Join(env.WorkDir, "centre")}
			return os.WriteFile(filepath.Join(env.WorkDir, "pass"), []byte(passphrase+"\n"), 0o600)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"centre": scriptCentre, "portal": scriptPortal, "mute": scriptMute, "secured": scriptSecured, "enrol": scriptEnrol, "patient": scriptPatient,
			"fill": scriptFill, "nextsecond": scriptNextSecond, "let": scriptLet, "catch": scriptCatch, "json": scriptJSON, "exits": scriptExits, "agree": scriptAgree, "archived": scriptArchived,
		},
	})
}

type running struct{} // the key of the script's centre

// scriptCentre starts the central service; its address is $BASE.
//
//	centre        start it, at the address it had before if it ran before
//	centre fill N fill it with N people of the synthetic territory, and start it
//	centre stop   end it, as a power cut at the other end of the line would
func scriptCentre(ts *testscript.TestScript, neg bool, args []string) {
	c := ts.Value(running{}).(*centre)
	switch {
	case neg || len(args) > 2 || len(args) == 1 && args[0] != "stop" || len(args) == 2 && args[0] != "fill":
		ts.Fatalf("usage: centre [stop|fill N]")
	case len(args) == 1:
		ts.Check(c.stop())
	default:
		if len(args) == 2 {
			c.args = append(c.args, "--territory", args[1])
		}
		ts.Check(c.start())
		ts.Defer(func() { ts.Check(c.stop()) })
		ts.Setenv("BASE", c.base)
	}
}

// scriptPortal puts a network's log-in page in the centre's place, which has been
// stopped: whatever is asked, it answers 200 with a page for people.
func scriptPortal(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: portal")
	}
	l, err := net.Listen("tcp", ts.Value(running{}).(*centre).addr)
	ts.Check(err)
	s := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, "<html>Welcome to the hotel</html>")
	})}
	go func() { _ = s.Serve(l) }()
	ts.Defer(func() { ts.Check(s.Close()) })
}

// scriptMute puts somebody in the centre's place, which has been stopped, who takes
// connections and never says a word.
func scriptMute(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: mute")
	}
	l, err := net.Listen("tcp", ts.Value(running{}).(*centre).addr)
	ts.Check(err)
	ts.Defer(func() { ts.Check(l.Close()) })
}

// scriptSecured puts what speaks TLS before the centre, which is to be started after it, as
// a clinic's gateway does. ca.pem is its authority, $PIN the pin of its key, $NOPIN another.
func scriptSecured(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: secured")
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	c := ts.Value(running{}).(*centre)
	c.addr = free.Addr().String()
	ts.Check(free.Close())
	s := httptest.NewUnstartedServer(httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: c.addr}))
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // of handshakes that are to fail
	s.StartTLS()
	ts.Defer(s.Close)
	c.args = append(c.args, "--base", s.URL+"/fhir")
	ts.Setenv("PIN", client.Pin(s.Certificate()))
	ts.Setenv("NOPIN", "sha256/"+base64.StdEncoding.EncodeToString(make([]byte, 32)))
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
	ts.Check(os.WriteFile(ts.MkAbs("ca.pem"), ca, 0o600))
}

// scriptEnrol gives a person of the provider $HCP an account at the centre and
// enrols them on this desk: enrol drlee doctor.
func scriptEnrol(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: enrol staff role")
	}
	ts.Check(ts.Exec("ehrcentral", "account", "add", "--hcp", ts.Getenv("HCP"), "--staff", args[0], "--role", args[1]))
	secrets := ts.MkAbs("secrets-" + args[0])
	b, err := json.Marshal(secretsFile{Code: field(ts, "activation_code"), Passphrase: passphrase})
	ts.Check(err)
	ts.Check(os.WriteFile(secrets, b, 0o600))
	ts.Check(ts.Exec("ehrdesk", "enrol", "--central", ts.Getenv("BASE"), "--staff", args[0], "--secrets", secrets))
	ts.Check(os.Remove(secrets))
}

// scriptPatient imports a file at the centre. The first patient's numbers are
// then $EHR, $HKIC and $KEY, and stand in files of those names in lower case,
// for standard input.
func scriptPatient(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: patient file")
	}
	ts.Check(ts.Exec("ehrcentral", "import", ts.MkAbs(args[0])))
	for name, path := range map[string]string{"EHR": "ehr_number", "HKIC": "hkic", "KEY": "access_key"} {
		v := field(ts, path)
		ts.Setenv(name, v)
		ts.Check(os.WriteFile(ts.MkAbs(strings.ToLower(name)), []byte(v+"\n"), 0o600))
	}
}

// scriptFill puts variables into files, for numbers and keys that belong on
// standard input: fill grant.json.
func scriptFill(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: fill file...")
	}
	for _, name := range args {
		text := os.Expand(ts.ReadFile(name), func(v string) string {
			s := ts.Getenv(v)
			if s == "" {
				ts.Fatalf("%s: $%s is not set", name, v)
			}
			return s
		})
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text), 0o600))
	}
}

// scriptLet keeps a field of the last output: let HCP id.
func scriptLet(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: let NAME field")
	}
	ts.Setenv(args[0], field(ts, args[1]))
}

// scriptCatch keeps what the parentheses of an expression find last in the last output: catch CODE
// '([0-9]{6}) is your'.
func scriptCatch(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: catch NAME expression")
	}
	found := regexp.MustCompile(args[1]).FindAllStringSubmatch(ts.ReadFile("stdout"), -1)
	if len(found) == 0 || len(found[0]) != 2 {
		ts.Fatalf("nothing of that kind was said")
	}
	ts.Setenv(args[0], found[len(found)-1][1])
}

// scriptJSON checks a field of the last output's first line, or of its standard
// error's with "stderr" in front: json consent.state active. With ! the field is
// something else, or missing.
func scriptJSON(ts *testscript.TestScript, neg bool, args []string) {
	from := "stdout"
	if len(args) == 3 && args[0] == "stderr" {
		from, args = args[0], args[1:]
	}
	if len(args) != 2 {
		ts.Fatalf("usage: json [stderr] field value")
	}
	got, err := lookUp([]byte(ts.ReadFile(from)), args[0])
	if !neg && err != nil {
		ts.Fatalf("%v", err)
	}
	if (got == args[1]) == neg {
		ts.Fatalf("%s is %q", args[0], got)
	}
}

// scriptExits runs a command that must end with a status: exits 4 ehrdesk ….
// A command that fails prints nothing on standard output and one line on
// standard error.
func scriptExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits status program [args...]")
	}
	err := ts.Exec(args[1], args[2:]...)
	if got := fmt.Sprint(exitStatus(err)); got != args[0] {
		ts.Fatalf("exit status %s, want %s", got, args[0])
	}
	if out := ts.ReadFile("stdout"); out != "" && args[0] != "0" {
		ts.Fatalf("standard output of a failure: %q", out)
	}
	if e := ts.ReadFile("stderr"); args[0] != "0" && (strings.Count(e, "\n") != 1 || !strings.HasSuffix(e, "\n")) {
		ts.Fatalf("standard error is not one line: %q", e)
	}
}

// field is a field of the last output's first line.
func field(ts *testscript.TestScript, path string) string {
	v, err := lookUp([]byte(ts.ReadFile("stdout")), path)
	if err != nil {
		ts.Fatalf("%v", err)
	}
	return v
}

// lookUp gives the field at "consent.state" of the first line of text; strings
// without their quotes, all else as it is written.
func lookUp(text []byte, path string) (string, error) {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	v := jsontext.Value(line)
	for name := range strings.SplitSeq(path, ".") {
		var members map[string]jsontext.Value
		if err := json.Unmarshal(v, &members); err != nil {
			return "", fmt.Errorf("%s: not a JSON object: %q", path, line)
		}
		var ok bool
		if v, ok = members[name]; !ok {
			return "", fmt.Errorf("%s: no %q in %q", path, name, line)
		}
	}
	if v.Kind() != '"' {
		return string(v), nil
	}
	var s string
	err := json.Unmarshal(v, &s)
	return s, err
}

// scriptNextSecond waits for the next second of the clock. What an answer of the centre is dated by, HTTP's Date, has no
// parts of one: what came in the second in which a chart is opened counts as new still, as the desk takes the earlier moment.
func scriptNextSecond(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: nextsecond")
	}
	now := time.Now()
	<-time.After(now.Truncate(time.Second).Add(time.Second).Sub(now))
}
