package cardreader

import "encoding/hex"

// A command APDU here is short and whole: four bytes of header, then nothing,
// Le, Lc with data, or Lc with data and Le (ISO/IEC 7816-4, 5.1). Nothing else
// leaves this program, so no card can take the rest of one for another command.

// The instructions that read, for any application (ISO/IEC 7816-4, class 00).
const (
	insSelect       = 0xA4
	insReadBinary   = 0xB0
	insReadRecord   = 0xB2
	insGetData      = 0xCA
	insGetResponse  = 0xC0
	insAuthenticate = 0x88 // INTERNAL AUTHENTICATE: the chip proves itself
)

// proprietary are the reading commands that public cards use beside these, each
// for its own application alone. Whoever adds a card whose layout needs one adds
// it here, in code that is reviewed, and not in a profile.
var proprietary = []struct {
	aid      string
	cla, ins byte
}{
	{"A000000054480001", 0x80, 0xB0},     // Thai: read at an offset
	{"A0000000744A504E0010", 0xC8, 0x32}, // MyKad: how much the next read will give
	{"A0000000744A504E0010", 0xCC, 0x00}, // MyKad: which file and where
	{"A0000000744A504E0010", 0xCC, 0x06}, // MyKad: give it
}

// permitted reports whether command may be sent to the application aid. byProfile
// is the narrower list for what a profile writes down; the session itself also
// fetches waiting data and challenges the chip.
//
// It is a list of what may be sent. VERIFY (20), CHANGE and RESET RETRY COUNTER
// (24, 2C), UPDATE and WRITE (D6, DC, D0, D2), PUT DATA (DA), ERASE (0E) and the
// rest are not on it, so no profile and no bug can try a PIN or write to a card.
func permitted(aid []byte, command []byte, byProfile bool) bool {
	if !wellFormed(command) {
		return false
	}
	cla, ins := command[0], command[1]
	if cla == 0 {
		switch ins {
		case insSelect, insReadBinary, insReadRecord, insGetData:
			return true
		case insGetResponse, insAuthenticate:
			return !byProfile
		}
	}
	for _, p := range proprietary {
		if p.cla == cla && p.ins == ins && p.aid == upperHex(aid) {
			return true
		}
	}
	return false
}

func upperHex(b []byte) string {
	const digits = "0123456789ABCDEF"
	out := make([]byte, 0, hex.EncodedLen(len(b)))
	for _, c := range b {
		out = append(out, digits[c>>4], digits[c&15])
	}
	return string(out)
}

func wellFormed(c []byte) bool {
	switch {
	case len(c) < 4:
		return false
	case len(c) <= 5:
		return true
	}
	n := int(c[4])
	return n > 0 && (len(c) == 5+n || len(c) == 6+n)
}

// hasData reports a command that sends data.
func hasData(c []byte) bool { return len(c) > 5 }

// withoutLe drops the expected length of a command that also sends data: T=0
// cannot carry both.
func withoutLe(c []byte) []byte {
	if hasData(c) && len(c) == 6+int(c[4]) {
		return c[:len(c)-1]
	}
	return c
}

// withLe is the command with another expected length.
func withLe(c []byte, le byte) []byte {
	c = withoutLe(c)
	if !hasData(c) {
		c = c[:4]
	}
	return append(c[:len(c):len(c)], le)
}
