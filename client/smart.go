package client

import (
	"context"
	"net/http"
	"sync"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/fhir/smart"
	"github.com/ehrdesk/ehrdesk/client/internal/person"
)

// The ways to sign in at a FHIR R4 server that is not eHealth's.
const (
	signInNone  = "none"
	signInSmart = "smart" // by the server's own page, in a browser
)

// SignInAt implements ehrdesk.PageDesk.
func (d *Desk) SignInAt(ctx context.Context, who string, passphrase ehrdesk.Secret, show func(ehrdesk.SignInPage)) (ehrdesk.Session, error) {
	s, err := d.signIn(ctx, who, passphrase, show)
	if err != nil {
		return nil, err // not a typed nil
	}
	return s, nil
}

// app is this desk as an app of a server. Errors: CodeInvalid where the site's file does
// not say what it is there, and as smart.New.
func (d *Desk) app(ctx context.Context, web *http.Client, wire *fhir.Client) (*smart.Client, error) {
	if d.opt.Site.Smart == nil {
		return nil, ehrdesk.Errorf("sign-in", ehrdesk.CodeInvalid, `the site's file does not say as which app this desk signs people in: {"server":{"smart":{"client_id":…}}}`)
	}
	return smart.New(ctx, smart.Options{Wire: wire, HTTP: web, App: *d.opt.Site.Smart, Now: d.opt.Now})
}

// shown has the site's browser open a page, where it names one, and tells whoever signs in.
func (d *Desk) shown(show func(ehrdesk.SignInPage)) func(ehrdesk.SignInPage) {
	return func(p ehrdesk.SignInPage) {
		if d.opt.Browse != nil {
			d.opt.Browse(p.Address)
		}
		show(p)
	}
}

// byPage is a session's way to the tokens of a server whose own page asks who signs in.
// They stay in memory, but for a refresh token that the server gave to be kept, which is
// sealed under the person's passphrase before its access token is used.
type byPage struct {
	desk *Desk
	web  *http.Client
	wire *fhir.Client // to the server, without tokens
	look func(ctx context.Context, access string) (fhir.Grant, error)
	keep func(ctx context.Context, refresh string) error // holds the person's keys; nil once they are forgotten

	mu    sync.Mutex
	app   *smart.Client // nil before the server was asked how people sign in
	login smart.Login
	kept  string // the refresh token that is sealed, "" for none
	fresh bool   // login has not been handed out
	had   bool   // somebody was signed in before
}

// newByPage is that of a person who was enrolled as who.
func newByPage(d *Desk, vault *cache.Vault, id person.Identity, web *http.Client, wire *fhir.Client, look func(context.Context, string) (fhir.Grant, error)) (*byPage, error) {
	if id.Server == nil {
		return nil, ehrdesk.Errorf("sign-in", ehrdesk.CodeTampered, "nobody was signed in at the server when this person was enrolled")
	}
	was := *id.Server
	return &byPage{desk: d, web: web, wire: wire, look: look, login: smart.Login{Who: was.Who, Refresh: was.Refresh, Keep: true}, kept: was.Refresh,
		keep: func(ctx context.Context, refresh string) error {
			id, err := person.IdentityOf(vault)
			if err != nil {
				return err
			}
			id.Server = &person.ServerLogin{Who: was.Who, Refresh: refresh}
			sealed, err := json.Marshal(id)
			if err != nil {
				return ehrdesk.Errorf("sign-in", ehrdesk.CodeOther, "the keys cannot be written")
			}
			defer clear(sealed)
			return vault.SetIdentity(ctx, sealed)
		}}, nil
}

// open gives the token in force, with what the server was seen to do. Errors:
// CodeNotSignedIn where the page has to be opened, and as smart.Client.
func (b *byPage) open(ctx context.Context) (fhir.Grant, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.discover(ctx); err != nil {
		return fhir.Grant{}, err
	}
	if !b.fresh {
		if err := b.refresh(ctx); err != nil {
			return fhir.Grant{}, err
		}
	}
	g, err := b.look(ctx, b.login.Access)
	if err != nil {
		b.fresh = b.fresh && ehrdesk.CodeOf(err) != ehrdesk.CodeNotSignedIn
		return g, err
	}
	b.fresh, b.had = false, true
	g.Token, g.Type, g.ExpiresIn = b.login.Access, "Bearer", int(b.login.ExpiresIn.Seconds())
	return g, nil
}

