package cardreader_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader"
	"github.com/ehrdesk/ehrdesk/cardreader/pcsc"
	"github.com/ehrdesk/ehrdesk/cardreader/pcsc/fake"
	"github.com/ehrdesk/ehrdesk/cardreader/simcard"
)

// watcher runs a monitor inside a synctest bubble.
type watcher struct {
	t    *testing.T
	m    *cardreader.Monitor
	stop context.CancelFunc
	done chan error
}

func watch(t *testing.T, s *fake.Service) *watcher {
	ctx, stop := context.WithCancel(t.Context())
	w := &watcher{t: t, m: cardreader.NewMonitor(s.Establish), stop: stop, done: make(chan error, 1)}
	go func() { w.done <- w.m.Run(ctx) }()
	return w
}

// saw holds what has been told against lines such as "card-inserted A 1".
func (w *watcher) saw(want ...string) {
	w.t.Helper()
	synctest.Wait()
	var got []string
	for {
		select {
		case e, ok := <-w.m.Events():
			if !ok {
				got = append(got, "closed")
				break
			}
			got = append(got, strings.TrimSpace(line(e)))
			synctest.Wait()
			continue
		default:
		}
		break
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		w.t.Errorf("told:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func line(e cardreader.Event) string {
	s := e.Kind.String() + " " + e.Reader
	if e.Insertion != 0 {
		s += fmt.Sprint(" ", e.Insertion)
	}
	if e.Err != nil {
		s += cardreader.KindOf(e.Err).String()
	}
	return s
}

func (w *watcher) end() {
	w.t.Helper()
	w.stop()
	synctest.Wait()
	if err := <-w.done; !errors.Is(err, context.Canceled) || ehrdesk.CodeOf(err) != ehrdesk.CodeCard {
		w.t.Errorf("Run ended with %v", err)
	}
	w.saw("closed")
}

func TestTheMonitorTellsOfReadersAndCardsInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := fake.New("A", "B")
		s.Insert("B", simcard.Thai())
		w := watch(t, s)
		w.saw("service-up", "reader-added A", "reader-added B", "card-inserted B 1")
		s.Insert("A", simcard.Thai())
		w.saw("card-inserted A 2")
		s.Pull("B")
		w.saw("card-removed B 1")
		s.Plug("C")
		w.saw("reader-added C")
		s.Unplug("A")
		time.Sleep(10 * time.Millisecond)
		w.saw("card-removed A 2", "reader-gone A")
		s.InsertMute("C")
		w.saw("card-mute C 3")
		s.Pull("C")
		w.saw("card-removed C 3")
		w.end()
		if s.Contexts() != 0 {
			t.Errorf("%d contexts left", s.Contexts())
		}
	})
}

func TestACardSwappedInOneBlinkIsTwoCards(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := fake.New("A")
		w := watch(t, s)
		s.Insert("A", simcard.Thai())
		w.saw("service-up", "reader-added A", "card-inserted A 1")
		s.Insert("A", simcard.MyKad()) // out and in before anybody looked
		w.saw("card-removed A 1", "card-inserted A 2")
		w.end()
	})
}

func TestTheServiceMayGoAndComeAtAnyTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := fake.New("A")
		s.Insert("A", simcard.Thai())
		w := watch(t, s)
		w.saw("service-up", "reader-added A", "card-inserted A 1")
		s.Stop()
		w.saw("card-removed A 1", "reader-gone A", "service-down no-service")
		before := s.Calls("establish")
		time.Sleep(time.Minute) // told once, tried ever more seldom
		w.saw()
		if n := s.Calls("establish") - before; n < 20 || n > 30 {
			t.Errorf("tried %d times in a minute", n)
		}
		s.Start()
		time.Sleep(3 * time.Second)
		w.saw("service-up", "reader-added A", "card-inserted A 2")
		s.Stop()
		w.saw("card-removed A 2", "reader-gone A", "service-down no-service")
		s.Start()
		time.Sleep(100 * time.Millisecond) // and at once again after it was up
		w.saw("service-up", "reader-added A", "card-inserted A 3")
		w.end()
	})
}

