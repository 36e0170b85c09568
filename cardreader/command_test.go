package cardreader

import (
	"encoding/hex"
	"testing"
)

// TestNoCommandThatChangesACardCanBeSent tries every class and instruction, for
// every application that has commands of its own and for one that has none.
func TestNoCommandThatChangesACardCanBeSent(t *testing.T) {
	standard := map[[2]byte]bool{{0, 0xA4}: true, {0, 0xB0}: true, {0, 0xB2}: true, {0, 0xCA}: true, {0, 0xC0}: true, {0, 0x88}: true}
	for _, aid := range []string{"", "F045484452444553", "A000000054480001", "A0000000744A504E0010"} {
		a, err := hex.DecodeString(aid)
		if err != nil {
			t.Fatal(err)
		}
		for cla := range 256 {
			for ins := range 256 {
				want := standard[[2]byte{byte(cla), byte(ins)}]
				for _, p := range proprietary {
					want = want || (p.aid == aid && int(p.cla) == cla && int(p.ins) == ins)
				}
				if got := permitted(a, []byte{byte(cla), byte(ins), 0, 0}, sender{}); got != want {
					t.Errorf("application %q, %02X %02X: permitted %v", aid, cla, ins, got)
				}
			}
		}
	}
	for _, ins := range []byte{0xC0, 0x88} { // for the session, not for a profile
		if permitted(nil, []byte{0, ins, 0, 0, 0}, sender{profile: true}) {
			t.Errorf("a profile may send %02X", ins)
		}
	}
}

// TestAuthenticationIsForItsVerifierAndItsApplicationsAlone tries every sender,
// application, class and instruction beside those that the list names.
func TestAuthenticationIsForItsVerifierAndItsApplicationsAlone(t *testing.T) {
	for _, aid := range []string{"", closedAID, samAID, "F04548524445534B", "A000000054480001"} {
		a, err := hex.DecodeString(aid)
		if err != nil {
			t.Fatal(err)
		}
		for _, by := range []sender{{}, {profile: true}, {verifier: "training-sam-1"}, {verifier: "training-1"}, {profile: true, verifier: "training-sam-1"}} {
			for cla := range 256 {
				for _, ins := range []byte{0x82, 0x84} {
					want := cla == 0 && by == sender{verifier: "training-sam-1"} && (aid == closedAID || aid == samAID)
					if permitted(a, []byte{byte(cla), ins, 0, 0}, by) != want {
						t.Errorf("application %q, %02X %02X for %+v: permitted %v", aid, cla, ins, by, !want)
					}
				}
				for _, ins := range []byte{0x20, 0x21, 0x22, 0x24, 0x2A, 0x2C, 0x0E, 0x86, 0x87, 0xD0, 0xD2, 0xD6, 0xDA, 0xDB, 0xDC, 0xE2, 0xE4} {
					if permitted(a, []byte{byte(cla), ins, 0, 0}, by) {
						t.Errorf("application %q, %02X %02X for %+v is permitted", aid, cla, ins, by)
					}
				}
			}
		}
	}
}

func TestOnlyWholeShortCommandsAreSent(t *testing.T) {
	for s, want := range map[string]bool{
		"": false, "00B000": false, "00B00000": true, "00B0000000": true, "00A4040001AA": true, "00A4040001AA00": true,
		"00A4040002AA": false, "00A4040001AA0000": false, "00A40400" + "00AABB": false,
		"00A4040000" + "0001AA": false, // extended
	} {
		b, err := hex.DecodeString(s)
		if err != nil {
			t.Fatal(err)
		}
		if permitted(nil, b, sender{}) != want {
			t.Errorf("%s: permitted %v", s, !want)
		}
	}
	for _, c := range []struct{ in, le, without string }{
		{"00B00000", "00B0000010", "00B00000"},
		{"00B0000000", "00B0000010", "00B0000000"},
		{"00A4040001AA", "00A4040001AA10", "00A4040001AA"},
		{"00A4040001AA00", "00A4040001AA10", "00A4040001AA"},
	} {
		in, _ := hex.DecodeString(c.in)
		if got := hex.EncodeToString(withLe(in, 0x10)); got != lower(c.le) {
			t.Errorf("%s with another length is %s", c.in, got)
		}
		if got := hex.EncodeToString(withoutLe(in)); got != lower(c.without) {
			t.Errorf("%s without a length is %s", c.in, got)
		}
	}
}

func lower(s string) string {
	b, _ := hex.DecodeString(s)
	return hex.EncodeToString(b)
}
