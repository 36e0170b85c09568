package chart

import (
	"context"
	"sync"
	"time"
	"weak"

	"github.com/ehrdesk/ehrdesk"
)

// mostTexts is how many bytes of text an open chart holds for its search: twice
// what the documents of somebody with ten thousand records come to.
const mostTexts = 32 << 20

// texts is what the bodies of records say, in memory alone: a search finds words in
// notes, letters and narratives, and reads nothing from the disk for it. It lives
// as long as the chart, or the release, that shows the records.
type texts struct {
	mu    sync.Mutex
	read  map[ehrdesk.Ref]*said
	found finder               // where words stand
	kept  keptHits             // what the last search of the disk found
	size  int                  // bytes
	now   ehrdesk.Ref          // being read; none once the record was replaced meanwhile
	room  bool                 // some was made since what was left out was tried
	over  bool                 // wiped: nothing more is taken in
	turns uint64               // how often what is read has changed
	tally tally                // what was counted last
	news  map[ehrdesk.Ref]bool // while what is kept is taken in: records that were replaced meanwhile
}

// said is what one version of a record says.
type said struct {
	version string
	updated time.Time
	sayings
	none int  // attachments without text that can be read
	cut  bool // text is the beginning of what there is
	off  bool // an attachment would be read if this desk had what it takes
	left bool // not read, as there is too much
}

// of reports whether w is of this version of a record.
func (w *said) of(r *ehrdesk.Record) bool {
	return w != nil && w.version == r.Version && w.updated.Equal(r.Updated)
}

// get is what a record says, nil where that is not read. The caller holds t.mu.
func (t *texts) get(r *ehrdesk.Record) *said {
	if w := t.read[r.Ref()]; w.of(r) {
		return w
	}
	return nil
}

// expect says that a record is about to be read.
func (t *texts) expect(ref ehrdesk.Ref) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.now = ref
}

// put takes what the expected record says, and wipes it where it may not be kept:
// after the end, and of a record that was replaced while it was read.
func (t *texts) put(r *ehrdesk.Record, w *said, room int) (kept bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.take(r, w, room, t.now == r.Ref())
}

// recalling begins and ends the taking in of what is kept.
func (t *texts) recalling(on bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.news = nil; on {
		t.news = map[ehrdesk.Ref]bool{}
	}
}

// recalled takes what is kept of a record, unless that is known already or was
// replaced since recalling began.
func (t *texts) recalled(r *ehrdesk.Record, w *said, room int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.take(r, w, room, !t.news[r.Ref()] && t.get(r) == nil)
}

// take takes what a record says, or wipes it. The caller holds t.mu.
func (t *texts) take(r *ehrdesk.Record, w *said, room int, wanted bool) (kept bool) {
	if t.over || !wanted {
		w.wipe()
		return false
	}
	t.drop(r.Ref())
	if w.bytes() > room {
		w.wipe()
		w.left = true
	}
	if t.read == nil {
		t.read = map[ehrdesk.Ref]*said{}
	}
	w.version, w.updated = r.Version, r.Updated
	t.read[r.Ref()] = w
	t.turns++
	t.size += w.bytes()
	t.found.heard(r, w)
	return true
}

// drop wipes what a record says. The caller holds t.mu.
func (t *texts) drop(ref ehrdesk.Ref) {
	if w := t.read[ref]; w != nil {
		t.turns++
		t.size -= w.bytes()
		t.room = t.room || w.bytes() > 0
		t.found.drop(ref)
		w.wipe()
		delete(t.read, ref)
	}
}

// changed wipes what records said that have been replaced: the same version may
// have come with other bytes.
func (t *texts) changed(refs ...ehrdesk.Ref) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, ref := range refs {
		if t.drop(ref); t.now == ref {
			t.now = ehrdesk.Ref{}
		}
		if t.news != nil {
			t.news[ref] = true
		}
	}
}

// lacking are the records that have to be read. What is no longer among those that
// are shown is wiped; where that makes room, what was left out is tried again.
func (t *texts) lacking(all []ehrdesk.Record) (out []ehrdesk.Record) {
	t.mu.Lock()
	defer t.mu.Unlock()
	shown := make(map[ehrdesk.Ref]bool, len(all))
	for i := range all {
		shown[all[i].Ref()] = true
	}
	for ref := range t.read {
		if !shown[ref] {
			t.drop(ref)
		}
	}
	for i := range all {
		if w := t.read[all[i].Ref()]; !w.of(&all[i]) || w.left && t.room {
			out = append(out, all[i])
		}
	}
	t.room = false
	return out
}

// withdraw wipes what the records said that have left.
func (t *texts) withdraw(left func(ehrdesk.Ref) bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for ref := range t.read {
		if left(ref) {
			t.drop(ref)
		}
	}
}

func (t *texts) bytes() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.size
}

// forget wipes everything for good.
func (t *texts) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.found.wipe()
	for _, w := range t.read {
		w.wipe()
	}
	t.read, t.size, t.now, t.kept, t.over = nil, 0, ehrdesk.Ref{}, keptHits{}, true
	t.turns++
}

// spoken is what is read of a chart's bodies, and the reading of them.
type spoken struct {
	texts   texts
	reading reading
	// kept is the view of which all is kept that can be, for whoever has the turn to read. It is known again and not held: a
	// lock empties the chart, and what points to a view here would keep each record of it in memory.
	kept weak.Pointer[view]
}

// end wipes what was read and lets nothing more be. It waits for nothing.
func (s *spoken) end() {
	s.reading.cancel()
	s.texts.forget()
}

// errClosed is what comes too late for a chart gets. It is not
// CodeConsentNeeded, which is the centre's word alone: a copy is destroyed for it.
var errClosed = ehrdesk.Errorf("sync", ehrdesk.CodeOther, "the chart is closed")

// reading is the one reading of bodies that runs for a chart at a time, and its end.
type reading struct {
	mu   sync.Mutex
	stop context.CancelFunc
	done chan struct{} // closed when the reading under way is over; nil for none
	over bool
}

// begin waits for its turn. ctx ends with the chart; end has to be called.
func (g *reading) begin(ctx context.Context) (_ context.Context, end func(), err error) {
	for {
		g.mu.Lock()
		if g.over {
			g.mu.Unlock()
			return nil, nil, ehrdesk.E("search", ehrdesk.CodeOf(errClosed), errClosed)
		}
		before := g.done
		if before == nil {
			break
		}
		g.mu.Unlock()
		select {
		case <-before:
		case <-ctx.Done():
			return nil, nil, ehrdesk.E("search", ehrdesk.CodeOther, ctx.Err())
		}
	}
	defer g.mu.Unlock()
	ctx, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	g.stop, g.done = stop, done
	return ctx, func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		stop()
		g.stop, g.done = nil, nil
		close(done)
	}, nil
}

// cancel ends the reading under way and lets no other begin. It waits for nothing.
func (g *reading) cancel() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.over = true; g.stop != nil {
		g.stop()
	}
}

// wait waits until no body is read any more. The caller holds no lock that reading
// one takes, and has called cancel.
func (g *reading) wait() {
	g.mu.Lock()
	done := g.done
	g.mu.Unlock()
	if done != nil {
		<-done
	}
}
