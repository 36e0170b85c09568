package journal

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"slices"
	"strconv"

	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
	"github.com/ehrdesk/ehrdesk/cache/internal/keyring"
	"github.com/ehrdesk/ehrdesk/cache/internal/seal"
)

// outboxIndex is what the outbox holds under one epoch's keys: which acts are not
// settled, in which order and how far they have come. It is sealed, and written
// with every change. The columns beside an act are for SQL to look by; where they
// say something else, the outbox index counts: an act that was struck out from
// outside, put in another order, or marked as delivered, is found.
//
// Whoever puts an older outbox index back is found by the access log, whose every
// entry remembers how often it had been changed.
type outboxIndex struct {
	rev   uint64 // raised by every change
	items []outboxIndexItem
}

type outboxIndexItem struct {
	id, lane []byte // blinded
	state    ItemState
	attempts int
}

const (
	outboxIndexVersion = 1
	maxAttempts        = 1<<32 - 1
)

func outboxIndexKey(epoch uint32) string { return "outbox " + strconv.FormatUint(uint64(epoch), 10) }

func outboxIndexData(install string, epoch uint32) []byte {
	return seal.AssociatedData(install, "outbox.manifest", seal.Uint64(uint64(epoch)))
}

func (m *outboxIndex) pack() []byte {
	p := seal.Packer{Out: []byte{outboxIndexVersion}}
	p.Uint(m.rev)
	p.Uint(uint64(len(m.items)))
	for _, it := range m.items {
		p.Bytes(it.id)
		p.Bytes(it.lane)
		p.Uint(uint64(it.state))
		p.Uint(uint64(it.attempts))
	}
	return p.Out
}

func unpackOutboxIndex(b []byte) (m outboxIndex, err error) {
	u := seal.Unpacker{In: string(b)}
	if u.Byte() != outboxIndexVersion {
		return m, seal.ErrMalformed
	}
	m.rev = u.Uint()
	for range u.Count(4) {
		it := outboxIndexItem{id: []byte(u.String()), lane: []byte(u.String())}
		it.state = ItemState(u.Limit(0xff))
		it.attempts = int(u.Limit(maxAttempts))
		m.items = append(m.items, it)
	}
	return m, u.End()
}

// at is an act's place in the outbox index, -1 without one.
func (m *outboxIndex) at(id []byte) int {
	return slices.IndexFunc(m.items, func(it outboxIndexItem) bool { return bytes.Equal(it.id, id) })
}

// set notes how far an act has come; one that is settled leaves the outbox index.
func (m *outboxIndex) set(r *itemRow, state ItemState, attempts int) {
	at := m.at(r.id)
	switch {
	case state.settled() && at >= 0:
		m.items = slices.Delete(m.items, at, at+1)
	case state.settled():
	case at >= 0:
		m.items[at].state, m.items[at].attempts = state, attempts
	default:
		m.items = append(m.items, outboxIndexItem{id: r.id, lane: r.lane, state: state, attempts: attempts})
	}
}

// How an outbox index was found.
type condition uint8

const (
	whole condition = iota
	none            // there is none yet: what the rows say is taken
	torn            // it does not open: as none, and somebody is told
)

// outboxIndexOf reads an epoch's outbox index; where there is none, it is made of the
// rows. Nothing is written.
func (j *outbox) outboxIndexOf(ctx context.Context, q disk.Querier, keys *keyring.JournalKeys) (m outboxIndex, how condition, err error) {
	var ct []byte
	err = q.QueryRowContext(ctx, "SELECT v FROM meta WHERE k = ?", outboxIndexKey(keys.N)).Scan(&ct)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		how = none
	case err != nil:
		return m, how, err
	default:
		plain, err := seal.Opened(keys.AEAD.Decrypt(ct, outboxIndexData(j.install, keys.N)))
		if err == nil {
			m, err = unpackOutboxIndex(plain)
		}
		if err == nil {
			return m, whole, nil
		}
		m, how = outboxIndex{}, torn
	}
	rows, err := itemRows(ctx, q, keys.N)
	for i := range rows {
		m.set(&rows[i], rows[i].state, rows[i].attempts)
	}
	return m, how, err
}

// writeOutboxIndex seals a changed outbox index. floor is what the access log remembers
// of its changes, where it was begun anew.
func (j *outbox) writeOutboxIndex(ctx context.Context, tx *sql.Tx, keys *keyring.JournalKeys, m *outboxIndex, floor uint64) error {
	m.rev = max(m.rev, floor) + 1
	ct, err := keys.AEAD.Encrypt(seal.Pad(0, m.pack()), outboxIndexData(j.install, keys.N))
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "INSERT OR REPLACE INTO meta VALUES (?, ?)", outboxIndexKey(keys.N), ct)
	return err
}

// amend changes the outbox index of one epoch, in the transaction that changes the act.
func (j *outbox) amend(ctx context.Context, tx *sql.Tx, keys *keyring.JournalKeys, r *itemRow, state ItemState, attempts int) error {
	m, how, err := j.outboxIndexOf(ctx, tx, keys)
	if err != nil {
		return err
	}
	floor := uint64(0)
	if how != whole {
		if floor, err = j.rememberedRev(ctx, tx, keys); err != nil {
			return err
		}
	}
	m.set(r, state, attempts)
	return j.writeOutboxIndex(ctx, tx, keys, &m, floor)
}

// outboxIndexRev is how often an epoch's outbox index has been changed, for the access
// log to remember: never less than the entry before remembered, so that an entry
// written over an older outbox index does not make it the newest.
func (j *outbox) outboxIndexRev(ctx context.Context, q disk.Querier, keys *keyring.JournalKeys) (uint64, error) {
	m, _, err := j.outboxIndexOf(ctx, q, keys)
	if err != nil {
		return 0, err
	}
	rev, err := j.rememberedRev(ctx, q, keys)
	return max(m.rev, rev), err
}

// rememberedRev is what the newest entry of the access log under an epoch's keys
// remembers of its outbox index.
func (j *outbox) rememberedRev(ctx context.Context, q disk.Querier, keys *keyring.JournalKeys) (uint64, error) {
	var seq int64
	var ct []byte
	err := q.QueryRowContext(ctx, "SELECT seq, ct FROM audit WHERE epoch = ? ORDER BY seq DESC LIMIT 1", keys.N).Scan(&seq, &ct)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	e, err := openAudit(j.install, keys, seq, ct)
	if err != nil {
		return 0, nil // a damaged entry is found where the log is read
	}
	return e.rev, nil
}
