package records

import (
	"sync"

	"github.com/ehrdesk/ehrdesk/cache/internal/seal"
	"github.com/klauspost/compress/s2"
)

// A block is bodies of one kind of one patient that have settled: compressed
// together, sealed once. It is never changed: a body that is replaced leaves a
// slot that nothing names, until compaction writes the others anew.
//
// The groups are in S2's block format, which unpacks three times as fast as
// zstd and takes a third more room (docs/adr/0009).
//
//	byte   blockVersion
//	uint   groups; for each: uint slots, uint packed bytes
//	for each slot: uint bytes of its body
//	the groups, packed, one after the other
//
// A group is what one read has to decompress: few bodies, as one of them is
// what a person asks for. A group that would not shrink lies there as it is,
// its packed size being the size of its bodies.
type block struct {
	groups []group
	ends   []int // of each slot, in the bodies of its group
}

type group struct {
	first, slots int
	raw          int // bytes unpacked
	packed       []byte
}

const (
	blockVersion = 1
	blockSlots   = 64
	blockBytes   = 24 << 10 // of bodies, after which a block is full
	groupBytes   = 12 << 10 // of bodies in a group, unless one alone is longer
	// slotBytes is the longest body that settles: a longer one gains nothing
	// from its neighbours.
	slotBytes     = 16 << 10
	maxBlockBytes = blockBytes + slotBytes
	maxBlockTable = 1 << 10 // bytes of a block before its groups
)

// blockPacker packs blocks, one after the other, in the same memory.
type blockPacker struct {
	raw    []byte
	zip    []byte
	packed []byte
	out    seal.Packer
}

// pack packs bodies as one block. What it returns is good until the next call.
func (k *blockPacker) pack(bodies [][]byte) []byte {
	k.packed = k.packed[:0]
	k.out.Out = append(k.out.Out[:0], blockVersion)
	groups := seal.Packer{}
	n := 0
	for rest := bodies; len(rest) > 0; n++ {
		slots := 0
		k.raw = k.raw[:0]
		for slots < len(rest) && (slots == 0 || len(k.raw)+len(rest[slots]) <= groupBytes) {
			k.raw = append(k.raw, rest[slots]...)
			slots++
		}
		rest = rest[slots:]
		k.zip = s2.EncodeBetter(k.zip[:cap(k.zip)], k.raw)
		packed := k.zip
		if len(packed) >= len(k.raw) {
			packed = k.raw
		}
		k.packed = append(k.packed, packed...)
		groups.Uint(uint64(slots))
		groups.Uint(uint64(len(packed)))
	}
	k.out.Uint(uint64(n))
	k.out.Out = append(k.out.Out, groups.Out...)
	for _, b := range bodies {
		k.out.Uint(uint64(len(b)))
	}
	k.out.Out = append(k.out.Out, k.packed...)
	return k.out.Out
}

// wipe overwrites what the packer's memory holds of bodies.
func (k *blockPacker) wipe() {
	clear(k.raw[:cap(k.raw)])
	clear(k.zip[:cap(k.zip)])
	clear(k.packed[:cap(k.packed)])
	clear(k.out.Out[:cap(k.out.Out)])
}

// parseBlock reads a block's table; it unpacks nothing. The block shares memory
// with plain. Errors: seal.ErrMalformed.
func parseBlock(plain []byte) (*block, error) {
	u := seal.Unpacker{In: string(plain[:min(len(plain), maxBlockTable)])}
	table := len(u.In)
	if u.Byte() != blockVersion {
		return nil, seal.ErrMalformed
	}
	b := &block{}
	groups := int(u.Limit(blockSlots))
	b.groups = make([]group, groups)
	sizes := make([]int, groups)
	slots := 0
	for i := range b.groups {
		g := &b.groups[i]
		g.first, g.slots = slots, int(u.Limit(blockSlots))
		sizes[i] = int(u.Limit(maxBlockBytes))
		slots += g.slots
		if g.slots == 0 || slots > blockSlots {
			u.Fail()
		}
	}
	if u.Err != nil {
		return nil, u.Err
	}
	b.ends = make([]int, 0, slots)
	total := 0
	for i := range b.groups {
		g := &b.groups[i]
		for range g.slots {
			g.raw += int(u.Limit(slotBytes))
			b.ends = append(b.ends, g.raw)
		}
		total += g.raw
	}
	if u.Err != nil || total > maxBlockBytes {
		return nil, seal.ErrMalformed
	}
	rest := plain[table-len(u.In):]
	for i := range b.groups {
		if sizes[i] > len(rest) || sizes[i] > b.groups[i].raw {
			return nil, seal.ErrMalformed
		}
		b.groups[i].packed, rest = rest[:sizes[i]], rest[sizes[i]:]
	}
	if len(rest) > 0 {
		return nil, seal.ErrMalformed
	}
	return b, nil
}

// groupOf is the number of the group that a slot lies in; -1 for no such slot.
func (b *block) groupOf(slot uint32) int {
	for i, g := range b.groups {
		if int(slot) < g.first+g.slots {
			return i
		}
	}
	return -1
}

// unpack gives the bodies of one group, in one piece, in buf's memory if that is
// large enough. Errors: seal.ErrMalformed.
func (b *block) unpack(i int, buf []byte) ([]byte, error) {
	g := b.groups[i]
	if cap(buf) < g.raw {
		clear(buf[:cap(buf)])
		buf = make([]byte, g.raw)
	}
	buf = buf[:g.raw]
	if len(g.packed) == g.raw {
		copy(buf, g.packed)
		return buf, nil
	}
	if n, err := s2.DecodedLen(g.packed); err != nil || n != g.raw {
		return nil, seal.ErrMalformed
	}
	if _, err := s2.Decode(buf, g.packed); err != nil {
		return nil, seal.ErrMalformed
	}
	return buf, nil
}

// slot cuts one body out of its group's.
func (b *block) slot(group int, raw []byte, slot uint32) []byte {
	from := 0
	if int(slot) > b.groups[group].first {
		from = b.ends[slot-1]
	}
	return raw[from:b.ends[slot]]
}

// lastBlock is the block that was read last, and the group of it that was
// unpacked last: a person who goes down a list reads neighbours.
type lastBlock struct {
	mu    sync.Mutex
	shut  bool // wiped: nothing is kept any more
	no    uint32
	block *block // nil: none
	group int    // -1: none
	plain []byte // the block's memory
	raw   []byte // the group's
}

// wipe overwrites what was kept and keeps nothing from now on.
func (l *lastBlock) wipe() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.forget()
	l.shut = true
}

func (l *lastBlock) forget() {
	clear(l.plain[:cap(l.plain)])
	clear(l.raw[:cap(l.raw)])
	l.block, l.group = nil, -1
}
