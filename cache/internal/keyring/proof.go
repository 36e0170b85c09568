package keyring

import (
	"crypto/hmac"
	"crypto/sha256"
	"maps"
	"slices"

	"github.com/ehrdesk/ehrdesk/cache/internal/seal"
)

// Proof says that whoever made an epoch held a journal epoch's key.
type Proof struct {
	By  uint32 `json:"by"`
	MAC []byte `json:"code"`
}

// TrustAnchor names a secret without giving it away.
func TrustAnchor(secret []byte) ([]byte, error) { return seal.Derive(secret, "anchor") }

// ProofMAC ties an epoch's secret to a journal key.
func ProofMAC(install, kind string, n uint32, secret []byte, by *JournalKeys) ([]byte, error) {
	key, err := seal.Derive(by.Secret, "proof")
	if err != nil {
		return nil, err
	}
	name, err := TrustAnchor(secret)
	if err != nil {
		return nil, err
	}
	m := hmac.New(sha256.New, key)
	m.Write(seal.AssociatedData(install, "keyring.proof", []byte(kind), seal.Uint64(uint64(n)), seal.Uint64(uint64(by.N)), name))
	return m.Sum(nil), nil
}

// Prove adds e's missing proofs by the journal keys given.
func (e *Epoch) Prove(install, kind string, secret []byte, by map[uint32]*JournalKeys) error {
	for _, n := range slices.Sorted(maps.Keys(by)) {
		if (kind == JournalEpochs && n == e.N) || slices.ContainsFunc(e.Proofs, func(p Proof) bool { return p.By == n }) {
			continue
		}
		code, err := ProofMAC(install, kind, e.N, secret, by[n])
		if err != nil {
			return err
		}
		e.Proofs = append(slices.Clone(e.Proofs), Proof{n, code})
	}
	return nil
}
