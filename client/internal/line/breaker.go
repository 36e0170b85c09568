package line

import (
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// Breaker is what a whole desk knows of the line to one centre: a circuit breaker. While
// the line is down one prober asks in the background, and nobody else waits for it in
// vain: what they want is refused at once, with what stands in the way. While a request
// has been waiting for longer than Patience, and nothing else was answered meanwhile, the
// line is in doubt: who has a copy to show shows it, and who has none goes on waiting.
type Breaker struct {
	// Patience is how long somebody waits who has something else to show.
	Patience time.Duration

	probe func(context.Context) error // one cheap request past the breaker

	order   sync.Mutex // taken before mu: who is told hears of changes in the order in which they came
	mu      sync.Mutex
	down    ehrdesk.LineTrouble // "" while the line is up as far as anybody knows
	answer  time.Time           // when the last one came
	suspect bool                // somebody waited in vain since
	waiting map[*request]struct{}
	probing *probing // that is under way, nil for none
	over    bool
	stop    context.CancelFunc                                   // of the prober
	heard   map[any]func(ehrdesk.LinkState, ehrdesk.LineTrouble) // who is told when the line goes and comes back
}

type request struct{ since time.Time }

type probing struct {
	done chan struct{}
	err  error
}

// Patience is how long the desk waits for the centre where it has a copy to show.
const Patience = 2 * time.Second

// How often a line that is down is probed: soon, then less often.
const (
	firstProbe   = 500 * time.Millisecond
	longestProbe = 10 * time.Second
	probeWait    = 10 * time.Second
)

// NewBreaker is that of a line that is up as far as anybody knows. probe asks the centre
// something cheap, whatever the breaker says.
func NewBreaker(probe func(context.Context) error, patience time.Duration) *Breaker {
	if patience <= 0 {
		patience = Patience
	}
	return &Breaker{Patience: patience, probe: probe, waiting: map[*request]struct{}{}, heard: map[any]func(ehrdesk.LinkState, ehrdesk.LineTrouble){}}
}

// Pass implements fhir.Breaker: nil while the line is up as far as anybody knows. A line
// that is down is probed, and whoever asks waits for that as long as Patience. Errors:
// CodeOffline, CodeTimeout.
func (b *Breaker) Pass(ctx context.Context, op string) error { return b.pass(ctx, op, b.Patience) }

// glance is Pass for whoever has something else to show: a line that is back answers at
// once, and for no other is waited.
func (b *Breaker) glance(ctx context.Context, op string) error { return b.pass(ctx, op, b.Patience/6) }

func (b *Breaker) pass(ctx context.Context, op string, most time.Duration) error {
	b.mu.Lock()
	if b.down == "" {
		b.mu.Unlock()
		return nil
	}
	why, p := b.down, b.ask()
	b.mu.Unlock()
	wait := time.NewTimer(most)
	defer wait.Stop()
	select {
	case <-p.done:
		if p.err == nil {
			return nil
		}
		if t := ehrdesk.TroubleOf(p.err); t != "" {
			why = t
		}
	case <-wait.C:
	case <-ctx.Done():
		if !errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return ehrdesk.E(op, ehrdesk.CodeOther, ctx.Err())
		}
	}
	return troubleOf(op, why)
}

// Began implements fhir.Breaker: a request goes out. The function that it gives is called
// with what came of it, once: nil for any answer of the centre.
func (b *Breaker) Began() func(error) {
	r := &request{time.Now()}
	b.mu.Lock()
	b.waiting[r] = struct{}{}
	b.mu.Unlock()
	return func(err error) {
		b.mu.Lock()
		delete(b.waiting, r)
		b.mu.Unlock()
		b.hear(r.since, err)
	}
}

// old reports an error of the line by a request that began before the last answer came: it
// says how the line was, and not how it is.
func (b *Breaker) old(began time.Time, err error) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return Down(err) && b.answer.After(began)
}

// Heard takes what came of asking the centre: any answer says that the line is up, and an
// error of the line that it is down.
func (b *Breaker) Heard(err error) { b.hear(time.Now(), err) }

