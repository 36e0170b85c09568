// Package pin names public keys as sites pin them: "sha256/" and the base64 of the SHA-256 of
// a SubjectPublicKeyInfo (RFC 7469, 2.4). Nothing else.
package pin

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
)

const prefix = "sha256/"

// Of names the key of a SubjectPublicKeyInfo.
func Of(spki []byte) string {
	sum := sha256.Sum256(spki)
	return prefix + base64.StdEncoding.EncodeToString(sum[:])
}

// Valid reports whether a pin can be one.
func Valid(pin string) bool {
	b, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(pin, prefix))
	return err == nil && len(b) == sha256.Size && strings.HasPrefix(pin, prefix)
}
