package cache

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/tink-crypto/tink-go/v2/tink"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
	"github.com/ehrdesk/ehrdesk/cache/internal/journal"
	"github.com/ehrdesk/ehrdesk/cache/internal/keyring"
	"github.com/ehrdesk/ehrdesk/cache/internal/records"
)

// Vault is the store as one unlocked person sees it. After Lock every call
// answers CodeLocked.
type Vault struct {
	s     *Store
	staff string

	// Guarded by s.mu.
	open     bool
	self     keyring.User
	private  tink.HybridDecrypt
	identity []byte
	box      tink.AEAD
	keys     records.Keys
	journal  journal.Keys
	admitted []string
	refused  map[string]bool // not admitted: epochs they hold stay shut
	anchors  [][]byte
	legacy   bool // enrolled before there were anchors: believes what there is, once
	strange  strangers

	spools sync.Map // of *Spool; those that are open
}

// Unlock opens the store for a person. A passphrase that is not right and a
// person nobody knows are one error, after the same work.
//
// Where newer people, a purge or a removal left something to do that needs
// keys, it is done here: the keys are made anew, everything re-wrapped, and
// the old keys destroyed.
//
// Errors: CodeNotSignedIn; CodeLocked with *ehrdesk.LockOut after too many wrong
// passphrases; CodeTampered when the keyring was changed.
func (s *Store) Unlock(ctx context.Context, staff string, passphrase ehrdesk.Secret) (*Vault, error) {
	const op = "cache.unlock"
	m, o, err := s.try(ctx, op, staff, passphrase)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, ehrdesk.E(op, ehrdesk.CodeLocked, errClosed)
	}
	if now, ok := s.ring.User(staff); !ok || !bytes.Equal(now.Private, m.Private) {
		return nil, ehrdesk.E(op, ehrdesk.CodeNotSignedIn, keyring.ErrPassphrase)
	}
	v := &Vault{s: s, staff: staff, open: true, self: m, private: o.Private, identity: o.Identity, box: o.AEAD, anchors: o.Anchors, legacy: o.Unanchored,
		keys: records.Keys{}, journal: journal.Keys{}}
	s.vaults[v] = struct{}{}
	err = v.finishUnlock(ctx, s.admit)
	if err == nil {
		err = s.saveMark(ctx)
	}
	if err != nil {
		v.drop()
		return nil, disk.Fault(op, err)
	}
	return v, nil
}

// finishUnlock opens the epochs sealed to v's person and finishes what waited for
// somebody with keys; admit is asked about newcomers. The caller holds s.mu for writing.
func (v *Vault) finishUnlock(ctx context.Context, admit func(Person) bool) error {
	if err := v.openEpochs(); err != nil {
		return err
	}
	people, trusted, err := v.recipients(admit)
	if err != nil {
		return err
	}
	if _, err := v.recovery(v.s.ring); err != nil {
		return err
	}
	waits, err := v.s.records.RotationWaits(ctx)
	if err != nil {
		return err
	}
	newest := v.keys.Newest()
	if newest == nil {
		return keyring.ErrDamaged
	}
	if err := v.recallLog(ctx); err != nil {
		return err
	}
	victims, err := v.s.records.Expired(ctx, v.keys)
	if err != nil {
		return err
	}
	if len(victims) > 0 || len(v.keys) > 1 || waits || !trusted || newest.N != v.s.ring.Records[len(v.s.ring.Records)-1].N {
		return v.rotate(ctx, people, victims)
	}
	return nil
}

// recipients is whom the keys may be sealed to: those who hold a journal key that
// v believes, and newcomers whom admit lets in. Epochs that somebody not admitted
// holds are closed again. trusted is false when new keys have to be made.
func (v *Vault) recipients(admit func(Person) bool) (people []keyring.User, trusted bool, err error) {
	trusted = !v.legacy
	v.refused = map[string]bool{}
	var come []keyring.User
	for _, m := range v.s.ring.People {
		known, err := v.knows(&m)
		if err != nil {
			return nil, false, err
		}
		switch {
		case known || m.Staff == v.staff:
		case admits(admit, m):
			if !slices.Contains(v.admitted, m.Staff) {
				v.admitted = append(v.admitted, m.Staff)
			}
			come, trusted = append(come, m), false
		default:
			v.refused[m.Staff] = true
			continue
		}
		people = append(people, m)
	}
	v.acceptFrom(come)
	v.closeEpochs()
	if n := v.keys.Newest(); n == nil || n.Journal != v.journal.NewestNo() {
		trusted = false
	}
	return people, trusted, nil
}

// admits asks whether a newcomer may have the keys; nil admits everybody.
func admits(admit func(Person) bool, m keyring.User) bool { return admit == nil || admit(personOf(&m)) }

// Waiting lists the people on this desk to whom the keys are not sealed, as
// nobody has admitted them yet.
func (v *Vault) Waiting() []string {
	v.s.mu.RLock()
	defer v.s.mu.RUnlock()
	var out []string
	for _, m := range v.s.ring.People {
		if known, err := v.knows(&m); m.Staff != v.staff && (!known || err != nil) {
			out = append(out, m.Staff)
		}
	}
	return out
}

