package cardreader

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader/pcsc"
)

// Event is one thing that happened at the readers.
type Event struct {
	Kind   ehrdesk.CardEventKind
	Reader string
	ATR    []byte // of CardInserted
	// Insertion numbers the cards of this monitor from 1, for CardInserted,
	// CardMute and CardRemoved. Whatever a reading gives belongs to one
	// insertion: when that card is removed, what comes late is dropped.
	Insertion uint64
	At        time.Time
	Err       error // of ServiceDown
}

// How the monitor waits.
const (
	slice     = 2 * time.Second        // longest single wait: bounds every wake-up that could be lost
	poll      = 500 * time.Millisecond // the same where the service cannot tell of readers
	nudge     = 10 * time.Millisecond  // between two Cancels
	firstBack = 100 * time.Millisecond // before the service is tried again, doubled
	lastBack  = 3 * time.Second        // up to this
)

// running is 1 while a monitor runs: ebfe/scard frees reader names under a
// second one that waits, so there is one a process.
var running atomic.Bool

// Monitor turns waiting for readers into events. Make one with NewMonitor.
type Monitor struct {
	establish Establish
	events    chan Event

	readers    map[string]*slot
	order      []string // as the service lists them
	insertions uint64
}

// slot is one reader as last told.
type slot struct {
	state     pcsc.State
	card      bool
	mute      bool
	insertion uint64
}

// NewMonitor makes a monitor of the service that establish reaches.
func NewMonitor(establish Establish) *Monitor {
	return &Monitor{establish: establish, events: make(chan Event, 16), readers: map[string]*slot{}}
}

// Events are the events; Run closes the channel when it returns.
func (m *Monitor) Events() <-chan Event { return m.events }

// Run watches until ctx ends, whatever becomes of the service: it is tried again
// after 100 ms, and then half as often each time up to every 3 s. Call it once.
//
// Errors: CodeCard, Internal where another monitor runs in this process,
// Cancelled or Late when ctx ended.
func (m *Monitor) Run(ctx context.Context) error {
	const op = "card.watch"
	defer close(m.events)
	if !running.CompareAndSwap(false, true) {
		return failure(op, Internal, "one monitor a process", nil)
	}
	defer running.Store(false)
	back, down := firstBack, false
	var last Kind
	for ctx.Err() == nil {
		watched := false
		pc, err := m.establish()
		if err == nil {
			watched = true
			m.emit(ctx, Event{Kind: ehrdesk.CardServiceUp})
			back, down = firstBack, false
			err = m.watch(ctx, pc)
			m.forget(ctx)
			_ = pc.Release()
		}
		if ctx.Err() != nil {
			break
		}
		kind := classify(err)
		if watched || (kind != Denied && kind != Unsupported) {
			// Whatever ends a watch, the context is not to be trusted: libpcsclite
			// 1.9.9 calls a daemon that was killed a refusal. A true one is told
			// when the service is tried again.
			kind = NoService
		}
		if !down || kind != last {
			down, last = true, kind
			m.emit(ctx, Event{Kind: ehrdesk.CardServiceDown, Err: failure(op, kind, "", err)})
		}
		pause(ctx, back)
		back = min(back*2, lastBack)
	}
	return failed(op, "", ctx.Err())
}

// pause waits for d or for the end of ctx.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// emit tells one event; nobody is told after ctx ended.
func (m *Monitor) emit(ctx context.Context, e Event) {
	if ctx.Err() != nil {
		return
	}
	e.At = time.Now()
	select {
	case m.events <- e:
	case <-ctx.Done():
	}
}

// cancelWith cancels pc's Wait when ctx ends, again and again until stop is
// called: SCardCancel does nothing where the waiter is between two waits.
func cancelWith(ctx context.Context, pc Context) (stop func()) {
	back, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		select {
		case <-back:
			return
		case <-ctx.Done():
		}
		t := time.NewTicker(nudge)
		defer t.Stop()
		for {
			_ = pc.Cancel()
			select {
			case <-back:
				return
			case <-t.C:
			}
		}
	}()
	return func() { close(back); <-stopped }
}

