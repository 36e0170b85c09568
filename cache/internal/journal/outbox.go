package journal

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	json "github.com/go-json-experiment/json/v1"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
	"github.com/ehrdesk/ehrdesk/cache/internal/keyring"
	"github.com/ehrdesk/ehrdesk/cache/internal/seal"
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
	ItemDamaged   ItemState = 8 // it was changed or struck out: never in a file
	// 5 was what was given up, until format 4; 6 never came to a file.
)

var itemStates = map[ItemState]string{ItemQueued: "queued", ItemSending: "sending", ItemConfirmed: "confirmed",
	ItemConflict: "conflict", ItemRejected: "rejected", ItemWithdrawn: "withdrawn", ItemDamaged: "damaged"}

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
	OrderKey string // items with one key go in order
	Payload  []byte
	State    ItemState
	Attempts int
	Created  time.Time
	Note     string // what came of it

	epoch uint32
	lane  []byte // blinded
}

// damagedID is how an act is called whose own id cannot be read.
const damagedID = "damaged-"

func outboxData(install, column string, epoch uint32, op []byte) []byte {
	return seal.AssociatedData(install, "outbox."+column, seal.Uint64(uint64(epoch)), op)
}

// Enqueue puts an act into the outbox, after those with the same ordering key. It is on the disk
// when Enqueue returns. The same opID again is a no-op, whatever the payload.
// Errors: CodeInvalid without an opID.
func (j *outbox) Enqueue(ctx context.Context, keys Keys, orderKey, opID string, payload []byte) error {
	if opID == "" {
		return ehrdesk.Errorf("cache.enqueue", ehrdesk.CodeInvalid, "an act needs an operation id")
	}
	return j.change(ctx, keepLog, func(tx *sql.Tx) error { return j.enqueue(ctx, keys, tx, orderKey, opID, payload) })
}

func (j *outbox) enqueue(ctx context.Context, keys Keys, tx *sql.Tx, orderKey, opID string, payload []byte) error {
	r, err := j.findItem(ctx, keys, tx, opID)
	if err != nil || r.seq != 0 {
		return err
	}
	k := keys.Newest()
	if k == nil {
		return keyring.ErrDamaged
	}
	it := Item{OpID: opID, OrderKey: orderKey, Payload: payload, Created: j.clock.Now()}
	ct, note, err := it.seal(j.install, k)
	if err != nil {
		return err
	}
	r = itemRow{id: k.Blind("op", opID), lane: k.Blind("lane", orderKey)}
	if err := j.amend(ctx, tx, k, &r, ItemQueued, 0); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO outbox (epoch, op, lane, state, attempts, ct, note) VALUES (?, ?, ?, ?, 0, ?, ?)",
		k.N, r.id, r.lane, ItemQueued, ct, note)
	return err
}

