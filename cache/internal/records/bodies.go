package records

import (
	"context"
	"database/sql"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
	"github.com/ehrdesk/ehrdesk/cache/internal/seal"
)

// Bodies gives f every record held with its body, block by block: the order is
// the store's own. The bytes are f's only until it returns. f's error ends it
// and is returned; f must not call back into the store, to which nobody writes
// meanwhile. Errors: CodeNotFound, CodeTampered.
func (rs *Records) Bodies(ctx context.Context, held Keys, id PatientID, f func(r ehrdesk.Record, body []byte) error) error {
	const op = "cache.bodies"
	rs.write.Lock()
	defer rs.write.Unlock()
	c, err := rs.load(ctx, held, op, id, true)
	if err != nil {
		return err
	}
	var failed error
	err = rs.eachBody(ctx, c, c.idx.bySpot(), func(e *entry, body []byte) error {
		failed = f(e.rec, body)
		return failed
	})
	if failed != nil {
		return failed
	}
	return disk.Fault(op, err)
}

// spots finds entries by where their bodies lie.
type spots struct {
	blocks map[uint32][]*entry // by slot; nil where nothing names it
	rest   []*entry            // in rows and pieces, in the order of the list
}

func (x *index) bySpot() spots {
	out := spots{blocks: map[uint32][]*entry{}}
	for _, e := range x.entries() {
		if e.at.in == inBlock {
			out.put(e)
		} else {
			out.rest = append(out.rest, e)
		}
	}
	return out
}

func (p *spots) put(e *entry) {
	list := p.blocks[e.at.no]
	if list == nil {
		list = make([]*entry, blockSlots)
		p.blocks[e.at.no] = list
	}
	list[e.at.slot] = e
}

// eachBody reads what want names: the blocks in one sweep, the rest one by one.
// What is named and not there is seal.ErrSealed.
func (rs *cells) eachBody(ctx context.Context, c *chart, want spots, f func(*entry, []byte) error) error {
	if err := rs.eachSettled(ctx, c, want, f); err != nil {
		return err
	}
	for _, e := range want.rest {
		body, err := rs.readBody(ctx, c, e)
		if err != nil {
			return err
		}
		if err := f(e, body); err != nil {
			return err
		}
	}
	return nil
}

func (rs *cells) eachSettled(ctx context.Context, c *chart, want spots, f func(*entry, []byte) error) error {
	if len(want.blocks) == 0 {
		return nil
	}
	first, last := uint32(maxNo), uint32(0)
	for no := range want.blocks {
		first, last = min(first, no), max(last, no)
	}
	rows, err := rs.read.blocks.rows(ctx, rowID(c.n, first), rowID(c.n, last))
	if err != nil {
		return err
	}
	defer rows.Close()
	var plain, buf []byte
	defer func() {
		clear(plain[:cap(plain)])
		clear(buf[:cap(buf)])
	}()
	read := 0
	for rows.Next() {
		if err := ctx.Err(); err != nil {
			return err
		}
		var id int64
		var ct sql.RawBytes
		if err := rows.Scan(&id, &ct); err != nil {
			return err
		}
		list := want.blocks[uint32(id)]
		if list == nil {
			continue
		}
		read++
		info, ok := c.blockInfo(uint32(id))
		if !ok {
			return seal.ErrSealed
		}
		var b *block
		if b, plain, err = rs.openBlock(c, info, ct, plain); err != nil {
			return err
		}
		for g := range b.groups {
			if buf, err = b.eachInGroup(g, list, buf, f); err != nil {
				return err
			}
		}
		for _, e := range list[len(b.ends):] {
			if e != nil {
				return seal.ErrSealed
			}
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if read != len(want.blocks) {
		return seal.ErrSealed
	}
	return nil
}

// eachInGroup unpacks one group of a block, unless nothing names a slot of it.
func (b *block) eachInGroup(i int, list []*entry, buf []byte, f func(*entry, []byte) error) ([]byte, error) {
	g := b.groups[i]
	raw := buf[:0]
	unpacked := false
	for slot := g.first; slot < g.first+g.slots; slot++ {
		if list[slot] == nil {
			continue
		}
		if !unpacked {
			var err error
			if raw, err = b.unpack(i, buf); err != nil {
				return buf, err
			}
			unpacked = true
		}
		if err := f(list[slot], b.slot(i, raw, uint32(slot))); err != nil {
			return raw, err
		}
	}
	return raw, nil
}
