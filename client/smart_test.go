package client_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/cachetest"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/client/fhir/smart"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
	"github.com/ehrdesk/ehrdesk/client/fhirtest/smartserver"
)

// bySmart is a desk at a FHIR server behind an OpenID provider.
type bySmart struct {
	*elsewhere
	provider *smartserver.Server
	ahead    time.Duration // of the desk's clock, for tokens that run out
	pages    int
	wait     sync.WaitGroup
}

func newBySmart(t *testing.T, scopes ...string) *bySmart {
	e := newElsewhere(t, fhirtest.Quirks{})
	e.desk.Close()
	e.server.Advance(time.Since(e.server.Now())) // whose clock is this machine's too, as the provider's
	b := &bySmart{elsewhere: e, provider: smartserver.New(t, e.server)}
	e.site.Smart = &smart.App{ClientID: smartserver.ClientID, Scopes: append([]string{"user/*.rs"}, scopes...)}
	b.open()
	t.Cleanup(b.wait.Wait)
	return b
}

// open opens the desk by the provider's clock, which is this machine's.
func (b *bySmart) open() {
	b.desk = client.New(client.Options{Dir: filepath.Join(b.dir, "desk"), HTTP: &http.Client{Transport: b.line}, Patience: time.Minute, Now: func() time.Time { return time.Now().Add(b.ahead) }, Cost: cachetest.Cost(), Site: b.site})
}

// browser is somebody who signs in at the page.
func (b *bySmart) browser(p ehrdesk.SignInPage) {
	b.pages++
	b.wait.Go(func() {
		if status, err := b.provider.Browse(p.Address); err != nil || status != http.StatusOK {
			b.t.Errorf("the browser ends at %d, %v", status, err)
		}
	})
}

func (b *bySmart) enrol(staff string) error {
	e := b.enrolment(staff, ehrdesk.Doctor)
	e.Plain.SignIn, e.Plain.Show = "smart", b.browser
	_, err := b.desk.Enrol(ctx, e)
	return err
}

func (b *bySmart) signInAt(staff string) (*client.Session, error) {
	s, err := b.desk.SignInAt(ctx, staff, ehrdesk.NewSecret(pass), b.browser)
	if err != nil {
		return nil, err
	}
	return s.(*client.Session), nil
}

// tokens are those that the desk sent to the server.
func (b *bySmart) watch() (tokens func() []string) {
	var mu sync.Mutex
	var seen []string
	b.server.Before(func(_ int, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if t := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "); t != "" && !slices.Contains(seen, t) {
			seen = append(seen, t)
		}
	})
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(seen)
	}
}

