package cache

import (
	"bytes"
	"errors"
	"io"
	"slices"

	"github.com/ehrdesk/ehrdesk/cache/internal/disk"

	"github.com/ehrdesk/ehrdesk/cache/internal/seal"

	json "github.com/go-json-experiment/json/v1"
	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
)

const (
	keyringFormat = 3       // 1 knew no second key, 2 counted no changes
	maxKeyring    = 1 << 20 // bytes
	maxPeople     = 256
	maxStaff      = 128 // bytes of a staff id
	maxProofs     = 1024
)

var (
	errKeyring   = error(disk.Damage("the keyring is damaged or was changed"))
	errWeakKDF   = errors.New("the keyring asks for a weaker key derivation than this program allows")
	errCostlyKDF = errors.New("the keyring was changed: its key derivation asks for more memory or time than this program allows")
	errTooNew    = errors.New("the keyring was written by a later version of this program")
	errReplaced  = error(disk.Damage("the public key of somebody enrolled on this desk was replaced"))
)

// keyring is the file that holds the people and the keys sealed to them. It is
// plain JSON around sealed parts; what is plain is bound to what is sealed by
// associated data or by an epoch's roster code.
type keyring struct {
	Format  int      `json:"format"`
	Install string   `json:"install"`
	People  []member `json:"people"`
	Records []epoch  `json:"records"` // keys of the copies; old ones are destroyed
	Journal []epoch  `json:"journal"` // keys of the journal; kept for ever
	Mark    *mark    `json:"mark,omitempty"`
	Serial  uint64   `json:"serial"` // raised by every change
	// Recovery is the organisation\'s public recovery keyset, where one is set.
	Recovery []byte `json:"recovery,omitempty"`
}

// member is one person enrolled on this desk.
type member struct {
	Staff    string  `json:"staff"`
	Public   []byte  `json:"public"`           // the client's, plain
	Key      []byte  `json:"key"`              // public HPKE keyset
	KDF      kdf     `json:"kdf"`              // how the passphrase becomes a key
	Private  []byte  `json:"private"`          // private HPKE keyset, sealed under the passphrase
	Identity []byte  `json:"identity"`         // the client's, and the anchors, sealed under the passphrase
	Factor   *factor `json:"factor,omitempty"` // a second key beside the passphrase
	Wrong    int     `json:"wrong,omitempty"`  // passphrases since the last right one
	Until    int64   `json:"until,omitempty"`  // no try before, seconds since 1970
}

// epoch is one generation of keys, sealed to each of its holders.
type epoch struct {
	N      uint32  `json:"n"`
	Shares []share `json:"shares"`
	Code   []byte  `json:"code"` // HMAC over the holders, under the epoch's own key
	Proofs []proof `json:"proofs,omitempty"`
}

// share is one holder's sealed copy. Whoever was removed keeps a line with
// nothing in Sealed, so that the roster code still holds.
type share struct {
	Staff  string `json:"staff"`
	Holder []byte `json:"holder"` // SHA-256 of the holder's public keyset
	Sealed []byte `json:"sealed,omitempty"`
}

// parseKeyring reads and checks a keyring. Errors: CodeTampered.
func parseKeyring(b []byte, floor kdf) (*keyring, error) {
	const op = "cache.keyring"
	bad := func(err error) (*keyring, error) { return nil, ehrdesk.E(op, ehrdesk.CodeTampered, err) }
	if len(b) > maxKeyring {
		return bad(errKeyring)
	}
	var k keyring
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	err := d.Decode(&k)
	if later(b, &k, err) {
		return bad(errTooNew)
	}
	if err != nil {
		return bad(errKeyring)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return bad(errKeyring)
	}
	if id, err := uuid.Parse(k.Install); err != nil || id.String() != k.Install || k.Format < 1 {
		return bad(errKeyring)
	}
	if len(k.People) > maxPeople {
		return bad(errKeyring)
	}
	seen := map[string]bool{}
	for i := range k.People {
		m := &k.People[i]
		if m.Staff == "" || len(m.Staff) > maxStaff || seen[m.Staff] || len(m.Key) == 0 || len(m.Private) == 0 || len(m.Identity) == 0 || m.Wrong < 0 {
			return bad(errKeyring)
		}
		seen[m.Staff] = true
		if m.Factor != nil && (k.Format < 2 || !m.Factor.good()) {
			return bad(errKeyring)
		}
		if err := m.KDF.check(floor); err != nil {
			return bad(err)
		}
	}
	if !goodEpochs(k.Records) || !goodEpochs(k.Journal) {
		return bad(errKeyring)
	}
	if len(k.People) > 0 && (len(k.Records) == 0 || len(k.Journal) == 0) {
		return bad(errKeyring)
	}
	return &k, nil
}

