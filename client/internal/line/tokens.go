package line

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
)

// Tokens holds the access token in memory and renews it with the person's and
// the desk's keys a little before it runs out. Where the centre binds tokens to a key, it
// holds that key too, made for this session (adr/0036).
type Tokens struct {
	api  *fhir.Client // without tokens of its own
	now  func() time.Time
	must bool // this desk knows that the centre binds tokens
	ways ways

	keys   sync.Mutex // guards what mu cannot, which is held while the centre is asked
	signer fhir.Signer
	abort  context.CancelFunc // of the sign-in under way
	over   bool
	heard  func(context.Context, fhir.Grant) // told of each grant after the first

	mu     sync.Mutex
	where  fhir.Endpoints
	prover *fhir.Prover // nil where the centre takes a token alone
	grant  fhir.Grant
	until  time.Time
}

// ways are what takes the place of signing in with keys, and what comes at the end.
type ways struct {
	open func(context.Context) (fhir.Grant, error) // nil: the person's and the desk's keys sign in
	shut func(ctx context.Context, ask bool)       // of open; nil where nothing is to be ended
	last func()                                    // when the centre is asked nothing more; nil for nothing
}

const renewBefore = 30 * time.Second

// NewTokens are those of who signs as signer. bare is the way to the centre without any.
// must says that the centre is known to bind tokens to a key: one that no longer does so
// gives none.
func NewTokens(bare *fhir.Client, signer fhir.Signer, must bool, now func() time.Time) *Tokens {
	return &Tokens{api: bare, now: now, signer: signer, must: must}
}

// Open has ask take the place of signing in with keys: at a server that gives no tokens, or
// gives them in another way. shut, where it is not nil, forgets what ask holds for that and,
// where the server can be asked, has it end what it gave. Both are set before the first
// request.
func (t *Tokens) Open(ask func(context.Context) (fhir.Grant, error), shut func(ctx context.Context, ask bool)) {
	t.ways.open, t.ways.shut = ask, shut
}

// OnEnd has f called when the last request was answered. It is set before the first.
func (t *Tokens) OnEnd(f func()) { t.ways.last = f }

// Token implements fhir.TokenSource.
func (t *Tokens) Token(ctx context.Context) (fhir.Token, error) {
	t.mu.Lock()
	before := t.until
	g, err := t.signIn(ctx)
	token, renewed := fhir.Token{Value: g.Token, Prover: t.prover}, !t.until.Equal(before)
	t.mu.Unlock()
	t.keys.Lock()
	heard := t.heard
	t.keys.Unlock()
	if err == nil && heard != nil && renewed {
		heard(ctx, g)
	}
	return token, err
}

// OnRenewal has f told of what the centre says of the account from now on.
func (t *Tokens) OnRenewal(f func(context.Context, fhir.Grant)) {
	t.keys.Lock()
	defer t.keys.Unlock()
	t.heard = f
}

// Reject implements fhir.TokenSource.
func (t *Tokens) Reject(token string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if token != "" && t.grant.Token == token {
		t.grant, t.until = fhir.Grant{}, time.Time{}
	}
}

// SignIn gives the grant in force, asking the centre for one where needed.
func (t *Tokens) SignIn(ctx context.Context) (fhir.Grant, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.signIn(ctx)
}

// signIn is SignIn. The caller holds t.mu.
func (t *Tokens) signIn(ctx context.Context) (fhir.Grant, error) {
	now := t.now()
	if (t.grant.Token != "" || t.ways.open != nil) && now.Before(t.until) {
		return t.grant, nil
	}
	ctx, abort := context.WithCancel(ctx)
	defer abort()
	t.keys.Lock()
	t.abort = abort
	over := t.over
	t.keys.Unlock()
	if over {
		return fhir.Grant{}, ErrLocked
	}
	if t.ways.open != nil {
		g, err := t.ways.open(ctx)
		if err == nil {
			t.grant, t.until = g, now.Add(time.Duration(g.ExpiresIn)*time.Second-renewBefore)
		}
		return g, err
	}
	if t.where.Token == "" {
		if err := t.discover(ctx); err != nil {
			return fhir.Grant{}, err
		}
	}
	g, err := t.api.SignIn(ctx, t.where.Token, t.signer, t.prover, now)
	if err != nil {
		return fhir.Grant{}, err
	}
	t.grant, t.until = g, now.Add(time.Duration(g.ExpiresIn)*time.Second-renewBefore)
	return g, nil
}

