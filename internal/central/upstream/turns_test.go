package upstream

import (
	"context"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
)

// Who waits for a turn waits for that alone, and as long as there is time.
func TestATurnIsWaitedForAsLongAsThereIsTime(t *testing.T) {
	var turns turns
	release, err := turns.take(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	other, err := turns.take(t.Context(), "b")
	if err != nil {
		t.Fatal(err)
	}
	other()
	late, stop := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer stop()
	if _, err := turns.take(late, "a"); err == nil {
		t.Error("the turn was taken twice")
	} else if f, ok := refusal.As(err); !ok || f.Issue != "upstream-slow" {
		t.Errorf("refused as %v", err)
	}
	const waiting = 8
	had := make(chan error, waiting)
	n := 0 // that one at a time counts
	for range waiting {
		go func() {
			release, err := turns.take(t.Context(), "a")
			if err == nil {
				n++
				release()
			}
			had <- err
		}()
	}
	release()
	for range waiting {
		if err := <-had; err != nil {
			t.Error(err)
		}
	}
	if n != waiting || len(turns.taken) != 0 {
		t.Errorf("%d had their turn, %d are kept", n, len(turns.taken))
	}
}
