package fhirtest

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Server is a FHIR R4 server with one base, "/fhir".
type Server struct {
	// URL is the base.
	URL  string
	http *httptest.Server

	mu     sync.Mutex
	before func(n int, r *http.Request)
	admits func(r *http.Request) bool
	public map[string]string // what anybody may read, by its path
	quirks Quirks
	now    time.Time
	tick   int // writes, for an order of their own
	asked  int
	log    []string
	stored map[ehrdesk.Ref]*record
	pages  map[string][]ehrdesk.Ref // opaque links: what is left of their list
	uses   map[string]int
}

// record is one resource with its versions, the newest last.
type record struct {
	versions []version
	order    int // when it was written first
	moved    int // and last
	visible  int // the request from which on a search finds it
}

type version struct {
	id      string
	at      time.Time
	body    []byte // nil: deleted
	deleted bool
}

func (r *record) last() version { return r.versions[len(r.versions)-1] }

// New starts a server that ends with the test. Its clock stands still but for a
// millisecond with each write: Advance moves it.
func New(t testing.TB, at time.Time, q Quirks) *Server {
	t.Helper()
	s := &Server{quirks: q, now: at.Truncate(time.Millisecond), stored: map[ehrdesk.Ref]*record{}, pages: map[string][]ehrdesk.Ref{}, uses: map[string]int{}}
	s.http = httptest.NewServer(http.HandlerFunc(s.serve))
	s.URL = s.http.URL + "/fhir"
	t.Cleanup(s.http.Close)
	return s
}

// Client is an HTTP client for it.
func (s *Server) Client() *http.Client { return s.http.Client() }

// Before has f called before each request is looked at, with the number of it from 1 on:
// what f stores or deletes is there for that request. nil for nothing.
func (s *Server) Before(f func(n int, r *http.Request)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.before = f
}

// Admit has f decide which requests are let in; the others are answered with 401. nil for
// all.
func (s *Server) Admit(f func(r *http.Request) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.admits = f
}

// Publish has anybody read JSON at a path below the base.
func (s *Server) Publish(path, body string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.public == nil {
		s.public = map[string]string{}
	}
	s.public[path] = body
}

// Stop ends it: the line is down from here on.
func (s *Server) Stop() { s.http.Close() }

// Set changes its habits.
func (s *Server) Set(change func(*Quirks)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.quirks)
}

// Advance moves its clock.
func (s *Server) Advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

// Now is its clock.
func (s *Server) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

// Put stores a resource as if somebody else had, and gives its version.
func (s *Server) Put(body string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := r4.Read([]byte(body))
	if err != nil {
		panic(fmt.Sprintf("fhirtest: %v: %s", err, body))
	}
	return s.write(r).id
}

// Delete deletes a resource as if somebody else had.
func (s *Server) Delete(ref ehrdesk.Ref) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.remove(ref)
}

// Restore brings back what was deleted, as it was and with its time of before, as out of a backup.
func (s *Server) Restore(ref ehrdesk.Ref) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if kept := s.stored[ref]; kept != nil && kept.last().deleted {
		kept.versions = kept.versions[:len(kept.versions)-1]
	}
}

// Body is the newest version of a resource, nil where there is none or it is deleted.
func (s *Server) Body(ref ehrdesk.Ref) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.stored[ref]; r != nil {
		return r.last().body
	}
	return nil
}

// All are the newest versions of what is not deleted.
func (s *Server) All() map[ehrdesk.Ref][]byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[ehrdesk.Ref][]byte{}
	for ref, r := range s.stored {
		if body := r.last().body; body != nil {
			out[ref] = body
		}
	}
	return out
}

// Versions is how often a resource was written or deleted.
func (s *Server) Versions(ref ehrdesk.Ref) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.stored[ref]; r != nil {
		return len(r.versions)
	}
	return 0
}

// Requests are those it was sent, "GET Patient/p" with the query or the form behind a
// question mark.
func (s *Server) Requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.log)
}

// Forget empties the list of requests.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = nil
}

// write stores a new version. The caller holds s.mu.
func (s *Server) write(r r4.Resource) version {
	s.now = s.now.Add(time.Millisecond)
	s.tick++
	kept := s.stored[r.Ref()]
	if kept == nil {
		kept = &record{order: s.tick}
		s.stored[r.Ref()] = kept
	}
	at := s.now
	if s.quirks.is(WholeSeconds) {
		at = at.Truncate(time.Second)
	}
	v := version{id: fmt.Sprint(len(kept.versions) + 1), at: at}
	v.body = s.stamped(r, v)
	kept.versions = append(kept.versions, v)
	kept.moved, kept.visible = s.tick, s.asked+s.quirks.SearchLag
	return v
}

// remove deletes. The caller holds s.mu.
func (s *Server) remove(ref ehrdesk.Ref) {
	if kept := s.stored[ref]; kept != nil && !kept.last().deleted {
		s.now = s.now.Add(time.Millisecond)
		kept.versions = append(kept.versions, version{id: fmt.Sprint(len(kept.versions) + 1), at: s.now, deleted: true})
	}
}

// rows are the references of what is stored of a type, in the order in which the
// server lists them. The caller holds s.mu.
func (s *Server) rows(resource string) []ehrdesk.Ref {
	refs := slices.DeleteFunc(slices.Collect(maps.Keys(s.stored)), func(ref ehrdesk.Ref) bool {
		r := s.stored[ref]
		return ref.Resource != resource || r.last().body == nil || s.asked < r.visible
	})
	slices.SortFunc(refs, func(a, b ehrdesk.Ref) int {
		if s.quirks.is(OrderByUpdate) {
			return s.stored[a].moved - s.stored[b].moved
		}
		return s.stored[a].order - s.stored[b].order
	})
	return refs
}
