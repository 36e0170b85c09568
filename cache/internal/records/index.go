package records

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"sort"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/seal"
)

// index is a patient's list index in memory: entries newest first, in the
// chunks they are sealed in. An index is never changed: Apply makes the next
// one, which shares every chunk that stayed the same, so that a reader's view
// holds while a sync goes on.
type index struct {
	chunks []*chunk

	once  sync.Once
	byRef map[ehrdesk.Ref]*entry
}

type chunk struct {
	no   uint32
	gen  uint64
	rows []*entry
}

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

// refs finds entries by reference. The map is made when first asked for: a list
// does not need it.
func (x *index) refs() map[ehrdesk.Ref]*entry {
	x.once.Do(func() {
		n := 0
		for _, c := range x.chunks {
			n += len(c.rows)
		}
		x.byRef = make(map[ehrdesk.Ref]*entry, n)
		for _, c := range x.chunks {
			for _, e := range c.rows {
				x.byRef[e.rec.Ref()] = e
			}
		}
	})
	return x.byRef
}

// edit is what a batch does to an index: entries that go and entries that come.
type edit struct {
	gone map[*entry]bool
	come map[ehrdesk.Ref]*entry
}

// apply makes the next index, with adds (what comes, in order), and says which chunks of it are new and which old
// ones are no longer used. Only chunks that an edit touches are made anew.
func (x *index) apply(ed edit, adds []*entry, h *head) (next *index, written []*chunk, dropped []uint32) {
	touched := make([]bool, len(x.chunks))
	for e := range ed.gone {
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
	next = &index{chunks: make([]*chunk, 0, len(x.chunks)+len(adds)/chunkRows+1)}
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
			written = append(written, c)
		}
		if reuse != nil {
			dropped = append(dropped, reuse.no)
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
		put(merge(c.rows, ed.gone, share[i]), c)
	}
	return next, written, dropped
}

// chunkFor is the chunk that e is in, or belongs in: the last that does not
// begin after it.
func (x *index) chunkFor(e *entry) int {
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

// list is the live records, newest first, in a slice of the caller's own.
func (x *index) list(n int) []ehrdesk.Record {
	out := make([]ehrdesk.Record, 0, n)
	for _, c := range x.chunks {
		for _, e := range c.rows {
			out = append(out, e.rec)
		}
	}
	return out
}

func rowID(n int64, no uint32) int64 { return n<<32 | int64(no) }

func chunkPlace(install string, uid []byte, no uint32, gen uint64) []byte {
	return seal.RecordData(install, "chunk.ct", uid, seal.Uint64(uint64(no)), seal.Uint64(gen))
}

func (rs *Records) sealChunk(c *chart, k *chunk) []byte {
	return c.chunks.Seal(seal.Pad(0, packEntries(k.rows)), chunkPlace(rs.install, c.uid, k.no, k.gen))
}

// loadIndex reads and opens every chunk that the head names.
func (rs *Records) loadIndex(ctx context.Context, c *chart) (*index, error) {
	sealed, err := rs.readChunks(ctx, c)
	if err != nil {
		return nil, err
	}
	x := &index{chunks: make([]*chunk, len(sealed))}
	errs := make([]error, len(sealed))
	var next atomic.Int32
	var wg sync.WaitGroup
	open := func() {
		var buf []byte
		for {
			i := int(next.Add(1)) - 1
			if i >= len(sealed) {
				break
			}
			x.chunks[i], buf, errs[i] = rs.openChunk(c, c.head.chunks[i], sealed[i], buf)
		}
		clear(buf[:cap(buf)])
	}
	for range min(len(sealed), runtime.GOMAXPROCS(0), 4) - 1 {
		wg.Go(open)
	}
	open()
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return x, nil
}

// readChunks reads the chunks that the head names, in its order. One that is
// missing, or one too many, is seal.ErrSealed.
func (rs *Records) readChunks(ctx context.Context, c *chart) ([][]byte, error) {
	rows, err := rs.read.chunks.rows(ctx, rowID(c.n, 0), rowID(c.n, maxNo))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	places := make(map[uint32]int, len(c.head.chunks))
	for i, info := range c.head.chunks {
		places[info.no] = i
	}
	sealed := make([][]byte, len(c.head.chunks))
	for rows.Next() {
		var id int64
		var ct []byte
		if err := rows.Scan(&id, &ct); err != nil {
			return nil, err
		}
		at, ok := places[uint32(id)]
		if !ok {
			return nil, seal.ErrSealed
		}
		sealed[at] = ct
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(sealed, func(ct []byte) bool { return ct == nil }) {
		return nil, seal.ErrSealed
	}
	return sealed, nil
}

func (rs *Records) openChunk(c *chart, info chunkInfo, ct, buf []byte) (*chunk, []byte, error) {
	_, packed, buf, err := c.chunks.Open(ct, chunkPlace(rs.install, c.uid, info.no, info.gen), buf)
	if err != nil {
		return nil, buf, err
	}
	entries, err := unpackEntries(packed)
	if err != nil {
		return nil, buf, err
	}
	if len(entries) != info.rows || len(entries) == 0 {
		return nil, buf, seal.ErrSealed
	}
	k := &chunk{no: info.no, gen: info.gen, rows: make([]*entry, len(entries))}
	for i := range entries {
		k.rows[i] = &entries[i]
	}
	return k, buf, nil
}
