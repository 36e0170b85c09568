package cache

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
	"github.com/ehrdesk/ehrdesk/cache/internal/keyring"
	"github.com/ehrdesk/ehrdesk/cache/internal/seal"
)

func auditPlace(install string, seq int64, epoch uint32) []byte {
	return seal.AssociatedData(install, "audit.ct", seal.Uint64(uint64(seq)), seal.Uint64(uint64(epoch)))
}

// Audit adds an entry to the chain, sealed. It is on the disk when Audit
// returns. Entries are numbered from 1 without gaps.
func (v *Vault) Audit(ctx context.Context, payload []byte) (seq int64, err error) {
	return v.audit(ctx, payload, nil)
}

// AuditAndEnqueue adds an entry to the chain and puts an act into the outbox, as
// Enqueue does: both are on the disk when it returns, or neither.
func (v *Vault) AuditAndEnqueue(ctx context.Context, entry []byte, lane, opID string, payload []byte) (seq int64, err error) {
	if opID == "" {
		return 0, ehrdesk.Errorf("cache.audit", ehrdesk.CodeInvalid, "an act needs an operation id")
	}
	return v.audit(ctx, entry, func(tx *sql.Tx) error { return v.enqueue(ctx, tx, lane, opID, payload) })
}

// audit adds an entry, and does something beside it in the same transaction.
func (v *Vault) audit(ctx context.Context, payload []byte, beside func(*sql.Tx) error) (seq int64, err error) {
	const op = "cache.audit"
	s := v.s
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := v.usable(ctx, op); err != nil {
		return 0, err
	}
	keys := v.journal[v.newestJournal()]
	if keys == nil {
		return 0, ehrdesk.E(op, ehrdesk.CodeTampered, keyring.ErrDamaged)
	}
	seq, err = s.appendAudit(ctx, keys, payload, beside)
	return seq, disk.Fault(op, err)
}

