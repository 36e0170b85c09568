package cache

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"maps"
	"slices"
)

// Whoever can write to the folder can seal an epoch of their own to everybody.
// So a person believes an epoch for one of two reasons: its secret is one that
// was made or handed over when the person was enrolled (an anchor, remembered
// under the passphrase), or it carries a proof made with a journal key that the
// person believes. Journal keys are kept for ever, so an anchor lasts.

// proof says that whoever made an epoch held a journal epoch's key.
type proof struct {
	By   uint32 `json:"by"`
	Code []byte `json:"code"`
}

// anchor names a secret without giving it away.
func anchor(secret []byte) ([]byte, error) { return derive(secret, "anchor") }

// proofCode ties an epoch's secret to a journal key.
func proofCode(install, kind string, n uint32, secret []byte, by *journalKeys) ([]byte, error) {
	key, err := derive(by.secret, "proof")
	if err != nil {
		return nil, err
	}
	name, err := anchor(secret)
	if err != nil {
		return nil, err
	}
	m := hmac.New(sha256.New, key)
	m.Write(place(install, "keyring.proof", []byte(kind), be64(uint64(n)), be64(uint64(by.n)), name))
	return m.Sum(nil), nil
}

// prove adds e's missing proofs by the journal keys given.
func (e *epoch) prove(install, kind string, secret []byte, by map[uint32]*journalKeys) error {
	for _, n := range slices.Sorted(maps.Keys(by)) {
		if (kind == journalEpochs && n == e.N) || slices.ContainsFunc(e.Proofs, func(p proof) bool { return p.By == n }) {
			continue
		}
		code, err := proofCode(install, kind, e.N, secret, by[n])
		if err != nil {
			return err
		}
		e.Proofs = append(slices.Clone(e.Proofs), proof{n, code})
	}
	return nil
}

// prove has every epoch that v uses carry a proof by each journal key v uses.
func (v *Vault) prove(k *keyring, fresh *recordKeys) error {
	for i := range k.Journal {
		if keys := v.journal[k.Journal[i].N]; keys != nil {
			if err := k.Journal[i].prove(k.Install, journalEpochs, keys.secret, v.journal); err != nil {
				return err
			}
		}
	}
	for i := range k.Records {
		keys := v.keys[k.Records[i].N]
		if fresh.n == k.Records[i].N {
			keys = fresh
		}
		if keys != nil {
			if err := k.Records[i].prove(k.Install, recordEpochs, keys.secret, v.journal); err != nil {
				return err
			}
		}
	}
	return nil
}

// believes reports whether v's person has a reason to use e.
func (v *Vault) believes(install, kind string, e *epoch, secret []byte) (bool, error) {
	if v.legacy {
		return true, nil
	}
	if kind == journalEpochs {
		name, err := anchor(secret)
		if err != nil || slices.ContainsFunc(v.anchors, func(a []byte) bool { return bytes.Equal(a, name) }) {
			return err == nil, err
		}
	}
	for _, p := range e.Proofs {
		by := v.journal[p.By]
		if by == nil || (kind == journalEpochs && p.By == e.N) {
			continue
		}
		code, err := proofCode(install, kind, e.N, secret, by)
		if err != nil || hmac.Equal(code, p.Code) {
			return err == nil, err
		}
	}
	return false, nil
}

// strangers are epochs sealed to a person who has no reason to believe them.
type strangers struct {
	records map[uint32]*recordKeys
	journal map[uint32]*journalKeys
}

func (x *strangers) wipe() {
	for _, k := range x.records {
		k.wipe()
	}
	for _, k := range x.journal {
		k.wipe()
	}
	*x = strangers{}
}

// openEpochs opens the epochs sealed to v's person. What is not believed waits
// for somebody who holds it to be admitted.
func (v *Vault) openEpochs() error {
	ring := v.s.ring
	v.strange = strangers{map[uint32]*recordKeys{}, map[uint32]*journalKeys{}}
	for i := range ring.Journal {
		e := &ring.Journal[i]
		if v.journal[e.N] != nil || v.shut(*e) {
			continue
		}
		secret, err := e.open(ring.Install, journalEpochs, v.staff, v.private)
		if err != nil {
			return err
		}
		if secret == nil {
			continue
		}
		if v.strange.journal[e.N], err = openJournalKeys(e.N, secret); err != nil {
			return err
		}
	}
	for moved := true; moved; { // one proof may rest on another
		moved = false
		for i := range ring.Journal {
			e := &ring.Journal[i]
			keys := v.strange.journal[e.N]
			if keys == nil {
				continue
			}
			ok, err := v.believes(ring.Install, journalEpochs, e, keys.secret)
			if err != nil {
				return err
			}
			if ok {
				v.journal[e.N], moved = keys, true
				delete(v.strange.journal, e.N)
			}
		}
	}
	for i := range ring.Records {
		e := &ring.Records[i]
		if v.keys[e.N] != nil || v.shut(*e) {
			continue
		}
		secret, err := e.open(ring.Install, recordEpochs, v.staff, v.private)
		if err != nil {
			return err
		}
		if secret == nil {
			continue
		}
		keys, err := openRecordKeys(e.N, secret)
		if err != nil {
			return err
		}
		ok, err := v.believes(ring.Install, recordEpochs, e, secret)
		if err != nil {
			return err
		}
		if ok {
			v.keys[e.N] = keys
		} else {
			v.strange.records[e.N] = keys
		}
	}
	return nil
}

// acceptFrom takes the epochs into use that newcomers just admitted hold: what
// they did on this desk while nobody was there to let them in.
func (v *Vault) acceptFrom(come []member) {
	theirs := func(e epoch) bool {
		return !v.shut(e) && slices.ContainsFunc(come, func(m member) bool {
			held, err := e.knows(&m)
			return held && err == nil
		})
	}
	for _, e := range v.s.ring.Journal {
		if k := v.strange.journal[e.N]; k != nil && theirs(e) {
			v.journal[e.N] = k
			delete(v.strange.journal, e.N)
		}
	}
	for _, e := range v.s.ring.Records {
		if k := v.strange.records[e.N]; k != nil && theirs(e) {
			v.keys[e.N] = k
			delete(v.strange.records, e.N)
		}
	}
}

// knows reports whether m holds a journal key that v believes, by its present
// public key: one who held it has let m in.
func (v *Vault) knows(m *member) (known bool, err error) {
	if v.legacy { // as it was: the oldest keys' holders
		at := slices.IndexFunc(v.s.ring.Records, func(e epoch) bool { return v.keys[e.N] != nil })
		if at < 0 {
			return false, errKeyring
		}
		return v.s.ring.Records[at].knows(m)
	}
	for _, e := range v.s.ring.Journal {
		if v.journal[e.N] == nil {
			continue
		}
		held, err := e.knows(m)
		if err != nil {
			return false, err
		}
		known = known || held
	}
	return known, nil
}

// journalAnchors names every journal key v uses.
func (v *Vault) journalAnchors() ([][]byte, error) {
	var out [][]byte
	for _, n := range slices.Sorted(maps.Keys(v.journal)) {
		a, err := anchor(v.journal[n].secret)
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}
