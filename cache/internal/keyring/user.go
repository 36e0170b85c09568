package keyring

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"

	"github.com/tink-crypto/tink-go/v2/hybrid"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/seal"
)

// KDF is Argon2id's parameters (RFC 9106), kept beside what they protect.
type KDF struct {
	Memory  uint32 `json:"memory"` // KiB
	Time    uint32 `json:"time"`
	Threads uint8  `json:"threads"`
	Salt    []byte `json:"salt"`
}

// Floor is RFC 9106's second recommended choice. Nothing weaker is written
// or read.
func Floor() KDF { return KDF{Memory: 64 << 10, Time: 3, Threads: 4} }

// What is read at most, four times what calibrated ever chooses: a forged keyring
// must not take the machine's memory, or an hour, before it is found out.
const (
	saltSize   = 16
	maxMemory  = 4 * topMemory // KiB
	maxTime    = 4 * topTime
	maxThreads = 16
)

// check reports parameters weaker than floor, or costlier than this program's.
func (k KDF) check(floor KDF) error {
	switch {
	case k.Memory < floor.Memory || k.Time < floor.Time || k.Threads < floor.Threads || len(k.Salt) < saltSize:
		return errWeakKDF
	case k.Memory > maxMemory || k.Time > maxTime || k.Threads > maxThreads:
		return errCostlyKDF
	case len(k.Salt) > 64:
		return ErrDamaged
	}
	return nil
}

// Fresh is k with a new salt.
func (k KDF) Fresh() KDF {
	k.Salt = make([]byte, saltSize)
	rand.Read(k.Salt)
	return k
}

// Derive derives the person's key. The passphrase is normalised (NFKC): another
// keyboard's composition of the same characters is the same passphrase.
func (k KDF) Derive(passphrase ehrdesk.Secret) []byte {
	p := norm.NFKC.Append(make([]byte, 0, 3*len(passphrase.Bytes())+64), passphrase.Bytes()...)
	defer clear(p[:cap(p)])
	return argon2.IDKey(p, k.Salt, k.Time, k.Memory, k.Threads, seal.KeySize)
}

func (k KDF) bytes() []byte {
	p := seal.Packer{}
	p.Uint(uint64(k.Memory))
	p.Uint(uint64(k.Time))
	p.Uint(uint64(k.Threads))
	p.Bytes(k.Salt)
	return p.Out
}

// NewUser makes a person's key pair and seals it under the passphrase. It is
// slow by choice. box is what the identity is then sealed under.
func NewUser(install, staff string, k KDF, passphrase ehrdesk.Secret) (m User, box tink.AEAD, err error) {
	m = User{Staff: staff, KDF: k.Fresh()}
	private, err := keyset.NewHandle(hybrid.DHKEM_X25519_HKDF_SHA256_HKDF_SHA256_AES_256_GCM_Key_Template())
	if err != nil {
		return m, nil, err
	}
	if m.Key, err = PublicKeyset(private); err != nil {
		return m, nil, err
	}
	secret := m.KDF.Derive(passphrase)
	defer clear(secret)
	if err := m.SealPrivate(install, private, secret); err != nil {
		return m, nil, err
	}
	box, err = seal.DerivedAEAD(secret, "identity")
	return m, box, err
}

// PublicKeyset is the public half of a key pair.
func PublicKeyset(private *keyset.Handle) ([]byte, error) {
	open, err := private.Public()
	if err != nil {
		return nil, err
	}
	var buf bytes.Buffer
	err = open.WriteWithNoSecrets(keyset.NewBinaryWriter(&buf))
	return buf.Bytes(), err
}

// SealPrivate seals the private keyset under what the passphrase gave.
func (m *User) SealPrivate(install string, private *keyset.Handle, secret []byte) error {
	box, err := seal.DerivedAEAD(secret, "private key")
	if err != nil {
		return err
	}
	var buf bytes.Buffer
	err = private.WriteWithAssociatedData(keyset.NewBinaryWriter(&buf), box, m.privateData(install))
	m.Private = buf.Bytes()
	return err
}

// privateData binds the private keyset to the desk, the person, the derivation
// and the public keyset, and to the second key where it needs one.
func (m *User) privateData(install string) []byte {
	where := [][]byte{[]byte(m.Staff), m.KDF.bytes(), m.Key}
	if m.Factor != nil {
		where = append(where, []byte(m.Factor.Name))
	}
	return seal.AssociatedData(install, "keyring.private", where...)
}

// IdentityData binds the identity to the person and to the plain blob beside
// it: a changed centre URL is found at the next unlock.
func (m *User) IdentityData(install string) []byte {
	return seal.AssociatedData(install, "keyring.identity", []byte(m.Staff), m.Key, m.Public)
}

