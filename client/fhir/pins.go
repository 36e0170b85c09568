package fhir

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
)

// errUnpinned is of a chain of certificates without any of the keys that a site pins.
var errUnpinned = errors.New("none of the keys that this desk pins")

// pinPrefix is what a pin begins with.
const pinPrefix = "sha256/"

// Pin names a certificate's public key: "sha256/" and the base64 of the SHA-256 of its
// SubjectPublicKeyInfo (RFC 7469, 2.4).
func Pin(c *x509.Certificate) string {
	sum := sha256.Sum256(c.RawSubjectPublicKeyInfo)
	return pinPrefix + base64.StdEncoding.EncodeToString(sum[:])
}

// ValidPin reports whether a pin can be one.
func ValidPin(pin string) bool {
	b, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(pin, pinPrefix))
	return err == nil && len(b) == sha256.Size && strings.HasPrefix(pin, pinPrefix)
}

// Pinned holds the verified chains of a connection against sets of pins: one of the chains
// has a key of each set. What was not verified passes nothing.
func Pinned(s tls.ConnectionState, sets [][]string) error {
	for _, chain := range s.VerifiedChains {
		held := make([]string, len(chain))
		for i, c := range chain {
			held[i] = Pin(c)
		}
		if !slices.ContainsFunc(sets, func(set []string) bool {
			return !slices.ContainsFunc(set, func(pin string) bool { return slices.Contains(held, pin) })
		}) {
			return nil
		}
	}
	return errUnpinned
}
