package keyring

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"

	"github.com/ehrdesk/ehrdesk/cache/internal/seal"

	"github.com/tink-crypto/tink-go/v2/tink"
)

// RecordKeys is one epoch of the copies' keys, open.
type RecordKeys struct {
	N       uint32
	Secret  []byte // KeySize of KEK, KeySize of the index key, the journal epoch its maker knew
	KEK     tink.AEAD
	index   []byte
	Journal uint32
}

// NewRecordKeys makes the keys of epoch n.
func NewRecordKeys(n, journal uint32) (*RecordKeys, error) {
	secret := append(seal.NewKey(), seal.NewKey()...)
	return OpenRecordKeys(n, binary.BigEndian.AppendUint32(secret, journal))
}

// OpenRecordKeys are the keys that an epoch's secret gives.
func OpenRecordKeys(n uint32, secret []byte) (*RecordKeys, error) {
	if len(secret) != 2*seal.KeySize+4 {
		return nil, ErrDamaged
	}
	kek, err := seal.DerivedAEAD(secret[:seal.KeySize], "key encryption")
	if err != nil {
		return nil, err
	}
	return &RecordKeys{
		N: n, Secret: secret, KEK: kek,
		index:   secret[seal.KeySize : 2*seal.KeySize],
		Journal: binary.BigEndian.Uint32(secret[2*seal.KeySize:]),
	}, nil
}

// Wipe overwrites the keys.
func (k *RecordKeys) Wipe() { clear(k.Secret) }

// BlindSize is the length of what Blind gives.
const BlindSize = 16 // bytes

// Blind is the look-up index of key: without the epoch's index key it says nothing.
func (k *RecordKeys) Blind(key string) []byte {
	m := hmac.New(sha256.New, k.index)
	m.Write([]byte("lookup\x00"))
	m.Write([]byte(key))
	return m.Sum(nil)[:BlindSize]
}

// JournalKeys is one epoch of the journal's keys, open.
type JournalKeys struct {
	N      uint32
	Secret []byte
	AEAD   tink.AEAD
	index  []byte // blinds operation ids, lanes, slips and lists
}

// OpenJournalKeys are the keys that an epoch's secret gives.
func OpenJournalKeys(n uint32, secret []byte) (*JournalKeys, error) {
	if len(secret) != seal.KeySize {
		return nil, ErrDamaged
	}
	box, err := seal.DerivedAEAD(secret, "journal")
	if err != nil {
		return nil, err
	}
	ik, err := seal.Derive(secret, "journal index")
	if err != nil {
		return nil, err
	}
	return &JournalKeys{N: n, Secret: secret, AEAD: box, index: ik}, nil
}

// Blind is the look-up index of s, which is a name of that kind. Epochs blind
// differently: what is unique has to be looked for under each.
func (k *JournalKeys) Blind(what, s string) []byte {
	return k.Blinds()(what, s)
}

// Blinds is Blind for many names one after the other, at the cost of setting the key up once. It is of one goroutine.
func (k *JournalKeys) Blinds() func(what, s string) []byte {
	m := hmac.New(sha256.New, k.index)
	return func(what, s string) []byte {
		m.Reset()
		m.Write([]byte(what))
		m.Write([]byte{0})
		m.Write([]byte(s))
		return m.Sum(nil)[:16]
	}
}

// Wipe overwrites the keys.
func (k *JournalKeys) Wipe() { clear(k.Secret); clear(k.index) }

// The two kinds of epoch, as they stand in associated data.
const (
	RecordEpochs  = "keyring.records"
	JournalEpochs = "keyring.journal"
)

// SealEpoch seals secret to each of people and authenticates the list of them with it.
func SealEpoch(install, kind string, n uint32, secret []byte, people []User) (Epoch, error) {
	e := Epoch{N: n}
	for i := range people {
		m := &people[i]
		ct, err := m.SealTo(secret, wrappedKeyData(install, kind, n, m.Staff, m.Holder()))
		if err != nil {
			return Epoch{}, err
		}
		e.Wrapped = append(e.Wrapped, WrappedKey{Staff: m.Staff, Holder: m.Holder(), Sealed: ct})
	}
	code, err := e.mac(install, kind, secret)
	e.MAC = code
	return e, err
}

// reseal seals e's secret to people in place of those who held it. The proofs stay.
func (e *Epoch) reseal(install, kind string, secret []byte, people []User) error {
	sealed, err := SealEpoch(install, kind, e.N, secret, people)
	if err == nil {
		e.Wrapped, e.MAC = sealed.Wrapped, sealed.MAC
	}
	return err
}

// Open opens staff's share of e. Nothing, without an error, when staff
// holds none. A member list that was changed is ErrDamaged.
func (e *Epoch) Open(install, kind, staff string, private tink.HybridDecrypt) ([]byte, error) {
	for _, s := range e.Wrapped {
		if s.Staff != staff || len(s.Sealed) == 0 {
			continue
		}
		secret, err := private.Decrypt(s.Sealed, wrappedKeyData(install, kind, e.N, staff, s.Holder))
		if err != nil {
			return nil, ErrDamaged
		}
		code, err := e.mac(install, kind, secret)
		if err != nil {
			return nil, err
		}
		if !hmac.Equal(code, e.MAC) {
			return nil, ErrDamaged
		}
		return secret, nil
	}
	return nil, nil
}

// mac authenticates who holds e.
func (e *Epoch) mac(install, kind string, secret []byte) ([]byte, error) {
	key, err := seal.Derive(secret, "roster")
	if err != nil {
		return nil, err
	}
	where := [][]byte{[]byte(kind), seal.Uint64(uint64(e.N))}
	for _, s := range e.Wrapped {
		where = append(where, []byte(s.Staff), s.Holder)
	}
	m := hmac.New(sha256.New, key)
	m.Write(seal.AssociatedData(install, "keyring.roster", where...))
	return m.Sum(nil), nil
}

// HeldBy reports whether m, by its present key, is a holder of e. A holder of
// the same name with another key, who was not removed, is ErrReplaced.
func (e *Epoch) HeldBy(m *User) (bool, error) {
	for _, s := range e.Wrapped {
		if s.Staff != m.Staff || len(s.Sealed) == 0 {
			continue
		}
		if !bytes.Equal(s.Holder, m.Holder()) {
			return false, ErrReplaced
		}
		return true, nil
	}
	return false, nil
}

func wrappedKeyData(install, kind string, n uint32, staff string, holder []byte) []byte {
	return seal.AssociatedData(install, kind, seal.Uint64(uint64(n)), []byte(staff), holder)
}
