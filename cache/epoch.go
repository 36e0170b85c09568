package cache

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"

	"github.com/ehrdesk/ehrdesk/cache/internal/seal"

	"github.com/tink-crypto/tink-go/v2/tink"
)

// recordKeys is one epoch of the copies' keys, open.
type recordKeys struct {
	n       uint32
	secret  []byte // keySize of KEK, keySize of IK, the journal epoch its maker knew
	kek     tink.AEAD
	ik      []byte
	journal uint32
}

// newRecordKeys makes the keys of epoch n.
func newRecordKeys(n, journal uint32) (*recordKeys, error) {
	secret := append(seal.NewKey(), seal.NewKey()...)
	return openRecordKeys(n, binary.BigEndian.AppendUint32(secret, journal))
}

func openRecordKeys(n uint32, secret []byte) (*recordKeys, error) {
	if len(secret) != 2*seal.KeySize+4 {
		return nil, errKeyring
	}
	kek, err := seal.DerivedAEAD(secret[:seal.KeySize], "key encryption")
	if err != nil {
		return nil, err
	}
	return &recordKeys{
		n: n, secret: secret, kek: kek,
		ik:      secret[seal.KeySize : 2*seal.KeySize],
		journal: binary.BigEndian.Uint32(secret[2*seal.KeySize:]),
	}, nil
}

func (k *recordKeys) wipe() { clear(k.secret) }

const blindSize = 16 // bytes

// blind is the look-up index of key: without IK it says nothing.
func (k *recordKeys) blind(key string) []byte {
	m := hmac.New(sha256.New, k.ik)
	m.Write([]byte("lookup\x00"))
	m.Write([]byte(key))
	return m.Sum(nil)[:blindSize]
}

// journalKeys is one epoch of the journal's keys, open.
type journalKeys struct {
	n      uint32
	secret []byte
	box    tink.AEAD
	ik     []byte // blinds operation ids, lanes, slips and lists
}

func openJournalKeys(n uint32, secret []byte) (*journalKeys, error) {
	if len(secret) != seal.KeySize {
		return nil, errKeyring
	}
	box, err := seal.DerivedAEAD(secret, "journal")
	if err != nil {
		return nil, err
	}
	ik, err := seal.Derive(secret, "journal index")
	if err != nil {
		return nil, err
	}
	return &journalKeys{n: n, secret: secret, box: box, ik: ik}, nil
}

// blind is the look-up index of s, which is a name of that kind. Epochs blind
// differently: what is unique has to be looked for under each.
func (k *journalKeys) blind(what, s string) []byte {
	m := hmac.New(sha256.New, k.ik)
	m.Write([]byte(what))
	m.Write([]byte{0})
	m.Write([]byte(s))
	return m.Sum(nil)[:16]
}

func (k *journalKeys) wipe() { clear(k.secret); clear(k.ik) }

// The two kinds of epoch, as they stand in associated data.
const (
	recordEpochs  = "keyring.records"
	journalEpochs = "keyring.journal"
)

// sealEpoch seals secret to each of people and signs the roster with it.
func sealEpoch(install, kind string, n uint32, secret []byte, people []member) (epoch, error) {
	e := epoch{N: n}
	for i := range people {
		m := &people[i]
		ct, err := m.sealTo(secret, sharePlace(install, kind, n, m.Staff, m.holder()))
		if err != nil {
			return epoch{}, err
		}
		e.Shares = append(e.Shares, share{Staff: m.Staff, Holder: m.holder(), Sealed: ct})
	}
	code, err := e.roster(install, kind, secret)
	e.Code = code
	return e, err
}

// open opens staff's share of e. Nothing, without an error, when staff
// holds none. A roster that was changed is errKeyring.
func (e *epoch) open(install, kind, staff string, private tink.HybridDecrypt) ([]byte, error) {
	for _, s := range e.Shares {
		if s.Staff != staff || len(s.Sealed) == 0 {
			continue
		}
		secret, err := private.Decrypt(s.Sealed, sharePlace(install, kind, e.N, staff, s.Holder))
		if err != nil {
			return nil, errKeyring
		}
		code, err := e.roster(install, kind, secret)
		if err != nil {
			return nil, err
		}
		if !hmac.Equal(code, e.Code) {
			return nil, errKeyring
		}
		return secret, nil
	}
	return nil, nil
}

// roster is the code over who holds e.
func (e *epoch) roster(install, kind string, secret []byte) ([]byte, error) {
	key, err := seal.Derive(secret, "roster")
	if err != nil {
		return nil, err
	}
	where := [][]byte{[]byte(kind), seal.Uint64(uint64(e.N))}
	for _, s := range e.Shares {
		where = append(where, []byte(s.Staff), s.Holder)
	}
	m := hmac.New(sha256.New, key)
	m.Write(seal.AssociatedData(install, "keyring.roster", where...))
	return m.Sum(nil), nil
}

// knows reports whether m, by its present key, is a holder of e. A holder of
// the same name with another key, who was not removed, is errReplaced.
func (e *epoch) knows(m *member) (bool, error) {
	for _, s := range e.Shares {
		if s.Staff != m.Staff || len(s.Sealed) == 0 {
			continue
		}
		if !bytes.Equal(s.Holder, m.holder()) {
			return false, errReplaced
		}
		return true, nil
	}
	return false, nil
}

func sharePlace(install, kind string, n uint32, staff string, holder []byte) []byte {
	return seal.AssociatedData(install, kind, seal.Uint64(uint64(n)), []byte(staff), holder)
}
