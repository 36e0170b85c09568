package records

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/seal"
)

// How the list index lies on the disk: a cell for each chunk and each part, named by
// the head with its number and generation.

func chunkData(install string, uid []byte, no uint32, gen uint64) []byte {
	return seal.RecordData(install, "chunk.ct", uid, seal.Uint64(uint64(no)), seal.Uint64(gen))
}

func partData(install string, uid []byte, no uint32, gen uint64) []byte {
	return seal.RecordData(install, "part.ct", uid, seal.Uint64(uint64(no)), seal.Uint64(gen))
}

func (c *chart) sealChunk(install string, k *chunk, p *entryPacker) []byte {
	return c.chunks.Seal(seal.Pad(0, p.pack(k.rows)), chunkData(install, c.uid, k.no, k.gen))
}

func (c *chart) sealPart(install string, k *part) []byte {
	return c.chunks.Seal(seal.Pad(0, k.pack()), partData(install, c.uid, k.no, k.gen))
}

// pack is the part's plaintext: how many records went, what each was named, and then
// what came, as in a chunk.
func (p *part) pack() []byte {
	out := seal.Packer{}
	out.Uint(uint64(len(p.gone)))
	for _, ref := range p.gone {
		out.String(ref.Resource)
		out.String(ref.ID)
	}
	return append(out.Out, packEntries(p.rows)...)
}

// unpack reads what pack wrote, of which n records came.
func (p *part) unpack(plain []byte, n int) (err error) {
	u := seal.Unpacker{In: string(plain)}
	for range u.Count(2) {
		p.gone = append(p.gone, ehrdesk.Ref{Resource: u.String(), ID: u.String()})
	}
	if u.Err != nil {
		return u.Err
	}
	p.rows, err = openRows(plain[len(plain)-len(u.In):], n)
	return err
}

// loadIndex reads and opens every chunk and part that the head names.
func (rs *cells) loadIndex(ctx context.Context, c *chart) (*index, error) {
	sealed, err := rs.readChunks(ctx, c)
	if err != nil {
		return nil, err
	}
	n := len(c.head.chunks)
	x := &index{settled: &settled{chunks: make([]*chunk, n)}, parts: make([]*part, len(c.head.parts))}
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
			if i < n {
				x.chunks[i], buf, errs[i] = c.openChunk(rs.install, c.head.chunks[i], sealed[i], buf)
			} else {
				x.parts[i-n], buf, errs[i] = c.openPart(rs.install, c.head.parts[i-n], sealed[i], buf)
			}
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

// readChunks reads the chunks that the head names and then the parts, in its order.
// One that is missing, or one too many, is seal.ErrSealed.
func (rs *cells) readChunks(ctx context.Context, c *chart) ([][]byte, error) {
	rows, err := rs.read.chunks.rows(ctx, rowID(c.n, 0), rowID(c.n, maxNo))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	named := slices.Concat(c.head.chunks, c.head.parts)
	places := make(map[uint32]int, len(named))
	for i, info := range named {
		places[info.no] = i
	}
	sealed := make([][]byte, len(named))
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

func (c *chart) openChunk(install string, info chunkInfo, ct, buf []byte) (*chunk, []byte, error) {
	_, packed, buf, err := c.chunks.Open(ct, chunkData(install, c.uid, info.no, info.gen), buf)
	if err != nil {
		return nil, buf, err
	}
	k := &chunk{no: info.no, gen: info.gen}
	if k.rows, err = openRows(packed, info.rows); err == nil && len(k.rows) == 0 {
		err = seal.ErrSealed
	}
	return k, buf, err
}

func (c *chart) openPart(install string, info chunkInfo, ct, buf []byte) (*part, []byte, error) {
	_, plain, buf, err := c.chunks.Open(ct, partData(install, c.uid, info.no, info.gen), buf)
	if err != nil {
		return nil, buf, err
	}
	k := &part{no: info.no, gen: info.gen}
	return k, buf, k.unpack(plain, info.rows)
}

// openRows are the rows of a chunk or a part, of which there have to be n.
func openRows(packed []byte, n int) ([]*entry, error) {
	entries, err := unpackEntries(packed)
	if err != nil {
		return nil, err
	}
	if len(entries) != n {
		return nil, seal.ErrSealed
	}
	rows := make([]*entry, n)
	for i := range entries {
		rows[i] = &entries[i]
	}
	return rows, nil
}
