package cache

import (
	"context"
	"time"

	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
	"github.com/ehrdesk/ehrdesk/cache/internal/journal"
)

// Open opens the store in dir, making it when missing, takes the process lock,
// and destroys the copies past their day: nobody has to be signed in for that.
//
// Errors: CodeLocked when another process has it open, CodeDenied when dir or a
// file in it is open to others, CodeTampered for a damaged keyring or one that
// asks for weak key derivation, or a journal whose keyring is gone.
func Open(ctx context.Context, dir string, o Options) (*Store, error) {
	const op = "cache.open"
	s := &Store{admit: o.Admit, device: o.Device, vaults: map[*Vault]struct{}{}, away: map[*Vault]struct{}{},
		files: files{dir: dir, clock: clock{now: o.Now}, floor: o.Cost.Floor(), id: o.Install, steps: o.steps}}
	if s.clock.now == nil {
		s.clock.now = time.Now
	}
	s.unlocking = o.Cost.Target(o.Unlocking)
	if s.steps == nil {
		s.steps = journal.Steps()
	}
	var err error
	if s.newest, err = journal.Newest(s.steps); err != nil {
		return nil, disk.Fault(op, err)
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
	disk.Release(s.lock)
}
