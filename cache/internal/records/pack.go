package records

import (
	"encoding/binary"
	"slices"
	"time"
	"unsafe"

	"github.com/klauspost/compress/s2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/seal"
)

// entry is a row of a patient's list index: the overview, where the body lies,
// and a checksum of it, by which the same version with other bytes is told from
// the same bytes come again. Entries are immutable once made.
type entry struct {
	rec ehrdesk.Record
	at  spot
	sum uint32 // CRC-32C; 0 of a body that was read from a stream
}

// spot is where a body lies.
type spot struct {
	in   holder
	no   uint32 // of the row, of the block, or of the first piece
	slot uint32 // in a block: which; in pieces: how many; of a row: its body's KiB, rounded up
}

type holder uint8

const (
	inRow    holder = iota // a row of its own: fresh, or too long for a block
	inBlock                // settled
	inPieces               // a document
)

const (
	packVersion = 3
	chunkRows   = 512 // rows a chunk is cut to
	maxRows     = 4 * chunkRows
)

// The bits of an entry's first byte.
const (
	bitAssessed = 1 << iota
	bitRestricted
	bitLinked
	bitBlock
	bitPieces
	bitZoneless
)

// perRow is more than the numbers of a row take.
const perRow = 64

// packEntries packs the rows of one chunk.
func packEntries(rows []*entry) []byte { return new(entryPacker).pack(rows) }

// entryPacker packs chunks, one after the other, in the same memory.
type entryPacker struct {
	table      map[string]uint64
	words      []string
	body, head []byte
	zip        []byte
}

// wipe overwrites what the packer's memory holds of entries.
func (k *entryPacker) wipe() {
	clear(k.words[:cap(k.words)])
	clear(k.body[:cap(k.body)])
	clear(k.head[:cap(k.head)])
	clear(k.zip[:cap(k.zip)])
}

// pack is the chunk's plaintext: a version byte, then in S2's block format
// a table of the words that repeat (types, titles, states, institutions) and the
// rows. Facts say much the same from row to row: packed, they take a fifth. What it
// returns is good until the next call.
func (k *entryPacker) pack(rows []*entry) []byte {
	if k.table == nil {
		k.table = map[string]uint64{}
	}
	clear(k.table)
	table, words := k.table, k.words[:0]
	table[""] = 0
	// Most columns say what they said in the row before.
	type said struct {
		word string
		n    uint64
	}
	var before [5]said
	ref := func(column int, s string) uint64 {
		last := &before[column]
		if s == last.word {
			return last.n
		}
		n, ok := table[s]
		if !ok {
			words = append(words, s)
			n = uint64(len(words))
			table[s] = n
		}
		*last = said{s, n}
		return n
	}
	size := 0
	for _, e := range rows {
		size += perRow + len(e.rec.ID) + len(e.rec.Version) + len(e.rec.Packed)
	}
	body := seal.Packer{Out: slices.Grow(k.body[:0], size)}
	for _, e := range rows {
		r := &e.rec
		var bits byte
		set := func(on bool, b byte) {
			if on {
				bits |= b
			}
		}
		set(r.Assessed, bitAssessed)
		set(r.Restricted, bitRestricted)
		set(r.Linked, bitLinked)
		set(e.at.in == inBlock, bitBlock)
		set(e.at.in == inPieces, bitPieces)
		set(r.Date.Zoneless, bitZoneless)
		body.Out = append(body.Out, bits, byte(r.Kind), byte(r.Date.Precision))
		body.Uint(uint64(e.at.no))
		body.Uint(uint64(e.at.slot))
		body.Uint(ref(0, r.Resource))
		body.ID(r.ID)
		body.String(r.Version)
		body.Time(r.Updated)
		if r.Date.Precision != ehrdesk.NoDate {
			_, zone := r.Date.Time.Zone()
			body.Int(int64(zone))
			body.Time(r.Date.Time)
		}
		body.Uint(ref(1, r.Title))
		body.Uint(ref(2, string(r.Flag)))
		body.Uint(ref(3, r.Status))
		body.Uint(ref(4, r.Source))
		body.Out = binary.LittleEndian.AppendUint32(body.Out, e.sum)
		body.String(string(r.Packed))
	}
	head := seal.Packer{Out: slices.Grow(k.head[:0], len(body.Out)+32*len(words)+16)}
	head.Uint(uint64(len(words)))
	for _, w := range words {
		head.String(w)
	}
	head.Uint(uint64(len(rows)))
	head.Out = append(head.Out, body.Out...)
	k.words, k.body, k.head = words, body.Out, head.Out
	k.zip = slices.Grow(k.zip[:0], 1+s2.MaxEncodedLen(len(head.Out)))
	k.zip = k.zip[:cap(k.zip)]
	k.zip[0] = packVersion
	return k.zip[:1+len(s2.Encode(k.zip[1:], head.Out))]
}