// later reports a keyring of a format that is not known here yet, which may have
// members that are not known either.
func later(b []byte, k *keyring, err error) bool {
	if err == nil {
		return k.Format > keyringFormat
	}
	var version struct {
		Format int `json:"format"`
	}
	return json.Unmarshal(b, &version) == nil && version.Format > keyringFormat
}

// goodEpochs reports rising numbers and holders named once.
func goodEpochs(es []epoch) bool {
	last := uint32(0)
	for _, e := range es {
		if e.N <= last || len(e.Code) != seal.KeySize || len(e.Shares) > 4*maxPeople || len(e.Proofs) > maxProofs {
			return false
		}
		last = e.N
		seen := map[string]bool{}
		for _, s := range e.Shares {
			if s.Staff == "" || seen[s.Staff] || len(s.Holder) != seal.KeySize {
				return false
			}
			seen[s.Staff] = true
		}
	}
	return true
}

func (k *keyring) marshal() ([]byte, error) {
	k.Format = keyringFormat
	return json.MarshalIndent(k, "", " ")
}

// clone is a copy deep enough to be changed and thrown away.
func (k *keyring) clone() *keyring {
	c := *k
	c.People = slices.Clone(k.People)
	cloneEpochs := func(es []epoch) []epoch {
		es = slices.Clone(es)
		for i := range es {
			es[i].Shares = slices.Clone(es[i].Shares)
		}
		return es
	}
	c.Records, c.Journal = cloneEpochs(k.Records), cloneEpochs(k.Journal)
	return &c
}

func (k *keyring) member(staff string) (member, bool) {
	for _, m := range k.People {
		if m.Staff == staff {
			return m, true
		}
	}
	return member{}, false
}

func nextEpoch(es []epoch) uint32 {
	if len(es) == 0 {
		return 1
	}
	return es[len(es)-1].N + 1
}

// begin starts new epochs of records and journal, sealed to those of k's people
// that may, and names the journal's. It needs no key, so nobody believes them
// but whoever is told the names.
func (k *keyring) begin(may func(member) bool) (anchors [][]byte, err error) {
	people := slices.DeleteFunc(slices.Clone(k.People), func(m member) bool { return !may(m) })
	jn, secret := nextEpoch(k.Journal), seal.NewKey()
	journal, err := openJournalKeys(jn, secret)
	if err != nil {
		return nil, err
	}
	defer journal.wipe()
	je, err := sealEpoch(k.Install, journalEpochs, jn, secret, people)
	if err != nil {
		return nil, err
	}
	name, err := anchor(secret)
	if err != nil {
		return nil, err
	}
	n := nextEpoch(k.Records)
	keys, err := newRecordKeys(n, jn)
	if err != nil {
		return nil, err
	}
	defer keys.wipe()
	re, err := sealEpoch(k.Install, recordEpochs, n, keys.secret, people)
	if err == nil {
		err = re.prove(k.Install, recordEpochs, keys.secret, map[uint32]*journalKeys{jn: journal})
	}
	if err != nil {
		return nil, err
	}
	k.Journal, k.Records = append(k.Journal, je), append(k.Records, re)
	return [][]byte{name}, nil
}

// roster is e's present holders, and more.
func (k *keyring) roster(e epoch, more ...member) []member {
	var out []member
	for _, m := range k.People {
		held, err := e.knows(&m)
		if (held && err == nil) || slices.ContainsFunc(more, func(x member) bool { return x.Staff == m.Staff }) {
			out = append(out, m)
		}
	}
	return out
}
