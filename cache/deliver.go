package cache

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/ehrdesk/ehrdesk"
)

// Decision is what a sender says of an item that has come to the head of its lane.
type Decision uint8

// The turns.
const (
	Hold Decision = iota // not by this sender, not now, or not before somebody has decided: its lane waits
	Pass                 // not to be sent, and nothing waits for it
	Send
)

// Outcome is what came of sending an item. ItemQueued says that it did not
// arrive, ItemSending that it may have: both are sent again.
type Outcome struct {
	State ItemState
	Note  string
}

// claims are the items that are being sent. One process has the store, so what is
// none of them and stands as ItemSending was on its way when its sender ended.
type claims struct {
	mu  sync.Mutex
	ops map[string]bool
}

func (c *claims) has(op string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ops[op]
}

// take reports whether the item is the caller's to send now.
func (c *claims) take(op string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ops[op] {
		return false
	}
	if c.ops == nil {
		c.ops = map[string]bool{}
	}
	c.ops[op] = true
	return true
}

func (c *claims) release(op string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.ops, op)
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
// turn is called with the store in the middle of a change, and must not use it.
// Errors: CodeTampered, CodeLocked, CodeInvalid for no state that can come of it.
func (v *Vault) Deliver(ctx context.Context, turn func(Item) Decision, send func(Item) Outcome) (ok bool, err error) {
	it, ok, err := v.next(ctx, turn)
	if err != nil || !ok {
		return false, err
	}
	defer v.s.claims.release(it.OpID)
	out := send(it)
	return true, v.conclude(context.WithoutCancel(ctx), it, out)
}

// next claims an item.
func (v *Vault) next(ctx context.Context, turn func(Item) Decision) (it Item, ok bool, err error) {
	err = v.changeJournal(ctx, "cache.deliver", keepLog, func(tx *sql.Tx) error {
		items, _, err := v.s.pending(ctx, tx, v.journal)
		if err != nil {
			return err
		}
		held := map[string]bool{}
		for _, it = range items {
			lane := fmt.Sprint(it.epoch, it.lane)
			if it.State == ItemDamaged || held[lane] || held[it.Lane] || v.s.claims.has(it.OpID) {
				held[lane], held[it.Lane] = true, it.Lane != ""
				continue
			}
			t := turn(it)
			if t == Send && v.s.claims.take(it.OpID) {
				ok = true
				break
			}
			held[lane], held[it.Lane] = t != Pass, t != Pass && it.Lane != ""
		}
		if !ok {
			return nil
		}
		r, err := v.findItem(ctx, tx, it.OpID)
		if err != nil {
			return err
		}
		it.Attempts++
		return v.remark(ctx, tx, &r, ItemSending, it.Attempts, it.Note)
	})
	if err != nil && ok {
		v.s.claims.release(it.OpID)
	}
	return it, ok && err == nil, err
}

// conclude keeps what came of a claimed item.
func (v *Vault) conclude(ctx context.Context, it Item, out Outcome) error {
	const op = "cache.deliver"
	if out.State.String() == "" {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "no such outcome of an act")
	}
	if out.State == ItemQueued && it.State == ItemSending {
		out.State = ItemSending
	}
	after := keepLog
	if out.State.settled() {
		after = emptyLog
	}
	return v.changeJournal(ctx, op, after, func(tx *sql.Tx) error {
		r, err := v.findItem(ctx, tx, it.OpID)
		if err != nil {
			return err
		}
		return v.remark(ctx, tx, &r, out.State, it.Attempts, out.Note)
	})
}

var (
	errNoItem   = errors.New("no such act in the outbox")
	errSettled  = errors.New("this act was delivered already")
	errOnItsWay = errors.New("this act was sent: what became of it is not known yet")
)

// Withdraw takes an act back that was not delivered: one that waits, or one that
// the centre did not take, whose lane then goes on. first is called with it before
// anything changes, while nobody sends it; where it gives an error the act stays.
// What it said is gone from the disk when Withdraw returns; its id stays, so that
// it is not queued again. note says why. One that was withdrawn is no error.
// Errors: CodeNotFound, CodeConflict for one that is on its way, may have arrived,
// or was delivered, CodeLocked.
func (v *Vault) Withdraw(ctx context.Context, opID, note string, first func(Item) error) error {
	const op = "cache.withdraw"
	if !v.s.claims.take(opID) {
		return ehrdesk.E(op, ehrdesk.CodeConflict, errOnItsWay)
	}
	defer v.s.claims.release(opID)
	it, err := v.withdrawable(ctx, op, opID)
	if err != nil || it.State == ItemWithdrawn {
		return err
	}
	if err := first(it); err != nil {
		return err
	}
	return v.changeJournal(ctx, op, emptyLog, func(tx *sql.Tx) error {
		r, err := v.findItem(ctx, tx, opID)
		if err != nil {
			return err
		}
		return v.remark(ctx, tx, &r, ItemWithdrawn, r.attempts, note)
	})
}

// withdrawable opens an item that may be withdrawn; of one that was, only the
// state is known.
func (v *Vault) withdrawable(ctx context.Context, op, opID string) (it Item, err error) {
	err = v.changeJournal(ctx, op, keepLog, func(tx *sql.Tx) error {
		r, err := v.findItem(ctx, tx, opID)
		switch {
		case err != nil:
			return err
		case r.seq == 0:
			return ehrdesk.E(op, ehrdesk.CodeNotFound, errNoItem)
		case r.state == ItemWithdrawn:
			it.State = ItemWithdrawn
			return nil
		case strings.HasPrefix(opID, damagedID): // whatever it was, nobody can send it any more
			it = Item{OpID: opID, State: ItemDamaged}
			return nil
		case r.state == ItemConfirmed:
			return ehrdesk.E(op, ehrdesk.CodeConflict, errSettled)
		case r.state == ItemSending:
			return ehrdesk.E(op, ehrdesk.CodeConflict, errOnItsWay)
		}
		it, err = r.open(v.s.ring.Install, v.journal[r.epoch])
		return err
	})
	return it, err
}
