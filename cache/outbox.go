package cache

import (
	"context"

	"github.com/ehrdesk/ehrdesk/cache/internal/journal"
)

// Outbox is the acts of this desk that wait to be delivered.
// Every method answers CodeLocked once the vault is locked.
type Outbox struct{ v *Vault }

// Outbox is the acts of this desk that wait to be delivered.
func (v *Vault) Outbox() Outbox { return Outbox{v} }

// Worklists are this desk's own lists, by name.
// Every method answers CodeLocked once the vault is locked.
type Worklists struct{ v *Vault }

// Worklists are this desk's own lists.
func (v *Vault) Worklists() Worklists { return Worklists{v} }

// Enqueue puts an act into the outbox, after those with the same ordering key. It is on the disk
// when Enqueue returns. The same opID again is a no-op, whatever the payload.
// Errors: CodeInvalid without an opID.
func (o Outbox) Enqueue(ctx context.Context, orderKey, opID string, payload []byte) error {
	return o.v.withJournal(ctx, "cache.enqueue", func(j *journal.Journal, keys journal.Keys) error {
		return j.Enqueue(ctx, keys, orderKey, opID, payload)
	})
}

// Pending is every item that is neither confirmed nor withdrawn, in order of
// arrival: what waits, and what needs somebody to look at it, be it because it
// was damaged or struck out from outside.
func (o Outbox) Pending(ctx context.Context) (out []Item, err error) {
	return inJournal(ctx, o.v, "cache.pending", func(j *journal.Journal, keys journal.Keys) ([]Item, error) {
		items, _, err := j.Pending(ctx, keys)
		return items, err
	})
}

// Deliver gives one item to send, and keeps what send says came of it: the first,
// in the order of arrival, of which turn says Send. It is that sender's alone until
// send returns, whichever vault of the store asks, and those of its key wait so long. ok is
// false where there is nothing to send.
//
// The item is marked as on its way before it is given; its State is what it was
// before that: ItemSending means that the centre may have it from an earlier try,
// which no later one takes back but an answer. Attempts counts this one. Of what is
// delivered or given up the words are gone from the disk when Deliver returns.
//
// turn is called with the store in the middle of a change, and must not use it; send
// may. Errors: CodeTampered, CodeInvalid for no state that can come of it.
func (o Outbox) Deliver(ctx context.Context, turn func(Item) Decision, send func(Item) Outcome) (ok bool, err error) {
	const op = "cache.deliver"
	var it Item
	err = o.v.withJournal(ctx, op, func(j *journal.Journal, keys journal.Keys) error {
		it, ok, err = j.Next(ctx, keys, turn)
		return err
	})
	if err != nil || !ok {
		return false, err
	}
	defer o.v.s.journal.Release(it.OpID)
	out := send(it)
	ctx = context.WithoutCancel(ctx)
	return true, o.v.withJournal(ctx, op, func(j *journal.Journal, keys journal.Keys) error { return j.Conclude(ctx, keys, it, out) })
}

// Withdraw takes an act back that was not delivered: one that waits, or one that
// the centre did not take, after which those of its key go on. first is called with it before
// anything changes, while nobody sends it; where it gives an error the act stays.
// What it said is gone from the disk when Withdraw returns; its id stays, so that
// it is not queued again. note says why. One that was withdrawn is no error.
// Errors: CodeNotFound, CodeConflict for one that is on its way, may have arrived,
// or was delivered.
func (o Outbox) Withdraw(ctx context.Context, opID, note string, first func(Item) error) error {
	const op = "cache.withdraw"
	var it Item
	claimed := false
	err := o.v.withJournal(ctx, op, func(j *journal.Journal, keys journal.Keys) (err error) {
		if claimed = j.Claim(opID); !claimed {
			return journal.OnItsWay()
		}
		it, err = j.Withdrawable(ctx, keys, opID)
		return err
	})
	if claimed {
		defer o.v.s.journal.Release(opID)
	}
	if err != nil || it.State == ItemWithdrawn {
		return err
	}
	if err := first(it); err != nil {
		return err
	}
	return o.v.withJournal(ctx, op, func(j *journal.Journal, keys journal.Keys) error { return j.Withdraw(ctx, keys, opID, note) })
}

// Trouble looks at the outbox and the worklists, as far as this person holds their
// keys.
func (o Outbox) Trouble(ctx context.Context) (t Trouble, err error) {
	return inJournal(ctx, o.v, "cache.trouble", func(j *journal.Journal, keys journal.Keys) (Trouble, error) { return j.Trouble(ctx, keys) })
}

// AcknowledgeTrouble says that the trouble has been written down: what is remembered
// of the acts begins anew with what there is, what claims to wait and does not is
// emptied, and lines that do not open go. Acts that are damaged stay until each is
// given up.
func (o Outbox) AcknowledgeTrouble(ctx context.Context) error {
	return o.v.withJournal(ctx, "cache.trouble", func(j *journal.Journal, keys journal.Keys) error { return j.AcknowledgeTrouble(ctx, keys) })
}

// Put writes an item in place of the one that list and id name, or as the
// list's last. It is on the disk when Put returns.
// Errors: CodeInvalid.
func (w Worklists) Put(ctx context.Context, list, id string, payload []byte) error {
	return w.Change(ctx, list, []WorklistItem{{ID: id, Payload: payload}}, nil)
}

// TakeOff takes an item off its list. What it said is gone from the disk when
// TakeOff returns. No such item is no error.
func (w Worklists) TakeOff(ctx context.Context, list, id string) error {
	return w.Change(ctx, list, nil, []string{id})
}

// Change does for many items of a list at once, or for none of them, what Put and TakeOff
// do for one. Of an item its ID and its payload count.
// Errors: CodeInvalid.
func (w Worklists) Change(ctx context.Context, list string, put []WorklistItem, off []string) error {
	return w.v.withJournal(ctx, "cache.worklist", func(j *journal.Journal, keys journal.Keys) error {
		return j.ChangeWorklist(ctx, keys, list, put, off)
	})
}

// Keep writes items of a list at once, or none of them, as Put does. It asks less of the disk: what stood in their place, sealed as it was,
// may be in the journal's log until something is taken off. It is for lines whose payload is sealed under a key that goes with them.
// Errors: CodeInvalid.
func (w Worklists) Keep(ctx context.Context, list string, put []WorklistItem) error {
	return w.v.withJournal(ctx, "cache.worklist", func(j *journal.Journal, keys journal.Keys) error {
		return j.KeepWorklist(ctx, keys, list, put)
	})
}

// Items is a list's items, in the order they were first put; those that are
// damaged are left out (Outbox.Trouble counts them).
func (w Worklists) Items(ctx context.Context, list string) (out []WorklistItem, err error) {
	return inJournal(ctx, w.v, "cache.worklist", func(j *journal.Journal, keys journal.Keys) ([]WorklistItem, error) {
		return j.Worklist(ctx, keys, list)
	})
}
