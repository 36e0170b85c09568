package simcard

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"sync"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// What vpcd asks in a message of one byte (vsmartcard, vpcd.h).
const (
	powerOff = 0
	powerOn  = 1
	reset    = 2
	sendATR  = 4
)

// Inserted is a card in a virtual reader.
type Inserted struct {
	conn net.Conn
	done chan struct{}
	once sync.Once
}

// Insert puts the card into the virtual reader that listens at addr, such as
// "127.0.0.1:35963": the connection is the insertion, its end the removal.
// pcscd notices within its polling period of 400 ms.
func (c *Card) Insert(ctx context.Context, addr string) (*Inserted, error) {
	d := net.Dialer{Timeout: 2 * time.Second}
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, ehrdesk.Errorf("card.simulate", ehrdesk.CodeCard, "no virtual reader listens at that address")
	}
	c.Put()
	in := &Inserted{conn: conn, done: make(chan struct{})}
	go in.serve(c)
	return in, nil
}

// Pull takes the card out and waits until its goroutine has ended. A second
// Pull does nothing.
func (in *Inserted) Pull() {
	in.once.Do(func() { _ = in.conn.Close() })
	<-in.done
}

// Out is closed when the card is out, by Pull, by a fault or by the reader.
func (in *Inserted) Out() <-chan struct{} { return in.done }

func (in *Inserted) serve(c *Card) {
	defer close(in.done)
	defer in.once.Do(func() { _ = in.conn.Close() })
	buf := make([]byte, 1<<16)
	for {
		// vpcd 3.3 sends length and body in two writes without TCP_NODELAY:
		// with delayed acknowledgement every command would take 40 ms.
		quickAck(in.conn)
		var head [2]byte
		if _, err := io.ReadFull(in.conn, head[:]); err != nil {
			return
		}
		m := buf[:binary.BigEndian.Uint16(head[:])]
		if _, err := io.ReadFull(in.conn, m); err != nil {
			return
		}
		if len(m) == 1 {
			switch m[0] {
			case powerOn, reset:
				c.Power()
			case sendATR:
				if in.write(c.ATR) != nil {
					return
				}
			case powerOff:
			}
			continue
		}
		if len(m) < 4 || !in.answer(c, m) {
			return
		}
	}
}

// answer reports whether the card is still in.
func (in *Inserted) answer(c *Card, command []byte) bool {
	answer, f := c.Answer(command)
	if f.Delay > 0 {
		time.Sleep(f.Delay)
	}
	switch {
	case f.Pull:
		if tcp, ok := in.conn.(*net.TCPConn); ok && f.Broken {
			_ = tcp.SetLinger(0)
		}
		return false
	case f.Mute: // until the reader hangs up or the card is pulled
		_, _ = io.Copy(io.Discard, in.conn)
		return false
	}
	return in.write(answer) == nil
}

func (in *Inserted) write(b []byte) error {
	m := binary.BigEndian.AppendUint16(make([]byte, 0, 2+len(b)), uint16(len(b)))
	_, err := in.conn.Write(append(m, b...))
	return err
}
