package upstream

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"

	"github.com/ehrdesk/ehrdesk/internal/central/registry"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// veil seals what names people in the store beneath: the numbers that they are looked up by,
// contacts, who gave a consent for whom, receipts, what waits for the engine. The same words
// have the same seal, so that a number can be found; without the key the store says nothing.
type veil struct {
	seal  cipher.AEAD
	nonce []byte
}

func newVeil(secret []byte) (*veil, error) {
	key, err := hkdf.Key(sha256.New, secret, nil, "ehrcentral gate seal", 32)
	if err != nil {
		return nil, err
	}
	v := &veil{}
	if v.nonce, err = hkdf.Key(sha256.New, secret, nil, "ehrcentral gate nonce", 32); err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	v.seal, err = cipher.NewGCM(block)
	return v, err
}

// bytes seals b for a place: what is sealed for one opens in no other. The nonce is made of both,
// so that none is ever used for two texts.
func (v *veil) bytes(place string, b []byte) []byte {
	nonce := registry.MAC(v.nonce, place, string(b))[:v.seal.NonceSize()]
	return v.seal.Seal(nonce, nonce, b, []byte(place))
}

// open is what bytes has sealed. Errors: store.Err.
func (v *veil) open(place string, b []byte) ([]byte, error) {
	n := v.seal.NonceSize()
	if len(b) < n {
		return nil, store.Err
	}
	out, err := v.seal.Open(nil, b[:n], b[n:], []byte(place))
	if err != nil {
		return nil, store.Err
	}
	return out, nil
}

// text seals a text, "" as it is.
func (v *veil) text(place, s string) string {
	if s == "" {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(v.bytes(place, []byte(s)))
}

// lift is what text has sealed.
func (v *veil) lift(place, s string) (string, error) {
	if s == "" {
		return "", nil
	}
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return "", store.Err
	}
	b, err = v.open(place, b)
	return string(b), err
}

// lifted is a sealed text of the store in a transaction, which ends where it does not open.
func (v *view) lifted(place, s string) string {
	out, err := v.veil.lift(place, s)
	if err != nil {
		v.abort(err)
	}
	return out
}
