package draftcommand_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/confine"
	"github.com/ehrdesk/ehrdesk/internal/draftcommand"
)

// This program is its own program for drafts.
func TestMain(m *testing.M) {
	door := confine.Enter(os.Args)
	if len(os.Args) > 2 && os.Args[1] == "write-draft" {
		os.Exit(write(os.Args[2:]))
	}
	through = door
	os.Exit(m.Run())
}

var through confine.Door

// write is what programs for drafts do, by the first argument.
func write(args []string) int {
	switch args[0] {
	case "echo":
		_, _ = io.Copy(os.Stdout, os.Stdin)
		fmt.Println(len(os.Environ()), "of environment")
		fmt.Fprintln(os.Stderr, "said to nobody")
	case "escape":
		fmt.Print("\x1b]0;title\x07\x1b[31mred\x1b[0m\nplain\u202e line\r\n")
	case "million":
		w := bufio.NewWriter(os.Stdout)
		for range 1 << 18 {
			if _, err := w.WriteString("字 "); err != nil {
				return 0
			}
		}
	case "nothing":
		fmt.Print(" \n\t\n")
	case "hang":
		for i := 0; ; i++ { // to sleep, Go asks the kernel for what a program that is held may not have
			if i < 0 {
				return 1
			}
		}
	case "fail":
		fmt.Println("half of a text")
		return 3
	case "reach":
		_, readErr := os.ReadFile(args[1])
		c, dialErr := net.Dial("tcp", args[2])
		if dialErr == nil {
			_ = c.Close()
		}
		fmt.Println("file", readErr == nil, "line", dialErr == nil)
	}
	return 0
}

func program(t *testing.T, held bool, argv ...string) *draftcommand.Commands {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := draftcommand.Command{DraftProgram: ehrdesk.DraftProgram{Name: "scribe", Version: "1.2", Held: held, Fields: []ehrdesk.Kind{ehrdesk.KindMedication}}, Argv: append([]string{path, "write-draft"}, argv...)}
	if !held {
		c.Host = "scribe.example"
	}
	if err := draftcommand.Check([]draftcommand.Command{c}); err != nil {
		t.Fatal(err)
	}
	out := draftcommand.New(through, []draftcommand.Command{c})
	if err := out.Ready(t.Context(), c.DraftProgram); errors.Is(err, errors.ErrUnsupported) {
		t.Skip("SKIP held programs for drafts: ", err)
	} else if err != nil {
		t.Fatal(err)
	}
	return out
}

// both runs a test with the program held and not.
func both(t *testing.T, test func(t *testing.T, held bool)) {
	for name, held := range map[string]bool{"held": true, "not held": false} {
		t.Run(name, func(t *testing.T) { test(t, held) })
	}
}

func given() ehrdesk.DraftGiven {
	return ehrdesk.DraftGiven{Age: 68, Sex: ehrdesk.Female, Parts: []ehrdesk.DraftPart{
		{Field: ehrdesk.KindMedication, Records: []ehrdesk.Ref{{Resource: "MedicationRequest", ID: "of-nobody"}}, Lines: []string{"warfarin 3 mg <daily>"}}}}
}

func TestAProgramIsGivenLinesAnAgeAndASexAndNothingElse(t *testing.T) {
	t.Setenv("EHRDESK_CANARY", "a secret")
	both(t, func(t *testing.T, held bool) {
		text, cut, err := program(t, held, "echo").Write(t.Context(), "scribe", given())
		want := `{"patient":{"age":68,"sex":"female"},"fields":[{"field":"medication","lines":["warfarin 3 mg <daily>"]}]}` + "\n0 of environment"
		if err != nil || cut || text != want {
			t.Errorf("%q, %t, %v", text, cut, err)
		}
	})
}

func TestAnAgeThatIsNotKnownIsNull(t *testing.T) {
	b, err := draftcommand.Input(ehrdesk.DraftGiven{Age: -1, Sex: ehrdesk.Unknown})
	if err != nil || string(b) != `{"patient":{"age":null,"sex":"unknown"},"fields":[]}`+"\n" {
		t.Errorf("%s, %v", b, err)
	}
}

func TestWhatAProgramWritesIsSafeToShowAndBounded(t *testing.T) {
	both(t, func(t *testing.T, held bool) {
		text, cut, err := program(t, held, "escape").Write(t.Context(), "scribe", given())
		if err != nil || cut || strings.ContainsAny(text, "\x1b\x07\r\u202e") || !strings.Contains(text, "red\n") {
			t.Errorf("%q, %t, %v", text, cut, err)
		}
		text, cut, err = program(t, held, "million").Write(t.Context(), "scribe", given())
		if err != nil || !cut || len(text) > ehrdesk.DraftMost || len(text) < ehrdesk.DraftMost-16 || !utf8.ValidString(text) || strings.ContainsRune(text, utf8.RuneError) {
			t.Errorf("%d bytes, %t, %v", len(text), cut, err)
		}
	})
}

