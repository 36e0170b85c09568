package simcard

import (
	"bytes"
	"encoding/hex"
)

// Stand-ins for three public layouts, with invented people, to prove that
// another card is another profile and no code. Sources as in the profiles.

// Thai is a stand-in for a Thai national identity card: class 80, offsets, T=0,
// TIS-620, Buddhist years. ATR "TH NID 3x" of the public list.
func Thai() *Card {
	m := padded(0x400)
	m.put(0x04, "1234567890121")
	m.put(0x11, "\xB9\xD2\xC2#\xCA\xC1\xAA\xD2\xC2##\xE3\xA8\xB4\xD5") // นาย สมชาย ใจดี
	m.put(0x75, "Mr.#Somchai##Jaidee")
	m.put(0xD9, "25090215")
	m.put(0xE1, "1")
	m.put(0x167, "25410603")
	m.put(0x16F, "25500602")
	return &Card{ATR: mustHex("3B781800005448204E49442033"), Applet: &offsets{
		aid: mustHex("A000000054480001"), selectAnswer: 10,
		command: func(a *offsets, c []byte) []byte {
			if c[0] != 0x80 || c[1] != 0xB0 || len(c) != 7 {
				return word(0x6D00)
			}
			return a.queue(m, int(c[2])<<8|int(c[3]), int(c[6]))
		},
	}}
}

// MyKad is a stand-in for a Malaysian identity card: three proprietary commands
// a chunk, fixed offsets, ASCII and BCD.
func MyKad() *Card {
	m := padded(459)
	m.put(0x03, "ALI BIN ABU")
	m.put(0x111, "660215141235")
	m.put(0x11E, "L")
	m.put(0x127, "\x19\x66\x02\x15")
	m.put(0x144, "\x19\x98\x06\x03")
	size := 0
	return &Card{ATR: mustHex("3B6700007320006C689000"), Applet: &offsets{
		aid: mustHex("A0000000744A504E0010"), selectAnswer: 5,
		command: func(a *offsets, c []byte) []byte {
			switch {
			case c[0] == 0xC8 && c[1] == 0x32 && len(c) == 10:
				size = int(c[8]) | int(c[9])<<8
				return word(0x9000)
			case c[0] == 0xCC && c[1] == 0x00 && len(c) == 13:
				offset, n := int(c[9])|int(c[10])<<8, int(c[11])|int(c[12])<<8
				if c[5] != 1 || n != size || offset+n > len(m) {
					return word(0x6A82)
				}
				a.queued = bytes.Clone(m[offset : offset+n])
				return word(0x9000)
			case c[0] == 0xCC && c[1] == 0x06 && len(c) == 5 && len(a.queued) == int(c[4]):
				return a.flush()
			}
			return word(0x6D00)
		},
	}}
}

// TaiwanNHI is a stand-in for a card of Taiwan's National Health Insurance:
// GET DATA, fixed offsets, Big5, years of the Republic.
func TaiwanNHI() *Card {
	m := padded(57)
	m.put(0, "000012345678")
	m.put(12, "\xB3\xAF\xA4\x6A\xA4\xE5") // 陳大文
	m.put(32, "A123456789")
	m.put(42, "0550215M0870603")
	return &Card{ATR: mustHex("3BFD1800008131FE45534C4A35324778787979797A52AA"), Applet: &offsets{
		aid: mustHex("D1580000010000000000000000000011"),
		command: func(a *offsets, c []byte) []byte {
			if !bytes.HasPrefix(c, []byte{0, 0xCA, 0x11, 0, 2, 0, 0}) {
				return word(0x6D00)
			}
			return word(0x9000, m...)
		},
	}}
}

type memory []byte

func padded(n int) memory                    { return bytes.Repeat([]byte{' '}, n) }
func (m memory) put(offset int, text string) { copy(m[offset:], text) }

// offsets is an applet that is chosen by its AID and then read by offsets.
type offsets struct {
	aid          []byte
	selectAnswer int // bytes that SELECT leaves for GET RESPONSE
	command      func(a *offsets, c []byte) []byte
	selected     bool
	queued       []byte
}

func (a *offsets) Reset() { a.selected, a.queued = false, nil }

func (a *offsets) APDU(c []byte) []byte {
	switch {
	case c[1] == 0xA4:
		data, _, ok := split(c)
		if a.selected = ok && c[2] == 4 && bytes.Equal(data, a.aid); !a.selected {
			return word(0x6A82)
		}
		if a.selectAnswer == 0 {
			return word(0x9000)
		}
		a.queued = make([]byte, a.selectAnswer)
		return word(0x6100 | uint16(a.selectAnswer))
	case !a.selected:
		return word(0x6985)
	case c[0] == 0 && c[1] == 0xC0 && a.queued != nil:
		if len(c) != 5 || int(c[4]) != len(a.queued) {
			return word(0x6C00 | uint16(len(a.queued)))
		}
		return a.flush()
	}
	return a.command(a, c)
}

func (a *offsets) queue(m memory, offset, n int) []byte {
	if offset+n > len(m) {
		return word(0x6B00)
	}
	a.queued = bytes.Clone(m[offset : offset+n])
	return word(0x6100 | uint16(n))
}

func (a *offsets) flush() []byte {
	q := a.queued
	a.queued = nil
	return word(0x9000, q...)
}

func mustHex(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err) // a constant of this file
	}
	return b
}
