//go:build hooks

// Command ours is the worker of this repository's store. It takes what only the
// store's own tests may do, and is therefore built with the package's
// export_test.go laid over it as one file more; the tag keeps it out of any
// other build.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/internal/bench/clinical"
	"github.com/ehrdesk/ehrdesk/internal/bench/peers/worker"
)

func main() { worker.Main(open) }

type store struct {
	dir string
	s   *cache.Store
	v   *cache.Vault
	ids map[int]cache.PatientID // of patients seen before
}

// open enrols somebody in a new store and unlocks it. The passphrase's key
// derivation takes no time here, as the others have a raw key or none.
func open(ctx context.Context, dir string, _ bool) (worker.Store, error) {
	dir = filepath.Join(dir, "desk")
	_, missing := os.Stat(dir)
	s, err := cache.Open(ctx, dir, cache.CheapOptions(cache.Options{Now: clinical.Now}))
	if err != nil {
		return nil, err
	}
	pass := ehrdesk.NewSecret("correct horse battery staple")
	if missing != nil {
		if err := s.Enrol(ctx, "chan", pass, nil, cache.Plainly([]byte("p"), []byte("i"))); err != nil {
			return nil, err
		}
	}
	v, err := s.Unlock(ctx, "chan", pass)
	if err != nil {
		return nil, err
	}
	return &store{dir, s, v, map[int]cache.PatientID{}}, nil
}

func key(n int) string { return fmt.Sprintf("patient|%d", n) }

func (o *store) lookup(ctx context.Context, n int) (cache.Copy, error) {
	c, ok, err := o.v.Copies().Lookup(ctx, key(n))
	if err == nil && !ok {
		err = fmt.Errorf("patient %d: no copy", n)
	}
	return c, err
}

func (o *store) id(ctx context.Context, n int) (cache.PatientID, error) {
	if id, ok := o.ids[n]; ok {
		return id, nil
	}
	c, err := o.lookup(ctx, n)
	if err == nil {
		o.ids[n] = c.ID
	}
	return c.ID, err
}

func (o *store) Write(ctx context.Context, n int, all []cache.Change) error {
	c, err := o.v.Copies().Put(ctx, cache.Copy{Header: []byte("header"), PurgeAfter: clinical.Now().Add(24 * time.Hour)}, []string{key(n)})
	if err != nil {
		return err
	}
	o.ids[n] = c.ID
	return o.Update(ctx, n, all)
}

func (o *store) Update(ctx context.Context, n int, changed []cache.Change) error {
	id, err := o.id(ctx, n)
	if err != nil {
		return err
	}
	_, err = o.v.Copies().Apply(ctx, id, nil, clinical.Now(), changed)
	return err
}

func (o *store) Open(ctx context.Context, n int) (records int, err error) {
	o.s.Forget()
	id, err := o.id(ctx, n)
	if err != nil {
		return 0, err
	}
	err = o.v.Copies().Bodies(ctx, id, func(ehrdesk.Record, []byte) error { records++; return nil })
	return records, err
}

func (o *store) Prepare(ctx context.Context, n int) error {
	o.s.Forget()
	id, err := o.id(ctx, n)
	if err != nil {
		return err
	}
	_, err = o.v.Copies().Refs(ctx, id)
	return err
}

func (o *store) One(ctx context.Context, n int, ref ehrdesk.Ref) error {
	id, err := o.id(ctx, n)
	if err != nil {
		return err
	}
	_, err = o.v.Copies().Body(ctx, id, ref)
	return err
}

func (o *store) Count(ctx context.Context, n int) (records int, err error) {
	o.s.Forget()
	c, err := o.lookup(ctx, n)
	return c.Kinds.All(), err
}

func (o *store) CountOpen(ctx context.Context, n int) (records int, err error) {
	id, err := o.id(ctx, n)
	if err != nil {
		return 0, err
	}
	list, err := o.v.Copies().Overviews(ctx, id)
	var kinds cache.KindCounts
	for _, r := range list {
		kinds[r.Kind]++
	}
	return kinds.All(), err
}

func (o *store) CountAll(ctx context.Context) (records int, err error) {
	o.s.Forget()
	copies, _, err := o.v.Copies().List(ctx)
	for i := range copies {
		records += copies[i].Kinds.All()
	}
	return records, err
}

func (o *store) Shred(ctx context.Context, n int) error {
	id, err := o.id(ctx, n)
	if err != nil {
		return err
	}
	return o.v.Shred(ctx, id)
}

func (o *store) Checkpoint(ctx context.Context) error {
	records, _ := o.s.Databases()
	_, err := records.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	return err
}

func (o *store) Size() (int64, error) {
	info, err := os.Stat(filepath.Join(o.dir, "records.db"))
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
