package cache

import (
	"context"
	"database/sql"
	"slices"
	"time"
)

// rotate makes new keys, sealed to people, re-wraps every copy v can read under
// them, and destroys the keys v held before; victims go in the same step. A
// victim's key is then gone three times over: its row is deleted and
// overwritten, the log that held the row is emptied, and the key it was sealed
// under exists nowhere.
//
// A crash in between leaves old and new keys side by side; the next unlock
// finds two epochs and comes here again. The caller holds s.mu for writing.
func (v *Vault) rotate(ctx context.Context, people []member, victims []int64) error {
	s := v.s
	ctx = context.WithoutCancel(ctx) // once begun, it is finished
	ring := s.ring.clone()
	n := nextEpoch(ring.Records)
	j, err := v.renewJournal(ring, people)
	if err != nil {
		return err
	}
	fresh, err := newRecordKeys(n, j)
	if err != nil {
		return err
	}
	sealed, err := sealEpoch(ring.Install, recordEpochs, n, fresh.secret, people)
	if err != nil {
		return err
	}
	ring.Records = append(ring.Records, sealed)
	if err := v.prove(ring, fresh); err != nil {
		return err
	}
	if err := v.castAnchors(ring); err != nil {
		return err
	}
	if err := s.saveKeyring(ring); err != nil {
		return err
	}
	s.charts.clear()
	damaged := 0
	err = s.shredding(ctx, func(tx *sql.Tx) error {
		for _, p := range victims {
			if err := deleteCopy(ctx, tx, p); err != nil {
				return err
			}
		}
		if damaged, err = v.rewrap(ctx, tx, fresh); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "DELETE FROM meta WHERE k = 'rotate'")
		return err
	})
	if err != nil {
		fresh.wipe()
		return err
	}
	v.damaged += damaged
	done := ring.clone()
	done.Records = slices.DeleteFunc(done.Records, func(e epoch) bool { return e.N != n && (v.keys[e.N] != nil || v.idle(e)) })
	if err := s.saveKeyring(done); err != nil {
		return err
	}
	for k, keys := range v.keys {
		keys.wipe()
		delete(v.keys, k)
	}
	v.keys[n] = fresh
	return s.handOver()
}

// idle reports an epoch of keys that nobody who may have used it holds: made
// where nobody was unlocked, for people who are all let in by now.
func (v *Vault) idle(e epoch) bool { return v.strange.records[e.N] != nil && !v.shut(e) }

// castAnchors gives a person enrolled before there were anchors theirs.
func (v *Vault) castAnchors(k *keyring) (err error) {
	at := slices.IndexFunc(k.People, func(m member) bool { return m.Staff == v.staff })
	if !v.legacy || at < 0 {
		return nil
	}
	if v.anchors, err = v.journalAnchors(); err != nil {
		return err
	}
	v.legacy = false
	return k.People[at].sealIdentity(k.Install, v.box, v.identity, v.anchors)
}

// handOver brings every open vault up to the keyring: epochs destroyed are
// forgotten, epochs sealed to its person opened.
func (s *Store) handOver() error {
	for v := range s.vaults {
		for n, k := range v.keys {
			if !slices.ContainsFunc(s.ring.Records, func(e epoch) bool { return e.N == n }) {
				k.wipe()
				delete(v.keys, n)
			}
		}
		if err := v.openEpochs(); err != nil {
			return err
		}
	}
	return nil
}

// renewJournal seals the journal's keys v holds to people, and begins a new
// epoch where the newest is not the one that v's record keys vouch for. It
// returns the epoch to write under.
func (v *Vault) renewJournal(ring *keyring, people []member) (uint32, error) {
	if err := v.shareJournal(ring, people); err != nil {
		return 0, err
	}
	newest := v.newest()
	if newest != nil && len(v.keys) == 1 && newest.journal == v.newestJournal() && newest.journal == ring.Journal[len(ring.Journal)-1].N {
		return newest.journal, nil
	}
	spare, err := v.recovery(ring)
	if err != nil {
		return 0, err
	}
	j := nextEpoch(ring.Journal)
	secret := newKey()
	sealed, err := sealEpoch(ring.Install, journalEpochs, j, secret, slices.Concat(people, spare))
	if err != nil {
		return 0, err
	}
	ring.Journal = append(ring.Journal, sealed)
	v.journal[j], err = openJournalKeys(j, secret)
	return j, err
}

// rewrap puts every copy v holds under the fresh keys and blinds its look-up
// keys anew. Of two copies of one patient, made by people who did not see each
// other's, the one synced last stays. A copy that does not open is thrown away
// and counted.
func (v *Vault) rewrap(ctx context.Context, tx *sql.Tx, fresh *recordKeys) (damaged int, err error) {
	type survivor struct {
		n      int64
		uid    []byte
		dek    []byte
		keys   []string
		synced time.Time
	}
	install := v.s.ring.Install
	var list []survivor
	var losers []int64
	err = v.each(ctx, tx, "", func(c *chart, r *sealedChart, err error) error {
		if err != nil {
			damaged++
			losers = append(losers, r.n)
			return nil
		}
		dek, err := v.keys[r.epoch].kek.Decrypt(r.dek, dekPlace(install, r.uid, r.n, r.epoch))
		if err != nil {
			return errSealed
		}
		list = append(list, survivor{r.n, r.uid, dek, c.head.keys, c.head.synced})
		return nil
	})
	if err != nil {
		return 0, err
	}
	slices.SortStableFunc(list, func(a, b survivor) int { return b.synced.Compare(a.synced) })
	put, err := tx.PrepareContext(ctx, "UPDATE patient SET epoch = ?, dek = ? WHERE n = ?")
	if err != nil {
		return 0, err
	}
	defer put.Close()
	find, err := tx.PrepareContext(ctx, "INSERT INTO lookup VALUES (?, ?)")
	if err != nil {
		return 0, err
	}
	defer find.Close()
	if _, err := tx.ExecContext(ctx, "DELETE FROM lookup WHERE n IN (SELECT n FROM patient WHERE epoch IN (SELECT value FROM json_each(?)))", v.epochList()); err != nil {
		return 0, err
	}
	taken := map[string]bool{}
	for _, p := range list {
		if slices.ContainsFunc(p.keys, func(k string) bool { return taken[k] }) {
			losers = append(losers, p.n)
			continue
		}
		ct, err := fresh.kek.Encrypt(p.dek, dekPlace(install, p.uid, p.n, fresh.n))
		clear(p.dek)
		if err != nil {
			return 0, err
		}
		if _, err := put.ExecContext(ctx, fresh.n, ct, p.n); err != nil {
			return 0, err
		}
		for _, k := range p.keys {
			taken[k] = true
			if _, err := find.ExecContext(ctx, fresh.blind(k), p.n); err != nil {
				return 0, err
			}
		}
	}
	for _, n := range losers {
		if err := deleteCopy(ctx, tx, n); err != nil {
			return 0, err
		}
	}
	return damaged, nil
}
