package journal

import (
	"context"
	"database/sql"

	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
	"github.com/ehrdesk/ehrdesk/cache/internal/keyring"
)

// Trouble is what was found wrong with the outbox and the working lists, and what
// no program of ours does.
type Trouble struct {
	Damaged int  // acts that do not open any more, or are gone
	Foreign int  // acts that claim to wait and do not: settled, or never put here
	Behind  bool // what is remembered of the acts is of an earlier day, gone, or does not open
	Lines   int  // lines of working lists that do not open
}

// None reports that there is none.
func (t Trouble) None() bool { return t == Trouble{} }

// Trouble looks at the outbox and the working lists, as far as their keys are
// among these.
func (j *Journal) Trouble(ctx context.Context, keys Keys) (t Trouble, err error) {
	err = j.look(ctx, func(tx *sql.Tx) error {
		for _, k := range keys {
			if err := j.troubleUnder(ctx, tx, k, &t); err != nil {
				return err
			}
		}
		return nil
	})
	return t, err
}

func (j *Journal) troubleUnder(ctx context.Context, tx *sql.Tx, k *keyring.JournalKeys, t *Trouble) error {
	items, foreign, err := j.waiting(ctx, tx, k)
	if err != nil {
		return err
	}
	t.Foreign += foreign
	for _, it := range items {
		if it.State == ItemDamaged {
			t.Damaged++
		}
	}
	behind, err := j.behindLog(ctx, tx, k)
	if err != nil {
		return err
	}
	t.Behind = t.Behind || behind
	_, lines, err := j.openLines(ctx, tx, k, "")
	t.Lines += len(lines)
	return err
}

// behindLog reports an outbox index that is not the one the access log remembers.
func (j *outbox) behindLog(ctx context.Context, q disk.Querier, keys *keyring.JournalKeys) (bool, error) {
	m, how, err := j.outboxIndexOf(ctx, q, keys)
	if err != nil {
		return false, err
	}
	rev, err := j.rememberedRev(ctx, q, keys)
	return how == torn || m.rev < rev, err
}

// AcknowledgeTrouble says that the trouble has been written down: what is remembered
// of the acts begins anew with what there is, and what claims to wait and does not
// is emptied, and lines that do not open go. Acts that are damaged stay until each
// is given up.
func (j *Journal) AcknowledgeTrouble(ctx context.Context, keys Keys) error {
	return j.change(ctx, emptyLog, func(tx *sql.Tx) error {
		for _, k := range keys {
			behind, err := j.behindLog(ctx, tx, k)
			if err != nil {
				return err
			}
			m, _, err := j.outboxIndexOf(ctx, tx, k)
			if err != nil {
				return err
			}
			if behind {
				rev, err := j.rememberedRev(ctx, tx, k)
				if err != nil {
					return err
				}
				if err := j.writeOutboxIndex(ctx, tx, k, &m, rev); err != nil {
					return err
				}
			}
			_, lines, err := j.openLines(ctx, tx, k, "")
			if err != nil {
				return err
			}
			if err := deleteLines(ctx, tx, lines); err != nil {
				return err
			}
			rows, err := itemRows(ctx, tx, k.N)
			if err != nil {
				return err
			}
			for _, r := range rows {
				if m.at(r.id) >= 0 {
					continue
				}
				if _, err := tx.ExecContext(ctx, "UPDATE outbox SET state = ?, ct = x'' WHERE seq = ?", ItemWithdrawn, r.seq); err != nil {
					return err
				}
			}
		}
		return nil
	})
}
