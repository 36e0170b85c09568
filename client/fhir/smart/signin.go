package smart

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
)

const (
	// pageWait is how long a sign-in waits for whoever is at the browser.
	pageWait = 5 * time.Minute
	// tokenWait is how long the token endpoint may take.
	tokenWait = 15 * time.Second
	// endWait is how long the server may take to end a token.
	endWait = 5 * time.Second
	// unsaid is how long a token lasts of which the server does not say.
	unsaid = 5 * time.Minute
)

// Options are what a Client needs.
type Options struct {
	Wire *fhir.Client // to the FHIR server, without tokens
	HTTP *http.Client // with the desk's rules of trust
	App  App
	Now  func() time.Time
	// Wait is how long a sign-in waits for whoever is at the browser; 0 is five minutes.
	Wait time.Duration
}

// Client is this desk as an app of one server. It keeps no token. One sign-in or refresh
// goes on at a time.
type Client struct {
	opt    Options
	base   string // as the server's audience
	server Server
	web    *http.Client // follows nothing
	oauth  oauth2.Config
	signs  *oidc.StaticKeySet // the issuer's keys, nil before they were asked for
}

// New asks a server how people sign in there. Errors: CodeInvalid where nobody can, with
// what is lacking, and as Look.
func New(ctx context.Context, opt Options) (*Client, error) {
	if err := opt.App.Check(); err != nil {
		return nil, err
	}
	s, err := discover(ctx, opt.Wire)
	if err != nil {
		return nil, err
	}
	if opt.Wait == 0 {
		opt.Wait = pageWait
	}
	web := *opt.HTTP
	web.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // a code and a token go nowhere else
	return &Client{opt: opt, base: strings.TrimRight(opt.Wire.Base(), "/"), server: s, web: &web, oauth: oauth2.Config{ClientID: opt.App.ClientID, Scopes: opt.App.scopes(),
		Endpoint: oauth2.Endpoint{AuthURL: s.authorize, TokenURL: s.token, AuthStyle: oauth2.AuthStyleInParams}}}, nil
}

// Login is what a sign-in gave.
type Login struct {
	Access    string
	ExpiresIn time.Duration
	Refresh   string // "" where the server gave none
	Keep      bool   // Refresh was given to outlast this session
	Who       Who
}

// SignIn has show told of the page that asks who signs in, waits for the answer of the
// browser, and exchanges it for a token. want is who has to sign in, the zero value at
// enrolment. Errors: CodeNotSignedIn, CodeDenied and CodeTampered with an
// ehrdesk.SignInTrouble; CodeOffline, CodeTimeout; CodeOther where it was given up.
func (c *Client) SignIn(ctx context.Context, want Who, show func(ehrdesk.SignInPage)) (Login, error) {
	const op = "sign-in"
	state, nonce, proof := rand.Text(), rand.Text(), oauth2.GenerateVerifier()
	door, err := listen(ctx, c.opt.App.Port, state, c.server)
	if err != nil {
		return Login{}, err
	}
	defer door.close()
	flow := c.oauth
	flow.RedirectURL = door.redirect()
	door.open(flow.AuthCodeURL(state, oauth2.S256ChallengeOption(proof), oidc.Nonce(nonce), oauth2.SetAuthURLParam("aud", c.base)))
	u, err := url.Parse(c.server.authorize)
	if err != nil {
		return Login{}, ehrdesk.E(op, ehrdesk.CodeTampered, nil) // it was parsed before
	}
	show(ehrdesk.SignInPage{Address: door.start(), Host: ehrdesk.CleanLine(u.Host)})
	code, err := door.wait(ctx, c.opt.Wait)
	if err != nil {
		return Login{}, err
	}
	door.close() // the browser has its page before anything is asked
	ctx, cancel := c.asking(ctx)
	defer cancel()
	t, err := flow.Exchange(ctx, code, oauth2.VerifierOption(proof))
	if err != nil {
		return Login{}, failed(ctx, op, err, ehrdesk.SignInRefused)
	}
	return c.login(ctx, t, want, nonce)
}

// Refresh exchanges the refresh token of a login for another one's tokens, and that is
// good in its place. Errors as SignIn; SignInOver where the server takes it no more.
func (c *Client) Refresh(ctx context.Context, l Login) (Login, error) {
	ctx, cancel := c.asking(ctx)
	defer cancel()
	if c.signs == nil { // before the token is used up
		if err := c.learn(ctx); err != nil {
			return Login{}, err
		}
	}
	t, err := c.oauth.TokenSource(ctx, &oauth2.Token{RefreshToken: l.Refresh}).Token()
	if err != nil {
		return Login{}, failed(ctx, "sign-in", err, ehrdesk.SignInOver)
	}
	keep := l.Keep
	l, err = c.login(ctx, t, l.Who, "")
	l.Keep = l.Keep && keep
	return l, err
}

// login reads what the token endpoint gave. nonce is "" where the token was refreshed:
// there need be no ID token then, as the refresh token is the person's.
func (c *Client) login(ctx context.Context, t *oauth2.Token, want Who, nonce string) (Login, error) {
	const op = "sign-in"
	l := Login{Access: t.AccessToken, Refresh: t.RefreshToken, ExpiresIn: time.Duration(t.ExpiresIn) * time.Second, Who: want}
	if l.ExpiresIn <= 0 {
		l.ExpiresIn = unsaid
	}
	who, err := c.who(ctx, t, want, nonce)
	if err == nil && !strings.EqualFold(t.TokenType, "Bearer") {
		err = ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the server gave a token of another kind than was asked for")
	}
	given := c.oauth.Scopes
	if s, _ := t.Extra("scope").(string); s != "" { // else all that was asked for (RFC 6749, 5.1)
		given = strings.Fields(s)
	}
	if err == nil && !slices.ContainsFunc(given, records) {
		err = ehrdesk.NotSignedIn(op, ehrdesk.SignInNoLeave)
	}
	l.Keep = slices.Contains(given, oidc.ScopeOfflineAccess)
	if err != nil { // nobody has a use for it
		c.End(context.WithoutCancel(ctx), l)
		return Login{}, err
	}
	l.Who = who
	return l, nil
}

// End has the server end the tokens of a login, where it does that on request (RFC 7009),
// within ctx. A refresh token that is kept stays. What cannot be told ends by itself.
func (c *Client) End(ctx context.Context, l Login) {
	if c.server.revoke == "" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, endWait)
	defer cancel()
	if l.Refresh != "" && !l.Keep {
		_ = c.end(ctx, l.Refresh, "refresh_token")
	}
	if l.Access != "" {
		_ = c.end(ctx, l.Access, "access_token")
	}
}

// Forget has the server end a refresh token that was kept.
func (c *Client) Forget(ctx context.Context, refresh string) {
	c.End(ctx, Login{Refresh: refresh})
}

func (c *Client) end(ctx context.Context, token, kind string) error {
	form := url.Values{"token": {token}, "token_type_hint": {kind}, "client_id": {c.opt.App.ClientID}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.server.revoke, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := c.web.Do(req)
	if err != nil {
		return err
	}
	return res.Body.Close() // nothing of it is read
}

// asking is a request to the token endpoint: within its time, by the desk's own rules.
func (c *Client) asking(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithValue(ctx, oauth2.HTTPClient, c.web), tokenWait)
}
