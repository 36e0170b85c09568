package records

import (
	"context"
	"database/sql"
	"encoding/binary"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/seal"
)

// The codecs of a body in a row, and of a piece.
const (
	bodyPlain = iota
	bodyZstd
)

// bodyData binds a body to its patient, row, record and version: an older
// version put back does not open.
func bodyData(install string, uid []byte, e *entry) []byte {
	return seal.RecordData(install, "body.ct", append([][]byte{uid, seal.Uint64(uint64(e.at.no))}, versionOf(&e.rec)...)...)
}

// versionOf is the parts of a place that name a record in one version.
func versionOf(r *ehrdesk.Record) [][]byte {
	t := binary.BigEndian.AppendUint64(nil, uint64(r.Updated.Unix()))
	t = binary.BigEndian.AppendUint32(t, uint32(r.Updated.Nanosecond()))
	return [][]byte{[]byte(r.Resource), []byte(r.ID), []byte(r.Version), t}
}

// blockData binds a block to its patient, its number and its stamp: no other
// block opens there, and no older one.
func blockData(install string, uid []byte, no uint32, stamp uint64) []byte {
	return seal.RecordData(install, "block.ct", uid, seal.Uint64(uint64(no)), seal.Uint64(stamp))
}

// bodyWriter writes bodies to the places it gives them.
type bodyWriter struct {
	b     *batch
	tx    *sql.Tx
	packs []blockPacker        // one for each that seals
	zip   []byte               // reused from body to body
	stmts map[string]*sql.Stmt // by table, prepared when first used
}

func (b *batch) writer(tx *sql.Tx) *bodyWriter {
	return &bodyWriter{b: b, tx: tx, stmts: map[string]*sql.Stmt{}}
}

// insert writes one sealed cell.
func (w *bodyWriter) insert(ctx context.Context, table string, no uint32, ct []byte) (err error) {
	stmt := w.stmts[table]
	if stmt == nil {
		if stmt, err = w.tx.PrepareContext(ctx, "INSERT INTO "+table+" (id, ct) VALUES (?, ?)"); err != nil {
			return err
		}
		w.stmts[table] = stmt
	}
	_, err = stmt.ExecContext(ctx, rowID(w.b.c.n, no), ct)
	return err
}

func (w *bodyWriter) close() {
	for _, s := range w.stmts {
		s.Close()
	}
	for i := range w.packs {
		w.packs[i].wipe()
	}
	clear(w.zip[:cap(w.zip)])
}

// row puts a body into a row of its own.
func (w *bodyWriter) row(ctx context.Context, e *entry, body []byte) (err error) {
	b := w.b
	e.at = spot{in: inRow, slot: uint32((len(body) + 1023) >> 10)}
	if e.at.no, err = take(&b.h.nextRow, 1); err != nil {
		return err
	}
	ct := b.c.bodies.Seal(w.squeeze(body), bodyData(b.rs.install, b.c.uid, e))
	return w.insert(ctx, "body", e.at.no, ct)
}

// squeeze is body in a frame, compressed where that helps.
func (w *bodyWriter) squeeze(body []byte) []byte {
	w.zip = w.b.rs.zip.EncodeAll(body, w.zip[:0])
	if len(w.zip) < len(body) {
		return seal.Pad(bodyZstd, w.zip)
	}
	return seal.Pad(bodyPlain, body)
}

// packers is enough of them for n blocks.
func (w *bodyWriter) packers(n int) []blockPacker {
	if more := sealers(n) - len(w.packs); more > 0 {
		w.packs = append(w.packs, make([]blockPacker, more)...)
	}
	return w.packs
}

// newBlock is a block that is to be written: bodies that settle together.
type newBlock struct {
	info   blockInfo
	bodies [][]byte
}

// newBlock gives a block its number, and the entries of list their places in it.
func (b *batch) newBlock(list []*entry) (k newBlock, err error) {
	no, err := take(&b.h.nextBlock, 1)
	if err != nil {
		return k, err
	}
	k = newBlock{info: blockInfo{no: no, stamp: newStamp(), slots: len(list), live: len(list)}, bodies: make([][]byte, len(list))}
	for i, e := range list {
		e.at = spot{inBlock, no, uint32(i)}
		k.bodies[i] = b.fresh[e].bytes
		k.info.bytes += len(k.bodies[i])
	}
	return k, nil
}

func (b *batch) sealBlock(p *blockPacker, k *newBlock) []byte {
	return b.c.blocks.Seal(seal.Pad(0, p.pack(k.bodies)), blockData(b.rs.install, b.c.uid, k.info.no, k.info.stamp))
}
