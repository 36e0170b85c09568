package cache

import (
	"context"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
)

// Checkpoint is a signed state of the access log. The signatures are the
// client's and opaque here.
type Checkpoint struct {
	N               int64
	Head            []byte
	Signed, Vouched string
}

// State is how far the store has come, remembered durably in the keyring and in
// the journal before it is given. Errors: CodeLocked.
func (v *Vault) State(ctx context.Context) (ehrdesk.AuditCheckpoint, error) {
	const op = "cache.state"
	s := v.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := v.usable(ctx, op); err != nil {
		return ehrdesk.AuditCheckpoint{}, err
	}
	if err := s.saveMark(ctx); err != nil {
		return ehrdesk.AuditCheckpoint{}, disk.Fault(op, err)
	}
	m, err := s.present(ctx)
	return ehrdesk.AuditCheckpoint{Log: s.ring.Install, N: m.Entries, Head: m.Head, Generation: m.Generation}, disk.Fault(op, err)
}

// HeadAt is the chain's hash at entry n, and of 0 the beginning; nil where the
// log is shorter. Errors: CodeLocked.
func (v *Vault) HeadAt(ctx context.Context, n int64) ([]byte, error) {
	const op = "cache.state"
	s := v.s
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := v.usable(ctx, op); err != nil {
		return nil, err
	}
	if n == 0 {
		return ehrdesk.AuditGenesis(s.ring.Install), nil
	}
	h, err := s.auditHash(ctx, n)
	return h, disk.Fault(op, err)
}

// SealedEntries are the entries after from, up to to, as they are sealed: what
// a centre needs to follow the chain. Errors: CodeLocked.
func (v *Vault) SealedEntries(ctx context.Context, from, to int64) ([][]byte, error) {
	const op = "cache.audit"
	s := v.s
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := v.usable(ctx, op); err != nil {
		return nil, err
	}
	rows, err := s.journal.QueryContext(ctx, "SELECT ct FROM audit WHERE seq > ? AND seq <= ? ORDER BY seq", from, to)
	if err != nil {
		return nil, disk.Fault(op, err)
	}
	defer rows.Close()
	var out [][]byte
	for rows.Next() {
		var ct []byte
		if err := rows.Scan(&ct); err != nil {
			return nil, disk.Fault(op, err)
		}
		out = append(out, ct)
	}
	return out, disk.Fault(op, rows.Err())
}

// KeepCheckpoint writes what was signed into the journal. Once the centre has
// vouched for what the desk has signed, what the desk alone has signed before
// goes, and so does the centre's word about a chain that is not this one: it was
// kept to show that the log had been cut. Errors: CodeLocked.
func (v *Vault) KeepCheckpoint(ctx context.Context, c Checkpoint) error {
	const op = "cache.checkpoint"
	s := v.s
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := v.usable(ctx, op); err != nil {
		return err
	}
	_, err := s.journal.ExecContext(ctx, `INSERT INTO checkpoint VALUES (?1, ?2, ?3, ?4)
		ON CONFLICT DO UPDATE SET signed = ?3, vouched = CASE ?4 WHEN '' THEN vouched ELSE ?4 END`, c.N, c.Head, c.Signed, c.Vouched)
	if err == nil && c.Vouched != "" && c.Signed != "" {
		_, err = s.journal.ExecContext(ctx, `DELETE FROM checkpoint WHERE (vouched = '' AND n <= ?)
			OR NOT EXISTS (SELECT 1 FROM audit WHERE seq = checkpoint.n AND hash = checkpoint.head)`, c.N)
	}
	return disk.Fault(op, err)
}

// Checkpoints are those kept, the longest log last. Nobody has to be signed in.
func (s *Store) Checkpoints(ctx context.Context) ([]Checkpoint, error) {
	const op = "cache.checkpoint"
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return nil, ehrdesk.E(op, ehrdesk.CodeLocked, errClosed)
	}
	rows, err := s.journal.QueryContext(ctx, "SELECT n, head, signed, vouched FROM checkpoint ORDER BY n")
	if err != nil {
		return nil, disk.Fault(op, err)
	}
	defer rows.Close()
	var out []Checkpoint
	for rows.Next() {
		var c Checkpoint
		if err := rows.Scan(&c.N, &c.Head, &c.Signed, &c.Vouched); err != nil {
			return nil, disk.Fault(op, err)
		}
		out = append(out, c)
	}
	return out, disk.Fault(op, rows.Err())
}

// Checkpoints is Store.Checkpoints for whoever holds a vault.
func (v *Vault) Checkpoints(ctx context.Context) ([]Checkpoint, error) { return v.s.Checkpoints(ctx) }

// Install is the store's id: of its access log too.
func (v *Vault) Install() string { return v.s.Install() }

// RollbackDetected is Store.Stale for whoever holds a vault.
func (v *Vault) RollbackDetected() []string { return v.s.RollbackDetected() }
