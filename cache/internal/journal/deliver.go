package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/ehrdesk/ehrdesk"
)

// Decision is what a sender says of an item whose turn it is: the first of its ordering key.
type Decision uint8

// The turns.
const (
	Hold Decision = iota // not by this sender, not now, or not before somebody has decided: those of its key wait
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

// Next claims an item and marks it as on its way: the first, in the order of arrival,
// of which turn says Send. ok is false where there is none. turn must not use the
// journal. Whoever gets an item gives it back by Conclude and Release.
func (j *outbox) Next(ctx context.Context, keys Keys, turn func(Item) Decision) (it Item, ok bool, err error) {
	err = j.change(ctx, keepLog, func(tx *sql.Tx) error {
		items, _, err := j.pending(ctx, tx, keys)
		if err != nil {
			return err
		}
		held := map[string]bool{}
		for _, it = range items {
			lane := fmt.Sprint(it.epoch, it.lane) // as blinded: of a damaged item that is all there is
			if it.State == ItemDamaged || held[lane] || held[it.OrderKey] || j.claims.has(it.OpID) {
				held[lane], held[it.OrderKey] = true, it.OrderKey != ""
				continue
			}
			t := turn(it)
			if t == Send && j.claims.take(it.OpID) {
				ok = true
				break
			}
			held[lane], held[it.OrderKey] = t != Pass, t != Pass && it.OrderKey != ""
		}
		if !ok {
			return nil
		}
		r, err := j.findItem(ctx, keys, tx, it.OpID)
		if err != nil {
			return err
		}
		it.Attempts++
		return j.remark(ctx, keys, tx, &r, ItemSending, it.Attempts, it.Note)
	})
	if err != nil && ok {
		j.claims.release(it.OpID)
	}
	return it, ok && err == nil, err
}

// Conclude keeps what came of a claimed item. Errors: CodeInvalid for no state that
// can come of it, CodeTampered.
func (j *outbox) Conclude(ctx context.Context, keys Keys, it Item, out Outcome) error {
	if out.State.String() == "" {
		return ehrdesk.Errorf("cache.deliver", ehrdesk.CodeInvalid, "no such outcome of an act")
	}
	if out.State == ItemQueued && it.State == ItemSending {
		out.State = ItemSending
	}
	after := keepLog
	if out.State.settled() {
		after = emptyLog
	}
	return j.change(ctx, after, func(tx *sql.Tx) error {
		r, err := j.findItem(ctx, keys, tx, it.OpID)
		if err != nil {
			return err
		}
		return j.remark(ctx, keys, tx, &r, out.State, it.Attempts, out.Note)
	})
}

var (
	errNoItem   = errors.New("no such act in the outbox")
	errSettled  = errors.New("this act was delivered already")
	errOnItsWay = errors.New("this act was sent: what became of it is not known yet")
)

// Claim reports whether an item is the caller's alone from now on, until Release.
func (j *outbox) Claim(opID string) bool { return j.claims.take(opID) }

// Release gives a claimed item back.
func (j *outbox) Release(opID string) { j.claims.release(opID) }

// OnItsWay is the refusal of what would change an act that may have arrived.
func OnItsWay() error { return ehrdesk.E("cache.withdraw", ehrdesk.CodeConflict, errOnItsWay) }

// Withdraw gives a claimed item up: what it said is gone from the disk when it returns;
// its id stays, so that it is not queued again. note says why.
func (j *outbox) Withdraw(ctx context.Context, keys Keys, opID, note string) error {
	return j.change(ctx, emptyLog, func(tx *sql.Tx) error {
		r, err := j.findItem(ctx, keys, tx, opID)
		if err != nil {
			return err
		}
		return j.remark(ctx, keys, tx, &r, ItemWithdrawn, r.attempts, note)
	})
}

// Withdrawable opens an item that may be withdrawn; of one that was, only the state is
// known. Errors: CodeNotFound, CodeConflict for one that may have arrived or did.
func (j *outbox) Withdrawable(ctx context.Context, keys Keys, opID string) (it Item, err error) {
	const op = "cache.withdraw"
	err = j.look(ctx, func(tx *sql.Tx) error {
		r, err := j.findItem(ctx, keys, tx, opID)
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
			return OnItsWay()
		}
		it, err = r.open(j.install, keys[r.epoch])
		return err
	})
	return it, err
}
