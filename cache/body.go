package cache

import (
	"context"
	"database/sql"
	"encoding/binary"

	"github.com/ehrdesk/ehrdesk"
)

// The codecs of a body in a row, and of a piece.
const (
	bodyPlain = iota
	bodyZstd
)

// bodyPlace binds a body to its patient, row, record and version: an older
// version put back does not open.
func bodyPlace(install string, uid []byte, e *entry) []byte {
	return recordPlace(install, "body.ct", append([][]byte{uid, be64(uint64(e.at.no))}, versionOf(&e.rec)...)...)
}

// versionOf is the parts of a place that name a record in one version.
func versionOf(r *ehrdesk.Record) [][]byte {
	t := binary.BigEndian.AppendUint64(nil, uint64(r.Updated.Unix()))
	t = binary.BigEndian.AppendUint32(t, uint32(r.Updated.Nanosecond()))
	return [][]byte{[]byte(r.Resource), []byte(r.ID), []byte(r.Version), t}
}

// blockPlace binds a block to its patient, its number and its stamp: no other
// block opens there, and no older one.
func blockPlace(install string, uid []byte, no uint32, stamp uint64) []byte {
	return recordPlace(install, "block.ct", uid, be64(uint64(no)), be64(stamp))
}

// bodyWriter writes bodies to the places it gives them.
type bodyWriter struct {
	b                    *batch
	pack                 blockPacker
	zip                  []byte // reused from body to body
	rows, blocks, pieces *sql.Stmt
}

func (b *batch) writer(ctx context.Context, tx *sql.Tx) (w *bodyWriter, err error) {
	w = &bodyWriter{b: b}
	for _, p := range []struct {
		stmt  **sql.Stmt
		query string
	}{
		{&w.rows, "INSERT INTO body (id, ct) VALUES (?, ?)"},
		{&w.blocks, "INSERT INTO block (id, ct) VALUES (?, ?)"},
		{&w.pieces, "INSERT INTO piece (id, ct) VALUES (?, ?)"},
	} {
		if *p.stmt, err = tx.PrepareContext(ctx, p.query); err != nil {
			w.close()
			return nil, err
		}
	}
	return w, nil
}

func (w *bodyWriter) close() {
	for _, s := range []*sql.Stmt{w.rows, w.blocks, w.pieces} {
		if s != nil {
			s.Close()
		}
	}
	w.pack.wipe()
	clear(w.zip[:cap(w.zip)])
}

// row puts a body into a row of its own.
func (w *bodyWriter) row(ctx context.Context, e *entry, body []byte) (err error) {
	b := w.b
	e.at = spot{in: inRow, slot: uint32((len(body) + 1023) >> 10)}
	if e.at.no, err = take(&b.h.nextRow, 1); err != nil {
		return err
	}
	ct := b.c.bodies.seal(w.squeeze(body), bodyPlace(b.s.ring.Install, b.c.uid, e))
	_, err = w.rows.ExecContext(ctx, rowID(b.c.n, e.at.no), ct)
	return err
}

// squeeze is body in a frame, compressed where that helps.
func (w *bodyWriter) squeeze(body []byte) []byte {
	w.zip = w.b.s.zip.EncodeAll(body, w.zip[:0])
	if len(w.zip) < len(body) {
		return frame(bodyZstd, w.zip)
	}
	return frame(bodyPlain, body)
}

// block settles bodies together.
func (w *bodyWriter) block(ctx context.Context, list []*entry) error {
	b := w.b
	no, err := take(&b.h.nextBlock, 1)
	if err != nil {
		return err
	}
	info := blockInfo{no: no, stamp: newStamp(), slots: len(list), live: len(list)}
	bodies := make([][]byte, len(list))
	for i, e := range list {
		e.at = spot{inBlock, no, uint32(i)}
		bodies[i] = b.fresh[e].bytes
		info.bytes += len(bodies[i])
	}
	ct := b.c.blocks.seal(frame(0, w.pack.pack(bodies)), blockPlace(b.s.ring.Install, b.c.uid, no, info.stamp))
	b.h.blocks = append(b.h.blocks, info)
	_, err = w.blocks.ExecContext(ctx, rowID(b.c.n, no), ct)
	return err
}
