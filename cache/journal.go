package cache

import (
	"context"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
	"github.com/ehrdesk/ehrdesk/cache/internal/journal"
)

// What is in the journal, under the names that the rest of the program has for it.
type (
	// Item is one act waiting to be delivered, or what became of it.
	Item = journal.Item
	// ItemState is how far an act in the outbox has come.
	ItemState = journal.ItemState
	// Decision is what a sender says of an item that has come to the head of its lane.
	Decision = journal.Decision
	// Outcome is what came of sending an item.
	Outcome = journal.Outcome
	// AuditEntry is one entry of the access log as a person may read it.
	AuditEntry = journal.AuditEntry
	// EntryState says why an entry has neither time nor payload.
	EntryState = journal.EntryState
	// WorklistItem is one line of a worklist of this desk.
	WorklistItem = journal.WorklistItem
	// Trouble is what was found wrong with the outbox and the worklists.
	Trouble = journal.Trouble
	// Checkpoint is a signed state of the access log.
	Checkpoint = journal.Checkpoint
)

// The states of an act, what a sender may say of it, and those of an entry.
const (
	ItemQueued    = journal.ItemQueued
	ItemSending   = journal.ItemSending
	ItemConfirmed = journal.ItemConfirmed
	ItemConflict  = journal.ItemConflict
	ItemRejected  = journal.ItemRejected
	ItemWithdrawn = journal.ItemWithdrawn
	ItemDamaged   = journal.ItemDamaged

	Hold = journal.Hold
	Pass = journal.Pass
	Send = journal.Send

	EntryOpen    = journal.EntryOpen
	EntrySealed  = journal.EntrySealed
	EntryDamaged = journal.EntryDamaged
)

// withJournal runs f with the journal and the keys that v holds of it, while nobody
// changes keys. Errors: CodeLocked.
func (v *Vault) withJournal(ctx context.Context, op string, f func(*journal.Journal, journal.Keys) error) error {
	s := v.s
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := v.usable(ctx, op); err != nil {
		return err
	}
	return disk.Fault(op, f(s.journal, v.held.Journal))
}

// withJournal runs f with the journal, whoever is signed in or nobody.
func (s *Store) withJournal(op string, f func(*journal.Journal) error) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return ehrdesk.E(op, ehrdesk.CodeLocked, errClosed)
	}
	return disk.Fault(op, f(s.journal))
}

// Audit adds an entry to the access log, sealed. It is on the disk when Audit
// returns. Entries are numbered from 1 without gaps. Errors: CodeLocked, CodeTampered.
func (v *Vault) Audit(ctx context.Context, payload []byte) (seq int64, err error) {
	err = v.withJournal(ctx, "cache.audit", func(j *journal.Journal, keys journal.Keys) error {
		seq, err = j.Audit(ctx, keys, payload)
		return err
	})
	return seq, err
}

// AuditAndEnqueue adds an entry to the access log and puts an act into the outbox, as
// Enqueue does: both are on the disk when it returns, or neither.
func (v *Vault) AuditAndEnqueue(ctx context.Context, entry []byte, lane, opID string, payload []byte) (seq int64, err error) {
	err = v.withJournal(ctx, "cache.audit", func(j *journal.Journal, keys journal.Keys) error {
		seq, err = j.AuditAndEnqueue(ctx, keys, entry, lane, opID, payload)
		return err
	})
	return seq, err
}

