package keylog_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk/internal/keylog"
)

var start = time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)

// centre is a log as a centre keeps it.
type centre struct {
	texts  []string
	hashes [][]byte
	at     time.Time
	counts map[keylog.Key]bool
}

func newCentre() *centre { return &centre{at: start, counts: map[keylog.Key]bool{}} }

type fatal interface{ Fatal(args ...any) }

func (c *centre) add(t fatal, k keylog.Key, act keylog.Act) {
	before := keylog.Genesis()
	if len(c.hashes) > 0 {
		before = c.hashes[len(c.hashes)-1]
	}
	text, hash, err := keylog.Next(before, keylog.Entry{N: int64(len(c.texts)) + 1, At: c.at, Key: k, Act: act})
	if err != nil {
		t.Fatal(err)
	}
	c.texts, c.hashes, c.counts[k] = append(c.texts, text), append(c.hashes, hash), act == keylog.Stands
}

func (c *centre) head() keylog.Head { return c.headAt(len(c.hashes)) }

func (c *centre) headAt(n int) keylog.Head {
	if n == 0 {
		return keylog.Head{Hash: keylog.Genesis(), At: c.at}
	}
	return keylog.Head{N: int64(n), Hash: c.hashes[n-1], At: c.at}
}

func (c *centre) fork() *centre {
	f := &centre{slices.Clone(c.texts), slices.Clone(c.hashes), c.at, map[keylog.Key]bool{}}
	for k, v := range c.counts {
		f.counts[k] = v
	}
	return f
}

func key(i int) keylog.Key {
	return keylog.Key{Provider: "1000000001", Staff: fmt.Sprint("dr", i%3), Desk: fmt.Sprint("desk", i%2), Name: fmt.Sprint("k", i)}
}

// random has some keys come to count and end.
func (c *centre) random(rt *rapid.T, least int) {
	for range rapid.IntRange(least, 30).Draw(rt, "changes") {
		c.at = c.at.Add(time.Duration(rapid.IntRange(0, 100).Draw(rt, "minutes")) * time.Minute)
		k := key(rapid.IntRange(0, 8).Draw(rt, "key"))
		act := keylog.Stands
		if c.counts[k] {
			act = keylog.Ended
		}
		c.add(rt, k, act)
	}
}

// Whoever follows a log, in whatever pieces, comes to the same hash and the same keys, and an earlier head of it agrees.
func TestWhoeverFollowsTheLogHasTheSameKeys(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := newCentre()
		c.random(rt, 1)
		var a keylog.Log
		for a.Len() < int64(len(c.texts)) {
			to := rapid.IntRange(int(a.Len())+1, len(c.texts)).Draw(rt, "to")
			if err := a.Follow(c.texts[a.Len():to]...); err != nil {
				rt.Fatal(err)
			}
			if err := a.Agrees(c.headAt(to)); err != nil {
				rt.Fatal(err)
			}
		}
		if err := a.Newest(c.head()); err != nil {
			rt.Fatal(err)
		}
		early := rapid.IntRange(0, len(c.texts)).Draw(rt, "early")
		if err := a.Agrees(c.headAt(early)); err != nil {
			rt.Fatalf("an earlier head: %v", err)
		}
		var served []keylog.Served
		for k, counts := range c.counts {
			if a.Stood(k.Provider, k.Staff, k.Name, c.at.Add(time.Hour)) != counts {
				rt.Fatalf("%+v counts: %v", k, counts)
			}
			served = append(served, keylog.Served{Provider: k.Provider, Staff: k.Staff, Name: k.Name, Counts: counts})
		}
		if got := a.Differs(served); len(got) != 0 {
			rt.Fatalf("%+v", got)
		}
		i := rapid.IntRange(0, len(served)-1).Draw(rt, "served")
		otherwise := slices.Clone(served)
		otherwise[i].Counts = !otherwise[i].Counts
		if got := a.Differs(otherwise); len(got) != 1 || got[0] != otherwise[i] {
			rt.Fatalf("said otherwise: %+v", got)
		}
		if got := a.Differs(append(slices.Clone(served), keylog.Served{Provider: "1000000001", Staff: "dr1", Name: "false", Counts: true})); len(got) != 1 || got[0].Name != "false" {
			rt.Fatalf("a key that is not in the log: %+v", got)
		}
		if served[i].Counts {
			if got := a.Differs(slices.Delete(slices.Clone(served), i, i+1)); len(got) != 1 || got[0].Name != served[i].Name {
				rt.Fatalf("a key that is not told: %+v", got)
			}
		}
	})
}

