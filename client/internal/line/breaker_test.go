package line

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/internal/warnings"
)

var errRefused = ehrdesk.E("x", ehrdesk.CodeOffline, ehrdesk.TroubleRefused)

// While the line is down nobody asks in vain: whoever wants something hears at once what
// stands in the way, one prober asks, and all sessions hear when the line is back.
func TestOneProberAsksForAllSessions(t *testing.T) {
	var asked atomic.Int32
	answer := make(chan error)
	b := NewBreaker(func(context.Context) error { asked.Add(1); return <-answer }, time.Minute)
	defer b.End()
	one, two := New(b, time.Now, nil, &warnings.Warnings{}), New(b, time.Now, nil, &warnings.Warnings{})
	defer one.End()
	defer two.End()
	if err := b.Pass(t.Context(), "find"); err != nil {
		t.Fatal("nothing is known against the line")
	}
	b.Began()(errRefused)
	for _, l := range []*Line{one, two} {
		if k := l.Link(); k.State != ehrdesk.Offline || k.Why != ehrdesk.TroubleRefused {
			t.Errorf("a session believes %+v", k)
		}
	}
	told := make(chan error, 8)
	for range cap(told) {
		go func() { told <- b.Pass(t.Context(), "find") }()
	}
	answer <- ehrdesk.E("x", ehrdesk.CodeOffline, ehrdesk.TroubleStranger)
	for n := 0; n < cap(told); { // all of them: whoever asks next joins no probe of theirs
		select {
		case err := <-told:
			n++
			if ehrdesk.TroubleOf(err) == "" {
				t.Errorf("let through by a line that is down: %v", err)
			}
		case answer <- errRefused: // who came after the first probe had ended
		}
	}
	b.mu.Lock()
	under := b.probing
	b.mu.Unlock()
	for under != nil { // one that was answered by a refusal says nothing of a line that is back
		select {
		case <-under.done:
			under = nil
		case answer <- errRefused:
		}
	}
	back := make(chan error, 1)
	go func() { back <- b.Pass(t.Context(), "find") }()
	for done := false; !done; {
		select {
		case err := <-back:
			if err != nil {
				t.Errorf("a line that is back: %v", err)
			}
			done = true
		case answer <- nil:
		}
	}
	if two.Link().State != ehrdesk.Online || b.Down() != "" {
		t.Error("the other session does not hear that the line is back")
	}
}

// A request that waits puts the line in doubt when it has waited long and nothing else was
// answered since it began; any answer ends the doubt.
func TestALineIsInDoubtWhileNothingIsAnswered(t *testing.T) {
	probed := make(chan struct{}, 1)
	b := NewBreaker(func(ctx context.Context) error { probed <- struct{}{}; <-ctx.Done(); return ctx.Err() }, time.Nanosecond)
	defer b.End()
	done := b.Began()
	for !b.Doubtful() { // a nanosecond
	}
	b.Began()(nil)
	if b.Doubtful() {
		t.Error("in doubt though something was answered since")
	}
	done(nil)
	b.Waited()
	if <-probed; !b.Doubtful() {
		t.Error("somebody waited in vain, and nothing is in doubt")
	}
	b.Heard(nil)
	if b.Doubtful() || b.Down() != "" {
		t.Error("an answer does not end the doubt")
	}
	b.Heard(context.Canceled)
	b.Heard(ehrdesk.E("x", ehrdesk.CodeOther, ehrdesk.TroubleServer))
	if b.Down() != "" {
		t.Error("what says nothing of the line trips it")
	}
}

// A probe that ends in vain after something else was answered says how the line was: it stays up,
// and who waited for the probe is let through.
func TestAProbeThatIsLateSaysNothingOfTheLine(t *testing.T) {
	release := make(chan struct{})
	b := NewBreaker(func(context.Context) error { <-release; return errRefused }, time.Minute)
	defer b.End()
	b.Waited()
	b.mu.Lock()
	p := b.probing
	b.mu.Unlock()
	for began := time.Now(); !time.Now().After(began); { // where the clock is coarse, its next tick
	}
	b.Heard(nil)
	close(release)
	if <-p.done; b.Down() != "" || p.err != nil || b.Doubtful() {
		t.Errorf("down by %q; who waits hears %v", b.Down(), p.err)
	}
}

// Who has something else to show does not wait for a silent line; what is answered late is
// handed on, or given up.
func TestWhoHasSomethingToShowWaitsNoLonger(t *testing.T) {
	b := NewBreaker(func(context.Context) error { return errRefused }, time.Minute)
	defer b.End()
	l := New(b, time.Now, nil, &warnings.Warnings{})
	defer l.End()
	release, late := make(chan struct{}), make(chan int, 1)
	ask := func(ctx context.Context) (int, error) {
		select {
		case <-release:
			return 7, nil
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
	if _, err := AskOrShow(t.Context(), l, time.Now(), ask, func(n int, _ error) { late <- n }); ehrdesk.TroubleOf(err) != ehrdesk.TroubleSilent {
		t.Errorf("%v", err)
	}
	close(release)
	if n := <-late; n != 7 {
		t.Errorf("handed on late: %d", n)
	}
	b.Heard(nil)
	given := make(chan error, 1)
	_, err := AskOrShow(t.Context(), l, time.Now(), func(ctx context.Context) (int, error) {
		<-ctx.Done()
		given <- ctx.Err()
		return 0, ctx.Err()
	}, nil)
	if Down(err); !errors.Is(<-given, context.Canceled) || !Down(err) {
		t.Errorf("what nobody waits for goes on: %v", err)
	}
}

// A desk that is closed probes no more.
func TestAClosedDeskProbesNoMore(t *testing.T) {
	b := NewBreaker(func(context.Context) error { t.Error("probed"); return nil }, time.Minute)
	b.End()
	b.Heard(errRefused)
	if err := b.Pass(t.Context(), "find"); ehrdesk.TroubleOf(err) != ehrdesk.TroubleRefused {
		t.Errorf("%v", err)
	}
}
