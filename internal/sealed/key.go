package sealed

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"

	"filippo.io/age"
)

// ErrKey is of what is no key.
var ErrKey = errors.New("this is no key of an envelope")

// Key opens what was sealed to its public half. It is made for a case or for one envelope, and destroyed with it.
type Key struct{ id *age.HybridIdentity }

// NewKey makes a pair.
func NewKey() (*Key, error) {
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		return nil, err
	}
	return &Key{id}, nil
}

// ParseKey takes up a key that Secret gave.
func ParseKey(secret []byte) (*Key, error) {
	id, err := age.ParseHybridIdentity(string(secret))
	if err != nil {
		return nil, ErrKey // the cause may quote it
	}
	return &Key{id}, nil
}

// Secret is the private half, to be kept sealed.
func (k *Key) Secret() []byte { return []byte(k.id.String()) }

// Public is the other half.
func (k *Key) Public() Public { return Public{k.id.Recipient().String(), k.id.Recipient()} }

// Public is what is sealed to.
type Public struct {
	text string
	to   *age.HybridRecipient
}

// ParsePublic reads a public half as String gives it.
func ParsePublic(text string) (Public, error) {
	to, err := age.ParseHybridRecipient(text)
	if err != nil || to.String() != text {
		return Public{}, ErrKey
	}
	return Public{text, to}, nil
}

// String is the public half in letters, some 2,000 of them.
func (p Public) String() string { return p.text }

// Name is how an envelope names it: SHA-256 of its letters, in base64url. No other key has it.
func (p Public) Name() string {
	sum := sha256.Sum256([]byte(p.text))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
