package cardreader

import (
	"strings"
	"testing"
)

// FuzzConfig: whatever a file says, what is taken keeps its rules.
func FuzzConfig(f *testing.F) {
	f.Add([]byte(`{}`))
	f.Add([]byte(`{"readers":["ACS ACR39U"],"virtual":true,"issuers":["a.pem"],"profiles":{"folder":"p","signed_by":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="},
		"bridge":{"program":"/opt/x/bridge","name":"x","profiles":["hkic-2018"]},"sam_reader":"A","staff_reader":"B","lock_on_staff_card_removal":true}`))
	f.Add([]byte(`{"readers":["\u001b["]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := parseConfig(b)
		if err != nil {
			if c != nil || len(err.Error()) > 120 {
				t.Fatal(err)
			}
			return
		}
		for _, name := range append([]string{c.SAMReader, c.StaffReader}, c.Readers...) {
			if len(name) > 128 || safe(name) != nil {
				t.Fatal("a reader's name that is none")
			}
		}
		for _, name := range c.Readers {
			if name == "" {
				t.Fatal("every reader, without saying so")
			}
		}
		if c.SAMReader != "" && c.StaffReader != "" && (strings.HasPrefix(c.SAMReader, c.StaffReader) || strings.HasPrefix(c.StaffReader, c.SAMReader)) {
			t.Fatal("one reader for SAM and staff")
		}
		if c.Profiles != nil && (c.Profiles.SignedBy == "") != (c.signedBy == nil) {
			t.Fatal("a key that was given and is not asked for")
		}
	})
}
