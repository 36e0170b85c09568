//go:build linux

package scenarios

import (
	"context"
	"errors"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader"
	"github.com/ehrdesk/ehrdesk/cardreader/simcard"
)

// watching is a monitor under test.
type watching struct {
	t    *testing.T
	m    *cardreader.Monitor
	stop context.CancelFunc
	done chan error
}

func watch(t *testing.T, r *rig) *watching {
	ctx, stop := context.WithCancel(t.Context())
	w := &watching{t: t, m: cardreader.NewMonitor(r.establish), stop: stop, done: make(chan error, 1)}
	go func() { w.done <- w.m.Run(ctx) }()
	t.Cleanup(stop)
	return w
}

// next waits for an event of a kind, of one reader or "" for any, and passes
// over others.
func (w *watching) next(kind ehrdesk.CardEventKind, reader string) cardreader.Event {
	w.t.Helper()
	late := time.After(patience)
	for {
		select {
		case e, ok := <-w.m.Events():
			if !ok {
				w.t.Fatal("the monitor has ended")
			}
			if e.Kind == kind && (reader == "" || e.Reader == reader) {
				return e
			}
		case <-late:
			w.t.Fatalf("no %v %s", kind, reader)
		}
	}
}

func (w *watching) end() time.Duration {
	w.t.Helper()
	start := time.Now()
	w.stop()
	select {
	case err := <-w.done:
		if !errors.Is(err, context.Canceled) {
			w.t.Error(err)
		}
	case <-time.After(patience):
		w.t.Fatal("the monitor does not end")
	}
	took := time.Since(start)
	for range w.m.Events() { // told before it was cancelled
	}
	return took
}

func TestInsertionReadingAndRemovalAreTold(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		w := watch(t, r)
		for range r.readers {
			w.next(ehrdesk.CardReaderAdded, "")
		}
		for range 3 {
			c := card(t, 0)
			in := r.put(t, 0, c)
			e := w.next(ehrdesk.CardInserted, r.readers[0])
			got, err := r.station.Read(t.Context(), e.Reader, e.ATR, nil)
			if err != nil || got.Proof != ehrdesk.CardGenuineChip {
				t.Fatal(err)
			}
			in.Pull()
			if out := w.next(ehrdesk.CardRemoved, r.readers[0]); out.Insertion != e.Insertion {
				t.Errorf("card %d in, card %d out", e.Insertion, out.Insertion)
			}
		}
		w.end()
	})
}

// TestTheServiceMayStopCrashAndComeBack also takes readers away and adds some:
// vpcd's come and go with the daemon alone.
func TestTheServiceMayStopCrashAndComeBack(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		w := watch(t, r)
		for range r.readers {
			w.next(ehrdesk.CardReaderAdded, "")
		}
		c := card(t, 0)
		in := r.put(t, 0, c)
		w.next(ehrdesk.CardInserted, r.readers[0])
		for _, next := range []struct {
			signal syscall.Signal
			groups int
		}{{syscall.SIGTERM, 1}, {syscall.SIGKILL, groups}} {
			took, killed := service.Stop(next.signal)
			if killed {
				t.Error("the daemon had to be killed")
			}
			if next.signal == syscall.SIGTERM {
				w.next(ehrdesk.CardRemoved, r.readers[0]) // before the service is told to be down
			}
			e := w.next(ehrdesk.CardServiceDown, "")
			if cardreader.KindOf(e.Err) != cardreader.NoService {
				t.Errorf("down: %v", e.Err)
			}
			_, err := r.read(0, c)
			wantKind(t, err, cardreader.NoService)
			in.Pull()
			start := time.Now()
			if err := service.Start(next.groups); err != nil {
				t.Fatal(err)
			}
			w.next(ehrdesk.CardServiceUp, "")
			up := time.Since(start)
			for range 2 * next.groups {
				w.next(ehrdesk.CardReaderAdded, "")
			}
			t.Logf("MEASURE %s: daemon ended in %v; started to service-up %v", r.backend, took.Round(time.Millisecond), up.Round(time.Millisecond))
		}
		in = r.put(t, 0, c)
		e := w.next(ehrdesk.CardInserted, r.readers[0])
		if got, err := r.station.Read(t.Context(), e.Reader, e.ATR, nil); err != nil || got.Proof != ehrdesk.CardGenuineChip {
			t.Error(err)
		}
		in.Pull()
		w.next(ehrdesk.CardRemoved, r.readers[0])
		w.end()
	})
}

func TestTheDaemonEndsEvenWithASilentCard(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		c := card(t, 0)
		c.Faults = simcard.From(1, simcard.Fault{Mute: true})
		r.insert(t, 0, c)
		ctx, stop := context.WithTimeout(t.Context(), soon)
		defer stop()
		_, err := r.station.Read(ctx, r.readers[0], c.ATR, nil)
		wantKind(t, err, cardreader.Late)
		took, killed := service.Stop(syscall.SIGTERM)
		if killed {
			t.Errorf("the daemon had to be killed after %v", took)
		}
		// The sessions of the one and the other backend are gone with it.
		if err := service.Start(groups); err != nil {
			t.Fatal(err)
		}
		r.list(t, 2*groups)
	})
}

// TestFifteenOfSixteenReadersAreWatched fills pcsc-lite's own limit.
func TestFifteenOfSixteenReadersAreWatched(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		service.Stop(syscall.SIGTERM)
		defer func() {
			service.Stop(syscall.SIGTERM)
			if err := service.Start(groups); err != nil {
				t.Fatal(err)
			}
			r.list(t, 2*groups)
		}()
		if err := service.Start(8); err != nil {
			t.Fatal(err)
		}
		r.list(t, 16)
		list, err := r.station.List()
		if err != nil || len(list) != 15 {
			t.Errorf("%d readers listed, %v", len(list), err)
		}
		w := watch(t, r)
		for range 15 {
			w.next(ehrdesk.CardReaderAdded, "")
		}
		c := card(t, 0)
		in := r.put(t, 14, c)
		e := w.next(ehrdesk.CardInserted, r.readers[14])
		if _, err := r.station.Read(t.Context(), e.Reader, e.ATR, nil); err != nil {
			t.Error(err)
		}
		in.Pull()
		w.next(ehrdesk.CardRemoved, r.readers[14])
		w.end()
	})
}

func TestThreeHundredMonitorsLeaveNothing(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		watch(t, r).end() // what the backend keeps for good is made once
		goroutines, threads, files := runtime.NumGoroutine(), count("Threads:"), descriptors(t)
		var ends durations
		for i := range 300 {
			w := watch(t, r)
			<-time.After(time.Duration(i%12) * 500 * time.Microsecond) // every phase
			ends = append(ends, w.end())
		}
		for end := time.Now().Add(patience); runtime.NumGoroutine() > goroutines && time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		}
		g, th, f := runtime.NumGoroutine(), count("Threads:"), descriptors(t)
		if g > goroutines || f > files {
			t.Errorf("goroutines %d to %d, descriptors %d to %d", goroutines, g, files, f)
		}
		t.Logf("MEASURE %s: cancel at any phase %v; goroutines %d/%d, threads %d/%d, descriptors %d/%d", r.backend, ends, goroutines, g, threads, th, files, f)
	})
}

func count(field string) (n int) {
	b, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, field); ok {
			for _, c := range strings.TrimSpace(rest) {
				n = n*10 + int(c-'0')
			}
		}
	}
	return n
}

func descriptors(t *testing.T) int {
	t.Helper()
	e, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(e)
}
