package rest

import (
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// What one account, and all of them, may have under way at once. They are counted in this
// process, as they are for its memory and its connections.
const (
	// atOnce is of one account: a desk asks for pages one after the other and listens to one
	// stream; a person at three desks who reads a chart at each is far from it.
	atOnce = 12
	// atOnceInAll is how many the centre works for beside one another, those apart that wait for
	// their client. The store has one writer, so that more would only wait longer: a hundred
	// desks ask for less.
	atOnceInAll = 256
	// pagesAtOnce is of one account's lists of records, which are long to make: a desk fetches a
	// page when it has the one before, and who does not read asks in vain for a fifth.
	pagesAtOnce = 4
	// makingAtOnce is how many of all of them are made beside one another: fewer than the store
	// gives snapshots, so that a look-up waits for no page.
	makingAtOnce = 4
	// heldInAll is how much of bodies and answers is in memory, in bytes: eight of the largest.
	heldInAll = 8 * MaxBody
)

// Makes sets how many pages are made beside one another, before any is: more of them where one is
// mostly waited for and holds no snapshot.
func (s *Server) Makes(atOnce int) { s.crowd.turn = make(chan struct{}, atOnce) }

// crowd is what is under way.
type crowd struct {
	mu   sync.Mutex
	by   map[string]int
	all  int
	list map[string]int // pages under way by account
	turn chan struct{}  // those being made
	held atomic.Int64
}

// enter counts a request of an account until leave is called. Errors: 429 for one account's
// too many, 503 for everybody's, with a time.
func (c *crowd) enter(w http.ResponseWriter, who *store.Account, stream bool, now time.Time) (leave func(), err error) {
	key := who.HCP + "/" + who.Staff
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.by[key] >= atOnce:
		return nil, tooMany(now)
	case !stream && c.all >= atOnceInAll:
		return nil, busy()
	}
	if c.by == nil {
		c.by = map[string]int{}
	}
	c.by[key]++
	if rec, ok := w.(*recorder); ok && !stream {
		c.all++
		rec.works = true
	}
	return func() {
		working(w, false)
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.by[key]--; c.by[key] == 0 {
			delete(c.by, key)
		}
	}, nil
}

// working says whether the centre works for a request, or waits for its client: who sends
// or reads slowly takes no place from others.
func working(w http.ResponseWriter, on bool) {
	rec, ok := w.(*recorder)
	if !ok || rec.crowd == nil || rec.works == on {
		return
	}
	rec.works = on
	rec.crowd.mu.Lock()
	defer rec.crowd.mu.Unlock()
	if on {
		rec.crowd.all++
	} else {
		rec.crowd.all--
	}
}

// Page sends a page of records that make makes: in its turn, and for an account that takes
// what it has asked for. Errors: those of make; 429 for one account's too many.
func (s *Server) Page(w http.ResponseWriter, r *http.Request, who *store.Account, make func() ([]byte, error)) error {
	return s.PageOf(w, r, who, func() ([][]byte, error) {
		b, err := make()
		return [][]byte{b}, err
	})
}

// PageOf is Page of what make makes in pieces, which are sent one behind the other and not put
// together before: what a page is made of lies in memory once.
func (s *Server) PageOf(w http.ResponseWriter, r *http.Request, who *store.Account, make func() ([][]byte, error)) error {
	key := who.HCP + "/" + who.Staff
	count := func(n int) int {
		s.crowd.mu.Lock()
		defer s.crowd.mu.Unlock()
		if s.crowd.list[key] += n; s.crowd.list[key] == 0 {
			delete(s.crowd.list, key)
			return 0
		}
		return s.crowd.list[key]
	}
	defer count(-1)
	if count(1) > pagesAtOnce {
		return tooMany(s.Now())
	}
	select {
	case s.crowd.turn <- struct{}{}:
	case <-r.Context().Done():
		return busy()
	}
	pieces, err := func() ([][]byte, error) {
		defer func() { <-s.crowd.turn }()
		return make()
	}()
	if err == nil {
		s.Send(w, r, http.StatusOK, pieces...)
	}
	return err
}

func tooMany(now time.Time) *refusal.Error {
	f := refusal.New(http.StatusTooManyRequests, "too-many-at-once", "Too much is under way for this account: ask again.")
	f.Until = now.Add(time.Second)
	return f
}

// works is whether a request is counted among those that the centre works for.
func works(w http.ResponseWriter) bool {
	rec, ok := w.(*recorder)
	return ok && rec.works
}

func busy() *refusal.Error {
	return refusal.New(http.StatusServiceUnavailable, "", "The centre is busy.")
}

// hold counts bytes in memory of one request; false where there is no room for them.
func (w *recorder) hold(n int) bool {
	if w.crowd == nil {
		return true
	}
	if w.crowd.held.Add(int64(n)) > heldInAll {
		w.crowd.held.Add(-int64(n))
		return false
	}
	w.held += int64(n)
	return true
}

// holding is hold of whatever a handler writes to.
func holding(w http.ResponseWriter, n int) bool {
	rec, ok := w.(*recorder)
	return !ok || rec.hold(n)
}
