package cache

import (
	"context"
	"io"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/records"
)

// What is in the copies, under the names that the rest of the program has for it.
type (
	// PatientID names a copy on this desk: random, local, and no personal data.
	PatientID = records.PatientID
	// Copy is what this desk holds of one patient.
	Copy = records.Copy
	// Change is one record that arrived or went.
	Change = records.Change
	// KindCounts says how many records there are of each kind.
	KindCounts = records.KindCounts
	// Said is what one record says, for a search.
	Said = records.Said
	// BodyMark tells a body from every other of the same record.
	BodyMark = records.BodyMark
	// CopyStatus is what one copy takes and how long it stays. It names nobody.
	CopyStatus = records.CopyStatus
)

// Copies are the patients' records on this desk, as one person may see them.
// Every method answers CodeLocked once the vault is locked.
type Copies struct{ v *Vault }

// Copies are the patients' records on this desk.
func (v *Vault) Copies() Copies { return Copies{v} }

// withRecords runs f with the copies and the keys that v holds of them.
func (v *Vault) withRecords(ctx context.Context, op string, f func(*records.Records, records.Keys) error) error {
	return v.reading(ctx, op, func(s *Store) error { return f(s.records, v.held.Records) })
}

// inRecords is withRecords for what f finds there.
func inRecords[T any](ctx context.Context, v *Vault, op string, f func(*records.Records, records.Keys) (T, error)) (out T, err error) {
	err = v.withRecords(ctx, op, func(rs *records.Records, keys records.Keys) error {
		out, err = f(rs, keys)
		return err
	})
	return out, err
}

// Lookup finds a copy by one of its keys. A copy past its time is not found.
// Errors: CodeTampered.
func (cs Copies) Lookup(ctx context.Context, key string) (c Copy, ok bool, err error) {
	err = cs.v.withRecords(ctx, "cache.lookup", func(rs *records.Records, keys records.Keys) error {
		c, ok, err = rs.Lookup(ctx, keys, key)
		return err
	})
	return c, ok, err
}

// Get gives a copy by its ID. A copy past its time is not found.
// Errors: CodeNotFound, CodeTampered.
func (cs Copies) Get(ctx context.Context, id PatientID) (c Copy, err error) {
	return inRecords(ctx, cs.v, "cache.get", func(rs *records.Records, keys records.Keys) (Copy, error) { return rs.Get(ctx, keys, id) })
}

// List gives the copies this person may see, but none past its time. damaged
// is how many more there are that do not open: Repair destroys them.
func (cs Copies) List(ctx context.Context) (list []Copy, damaged int, err error) {
	err = cs.v.withRecords(ctx, "cache.patients", func(rs *records.Records, keys records.Keys) error {
		list, damaged, err = rs.Patients(ctx, keys)
		return err
	})
	return list, damaged, err
}

// Put makes a copy (ID empty), or replaces an existing one's header, keys and
// purge time. Synced and Records are not taken from c: Apply keeps them. It
// returns the copy as it is now.
//
// Errors: CodeConflict when a key belongs to another copy, CodeNotFound for an
// ID without one, CodeInvalid without keys.
func (cs Copies) Put(ctx context.Context, c Copy, keys []string) (Copy, error) {
	out, err := cs.put(ctx, c, keys)
	if ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		return out, err
	}
	if n, e := cs.v.s.Purge(ctx); n == 0 || e != nil { // a copy past its time holds its keys until it is destroyed
		return out, err
	}
	return cs.put(ctx, c, keys)
}

func (cs Copies) put(ctx context.Context, c Copy, keys []string) (out Copy, err error) {
	return inRecords(ctx, cs.v, "cache.put", func(rs *records.Records, held records.Keys) (Copy, error) { return rs.Put(ctx, held, c, keys) })
}

// Apply writes a batch in one transaction: bodies, list index, header and the
// time of the sync. It is all or nothing. A nil header leaves the header as it
// was, a zero synced the time.
//
// What comes later counts: a sender's clock decides nothing, as one that runs
// ahead would keep every correction out. The version already held, with the same
// bytes, is a no-op. It returns how many records changed.
//
// Errors: CodeNotFound for a patient without a copy here, CodeInvalid for a
// record without type or id or a body over 64 MiB, CodeTampered.
func (cs Copies) Apply(ctx context.Context, id PatientID, header []byte, synced time.Time, changes []Change) (changed int, err error) {
	return inRecords(ctx, cs.v, "cache.apply", func(rs *records.Records, keys records.Keys) (int, error) {
		return rs.Apply(ctx, keys, id, header, synced, changes)
	})
}

// Records is the overviews of all records held, newest first; those without a date come
// last. It opens no body. Errors: CodeNotFound, CodeTampered.
func (cs Copies) Records(ctx context.Context, id PatientID) (out []ehrdesk.Record, err error) {
	return inRecords(ctx, cs.v, "cache.list", func(rs *records.Records, keys records.Keys) ([]ehrdesk.Record, error) { return rs.List(ctx, keys, id) })
}

// Overviews is Records without copies: what the pointers lead to is shared, and
// must not be changed.
func (cs Copies) Overviews(ctx context.Context, id PatientID) (out []*ehrdesk.Record, err error) {
	return inRecords(ctx, cs.v, "cache.list", func(rs *records.Records, keys records.Keys) ([]*ehrdesk.Record, error) {
		return rs.Overviews(ctx, keys, id)
	})
}

