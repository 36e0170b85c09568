package central_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader/trust"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

func TestAnIssuerTakenAwayCountsAtOnce(t *testing.T) {
	c := newCounter(t)
	ctx := t.Context()
	offered := func() bool {
		return strings.Contains(c.want(200, "GET", "/$consent-offer", ""), `{"name":"channel","valueCode":"card"}`)
	}
	if !offered() {
		t.Error("cards are believed and not offered")
	}
	grant := func() (int, string) {
		request := uuid.NewString()
		nonce, _ := c.nonce(request)
		return c.do("POST", grantPath, c.body(request, c.shown(c.genuine(), nonce, request), nil))
	}
	if err := c.w.c.RemoveCardIssuer(ctx, "training"); err != nil {
		t.Fatal(err)
	}
	if status, body := grant(); status != 403 || issue(t, body) != "card-issuer-unknown" || offered() {
		t.Errorf("without the issuer: %d %s", status, body)
	}
	if err := c.w.c.RemoveCardIssuer(ctx, "training"); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		t.Errorf("taken away twice: %v", err)
	}
	c.w.pin("again", c.issuer)
	c.w.pin("again", c.issuer)
	c.w.pin("second", newIssuer(t))
	if status, body := grant(); status != 200 {
		t.Errorf("with the issuer again: %d %s", status, body)
	}
	list, err := c.w.c.CardIssuers(ctx)
	if err != nil || len(list) != 2 || list[0].Name != "again" || list[0].Fingerprint != trust.Fingerprint(c.issuer.Public()) || list[0].Since == "" {
		t.Errorf("%+v, %v", list, err)
	}
	pem := trust.MarshalIssuer(c.issuer.Public())
	for name, tc := range map[string]struct {
		name string
		pem  []byte
		want ehrdesk.Code
	}{
		"no name":      {"", pem, ehrdesk.CodeInvalid},
		"a path":       {"../x", pem, ehrdesk.CodeInvalid},
		"no key":       {"x", []byte("x"), ehrdesk.CodeInvalid},
		"two keys":     {"x", append(bytes.Clone(pem), pem...), ehrdesk.CodeInvalid},
		"another name": {"x", pem, ehrdesk.CodeConflict},
		"another key":  {"second", pem, ehrdesk.CodeConflict},
	} {
		if err := c.w.c.AddCardIssuer(ctx, tc.name, tc.pem); ehrdesk.CodeOf(err) != tc.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	for len(list) < 16 {
		c.w.pin("more-"+uuid.NewString(), newIssuer(t))
		list = append(list, central.CardIssuer{})
	}
	if err := c.w.c.AddCardIssuer(ctx, "x", trust.MarshalIssuer(newIssuer(t).Public())); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("a seventeenth issuer: %v", err)
	}
}
