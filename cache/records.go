package cache

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// Change is one record that arrived or went.
//
// For a deletion only the reference, and Updated, count. With Updated set, the
// deletion is remembered, and versions from before it stay out. With Updated
// zero, the record leaves the copy without a trace (it left the sharable scope,
// say), and any version of it may come back.
type Change struct {
	Record  ehrdesk.Record
	Body    []byte // the exact bytes; never changed, never looked at
	Deleted bool
	// Overview replaces the overview of the version held and leaves its body:
	// for names that stood in another record and came later. Of a version not
	// held it does nothing.
	Overview bool
}

const maxBody = 64 << 20 // bytes of one body

// The codecs of a body's frame.
const (
	bodyPlain = iota
	bodyZstd
)

// Apply writes a batch in one transaction: bodies, list index, header and the
// time of the sync. It is all or nothing. A nil header leaves the header as it
// was, a zero synced the time.
//
// A version already held is a no-op, and a version older (by Updated) than the
// one held never overwrites it. It returns how many records changed.
//
// Errors: CodeNotFound for a patient without a copy here, CodeInvalid for a
// record without type or id or a body over 64 MiB, CodeTampered, CodeLocked.
func (v *Vault) Apply(ctx context.Context, id PatientID, header []byte, synced time.Time, changes []Change) (changed int, err error) {
	const op = "cache.apply"
	s := v.s
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := v.usable(ctx, op); err != nil {
		return 0, err
	}
	s.write.Lock()
	defer s.write.Unlock()
	c, err := v.load(ctx, op, id, len(changes) > 0)
	if err != nil {
		return 0, err
	}
	conn, err := s.records.Conn(ctx)
	if err != nil {
		return 0, fault(op, err)
	}
	defer conn.Close()
	b := &batch{s: s, c: c, h: c.head, idx: c.idx, ed: edit{gone: map[*entry]bool{}, come: map[ehrdesk.Ref]*entry{}}}
	if header != nil {
		b.h.header = bytes.Clone(header)
	}
	if !synced.IsZero() {
		b.h.synced = synced.UTC().Round(0)
	}
	if err := within(ctx, conn, func(tx *sql.Tx) error { return b.write(ctx, tx, changes) }); err != nil {
		s.charts.drop(id) // whether a commit that failed took place, only the disk knows
		return 0, fault(op, err)
	}
	c.mu.Lock()
	c.head, c.idx = b.h, b.idx
	c.mu.Unlock()
	s.charts.put(c)
	return b.changed, nil
}

// batch is one Apply on its way.
type batch struct {
	s       *Store
	c       *chart
	h       head
	idx     *index
	ed      edit
	changed int
	dirty   bool   // the list index changed
	zip     []byte // reused from body to body
	ins     *sql.Stmt
	del     *sql.Stmt
}

func (b *batch) write(ctx context.Context, tx *sql.Tx, changes []Change) (err error) {
	if b.ins, err = tx.PrepareContext(ctx, "INSERT OR REPLACE INTO body (id, ct) VALUES (?, ?)"); err != nil {
		return err
	}
	defer b.ins.Close()
	if b.del, err = tx.PrepareContext(ctx, "DELETE FROM body WHERE id = ?"); err != nil {
		return err
	}
	defer b.del.Close()
	for i := range changes {
		if err := b.change(ctx, &changes[i]); err != nil {
			return err
		}
	}
	b.h.gen++
	if b.dirty {
		if err := b.writeIndex(ctx, tx); err != nil {
			return err
		}
	}
	if err := b.s.noteClock(ctx, tx, b.h.synced); err != nil {
		return err
	}
	ct, err := b.c.sealHead(b.s.ring.Install, &b.h)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "UPDATE head SET ct = ? WHERE n = ?", ct, b.c.n)
	return err
}

var errNoRef = errors.New("a record without type or id cannot be kept")

