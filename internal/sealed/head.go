package sealed

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"encoding/base64"
	"errors"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/cryptosigner"
	"github.com/go-json-experiment/json"
)

// Person is somebody at a provider.
type Person struct {
	Provider string `json:"provider"`
	Staff    string `json:"staff"`
}

// To is a key of a person's that opens an envelope.
type To struct {
	Person
	Key string `json:"key"` // its Name
}

// Head is what everybody sees of an envelope who carries it or is in its case. Its sender signs it.
type Head struct {
	ID      string    `json:"id"` // UUID
	Case    string    `json:"case"`
	Patient string    `json:"patient"` // the centre's logical id
	From    Person    `json:"from"`
	At      time.Time `json:"at"`
	To      []To      `json:"to"`
	Size    int64     `json:"size"`   // bytes that are sealed: a class, not the length of what was written
	Digest  []byte    `json:"digest"` // SHA-256 of them
}

// For are the people that an envelope is for, each once, in the order of its keys.
func (h *Head) For() (out []Person) {
	had := map[Person]bool{}
	for _, t := range h.To {
		if !had[t.Person] {
			had[t.Person] = true
			out = append(out, t.Person)
		}
	}
	return out
}

// The kinds of thing that is signed here: what is signed as one is never taken for the other, nor for a record or a sign-in that
// the same key signs.
const (
	TypeEnvelope   = "ehrdesk-envelope+jws"
	TypeEvent      = "ehrdesk-case-event+jws"
	TypeGroupEvent = "ehrdesk-group-event+jws"
)

// Signer is a person's key, and its name in the directory.
type Signer struct {
	Key  crypto.Signer // P-256
	Name string
}

// Signers tell whose a signing key is. ok is false for a key that did not count at that moment, or that nobody knows.
type Signers interface {
	Signer(name string, at time.Time) (who Person, key crypto.PublicKey, ok bool)
}

// Errors of what was signed.
var (
	ErrUnreadable = errors.New("it cannot be read")
	ErrUnknown    = errors.New("its signer is not known")
	ErrForged     = errors.New("its signature does not hold, or is by somebody else")
)

// Sign signs a value as JSON: a compact JWS (RFC 7515) with its payload, by ES256.
func Sign(v any, kind string, by Signer) (string, error) {
	payload, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		return "", err
	}
	opt := (&jose.SignerOptions{}).WithType(jose.ContentType(kind)).WithHeader("kid", by.Name)
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: cryptosigner.Opaque(by.Key)}, opt)
	if err != nil {
		return "", err
	}
	signed, err := s.Sign(payload)
	if err != nil {
		return "", err
	}
	return signed.CompactSerialize()
}

// Payload is what was signed, without a look at the signature; nil for what is no compact JWS. Its hash names what was signed: of
// two signatures over the same bytes neither is another thing.
func Payload(compact string) []byte {
	parts := strings.Split(compact, ".")
	if len(parts) != 3 {
		return nil
	}
	b, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return nil
	}
	return b
}

// Read reads into v what was signed as a kind, by whoever claim says that it is of and when, once v is read. Errors: ErrUnreadable, ErrUnknown,
// ErrForged.
func Read(compact, kind string, keys Signers, v any, claim func() (Person, time.Time)) error {
	j, err := jose.ParseSignedCompact(compact, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil || len(j.Signatures) != 1 {
		return ErrUnreadable
	}
	head := j.Signatures[0].Protected
	if typ, _ := head.ExtraHeaders[jose.HeaderType].(string); typ != kind {
		return ErrForged
	}
	if json.Unmarshal(j.UnsafePayloadWithoutVerification(), v, json.RejectUnknownMembers(true)) != nil {
		return ErrUnreadable
	}
	who, at := claim()
	is, key, ok := keys.Signer(head.KeyID, at)
	if !ok {
		return ErrUnknown
	}
	if p, ok := key.(*ecdsa.PublicKey); !ok || p.Curve != elliptic.P256() || is != who {
		return ErrForged
	}
	if _, err := j.Verify(key); err != nil {
		return ErrForged
	}
	return nil
}

// SignHead signs an envelope's head.
func SignHead(h *Head, by Signer) (string, error) { return Sign(h, TypeEnvelope, by) }

// ReadHead reads a head that its sender signed. Errors: those of Read.
func ReadHead(compact string, keys Signers) (h Head, err error) {
	err = Read(compact, TypeEnvelope, keys, &h, func() (Person, time.Time) { return h.From, h.At })
	if err == nil && (h.ID == "" || h.Case == "" || h.Patient == "" || len(h.To) == 0 || len(h.Digest) == 0 || h.Size <= 0) {
		err = ErrUnreadable
	}
	if err != nil {
		return Head{}, err
	}
	return h, nil
}
