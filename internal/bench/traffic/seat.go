// Package traffic asks of centres what so many clinicians ask of them, and measures how long
// they were kept waiting. Requests come when they are due, whether those before were answered
// or not: a centre that stands still for a second is told of by all who came in it.
package traffic

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
)

// Account is somebody who may enrol at a centre with a code, and a patient whose records they
// may read there.
type Account struct {
	HCP     string `json:"hcp"`
	Staff   string `json:"staff"`
	Code    string `json:"activation_code"`
	Patient string `json:"patient"` // logical id
}

// Seat is somebody at an enrolled desk, who asks one thing after another. It belongs to one
// goroutine.
type Seat struct {
	Account
	client *fhir.Client
	tokens *tokens
	asked  chan due
}

// Sit enrols an account on a desk of its own and signs in. Errors: those of the enrolment and of
// the sign-in.
func Sit(ctx context.Context, base string, over http.RoundTripper, a Account) (*Seat, error) {
	hc := &http.Client{Transport: over}
	bare, err := fhir.NewClient(base, hc, nil)
	if err != nil {
		return nil, err
	}
	t := &tokens{client: bare, signer: fhir.Signer{Subject: a.Staff + "@" + a.HCP}}
	if t.at, err = bare.Discover(ctx); err != nil {
		return nil, err
	}
	if t.signer.DeskKey, err = fhir.NewKey(); err != nil {
		return nil, err
	}
	if t.signer.PersonKey, err = fhir.NewKey(); err != nil {
		return nil, err
	}
	done, err := bare.Enrol(ctx, t.at.Enrolment, fhir.EnrolRequest{Code: ehrdesk.NewSecret(a.Code), Staff: a.Staff, HCP: a.HCP, Install: uuid.NewString(), DeskKey: t.signer.DeskKey, PersonKey: t.signer.PersonKey})
	if err != nil {
		return nil, err
	}
	t.signer.ClientID = done.ClientID
	if _, err := t.Token(ctx); err != nil {
		return nil, err
	}
	s := &Seat{Account: a, tokens: t, asked: make(chan due, waiting)}
	s.client, err = fhir.NewClient(base, hc, t)
	return s, err
}

// waiting is how many requests may be due at one desk: none is ever left out, so that a centre
// which answers nothing is found out by the time that the last of them took.
const waiting = 10_000

// tokens signs in anew whenever a token has ended.
type tokens struct {
	client *fhir.Client
	at     fhir.Endpoints
	signer fhir.Signer

	mu  sync.Mutex
	now fhir.Token
}

func (t *tokens) Token(ctx context.Context) (fhir.Token, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.now.Value != "" {
		return t.now, nil
	}
	p, err := fhir.NewProver(t.at.Nonce, time.Now)
	if err != nil {
		return fhir.Token{}, err
	}
	g, err := t.client.SignIn(ctx, t.at.Token, t.signer, p, time.Now())
	if err == nil {
		t.now = fhir.Token{Value: g.Token, Prover: p}
	}
	return t.now, err
}

func (t *tokens) Reject(token string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.now.Value == token {
		t.now = fhir.Token{}
	}
}