// change puts one change into the edit, and its body into the database.
func (b *batch) change(ctx context.Context, ch *Change) error {
	ref := ch.Record.Ref()
	if ref.Resource == "" || ref.ID == "" {
		return ehrdesk.E("cache.apply", ehrdesk.CodeInvalid, errNoRef)
	}
	if len(ch.Body) > maxBody {
		return ehrdesk.Errorf("cache.apply", ehrdesk.CodeInvalid, "a record's body is too large to keep")
	}
	old, pending := b.ed.come[ref]
	if !pending {
		old = b.idx.refs()[ref]
		if old != nil && b.ed.gone[old] {
			old = nil
		}
	}
	if ch.Overview {
		return b.overview(old, pending, ch)
	}
	next, keep := decide(old, ch)
	if keep {
		return nil
	}
	b.dirty = true
	if old != nil {
		if pending {
			delete(b.ed.come, ref)
		} else {
			b.ed.gone[old] = true
		}
	}
	if next == nil || next.gone {
		if next != nil {
			b.ed.come[ref] = next
		}
		if old == nil || old.gone {
			return nil
		}
		b.changed++
		b.h.records--
		_, err := b.del.ExecContext(ctx, rowID(b.c.n, old.seq))
		return err
	}
	b.changed++
	if old != nil && !old.gone {
		next.seq = old.seq
	} else {
		if b.h.nextSeq == maxSeq {
			return ehrdesk.Errorf("cache.apply", ehrdesk.CodeOther, "this copy has no row numbers left; fetch it anew")
		}
		next.seq = b.h.nextSeq
		b.h.nextSeq++
		b.h.records++
	}
	b.ed.come[ref] = next
	ct, err := b.sealBody(next, ch.Body)
	if err != nil {
		return err
	}
	_, err = b.ins.ExecContext(ctx, rowID(b.c.n, next.seq), ct)
	return err
}

// overview puts another overview in the place of the one held.
func (b *batch) overview(old *entry, pending bool, ch *Change) error {
	if old == nil || old.gone || old.rec.Version != ch.Record.Version {
		return nil
	}
	if !pending {
		b.ed.gone[old] = true
	}
	r := ch.Record
	r.Updated = old.rec.Updated
	if r.Date.Precision == ehrdesk.NoDate {
		r.Date.Time = time.Time{}
	}
	b.ed.come[r.Ref()] = &entry{rec: r, seq: old.seq}
	b.dirty = true
	b.changed++
	return nil
}

// decide says what becomes of a record: keep what is there, or put next in its
// place; a nil next is no entry at all.
func decide(old *entry, ch *Change) (next *entry, keep bool) {
	r := ch.Record
	r.Updated = r.Updated.UTC()
	if ch.Deleted {
		switch {
		case r.Updated.IsZero():
			return nil, old == nil
		case old != nil && old.rec.Updated.After(r.Updated):
			return nil, true
		case old != nil && old.gone && old.rec.Updated.Equal(r.Updated):
			return nil, true
		}
		return &entry{gone: true, rec: ehrdesk.Record{Resource: r.Resource, ID: r.ID, Updated: r.Updated}}, false
	}
	if old != nil {
		if !old.gone && r.Version != "" && old.rec.Version == r.Version {
			return nil, true
		}
		if old.rec.Updated.After(r.Updated) {
			return nil, true
		}
	}
	if r.Date.Precision == ehrdesk.NoDate {
		r.Date.Time = time.Time{}
	}
	return &entry{rec: r}, false
}

func (b *batch) writeIndex(ctx context.Context, tx *sql.Tx) error {
	next, written, dropped := b.idx.apply(b.ed, &b.h)
	for _, no := range dropped {
		if _, err := tx.ExecContext(ctx, "DELETE FROM chunk WHERE id = ?", rowID(b.c.n, no)); err != nil {
			return err
		}
	}
	ins, err := tx.PrepareContext(ctx, "INSERT OR REPLACE INTO chunk (id, ct) VALUES (?, ?)")
	if err != nil {
		return err
	}
	defer ins.Close()
	for _, k := range written {
		ct, err := b.s.sealChunk(b.c, k)
		if err != nil {
			return err
		}
		if _, err := ins.ExecContext(ctx, rowID(b.c.n, k.no), ct); err != nil {
			return err
		}
	}
	b.h.chunks = make([]chunkInfo, len(next.chunks))
	for i, k := range next.chunks {
		b.h.chunks[i] = chunkInfo{k.no, k.gen, len(k.rows)}
	}
	b.idx = next
	return nil
}

