package rest

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// Connections is how many the centre keeps, in all and from one address.
type Connections struct{ All, Remote int }

// DefaultConnections are enough for a thousand desks with a request and a stream each; a
// hospital's desks may share an address. Behind a proxy, and on this machine, the address is
// loopback and says nothing: there the proxy bounds it, and here only All counts.
var DefaultConnections = Connections{All: 2048, Remote: 512}

// Door is a listener that keeps no more connections than it may. Where one more comes, who
// has said nothing for longest gives place to it; where everybody is being answered, it is
// told to come again.
type Door struct {
	net.Listener
	most Connections
	mute bool // whoever is turned away is told nothing

	mu   sync.Mutex
	open map[net.Conn]*visitor
	from map[string]int
	away chan struct{} // those that are being turned away
}

type visitor struct {
	from string
	idle bool // between requests, or before the first
	at   time.Time
}

// NewDoor bounds a listener. Its State is to be the server's ConnState.
func NewDoor(l net.Listener, most Connections) *Door {
	return &Door{Listener: l, most: most, open: map[net.Conn]*visitor{}, from: map[string]int{}, away: make(chan struct{}, 64)}
}

// Secure has TLS begin behind the door: whoever is turned away before it is told nothing,
// as no client would read it. It is called before the first connection.
func (d *Door) Secure() { d.mute = true }

// Accept gives the next connection that there is room for.
func (d *Door) Accept() (net.Conn, error) {
	for {
		c, err := d.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if d.admit(c) {
			return c, nil
		}
		if d.mute {
			_ = c.Close()
			continue
		}
		select {
		case d.away <- struct{}{}:
			go func() {
				defer func() { <-d.away }()
				turnAway(c)
			}()
		default:
			_ = c.Close()
		}
	}
}

// turnAway tells a client to come again, once it has begun to ask: an answer to a question
// that was not asked yet is taken by some clients for no answer at all.
func turnAway(c net.Conn) {
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(time.Second))
	if _, err := c.Read(make([]byte, 1)); err != nil {
		return
	}
	_, err := io.WriteString(c, "HTTP/1.1 503 Service Unavailable\r\nRetry-After: "+strconv.Itoa(int(busyFor/time.Second))+"\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
	if t, ok := c.(*net.TCPConn); ok && err == nil && t.CloseWrite() == nil {
		_, _ = io.CopyN(io.Discard, c, 4<<10) // what it had sent, so that the answer is not lost with it
	}
}

func (d *Door) admit(c net.Conn) bool {
	from, _, err := net.SplitHostPort(c.RemoteAddr().String())
	if ip := net.ParseIP(from); err != nil || ip == nil || ip.IsLoopback() {
		from = ""
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if from != "" && d.from[from] >= d.most.Remote && !d.makeRoom(from) || len(d.open) >= d.most.All && !d.makeRoom("") {
		return false
	}
	d.open[c] = &visitor{from, true, time.Now()}
	d.from[from]++
	return true
}

// makeRoom closes the connection that has been idle for longest, of those from an address,
// or of all where that is "".
func (d *Door) makeRoom(from string) bool {
	var oldest net.Conn
	for c, v := range d.open {
		if v.idle && (from == "" || v.from == from) && (oldest == nil || v.at.Before(d.open[oldest].at)) {
			oldest = c
		}
	}
	if oldest == nil {
		return false
	}
	d.forget(oldest)
	_ = oldest.Close()
	return true
}

func (d *Door) forget(c net.Conn) {
	v := d.open[c]
	if v == nil {
		return
	}
	delete(d.open, c)
	if d.from[v.from]--; d.from[v.from] == 0 {
		delete(d.from, v.from)
	}
}

// State follows what a connection does.
func (d *Door) State(c net.Conn, to http.ConnState) {
	if t, ok := c.(*tls.Conn); ok {
		c = t.NetConn()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	v := d.open[c]
	switch {
	case v == nil:
	case to == http.StateClosed || to == http.StateHijacked:
		d.forget(c)
	default:
		v.idle, v.at = to != http.StateActive, time.Now()
	}
}
