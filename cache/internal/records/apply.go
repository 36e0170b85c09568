package records

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"hash/crc32"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
)

// Apply writes a batch in one transaction: bodies, list index, header and the
// time of the sync. It is all or nothing. A nil header leaves the header as it
// was, a zero synced the time.
//
// What comes later counts: a sender's clock decides nothing, as one that runs
// ahead would keep every correction out. The version already held, with the same
// bytes, is a no-op. It returns how many records changed.
//
// Errors: CodeNotFound for a patient without a copy here, CodeInvalid for a
// record without type or id or a body over 64 MiB, CodeTampered, CodeLocked.
func (rs *Records) Apply(ctx context.Context, held Keys, id PatientID, header []byte, synced time.Time, changes []Change) (changed int, err error) {
	const op = "cache.apply"
	rs.write.Lock()
	defer rs.write.Unlock()
	c, err := rs.load(ctx, held, op, id, len(changes) > 0)
	if err != nil {
		return 0, err
	}
	b := newBatch(rs, c)
	if header != nil {
		b.h.header = bytes.Clone(header)
	}
	if !synced.IsZero() {
		b.h.synced = synced.UTC().Round(0)
	}
	err = b.commit(ctx, func(tx *sql.Tx) error {
		for i := range changes {
			if err := b.change(&changes[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, disk.Fault(op, err)
	}
	return b.changed, nil
}

var errNoRef = errors.New("a record without type or id cannot be kept")

// change puts one change into the edit. Bodies are placed when all is decided.
func (b *batch) change(ch *Change) error {
	ref := ch.Record.Ref()
	if ref.Resource == "" || ref.ID == "" {
		return ehrdesk.E("cache.apply", ehrdesk.CodeInvalid, errNoRef)
	}
	if len(ch.Body) > MaxBody {
		return ehrdesk.E("cache.apply", ehrdesk.CodeInvalid, errLongBody)
	}
	old, pending := b.ed.come[ref]
	if !pending {
		old = b.idx.find(ref)
		if old != nil && b.ed.gone[old] {
			old = nil
		}
	}
	if ch.Overview {
		b.overview(old, pending, ch)
		return nil
	}
	next, keep := decide(old, ch)
	if keep {
		return nil
	}
	b.dirty = true
	if old != nil {
		b.remove(old, pending)
	}
	if next != nil {
		b.ed.come[ref] = next
		b.fresh[next] = content{bytes: ch.Body, from: ch.From}
		b.h.live.add(next.rec.Kind, 1)
	}
	b.changed++
	return nil
}

// overview puts another overview in the place of the one held.
func (b *batch) overview(old *entry, pending bool, ch *Change) {
	if old == nil || old.rec.Version != ch.Record.Version {
		return
	}
	r := ch.Record
	r.Updated = old.rec.Updated
	if r.Date.Precision == ehrdesk.NoDate {
		r.Date.Time = time.Time{}
	}
	b.move(old, pending, &entry{rec: r, at: old.at, sum: old.sum})
	b.changed++
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// decide says what becomes of a record: keep what is there, or put next in its
// place; a nil next is no entry at all.
func decide(old *entry, ch *Change) (next *entry, keep bool) {
	if ch.Deleted {
		return nil, old == nil
	}
	next = &entry{rec: ch.Record}
	if ch.From == nil {
		next.sum = max(1, crc32.Checksum(ch.Body, castagnoli))
	}
	if old != nil && old.rec.Version == next.rec.Version {
		unread := ch.From != nil || old.sum == 0 // a document's bytes are not compared
		if old.sum == next.sum && !unread || unread && next.rec.Version != "" && old.rec.Updated.Equal(next.rec.Updated) {
			return nil, true
		}
	}
	next.rec.Updated = next.rec.Updated.UTC()
	if next.rec.Date.Precision == ehrdesk.NoDate {
		next.rec.Date.Time = time.Time{}
	}
	return next, false
}

// List is the overviews of all records held, newest first; those without a
// date come last. It opens no body. Errors: CodeNotFound, CodeTampered.
func (rs *Records) List(ctx context.Context, held Keys, id PatientID) ([]ehrdesk.Record, error) {
	_, idx, err := rs.view(ctx, held, "cache.list", id)
	if err != nil {
		return nil, err
	}
	out := make([]ehrdesk.Record, 0, len(idx.entries()))
	for _, e := range idx.entries() {
		out = append(out, e.rec)
	}
	return out, nil
}

// Overviews is List without copies: what the pointers lead to is shared, and
// must not be changed. Errors: CodeNotFound, CodeTampered.
func (rs *Records) Overviews(ctx context.Context, held Keys, id PatientID) ([]*ehrdesk.Record, error) {
	_, idx, err := rs.view(ctx, held, "cache.list", id)
	if err != nil {
		return nil, err
	}
	out := make([]*ehrdesk.Record, 0, len(idx.entries()))
	for _, e := range idx.entries() {
		out = append(out, &e.rec)
	}
	return out, nil
}

// Refs is the version held of each record. Errors: CodeNotFound, CodeTampered.
func (rs *Records) Refs(ctx context.Context, held Keys, id PatientID) (map[ehrdesk.Ref]string, error) {
	_, idx, err := rs.view(ctx, held, "cache.refs", id)
	if err != nil {
		return nil, err
	}
	out := make(map[ehrdesk.Ref]string, len(idx.entries()))
	for _, e := range idx.entries() {
		out[e.rec.Ref()] = e.rec.Version
	}
	return out, nil
}
