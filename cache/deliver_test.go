package cache_test

import (
	"fmt"
	"path/filepath"
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
	if err := v.Enqueue(t.Context(), lane, op, []byte("act "+op)); err != nil {
		t.Fatal(err)
	}
}

func mark(t *testing.T, v *cache.Vault, op string, state cache.ItemState, next time.Time) {
	t.Helper()
	if err := v.Mark(t.Context(), op, state, 1, next, "why"); err != nil {
		t.Fatal(err)
	}
}

// taken are the items that can be sent now, leased one after the other.
func taken(t *testing.T, v *cache.Vault) []string {
	t.Helper()
	out := []string{}
	for {
		it, ok, err := v.Next(t.Context(), time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			return out
		}
		if string(it.Payload) != "act "+it.OpID {
			t.Errorf("%s says %q", it.OpID, it.Payload)
		}
		out = append(out, it.OpID)
	}
}

func TestALaneGoesInOrderAndHoldsUpNoOther(t *testing.T) {
	later := noon.Add(time.Hour)
	for _, tt := range []struct {
		name  string
		first cache.ItemState // of a1, in lane a
		next  time.Time
		want  []string
	}{
		{"nothing sent yet", cache.ItemQueued, time.Time{}, []string{"a1", "b1"}},
		{"delivered", cache.ItemConfirmed, time.Time{}, []string{"a2", "b1"}},
		{"waits for its next try", cache.ItemQueued, later, []string{"b1"}},
		{"due again", cache.ItemQueued, noon, []string{"a1", "b1"}},
		{"being sent", cache.ItemSending, later, []string{"b1"}},
		{"its sender ended", cache.ItemSending, noon, []string{"a1", "b1"}},
		{"rejected", cache.ItemRejected, time.Time{}, []string{"b1"}},
		{"in conflict", cache.ItemConflict, time.Time{}, []string{"b1"}},
		{"too old", cache.ItemExpired, time.Time{}, []string{"b1"}},
		{"next try set by a clock a year ahead", cache.ItemQueued, noon.AddDate(1, 0, 0), []string{"a1", "b1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			now := noon
			_, v := clocked(t, &now)
			queue(t, v, "a", "a1")
			queue(t, v, "a", "a2")
			queue(t, v, "b", "b1")
			mark(t, v, "a1", tt.first, tt.next)
			if got := taken(t, v); !cmp.Equal(got, tt.want) {
				t.Errorf("%v can be sent, want %v", got, tt.want)
			}
		})
	}
}

func TestAnItemOfUnknownOutcomeComesBackAsThat(t *testing.T) {
	now := noon
	_, v := clocked(t, &now)
	queue(t, v, "a", "a1")
	it, ok, err := v.Next(t.Context(), time.Minute)
	if err != nil || !ok || it.State != cache.ItemQueued || it.Attempts != 1 {
		t.Fatalf("%+v %v %v", it, ok, err)
	}
	if _, ok, _ := v.Next(t.Context(), time.Minute); ok {
		t.Error("leased twice")
	}
	now = now.Add(time.Minute)
	it, ok, err = v.Next(t.Context(), time.Minute)
	if err != nil || !ok || it.State != cache.ItemSending || it.Attempts != 2 {
		t.Fatalf("%+v %v %v", it, ok, err)
	}
	mark(t, v, "a1", cache.ItemConfirmed, time.Time{})
	mark(t, v, "a1", cache.ItemConfirmed, time.Time{}) // by the sender before
	wantCode(t, v.Mark(t.Context(), "a1", cache.ItemQueued, 3, time.Time{}, ""), ehrdesk.CodeConflict)
	if got := taken(t, v); len(got) > 0 {
		t.Errorf("%v is sent again", got)
	}
	queue(t, v, "a", "a1")
	if items, err := v.Pending(t.Context()); err != nil || len(items) > 0 {
		t.Errorf("a delivered act waits again: %+v %v", items, err)
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
	var wg sync.WaitGroup
	for _, v := range []*cache.Vault{v, other, v, other} {
		wg.Go(func() {
			for {
				it, ok, err := v.Next(t.Context(), time.Minute)
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				done := 0
				for _, ops := range sent {
					done += len(ops)
				}
				if ok {
					sent[it.Lane] = append(sent[it.Lane], it.OpID)
				}
				mu.Unlock()
				if ok {
					if err := v.Mark(t.Context(), it.OpID, cache.ItemConfirmed, it.Attempts, time.Time{}, ""); err != nil {
						t.Error(err)
					}
				} else if done == lanes*each || t.Failed() {
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
		{cache.ItemQueued, ""}, {cache.ItemRejected, ""}, {cache.ItemConflict, ""}, {cache.ItemExpired, ""}, {cache.ItemDraft, ""},
		{cache.ItemWithdrawn, ""},
		{cache.ItemSending, ehrdesk.CodeConflict}, {cache.ItemConfirmed, ehrdesk.CodeConflict},
	} {
		t.Run(tt.state.String(), func(t *testing.T) {
			now := noon
			_, v := clocked(t, &now)
			queue(t, v, "a", "a1")
			queue(t, v, "a", "a2")
			mark(t, v, "a1", tt.state, noon.Add(time.Hour))
			err := v.Withdraw(t.Context(), "a1", "entered for the wrong patient")
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
			wantCode(t, v.PutDraft(t.Context(), "a", "a1", nil), ehrdesk.CodeConflict)
		})
	}
	now := noon
	_, v := clocked(t, &now)
	wantCode(t, v.Withdraw(t.Context(), "none", ""), ehrdesk.CodeNotFound)
}

func TestADraftIsSentOnlyOnceItIsQueued(t *testing.T) {
	now := noon
	_, v := clocked(t, &now)
	for _, text := range []string{"half a sentence", "a sentence"} {
		if err := v.PutDraft(t.Context(), "a", "a1", []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	queue(t, v, "a", "a2")
	if got := taken(t, v); !cmp.Equal(got, []string{"a2"}) {
		t.Errorf("%v can be sent beside a draft", got)
	}
	mark(t, v, "a2", cache.ItemConfirmed, time.Time{})
	items, err := v.Pending(t.Context())
	if err != nil || len(items) != 1 || items[0].State != cache.ItemDraft || string(items[0].Payload) != "a sentence" {
		t.Fatalf("%+v %v", items, err)
	}
	queue(t, v, "a", "a1")
	wantCode(t, v.PutDraft(t.Context(), "a", "a1", nil), ehrdesk.CodeConflict)
	if got := taken(t, v); !cmp.Equal(got, []string{"a1"}) {
		t.Errorf("%v can be sent", got)
	}
}

func TestWhatWasDeliveredSaysNothingAnyMore(t *testing.T) {
	now := noon
	s, v := clocked(t, &now)
	if err := v.Enqueue(t.Context(), "a", "a1", make([]byte, 5000)); err != nil {
		t.Fatal(err)
	}
	length := func() (n int) {
		_, journal := s.Databases()
		if err := journal.QueryRowContext(t.Context(), "SELECT length(ct) FROM outbox").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := length(); n < 5000 {
		t.Fatalf("%d bytes", n)
	}
	mark(t, v, "a1", cache.ItemConfirmed, time.Time{})
	if n := length(); n > 400 {
		t.Errorf("%d bytes are kept of an act that was delivered", n)
	}
}
