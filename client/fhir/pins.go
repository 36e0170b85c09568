package fhir

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"slices"

	"github.com/ehrdesk/ehrdesk/internal/pin"
)

// errUnpinned is of a chain of certificates without any of the keys that a site pins.
var errUnpinned = errors.New("none of the keys that this desk pins")

// Pin names a certificate's public key.
func Pin(c *x509.Certificate) string { return pin.Of(c.RawSubjectPublicKeyInfo) }

// Pinned holds the verified chains of a connection against sets of pins: one of the chains
// has a key of each set. What was not verified passes nothing.
func Pinned(s tls.ConnectionState, sets [][]string) error {
	for _, chain := range s.VerifiedChains {
		held := make([]string, len(chain))
		for i, c := range chain {
			held[i] = Pin(c)
		}
		if !slices.ContainsFunc(sets, func(set []string) bool {
			return !slices.ContainsFunc(set, func(key string) bool { return slices.Contains(held, key) })
		}) {
			return nil
		}
	}
	return errUnpinned
}
