// Command testhours runs the tests that have a clock at the hours at which a day
// begins and ends, and between, in Hong Kong and in UTC. Each package whose tests
// import internal/testclock is built once. Nobody keeps a list: which tests have
// such a clock, and which are of one day, is read from the source (see tests.go).
//
// Those of one day run where a day begins and ends, and at one of the hours between
// in each zone. The others, whose times are all lengths of time, run at one of the
// moments each, so that none is left out.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"
)

// round is a moment at which tests run.
type round struct{ zone, at string }

// edge reports a moment at which a day begins or ends.
func (r round) edge() bool {
	return strings.HasSuffix(r.at, "T00:00") || strings.HasSuffix(r.at, "T23:59")
}

// rounds are all moments: of the day on which they are run, and the last minute of
// its year.
func rounds(today time.Time) (out []round) {
	for _, zone := range []string{"Asia/Hong_Kong", "UTC"} {
		for _, hour := range []string{"00:00", "03:00", "06:00", "09:00", "12:00", "15:00", "18:00", "23:59"} {
			out = append(out, round{zone, today.Format("2006-01-02") + "T" + hour})
		}
		out = append(out, round{zone, today.Format("2006") + "-12-31T23:59"})
	}
	return out
}

// job is one package at one moment.
type job struct {
	round
	suite
	tests  []string
	binary string
}

func main() {
	limit := flag.Duration("timeout", 5*time.Minute, "how long the tests of a package may take at one hour")
	flag.Parse()
	if err := run(*limit); err != nil {
		fmt.Println("FAIL", err)
		os.Exit(1)
	}
}

func run(limit time.Duration) error {
	suites, err := find()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "ehrdesk-hours-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	var jobs []job
	all := rounds(time.Now())
	for i, s := range suites {
		binary := filepath.Join(dir, fmt.Sprint(i, ".test.exe"))
		if out, err := command("test", "-c", "-o", binary, s.pkg).CombinedOutput(); err != nil {
			return fmt.Errorf("%s does not build: %w\n%s", s.pkg, err, out)
		}
		for n, r := range all {
			if tests := s.at(n, all); len(tests) > 0 {
				jobs = append(jobs, job{r, s, tests, binary})
			}
		}
	}
	return each(jobs, limit)
}

// each runs the jobs, one for each processor at a time, and says how each ended.
func each(jobs []job, limit time.Duration) error {
	next := make(chan job)
	go func() {
		defer close(next)
		for _, j := range jobs {
			next <- j
		}
	}()
	var mu sync.Mutex
	var workers sync.WaitGroup
	failed := 0
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for j := range next {
				began := time.Now()
				out, err := j.run(limit)
				mu.Lock()
				fmt.Printf("%-5s %s %-14s %s: %d tests in %.1fs\n", map[bool]string{true: "ok", false: "FAIL"}[err == nil], j.round.at, j.zone, j.pkg, len(j.tests), time.Since(began).Seconds())
				if err != nil {
					failed++
					fmt.Printf("%s%v\n", out, err)
				}
				mu.Unlock()
			}
		})
	}
	workers.Wait()
	if failed > 0 {
		return fmt.Errorf("%d of %d runs", failed, len(jobs))
	}
	return nil
}

// run runs the job's tests; that fewer ran than were asked for is an error, too.
func (j job) run(limit time.Duration) ([]byte, error) {
	cmd := exec.Command(j.binary, "-test.short", "-test.v", "-test.timeout", limit.String(), "-test.run", "^("+strings.Join(j.tests, "|")+")$")
	cmd.Dir = j.dir
	cmd.Env = append(os.Environ(), "TZ="+j.zone, "EHRDESK_TEST_NOW="+j.round.at)
	out, err := cmd.CombinedOutput()
	if n := bytes.Count(out, []byte("\n--- ")) + 1; err == nil && n < len(j.tests) {
		err = fmt.Errorf("%d of %d tests ran", n, len(j.tests))
	}
	return out, err
}

func command(args ...string) *exec.Cmd {
	tool := os.Getenv("GO")
	if tool == "" {
		tool = "go"
	}
	return exec.Command(tool, args...)
}
