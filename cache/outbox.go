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

// The states, in the order in which they came into the format.
const (
	ItemQueued    ItemState = iota
	ItemSending             // leased to a sender, or on its way when the desk ended
	ItemConfirmed           // the centre has it
	ItemConflict            // the centre holds something else: somebody has to decide
	ItemRejected            // the centre will not have it
	ItemExpired             // too old to be sent
	ItemDraft               // not to be sent yet
	ItemWithdrawn           // taken back before it was delivered
)

var itemStates = [...]string{"queued", "sending", "confirmed", "conflict", "rejected", "expired", "draft", "withdrawn"}

// String is the state's name.
func (s ItemState) String() string {
	if int(s) < len(itemStates) {
		return itemStates[s]
	}
	return ""
}

// Final reports whether nothing more happens to an item in this state by
// itself.
func (s ItemState) Final() bool { return s >= ItemConfirmed && s != ItemDraft }

// settled reports a state that an item never leaves: what it said is gone.
func (s ItemState) settled() bool { return s == ItemConfirmed || s == ItemWithdrawn }

// parks reports a state in which an item holds up those that came after it in
// its lane, until somebody decides.
func (s ItemState) parks() bool { return s == ItemConflict || s == ItemRejected || s == ItemExpired }

// Item is one act waiting to be delivered, or what became of it.
type Item struct {
	OpID     string
	Lane     string // items of one lane go in order
	Payload  []byte
	State    ItemState
	Attempts int
	NextTry  time.Time
	Created  time.Time
	Note     string // what came of it
}

func outboxPlace(install, column string, epoch uint32, op []byte) []byte {
	return place(install, "outbox."+column, be64(uint64(epoch)), op)
}

// Enqueue puts an act into the outbox, at the end of its lane. It is on the disk
// when Enqueue returns. The same opID again is a no-op, whatever the payload,
// but for a draft: that is queued, with this payload.
// Errors: CodeInvalid without an opID, CodeLocked.
func (v *Vault) Enqueue(ctx context.Context, lane, opID string, payload []byte) error {
	return v.putItem(ctx, "cache.enqueue", lane, opID, payload, ItemQueued)
}

// PutDraft keeps an act that is not to be sent yet, in place of an earlier draft.
// Errors: CodeConflict when it is queued or further already, CodeInvalid,
// CodeLocked.
func (v *Vault) PutDraft(ctx context.Context, lane, opID string, payload []byte) error {
	return v.putItem(ctx, "cache.draft", lane, opID, payload, ItemDraft)
}

var errNoDraft = errors.New("this act is a draft no longer")

func (v *Vault) putItem(ctx context.Context, op, lane, opID string, payload []byte, state ItemState) error {
	if opID == "" {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "an act needs an operation id")
	}
	return v.changeJournal(ctx, op, keepLog, func(tx *sql.Tx) error {
		r, err := v.findItem(ctx, tx, opID)
		switch {
		case err != nil:
			return err
		case r.seq != 0 && r.state == ItemDraft:
			if _, err := tx.ExecContext(ctx, "DELETE FROM outbox WHERE seq = ?", r.seq); err != nil {
				return err
			}
		case r.seq != 0 && state == ItemDraft:
			return ehrdesk.E(op, ehrdesk.CodeConflict, errNoDraft)
		case r.seq != 0:
			return nil
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
		_, err = tx.ExecContext(ctx, "INSERT INTO outbox (epoch, op, lane, state, attempts, next, ct, note) VALUES (?, ?, ?, ?, 0, 0, ?, ?)",
			keys.n, keys.blind("op", opID), keys.blind("lane", lane), state, ct, note)
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
	seq, next int64
	epoch     uint32
	id, lane  []byte
	state     ItemState
	attempts  int
	ct, note  []byte
}

const itemColumns = "SELECT seq, epoch, op, lane, state, attempts, next, ct, note FROM outbox "

func (r *itemRow) scan(row interface{ Scan(...any) error }) error {
	return row.Scan(&r.seq, &r.epoch, &r.id, &r.lane, &r.state, &r.attempts, &r.next, &r.ct, &r.note)
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
	if r.next != 0 {
		it.NextTry = time.Unix(r.next, 0).UTC()
	}
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

var (
	errNoItem  = errors.New("no such act in the outbox")
	errSettled = errors.New("this act was delivered or withdrawn already")
)

// Mark records what became of an item. It is on the disk when Mark returns. Of
// one that is delivered, what it said goes.
// Errors: CodeNotFound, CodeInvalid for no known state, CodeConflict for an item
// that was delivered or withdrawn before, and is now to be something else.
func (v *Vault) Mark(ctx context.Context, opID string, state ItemState, attempts int, next time.Time, note string) error {
	const op = "cache.mark"
	if state.String() == "" || attempts < 0 {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "no such state of an act")
	}
	return v.changeJournal(ctx, op, keepLog, func(tx *sql.Tx) error {
		r, err := v.findItem(ctx, tx, opID)
		switch {
		case err != nil:
			return err
		case r.seq == 0:
			return ehrdesk.E(op, ehrdesk.CodeNotFound, errNoItem)
		case r.state.settled() && r.state == state:
			return nil
		case r.state.settled():
			return ehrdesk.E(op, ehrdesk.CodeConflict, errSettled)
		}
		return v.remark(ctx, tx, &r, state, attempts, next, note)
	})
}

// remark writes an item's state anew.
func (v *Vault) remark(ctx context.Context, tx *sql.Tx, r *itemRow, state ItemState, attempts int, next time.Time, note string) error {
	keys := v.journal[r.epoch]
	it, err := r.open(v.s.ring.Install, keys)
	if err != nil {
		return err
	}
	if it.Note = note; state.settled() {
		it.Payload = nil // the id stays, so that it is never queued again
	}
	ct, words, err := it.seal(v.s.ring.Install, keys)
	if err != nil {
		return err
	}
	at := int64(0)
	if !next.IsZero() {
		at = next.Unix()
	}
	_, err = tx.ExecContext(ctx, "UPDATE outbox SET state = ?, attempts = ?, next = ?, ct = ?, note = ? WHERE seq = ?", state, attempts, at, ct, words, r.seq)
	return err
}

// undelivered is SQL's condition for what was neither delivered nor given up.
const undelivered = "state IN (0, 1, 6)" // queued, sending, draft

// unsent reports whether the outbox holds such an item.
func (s *Store) unsent(ctx context.Context) (bool, error) {
	var n int
	err := s.journal.QueryRowContext(ctx, "SELECT count(*) FROM outbox WHERE "+undelivered).Scan(&n)
	return n > 0, err
}
