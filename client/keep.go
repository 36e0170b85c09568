package client

import (
	"cmp"
	"context"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// Kept is what this desk keeps of one patient, for the person who may see it.
type Kept struct {
	EHR     ehrdesk.EHRNumber
	Consent ehrdesk.SharingConsent
	Records int
	Bytes   int64
	Synced  time.Time
	Checked time.Time
	Until   time.Time // zero: with the session
	Why     string    // the mode that decided Until: "off", "session", "hours"
	By      string    // whose rule that is: "centre" or "desk"; "consent" where its end comes first
	Offline time.Time // until when it opens without the centre; zero: not at all
	Never   []string  // kinds of record that are never kept here
	Here    []string  // those of Never that this desk's limit alone names

	Kinds map[string]int // records by kind
}

// Copies lists what this desk keeps, in the order of the store.
func (s *Session) Copies(ctx context.Context) ([]Kept, error) {
	copies, err := s.copies(ctx)
	if err != nil {
		return nil, err
	}
	sizes, err := s.vault.Copies().Status(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]Kept, 0, len(copies))
	for _, c := range copies {
		h, err := openHeader(c.Header)
		if err != nil {
			return nil, err
		}
		k := Kept{EHR: h.Patient.patient().EHR, Consent: h.Consent, Records: c.Records, Kinds: c.Kinds.Named(), Synced: c.Synced, Checked: h.Checked, Until: c.PurgeAfter, Why: h.Policy.Mode,
			By: cmp.Or(h.Policy.By, "centre"), Offline: h.offlineUntil(), Never: h.Policy.Never, Here: h.Policy.Here}
		if !k.Until.IsZero() && k.Until.Equal(h.Consent.Until) {
			k.By = byConsent
		}
		k.Consent.State = h.Consent.StateAt(later(s.now(), h.Checked))
		for _, z := range sizes {
			if z.ID == c.ID {
				k.Bytes = z.Bytes
			}
		}
		out = append(out, k)
	}
	return out, nil
}

// PurgeAll destroys every copy this person can see.
func (s *Session) PurgeAll(ctx context.Context) (int, error) {
	copies, err := s.copies(ctx)
	if err != nil {
		return 0, err
	}
	for i, c := range copies {
		if err := s.shred(ctx, c.ID); err != nil {
			return i, err
		}
	}
	return len(copies), nil
}

// SyncCopy brings one patient's copy into step: a chart opened to follow up,
// and put away again.
func (s *Session) SyncCopy(ctx context.Context, n ehrdesk.EHRNumber) (ehrdesk.SyncReport, error) {
	c, err := s.open(ctx, ehrdesk.Number{EHR: n}, ehrdesk.FollowUp, "")
	if err != nil {
		return ehrdesk.SyncReport{}, err
	}
	r, err := c.Sync(ctx, nil)
	if err == nil {
		s.tidy(ctx) // who asked for it may be a script that ends with it
	}
	if e := c.Close(); err == nil {
		err = e
	}
	return r, err
}
