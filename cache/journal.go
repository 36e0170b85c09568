package cache

import (
	"context"

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

// withJournal runs f with the journal and the keys that v holds of it.
func (v *Vault) withJournal(ctx context.Context, op string, f func(*journal.Journal, journal.Keys) error) error {
	return v.reading(ctx, op, func(s *Store) error { return f(s.journal, v.held.Journal) })
}

// inJournal is withJournal for what f finds there.
func inJournal[T any](ctx context.Context, v *Vault, op string, f func(*journal.Journal, journal.Keys) (T, error)) (out T, err error) {
	err = v.withJournal(ctx, op, func(j *journal.Journal, keys journal.Keys) error {
		out, err = f(j, keys)
		return err
	})
	return out, err
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
