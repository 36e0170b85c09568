package client

import (
	"bytes"
	"context"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
)

// How long the desk waits before it says that the line is down. A look-up has
// a patient standing at the counter; a sync reports progress and may take long.
const (
	signInWait = 10 * time.Second
	askWait    = 15 * time.Second
	actWait    = 30 * time.Second
)

// Session is one signed-in person. Its methods may be called from several
// goroutines.
type Session struct {
	desk   *Desk
	vault  *cache.Vault
	store  *cache.Store // what of it needs no key
	centre centre
	tokens *tokens

	mu            sync.Mutex
	account       ehrdesk.Account
	role          ehrdesk.Profession // sealed at enrolment: counts while the centre has not been asked
	policy        policy             // in force; "" while the centre has not been asked
	link          ehrdesk.Link
	charts        map[*Chart]struct{}
	closed        bool
	locked        bool
	policyPending bool            // copies have not been brought under the policy
	known         person          // this person's line, as it stands on the desk
	clock         *clockSeen      // this desk's against the centre's; nil before it was ever heard
	asked         time.Time       // when the staff list was, for who is gone
	once          map[string]bool // what is written down once a session
	words         []string        // codes of what the person has to be told
	signed        int64           // entries of the access log under the newest signed checkpoint

	needsCompaction map[cache.PatientID]struct{} // copies that may have something to compact
	seen            ehrdesk.Patient              // looked up last

	offered time.Time // when the centre's offer was last kept

	ending   sync.Mutex // one Lock or Close at a time
	vouching sync.Mutex // one checkpoint at a time
	acting   sync.Mutex // one sender of acts
	spool    fhir.OpenSpool
	hinting  hints
	idle     idler
}

var _ interface {
	ehrdesk.Session
	ehrdesk.Warner
} = (*Session)(nil)

// SignIn unlocks a person's keys on this desk and signs in at the centre.
// Without the line the session is an offline one: it opens what the policy that
// came with each copy still allows. A centre that refuses the account refuses
// the desk's copies too.
func (d *Desk) SignIn(ctx context.Context, who string, passphrase ehrdesk.Secret) (ehrdesk.Session, error) {
	s, err := d.signIn(ctx, who, passphrase)
	if err != nil {
		return nil, err // not a typed nil
	}
	return s, nil
}

func (d *Desk) signIn(ctx context.Context, who string, passphrase ehrdesk.Secret) (*Session, error) {
	d.mu.Lock()
	store, p, err := d.locate(ctx, who)
	d.mu.Unlock()
	if err != nil {
		return nil, err
	}
	vault, err := store.Unlock(ctx, p.Staff, passphrase)
	if err != nil {
		return nil, err
	}
	s, err := d.session(ctx, vault, store, p)
	if err != nil {
		vault.Lock()
		return nil, err
	}
	return s, nil
}

func (d *Desk) session(ctx context.Context, vault *cache.Vault, store *cache.Store, p person) (*Session, error) {
	var id identity
	sealed := vault.Identity()
	defer clear(sealed)
	if json.Unmarshal(sealed, &id) != nil {
		return nil, ehrdesk.Errorf("sign-in", ehrdesk.CodeTampered, "the person's keys cannot be read")
	}
	bare, err := d.wire(p.Central, nil)
	if err != nil {
		return nil, err
	}
	t := &tokens{api: bare, now: d.opt.Now, signer: fhir.Signer{
		Subject: p.Staff + "@" + p.Provider, PersonKey: id.PersonKey.JSONWebKey, ClientID: id.ClientID, DeskKey: id.DeskKey.JSONWebKey,
	}}
	wire, err := d.wire(p.Central, t)
	if err != nil {
		return nil, err
	}
	s := &Session{desk: d, vault: vault, store: store, centre: d.dial(wire, p.Provider), tokens: t, account: p.account(), role: id.Role, charts: map[*Chart]struct{}{}, needsCompaction: map[cache.PatientID]struct{}{}, known: p}
	s.clock = p.Clock
	bare.OnAnswer(s.heardTime)
	wire.OnAnswer(s.heardTime)
	s.idle.after, s.idle.rest = restAfter, s.tidy
	s.account.Role = id.Role
	s.spool = spoolOf(vault)
	if err := s.recordRollback(ctx); err != nil {
		return nil, err
	}
	if err := s.lookAtOutbox(ctx); err != nil {
		return nil, err
	}
	if err := s.applyPendingWithdrawals(ctx); err != nil && ehrdesk.CodeOf(err) != ehrdesk.CodeTampered { // of what cannot be read, nothing opens
		return nil, err
	}
	ask, cancel := context.WithTimeout(ctx, signInWait)
	defer cancel()
	g, err := t.signIn(ask)
	switch code := ehrdesk.CodeOf(err); code {
	case "":
		s.granted(ctx, g)
		s.bond(ctx, id)
	case ehrdesk.CodeOffline, ehrdesk.CodeTimeout:
		if err := s.mayWorkOffline(); err != nil {
			return nil, err
		}
	default:
		if accountClosed(err) {
			if e := s.closeAccount(ctx, store); e != nil {
				return nil, e
			}
			return nil, err
		}
		err = s.byClock(err)
		_ = s.record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditSignIn, Outcome: code}) // the refusal is what the caller must hear
		return nil, err
	}
	s.heard(err)
	if err := s.record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditSignIn}); err != nil {
		return nil, err
	}
	_ = s.tryTighten(ctx) // who signs in is told, and no copy opens by itself
	t.onRenewal(s.renewed)
	d.mu.Lock()
	d.open[p.Provider]++
	d.sessions[s] = struct{}{}
	d.mu.Unlock()
	if err == nil {
		s.deliverSoon(ctx)
	}
	if err := s.warnOverdue(ctx); err != nil {
		d.opt.Log.Warn("what waits not looked through", "code", string(ehrdesk.CodeOf(err)))
	}
	return s, nil
}

