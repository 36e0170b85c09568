package cache

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
	"github.com/ehrdesk/ehrdesk/cache/internal/keyring"
	"github.com/ehrdesk/ehrdesk/cache/internal/seal"
)

// Slip is one line of a working list of this desk: who has come today, what is
// to be done. It lies in the journal, as it exists nowhere else.
type Slip struct {
	List, ID string
	Payload  []byte
	Changed  time.Time // when it was put last
}

const maxSlip = 1 << 20 // bytes of a payload

var errSlip = ehrdesk.Errorf("cache.slip", ehrdesk.CodeInvalid, "a slip needs a list and an id, and is at most 1 MiB")

// PutSlip writes a slip in place of the one that list and id name, or as the
// list's last. It is on the disk when PutSlip returns.
// Errors: CodeInvalid, CodeLocked.
func (v *Vault) PutSlip(ctx context.Context, list, id string, payload []byte) error {
	if list == "" || id == "" || len(payload) > maxSlip {
		return errSlip
	}
	return v.changeJournal(ctx, "cache.slip.put", emptyLog, func(tx *sql.Tx) error {
		had, err := v.findSlip(ctx, tx, list, id)
		if err != nil {
			return err
		}
		var seq int64
		if len(had) > 0 {
			seq = had[0]
			err = deleteSlips(ctx, tx, had)
		} else {
			err = tx.QueryRowContext(ctx, "SELECT 1 + coalesce(max(seq), 0) FROM slip").Scan(&seq)
		}
		if err != nil {
			return err
		}
		return v.insertSlip(ctx, tx, seq, list, id, payload)
	})
}

// DropSlip takes a slip off its list. What it said is overwritten in the file and
// gone from its log when DropSlip returns. No such slip is no error.
// Errors: CodeLocked.
func (v *Vault) DropSlip(ctx context.Context, list, id string) error {
	return v.changeJournal(ctx, "cache.slip.drop", emptyLog, func(tx *sql.Tx) error {
		had, err := v.findSlip(ctx, tx, list, id)
		if err != nil {
			return err
		}
		return deleteSlips(ctx, tx, had)
	})
}

// Slips are a list's lines, in the order they were first put; those that are
// damaged are left out (Trouble counts them). Errors: CodeLocked.
func (v *Vault) Slips(ctx context.Context, list string) ([]Slip, error) {
	const op = "cache.slips"
	s := v.s
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := v.usable(ctx, op); err != nil {
		return nil, err
	}
	var found []slipRow
	for _, k := range v.journal {
		rows, _, err := v.openSlips(ctx, s.journal, k, list)
		if err != nil {
			return nil, disk.Fault(op, err)
		}
		found = append(found, rows...)
	}
	slices.SortFunc(found, func(a, b slipRow) int { return cmp.Compare(a.seq, b.seq) })
	var out []Slip
	at := map[string]int{}
	for _, r := range found {
		// Two people who held no key in common may both have put it: the later counts.
		if i, ok := at[r.slip.ID]; ok {
			if r.slip.Changed.After(out[i].Changed) {
				out[i] = r.slip
			}
			continue
		}
		at[r.slip.ID] = len(out)
		out = append(out, r.slip)
	}
	return out, nil
}

type slipRow struct {
	seq  int64
	slip Slip
}

// findSlip is the rows of a slip, under any key that v holds, the first first.
func (v *Vault) findSlip(ctx context.Context, q disk.Querier, list, id string) (seqs []int64, err error) {
	for n, k := range v.journal {
		var seq int64
		err := q.QueryRowContext(ctx, "SELECT coalesce(max(seq), 0) FROM slip WHERE epoch = ? AND id = ?", n, slipID(k, list, id)).Scan(&seq)
		if err != nil {
			return nil, err
		}
		if seq != 0 {
			seqs = append(seqs, seq)
		}
	}
	slices.Sort(seqs)
	return seqs, nil
}

func deleteSlips(ctx context.Context, tx *sql.Tx, seqs []int64) error {
	for _, n := range seqs {
		if _, err := tx.ExecContext(ctx, "DELETE FROM slip WHERE seq = ?", n); err != nil {
			return err
		}
	}
	return nil
}

func (v *Vault) insertSlip(ctx context.Context, tx *sql.Tx, seq int64, list, id string, payload []byte) error {
	keys := v.journal[v.newestJournal()]
	if keys == nil {
		return keyring.ErrDamaged
	}
	p := seal.Packer{}
	p.String(list)
	p.String(id)
	p.Time(v.s.clock.Now())
	p.Bytes(payload)
	name := slipID(keys, list, id)
	ct, err := keys.AEAD.Encrypt(seal.Pad(0, p.Out), slipPlace(v.s.ring.Install, keys.N, seq, name))
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO slip VALUES (?, ?, ?, ?, ?)", seq, keys.N, name, keys.Blind("list", list), ct)
	return err
}

// openSlips opens a list's rows under one epoch's keys, or with no list all of
// them, and gives those that do not open: one that is damaged keeps nobody from
// the others.
func (v *Vault) openSlips(ctx context.Context, q disk.Querier, keys *keyring.JournalKeys, list string) (out []slipRow, damaged []int64, err error) {
	rows, err := q.QueryContext(ctx, "SELECT seq, id, list, ct FROM slip WHERE epoch = ?1 AND (?2 OR list = ?3)", keys.N, list == "", keys.Blind("list", list))
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var r slipRow
		var name, of, ct []byte
		if err := rows.Scan(&r.seq, &name, &of, &ct); err != nil {
			return nil, nil, err
		}
		if r.slip, err = openSlip(v.s.ring.Install, keys, r.seq, name, ct); err != nil || !bytes.Equal(of, keys.Blind("list", r.slip.List)) {
			damaged = append(damaged, r.seq)
			continue
		}
		out = append(out, r)
	}
	return out, damaged, rows.Err()
}

func openSlip(install string, keys *keyring.JournalKeys, seq int64, name, ct []byte) (l Slip, err error) {
	plain, err := seal.Opened(keys.AEAD.Decrypt(ct, slipPlace(install, keys.N, seq, name)))
	if err != nil {
		return l, err
	}
	u := seal.Unpacker{In: string(plain)}
	l = Slip{List: u.String(), ID: u.String(), Changed: u.Time()}
	l.Payload = []byte(u.String())
	if err := u.End(); err != nil {
		return l, err
	}
	if !bytes.Equal(name, slipID(keys, l.List, l.ID)) {
		return l, seal.ErrSealed
	}
	return l, nil
}

// slipID blinds a list and an id together.
func slipID(k *keyring.JournalKeys, list, id string) []byte {
	return k.Blind("slip", string(seal.AppendPart(seal.AppendPart(nil, list), id)))
}

func slipPlace(install string, epoch uint32, seq int64, name []byte) []byte {
	return seal.AssociatedData(install, "slip.ct", seal.Uint64(uint64(epoch)), seal.Uint64(uint64(seq)), name)
}
