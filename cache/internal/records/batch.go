package records

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/binary"
	"io"
	"maps"
	"slices"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
)

// batch is one change of a copy on its way to the disk: an Apply or a step of
// compaction. The caller holds rs.write.
type batch struct {
	rs      *Records
	c       *chart
	h       head
	idx     *index
	ed      edit
	fresh   map[*entry]content // entries that come, whose bodies have no place yet
	rows    []uint32           // rows that go
	pieces  []spot             // documents that go
	spent   []uint32           // blocks of which no slot is left
	settle  int                // so many bodies of a kind make a block at once
	changed int
	dirty   bool // the list index changed
}

// content is a body that comes: as bytes, or to be read.
type content struct {
	bytes []byte
	from  io.Reader
}

// settleAtOnce is how many fresh bodies of one kind are worth a block of their own.
const settleAtOnce = 16

func newBatch(rs *Records, c *chart) *batch {
	b := &batch{rs: rs, c: c, h: c.head, idx: c.idx, settle: settleAtOnce,
		ed:    edit{gone: map[*entry]bool{}, come: map[ehrdesk.Ref]*entry{}},
		fresh: map[*entry]content{}}
	b.h.blocks = slices.Clone(b.h.blocks)
	return b
}

// remove takes an entry out, and frees the place of its body.
func (b *batch) remove(e *entry, pending bool) {
	if pending {
		delete(b.ed.come, e.rec.Ref())
	} else {
		b.ed.gone[e] = true
	}
	b.h.live.add(e.rec.Kind, -1)
	if _, ok := b.fresh[e]; ok {
		delete(b.fresh, e)
		return
	}
	b.free(e.at)
}

// move puts next in an entry's place and leaves its body where it is.
func (b *batch) move(e *entry, pending bool, next *entry) {
	b.h.live.add(e.rec.Kind, -1)
	b.h.live.add(next.rec.Kind, 1)
	if !pending {
		b.ed.gone[e] = true
	}
	if f, ok := b.fresh[e]; ok {
		delete(b.fresh, e)
		b.fresh[next] = f
	}
	b.ed.come[next.rec.Ref()] = next
	b.dirty = true
}

// free gives up the place of a body.
func (b *batch) free(at spot) {
	switch at.in {
	case inRow:
		b.rows = append(b.rows, at.no)
	case inPieces:
		b.pieces = append(b.pieces, at)
	case inBlock:
		info := b.h.block(at.no)
		if info == nil || info.live == 0 {
			return // a damaged copy: whoever asks for the body is told
		}
		if info.live--; info.live == 0 {
			b.spent = append(b.spent, at.no)
		}
	}
}

// commit decides what is to be done with f and writes it, in one transaction.
func (b *batch) commit(ctx context.Context, f func(*sql.Tx) error) error {
	if err := b.rs.put.prepare(ctx); err != nil {
		return err
	}
	conn, err := b.rs.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	err = disk.Within(ctx, conn, func(tx *sql.Tx) error {
		if err := f(tx); err != nil {
			return err
		}
		return b.write(ctx, tx)
	})
	if err != nil {
		b.rs.charts.drop(b.c.id) // whether a commit that failed took place, only the disk knows
		return err
	}
	b.c.mu.Lock()
	b.c.head, b.c.idx = b.h, b.idx
	b.c.mu.Unlock()
	b.rs.charts.put(b.c)
	return nil
}

func (b *batch) write(ctx context.Context, tx *sql.Tx) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	ctx = disk.Uncancellable(ctx)
	b.h.gen++
	if b.dirty {
		adds := slices.SortedFunc(maps.Values(b.ed.come), order)
		if err := b.place(ctx, tx, adds); err != nil {
			return err
		}
		if err := b.clear(ctx, tx); err != nil {
			return err
		}
		if err := b.writeIndex(ctx, tx, adds); err != nil {
			return err
		}
	}
	if err := b.rs.see(ctx, tx, b.h.synced); err != nil {
		return err
	}
	return b.rs.put.head.exec(ctx, tx, b.c.sealHead(b.rs.install, &b.h), b.c.n)
}

// place gives every fresh body its place: in pieces where it is long, in a
// block where there are enough of its kind. Of a few, those of all kinds lie in a
// block together, until compaction sorts them: a row for each costs more to write. A
// body alone, or one too long for a block, is a row. adds are the entries that come,
// in the order of the list, so that a block's bodies are neighbours there.
func (b *batch) place(ctx context.Context, tx *sql.Tx, adds []*entry) error {
	w := b.writer(tx)
	defer w.close()
	kinds := map[ehrdesk.Kind][]*entry{}
	for _, e := range adds {
		var err error
		f, ok := b.fresh[e]
		switch {
		case !ok:
		case f.from != nil || len(f.bytes) > pieceFrom:
			err = w.document(ctx, e, f)
		case len(f.bytes) > slotBytes:
			err = w.row(ctx, e, f.bytes)
		default:
			kinds[e.rec.Kind] = append(kinds[e.rec.Kind], e)
		}
		if err != nil {
			return err
		}
	}
	var few []*entry
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		if len(kinds[kind]) < b.settle {
			few = append(few, kinds[kind]...)
		} else if err := b.blocks(ctx, w, kinds[kind]); err != nil {
			return err
		}
	}
	if len(few) == 1 {
		return w.row(ctx, few[0], b.fresh[few[0]].bytes)
	}
	return b.blocks(ctx, w, few)
}

