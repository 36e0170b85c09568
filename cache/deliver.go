package cache

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// Next leases the next item that may be sent to the caller: until the lease is
// over, or Mark says what became of the item, Next gives it to nobody else. It is
// the oldest of its lane, and due. A lane whose oldest item is being sent, waits
// for its next try, or needs somebody's decision gives nothing, and holds up no
// other lane. ok is false when there is nothing to send now.
//
// The item's State is what it was: ItemSending means that it was on its way when
// its sender ended, and that the centre may have it. Attempts counts this one.
// Errors: CodeTampered, CodeLocked.
func (v *Vault) Next(ctx context.Context, lease time.Duration) (it Item, ok bool, err error) {
	const op = "cache.next"
	err = v.changeJournal(ctx, op, keepLog, func(tx *sql.Tx) error {
		items, _, err := v.s.pending(ctx, tx, v.journal)
		if err != nil {
			return err
		}
		now := v.s.now()
		held := map[string]bool{}
		for _, it = range items {
			if it.State == ItemDraft {
				continue
			}
			if !held[it.Lane] && !it.State.parks() && it.due(now) {
				ok = true
				break
			}
			held[it.Lane] = true
		}
		if !ok {
			return nil
		}
		r, err := v.findItem(ctx, tx, it.OpID)
		if err != nil {
			return err
		}
		it.Attempts++
		it.NextTry = now.Add(lease)
		return v.remark(ctx, tx, &r, ItemSending, it.Attempts, it.NextTry, it.Note)
	})
	if err != nil || !ok {
		return Item{}, false, err
	}
	return it, true, nil
}

// longestWait is how far ahead a next try is believed: beyond that the clock was
// wrong when it was set, and a lane must not wait for that day.
const longestWait = 24 * time.Hour

func (it *Item) due(now time.Time) bool {
	return !it.NextTry.After(now) || it.NextTry.After(now.Add(longestWait))
}

var errOnItsWay = errors.New("this act is being sent: what becomes of it is not known yet")

// Withdraw takes an act back that was not delivered: a draft, one that waits, or
// one that the centre did not take, whose lane then goes on. What it said is gone
// from the disk when Withdraw returns; its id stays, so that it is not queued
// again. note says why. Errors: CodeNotFound, CodeConflict for one that is being
// sent or was delivered, CodeLocked.
func (v *Vault) Withdraw(ctx context.Context, opID, note string) error {
	const op = "cache.withdraw"
	return v.changeJournal(ctx, op, emptyLog, func(tx *sql.Tx) error {
		r, err := v.findItem(ctx, tx, opID)
		switch {
		case err != nil:
			return err
		case r.seq == 0:
			return ehrdesk.E(op, ehrdesk.CodeNotFound, errNoItem)
		case r.state == ItemWithdrawn:
			return nil
		case r.state == ItemConfirmed:
			return ehrdesk.E(op, ehrdesk.CodeConflict, errSettled)
		case r.state == ItemSending:
			return ehrdesk.E(op, ehrdesk.CodeConflict, errOnItsWay)
		}
		return v.remark(ctx, tx, &r, ItemWithdrawn, r.attempts, time.Time{}, note)
	})
}