// A centre that hides a change, puts another in its place, puts one in, dates one earlier, takes the last ones back or shows two desks
// two logs is found by whoever followed it before, or as soon as the two hear of each other's heads.
func TestACentreThatLiesIsFound(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := newCentre()
		c.random(rt, 2)
		known := rapid.IntRange(1, len(c.texts)).Draw(rt, "known")
		early := c.fork()
		early.texts, early.hashes = early.texts[:known], early.hashes[:known]
		var a keylog.Log
		if err := errors.Join(a.Follow(early.texts...), a.Newest(early.headAt(known))); err != nil {
			rt.Fatal(err)
		}
		at := rapid.IntRange(1, known).Draw(rt, "at") // the entry that the centre lies about
		lie := &centre{texts: slices.Clone(c.texts[:at-1]), hashes: slices.Clone(c.hashes[:at-1]), at: c.at, counts: map[keylog.Key]bool{}}
		switch rapid.SampledFrom([]string{"hides", "replaces", "puts in"}).Draw(rt, "lie") {
		case "hides":
		case "replaces":
			lie.add(rt, keylog.Key{Provider: "1000000001", Staff: "dr1", Desk: "desk9", Name: "false"}, keylog.Stands)
		case "puts in":
			lie.add(rt, keylog.Key{Provider: "1000000001", Staff: "dr1", Desk: "desk9", Name: "false"}, keylog.Stands)
			lie.random(rt, 1)
		}
		for len(lie.texts) < known { // at least as long, so that it is not its length by which it is found
			lie.add(rt, keylog.Key{Provider: "1000000001", Staff: "dr1", Desk: "desk9", Name: fmt.Sprint("f", len(lie.texts))}, keylog.Stands)
		}
		if err := a.Agrees(lie.headAt(known)); !errors.Is(err, keylog.ErrForked) {
			rt.Fatalf("the head of another log: %v", err)
		}
		var b keylog.Log // who was shown the lie alone
		if err := b.Follow(lie.texts...); err != nil {
			return // it is no log at all
		}
		mine, err := a.Hash(int64(known))
		if err != nil {
			rt.Fatal(err)
		}
		if err := b.Agrees(keylog.Head{N: int64(known), Hash: mine}); !errors.Is(err, keylog.ErrForked) {
			rt.Fatalf("who was shown another log: %v", err)
		}
		if known > 1 {
			if err := a.Newest(c.headAt(known - 1)); !errors.Is(err, keylog.ErrShortened) {
				rt.Fatalf("a log that was cut: %v", err)
			}
		}
	})
}

