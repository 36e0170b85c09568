package confine_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk/internal/confine"
)

// This program is its own victim: confined, it is started again with the name of an
// attack, says that it was begun, tries, and says what came of it.
func TestMain(m *testing.M) {
	door := confine.Enter(os.Args)
	if len(os.Args) > 2 && os.Args[1] == "attack" {
		fmt.Println("begun")
		attack(os.Args[2], os.Args[3:])
		os.Exit(0)
	}
	through = door
	os.Exit(m.Run())
}

var through confine.Door

// here gives the door, or skips where this system cannot confine anything.
func here(t *testing.T) confine.Door {
	t.Helper()
	if err := through.Check(t.Context()); errors.Is(err, errors.ErrUnsupported) {
		t.Skip("SKIP confined programs: ", err)
	} else if err != nil {
		t.Fatal(err)
	}
	return through
}

func program(t *testing.T, args ...string) confine.Program {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return confine.Program{Path: path, Args: append([]string{"attack"}, args...), Memory: memory, CPU: 10 * time.Second, Wall: 20 * time.Second, Output: 1 << 20}
}

// run says what a confined program wrote after it had begun.
func run(t *testing.T, p confine.Program, in string) (said string, err error) {
	t.Helper()
	out, whole, err := here(t).Run(t.Context(), p, strings.NewReader(in))
	if err != nil {
		return "", err
	}
	rest, ok := strings.CutPrefix(string(out), "begun\n")
	if !ok || !whole {
		t.Fatalf("it did not begin: %d bytes, whole %t", len(out), whole)
	}
	return rest, nil
}

func TestAConfinedProgramReadsItsInputAndWritesItsOutput(t *testing.T) {
	in := strings.Repeat("0123456789", 20_000)
	if got, err := run(t, program(t, "echo"), in); err != nil || got != in {
		t.Errorf("%d bytes of %d, %v", len(got), len(in), err)
	}
}

// Each of these tries and is refused; tried without walls each of them succeeds, which
// the test does too, so that a refusal is the walls' and not the attack's own fault.
func TestAConfinedProgramIsRefusedAllElse(t *testing.T) {
	door := here(t)
	dir := t.TempDir()
	secret := filepath.Join(dir, "secret")
	if err := os.WriteFile(secret, []byte("a secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("EHRDESK_CANARY", "a word")
	for _, name := range attacks {
		t.Run(name, func(t *testing.T) {
			args := []string{name, dir}
			if open := unconfined(t, args...); !strings.HasPrefix(open, "done") {
				t.Fatalf("without walls: %q", open)
			}
			out, _, err := door.Run(t.Context(), program(t, args...), nil)
			if err != nil || !strings.HasPrefix(string(out), "begun\nrefused") {
				t.Errorf("%q, %v", out, err)
			}
		})
	}
	if b, err := os.ReadFile(secret); err != nil || string(b) != "a secret" {
		t.Error("the file was changed")
	}
}

// The program may read what it is given to read, and may not write there.
func TestAConfinedProgramReadsWhatItIsGivenAlone(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "secret"), []byte("a secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := program(t, "read", dir)
	p.Read = []string{dir}
	if got, err := run(t, p, ""); err != nil || !strings.HasPrefix(got, "done") {
		t.Errorf("given, and not read: %q, %v", got, err)
	}
	p.Args[1] = "overwrite"
	if got, err := run(t, p, ""); err != nil || !strings.HasPrefix(got, "refused") {
		t.Errorf("%q, %v", got, err)
	}
}

func TestAConfinedProgramThatTakesMemoryIsEnded(t *testing.T) {
	p := program(t, "memory")
	if p.Memory == 0 {
		t.Skip("SKIP a limit on memory: the race detector takes more than any")
	}
	if got, err := run(t, p, ""); err == nil {
		t.Errorf("it had the memory: %q", got)
	}
}

func TestAConfinedProgramThatComputesForEverIsEnded(t *testing.T) {
	p := program(t, "compute")
	p.CPU = time.Second
	began := time.Now()
	if got, err := run(t, p, ""); err == nil || time.Since(began) > 15*time.Second {
		t.Errorf("%q after %s", got, time.Since(began))
	}
}

func TestAConfinedProgramThatHangsIsEnded(t *testing.T) {
	p := program(t, "hang")
	p.Wall = time.Second
	began := time.Now()
	if got, err := run(t, p, ""); err == nil || time.Since(began) > 15*time.Second {
		t.Errorf("%q after %s", got, time.Since(began))
	}
}

// An input that never ends does not keep a program's end from being seen.
func TestAnInputThatHangsIsGivenUp(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	p := program(t, "echo")
	p.Wall = time.Second
	if _, _, err := here(t).Run(t.Context(), p, r); err == nil {
		t.Error("an echo of what has no end")
	}
}

func TestAConfinedProgramThatWritesForEverIsCut(t *testing.T) {
	p := program(t, "write")
	p.Output = 100_000
	out, whole, err := here(t).Run(t.Context(), p, nil)
	if err != nil || whole || len(out) != p.Output || !bytes.HasPrefix(out, []byte("begun")) {
		t.Errorf("%d bytes, whole %t, %v", len(out), whole, err)
	}
}

func TestAConfinedProgramEndsWithWhoWantedIt(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	door := here(t)
	done := make(chan error, 1)
	go func() {
		_, _, err := door.Run(ctx, program(t, "echo"), r)
		done <- err
	}()
	if _, err := w.WriteString("x"); err != nil {
		t.Fatal(err)
	}
	stop()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	w.Close()
}

func TestAProgramThatFailsGivesNothing(t *testing.T) {
	out, _, err := here(t).Run(t.Context(), program(t, "fail"), nil)
	if err == nil || errors.Is(err, errors.ErrUnsupported) || len(out) > 0 {
		t.Errorf("%q, %v", out, err)
	}
}

// A process that has not said who it is runs nothing: started again it would be itself
// once more.
func TestNothingIsRunWithoutEntering(t *testing.T) {
	if err := (confine.Door{}).Check(t.Context()); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("%v", err)
	}
}
