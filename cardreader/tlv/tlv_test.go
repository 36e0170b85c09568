package tlv_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/ehrdesk/ehrdesk/cardreader/tlv"
)

func TestHostileInputIsRefusedByName(t *testing.T) {
	var deep []byte
	for range 40 {
		deep = tlv.Append(nil, 0x70, deep)
	}
	for name, c := range map[string]struct {
		in   []byte
		want error
	}{
		"length past the end":  {[]byte{0x80, 0x7F, 1}, tlv.ErrTruncated},
		"length of four bytes": {[]byte{0x80, 0x84, 0xFF, 0xFF, 0xFF, 0xFF}, tlv.ErrLength},
		"length of 16 MiB":     {[]byte{0x80, 0x83, 0xFF, 0xFF, 0xFF, 1}, tlv.ErrTruncated},
		"indefinite length":    {[]byte{0x70, 0x80, 0x00, 0x00}, tlv.ErrIndefinite},
		"endless tag":          {[]byte{0x1F, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, 0x00}, tlv.ErrTag},
		"tag with a zero":      {[]byte{0x1F, 0x80, 0x01, 0x00}, tlv.ErrTag},
		"cut tag":              {[]byte{0x1F}, tlv.ErrTruncated},
		"no length":            {[]byte{0x80}, tlv.ErrTruncated},
		"cut length":           {[]byte{0x80, 0x82, 0x01}, tlv.ErrTruncated},
		"inner past the outer": {[]byte{0x70, 0x02, 0x80, 0x05}, tlv.ErrTruncated},
		"deep nesting":         {deep, tlv.ErrLimit},
		"too many objects":     {bytes.Repeat([]byte{0x80, 0x00}, 2000), tlv.ErrLimit},
		"too many bytes":       {make([]byte, 70<<10), tlv.ErrLimit},
	} {
		if _, err := tlv.Parse(c.in, tlv.Card); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
	}
}

func TestFindWalksAPathAndRefusesDuplicates(t *testing.T) {
	inner := tlv.Append(tlv.Append(nil, 0x5F20, []byte("A")), 0xDF8101, bytes.Repeat([]byte{7}, 300))
	nodes, err := tlv.Parse(append([]byte{0, 0xFF}, tlv.Append(nil, 0x70, inner)...), tlv.Card)
	if err != nil {
		t.Fatal(err)
	}
	if n, ok, err := tlv.Find(nodes, 0x70, 0xDF8101); !ok || err != nil || len(n.Value) != 300 {
		t.Errorf("long object: %d bytes, %v, %v", len(n.Value), ok, err)
	}
	for _, path := range [][]uint32{nil, {0x71}, {0x70, 0x5F21}, {0x70, 0x5F20, 0x01}} {
		if _, ok, err := tlv.Find(nodes, path...); ok || err != nil {
			t.Errorf("path %X: %v, %v", path, ok, err)
		}
	}
	twice, err := tlv.Parse(tlv.Append(nil, 0x70, append(inner, tlv.Append(nil, 0x5F20, []byte("B"))...)), tlv.Card)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := tlv.Find(twice, 0x70, 0x5F20); !errors.Is(err, tlv.ErrDuplicate) {
		t.Errorf("an object that is there twice: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte{0x70, 0x03, 0x80, 0x01, 0x41})
	f.Add([]byte{0x5F, 0x20, 0x02, 0x41, 0x42})
	f.Add([]byte{0x70, 0x82, 0x01, 0x00})
	f.Add([]byte{0x00, 0xFF, 0x7F, 0x49, 0x00})
	f.Fuzz(func(t *testing.T, b []byte) {
		nodes, err := tlv.Parse(b, tlv.Card)
		if err != nil {
			return
		}
		for _, n := range nodes { // what was read can be written and read again
			again, err := tlv.Parse(tlv.Append(nil, n.Tag, n.Value), tlv.Card)
			if errors.Is(err, tlv.ErrLimit) || len(n.Value) > 0xFFF0 {
				continue
			}
			if err != nil || len(again) != 1 || again[0].Tag != n.Tag || !bytes.Equal(again[0].Value, n.Value) {
				t.Fatalf("tag %X does not survive: %v", n.Tag, err)
			}
		}
	})
}
