package cache

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/tink-crypto/tink-go/v2/hybrid"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
	"github.com/ehrdesk/ehrdesk/cache/internal/keyring"
)

// The private half of the organisation's recovery key (keyring.RecoveryUser) is the
// organisation's, kept away from the desk.

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

// SetRecovery seals the journal's keys to the organisation's recovery key as
// well, in place of any other, from now on and for every epoch this person
// holds. Errors: CodeInvalid for no such key, CodeLocked.
func (v *Vault) SetRecovery(ctx context.Context, public []byte) error {
	const op = "cache.recovery"
	m := keyring.RecoveryUser(bytes.Clone(public))
	if _, err := m.SealTo(nil, nil); err != nil || len(public) > 4096 {
		return ehrdesk.E(op, ehrdesk.CodeInvalid, errRecovery)
	}
	return v.changing(ctx, op, func(s *Store) error {
		ring := s.ring.Clone()
		if err := v.held.SetRecovery(ring, m); err != nil {
			return err
		}
		return s.saveKeyringMarked(ctx, ring)
	})
}

// RecoveryName names a public recovery key, 16 hexadecimal digits.
func RecoveryName(public []byte) string {
	return strings.TrimPrefix(keyring.RecoveryUser(public).Staff, keyring.RecoveryHolder)
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
	keys, err := s.ring.OpenJournal(keyring.RecoveryUser(public), open)
	if err != nil {
		return nil, 0, disk.Fault(op, err)
	}
	defer keys.Wipe()
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
func (s *files) recoverable(ctx context.Context) (bool, error) {
	if len(s.ring.Recovery) == 0 {
		return false, nil
	}
	used, err := s.journal.UndeliveredEpochs(ctx)
	return err == nil && !slices.ContainsFunc(used, func(n uint32) bool { return !s.ring.RecoveryOpens(n) }), err
}
