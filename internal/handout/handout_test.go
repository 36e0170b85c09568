package handout

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

// This program is its own viewer and printer: it says what it was given in a file that the
// test named when it was configured.
func TestMain(m *testing.M) {
	if len(os.Args) > 3 && os.Args[1] == "stand-in" {
		standIn(os.Args[2], os.Args[3:])
		return
	}
	os.Exit(m.Run())
}

// standIn answers in a named pipe, so that who reads it waits for it.
func standIn(how string, args []string) {
	switch how {
	case "view":
		b, err := os.ReadFile(args[1])
		f, werr := os.OpenFile(args[1], os.O_WRONLY, 0)
		if werr == nil {
			_, werr = f.WriteString("x")
		}
		said := strings.Join([]string{string(b), args[1], strings.Join(os.Environ(), " ")}, "\n")
		if err != nil || werr == nil {
			said = "the document could be written, or not read"
		}
		_ = os.WriteFile(args[0], []byte(said), 0o600)
		closed := make(chan os.Signal, 1) // as a window stays: of a program in which nothing else goes on Go would end what waits for nothing
		signal.Notify(closed, os.Interrupt)
		<-closed
	case "print":
		b, _ := io.ReadAll(os.Stdin)
		_ = os.WriteFile(args[0], append(b, strings.Join(os.Args, " ")...), 0o600)
	case "fail":
		os.Exit(1)
	}
}

func desk(t *testing.T, env map[string]string, p Programs) *Hand {
	t.Helper()
	if err := p.Check(); err != nil {
		t.Fatal(err)
	}
	h := New(p)
	h.getenv = func(name string) string { return env[name] }
	t.Cleanup(h.Shut)
	return h
}

func own(t *testing.T) string {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// pipe is where a stand-in answers.
func pipe(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "said")
	if out, err := exec.CommandContext(t.Context(), "mkfifo", name).CombinedOutput(); err != nil {
		t.Skipf("SKIP other programs: no named pipes here: %s", out)
	}
	return name
}

func heard(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestADocumentReachesItsViewerWithoutAFile(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("SKIP documents in another program: on Linux alone")
	}
	said := pipe(t)
	h := desk(t, map[string]string{"DISPLAY": ":9", "LANG": "C.UTF-8", "EHRDESK_CANARY": "a word"}, Programs{Viewers: []Viewer{
		{Types: []string{"audio/*"}, Command: []string{"/nothing"}},
		{Types: []string{"image/*", "application/pdf"}, Command: []string{own(t), "stand-in", "view", said}},
	}})
	if err := h.View("application/PDF", []byte("%PDF-1.4 of words")); err != nil {
		t.Fatal(err)
	}
	got := strings.Split(heard(t, said), "\n")
	if len(got) != 3 || got[0] != "%PDF-1.4 of words" || got[1] != "/proc/self/fd/3" || got[2] != "DISPLAY=:9 LANG=C.UTF-8" {
		t.Errorf("%q", got)
	}
	h.mu.Lock()
	open := len(h.open)
	h.mu.Unlock()
	if open != 1 {
		t.Errorf("%d open", open)
	}
	h.Shut() // comes back when the viewer has ended
	if len(h.open) != 0 {
		t.Error("a viewer is open")
	}
}

func TestWhyADocumentIsNotShownElsewhere(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("SKIP documents in another program: on Linux alone")
	}
	p := Programs{Viewers: []Viewer{{Types: []string{"image/*"}, Command: []string{"/usr/bin/eog"}}}}
	for _, c := range []struct {
		env  map[string]string
		kind string
		want ehrdesk.Obstacle
	}{
		{map[string]string{"DISPLAY": ":0"}, "image/png", ""},
		{map[string]string{"WAYLAND_DISPLAY": "wayland-0"}, "image/png", ""},
		{map[string]string{"DISPLAY": ":0"}, "application/pdf", ehrdesk.NoProgram},
		{map[string]string{}, "image/png", ehrdesk.NoDisplay},
		{map[string]string{"DISPLAY": "localhost:10.0", "SSH_CONNECTION": "a b c d"}, "image/png", ehrdesk.OverSSH},
		{map[string]string{"SSH_TTY": "/dev/pts/1"}, "image/png", ehrdesk.OverSSH},
	} {
		h := desk(t, c.env, p)
		if got := h.ViewObstacle(c.kind); got != c.want {
			t.Errorf("%v, %s: %q, want %q", c.env, c.kind, got, c.want)
		}
		if c.want != "" && ehrdesk.CodeOf(h.View(c.kind, nil)) != ehrdesk.CodeDenied {
			t.Errorf("%v: it was shown", c.env)
		}
	}
}

