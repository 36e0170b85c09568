package cache

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
	"github.com/ehrdesk/ehrdesk/cache/internal/journal"
	"github.com/ehrdesk/ehrdesk/cache/internal/keyring"
	"github.com/ehrdesk/ehrdesk/cache/internal/records"
)

// Options of a store. The zero value is right for a desk.
type Options struct {
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// Admit is asked, while somebody who holds the store's keys unlocks or
	// somebody is enrolled, about each person who does not hold them: may the
	// keys be sealed to them? Nil admits everybody whose enrolment this desk
	// accepted. Vault.Admit asks again. It must not call back into the store.
	Admit func(Person) bool

	// Unlocking is about how long a passphrase set from now on takes to try on
	// this machine; 0 is 500 ms. It is never cheaper than the floor.
	Unlocking time.Duration

	// Device keeps the second keys of those who have one; nil where there is
	// none on this machine: they then cannot unlock.
	Device Device

	floor *keyring.KDF // tests only: cheaper key derivation
	steps fs.FS        // tests only: other steps of the journal's format
}

// Person is somebody enrolled on this desk.
type Person struct {
	Staff  string
	Public []byte // the client's own, plain: name, role, provider, centre
	Holder []byte // SHA-256 of the public key that keys are sealed to
}

// Store is one provider's store on this desk, open in this process. Its methods
// may be called from several goroutines.
type Store struct {
	dir    string
	admit  func(Person) bool
	floor  keyring.KDF
	steps  fs.FS
	newest int // the journal's format after all steps
	device Device
	lock   *os.File

	unlocking time.Duration // below 0: the floor as it is

	// mu is held for reading by whoever uses keys and for writing by whoever
	// changes them. Lock order: mu, then what records or journal lock by themselves;
	// neither of them knows the other or calls back.
	mu     sync.RWMutex
	closed bool
	ring   *keyring.Keyring
	vaults map[*Vault]struct{}
	away   map[*Vault]struct{} // suspended: without keys, and their sessions go on
	stale  []string            // what was found to be of an earlier day
	clock  clock

	records *records.Records
	journal *journal.Journal
}

// Open opens the store in dir, making it when missing, takes the process lock,
// and destroys the copies past their day: nobody has to be signed in for that.
//
// Errors: CodeLocked when another process has it open, CodeDenied when dir or a
// file in it is open to others, CodeTampered for a damaged keyring or one that
// asks for weak key derivation, or a journal whose keyring is gone.
func Open(ctx context.Context, dir string, o Options) (*Store, error) {
	const op = "cache.open"
	s := &Store{dir: dir, clock: clock{now: o.Now}, admit: o.Admit, floor: keyring.Floor(), steps: o.steps, device: o.Device, vaults: map[*Vault]struct{}{}, away: map[*Vault]struct{}{}}
	if s.clock.now == nil {
		s.clock.now = time.Now
	}
	if s.unlocking = o.Unlocking; s.unlocking == 0 {
		s.unlocking = keyring.UnlockTime
	}
	if s.steps == nil {
		s.steps = journal.Steps()
	}
	var err error
	if s.newest, err = journal.Newest(s.steps); err != nil {
		return nil, disk.Fault(op, err)
	}
	if o.floor != nil {
		s.floor, s.unlocking = *o.floor, -1
	}
	if err := disk.Prepare(op, dir); err != nil {
		return nil, err
	}
	lock, err := disk.Lock(op, dir)
	if err != nil {
		return nil, err
	}
	s.lock = lock
	if err := s.open(ctx); err != nil {
		s.release()
		return nil, disk.Fault(op, err)
	}
	if err := s.sweep(ctx); err != nil {
		s.release()
		return nil, disk.Fault(op, err)
	}

	return s, nil
}

var errOrphan = errors.New("the keyring is missing: the journal on this desk cannot be read; move journal.db away and keep it")

func (s *Store) open(ctx context.Context) (err error) {
	if err := disk.SweepSpools(s.dir); err != nil {
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

func (s *Store) openRecords(ctx context.Context) error {
	rs, err := records.Open(ctx, s.dir, s.ring.Install, &s.clock)
	if err == nil {
		s.records = rs
	}
	return err
}

func (s *Store) loadKeyring() error {
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
	return s.saveKeyring(&keyring.Keyring{Format: keyring.Format, Install: uuid.NewString()})
}

// saveKeyring writes a changed keyring and takes it into use.
func (s *Store) saveKeyring(k *keyring.Keyring) error {
	k.Serial++
	return s.writeKeyring(k)
}

// saveKeyringMarked is saveKeyring where the keyring of before must not come
// back: the rest of the store remembers it at once. An older mark finds less, and
// nothing falsely.
func (s *Store) saveKeyringMarked(ctx context.Context, k *keyring.Keyring) error {
	if err := s.saveKeyring(k); err != nil {
		return err
	}
	_ = s.saveMark(context.WithoutCancel(ctx))
	return nil
}

// writeKeyring is saveKeyring that counts no change: the marks alone are new.
func (s *Store) writeKeyring(k *keyring.Keyring) error {
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

// Close locks every vault, which destroys the copies kept for the session
// alone, and gives the directory back.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	err := s.endSession(context.Background())
	if e := s.saveMark(context.Background()); err == nil {
		err = e
	}
	for v := range s.vaults {
		v.drop()
	}
	s.closed = true
	s.release()
	return disk.Fault("cache.close", err)
}

func (s *Store) release() {
	s.closeRecords()
	if s.journal != nil {
		_ = s.journal.Close() // nothing waits in it: every change was on the disk when it returned
	}
	s.lock.Close() // and with it the lock
}

// People lists who is enrolled on this desk, in order of enrolment.
func (s *Store) People() []Person {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := make([]Person, 0, len(s.ring.People))
	for _, m := range s.ring.People {
		out = append(out, personOf(&m))
	}
	return out
}

// Install is this store's random id. It names nobody.
func (s *Store) Install() string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.ring.Install
}

// Install is Store.Install for whoever holds a vault.
func (v *Vault) Install() string { return v.s.Install() }

// Size is the bytes that the store takes on the disk.
func (s *Store) Size(ctx context.Context) (int64, error) {
	list, err := os.ReadDir(s.dir)
	if err != nil {
		return 0, ehrdesk.E("cache.size", ehrdesk.CodeOther, disk.FileFault(err))
	}
	var sum int64
	for _, f := range list {
		if info, err := f.Info(); err == nil && disk.Ours(f.Name()) {
			sum += info.Size()
		}
	}
	return sum, ctx.Err()
}

var (
	errClosed = errors.New("the store is closed")
	errLocked = errors.New("the desk is locked")
)
