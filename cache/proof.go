package cache

import (
	"crypto/hmac"
	"crypto/sha256"
	"maps"
	"slices"

	"github.com/ehrdesk/ehrdesk/cache/internal/seal"
)

// proof says that whoever made an epoch held a journal epoch's key.
type proof struct {
	By   uint32 `json:"by"`
	Code []byte `json:"code"`
}

// anchor names a secret without giving it away.
func anchor(secret []byte) ([]byte, error) { return seal.Derive(secret, "anchor") }

// proofCode ties an epoch's secret to a journal key.
func proofCode(install, kind string, n uint32, secret []byte, by *journalKeys) ([]byte, error) {
	key, err := seal.Derive(by.secret, "proof")
	if err != nil {
		return nil, err
	}
	name, err := anchor(secret)
	if err != nil {
		return nil, err
	}
	m := hmac.New(sha256.New, key)
	m.Write(seal.AssociatedData(install, "keyring.proof", []byte(kind), seal.Uint64(uint64(n)), seal.Uint64(uint64(by.n)), name))
	return m.Sum(nil), nil
}

// prove adds e's missing proofs by the journal keys given.
func (e *epoch) prove(install, kind string, secret []byte, by map[uint32]*journalKeys) error {
	for _, n := range slices.Sorted(maps.Keys(by)) {
		if (kind == journalEpochs && n == e.N) || slices.ContainsFunc(e.Proofs, func(p proof) bool { return p.By == n }) {
			continue
		}
		code, err := proofCode(install, kind, e.N, secret, by[n])
		if err != nil {
			return err
		}
		e.Proofs = append(slices.Clone(e.Proofs), proof{n, code})
	}
	return nil
}
