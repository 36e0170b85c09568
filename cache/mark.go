package cache

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"

	"github.com/ehrdesk/ehrdesk"
)

// A database file put back to an earlier state opens as it was. So the store
// keeps, in the keyring and in the journal, how far the access log and the
// copies have come; the client has the centre remember the same. The keyring is
// written first: the journal's mark is never ahead of it.

// generationSchema counts the changes of the copies: every one writes a head.
const generationSchema = `
CREATE TABLE IF NOT EXISTS generation (one INTEGER PRIMARY KEY CHECK (one = 1), n INTEGER NOT NULL);
INSERT OR IGNORE INTO generation VALUES (1, 0);
CREATE TRIGGER IF NOT EXISTS head_added AFTER INSERT ON head BEGIN UPDATE generation SET n = n + 1; END;
CREATE TRIGGER IF NOT EXISTS head_changed AFTER UPDATE ON head BEGIN UPDATE generation SET n = n + 1; END;
CREATE TRIGGER IF NOT EXISTS head_gone AFTER DELETE ON head BEGIN UPDATE generation SET n = n + 1; END;
`

// mark is how far the store has come.
type mark struct {
	Entries    int64  `json:"entries"` // of the access log
	Head       []byte `json:"head"`    // of the access log, at that length
	Generation uint64 `json:"generation"`
}

func (m *mark) equal(o *mark) bool {
	return m.Entries == o.Entries && m.Generation == o.Generation && bytes.Equal(m.Head, o.Head)
}

// What may be found to be of an earlier day than the rest of the store.
const (
	StaleJournal = "journal" // the access log and the outbox
	StaleKeyring = "keyring"
	StaleRecords = "records" // the copies
	StaleCentre  = "centre"  // all of it: the centre remembers more
)

// Stale names what of this store was found to be of an earlier day, since
// somebody last settled it; the copies have then been put aside. Nobody has to
// be signed in.
func (s *Store) Stale() []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Clone(s.stale)
}

// marks gives what the keyring and the journal remember; zero where nothing.
func (s *Store) marks(ctx context.Context) (ring, journal mark, err error) {
	if s.ring.Mark != nil {
		ring = *s.ring.Mark
	}
	var b []byte
	err = s.journal.QueryRowContext(quick(ctx), "SELECT v FROM meta WHERE k = 'mark'").Scan(&b)
	if errors.Is(err, sql.ErrNoRows) {
		return ring, journal, nil
	}
	if err == nil && json.Unmarshal(b, &journal) != nil {
		err = ehrdesk.E("cache.open", ehrdesk.CodeTampered, errDamaged)
	}
	return ring, journal, err
}

// compare holds the parts of the store against each other and puts the copies
// aside where one is of an earlier day. The journal stays as it is.
func (s *Store) compare(ctx context.Context) error {
	ring, journal, err := s.marks(ctx)
	if err != nil {
		return err
	}
	high := max(ring.Generation, journal.Generation)
	gen, fresh, err := s.generation(ctx)
	if err != nil {
		return err
	}
	if fresh {
		gen = high + 1
		if err := s.durably(ctx, "UPDATE generation SET n = ?", gen); err != nil {
			return err
		}
	}
	var found []string
	if ring.Entries > 0 {
		at, err := s.auditHash(ctx, ring.Entries)
		if err != nil {
			return err
		}
		if !bytes.Equal(at, ring.Head) {
			found = append(found, StaleJournal)
		}
	}
	if journal.Entries > ring.Entries || journal.Generation > ring.Generation {
		found = append(found, StaleKeyring)
	}
	if gen < high {
		found = append(found, StaleRecords)
	}
	var b []byte
	err = s.read.QueryRowContext(quick(ctx), "SELECT v FROM meta WHERE k = 'stale'").Scan(&b)
	switch {
	case errors.Is(err, sql.ErrNoRows):
	case err != nil:
		return err
	default: // found before, and not settled yet
		_ = json.Unmarshal(b, &s.stale) // at worst it is found again
		if !slices.ContainsFunc(found, func(f string) bool { return !slices.Contains(s.stale, f) }) {
			return nil
		}
	}
	if len(found) == 0 {
		return nil
	}
	return s.quarantine(ctx, high, found...)
}

// generation is that of the copies; fresh when the file has never held one.
func (s *Store) generation(ctx context.Context) (gen uint64, fresh bool, err error) {
	var copies int
	err = s.read.QueryRowContext(quick(ctx), "SELECT n, (SELECT count(*) FROM patient) FROM generation").Scan(&gen, &copies)
	return gen, gen == 0 && copies == 0, err
}

// auditHash is the chain's hash at entry n; nil where there is no such entry.
func (s *Store) auditHash(ctx context.Context, n int64) (hash []byte, err error) {
	err = s.journal.QueryRowContext(quick(ctx), "SELECT hash FROM audit WHERE seq = ?", n).Scan(&hash)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return hash, err
}

// durably changes the records, and what was changed before is then on the disk
// with it: a mark must never be ahead of what a power cut leaves.
func (s *Store) durably(ctx context.Context, query string, args ...any) (err error) {
	conn, err := s.records.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "PRAGMA synchronous=FULL"); err != nil {
		return err
	}
	defer func() {
		if _, e := conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA synchronous=NORMAL"); err == nil {
			err = e
		}
	}()
	_, err = conn.ExecContext(ctx, query, args...)
	return err
}

// present is how far the store has come as of now. The caller holds s.mu.
func (s *Store) present(ctx context.Context) (mark, error) {
	m := mark{Head: ehrdesk.AuditGenesis(s.ring.Install)}
	err := s.journal.QueryRowContext(quick(ctx), "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").Scan(&m.Entries, &m.Head)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return m, err
	}
	m.Generation, _, err = s.generation(ctx)
	return m, err
}

// saveMark remembers how far the store has come. It needs no key. What was
// found stale stays found until it is settled. The caller holds s.mu for
// writing.
func (s *Store) saveMark(ctx context.Context) error {
	if len(s.stale) > 0 {
		return nil
	}
	m, err := s.present(ctx)
	if err != nil || (s.ring.Mark != nil && m.equal(s.ring.Mark)) {
		return err
	}
	if err := s.durably(ctx, "INSERT OR REPLACE INTO meta VALUES ('marked', ?)", m.Generation); err != nil {
		return err
	}
	ring := s.ring.clone()
	ring.Mark = &m
	if err := s.saveKeyring(ring); err != nil {
		return err
	}
	b, err := json.Marshal(m)
	if err == nil {
		_, err = s.journal.ExecContext(ctx, "INSERT OR REPLACE INTO meta VALUES ('mark', ?)", b)
	}
	return err
}
