package records

import (
	"cmp"
	"slices"
	"sort"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/ehrdesk/ehrdesk"
)

// index is a patient's list index in memory: the chunks that it is sealed in, newest
// records first, and the parts that came since, each of which overrules what lies
// before it. A part costs what it holds and not what a chunk does; a few of them are
// folded into the chunks (apply). An index is never changed: a batch makes the next
// one, which shares what stayed the same, so that a reader's view holds while a sync
// goes on.
type index struct {
	*settled
	parts []*part // oldest first

	ordered sync.Once
	rows    []*entry
}

func newIndex() *index { return &index{settled: &settled{}} }

// settled is the chunks of an index, and their entries by reference.
type settled struct {
	chunks []*chunk

	asked atomic.Int32
	made  sync.Once
	byRef map[ehrdesk.Ref]*entry
}

type chunk struct {
	no   uint32
	gen  uint64
	rows []*entry
}

// part is what one batch did to an index: entries that came, in order, and the
// references of records that went.
type part struct {
	no   uint32
	gen  uint64
	rows []*entry
	gone []ehrdesk.Ref
}

// The bounds of parts. More at once, or together, goes into the chunks.
const (
	partRows = 64
	maxParts = 8
)

// order is newest first by the clinical date, unknown dates last, then by
// arrival at the centre, then by reference, so that no two entries are equal.
func order(a, b *entry) int {
	if c := b.rec.Date.Compare(a.rec.Date); c != 0 {
		return c
	}
	if c := b.rec.Updated.Compare(a.rec.Updated); c != 0 {
		return c
	}
	return cmp.Or(strings.Compare(a.rec.Resource, b.rec.Resource), strings.Compare(a.rec.ID, b.rec.ID))
}

// find is the entry of a record, nil where there is none.
func (x *index) find(ref ehrdesk.Ref) *entry {
	for _, p := range slices.Backward(x.parts) {
		for _, e := range p.rows {
			if e.rec.ID == ref.ID && e.rec.Resource == ref.Resource {
				return e
			}
		}
		if slices.Contains(p.gone, ref) {
			return nil
		}
	}
	return x.settled.find(ref)
}

// fewFinds is how many records are looked for one by one before a map is made: that
// takes as long as looking at every entry some thirty times.
const fewFinds = 16

// find looks into the chunks alone.
func (x *settled) find(ref ehrdesk.Ref) *entry {
	if x.asked.Load() < fewFinds {
		x.asked.Add(1)
		for _, c := range x.chunks {
			for _, e := range c.rows {
				if e.rec.ID == ref.ID && e.rec.Resource == ref.Resource {
					return e
				}
			}
		}
		return nil
	}
	x.made.Do(func() {
		x.byRef = make(map[ehrdesk.Ref]*entry, x.count())
		for _, c := range x.chunks {
			for _, e := range c.rows {
				x.byRef[e.rec.Ref()] = e
			}
		}
	})
	return x.byRef[ref]
}

func (x *settled) count() (n int) {
	for _, c := range x.chunks {
		n += len(c.rows)
	}
	return n
}

// entries is every entry, newest first.
func (x *index) entries() []*entry {
	x.ordered.Do(func() {
		all := make([]*entry, 0, x.count())
		for _, c := range x.chunks {
			all = append(all, c.rows...)
		}
		if len(x.parts) > 0 {
			gone, come := x.overruled()
			all = merge(all, gone, come)
		}
		x.rows = all
	})
	return x.rows
}

// overruled is what the parts make of the chunks: their entries that go, and what
// comes, in order.
func (x *index) overruled() (gone map[*entry]bool, come []*entry) {
	gone = map[*entry]bool{}
	seen := map[ehrdesk.Ref]bool{}
	over := func(ref ehrdesk.Ref) (first bool) {
		if seen[ref] {
			return false
		}
		seen[ref] = true
		if old := x.settled.find(ref); old != nil {
			gone[old] = true
		}
		return true
	}
	for _, p := range slices.Backward(x.parts) {
		for _, e := range p.rows {
			if over(e.rec.Ref()) {
				come = append(come, e)
			}
		}
		for _, ref := range p.gone {
			over(ref)
		}
	}
	slices.SortFunc(come, order)
	return gone, come
}

