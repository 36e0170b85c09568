package client_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

// An act goes from those under way to the outbox and from there to what is done. Whoever reads the
// list meanwhile sees it, and once.
func TestAnActThatMovesWhileTheListIsReadIsSeenOnce(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	n, _ := w.patient("CHANQQA", 3)
	s := w.signIn("drlee")
	defer s.Close()
	if _, err := s.Find(ctx, n); err != nil {
		t.Fatal(err)
	}
	over := make(chan struct{})
	var readers sync.WaitGroup
	readings := 0
	readers.Go(func() {
		had := map[string]bool{}
		for last := false; !last; readings++ {
			select {
			case <-over:
				last = true
			default:
			}
			tasks, err := s.Tasks(ctx)
			if err != nil {
				t.Error(err)
				return
			}
			now := map[string]bool{}
			for _, task := range tasks {
				if now[task.ID] {
					t.Errorf("%s stands in the list twice", task.ID)
				}
				now[task.ID] = true
			}
			for id := range had {
				if !now[id] {
					t.Errorf("%s was in the list, and no longer is", id)
				}
			}
			had = now
		}
	})
	for i := range 15 {
		waits := i%3 == 2
		g := w.read(s, formGrant(n, fmt.Sprint("RE-20", i)))
		w.line.set(waits, nil)
		if _, err := s.Grant(ctx, g); err != nil {
			t.Error(err)
		}
		w.line.set(false, nil)
		if waits {
			if _, err := s.Poll(ctx); err != nil {
				t.Error(err)
			}
		}
		if _, err := s.Revoke(ctx, ehrdesk.Withdrawal{Patient: n, Channel: ehrdesk.ByForm, FormReference: fmt.Sprint("WD-20", i), Giver: ehrdesk.Giver{Kind: ehrdesk.SelfGiver}, DocumentSighted: true}); err != nil {
			t.Error(err)
		}
	}
	close(over)
	readers.Wait()
	if readings < 3 {
		t.Errorf("the list was read %d times", readings)
	}
}