func TestWhatDoesNotComeNextIsNotFollowed(t *testing.T) {
	c := newCentre()
	c.add(t, key(0), keylog.Stands)
	c.at = start.Add(time.Hour)
	c.add(t, key(1), keylog.Stands)
	entry := func(edit func(*keylog.Entry)) string {
		e := keylog.Entry{N: 3, At: start.Add(2 * time.Hour), Key: key(2), Act: keylog.Stands}
		edit(&e)
		text, _, err := keylog.Next(nil, e)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	for name, text := range map[string]string{
		"a number left out":             entry(func(e *keylog.Entry) { e.N = 4 }),
		"a number again":                entry(func(e *keylog.Entry) { e.N = 2 }),
		"a key that counts":             entry(func(e *keylog.Entry) { e.Key = key(1) }),
		"the end of none":               entry(func(e *keylog.Entry) { e.Act = keylog.Ended }),
		"something else":                entry(func(e *keylog.Entry) { e.Act = "is lent" }),
		"of before the last":            entry(func(e *keylog.Entry) { e.At = start.Add(59 * time.Minute) }),
		"of before what was shown last": entry(func(e *keylog.Entry) { e.At = start.Add(89 * time.Minute) }),
		"of nobody's desk":              entry(func(e *keylog.Entry) { e.Desk = "" }),
		"no entry":                      `{"n":3`,
		"more than an entry":            `{"more":1,` + entry(func(*keylog.Entry) {})[1:],
		"an endless one":                entry(func(e *keylog.Entry) { e.Staff = strings.Repeat("x", 2000) }),
	} {
		var l keylog.Log
		h := c.head()
		h.At = start.Add(91 * time.Minute)
		if err := errors.Join(l.Follow(c.texts...), l.Newest(h)); err != nil {
			t.Fatal(err)
		}
		var broken *keylog.Broken
		if err := l.Follow(text); !errors.Is(err, keylog.ErrEntry) || !errors.As(err, &broken) || broken.N != 3 || l.Len() != 2 {
			t.Errorf("%s: %v, %d followed", name, err, l.Len())
		}
		if err := l.Follow(entry(func(*keylog.Entry) {})); err != nil {
			t.Errorf("after %s: %v", name, err)
		}
	}
}

// Somebody's own desk finds a key in their name that is not theirs, also one that has ended since.
func TestAFalseKeyIsFoundByWhoseItWouldBe(t *testing.T) {
	c := newCentre()
	c.add(t, key(1), keylog.Stands)
	c.add(t, key(0), keylog.Stands)
	false_ := keylog.Key{Provider: "1000000001", Staff: "dr1", Desk: "desk9", Name: "false"}
	c.add(t, false_, keylog.Stands)
	c.at = start.Add(time.Minute)
	c.add(t, false_, keylog.Ended)
	var l keylog.Log
	if err := l.Follow(c.texts...); err != nil {
		t.Fatal(err)
	}
	if got := l.Strange("1000000001", "dr1", []string{"k1"}); len(got) != 1 || got[0] != false_ {
		t.Errorf("%+v", got)
	}
	if !l.Stood("1000000001", "dr1", "false", start) || l.Stood("1000000001", "dr1", "false", start.Add(time.Minute)) || l.Stood("1000000001", "dr1", "k1", start.Add(-time.Second)) || l.Stood("1000000001", "dr0", "k1", start) {
		t.Error("when it counted is told otherwise")
	}
}

func TestAHeadIsTheCentres(t *testing.T) {
	by, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := newCentre()
	c.add(t, key(0), keylog.Stands)
	sign := func(kind string, claims any) string {
		s, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: by}, (&jose.SignerOptions{}).WithType(jose.ContentType(kind)))
		if err != nil {
			t.Fatal(err)
		}
		out, err := jwt.Signed(s).Claims(claims).Serialize()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	h, err := keylog.ReadHead(sign(keylog.HeadType, c.head().Claims()), &by.PublicKey)
	if err != nil || h.N != 1 || !h.At.Equal(start) {
		t.Fatalf("%+v, %v", h, err)
	}
	var l keylog.Log
	if err := l.Newest(h); !errors.Is(err, keylog.ErrBehind) {
		t.Errorf("before its entries: %v", err)
	}
	if err := errors.Join(l.Follow(c.texts...), l.Newest(h)); err != nil {
		t.Errorf("%v", err)
	}
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	short := c.head().Claims()
	short.Head = "AAAA"
	for name, tt := range map[string]struct {
		signed string
		by     *ecdsa.PublicKey
	}{
		"another's":          {sign(keylog.HeadType, c.head().Claims()), &other.PublicKey},
		"of nobody":          {sign(keylog.HeadType, c.head().Claims()), nil},
		"of another kind":    {sign("ehrdesk-log-head+jwt", c.head().Claims()), &by.PublicKey},
		"without a hash":     {sign(keylog.HeadType, short), &by.PublicKey},
		"no JWT":             {"x.y.z", &by.PublicKey},
		"of no moment":       {sign(keylog.HeadType, keylog.Head{N: 1, Hash: c.hashes[0]}.Claims()), &by.PublicKey},
		"of less than none":  {sign(keylog.HeadType, keylog.Head{N: -1, Hash: c.hashes[0], At: start}.Claims()), &by.PublicKey},
		"longer than a head": {strings.Repeat("x", 5000), &by.PublicKey},
	} {
		if h, err := keylog.ReadHead(tt.signed, tt.by); !errors.Is(err, keylog.ErrHead) {
			t.Errorf("%s: %+v, %v", name, h, err)
		}
	}
}