// The whole job where the server's own page asks who signs in: enrol, sign in, find,
// consent, open, sync, lock, which ends the token at the provider; with the kept token no
// page is opened again, and none of it is ever in a file.
func TestTheWholeJobWhereAPageAsksWhoSignsIn(t *testing.T) {
	b := newBySmart(t, "user/*.cruds", "offline_access")
	sent := b.watch()
	if err := b.enrol("drlee"); err != nil {
		t.Fatal(err)
	}
	for _, token := range sent() {
		if b.provider.Takes(token) {
			t.Error("the token of the enrolment goes on")
		}
	}
	s := b.signIn("drlee")
	if b.pages != 1 {
		t.Errorf("%d pages", b.pages)
	}
	if f, err := s.Find(ctx, b.number); err != nil || f.Participation != ehrdesk.KnownHere {
		t.Fatalf("%+v, %v", f, err)
	}
	b.consents(s)
	c, err := s.Open(ctx, b.number, ehrdesk.Consultation, "")
	if err != nil {
		t.Fatal(err)
	}
	if rep, err := c.Sync(ctx, nil); err != nil || rep.Missing > 0 || count(c) != 13 {
		t.Fatalf("%+v, %v", rep, err)
	}
	used := sent()
	last := used[len(used)-1]
	if !b.provider.Takes(last) {
		t.Fatal("the token in use is none")
	}
	if err := s.Lock(); err != nil {
		t.Fatal(err)
	}
	if b.provider.Takes(last) {
		t.Error("a locked desk's token goes on at the provider")
	}
	again := b.signIn("drlee")
	if back, err := again.Resume(ctx, c); err != nil || count(back) != 13 {
		t.Errorf("%v", err)
	}
	s.Close()
	if err := again.Close(); err != nil || b.pages != 1 {
		t.Errorf("%v, %d pages", err, b.pages)
	}
	b.desk.Close()
	if len(used) < 2 {
		t.Fatalf("the search for tokens looks for %d", len(used))
	}
	err = filepath.WalkDir(b.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := os.ReadFile(path)
		for _, token := range sent() {
			if bytes.Contains(body, []byte(token)) || strings.Contains(path, token) {
				t.Errorf("a token is in %s", path)
			}
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// Where nothing is kept, each sign-in asks for the page: a script has nobody to open it, and
// what is signed in ends whole with the lock.
func TestWithoutAKeptTokenAPageIsOpenedAtEachSignIn(t *testing.T) {
	b := newBySmart(t)
	if err := b.enrol("drlee"); err != nil {
		t.Fatal(err)
	}
	_, err := b.desk.SignIn(ctx, "drlee", ehrdesk.NewSecret(pass))
	if ehrdesk.CodeOf(err) != ehrdesk.CodeNotSignedIn || ehrdesk.SignInTroubleOf(err) != ehrdesk.SignInBrowser {
		t.Fatalf("%v", err)
	}
	s, err := b.signInAt("drlee")
	if err != nil || b.pages != 2 {
		t.Fatalf("%v, %d pages", err, b.pages)
	}
	if _, err := s.Find(ctx, b.number); err != nil {
		t.Error(err)
	}
	s.Close()
	stopped, cancel := context.WithCancel(ctx)
	_, err = b.desk.SignInAt(stopped, "drlee", ehrdesk.NewSecret(pass), func(ehrdesk.SignInPage) { cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if _, err := b.desk.SignInAt(ctx, "drlee", ehrdesk.NewSecret("no passphrase of hers"), func(ehrdesk.SignInPage) { t.Error("a page is opened for whoever comes") }); ehrdesk.SignInTroubleOf(err) != "" || ehrdesk.CodeOf(err) != ehrdesk.CodeNotSignedIn {
		t.Errorf("%v", err)
	}
}

// Who somebody is to the server is bound to their account at the desk: nobody else's
// sign-in opens it, and nothing of theirs goes on.
func TestAnotherPersonsSignInIsRefused(t *testing.T) {
	b := newBySmart(t)
	if err := b.enrol("drlee"); err != nil {
		t.Fatal(err)
	}
	b.provider.Sits(smartserver.Another)
	sent := b.watch()
	_, err := b.signInAt("drlee")
	if ehrdesk.CodeOf(err) != ehrdesk.CodeDenied || ehrdesk.SignInTroubleOf(err) != ehrdesk.SignInOther {
		t.Fatalf("%v", err)
	}
	if n := b.provider.Asked("POST /revoke"); n != 2 || len(sent()) > 0 {
		t.Errorf("%d tokens were ended, %d sent", n, len(sent()))
	}
	b.provider.Sits(smartserver.Somebody)
	if s, err := b.signInAt("drlee"); err != nil {
		t.Error(err)
	} else {
		s.Close()
	}
}

// A token is renewed before it runs out, and once where the server takes it no more; many
// who ask at once cause one request.
func TestATokenIsRenewedOnceForAll(t *testing.T) {
	b := newBySmart(t, "offline_access")
	if err := b.enrol("drlee"); err != nil {
		t.Fatal(err)
	}
	s := b.signIn("drlee")
	defer s.Close()
	before := b.provider.Asked("POST /oauth/token")
	b.ahead = 280 * time.Second // of the 300 that it lasts
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if _, err := s.Find(ctx, b.number); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := b.provider.Asked("POST /oauth/token") - before; n != 1 {
		t.Errorf("%d requests for a token", n)
	}
	b.provider.SignOut(t, smartserver.Somebody) // the token, and what it could be renewed by
	_, err := s.Find(ctx, b.number)
	if ehrdesk.CodeOf(err) != ehrdesk.CodeNotSignedIn || ehrdesk.SignInTroubleOf(err) != ehrdesk.SignInOver {
		t.Errorf("%v", err)
	}
	if n := b.provider.Asked("POST /oauth/token") - before; n != 2 {
		t.Errorf("%d requests for a token", n)
	}
	if err := s.Lock(); err != nil {
		t.Fatal(err)
	}
	if _, err := b.desk.SignIn(ctx, "drlee", ehrdesk.NewSecret(pass)); ehrdesk.SignInTroubleOf(err) != ehrdesk.SignInBrowser {
		t.Errorf("%v", err)
	}
	again, err := b.signInAt("drlee") // the same keys, and the page once more
	if err != nil || b.pages != 2 {
		t.Fatalf("%v, %d pages", err, b.pages)
	}
	defer again.Close()
	if _, err := again.Find(ctx, b.number); err != nil {
		t.Error(err)
	}
}

// Without the line the passphrase alone opens the copy, no page is asked for, and it is as
// little the provider's that is down.
func TestThePassphraseAloneOpensTheCopyWithoutTheLine(t *testing.T) {
	for name, down := range map[string]func(*bySmart, bool){
		"the server":   func(b *bySmart, is bool) { b.line.mu.Lock(); b.line.cut = is; b.line.mu.Unlock() },
		"the provider": func(b *bySmart, is bool) { b.provider.Hang(is) },
	} {
		t.Run(name, func(t *testing.T) {
			b := newBySmart(t, "user/*.cruds", "offline_access")
			if err := b.enrol("drlee"); err != nil {
				t.Fatal(err)
			}
			s := b.signIn("drlee")
			b.consents(s)
			c, err := s.Open(ctx, b.number, ehrdesk.Consultation, "")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := c.Sync(ctx, nil); err != nil {
				t.Fatal(err)
			}
			s.Close()
			down(b, true)
			s, err = b.signInAt("drlee")
			if err != nil || b.pages != 1 {
				t.Fatalf("%v, %d pages", err, b.pages)
			}
			defer s.Close()
			if c, err = s.Open(ctx, b.number, ehrdesk.Consultation, ""); err != nil || count(c) != 13 {
				t.Fatalf("%v", err)
			}
			if _, cached := c.AsOf(); !cached {
				t.Error("the server is said to have been asked")
			}
			down(b, false)
			if f, err := s.Find(ctx, b.number); err != nil || f.Cached { // the line is probed without a token, and told to sign in
				t.Errorf("%+v, %v", f, err)
			}
		})
	}
}

// What a desk cannot sign in by is said at enrolment, and leaves nobody enrolled.
func TestAnEnrolmentWithoutASignInEnrolsNobody(t *testing.T) {
	b := newBySmart(t)
	e := b.enrolment("drlee", ehrdesk.Doctor)
	e.Plain.SignIn = "smart"
	if _, err := b.desk.Enrol(ctx, e); ehrdesk.SignInTroubleOf(err) != ehrdesk.SignInBrowser {
		t.Errorf("without a browser: %v", err)
	}
	e.Plain.Show = b.browser
	b.server.Publish(".well-known/smart-configuration", `{"capabilities":["launch-ehr"]}`)
	if _, err := b.desk.Enrol(ctx, e); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid || !strings.Contains(err.Error(), "lacks launch-standalone") {
		t.Errorf("at a server without: %v", err)
	}
	b.site.Smart = nil
	b.desk.Close()
	b.open()
	if _, err := b.desk.Enrol(ctx, e); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid || !strings.Contains(err.Error(), "client_id") {
		t.Errorf("without an app: %v", err)
	}
	if all, err := b.desk.Accounts(ctx); err != nil || len(all) > 0 || b.pages > 0 {
		t.Errorf("%v, %v, %d pages", all, err, b.pages)
	}
}
