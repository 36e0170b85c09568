package records

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
	"github.com/ehrdesk/ehrdesk/cache/internal/seal"
)

// What the records of a copy say, for a search: text that whoever reads the bodies
// took out of them, kept so that nobody has to read them again. It lies in cells of
// many records each, compressed, under a key of the copy's own, and goes with it.
//
// It is worth what the bodies are worth: every text names the very body that it was
// read from, and one whose body is another by now is not given. So a cell that is left
// out, or an older one put back, makes nothing found that is not there, and nothing
// missed: what has no text is read again. One that is changed does not open.

// Said is what one record says.
type Said struct {
	Ref  ehrdesk.Ref
	Of   BodyMark // the body that it was read from
	None int      // attachments without text that can be read
	Cut  bool     // Text is the beginning of what there is
	Text []byte
}

// BodyMark tells a body from every other of the same record.
type BodyMark struct {
	version string
	updated time.Time
	sum     uint32
	piece   uint32 // of a document, whose bytes are not summed
}

func (e *entry) mark() BodyMark {
	m := BodyMark{version: e.rec.Version, updated: e.rec.Updated, sum: e.sum}
	if e.at.in == inPieces {
		m.piece = e.at.no
	}
	return m
}

// Of reports whether the body is of this version of a record.
func (m BodyMark) Of(r *ehrdesk.Record) bool {
	return m.version == r.Version && m.updated.Equal(r.Updated)
}

func (m BodyMark) same(o BodyMark) bool {
	return m.version == o.version && m.updated.Equal(o.updated) && m.sum == o.sum && m.piece == o.piece
}

const (
	saidVersion = 1
	maxSaid     = 64 << 20 // bytes that a cell unpacks to
)

func saidData(install string, uid []byte, no uint32) []byte {
	return seal.RecordData(install, "said.ct", uid, seal.Uint64(uint64(no)))
}

// Marks are those of the bodies that records have now: they are asked for before a body
// is read, so that a text is never taken for another body's. Errors: CodeNotFound, CodeTampered.
func (rs *Records) Marks(ctx context.Context, held Keys, id PatientID) (map[ehrdesk.Ref]BodyMark, error) {
	_, idx, err := rs.view(ctx, held, "cache.marks", id)
	if err != nil {
		return nil, err
	}
	out := make(map[ehrdesk.Ref]BodyMark, len(idx.entries()))
	for _, e := range idx.entries() {
		out[e.rec.Ref()] = e.mark()
	}
	return out, nil
}

// KeepSaid seals what records say, in one cell. What was read from a body that is
// another by now is left out. Errors: CodeNotFound, CodeTampered, the disk's.
func (rs *Records) KeepSaid(ctx context.Context, held Keys, id PatientID, list []Said) error {
	const op = "cache.said.keep"
	rs.write.Lock()
	defer rs.write.Unlock()
	c, err := rs.load(ctx, held, op, id, true)
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(slices.Clone(list), func(s Said) bool {
		e := c.idx.find(s.Ref)
		return e == nil || !e.mark().same(s.Of)
	})
	if len(list) == 0 {
		return nil
	}
	return disk.Fault(op, rs.inSaid(ctx, func(tx *sql.Tx) error {
		no, err := nextSaid(ctx, tx, c.n)
		if err != nil {
			return err
		}
		return rs.insertSaid(ctx, tx, c, no, list)
	}))
}

// inSaid runs f in a transaction.
func (rs *file) inSaid(ctx context.Context, f func(*sql.Tx) error) error {
	conn, err := rs.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return disk.Within(ctx, conn, f)
}

// nextSaid is the number after the last cell's.
func nextSaid(ctx context.Context, tx *sql.Tx, n int64) (no uint32, err error) {
	var last sql.NullInt64
	if err := tx.QueryRowContext(ctx, "SELECT max(id) FROM said WHERE id BETWEEN ? AND ?", rowID(n, 0), rowID(n, maxNo)).Scan(&last); err != nil {
		return 0, err
	}
	if last.Valid {
		no = uint32(last.Int64)
	}
	_, err = take(&no, 1)
	return no, err
}

func (rs *Records) insertSaid(ctx context.Context, tx *sql.Tx, c *chart, no uint32, list []Said) error {
	plain, err := packSaid(list)
	if err != nil {
		return err
	}
	defer clear(plain)
	_, err = tx.ExecContext(ctx, "INSERT INTO said (id, ct) VALUES (?, ?)", rowID(c.n, no), c.said.Seal(seal.Pad(0, plain), saidData(rs.install, c.uid, no)))
	return err
}

// packSaid is a cell's plaintext: a version, and compressed the texts' heads and then
// the texts.
func packSaid(list []Said) ([]byte, error) {
	p := seal.Packer{}
	p.Uint(uint64(len(list)))
	size := 0
	for _, s := range list {
		p.String(s.Ref.Resource)
		p.ID(s.Ref.ID)
		p.String(s.Of.version)
		p.Time(s.Of.updated)
		p.Uint(uint64(s.Of.sum))
		p.Uint(uint64(s.Of.piece))
		cut := uint64(0)
		if s.Cut {
			cut = 1
		}
		p.Uint(uint64(s.None)<<1 | cut)
		p.Uint(uint64(len(s.Text)))
		size += len(s.Text)
	}
	p.Out = slices.Grow(p.Out, size)
	for _, s := range list {
		p.Out = append(p.Out, s.Text...)
	}
	defer clear(p.Out)
	zip, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBetterCompression), zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(false), zstd.WithWindowSize(1<<20))
	if err != nil {
		return nil, err
	}
	defer func() { _ = zip.Close() }() // it has written nothing
	return zip.EncodeAll(p.Out, []byte{saidVersion}), nil
}