// maxChunk is the most that a chunk may unpack to, in bytes.
const maxChunk = 64 << 20

// unpackEntries reads packEntries' form. All strings of a chunk share one piece
// of memory, and so do its entries.
func unpackEntries(plain []byte) ([]entry, error) {
	if len(plain) == 0 || plain[0] != packVersion {
		return nil, seal.ErrMalformed
	}
	size, err := s2.DecodedLen(plain[1:])
	if err != nil || size > maxChunk {
		return nil, seal.ErrMalformed
	}
	unzipped, err := s2.Decode(nil, plain[1:])
	if err != nil {
		return nil, seal.ErrMalformed
	}
	// One string for the chunk, whose memory nothing else holds.
	u := seal.Unpacker{In: unsafe.String(unsafe.SliceData(unzipped), len(unzipped))}
	words := make([]string, 1, 64)
	for range u.Count(1) {
		words = append(words, u.String())
	}
	n := u.Count(12)
	if n > maxRows {
		return nil, seal.ErrMalformed
	}
	word := func() string {
		i := u.Uint()
		if i >= uint64(len(words)) {
			u.Fail()
			return ""
		}
		return words[i]
	}
	zones := zoneTable{}
	rows := make([]entry, n)
	for i := range rows {
		e := &rows[i]
		r := &e.rec
		bits := u.Byte()
		r.Assessed = bits&bitAssessed != 0
		r.Restricted = bits&bitRestricted != 0
		r.Linked = bits&bitLinked != 0
		r.Date.Zoneless = bits&bitZoneless != 0
		r.Kind = ehrdesk.Kind(u.Byte())
		r.Date.Precision = ehrdesk.Precision(u.Byte())
		e.at.no = uint32(u.Limit(maxNo))
		e.at.slot = uint32(u.Limit(maxNo))
		switch bits & (bitBlock | bitPieces) {
		case bitBlock:
			e.at.in = inBlock
		case bitPieces:
			e.at.in = inPieces
		case bitBlock | bitPieces:
			u.Fail()
		}
		if (e.at.in == inBlock && e.at.slot >= blockSlots) || (e.at.in == inPieces && (e.at.slot > maxPieces || e.at.slot > maxNo-e.at.no)) {
			u.Fail()
		}
		if r.Date.Precision > ehrdesk.ToSecond || bits >= bitZoneless<<1 {
			u.Fail()
		}
		r.Resource = word()
		r.ID = u.ID()
		r.Version = u.String()
		r.Updated = u.Time()
		if r.Date.Precision != ehrdesk.NoDate {
			zone := u.Int()
			r.Date.Time = zones.in(u.Time(), zone)
		}
		r.Title = word()
		r.Flag = ehrdesk.Flag(word())
		r.Status = word()
		r.Source = word()
		e.sum = u.Fixed32()
		r.Packed = ehrdesk.PackedFacts(u.String())
		if u.Err != nil {
			return nil, u.Err
		}
	}
	return rows, u.End()
}

// zoneTable keeps one *time.Location for each offset of a chunk.
type zoneTable struct {
	offset int64
	zone   *time.Location
}

func (z *zoneTable) in(t time.Time, offset int64) time.Time {
	if offset == 0 || t.IsZero() {
		return t
	}
	if offset < -24*3600 || offset > 24*3600 {
		return t
	}
	if z.zone == nil || z.offset != offset {
		z.offset, z.zone = offset, time.FixedZone("", int(offset))
	}
	return t.In(z.zone)
}

const (
	// pieceFrom is the longest body that is kept in one cell. A longer one is
	// cut into pieces, each sealed by itself, so that neither writing nor
	// reading it takes memory of its size.
	pieceFrom = 256 << 10
	pieceSize = 64 << 10 // bytes of every piece but the last
	maxPieces = (MaxBody + pieceSize - 1) / pieceSize
)
