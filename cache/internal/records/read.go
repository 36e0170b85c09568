package records

import (
	"context"
	"database/sql"
	"errors"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
	"github.com/ehrdesk/ehrdesk/cache/internal/seal"
)

// Body is a record's exact bytes. Errors: CodeNotFound where the list has no
// such record; CodeTampered where it has, and the body is gone or changed.
func (rs *Records) Body(ctx context.Context, held Keys, id PatientID, ref ehrdesk.Ref) (body []byte, err error) {
	const op = "cache.body"
	err = rs.find(ctx, held, op, id, ref, func(c *chart, e *entry) (err error) {
		body, err = rs.readBody(ctx, c, e)
		return err
	})
	return body, err
}

// find gives f a record's entry. Where f finds something else than the entry
// says, a sync may have committed between the two: if the index moved on, f is
// asked again.
func (rs *Records) find(ctx context.Context, held Keys, op string, id PatientID, ref ehrdesk.Ref, f func(*chart, *entry) error) error {
	for {
		c, idx, err := rs.view(ctx, held, op, id)
		if err != nil {
			return err
		}
		e := idx.find(ref)
		if e == nil {
			return ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "this record is not in the copy on this desk")
		}
		if err = f(c, e); err == nil {
			return nil
		}
		if !errors.Is(err, seal.ErrSealed) || !rs.moved(ctx, held, op, id, idx) {
			return disk.Fault(op, err)
		}
	}
}

// moved reports whether the patient's index is another one by now, waiting for
// an Apply that is about to publish it.
func (rs *Records) moved(ctx context.Context, held Keys, op string, id PatientID, was *index) bool {
	rs.write.Lock()
	defer rs.write.Unlock()
	c, err := rs.load(ctx, held, op, id, true)
	return err == nil && c.index() != was
}

// readBody reads a body from wherever it lies. Errors: seal.ErrSealed.
func (rs *cells) readBody(ctx context.Context, c *chart, e *entry) ([]byte, error) {
	switch e.at.in {
	case inBlock:
		return rs.readSlot(ctx, c, e.at)
	case inPieces:
		return rs.readPieces(ctx, c, e)
	case inRow:
	}
	ct, err := cell(ctx, &rs.read.body, rowID(c.n, e.at.no))
	if err != nil {
		return nil, err
	}
	return rs.openBody(c, e, ct)
}

// cell reads one sealed cell; one that is not there is seal.ErrSealed.
func cell(ctx context.Context, find *finder, id int64) (ct []byte, err error) {
	err = find.row(ctx, id).Scan(&ct)
	if errors.Is(err, sql.ErrNoRows) {
		err = seal.ErrSealed
	}
	return ct, err
}

func (rs *cells) openBody(c *chart, e *entry, ct []byte) ([]byte, error) {
	codec, packed, whole, err := c.bodies.Open(ct, bodyData(rs.install, c.uid, e), nil)
	if err != nil {
		return nil, err
	}
	defer clear(whole)
	return rs.expand(codec, packed, nil)
}

// expand undoes squeeze, into buf's memory where that is large enough.
func (rs *cells) expand(codec byte, packed, buf []byte) ([]byte, error) {
	switch codec {
	case bodyPlain:
		return append(buf[:0], packed...), nil
	case bodyZstd:
		if body, err := rs.unzip.DecodeAll(packed, buf[:0]); err == nil {
			return body, nil
		}
	}
	return nil, seal.ErrSealed
}

// readSlot reads a settled body.
func (rs *cells) readSlot(ctx context.Context, c *chart, at spot) ([]byte, error) {
	l := &c.last
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.block == nil || l.no != at.no {
		if err := rs.readBlock(ctx, c, at.no, l); err != nil {
			l.forget()
			return nil, err
		}
	}
	g := l.block.groupOf(at.slot)
	if g < 0 {
		return nil, seal.ErrSealed
	}
	if l.group != g {
		raw, err := l.block.unpack(g, l.raw)
		if err != nil {
			l.forget()
			return nil, err
		}
		l.group, l.raw = g, raw
	}
	body := append([]byte{}, l.block.slot(g, l.raw, at.slot)...)
	if l.shut {
		l.forget()
	}
	return body, nil
}

// readBlock reads a block into l, over the one that was there.
func (rs *cells) readBlock(ctx context.Context, c *chart, no uint32, l *lastBlock) error {
	l.block, l.no, l.group = nil, no, -1
	info, ok := c.blockInfo(no)
	if !ok {
		return seal.ErrSealed
	}
	rows, err := rs.read.block.rows(ctx, rowID(c.n, no))
	if err != nil {
		return err
	}
	defer rows.Close()
	var ct sql.RawBytes // not copied: a block is long
	if !rows.Next() {
		return errors.Join(seal.ErrSealed, rows.Err())
	}
	if err := rows.Scan(&ct); err != nil {
		return err
	}
	l.block, l.plain, err = rs.openBlock(c, info, ct, l.plain)
	return err
}

// blockInfo is what the head says of a block.
func (c *chart) blockInfo(no uint32) (blockInfo, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if info := c.head.block(no); info != nil {
		return *info, true
	}
	return blockInfo{}, false
}

// openBlock opens a block into buf's memory where that is large enough; it
// gives that memory back, which the block goes on using.
func (rs *cells) openBlock(c *chart, info blockInfo, ct, buf []byte) (*block, []byte, error) {
	_, packed, buf, err := c.blocks.Open(ct, blockData(rs.install, c.uid, info.no, info.stamp), buf)
	if err != nil {
		return nil, buf, err
	}
	b, err := parseBlock(packed)
	if err == nil && len(b.ends) != info.slots {
		err = seal.ErrSealed
	}
	return b, buf, err
}

// PutAway drops what memory holds of a copy, overwriting the bodies read last.
// The next call reads the disk again.
func (rs *Records) PutAway(id PatientID) { rs.charts.drop(id) }
