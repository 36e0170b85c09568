package cache

import (
	"context"

	"github.com/ehrdesk/ehrdesk/cache/internal/journal"
)

// AccessLog is the desk's access log as one person writes and reads it.
// Every method answers CodeLocked once the vault is locked.
type AccessLog struct{ v *Vault }

// AccessLog is the desk's access log.
func (v *Vault) AccessLog() AccessLog { return AccessLog{v} }

// Add adds an entry to the access log, sealed. It is on the disk when Add returns.
// Entries are numbered from 1 without gaps. Errors: CodeTampered.
func (l AccessLog) Add(ctx context.Context, payload []byte) (seq int64, err error) {
	return inJournal(ctx, l.v, "cache.audit", func(j *journal.Journal, keys journal.Keys) (int64, error) {
		return j.Audit(ctx, keys, payload)
	})
}

// AddAndEnqueue adds an entry to the access log and puts an act into the outbox, as
// Outbox.Enqueue does: both are on the disk when it returns, or neither.
func (l AccessLog) AddAndEnqueue(ctx context.Context, entry []byte, orderKey, opID string, payload []byte) (seq int64, err error) {
	return inJournal(ctx, l.v, "cache.audit", func(j *journal.Journal, keys journal.Keys) (int64, error) {
		return j.AuditAndEnqueue(ctx, keys, entry, orderKey, opID, payload)
	})
}

// Entries gives f the entries numbered from and up, in order: none is left
// out. f's error ends it and is returned. f must not call back into the store.
func (l AccessLog) Entries(ctx context.Context, from int64, f func(AuditEntry) error) error {
	var own error
	err := l.v.withJournal(ctx, "cache.audit", func(j *journal.Journal, keys journal.Keys) error {
		return j.AuditEntries(ctx, keys, from, func(e AuditEntry) error {
			own = f(e)
			return own
		})
	})
	if own != nil {
		return own
	}
	return err
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
	err = s.withJournal("cache.audit.verify", func(j *journal.Journal) error {
		n, head, err = j.WalkAudit(ctx, each)
		return err
	})
	return n, head, err
}

// HeadAt is the chain's hash at entry n, and of 0 the beginning; nil where the
// log is shorter.
func (l AccessLog) HeadAt(ctx context.Context, n int64) (head []byte, err error) {
	return inJournal(ctx, l.v, "cache.state", func(j *journal.Journal, _ journal.Keys) ([]byte, error) { return j.HeadAt(ctx, n) })
}

// Sealed are the entries after from, up to to, as they are sealed: what a centre
// needs to follow the chain.
func (l AccessLog) Sealed(ctx context.Context, from, to int64) (out [][]byte, err error) {
	return inJournal(ctx, l.v, "cache.audit", func(j *journal.Journal, _ journal.Keys) ([][]byte, error) {
		return j.SealedEntries(ctx, from, to)
	})
}

// KeepCheckpoint writes what was signed into the journal. Once the centre has
// countersigned what the desk has signed, what the desk alone has signed before goes,
// and so does the centre's word about a chain that is not this one.
func (l AccessLog) KeepCheckpoint(ctx context.Context, c Checkpoint) error {
	return l.v.withJournal(ctx, "cache.checkpoint", func(j *journal.Journal, _ journal.Keys) error { return j.KeepCheckpoint(ctx, c) })
}

// Checkpoints are those kept, the longest log last. Nobody has to be signed in.
func (s *Store) Checkpoints(ctx context.Context) (out []Checkpoint, err error) {
	err = s.withJournal("cache.checkpoint", func(j *journal.Journal) error {
		out, err = j.Checkpoints(ctx)
		return err
	})
	return out, err
}
