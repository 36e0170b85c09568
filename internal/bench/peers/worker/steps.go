package worker

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/internal/bench/clinical"
)

var (
	errStep    = errors.New("no such step")
	errMissing = errors.New("not all records are there")
)

// turns does the steps. It makes a patient's records before the clock runs, and
// keeps those made last.
type turns struct {
	store    Store
	patients int
	made     []cache.Change
	madeFor  int
}

// take does one step. Short ones are done several times in a row, and the answer
// is their mean.
func (t *turns) take(ctx context.Context, line string) (int64, error) {
	var step string
	var n, i int // the patient, and a record or a round
	_, _ = fmt.Sscan(line, &step, &n, &i)
	switch s := t.store; step {
	case "write":
		all := t.records(n)
		return mean(1, func(int) error { return s.Write(ctx, n, all) })
	case "open": // five patients
		return mean(5, func(j int) error { return t.whole(1)(s.Open(ctx, (n+j*11)%t.patients)) })
	case "prepare":
		t.records(n)
		return 0, s.Prepare(ctx, n)
	case "one": // ten of one patient, so that they are seldom of the block read last
		all := t.records(n)
		return mean(10, func(j int) error { return s.One(ctx, n, all[(i+j*211)%Each].Record.Ref()) })
	case "count": // ten patients
		return mean(10, func(j int) error { return t.whole(1)(s.Count(ctx, (n+j*7)%t.patients)) })
	case "countopen":
		if err := s.Prepare(ctx, n); err != nil {
			return 0, err
		}
		return mean(10, func(int) error { return t.whole(1)(s.CountOpen(ctx, n)) })
	case "countall":
		return mean(1, func(int) error { return t.whole(t.patients)(s.CountAll(ctx)) })
	case "update":
		changed := t.changed(n, i)
		if err := s.Prepare(ctx, n); err != nil {
			return 0, err
		}
		return mean(1, func(int) error { return s.Update(ctx, n, changed) })
	case "shred": // of a copy of yesterday, which is in the file and not in its log
		if err := s.Checkpoint(ctx); err != nil {
			return 0, err
		}
		return mean(1, func(int) error { return s.Shred(ctx, n) })
	case "checkpoint":
		return mean(1, func(int) error { return s.Checkpoint(ctx) })
	case "size":
		return s.Size()
	case "memory": // now
		t.made = nil
		return memory("VmRSS"), nil
	case "peak": // the most memory so far
		return memory("VmHWM"), nil
	}
	return 0, errStep
}

func (t *turns) records(n int) []cache.Change {
	if t.made == nil || t.madeFor != n {
		t.made, t.madeFor = clinical.Records(uint64(n), Each), n
	}
	return t.made
}

// changed are ten of a patient's records in their next version.
func (t *turns) changed(n, round int) []cache.Change {
	all := t.records(n)
	out := make([]cache.Change, 10)
	for j := range out {
		out[j] = all[(round*31+j*47)%Each]
		out[j].Record.Version = fmt.Sprint(round + 2)
		out[j].Record.Updated = clinical.Now().AddDate(1, 0, round)
	}
	return out
}

// whole fails where a step saw other than all records of so many patients.
func (t *turns) whole(patients int) func(records int, err error) error {
	return func(records int, err error) error {
		if err == nil && records != patients*Each {
			err = errMissing
		}
		return err
	}
}

// mean is how long one of several calls took, in nanoseconds.
func mean(times int, f func(j int) error) (int64, error) {
	began := time.Now()
	for j := range times {
		if err := f(j); err != nil {
			return 0, err
		}
	}
	return time.Since(began).Nanoseconds() / int64(times), nil
}

// memory is a line of this process's status on Linux, in bytes; 0 elsewhere.
func memory(name string) (bytes int64) {
	status, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(status)) {
		if kb, ok := strings.CutPrefix(line, name+":"); ok {
			_, _ = fmt.Sscan(kb, &bytes)
		}
	}
	return bytes * 1024
}
