package client

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/fhir/caps"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
	"github.com/ehrdesk/ehrdesk/client/internal/person"
	"github.com/ehrdesk/ehrdesk/client/internal/warnings"
)

// SignIn unlocks a person's keys on this desk and signs in at the centre.
// Without the line the session is an offline one: it opens what the policy that
// came with each copy still allows. A centre that refuses the account refuses
// the desk's copies too.
func (d *Desk) SignIn(ctx context.Context, who string, passphrase ehrdesk.Secret) (ehrdesk.Session, error) {
	s, err := d.signIn(ctx, who, passphrase, nil)
	if err != nil {
		return nil, err // not a typed nil
	}
	return s, nil
}

// signIn is SignInAt; with nil for show nobody has a browser.
func (d *Desk) signIn(ctx context.Context, who string, passphrase ehrdesk.Secret, show func(ehrdesk.SignInPage)) (*Session, error) {
	d.mu.Lock()
	store, p, err := d.locate(ctx, who)
	bound := d.bound(p.Central)
	d.mu.Unlock()
	if err != nil {
		return nil, err
	}
	vault, err := store.Unlock(ctx, p.Staff, passphrase)
	if err != nil {
		return nil, err
	}
	s, err := d.session(ctx, vault, store, p, bound, show)
	if err != nil {
		vault.Lock()
		return nil, err
	}
	return s, nil
}

func (d *Desk) session(ctx context.Context, vault *cache.Vault, store *cache.Store, p person.Person, bound bool, show func(ehrdesk.SignInPage)) (*Session, error) {
	id, err := person.IdentityOf(vault)
	if err != nil {
		return nil, err
	}
	own, err := certified(d.opt, id)
	if err != nil {
		return nil, err
	}
	bare, err := fhir.NewClient(p.Central, own.web, nil)
	if err != nil {
		return nil, err
	}
	probe, err := d.wire(p.Central, nil)
	if err != nil {
		return nil, err
	}
	breaker := d.lines.to(p.Way, probe, d.opt.Patience)
	w := &warnings.Warnings{}
	way := line.New(breaker, d.opt.Now, p.Clock, w)
	kept := false
	defer func() {
		if !kept {
			way.End()
			own.end()
		}
	}()
	way.Tokens = line.NewTokens(bare, fhir.Signer{
		Subject: p.Subject(), PersonKey: id.PersonKey, ClientID: id.ClientID, DeskKey: id.DeskKey,
	}, bound, d.opt.Now)
	var s *Session
	role := id.Role // the keys are not held by what outlasts a lock
	look := func(ctx context.Context, wire *fhir.Client) (fhir.Grant, error) {
		return d.look(ctx, wire, s.sitting.Self.Known(), role, func(c caps.Caps) { s.sitting.Self.Amend(ctx, func(p *person.Person) { p.Caps = &c }) })
	}
	var page *byPage
	switch {
	case p.Kind == Plain && p.SignIn == signInSmart:
		page, err = newByPage(d, vault, id, own.web, bare, func(ctx context.Context, access string) (fhir.Grant, error) {
			wire, err := fhir.NewClient(p.Central, own.web, bearer(access))
			if err != nil {
				return fhir.Grant{}, err
			}
			wire.OnAnswer(way.HeardTime)
			wire.Watch(breaker)
			return look(ctx, wire)
		})
		if err != nil {
			return nil, err
		}
		way.Tokens.Open(page.open, page.shut)
	case p.Kind == Plain:
		way.Tokens.Open(func(ctx context.Context) (fhir.Grant, error) { return look(ctx, bare) }, nil)
	}
	wire, err := fhir.NewClient(p.Central, own.web, way.Tokens)
	if err != nil {
		return nil, err
	}
	bare.OnAnswer(way.HeardTime)
	wire.OnAnswer(way.HeardTime)
	bare.Watch(breaker)
	wire.Watch(breaker)
	way.Tokens.OnEnd(own.end)
	s = newSession(d, vault, store, p, id.Role, way, w, d.dial(wire, p, id.Role))
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	ask := func() (fhir.Grant, error) {
		return line.AskOrShow(ctx, way, time.Now().Add(way.Patience()), way.Tokens.SignIn, func(g fhir.Grant, err error) { s.answeredLate(store, id.PersonKey, g, err) })
	}
	g, err := ask()
	if page != nil && show != nil && opensPage(err) {
		if err = page.browse(ctx, show); err == nil {
			g, err = ask()
		}
	}
	var often *ehrdesk.TooOften
	switch {
	case err == nil:
		s.granted(ctx, g)
		s.bond(ctx, id.PersonKey)
	case line.Unusable(err), errors.As(err, &often): // the copies are there
		if p := s.sitting.Self.Known(); p.Closed { // the centre has said that this person is gone
			return nil, ehrdesk.E("sign-in", ehrdesk.CodeDenied, p.Gone())
		}
		if e := s.sitting.Ended(); e != nil {
			return nil, s.refused(ctx, "sign-in", e)
		}
	default:
		if ended := errors.Is(err, ehrdesk.ErrDeskEnded); ended || errors.Is(err, ehrdesk.ErrAccountClosed) {
			if e := s.gone(ctx, store, ended); e != nil {
				return nil, e
			}
			return nil, err
		}
		if e := line.EndOf(err); e != nil {
			return nil, s.refused(ctx, "sign-in", e)
		}
		err = way.ByClock(err)
		_ = s.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditSignIn, Outcome: ehrdesk.CodeOf(err)}) // the refusal is what the caller must hear
		return nil, err
	}
	if err := s.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditSignIn}); err != nil {
		return nil, err
	}
	_ = s.copies.Tighten(ctx) // who signs in is told, and no copy opens by itself
	way.Tokens.OnRenewal(func(ctx context.Context, g fhir.Grant) {
		s.granted(ctx, g)
		_ = s.copies.Tighten(ctx) // a policy that has become stricter holds at once
	})
	kept = true
	d.mu.Lock()
	d.open[p.Provider]++
	d.sessions[s] = struct{}{}
	d.mu.Unlock()
	if err == nil {
		s.deliverSoon(ctx)
	}
	if err := warnOverdue(ctx, s); err != nil {
		d.opt.Log.Warn("what waits not looked through", "code", string(ehrdesk.CodeOf(err)))
	}
	return s, nil
}

