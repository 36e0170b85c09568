// Package casearchive is what an organisation keeps of a sealed case that has ended: its history as its members signed it, and what
// people of that organisation had read or written of what was said. It is sealed to the archive key of the organisation, which opens
// nothing else, and which no desk has. Whoever opens it checks the history again: the keys by which it was signed are in it, as the desk
// that wrote it knew them. Pure. (docs/adr/0059-sealed-cases.md)
package casearchive

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"errors"
	"io"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/agefile"
	"github.com/ehrdesk/ehrdesk/internal/caselog"
	"github.com/ehrdesk/ehrdesk/internal/sealed"
)

// Most is how long an archived case is at most, in bytes: a case has 2,000 messages of at most 64 KiB.
const Most = 160 << 20

const format = 1

// Case is one that is archived.
type Case struct {
	Format int                `json:"format"`
	ID     string             `json:"id"`
	By     ehrdesk.CaseMember `json:"by"` // for whom it was archived
	At     time.Time          `json:"at"`
	Events []string           `json:"events"` // as their authors signed them
	Keys   []Key              `json:"keys"`
	Said   []Said             `json:"said"`
}

// Key is one by which an event was signed, as the directory knew it.
type Key struct {
	Name string             `json:"name"`
	Of   ehrdesk.CasePerson `json:"of"`
	Key  []byte             `json:"key"` // PKIX, DER
}

// Said is what was said in an envelope, as it was read at the desk. What nobody there had read is not among them.
type Said struct {
	Envelope string           `json:"envelope"`
	Body     ehrdesk.CaseBody `json:"body"`
}

// What may be wrong with an archived case.
var (
	ErrKey     = errors.New("it is sealed to another archive key")
	ErrDamaged = errors.New("the archived case is damaged")
	ErrLater   = errors.New("the archived case was written by a later version of this program")
)

// NewKey makes an archive key: sealed is its file, which the passphrase opens, and public what desks seal to.
func NewKey(passphrase []byte) (file []byte, public string, err error) {
	k, err := sealed.NewKey()
	if err != nil {
		return nil, "", err
	}
	secret := k.Secret()
	defer clear(secret)
	file, err = agefile.Seal(secret, passphrase)
	return file, k.Public().String(), err
}

// OpenKey opens an archive key's file. Errors: those of agefile.Open, sealed.ErrKey.
func OpenKey(file, passphrase []byte) (*sealed.Key, error) {
	secret, err := agefile.Open(file, passphrase, 4<<10)
	if err != nil {
		return nil, err
	}
	defer clear(secret)
	return sealed.ParseKey(secret)
}

// Seal seals an archived case.
func Seal(c *Case, to sealed.Public) ([]byte, error) {
	c.Format = format
	b, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	defer clear(b)
	if len(b) > Most {
		return nil, errors.New("the case is longer than an archive holds")
	}
	return sealed.SealBytes(b, to)
}

// Open opens what Seal has sealed. Errors: ErrKey, ErrDamaged, ErrLater.
func Open(b []byte, k *sealed.Key) (*Case, error) {
	r, err := sealed.OpenBytes(bytes.NewReader(b), k)
	if errors.Is(err, sealed.ErrNotOurs) {
		return nil, ErrKey
	}
	if err != nil {
		return nil, ErrDamaged
	}
	plain, err := io.ReadAll(io.LimitReader(r, Most+1))
	defer clear(plain)
	if err != nil || len(plain) > Most {
		return nil, ErrDamaged
	}
	var version struct {
		Format int `json:"format"`
	}
	var c Case
	switch {
	case json.Unmarshal(plain, &version) != nil:
		return nil, ErrDamaged
	case version.Format > format:
		return nil, ErrLater
	case json.Unmarshal(plain, &c, json.RejectUnknownMembers(true)) != nil || c.ID == "":
		return nil, ErrDamaged
	}
	return &c, nil
}

// Add notes whose key an event was signed by. Errors: sealed.ErrUnknown.
func (c *Case) Add(signed string, keys sealed.Signers) error {
	e, err := caselog.Plain(signed)
	if err != nil {
		return err
	}
	c.Events = append(c.Events, signed)
	name := sealed.SignedBy(signed)
	for _, k := range c.Keys {
		if k.Name == name {
			return nil
		}
	}
	who, key, ok := keys.Signer(name, e.At)
	if !ok {
		return sealed.ErrUnknown
	}
	b, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return err
	}
	c.Keys = append(c.Keys, Key{name, ehrdesk.CasePerson(who), b})
	return nil
}

// Signer is of sealed.Signers.
func (c *Case) Signer(name string, _ time.Time) (sealed.Person, crypto.PublicKey, bool) {
	for _, k := range c.Keys {
		if k.Name != name {
			continue
		}
		key, err := x509.ParsePKIXPublicKey(k.Key)
		return sealed.Person(k.Of), key, err == nil
	}
	return sealed.Person{}, nil, false
}

// History is the case as its events make it, each held against its author's key and the rules anew. Errors: *caselog.Broken.
func (c *Case) History() (ehrdesk.Case, error) {
	var h ehrdesk.Case
	_, err := caselog.Follow(&h, nil, c.Events, c)
	if err == nil && h.ID != c.ID {
		err = &caselog.Broken{N: 1, Why: caselog.ErrForked}
	}
	return h, err
}
