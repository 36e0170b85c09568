// Package keyring is the file that holds who is enrolled on a desk and the store's
// keys, wrapped for each of them. It promises:
//
//   - A private key opens with its person's passphrase, and with the device's secret
//     where one is set; neither alone, and never with a derivation weaker than Floor.
//   - An epoch's key opens for the people in its member list, which is authenticated
//     under that key: a name that was added, exchanged or taken away is ErrDamaged.
//   - An epoch that carries a proof was made by somebody who held the journal's key.
//   - Held uses an epoch that is anchored under its person's passphrase, or proved by
//     one that it uses already, and no other; nor one that somebody not admitted holds.
//   - What is not understood is refused, and what is read costs no more memory or time
//     than this program ever asks for.
//
// It reads and writes no file, and knows neither records nor the journal's entries.
package keyring

import (
	"bytes"
	"errors"
	"io"
	"slices"

	json "github.com/go-json-experiment/json/v1"
	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
	"github.com/ehrdesk/ehrdesk/cache/internal/seal"
)

// The format of the file, and its bounds.
const (
	Format    = 3       // 1 knew no second key, 2 counted no changes
	MaxSize   = 1 << 20 // bytes
	MaxUsers  = 256
	MaxStaff  = 128 // bytes of a staff id
	maxProofs = 1024
)

// What may be wrong with a keyring.
var (
	ErrDamaged   = error(disk.Damage("the keyring is damaged or was changed"))
	errWeakKDF   = errors.New("the keyring asks for a weaker key derivation than this program allows")
	errCostlyKDF = errors.New("the keyring was changed: its key derivation asks for more memory or time than this program allows")
	ErrLater     = errors.New("the keyring was written by a later version of this program")
	ErrReplaced  = error(disk.Damage("the public key of somebody enrolled on this desk was replaced"))
)

// Keyring is the file that holds the people and the keys sealed to them. It is
// plain JSON around sealed parts; what is plain is bound to what is sealed by
// associated data or by the MAC of an epoch's member list.
type Keyring struct {
	Format  int        `json:"format"`
	Install string     `json:"install"`
	People  []User     `json:"people"`
	Records []Epoch    `json:"records"`        // keys of the copies; old ones are destroyed
	Journal []Epoch    `json:"journal"`        // keys of the journal; kept for ever
	Mark    *HighWater `json:"mark,omitempty"` // as far as the store had come when it was written
	Serial  uint64     `json:"serial"`         // raised by every change
	// Recovery is the organisation's public recovery keyset, where one is set.
	Recovery []byte `json:"recovery,omitempty"`
}

// User is one person enrolled on this desk.
type User struct {
	Staff    string  `json:"staff"`
	Public   []byte  `json:"public"`           // the client's, plain
	Key      []byte  `json:"key"`              // public HPKE keyset
	KDF      KDF     `json:"kdf"`              // how the passphrase becomes a key
	Private  []byte  `json:"private"`          // private HPKE keyset, sealed under the passphrase
	Identity []byte  `json:"identity"`         // the client's, and the trust anchors, sealed under the passphrase
	Factor   *Factor `json:"factor,omitempty"` // a second key beside the passphrase
	Wrong    int     `json:"wrong,omitempty"`  // passphrases since the last right one
	Until    int64   `json:"until,omitempty"`  // no try before, seconds since 1970
}

// Epoch is one generation of keys, sealed to each of its holders.
type Epoch struct {
	N       uint32       `json:"n"`
	Wrapped []WrappedKey `json:"shares"`
	MAC     []byte       `json:"code"` // HMAC over the holders, under the epoch's own key
	Proofs  []Proof      `json:"proofs,omitempty"`
}

// WrappedKey is an epoch's key, sealed for one holder. Whoever was removed keeps a
// line with nothing in Sealed, so that the MAC of the member list still holds.
type WrappedKey struct {
	Staff  string `json:"staff"`
	Holder []byte `json:"holder"` // SHA-256 of the holder's public keyset
	Sealed []byte `json:"sealed,omitempty"`
}