// Admit asks may about each person who waits, and seals the keys to those it
// lets in; it lists them. may must not call back into the store.
// Errors: CodeLocked, CodeTampered.
func (v *Vault) Admit(ctx context.Context, may func(Person) bool) ([]string, error) {
	const op = "cache.admit"
	s := v.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := v.usable(ctx, op); err != nil {
		return nil, err
	}
	had := len(v.admitted)
	v.refused = nil
	ring, journal, keys := s.ring, maps.Clone(v.journal), maps.Clone(v.keys)
	if err := v.finishUnlock(ctx, may); err != nil {
		if s.ring == ring { // nothing was written: nobody was let in
			v.admitted, v.journal, v.keys = v.admitted[:had], journal, keys
			_ = v.openEpochs() // what was taken over waits again; it was open before
		}
		return nil, disk.Fault(op, err)
	}
	return slices.Clone(v.admitted[had:]), nil
}

// shut reports whether somebody not admitted holds e.
func (v *Vault) shut(e keyring.Epoch) bool {
	return slices.ContainsFunc(e.Wrapped, func(s keyring.WrappedKey) bool { return v.refused[s.Staff] && len(s.Sealed) > 0 })
}

// closeEpochs forgets the keys that somebody not admitted holds too.
func (v *Vault) closeEpochs() {
	for _, e := range v.s.ring.Records {
		if v.keys[e.N] != nil && v.shut(e) {
			v.keys[e.N].Wipe()
			delete(v.keys, e.N)
		}
	}
	for _, e := range v.s.ring.Journal {
		if v.journal[e.N] != nil && v.shut(e) {
			v.journal[e.N].Wipe()
			delete(v.journal, e.N)
		}
	}
}

// Identity is the client's blob that was sealed under the passphrase.
func (v *Vault) Identity() []byte {
	v.s.mu.RLock()
	defer v.s.mu.RUnlock()
	return bytes.Clone(v.identity)
}

// Holder is the SHA-256 of the public key that keys are sealed to for this
// person.
func (v *Vault) Holder() []byte { return v.self.Holder() }

// Staff is who unlocked the vault.
func (v *Vault) Staff() string { return v.staff }

// Admitted lists the people to whom this vault, at its unlock, sealed the keys
// for the first time. It is worth an audit event.
func (v *Vault) Admitted() []string {
	v.s.mu.RLock()
	defer v.s.mu.RUnlock()
	return slices.Clone(v.admitted)
}

// UpdatePublic replaces the person's plain blob. Errors: CodeLocked.
func (v *Vault) UpdatePublic(ctx context.Context, public []byte) error {
	const op = "cache.update"
	s := v.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := v.usable(ctx, op); err != nil {
		return err
	}
	ring := s.ring.Clone()
	at := slices.IndexFunc(ring.People, func(m keyring.User) bool { return m.Staff == v.staff })
	if at < 0 {
		return ehrdesk.E(op, ehrdesk.CodeLocked, errLocked)
	}
	m := &ring.People[at]
	m.Public = bytes.Clone(public)
	if err := m.SealIdentity(ring.Install, v.box, v.identity, v.anchors); err != nil {
		return disk.Fault(op, err)
	}
	return disk.Fault(op, s.saveKeyring(ring))
}

// Lock drops the person's keys, destroys what is past its moment, and ends the
// person's session. The last one to end destroys the copies kept for the session
// alone; should that fail, the next Open does it.
func (v *Vault) Lock() {
	s := v.s
	s.mu.Lock()
	defer s.mu.Unlock()
	_, away := s.away[v]
	if s.closed || !v.open && !away {
		return
	}
	delete(s.away, v)
	_, _ = s.purge(context.Background()) // what fails here is done at the next tick, or by the next Open
	if others := len(s.vaults) + len(s.away); others == 0 || others == 1 && v.open {
		_ = s.endSession(context.Background())
		_ = s.saveMark(context.Background()) // an older mark finds less, and nothing falsely
	}
	if v.open {
		v.drop()
	}
}

// Suspend drops the person's keys as Lock does, and does not end the session: what
// is kept for it alone stays, sealed to those who unlock the store. Lock ends it,
// with keys or without.
func (v *Vault) Suspend() {
	s := v.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || !v.open {
		return
	}
	_, _ = s.purge(context.Background())
	_ = s.saveMark(context.Background())
	v.drop()
	s.away[v] = struct{}{}
}

// drop forgets the keys, as well as a garbage-collected language can.
func (v *Vault) drop() {
	v.endSpools()
	for _, k := range v.keys {
		k.Wipe()
	}
	for _, k := range v.journal {
		k.Wipe()
	}
	clear(v.identity)
	v.strange.wipe()
	v.open, v.keys, v.journal, v.identity, v.private, v.box = false, nil, nil, nil, nil, nil
	delete(v.s.vaults, v)
	v.s.records.Forget()
}

// usable reports whether v may be used at all. The caller holds s.mu.
func (v *Vault) usable(ctx context.Context, op string) error {
	if !v.open {
		return ehrdesk.E(op, ehrdesk.CodeLocked, errLocked)
	}
	if err := ctx.Err(); err != nil {
		return disk.Fault(op, err)
	}
	return nil
}