func TestAProgramThatWritesNothingFailsOrHangsGivesNoText(t *testing.T) {
	both(t, func(t *testing.T, held bool) {
		if text, _, err := program(t, held, "nothing").Write(t.Context(), "scribe", given()); text != "" || ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
			t.Errorf("nothing: %q, %v", text, err)
		}
		var failed ehrdesk.DraftFailed
		if text, _, err := program(t, held, "fail").Write(t.Context(), "scribe", given()); text != "" || !errors.As(err, &failed) || failed.Status != 3 {
			t.Errorf("exit 3: %q, %v", text, err)
		}
		if text, _, err := program(t, held, "hang").Within(time.Second).Write(t.Context(), "scribe", given()); text != "" || ehrdesk.CodeOf(err) != ehrdesk.CodeTimeout {
			t.Errorf("hangs: %q, %v", text, err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if text, _, err := program(t, held, "hang").Write(ctx, "scribe", given()); text != "" || !errors.Is(err, context.DeadlineExceeded) || ehrdesk.CodeOf(err) == ehrdesk.CodeTimeout {
			t.Errorf("stopped: %q, %v", text, err)
		}
		if _, _, err := program(t, held, "echo").Write(t.Context(), "another", given()); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
			t.Errorf("another: %v", err)
		}
	})
}

func TestAProgramThatIsHeldReachesNoFileAndNoHost(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	file := t.TempDir() + "/secret"
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for held, want := range map[bool]string{true: "file false line false", false: "file true line true"} {
		if text, _, err := program(t, held, "reach", file, l.Addr().String()).Write(t.Context(), "scribe", given()); err != nil || text != want {
			t.Errorf("held %t: %q, %v", held, text, err)
		}
	}
}

func TestAProgramThatCannotBeMeantIsRefused(t *testing.T) {
	good := func() draftcommand.Command {
		return draftcommand.Command{DraftProgram: ehrdesk.DraftProgram{Name: "scribe", Version: "1.2", Held: true, Fields: []ehrdesk.Kind{ehrdesk.KindNote}}, Argv: []string{"/usr/bin/scribe"}}
	}
	if err := draftcommand.Check([]draftcommand.Command{good()}); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(c *draftcommand.Command){
		"no name":             func(c *draftcommand.Command) { c.Name = "" },
		"a name of two words": func(c *draftcommand.Command) { c.Name = "two words" },
		"a long version":      func(c *draftcommand.Command) { c.Version = strings.Repeat("1", 41) },
		"no program":          func(c *draftcommand.Command) { c.Argv = nil },
		"a relative program":  func(c *draftcommand.Command) { c.Argv[0] = "scribe" },
		"a relative model":    func(c *draftcommand.Command) { c.Read = []string{"model"} },
		"no fields":           func(c *draftcommand.Command) { c.Fields = nil },
		"personal data":       func(c *draftcommand.Command) { c.Fields = []ehrdesk.Kind{ehrdesk.KindPersonal} },
		"an escape for host":  func(c *draftcommand.Command) { c.Held, c.Host = false, "a\x1b[2J" },
		"held and elsewhere":  func(c *draftcommand.Command) { c.Host = "scribe.example" },
	} {
		c := good()
		if spoil(&c); ehrdesk.CodeOf(draftcommand.Check([]draftcommand.Command{c})) != ehrdesk.CodeInvalid {
			t.Errorf("%s: taken", name)
		}
	}
	if err := draftcommand.Check([]draftcommand.Command{good(), good()}); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
		t.Errorf("twice: %v", err)
	}
}

func TestNoOutputMakesATextThatATerminalObeys(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, _ := draftcommand.Output(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"))
		if !utf8.ValidString(text) || text != ehrdesk.CleanColumns(text) || strings.ContainsAny(text, "\x1b\x07\r") {
			t.Fatalf("%q", text)
		}
	})
}

func FuzzWhatAProgramWrites(f *testing.F) {
	f.Add([]byte("\x1b[31mred\x1b[0m\r\n\tplain"))
	f.Add([]byte("草稿 \xe8\x8d"))
	f.Add([]byte(" \n"))
	f.Add([]byte("end of a table:" + strings.Repeat("字\t", 20_000) + "."))
	f.Fuzz(func(t *testing.T, b []byte) {
		text, cut := draftcommand.Output(b)
		if len(text) > ehrdesk.DraftMost || cut && len(text) < ehrdesk.DraftMost/2 || !utf8.ValidString(text) || text != ehrdesk.CleanColumns(text) || text != strings.TrimRight(text, " \n\t") {
			t.Errorf("%q", text)
		}
	})
}

// BenchmarkAHeldProgram is what it takes to begin a program that is held, give it a line and take it back.
func BenchmarkAHeldProgram(b *testing.B) {
	c := draftcommand.New(through, []draftcommand.Command{{DraftProgram: ehrdesk.DraftProgram{Name: "cat", Version: "1", Held: true}, Argv: []string{"/bin/cat"}}})
	for b.Loop() {
		if _, _, err := c.Write(b.Context(), "cat", given()); err != nil {
			b.Skip("SKIP held programs for drafts: ", err)
		}
	}
}
