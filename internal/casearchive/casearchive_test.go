package casearchive_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/agefile"
	"github.com/ehrdesk/ehrdesk/internal/casearchive"
	"github.com/ehrdesk/ehrdesk/internal/caselog"
	"github.com/ehrdesk/ehrdesk/internal/sealed"
)

var words = []byte("harbour light ferry pier")

// ended is a case of one member's, begun, closed and ended.
func ended(t *testing.T) *casearchive.Case {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	lee := ehrdesk.CasePerson{Provider: "1", Staff: "drlee"}
	by := sealed.Signer{Key: key, Name: "k1"}
	at := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	keys := sealed.One{Of: sealed.Person(lee), Name: "k1", Key: key.Public()}
	var c ehrdesk.Case
	a := &casearchive.Case{ID: "c1", By: ehrdesk.CaseMember{CasePerson: lee, Name: "Dr LEE"}, At: at}
	var hashes []string
	for _, e := range []ehrdesk.CaseEvent{
		{Case: "c1", Kind: ehrdesk.CaseBegun, Patient: "p1", Purpose: ehrdesk.CaseOpinion, Ends: ehrdesk.CaseArchives, At: at},
		{Kind: ehrdesk.CaseCloses, At: at, Until: at.Add(ehrdesk.CaseCooling)},
		{Kind: ehrdesk.CaseEnded, At: at.Add(ehrdesk.CaseCooling)},
	} {
		e.By, e.Name = lee, "Dr LEE"
		signed, err := caselog.Next(&c, e, by)
		if err != nil {
			t.Fatal(err)
		}
		if hashes, err = caselog.Follow(&c, hashes, []string{signed}, keys, nil); err != nil {
			t.Fatal(err)
		}
		if err := a.Add(signed, keys); err != nil {
			t.Fatal(err)
		}
	}
	a.Said = []casearchive.Said{{Envelope: "e1", Body: ehrdesk.CaseBody{Text: "seen on the ward"}}}
	return a
}

func TestAnArchivedCaseOpensByTheArchiveKeyAlone(t *testing.T) {
	file, public, err := casearchive.NewKey(words, agefile.Nothing())
	if err != nil {
		t.Fatal(err)
	}
	to, err := sealed.ParsePublic(public)
	if err != nil {
		t.Fatal(err)
	}
	b, err := casearchive.Seal(ended(t), to)
	if err != nil || bytes.Contains(b, []byte("ward")) {
		t.Fatalf("%v", err)
	}
	if _, err := casearchive.OpenKey(file, []byte("another passphrase")); !errors.Is(err, agefile.ErrPassphrase) {
		t.Errorf("another passphrase: %v", err)
	}
	k, err := casearchive.OpenKey(file, words)
	if err != nil {
		t.Fatal(err)
	}
	got, err := casearchive.Open(b, k)
	if err != nil || len(got.Said) != 1 || got.Said[0].Body.Text != "seen on the ward" {
		t.Fatalf("%+v, %v", got, err)
	}
	if h, err := got.History(); err != nil || h.State != ehrdesk.CaseArchived || h.Patient != "p1" {
		t.Errorf("%+v, %v", h, err)
	}
	other, err := sealed.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := casearchive.Open(b, other); !errors.Is(err, casearchive.ErrKey) {
		t.Errorf("another key: %v", err)
	}
	for name, b := range map[string][]byte{"cut": b[:len(b)-1], "changed": append(bytes.Clone(b[:len(b)-1]), b[len(b)-1]^1), "empty": nil} {
		if _, err := casearchive.Open(b, k); !errors.Is(err, casearchive.ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whoever has the archive key can write an archive of their own, and no history that others did not sign.
func TestAHistoryIsHeldAgainstItsSignaturesAnew(t *testing.T) {
	for name, spoil := range map[string]func(*casearchive.Case){
		"an event less":    func(c *casearchive.Case) { c.Events = append(c.Events[:1], c.Events[2]) },
		"moved":            func(c *casearchive.Case) { c.Events[1], c.Events[2] = c.Events[2], c.Events[1] },
		"of another case":  func(c *casearchive.Case) { c.ID = "c2" },
		"a key less":       func(c *casearchive.Case) { c.Keys = nil },
		"of somebody else": func(c *casearchive.Case) { c.Keys[0].Of.Staff = "drho" },
		"no key":           func(c *casearchive.Case) { c.Keys[0].Key = []byte("none") },
	} {
		c := ended(t)
		spoil(c)
		var broken *caselog.Broken
		if _, err := c.History(); !errors.As(err, &broken) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := ended(t).Add("no event", sealed.One{}); !errors.Is(err, sealed.ErrUnreadable) {
		t.Errorf("%v", err)
	}
}

func FuzzOpened(f *testing.F) {
	k, err := sealed.NewKey()
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(`{"format":1,"id":"c1","events":["a.b.c"],"keys":[{"name":"","of":{"provider":"1","staff":"a"},"key":"AA=="}]}`))
	f.Add([]byte(`{"format":2}`))
	f.Fuzz(func(t *testing.T, plain []byte) {
		b, err := sealed.SealBytes(plain, k.Public())
		if err != nil {
			t.Fatal(err)
		}
		c, err := casearchive.Open(b, k)
		if err != nil {
			return
		}
		if _, err := c.History(); err == nil && len(c.Events) == 0 && c.ID != "" {
			t.Error("a case without events has a history")
		}
	})
}
