package journal

import (
	"context"
)

// Checkpoint is a signed state of the access log. The signatures are the
// client's and opaque here.
type Checkpoint struct {
	N               int64
	Head            []byte
	Signed, Vouched string
}

// SealedEntries are the entries after from, up to to, as they are sealed: what
// a centre needs to follow the chain.
func (j *accessLog) SealedEntries(ctx context.Context, from, to int64) ([][]byte, error) {
	rows, err := j.db.QueryContext(ctx, "SELECT ct FROM audit WHERE seq > ? AND seq <= ? ORDER BY seq", from, to)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out [][]byte
	for rows.Next() {
		var ct []byte
		if err := rows.Scan(&ct); err != nil {
			return nil, err
		}
		out = append(out, ct)
	}
	return out, rows.Err()
}

// KeepCheckpoint writes what was signed into the journal. Once the centre has
// vouched for what the desk has signed, what the desk alone has signed before
// goes, and so does the centre's word about a chain that is not this one: it was
// kept to show that the log had been cut.
func (j *accessLog) KeepCheckpoint(ctx context.Context, c Checkpoint) error {
	_, err := j.db.ExecContext(ctx, `INSERT INTO checkpoint VALUES (?1, ?2, ?3, ?4)
		ON CONFLICT DO UPDATE SET signed = ?3, vouched = CASE ?4 WHEN '' THEN vouched ELSE ?4 END`, c.N, c.Head, c.Signed, c.Vouched)
	if err == nil && c.Vouched != "" && c.Signed != "" {
		_, err = j.db.ExecContext(ctx, `DELETE FROM checkpoint WHERE (vouched = '' AND n <= ?)
			OR NOT EXISTS (SELECT 1 FROM audit WHERE seq = checkpoint.n AND hash = checkpoint.head)`, c.N)
	}
	return err
}

// Checkpoints are those kept, the longest log last.
func (j *accessLog) Checkpoints(ctx context.Context) ([]Checkpoint, error) {
	rows, err := j.db.QueryContext(ctx, "SELECT n, head, signed, vouched FROM checkpoint ORDER BY n")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Checkpoint
	for rows.Next() {
		var c Checkpoint
		if err := rows.Scan(&c.N, &c.Head, &c.Signed, &c.Vouched); err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, rows.Err()
}
