//go:build linux

// Package pcscd speaks to pcsc-lite's daemon over its Unix socket, without cgo
// and without libpcsclite: a Linux desk reads cards however it was built.
//
// The protocol is the one between libpcsclite and pcscd, versions 4.4 to 4.6, in
// the machine's own byte order, written from the message layouts of pcsc-lite's
// winscard_msg.h. Daemons of 1.9.0 to 2.2.3 take 4.4 alone, 2.3.0 to 2.3.3 take
// 4.5 alone, later ones 4.4 and above: the client offers 4.4 and then what the
// refusal names.
//
// Two things are better here than through the library: a Cancel is never lost,
// and a call that waits for a card ends at once when its socket is closed.
package pcscd

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/ehrdesk/ehrdesk/cardreader/pcsc"
)

// Socket is where pcscd listens unless PCSCLITE_CSOCK_NAME says otherwise.
const Socket = "/run/pcscd/pcscd.comm"

// The commands of winscard_msg.h.
const (
	cmdEstablish  = 0x01
	cmdRelease    = 0x02
	cmdConnect    = 0x04
	cmdDisconnect = 0x06
	cmdBegin      = 0x07
	cmdEnd        = 0x08
	cmdTransmit   = 0x09
	cmdStatus     = 0x0B
	cmdVersion    = 0x11
	cmdReaders    = 0x12
	cmdWait       = 0x13
	cmdStopWait   = 0x14
)

const (
	major    = 4
	minMinor = 4
	maxMinor = 6

	maxAnswer = 65548           // MAX_BUFFER_SIZE_EXTENDED
	patience  = 3 * time.Second // for what the daemon answers by itself, without a card
)

var order = binary.NativeEndian

// conn is one socket to the daemon and the PC/SC context behind it.
type conn struct {
	mu     sync.Mutex // one request at a time, as in libpcsclite
	sock   net.Conn
	handle uint32

	state     sync.Mutex
	cancelled bool
	dead      bool
}

// agreed is the minor version that the daemon took last, so that one which
// wants 4.5 logs one mismatch a process and not one a context.
var agreed atomic.Uint32

// Establish connects to the daemon. Errors: pcsc.ErrNoService where nothing
// listens, pcsc.ErrDenied where the socket or polkit refuses this user.
func Establish() (pcsc.Context, error) {
	minor := agreed.Load()
	if minor == 0 {
		minor = minMinor
	}
	refused := false
	for range 3 {
		sock, err := dial()
		switch {
		case errors.Is(err, syscall.EACCES), errors.Is(err, syscall.EPERM):
			return nil, pcsc.ErrDenied
		case err != nil:
			return nil, pcsc.ErrNoService
		}
		c := &conn{sock: sock}
		took, err := c.open(minor)
		if err == nil {
			agreed.Store(minor)
			return c, nil
		}
		_ = sock.Close()
		switch {
		case took != 0 && took != minor:
			minor = took
		case errors.Is(err, pcsc.ErrServiceStopped):
			// A daemon that ends hangs up once and is gone at the next call. One
			// that accepts and hangs up again has been told to by polkit
			// (winscard_svc.c, "Rejected unauthorized PC/SC client").
			if refused {
				return nil, pcsc.ErrDenied
			}
			refused = true
		default:
			return nil, err
		}
	}
	return nil, pcsc.ErrNoService
}

// open agrees on the version and makes a context. took is the minor version
// that the daemon wants instead, 0 where it names none that is known.
func (c *conn) open(minor uint32) (took uint32, err error) {
	_ = c.sock.SetDeadline(time.Now().Add(patience))
	version := []uint32{major, minor, 0}
	if err := c.call(cmdVersion, version); err != nil {
		return 0, err
	}
	if version[2] != 0 {
		if version[0] == major && version[1] >= minMinor && version[1] <= maxMinor {
			took = version[1]
		}
		return took, pcsc.ErrNoService
	}
	establish := []uint32{2, 0, 0} // scope system, context, result
	if err := c.call(cmdEstablish, establish); err != nil {
		return 0, err
	}
	if establish[2] != 0 {
		return 0, pcsc.Error(establish[2])
	}
	c.handle = establish[1]
	_ = c.sock.SetDeadline(time.Time{})
	return minor, nil
}

// dial retries EAGAIN: pcscd listens with a backlog of one, and a full backlog
// fails Go's non-blocking connect where libpcsclite's blocking one waits.
func dial() (net.Conn, error) {
	name := Socket
	if s := os.Getenv("PCSCLITE_CSOCK_NAME"); s != "" {
		name = s
	}
	for end := time.Now().Add(2 * time.Second); ; time.Sleep(2 * time.Millisecond) {
		sock, err := (&net.Dialer{Timeout: 2 * time.Second}).DialContext(context.Background(), "unix", name)
		if err == nil || !errors.Is(err, syscall.EAGAIN) || time.Now().After(end) {
			return sock, err
		}
	}
}

func (c *conn) send(cmd uint32, body []byte) error {
	b := make([]byte, 8, 8+len(body))
	order.PutUint32(b, uint32(len(body)))
	order.PutUint32(b[4:], cmd)
	b = append(b, body...)
	_, err := c.sock.Write(b)
	clear(b)
	return c.broken(err)
}

func (c *conn) receive(b []byte) error {
	_, err := io.ReadFull(c.sock, b)
	return c.broken(err)
}

// broken turns what the socket says into what PC/SC would.
func (c *conn) broken(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, os.ErrDeadlineExceeded):
		return pcsc.ErrTimeout
	}
	c.state.Lock()
	c.dead = true
	c.state.Unlock()
	return pcsc.ErrServiceStopped
}

// call sends words and reads the same number back.
func (c *conn) call(cmd uint32, words []uint32) error {
	b := pack(words)
	if err := c.send(cmd, b); err != nil {
		return err
	}
	if err := c.receive(b); err != nil {
		return err
	}
	for i := range words {
		words[i] = order.Uint32(b[4*i:])
	}
	return nil
}

// request is a call whose last word is the result.
func (c *conn) request(cmd uint32, words ...uint32) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	words = append(words, 0)
	if err := c.call(cmd, words); err != nil {
		return err
	}
	if result := words[len(words)-1]; result != 0 {
		return pcsc.Error(result)
	}
	return nil
}

func pack(words []uint32) []byte {
	b := make([]byte, 4*len(words))
	for i, v := range words {
		order.PutUint32(b[4*i:], v)
	}
	return b
}

// Release ends the context. It does not wait for a daemon that hangs.
func (c *conn) Release() error {
	c.state.Lock()
	dead := c.dead
	c.state.Unlock()
	defer c.sock.Close()
	if dead {
		return nil
	}
	_ = c.sock.SetDeadline(time.Now().Add(patience))
	return c.request(cmdRelease, c.handle)
}

// Abort closes the socket: the daemon ends transaction and handle by itself.
func (c *conn) Abort() { c.kill() }

func (c *conn) kill() {
	c.state.Lock()
	c.dead = true
	c.state.Unlock()
	_ = c.sock.Close()
}
