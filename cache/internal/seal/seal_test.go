package seal_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk/cache/internal/seal"
)

// A cell opens under its key and in its place, whole, by either of the two ciphers,
// and nowhere else.
func TestACellOpensInItsPlaceAlone(t *testing.T) {
	secret := seal.NewKey()
	cells, err := seal.NewCellAEAD(secret, "a purpose")
	if err != nil {
		t.Fatal(err)
	}
	tink, err := seal.DerivedAEAD(secret, "a purpose")
	if err != nil {
		t.Fatal(err)
	}
	other, err := seal.NewCellAEAD(secret, "another purpose")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SliceOfN(rapid.Byte(), 0, 9000).Draw(t, "plain")
		head := rapid.Byte().Draw(t, "head")
		place := seal.RecordData("install", "body", seal.Uint64(7))
		ct := cells.Seal(seal.Pad(head, p), place)
		if h, got, _, err := cells.Open(ct, place, nil); err != nil || h != head || !bytes.Equal(got, p) {
			t.Fatalf("%d, %d bytes, %v", h, len(got), err)
		}
		if got, err := seal.Opened(tink.Decrypt(ct, place)); err != nil || !bytes.Equal(got, p) {
			t.Fatalf("by the other cipher: %v", err)
		}
		for what, place := range map[string][]byte{
			"another row": seal.RecordData("install", "body", seal.Uint64(8)), "another table": seal.RecordData("install", "head", seal.Uint64(7)),
			"another installation": seal.RecordData("else", "body", seal.Uint64(7)), "another file": seal.AssociatedData("install", "body", seal.Uint64(7)),
			"its parts run together": seal.RecordData("installbody", "", seal.Uint64(7)),
		} {
			if _, _, _, err := cells.Open(ct, place, nil); !errors.Is(err, seal.ErrSealed) {
				t.Errorf("%s: %v", what, err)
			}
		}
		if _, _, _, err := other.Open(ct, place, nil); !errors.Is(err, seal.ErrSealed) {
			t.Errorf("for another purpose: %v", err)
		}
		at := rapid.IntRange(0, len(ct)-1).Draw(t, "at")
		changed := bytes.Clone(ct)
		changed[at] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		for what, ct := range map[string][]byte{"a bit turned": changed, "cut short": ct[:at]} {
			if _, _, _, err := cells.Open(ct, place, nil); !errors.Is(err, seal.ErrSealed) {
				t.Errorf("%s: %v", what, err)
			}
		}
	})
}

// Of a text's length its size class shows: 256 bytes, above 8 KiB never more than an
// eighth too much.
func TestPaddingShowsTheSizeClassAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 1<<20).Draw(t, "bytes")
		padded := len(seal.Pad(1, make([]byte, n)))
		if padded != seal.SizeClass(padded) || padded < n || padded > n+n/8+512 {
			t.Errorf("%d bytes are padded to %d", n, padded)
		}
	})
}

// FuzzUnpad and FuzzUnpacker read what an outsider may have written.
func FuzzUnpad(f *testing.F) {
	f.Add(seal.Pad(3, []byte("text")))
	f.Add([]byte{0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01})
	f.Fuzz(func(t *testing.T, b []byte) {
		head, p, err := seal.Unpad(b)
		if err == nil && (head != b[0] || len(p) > len(b)) {
			t.Errorf("%d of %d bytes", len(p), len(b))
		}
	})
}

func FuzzUnpacker(f *testing.F) {
	var p seal.Packer
	p.Uint(300)
	p.Int(-7)
	p.String("text")
	p.ID("0192f0c1-7b1e-7cc0-8a3f-0123456789ab")
	p.ID("not-a-uuid")
	p.Time(time.Unix(1, 5))
	f.Add(p.Out)
	f.Fuzz(func(t *testing.T, b []byte) {
		u := seal.Unpacker{In: string(b)}
		_ = u.Uint()
		_ = u.Int()
		s := u.String()
		id := u.ID()
		at := u.Time()
		n := u.Count(4)
		_ = u.Limit(9)
		_ = u.Byte()
		_ = u.Fixed32()
		_ = u.Fixed64()
		if err := u.End(); err == nil && len(s)+n > len(b) || len(id) > len(b)+36 || at.Nanosecond() < 0 {
			t.Errorf("more than there was: %d, %d", len(s), n)
		}
		if u.Err != nil && !errors.Is(u.Err, seal.ErrMalformed) {
			t.Error(u.Err)
		}
	})
}
