// Package acts is what is done for a patient at this desk: consents given, renewed and
// withdrawn, identities verified, and the list of the day's work. It promises that an
// act is on the disk before it is sent, under a request id of its own, and leaves it
// only with the centre's answer; that of two states the more restrictive counts while
// one waits; and that what the centre does not answer about one patient holds up no
// other.
package acts

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/copies"
	shared "github.com/ehrdesk/ehrdesk/client/internal/day"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
	"github.com/ehrdesk/ehrdesk/client/internal/person"
)

// Centre is what acts need of any centre.
type Centre interface {
	Find(ctx context.Context, n ehrdesk.Number) (ehrdesk.Finding, error)
	Offer(ctx context.Context) (ehrdesk.Offer, error)
	// Can reports whether the centre takes a kind of act.
	Can(op ehrdesk.AuditAction) bool
	// Act submits an act. An error that is not fhir.ErrOutcomeUnknown says that nothing
	// was recorded.
	Act(ctx context.Context, a fhir.Act) (ehrdesk.Receipt, error)
	// Settle asks what became of an act whose answer never came, with what is kept of it.
	Settle(ctx context.Context, a fhir.Act) (ehrdesk.Receipt, error)
	// ReportAccess deposits an access that happened without the line: however often, it
	// counts once.
	ReportAccess(ctx context.Context, e ehrdesk.AuditEvent) error
}

// What not every centre does.
type (
	// Registrar knows what people have registered with, and what ends.
	Registrar interface {
		Registration(ctx context.Context, n ehrdesk.Number) (ehrdesk.Registration, error)
		Endings(ctx context.Context, within time.Duration) ([]ehrdesk.Ending, error)
	}
	// Cards takes consents by the patient's card.
	Cards interface {
		CardNonce(ctx context.Context, requestID string) (ehrdesk.CardNonce, error)
	}
)

// AccessLog is where acts are written down.
type AccessLog interface {
	Record(ctx context.Context, e ehrdesk.AuditEvent) error
}

// Acts are those of one session.
type Acts struct {
	person.Sitting
	optional
	centre Centre
	access AccessLog
	copies *copies.Copies
	claims *Claims
	second *Second

	outbox cache.Outbox
	lists  cache.Worklists
	day
	offers offers

	acting sending // one sender of acts; before mu and before every lock below this room

	mu   sync.Mutex
	over bool            // nothing more is sent
	seen ehrdesk.Finding // looked up last
}

// optional is what not every centre does, nil where this one does not.
type optional struct {
	registrar Registrar
	cards     Cards
	states    Stating
}

// sending is the one sender of acts, and from when the centre takes more: it may have asked
// to wait.
type sending struct {
	sync.Mutex
	from time.Time
}

// New are the acts of a session, and the part of them that takes two people.
func New(at person.Sitting, c Centre, access AccessLog, copies *copies.Copies, claims *Claims, rule Rule) (*Acts, *Second) {
	lists := at.Vault.Worklists()
	keeps, _ := c.(shared.Centre)
	share := shared.New(at, keeps)
	s := &Acts{Sitting: at, centre: c, access: access, copies: copies, claims: claims, outbox: at.Vault.Outbox(), lists: lists,
		day: day{lists, at.Now, func() string { return at.Self.Account().Staff }, share, &claims.list, claims, &memo{}}, offers: offers{lists: lists, now: at.Now}}
	s.registrar, _ = c.(Registrar)
	s.cards, _ = c.(Cards)
	s.states, _ = c.(Stating)
	s.second = &Second{s: s, rule: rule, turn: &claims.second}
	return s, s.second
}

// Stop lets no further act be sent, and forgets who was looked up.
func (s *Acts) Stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over, s.seen = true, ehrdesk.Finding{}
	s.memo.forget()
}

func (s *Acts) stopped() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.over
}

// Wait does last when no act is under way: one that was sent is kept with its answer.
func (s *Acts) Wait(last func() error) error {
	s.acting.Lock()
	defer s.acting.Unlock()
	return last()
}

// Claims are the acts of a desk that one of its sessions is sending or asking about.
type Claims struct {
	taken  sync.Map   // by request id
	list   sync.Mutex // of the day: one changes it at a time
	second sync.Mutex // of acts that a second person approves: one decides about them at a time

	writes atomic.Int64 // to the list of the day
}

// claim makes an act one session's alone, until it is released: the same person may
// be signed in twice. ok is false where another has it.
func (c *Claims) claim(request string) (release func(), ok bool) {
	_, taken := c.taken.LoadOrStore(request, true)
	return func() { c.taken.Delete(request) }, !taken
}

// Unreachable reports an error that everything else of a round would meet as well:
// the line is down, the session is over, or nobody waits any more. What the centre
// answers, if only by an error, is about one thing alone.
func (s *Acts) Unreachable(ctx context.Context, err error) bool {
	switch ehrdesk.CodeOf(err) {
	case "":
		return false
	case ehrdesk.CodeOffline, ehrdesk.CodeNotSignedIn, ehrdesk.CodeLocked:
		return true
	case ehrdesk.CodeTimeout:
		return !errors.Is(err, fhir.ErrOutcomeUnknown)
	}
	return ctx.Err() != nil || s.stopped() || line.EndOf(err) != nil
}

// Remember remembers for this session who was looked up last, so that an act that has
// to wait knows whom it is about.
func (s *Acts) Remember(f ehrdesk.Finding) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.over {
		s.seen = f
	}
}

// knownPatient is the patient of a number as far as this desk knows without asking: looked
// up last, or kept here. An act without the line names the patient by it.
func knownPatient(ctx context.Context, s *Acts, n ehrdesk.Number) (p copies.SavedPatient, consent string) {
	s.mu.Lock()
	seen := s.seen
	s.mu.Unlock()
	if seen.Patient.ID != "" && slices.Contains(copies.Keys(seen.Patient)[1:], copies.Key(n)) {
		return copies.Save(seen.Patient), seen.Consent.ID
	}
	c, ok, err := s.copies.Find(ctx, copies.Key(n))
	if err != nil || !ok {
		return p, "" // the act counts all the same
	}
	h, err := copies.OpenHeader(c.Header)
	if err != nil {
		return p, ""
	}
	return h.Patient, h.Consent.ID
}

// day is the front desk's day, kept on this desk and sealed.
type day struct {
	lists cache.Worklists
	now   func() time.Time
	staff func() string // who works at this desk
	share *shared.Share
	turn  *sync.Mutex // of who changes the list, of all sessions of the desk
	desk  *Claims
	memo  *memo
}
