// Command testrun runs go test and says at the end which tests took longest, and what
// was skipped and why, also where something failed: go test keeps silent about both
// unless it is told to print everything. Its arguments are those of go test, more than one run of it
// divided by "then", of which each runs whatever became of the one before, or by
// "beside", of which both run at once: one that waits most of its time costs none
// then. An argument that
// begins with SKIP is said among what was skipped. Where the first is "memory" the tests' files are in memory, if
// the machine can. It prints what go test prints, and ends with a line of go test's and go test's exit status.
package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"sync"
	"syscall"
)

func main() { os.Exit(do()) }

func do() int {
	// Whoever ends us ends go test as well: what was skipped until then is still said.
	signal.Notify(make(chan os.Signal, 1), os.Interrupt, syscall.SIGTERM)
	r := &report{out: os.Stdout, said: map[string]*said{}}
	status := 0
	args := os.Args[1:]
	if len(args) > 0 && args[0] == "memory" {
		args = args[1:]
		remove, err := intoMemory()
		if err != nil {
			fmt.Fprintln(os.Stderr, "testrun:", err)
			return 1
		}
		defer remove()
	}
	for step := range divided(args, "then") {
		for _, s := range r.beside(step) {
			if s != 0 {
				status = s
			}
		}
	}
	r.end(status)
	return status
}

// intoMemory has the tests keep their files in memory, where this machine can and nobody said where they are
// to be. What go builds stays where it was: it is large, and nobody waits for it.
func intoMemory() (remove func(), err error) {
	if os.Getenv("TMPDIR") != "" {
		return func() {}, nil
	}
	dir, remove, err := inMemory()
	if err != nil || dir == "" {
		return func() {}, err
	}
	if os.Getenv("GOTMPDIR") == "" {
		err = os.Setenv("GOTMPDIR", os.TempDir())
	}
	if err = errors.Join(err, os.Setenv("TMPDIR", dir)); err != nil {
		remove()
		return nil, err
	}
	return remove, nil
}

// beside runs what is divided by "beside" at once, and gives each one's exit status.
func (r *report) beside(step []string) []int {
	var all [][]string
	for args := range divided(step, "beside") {
		args = slices.DeleteFunc(args, func(s string) bool {
			skip := strings.HasPrefix(s, "SKIP")
			if skip {
				r.skipped = append(r.skipped, s)
			}
			return skip
		})
		if len(args) > 0 {
			all = append(all, args)
		}
	}
	status := make([]int, len(all))
	var wg sync.WaitGroup
	for i, args := range all {
		wg.Go(func() { status[i] = r.run(args) })
	}
	wg.Wait()
	return status
}

// divided are the arguments between the words.
func divided(args []string, word string) func(func([]string) bool) {
	return func(yield func([]string) bool) {
		for len(args) > 0 {
			n := slices.Index(args, word)
			if n < 0 {
				n = len(args)
			}
			if !yield(args[:n]) {
				return
			}
			args = args[min(n+1, len(args)):]
		}
	}
}

// run runs go test once and gives its exit status.
func (r *report) run(args []string) int {
	goTool := os.Getenv("GO")
	if goTool == "" {
		goTool = "go"
	}
	cmd := exec.Command(goTool, append([]string{"test", "-json"}, args...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		fmt.Fprintln(r.out, "FAIL", err)
		return 1
	}
	r.read(out)
	if err := cmd.Wait(); err != nil {
		return max(1, cmd.ProcessState.ExitCode())
	}
	return 0
}

// event is a line of go test -json; go doc test2json says what it means.
type event struct {
	Action, Package, Test, Output, ImportPath string
	Elapsed                                   float64 // s
}

// took is how long a test took that is not part of another.
type took struct {
	seconds float64
	name    string
}

// Of the tests that took this long, in seconds, so many are named: where a run grows
// too long, these are the ones to look at.
const longTest, longTests = 5, 20

// said is what a package has printed, by test, "" for the package itself, until it
// is known whether that has to be read.
type said struct{ lines map[string][]string }

// report prints events as go test would.
type report struct {
	mu      sync.Mutex // two runs may be read at once
	out     io.Writer
	said    map[string]*said // by package
	skipped []string
	long    []took
	last    string // the line of the last package that ended, printed before the next or at the end
}

func (r *report) read(in io.Reader) {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil { // not go test's
			r.mu.Lock()
			fmt.Fprintln(r.out, lines.Text())
			r.mu.Unlock()
			continue
		}
		r.mu.Lock()
		r.take(e)
		r.mu.Unlock()
	}
}