// edit is what a batch does to an index: entries that go and entries that come.
type edit struct {
	gone map[*entry]bool
	come map[ehrdesk.Ref]*entry
	fold bool // leave no part
}

// written is what of the next index is new, and the numbers of what is used no more.
type written struct {
	chunks  []*chunk
	part    *part
	dropped []uint32
}

// apply makes the next index, with adds (what comes, in order): a part more, or with
// all parts in the chunks.
func (x *index) apply(ed edit, adds []*entry, h *head) (next *index, w written) {
	if held := len(x.parts); !ed.fold && len(x.chunks) > 0 && held < maxParts && len(ed.gone)+len(adds) <= partRows {
		p := &part{no: h.nextChunk, gen: h.gen, rows: adds}
		h.nextChunk++
		for e := range ed.gone {
			if ref := e.rec.Ref(); ed.come[ref] == nil {
				p.gone = append(p.gone, ref)
			}
		}
		return &index{settled: x.settled, parts: append(x.parts[:held:held], p)}, written{part: p}
	}
	gone, come := x.overruled()
	for e := range ed.gone {
		if x.settled.find(e.rec.Ref()) == e {
			gone[e] = true
		}
	}
	next, w = x.fold(gone, merge(come, ed.gone, adds), h)
	for _, p := range x.parts {
		w.dropped = append(w.dropped, p.no)
	}
	return next, w
}

// fold makes the next chunks, without the entries of theirs in gone. Only those that gone or adds touch are made anew.
func (x *settled) fold(gone map[*entry]bool, adds []*entry, h *head) (next *index, w written) {
	touched := make([]bool, len(x.chunks))
	for e := range gone {
		touched[x.chunkFor(e)] = true
	}
	// The entries that come fall into chunks in the order of both.
	share := make([][]*entry, len(x.chunks))
	for _, e := range adds {
		if len(x.chunks) == 0 {
			break
		}
		i := x.chunkFor(e)
		share[i] = append(share[i], e)
		touched[i] = true
	}
	next = &index{settled: &settled{chunks: make([]*chunk, 0, len(x.chunks)+len(adds)/chunkRows+1)}}
	put := func(rows []*entry, reuse *chunk) {
		for part := range split(rows) {
			c := &chunk{gen: h.gen, rows: part}
			if reuse != nil {
				c.no, reuse = reuse.no, nil
			} else {
				c.no = h.nextChunk
				h.nextChunk++
			}
			next.chunks = append(next.chunks, c)
			w.chunks = append(w.chunks, c)
		}
		if reuse != nil {
			w.dropped = append(w.dropped, reuse.no)
		}
	}
	if len(x.chunks) == 0 {
		put(adds, nil)
	}
	for i, c := range x.chunks {
		if !touched[i] {
			next.chunks = append(next.chunks, c)
			continue
		}
		put(merge(c.rows, gone, share[i]), c)
	}
	return next, w
}

// chunkFor is the chunk that e is in, or belongs in: the last that does not begin after it.
func (x *settled) chunkFor(e *entry) int {
	i := sort.Search(len(x.chunks), func(i int) bool { return order(x.chunks[i].rows[0], e) > 0 })
	return max(i-1, 0)
}

// merge is rows without those in gone, and with adds, in order.
func merge(rows []*entry, gone map[*entry]bool, adds []*entry) []*entry {
	out := make([]*entry, 0, len(rows)+len(adds))
	for _, e := range rows {
		if gone[e] {
			continue
		}
		for len(adds) > 0 && order(adds[0], e) < 0 {
			out, adds = append(out, adds[0]), adds[1:]
		}
		out = append(out, e)
	}
	return append(out, adds...)
}

// split cuts rows evenly into parts of at most chunkRows.
func split(rows []*entry) func(func([]*entry) bool) {
	parts := (len(rows) + chunkRows - 1) / chunkRows
	return func(yield func([]*entry) bool) {
		for i := range parts {
			if !yield(rows[i*len(rows)/parts : (i+1)*len(rows)/parts]) {
				return
			}
		}
	}
}
