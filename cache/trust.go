package cache

import (
	"bytes"
	"cmp"
	"crypto/hmac"
	"maps"
	"slices"
	"sync"

	"github.com/ehrdesk/ehrdesk/cache/internal/keyring"
)

// Whoever can write to the folder can seal an epoch of their own to everybody.
// So a person believes an epoch for one of two reasons: its secret is one that
// was made or handed over when the person was enrolled (an anchor, remembered
// under the passphrase), or it carries a proof made with a journal key that the
// person believes. Journal keys are kept for ever, so an anchor lasts.

// prove has every epoch that v uses carry a proof by each journal key v uses.
func (v *Vault) prove(k *keyring.Keyring, fresh *keyring.RecordKeys) error {
	for i := range k.Journal {
		if keys := v.journal[k.Journal[i].N]; keys != nil {
			if err := k.Journal[i].Prove(k.Install, keyring.JournalEpochs, keys.Secret, v.journal); err != nil {
				return err
			}
		}
	}
	for i := range k.Records {
		keys := v.keys[k.Records[i].N]
		if fresh.N == k.Records[i].N {
			keys = fresh
		}
		if keys != nil {
			if err := k.Records[i].Prove(k.Install, keyring.RecordEpochs, keys.Secret, v.journal); err != nil {
				return err
			}
		}
	}
	return nil
}

// trusts reports whether v's person has a reason to use e.
func (v *Vault) trusts(install, kind string, e *keyring.Epoch, secret []byte) (bool, error) {
	if v.legacy {
		return true, nil
	}
	if kind == keyring.JournalEpochs {
		name, err := keyring.TrustAnchor(secret)
		if err != nil || slices.ContainsFunc(v.anchors, func(a []byte) bool { return bytes.Equal(a, name) }) {
			return err == nil, err
		}
	}
	for _, p := range e.Proofs {
		by := v.journal[p.By]
		if by == nil || (kind == keyring.JournalEpochs && p.By == e.N) {
			continue
		}
		code, err := keyring.ProofMAC(install, kind, e.N, secret, by)
		if err != nil || hmac.Equal(code, p.MAC) {
			return err == nil, err
		}
	}
	return false, nil
}

// strangers are epochs sealed to a person who has no reason to believe them.
type strangers struct {
	records map[uint32]*keyring.RecordKeys
	journal map[uint32]*keyring.JournalKeys
}

func (x *strangers) wipe() {
	for _, k := range x.records {
		k.Wipe()
	}
	for _, k := range x.journal {
		k.Wipe()
	}
	*x = strangers{}
}

// openEpochs opens the epochs sealed to v's person. What is not believed waits
// for somebody who holds it to be admitted.
func (v *Vault) openEpochs() error {
	ring := v.s.ring
	v.strange = strangers{map[uint32]*keyring.RecordKeys{}, map[uint32]*keyring.JournalKeys{}}
	journal, records, err := v.openShares()
	if err != nil {
		return err
	}
	for _, o := range journal {
		if v.strange.journal[o.e.N], err = keyring.OpenJournalKeys(o.e.N, o.secret); err != nil {
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
			ok, err := v.trusts(ring.Install, keyring.JournalEpochs, e, keys.Secret)
			if err != nil {
				return err
			}
			if ok {
				v.journal[e.N], moved = keys, true
				delete(v.strange.journal, e.N)
			}
		}
	}
	for _, o := range records {
		keys, err := keyring.OpenRecordKeys(o.e.N, o.secret)
		if err != nil {
			return err
		}
		ok, err := v.trusts(ring.Install, keyring.RecordEpochs, o.e, o.secret)
		if err != nil {
			return err
		}
		if ok {
			v.keys[o.e.N] = keys
		} else {
			v.strange.records[o.e.N] = keys
		}
	}
	return nil
}

// openShare is an epoch whose secret v's person holds.
type openShare struct {
	e      *keyring.Epoch
	secret []byte
}

// openShares opens the person's share of every epoch that v has not opened yet
// and may, on all cores: each is a private-key operation.
func (v *Vault) openShares() (journal, records []openShare, err error) {
	ring := v.s.ring
	open := func(kind string, es []keyring.Epoch, have func(n uint32) bool) func() ([]openShare, error) {
		out, errs := make([]openShare, len(es)), make([]error, len(es))
		var wg sync.WaitGroup
		for i := range es {
			e := &es[i]
			if !have(e.N) && !v.shut(*e) {
				wg.Go(func() {
					out[i].e = e
					out[i].secret, errs[i] = e.Open(ring.Install, kind, v.staff, v.private)
				})
			}
		}
		return func() ([]openShare, error) {
			wg.Wait()
			held := slices.DeleteFunc(out, func(o openShare) bool { return o.secret == nil })
			return held, cmp.Or(errs...)
		}
	}
	js := open(keyring.JournalEpochs, ring.Journal, func(n uint32) bool { return v.journal[n] != nil })
	rs := open(keyring.RecordEpochs, ring.Records, func(n uint32) bool { return v.keys[n] != nil })
	if journal, err = js(); err == nil {
		records, err = rs()
	} else {
		_, _ = rs()
	}
	return journal, records, err
}

// acceptFrom takes the epochs into use that newcomers just admitted hold: what
// they did on this desk while nobody was there to let them in.
func (v *Vault) acceptFrom(come []keyring.User) {
	theirs := func(e keyring.Epoch) bool {
		return !v.shut(e) && slices.ContainsFunc(come, func(m keyring.User) bool {
			held, err := e.HeldBy(&m)
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
func (v *Vault) knows(m *keyring.User) (known bool, err error) {
	if v.legacy { // as it was: the oldest keys' holders
		at := slices.IndexFunc(v.s.ring.Records, func(e keyring.Epoch) bool { return v.keys[e.N] != nil })
		if at < 0 {
			return false, keyring.ErrDamaged
		}
		return v.s.ring.Records[at].HeldBy(m)
	}
	for _, e := range v.s.ring.Journal {
		if v.journal[e.N] == nil {
			continue
		}
		held, err := e.HeldBy(m)
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
		a, err := keyring.TrustAnchor(v.journal[n].Secret)
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}
