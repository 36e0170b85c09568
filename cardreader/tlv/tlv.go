// Package tlv reads BER-TLV from a card that may be hostile, strictly: every
// length is held against what is there, work is bounded before it is done, and
// values are slices of the input, so that no length field makes memory.
//
// Source: ISO/IEC 7816-4 annex E; of X.690 only what cards use: definite
// lengths of up to three bytes, tags of up to three.
package tlv

import "errors"

// Limits bound what one Parse may do.
type Limits struct {
	Bytes int // the whole input
	Depth int // nesting of constructed objects
	Nodes int // objects in the whole tree
}

// Card are the limits for what a card answers: 64 KiB, 8 deep, 512 objects.
var Card = Limits{Bytes: 64 << 10, Depth: 8, Nodes: 512}

// The ways in which input is refused. No text holds any of it.
var (
	ErrTruncated  = errors.New("TLV data is cut short")
	ErrLength     = errors.New("TLV length is badly encoded")
	ErrTag        = errors.New("TLV tag is badly encoded")
	ErrLimit      = errors.New("TLV data is larger than allowed")
	ErrIndefinite = errors.New("TLV indefinite length is not accepted")
	ErrDuplicate  = errors.New("TLV object is there twice")
)

const maxTag = 3

// Node is one object.
type Node struct {
	Tag   uint32
	Value []byte // a slice of the input
	Kids  []Node // where the tag says constructed
}

// Parse reads b as a row of objects.
func Parse(b []byte, l Limits) ([]Node, error) {
	if len(b) > l.Bytes {
		return nil, ErrLimit
	}
	left := l.Nodes
	return parse(b, l.Depth, &left)
}

func parse(b []byte, depth int, left *int) ([]Node, error) {
	if depth < 0 {
		return nil, ErrLimit
	}
	var out []Node
	for len(b) > 0 {
		if b[0] == 0x00 || b[0] == 0xFF { // padding between objects, ISO 7816-4
			b = b[1:]
			continue
		}
		if *left--; *left < 0 {
			return nil, ErrLimit
		}
		tag, nt, err := readTag(b)
		if err != nil {
			return nil, err
		}
		length, nl, err := readLength(b[nt:])
		if err != nil {
			return nil, err
		}
		rest := b[nt+nl:]
		if length > len(rest) {
			return nil, ErrTruncated
		}
		n := Node{Tag: tag, Value: rest[:length:length]}
		if b[0]&0x20 != 0 {
			if n.Kids, err = parse(n.Value, depth-1, left); err != nil {
				return nil, err
			}
		}
		out = append(out, n)
		b = rest[length:]
	}
	return out, nil
}

func readTag(b []byte) (tag uint32, n int, err error) {
	tag = uint32(b[0])
	if b[0]&0x1F != 0x1F {
		return tag, 1, nil
	}
	for i := 1; ; i++ {
		switch {
		case i >= len(b):
			return 0, 0, ErrTruncated
		case i >= maxTag, i == 1 && b[1]&0x7F == 0: // too long, or with a leading zero
			return 0, 0, ErrTag
		}
		tag = tag<<8 | uint32(b[i])
		if b[i]&0x80 == 0 {
			return tag, i + 1, nil
		}
	}
}

func readLength(b []byte) (length, n int, err error) {
	if len(b) == 0 {
		return 0, 0, ErrTruncated
	}
	if b[0] < 0x80 {
		return int(b[0]), 1, nil
	}
	n = int(b[0] & 0x7F)
	switch {
	case n == 0:
		return 0, 0, ErrIndefinite
	case n > 3:
		return 0, 0, ErrLength
	case len(b) < 1+n:
		return 0, 0, ErrTruncated
	}
	for _, c := range b[1 : 1+n] {
		length = length<<8 | int(c)
	}
	return length, 1 + n, nil
}

// Find walks a path of tags. A tag that stands twice at one level is refused:
// two readers that take different copies are a way to forge.
func Find(nodes []Node, path ...uint32) (Node, bool, error) {
	var hit Node
	found := false
	if len(path) == 0 {
		return hit, false, nil
	}
	for _, n := range nodes {
		if n.Tag != path[0] {
			continue
		}
		if found {
			return Node{}, false, ErrDuplicate
		}
		hit, found = n, true
	}
	if !found || len(path) == 1 {
		return hit, found, nil
	}
	return Find(hit.Kids, path[1:]...)
}

// Append writes one object of at most 65535 bytes; longer ones panic, as only
// our own programs write.
func Append(dst []byte, tag uint32, value []byte) []byte {
	for shift := 16; shift >= 0; shift -= 8 {
		if tag>>shift != 0 || shift == 0 {
			dst = append(dst, byte(tag>>shift))
		}
	}
	switch n := len(value); {
	case n < 0x80:
		dst = append(dst, byte(n))
	case n < 0x100:
		dst = append(dst, 0x81, byte(n))
	case n < 0x10000:
		dst = append(dst, 0x82, byte(n>>8), byte(n))
	default:
		panic("tlv: value longer than 65535 bytes")
	}
	return append(dst, value...)
}
