//go:build linux

package scenarios

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader/pcsc"
	"github.com/ehrdesk/ehrdesk/cardreader/simcard"
)

// durations print as their middle, their tail and their worst.
type durations []time.Duration

func (d durations) String() string {
	if len(d) == 0 {
		return "none"
	}
	s := slices.Sorted(slices.Values(d))
	at := func(q float64) time.Duration {
		return s[min(len(s)-1, int(q*float64(len(s))))].Round(time.Microsecond)
	}
	return fmt.Sprintf("n=%d p50 %v p95 %v max %v", len(s), at(.5), at(.95), at(1))
}

// lap adds what f took.
func (d *durations) lap(t testing.TB, f func() error) {
	t.Helper()
	start := time.Now()
	if err := f(); err != nil {
		t.Fatal(err)
	}
	*d = append(*d, time.Since(start))
}

// rounds is how often each thing is measured: few times in every run of the
// tests, as EHRDESK_FIGURES says for docs/performance.md.
func rounds() int {
	if n, err := strconv.Atoi(os.Getenv("EHRDESK_FIGURES")); err == nil && n > 0 {
		return n
	}
	return 4
}

// TestFigures measures what docs/performance.md quotes; it holds no figure. The
// backends take turns at everything, so that what else the machine does meets
// them alike.
func TestFigures(t *testing.T) {
	all := rigs(t)
	for _, r := range all {
		r.list(t, 2*groups)
	}
	t.Cleanup(func() { all[0].clear(t) })
	t.Run("insertion", func(t *testing.T) { insertions(t, all, rounds()) })
	t.Run("cancel", func(t *testing.T) { cancels(t, all, 12*rounds()) })
	t.Run("commands", func(t *testing.T) { commands(t, all, rounds()) })
}

// turns runs f for every backend n times over, each time in another order.
func turns(all []*rig, n int, f func(r *rig)) {
	for range n {
		for _, i := range rand.Perm(len(all)) {
			f(all[i])
		}
	}
}

// anyPhase waits for as long as the daemon may from one look to the next.
func anyPhase() { <-time.After(rand.N(400 * time.Millisecond)) }

func insertions(t *testing.T, all []*rig, n int) {
	type figures struct{ event, proven, reading, removal durations }
	of := map[string]*figures{}
	for _, r := range all {
		of[r.backend] = new(figures)
	}
	turns(all, n, func(r *rig) {
		d := of[r.backend]
		w := watch(t, r)
		for range r.readers {
			w.next(ehrdesk.CardReaderAdded, "")
		}
		c := card(t, 0)
		anyPhase()
		start := time.Now()
		in := r.put(t, 0, c)
		e := w.next(ehrdesk.CardInserted, r.readers[0])
		told := time.Now()
		got, err := r.station.Read(t.Context(), e.Reader, e.ATR, nil)
		if err != nil || got.Proof != ehrdesk.CardGenuineChip {
			t.Fatal(err)
		}
		d.event, d.proven, d.reading = append(d.event, told.Sub(start)), append(d.proven, time.Since(start)), append(d.reading, time.Since(told))
		anyPhase()
		d.removal.lap(t, func() error {
			in.Pull()
			w.next(ehrdesk.CardRemoved, r.readers[0])
			return nil
		})
		w.end()
	})
	for _, r := range all {
		d := of[r.backend]
		t.Logf("MEASURE %s: insertion to event %v", r.backend, d.event)
		t.Logf("MEASURE %s: insertion to a proven face %v", r.backend, d.proven)
		t.Logf("MEASURE %s: event to a proven face %v", r.backend, d.reading)
		t.Logf("MEASURE %s: removal to event %v", r.backend, d.removal)
	}
}

func cancels(t *testing.T, all []*rig, n int) {
	took := map[string]*durations{}
	for _, r := range all {
		took[r.backend] = new(durations)
	}
	i := 0
	turns(all, n, func(r *rig) {
		w := watch(t, r)
		<-time.After(time.Duration(i/len(all)%12) * 500 * time.Microsecond) // every phase
		*took[r.backend] = append(*took[r.backend], w.end())
		i++
	})
	for _, r := range all {
		t.Logf("MEASURE %s: cancel at any phase %v", r.backend, took[r.backend])
	}
}

func commands(t *testing.T, all []*rig, n int) {
	all[0].insert(t, 0, card(t, 0))
	type figures struct{ establish, connect, begin, refused, read durations }
	of := map[string]*figures{}
	for _, r := range all {
		of[r.backend] = new(figures)
	}
	choose := append([]byte{0, 0xA4, 4, 0, byte(len(simcard.TrainingAID))}, simcard.TrainingAID...)
	turns(all, n, func(r *rig) {
		d := of[r.backend]
		var c pcsc.Context
		var k pcsc.Card
		d.establish.lap(t, func() (err error) { c, err = r.establish(); return err })
		d.connect.lap(t, func() (err error) { k, err = c.Connect(r.readers[0], pcsc.Shared); return err })
		d.begin.lap(t, func() error { return k.Begin() })
		if _, err := k.Transmit(choose); err != nil {
			t.Fatal(err)
		}
		for range 40 {
			d.refused.lap(t, func() error { _, err := k.Transmit([]byte{0, 0xB0, 0x9F, 0, 1}); return err })
			d.read.lap(t, func() error { _, err := k.Transmit([]byte{0, 0xB0, 0x82, 0, 80}); return err })
		}
		if err := k.End(pcsc.LeaveCard); err != nil {
			t.Fatal(err)
		}
		_ = k.Disconnect(pcsc.LeaveCard)
		_ = c.Release()
	})
	for _, r := range all {
		d := of[r.backend]
		t.Logf("MEASURE %s: establish %v", r.backend, d.establish)
		t.Logf("MEASURE %s: connect %v", r.backend, d.connect)
		t.Logf("MEASURE %s: begin %v", r.backend, d.begin)
		t.Logf("MEASURE %s: command refused in two bytes %v", r.backend, d.refused)
		t.Logf("MEASURE %s: READ BINARY of 80 bytes %v", r.backend, d.read)
	}
}