// appendAudit adds an entry under keys, and does what is to be done beside it, if
// anything. The caller holds s.mu.
func (s *Store) appendAudit(ctx context.Context, keys *keyring.JournalKeys, payload []byte, beside func(*sql.Tx) error) (seq int64, err error) {
	install := s.ring.Install
	now := s.clock.Now()
	s.tip.mu.Lock()
	defer s.tip.mu.Unlock()
	var hash []byte
	conn, err := s.journal.Conn(ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	err = disk.Within(ctx, conn, func(tx *sql.Tx) error {
		if beside != nil { // first: the entry remembers what the outbox has come to
			if err := beside(tx); err != nil {
				return err
			}
		}
		before := ehrdesk.AuditGenesis(install)
		err := tx.QueryRowContext(ctx, "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").Scan(&seq, &before)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if !s.tip.follows(seq, before) {
			return ehrdesk.E("cache.audit", ehrdesk.CodeTampered, errTip)
		}
		seq++
		rev, err := s.outboxIndexRev(ctx, tx, keys)
		if err != nil {
			return err
		}
		ct, err := sealAudit(install, keys, seq, now, rev, payload)
		if err != nil {
			return err
		}
		hash = ehrdesk.AuditNext(before, seq, ct)
		if _, err := tx.ExecContext(ctx, "INSERT INTO audit VALUES (?, ?, ?, ?)", seq, keys.N, ct, hash); err != nil {
			return err
		}
		return s.noteTime(ctx, tx, now)
	})
	if err != nil {
		s.tip.seq = 0 // whether a commit that failed took place, only the disk knows
		return 0, err
	}
	s.tip.seq, s.tip.hash = seq, hash
	return seq, nil
}

var errTip = errors.New("the access log was changed from outside while this desk was open; start the desk again")

// tip is the entry of the access log that this process wrote last: whoever cuts
// the log under an open desk cuts it off.
type tip struct {
	mu   sync.Mutex
	seq  int64 // 0: nothing written yet
	hash []byte
}

// follows reports whether the log still ends where it was left.
func (t *tip) follows(seq int64, hash []byte) bool {
	return t.seq == 0 || (t.seq == seq && bytes.Equal(t.hash, hash))
}

// AuditEntry is one entry of the access log as a person may read it.
type AuditEntry struct {
	Seq     int64
	At      time.Time
	Payload []byte
	State   EntryState

	rev uint64 // of its epoch's index of the outbox, when it was written
}

// EntryState says why an entry has neither time nor payload.
type EntryState uint8

const (
	EntryOpen    EntryState = iota
	EntrySealed             // to others on this desk
	EntryDamaged            // it does not open, or names keys that this desk has never had
)

// AuditEntries gives f the entries numbered from and up, in order: none is left
// out. f's error ends it and is returned. f must not call back into the store.
func (v *Vault) AuditEntries(ctx context.Context, from int64, f func(AuditEntry) error) error {
	const op = "cache.audit"
	s := v.s
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := v.usable(ctx, op); err != nil {
		return err
	}
	rows, err := s.journal.QueryContext(ctx, "SELECT seq, epoch, ct FROM audit WHERE seq >= ? ORDER BY seq", from)
	if err != nil {
		return disk.Fault(op, err)
	}
	defer rows.Close()
	for rows.Next() {
		var seq int64
		var epoch uint32
		var ct []byte
		if err := rows.Scan(&seq, &epoch, &ct); err != nil {
			return disk.Fault(op, err)
		}
		if err := f(v.openEntry(seq, epoch, ct)); err != nil {
			return err
		}
	}
	return disk.Fault(op, rows.Err())
}

func (v *Vault) openEntry(seq int64, epoch uint32, ct []byte) AuditEntry {
	keys := v.journal[epoch]
	switch {
	case keys == nil && v.s.knowsJournal(epoch):
		return AuditEntry{Seq: seq, State: EntrySealed}
	case keys == nil:
		return AuditEntry{Seq: seq, State: EntryDamaged}
	}
	e, err := openAudit(v.s.ring.Install, keys, seq, ct)
	if err != nil {
		return AuditEntry{Seq: seq, State: EntryDamaged}
	}
	return e
}

// The first byte of an entry's frame.
const (
	plainEntry = 0 // as entries were until the outbox had outbox indexes
	notedEntry = 1 // with the revision of its epoch's outbox index
)

func sealAudit(install string, keys *keyring.JournalKeys, seq int64, at time.Time, rev uint64, payload []byte) ([]byte, error) {
	p := seal.Packer{}
	p.Uint(rev)
	p.Time(at)
	p.Bytes(payload)
	return keys.AEAD.Encrypt(seal.Pad(notedEntry, p.Out), auditPlace(install, seq, keys.N))
}

func openAudit(install string, keys *keyring.JournalKeys, seq int64, ct []byte) (e AuditEntry, err error) {
	plain, err := keys.AEAD.Decrypt(ct, auditPlace(install, seq, keys.N))
	if err != nil {
		return e, seal.ErrSealed
	}
	head, p, err := seal.Unpad(plain)
	if err != nil || head > notedEntry {
		return e, seal.ErrSealed
	}
	u := seal.Unpacker{In: string(p)}
	if e.Seq = seq; head == notedEntry {
		e.rev = u.Uint()
	}
	e.At = u.Time()
	e.Payload = []byte(u.String())
	return e, u.End()
}

// knowsJournal reports whether the journal has had an epoch n. They are kept for
// ever. The caller holds s.mu.
func (s *Store) knowsJournal(n uint32) bool {
	return slices.ContainsFunc(s.ring.Journal, func(e keyring.Epoch) bool { return e.N == n })
}

// VerifyAudit walks the chain and returns its length and head; nobody has to be
// signed in. The head is what a centre countersigns: without that, a chain cut
// at its end cannot be told from a shorter one.
//
// Errors: CodeTampered, naming the first entry that does not fit.
func (s *Store) VerifyAudit(ctx context.Context) (n int64, head []byte, err error) {
	return s.WalkAudit(ctx, func(int64, []byte) {})
}

// WalkAudit is VerifyAudit that tells each the chain's hash at every entry.
func (s *Store) WalkAudit(ctx context.Context, each func(n int64, head []byte)) (n int64, head []byte, err error) {
	const op = "cache.audit.verify"
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return 0, nil, ehrdesk.E(op, ehrdesk.CodeLocked, errClosed)
	}
	head = ehrdesk.AuditGenesis(s.ring.Install)
	rows, err := s.journal.QueryContext(ctx, "SELECT seq, epoch, ct, hash FROM audit ORDER BY seq")
	if err != nil {
		return 0, nil, disk.Fault(op, err)
	}
	defer rows.Close()
	for rows.Next() {
		var seq int64
		var epoch uint32
		var ct, hash []byte
		if err := rows.Scan(&seq, &epoch, &ct, &hash); err != nil {
			return n, head, disk.Fault(op, err)
		}
		want := ehrdesk.AuditNext(head, n+1, ct)
		if seq != n+1 || !bytes.Equal(want, hash) || !s.knowsJournal(epoch) {
			return n, head, ehrdesk.Errorf(op, ehrdesk.CodeTampered, "audit entry %d is missing or was changed", n+1)
		}
		n, head = seq, want
		each(n, head)
	}
	return n, head, disk.Fault(op, rows.Err())
}

// VerifyAudit is Store.VerifyAudit for whoever holds a vault.
func (v *Vault) VerifyAudit(ctx context.Context) (n int64, head []byte, err error) {
	return v.s.VerifyAudit(ctx)
}
