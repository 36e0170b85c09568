// Package copies is what this desk keeps of patients: under which policy, until when,
// found by what, and how a copy ends. It promises that a copy never stays beyond the
// policy in force or the consent's end, that what may not be kept is destroyed under
// the hands of whoever used it, that a damaged copy concerns its patient alone, and
// that no chart shows a copy that is gone.
package copies

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/person"
)

// AccessLog is where what becomes of copies is written down.
type AccessLog interface {
	Record(ctx context.Context, e ehrdesk.AuditEvent) error
	Incident(ctx context.Context, patient, detail string) error
}

// Screens are the charts that lie open.
type Screens interface {
	// Blank empties those of which of says so, and gives their copies.
	Blank(of func(id cache.PatientID, p ehrdesk.Patient) bool) []cache.PatientID
	// ConsentEnded empties those of which of says so, which know from then on why.
	ConsentEnded(of func(p ehrdesk.Patient) bool) []cache.PatientID
	Shows(id cache.PatientID) bool
	// Over reports that nothing is shown any more: the session was locked or closed.
	Over() bool
}

// Copies are this desk's copies as one session sees them.
type Copies struct {
	cache.Copies
	person.Sitting
	access  AccessLog
	screens Screens
	ceiling Ceiling

	mu      sync.Mutex
	policy  Policy                       // in force; "" while the centre has not been asked
	ahead   bool                         // records may be fetched before they are opened
	pending bool                         // copies have not been brought under the policy
	loose   map[cache.PatientID]struct{} // copies that may have something to compact
}

// New are the copies of a session, of which a desk keeps no more than ceiling says.
func New(at person.Sitting, access AccessLog, screens Screens, ceiling Ceiling) *Copies {
	return &Copies{Copies: at.Vault.Copies(), Sitting: at, access: access, screens: screens, ceiling: ceiling, loose: map[cache.PatientID]struct{}{}}
}

// Time is the time that copies go by: this desk's clock, but never before what the
// store has seen.
func (s *Copies) Time() time.Time { return s.Vault.Time() }

// Obey has copies go by the centre's word from now on, under this desk's ceiling.
func (s *Copies) Obey(p fhir.CachePolicy) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.policy, s.ahead = Strictest(p, s.ceiling), p.Ahead && !s.ceiling.NotAhead
}

// Ahead reports whether policy lets a record be fetched before it is opened, and kept until it is.
func (s *Copies) Ahead() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ahead && s.policy.Mode != KeepOff
}

// Update brings the copy's header into line with what the centre just said. A
// consent that has ended destroys the copy at once.
func (s *Copies) Update(ctx context.Context, f ehrdesk.Finding) error {
	if !f.Consent.State.Allows() {
		return s.EndConsent(ctx, "id|"+f.Patient.ID, func(p ehrdesk.Patient) bool { return p.ID == f.Patient.ID })
	}
	c, h, ok, err := s.Of(ctx, "id|"+f.Patient.ID)
	if err != nil || !ok {
		return err
	}
	h.Patient, h.Consent, h.Checked = Save(f.Patient), f.Consent, f.Checked
	return s.PutHeader(ctx, &c, &h)
}

// Of finds a copy by one of its keys. One that holds what may not be kept any
// more is destroyed and not found, should tighten not have come to it.
func (s *Copies) Of(ctx context.Context, key string) (c cache.Copy, h Header, ok bool, err error) {
	if c, ok, err = s.Find(ctx, key); err != nil || !ok {
		return c, h, false, err
	}
	if h, err = OpenHeader(c.Header); err != nil {
		return cache.Copy{}, h, false, s.Spoiled(ctx, c.ID, "")
	}
	if s.InForce(h.Policy).KeepsAsMuch(h) {
		return c, h, true, nil
	}
	return cache.Copy{}, Header{}, false, s.Destroy(ctx, c.ID)
}

// PutHeader writes a copy's header, keys and last day, under the policy in force.
// h.Policy is the one that the copy was kept under: where that allowed more kinds
// of record, the copy is destroyed instead. Errors: CodeNotFound for such a one.
func (s *Copies) PutHeader(ctx context.Context, c *cache.Copy, h *Header) error {
	p := s.InForce(h.Policy)
	if !p.KeepsAsMuch(*h) {
		return s.MayNotStay(ctx, c.ID)
	}
	h.Policy = p.of(*h)
	b, err := h.Seal()
	if err != nil {
		return err
	}
	c.Header, c.PurgeAfter = b, h.until(h.Policy)
	*c, err = s.Copies.Put(ctx, *c, Keys(h.Patient.Patient()))
	return err
}

// MayNotStay destroys a copy that holds what may not be kept any more, under the
// hands of whoever used it. It never gives nil.
func (s *Copies) MayNotStay(ctx context.Context, id cache.PatientID) error {
	if err := s.Destroy(ctx, id); err != nil && ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		return err
	}
	return ehrdesk.Errorf("copy", ehrdesk.CodeNotFound, "the copy held what may not be kept at this desk any more")
}

// EndConsent is the end of a consent: the copy found by a key goes, and every chart of
// the patient that lies open, with what it shows. A copy past its day is found by
// no key, and may still lie open.
func (s *Copies) EndConsent(ctx context.Context, key string, of func(ehrdesk.Patient) bool) error {
	ids := s.screens.ConsentEnded(of)
	c, ok, err := s.Find(ctx, key)
	if ok && !slices.Contains(ids, c.ID) {
		ids = append(ids, c.ID)
	}
	for _, id := range ids {
		if e := s.Destroy(ctx, id); err == nil && ehrdesk.CodeOf(e) != ehrdesk.CodeNotFound { // gone already is gone
			err = e
		}
	}
	return err
}

// Destroy destroys a copy and closes the charts that show it.
func (s *Copies) Destroy(ctx context.Context, id cache.PatientID) error {
	s.screens.Blank(func(shown cache.PatientID, _ ehrdesk.Patient) bool { return shown == id })
	if err := s.Vault.Shred(context.WithoutCancel(ctx), id); err != nil {
		return err
	}
	return s.RecordLost(ctx) // of what else did not open when the keys were made anew
}
