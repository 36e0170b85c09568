package write

import (
	"context"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
)

// disk is a session that keeps drafts, and fails at times.
type disk struct {
	ehrdesk.Writing
	mu     sync.Mutex
	kept   []int
	fails  map[int]bool // by the number of the call
	calls  int
	inside atomic.Int32
	most   atomic.Int32
}

func (d *disk) KeepWriting(_ context.Context, _ string, x ehrdesk.Draft) error {
	if n := d.inside.Add(1); n > d.most.Load() {
		d.most.Store(n)
	}
	defer d.inside.Add(-1)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.calls++
	if d.fails[d.calls] {
		return ehrdesk.E("disk", ehrdesk.CodeOther, nil)
	}
	n, err := strconv.Atoi(x.ID)
	d.kept = append(d.kept, n)
	return err
}

// However fast somebody types and whatever fails: one is written at a time, none after a newer one, and the newest is on the
// disk once nothing is owed.
func TestTheNewestIsKeptAndNoneAfterIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := &disk{fails: map[int]bool{}}
		for _, n := range rapid.SliceOfN(rapid.IntRange(1, 30), 0, 6).Draw(t, "fail") {
			d.fails[n] = true
		}
		k := &keeper{}
		var running sync.WaitGroup
		last := rapid.IntRange(1, 40).Draw(t, "changes")
		for n := range last {
			if k.put(ehrdesk.Draft{ID: strconv.Itoa(n)}) {
				if rapid.Bool().Draw(t, "beside") {
					running.Go(func() { _ = k.run(d, "p") })
				} else {
					_ = k.run(d, "p")
				}
			}
		}
		running.Wait()
		for range 40 { // what failed is tried again with the next change, as often as it fails
			if !k.owes() {
				break
			}
			if k.put(ehrdesk.Draft{ID: strconv.Itoa(last - 1)}) {
				_ = k.run(d, "p")
			}
		}
		if k.owes() || d.most.Load() > 1 || len(d.kept) == 0 || d.kept[len(d.kept)-1] != last-1 {
			t.Fatalf("owes %v, %d at once, kept %v of %d", k.owes(), d.most.Load(), d.kept, last)
		}
		for i := 1; i < len(d.kept); i++ {
			if d.kept[i] < d.kept[i-1] {
				t.Fatalf("an older one after a newer: %v", d.kept)
			}
		}
	})
}

// A lock waits for what is being kept, and for nothing that is not.
func TestWhoWaitsForTheDiskWaitsUntilItHasIt(t *testing.T) {
	d, k := &disk{}, &keeper{}
	k.wait(time.Hour) // nothing was typed
	if !k.put(ehrdesk.Draft{ID: "1"}) {
		t.Fatal("nobody is at it")
	}
	go func() { _ = k.run(d, "p") }()
	k.wait(time.Hour)
	if k.owes() || len(d.kept) != 1 {
		t.Errorf("kept %v", d.kept)
	}
	k.put(ehrdesk.Draft{ID: "2"})
	k.wait(0) // the time is over
	if !k.owes() {
		t.Error("it is said to be kept")
	}
}
