package cache

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

// Trouble looks at the outbox and the working lists, as far as this person holds
// their keys. Errors: CodeLocked.
func (v *Vault) Trouble(ctx context.Context) (t Trouble, err error) {
	const op = "cache.trouble"
	s := v.s
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := v.usable(ctx, op); err != nil {
		return t, err
	}
	tx, err := s.journal.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return t, disk.Fault(op, err)
	}
	defer func() { _ = tx.Rollback() }()
	for _, k := range v.journal {
		items, foreign, err := s.waiting(ctx, tx, k)
		if err != nil {
			return t, disk.Fault(op, err)
		}
		t.Foreign += foreign
		for _, it := range items {
			if it.State == ItemDamaged {
				t.Damaged++
			}
		}
		behind, err := s.behindLog(ctx, tx, k)
		if err != nil {
			return t, disk.Fault(op, err)
		}
		t.Behind = t.Behind || behind
		_, lines, err := v.openSlips(ctx, tx, k, "")
		if err != nil {
			return t, disk.Fault(op, err)
		}
		t.Lines += len(lines)
	}
	return t, nil
}

// behindLog reports an outbox index that is not the one the access log remembers.
func (s *Store) behindLog(ctx context.Context, q disk.Querier, keys *keyring.JournalKeys) (bool, error) {
	m, how, err := s.outboxIndexOf(ctx, q, keys)
	if err != nil {
		return false, err
	}
	rev, err := s.rememberedRev(ctx, q, keys)
	return how == torn || m.rev < rev, err
}

// AcknowledgeTrouble says that the trouble has been written down: what is remembered
// of the acts begins anew with what there is, and what claims to wait and does not
// is emptied, and lines that do not open go. Acts that are damaged stay until each
// is given up.
// Errors: CodeLocked.
func (v *Vault) AcknowledgeTrouble(ctx context.Context) error {
	return v.changeJournal(ctx, "cache.trouble", emptyLog, func(tx *sql.Tx) error {
		for _, k := range v.journal {
			behind, err := v.s.behindLog(ctx, tx, k)
			if err != nil {
				return err
			}
			m, _, err := v.s.outboxIndexOf(ctx, tx, k)
			if err != nil {
				return err
			}
			if behind {
				rev, err := v.s.rememberedRev(ctx, tx, k)
				if err != nil {
					return err
				}
				if err := v.s.writeOutboxIndex(ctx, tx, k, &m, rev); err != nil {
					return err
				}
			}
			_, lines, err := v.openSlips(ctx, tx, k, "")
			if err != nil {
				return err
			}
			if err := deleteSlips(ctx, tx, lines); err != nil {
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
