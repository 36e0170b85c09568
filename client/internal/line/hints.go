package line

import (
	"cmp"
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
)

// Hinter is a centre that says when something has changed.
type Hinter interface {
	Events(ctx context.Context, after string) (*fhir.Events, error)
}

// Hints is the stream of the centre's events, opened anew when it ends.
type Hints struct {
	line *Line
	from Hinter // nil: the centre has none

	mu     sync.Mutex // one listener
	stream *fhir.Events
	stop   context.CancelFunc
	last   string
	wait   time.Duration

	again chan struct{} // the line is back: who pauses goes on
	open  atomic.Bool   // a stream is, that tells of all
}

// NewHints are those of a centre; from is nil where it has none.
func NewHints(l *Line, from Hinter) *Hints {
	return &Hints{line: l, from: from, again: make(chan struct{}, 1)}
}

// How long to wait before a stream that ended is opened anew.
const (
	firstWait   = time.Second
	longestWait = time.Minute
)

// NextHint waits for the centre to say that something has changed. A stream that
// ends is opened again, from where it ended, and one that the centre cannot open now
// is asked for again. Errors: that of ctx; CodeDenied, CodeNotFound, CodeInvalid,
// CodeLocked from a centre that has no such stream for this session.
func (h *Hints) NextHint(ctx context.Context) (ehrdesk.Hint, error) {
	if h.from == nil {
		return ehrdesk.Hint{}, ehrdesk.Errorf("events", ehrdesk.CodeNotFound, "the central service sends no events")
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for {
		if h.stream == nil {
			if err := h.listen(ctx); err != nil {
				switch ehrdesk.CodeOf(err) {
				case ehrdesk.CodeDenied, ehrdesk.CodeNotFound, ehrdesk.CodeInvalid, ehrdesk.CodeLocked:
					return ehrdesk.Hint{}, err
				}
				if err := h.pause(ctx); err != nil {
					return ehrdesk.Hint{}, err
				}
				continue
			}
		}
		// The stream lives longer than this call, which may be the one to end.
		end := context.AfterFunc(ctx, h.stop)
		hint, err := h.stream.Next()
		end()
		if err == nil {
			h.last, h.wait = h.stream.Last(), 0
			h.open.Store(h.stream.Whole()) // else an open chart asks by itself
			return hint, nil
		}
		h.last = cmp.Or(h.stream.Last(), h.last) // also where it ended before the first hint
		h.close()
		if ctx.Err() != nil {
			return ehrdesk.Hint{}, ehrdesk.E("events", ehrdesk.CodeOther, ctx.Err())
		}
		if err := h.pause(ctx); err != nil {
			return ehrdesk.Hint{}, err
		}
	}
}

func (h *Hints) listen(ctx context.Context) error {
	own, stop := context.WithCancel(context.WithoutCancel(ctx))
	end := context.AfterFunc(ctx, stop)
	defer end()
	stream, err := h.from.Events(own, h.last)
	h.line.Heard(err)
	if err != nil {
		stop()
		return err
	}
	h.stream, h.stop = stream, stop
	h.open.Store(stream.Whole())
	return nil
}

// pause waits before the next try, longer each time.
func (h *Hints) pause(ctx context.Context) error {
	h.wait = min(max(2*h.wait, firstWait), longestWait)
	t := time.NewTimer(h.wait)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-h.again:
		h.wait = 0
		return nil
	case <-ctx.Done():
		return ehrdesk.E("events", ehrdesk.CodeOther, ctx.Err())
	}
}

// wake has whoever pauses try now.
func (h *Hints) wake() {
	select {
	case h.again <- struct{}{}:
	default:
	}
}

func (h *Hints) close() {
	h.open.Store(false)
	if h.stream != nil {
		h.stop()
		_ = h.stream.Close() // read to its end or given up
		h.stream = nil
	}
}

// End ends the stream for good. Whoever waits is woken by their own context.
func (h *Hints) End() {
	if h.mu.TryLock() {
		h.close()
		h.mu.Unlock()
	}
}
