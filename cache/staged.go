package cache

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
	"github.com/ehrdesk/ehrdesk/cache/internal/keyring"
)

// stagedKeyring is the next keyring on its way to the disk, beside the one in
// use. What a crash leaves of it opens nothing that the keyring does not.
type stagedKeyring struct {
	ring *keyring.Keyring
	done chan struct{}
	err  error
}

const stagedFile = disk.KeyringFile + ".next"

// stageKeyring writes k while the caller does something else.
func (s *files) stageKeyring(k *keyring.Keyring) *stagedKeyring {
	x := &stagedKeyring{ring: k, done: make(chan struct{})}
	go func() {
		defer close(x.done)
		b, err := k.Marshal()
		if err == nil && len(b) > keyring.MaxSize {
			err = errors.New("too many people and keys for one keyring")
		}
		if err == nil {
			err = disk.Replace(filepath.Join(s.dir, stagedFile), b)
		}
		x.err = err
	}()
	return x
}

// ready waits until the keyring is on the disk.
func (x *stagedKeyring) ready() error {
	if <-x.done; x.err != nil {
		return disk.FileFault(x.err)
	}
	return nil
}

// drop waits for a keyring that is not wanted after all, and removes it.
func (s *files) drop(x *stagedKeyring) {
	<-x.done
	_ = os.Remove(filepath.Join(s.dir, stagedFile)) // the next one overwrites it
}

// putKeyring is the rest of saveKeyring: it puts a staged keyring in place and
// takes it into use.
func (s *files) putKeyring(x *stagedKeyring) error {
	if err := x.ready(); err != nil {
		return err
	}
	name := filepath.Join(s.dir, disk.KeyringFile)
	var old *os.File
	if disk.ReplacesOpen {
		if old, _ = os.OpenFile(name, os.O_RDWR, 0); old != nil {
			defer old.Close()
		}
	}
	if err := os.Rename(filepath.Join(s.dir, stagedFile), name); err != nil {
		return disk.ErrDisk
	}
	if err := disk.SyncDir(s.dir); err != nil {
		return disk.ErrDisk
	}
	if old != nil {
		disk.Wipe(old)
	}
	s.ring = x.ring
	return nil
}