// discover asks where to sign in, and makes the session's key where tokens are bound to
// one. Errors: CodeTampered where they no longer are.
func (t *Tokens) discover(ctx context.Context) error {
	where, err := t.api.Discover(ctx)
	if errors.Is(err, fhir.ErrNoCentre) { // the desk was enrolled with one here: something else answers now
		return ehrdesk.E("sign-in", ehrdesk.CodeOffline, ehrdesk.TroubleStranger)
	}
	if err != nil {
		return err
	}
	if t.must && !where.Proves() {
		return ErrUnbound("sign-in")
	}
	if where.Proves() {
		if t.prover, err = fhir.NewProver(where.Nonce, t.now); err != nil {
			return err
		}
	}
	t.where = where
	return nil
}

// ErrUnbound is what comes of a centre that bound tokens to a key, and no longer does.
func ErrUnbound(op string) error {
	return ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the central service, or what answers in its place, no longer binds its token to this desk")
}

// Bound reports whether the centre binds tokens to a key.
func (t *Tokens) Bound() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.must || t.prover != nil
}

// KeysAt is where the centre's own keys stand, "" where it signs nothing or
// cannot be asked.
func (t *Tokens) KeysAt(ctx context.Context) string {
	if _, err := t.SignIn(ctx); err != nil {
		return ""
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.where.Keys
}

// CentreKeys reads the centre's own keys; nothing where there are none.
func (t *Tokens) CentreKeys(ctx context.Context, where string) ([]fhir.Key, error) {
	return t.api.CentreKeys(ctx, where)
}

// Desk is what signs for this desk.
func (t *Tokens) Desk() (client string, key fhir.Key) {
	t.keys.Lock()
	defer t.keys.Unlock()
	return t.signer.ClientID, t.signer.DeskKey
}

// Person is what signs for whoever is signed in.
func (t *Tokens) Person() (subject string, key fhir.Key) {
	t.keys.Lock()
	defer t.keys.Unlock()
	return t.signer.Subject, t.signer.PersonKey
}

// revokeWait is how long a lock waits for the centre to end the token.
const revokeWait = 5 * time.Second

// End drops the keys and the token, and then has the centre end it, where that is to be
// asked: the last request there is, for which the token is held a moment longer, with the
// session's own key to prove it by, which is worth nothing once the token has ended. Where
// nobody is asked, or nobody answers, it ends by its own time, and nobody can use it.
//
// The connections are closed after that: the end of what was read lies in their buffers.
func (t *Tokens) End(ask bool) {
	t.keys.Lock()
	t.over = true
	if t.abort != nil {
		t.abort()
	}
	t.keys.Unlock()
	t.mu.Lock()
	defer t.mu.Unlock()
	defer t.api.Part()
	if t.ways.last != nil {
		defer t.ways.last()
	}
	t.keys.Lock()
	t.signer = fhir.Signer{}
	t.keys.Unlock()
	token, where := fhir.Token{Value: t.grant.Token, Prover: t.prover}, t.where.Revocation
	t.grant, t.until, t.prover = fhir.Grant{}, time.Time{}, nil
	if token.Prover != nil {
		defer token.Prover.End()
	}
	ctx, stop := context.WithTimeout(context.Background(), revokeWait)
	defer stop()
	if t.ways.shut != nil {
		t.ways.shut(ctx, ask)
		return
	}
	if !ask || token.Value == "" || where == "" {
		return
	}
	_ = t.api.Revoke(ctx, where, token) // what cannot be told ends by itself
}
