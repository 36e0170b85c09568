//go:build linux

package pcscd

import (
	"errors"
	"time"

	"github.com/ehrdesk/ehrdesk/cardreader/pcsc"
)

const (
	protocolT0  = 1
	protocolAny = 3 // T=0 or T=1, as the card offers
)

// card is a handle of the daemon's.
type card struct {
	c        *conn
	handle   uint32
	protocol uint32
}

// Connect blocks in the daemon while anybody holds a transaction on the reader.
func (c *conn) Connect(name string, share pcsc.Share) (pcsc.Card, error) {
	if name == "" || len(name) >= nameLen {
		return nil, pcsc.ErrUnknownReader
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	b := make([]byte, 4+nameLen+20) // context, name, share, protocols, card, protocol, result
	order.PutUint32(b, c.handle)
	copy(b[4:], name)
	order.PutUint32(b[132:], uint32(share))
	order.PutUint32(b[136:], protocolAny)
	if err := c.send(cmdConnect, b); err != nil {
		return nil, err
	}
	if err := c.receive(b); err != nil {
		return nil, err
	}
	if result := order.Uint32(b[148:]); result != 0 {
		return nil, pcsc.Error(result)
	}
	return &card{c: c, handle: order.Uint32(b[140:]), protocol: order.Uint32(b[144:])}, nil
}

// Begin asks again while another handle holds the card, as libpcsclite does.
func (k *card) Begin() error {
	for {
		err := k.c.request(cmdBegin, k.handle)
		if !errors.Is(err, pcsc.ErrSharing) {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func (k *card) End(d pcsc.Disposition) error { return k.c.request(cmdEnd, k.handle, uint32(d)) }

func (k *card) Disconnect(d pcsc.Disposition) error {
	return k.c.request(cmdDisconnect, k.handle, uint32(d))
}

func (k *card) Status() error { return k.c.request(cmdStatus, k.handle) }

func (k *card) T0() bool { return k.protocol == protocolT0 }

func (k *card) Transmit(command []byte) ([]byte, error) {
	if len(command) < 4 || len(command) > maxAnswer {
		return nil, pcsc.ErrInvalidParam
	}
	k.c.mu.Lock()
	defer k.c.mu.Unlock()
	// card, sent protocol and its length, bytes sent, received protocol and its
	// length, room for the answer, result
	words := []uint32{k.handle, k.protocol, 8, uint32(len(command)), protocolAny, 8, maxAnswer, 0}
	if err := k.c.send(cmdTransmit, pack(words)); err != nil {
		return nil, err
	}
	if _, err := k.c.sock.Write(command); err != nil {
		return nil, k.c.broken(err)
	}
	b := make([]byte, 4*len(words))
	if err := k.c.receive(b); err != nil {
		return nil, err
	}
	if result := order.Uint32(b[28:]); result != 0 {
		return nil, pcsc.Error(result)
	}
	n := order.Uint32(b[24:])
	if n > maxAnswer { // what follows cannot be found any more
		k.c.kill()
		return nil, pcsc.ErrShortBuffer
	}
	answer := make([]byte, n)
	return answer, k.c.receive(answer)
}