func (r *report) take(e event) {
	if e.Package == "" { // the build of something
		if e.Action == "build-output" {
			fmt.Fprint(r.out, e.Output)
		}
		return
	}
	p := r.said[e.Package]
	if p == nil {
		p = &said{map[string][]string{}}
		r.said[e.Package] = p
	}
	if e.Test != "" && e.Elapsed >= longTest && !strings.Contains(e.Test, "/") {
		r.long = append(r.long, took{e.Elapsed, short(e.Package) + " " + e.Test})
	}
	switch e.Action {
	case "output":
		p.lines[e.Test] = append(p.lines[e.Test], e.Output)
		if e.Test == "" && strings.HasPrefix(e.Output, "SKIP") {
			r.skipped = append(r.skipped, strings.TrimSpace(e.Output))
		}
	case "skip":
		if e.Test != "" {
			r.skipped = append(r.skipped, fmt.Sprintf("SKIP %s %s: %s", short(e.Package), e.Test, reason(p.lines[e.Test])))
			delete(p.lines, e.Test)
		} else {
			r.ended(e, p)
		}
	case "pass":
		if e.Test != "" {
			delete(p.lines, e.Test)
		} else {
			r.ended(e, p)
		}
	case "fail":
		if e.Test == "" {
			r.ended(e, p)
		}
	}
}

// ended prints the package, and everything its failed and unfinished tests said.
func (r *report) ended(e event, p *said) {
	delete(r.said, e.Package)
	own := p.lines[""]
	delete(p.lines, "")
	if e.Action == "fail" {
		tests := make([]string, 0, len(p.lines))
		for t := range p.lines {
			tests = append(tests, t)
		}
		slices.Sort(tests)
		for _, t := range tests {
			for _, l := range p.lines[t] {
				if !strings.HasPrefix(l, "=== ") {
					fmt.Fprint(r.out, l)
				}
			}
		}
	}
	line := ""
	for _, l := range own {
		switch {
		case strings.HasPrefix(l, "ok ") || strings.HasPrefix(l, "FAIL\t") || strings.HasPrefix(l, "? ") || strings.HasPrefix(l, "ok\t") || strings.HasPrefix(l, "?\t"):
			line = l
		case e.Action == "fail" && l != "FAIL\n":
			fmt.Fprint(r.out, l)
		}
	}
	fmt.Fprint(r.out, r.last)
	r.last = line
}

// end says what was skipped, and ends as go test does.
func (r *report) end(status int) {
	for name := range r.said { // was cut off
		r.skipped = append(r.skipped, "SKIP the rest of "+short(name)+": the run was ended before it was")
	}
	slices.SortStableFunc(r.long, func(a, b took) int { return cmp.Compare(b.seconds, a.seconds) })
	for _, t := range r.long[:min(len(r.long), longTests)] {
		fmt.Fprintf(r.out, "took %.0f s: %s\n", t.seconds, t.name)
	}
	slices.Sort(r.skipped)
	for _, s := range slices.Compact(r.skipped) {
		fmt.Fprintln(r.out, s)
	}
	fmt.Fprint(r.out, r.last)
	if status != 0 {
		fmt.Fprintln(r.out, "FAIL")
	}
}

// short is a package's path within this module.
func short(pkg string) string {
	return strings.TrimPrefix(strings.TrimPrefix(pkg, "github.com/ehrdesk/ehrdesk"), "/")
}

// reason is what a test said when it skipped.
func reason(lines []string) string {
	var words []string
	for _, l := range lines {
		l = strings.TrimSpace(l)
		if l == "" || strings.HasPrefix(l, "=== ") || strings.HasPrefix(l, "--- ") {
			continue
		}
		if _, rest, ok := strings.Cut(l, ".go:"); ok { // file and line
			if _, text, ok := strings.Cut(rest, ": "); ok {
				l = text
			}
		}
		words = append(words, strings.TrimPrefix(l, "SKIP "))
	}
	if len(words) == 0 {
		return "it does not say why"
	}
	return strings.Join(words, "; ")
}