// The identity's first byte says what is sealed: with trust anchors, or, by an earlier
// version of this program, without.
const (
	PlainIdentity    = 0
	anchoredIdentity = 1
)

// SealIdentity seals the client's identity and the trust anchors.
func (m *User) SealIdentity(install string, box tink.AEAD, identity []byte, anchors [][]byte) error {
	p := seal.Packer{}
	p.Uint(uint64(len(anchors)))
	for _, a := range anchors {
		p.Bytes(a)
	}
	p.Bytes(identity)
	ct, err := box.Encrypt(seal.Pad(anchoredIdentity, p.Out), m.IdentityData(install))
	m.Identity = ct
	return err
}

// openIdentity undoes SealIdentity. Unanchored: there are no trust anchors yet.
func (o *Unlocked) openIdentity(plain []byte) error {
	head, b, err := seal.Unpad(plain)
	switch {
	case err != nil:
		return ErrDamaged
	case head == PlainIdentity:
		o.Identity, o.Unanchored = b, true
		return nil
	case head != anchoredIdentity:
		return ErrLater
	}
	u := seal.Unpacker{In: string(b)}
	for range u.Count(1) {
		o.Anchors = append(o.Anchors, []byte(u.String()))
	}
	o.Identity = []byte(u.String())
	if u.End() != nil {
		return ErrDamaged
	}
	return nil
}

// Unlocked is what a passphrase gives.
type Unlocked struct {
	Handle     *keyset.Handle // the private keyset
	Private    tink.HybridDecrypt
	Device     []byte // the device's part of the key, where there is one
	Identity   []byte
	Anchors    [][]byte
	Unanchored bool
	AEAD       tink.AEAD // reseals the identity when the plain blob changes
}

var ErrPassphrase = errors.New("the staff id or the passphrase is not right")

// Unlock derives the key from the passphrase, with the device's secret where it
// takes one, and opens the person's parts.
// ErrPassphrase and a changed private key cannot be told apart, and are not.
func (m *User) Unlock(install string, passphrase ehrdesk.Secret, device []byte) (*Unlocked, error) {
	secret, err := m.Secret(passphrase, device)
	if err != nil {
		return nil, err
	}
	defer clear(secret)
	box, err := seal.DerivedAEAD(secret, "private key")
	if err != nil {
		return nil, err
	}
	h, err := keyset.ReadWithAssociatedData(keyset.NewBinaryReader(bytes.NewReader(m.Private)), box, m.privateData(install))
	if err != nil {
		return nil, ErrPassphrase
	}
	o := &Unlocked{Handle: h, Device: device}
	if o.Private, err = hybrid.NewHybridDecrypt(h); err != nil {
		return nil, ErrDamaged
	}
	if o.AEAD, err = seal.DerivedAEAD(secret, "identity"); err != nil {
		return nil, err
	}
	plain, err := o.AEAD.Decrypt(m.Identity, m.IdentityData(install))
	if err != nil {
		return nil, ErrDamaged
	}
	return o, o.openIdentity(plain)
}

// Holder names a person's public key in a member list: its SHA-256.
func (m *User) Holder() []byte {
	sum := sha256.Sum256(m.Key)
	return sum[:]
}

// SealTo seals p to the person's public key.
func (m *User) SealTo(p, where []byte) ([]byte, error) { return SealFor(m.Key, p, where) }

// SealFor seals p to a public HPKE keyset. Errors: ErrDamaged for what is none.
func SealFor(public, p, where []byte) ([]byte, error) {
	h, err := keyset.ReadWithNoSecrets(keyset.NewBinaryReader(bytes.NewReader(public)))
	if err != nil {
		return nil, ErrDamaged
	}
	enc, err := hybrid.NewHybridEncrypt(h)
	if err != nil {
		return nil, ErrDamaged
	}
	return enc.Encrypt(p, where)
}

// Factor says that a person's keys are sealed under two keys: what the passphrase
// gives, and a secret that the device keeps by this name.
type Factor struct {
	Name string `json:"name"` // 32 hexadecimal digits
}

func (f *Factor) good() bool {
	b, err := hex.DecodeString(f.Name)
	return err == nil && len(b) == 16
}

// Secret is what seals a person's private key and identity.
func (m *User) Secret(passphrase ehrdesk.Secret, device []byte) ([]byte, error) {
	k := m.KDF.Derive(passphrase)
	if m.Factor == nil {
		return k, nil
	}
	defer clear(k)
	both := slices.Concat(k, device)
	defer clear(both)
	return seal.Derive(both, "passphrase and device")
}
