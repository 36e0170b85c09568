package fhir

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"encoding/base64"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
)

// The two kinds of signed checkpoint (docs/central.md): no assertion of a desk
// can be taken for one.
const (
	checkpointType = "ehrdesk-checkpoint+jwt"
	vouchType      = "ehrdesk-vouch+jwt"
)

// Vouch is a signed checkpoint of a desk's access log: by the desk what it says,
// by the centre what it has followed.
type Vouch struct {
	ehrdesk.AuditCheckpoint
	Client string // the desk's client id
	At     time.Time
}

// Refusal is the cause where the centre does not vouch for a log: the code of
// its issue, and its signature over what it last vouched for, "" for nothing.
type Refusal struct{ Issue, Vouched string }

func (r *Refusal) Error() string {
	return "the central service does not vouch for this desk's access log"
}

type checkpointClaims struct {
	Issuer     string `json:"iss"`
	Subject    string `json:"sub"`
	IssuedAt   int64  `json:"iat"`
	Log        string `json:"log"`
	N          int64  `json:"n"`
	Head       string `json:"head"`
	Generation uint64 `json:"generation"`
}

// CentreKeys reads the keys that the centre signs with.
// Errors: CodeTampered, CodeOffline, CodeTimeout.
func (c *Client) CentreKeys(ctx context.Context, where string) ([]jose.JSONWebKey, error) {
	ans, err := c.Get(ctx, "discover", where)
	if err != nil {
		return nil, err
	}
	var set struct {
		Keys []rawJWK `json:"keys"`
	}
	if json.Unmarshal(ans.Body, &set) != nil {
		return nil, ehrdesk.Errorf("discover", ehrdesk.CodeTampered, "the centre's keys cannot be read")
	}
	var out []jose.JSONWebKey
	for _, k := range set.Keys {
		if _, ok := k.Key.(*ecdsa.PublicKey); ok {
			out = append(out, k.JSONWebKey)
		}
	}
	return out, nil
}

// rawJWK carries a key through this package's JSON decoder.
type rawJWK struct{ jose.JSONWebKey }

func (k *rawJWK) UnmarshalJSON(b []byte) error { return k.JSONWebKey.UnmarshalJSON(b) }

// SignCheckpoint signs with the desk's key.
func SignCheckpoint(key jose.JSONWebKey, client string, c ehrdesk.AuditCheckpoint, now time.Time) (string, error) {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key}, (&jose.SignerOptions{}).WithType(checkpointType))
	if err != nil {
		return "", ehrdesk.Errorf("checkpoint", ehrdesk.CodeTampered, "the signing key cannot be used")
	}
	body, err := json.Marshal(checkpointClaims{client, client, now.Unix(), c.Log, c.N, base64.RawURLEncoding.EncodeToString(c.Head), c.Generation})
	if err != nil {
		return "", ehrdesk.Errorf("checkpoint", ehrdesk.CodeOther, "the checkpoint could not be signed")
	}
	signed, err := signer.Sign(body)
	if err != nil {
		return "", ehrdesk.Errorf("checkpoint", ehrdesk.CodeOther, "the checkpoint could not be signed")
	}
	return signed.CompactSerialize()
}

// OpenVouch reads what the centre signed. Errors: CodeTampered.
func OpenVouch(signed string, keys []jose.JSONWebKey) (Vouch, error) {
	return openCheckpoint(signed, vouchType, keys)
}

// OpenCheckpoint reads what a desk signed. Errors: CodeTampered.
func OpenCheckpoint(signed string, desk jose.JSONWebKey) (Vouch, error) {
	return openCheckpoint(signed, checkpointType, []jose.JSONWebKey{desk})
}

func openCheckpoint(signed, kind string, keys []jose.JSONWebKey) (Vouch, error) {
	bad := func(words string) (Vouch, error) {
		return Vouch{}, ehrdesk.Errorf("checkpoint", ehrdesk.CodeTampered, "%s", words)
	}
	tok, err := jwt.ParseSigned(signed, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil || len(tok.Headers) != 1 || tok.Headers[0].ExtraHeaders[jose.HeaderType] != kind {
		return bad("a signed checkpoint cannot be read")
	}
	for _, k := range keys {
		var in checkpointClaims
		var raw map[string]any
		if tok.Claims(k.Key, &raw) != nil {
			continue
		}
		b, err := json.Marshal(raw)
		if err != nil || json.Unmarshal(b, &in) != nil {
			return bad("a signed checkpoint cannot be read")
		}
		head, err := base64.RawURLEncoding.DecodeString(in.Head)
		if err != nil || in.N < 0 {
			return bad("a signed checkpoint cannot be read")
		}
		return Vouch{ehrdesk.AuditCheckpoint{Log: in.Log, N: in.N, Head: head, Generation: in.Generation}, in.Subject, time.Unix(in.IssuedAt, 0).UTC()}, nil
	}
	return bad("a checkpoint was signed with a key that this desk does not know")
}

// Is reports whether v is of just this state.
func (v Vouch) Is(c ehrdesk.AuditCheckpoint) bool {
	return v.Log == c.Log && v.N == c.N && v.Generation == c.Generation && bytes.Equal(v.Head, c.Head)
}
