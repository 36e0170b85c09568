package cache

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"errors"

	"github.com/tink-crypto/tink-go/v2/hybrid"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"github.com/ehrdesk/ehrdesk"
)

// kdf is Argon2id's parameters (RFC 9106), kept beside what they protect.
type kdf struct {
	Memory  uint32 `json:"memory"` // KiB
	Time    uint32 `json:"time"`
	Threads uint8  `json:"threads"`
	Salt    []byte `json:"salt"`
}

// kdfFloor is RFC 9106's second recommended choice. Nothing weaker is written
// or read.
func kdfFloor() kdf { return kdf{Memory: 64 << 10, Time: 3, Threads: 4} }

const (
	saltSize  = 16
	maxMemory = 4 << 20 // KiB: a forged keyring must not ask for all memory
	maxTime   = 64
)

// check reports parameters weaker than floor, or absurd ones.
func (k kdf) check(floor kdf) error {
	switch {
	case k.Memory < floor.Memory || k.Time < floor.Time || k.Threads < floor.Threads || len(k.Salt) < saltSize:
		return errWeakKDF
	case k.Memory > maxMemory || k.Time > maxTime || len(k.Salt) > 64:
		return errKeyring
	}
	return nil
}

// fresh is k with a new salt.
func (k kdf) fresh() kdf {
	k.Salt = make([]byte, saltSize)
	rand.Read(k.Salt)
	return k
}

// key derives the person's key. The passphrase is normalised (NFKC): another
// keyboard's composition of the same characters is the same passphrase.
func (k kdf) key(passphrase ehrdesk.Secret) []byte {
	return argon2.IDKey(norm.NFKC.Bytes([]byte(passphrase.Reveal())), k.Salt, k.Time, k.Memory, k.Threads, keySize)
}

func (k kdf) bytes() []byte {
	p := packer{}
	p.uint(uint64(k.Memory))
	p.uint(uint64(k.Time))
	p.uint(uint64(k.Threads))
	p.bytes(k.Salt)
	return p.b
}

// newMember makes a person's key pair and seals it, with the client's identity,
// under the passphrase. It is slow by choice.
func newMember(install, staff string, k kdf, passphrase ehrdesk.Secret, public, identity []byte) (member, error) {
	m := member{Staff: staff, Public: bytes.Clone(public), KDF: k.fresh()}
	private, err := keyset.NewHandle(hybrid.DHKEM_X25519_HKDF_SHA256_HKDF_SHA256_AES_256_GCM_Key_Template())
	if err != nil {
		return member{}, err
	}
	open, err := private.Public()
	if err != nil {
		return member{}, err
	}
	var buf bytes.Buffer
	if err := open.WriteWithNoSecrets(keyset.NewBinaryWriter(&buf)); err != nil {
		return member{}, err
	}
	m.Key = bytes.Clone(buf.Bytes())

	secret := m.KDF.key(passphrase)
	defer clear(secret)
	box, err := derivedBox(secret, "private key")
	if err != nil {
		return member{}, err
	}
	buf.Reset()
	if err := private.WriteWithAssociatedData(keyset.NewBinaryWriter(&buf), box, m.privatePlace(install)); err != nil {
		return member{}, err
	}
	m.Private = bytes.Clone(buf.Bytes())
	if box, err = derivedBox(secret, "identity"); err != nil {
		return member{}, err
	}
	return m, m.sealIdentity(install, box, identity)
}

// privatePlace binds the private keyset to the desk, the person, the derivation
// and the public keyset.
func (m *member) privatePlace(install string) []byte {
	return place(install, "keyring.private", []byte(m.Staff), m.KDF.bytes(), m.Key)
}

// identityPlace binds the identity to the person and to the plain blob beside
// it: a changed centre URL is found at the next unlock.
func (m *member) identityPlace(install string) []byte {
	return place(install, "keyring.identity", []byte(m.Staff), m.Key, m.Public)
}

func (m *member) sealIdentity(install string, box tink.AEAD, identity []byte) error {
	ct, err := box.Encrypt(frame(0, identity), m.identityPlace(install))
	m.Identity = ct
	return err
}

// opened is what a passphrase gives.
type opened struct {
	private  tink.HybridDecrypt
	identity []byte
	box      tink.AEAD // reseals the identity when the plain blob changes
}

var errPassphrase = errors.New("the staff id or the passphrase is not right")

// unlock derives the key from the passphrase and opens the person's parts.
// errPassphrase and a changed private key cannot be told apart, and are not.
func (m *member) unlock(install string, passphrase ehrdesk.Secret) (*opened, error) {
	secret := m.KDF.key(passphrase)
	defer clear(secret)
	box, err := derivedBox(secret, "private key")
	if err != nil {
		return nil, err
	}
	h, err := keyset.ReadWithAssociatedData(keyset.NewBinaryReader(bytes.NewReader(m.Private)), box, m.privatePlace(install))
	if err != nil {
		return nil, errPassphrase
	}
	o := &opened{}
	if o.private, err = hybrid.NewHybridDecrypt(h); err != nil {
		return nil, errKeyring
	}
	if o.box, err = derivedBox(secret, "identity"); err != nil {
		return nil, err
	}
	plain, err := o.box.Decrypt(m.Identity, m.identityPlace(install))
	if err != nil {
		return nil, errKeyring
	}
	if _, o.identity, err = unframe(plain); err != nil {
		return nil, errKeyring
	}
	return o, nil
}

// holder names a member's public key in a roster.
func (m *member) holder() []byte {
	sum := sha256.Sum256(m.Key)
	return sum[:]
}

// sealTo seals p to the member's public key.
func (m *member) sealTo(p, where []byte) ([]byte, error) {
	h, err := keyset.ReadWithNoSecrets(keyset.NewBinaryReader(bytes.NewReader(m.Key)))
	if err != nil {
		return nil, errKeyring
	}
	enc, err := hybrid.NewHybridEncrypt(h)
	if err != nil {
		return nil, errKeyring
	}
	return enc.Encrypt(p, where)
}