// unpackSaid reads a cell's plaintext; texts share memory with whole, which is for the
// caller to wipe.
func (rs *cells) unpackSaid(plain []byte) (list []Said, whole []byte, err error) {
	if len(plain) == 0 || plain[0] != saidVersion {
		return nil, nil, seal.ErrMalformed
	}
	if whole, err = rs.unzip.DecodeAll(plain[1:], nil); err != nil || len(whole) > maxSaid {
		return nil, whole, seal.ErrMalformed
	}
	u := seal.Unpacker{In: string(whole)}
	sizes := []int{}
	total := 0
	for range u.Count(8) {
		s := Said{Ref: ehrdesk.Ref{Resource: u.String(), ID: u.ID()}}
		s.Of = BodyMark{version: u.String(), updated: u.Time(), sum: uint32(u.Limit(1<<32 - 1)), piece: uint32(u.Limit(maxNo))}
		n := u.Limit(1 << 32)
		s.None, s.Cut = int(n>>1), n&1 == 1
		size := int(u.Limit(maxSaid))
		list, sizes, total = append(list, s), append(sizes, size), total+size
		if u.Err != nil {
			return nil, whole, u.Err
		}
	}
	if u.Err != nil || total != len(u.In) {
		return nil, whole, seal.ErrMalformed
	}
	rest := whole[len(whole)-total:]
	for i := range list {
		list[i].Text, rest = rest[:sizes[i]:sizes[i]], rest[sizes[i]:]
	}
	return list, whole, nil
}

// Said gives f what is kept of what records say, the newest cell first and each record
// once; what was read from a body that is another by now is left out. The text is f's
// only until it returns. f's error ends it and is returned; f must not call back into
// the store. Memory is that of one cell. Errors: CodeNotFound, CodeTampered.
func (rs *Records) Said(ctx context.Context, held Keys, id PatientID, f func(Said) error) error {
	const op = "cache.said"
	c, idx, err := rs.view(ctx, held, op, id)
	if err != nil {
		return err
	}
	var own error
	seen := map[ehrdesk.Ref]bool{}
	err = rs.eachSaid(ctx, c, func(_ uint32, list []Said) error {
		for _, s := range list {
			e := idx.find(s.Ref)
			if e == nil || seen[s.Ref] || !e.mark().same(s.Of) {
				continue
			}
			seen[s.Ref] = true
			if own = f(s); own != nil {
				return own
			}
		}
		return ctx.Err()
	})
	if own != nil {
		return own
	}
	return disk.Fault(op, err)
}

// eachSaid opens cell after cell, the newest first. The texts are f's until it returns.
func (rs *cells) eachSaid(ctx context.Context, c *chart, f func(no uint32, list []Said) error) error {
	for below := rowID(c.n, maxNo); ; { // cell by cell: nobody waits for a reader
		var id int64
		var ct []byte
		err := rs.read.said.row(ctx, rowID(c.n, 0), below).Scan(&id, &ct)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		_, plain, whole, err := c.said.Open(ct, saidData(rs.install, c.uid, uint32(id)), nil)
		if err != nil {
			return err
		}
		list, texts, err := rs.unpackSaid(plain)
		clear(whole)
		if err == nil {
			err = f(uint32(id), list)
		}
		clear(texts)
		if err != nil {
			return err
		}
		below = id - 1
	}
}

// tidySaid makes the cells anew that hold what a record no longer says, and puts
// small ones together: what was withdrawn is gone from the disk after it. It is one
// transaction.
func (rs *Records) tidySaid(ctx context.Context, c *chart) error {
	type cellOf struct {
		no   uint32
		live []Said
		dead bool
		size int
	}
	var spent []cellOf
	seen := map[ehrdesk.Ref]bool{}
	small := 0
	err := rs.eachSaid(ctx, c, func(no uint32, list []Said) error {
		k := cellOf{no: no}
		for _, s := range list {
			if e := c.idx.find(s.Ref); e == nil || seen[s.Ref] || !e.mark().same(s.Of) {
				k.dead = true
				continue
			}
			seen[s.Ref] = true
			k.size += len(s.Text)
			k.live = append(k.live, s)
		}
		if k.size < SaidBytes/2 {
			small++
		}
		if k.dead || k.size < SaidBytes/2 {
			for i := range k.live {
				k.live[i].Text = slices.Clone(k.live[i].Text)
			}
			spent = append(spent, k)
		}
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	if small < 2 {
		spent = slices.DeleteFunc(spent, func(k cellOf) bool { return !k.dead })
	}
	if len(spent) == 0 {
		return nil
	}
	defer func() {
		for _, k := range spent {
			for _, s := range k.live {
				clear(s.Text)
			}
		}
	}()
	return rs.inSaid(ctx, func(tx *sql.Tx) error {
		no, err := nextSaid(ctx, tx, c.n)
		if err != nil {
			return err
		}
		var list []Said
		size := 0
		flush := func() error {
			if len(list) == 0 {
				return nil
			}
			err := rs.insertSaid(ctx, tx, c, no, list)
			no, list, size = no+1, list[:0], 0
			return err
		}
		for _, k := range spent {
			if _, err := tx.ExecContext(ctx, "DELETE FROM said WHERE id = ?", rowID(c.n, k.no)); err != nil {
				return err
			}
			for _, s := range k.live {
				list, size = append(list, s), size+len(s.Text)
				if size >= SaidBytes {
					if err := flush(); err != nil {
						return err
					}
				}
			}
		}
		return flush()
	})
}

// SaidBytes is about how much text a cell is made of.
const SaidBytes = 512 << 10