// discover asks the server once how people sign in. A server that says nothing of it was
// exchanged for something else.
func (b *byPage) discover(ctx context.Context) error {
	if b.app != nil {
		return nil
	}
	app, err := b.desk.app(ctx, b.web, b.wire)
	if ehrdesk.CodeOf(err) == ehrdesk.CodeNotFound {
		err = ehrdesk.E("sign-in", ehrdesk.CodeOffline, ehrdesk.TroubleStranger)
	}
	b.app = app
	return err
}

// refresh exchanges the refresh token. Whoever asked may have stopped waiting: a token that
// is good for one use is used up all the same. The caller holds b.mu.
func (b *byPage) refresh(ctx context.Context) error {
	why := ehrdesk.SignInBrowser
	if b.had {
		why = ehrdesk.SignInOver
	}
	if b.login.Refresh == "" {
		return ehrdesk.NotSignedIn("sign-in", why)
	}
	ctx = context.WithoutCancel(ctx)
	l, err := b.app.Refresh(ctx, b.login)
	switch {
	case ehrdesk.SignInTroubleOf(err) == ehrdesk.SignInOver:
		b.take(ctx, smart.Login{Who: b.login.Who})
		return ehrdesk.NotSignedIn("sign-in", why)
	case err != nil:
		return err
	}
	b.take(ctx, l)
	return nil
}

// browse has the page opened, and waits for what comes of it.
func (b *byPage) browse(ctx context.Context, show func(ehrdesk.SignInPage)) error {
	b.mu.Lock()
	app, who := b.app, b.login.Who
	b.mu.Unlock()
	l, err := app.SignIn(ctx, who, b.desk.shown(show))
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.take(context.WithoutCancel(ctx), l)
	return nil
}

// take has what a sign-in gave, and seals the refresh token that is to be kept, or that
// none is. One that cannot be sealed serves this session. The caller holds b.mu.
func (b *byPage) take(ctx context.Context, l smart.Login) {
	keep := ""
	if l.Keep {
		keep = l.Refresh
	}
	if keep != b.kept && b.keep != nil {
		if err := b.keep(ctx, keep); err != nil {
			b.desk.opt.Log.Warn("refresh token not sealed", "code", string(ehrdesk.CodeOf(err)))
			l.Keep = false // it ends with the session
		} else {
			b.kept = keep
		}
	}
	b.login, b.fresh = l, l.Access != ""
}

// shut forgets the tokens, and has the server end them where it can be asked.
func (b *byPage) shut(ctx context.Context, ask bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	l := b.login
	b.login, b.kept, b.fresh, b.keep = smart.Login{}, "", false, nil
	if ask && b.app != nil {
		b.app.End(ctx, l)
	}
}

// opensPage reports an error after which whoever has a browser can sign in.
func opensPage(err error) bool {
	t := ehrdesk.SignInTroubleOf(err)
	return t == ehrdesk.SignInBrowser || t == ehrdesk.SignInOver
}

// enrolAt signs a person in at the server for the first time, which says who they are to
// it. done has the tokens ended that nothing keeps; kept says whether the person was enrolled.
func (d *Desk) enrolAt(ctx context.Context, central string, show func(ehrdesk.SignInPage)) (login smart.Login, done func(kept bool), err error) {
	wire, err := d.wire(central, nil)
	if err != nil {
		return login, nil, err
	}
	app, err := d.app(ctx, d.opt.HTTP, wire)
	if err != nil {
		return login, nil, err
	}
	if show == nil {
		return login, nil, ehrdesk.NotSignedIn("enrol", ehrdesk.SignInBrowser)
	}
	if login, err = app.SignIn(ctx, smart.Who{}, d.shown(show)); err != nil {
		return login, nil, err
	}
	return login, func(kept bool) {
		login.Keep = login.Keep && kept
		app.End(context.WithoutCancel(ctx), login)
	}, nil
}