func TestAViewerThatIsNotThereIsAnError(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("SKIP documents in another program: on Linux alone")
	}
	h := desk(t, map[string]string{"DISPLAY": ":0"}, Programs{Viewers: []Viewer{{Types: []string{"image/*"}, Command: []string{"/nothing/here"}}}})
	if err := h.View("image/png", []byte("x")); ehrdesk.CodeOf(err) != ehrdesk.CodeOther {
		t.Error(err)
	}
}

func TestTextReachesThePrinterByItsInputAlone(t *testing.T) {
	said := filepath.Join(t.TempDir(), "said")
	h := desk(t, nil, Programs{Printer: []string{own(t), "stand-in", "print", said, "-o", "x"}})
	if err := h.Print(t.Context(), "Potassium 4.10"); err != nil {
		t.Fatal(err)
	}
	got := heard(t, said)
	if !strings.HasPrefix(got, "Potassium 4.10") || strings.Count(got, "Potassium") != 1 {
		t.Errorf("%q", got)
	}
}

func TestAPrinterThatFailsIsAnError(t *testing.T) {
	h := desk(t, nil, Programs{Printer: []string{own(t), "stand-in", "fail", "x"}})
	if err := h.Print(t.Context(), "x"); ehrdesk.CodeOf(err) != ehrdesk.CodeOther {
		t.Error(err)
	}
	none := desk(t, nil, Programs{})
	if none.PrintObstacle() != ehrdesk.NoProgram || ehrdesk.CodeOf(none.Print(t.Context(), "x")) != ehrdesk.CodeDenied {
		t.Error("printed without a printer")
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := h.Print(ctx, "x"); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestProgramsAreNamedByTheirPaths(t *testing.T) {
	for _, p := range []Programs{
		{Printer: []string{"lp"}}, {Printer: []string{}},
		{Viewers: []Viewer{{Types: []string{"image/*"}, Command: []string{"eog"}}}},
		{Viewers: []Viewer{{Types: []string{"image/*"}}}},
		{Viewers: []Viewer{{Command: []string{"/usr/bin/eog"}}}},
	} {
		if ehrdesk.CodeOf(p.Check()) != ehrdesk.CodeInvalid {
			t.Errorf("taken: %+v", p)
		}
	}
	if got := placed([]string{"/x", "--file={}", "{}", "-q"}, "/f"); strings.Join(got, " ") != "/x --file={} /f -q" {
		t.Errorf("%q", got)
	}
}

// Which addresses may be opened is the administrator's to say: a record comes from outside.
func TestOnlyAddressesThatAreNamedAreOpened(t *testing.T) {
	p := Programs{Links: []string{"https://pacs.example/rs", "https://other.example:8443"}}
	if err := p.Check(); err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]bool{
		"https://pacs.example/rs/studies/1.2": true, "https://pacs.example/rs": true, "https://PACS.example/rs/x?y=1": true, "https://other.example:8443/x": true,
		"https://pacs.example/rsx": false, "https://pacs.example/": false, "https://pacs.example.evil.example/rs/x": false, "https://pacs.example@evil.example/rs/x": false,
		"http://pacs.example/rs/x": false, "https://other.example/x": false, "https://pacs.example/rs/../admin": false, "https://pacs.example/rs/%2e%2e/admin": false, "": false,
	} {
		if p.leads(address) != want {
			t.Errorf("%q: %t", address, !want)
		}
	}
	for _, l := range []string{"http://pacs.example/", "pacs.example", "https://a@pacs.example/", "https://pacs.example/?x", "*"} {
		if (Programs{Links: []string{l}}).Check() == nil {
			t.Errorf("%q is taken", l)
		}
	}
}

func TestAnAddressReachesItsViewerOnlyWhereItIsNamed(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("SKIP documents in another program: on Linux alone")
	}
	said := pipe(t)
	h := desk(t, map[string]string{"DISPLAY": ":9"}, Programs{Links: []string{"https://pacs.example/"}, Viewers: []Viewer{{Types: []string{"text/uri-list"}, Command: []string{own(t), "stand-in", "view", said}}}})
	if err := h.View("text/uri-list", []byte("https://evil.example/x\r\n")); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		t.Errorf("an address of nobody: %v", err)
	}
	if err := h.View("text/uri-list", []byte("https://pacs.example/studies/1.2\r\n")); err != nil {
		t.Fatal(err)
	}
	if got := heard(t, said); !strings.HasPrefix(got, "https://pacs.example/studies/1.2\r\n") || strings.Contains(strings.SplitN(got, "\n", 3)[1], "1.2") {
		t.Errorf("%q", got)
	}
}