// blocks puts the bodies of list into as many blocks as they need.
func (b *batch) blocks(ctx context.Context, w *bodyWriter, list []*entry) error {
	var next []newBlock
	for len(list) > 0 {
		n := b.fits(list)
		one, err := b.newBlock(list[:n])
		if err != nil {
			return err
		}
		next, list = append(next, one), list[n:]
	}
	return sealEach(len(next), w.packers(len(next)),
		func(p *blockPacker, i int) []byte { return b.sealBlock(p, &next[i]) },
		func(i int, ct []byte) error {
			b.h.blocks = append(b.h.blocks, next[i].info)
			return b.rs.put.block.exec(ctx, w.tx, rowID(b.c.n, next[i].info.no), ct)
		})
}

// fits is how many of list one block takes.
func (b *batch) fits(list []*entry) int {
	size := 0
	for i, e := range list {
		if i == blockSlots || size >= blockBytes {
			return i
		}
		size += len(b.fresh[e].bytes)
	}
	return len(list)
}

// clear deletes the places that were given up.
func (b *batch) clear(ctx context.Context, tx *sql.Tx) error {
	if len(b.rows) > 0 {
		del, err := tx.PrepareContext(ctx, "DELETE FROM body WHERE id = ?")
		if err != nil {
			return err
		}
		defer del.Close()
		for _, no := range b.rows {
			if _, err := del.ExecContext(ctx, rowID(b.c.n, no)); err != nil {
				return err
			}
		}
	}
	for _, at := range b.pieces {
		if _, err := tx.ExecContext(ctx, "DELETE FROM piece WHERE id BETWEEN ? AND ?",
			rowID(b.c.n, at.no), rowID(b.c.n, at.no+at.slot-1)); err != nil {
			return err
		}
	}
	for _, no := range b.spent {
		if _, err := tx.ExecContext(ctx, "DELETE FROM block WHERE id = ?", rowID(b.c.n, no)); err != nil {
			return err
		}
	}
	b.h.blocks = slices.DeleteFunc(b.h.blocks, func(i blockInfo) bool { return i.live == 0 })
	return nil
}

func (b *batch) writeIndex(ctx context.Context, tx *sql.Tx, adds []*entry) error {
	next, w := b.idx.apply(b.ed, adds, &b.h)
	for _, no := range w.dropped {
		if _, err := tx.ExecContext(ctx, "DELETE FROM chunk WHERE id = ?", rowID(b.c.n, no)); err != nil {
			return err
		}
	}
	packers := make([]entryPacker, sealers(len(w.chunks)))
	defer func() {
		for i := range packers {
			packers[i].wipe()
		}
	}()
	err := sealEach(len(w.chunks), packers,
		func(p *entryPacker, i int) []byte { return b.c.sealChunk(b.rs.install, w.chunks[i], p) },
		func(i int, ct []byte) error {
			return b.rs.put.chunk.exec(ctx, tx, rowID(b.c.n, w.chunks[i].no), ct)
		})
	if err != nil {
		return err
	}
	if k := w.part; k != nil {
		if err := b.rs.put.chunk.exec(ctx, tx, rowID(b.c.n, k.no), b.c.sealPart(b.rs.install, k)); err != nil {
			return err
		}
	}
	b.h.chunks = make([]chunkInfo, len(next.chunks))
	for i, k := range next.chunks {
		b.h.chunks[i] = chunkInfo{k.no, k.gen, len(k.rows)}
	}
	b.h.parts = make([]chunkInfo, len(next.parts))
	for i, k := range next.parts {
		b.h.parts[i] = chunkInfo{k.no, k.gen, len(k.rows)}
	}
	b.idx = next
	return nil
}

// take gives the next n numbers of a sequence, which are never given again.
func take(next *uint32, n uint32) (uint32, error) {
	if n > maxNo-*next {
		return 0, ehrdesk.Errorf("cache.apply", ehrdesk.CodeOther, "this copy has no numbers left; fetch it anew")
	}
	no := *next
	*next += n
	return no, nil
}

// newStamp makes a block's random stamp.
func newStamp() uint64 {
	var b [8]byte
	rand.Read(b[:]) // never fails
	return binary.BigEndian.Uint64(b[:])
}