// watch tells what happens until the context pc fails or ctx ends.
func (m *Monitor) watch(ctx context.Context, pc Context) error {
	defer cancelWith(ctx, pc)()
	// The upper word of the PnP entry is a number of readers on Windows and in
	// our own client, a counter of events with pcsc-lite from 2.3, nothing
	// before: what the last call gave is given back, never computed.
	var plugged pcsc.State
	tells, wait := true, slice
	for ctx.Err() == nil {
		names, err := pc.Readers()
		if err != nil && !errors.Is(err, pcsc.ErrNoReaders) {
			return err
		}
		if len(names) > pcsc.MaxWatched {
			names = names[:pcsc.MaxWatched]
		}
		m.list(ctx, names)
		var states []pcsc.ReaderState
		if tells {
			states = append(states, pcsc.ReaderState{Reader: pcsc.PnP, Current: plugged})
		}
		for _, name := range names {
			states = append(states, pcsc.ReaderState{Reader: name, Current: m.readers[name].state})
		}
		if len(states) == 0 {
			pause(ctx, wait)
			continue
		}
		err = pc.Wait(states, wait)
		if tells && (errors.Is(err, pcsc.ErrUnknownReader) || (err == nil && states[0].Event&pcsc.Unknown != 0)) {
			if now, lerr := pc.Readers(); (lerr == nil || errors.Is(lerr, pcsc.ErrNoReaders)) && same(now, names) {
				tells, wait = false, poll // it is PnP that is unknown: macOS
				continue
			}
		}
		switch {
		case err == nil:
			if tells {
				plugged = states[0].Event &^ pcsc.Changed
				states = states[1:]
			}
			for _, s := range states {
				m.saw(ctx, s)
			}
		case errors.Is(err, pcsc.ErrTimeout): // look at the list again
		case errors.Is(err, pcsc.ErrUnknownReader): // one was unplugged since the list was made
			pause(ctx, nudge)
		case errors.Is(err, pcsc.ErrCancelled):
			if ctx.Err() == nil {
				pause(ctx, nudge)
			}
		default:
			return err
		}
	}
	return ctx.Err()
}

// list tells of the readers that came and went.
func (m *Monitor) list(ctx context.Context, names []string) {
	live := map[string]bool{}
	for _, name := range names {
		live[name] = true
	}
	for _, name := range m.order {
		if !live[name] {
			m.drop(ctx, name)
		}
	}
	m.order = append(m.order[:0:0], names...)
	for _, name := range names {
		if m.readers[name] == nil {
			m.readers[name] = &slot{}
			m.emit(ctx, Event{Kind: ehrdesk.CardReaderAdded, Reader: name})
		}
	}
}

// drop tells that a reader has gone, and before it the card in it.
func (m *Monitor) drop(ctx context.Context, name string) {
	r := m.readers[name]
	if r == nil {
		return
	}
	if r.card {
		m.emit(ctx, Event{Kind: ehrdesk.CardRemoved, Reader: name, Insertion: r.insertion})
	}
	m.emit(ctx, Event{Kind: ehrdesk.CardReaderGone, Reader: name})
	delete(m.readers, name)
}

// forget drops all readers: the service has gone.
func (m *Monitor) forget(ctx context.Context) {
	for _, name := range m.order {
		m.drop(ctx, name)
	}
	m.order = nil
}

// saw tells what one reader's new state means. A card that was there and is
// there while the counter moved has been swapped.
func (m *Monitor) saw(ctx context.Context, s pcsc.ReaderState) {
	r := m.readers[s.Reader]
	if r == nil || s.Event&pcsc.Changed == 0 {
		return
	}
	before := r.state
	r.state = s.Event &^ pcsc.Changed
	now, mute := s.Event&pcsc.Present != 0, s.Event&pcsc.Mute != 0
	swapped := r.card && now && (before.Count() != r.state.Count() || r.mute && !mute)
	if r.card && (!now || swapped) {
		m.emit(ctx, Event{Kind: ehrdesk.CardRemoved, Reader: s.Reader, Insertion: r.insertion})
		r.card, r.mute = false, false
	}
	switch {
	case !now:
	case mute && !r.mute, !mute && !r.card:
		if !r.card {
			m.insertions++
			r.insertion = m.insertions
		}
		e := Event{Kind: ehrdesk.CardInserted, Reader: s.Reader, Insertion: r.insertion, ATR: append([]byte(nil), s.ATR...)}
		if mute {
			e.Kind, e.ATR = ehrdesk.CardMute, nil
		}
		m.emit(ctx, e)
		r.card, r.mute = true, mute
	}
}

func same(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
