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

// The states. The last four are final.
const (
	ItemQueued ItemState = iota
	ItemSending
	ItemConfirmed
	ItemConflict
	ItemRejected
	ItemExpired
)

var itemStates = [...]string{"queued", "sending", "confirmed", "conflict", "rejected", "expired"}

// String is the state's name.
func (s ItemState) String() string {
	if int(s) < len(itemStates) {
		return itemStates[s]
	}
	return ""
}

// Final reports whether nothing more happens to an item in this state by
// itself.
func (s ItemState) Final() bool { return s >= ItemConfirmed }

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

// Enqueue puts an act into the outbox. It is on the disk when Enqueue returns.
// The same opID again is a no-op, whatever the payload.
// Errors: CodeInvalid without an opID, CodeLocked.
func (v *Vault) Enqueue(ctx context.Context, lane, opID string, payload []byte) error {
	const op = "cache.enqueue"
	s := v.s
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := v.usable(ctx, op); err != nil {
		return err
	}
	if opID == "" {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "an act needs an operation id")
	}
	keys := v.journal[v.newestJournal()]
	if keys == nil {
		return ehrdesk.E(op, ehrdesk.CodeTampered, errKeyring)
	}
	p := packer{}
	p.string(opID)
	p.string(lane)
	p.time(s.now())
	p.bytes(payload)
	id := keys.blind("op", opID)
	ct, err := keys.box.Encrypt(frame(0, p.b), outboxPlace(s.ring.Install, "ct", keys.n, id))
	if err != nil {
		return fault(op, err)
	}
	note, err := sealNote(s.ring.Install, keys, id, "")
	if err != nil {
		return fault(op, err)
	}
	conn, err := s.journal.Conn(ctx)
	if err != nil {
		return fault(op, err)
	}
	defer conn.Close()
	return fault(op, within(ctx, conn, func(tx *sql.Tx) error {
		at, _, err := v.findItem(ctx, tx, opID)
		if at != 0 || err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO outbox (epoch, op, lane, state, attempts, next, ct, note) VALUES (?, ?, ?, ?, 0, 0, ?, ?)",
			keys.n, id, keys.blind("lane", lane), ItemQueued, ct, note)
		return err
	}))
}

func sealNote(install string, keys *journalKeys, id []byte, note string) ([]byte, error) {
	return keys.box.Encrypt(frame(0, []byte(note)), outboxPlace(install, "note", keys.n, id))
}

// findItem is the row and epoch of an operation; 0 when there is none.
func (v *Vault) findItem(ctx context.Context, q querier, opID string) (seq int64, epoch uint32, err error) {
	for n, k := range v.journal {
		err := q.QueryRowContext(ctx, "SELECT seq FROM outbox WHERE op = ? AND epoch = ?", k.blind("op", opID), n).Scan(&seq)
		if err == nil {
			return seq, n, nil
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return 0, 0, err
		}
	}
	return 0, 0, nil
}

// Pending is every item that is not confirmed, in order of arrival: what waits,
// and what needs somebody to look at it. Errors: CodeTampered.
func (v *Vault) Pending(ctx context.Context) ([]Item, error) {
	const op = "cache.pending"
	s := v.s
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := v.usable(ctx, op); err != nil {
		return nil, err
	}
	out, _, err := s.pending(ctx, v.journal)
	return out, fault(op, err)
}

// pending is what the keys open of the items not confirmed, and how many they do
// not. The caller holds s.mu.
func (s *Store) pending(ctx context.Context, keys map[uint32]*journalKeys) (out []Item, left int, err error) {
	rows, err := s.journal.QueryContext(ctx,
		"SELECT epoch, op, lane, state, attempts, next, ct, note FROM outbox WHERE state <> ? ORDER BY seq", ItemConfirmed)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var epoch uint32
		var id, lane, ct, note []byte
		var it Item
		var next int64
		if err := rows.Scan(&epoch, &id, &lane, &it.State, &it.Attempts, &next, &ct, &note); err != nil {
			return nil, 0, err
		}
		k := keys[epoch]
		if k == nil {
			left++
			continue
		}
		if err := it.open(s.ring.Install, k, id, lane, ct, note); err != nil {
			return nil, 0, err
		}
		if next != 0 {
			it.NextTry = time.Unix(next, 0).UTC()
		}
		out = append(out, it)
	}
	return out, left, rows.Err()
}

func (it *Item) open(install string, keys *journalKeys, id, lane, ct, note []byte) error {
	plain, err := openFramed(keys.box.Decrypt(ct, outboxPlace(install, "ct", keys.n, id)))
	if err != nil {
		return err
	}
	u := unpacker{s: string(plain)}
	it.OpID, it.Lane, it.Created = u.string(), u.string(), u.time()
	it.Payload = []byte(u.string())
	if err := u.end(); err != nil {
		return err
	}
	if !bytes.Equal(id, keys.blind("op", it.OpID)) || !bytes.Equal(lane, keys.blind("lane", it.Lane)) {
		return errSealed
	}
	words, err := openFramed(keys.box.Decrypt(note, outboxPlace(install, "note", keys.n, id)))
	it.Note = string(words)
	return err
}

// Mark records what became of an item. It is on the disk when Mark returns.
// Errors: CodeNotFound, CodeInvalid for no known state.
func (v *Vault) Mark(ctx context.Context, opID string, state ItemState, attempts int, next time.Time, note string) error {
	const op = "cache.mark"
	s := v.s
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := v.usable(ctx, op); err != nil {
		return err
	}
	if state.String() == "" || attempts < 0 {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "no such state of an act")
	}
	conn, err := s.journal.Conn(ctx)
	if err != nil {
		return fault(op, err)
	}
	defer conn.Close()
	return fault(op, within(ctx, conn, func(tx *sql.Tx) error {
		seq, epoch, err := v.findItem(ctx, tx, opID)
		if err != nil {
			return err
		}
		if seq == 0 {
			return ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "no such act in the outbox")
		}
		keys := v.journal[epoch]
		ct, err := sealNote(s.ring.Install, keys, keys.blind("op", opID), note)
		if err != nil {
			return err
		}
		at := int64(0)
		if !next.IsZero() {
			at = next.Unix()
		}
		_, err = tx.ExecContext(ctx, "UPDATE outbox SET state = ?, attempts = ?, next = ?, note = ? WHERE seq = ?", state, attempts, at, ct, seq)
		return err
	}))
}

// unsent reports whether the outbox holds what was neither delivered nor given
// up.
func (s *Store) unsent(ctx context.Context) (bool, error) {
	var n int
	err := s.journal.QueryRowContext(ctx, "SELECT count(*) FROM outbox WHERE state < ?", ItemConfirmed).Scan(&n)
	return n > 0, err
}
