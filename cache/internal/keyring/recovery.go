package keyring

import (
	"bytes"
	"encoding/hex"
	"strings"

	"github.com/tink-crypto/tink-go/v2/tink"
)

// The organisation's recovery key is one more holder of the journal's keys, and
// of no others: when all passphrases are lost, the copies are, and can be fetched
// again; the outbox exists nowhere else.

// RecoveryHolder begins the name under which a recovery key stands in a member list;
// nobody is enrolled by such a name.
const RecoveryHolder = "recovery:"

// RecoveryUser is a public recovery key as a holder.
func RecoveryUser(public []byte) User {
	m := User{Key: public}
	m.Staff = RecoveryHolder + hex.EncodeToString(m.Holder()[:8])
	return m
}

// Recovery is the recovery key as one more holder: nobody where none is set, or
// where h has no reason to trust the one that is.
func (h *Held) Recovery(ring *Keyring) ([]User, error) {
	m := RecoveryUser(ring.Recovery)
	known, others := false, false
	for _, e := range ring.Journal {
		if h.Journal[e.N] == nil {
			continue
		}
		for _, s := range e.Wrapped {
			if len(s.Sealed) > 0 && strings.HasPrefix(s.Staff, RecoveryHolder) {
				known = known || (s.Staff == m.Staff && bytes.Equal(s.Holder, m.Holder()))
				others = others || s.Staff != m.Staff
			}
		}
	}
	switch {
	case known:
		return []User{m}, nil
	case others: // it was taken away or replaced by somebody without keys
		return nil, ErrDamaged
	}
	return nil, nil
}

// SetRecovery seals the journal's keys that h holds to a recovery key as well, in
// place of any other.
func (h *Held) SetRecovery(ring *Keyring, m User) error {
	ring.Recovery = m.Key
	for i := range ring.Journal {
		e := &ring.Journal[i]
		if keys := h.Journal[e.N]; keys != nil {
			if err := e.reseal(ring.Install, JournalEpochs, keys.Secret, append(ring.Recipients(*e), m)); err != nil {
				return err
			}
		}
	}
	return nil
}

// OpenJournal opens every journal epoch of k that is sealed to who. The caller wipes
// the keys.
func (k *Keyring) OpenJournal(who User, private tink.HybridDecrypt) (JournalSet, error) {
	keys := JournalSet{}
	for i := range k.Journal {
		e := &k.Journal[i]
		secret, err := e.Open(k.Install, JournalEpochs, who.Staff, private)
		if err == nil && secret != nil {
			keys[e.N], err = OpenJournalKeys(e.N, secret)
		}
		if err != nil {
			keys.Wipe()
			return nil, err
		}
	}
	return keys, nil
}

// RecoveryOpens reports whether the recovery key opens journal epoch n.
func (k *Keyring) RecoveryOpens(n uint32) bool {
	if len(k.Recovery) == 0 {
		return false
	}
	who := RecoveryUser(k.Recovery)
	for _, e := range k.Journal {
		if e.N == n {
			held, err := e.HeldBy(&who)
			return held && err == nil
		}
	}
	return false
}

// Holds reports whether staff stands in the member list of journal epoch n.
func (k *Keyring) Holds(n uint32, staff string) bool {
	for _, e := range k.Journal {
		for _, x := range e.Wrapped {
			if e.N == n && x.Staff == staff && len(x.Sealed) > 0 {
				return true
			}
		}
	}
	return false
}
