package records

import (
	"context"
	"errors"
	"io"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
	"github.com/ehrdesk/ehrdesk/cache/internal/seal"
)

var errUnread = errors.New("the record's body could not be read to its end")

// pieceData binds a piece to its patient, document and version, and to its
// position in it. That none is missing at the end, the entry says.
func pieceData(install string, uid []byte, e *entry, i uint32) []byte {
	return seal.RecordData(install, "piece.ct", append([][]byte{uid, seal.Uint64(uint64(e.at.no)), seal.Uint64(uint64(i))}, versionOf(&e.rec)...)...)
}

// document cuts a body into pieces.
func (w *bodyWriter) document(ctx context.Context, e *entry, f content) error {
	b := w.b
	// The first number is fixed before the length is known, and the rest are
	// taken as the pieces come: nothing else takes any in this batch meanwhile.
	e.at = spot{in: inPieces, no: b.h.nextPiece}
	buf := make([]byte, pieceSize)
	defer clear(buf)
	for end := false; !end; {
		piece := f.bytes[:min(len(f.bytes), pieceSize)]
		if f.from == nil {
			f.bytes = f.bytes[len(piece):]
			end = len(f.bytes) == 0
		} else {
			n, err := io.ReadFull(f.from, buf)
			if end = errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF); err != nil && !end {
				return unread(err)
			}
			piece = buf[:n]
			if n == 0 && e.at.slot > 0 {
				break
			}
		}
		if e.at.slot == maxPieces {
			return ehrdesk.E("cache.apply", ehrdesk.CodeInvalid, errLongBody)
		}
		no, err := take(&b.h.nextPiece, 1)
		if err != nil {
			return err
		}
		ct := b.c.pieces.Seal(w.squeeze(piece), pieceData(b.rs.install, b.c.uid, e, e.at.slot))
		if err := w.insert(ctx, "piece", no, ct); err != nil {
			return err
		}
		e.at.slot++
	}
	return nil
}

// unread is err of whoever gives a body, in words of ours: theirs may name a
// patient.
func unread(err error) error {
	var ours *ehrdesk.Error
	if errors.As(err, &ours) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return errUnread
}

// readPiece reads a document's piece number i, into buf's memory where that is
// large enough.
func (rs *cells) readPiece(ctx context.Context, c *chart, e *entry, i uint32, buf []byte) ([]byte, error) {
	ct, err := cell(ctx, &rs.read.piece, rowID(c.n, e.at.no+i))
	if err != nil {
		return nil, err
	}
	codec, packed, whole, err := c.pieces.Open(ct, pieceData(rs.install, c.uid, e, i), nil)
	if err != nil {
		return nil, err
	}
	defer clear(whole)
	piece, err := rs.expand(codec, packed, buf)
	if err == nil && (len(piece) > pieceSize || (len(piece) < pieceSize && i+1 < e.at.slot)) {
		err = seal.ErrSealed
	}
	return piece, err
}

func (rs *cells) readPieces(ctx context.Context, c *chart, e *entry) ([]byte, error) {
	out := make([]byte, 0, int(e.at.slot)*pieceSize)
	var buf []byte
	for i := range e.at.slot {
		var err error
		if buf, err = rs.readPiece(ctx, c, e, i, buf); err != nil {
			return nil, err
		}
		out = append(out, buf...)
	}
	return out, nil
}

// Open reads a record's body as a stream, in memory of one piece however long
// it is. Reading fails, and never ends early, where the record is replaced,
// withdrawn or destroyed meanwhile, or the vault locked: CodeConflict,
// CodeLocked. Errors: as Body.
func (rs *Records) Open(ctx context.Context, held Keys, id PatientID, ref ehrdesk.Ref, gate Gate) (io.ReadCloser, error) {
	const op = "cache.open.body"
	var r *bodyReader
	err := rs.find(ctx, held, op, id, ref, func(c *chart, e *entry) (err error) {
		r = &bodyReader{ctx: ctx, gate: gate, id: id, ref: ref, e: e}
		if e.at.in == inPieces {
			r.buf, err = rs.readPiece(ctx, c, e, 0, nil)
			r.next = 1
		} else {
			r.buf, err = rs.readBody(ctx, c, e)
		}
		r.rest = r.buf
		return err
	})
	if err != nil {
		return nil, err
	}
	return r, nil
}

// Gate runs f with the records and the keys of whoever asked, while nobody changes
// keys; with an error where they may not be used any more.
type Gate func(f func(rs *Records, held Keys) error) error

// bodyReader is a body on its way out.
type bodyReader struct {
	ctx  context.Context // of the call that opened it
	gate Gate
	id   PatientID
	ref  ehrdesk.Ref
	e    *entry
	next uint32 // piece
	buf  []byte
	rest []byte // of buf, not read yet
	err  error
}

var errMovedOn = errors.New("the record was replaced while it was being read")

// Read reads on.
func (r *bodyReader) Read(p []byte) (int, error) {
	for r.err == nil && len(r.rest) == 0 && len(p) > 0 {
		r.err = r.fetch()
	}
	if len(r.rest) == 0 {
		return 0, r.err
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

func (r *bodyReader) fetch() error {
	if r.e.at.in != inPieces || r.next == r.e.at.slot {
		return io.EOF
	}
	return r.gate(func(rs *Records, held Keys) error { return r.fetchFrom(rs, held) })
}

func (r *bodyReader) fetchFrom(rs *Records, held Keys) error {
	const op = "cache.read"
	// The chart is looked up anew for each piece: what a lock or a shred has
	// ended is not read on with keys kept from before.
	c, idx, err := rs.view(r.ctx, held, op, r.id)
	if err != nil {
		return err
	}
	if e := idx.find(r.ref); e == nil || e.at != r.e.at {
		return ehrdesk.E(op, ehrdesk.CodeConflict, errMovedOn)
	}
	r.buf, err = rs.readPiece(r.ctx, c, r.e, r.next, r.buf)
	if err != nil {
		if errors.Is(err, seal.ErrSealed) && rs.moved(r.ctx, held, op, r.id, idx) {
			return ehrdesk.E(op, ehrdesk.CodeConflict, errMovedOn)
		}
		return disk.Fault(op, err)
	}
	r.rest = r.buf
	r.next++
	return nil
}

// Close ends the reading and overwrites what was read last.
func (r *bodyReader) Close() error {
	clear(r.buf[:cap(r.buf)])
	r.rest = nil
	if r.err == nil {
		r.err = io.ErrClosedPipe
	}
	return nil
}
