package records

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"runtime"
	"slices"
	"sync"
	"time"

	json "github.com/go-json-experiment/json/v1"

	"github.com/ehrdesk/ehrdesk/cache/internal/keyring"
	"github.com/ehrdesk/ehrdesk/cache/internal/seal"
)

// Survivor is a copy on its way from one epoch to the next.
type Survivor struct {
	row    sealedChart
	keys   []string
	synced time.Time
	dek    []byte   // sealed under the fresh epoch
	blind  [][]byte // of keys, under the fresh epoch
	err    error
}

const (
	sealedKey    = 12 + seal.KeySize + 16 // bytes of a patient's key, sealed
	carryWaiting = 64                     // copies read and not carried over yet
	carryWorkers = 4
)

// Carry reads every copy under the keys held, but the victims, and carries it over to
// the fresh epoch, side by side with the reading. It changes nothing.
func (rs *file) Carry(ctx context.Context, held Keys, fresh *keyring.RecordKeys, victims []int64) (list []*Survivor, err error) {
	found, err := rs.read.QueryContext(ctx, chartQuery)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	todo := make(chan *Survivor, carryWaiting)
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), carryWorkers) {
		wg.Go(func() {
			for p := range todo {
				p.err = p.carry(rs.install, held[p.row.epoch], fresh)
			}
		})
	}
	defer wg.Wait()
	defer close(todo)
	for found.Next() {
		p := new(Survivor)
		if p.err = p.row.scan(found); p.err != nil && !errors.Is(p.err, seal.ErrSealed) {
			return nil, p.err
		}
		if slices.Contains(victims, p.row.n) {
			continue
		}
		if p.err != nil {
			list = append(list, p)
			continue
		}
		if held[p.row.epoch] == nil {
			continue
		}
		list = append(list, p)
		todo <- p
	}
	return list, found.Err()
}

func (p *Survivor) carry(install string, old, fresh *keyring.RecordKeys) error {
	dek, err := p.row.key(install, old)
	if err != nil {
		return err
	}
	defer clear(dek)
	c, err := p.row.openWith(install, dek, true)
	if err != nil {
		return err
	}
	p.row.ct = nil // opened; a thousand of them would be megabytes
	p.keys, p.synced = c.head.keys, c.head.synced
	if p.dek, err = fresh.KEK.Encrypt(dek, keyData(install, p.row.uid, p.row.n, fresh.N)); err != nil {
		return err
	}
	for _, k := range p.keys {
		p.blind = append(p.blind, fresh.Blind(k))
	}
	return nil
}

// Rewrap deletes the victims and puts the survivors under the fresh keys, in one
// transaction; last is called before it ends, and leaves all as it was with an error.
// Copies that do not open are counted as lost. Errors: ErrRemains where all of it
// stands and the log could not be emptied.
func (rs *file) Rewrap(ctx context.Context, held Keys, fresh *keyring.RecordKeys, list []*Survivor, victims []int64, last func() error) error {
	return rs.shredding(ctx, func(tx *sql.Tx) error {
		if err := deleteCopies(ctx, tx, victims); err != nil {
			return err
		}
		damaged, err := rs.rewrap(ctx, held, tx, fresh, list)
		if err != nil {
			return err
		}
		if err := noteLost(ctx, tx, damaged); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM meta WHERE k = 'rotate'"); err != nil {
			return err
		}
		return last()
	})
}

// rewrap puts the survivors under the fresh keys, with their look-up keys
// blinded anew. Of two copies of one patient, made by people who did not see
// each other's, the one synced last stays. A copy that does not open is thrown
// away and counted.
func (rs *file) rewrap(ctx context.Context, held Keys, tx *sql.Tx, fresh *keyring.RecordKeys, list []*Survivor) (damaged int, err error) {
	slices.SortStableFunc(list, func(a, b *Survivor) int { return b.synced.Compare(a.synced) })
	var losers []int64
	var keep []*Survivor
	taken := map[string]bool{}
	for _, p := range list {
		if p.err != nil {
			damaged++
			losers = append(losers, p.row.n)
			continue
		}
		if slices.ContainsFunc(p.keys, func(k string) bool { return taken[k] }) {
			losers = append(losers, p.row.n)
			continue
		}
		for _, k := range p.keys {
			taken[k] = true
		}
		keep = append(keep, p)
	}
	if err := rs.clearLookup(ctx, held, tx); err != nil {
		return 0, err
	}
	if err := writeKeys(ctx, tx, fresh.N, keep); err != nil {
		return 0, err
	}
	if err := writeLookup(ctx, tx, keep); err != nil {
		return 0, err
	}
	for _, n := range losers {
		if err := deleteCopy(ctx, tx, n); err != nil {
			return 0, err
		}
	}
	return damaged, nil
}

// clearLookup deletes the look-up keys of the copies under the keys held.
func (rs *file) clearLookup(ctx context.Context, held Keys, tx *sql.Tx) error {
	others := 0
	epochs := epochs(held)
	err := tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM patient WHERE epoch NOT IN (SELECT value FROM json_each(?)))", epochs).Scan(&others)
	if err != nil {
		return err
	}
	if others == 0 { // the table goes whole, not row by row
		_, err = tx.ExecContext(ctx, "DELETE FROM lookup")
		return err
	}
	_, err = tx.ExecContext(ctx, "DELETE FROM lookup WHERE n IN (SELECT n FROM patient WHERE epoch IN (SELECT value FROM json_each(?)))", epochs)
	return err
}

// writeKeys and writeLookup hand over everything in one statement, numbers as
// JSON and what is sealed or blinded end to end: a call into the database costs
// several times what a row does.

func writeKeys(ctx context.Context, tx *sql.Tx, epoch uint32, list []*Survivor) error {
	ns := make([]int64, len(list))
	deks := make([]byte, 0, sealedKey*len(list))
	for i, p := range list {
		if len(p.dek) != sealedKey {
			return seal.ErrPadding
		}
		ns[i] = p.row.n
		deks = append(deks, p.dek...)
	}
	where, _ := json.Marshal(ns) // numbers always marshal
	_, err := tx.ExecContext(ctx, "UPDATE patient SET epoch = ?1, dek = substr(?2, j.key * ?4 + 1, ?4) FROM json_each(?3) j WHERE patient.n = j.value",
		epoch, deks, string(where), sealedKey)
	return err
}

func writeLookup(ctx context.Context, tx *sql.Tx, list []*Survivor) error {
	type row struct {
		blind []byte
		n     int64
	}
	var rows []row
	for _, p := range list {
		for _, b := range p.blind {
			rows = append(rows, row{b, p.row.n})
		}
	}
	slices.SortFunc(rows, func(a, b row) int { return cmp.Compare(string(a.blind), string(b.blind)) }) // as the table lies
	ns := make([]int64, len(rows))
	blinds := make([]byte, 0, keyring.BlindSize*len(rows))
	for i, r := range rows {
		ns[i] = r.n
		blinds = append(blinds, r.blind...)
	}
	where, _ := json.Marshal(ns)
	_, err := tx.ExecContext(ctx, "INSERT INTO lookup SELECT substr(?1, j.key * ?3 + 1, ?3), j.value FROM json_each(?2) j", blinds, string(where), keyring.BlindSize)
	return err
}
