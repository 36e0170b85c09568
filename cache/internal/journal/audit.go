package journal

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"sync"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
	"github.com/ehrdesk/ehrdesk/cache/internal/keyring"
	"github.com/ehrdesk/ehrdesk/cache/internal/seal"
)

func auditData(install string, seq int64, epoch uint32) []byte {
	return seal.AssociatedData(install, "audit.ct", seal.Uint64(uint64(seq)), seal.Uint64(uint64(epoch)))
}

// Audit adds an entry to the chain, sealed. It is on the disk when Audit
// returns. Entries are numbered from 1 without gaps.
func (j *accessLog) Audit(ctx context.Context, keys Keys, payload []byte) (seq int64, err error) {
	return j.audit(ctx, keys, payload, nil)
}

// AuditAndEnqueue adds an entry to the chain and puts an act into the outbox, as
// Enqueue does: both are on the disk when it returns, or neither.
func (j *Journal) AuditAndEnqueue(ctx context.Context, keys Keys, entry []byte, orderKey, opID string, payload []byte) (seq int64, err error) {
	if opID == "" {
		return 0, ehrdesk.Errorf("cache.audit", ehrdesk.CodeInvalid, "an act needs an operation id")
	}
	return j.audit(ctx, keys, entry, func(tx *sql.Tx) error { return j.enqueue(ctx, keys, tx, orderKey, opID, payload) })
}

// audit adds an entry, and does something beside it in the same transaction.
func (j *accessLog) audit(ctx context.Context, keys Keys, payload []byte, beside func(*sql.Tx) error) (seq int64, err error) {
	newest := keys.Newest()
	if newest == nil {
		return 0, ehrdesk.E("cache.audit", ehrdesk.CodeTampered, keyring.ErrDamaged)
	}
	return j.appendAudit(ctx, newest, payload, beside)
}

// appendAudit adds an entry under keys, and does what is to be done beside it, if
// anything.
func (j *accessLog) appendAudit(ctx context.Context, keys *keyring.JournalKeys, payload []byte, beside func(*sql.Tx) error) (seq int64, err error) {
	install := j.install
	now := j.clock.Now()
	j.tip.mu.Lock()
	defer j.tip.mu.Unlock()
	var hash []byte
	conn, err := j.db.Conn(ctx)
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
		if !j.tip.follows(seq, before) {
			return ehrdesk.E("cache.audit", ehrdesk.CodeTampered, errTip)
		}
		seq++
		rev, err := j.outbox.outboxIndexRev(ctx, tx, keys)
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
		return j.see(ctx, tx, now)
	})
	if err != nil {
		j.tip.seq = 0 // whether a commit that failed took place, only the disk knows
		return 0, err
	}
	j.tip.seq, j.tip.hash = seq, hash
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
// out. f's error ends it and is returned. f must not call back into the journal.
func (j *accessLog) AuditEntries(ctx context.Context, keys Keys, from int64, f func(AuditEntry) error) error {
	rows, err := j.db.QueryContext(ctx, "SELECT seq, epoch, ct FROM audit WHERE seq >= ? ORDER BY seq", from)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var seq int64
		var epoch uint32
		var ct []byte
		if err := rows.Scan(&seq, &epoch, &ct); err != nil {
			return err
		}
		if err := f(j.openEntry(keys, seq, epoch, ct)); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (j *accessLog) openEntry(keys Keys, seq int64, epoch uint32, ct []byte) AuditEntry {
	k := keys[epoch]
	switch {
	case k == nil && j.known(epoch):
		return AuditEntry{Seq: seq, State: EntrySealed}
	case k == nil:
		return AuditEntry{Seq: seq, State: EntryDamaged}
	}
	e, err := openAudit(j.install, k, seq, ct)
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
	return keys.AEAD.Encrypt(seal.Pad(notedEntry, p.Out), auditData(install, seq, keys.N))
}

func openAudit(install string, keys *keyring.JournalKeys, seq int64, ct []byte) (e AuditEntry, err error) {
	plain, err := keys.AEAD.Decrypt(ct, auditData(install, seq, keys.N))
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

// WalkAudit walks the chain, tells each its hash at every entry, and gives its length
// and head. Errors: CodeTampered, naming the first entry that does not fit.
func (j *accessLog) WalkAudit(ctx context.Context, each func(n int64, head []byte)) (n int64, head []byte, err error) {
	head = ehrdesk.AuditGenesis(j.install)
	rows, err := j.db.QueryContext(ctx, "SELECT seq, epoch, ct, hash FROM audit ORDER BY seq")
	if err != nil {
		return 0, nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var seq int64
		var epoch uint32
		var ct, hash []byte
		if err := rows.Scan(&seq, &epoch, &ct, &hash); err != nil {
			return n, head, err
		}
		want := ehrdesk.AuditNext(head, n+1, ct)
		if seq != n+1 || !bytes.Equal(want, hash) || !j.known(epoch) {
			return n, head, ehrdesk.Errorf("cache.audit.verify", ehrdesk.CodeTampered, "audit entry %d is missing or was changed", n+1)
		}
		n, head = seq, want
		each(n, head)
	}
	return n, head, rows.Err()
}

// Head is the number of entries in the access log, and its hash at the last.
func (j *accessLog) Head(ctx context.Context) (n int64, head []byte, err error) {
	head = ehrdesk.AuditGenesis(j.install)
	err = j.db.QueryRowContext(ctx, "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").Scan(&n, &head)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return n, head, err
}

// HeadAt is the chain's hash at entry n, and of 0 the beginning; nil where the log is
// shorter.
func (j *accessLog) HeadAt(ctx context.Context, n int64) (head []byte, err error) {
	if n == 0 {
		return ehrdesk.AuditGenesis(j.install), nil
	}
	err = j.db.QueryRowContext(ctx, "SELECT hash FROM audit WHERE seq = ?", n).Scan(&head)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return head, err
}

// Tries is what the journal remembers of wrong passphrases, nil for nothing.
func (j *file) Tries(ctx context.Context) (b []byte, err error) {
	return disk.Remembered(ctx, j.db, "tries")
}

// SetTries remembers it.
func (j *file) SetTries(ctx context.Context, b []byte) error {
	return disk.Remember(ctx, j.db, "tries", b)
}

// Mark is what the journal remembers of how far the store had come, nil for nothing.
func (j *file) Mark(ctx context.Context) (b []byte, err error) { return disk.Mark(ctx, j.db) }

// SetMark remembers how far the store has come.
func (j *file) SetMark(ctx context.Context, b []byte) error { return disk.SetMark(ctx, j.db, b) }