// now is the time that copies go by: this desk's clock, but never before what the
// store has seen.
func (s *Session) now() time.Time { return s.vault.Time() }

// granted takes over what the centre says of the account.
func (s *Session) granted(ctx context.Context, g fhir.Grant) {
	s.mu.Lock()
	s.policy = strictest(g.Cache, s.desk.opt.Ceiling)
	if g.Role.Valid() {
		s.account.Role = g.Role
	}
	for dst, src := range map[*string]string{&s.account.Name: g.Name, &s.account.ProviderName: g.HCPName, &s.account.Location: g.Location} {
		if src != "" {
			*dst = src
		}
	}
	a, clock := s.account, s.clock.coarse()
	s.mu.Unlock()
	s.setClock(ctx, g.At)
	s.amend(ctx, func(p *person) {
		p.Clock = clock
		p.Name, p.Role, p.ProviderName, p.Location, p.Closed = a.Name, a.Role, a.ProviderName, a.Location, false
	})
}

// amend changes this person's line on the desk, where that changes anything.
func (s *Session) amend(ctx context.Context, change func(p *person)) {
	s.mu.Lock()
	before, err := json.Marshal(s.known)
	change(&s.known)
	after, err2 := json.Marshal(s.known)
	s.mu.Unlock()
	if err != nil || err2 != nil || bytes.Equal(before, after) {
		return
	}
	if err := s.vault.UpdatePublic(ctx, after); err != nil {
		s.desk.opt.Log.Warn("account line not updated", "code", string(ehrdesk.CodeOf(err)))
	}
}

// Account is who is signed in.
func (s *Session) Account() ehrdesk.Account {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.account
}

// Link is the line to the centre as last seen.
func (s *Session) Link() ehrdesk.Link {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.link
}

// heard keeps the state of the line: any answer, a refusal too, means it is up.
func (s *Session) heard(err error) {
	now := s.desk.opt.Now()
	state := ehrdesk.Online
	switch ehrdesk.CodeOf(err) {
	case ehrdesk.CodeOffline, ehrdesk.CodeTimeout:
		state = ehrdesk.Offline
	case ehrdesk.CodeOther:
		if err != nil {
			return // cancelled, or nothing to do with the line
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.link.State != state {
		s.link.State, s.link.Since = state, now
	}
	if state == ehrdesk.Online {
		s.link.Last = now
	}
}

func offline(err error) bool {
	c := ehrdesk.CodeOf(err)
	return c == ehrdesk.CodeOffline || c == ehrdesk.CodeTimeout
}

// record writes an access event, durable before it returns.
func (s *Session) record(ctx context.Context, e ehrdesk.AuditEvent) error {
	a := s.Account()
	e.ID = uuid.NewString()
	e.At, e.TimeUncertain = s.clockNow()
	e.Staff, e.Role, e.Provider, e.Location = a.Staff, a.Role, a.Provider, a.Location
	b, err := json.Marshal(e)
	if err != nil {
		return ehrdesk.Errorf("audit", ehrdesk.CodeOther, "the access event cannot be written")
	}
	var n int64
	whole := context.WithoutCancel(ctx)
	if e.Reported() { // the centre has yet to hear of it: whatever happens now
		n, err = s.vault.AccessLog().AddAndEnqueue(whole, b, "patient|"+e.Patient, e.ID, b)
	} else {
		n, err = s.vault.AccessLog().Add(whole, b)
	}
	if err != nil {
		return err
	}
	s.signSometimes(ctx, n)
	return nil
}

// Close signs out.
func (s *Session) Close() error {
	s.ending.Lock()
	defer s.ending.Unlock()
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	locked := s.locked
	s.seen = ehrdesk.Patient{}
	open := make([]*Chart, 0, len(s.charts))
	for c := range s.charts {
		open = append(open, c)
	}
	s.mu.Unlock()
	s.idle.stop()
	ctx := context.Background()
	for _, c := range open {
		_ = c.Close() // closing a chart cannot fail in a way that signing out could mend
	}
	var err error
	if !locked { // else it was written with the lock, while there were keys
		err = s.record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditSignOut})
		s.signAll(ctx)
	}
	d := s.desk
	d.mu.Lock()
	d.open[s.account.Provider]--
	delete(d.sessions, s)
	last := d.open[s.account.Provider] <= 0
	d.mu.Unlock()
	if last && !locked { // another session may have such a copy on its screen
		if e := s.vault.ShredSession(ctx); e != nil && err == nil {
			err = e
		}
	}
	s.endHints()
	s.tokens.forget()
	s.vault.Lock()
	return err
}
