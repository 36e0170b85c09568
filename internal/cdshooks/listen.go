package cdshooks

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// Listen listens at an address of this machine's loopback, written as a number: a name may come to lead
// elsewhere. Errors: CodeInvalid for any other, CodeConflict where somebody listens there.
func Listen(ctx context.Context, address string) (net.Listener, error) {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !at.Addr().IsLoopback() {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "hooks are served on loopback alone, as 127.0.0.1:8765 or [::1]:8765")
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", at.String())
	if err != nil {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeConflict, "nothing can listen at this address: another program may")
	}
	return &narrow{l, make(chan struct{}, mostConnections)}, nil
}

// NewToken makes what callers show: 32 random bytes.
func NewToken() ehrdesk.Secret {
	var b [32]byte
	_, _ = rand.Read(b[:]) // it never fails: the program ends where the system has no random numbers
	return ehrdesk.NewSecret(base64.RawURLEncoding.EncodeToString(b[:]))
}

// Serve answers until ctx ends; calls under way are answered first.
func Serve(ctx context.Context, l net.Listener, h http.Handler) error {
	s := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 2 * time.Minute, IdleTimeout: time.Minute,
		MaxHeaderBytes: 16 << 10, ErrorLog: log.New(io.Discard, "", 0)} // its lines quote what was sent
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	select {
	case err := <-done:
		return ended(err)
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if s.Shutdown(last) != nil {
		_ = s.Close() // what is still open has had its time
	}
	return ended(<-done)
}

func ended(err error) error {
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return ehrdesk.Errorf(op, ehrdesk.CodeOther, "the address is served no more")
}

// mostConnections is how many connections are open at once; others wait in the system.
const mostConnections = 64

// narrow is a listener that has so many connections open at once.
type narrow struct {
	net.Listener
	open chan struct{}
}

func (n *narrow) Accept() (net.Conn, error) {
	n.open <- struct{}{}
	c, err := n.Listener.Accept()
	if err != nil {
		<-n.open
		return nil, err
	}
	return &counted{Conn: c, of: n}, nil
}

type counted struct {
	net.Conn
	of   *narrow
	once sync.Once
}

func (c *counted) Close() error {
	c.once.Do(func() { <-c.of.open })
	return c.Conn.Close()
}