// bodyPlace binds a body to its patient, row, record and version: an older
// version put back does not open.
func bodyPlace(install string, uid []byte, e *entry) []byte {
	r := &e.rec
	t := binary.BigEndian.AppendUint64(nil, uint64(r.Updated.Unix()))
	t = binary.BigEndian.AppendUint32(t, uint32(r.Updated.Nanosecond()))
	return place(install, "body.ct", uid, be64(uint64(e.seq)), []byte(r.Resource), []byte(r.ID), []byte(r.Version), t)
}

func (b *batch) sealBody(e *entry, body []byte) ([]byte, error) {
	codec, packed := byte(bodyPlain), body
	b.zip = b.s.zip.EncodeAll(body, b.zip[:0])
	if len(b.zip) < len(body) {
		codec, packed = bodyZstd, b.zip
	}
	return b.c.bodies.Encrypt(frame(codec, packed), bodyPlace(b.s.ring.Install, b.c.uid, e))
}

func (s *Store) openBody(c *chart, e *entry, ct []byte) ([]byte, error) {
	plain, err := c.bodies.Decrypt(ct, bodyPlace(s.ring.Install, c.uid, e))
	if err != nil {
		return nil, errSealed
	}
	codec, packed, err := unframe(plain)
	if err != nil {
		return nil, err
	}
	switch codec {
	case bodyPlain:
		return packed, nil
	case bodyZstd:
		body, err := s.unzip.DecodeAll(packed, nil)
		if err != nil {
			return nil, errSealed
		}
		return body, nil
	}
	return nil, errSealed
}

// List is the overviews of all records held, newest first; those without a
// date come last. It opens no body. Errors: CodeNotFound, CodeTampered.
func (v *Vault) List(ctx context.Context, id PatientID) ([]ehrdesk.Record, error) {
	v.s.mu.RLock()
	defer v.s.mu.RUnlock()
	c, idx, err := v.view(ctx, "cache.list", id)
	if err != nil {
		return nil, err
	}
	c.mu.RLock()
	n := c.head.records
	c.mu.RUnlock()
	return idx.list(n), nil
}

// Refs is the version held of each record. Errors: CodeNotFound, CodeTampered.
func (v *Vault) Refs(ctx context.Context, id PatientID) (map[ehrdesk.Ref]string, error) {
	v.s.mu.RLock()
	defer v.s.mu.RUnlock()
	_, idx, err := v.view(ctx, "cache.refs", id)
	if err != nil {
		return nil, err
	}
	out := make(map[ehrdesk.Ref]string, len(idx.refs()))
	for ref, e := range idx.refs() {
		if !e.gone {
			out[ref] = e.rec.Version
		}
	}
	return out, nil
}

// Body is a record's exact bytes. Errors: CodeNotFound where the list has no
// such record; CodeTampered where it has, and the body is gone or changed.
func (v *Vault) Body(ctx context.Context, id PatientID, ref ehrdesk.Ref) ([]byte, error) {
	const op = "cache.body"
	v.s.mu.RLock()
	defer v.s.mu.RUnlock()
	for {
		c, idx, err := v.view(ctx, op, id)
		if err != nil {
			return nil, err
		}
		e := idx.refs()[ref]
		if e == nil || e.gone {
			return nil, ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "this record is not in the copy on this desk")
		}
		var ct []byte
		err = v.s.findBody.QueryRowContext(ctx, rowID(c.n, e.seq)).Scan(&ct)
		if errors.Is(err, sql.ErrNoRows) {
			err = errSealed
		}
		var body []byte
		if err == nil {
			body, err = v.s.openBody(c, e, ct)
		}
		if err == nil {
			return body, nil
		}
		// A sync may have committed another version between the index and the
		// row: if the index moved on, look again.
		if !errors.Is(err, errSealed) || !v.moved(ctx, op, id, idx) {
			return nil, fault(op, err)
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
