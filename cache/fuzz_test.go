package cache_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

func FuzzParseKeyring(f *testing.F) {
	dir := filepath.Join(f.TempDir(), "desk")
	s := openStore(f, dir, cache.Options{})
	enrol(f, s, "chan")
	b, err := os.ReadFile(filepath.Join(dir, "keyring"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add(b[:len(b)-2])
	f.Add([]byte(`{"format":1,"install":"6f1f2c0e-0000-4000-8000-000000000000","people":null,"records":null,"journal":null}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		out, err := cache.ParseKeyring(b)
		if err != nil {
			if ehrdesk.CodeOf(err) != ehrdesk.CodeTampered {
				t.Fatalf("%v", err)
			}
			return
		}
		again, err := cache.ParseKeyring(out)
		if err != nil || !bytes.Equal(out, again) {
			t.Fatalf("what was read cannot be written and read: %v", err)
		}
	})
}
