package client

import (
	"cmp"
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/internal/accesslog"
	"github.com/ehrdesk/ehrdesk/client/internal/acts"
	"github.com/ehrdesk/ehrdesk/client/internal/chart"
	"github.com/ehrdesk/ehrdesk/client/internal/copies"
	"github.com/ehrdesk/ehrdesk/client/internal/directory"
	"github.com/ehrdesk/ehrdesk/client/internal/idle"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
	"github.com/ehrdesk/ehrdesk/client/internal/person"
	"github.com/ehrdesk/ehrdesk/client/internal/warnings"
)

// Session is one signed-in person: the rooms of this package, wired. Its methods may
// be called from several goroutines.
type Session struct {
	consents // acts
	ehrdesk.Warner
	logReader // access

	sitting person.Sitting
	desk    *Desk
	centre  centre

	access     *accesslog.Log
	copies     *copies.Copies
	charts     *chart.Charts
	acts       *acts.Acts
	colleagues *colleagues

	*foresight
	*acknowledged
	*writing
	end ending
}

// writing is what a session writes: into shared records, drafts that stay at the desk, sealed files for whoever has a link.
type writing struct {
	*depositing
	*drafting
	*forming
	*requesting
	*linking
	*directed
	*casing
	*grouping
	*unsent
}

// Drafts are those of whoever is signed in about a patient, without those that were signed.
func (w *writing) Drafts(ctx context.Context, patient string) ([]ehrdesk.Draft, error) {
	w.forming.mu.Lock()
	defer w.forming.mu.Unlock()
	return w.settled(ctx, patient)
}

// DiscardDraft destroys a draft of whoever is signed in.
func (w *writing) DiscardDraft(ctx context.Context, patient, id string) error {
	w.forming.mu.Lock()
	defer w.forming.mu.Unlock()
	return w.drafting.DiscardDraft(ctx, patient, id)
}

// ending is one Lock or Close at a time, and which there was.
type ending struct {
	sync.Mutex
	locked, closed bool
	told           atomic.Bool // that the account, the registration or the provider has ended
}

// What callers do with a session's rooms themselves.
type (
	consents interface {
		ehrdesk.Worklist
		ehrdesk.Registrar
		Offer(ctx context.Context) (ehrdesk.Offer, error)
		CardNonce(ctx context.Context, requestID string) (ehrdesk.CardNonce, error)
		Grant(ctx context.Context, g ehrdesk.Grant) (ehrdesk.Receipt, error)
		Revoke(ctx context.Context, w ehrdesk.Withdrawal) (ehrdesk.Receipt, error)
		ehrdesk.DaySharer
		ehrdesk.Caller
		ehrdesk.Looker
		ehrdesk.Seconding
	}
	logReader interface {
		AccessLog(ctx context.Context) ([]ehrdesk.LogEntry, error)
		LogUsed(ctx context.Context, how string) error
		MayRead(ctx context.Context, how string, f ehrdesk.LogFilter) error
		EachAccess(ctx context.Context, fn func(seq int64, e ehrdesk.AuditEvent) error) error
		EachMeant(ctx context.Context, f ehrdesk.LogFilter, fn func(seq int64, e ehrdesk.AuditEvent) error) error
		SignReport(text []byte) ([]byte, error)
		VerifyLog(ctx context.Context) (LogState, error)
	}
)

var _ interface {
	ehrdesk.Session
	ehrdesk.Warner
	ehrdesk.Recalling
	ehrdesk.Foreseeing
	ehrdesk.FetchingAhead
	ehrdesk.Acknowledging
	ehrdesk.Depositor
	ehrdesk.Linking
	ehrdesk.ResultWatching
	ehrdesk.NewsKeeping
	ehrdesk.ResultListing
	ehrdesk.Drafting
	ehrdesk.Writing
	ehrdesk.Requesting
	ehrdesk.Directory
	ehrdesk.Acquainted
	ehrdesk.Bounded
	ehrdesk.Administrator
	ehrdesk.Appointed
	ehrdesk.LogComparer
	ehrdesk.Seconding
	ehrdesk.Casing
	ehrdesk.Grouping
} = (*Session)(nil)

// restAfter is how long nothing has to happen before the desk counts as idle.
const restAfter = 3 * time.Second

// rest is what is done while nobody works.
func rest(ctx context.Context, s *Session) {
	s.copies.Tidy(ctx)
	s.charts.KeepTexts(ctx)
	_ = s.d.Refresh(ctx, directory.Stale) // what it was before stays
	s.charts.Verify(ctx)
}

