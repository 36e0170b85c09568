package records

import (
	"cmp"
	"context"
	"database/sql"
	"maps"
	"slices"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
)

// compactBytes is about how much of bodies one step of compaction reads and
// writes again: some ten milliseconds.
const compactBytes = 1 << 20

// Compact does one step of settling a copy: fresh rows go into blocks, slots
// that nothing names any more are left behind, small blocks are put together, and
// the parts of the list index are folded into its chunks, and at last what records said
// that have changed is gone.
// It says whether there is more to do. A step is one transaction: whatever
// breaks it off, the copy is as it was before or as it is after. It is meant
// for moments when nobody waits. Errors: as Apply.
func (rs *Records) Compact(ctx context.Context, held Keys, id PatientID) (more bool, err error) {
	const op = "cache.compact"
	rs.write.Lock()
	defer rs.write.Unlock()
	c, err := rs.load(ctx, held, op, id, true)
	if err != nil {
		return false, err
	}
	work := plan(c.idx, &c.head)
	if work.none() && len(c.head.parts) == 0 {
		return false, disk.Fault(op, rs.tidySaid(ctx, c))
	}
	b := newBatch(rs, c)
	b.settle, b.ed.fold, b.dirty = 1, true, true
	err = b.commit(ctx, func(*sql.Tx) error {
		return rs.eachBody(ctx, c, work, func(e *entry, body []byte) error {
			next := *e
			b.fresh[&next] = content{bytes: slices.Clone(body)}
			b.move(e, false, &next)
			b.free(e.at)
			return ctx.Err()
		})
	})
	for _, f := range b.fresh {
		clear(f.bytes)
	}
	if err != nil {
		return false, disk.Fault(op, err)
	}
	return true, nil // what records say is looked at when nothing else is left
}

func (p spots) none() bool { return len(p.blocks) == 0 && len(p.rest) == 0 }

// kindOf is the kind of the first of a block's entries, and whether there are others.
func kindOf(block []*entry) (kind ehrdesk.Kind, mixed, any bool) {
	for _, e := range block {
		switch {
		case e == nil:
		case !any:
			kind, any = e.rec.Kind, true
		case e.rec.Kind != kind:
			return kind, true, true
		}
	}
	return kind, false, any
}

// plan chooses what one step works on.
//
// A kind has work where a block of it has slots that nothing names or other kinds in
// it, where two of its blocks are small, or where enough rows of it are there for a
// block. Each step leaves fewer of them, so that steps come to an end.
func plan(idx *index, h *head) spots {
	type heap struct {
		spent, small []blockInfo
		rows         []*entry
	}
	kinds := map[ehrdesk.Kind]*heap{}
	all := idx.bySpot()
	of := func(k ehrdesk.Kind) *heap {
		if kinds[k] == nil {
			kinds[k] = &heap{}
		}
		return kinds[k]
	}
	for _, info := range h.blocks {
		kind, mixed, any := kindOf(all.blocks[info.no])
		if !any {
			continue // damaged: found when it is asked for
		}
		k := of(kind)
		switch {
		case info.live < info.slots || mixed:
			k.spent = append(k.spent, info)
		case info.bytes < blockBytes/2 && info.slots < blockSlots/2:
			k.small = append(k.small, info)
		}
	}
	for _, e := range all.rest {
		if e.at.in == inRow && e.at.slot <= slotBytes>>10 {
			k := of(e.rec.Kind)
			k.rows = append(k.rows, e)
		}
	}
	work := spots{blocks: map[uint32][]*entry{}}
	left := compactBytes
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		k := kinds[kind]
		if len(k.spent) == 0 && len(k.small) < 2 && len(k.rows) < settleAtOnce {
			continue
		}
		blocks := slices.Concat(k.spent, k.small)
		slices.SortFunc(blocks, func(a, b blockInfo) int { return cmp.Compare(a.no, b.no) })
		for _, info := range blocks {
			if left <= 0 {
				return work
			}
			work.blocks[info.no] = all.blocks[info.no]
			left -= info.bytes
		}
		for _, e := range k.rows {
			if left <= 0 {
				return work
			}
			work.rest = append(work.rest, e)
			left -= int(e.at.slot) << 10
		}
	}
	return work
}