// seal seals what is to be sent, and what came of it.
func (it *Item) seal(install string, keys *keyring.JournalKeys) (ct, note []byte, err error) {
	p := seal.Packer{}
	p.String(it.OpID)
	p.String(it.OrderKey)
	p.Time(it.Created)
	p.Bytes(it.Payload)
	id := keys.Blind("op", it.OpID)
	if ct, err = keys.AEAD.Encrypt(seal.Pad(0, p.Out), outboxData(install, "ct", keys.N, id)); err != nil {
		return nil, nil, err
	}
	note, err = keys.AEAD.Encrypt(seal.Pad(0, []byte(it.Note)), outboxData(install, "note", keys.N, id))
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

// notSettled is SQL's condition for the rows that index outbox_waiting has: SQLite
// takes the index where these very words stand.
const notSettled = "state NOT IN (2, 7)" // confirmed, withdrawn

const itemColumns = "SELECT seq, epoch, op, lane, state, attempts, ct, note FROM outbox "

func (r *itemRow) scan(row interface{ Scan(...any) error }) error {
	return row.Scan(&r.seq, &r.epoch, &r.id, &r.lane, &r.state, &r.attempts, &r.ct, &r.note)
}

// itemRows are an epoch's rows in order of arrival, but for those that are settled
// by their column.
func itemRows(ctx context.Context, q disk.Querier, epoch uint32) (out []itemRow, err error) {
	rows, err := q.QueryContext(ctx, itemColumns+"WHERE epoch = ? AND "+notSettled+" ORDER BY seq", epoch)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var r itemRow
		if err := r.scan(rows); err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

// itemRowOf is the row of a blinded id, nil without one.
func itemRowOf(ctx context.Context, q disk.Querier, epoch uint32, id []byte) (*itemRow, error) {
	var r itemRow
	err := r.scan(q.QueryRowContext(ctx, itemColumns+"WHERE op = ? AND epoch = ?", id, epoch))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return &r, err
}

// findItem is the row of an operation, with what the outbox index says of it; its seq
// is 0 when there is none. An act that cannot be read is found by damagedID.
func (j *outbox) findItem(ctx context.Context, keys Keys, q disk.Querier, opID string) (r itemRow, err error) {
	raw, damaged := strings.CutPrefix(opID, damagedID)
	name, bad := hex.DecodeString(raw)
	for n, k := range keys {
		id := k.Blind("op", opID)
		if damaged && bad == nil {
			id = name
		}
		m, _, err := j.outboxIndexOf(ctx, q, k)
		if err != nil {
			return itemRow{}, err
		}
		row, err := itemRowOf(ctx, q, n, id)
		if err != nil {
			return itemRow{}, err
		}
		at := m.at(id)
		if row == nil && at >= 0 && damaged {
			return itemRow{seq: struckOut, epoch: n, id: id, lane: m.items[at].lane, state: ItemDamaged}, nil
		}
		if row == nil {
			continue
		}
		switch r = *row; {
		case at >= 0:
			r.state, r.attempts = m.items[at].state, m.items[at].attempts
		case !r.state.settled():
			r.state = ItemWithdrawn // put there from outside, or again: the outbox index says that it is settled
		}
		return r, nil
	}
	return itemRow{}, nil
}

// struckOut is the seq of an act that is in the outbox index alone.
const struckOut = -1

// Pending is every item that is neither confirmed nor withdrawn, in order of
// arrival: what waits, and what needs somebody to look at it, be it because it
// was damaged or struck out from outside. left is how many more there are under keys
// that are not among these.
func (j *outbox) Pending(ctx context.Context, keys Keys) (out []Item, left int, err error) {
	err = j.look(ctx, func(tx *sql.Tx) error {
		out, left, err = j.pending(ctx, tx, keys)
		return err
	})
	return out, left, err
}

// pending is what the keys open of the items not settled, and how many they do
// not.
func (j *outbox) pending(ctx context.Context, q disk.Querier, keys Keys) (out []Item, left int, err error) {
	epochs := slices.Sorted(maps.Keys(keys))
	lists := make([][]Item, 0, len(epochs))
	for _, n := range epochs {
		list, _, err := j.waiting(ctx, q, keys[n])
		if err != nil {
			return nil, 0, err
		}
		lists = append(lists, list)
	}
	held, _ := json.Marshal(epochs) // numbers always marshal
	err = q.QueryRowContext(ctx, "SELECT count(*) FROM outbox WHERE "+notSettled+" AND epoch NOT IN (SELECT value FROM json_each(?))", string(held)).Scan(&left)
	return inOrder(lists), left, err
}

// inOrder puts the lists together by time, each in its own order.
func inOrder(lists [][]Item) (out []Item) {
	for {
		first := -1
		for i, l := range lists {
			if len(l) > 0 && (first < 0 || l[0].Created.Before(lists[first][0].Created)) {
				first = i
			}
		}
		if first < 0 {
			return out
		}
		out, lists[first] = append(out, lists[first][0]), lists[first][1:]
	}
}

// waiting is what an epoch's outbox index has, opened, and how many rows claim to wait
// that it does not have.
func (j *outbox) waiting(ctx context.Context, q disk.Querier, keys *keyring.JournalKeys) (out []Item, foreign int, err error) {
	m, _, err := j.outboxIndexOf(ctx, q, keys)
	if err != nil {
		return nil, 0, err
	}
	rows, err := itemRows(ctx, q, keys.N)
	if err != nil {
		return nil, 0, err
	}
	byID := map[string]*itemRow{}
	for i, r := range rows {
		byID[string(r.id)] = &rows[i]
		if m.at(r.id) < 0 {
			foreign++
		}
	}
	for _, x := range m.items {
		it := Item{OpID: damagedID + hex.EncodeToString(x.id), State: ItemDamaged}
		r := byID[string(x.id)]
		if r == nil { // struck out, or marked as settled from outside
			if r, err = itemRowOf(ctx, q, keys.N, x.id); err != nil {
				return nil, 0, err
			}
		}
		if r != nil {
			r.state, r.attempts = x.state, x.attempts
			if opened, err := r.open(j.install, keys); err == nil {
				it = opened
			}
		}
		it.epoch, it.lane = keys.N, x.lane
		out = append(out, it)
	}
	return out, foreign, nil
}

func (r *itemRow) open(install string, keys *keyring.JournalKeys) (Item, error) {
	it := Item{State: r.state, Attempts: r.attempts}
	plain, err := seal.Opened(keys.AEAD.Decrypt(r.ct, outboxData(install, "ct", keys.N, r.id)))
	if err != nil {
		return it, err
	}
	u := seal.Unpacker{In: string(plain)}
	it.OpID, it.OrderKey, it.Created = u.String(), u.String(), u.Time()
	it.Payload = []byte(u.String())
	if err := u.End(); err != nil {
		return it, err
	}
	if !bytes.Equal(r.id, keys.Blind("op", it.OpID)) || !bytes.Equal(r.lane, keys.Blind("lane", it.OrderKey)) {
		return it, seal.ErrSealed
	}
	words, err := seal.Opened(keys.AEAD.Decrypt(r.note, outboxData(install, "note", keys.N, r.id)))
	it.Note = string(words)
	return it, err
}

// remark writes an item's state anew. One that is settled keeps its id, so that it
// is never queued again, and nothing of what it said.
func (j *outbox) remark(ctx context.Context, keys Keys, tx *sql.Tx, r *itemRow, state ItemState, attempts int, note string) error {
	if r.seq == 0 { // struck out from outside while it was being sent
		return ehrdesk.E("cache.outbox", ehrdesk.CodeTampered, errNoItem)
	}
	k := keys[r.epoch]
	it, err := r.open(j.install, k)
	if err != nil && !state.settled() { // what cannot be read can be given up
		return err
	}
	if err := j.amend(ctx, tx, k, r, state, attempts); err != nil {
		return err
	}
	if r.seq == struckOut {
		return nil
	}
	words, err := k.AEAD.Encrypt(seal.Pad(0, []byte(note)), outboxData(j.install, "note", k.N, r.id))
	if err != nil {
		return err
	}
	if state.settled() {
		_, err = tx.ExecContext(ctx, "UPDATE outbox SET state = ?, attempts = ?, ct = x'', note = ? WHERE seq = ?", state, attempts, words, r.seq)
		if err == nil {
			err = j.forgetSettled(ctx, tx, k)
		}
		return err
	}
	ct, _, err := it.seal(j.install, k)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "UPDATE outbox SET state = ?, attempts = ?, ct = ?, note = ? WHERE seq = ?", state, attempts, ct, words, r.seq)
	return err
}

// undelivered is SQL's condition for what is still to be sent.
const undelivered = "state IN (0, 1) AND " + notSettled // queued, sending

// Undelivered reports whether the outbox holds such an item.
func (j *outbox) Undelivered(ctx context.Context) (bool, error) {
	var n int
	err := j.db.QueryRowContext(ctx, "SELECT count(*) FROM outbox WHERE "+undelivered).Scan(&n)
	return n > 0, err
}

// UndeliveredEpochs are the epochs of what is still to be sent.
func (j *outbox) UndeliveredEpochs(ctx context.Context) ([]uint32, error) {
	return j.epochs(ctx, "SELECT DISTINCT epoch FROM outbox WHERE "+undelivered)
}

// Queries are the statements of a look at the outbox, parameters as zeroes, for a test
// of what they read.
func Queries() []string {
	return []string{
		itemColumns + "WHERE epoch = 0 AND " + notSettled + " ORDER BY seq",
		itemColumns + "WHERE op = x'' AND epoch = 0",
		"SELECT count(*) FROM outbox WHERE " + notSettled + " AND epoch NOT IN (SELECT value FROM json_each('[1]'))",
		"SELECT count(*) FROM outbox WHERE " + undelivered,
		"SELECT DISTINCT epoch FROM outbox WHERE " + undelivered,
	}
}