// newSession wires the rooms of one signed-in person. The centre is not asked.
func newSession(d *Desk, vault *cache.Vault, store *cache.Store, p person.Person, role ehrdesk.Profession, way *line.Line, w *warnings.Warnings, c centre) *Session {
	at := person.Sitting{Vault: vault, Store: store, Self: person.NewSelf(vault, p, role, d.opt.Log), Line: way, Warnings: w, Idle: &idle.Idler{},
		Now: d.opt.Now, Log: d.opt.Log}
	way.Hints = line.NewHints(way, as[line.Hinter](c))
	s := &Session{sitting: at, Warner: w, desk: d, centre: c, charts: chart.New(at)}
	s.access = accesslog.New(at, as[accesslog.Countersigner](c), as[accesslog.Overseen](c), s.charts)
	s.copies = copies.New(at, s.access, s.charts, d.opt.Ceiling)
	people := directoryOf(s)
	var sealed *casing
	s.charts.Use(chart.Options{Approved: func(ctx context.Context, patient string, a *ehrdesk.CaseApproval) (string, error) {
		return sealed.approved(ctx, patient, a)
	}, Desk: d, Signatures: people, Copies: s.copies, Centre: c, Access: s.access, Codes: d.opt.Codes, PDF: d.opt.PDF, Synced: inStep(s),
		Ended: func(ctx context.Context, patient string) error {
			return acts.AtDoor(s.acts).Ended(ctx, func(p ehrdesk.Patient) bool { return p.ID == patient })
		}})
	var second *acts.Second
	s.acts, second = acts.New(at, c, s.access, s.copies, &d.claims, acts.Rule{Site: d.opt.Writes.SecondActs, Sign: taker(s)})
	s.colleagues = &colleagues{Sitting: at, access: s.access, centre: as[roster](c), unreachable: s.acts.Unreachable}
	at.Idle.Do(restAfter, func(ctx context.Context) { rest(ctx, s) })
	s.consents, s.logReader, s.foresight = struct {
		*acts.Acts
		*acts.Second
	}{s.acts, second}, s.access, &foresight{s: s}
	s.acknowledged = &acknowledged{at, s.access, s.charts, s.copies, at.Vault.Worklists(), s.acts, acts.AtDoor(s.acts)}
	drafts := &drafting{sitting: at, access: s.access, charts: s.charts, lists: at.Vault.Worklists(), by: d.opt.Writes.Drafts}
	sealed = newCasing(s, c, people)
	s.writing = &writing{&depositing{s}, drafts, &forming{s: s, drafts: drafts, lists: at.Vault.Worklists(), site: d.opt.Writes.Forms, second: d.opt.Writes.Second}, &requesting{s, acts.RequestsOf(s.acts)}, &linking{s}, &directed{people, sealer(s)}, sealed, &grouping{sealed}, &unsent{s}}
	return s
}

// Account is who is signed in.
func (s *Session) Account() ehrdesk.Account { return s.sitting.Self.Account() }

// Link is the line to the centre as last seen.
func (s *Session) Link() ehrdesk.Link { return s.sitting.Line.Link() }

// NextHint waits for the centre to say that something has changed.
func (s *Session) NextHint(ctx context.Context) (ehrdesk.Hint, error) {
	return s.sitting.Line.Hints.NextHint(ctx)
}

// expire destroys what the policy or the consent's end no longer allows, and
// closes the charts whose copies have to be gone.
func (s *Session) expire(ctx context.Context) {
	if s.charts.Over() {
		return // its charts are away, and opened again under the policy of then
	}
	_ = s.copies.Tighten(ctx)    // told, and tried again the next time
	_ = s.stands(ctx, "session") // whoever is there is told by the screen
	s.charts.Expire(ctx)
}

// Copies lists what this desk keeps, in the order of the store.
func (s *Session) Copies(ctx context.Context) ([]Kept, error) { return s.copies.Kept(ctx) }

// Recent lists whose charts this person has opened from since on, the last first.
func (s *Session) Recent(ctx context.Context, since time.Time) ([]ehrdesk.Recent, error) {
	return s.copies.Recent(ctx, s.Account().Staff, since)
}

// Held lists of whom this desk keeps a copy under a consent in force, and how many of its records
// this person has not seen. It is refused to whoever may open no chart.
func (s *Session) Held(ctx context.Context) ([]ehrdesk.Held, error) {
	if !s.Account().Role.Clinical() {
		return nil, ehrdesk.Errorf("held", ehrdesk.CodeDenied, "not for this profession")
	}
	return s.copies.Held(ctx, s.Account())
}

// PurgeAll destroys every copy this person can see.
func (s *Session) PurgeAll(ctx context.Context) (int, error) { return s.copies.PurgeAll(ctx) }

// CompareLogs holds this desk's access log of a period against what the centre wrote down
// of the provider. Errors: CodeDenied, written down, for anybody but a security officer.
func (s *Session) CompareLogs(ctx context.Context, since, until time.Time) (ehrdesk.LogComparison, error) {
	return s.access.Compare(ctx, since, until, func(ctx context.Context) (map[string]bool, error) {
		items, err := s.acts.Outbox(ctx)
		waiting := map[string]bool{}
		for _, w := range items {
			waiting[w.ID] = true
		}
		return waiting, err
	})
}

// deliverSoon sends what waits, within the call: there is seldom anything, and
// a caller that is about to close the store must not race with it.
func (s *Session) deliverSoon(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if _, err := s.Deliver(ctx); err != nil && !line.Down(err) {
		s.desk.opt.Log.Warn("outbox not delivered", "code", string(ehrdesk.CodeOf(err)))
	}
}

// Deliver sends what waits for the line and gives how many items the centre
// took. One that it refuses is marked and stops nothing but the acts about the
// same patient. Then colleagues who wait for the desk's keys are let in, the
// centre is asked to vouch for the access log, and what whoever is signed in has to
// say in sealed cases is sent.
func (s *Session) Deliver(ctx context.Context) (int, error) {
	defer s.sitting.Idle.Work()()
	settled, err := s.acts.Resolve(ctx)
	if s.acts.Unreachable(ctx, err) {
		return len(settled), err
	}
	sent, _, e := s.acts.Send(ctx)
	n := sent + len(settled)
	if err = cmp.Or(err, e); s.acts.Unreachable(ctx, e) {
		return n, err
	}
	if e := s.colleagues.admit(ctx); e != nil && !line.Down(e) {
		s.desk.opt.Log.Warn("newcomers not admitted", "code", string(ehrdesk.CodeOf(e)))
	}
	s.access.Vouch(ctx)
	said, e := s.casing.deliver(ctx)
	return n + said, cmp.Or(err, e)
}