func TestARefusalOfThePolicyHasItsOwnWords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := fake.New("A")
		s.Deny(true)
		w := watch(t, s)
		w.saw("service-down denied")
		s.Stop()
		time.Sleep(3 * time.Second)
		w.saw("service-down no-service")
		s.Start()
		s.Deny(false)
		time.Sleep(3 * time.Second)
		w.saw("service-up", "reader-added A")
		w.end()
	})
	err := ehrdesk.E("card.watch", ehrdesk.CodeCard, &cardreader.Failure{Kind: cardreader.Denied, Cause: pcsc.ErrDenied})
	if got := err.Error(); got != "card.watch: this user is not allowed to use the card reader: SCARD_W_SECURITY_VIOLATION (card)" {
		t.Error(got)
	}
}

func TestReadersAreFoundWhereTheServiceCannotTell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := fake.New()
		s.NoPnP() // macOS
		w := watch(t, s)
		w.saw("service-up")
		s.Plug("A")
		time.Sleep(500 * time.Millisecond)
		w.saw("reader-added A")
		s.Unplug("A")
		time.Sleep(500 * time.Millisecond)
		w.saw("reader-gone A")
		w.end()
	})
}

func TestSixteenReadersAreFifteen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var names, want []string
		for i := range 16 {
			names = append(names, fmt.Sprintf("R%02d", i))
		}
		want = append(want, "service-up")
		for _, n := range names[:15] {
			want = append(want, "reader-added "+n)
		}
		s := fake.New(names...)
		w := watch(t, s)
		w.saw(want...)
		s.Insert("R14", simcard.Thai())
		w.saw("card-inserted R14 1")
		w.end()
	})
}

func TestThereIsOneMonitorAProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := fake.New()
		w := watch(t, s)
		w.saw("service-up")
		if err := cardreader.NewMonitor(s.Establish).Run(t.Context()); cardreader.KindOf(err) != cardreader.Internal {
			t.Errorf("a second monitor: %v", err)
		}
		w.end()
	})
}

// TestThreeHundredMonitorsLeaveNothing cancels at every phase of starting and
// waiting, with a service that forgets a Cancel nobody waits for.
func TestThreeHundredMonitorsLeaveNothing(t *testing.T) {
	s := fake.New("A")
	for i := range 300 {
		ctx, stop := context.WithCancel(t.Context())
		m := cardreader.NewMonitor(s.Establish)
		done := make(chan struct{})
		go func() { _ = m.Run(ctx); close(done) }()
		for range i % 4 { // start, added, waiting
			select {
			case <-m.Events():
			case <-time.After(time.Millisecond):
			}
		}
		stop()
		select {
		case <-done:
		case <-time.After(time.Minute):
			t.Fatal("a monitor did not end")
		}
		if s.Contexts() != 0 {
			t.Fatalf("%d contexts left", s.Contexts())
		}
	}
}

// killed is a context whose service is killed while it waits; libpcsclite 1.9.9
// may call that a refusal.
type killed struct{ pcsc.Context }

func (killed) Wait([]pcsc.ReaderState, time.Duration) error { return pcsc.ErrDenied }

func TestAServiceThatDiesInAWatchIsNotARefusal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := fake.New("A")
		tries := 0
		w := &watcher{t: t, done: make(chan error, 1)}
		var ctx context.Context
		ctx, w.stop = context.WithCancel(t.Context())
		w.m = cardreader.NewMonitor(func() (pcsc.Context, error) {
			pc, err := s.Establish()
			if tries++; tries == 1 && err == nil {
				pc = killed{pc}
			}
			return pc, err
		})
		go func() { w.done <- w.m.Run(ctx) }()
		w.saw("service-up", "reader-added A", "reader-gone A", "service-down no-service")
		time.Sleep(5 * time.Second)
		w.saw("service-up", "reader-added A")
		w.end()
	})
}
