package cache

import (
	"bytes"
	"context"
	"slices"

	json "github.com/go-json-experiment/json/v1"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
	"github.com/ehrdesk/ehrdesk/cache/internal/keyring"
)

// A file put back to an earlier state opens as it was. So each of the three, the
// keyring, the journal and the copies, remembers how far the access log, the
// copies and the keyring had come; the client has the centre remember the same.
// They are written in that order, so that no mark is ever ahead of one before it
// but by what was put back.

// What may be found to be of an earlier day than the rest of the store.
const (
	StaleJournal = "journal" // the access log and the outbox
	StaleKeyring = "keyring"
	StaleRecords = "records" // the copies
	StaleCentre  = "centre"  // all of it: the centre remembers more
	StaleDamaged = "damaged" // the copies' file, whatever its day: it does not open
)

// marks are what each of the three remembers; zero where nothing.
type marks struct{ ring, journal, records keyring.HighWater }

func (s *files) marks(ctx context.Context) (m marks, err error) {
	if s.ring.Mark != nil {
		m.ring = *s.ring.Mark
	}
	if m.journal, err = s.journalMark(ctx); err == nil {
		m.records, err = markOf(s.records.Mark(ctx))
	}
	return m, err
}

// journalMark is what the journal remembers.
func (s *files) journalMark(ctx context.Context) (keyring.HighWater, error) {
	b, err := s.journal.Mark(ctx)
	return markOf(b, err)
}

func markOf(b []byte, err error) (m keyring.HighWater, _ error) {
	if err == nil && b != nil && json.Unmarshal(b, &m) != nil {
		err = ehrdesk.E("cache.open", ehrdesk.CodeTampered, disk.ErrDamaged)
	}
	return m, err
}

// compare holds the parts of the store against each other and puts the copies
// aside where one is of an earlier day. The journal stays as it is.
func (s *files) compare(ctx context.Context) error {
	m, err := s.marks(ctx)
	if err != nil {
		return err
	}
	high := max(m.ring.Generation, m.journal.Generation)
	gen, fresh, err := s.records.Generation(ctx)
	if err != nil {
		return err
	}
	if fresh {
		gen = high + 1
		if err := s.records.SetGeneration(ctx, gen); err != nil {
			return err
		}
	}
	found, err := s.behind(ctx, m, gen)
	if err != nil {
		return err
	}
	b, err := s.records.Found(ctx)
	switch {
	case err != nil:
		return err
	case b != nil: // found before, and not acknowledged yet
		_ = json.Unmarshal(b, &s.stale) // at worst it is found again
		if !slices.ContainsFunc(found, func(f string) bool { return !slices.Contains(s.stale, f) }) {
			return nil
		}
	}
	if len(found) == 0 {
		return nil
	}
	return s.quarantine(ctx, max(high, gen), found...)
}

// behind names what is of an earlier day than what another part remembers; gen
// is the generation of the copies.
func (s *files) behind(ctx context.Context, m marks, gen uint64) (found []string, err error) {
	for _, remembered := range []keyring.HighWater{m.ring, m.records} {
		holds, err := s.holds(ctx, &remembered)
		if err != nil {
			return nil, err
		}
		if !holds {
			found = append(found, StaleJournal)
			break
		}
	}
	serial := keyring.HighWater{Entries: m.ring.Entries, Generation: m.ring.Generation, Keyring: s.ring.Serial}
	if m.journal.Ahead(&serial) || m.records.Ahead(&serial) {
		found = append(found, StaleKeyring)
	}
	if gen < max(m.ring.Generation, m.journal.Generation) {
		found = append(found, StaleRecords)
	}
	return found, nil
}

// holds reports whether the access log still has the entry that m remembers.
func (s *files) holds(ctx context.Context, m *keyring.HighWater) (bool, error) {
	if m.Entries == 0 {
		return true, nil
	}
	at, err := s.journal.HeadAt(ctx, m.Entries)
	return bytes.Equal(at, m.Head), err
}

// present is how far the store has come as of now. The caller holds s.mu.
func (s *files) present(ctx context.Context) (keyring.HighWater, error) {
	m := keyring.HighWater{Keyring: s.ring.Serial}
	var err error
	if m.Entries, m.Head, err = s.journal.Head(ctx); err != nil {
		return m, err
	}
	m.Generation, _, err = s.records.Generation(ctx)
	return m, err
}

// saveMark remembers how far the store has come. It needs no key. What was
// found stale stays found until it is settled, and so does a log that lost what
// is remembered of it: the next Open finds it. The caller holds s.mu for writing.
func (s *files) saveMark(ctx context.Context) error {
	if len(s.stale) > 0 {
		return nil
	}
	if s.ring.Mark != nil {
		if holds, err := s.holds(ctx, s.ring.Mark); err != nil || !holds {
			return err
		}
	}
	return s.remember(ctx)
}

// remember puts the marks where the store is now, whatever they were.
func (s *files) remember(ctx context.Context) error {
	m, err := s.present(ctx)
	if err != nil || (s.ring.Mark != nil && m.Equal(s.ring.Mark)) {
		return err
	}
	// What m counts of the copies is on the disk before anything remembers it.
	if err := s.records.Flush(ctx); err != nil {
		return err
	}
	ring := s.ring.Clone()
	ring.Mark = &m
	if err := s.writeKeyring(ring); err != nil {
		return err
	}
	b, err := json.Marshal(m)
	if err == nil {
		err = s.journal.SetMark(ctx, b)
	}
	if err == nil {
		err = s.records.SetMark(ctx, b)
	}
	return err
}