// AuditEntries gives f the entries numbered from and up, in order: none is left
// out. f's error ends it and is returned. f must not call back into the store.
func (v *Vault) AuditEntries(ctx context.Context, from int64, f func(AuditEntry) error) error {
	var own error
	err := v.withJournal(ctx, "cache.audit", func(j *journal.Journal, keys journal.Keys) error {
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

// VerifyAudit is Store.VerifyAudit for whoever holds a vault.
func (v *Vault) VerifyAudit(ctx context.Context) (n int64, head []byte, err error) {
	return v.s.VerifyAudit(ctx)
}

// HeadAt is the chain's hash at entry n, and of 0 the beginning; nil where the
// log is shorter. Errors: CodeLocked.
func (v *Vault) HeadAt(ctx context.Context, n int64) (head []byte, err error) {
	err = v.withJournal(ctx, "cache.state", func(j *journal.Journal, _ journal.Keys) error {
		head, err = j.HeadAt(ctx, n)
		return err
	})
	return head, err
}

// SealedEntries are the entries after from, up to to, as they are sealed: what
// a centre needs to follow the chain. Errors: CodeLocked.
func (v *Vault) SealedEntries(ctx context.Context, from, to int64) (out [][]byte, err error) {
	err = v.withJournal(ctx, "cache.audit", func(j *journal.Journal, _ journal.Keys) error {
		out, err = j.SealedEntries(ctx, from, to)
		return err
	})
	return out, err
}

// KeepCheckpoint writes what was signed into the journal. Once the centre has
// countersigned what the desk has signed, what the desk alone has signed before goes,
// and so does the centre's word about a chain that is not this one. Errors: CodeLocked.
func (v *Vault) KeepCheckpoint(ctx context.Context, c Checkpoint) error {
	return v.withJournal(ctx, "cache.checkpoint", func(j *journal.Journal, _ journal.Keys) error { return j.KeepCheckpoint(ctx, c) })
}

// Checkpoints are those kept, the longest log last. Nobody has to be signed in.
func (s *Store) Checkpoints(ctx context.Context) (out []Checkpoint, err error) {
	err = s.withJournal("cache.checkpoint", func(j *journal.Journal) error {
		out, err = j.Checkpoints(ctx)
		return err
	})
	return out, err
}

// Checkpoints is Store.Checkpoints for whoever holds a vault.
func (v *Vault) Checkpoints(ctx context.Context) ([]Checkpoint, error) { return v.s.Checkpoints(ctx) }

// Enqueue puts an act into the outbox, at the end of its lane. It is on the disk
// when Enqueue returns. The same opID again is a no-op, whatever the payload.
// Errors: CodeInvalid without an opID, CodeLocked.
func (v *Vault) Enqueue(ctx context.Context, lane, opID string, payload []byte) error {
	return v.withJournal(ctx, "cache.enqueue", func(j *journal.Journal, keys journal.Keys) error {
		return j.Enqueue(ctx, keys, lane, opID, payload)
	})
}

// Pending is every item that is neither confirmed nor withdrawn, in order of
// arrival: what waits, and what needs somebody to look at it, be it because it
// was damaged or struck out from outside. Errors: CodeLocked.
func (v *Vault) Pending(ctx context.Context) (out []Item, err error) {
	err = v.withJournal(ctx, "cache.pending", func(j *journal.Journal, keys journal.Keys) error {
		out, _, err = j.Pending(ctx, keys)
		return err
	})
	return out, err
}

// Deliver gives one item to send, and keeps what send says came of it: the first,
// in the order of arrival, of which turn says Send. It is that sender's alone until
// send returns, whichever vault of the store asks, and its lane waits so long. ok is
// false where there is nothing to send.
//
// The item is marked as on its way before it is given; its State is what it was
// before that: ItemSending means that the centre may have it from an earlier try,
// which no later one takes back but an answer. Attempts counts this one. Of what is
// delivered or given up the words are gone from the disk when Deliver returns.
//
// turn is called with the store in the middle of a change, and must not use it; send
// may. Errors: CodeTampered, CodeLocked, CodeInvalid for no state that can come of it.
func (v *Vault) Deliver(ctx context.Context, turn func(Item) Decision, send func(Item) Outcome) (ok bool, err error) {
	const op = "cache.deliver"
	var it Item
	err = v.withJournal(ctx, op, func(j *journal.Journal, keys journal.Keys) error {
		it, ok, err = j.Next(ctx, keys, turn)
		return err
	})
	if err != nil || !ok {
		return false, err
	}
	defer v.s.journal.Release(it.OpID)
	out := send(it)
	ctx = context.WithoutCancel(ctx)
	return true, v.withJournal(ctx, op, func(j *journal.Journal, keys journal.Keys) error { return j.Conclude(ctx, keys, it, out) })
}

// Withdraw takes an act back that was not delivered: one that waits, or one that
// the centre did not take, whose lane then goes on. first is called with it before
// anything changes, while nobody sends it; where it gives an error the act stays.
// What it said is gone from the disk when Withdraw returns; its id stays, so that
// it is not queued again. note says why. One that was withdrawn is no error.
// Errors: CodeNotFound, CodeConflict for one that is on its way, may have arrived,
// or was delivered, CodeLocked.
func (v *Vault) Withdraw(ctx context.Context, opID, note string, first func(Item) error) error {
	const op = "cache.withdraw"
	var it Item
	claimed := false
	err := v.withJournal(ctx, op, func(j *journal.Journal, keys journal.Keys) (err error) {
		if claimed = j.Claim(opID); !claimed {
			return journal.OnItsWay()
		}
		it, err = j.Withdrawable(ctx, keys, opID)
		return err
	})
	if claimed {
		defer v.s.journal.Release(opID)
	}
	if err != nil || it.State == ItemWithdrawn {
		return err
	}
	if err := first(it); err != nil {
		return err
	}
	return v.withJournal(ctx, op, func(j *journal.Journal, keys journal.Keys) error { return j.Withdraw(ctx, keys, opID, note) })
}

// PutOnWorklist writes an item in place of the one that list and id name, or as the
// list's last. It is on the disk when PutOnWorklist returns.
// Errors: CodeInvalid, CodeLocked.
func (v *Vault) PutOnWorklist(ctx context.Context, list, id string, payload []byte) error {
	return v.withJournal(ctx, "cache.worklist.put", func(j *journal.Journal, keys journal.Keys) error {
		return j.PutOnWorklist(ctx, keys, list, id, payload)
	})
}

// TakeOffWorklist takes an item off its list. What it said is gone from the disk when
// TakeOffWorklist returns. No such item is no error. Errors: CodeLocked.
func (v *Vault) TakeOffWorklist(ctx context.Context, list, id string) error {
	return v.withJournal(ctx, "cache.worklist.off", func(j *journal.Journal, keys journal.Keys) error {
		return j.TakeOffWorklist(ctx, keys, list, id)
	})
}

// Worklist is a list's items, in the order they were first put; those that are
// damaged are left out (Trouble counts them). Errors: CodeLocked.
func (v *Vault) Worklist(ctx context.Context, list string) (out []WorklistItem, err error) {
	err = v.withJournal(ctx, "cache.worklist", func(j *journal.Journal, keys journal.Keys) error {
		out, err = j.Worklist(ctx, keys, list)
		return err
	})
	return out, err
}

// Trouble looks at the outbox and the worklists, as far as this person holds their
// keys. Errors: CodeLocked.
func (v *Vault) Trouble(ctx context.Context) (t Trouble, err error) {
	err = v.withJournal(ctx, "cache.trouble", func(j *journal.Journal, keys journal.Keys) error {
		t, err = j.Trouble(ctx, keys)
		return err
	})
	return t, err
}

// AcknowledgeTrouble says that the trouble has been written down: what is remembered
// of the acts begins anew with what there is, what claims to wait and does not is
// emptied, and lines that do not open go. Acts that are damaged stay until each is
// given up. Errors: CodeLocked.
func (v *Vault) AcknowledgeTrouble(ctx context.Context) error {
	return v.withJournal(ctx, "cache.trouble", func(j *journal.Journal, keys journal.Keys) error { return j.AcknowledgeTrouble(ctx, keys) })
}

// Time is the time that the store goes by: this machine's clock, or what the store
// knows to be past where that is later.
func (v *Vault) Time() time.Time { return v.s.clock.Time() }
