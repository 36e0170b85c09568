package cache_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

// clocked is an unlocked store whose clock the test moves.
func clocked(t *testing.T, now *time.Time) (*cache.Store, *cache.Vault) {
	t.Helper()
	s := openStore(t, filepath.Join(t.TempDir(), "desk"), cache.CheapOptions(cache.Options{Now: func() time.Time { return *now }}))
	enrol(t, s, "chan")
	return s, unlock(t, s, "chan")
}

func queue(t *testing.T, v *cache.Vault, lane, op string) {
	t.Helper()
	if err := v.Outbox().Enqueue(t.Context(), lane, op, []byte("act "+op)); err != nil {
		t.Fatal(err)
	}
}

// only lets one item be sent.
func only(op string) func(cache.Item) cache.Decision {
	return func(it cache.Item) cache.Decision {
		if it.OpID == op {
			return cache.Send
		}
		return cache.Pass
	}
}

// mark has an item sent, with this outcome.
func mark(t testing.TB, v *cache.Vault, op string, state cache.ItemState) {
	t.Helper()
	ok, err := v.Outbox().Deliver(t.Context(), only(op), func(cache.Item) cache.Outcome { return cache.Outcome{State: state, Note: "why"} })
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
}

// freely withdraws with nothing to be done before.
func freely(cache.Item) error { return nil }

// inTurn is the order of a desk: what somebody has to decide holds up its lane.
func inTurn(it cache.Item) cache.Decision {
	if it.State.Final() {
		return cache.Hold
	}
	return cache.Send
}

