package keyring

import (
	"bytes"
	"maps"
	"slices"

	"github.com/tink-crypto/tink-go/v2/tink"

	"github.com/ehrdesk/ehrdesk/cache/internal/seal"
)

// Set are keys that somebody holds, by epoch.
type Set[K interface {
	comparable
	Wipe()
}] map[uint32]K

// RecordSet are keys of copies, JournalSet the journal's.
type (
	RecordSet  = Set[*RecordKeys]
	JournalSet = Set[*JournalKeys]
)

// NewestNo is the number of the newest epoch, 0 where there is none.
func (s Set[K]) NewestNo() (n uint32) {
	for x := range s {
		n = max(n, x)
	}
	return n
}

// Newest is the keys to write under, nil where there are none.
func (s Set[K]) Newest() K { return s[s.NewestNo()] }

// Wipe overwrites the keys and forgets them.
func (s Set[K]) Wipe() {
	for _, k := range s {
		k.Wipe()
	}
	clear(s)
}

// drop overwrites the keys of one epoch and forgets them.
func (s Set[K]) drop(n uint32) {
	s[n].Wipe()
	delete(s, n)
}

// take has the keys of one epoch from another set.
func (s Set[K]) take(from Set[K], n uint32) {
	s[n] = from[n]
	delete(from, n)
}

// Held is what one person holds of a keyring while it is unlocked: their own key, and
// the epochs' keys that were sealed to them and that they trust (trust.go). It is not
// safe for use by several goroutines at once.
type Held struct {
	Records RecordSet
	Journal JournalSet

	self     User
	private  tink.HybridDecrypt
	identity []byte
	box      tink.AEAD // seals the identity
	admitted []string
	refused  map[string]bool // not admitted: epochs they hold stay shut
	anchors  [][]byte
	legacy   bool // enrolled before there were anchors: trusts what there is, once
	strange  strangers
}

// Hold is what m holds with o, which m's passphrase opened; no epoch yet.
func Hold(m User, o *Unlocked) *Held {
	return &Held{self: m, private: o.Private, identity: o.Identity, box: o.AEAD, anchors: o.Anchors, legacy: o.Unanchored, Records: RecordSet{}, Journal: JournalSet{}}
}

// Staff is whose keys these are.
func (h *Held) Staff() string { return h.self.Staff }

// Holder is the SHA-256 of the public key that keys are sealed to.
func (h *Held) Holder() []byte { return h.self.Holder() }

// Public is the public key that keys are sealed to.
func (h *Held) Public() []byte { return bytes.Clone(h.self.Key) }

// SecondKey reports whether a secret of the device seals the person's own parts beside the passphrase.
func (h *Held) SecondKey() bool { return h.self.Factor != nil }

// Unseal opens what SealFor has sealed to this person's public key.
func (h *Held) Unseal(sealed, where []byte) ([]byte, error) {
	if h.private == nil {
		return nil, ErrDamaged
	}
	return h.private.Decrypt(sealed, where)
}

// Identity is a copy of the client's blob that was sealed under the passphrase.
func (h *Held) Identity() []byte { return bytes.Clone(h.identity) }

// Admitted lists the people to whom h sealed the keys for the first time.
func (h *Held) Admitted() []string { return slices.Clone(h.admitted) }

// Resealed takes over the person's own parts, sealed anew under box.
func (h *Held) Resealed(m User, box tink.AEAD) { h.self, h.box = m, box }

// SetPublic puts the person's plain blob into ring, and binds the identity to it. It
// reports whether the person stands there.
func (h *Held) SetPublic(ring *Keyring, public []byte) (bool, error) {
	at := h.at(ring)
	if at < 0 {
		return false, nil
	}
	m := &ring.People[at]
	m.Public = bytes.Clone(public)
	return true, m.SealIdentity(ring.Install, h.box, h.identity, h.anchors)
}

// SetIdentity puts another identity into ring. keep has h hold it, once ring is
// written; it is nil where the person does not stand there.
func (h *Held) SetIdentity(ring *Keyring, identity []byte) (keep func(), err error) {
	at := h.at(ring)
	if at < 0 {
		return nil, nil
	}
	if err := ring.People[at].SealIdentity(ring.Install, h.box, identity, h.anchors); err != nil {
		return nil, err
	}
	return func() {
		clear(h.identity)
		h.identity = bytes.Clone(identity)
	}, nil
}

func (h *Held) at(ring *Keyring) int {
	return slices.IndexFunc(ring.People, func(m User) bool { return m.Staff == h.self.Staff })
}

// Share seals every key that h holds to m as well, and gives the trust anchors that m
// is to keep.
func (h *Held) Share(ring *Keyring, m User) ([][]byte, error) {
	for i := range ring.Records {
		e := &ring.Records[i]
		if keys := h.Records[e.N]; keys != nil {
			if err := e.reseal(ring.Install, RecordEpochs, keys.Secret, ring.Recipients(*e, m)); err != nil {
				return nil, err
			}
		}
	}
	if err := h.shareJournal(ring, []User{m}); err != nil {
		return nil, err
	}
	return h.journalAnchors()
}

