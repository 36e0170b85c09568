package sqlite

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
)

// Whoever waits for the store has it in the order in which they came: a pool of
// database/sql gives it to any of them, and a few of many wait for seconds.
func TestWhoeverCameFirstHasTheStoreNext(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	synctest.Test(t, func(t *testing.T) {
		l, err := connect(path, 1, "&_txlock=immediate")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		_, first, err := l.begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var order []int
		var all sync.WaitGroup
		for i := range 50 {
			all.Go(func() {
				_, leave, err := l.begin(t.Context())
				if err != nil {
					t.Error(err)
					return
				}
				order = append(order, i) // one at a time
				leave()
			})
			synctest.Wait() // it stands in the queue
		}
		gone, cancel := context.WithCancel(t.Context())
		all.Go(func() {
			if _, _, err := l.begin(gone); !errors.Is(err, context.Canceled) {
				t.Errorf("who gave up: %v", err)
			}
		})
		synctest.Wait()
		cancel()
		first()
		all.Wait()
		if !slices.IsSorted(order) || len(order) != 50 {
			t.Errorf("%v", order)
		}
	})
}
