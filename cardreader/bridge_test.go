//go:build unix

package cardreader_test

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader"
)

const fine = cardreader.Kind(255) // no fault at all

const answered = `{"version":1,"face":{"hkic":"A123456(3)","name":"CHAN, Tai Man"},"proof":"unverified"}`

// program is a shell script that is root's, and its folder.
func program(t testing.TB, text string) (path, dir string) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("SKIP a bridge's program must be root's: run as root")
	}
	dir = t.TempDir()
	for _, up := range []string{dir, filepath.Dir(dir)} { // whatever the umask was
		if err := os.Chmod(up, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	path = filepath.Join(dir, "bridge")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+text+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return path, dir
}

func bridge(t testing.TB, text string) (*cardreader.Bridge, string) {
	t.Helper()
	path, dir := program(t, text)
	b, err := cardreader.NewBridge("licensed reader", path, []string{"hkic-2018", "hkic-2003"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return b, dir
}

func request() cardreader.FaceRequest {
	return cardreader.FaceRequest{Reader: "ACS ACR39U 00 00", Profile: "hkic-2018", Challenge: &[32]byte{1, 2, 3}}
}

// says is a program that takes its request and gives one answer.
func says(answer string) string { return "cat >/dev/null; cat <<'END'\n" + answer + "\nEND" }

func TestABridgeIsAskedOneThingAndAnswersOne(t *testing.T) {
	photo := append([]byte{0xFF, 0xD8, 0xFF, 0xE0}, make([]byte, 20<<10)...)
	b, dir := bridge(t, "cat >request; "+says(`{"version":1,"face":{"hkic":"A123456(3)","name":"CHAN, Tai Man","local_name":"陳大文","born":"1966-02-15",
		"sex":"male","issued":"2019-06","expires":"2099","photo":"`+base64.StdEncoding.EncodeToString(photo)+`"},
		"proof":"genuine-chip","evidence":{"scheme":"ideas-2","response":"AQI=","signed":"AwQ="}}`))
	// The program is told no folder of ours: its own files are where it knows.
	script, err := os.ReadFile(filepath.Join(dir, "bridge"))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(script), ">request", ">"+filepath.Join(dir, "request"), 1)
	if err := os.WriteFile(filepath.Join(dir, "bridge"), []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	r, err := b.Read(t.Context(), request())
	if err != nil {
		t.Fatal(err)
	}
	f, e := r.Face, r.Evidence
	if f.HKIC.Printed() != "A123456(3)" || f.Name != "CHAN, Tai Man" || f.LocalName != "陳大文" || f.Born != ehrdesk.Day(1966, 2, 15) || f.Sex != ehrdesk.Male ||
		f.Issued.String() != "2019-06" || f.Expires.String() != "2099" || len(f.Photo) != len(photo) {
		t.Error("the face is not the answer's")
	}
	if r.Proof != ehrdesk.CardGenuineChip || r.Profile != "hkic-2018" || r.Reader != "ACS ACR39U 00 00" || e.Profile != r.Profile || e.Source != "licensed reader" ||
		e.Scheme != "ideas-2" || e.Proof != r.Proof || e.Challenge != [32]byte{1, 2, 3} || string(e.Response) != "\x01\x02" || string(e.Signed) != "\x03\x04" {
		t.Errorf("proof %v by %s from %s", r.Proof, e.Scheme, e.Source)
	}
	asked, err := os.ReadFile(filepath.Join(dir, "request"))
	want := `{"version":1,"request":"read","reader":"ACS ACR39U 00 00","profile":"hkic-2018","challenge":"` + hex.EncodeToString([]byte{1, 2, 3}) + strings.Repeat("00", 29) + "\"}\n"
	if err != nil || string(asked) != want {
		t.Errorf("asked %s, want %s", asked, want)
	}
	if b.Name() != "licensed reader" || !b.Reads("hkic-2003") || b.Reads("training-1") {
		t.Error("it reads other cards than it was made for")
	}
	other := request()
	other.Profile = "training-1"
	_, err = b.Read(t.Context(), other)
	wantKind(t, err, cardreader.Recognised)
}

// TestABridgeGetsNothingOfTheDesk looks at the program's world from inside.
func TestABridgeGetsNothingOfTheDesk(t *testing.T) {
	t.Setenv("EHRDESK_SECRET", "passphrase")
	var inherited [2]int // a file that this process was started with, and Go does not know of
	if err := syscall.Pipe(inherited[:]); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = errors.Join(syscall.Close(inherited[0]), syscall.Close(inherited[1])) }()
	path, dir := program(t, "")
	script := fmt.Sprintf("#!/bin/sh\nexec 2>%[1]s/world\npwd >&2; env | sort >&2; echo args $# >&2; ls /proc/$$/fd 2>/dev/null >&2\nps -o pgid= -p $$ >/dev/null\n%[2]s\n", dir, says(answered))
	if err := os.WriteFile(path, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	b, err := cardreader.NewBridge("bridge", path, []string{"hkic-2018"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Read(t.Context(), request()); err != nil {
		t.Fatal(err)
	}
	world, err := os.ReadFile(filepath.Join(dir, "world"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(world)), "\n")
	if lines[0] != "/" {
		t.Errorf("it is in %s", lines[0])
	}
	for _, line := range lines[1:] {
		name, _, isVariable := strings.Cut(line, "=")
		fd, isNumber := strconv.Atoi(line)
		switch {
		case line == "args 0", line == "PATH=/usr/bin:/bin", line == "LANG=C":
		case isVariable && (name == "PWD" || name == "OLDPWD" || name == "_" || name == "SHLVL"): // the shell's own
		case isNumber == nil && (fd <= 2 || fd == 10): // 10 is the shell's own script
		default:
			t.Errorf("it has %q", line)
		}
	}
}

func TestWhateverABridgeDoesTheDeskGoesOn(t *testing.T) {
	large := `{"version":1,"error":"` + strings.Repeat("x", 200<<10) + `"}`
	for name, c := range map[string]struct {
		script string
		want   cardreader.Kind
	}{
		"it says that the card was removed":    {says(`{"version":1,"error":"removed"}`), cardreader.Removed},
		"it says that there is no card":        {says(`{"version":1,"error":"no-card"}`), cardreader.NoCard},
		"it says that it may not":              {says(`{"version":1,"error":"denied"}`), cardreader.Denied},
		"it says that it was late":             {says(`{"version":1,"error":"late"}`), cardreader.Late},
		"it does not know the card":            {says(`{"version":1,"error":"unknown-card"}`), cardreader.Unknown},
		"it says something of its own":         {says(`{"version":1,"error":"ask the help desk at 2345"}`), cardreader.Malformed},
		"it says nothing":                      {"cat >/dev/null", cardreader.Malformed},
		"it does not listen":                   {"exec true", cardreader.Malformed},
		"it does not listen and answers":       {"echo '" + answered + "'", fine},
		"it speaks another version":            {says(strings.Replace(answered, `"version":1`, `"version":2`, 1)), cardreader.Malformed},
		"it speaks no JSON":                    {says("Segmentation fault"), cardreader.Malformed},
		"it says two things":                   {says(answered + answered), cardreader.Malformed},
		"it crashes":                           {"kill -SEGV $$", cardreader.Internal},
		"it answers and then crashes":          {says(answered) + "\nkill -KILL $$", cardreader.Internal},
		"it answers and ends with a failure":   {says(answered) + "\nexit 3", cardreader.Internal},
		"it talks for ever":                    {"yes", cardreader.TooLarge},
		"it talks for ever and does not stop":  {"trap '' PIPE; while :; do echo yes 2>/dev/null; done", cardreader.TooLarge},
		"it says too much":                     {says(large), cardreader.TooLarge},
		"it complains at length and answers":   {"head -c 3000000 /dev/zero >&2; " + says(answered), fine},
		"it closes its output and stays":       {"exec >&-; sleep 1000", cardreader.Late},
		"it is slow":                           {"sleep 1000; " + says(answered), cardreader.Late},
		"it is slow and does not want to end":  {"trap '' TERM INT HUP; while :; do sleep 1000; done", cardreader.Late},
		"it claims what it does not show":      {says(strings.Replace(answered, "unverified", "genuine-chip", 1)), cardreader.Untrusted},
		"it says what could deceive a screen":  {says(strings.Replace(answered, "CHAN", `\u001b]0;pwned\u0007`, 1)), cardreader.BadData},
		"it has a number that cannot be":       {says(strings.Replace(answered, "(3)", "(4)", 1)), cardreader.BadData},
		"it is no program":                     {"", cardreader.NoService},
		"it may be changed by others from now": {"chmod 777 $0; " + says(answered), fine},
	} {
		t.Run(name, func(t *testing.T) {
			b, dir := bridge(t, c.script)
			if c.script == "" {
				if err := os.Chmod(filepath.Join(dir, "bridge"), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			b.Patient(time.Minute)
			if c.want == cardreader.Late && strings.Contains(c.script, "sleep") {
				b.Patient(200 * time.Millisecond)
			}
			start := time.Now()
			r, err := b.Read(t.Context(), request())
			if c.want == fine {
				if err != nil || r.Face.HKIC.Printed() != "A123456(3)" {
					t.Fatal(err)
				}
			} else {
				wantKind(t, err, c.want)
			}
			for _, said := range []string{"pwned", "2345", "Segmentation", "CHAN", "A123456"} {
				if err != nil && strings.Contains(err.Error(), said) {
					t.Errorf("the error repeats %q", said)
				}
			}
			if took := time.Since(start); took > time.Minute {
				t.Errorf("it took %v", took)
			}
			if strings.Contains(c.script, "chmod 777") {
				_, err := b.Read(t.Context(), request())
				wantKind(t, err, cardreader.NoService)
			}
		})
	}
}

// gone waits until a process has ended: one that was killed may still have to be
// collected by whoever is its parent by now.
func gone(t *testing.T, dir, file string) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, file))
	if err != nil {
		t.Fatal(err)
	}
	pid := strings.TrimSpace(string(b))
	for end := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		status, err := os.ReadFile("/proc/" + pid + "/stat")
		if err != nil {
			if _, err := os.Stat("/proc/self"); err != nil {
				t.Skip("SKIP no /proc here to see processes in")
			}
			return
		}
		if _, state, _ := strings.Cut(string(status), ") "); strings.HasPrefix(state, "Z") {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("process %s is still there", pid)
		}
	}
}

func TestWhatABridgeStartsEndsWithIt(t *testing.T) {
	for name, c := range map[string]struct {
		script string
		want   cardreader.Kind
	}{
		"it leaves a child that holds the output":  {"sleep 1000 & echo $! >DIR/child; " + says(answered), fine},
		"it leaves a child that holds nothing":     {"sleep 1000 </dev/null >/dev/null 2>&1 & echo $! >DIR/child; " + says(answered), fine},
		"it leaves one that minds no signal":       {"(trap '' TERM HUP INT; sleep 1000) & echo $! >DIR/child; " + says(answered), fine},
		"it is cut off with a child at work":       {"sleep 1000 & echo $! >DIR/child; wait", cardreader.Late},
		"it talks too much with a child at work":   {"sleep 1000 & echo $! >DIR/child; yes", cardreader.TooLarge},
		"it crashes and leaves a child at work":    {"sleep 1000 & echo $! >DIR/child; kill -KILL $$", cardreader.Internal},
		"it leaves the room and a child behind it": {"cd DIR; (sleep 1000; true) & echo $! >DIR/child; " + says(answered), fine},
	} {
		t.Run(name, func(t *testing.T) {
			path, dir := program(t, "")
			if err := os.WriteFile(path, []byte("#!/bin/sh\n"+strings.ReplaceAll(c.script, "DIR", dir)+"\n"), 0o755); err != nil {
				t.Fatal(err)
			}
			b, err := cardreader.NewBridge("bridge", path, []string{"hkic-2018"}, nil)
			if err != nil {
				t.Fatal(err)
			}
			b.Patient(time.Minute)
			if c.want == cardreader.Late {
				b.Patient(2 * time.Second) // for a shell to begin
			}
			_, err = b.Read(t.Context(), request())
			if c.want == fine && err != nil {
				t.Error(err)
			}
			if c.want != fine {
				wantKind(t, err, c.want)
			}
			gone(t, dir, "child")
		})
	}
}

// TestAChildThatLeavesTheGroupHoldsUpNobody: it cannot be ended from here, and a
// program that does that is not believed.
func TestAChildThatLeavesTheGroupHoldsUpNobody(t *testing.T) {
	path, dir := program(t, "")
	if _, err := os.Stat("/usr/bin/setsid"); err != nil {
		t.Skip("SKIP no setsid here")
	}
	if err := os.WriteFile(path, []byte("#!/bin/sh\nsetsid sh -c 'echo $$ >"+dir+"/child; exec sleep 1000' &\nwhile ! [ -s "+dir+"/child ]; do :; done\n"+says(answered)+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	b, err := cardreader.NewBridge("bridge", path, []string{"hkic-2018"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	_, err = b.Read(t.Context(), request())
	wantKind(t, err, cardreader.Internal)
	if took := time.Since(start); took > time.Minute {
		t.Errorf("it took %v", took)
	}
	text, err := os.ReadFile(filepath.Join(dir, "child"))
	pid, perr := strconv.Atoi(strings.TrimSpace(string(text)))
	if err = errors.Join(err, perr); err != nil || pid < 2 {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil { // ours to end
		t.Error(err)
	}
}

func TestACallerWhoGivesUpEndsTheBridge(t *testing.T) {
	path, dir := program(t, "")
	if err := os.WriteFile(path, []byte("#!/bin/sh\necho $$ >"+dir+"/child; exec sleep 1000\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	b, err := cardreader.NewBridge("bridge", path, []string{"hkic-2018"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { _, err := b.Read(ctx, request()); done <- err }()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if b, err := os.ReadFile(filepath.Join(dir, "child")); err == nil && len(b) > 0 {
			break
		}
	}
	start := time.Now()
	stop() // the card was removed
	wantKind(t, <-done, cardreader.Cancelled)
	if took := time.Since(start); took > time.Minute {
		t.Errorf("it took %v", took)
	}
	gone(t, dir, "child")
	_, err = b.Read(ctx, request())
	wantKind(t, err, cardreader.Cancelled)
}

func TestOnlyTheAdministratorsProgramIsABridge(t *testing.T) {
	path, dir := program(t, says(answered))
	profiles := []string{"hkic-2018"}
	try := func(name, path string, want ehrdesk.Code) {
		t.Helper()
		if b, err := cardreader.NewBridge("bridge", path, profiles, nil); ehrdesk.CodeOf(err) != want || (b == nil) != (want != "") {
			t.Errorf("%s: %v", name, err)
		}
	}
	try("a good one", path, "")
	try("a relative path", "bridge", ehrdesk.CodeInvalid)
	try("nothing", filepath.Join(dir, "gone"), ehrdesk.CodeInvalid)
	try("a folder", dir, ehrdesk.CodeInvalid)
	_ = os.Chmod(path, 0o777)
	try("one that others write", path, ehrdesk.CodeDenied)
	_ = os.Chmod(path, 0o755)
	_ = os.Chown(path, 65534, 65534)
	try("somebody's own", path, ehrdesk.CodeDenied)
	_ = os.Chown(path, 0, 0)
	_ = os.Chmod(dir, 0o777)
	try("one in a folder that others write", path, ehrdesk.CodeDenied)
	_ = os.Chmod(dir, 0o755)
	try("a good one again", path, "")
	for _, name := range []string{"", "reader", "\x1b[31m", strings.Repeat("a", 65)} {
		if _, err := cardreader.NewBridge(name, path, profiles, nil); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
			t.Errorf("a bridge called %q: %v", name, err)
		}
	}
	for _, p := range [][]string{nil, {""}, {"../x"}} {
		if _, err := cardreader.NewBridge("bridge", path, p, nil); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
			t.Errorf("a bridge for %q: %v", p, err)
		}
	}
}