// hear is Heard of a request that began then, and reports whether its error says how the
// line is: an answer that came since says more.
func (b *Breaker) hear(began time.Time, err error) bool {
	switch {
	case err == nil:
		b.up()
	case Down(err):
		return b.trip(began, ehrdesk.TroubleOf(err))
	}
	return true
}

// Doubtful reports whether whoever has a copy to show is to show it: the line is down, or
// has been silent for longer than Patience.
func (b *Breaker) Doubtful() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.down != "" || b.suspect {
		return true
	}
	for r := range b.waiting {
		if time.Since(r.since) >= b.Patience && r.since.After(b.answer) {
			return true
		}
	}
	return false
}

// Waited notes that somebody who has something else to show waits no longer. The line is
// in doubt until something is answered, and is probed for that.
func (b *Breaker) Waited() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.suspect = true
	b.ask()
}

// Down is what stands in the way, "" while the line is up as far as anybody knows.
func (b *Breaker) Down() ehrdesk.LineTrouble {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.down
}

// up notes an answer.
func (b *Breaker) up() {
	b.order.Lock()
	defer b.order.Unlock()
	b.mu.Lock()
	was := b.down
	b.down, b.answer, b.suspect = "", time.Now(), false
	if b.stop != nil {
		b.stop()
		b.stop = nil
	}
	tell := slices.Collect(maps.Values(b.heard))
	b.mu.Unlock()
	if was == "" {
		return
	}
	for _, f := range tell {
		f(ehrdesk.Online, "")
	}
}

// trip notes that the line is down, and begins to probe it; not where something was answered
// since the request began that says so, which is reported by false.
func (b *Breaker) trip(began time.Time, why ehrdesk.LineTrouble) bool {
	if why == "" {
		why = ehrdesk.TroubleCut
	}
	b.order.Lock()
	defer b.order.Unlock()
	b.mu.Lock()
	if b.answer.After(began) {
		b.mu.Unlock()
		return false
	}
	b.down = why
	if !b.over && b.stop == nil {
		var ctx context.Context
		ctx, b.stop = context.WithCancel(context.Background())
		go b.prober(ctx)
	}
	tell := slices.Collect(maps.Values(b.heard))
	b.mu.Unlock()
	for _, f := range tell {
		f(ehrdesk.Offline, why)
	}
	return true
}

// prober asks until the line is up again, less and less often.
func (b *Breaker) prober(ctx context.Context) {
	for wait := firstProbe; ; wait = min(2*wait, longestProbe) {
		t := time.NewTimer(wait/2 + rand.N(wait)) // not all desks of a clinic at once
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			return
		}
		b.mu.Lock()
		if b.down == "" || b.over {
			b.mu.Unlock()
			return
		}
		p := b.ask()
		b.mu.Unlock()
		select {
		case <-p.done:
		case <-ctx.Done():
			return
		}
	}
}

// ask has the centre probed, once at a time. The caller holds b.mu.
func (b *Breaker) ask() *probing {
	if b.probing != nil {
		return b.probing
	}
	p := &probing{done: make(chan struct{})}
	if b.over {
		p.err = troubleOf("line", b.down)
		close(p.done)
		return p
	}
	b.probing = p
	began := time.Now()
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), probeWait)
		defer cancel()
		if err := b.probe(ctx); b.hear(began, err) {
			p.err = err // else the line is up whatever the probe met, and who waits is let through
		}
		b.mu.Lock()
		b.probing = nil // only now: nobody begins another before it is known what came of this one
		b.mu.Unlock()
		close(p.done)
	}()
	return p
}

// End probes no more.
func (b *Breaker) End() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.over = true
	if b.stop != nil {
		b.stop()
		b.stop = nil
	}
}

// tell has f told, for who, when the line goes and when it is back; with nil no more.
func (b *Breaker) tell(who any, f func(ehrdesk.LinkState, ehrdesk.LineTrouble)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if f != nil {
		b.heard[who] = f
	} else {
		delete(b.heard, who)
	}
}
