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

// PackRecords packs live records as one chunk.
func PackRecords(rs []ehrdesk.Record) []byte {
	rows := make([]*entry, len(rs))
	for i := range rs {
		rows[i] = &entry{rec: rs[i], at: spot{no: uint32(i)}}
	}
	return packEntries(rows)
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
