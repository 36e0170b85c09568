//go:build linux

package pcscd

import (
	"bytes"
	"errors"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk/cardreader/pcsc"
)

// READER_STATE of pcsc-lite's eventhandler.h as it crosses the socket: name,
// event counter, state, sharing, ATR padded to words, its length, protocol.
const (
	maxReaders = 16
	nameLen    = 128
	atrLen     = 33
	stateLen   = nameLen + 4 + 4 + 4 + 36 + 4 + 4
)

// The bits of a reader's state in the daemon.
const (
	readerUnknown  = 0x01
	cardAbsent     = 0x02
	cardPresent    = 0x04
	cardUnanswered = 0x08 // SCARD_SWALLOWED: present, no valid answer to reset
)

// reader is one slot of the daemon's table.
type reader struct {
	name    string
	events  uint32
	state   uint32
	sharing int32
	atr     []byte
}

func parseReaders(b []byte) []reader {
	var out []reader
	for i := 0; i+stateLen <= len(b) && len(out) < maxReaders; i += stateLen {
		s := b[i : i+stateLen]
		name, _, _ := strings.Cut(string(s[:nameLen]), "\x00")
		if name == "" {
			continue
		}
		r := reader{name: name, events: order.Uint32(s[128:]), state: order.Uint32(s[132:]), sharing: int32(order.Uint32(s[136:]))}
		if n := order.Uint32(s[176:]); n <= atrLen {
			r.atr = bytes.Clone(s[140 : 140+n])
		}
		out = append(out, r)
	}
	return out
}

func (c *conn) table(cmd uint32) ([]reader, error) {
	if err := c.send(cmd, nil); err != nil {
		return nil, err
	}
	b := make([]byte, maxReaders*stateLen)
	if err := c.receive(b); err != nil {
		return nil, err
	}
	return parseReaders(b), nil
}

func (c *conn) Readers() ([]string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	table, err := c.table(cmdReaders)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(table))
	for i, r := range table {
		names[i] = r.name
	}
	return names, nil
}

// Cancel holds until the next Wait has seen it: unlike SCardCancel it cannot
// fall between two waits.
func (c *conn) Cancel() error {
	c.state.Lock()
	defer c.state.Unlock()
	c.cancelled = true
	return c.sock.SetReadDeadline(time.Unix(1, 0))
}

// arm sets a deadline for reading, unless a Cancel has come.
func (c *conn) arm(t time.Time) bool {
	c.state.Lock()
	defer c.state.Unlock()
	if c.cancelled {
		return false
	}
	_ = c.sock.SetReadDeadline(t)
	return true
}

func (c *conn) wasCancelled() bool {
	c.state.Lock()
	defer c.state.Unlock()
	return c.cancelled
}

func (c *conn) Wait(states []pcsc.ReaderState, timeout time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	defer func() {
		c.state.Lock()
		c.cancelled = false
		_ = c.sock.SetReadDeadline(time.Time{})
		c.state.Unlock()
	}()
	end := time.Time{}
	if timeout >= 0 {
		end = time.Now().Add(timeout)
	}
	count := -1
	for {
		if !c.arm(time.Now().Add(patience)) {
			return pcsc.ErrCancelled
		}
		table, err := c.table(cmdWait) // and from here on the daemon tells of one event
		if errors.Is(err, pcsc.ErrTimeout) && c.wasCancelled() {
			c.kill() // cut in the middle of a message: the stream is lost
			return pcsc.ErrCancelled
		}
		if err != nil {
			return err
		}
		if count < 0 {
			count = len(table)
		}
		if compare(states, table, count) {
			return c.leave()
		}
		if !c.arm(end) {
			_ = c.leave()
			return pcsc.ErrCancelled
		}
		event := make([]byte, 8) // timeout, result
		switch err := c.receive(event); {
		case errors.Is(err, pcsc.ErrTimeout):
			if err := c.leave(); err != nil {
				return err
			}
			if c.wasCancelled() {
				return pcsc.ErrCancelled
			}
			return pcsc.ErrTimeout
		case err != nil:
			return err
		}
		if result := order.Uint32(event[4:]); result != 0 {
			return pcsc.Error(result)
		}
	}
}

// leave takes this client off the daemon's list of waiters. The one message
// that follows is the answer, or an event that crossed it on the way.
func (c *conn) leave() error {
	c.state.Lock()
	_ = c.sock.SetReadDeadline(time.Now().Add(patience))
	c.state.Unlock()
	if err := c.send(cmdStopWait, nil); err != nil {
		return err
	}
	return c.receive(make([]byte, 8))
}

// compare fills in what each state is now and reports whether any differs.
func compare(states []pcsc.ReaderState, table []reader, count int) bool {
	changed := false
	for i := range states {
		s := &states[i]
		s.Event = 0
		if s.Current&pcsc.Ignore != 0 {
			continue
		}
		s.Event = event(s, table, count)
		changed = changed || s.Event&pcsc.Changed != 0
	}
	return changed
}

func event(s *pcsc.ReaderState, table []reader, count int) pcsc.State {
	var r *reader
	for j := range table {
		if table[j].name == s.Reader {
			r = &table[j]
		}
	}
	switch {
	case r == nil && strings.EqualFold(s.Reader, pcsc.PnP):
		// pcsc-lite before 2.3 compares the number of readers with the start of
		// this very call and misses what comes between two. Here the number is
		// in the upper word, and the caller's own is compared.
		want := int(s.Current.Count())
		if want == 0 {
			want = count
		}
		if ev := pcsc.State(len(table) << 16); want == len(table) {
			return ev
		} else {
			return ev | pcsc.Changed
		}
	case r == nil:
		s.ATR = nil
		if s.Current&pcsc.Unknown == 0 {
			return pcsc.Unknown | pcsc.Unavailable | pcsc.Changed
		}
		return pcsc.Unknown | pcsc.Unavailable
	}
	ev := pcsc.State(r.events << 16)
	if r.state&readerUnknown != 0 {
		ev |= pcsc.Unavailable
	}
	s.ATR = nil
	switch {
	case r.state&cardAbsent != 0:
		ev |= pcsc.Empty
	case r.state&cardPresent != 0:
		ev |= pcsc.Present
		s.ATR = r.atr
		if r.state&cardUnanswered != 0 {
			ev |= pcsc.Mute
		}
		if r.sharing < 0 {
			ev |= pcsc.Exclusive
		} else if r.sharing > 0 {
			ev |= pcsc.InUse
		}
	}
	const watched = pcsc.Empty | pcsc.Present | pcsc.Mute | pcsc.Unavailable
	if s.Current == pcsc.Unaware || s.Current&pcsc.Unknown != 0 || (s.Current^ev)&watched != 0 ||
		(s.Current.Count() != 0 && s.Current.Count() != ev.Count()) {
		ev |= pcsc.Changed
	}
	return ev
}
