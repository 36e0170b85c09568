package cache

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// ItemState is how far an act in the outbox has come.
type ItemState uint8

// The states, by their numbers in the file.
const (
	ItemQueued    ItemState = 0
	ItemSending   ItemState = 1 // on its way, or it was when its sender ended: the centre may have it
	ItemConfirmed ItemState = 2 // the centre has it
	ItemConflict  ItemState = 3 // the centre holds something else: somebody has to decide
	ItemRejected  ItemState = 4 // the centre will not have it
	ItemWithdrawn ItemState = 7 // given up before it was delivered
	// 5 was what was given up, until format 4; 6 never came to a file.
)

var itemStates = map[ItemState]string{ItemQueued: "queued", ItemSending: "sending", ItemConfirmed: "confirmed",
	ItemConflict: "conflict", ItemRejected: "rejected", ItemWithdrawn: "withdrawn"}

// String is the state's name, "" for none.
func (s ItemState) String() string { return itemStates[s] }

// Final reports whether nothing more happens to an item in this state by
// itself.
func (s ItemState) Final() bool { return s >= ItemConfirmed }

// settled reports a state that an item never leaves: what it said is gone.
func (s ItemState) settled() bool { return s == ItemConfirmed || s == ItemWithdrawn }

// Item is one act waiting to be delivered, or what became of it.
type Item struct {
	OpID     string
	Lane     string // items of one lane go in order
	Payload  []byte
	State    ItemState
	Attempts int
	Created  time.Time
	Note     string // what came of it
}

func outboxPlace(install, column string, epoch uint32, op []byte) []byte {
	return place(install, "outbox."+column, be64(uint64(epoch)), op)
}

// Enqueue puts an act into the outbox, at the end of its lane. It is on the disk
// when Enqueue returns. The same opID again is a no-op, whatever the payload.
// Errors: CodeInvalid without an opID, CodeLocked.
func (v *Vault) Enqueue(ctx context.Context, lane, opID string, payload []byte) error {
	const op = "cache.enqueue"
	if opID == "" {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "an act needs an operation id")
	}
	return v.changeJournal(ctx, op, keepLog, func(tx *sql.Tx) error {
		r, err := v.findItem(ctx, tx, opID)
		if err != nil || r.seq != 0 {
			return err
		}
		keys := v.journal[v.newestJournal()]
		if keys == nil {
			return errKeyring
		}
		it := Item{OpID: opID, Lane: lane, Payload: payload, Created: v.s.now()}
		ct, note, err := it.seal(v.s.ring.Install, keys)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO outbox (epoch, op, lane, state, attempts, ct, note) VALUES (?, ?, ?, ?, 0, ?, ?)",
			keys.n, keys.blind("op", opID), keys.blind("lane", lane), ItemQueued, ct, note)
		return err
	})
}

// seal seals what is to be sent, and what came of it.
func (it *Item) seal(install string, keys *journalKeys) (ct, note []byte, err error) {
	p := packer{}
	p.string(it.OpID)
	p.string(it.Lane)
	p.time(it.Created)
	p.bytes(it.Payload)
	id := keys.blind("op", it.OpID)
	if ct, err = keys.box.Encrypt(frame(0, p.b), outboxPlace(install, "ct", keys.n, id)); err != nil {
		return nil, nil, err
	}
	note, err = keys.box.Encrypt(frame(0, []byte(it.Note)), outboxPlace(install, "note", keys.n, id))
	return ct, note, err
}

// itemRow is an item as it lies in the file.
type itemRow struct {
	seq      int64
	epoch    uint32
	id, lane []byte
	state    ItemState
	attempts int
	ct, note []byte
}

const itemColumns = "SELECT seq, epoch, op, lane, state, attempts, ct, note FROM outbox "

func (r *itemRow) scan(row interface{ Scan(...any) error }) error {
	return row.Scan(&r.seq, &r.epoch, &r.id, &r.lane, &r.state, &r.attempts, &r.ct, &r.note)
}

// findItem is the row of an operation; its seq is 0 when there is none.
func (v *Vault) findItem(ctx context.Context, q querier, opID string) (r itemRow, err error) {
	for n, k := range v.journal {
		err := r.scan(q.QueryRowContext(ctx, itemColumns+"WHERE op = ? AND epoch = ?", k.blind("op", opID), n))
		if !errors.Is(err, sql.ErrNoRows) {
			return r, err
		}
	}
	return itemRow{}, nil
}

// Pending is every item that is neither confirmed nor withdrawn, in order of
// arrival: what waits, and what needs somebody to look at it.
// Errors: CodeTampered.
func (v *Vault) Pending(ctx context.Context) ([]Item, error) {
	const op = "cache.pending"
	s := v.s
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := v.usable(ctx, op); err != nil {
		return nil, err
	}
	out, _, err := s.pending(ctx, s.journal, v.journal)
	return out, fault(op, err)
}

// pending is what the keys open of the items not settled, and how many they do
// not. The caller holds s.mu.
func (s *Store) pending(ctx context.Context, q querier, keys map[uint32]*journalKeys) (out []Item, left int, err error) {
	rows, err := q.QueryContext(ctx, itemColumns+"WHERE state NOT IN (?, ?) ORDER BY seq", ItemConfirmed, ItemWithdrawn)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var r itemRow
		if err := r.scan(rows); err != nil {
			return nil, 0, err
		}
		k := keys[r.epoch]
		if k == nil {
			left++
			continue
		}
		it, err := r.open(s.ring.Install, k)
		if err != nil {
			return nil, 0, err
		}
		out = append(out, it)
	}
	return out, left, rows.Err()
}

func (r *itemRow) open(install string, keys *journalKeys) (Item, error) {
	it := Item{State: r.state, Attempts: r.attempts}
	plain, err := openFramed(keys.box.Decrypt(r.ct, outboxPlace(install, "ct", keys.n, r.id)))
	if err != nil {
		return it, err
	}
	u := unpacker{s: string(plain)}
	it.OpID, it.Lane, it.Created = u.string(), u.string(), u.time()
	it.Payload = []byte(u.string())
	if err := u.end(); err != nil {
		return it, err
	}
	if !bytes.Equal(r.id, keys.blind("op", it.OpID)) || !bytes.Equal(r.lane, keys.blind("lane", it.Lane)) {
		return it, errSealed
	}
	words, err := openFramed(keys.box.Decrypt(r.note, outboxPlace(install, "note", keys.n, r.id)))
	it.Note = string(words)
	return it, err
}

// remark writes an item's state anew. One that is settled keeps its id, so that it
// is never queued again, and nothing of what it said.
func (v *Vault) remark(ctx context.Context, tx *sql.Tx, r *itemRow, state ItemState, attempts int, note string) error {
	keys := v.journal[r.epoch]
	it, err := r.open(v.s.ring.Install, keys)
	if err != nil {
		return err
	}
	it.Note = note
	ct, words, err := it.seal(v.s.ring.Install, keys)
	if err != nil {
		return err
	}
	if state.settled() {
		ct = []byte{}
	}
	_, err = tx.ExecContext(ctx, "UPDATE outbox SET state = ?, attempts = ?, ct = ?, note = ? WHERE seq = ?", state, attempts, ct, words, r.seq)
	return err
}

// undelivered is SQL's condition for what is still to be sent.
const undelivered = "state IN (0, 1)" // queued, sending

// unsent reports whether the outbox holds such an item.
func (s *Store) unsent(ctx context.Context) (bool, error) {
	var n int
	err := s.journal.QueryRowContext(ctx, "SELECT count(*) FROM outbox WHERE "+undelivered).Scan(&n)
	return n > 0, err
}