// taken are the items that can be sent now, each while those before are on their
// way.
func taken(t *testing.T, v *cache.Vault) []string {
	t.Helper()
	out := []string{}
	var next func(cache.Item) cache.Outcome
	next = func(it cache.Item) cache.Outcome {
		if string(it.Payload) != "act "+it.OpID {
			t.Errorf("%s says %q", it.OpID, it.Payload)
		}
		out = append(out, it.OpID)
		if _, err := v.Outbox().Deliver(t.Context(), inTurn, next); err != nil {
			t.Error(err)
		}
		return cache.Outcome{State: it.State}
	}
	if _, err := v.Outbox().Deliver(t.Context(), inTurn, next); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestALaneGoesInOrderAndHoldsUpNoOther(t *testing.T) {
	for _, tt := range []struct {
		name  string
		first cache.ItemState // of a1, in lane a
		want  []string
	}{
		{"nothing sent yet", cache.ItemQueued, []string{"a1", "b1"}},
		{"may have arrived", cache.ItemSending, []string{"a1", "b1"}},
		{"delivered", cache.ItemConfirmed, []string{"a2", "b1"}},
		{"given up", cache.ItemWithdrawn, []string{"a2", "b1"}},
		{"rejected", cache.ItemRejected, []string{"b1"}},
		{"in conflict", cache.ItemConflict, []string{"b1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			now := noon
			_, v := clocked(t, &now)
			queue(t, v, "a", "a1")
			queue(t, v, "a", "a2")
			queue(t, v, "b", "b1")
			mark(t, v, "a1", tt.first)
			if got := taken(t, v); !cmp.Equal(got, tt.want) {
				t.Errorf("%v can be sent, want %v", got, tt.want)
			}
		})
	}
}

func TestWhatMayHaveArrivedIsKnownAsThatUntilItIsAnswered(t *testing.T) {
	now := noon
	_, v := clocked(t, &now)
	queue(t, v, "a", "a1")
	for try, tt := range []struct{ was, out, is cache.ItemState }{
		{cache.ItemQueued, cache.ItemQueued, cache.ItemQueued},   // the line was down
		{cache.ItemQueued, cache.ItemSending, cache.ItemSending}, // no answer
		{cache.ItemSending, cache.ItemQueued, cache.ItemSending}, // the line is down: nobody knows any more than before
		{cache.ItemSending, cache.ItemConfirmed, cache.ItemConfirmed},
	} {
		ok, err := v.Outbox().Deliver(t.Context(), inTurn, func(it cache.Item) cache.Outcome {
			if it.State != tt.was || it.Attempts != try+1 {
				t.Errorf("try %d: %+v", try, it)
			}
			return cache.Outcome{State: tt.out}
		})
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		items, err := v.Outbox().Pending(t.Context())
		switch {
		case err != nil:
			t.Fatal(err)
		case tt.is == cache.ItemConfirmed && len(items) != 0, tt.is != cache.ItemConfirmed && (len(items) != 1 || items[0].State != tt.is):
			t.Errorf("try %d: %+v", try, items)
		}
		if tt.is == cache.ItemSending {
			wantCode(t, v.Outbox().Withdraw(t.Context(), "a1", "", freely), ehrdesk.CodeConflict)
		}
	}
	queue(t, v, "a", "a1")
	if items, err := v.Outbox().Pending(t.Context()); err != nil || len(items) > 0 {
		t.Errorf("a delivered act waits again: %+v %v", items, err)
	}
	// A sender that ends leaves its item to the next.
	queue(t, v, "a", "a2")
	func() {
		defer func() { _ = recover() }()
		_, _ = v.Outbox().Deliver(t.Context(), inTurn, func(cache.Item) cache.Outcome { panic("ends") })
	}()
	_, err := v.Outbox().Deliver(t.Context(), inTurn, func(it cache.Item) cache.Outcome {
		if it.OpID != "a2" || it.State != cache.ItemSending || it.Attempts != 2 {
			t.Errorf("%+v", it)
		}
		return cache.Outcome{State: 99}
	})
	wantCode(t, err, ehrdesk.CodeInvalid)
	if got := taken(t, v); !cmp.Equal(got, []string{"a2"}) {
		t.Errorf("%v can be sent", got)
	}
}

func TestManySendersSendEachItemOnce(t *testing.T) {
	now := noon
	s, v := clocked(t, &now)
	const lanes, each = 5, 4
	for i := range each {
		for l := range lanes {
			queue(t, v, fmt.Sprint(l), fmt.Sprintf("%d-%d", l, i))
		}
	}
	other := unlock(t, s, "chan")
	var mu sync.Mutex
	sent := map[string][]string{}
	onTheirWay := map[string]bool{}
	first := make(chan struct{}) // closed once two are on their way together
	done, failed, together := 0, 0, 0
	var wg sync.WaitGroup
	for _, v := range []*cache.Vault{v, other, v, other} {
		wg.Go(func() {
			for {
				_, err := v.Outbox().Deliver(t.Context(), inTurn, func(it cache.Item) cache.Outcome {
					mu.Lock()
					if onTheirWay[it.OrderKey] {
						t.Errorf("two of lane %s are on their way", it.OrderKey)
					}
					onTheirWay[it.OrderKey] = true
					if together++; together == 2 {
						close(first)
					}
					mu.Unlock()
					<-first
					mu.Lock()
					defer mu.Unlock()
					delete(onTheirWay, it.OrderKey)
					if failed++; failed%3 == 0 { // a try that came to nothing
						return cache.Outcome{State: cache.ItemQueued}
					}
					sent[it.OrderKey] = append(sent[it.OrderKey], it.OpID)
					done++
					return cache.Outcome{State: cache.ItemConfirmed}
				})
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				over := done == lanes*each || t.Failed()
				mu.Unlock()
				if over {
					return
				}
			}
		})
	}
	wg.Wait()
	for l := range lanes {
		want := []string{}
		for i := range each {
			want = append(want, fmt.Sprintf("%d-%d", l, i))
		}
		if diff := cmp.Diff(want, sent[fmt.Sprint(l)]); diff != "" {
			t.Errorf("lane %d: %s", l, diff)
		}
	}
}

func TestWhatWasNotDeliveredCanBeWithdrawn(t *testing.T) {
	for _, tt := range []struct {
		state cache.ItemState
		code  ehrdesk.Code
	}{
		{cache.ItemQueued, ""}, {cache.ItemRejected, ""}, {cache.ItemConflict, ""}, {cache.ItemWithdrawn, ""},
		{cache.ItemSending, ehrdesk.CodeConflict}, {cache.ItemConfirmed, ehrdesk.CodeConflict},
	} {
		t.Run(tt.state.String(), func(t *testing.T) {
			now := noon
			_, v := clocked(t, &now)
			queue(t, v, "a", "a1")
			queue(t, v, "a", "a2")
			mark(t, v, "a1", tt.state)
			err := v.Outbox().Withdraw(t.Context(), "a1", "entered for the wrong patient", freely)
			if tt.code != "" {
				wantCode(t, err, tt.code)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			queue(t, v, "a", "a1") // never again
			if got := taken(t, v); !cmp.Equal(got, []string{"a2"}) {
				t.Errorf("%v can be sent", got)
			}
		})
	}
	now := noon
	_, v := clocked(t, &now)
	wantCode(t, v.Outbox().Withdraw(t.Context(), "none", "", freely), ehrdesk.CodeNotFound)
	queue(t, v, "a", "a1")
	_, err := v.Outbox().Deliver(t.Context(), inTurn, func(cache.Item) cache.Outcome {
		wantCode(t, v.Outbox().Withdraw(t.Context(), "a1", "", freely), ehrdesk.CodeConflict)
		return cache.Outcome{State: cache.ItemQueued}
	})
	if err == nil {
		err = v.Outbox().Withdraw(t.Context(), "a1", "", freely)
	}
	if err != nil {
		t.Error(err)
	}
}

// What was delivered or given up is not needed any more: its words leave the disk,
// the database and its log, before the desk says so. That it was there stays.
func TestOfWhatIsSettledNoWordStaysOnTheDisk(t *testing.T) {
	for name, settle := range map[string]func(*testing.T, *cache.Vault){
		"delivered": func(t *testing.T, v *cache.Vault) { mark(t, v, "a1", cache.ItemConfirmed) },
		"delivered at the second try": func(t *testing.T, v *cache.Vault) {
			mark(t, v, "a1", cache.ItemSending)
			mark(t, v, "a1", cache.ItemConfirmed)
		},
		"given up": func(t *testing.T, v *cache.Vault) {
			if err := v.Outbox().Withdraw(t.Context(), "a1", "why", freely); err != nil {
				t.Fatal(err)
			}
		},
		"given up after it was refused": func(t *testing.T, v *cache.Vault) {
			mark(t, v, "a1", cache.ItemRejected)
			if err := v.Outbox().Withdraw(t.Context(), "a1", "why", freely); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			now := noon
			s, v := clocked(t, &now)
			queue(t, v, "a", "a0")
			var cells [][]byte // of the item, at each moment of its life
			cell := func() (ct []byte) {
				t.Helper()
				_, journal := s.Databases()
				if err := journal.QueryRowContext(t.Context(), "SELECT ct FROM outbox WHERE seq = 2").Scan(&ct); err != nil {
					t.Fatal(err)
				}
				return ct
			}
			if err := v.Outbox().Enqueue(t.Context(), "b", "a1", bytes.Repeat([]byte("consent "), 3000)); err != nil {
				t.Fatal(err)
			}
			cells = append(cells, cell())
			if n := standing(t, s.Dir(), cells); n == 0 {
				t.Fatal("the words are not found before: the search cannot fail")
			}
			settle(t, v)
			if n := len(cell()); n != 0 {
				t.Errorf("%d bytes are kept", n)
			}
			if n := standing(t, s.Dir(), cells); n > 0 {
				t.Errorf("the words stand %d times in the files", n)
			}
			if items, err := v.Outbox().Pending(t.Context()); err != nil || len(items) != 1 || string(items[0].Payload) != "act a0" {
				t.Errorf("%+v, %v", items, err)
			}
		})
	}
}

// Up to format 3 an act that was given up kept what it said, and so did its place in
// a log.
func TestWhatWasGivenUpBeforeFormat4IsGoneWhenTheStoreIsOpen(t *testing.T) {
	dir := releasedStore(t, "format-3")
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "journal.db"))
	if err != nil {
		t.Fatal(err)
	}
	var cell []byte
	err = db.QueryRowContext(t.Context(), "SELECT ct FROM outbox WHERE state = 5").Scan(&cell)
	db.Close()
	if err != nil || len(cell) < 64 || standing(t, dir, [][]byte{cell}) == 0 {
		t.Fatalf("nothing was given up: %d bytes, %v", len(cell), err)
	}
	s := openStore(t, dir, at(noon))
	if n := standing(t, dir, [][]byte{cell}); n > 0 {
		t.Errorf("its words stand %d times in the files", n)
	}
	v, err := s.Unlock(t.Context(), "wong", released["wong"])
	if err != nil {
		t.Fatal(err)
	}
	wantCode(t, v.Outbox().Withdraw(t.Context(), "op-4", "", freely), ehrdesk.CodeConflict)
	for _, op := range []string{"op-4", "op-5"} { // never again
		if err := v.Outbox().Enqueue(t.Context(), "c", op, []byte("again")); err != nil {
			t.Fatal(err)
		}
	}
	if items, err := v.Outbox().Pending(t.Context()); err != nil || len(items) != 3 {
		t.Errorf("%d items wait: %v", len(items), err)
	}
	if got, err := v.Worklists().Items(t.Context(), "today"); err != nil || len(got) != 1 || string(got[0].Payload) != "a line of the day" {
		t.Errorf("%+v, %v", got, err)
	}
}

// standing is how often one of some ciphertexts, by any kilobyte of it, stands in
// the files of a directory.
func standing(t *testing.T, dir string, cells [][]byte) (n int) {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		b, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cells {
			for part := range slices.Chunk(c, 1024) {
				if len(part) >= 32 && bytes.Contains(b, part) {
					n++
				}
			}
		}
	}
	return n
}
