package line

import (
	"context"
	"sync"
	"time"

	"github.com/ehrdesk/ehrdesk/client/fhir"
)

// Tokens holds the access token in memory and renews it with the person's and
// the desk's keys a little before it runs out.
type Tokens struct {
	api *fhir.Client // without tokens of its own
	now func() time.Time

	keys   sync.Mutex // guards signer beside mu, which is held while the centre is asked
	signer fhir.Signer

	mu    sync.Mutex
	where fhir.Endpoints
	grant fhir.Grant
	until time.Time
	heard func(context.Context, fhir.Grant) // told of each grant after the first
}

const renewBefore = 30 * time.Second

// NewTokens are those of who signs as signer. bare is the way to the centre without any.
func NewTokens(bare *fhir.Client, signer fhir.Signer, now func() time.Time) *Tokens {
	return &Tokens{api: bare, now: now, signer: signer}
}

// Token implements fhir.TokenSource.
func (t *Tokens) Token(ctx context.Context) (string, error) {
	t.mu.Lock()
	before, heard := t.until, t.heard
	t.mu.Unlock()
	g, err := t.SignIn(ctx)
	if err == nil && heard != nil && !t.validUntil().Equal(before) {
		heard(ctx, g)
	}
	return g.Token, err
}

func (t *Tokens) validUntil() time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.until
}

// OnRenewal has f told of what the centre says of the account from now on.
func (t *Tokens) OnRenewal(f func(context.Context, fhir.Grant)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.heard = f
}

// Reject implements fhir.TokenSource.
func (t *Tokens) Reject(token string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.grant.Token == token {
		t.grant = fhir.Grant{}
	}
}

// SignIn gives the grant in force, asking the centre for one where needed.
func (t *Tokens) SignIn(ctx context.Context) (fhir.Grant, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	if t.grant.Token != "" && now.Before(t.until) {
		return t.grant, nil
	}
	if t.where.Token == "" {
		where, err := t.api.Discover(ctx)
		if err != nil {
			return fhir.Grant{}, err
		}
		t.where = where
	}
	g, err := t.api.SignIn(ctx, t.where.Token, t.signer, now)
	if err != nil {
		return fhir.Grant{}, err
	}
	t.grant, t.until = g, now.Add(time.Duration(g.ExpiresIn)*time.Second-renewBefore)
	return g, nil
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

// revokeWait is how long a lock waits for the centre to end the token.
const revokeWait = 5 * time.Second

// End drops the keys and the token, and then has the centre end it, where that is to be
// asked: the last request there is, for which the token alone is held a moment longer.
// Where nobody is asked, or nobody answers, it ends by its own time.
func (t *Tokens) End(ask bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.keys.Lock()
	t.signer = fhir.Signer{}
	t.keys.Unlock()
	token, where := t.grant.Token, t.where.Revocation
	t.grant = fhir.Grant{}
	if !ask || token == "" || where == "" {
		return
	}
	ctx, stop := context.WithTimeout(context.Background(), revokeWait)
	defer stop()
	_ = t.api.Revoke(ctx, where, token) // what cannot be told ends by itself
}
