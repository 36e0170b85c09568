package records

import "github.com/ehrdesk/ehrdesk"

// What only tests may do.

// PackBlock packs bodies as one block.
func PackBlock(bodies [][]byte) []byte { return new(blockPacker).pack(bodies) }

// UnpackBlock reads a block's bodies.
func UnpackBlock(plain []byte) ([][]byte, error) {
	b, err := parseBlock(plain)
	if err != nil {
		return nil, err
	}
	out := make([][]byte, 0, len(b.ends))
	for i, g := range b.groups {
		raw, err := b.unpack(i, nil)
		if err != nil {
			return nil, err
		}
		for slot := range g.slots {
			out = append(out, b.slot(i, raw, uint32(g.first+slot)))
		}
	}
	return out, nil
}

// PackPart packs records that came and the references of those that went.
func PackPart(rs []ehrdesk.Record, gone []ehrdesk.Ref) []byte {
	p := part{gone: gone}
	for i := range rs {
		p.rows = append(p.rows, &entry{rec: rs[i], at: spot{no: uint32(i)}})
	}
	return p.pack()
}

// UnpackPart reads one part, of which n records came.
func UnpackPart(b []byte, n int) (rs []ehrdesk.Record, gone []ehrdesk.Ref, err error) {
	var p part
	err = p.unpack(b, n)
	for _, e := range p.rows {
		rs = append(rs, e.rec)
	}
	return rs, p.gone, err
}

// PackRecords packs live records as one chunk.
func PackRecords(rs []ehrdesk.Record) []byte { return new(Packer).Pack(rs) }

// Packer packs chunks one after the other.
type Packer struct{ entryPacker }

// Pack packs live records as one chunk. What it gives is good until the next call.
func (p *Packer) Pack(rs []ehrdesk.Record) []byte {
	rows := make([]*entry, len(rs))
	for i := range rs {
		rows[i] = &entry{rec: rs[i], at: spot{no: uint32(i)}}
	}
	return p.pack(rows)
}

// UnpackRecords reads one chunk's records.
func UnpackRecords(b []byte) ([]ehrdesk.Record, error) {
	entries, err := unpackEntries(b)
	out := make([]ehrdesk.Record, len(entries))
	for i := range entries {
		out[i] = entries[i].rec
	}
	return out, err
}

// SealEach seals cells on several cores and writes them.
func SealEach(n, cores int, seal func(i int) []byte, write func(i int, ct []byte) error) error {
	return sealEach(n, make([]struct{}, cores), func(_ *struct{}, i int) []byte { return seal(i) }, write)
}
