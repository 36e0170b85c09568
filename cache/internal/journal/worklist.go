package journal

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

// WorklistItem is one line of a worklist of this desk: who has come today, what is
// to be done. It lies in the journal, as it exists nowhere else.
type WorklistItem struct {
	List, ID string
	Payload  []byte
	Changed  time.Time // when it was put last
}

const maxLine = 1 << 20 // bytes of a payload

var errLine = ehrdesk.Errorf("cache.worklist", ehrdesk.CodeInvalid, "a worklist item needs a list and an id, and is at most 1 MiB")

// ChangeWorklist writes items of a list, each in place of the one of its id or as the
// list's last, and takes others off: all of it or nothing. It is on the disk, and what is
// taken off is overwritten in the file and gone from its log, when ChangeWorklist
// returns. To take off what is not there is no error.
// Errors: CodeInvalid.
func (j *worklists) ChangeWorklist(ctx context.Context, keys Keys, list string, put []WorklistItem, off []string) error {
	return j.changeLines(ctx, keys, emptyLog, list, put, off)
}

// KeepWorklist writes items as ChangeWorklist does. What stood in their place may be in the file's log until something is taken off, or
// the journal is opened anew.
// Errors: CodeInvalid.
func (j *worklists) KeepWorklist(ctx context.Context, keys Keys, list string, put []WorklistItem) error {
	return j.changeLines(ctx, keys, keepLog, list, put, nil)
}

func (j *worklists) changeLines(ctx context.Context, keys Keys, after logAfter, list string, put []WorklistItem, off []string) error {
	for _, it := range put {
		if list == "" || it.ID == "" || len(it.Payload) > maxLine {
			return errLine
		}
	}
	return j.change(ctx, after, func(tx *sql.Tx) error {
		var last int64
		if err := tx.QueryRowContext(ctx, "SELECT coalesce(max(seq), 0) FROM slip").Scan(&last); err != nil {
			return err
		}
		for _, it := range put {
			had, err := j.findLine(ctx, keys, tx, list, it.ID)
			if err == nil {
				err = deleteLines(ctx, tx, had)
			}
			if err != nil {
				return err
			}
			if len(had) == 0 {
				last++
				had = []int64{last}
			}
			if err := j.insertLine(ctx, keys, tx, had[0], list, it.ID, it.Payload); err != nil {
				return err
			}
		}
		for _, id := range off {
			had, err := j.findLine(ctx, keys, tx, list, id)
			if err == nil {
				err = deleteLines(ctx, tx, had)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Worklist is a list's items, in the order they were first put; those that are
// damaged are left out (Trouble counts them).
func (j *worklists) Worklist(ctx context.Context, keys Keys, list string) ([]WorklistItem, error) {
	var found []lineRow
	for _, k := range keys {
		rows, _, err := j.openLines(ctx, j.db, k, list)
		if err != nil {
			return nil, err
		}
		found = append(found, rows...)
	}
	slices.SortFunc(found, func(a, b lineRow) int { return cmp.Compare(a.seq, b.seq) })
	var out []WorklistItem
	at := map[string]int{}
	for _, r := range found {
		// Two people who held no key in common may both have put it: the later counts.
		if i, ok := at[r.item.ID]; ok {
			if r.item.Changed.After(out[i].Changed) {
				out[i] = r.item
			}
			continue
		}
		at[r.item.ID] = len(out)
		out = append(out, r.item)
	}
	return out, nil
}

type lineRow struct {
	seq  int64
	item WorklistItem
}

// findLine is the rows of an item, under any of the keys, the first first.
func (j *worklists) findLine(ctx context.Context, keys Keys, q disk.Querier, list, id string) (seqs []int64, err error) {
	for n, k := range keys {
		var seq int64
		err := q.QueryRowContext(ctx, "SELECT coalesce(max(seq), 0) FROM slip WHERE epoch = ? AND id = ?", n, lineID(k, list, id)).Scan(&seq)
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

func deleteLines(ctx context.Context, tx *sql.Tx, seqs []int64) error {
	for _, n := range seqs {
		if _, err := tx.ExecContext(ctx, "DELETE FROM slip WHERE seq = ?", n); err != nil {
			return err
		}
	}
	return nil
}

func (j *worklists) insertLine(ctx context.Context, keys Keys, tx *sql.Tx, seq int64, list, id string, payload []byte) error {
	k := keys.Newest()
	if k == nil {
		return keyring.ErrDamaged
	}
	p := seal.Packer{}
	p.String(list)
	p.String(id)
	p.Time(j.clock.Now())
	p.Bytes(payload)
	name := lineID(k, list, id)
	ct, err := k.AEAD.Encrypt(seal.Pad(0, p.Out), lineData(j.install, k.N, seq, name))
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO slip VALUES (?, ?, ?, ?, ?)", seq, k.N, name, k.Blind("list", list), ct)
	return err
}

// openLines opens a list's rows under one epoch's keys, or with no list all of
// them, and gives those that do not open: one that is damaged keeps nobody from
// the others.
func (j *worklists) openLines(ctx context.Context, q disk.Querier, keys *keyring.JournalKeys, list string) (out []lineRow, damaged []int64, err error) {
	blind := keys.Blinds()
	wanted := blind("list", list)
	rows, err := q.QueryContext(ctx, "SELECT seq, id, list, ct FROM slip WHERE epoch = ?1 AND (?2 OR list = ?3)", keys.N, list == "", wanted)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var r lineRow
		var name, of, ct []byte
		if err := rows.Scan(&r.seq, &name, &of, &ct); err != nil {
			return nil, nil, err
		}
		r.item, err = openLine(j.install, keys, blind, r.seq, name, ct)
		is := wanted
		if r.item.List != list {
			is = blind("list", r.item.List)
		}
		if err != nil || !bytes.Equal(of, is) {
			damaged = append(damaged, r.seq)
			continue
		}
		out = append(out, r)
	}
	return out, damaged, rows.Err()
}

// openLine opens a row. The payload is its own memory.
func openLine(install string, keys *keyring.JournalKeys, blind func(what, s string) []byte, seq int64, name, ct []byte) (l WorklistItem, err error) {
	plain, err := seal.Opened(keys.AEAD.Decrypt(ct, lineData(install, keys.N, seq, name)))
	if err != nil {
		return l, err
	}
	u := seal.Unpacker{In: string(plain)}
	l = WorklistItem{List: u.String(), ID: u.String(), Changed: u.Time()}
	payload := len(u.String())
	if err := u.End(); err != nil {
		return l, err
	}
	l.Payload = plain[len(plain)-payload:] // it is last
	if !bytes.Equal(name, blind(lineIDs, pair(l.List, l.ID))) {
		return l, seal.ErrSealed
	}
	return l, nil
}

// lineID blinds a list and an id together.
func lineID(k *keyring.JournalKeys, list, id string) []byte {
	return k.Blind(lineIDs, pair(list, id))
}

// lineIDs is the kind of name that lineID blinds.
const lineIDs = "slip"

func pair(list, id string) string { return string(seal.AppendPart(seal.AppendPart(nil, list), id)) }

func lineData(install string, epoch uint32, seq int64, name []byte) []byte {
	return seal.AssociatedData(install, "slip.ct", seal.Uint64(uint64(epoch)), seal.Uint64(uint64(seq)), name)
}
