package cache

import (
	"context"
	"io"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
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
	// CopyStatus is what one copy takes and how long it stays. It names nobody.
	CopyStatus = records.CopyStatus
)

// withRecords runs f with the copies and the keys that v holds of them, while nobody
// changes keys. Errors: CodeLocked.
func (v *Vault) withRecords(ctx context.Context, op string, f func(*records.Records, records.Keys) error) error {
	s := v.s
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := v.usable(ctx, op); err != nil {
		return err
	}
	return disk.Fault(op, f(s.records, v.held.Records))
}

// Lookup finds a copy by one of its keys. A copy past its time is not found.
// Errors: CodeLocked, CodeTampered.
func (v *Vault) Lookup(ctx context.Context, key string) (c Copy, ok bool, err error) {
	err = v.withRecords(ctx, "cache.lookup", func(rs *records.Records, keys records.Keys) error {
		c, ok, err = rs.Lookup(ctx, keys, key)
		return err
	})
	return c, ok, err
}

// Get gives a copy by its ID. A copy past its time is not found.
// Errors: CodeNotFound, CodeLocked, CodeTampered.
func (v *Vault) Get(ctx context.Context, id PatientID) (c Copy, err error) {
	err = v.withRecords(ctx, "cache.get", func(rs *records.Records, keys records.Keys) error {
		c, err = rs.Get(ctx, keys, id)
		return err
	})
	return c, err
}

// Patients lists the copies this person may see, but none past its time. damaged
// is how many more there are that do not open: Repair destroys them.
// Errors: CodeLocked.
func (v *Vault) Patients(ctx context.Context) (list []Copy, damaged int, err error) {
	err = v.withRecords(ctx, "cache.patients", func(rs *records.Records, keys records.Keys) error {
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
// ID without one, CodeInvalid without keys, CodeLocked.
func (v *Vault) Put(ctx context.Context, c Copy, keys []string) (Copy, error) {
	out, err := v.put(ctx, c, keys)
	if ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		return out, err
	}
	if n, e := v.s.Purge(ctx); n == 0 || e != nil { // a copy past its time holds its keys until it is destroyed
		return out, err
	}
	return v.put(ctx, c, keys)
}

func (v *Vault) put(ctx context.Context, c Copy, keys []string) (out Copy, err error) {
	err = v.withRecords(ctx, "cache.put", func(rs *records.Records, held records.Keys) error {
		out, err = rs.Put(ctx, held, c, keys)
		return err
	})
	return out, err
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
// record without type or id or a body over 64 MiB, CodeTampered, CodeLocked.
func (v *Vault) Apply(ctx context.Context, id PatientID, header []byte, synced time.Time, changes []Change) (changed int, err error) {
	err = v.withRecords(ctx, "cache.apply", func(rs *records.Records, keys records.Keys) error {
		changed, err = rs.Apply(ctx, keys, id, header, synced, changes)
		return err
	})
	return changed, err
}

// List is the overviews of all records held, newest first; those without a date come
// last. It opens no body. Errors: CodeNotFound, CodeLocked, CodeTampered.
func (v *Vault) List(ctx context.Context, id PatientID) (out []ehrdesk.Record, err error) {
	err = v.withRecords(ctx, "cache.list", func(rs *records.Records, keys records.Keys) error {
		out, err = rs.List(ctx, keys, id)
		return err
	})
	return out, err
}

// Overviews is List without copies: what the pointers lead to is shared, and
// must not be changed.
func (v *Vault) Overviews(ctx context.Context, id PatientID) (out []*ehrdesk.Record, err error) {
	err = v.withRecords(ctx, "cache.list", func(rs *records.Records, keys records.Keys) error {
		out, err = rs.Overviews(ctx, keys, id)
		return err
	})
	return out, err
}

// Refs is the version held of each record. Errors: as List.
func (v *Vault) Refs(ctx context.Context, id PatientID) (out map[ehrdesk.Ref]string, err error) {
	err = v.withRecords(ctx, "cache.refs", func(rs *records.Records, keys records.Keys) error {
		out, err = rs.Refs(ctx, keys, id)
		return err
	})
	return out, err
}

// Body is a record's exact bytes. Errors: CodeNotFound where the list has no such
// record; CodeTampered where it has, and the body is gone or changed; CodeLocked.
func (v *Vault) Body(ctx context.Context, id PatientID, ref ehrdesk.Ref) (body []byte, err error) {
	err = v.withRecords(ctx, "cache.body", func(rs *records.Records, keys records.Keys) error {
		body, err = rs.Body(ctx, keys, id, ref)
		return err
	})
	return body, err
}

// Bodies gives f every record held with its body, block by block: the order is
// the store's own. The bytes are f's only until it returns. f's error ends it
// and is returned; f must not call back into the store, to which nobody writes
// meanwhile. Errors: as List.
func (v *Vault) Bodies(ctx context.Context, id PatientID, f func(r ehrdesk.Record, body []byte) error) error {
	var own error
	err := v.withRecords(ctx, "cache.bodies", func(rs *records.Records, keys records.Keys) error {
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
func (v *Vault) Open(ctx context.Context, id PatientID, ref ehrdesk.Ref) (body io.ReadCloser, err error) {
	err = v.withRecords(ctx, "cache.open.body", func(rs *records.Records, keys records.Keys) error {
		body, err = rs.Open(ctx, keys, id, ref, func(f func(*records.Records, records.Keys) error) error {
			return v.withRecords(ctx, "cache.read", f)
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
func (v *Vault) Compact(ctx context.Context, id PatientID) (more bool, err error) {
	err = v.withRecords(ctx, "cache.compact", func(rs *records.Records, keys records.Keys) error {
		more, err = rs.Compact(ctx, keys, id)
		return err
	})
	return more, err
}

// PutAway drops what memory holds of a copy, overwriting the bodies read last.
// The next call reads the disk again.
func (v *Vault) PutAway(id PatientID) {
	v.s.mu.RLock()
	defer v.s.mu.RUnlock()
	if v.open {
		v.s.records.PutAway(id)
	}
}

// Status describes every copy this person may see and that opens. Errors: CodeLocked.
func (v *Vault) Status(ctx context.Context) (out []CopyStatus, err error) {
	err = v.withRecords(ctx, "cache.status", func(rs *records.Records, keys records.Keys) error {
		out, err = rs.Status(ctx, keys)
		return err
	})
	return out, err
}

// LostCount is how many copies of this store were destroyed because they did not open,
// and are not accounted for. Errors: CodeLocked.
func (v *Vault) LostCount(ctx context.Context) (n int, err error) {
	err = v.withRecords(ctx, "cache.lost", func(rs *records.Records, _ records.Keys) error {
		n, err = rs.LostCount(ctx)
		return err
	})
	return n, err
}

// AcknowledgeLost says that n of the lost copies have been written down.
// Errors: CodeLocked.
func (v *Vault) AcknowledgeLost(ctx context.Context, n int) error {
	return v.withRecords(ctx, "cache.lost", func(rs *records.Records, _ records.Keys) error { return rs.AcknowledgeLost(ctx, n) })
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
