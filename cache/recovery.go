package cache

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"slices"
	"strings"

	"github.com/tink-crypto/tink-go/v2/hybrid"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
	"github.com/ehrdesk/ehrdesk/cache/internal/journal"
	"github.com/ehrdesk/ehrdesk/cache/internal/keyring"
)

// The organisation's recovery key is one more holder of the journal's keys, and
// of no others: when all passphrases are lost, the copies are, and can be fetched
// again; the outbox exists nowhere else. The private half is the organisation's,
// kept away from the desk.

// recoveryHolder begins the name under which a recovery key stands in a roster;
// nobody is enrolled by such a name.
const recoveryHolder = "recovery:"

// NewRecoveryKey makes a key pair (HPKE as for people). The private half is not
// sealed: whoever holds it reads the outbox and the access log.
func NewRecoveryKey() (private, public []byte, err error) {
	h, err := keyset.NewHandle(hybrid.DHKEM_X25519_HKDF_SHA256_HKDF_SHA256_AES_256_GCM_Key_Template())
	if err != nil {
		return nil, nil, disk.Fault("cache.recovery", err)
	}
	if public, err = keyring.PublicKeyset(h); err != nil {
		return nil, nil, disk.Fault("cache.recovery", err)
	}
	var buf bytes.Buffer
	if err := insecurecleartextkeyset.Write(h, keyset.NewBinaryWriter(&buf)); err != nil {
		return nil, nil, disk.Fault("cache.recovery", err)
	}
	return buf.Bytes(), public, nil
}

var errRecovery = errors.New("not a recovery key")

func recoveryMember(public []byte) keyring.User {
	m := keyring.User{Key: public}
	m.Staff = recoveryHolder + hex.EncodeToString(m.Holder()[:8])
	return m
}

// recovery is the recovery key as one more holder: nobody where none is set, or
// where v has no reason to believe the one that is.
func (v *Vault) recovery(k *keyring.Keyring) ([]keyring.User, error) {
	m := recoveryMember(k.Recovery)
	known, others := false, false
	for _, e := range k.Journal {
		if v.journal[e.N] == nil {
			continue
		}
		for _, s := range e.Wrapped {
			if len(s.Sealed) > 0 && strings.HasPrefix(s.Staff, recoveryHolder) {
				known = known || (s.Staff == m.Staff && bytes.Equal(s.Holder, m.Holder()))
				others = others || s.Staff != m.Staff
			}
		}
	}
	switch {
	case known:
		return []keyring.User{m}, nil
	case others: // it was taken away or replaced by somebody without keys
		return nil, keyring.ErrDamaged
	}
	return nil, nil
}

// SetRecovery seals the journal's keys to the organisation's recovery key as
// well, in place of any other, from now on and for every epoch this person
// holds. Errors: CodeInvalid for no such key, CodeLocked.
func (v *Vault) SetRecovery(ctx context.Context, public []byte) error {
	const op = "cache.recovery"
	m := recoveryMember(bytes.Clone(public))
	if _, err := m.SealTo(nil, nil); err != nil || len(public) > 4096 {
		return ehrdesk.E(op, ehrdesk.CodeInvalid, errRecovery)
	}
	s := v.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := v.usable(ctx, op); err != nil {
		return err
	}
	ring := s.ring.Clone()
	ring.Recovery = m.Key
	for i, e := range ring.Journal {
		keys := v.journal[e.N]
		if keys == nil {
			continue
		}
		sealed, err := keyring.SealEpoch(ring.Install, keyring.JournalEpochs, e.N, keys.Secret, append(ring.Recipients(e), m))
		if err != nil {
			return disk.Fault(op, err)
		}
		sealed.Proofs = e.Proofs
		ring.Journal[i] = sealed
	}
	return disk.Fault(op, s.saveKeyringMarked(ctx, ring))
}

// RecoveryName names a public recovery key, 16 hexadecimal digits.
func RecoveryName(public []byte) string {
	return strings.TrimPrefix(recoveryMember(public).Staff, recoveryHolder)
}

// Recover opens the outbox with the organisation's recovery key: what is not
// delivered, and how many items are under keys that were never sealed to it.
// Nobody has to be enrolled any more. note is written into the access log first.
//
// Who could write to the folder could put items there: hold them against the
// access log. Errors: CodeInvalid for no such key, CodeDenied where it opens
// nothing.
func (s *Store) Recover(ctx context.Context, private, note []byte) (items []Item, left int, err error) {
	const op = "cache.recover"
	h, err := insecurecleartextkeyset.Read(keyset.NewBinaryReader(bytes.NewReader(private)))
	if err != nil {
		return nil, 0, ehrdesk.E(op, ehrdesk.CodeInvalid, errRecovery)
	}
	public, err := keyring.PublicKeyset(h)
	if err != nil {
		return nil, 0, ehrdesk.E(op, ehrdesk.CodeInvalid, errRecovery)
	}
	open, err := hybrid.NewHybridDecrypt(h)
	if err != nil {
		return nil, 0, ehrdesk.E(op, ehrdesk.CodeInvalid, errRecovery)
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return nil, 0, ehrdesk.E(op, ehrdesk.CodeLocked, errClosed)
	}
	who, keys := recoveryMember(public), journal.Keys{}
	for i := range s.ring.Journal {
		e := &s.ring.Journal[i]
		secret, err := e.Open(s.ring.Install, keyring.JournalEpochs, who.Staff, open)
		if err != nil {
			return nil, 0, disk.Fault(op, err)
		}
		if secret == nil {
			continue
		}
		if keys[e.N], err = keyring.OpenJournalKeys(e.N, secret); err != nil {
			return nil, 0, disk.Fault(op, err)
		}
		defer keys[e.N].Wipe()
	}
	if len(keys) == 0 {
		return nil, 0, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "this recovery key opens nothing on this desk")
	}
	if _, err := s.journal.Audit(ctx, keys, note); err != nil {
		return nil, 0, disk.Fault(op, err)
	}
	items, left, err = s.journal.Pending(ctx, keys)
	return items, left, disk.Fault(op, err)
}

// recoverable reports whether what is not delivered is sealed to the
// organisation's recovery key.
func (s *Store) recoverable(ctx context.Context) (bool, error) {
	if len(s.ring.Recovery) == 0 {
		return false, nil
	}
	who := recoveryMember(s.ring.Recovery)
	epochs, err := s.journal.UndeliveredEpochs(ctx)
	if err != nil {
		return false, err
	}
	for _, n := range epochs {
		at := slices.IndexFunc(s.ring.Journal, func(e keyring.Epoch) bool { return e.N == n })
		if at < 0 {
			return false, nil
		}
		if held, err := s.ring.Journal[at].HeldBy(&who); err != nil || !held {
			return false, nil
		}
	}
	return true, nil
}
