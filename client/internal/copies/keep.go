package copies

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
)

// Kept is what this desk keeps of one patient, for the person who may see it.
type Kept struct {
	EHR     ehrdesk.EHRNumber // zero where the centre gives none
	Number  ehrdesk.Number    // by which the patient is asked for
	Patient string            // the centre's id
	Consent ehrdesk.SharingConsent
	Contents
	Synced  time.Time
	Checked time.Time
	Until   time.Time // zero: with the session
	Why     string    // the mode that decided Until: "off", "session", "hours"
	By      string    // whose rule that is: "centre" or "desk"; "consent" where its end comes first
	Offline time.Time // until when it opens without the centre; zero: not at all
	Never   []string  // kinds of record that are never kept here
	Here    []string  // those of Never that this desk's limit alone names
}

// Contents are how much a copy holds, as far as the person may know.
type Contents struct {
	Records int
	Bytes   int64
	Kinds   map[string]int // records by kind
	Ahead   bool           // fetched before anybody has opened it: what it holds is not counted
}

// Kept lists what this desk keeps, in the order of the store.
func (s *Copies) Kept(ctx context.Context) ([]Kept, error) {
	copies, err := s.all(ctx)
	if err != nil {
		return nil, err
	}
	sizes, err := s.Copies.Status(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]Kept, 0, len(copies))
	for _, c := range copies {
		h, err := OpenHeader(c.Header)
		if err != nil {
			return nil, err
		}
		p := h.Patient.Patient()
		k := Kept{EHR: p.EHR, Number: p.Number(), Patient: p.ID, Consent: h.Consent, Contents: Contents{Records: c.Records, Kinds: c.Kinds.Named()}, Synced: c.Synced, Checked: h.Checked, Until: c.PurgeAfter, Why: h.Policy.Mode,
			By: cmp.Or(h.Policy.By, "centre"), Offline: h.OfflineUntil(), Never: h.Policy.Never, Here: h.Policy.Here}
		if !k.Until.IsZero() && k.Until.Equal(h.Consent.Until) {
			k.By = byConsent
		}
		k.Consent.State = h.Consent.StateAt(line.Later(s.Time(), h.Checked))
		k.need(s.Self.Account().Role)
		if h.Unopened {
			k.Contents = Contents{Ahead: true}
		}
		for _, z := range sizes {
			if z.ID == c.ID && !k.Ahead { // how large it is tells how much there is
				k.Bytes = z.Bytes
			}
		}
		out = append(out, k)
	}
	return out, nil
}

// need leaves the counts that a profession may know: how many records of which kind somebody has
// tells of their health, and so does how many there are in all.
func (k *Kept) need(p ehrdesk.Profession) {
	if ehrdesk.GivenAll(p) {
		return
	}
	k.Records = 0
	for name, n := range k.Kinds {
		if kind, err := ehrdesk.ParseKind(name); err != nil || ehrdesk.AccessOf(p, kind) != ehrdesk.General {
			delete(k.Kinds, name)
			continue
		}
		k.Records += n
	}
}

// PurgeAll destroys every copy this person can see.
func (s *Copies) PurgeAll(ctx context.Context) (int, error) {
	copies, err := s.all(ctx)
	if err != nil {
		return 0, err
	}
	for i, c := range copies {
		if err := s.Destroy(ctx, c.ID); err != nil {
			return i, err
		}
	}
	return len(copies), nil
}

// Loosen remembers a copy that may have something to compact.
func (s *Copies) Loosen(id cache.PatientID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.loose[id] = struct{}{}
}

// Settled takes back Loosen.
func (s *Copies) Settled(id cache.PatientID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.loose, id)
}

// Tidy compacts the copies of open charts, step by step, until ctx ends: what
// is left then waits for the next rest. Where there is nothing to compact,
// nothing is written.
func (s *Copies) Tidy(ctx context.Context) {
	s.mu.Lock()
	ids := slices.Sorted(maps.Keys(s.loose))
	s.mu.Unlock()
	for _, id := range ids {
		for more := true; more; {
			var err error
			if more, err = s.Compact(ctx, id); ctx.Err() != nil {
				return
			}
			if err != nil && ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound { // whoever reads the copy is told
				s.Log.Warn("copy not compacted", "code", string(ehrdesk.CodeOf(err)))
			}
		}
		s.Settled(id)
	}
}
