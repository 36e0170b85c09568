// Package simcard is smart cards in software: the training card, which is ours
// and the desk's own test of everything a genuine card can do, stand-ins for
// three public layouts, and the faults that cards and people have. A card
// answers commands; how it is put in is another matter: Insert dials vpcd, the
// virtual reader of a real pcscd, and package fake holds it in memory.
//
// Nothing here is a copy of a real identity card, and no key here opens one.
package simcard

import (
	"bytes"
	"sync"
	"sync/atomic"
	"time"
)

// Applet answers commands. Reset comes at power on and at a reset. Both are
// called from one goroutine at a time.
type Applet interface {
	Reset()
	APDU(command []byte) []byte
}

// Fault is what goes wrong with one command. The zero value is nothing.
type Fault struct {
	Delay  time.Duration // answer late
	Raw    []byte        // answer just these bytes
	Pull   bool          // the card leaves while the command runs
	Broken bool          // with Pull: the line breaks instead of closing
	Mute   bool          // never answer
}

// Card is a card in somebody's hand. Fields are set before it is put in.
type Card struct {
	ATR    []byte
	Applet Applet
	// Faults decides what goes wrong with command number n, from 1, since the
	// card was put in; nil is nothing.
	Faults func(n int, command []byte) Fault
	// Seen is called with each command and answer; nil is nobody.
	Seen func(command, answer []byte)

	commands atomic.Int64
	resets   atomic.Int64
	mu       sync.Mutex
	n        int
}

// Commands is how many commands have reached the card since it was made.
func (c *Card) Commands() int { return int(c.commands.Load()) }

// Resets is how often the card was powered or reset.
func (c *Card) Resets() int { return int(c.resets.Load()) }

// Power powers the card up or resets it.
func (c *Card) Power() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.resets.Add(1)
	c.Applet.Reset()
}

// Put starts the count of commands that Faults sees.
func (c *Card) Put() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n = 0
}

// Answer runs one command. A fault with Pull or Mute has no answer; Delay is
// for the caller to wait, who knows when the card is pulled meanwhile.
func (c *Card) Answer(command []byte) ([]byte, Fault) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
	c.commands.Add(1)
	var f Fault
	if c.Faults != nil {
		f = c.Faults(c.n, command)
	}
	if f.Pull || f.Mute {
		return nil, f
	}
	answer := bytes.Clone(f.Raw)
	if f.Raw == nil {
		answer = c.Applet.APDU(command)
	}
	if c.Seen != nil {
		c.Seen(command, answer)
	}
	return answer, f
}

// On is a fault with command number n alone.
func On(n int, f Fault) func(int, []byte) Fault {
	return func(i int, _ []byte) Fault {
		if i == n {
			return f
		}
		return Fault{}
	}
}

// From is a fault with command number n and all after it.
func From(n int, f Fault) func(int, []byte) Fault {
	return func(i int, _ []byte) Fault {
		if i >= n {
			return f
		}
		return Fault{}
	}
}

// word appends a status word to data.
func word(v uint16, data ...byte) []byte { return append(bytes.Clone(data), byte(v>>8), byte(v)) }

// withCheck appends an ATR's check byte, the exclusive-or of all after TS.
func withCheck(atr ...byte) []byte {
	x := byte(0)
	for _, b := range atr[1:] {
		x ^= b
	}
	return append(atr, x)
}

// split cuts a short command into its data and the length it expects, -1 where
// it expects none.
func split(command []byte) (data []byte, expected int, ok bool) {
	b := command[4:]
	le := func(v byte) int {
		if v == 0 {
			return 256
		}
		return int(v)
	}
	switch {
	case len(b) == 0:
		return nil, -1, true
	case len(b) == 1:
		return nil, le(b[0]), true
	case len(b) == 1+int(b[0]):
		return b[1:], -1, true
	case len(b) == 2+int(b[0]):
		return b[1 : len(b)-1], le(b[len(b)-1]), true
	}
	return nil, 0, false
}
