package cache

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
	"github.com/ehrdesk/ehrdesk/cache/internal/journal"
	"github.com/ehrdesk/ehrdesk/cache/internal/keyring"
	"github.com/ehrdesk/ehrdesk/cache/internal/records"
)

// files are the three files of a store, and how far each says that the others had come
// (mark.go). Whoever calls holds the store's mu, for writing where something changes.
type files struct {
	dir    string
	lock   *os.File
	floor  keyring.KDF
	id     string // of a store that is made
	steps  fs.FS
	newest int // the journal's format after all steps
	clock  clock

	ring    *keyring.Keyring
	records *records.Records
	journal *journal.Journal
	stale   []string // what was found to be of an earlier day
}

var errOrphan = errors.New("the keyring is missing: the journal on this desk cannot be read; move journal.db away and keep it")

func (s *files) open(ctx context.Context) (err error) {
	if err := disk.SweepSpools(s.dir); err != nil {
		return err
	}
	if err := disk.SweepLong(s.dir); err != nil {
		return err
	}
	if err := s.loadKeyring(); err != nil {
		return err
	}
	if err := disk.RefuseLater(ctx, s.dir, map[string]int{disk.JournalFile: s.newest, disk.RecordsFile: records.Format}); err != nil {
		return err
	}
	known := func(n uint32) bool {
		return slices.ContainsFunc(s.ring.Journal, func(e keyring.Epoch) bool { return e.N == n })
	}
	s.journal, err = journal.Open(ctx, s.dir, journal.Options{Install: s.ring.Install, Clock: &s.clock, Known: known, Steps: s.steps})
	if err != nil {
		return err
	}
	err = s.openRecords(ctx)
	switch {
	case err == nil || ctx.Err() != nil:
	case errors.Is(err, records.ErrOlder):
		err = s.replaceRecords(ctx)
	case expendable(err):
		err = s.replaceDamaged(ctx)
	}
	if err != nil {
		return err
	}
	if err := s.recallClock(ctx); err != nil {
		return err
	}
	return s.compare(ctx)
}

func (s *files) openRecords(ctx context.Context) error {
	rs, err := records.Open(ctx, s.dir, s.ring.Install, &s.clock)
	if err == nil {
		s.records = rs
	}
	return err
}

func (s *files) loadKeyring() error {
	b, err := disk.ReadBounded(filepath.Join(s.dir, disk.KeyringFile), keyring.MaxSize)
	if err != nil {
		return disk.FileFault(err)
	}
	if b != nil {
		s.ring, err = keyring.Parse(b, s.floor)
		return err
	}
	if info, err := os.Stat(filepath.Join(s.dir, disk.JournalFile)); err == nil && info.Size() > 0 {
		return ehrdesk.E("cache.open", ehrdesk.CodeTampered, errOrphan)
	}
	return s.saveKeyring(&keyring.Keyring{Format: keyring.Format, Install: cmp.Or(s.id, uuid.NewString())})
}

// saveKeyring writes a changed keyring and takes it into use.
func (s *files) saveKeyring(k *keyring.Keyring) error {
	k.Serial++
	return s.writeKeyring(k)
}

// saveKeyringMarked is saveKeyring where the keyring of before must not come
// back: the rest of the store remembers it at once. An older mark finds less, and
// nothing falsely.
func (s *files) saveKeyringMarked(ctx context.Context, k *keyring.Keyring) error {
	if err := s.saveKeyring(k); err != nil {
		return err
	}
	_ = s.saveMark(context.WithoutCancel(ctx))
	return nil
}

// writeKeyring is saveKeyring that counts no change: the marks alone are new.
func (s *files) writeKeyring(k *keyring.Keyring) error {
	b, err := k.Marshal()
	if err != nil {
		return err
	}
	if len(b) > keyring.MaxSize {
		return errors.New("too many people and keys for one keyring")
	}
	if err := disk.Replace(filepath.Join(s.dir, disk.KeyringFile), b); err != nil {
		return disk.FileFault(err)
	}
	s.ring = k
	return nil
}
