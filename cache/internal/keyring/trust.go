package keyring

import (
	"bytes"
	"cmp"
	"crypto/hmac"
	"maps"
	"slices"
	"sync"
)

// Whoever can write to the folder can seal an epoch of their own to everybody.
// So a person trusts an epoch for one of two reasons: its secret is one that
// was made or handed over when the person was enrolled (an anchor, remembered
// under the passphrase), or it carries a proof made with a journal key that the
// person trusts. Journal keys are kept for ever, so an anchor lasts.

// prove has every epoch that h uses carry a proof by each journal key h uses.
func (h *Held) prove(ring *Keyring, fresh *RecordKeys) error {
	for i := range ring.Journal {
		if keys := h.Journal[ring.Journal[i].N]; keys != nil {
			if err := ring.Journal[i].Prove(ring.Install, JournalEpochs, keys.Secret, h.Journal); err != nil {
				return err
			}
		}
	}
	for i := range ring.Records {
		keys := h.Records[ring.Records[i].N]
		if fresh.N == ring.Records[i].N {
			keys = fresh
		}
		if keys != nil {
			if err := ring.Records[i].Prove(ring.Install, RecordEpochs, keys.Secret, h.Journal); err != nil {
				return err
			}
		}
	}
	return nil
}

// trusts reports whether h's person has a reason to use e.
func (h *Held) trusts(install, kind string, e *Epoch, secret []byte) (bool, error) {
	if h.legacy {
		return true, nil
	}
	if kind == JournalEpochs {
		name, err := TrustAnchor(secret)
		if err != nil || slices.ContainsFunc(h.anchors, func(a []byte) bool { return bytes.Equal(a, name) }) {
			return err == nil, err
		}
	}
	for _, p := range e.Proofs {
		by := h.Journal[p.By]
		if by == nil || (kind == JournalEpochs && p.By == e.N) {
			continue
		}
		code, err := ProofMAC(install, kind, e.N, secret, by)
		if err != nil || hmac.Equal(code, p.MAC) {
			return err == nil, err
		}
	}
	return false, nil
}

// strangers are epochs sealed to a person who has no reason to trust them.
type strangers struct {
	records RecordSet
	journal JournalSet
}

// Open opens the epochs of ring that are sealed to h's person. What is not trusted
// waits for somebody who holds it to be admitted.
func (h *Held) Open(ring *Keyring) error {
	h.strange = strangers{RecordSet{}, JournalSet{}}
	journal, records, err := h.unwrap(ring)
	if err != nil {
		return err
	}
	for _, o := range journal {
		if h.strange.journal[o.e.N], err = OpenJournalKeys(o.e.N, o.secret); err != nil {
			return err
		}
	}
	for moved := true; moved; { // one proof may rest on another
		moved = false
		for i := range ring.Journal {
			e := &ring.Journal[i]
			keys := h.strange.journal[e.N]
			if keys == nil {
				continue
			}
			ok, err := h.trusts(ring.Install, JournalEpochs, e, keys.Secret)
			if err != nil {
				return err
			}
			if ok {
				h.Journal.take(h.strange.journal, e.N)
				moved = true
			}
		}
	}
	for _, o := range records {
		keys, err := OpenRecordKeys(o.e.N, o.secret)
		if err != nil {
			return err
		}
		ok, err := h.trusts(ring.Install, RecordEpochs, o.e, o.secret)
		if err != nil {
			return err
		}
		if ok {
			h.Records[o.e.N] = keys
		} else {
			h.strange.records[o.e.N] = keys
		}
	}
	return nil
}

// unwrapped is an epoch whose secret h's person holds.
type unwrapped struct {
	e      *Epoch
	secret []byte
}

// unwrap opens the person's wrapped key of every epoch that h has not opened yet
// and may, on all cores: each is a private-key operation.
func (h *Held) unwrap(ring *Keyring) (journal, records []unwrapped, err error) {
	open := func(kind string, es []Epoch, have func(n uint32) bool) func() ([]unwrapped, error) {
		out, errs := make([]unwrapped, len(es)), make([]error, len(es))
		var wg sync.WaitGroup
		for i := range es {
			e := &es[i]
			if !have(e.N) && !h.shut(*e) {
				wg.Go(func() {
					out[i].e = e
					out[i].secret, errs[i] = e.Open(ring.Install, kind, h.self.Staff, h.private)
				})
			}
		}
		return func() ([]unwrapped, error) {
			wg.Wait()
			held := slices.DeleteFunc(out, func(o unwrapped) bool { return o.secret == nil })
			return held, cmp.Or(errs...)
		}
	}
	js := open(JournalEpochs, ring.Journal, func(n uint32) bool { return h.Journal[n] != nil })
	rs := open(RecordEpochs, ring.Records, func(n uint32) bool { return h.Records[n] != nil })
	if journal, err = js(); err == nil {
		records, err = rs()
	} else {
		_, _ = rs()
	}
	return journal, records, err
}

