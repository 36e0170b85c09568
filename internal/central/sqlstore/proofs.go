package sqlstore

import (
	"context"
	_ "embed"
	"path/filepath"

	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

//go:embed schema-proofs.sql
var schemaProofs string

// beside is the file of the proofs, beside the store's.
func beside(path string) string { return filepath.Join(filepath.Dir(path), "proofs.db") }

// Proofs runs fn in a transaction of its own file. What it changed is seen by every
// process and outlives this one; it is not waited for until it has reached the disk.
func (s *Store) Proofs(ctx context.Context, fn func(store.Proofs) error) error {
	under, leave, err := s.p.begin(ctx)
	if err != nil {
		return storeError(err)
	}
	defer leave()
	q := newTx(ctx, under, s.now())
	refused := q.run(func() error { return fn(proofs{q}) })
	if undone(refused) {
		return storeError(refused)
	}
	if err := under.commit(ctx); err != nil {
		return storeError(err)
	}
	return refused
}

type proofs struct{ *tx }

func (q proofs) Newest() *store.Nonce {
	return one(q.tx, store.Nonce{}, func(n *store.Nonce) []any { return []any{&n.Value, &n.At} }, "SELECT value, at FROM nonce ORDER BY seq DESC LIMIT 1")
}

func (q proofs) Add(n store.Nonce) {
	q.exec("INSERT INTO nonce (value, at) VALUES (?,?)", n.Value, n.At)
}

func (q proofs) Keep(newest int) {
	q.exec("DELETE FROM nonce WHERE seq NOT IN (SELECT seq FROM nonce ORDER BY seq DESC LIMIT ?)", newest)
}

func (q proofs) Known(nonce string) bool { return q.has("SELECT 1 FROM nonce WHERE value = ?", nonce) }

func (q proofs) Use(nonce string, id []byte) (fresh bool) {
	return q.exec("INSERT INTO proof (nonce, id) SELECT seq, ? FROM nonce WHERE value = ? FOR KEY SHARE ON CONFLICT DO NOTHING", id, nonce)
}
