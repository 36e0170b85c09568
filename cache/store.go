package cache

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"sync"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
	"github.com/ehrdesk/ehrdesk/cache/internal/keyring"
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

	// Install is the id of a store that is made now; "" for one made up. A store that is
	// there keeps its own.
	Install string

	// Cost is what trying a passphrase costs at the least; the zero value is right for a desk.
	Cost Cost

	steps fs.FS // tests only: other steps of the journal's format
}

// Cost is what it costs at the least to try a passphrase. Its zero value is RFC 9106's second recommended
// choice; what costs less comes from cachetest alone.
type Cost = keyring.Cost

// Person is somebody enrolled on this desk.
type Person struct {
	Staff  string
	Public []byte // the client's own, plain: name, role, provider, centre
	Holder []byte // SHA-256 of the public key that keys are sealed to
}

// Store is one provider's store on this desk, open in this process. Its methods
// may be called from several goroutines.
type Store struct {
	admit     func(Person) bool
	device    Device
	unlocking time.Duration // below 0: the floor as it is

	// mu is held for reading by whoever uses keys and for writing by whoever
	// changes them. Lock order: mu, then what records or journal lock by themselves;
	// neither of them knows the other or calls back.
	mu sync.RWMutex
	files
	closed bool
	vaults map[*Vault]struct{}
	away   map[*Vault]struct{} // suspended: without keys, and their sessions go on
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

// personOf is m as the client sees it.
func personOf(m *keyring.User) Person {
	return Person{Staff: m.Staff, Public: bytes.Clone(m.Public), Holder: m.Holder()}
}

// admits asks whether a newcomer may have the keys; nil admits everybody.
func admits(admit func(Person) bool, m *keyring.User) bool { return admit == nil || admit(personOf(m)) }

// Device keeps secrets of this machine's user outside the store's folder: the
// system's keyring. A name says nothing of whose secret it is.
type Device interface {
	// Secret gives what was kept. It may wait for the user, as long as ctx lasts.
	Secret(ctx context.Context, name string) ([]byte, error)
	Keep(ctx context.Context, name string, secret []byte) error
	Forget(ctx context.Context, name string) error
}