// shareJournal seals the journal's keys that h holds to the people given, where
// they do not hold them yet.
func (h *Held) shareJournal(ring *Keyring, people []User) error {
	spare, err := h.Recovery(ring)
	if err != nil {
		return err
	}
	for i := range ring.Journal {
		e := &ring.Journal[i]
		keys := h.Journal[e.N]
		missing := func(m User) bool {
			ok, err := e.HeldBy(&m)
			return !ok || err != nil
		}
		if keys == nil || !slices.ContainsFunc(slices.Concat(people, spare), missing) {
			continue
		}
		if err := e.reseal(ring.Install, JournalEpochs, keys.Secret, append(ring.Recipients(*e, people...), spare...)); err != nil {
			return err
		}
	}
	return nil
}

// NewRecords begins an epoch of record keys in ring, sealed to people, and a journal
// epoch where the newest is not the one that h's record keys vouch for. undo forgets
// them again; ring is then to be thrown away.
func (h *Held) NewRecords(ring *Keyring, people []User) (fresh *RecordKeys, undo func(), err error) {
	before := h.Journal.NewestNo()
	j, err := h.renewJournal(ring, people)
	if err != nil {
		return nil, nil, err
	}
	if fresh, err = NewRecordKeys(NextEpoch(ring.Records), j); err != nil {
		return nil, nil, err
	}
	sealed, err := SealEpoch(ring.Install, RecordEpochs, fresh.N, fresh.Secret, people)
	if err != nil {
		return nil, nil, err
	}
	ring.Records = append(ring.Records, sealed)
	if err := h.prove(ring, fresh); err != nil {
		return nil, nil, err
	}
	if err := h.castAnchors(ring); err != nil {
		return nil, nil, err
	}
	return fresh, func() {
		if j != before {
			h.Journal.drop(j)
		}
		fresh.Wipe()
	}, nil
}

// renewJournal seals the journal's keys that h holds to people, and returns the epoch
// to write under, a new one where it has to be.
func (h *Held) renewJournal(ring *Keyring, people []User) (uint32, error) {
	if err := h.shareJournal(ring, people); err != nil {
		return 0, err
	}
	newest := h.Records.Newest()
	if newest != nil && len(h.Records) == 1 && newest.Journal == h.Journal.NewestNo() && newest.Journal == ring.Journal[len(ring.Journal)-1].N {
		return newest.Journal, nil
	}
	spare, err := h.Recovery(ring)
	if err != nil {
		return 0, err
	}
	j := NextEpoch(ring.Journal)
	secret := seal.NewKey()
	sealed, err := SealEpoch(ring.Install, JournalEpochs, j, secret, slices.Concat(people, spare))
	if err != nil {
		return 0, err
	}
	ring.Journal = append(ring.Journal, sealed)
	h.Journal[j], err = OpenJournalKeys(j, secret)
	return j, err
}

// DropOld takes the epochs of record keys before fresh out of ring: those that h
// holds, and those that nobody who may have used them holds: made where nobody was
// unlocked, for people who are all let in by now.
func (h *Held) DropOld(ring *Keyring, fresh *RecordKeys) {
	ring.Records = slices.DeleteFunc(ring.Records, func(e Epoch) bool {
		return e.N != fresh.N && (h.Records[e.N] != nil || h.strange.records[e.N] != nil && !h.shut(e))
	})
}

// Renewed takes fresh into use in the place of all record keys before, which it wipes.
func (h *Held) Renewed(fresh *RecordKeys) {
	h.Records.Wipe()
	h.Records[fresh.N] = fresh
}

// Follow brings h up to a changed ring: epochs destroyed are forgotten, epochs sealed
// to the person opened.
func (h *Held) Follow(ring *Keyring) error {
	for n := range h.Records {
		if !slices.ContainsFunc(ring.Records, func(e Epoch) bool { return e.N == n }) {
			h.Records.drop(n)
		}
	}
	return h.Open(ring)
}

// Mark gives what takes h back to what it holds now, where nothing was written of what
// came after.
func (h *Held) Mark() (back func(ring *Keyring)) {
	had, journal, records := len(h.admitted), maps.Clone(h.Journal), maps.Clone(h.Records)
	return func(ring *Keyring) {
		h.admitted, h.Journal, h.Records = h.admitted[:had], journal, records
		_ = h.Open(ring) // what was taken over waits again; it was open before
	}
}

// Wipe forgets the keys, as well as a garbage-collected language can.
func (h *Held) Wipe() {
	h.Records.Wipe()
	h.Journal.Wipe()
	clear(h.identity)
	h.strange.records.Wipe()
	h.strange.journal.Wipe()
	h.Records, h.Journal, h.identity, h.private, h.box = nil, nil, nil, nil, nil
}
