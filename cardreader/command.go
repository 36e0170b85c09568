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

// The instructions by which a chip is shown that a key is here (ISO/IEC 7816-4,
// class 00). A wrong answer can cost a chip a try, so they are in mutual alone.
const (
	insGetChallenge = 0x84
	insExternal     = 0x82 // EXTERNAL AUTHENTICATE
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

// mutual are the commands by which a card and a SAM authenticate each other: for
// one verifier, while its exchange runs, and for the two applications it speaks
// to. Whoever adds a verifier that needs them adds them here.
var mutual = []struct {
	verifier, aid string
	ins           byte
}{
	{"training-sam-1", closedAID, insGetChallenge},
	{"training-sam-1", closedAID, insExternal},
	{"training-sam-1", samAID, insGetChallenge},
	{"training-sam-1", samAID, insExternal},
}

// sender is who made a command up, as far as more or less is permitted to him.
type sender struct {
	profile  bool   // a profile wrote it down
	verifier string // the verifier whose exchange with a SAM runs, "" outside one
}

// permitted reports whether command may be sent to the application aid. For what
// a profile writes down the list is narrower; the session itself also fetches
// waiting data and challenges the chip, and a verifier has what mutual gives it.
//
// It is a list of what may be sent. VERIFY (20), CHANGE and RESET RETRY COUNTER
// (24, 2C), UPDATE and WRITE (D6, DC, D0, D2), PUT DATA (DA), ERASE (0E) and the
// rest are not on it, so no profile and no bug can try a PIN or write to a card.
func permitted(aid []byte, command []byte, by sender) bool {
	if !wellFormed(command) {
		return false
	}
	cla, ins := command[0], command[1]
	if cla == 0 {
		switch ins {
		case insSelect, insReadBinary, insReadRecord, insGetData:
			return true
		case insGetResponse, insAuthenticate:
			return !by.profile
		}
	}
	name := upperHex(aid)
	for _, p := range proprietary {
		if p.cla == cla && p.ins == ins && p.aid == name {
			return true
		}
	}
	for _, m := range mutual {
		if !by.profile && by.verifier == m.verifier && cla == 0 && m.ins == ins && m.aid == name {
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
