package cache

import (
	"database/sql"

	"github.com/ehrdesk/ehrdesk"
)

// What only tests may do.

// CheapOptions are options with a key derivation that takes no time. Nothing
// outside this package's tests can set the floor.
func CheapOptions(o Options) Options {
	o.floor = &kdf{Memory: 64, Time: 1, Threads: 1}
	return o
}

// DeriveAtFloor derives a key as an enrolment does.
func DeriveAtFloor(p ehrdesk.Secret) []byte { return kdfFloor().fresh().key(p) }

// Forget drops every chart from memory, so that the next call reads the disk.
func (s *Store) Forget() { s.charts.clear() }

// Databases gives the open databases, to damage them.
func (s *Store) Databases() (records, journal *sql.DB) { return s.records, s.journal }

// PackRecords packs live records as one chunk.
func PackRecords(rs []ehrdesk.Record) []byte {
	rows := make([]*entry, len(rs))
	for i := range rs {
		rows[i] = &entry{rec: rs[i], seq: uint32(i)}
	}
	return packEntries(rows)
}

// UnpackRecords reads one chunk's records.
func UnpackRecords(b []byte) ([]ehrdesk.Record, error) {
	entries, err := unpackEntries(b)
	out := make([]ehrdesk.Record, len(entries))
	for i := range entries {
		out[i] = entries[i].rec
	}
	return out, err
}

// ParseKeyring reads a keyring at the production floor.
func ParseKeyring(b []byte) ([]byte, error) {
	k, err := parseKeyring(b, kdfFloor())
	if err != nil {
		return nil, err
	}
	return k.marshal()
}
