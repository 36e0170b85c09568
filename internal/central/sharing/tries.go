package sharing

import (
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// lockTime and maxTries: three wrong keys close that patient's key for a provider.
const (
	lockTime = 15 * time.Minute
	maxTries = 3
)

// tryKey checks an Access Key and counts the wrong ones. While the lock lasts a
// right key is refused like a wrong one. The refusals are kept: the count must
// outlive them, and the process.
func (s *Sharing) tryKey(tx *store.Tx, p *store.Participant, hcp string, key ehrdesk.AccessKey) error {
	_, until, err := tx.Tries.Get(store.AccessKey, p.Patient, hcp)
	if err != nil {
		return err
	}
	right := s.keys.Right(p, key)
	switch {
	case until > 0 && tx.Now.Before(store.Time(until)):
		return locked(store.Time(until))
	case right:
		return tx.Tries.Clear(store.AccessKey, p.Patient, hcp)
	}
	return countTry(tx, store.AccessKey, p, hcp, refusal.New(403, "wrong-key", "The Access Key is not right."), locked)
}

func locked(until time.Time) *refusal.Error {
	f := refusal.New(423, "key-locked", "Too many wrong keys: the patient's key is locked for this provider.").Kept()
	f.Until = until
	return f
}

// countTry writes a wrong try at a secret down: the third
// locks. The refusals are kept, since the count must outlive them.
func countTry(tx *store.Tx, of store.Secret, p *store.Participant, hcp string, wrongOne *refusal.Error, locked func(time.Time) *refusal.Error) error {
	wrong, until, err := tx.Tries.Get(of, p.Patient, hcp)
	if err != nil {
		return err
	}
	if until > 0 { // the lock is over: three new tries
		wrong, until = 0, 0
	}
	wrong++
	left := maxTries - wrong
	wrongOne.Tries = &left
	f := wrongOne.Kept()
	if left <= 0 {
		end := tx.Now.Add(lockTime)
		until, f = end.UnixMicro(), locked(end)
	}
	if err := tx.Tries.Set(of, p.Patient, hcp, wrong, until); err != nil {
		return err
	}
	return f
}
