package fhir

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"
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
	// What the centre says of its own access log: how many events it has, and the last
	// hash; 0 where it says nothing.
	CentreN    int64
	CentreHead []byte
}

// Countersigned is the centre's word on a checkpoint.
type Countersigned struct {
	Vouched string
	// Digests of the centre's own events since the word that was sent along, 32 bytes
	// each: they name nobody, and the chain of its log can be followed by them.
	Digests []byte
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
	CentreN    int64  `json:"centre_n,omitzero"`
	CentreHead string `json:"centre_head,omitzero"`
}

// CentreKeys reads the keys that the centre signs with.
// Errors: CodeTampered, CodeOffline, CodeTimeout.
func (c *Client) CentreKeys(ctx context.Context, where string) ([]Key, error) {
	ans, err := c.Get(ctx, "discover", where)
	if err != nil {
		return nil, err
	}
	var set struct {
		Keys []Key `json:"keys"`
	}
	if json.Unmarshal(ans.Body, &set) != nil {
		return nil, ehrdesk.Errorf("discover", ehrdesk.CodeTampered, "the centre's keys cannot be read")
	}
	return slices.DeleteFunc(set.Keys, func(k Key) bool { _, ok := k.Key.(*ecdsa.PublicKey); return !ok }), nil
}

// sign signs what with a key, as of a kind of its own.
func sign(kind string, key Key, what any) (string, error) {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key.JSONWebKey}, (&jose.SignerOptions{}).WithType(jose.ContentType(kind)))
	if err != nil {
		return "", err
	}
	body, err := json.Marshal(what)
	if err != nil {
		return "", err
	}
	signed, err := signer.Sign(body)
	if err != nil {
		return "", err
	}
	return signed.CompactSerialize()
}

// verify gives what one of the keys has signed as of a kind. readable is false for what
// is no such thing, whoever signed it.
func verify(kind, signed string, keys []Key) (body []byte, readable bool) {
	obj, err := jose.ParseSignedCompact(signed, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil || len(obj.Signatures) != 1 || obj.Signatures[0].Header.ExtraHeaders[jose.HeaderType] != kind {
		return nil, false
	}
	for _, k := range keys {
		if body, err := obj.Verify(k.Key); err == nil {
			return body, true
		}
	}
	return nil, true
}

// SignCheckpoint signs with the desk's key.
func SignCheckpoint(key Key, client string, c ehrdesk.AuditCheckpoint, now time.Time) (string, error) {
	signed, err := sign(checkpointType, key, checkpointClaims{Issuer: client, Subject: client, IssuedAt: now.Unix(), Log: c.Log, N: c.N,
		Head: base64.RawURLEncoding.EncodeToString(c.Head), Generation: c.Generation})
	if err != nil {
		return "", ehrdesk.Errorf("checkpoint", ehrdesk.CodeTampered, "the signing key cannot be used")
	}
	return signed, nil
}

// OpenVouch reads what the centre signed. Errors: CodeTampered.
func OpenVouch(signed string, keys []Key) (Vouch, error) {
	return openCheckpoint(signed, vouchType, keys)
}

// OpenCheckpoint reads what a desk signed. Errors: CodeTampered.
func OpenCheckpoint(signed string, desk Key) (Vouch, error) {
	return openCheckpoint(signed, checkpointType, []Key{desk})
}

func openCheckpoint(signed, kind string, keys []Key) (Vouch, error) {
	bad := func(words string) (Vouch, error) {
		return Vouch{}, ehrdesk.Errorf("checkpoint", ehrdesk.CodeTampered, "%s", words)
	}
	body, readable := verify(kind, signed, keys)
	if readable && body == nil {
		return bad("a checkpoint was signed with a key that this desk does not know")
	}
	var in checkpointClaims
	if !readable || json.Unmarshal(body, &in) != nil {
		return bad("a signed checkpoint cannot be read")
	}
	head, err := base64.RawURLEncoding.DecodeString(in.Head)
	if err != nil || in.N < 0 {
		return bad("a signed checkpoint cannot be read")
	}
	v := Vouch{AuditCheckpoint: ehrdesk.AuditCheckpoint{Log: in.Log, N: in.N, Head: head, Generation: in.Generation}, Client: in.Subject, At: time.Unix(in.IssuedAt, 0).UTC(), CentreN: in.CentreN}
	if v.CentreHead, err = base64.RawURLEncoding.DecodeString(in.CentreHead); err != nil || in.CentreN < 0 {
		return bad("a signed checkpoint cannot be read")
	}
	return v, nil
}

// Is reports whether v is of just this state.
func (v Vouch) Is(c ehrdesk.AuditCheckpoint) bool {
	return v.Log == c.Log && v.N == c.N && v.Generation == c.Generation && bytes.Equal(v.Head, c.Head)
}

// Leads reports whether the centre's own log, as after says it, is the one that v says it
// was, gone on by the events of digests: nothing of it was cut or written anew.
func (v Vouch) Leads(after Vouch, digests []byte) bool {
	if len(digests)%sha256.Size != 0 || after.CentreN-v.CentreN != int64(len(digests)/sha256.Size) {
		return false
	}
	head := v.CentreHead
	for n := v.CentreN; n < after.CentreN; n++ {
		head = ehrdesk.AuditNext(head, n+1, digests[:sha256.Size])
		digests = digests[sha256.Size:]
	}
	return bytes.Equal(head, after.CentreHead)
}

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
func (b Bond) Sign(key Key) (string, error) {
	signed, err := sign(bondType, key, b)
	if err != nil {
		return "", ehrdesk.Errorf("enrol", ehrdesk.CodeOther, "the person's key cannot sign")
	}
	return signed, nil
}

// Signed reports whether one of the keys signed just this bond.
func (b Bond) Signed(signed string, keys []Key) bool {
	body, _ := verify(bondType, signed, keys)
	want, err := json.Marshal(b)
	return err == nil && bytes.Equal(body, want)
}