// Refs is the version held of each record. Errors: as Records.
func (cs Copies) Refs(ctx context.Context, id PatientID) (out map[ehrdesk.Ref]string, err error) {
	return inRecords(ctx, cs.v, "cache.refs", func(rs *records.Records, keys records.Keys) (map[ehrdesk.Ref]string, error) {
		return rs.Refs(ctx, keys, id)
	})
}

// Body is a record's exact bytes. Errors: CodeNotFound where the list has no such
// record; CodeTampered where it has, and the body is gone or changed.
func (cs Copies) Body(ctx context.Context, id PatientID, ref ehrdesk.Ref) (body []byte, err error) {
	return inRecords(ctx, cs.v, "cache.body", func(rs *records.Records, keys records.Keys) ([]byte, error) { return rs.Body(ctx, keys, id, ref) })
}

// Bodies gives f every record held with its body, block by block: the order is
// the store's own. The bytes are f's only until it returns. f's error ends it
// and is returned; f must not call back into the store, to which nobody writes
// meanwhile. Errors: as Records.
func (cs Copies) Bodies(ctx context.Context, id PatientID, f func(r ehrdesk.Record, body []byte) error) error {
	var own error
	err := cs.v.withRecords(ctx, "cache.bodies", func(rs *records.Records, keys records.Keys) error {
		return rs.Bodies(ctx, keys, id, func(r ehrdesk.Record, body []byte) error {
			own = f(r, body)
			return own
		})
	})
	if own != nil {
		return own
	}
	return err
}

// Open reads a record's body as a stream, in memory of one piece however long
// it is. Reading fails, and never ends early, where the record is replaced,
// withdrawn or destroyed meanwhile, or the vault locked: CodeConflict,
// CodeLocked. Errors: as Body.
func (cs Copies) Open(ctx context.Context, id PatientID, ref ehrdesk.Ref) (body io.ReadCloser, err error) {
	err = cs.v.withRecords(ctx, "cache.open.body", func(rs *records.Records, keys records.Keys) error {
		body, err = rs.Open(ctx, keys, id, ref, func(f func(*records.Records, records.Keys) error) error {
			return cs.v.withRecords(ctx, "cache.read", f)
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return body, nil
}

// Compact does one step of settling a copy: fresh rows go into blocks, slots
// that nothing names any more are left behind, small blocks are put together.
// It says whether there is more to do. A step is one transaction: whatever
// breaks it off, the copy is as it was before or as it is after. It is meant
// for moments when nobody waits. Errors: as Apply.
func (cs Copies) Compact(ctx context.Context, id PatientID) (more bool, err error) {
	return inRecords(ctx, cs.v, "cache.compact", func(rs *records.Records, keys records.Keys) (bool, error) { return rs.Compact(ctx, keys, id) })
}

// Marks are those of the bodies that records have now: they are asked for before a body
// is read, so that what it says is never taken for what another says.
// Errors: as Records.
func (cs Copies) Marks(ctx context.Context, id PatientID) (map[ehrdesk.Ref]BodyMark, error) {
	return inRecords(ctx, cs.v, "cache.marks", func(rs *records.Records, keys records.Keys) (map[ehrdesk.Ref]BodyMark, error) {
		return rs.Marks(ctx, keys, id)
	})
}

// SaidBytes is about how much text KeepSaid is best called with.
const SaidBytes = records.SaidBytes

// KeepSaid seals what records say, under the copy's own key and for as long as the
// copy. What was read from a body that is another by now is left out. Errors: as Apply.
func (cs Copies) KeepSaid(ctx context.Context, id PatientID, list []Said) error {
	return cs.v.withRecords(ctx, "cache.said.keep", func(rs *records.Records, keys records.Keys) error { return rs.KeepSaid(ctx, keys, id, list) })
}

// Said gives f what is kept of what records say, each record once, none whose body is
// another by now. The text is f's only until it returns. f's error ends it and is
// returned; f must not call back into the store. Errors: as Records.
func (cs Copies) Said(ctx context.Context, id PatientID, f func(Said) error) error {
	var own error
	err := cs.v.withRecords(ctx, "cache.said", func(rs *records.Records, keys records.Keys) error {
		return rs.Said(ctx, keys, id, func(s Said) error {
			own = f(s)
			return own
		})
	})
	if own != nil {
		return own
	}
	return err
}

// PutAway drops what memory holds of a copy, overwriting the bodies read last.
// The next call reads the disk again.
func (cs Copies) PutAway(id PatientID) {
	cs.v.s.mu.RLock()
	defer cs.v.s.mu.RUnlock()
	if cs.v.open {
		cs.v.s.records.PutAway(id)
	}
}

// Status describes every copy this person may see and that opens.
func (cs Copies) Status(ctx context.Context) (out []CopyStatus, err error) {
	return inRecords(ctx, cs.v, "cache.status", func(rs *records.Records, keys records.Keys) ([]CopyStatus, error) { return rs.Status(ctx, keys) })
}

// LostCount is how many copies of this store were destroyed because they did not open,
// and are not accounted for.
func (cs Copies) LostCount(ctx context.Context) (n int, err error) {
	return inRecords(ctx, cs.v, "cache.lost", func(rs *records.Records, _ records.Keys) (int, error) { return rs.LostCount(ctx) })
}

// AcknowledgeLost says that n of the lost copies have been written down.
func (cs Copies) AcknowledgeLost(ctx context.Context, n int) error {
	return cs.v.withRecords(ctx, "cache.lost", func(rs *records.Records, _ records.Keys) error { return rs.AcknowledgeLost(ctx, n) })
}

// Due is when the next copy has to be gone, as far as is known; zero for never.
func (s *Store) Due() time.Time {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.records == nil {
		return time.Time{}
	}
	return s.records.Due()
}