// Parse reads and checks a keyring. Errors: CodeTampered.
func Parse(b []byte, floor KDF) (*Keyring, error) {
	const op = "cache.keyring"
	bad := func(err error) (*Keyring, error) { return nil, ehrdesk.E(op, ehrdesk.CodeTampered, err) }
	if len(b) > MaxSize {
		return bad(ErrDamaged)
	}
	var k Keyring
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	err := d.Decode(&k)
	if later(b, &k, err) {
		return bad(ErrLater)
	}
	if err != nil {
		return bad(ErrDamaged)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return bad(ErrDamaged)
	}
	if id, err := uuid.Parse(k.Install); err != nil || id.String() != k.Install || k.Format < 1 {
		return bad(ErrDamaged)
	}
	if len(k.People) > MaxUsers {
		return bad(ErrDamaged)
	}
	seen := map[string]bool{}
	for i := range k.People {
		m := &k.People[i]
		if m.Staff == "" || len(m.Staff) > MaxStaff || seen[m.Staff] || len(m.Key) == 0 || len(m.Private) == 0 || len(m.Identity) == 0 || m.Wrong < 0 {
			return bad(ErrDamaged)
		}
		seen[m.Staff] = true
		if m.Factor != nil && (k.Format < 2 || !m.Factor.good()) {
			return bad(ErrDamaged)
		}
		if err := m.KDF.check(floor); err != nil {
			return bad(err)
		}
	}
	if !goodEpochs(k.Records) || !goodEpochs(k.Journal) {
		return bad(ErrDamaged)
	}
	if len(k.People) > 0 && (len(k.Records) == 0 || len(k.Journal) == 0) {
		return bad(ErrDamaged)
	}
	return &k, nil
}

// later reports a keyring of a format that is not known here yet, which may have
// members that are not known either.
func later(b []byte, k *Keyring, err error) bool {
	if err == nil {
		return k.Format > Format
	}
	var version struct {
		Format int `json:"format"`
	}
	return json.Unmarshal(b, &version) == nil && version.Format > Format
}

// goodEpochs reports rising numbers and holders named once.
func goodEpochs(es []Epoch) bool {
	last := uint32(0)
	for _, e := range es {
		if e.N <= last || len(e.MAC) != seal.KeySize || len(e.Wrapped) > 4*MaxUsers || len(e.Proofs) > maxProofs {
			return false
		}
		last = e.N
		seen := map[string]bool{}
		for _, s := range e.Wrapped {
			if s.Staff == "" || seen[s.Staff] || len(s.Holder) != seal.KeySize {
				return false
			}
			seen[s.Staff] = true
		}
	}
	return true
}

// Marshal is the file.
func (k *Keyring) Marshal() ([]byte, error) {
	k.Format = Format
	return json.MarshalIndent(k, "", " ")
}

// Clone is a copy deep enough to be changed and thrown away.
func (k *Keyring) Clone() *Keyring {
	c := *k
	c.People = slices.Clone(k.People)
	cloneEpochs := func(es []Epoch) []Epoch {
		es = slices.Clone(es)
		for i := range es {
			es[i].Wrapped = slices.Clone(es[i].Wrapped)
		}
		return es
	}
	c.Records, c.Journal = cloneEpochs(k.Records), cloneEpochs(k.Journal)
	return &c
}

// User is the person of that staff id.
func (k *Keyring) User(staff string) (User, bool) {
	for _, m := range k.People {
		if m.Staff == staff {
			return m, true
		}
	}
	return User{}, false
}

// NextEpoch is the number of the epoch after these.
func NextEpoch(es []Epoch) uint32 {
	if len(es) == 0 {
		return 1
	}
	return es[len(es)-1].N + 1
}

// Begin starts new epochs of records and journal, sealed to those of k's people
// that may, and names the journal's. It needs no key, so nobody believes them
// but whoever is told the names.
func (k *Keyring) Begin(may func(User) bool) (anchors [][]byte, err error) {
	people := slices.DeleteFunc(slices.Clone(k.People), func(m User) bool { return !may(m) })
	jn, secret := NextEpoch(k.Journal), seal.NewKey()
	journal, err := OpenJournalKeys(jn, secret)
	if err != nil {
		return nil, err
	}
	defer journal.Wipe()
	je, err := SealEpoch(k.Install, JournalEpochs, jn, secret, people)
	if err != nil {
		return nil, err
	}
	name, err := TrustAnchor(secret)
	if err != nil {
		return nil, err
	}
	n := NextEpoch(k.Records)
	keys, err := NewRecordKeys(n, jn)
	if err != nil {
		return nil, err
	}
	defer keys.Wipe()
	re, err := SealEpoch(k.Install, RecordEpochs, n, keys.Secret, people)
	if err == nil {
		err = re.Prove(k.Install, RecordEpochs, keys.Secret, map[uint32]*JournalKeys{jn: journal})
	}
	if err != nil {
		return nil, err
	}
	k.Journal, k.Records = append(k.Journal, je), append(k.Records, re)
	return [][]byte{name}, nil
}

// Recipients are e's present holders, and more.
func (k *Keyring) Recipients(e Epoch, more ...User) []User {
	var out []User
	for _, m := range k.People {
		held, err := e.HeldBy(&m)
		if (held && err == nil) || slices.ContainsFunc(more, func(x User) bool { return x.Staff == m.Staff }) {
			out = append(out, m)
		}
	}
	return out
}
