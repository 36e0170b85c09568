package cardreader

import (
	"context"
	"strings"
	"sync"

	"github.com/ehrdesk/ehrdesk"
)

// Readers is a workstation's card readers: it watches them, numbers the cards,
// and reads a card for as long as it is in. It is an ehrdesk.Cards.
type Readers struct {
	station *Station
	sources []FaceSource
	staff   string // what the name of the staff's reader begins with
	cancel  context.CancelFunc
	ended   chan struct{} // closed when the monitor has ended and all was told

	mu    sync.Mutex
	in    map[uint64]*inserted
	queue []ehrdesk.CardEvent
	more  chan struct{} // closed and replaced when the queue grows
	over  bool
}

var _ ehrdesk.Cards = (*Readers)(nil)

// inserted is a card that is in a reader.
type inserted struct {
	reader  string
	atr     []byte
	profile string
	ctx     context.Context // ends when the card leaves
	out     context.CancelFunc
}

// NewReaders starts to watch the readers that station reaches. A card is read by
// the first of sources that reads its kind; none is the station alone. staff is
// what the name of the reader begins with that is the staff's own, "" for none:
// its card is never read, it only stands for somebody being there. Close ends it.
func NewReaders(station *Station, sources []FaceSource, staff string) *Readers {
	if len(sources) == 0 {
		sources = []FaceSource{station.Source()}
	}
	ctx, cancel := context.WithCancel(context.Background())
	r := &Readers{station: station, sources: sources, staff: staff, cancel: cancel, ended: make(chan struct{}), in: map[uint64]*inserted{}, more: make(chan struct{})}
	m := NewMonitor(station.Establish)
	go func() { _ = m.Run(ctx) }() // what it could not do is in its events
	go func() {
		defer close(r.ended)
		for e := range m.Events() {
			r.take(ctx, e)
		}
		r.tell(func() { r.over = true })
	}()
	return r
}

// take follows the cards, whether or not anybody listens: a reading must end
// with its card, however busy the screen is.
func (r *Readers) take(ctx context.Context, e Event) {
	if r.station.SAM != "" && strings.HasPrefix(e.Reader, r.station.SAM) {
		return // the desk's own module, nobody's card
	}
	out := ehrdesk.CardEvent{
		Kind: e.Kind, Reader: ehrdesk.CleanLine(e.Reader), Insertion: e.Insertion, At: e.At,
		Allowed: r.station.Allowed(e.Reader), Staff: r.staffs(e.Reader),
	}
	if e.Err != nil {
		out.Fault = KindOf(e.Err)
	}
	if e.Kind == ehrdesk.CardInserted {
		known, _ := r.station.Recognise(e.ATR)
		out.Profile, out.Card, out.Readable = known.Profile, known.Card, SourceOf(r.sources, known.Profile) != nil && out.Allowed && !out.Staff
	}
	r.tell(func() {
		switch e.Kind {
		case ehrdesk.CardInserted:
			in := &inserted{reader: e.Reader, atr: e.ATR, profile: out.Profile}
			in.ctx, in.out = context.WithCancel(ctx)
			r.in[e.Insertion] = in
		case ehrdesk.CardRemoved:
			if in := r.in[e.Insertion]; in != nil {
				in.out()
				delete(r.in, e.Insertion)
			}
		}
		r.queue = append(r.queue, out)
	})
}

func (r *Readers) staffs(reader string) bool {
	return r.staff != "" && strings.HasPrefix(reader, r.staff)
}

// tell changes what listeners see and wakes them.
func (r *Readers) tell(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f()
	close(r.more)
	r.more = make(chan struct{})
}

// Next waits for the next event.
func (r *Readers) Next(ctx context.Context) (ehrdesk.CardEvent, bool) {
	for {
		r.mu.Lock()
		more := r.more
		if len(r.queue) > 0 {
			e := r.queue[0]
			r.queue = r.queue[1:]
			r.mu.Unlock()
			return e, true
		}
		over := r.over
		r.mu.Unlock()
		if over {
			return ehrdesk.CardEvent{}, false
		}
		select {
		case <-more:
		case <-ctx.Done():
			return ehrdesk.CardEvent{}, false
		}
	}
}

// Read reads the card of one insertion.
func (r *Readers) Read(ctx context.Context, insertion uint64, challenge *[32]byte) (*ehrdesk.CardReading, error) {
	r.mu.Lock()
	in := r.in[insertion]
	r.mu.Unlock()
	if in == nil {
		return nil, failure(opRead, Removed, "", nil)
	}
	if r.staffs(in.reader) {
		return nil, failure(opRead, ReaderRefused, "the staff's reader", nil)
	}
	if !r.station.Allowed(in.reader) {
		return nil, failure(opRead, ReaderRefused, "", nil)
	}
	source := SourceOf(r.sources, in.profile)
	switch {
	case source == nil && in.profile == "":
		return nil, failure(opRead, Unknown, "", nil)
	case source == nil:
		return nil, failure(opRead, Recognised, in.profile, nil)
	}
	limit := readingTime
	if _, own := source.(ownSource); !own {
		limit = bridgeTime
	}
	ctx, stop := context.WithTimeout(ctx, limit)
	defer stop()
	defer context.AfterFunc(in.ctx, stop)()
	got, err := source.Read(ctx, FaceRequest{Reader: in.reader, Profile: in.profile, ATR: in.atr, Challenge: challenge})
	if in.ctx.Err() != nil { // whatever came of it, that card has gone
		got.Wipe()
		return nil, failure(opRead, Removed, "", nil)
	}
	return got, err
}

// Close stops watching and ends every reading.
func (r *Readers) Close() error {
	r.cancel()
	<-r.ended
	return nil
}
