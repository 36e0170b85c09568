package fhir

import (
	"bytes"
	"encoding/base64"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
)

// bondType keeps a bond from being taken for anything else a person signs.
const bondType = "ehrdesk-bond+jwt"

// Bond says whose the key is that a desk's keys are sealed to.
type Bond struct {
	Subject string `json:"sub"` // staff@hcp
	Install string `json:"install"`
	Holder  string `json:"holder"` // base64url of the public key's SHA-256
}

// NewBond names the key with that SHA-256 on that store as subject's.
func NewBond(subject, install string, holder []byte) Bond {
	return Bond{subject, install, base64.RawURLEncoding.EncodeToString(holder)}
}

// Sign signs with the person's key, which the centre knows.
func (b Bond) Sign(key jose.JSONWebKey) (string, error) {
	bad := func() (string, error) {
		return "", ehrdesk.Errorf("enrol", ehrdesk.CodeOther, "the person's key cannot sign")
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key}, (&jose.SignerOptions{}).WithType(bondType))
	if err != nil {
		return bad()
	}
	body, err := json.Marshal(b)
	if err != nil {
		return bad()
	}
	signed, err := signer.Sign(body)
	if err != nil {
		return bad()
	}
	return signed.CompactSerialize()
}

// Signed reports whether one of the keys signed just this bond.
func (b Bond) Signed(signed string, keys []jose.JSONWebKey) bool {
	obj, err := jose.ParseSignedCompact(signed, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil || len(obj.Signatures) != 1 || obj.Signatures[0].Header.ExtraHeaders[jose.HeaderType] != bondType {
		return false
	}
	want, err := json.Marshal(b)
	if err != nil {
		return false
	}
	for _, k := range keys {
		if body, err := obj.Verify(k.Key); err == nil {
			return bytes.Equal(body, want)
		}
	}
	return false
}
