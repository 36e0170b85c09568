package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
)

// The real program in a terminal, its memory read from outside. The collector is told
// to overwrite what it frees (clobberfree), so that what is found is held by somebody;
// without that, the program overwrites most of it itself.
func TestNothingOfAPatientIsHeldInTheMemoryOfALockedDesk(t *testing.T) {
	c := newClinic(t)
	c.enrols("drlee", "doctor")
	p := c.imports(filepath.Join("testdata", "people", "chan.json"))[0]
	c.does(p.act(), "consent")
	cmd := exec.Command("ehrdesk")
	cmd.Env = append(c.environment(), "GODEBUG=clobberfree=1")
	cmd, ptm := onTerminal(t, cmd, "--dir", c.desk, "--lang", "en", "--cards", filepath.Join(c.dir, "none.json"))
	defer ptm.Close()
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	seen := &watch{more: make(chan struct{}, 1)}
	go func() { _, _ = io.Copy(seen, ptm) }()
	do := func(keys, want string) {
		t.Helper()
		seen.forget()
		for _, k := range strings.Split(keys, "") { // as somebody types: each is on the screen before the next
			before := seen.len()
			if _, err := ptm.WriteString(k); err != nil {
				t.Fatal(err)
			}
			seen.within(t, "an answer to a key", func() bool { return seen.len() > before })
		}
		asked := time.Now()
		seen.within(t, want, func() bool {
			if seen.has(want) {
				return true
			}
			if time.Since(asked) > 3*time.Second { // cells that were there are not written again: ask for all of them
				asked = time.Now()
				if _, err := ptm.WriteString("\x12"); err != nil {
					t.Fatal(err)
				}
			}
			return false
		})
	}
	seen.within(t, "the sign-in screen", func() bool { return seen.has("Passphrase") && seen.has("drlee") })
	do(passphrase+"\r", "Tour, step 1 of 8") // a person's first sign-in at the desk
	do("\x1b", "Find a patient")
	do(p.EHR+"\r", "CHAN")
	do("\r", "urpose")
	do("\r", "enicillin")
	do("3", "newest at the right") // the table of tests
	do("3", "Chest radiograph")    // the plain list
	words := []string{"Z683365", "陳大文", "Tai Man", "Right lower zone", "Queen Example", "盤尼西林", passphrase}
	before, _ := memory(t, cmd.Process.Pid, words)
	do("\x0c", "Type your passphrase")
	var after map[string]int
	var around map[string]string
	defer func() {
		if len(after) > 0 {
			t.Errorf("memory still has %v, in %v", after, around)
		}
	}()
	seen.within(t, "memory without a word of the patient", func() bool {
		after, around = memory(t, cmd.Process.Pid, words)
		return len(after) == 0
	})
	for _, w := range words {
		if before[w] == 0 && w != passphrase {
			t.Errorf("%q is not held while the chart is open either: this finds nothing", w)
		}
	}
	do(passphrase+"\r", "Chest radiograph")
}

// watch is what a program has written to its terminal.
type watch struct {
	mu   sync.Mutex
	b    []byte
	more chan struct{}
}

// within waits until something is so, and looks when the program has drawn.
func (w *watch) within(t *testing.T, what string, ok func() bool) {
	t.Helper()
	late := time.After(2 * time.Minute)
	for again := time.Tick(time.Second); !ok(); {
		select {
		case <-w.more:
		case <-again:
		case <-late:
			w.mu.Lock()
			defer w.mu.Unlock()
			words := strings.Join(strings.Fields(ansi.Strip(string(w.b))), " ")
			t.Fatalf("%s did not come; written last: %s", what, words[max(0, len(words)-2000):])
		}
	}
}

func (w *watch) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.b = append(w.b, p...)
	select {
	case w.more <- struct{}{}:
	default:
	}
	return len(p), nil
}

func (w *watch) has(s string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return bytes.Contains(w.b, []byte(s))
}

func (w *watch) len() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.b)
}

func (w *watch) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.b = nil
}

// memory counts words in the writable memory of a process that is of no file.
func memory(t *testing.T, pid int, words []string) (found map[string]int, around map[string]string) {
	t.Helper()
	maps, err := os.Open(fmt.Sprintf("/proc/%d/maps", pid))
	if err != nil {
		t.Skip("SKIP what needs to read another process's memory: ", err)
	}
	defer maps.Close()
	mem, err := os.Open(fmt.Sprintf("/proc/%d/mem", pid))
	if err != nil {
		t.Skip("SKIP what needs to read another process's memory: ", err)
	}
	defer mem.Close()
	found, around = map[string]int{}, map[string]string{}
	for lines := bufio.NewScanner(maps); lines.Scan(); {
		f := strings.Fields(lines.Text())
		if len(f) < 5 || !strings.HasPrefix(f[1], "rw") || f[4] != "0" {
			continue
		}
		var from, to int64
		if _, err := fmt.Sscanf(f[0], "%x-%x", &from, &to); err != nil {
			t.Fatal(err)
		}
		b := make([]byte, min(to-from, 256<<20))
		n, _ := mem.ReadAt(b, from)
		for _, w := range words {
			if k := bytes.Count(b[:n], []byte(w)); k > 0 {
				found[w] += k
				i := bytes.Index(b[:n], []byte(w))
				around[w] = fmt.Sprintf("%s%+x: %q", lines.Text(), i, b[max(0, i-256):min(n, i+256)])
			}
		}
	}
	return found, around
}
