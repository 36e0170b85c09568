package cache

import (
	"context"
	"database/sql"
	"errors"
	"sync"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
	"github.com/ehrdesk/ehrdesk/cache/internal/seal"
)

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

// Body is a record's exact bytes. Errors: CodeNotFound where the list has no
// such record; CodeTampered where it has, and the body is gone or changed.
func (v *Vault) Body(ctx context.Context, id PatientID, ref ehrdesk.Ref) (body []byte, err error) {
	const op = "cache.body"
	v.s.mu.RLock()
	defer v.s.mu.RUnlock()
	err = v.find(ctx, op, id, ref, func(c *chart, e *entry) (err error) {
		body, err = v.s.readBody(ctx, c, e)
		return err
	})
	return body, err
}

// find gives f a record's entry. Where f finds something else than the entry
// says, a sync may have committed between the two: if the index moved on, f is
// asked again.
func (v *Vault) find(ctx context.Context, op string, id PatientID, ref ehrdesk.Ref, f func(*chart, *entry) error) error {
	for {
		c, idx, err := v.view(ctx, op, id)
		if err != nil {
			return err
		}
		e := idx.refs()[ref]
		if e == nil {
			return ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "this record is not in the copy on this desk")
		}
		if err = f(c, e); err == nil {
			return nil
		}
		if !errors.Is(err, seal.ErrSealed) || !v.moved(ctx, op, id, idx) {
			return disk.Fault(op, err)
		}
	}
}

// moved reports whether the patient's index is another one by now, waiting for
// an Apply that is about to publish it.
func (v *Vault) moved(ctx context.Context, op string, id PatientID, was *index) bool {
	v.s.write.Lock()
	defer v.s.write.Unlock()
	c, err := v.load(ctx, op, id, true)
	return err == nil && c.index() != was
}

// readBody reads a body from wherever it lies. Errors: seal.ErrSealed.
func (s *Store) readBody(ctx context.Context, c *chart, e *entry) ([]byte, error) {
	switch e.at.in {
	case inBlock:
		return s.readSlot(ctx, c, e.at)
	case inPieces:
		return s.readPieces(ctx, c, e)
	case inRow:
	}
	ct, err := cell(ctx, &s.read.body, rowID(c.n, e.at.no))
	if err != nil {
		return nil, err
	}
	return s.openBody(c, e, ct)
}

// cell reads one sealed cell; one that is not there is seal.ErrSealed.
func cell(ctx context.Context, find *finder, id int64) (ct []byte, err error) {
	err = find.row(ctx, id).Scan(&ct)
	if errors.Is(err, sql.ErrNoRows) {
		err = seal.ErrSealed
	}
	return ct, err
}

func (s *Store) openBody(c *chart, e *entry, ct []byte) ([]byte, error) {
	codec, packed, whole, err := c.bodies.Open(ct, bodyPlace(s.ring.Install, c.uid, e), nil)
	if err != nil {
		return nil, err
	}
	defer clear(whole)
	return s.expand(codec, packed, nil)
}

// expand undoes squeeze, into buf's memory where that is large enough.
func (s *Store) expand(codec byte, packed, buf []byte) ([]byte, error) {
	switch codec {
	case bodyPlain:
		return append(buf[:0], packed...), nil
	case bodyZstd:
		if body, err := s.unzip.DecodeAll(packed, buf[:0]); err == nil {
			return body, nil
		}
	}
	return nil, seal.ErrSealed
}

// readSlot reads a settled body.
func (s *Store) readSlot(ctx context.Context, c *chart, at spot) ([]byte, error) {
	l := &c.last
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.block == nil || l.no != at.no {
		if err := s.readBlock(ctx, c, at.no, l); err != nil {
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
func (s *Store) readBlock(ctx context.Context, c *chart, no uint32, l *lastBlock) error {
	l.block, l.no, l.group = nil, no, -1
	info, ok := c.blockInfo(no)
	if !ok {
		return seal.ErrSealed
	}
	rows, err := s.read.block.rows(ctx, rowID(c.n, no))
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
	l.block, l.plain, err = s.openBlock(c, info, ct, l.plain)
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
func (s *Store) openBlock(c *chart, info blockInfo, ct, buf []byte) (*block, []byte, error) {
	_, packed, buf, err := c.blocks.Open(ct, blockPlace(s.ring.Install, c.uid, info.no, info.stamp), buf)
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
func (v *Vault) PutAway(id PatientID) {
	v.s.mu.RLock()
	defer v.s.mu.RUnlock()
	if v.open {
		v.s.charts.drop(id)
	}
}