// Recipients is whom the keys may be sealed to: those who hold a journal key that
// h trusts, and newcomers whom admit lets in. Epochs that somebody not admitted
// holds are closed again. trusted is false when new keys have to be made.
func (h *Held) Recipients(ring *Keyring, admit func(*User) bool) (people []User, trusted bool, err error) {
	trusted = !h.legacy
	h.refused = map[string]bool{}
	var come []User
	for _, m := range ring.People {
		known, err := h.Knows(ring, &m)
		if err != nil {
			return nil, false, err
		}
		switch {
		case known || m.Staff == h.self.Staff:
		case admit(&m):
			if !slices.Contains(h.admitted, m.Staff) {
				h.admitted = append(h.admitted, m.Staff)
			}
			come, trusted = append(come, m), false
		default:
			h.refused[m.Staff] = true
			continue
		}
		people = append(people, m)
	}
	h.acceptFrom(ring, come)
	h.closeShut(ring)
	if n := h.Records.Newest(); n == nil || n.Journal != h.Journal.NewestNo() {
		trusted = false
	}
	return people, trusted, nil
}

// AskAgain forgets who was not admitted.
func (h *Held) AskAgain() { h.refused = nil }

// Waiting lists the people in ring to whom h's keys are not sealed, as nobody has
// admitted them yet.
func (h *Held) Waiting(ring *Keyring) []string {
	var out []string
	for _, m := range ring.People {
		if known, err := h.Knows(ring, &m); m.Staff != h.self.Staff && (!known || err != nil) {
			out = append(out, m.Staff)
		}
	}
	return out
}

// acceptFrom takes the epochs into use that newcomers just admitted hold: what
// they did on this desk while nobody was there to let them in.
func (h *Held) acceptFrom(ring *Keyring, come []User) {
	theirs := func(e Epoch) bool {
		return !h.shut(e) && slices.ContainsFunc(come, func(m User) bool {
			held, err := e.HeldBy(&m)
			return held && err == nil
		})
	}
	for _, e := range ring.Journal {
		if h.strange.journal[e.N] != nil && theirs(e) {
			h.Journal.take(h.strange.journal, e.N)
		}
	}
	for _, e := range ring.Records {
		if h.strange.records[e.N] != nil && theirs(e) {
			h.Records.take(h.strange.records, e.N)
		}
	}
}

// Knows reports whether m holds a journal key that h trusts, by its present
// public key: one who held it has let m in.
func (h *Held) Knows(ring *Keyring, m *User) (known bool, err error) {
	if h.legacy { // as it was: the oldest keys' holders
		at := slices.IndexFunc(ring.Records, func(e Epoch) bool { return h.Records[e.N] != nil })
		if at < 0 {
			return false, ErrDamaged
		}
		return ring.Records[at].HeldBy(m)
	}
	for _, e := range ring.Journal {
		if h.Journal[e.N] == nil {
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

// shut reports whether somebody not admitted holds e.
func (h *Held) shut(e Epoch) bool {
	return slices.ContainsFunc(e.Wrapped, func(s WrappedKey) bool { return h.refused[s.Staff] && len(s.Sealed) > 0 })
}

// closeShut forgets the keys that somebody not admitted holds too.
func (h *Held) closeShut(ring *Keyring) {
	for _, e := range ring.Records {
		if h.Records[e.N] != nil && h.shut(e) {
			h.Records.drop(e.N)
		}
	}
	for _, e := range ring.Journal {
		if h.Journal[e.N] != nil && h.shut(e) {
			h.Journal.drop(e.N)
		}
	}
}

// journalAnchors names every journal key h uses.
func (h *Held) journalAnchors() ([][]byte, error) {
	var out [][]byte
	for _, n := range slices.Sorted(maps.Keys(h.Journal)) {
		a, err := TrustAnchor(h.Journal[n].Secret)
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}

// castAnchors gives a person enrolled before there were anchors theirs.
func (h *Held) castAnchors(ring *Keyring) (err error) {
	at := h.at(ring)
	if !h.legacy || at < 0 {
		return nil
	}
	if h.anchors, err = h.journalAnchors(); err != nil {
		return err
	}
	h.legacy = false
	return ring.People[at].SealIdentity(ring.Install, h.box, h.identity, h.anchors)
}
