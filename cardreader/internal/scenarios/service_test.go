//go:build linux

package scenarios

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader"
	"github.com/ehrdesk/ehrdesk/cardreader/pcsc"
	"github.com/ehrdesk/ehrdesk/cardreader/simcard"
)

// TestTheServiceMayEndInTheMiddleOfAReading, politely and not, and come back with
// all readers or without the one that was read: vpcd's readers come and go with
// the daemon alone.
func TestTheServiceMayEndInTheMiddleOfAReading(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		all := 2 * groups
		for _, c := range []struct {
			signal syscall.Signal
			groups int // when it comes back
		}{{syscall.SIGTERM, groups}, {syscall.SIGKILL, groups}, {syscall.SIGTERM, 1}} {
			r.list(t, all)
			at := slices.IndexFunc(r.readers, func(name string) bool { return strings.HasPrefix(name, "Virtual PCD B") }) // of the group that may stay away
			last := r.readers[at]
			reached := make(chan struct{}, 1)
			slow := card(t, 0)
			slow.Faults = func(n int, _ []byte) simcard.Fault {
				if n == 3 {
					reached <- struct{}{}
					return simcard.Fault{Delay: time.Second}
				}
				return simcard.Fault{}
			}
			in := r.insert(t, at, slow)
			done := make(chan error, 1)
			start := time.Now()
			go func() {
				got, err := r.read(at, slow)
				if got != nil {
					err = fmt.Errorf("a reading came of it: %w", err)
				}
				done <- err
			}()
			<-reached
			service.Stop(c.signal)
			err := <-done
			wantKind(t, err, cardreader.NoService, cardreader.Removed, cardreader.Link, cardreader.NoCard, cardreader.Busy)
			t.Logf("MEASURE %s: the daemon ended by %v in the middle of a reading: %v after %v", r.backend, c.signal, cardreader.KindOf(err), time.Since(start).Round(time.Millisecond))
			in.Pull()
			if err := service.Start(c.groups); err != nil {
				t.Fatal(err)
			}
			r.list(t, 2*c.groups)
			if c.groups < groups { // that reader was unplugged meanwhile
				_, err := r.station.Read(t.Context(), last, slow.ATR, nil)
				wantKind(t, err, cardreader.NoReader)
			}
			fine := card(t, 1)
			in = r.insert(t, 0, fine)
			if got, err := r.read(0, fine); err != nil || got.Proof != ehrdesk.CardGenuineChip {
				t.Errorf("after it came back: %v", err)
			}
			r.pull(t, 0, in)
			if c.groups < groups {
				service.Stop(syscall.SIGTERM)
				if err := service.Start(groups); err != nil {
					t.Fatal(err)
				}
				r.list(t, all)
			}
		}
	})
}

// TestACancelThatComesTooSoonIsLost finds what the monitor's repeated Cancel is
// for: with libpcsclite one that comes before the waiter waits is forgotten. With
// our own client none is.
func TestACancelThatComesTooSoonIsLost(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		lost := 0
		for i := range 60 {
			c, err := r.establish()
			if err != nil {
				t.Fatal(err)
			}
			done := make(chan error, 1)
			go func() {
				done <- c.Wait([]pcsc.ReaderState{{Reader: r.readers[0], Current: pcsc.Empty}}, 200*time.Millisecond)
			}()
			<-time.After(time.Duration(i%6) * 40 * time.Microsecond)
			_ = c.Cancel()
			if err := <-done; err != pcsc.ErrCancelled {
				lost++
			}
			_ = c.Release()
		}
		if r.backend == "own client" && lost > 0 {
			t.Errorf("%d of 60 were lost", lost)
		}
		t.Logf("MEASURE %s: one Cancel alone: lost %d of 60", r.backend, lost)
	})
}

// TestWhoWaitsHoldsTheContext is why monitor and session each have their own.
func TestWhoWaitsHoldsTheContext(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		c, err := r.establish()
		if err != nil {
			t.Fatal(err)
		}
		defer c.Release()
		// A reader's state is asked for until it is known, so that the wait below waits.
		s := []pcsc.ReaderState{{Reader: r.readers[0]}}
		if err := c.Wait(s, 0); err != nil && err != pcsc.ErrTimeout {
			t.Fatal(err)
		}
		s[0].Current = s[0].Event &^ pcsc.Changed
		done := make(chan struct{})
		go func() { defer close(done); _ = c.Wait(s, 800*time.Millisecond) }()
		<-time.After(100 * time.Millisecond)
		start := time.Now()
		_, err = c.Readers()
		held := time.Since(start)
		<-done
		if err != nil {
			t.Error(err)
		}
		t.Logf("MEASURE %s: listing readers while the same context waits 800 ms: %v", r.backend, held.Round(time.Millisecond))
		// Another context is held up by nobody.
		other, err := r.establish()
		if err != nil {
			t.Fatal(err)
		}
		defer other.Release()
		ctx, stop := context.WithTimeout(t.Context(), patience)
		defer stop()
		if _, err := other.Readers(); err != nil || ctx.Err() != nil {
			t.Error(err)
		}
	})
}
