package rest

import (
	"bufio"
	"bytes"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// quick is a server that waits for nobody longer than a moment, with a handler for whoever.
func quick(t *testing.T, h Handler) (*Server, *httptest.Server) {
	t.Helper()
	s, err := New(time.Now, slog.New(slog.DiscardHandler), make([]byte, 32), "")
	if err != nil {
		t.Fatal(err)
	}
	s.pace = pace{200 * time.Millisecond, time.Minute, time.Second, time.Second}
	who := func(http.Header, *http.Request) (*store.Account, error) {
		return &store.Account{HCP: "h", Staff: "s"}, nil
	}
	srv := httptest.NewServer(s.Outer(s.SignedIn(who, h)))
	t.Cleanup(srv.Close)
	return s, srv
}

func dial(t *testing.T, srv *httptest.Server, request string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if err := c.(*net.TCPConn).SetReadBuffer(4 << 10); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(c, request); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestWhoDoesNotReadIsCutOff(t *testing.T) {
	ended := make(chan struct{}, 1)
	var s *Server
	s, srv := quick(t, func(w http.ResponseWriter, r *http.Request, _ *store.Account) error {
		s.Send(w, r, 200, make([]byte, 32<<20))
		ended <- struct{}{}
		return nil
	})
	dial(t, srv, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	select {
	case <-ended:
	case <-time.After(30 * time.Second):
		t.Fatal("an answer nobody reads goes on")
	}
	srv.Close() // waits for the request to end
	if s.crowd.all != 0 || len(s.crowd.by) != 0 || s.crowd.held.Load() != 0 {
		t.Errorf("left behind: %d, %v, %d bytes", s.crowd.all, s.crowd.by, s.crowd.held.Load())
	}
}

func TestABodyThatDoesNotComeIsGivenUp(t *testing.T) {
	_, srv := quick(t, func(w http.ResponseWriter, r *http.Request, _ *store.Account) error {
		if _, err := Body(w, r, 64<<10); err != nil {
			return err
		}
		w.WriteHeader(http.StatusNoContent)
		return nil
	})
	for name, request := range map[string]string{
		"none of it": "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n",
		"some of it": "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n0123456789",
	} {
		c := dial(t, srv, request)
		_ = c.SetReadDeadline(time.Now().Add(30 * time.Second))
		res, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusRequestTimeout {
			t.Errorf("%s: %d", name, res.StatusCode)
		}
	}
	res, err := http.Post(srv.URL, "text/plain", strings.NewReader(strings.Repeat("x", 1000)))
	if err != nil || res.StatusCode != http.StatusNoContent {
		t.Errorf("a whole one: %v, %v", res, err)
	}
}

func TestOneAccountsRequestsAtOnceAreBounded(t *testing.T) {
	begun, end := make(chan struct{}), make(chan struct{})
	_, srv := quick(t, func(w http.ResponseWriter, _ *http.Request, _ *store.Account) error {
		begun <- struct{}{}
		<-end
		w.WriteHeader(http.StatusNoContent)
		return nil
	})
	defer close(end)
	for range atOnce {
		dial(t, srv, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		<-begun
	}
	res, err := http.Get(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusTooManyRequests || res.Header.Get("Retry-After") != "1" {
		t.Errorf("one more: %d, again after %q", res.StatusCode, res.Header.Get("Retry-After"))
	}
}

// Who asks for one long page after the other and reads none keeps the centre at making them.
func TestOneAccountsPagesAtOnceAreBounded(t *testing.T) {
	var s *Server
	sent := make(chan struct{}, atOnce)
	s, srv := quick(t, func(w http.ResponseWriter, r *http.Request, who *store.Account) error {
		return s.Page(w, r, who, func() ([]byte, error) { sent <- struct{}{}; return make([]byte, 32<<20), nil })
	})
	s.pace.piece = time.Minute
	for range pagesAtOnce {
		dial(t, srv, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		<-sent
	}
	res, err := http.Get(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusTooManyRequests || res.Header.Get("Retry-After") == "" || len(sent) != 0 {
		t.Errorf("a page more: %d, again after %q", res.StatusCode, res.Header.Get("Retry-After"))
	}
	srv.CloseClientConnections()
}

func TestWhatIsHeldInMemoryIsBounded(t *testing.T) {
	s, srv := quick(t, func(w http.ResponseWriter, r *http.Request, _ *store.Account) error {
		if _, err := Body(w, r, MaxBody); err != nil {
			return err
		}
		w.WriteHeader(http.StatusNoContent)
		return nil
	})
	post := func() int {
		res, err := http.Post(srv.URL, "text/plain", strings.NewReader("x"))
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if res.StatusCode == 503 && res.Header.Get("Retry-After") == "" {
			t.Error("nobody says when to ask again")
		}
		return res.StatusCode
	}
	s.crowd.held.Store(heldInAll)
	if got := post(); got != 503 {
		t.Errorf("with all of it held: %d", got)
	}
	s.crowd.held.Store(0)
	if got := post(); got != 204 {
		t.Errorf("with none: %d", got)
	}
}

// far is a connection from another address.
type far struct {
	net.Conn
	from string
}

func (c far) RemoteAddr() net.Addr {
	return &net.TCPAddr{IP: net.ParseIP(c.from), Port: 1}
}

func TestConnectionsAreBoundedInAllAndFromOneAddress(t *testing.T) {
	var clients []net.Conn
	door := NewDoor(nil, Connections{All: 4, Remote: 2})
	in := func(from string) (net.Conn, bool) {
		here, there := net.Pipe()
		clients = append(clients, there)
		c := far{here, from}
		return c, door.admit(c)
	}
	closed := func(i int) bool {
		_ = clients[i].SetReadDeadline(time.Now().Add(20 * time.Millisecond))
		_, err := clients[i].Read(make([]byte, 1))
		return err == io.EOF
	}
	a, _ := in("192.0.2.1")
	_, _ = in("192.0.2.1")
	if _, ok := in("192.0.2.1"); !ok || !closed(0) || closed(1) {
		t.Error("of one address the one that was silent for longest did not give place")
	}
	door.State(a, http.StateClosed) // of one that is gone already
	busy := func(from string) net.Conn {
		c, ok := in(from)
		if !ok {
			t.Fatalf("%s is not let in", from)
		}
		door.State(c, http.StateActive)
		return c
	}
	first := busy("192.0.2.2")
	busy("192.0.2.2")
	if _, ok := in("192.0.2.2"); ok {
		t.Error("a third from an address that is answered twice")
	}
	busy("192.0.2.3") // in the place of a silent one
	busy("192.0.2.4")
	if _, ok := in("192.0.2.5"); ok {
		t.Error("a fifth while four are answered")
	}
	door.State(first, http.StateIdle)
	if _, ok := in("192.0.2.5"); !ok {
		t.Error("an idle one does not give place")
	}
}

func TestWhoFindsNoRoomIsToldWhenToComeAgain(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	door := NewDoor(l, Connections{All: 1, Remote: 1})
	begun, end := make(chan struct{}), make(chan struct{})
	srv := &http.Server{ConnState: door.State, ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { close(begun); <-end })}
	go func() { _ = srv.Serve(door) }()
	defer func() { _ = srv.Close() }()
	defer close(end)
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	<-begun
	res, err := http.Get("http://" + l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != 503 || res.Header.Get("Retry-After") == "" {
		t.Errorf("%d, again after %q", res.StatusCode, res.Header.Get("Retry-After"))
	}
}

// A long body comes in pieces of which one is in memory at a time, in their order; one that is cut, or too long, is no whole one.
func TestALongBodyComesInPieces(t *testing.T) {
	const size, most = 100 << 10, 2 << 20
	whole := make([]byte, most)
	for i := range whole {
		whole[i] = byte(i / 7)
	}
	var got []byte
	var pieces int
	var held int64
	var failed error
	var s *Server
	s, srv := quick(t, func(w http.ResponseWriter, r *http.Request, _ *store.Account) error {
		got, pieces, held = nil, 0, 0
		failed = BodyPieces(w, r, most, size, func(piece []byte) error {
			if len(piece) > size || len(piece) == 0 {
				t.Errorf("a piece of %d", len(piece))
			}
			got, pieces, held = append(got, piece...), pieces+1, max(held, s.crowd.held.Load())
			return nil
		})
		if failed == nil {
			w.WriteHeader(http.StatusNoContent)
		}
		return failed
	})
	post := func(b []byte) int {
		res, err := http.Post(srv.URL, "application/octet-stream", bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		return res.StatusCode
	}
	for _, n := range []int{0, 1, size - 1, size, size + 1, most} {
		if status := post(whole[:n]); status != 204 || !bytes.Equal(got, whole[:n]) || held > size || pieces != (n+size-1)/size {
			t.Errorf("of %d: %d, %d bytes came, %d were held", n, status, len(got), held)
		}
	}
	if status := post(append(whole, 1)); status != 413 {
		t.Errorf("one byte more: %d", status)
	}
	c := dial(t, srv, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nshort")
	if err := c.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if _, err := http.ReadResponse(bufio.NewReader(c), nil); err != nil {
		t.Fatal(err)
	}
	if failed == nil || len(got) != 0 {
		t.Errorf("cut short: %v, %d bytes were given as the last piece", failed, len(got))
	}
}
