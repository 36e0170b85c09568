package cache

import (
	"context"
	"database/sql"
	"io/fs"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
	"github.com/ehrdesk/ehrdesk/cache/internal/journal"
	"github.com/ehrdesk/ehrdesk/cache/internal/keyring"
	"github.com/ehrdesk/ehrdesk/cache/internal/records"
	"github.com/ehrdesk/ehrdesk/cache/internal/seal"
)

// What only tests may do.

// CheapOptions are options with a key derivation that takes no time.
func CheapOptions(o Options) Options {
	o.Cost = keyring.Nothing()
	return o
}

// Plainly are blobs that hang on nothing.
func Plainly(public, identity []byte) func([]byte) ([]byte, []byte, error) {
	return func([]byte) ([]byte, []byte, error) { return public, identity, nil }
}

// Admits is what the store asks about newcomers.
func (s *Store) Admits() func(Person) bool { return s.admit }

// DeriveAtFloor derives a key as an enrolment does.
func DeriveAtFloor(p ehrdesk.Secret) []byte { return keyring.Floor().Fresh().Derive(p) }

// Forget drops every chart from memory, so that the next call reads the disk.
func (s *Store) Forget() { s.records.Forget() }

// Databases gives the open databases, to damage them.
func (s *Store) Databases() (records, journal *sql.DB) { return s.records.DB(), s.journal.DB() }

// Spot is the table and row that a record's body lies in; the first of a
// document's rows.
func (v *Vault) Spot(id PatientID, ref ehrdesk.Ref) (table string, row int64) {
	table, row, err := v.s.records.Spot(context.Background(), v.held.Records, id, ref)
	if err != nil {
		panic(err)
	}
	return table, row
}

// LastRead is the memory of the block read last, itself.
func (v *Vault) LastRead(id PatientID) [][]byte { return v.s.records.LastRead(id) }

// ParseKeyring reads a keyring at the production floor.
func ParseKeyring(b []byte) ([]byte, error) {
	k, err := keyring.Parse(b, keyring.Floor())
	if err != nil {
		return nil, err
	}
	return k.Marshal()
}

// Forge does what somebody can who may write to the folder: it seals keys of
// its own to everybody enrolled, under the highest numbers, and takes the keys
// that were there away when asked to. It gives the numbers.
func (s *Store) Forge(replace bool) (records, journal uint32, err error) {
	ring := s.ring.Clone()
	if _, err := ring.Begin(func(keyring.User) bool { return true }); err != nil {
		return 0, 0, err
	}
	r, j := ring.Records[len(ring.Records)-1:], ring.Journal[len(ring.Journal)-1:]
	if replace {
		ring.Records, ring.Journal = r, j
	}
	return r[0].N, j[0].N, s.saveKeyring(ring)
}

// ForgetAnchors makes a person's identity one of before there were anchors.
func (v *Vault) ForgetAnchors(passphrase ehrdesk.Secret) error {
	ring := v.s.ring.Clone()
	for i := range ring.People {
		m := &ring.People[i]
		if m.Staff != v.Staff() {
			continue
		}
		o, err := m.Unlock(ring.Install, passphrase, nil)
		if err != nil {
			return err
		}
		if m.Identity, err = o.AEAD.Encrypt(seal.Pad(keyring.PlainIdentity, o.Identity), m.IdentityData(ring.Install)); err != nil {
			return err
		}
	}
	for _, es := range [][]keyring.Epoch{ring.Records, ring.Journal} {
		for i := range es {
			es[i].Proofs = nil
		}
	}
	return v.s.saveKeyring(ring)
}

// Calibrated is the floor raised for a machine on which the floor took so long.
func Calibrated(took time.Duration) (memory, passes uint32, threads uint8) {
	k := keyring.Calibrated(keyring.Floor(), took, keyring.UnlockTime)
	return k.Memory, k.Time, k.Threads
}

// JournalSteps are the steps of the journal's format.
func JournalSteps() fs.FS { return journal.Steps() }

// WithSteps is o with other steps.
func WithSteps(o Options, steps fs.FS) Options {
	o.steps = steps
	return o
}

// JournalFormat is the format this program's steps lead to.
func (s *Store) JournalFormat() int { return s.newest }

// Stamped reports whether a database's header says format.
func Stamped(name string, format int) bool {
	db, err := sql.Open("sqlite", disk.PeekDSN(name))
	if err != nil {
		return false
	}
	defer db.Close()
	is, err := disk.LabelOf(context.Background(), db)
	return err == nil && is.Stamp == format
}

// RecordsFormat is records.db's.
const RecordsFormat = records.Format

// Dir is where the store lies.
func (s *Store) Dir() string { return s.dir }

// Holds reports whether anybody's keys are in memory.
func (s *Store) Holds() bool { return s.holder() != nil || !s.records.Empty() }

// OutboxQueries are the statements of a look at the outbox, parameters as zeroes.
func OutboxQueries() []string { return journal.Queries() }
