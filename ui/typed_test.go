package ui

import (
	"bytes"
	"strings"
	"testing"
)

// Behind a key of a secret comes what takes the place of the keys before; nothing
// comes into the middle of a sequence, a letter or a paste.
func TestAKeyOfASecretIsFollowedByWhatOverwritesTheOthers(t *testing.T) {
	k := &typed{}
	p := make([]byte, 4096)
	read := func(s string) string {
		for i := range p {
			p[i] = 0
		}
		return string(p[:k.fill(p, copy(p, s))])
	}
	if got := read("a"); got != "a" {
		t.Errorf("where nothing secret is typed: %d bytes", len(got))
	}
	k.secret.Store(true)
	for _, s := range []string{"a", "七", "\r", "correct horse"} {
		got := read(s)
		if len(got) != len(p) || !strings.HasPrefix(got, s+"\x1b_x") || !strings.HasSuffix(got, "x\x1b\\") || bytes.IndexByte(p, 0) >= 0 {
			t.Errorf("%q: %d bytes", s, len(got))
		}
	}
	for _, s := range []string{"\x1b", "\x1b[A", "\xe4\xb8", "\x1b[200~half", " and half", "the rest\x1b[201~", strings.Repeat("a", 4095)} {
		if got := read(s); got != s {
			t.Errorf("%.20q: %d bytes", s, len(got))
		}
	}
	if got := read("a"); len(got) != len(p) {
		t.Error("not after a paste")
	}
}
