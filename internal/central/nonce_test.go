package central_test

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

func TestANonceIsForOneActOfOneProvider(t *testing.T) {
	c := newCounter(t)
	elsewhere := &counter{desk: c.w.desk(c.w.hcp(central.HCP{Name: "Elsewhere"}), ehrdesk.Doctor), rep: c.rep, issuer: c.issuer}
	request := uuid.NewString()
	first, _ := c.nonce(request)
	second, _ := c.nonce(strings.ToUpper(request)) // one id in another spelling
	other, _ := elsewhere.nonce(request)
	if first == second || second == other {
		t.Fatal("a nonce comes twice")
	}
	// What one provider's patient was asked for is good for no other provider, not
	// even where both name their acts alike.
	e := c.shown(c.genuine(), second, request)
	if got := issue(t, elsewhere.want(403, "POST", grantPath, elsewhere.body(request, e, nil))); got != "card-not-genuine" {
		t.Errorf("at another provider: %s", got)
	}
	if got := issue(t, c.want(409, "POST", grantPath, c.body(uuid.NewString(), e, nil))); got != "card-nonce" {
		t.Errorf("for an act without a nonce: %s", got)
	}
	c.want(200, "POST", grantPath, c.body(request, e, nil))

	for _, bad := range []string{`{"resourceType":"Parameters"}`, nonceBody("x")} {
		if got := issue(t, c.want(422, "POST", "/$card-nonce", bad)); got != "invalid" {
			t.Errorf("%s: %s", bad, got)
		}
	}
	c.token = "nobody"
	c.want(401, "POST", "/$card-nonce", nonceBody(request))
}

func TestNoncesOfThePastAreSwept(t *testing.T) {
	c := newCounter(t)
	for range 20 {
		c.nonce(uuid.NewString())
	}
	c.w.clock.advance(5 * time.Minute)
	c.signIn() // the token is as old
	c.nonce(uuid.NewString())
	db, err := sql.Open("sqlite", filepath.Join(c.w.dir, "centre.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	n := 0
	if err := db.QueryRowContext(t.Context(), "SELECT count(*) FROM card_nonce").Scan(&n); err != nil || n != 1 {
		t.Errorf("%d nonces kept: %v", n, err)
	}
}