// answeredLate takes what the centre says of an account when the session has begun
// without it.
func (s *Session) answeredLate(store *cache.Store, key fhir.Key, g fhir.Grant, err error) {
	ctx := context.Background()
	switch {
	case err == nil:
		s.granted(ctx, g)
		s.bond(ctx, key)
		_ = s.copies.Tighten(ctx) // who is signed in is told, and no copy opens by itself
	case errors.Is(err, ehrdesk.ErrAccountClosed), errors.Is(err, ehrdesk.ErrDeskEnded):
		if err := s.gone(ctx, store, errors.Is(err, ehrdesk.ErrDeskEnded)); err != nil {
			s.desk.opt.Log.Warn("somebody who is gone not written down", "code", string(ehrdesk.CodeOf(err)))
		}
		s.charts.BlankAll()
	case line.EndOf(err) != nil:
		_ = s.stands(ctx, "sign-in") // what has ended is kept, written down, and the charts emptied
	}
}

// begin writes down what was found of this desk since it was last used, and finishes
// what a program that ended left.
func (s *Session) begin(ctx context.Context) error {
	for _, step := range [...]func(context.Context) error{s.access.Begin, s.copies.RecordLost, s.access.Rollback, s.acts.Begin} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	if err := s.acts.ApplyPending(ctx); ehrdesk.CodeOf(err) != ehrdesk.CodeTampered { // of what cannot be read, nothing opens
		return err
	}
	return nil
}

// granted takes over what the centre says of the account.
func (s *Session) granted(ctx context.Context, g fhir.Grant) {
	s.copies.Obey(g.Cache)
	s.sitting.Line.Granted()
	clock, bound := s.sitting.Line.Coarse(), s.sitting.Line.Tokens.Bound()
	s.sitting.Self.Granted(ctx, g, func(p *person.Person) {
		p.Clock, p.Bound = clock, bound
		s.sitting.Hear(p, g)
	})
	s.setClock(ctx, g.At)
}

// setClock takes the centre's word on the time: what a clock that ran ahead has
// left behind would destroy every copy that is fetched from now on.
func (s *Session) setClock(ctx context.Context, centre time.Time) {
	if centre.IsZero() {
		return
	}
	ahead, err := s.sitting.Vault.CentreTime(ctx, centre)
	if err == nil && ahead > 0 {
		err = s.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditIncident, Detail: fmt.Sprintf("this desk's clock had run ahead, by %s at most", ahead.Round(time.Minute))})
	}
	if err != nil {
		s.desk.opt.Log.Warn("clock not set right", "code", string(ehrdesk.CodeOf(err)))
	}
}

// bond signs for the key that keys are sealed to, where somebody was enrolled by
// an earlier version of this program.
func (s *Session) bond(ctx context.Context, key fhir.Key) {
	p := s.sitting.Self.Known()
	if p.Bond != "" {
		return
	}
	if b, err := fhir.NewBond(p.Subject(), s.sitting.Store.Install(), s.sitting.Vault.Holder()).Sign(key); err == nil {
		s.sitting.Self.Amend(ctx, func(p *person.Person) { p.Bond = b })
	}
}

// gone is what a desk does when the centre says, to a person who proved who they are, that
// their account is closed, or that their key on this desk has ended. The vault is still open.
func (s *Session) gone(ctx context.Context, store *cache.Store, deskEnded bool) error {
	staff, why := s.sitting.Self.Account().Staff, "account closed"
	if deskEnded {
		why = "desk ended"
	}
	s.sitting.Self.Amend(ctx, func(p *person.Person) { p.PutOut = person.PutOut{Closed: true, DeskEnded: deskEnded} }) // so that they do not work here without the line
	if err := s.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditSignIn, Outcome: ehrdesk.CodeDenied, Detail: why}); err != nil {
		return err
	}
	err := store.Expel(ctx, staff)
	if ehrdesk.CodeOf(err) == ehrdesk.CodeConflict && len(store.People()) == 1 {
		_, err = s.PurgeAll(ctx) // the journal stays; copies can be fetched again
	}
	if err != nil && ehrdesk.CodeOf(err) != ehrdesk.CodeConflict { // a colleague who signs in has the keys to do it
		s.desk.opt.Log.Warn("keys of somebody who is gone not removed", "code", string(ehrdesk.CodeOf(err)))
	}
	return nil
}
