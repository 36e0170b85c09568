package shlink

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// RFC 7516, appendix A.1: its key is wrapped by RSA, which a link's is not; what A.1.4 to A.1.6 encrypt with it is a file's A256GCM.
func TestTheStandardsExampleIsEncryptedAsThere(t *testing.T) {
	key := []byte{177, 161, 244, 128, 84, 143, 225, 115, 63, 180, 3, 255, 107, 154, 212, 246, 138, 7, 110, 91, 112, 46, 34, 105, 47, 130, 203, 46, 122, 234, 64, 252}
	nonce := []byte{227, 197, 117, 252, 2, 219, 233, 68, 180, 225, 77, 219}
	protected := []byte("eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ")
	plain := []byte("The true sign of intelligence is not knowledge but imagination.")
	sealed, tag, err := encrypt(plain, key, nonce, protected)
	if err != nil {
		t.Fatal(err)
	}
	if got := encoded(sealed); got != "5eym8TW_c8SuK0ltJ3rpYIzOeDQz7TALvtu6UG9oMo4vpzs9tX_EFShS8iB7j6jiSdiwkIr3ajwQzaBtQD_A" {
		t.Errorf("encrypted as %s", got)
	}
	if got := encoded(tag); got != "XFBoMYUZodetZdvTiFvSkQ" {
		t.Errorf("tag %s", got)
	}
	if encoded(nonce) != "48V1_ALb6US04U3b" {
		t.Errorf("nonce %s", encoded(nonce))
	}
	got, err := decrypt(sealed, tag, key, nonce, protected)
	if err != nil || !bytes.Equal(got, plain) {
		t.Errorf("%q, %v", got, err)
	}
}

func TestWhatIsSealedOpensByItsOwnKeyAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		file := rapid.SliceOfN(rapid.Byte(), 0, 4096).Draw(t, "file")
		kind := rapid.SampledFrom([]string{TypeFHIR, "", "application/smart-health-card"}).Draw(t, "type")
		key, other := NewKey(), NewKey()
		sealed, err := Seal(file, kind, key)
		if err != nil {
			t.Fatal(err)
		}
		got, as, err := Open(sealed, key, len(file))
		if err != nil || as != kind || !bytes.Equal(got, file) {
			t.Fatalf("%d bytes as %q, %v", len(got), as, err)
		}
		if _, _, err := Open(sealed, other, 1<<20); !errors.Is(err, ErrKey) {
			t.Fatalf("another key: %v", err)
		}
		if len(file) > 0 {
			if _, _, err := Open(sealed, key, len(file)-1); !errors.Is(err, ErrTooLarge) {
				t.Fatalf("a bound below: %v", err)
			}
		}
		again, err := Seal(file, kind, key)
		if err != nil || again == sealed {
			t.Fatal("sealed twice it is the same: the nonce is not by chance")
		}
		at := rapid.IntRange(0, len(sealed)-1).Draw(t, "changed")
		changed := []byte(sealed)
		if changed[at]++; changed[at] == '.' {
			changed[at] = 'A'
		}
		if got, _, err := Open(string(changed), key, 1<<20); err == nil {
			t.Fatalf("changed at %d it opens: %d bytes", at, len(got))
		}
	})
}

// sealedAs seals with a header of the test's.
func sealedAs(t *testing.T, head, file string, key [KeySize]byte) string {
	t.Helper()
	nonce := make([]byte, nonceSize)
	b, tag, err := encrypt([]byte(file), key[:], nonce, []byte(encoded([]byte(head))))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join([]string{encoded([]byte(head)), "", encoded(nonce), encoded(b), encoded(tag)}, ".")
}

func TestAHeaderOfAnotherWayIsRefused(t *testing.T) {
	key := NewKey()
	if _, _, err := Open(sealedAs(t, `{"alg":"dir","enc":"A256GCM"}`, "x", key), key, 10); err != nil {
		t.Fatalf("a file that is not packed: %v", err)
	}
	for _, head := range []string{
		`{"alg":"none","enc":"A256GCM"}`, `{"alg":"RSA-OAEP","enc":"A256GCM"}`, `{"alg":"dir","enc":"A128GCM"}`, `{"alg":"dir","enc":"A256GCM","zip":"GZ"}`,
		`{"alg":"dir","enc":"A256GCM","crit":["exp"],"exp":1}`, `{"alg":"dir","alg":"dir","enc":"A256GCM"}`, `{"alg":"dir"}`, `[]`, ``,
	} {
		if _, _, err := Open(sealedAs(t, head, "x", key), key, 10); !errors.Is(err, ErrForm) {
			t.Errorf("%s: %v", head, err)
		}
	}
}

func TestAFileThatUnpacksWithoutEndIsStoppedAtTheBound(t *testing.T) {
	key := NewKey()
	bomb, err := Seal(make([]byte, 64<<20), TypeFHIR, key) // 64 KB as it comes
	if err != nil {
		t.Fatal(err)
	}
	if len(bomb) > 200<<10 {
		t.Fatalf("%d bytes: no bomb", len(bomb))
	}
	if _, _, err := Open(bomb, key, 1<<20); !errors.Is(err, ErrTooLarge) {
		t.Error(err)
	}
}

func FuzzOpen(f *testing.F) {
	key := [KeySize]byte{1}
	sealed, err := Seal([]byte(`{"resourceType":"Bundle"}`), TypeFHIR, key)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed)
	f.Add("eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0....")
	f.Add("....")
	f.Fuzz(func(t *testing.T, s string) {
		file, kind, err := Open(s, key, 1<<16)
		if err == nil && strings.TrimSpace(s) != sealed {
			t.Fatalf("another opens: %q as %q", file, kind)
		}
	})
}
