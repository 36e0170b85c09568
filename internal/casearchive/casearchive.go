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
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/agefile"
	"github.com/ehrdesk/ehrdesk/internal/caselog"
	"github.com/ehrdesk/ehrdesk/internal/sealed"
)

// Most is how long an archived case is at most without its files, in bytes: a case has 2,000 messages of at most 64 KiB.
const Most = 160 << 20

// What is sealed is a JSON object, and from format 2 on the bytes of the files after it, in the order in which it names them.
const (
	format       = 3
	formatFiles  = 2 // from which on there are files
	formatGroups = 3 // from which on there are histories of groups
)

// Case is one that is archived.
type Case struct {
	Format int                `json:"format"`
	ID     string             `json:"id"`
	By     ehrdesk.CaseMember `json:"by"` // for whom it was archived
	At     time.Time          `json:"at"`
	Events []string           `json:"events"` // as their authors signed them
	Keys   []Key              `json:"keys"`
	Said   []Said             `json:"said"`
	Groups [][]string         `json:"groups,omitempty"` // the histories of groups that events name, as their authors signed them
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
	File     bool             `json:"file,omitempty"` // the bytes of Body.File are in the archive
}

// What may be wrong with an archived case.
var (
	ErrKey     = errors.New("it is sealed to another archive key")
	ErrDamaged = errors.New("the archived case is damaged")
	ErrLater   = errors.New("the archived case was written by a later version of this program")
)

// NewKey makes an archive key: sealed is its file, which the passphrase opens, and public what desks seal to.
func NewKey(passphrase []byte, cost agefile.Cost) (file []byte, public string, err error) {
	k, err := sealed.NewKey()
	if err != nil {
		return nil, "", err
	}
	secret := k.Secret()
	defer clear(secret)
	file, err = agefile.Seal(secret, passphrase, cost)
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

// Seal seals an archived case that has no files.
func Seal(c *Case, to sealed.Public) ([]byte, error) {
	var out bytes.Buffer
	err := SealWith(&out, c, to, nil)
	return out.Bytes(), err
}

// SealWith seals an archived case to dst, with its files, which file writes one after the other: no more than a piece of one is in memory.
func SealWith(dst io.Writer, c *Case, to sealed.Public, file func(s *Said, w io.Writer) error) error {
	c.Format = 1
	for i := range c.Said {
		if c.Said[i].File {
			c.Format = formatFiles
		}
	}
	if len(c.Groups) > 0 {
		c.Format = formatGroups
	}
	b, err := json.Marshal(c)
	if err != nil {
		return err
	}
	defer clear(b)
	if len(b) > Most {
		return errors.New("the case is longer than an archive holds")
	}
	w, err := sealed.SealTo(dst, to)
	if err != nil {
		return err
	}
	if _, err := w.Write(b); err != nil {
		return err
	}
	for i := range c.Said {
		s := &c.Said[i]
		if !s.File {
			continue
		}
		n := &counted{to: w}
		if err := file(s, n); err != nil {
			return err
		}
		if n.n != s.Body.File.Size {
			return errors.New("a file of the case is not as long as it was")
		}
	}
	return w.Close()
}

// counted counts what is written.
type counted struct {
	to io.Writer
	n  int64
}

func (c *counted) Write(p []byte) (int, error) {
	n, err := c.to.Write(p)
	c.n += int64(n)
	return n, err
}

// Open opens what Seal or SealWith has sealed, without its files. Errors: ErrKey, ErrDamaged, ErrLater.
func Open(b []byte, k *sealed.Key) (*Case, error) {
	return OpenWith(bytes.NewReader(b), k, func(*Case, *Said, io.Reader) error { return nil })
}

// OpenWith is Open with files: each is given the case, what a file was said with, and its bytes. What each does not read is passed over. Of
// what was cut short or changed it gives nothing that was not sealed so. Errors: those of Open, each's.
func OpenWith(b io.Reader, k *sealed.Key, each func(c *Case, s *Said, from io.Reader) error) (*Case, error) {
	r, err := sealed.OpenBytes(b, k)
	if errors.Is(err, sealed.ErrNotOurs) {
		return nil, ErrKey
	}
	if err != nil {
		return nil, ErrDamaged
	}
	d := jsontext.NewDecoder(&io.LimitedReader{R: r, N: Most})
	plain, err := d.ReadValue()
	defer clear(plain)
	if err != nil {
		return nil, ErrDamaged
	}
	c, err := parse(plain)
	if err != nil {
		return nil, err
	}
	rest := io.MultiReader(bytes.NewReader(bytes.Clone(d.UnreadBuffer())), r)
	for i := range c.Said {
		s := &c.Said[i]
		if !s.File {
			continue
		}
		from := &io.LimitedReader{R: rest, N: s.Body.File.Size}
		if err := each(c, s, from); err != nil {
			return nil, err
		}
		if _, err := io.Copy(io.Discard, from); err != nil || from.N > 0 {
			return nil, ErrDamaged
		}
	}
	if n, err := io.Copy(io.Discard, rest); err != nil || n > 0 {
		return nil, ErrDamaged
	}
	return c, nil
}

// parse reads the object.
func parse(plain []byte) (*Case, error) {
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
	for i := range c.Said {
		if f := c.Said[i].Body.File; c.Said[i].File && (version.Format < formatFiles || f == nil || f.Size <= 0 || f.Size > ehrdesk.MostCaseFile) {
			return nil, ErrDamaged
		}
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
	return c.knows(signed, e.At, keys)
}

// AddGroup notes the history of a group that events name. Errors: those of Add.
func (c *Case) AddGroup(signed []string, keys sealed.Signers) error {
	for _, s := range signed {
		e, err := caselog.PlainGroup(s)
		if err != nil {
			return err
		}
		if err := c.knows(s, e.At, keys); err != nil {
			return err
		}
	}
	c.Groups = append(c.Groups, signed)
	return nil
}

// knows notes the key by which something was signed.
func (c *Case) knows(signed string, at time.Time, keys sealed.Signers) error {
	name := sealed.SignedBy(signed)
	for _, k := range c.Keys {
		if k.Name == name {
			return nil
		}
	}
	who, key, ok := keys.Signer(name, at)
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

// History is the case as its events make it, each held against its author's key, the rules and the histories of groups anew. Errors:
// *caselog.Broken.
func (c *Case) History() (ehrdesk.Case, error) {
	groups := caselog.Histories{}
	for _, signed := range c.Groups {
		var g caselog.GroupHistory
		var err error
		if g.Hashes, err = caselog.FollowGroup(&g.Group, nil, signed, c); err != nil {
			return ehrdesk.Case{}, err
		}
		groups[g.Group.ID] = &g
	}
	var h ehrdesk.Case
	_, err := caselog.Follow(&h, nil, c.Events, c, groups)
	if err == nil && h.ID != c.ID {
		err = &caselog.Broken{N: 1, Why: caselog.ErrForked}
	}
	return h, err
}