// Whatever a centre sends is followed or refused, and what is refused leaves the log as it was.
func FuzzFollow(f *testing.F) {
	c := newCentre()
	c.add(f, key(0), keylog.Stands)
	c.add(f, key(0), keylog.Ended)
	f.Add(c.texts[0], c.texts[1])
	f.Add(`{}`, `{"n":1,"at":"2026-11-30T09:00:00Z","provider":"1","desk":"d","key":"k","act":"stands"}`)
	f.Fuzz(func(t *testing.T, first, second string) {
		var l keylog.Log
		err := l.Follow(first, second)
		n := l.Len()
		if (err == nil) != (n == 2) {
			t.Fatalf("%d followed, %v", n, err)
		}
		before, herr := l.Hash(n)
		if herr != nil {
			t.Fatal(herr)
		}
		if l.Follow("no entry") == nil || l.Len() != n {
			t.Fatal("what is no entry was followed")
		}
		if err := l.Agrees(keylog.Head{N: n, Hash: before}); err != nil {
			t.Fatal(err)
		}
	})
}

// A copy of a log goes its own way: what one follows, and what ends there, the other does not have.
func TestACloneGoesItsOwnWay(t *testing.T) {
	c := newCentre()
	old, other := keylog.Key{Provider: "1", Staff: "lee", Desk: "d1", Name: "k1"}, keylog.Key{Provider: "1", Staff: "lee", Desk: "d2", Name: "k2"}
	c.add(t, old, keylog.Stands)
	var l keylog.Log
	if err := l.Follow(c.texts...); err != nil {
		t.Fatal(err)
	}
	copied := l.Clone()
	c.at = c.at.Add(time.Hour)
	c.add(t, old, keylog.Ended)
	c.add(t, other, keylog.Stands)
	if err := copied.Follow(c.texts[1:]...); err != nil {
		t.Fatal(err)
	}
	later := c.at.Add(time.Minute)
	if !l.Stood("1", "lee", "k1", later) || l.Stood("1", "lee", "k2", later) || l.Len() != 1 {
		t.Error("what a copy followed is in the log")
	}
	if copied.Stood("1", "lee", "k1", later) || !copied.Stood("1", "lee", "k2", later) || copied.Len() != 3 {
		t.Error("the copy did not follow")
	}
	if err := copied.Newest(c.head()); err != nil {
		t.Error(err)
	}
}

// Who has another key than before is told since when, and whoever has their first is not.
func TestAKeyThatIsNotTheFirstIsNew(t *testing.T) {
	c := newCentre()
	lee := keylog.Key{Provider: "1", Staff: "lee", Desk: "d1", Name: "k1"}
	c.add(t, lee, keylog.Stands)
	var l keylog.Log
	follow := func() {
		if err := l.Follow(c.texts[l.Len():]...); err != nil {
			t.Fatal(err)
		}
	}
	follow()
	if since, known := l.Renewed("1", "lee", start.Add(-time.Hour)); known {
		t.Errorf("a first key is new since %v", since)
	}
	c.at = c.at.Add(time.Hour)
	c.add(t, lee, keylog.Ended)
	lee.Name = "k2"
	c.add(t, lee, keylog.Stands)
	follow()
	if since, known := l.Renewed("1", "lee", start); !known || !since.Equal(c.at) {
		t.Errorf("%v, %v", since, known)
	}
	if _, known := l.Renewed("1", "lee", c.at); known {
		t.Error("it is new after it was")
	}
	if _, known := l.Renewed("2", "lee", start); known {
		t.Error("somebody else at another provider has it")
	}
}
