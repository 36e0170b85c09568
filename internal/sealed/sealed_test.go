package sealed_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk/internal/sealed"
)

// people are signing keys by name, as a directory has them.
type people map[string]struct {
	who sealed.Person
	key *ecdsa.PrivateKey
}

func (p people) Signer(name string, _ time.Time) (sealed.Person, crypto.PublicKey, bool) {
	one, ok := p[name]
	if !ok {
		return sealed.Person{}, nil, false
	}
	return one.who, one.key.Public(), true
}

func (p people) add(t testing.TB, name, provider, staff string) (sealed.Person, sealed.Signer) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	one := p[name]
	one.who, one.key = sealed.Person{Provider: provider, Staff: staff}, key
	p[name] = one
	return one.who, sealed.Signer{Key: key, Name: name}
}

func pair(t testing.TB) *sealed.Key {
	t.Helper()
	k, err := sealed.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// letter is an envelope from one person to two others, one of them with two desks.
type letter struct {
	people
	from   sealed.Signer
	head   sealed.Head
	keys   []*sealed.Key
	sealed []byte
	signed string
}

func newLetter(t testing.TB, payload []byte) *letter {
	t.Helper()
	l := &letter{people: people{}, keys: []*sealed.Key{pair(t), pair(t), pair(t)}}
	var who sealed.Person
	who, l.from = l.add(t, "k-a", "1000000001", "drlee")
	l.head = sealed.Head{ID: "e1", Case: "c1", Patient: "p1", From: who, At: time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)}
	owners := []sealed.Person{{Provider: "1000000002", Staff: "drchan"}, {Provider: "1000000002", Staff: "drchan"}, {Provider: "1000000003", Staff: "drho"}}
	var to []sealed.Public
	for i, k := range l.keys {
		l.head.To = append(l.head.To, sealed.To{Person: owners[i], Key: k.Public().Name()})
		to = append(to, k.Public())
	}
	var out bytes.Buffer
	if err := sealed.Seal(&out, &l.head, to, bytes.NewReader(payload), int64(len(payload))); err != nil {
		t.Fatal(err)
	}
	l.sealed = out.Bytes()
	var err error
	if l.signed, err = sealed.SignHead(&l.head, l.from); err != nil {
		t.Fatal(err)
	}
	return l
}

func open(h *sealed.Head, b []byte, keys ...*sealed.Key) (string, error) {
	var out bytes.Buffer
	err := sealed.Open(&out, h, bytes.NewReader(b), keys...)
	return out.String(), err
}

// Whoever is named opens it, with a key that was kept and taken up again; nobody else does; and those it is for are named once.
func TestAnEnvelopeIsOpenedByWhomItNames(t *testing.T) {
	l := newLetter(t, []byte("胸痛 chest pain"))
	h, err := sealed.ReadHead(l.signed, l)
	if err != nil || len(h.For()) != 2 || h.For()[0].Staff != "drchan" {
		t.Fatalf("%+v, %v", h, err)
	}
	for i, k := range l.keys {
		again, err := sealed.ParseKey(k.Secret())
		if err != nil {
			t.Fatal(err)
		}
		if got, err := open(&h, l.sealed, again); err != nil || got != "胸痛 chest pain" {
			t.Errorf("%d: %q, %v", i, got, err)
		}
	}
	if got, err := open(&h, l.sealed, pair(t)); !errors.Is(err, sealed.ErrNotOurs) || got != "" {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := open(&h, l.sealed); !errors.Is(err, sealed.ErrNotOurs) || got != "" {
		t.Errorf("no key: %q, %v", got, err)
	}
	if bytes.Contains(l.sealed, []byte("chest")) || strings.Contains(l.signed, base64.RawURLEncoding.EncodeToString([]byte("chest"))) {
		t.Error("the words can be read")
	}
}

// Nothing is given out of an envelope of which one byte is another, or some are missing, or more follow.
func TestNoByteIsGivenOutOfADamagedEnvelope(t *testing.T) {
	l := newLetter(t, bytes.Repeat([]byte("x"), 150<<10))
	rapid.Check(t, func(rt *rapid.T) {
		b := bytes.Clone(l.sealed)
		switch rapid.IntRange(0, 2).Draw(rt, "how") {
		case 0:
			b[rapid.IntRange(0, len(b)-1).Draw(rt, "at")] ^= byte(1 << rapid.IntRange(0, 7).Draw(rt, "bit"))
		case 1:
			b = b[:rapid.IntRange(0, len(b)-1).Draw(rt, "to")]
		default:
			b = append(b, 0)
		}
		if got, err := open(&l.head, b, l.keys[0]); !errors.Is(err, sealed.ErrDamaged) || got != "" {
			rt.Fatalf("%d bytes given, %v", len(got), err)
		}
	})
}

// A head that was changed, signed by somebody else, as another kind of thing, or by a key that nobody knows is not believed; and what
// is sealed for one envelope does not open in another, whoever signs that.
func TestNobodysWordsPassAsAnothers(t *testing.T) {
	l := newLetter(t, []byte("words"))
	who, mallory := l.add(t, "k-m", "1000000009", "mallory")
	read := func(signed string, want error) {
		t.Helper()
		if h, err := sealed.ReadHead(signed, l); !errors.Is(err, want) || h.ID != "" {
			t.Errorf("%+v, %v; want %v", h, err, want)
		}
	}
	sign := func(h sealed.Head, kind string, by sealed.Signer) string {
		s, err := sealed.Sign(&h, kind, by)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	read(sign(l.head, sealed.TypeEnvelope, mallory), sealed.ErrForged)
	read(sign(l.head, sealed.TypeEvent, l.from), sealed.ErrForged)
	read(sign(l.head, sealed.TypeEnvelope, sealed.Signer{Key: l.from.Key, Name: "k-x"}), sealed.ErrUnknown)
	read(sign(l.head, sealed.TypeEnvelope, sealed.Signer{Key: mallory.Key, Name: "k-a"}), sealed.ErrForged)
	parts := strings.Split(l.signed, ".")
	other := sign(func() sealed.Head { h := l.head; h.Case = "c2"; return h }(), sealed.TypeEnvelope, l.from)
	read(parts[0]+"."+strings.Split(other, ".")[1]+"."+parts[2], sealed.ErrForged)
	read("x", sealed.ErrUnreadable)
	read(parts[0]+"."+base64.RawURLEncoding.EncodeToString([]byte("{}"))+"."+parts[2], sealed.ErrForged)

	for name, edit := range map[string]func(*sealed.Head){
		"another sender":   func(h *sealed.Head) { h.From = who },
		"another case":     func(h *sealed.Head) { h.Case = "c2" },
		"another envelope": func(h *sealed.Head) { h.ID = "e2" },
	} {
		h := l.head
		edit(&h)
		if got, err := open(&h, l.sealed, l.keys[0]); !errors.Is(err, sealed.ErrDamaged) || got != "" {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

// What is sealed to is what the head names.
func TestTheHeadNamesWhatIsSealedTo(t *testing.T) {
	l := newLetter(t, nil)
	to := []sealed.Public{l.keys[0].Public(), l.keys[1].Public(), pair(t).Public()}
	for name, keys := range map[string][]sealed.Public{"another": to, "fewer": to[:2], "none": nil, "nothing": make([]sealed.Public, 3)} {
		h := l.head
		if err := sealed.Seal(io.Discard, &h, keys, strings.NewReader(""), 0); err == nil {
			t.Errorf("%s: sealed", name)
		}
	}
	for name, length := range map[string]int64{"longer than said": 3, "shorter": 9, "too long": sealed.MostBytes + 1, "negative": -1} {
		h := l.head
		if err := sealed.Seal(io.Discard, &h, []sealed.Public{l.keys[0].Public(), l.keys[1].Public(), l.keys[2].Public()}, strings.NewReader("words"), length); !errors.Is(err, sealed.ErrTooLong) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := sealed.ParsePublic(l.keys[0].Public().String() + "q"); err == nil {
		t.Error("a key with a letter more is one")
	}
	if _, err := sealed.ParseKey([]byte("AGE-SECRET-KEY-PQ-1XYZ")); !errors.Is(err, sealed.ErrKey) || strings.Contains(err.Error(), "XYZ") {
		t.Errorf("%v", err)
	}
}

// Whoever carries an envelope learns a size class: words of any length up to a kilobyte look alike, and what is longer at most an
// eighth longer than it is.
func TestWhatIsSealedShowsASizeClass(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a, b := rapid.IntRange(0, 800).Draw(rt, "a"), rapid.IntRange(0, 800).Draw(rt, "b")
		if x, y := newLetter(t, make([]byte, a)).head.Size, newLetter(t, make([]byte, b)).head.Size; x != y {
			rt.Fatalf("%d and %d bytes show as %d and %d", a, b, x, y)
		}
	})
	n := 300_000
	if size := newLetter(t, make([]byte, n)).head.Size; size > int64(n)*9/8+8<<10 || size < int64(n) {
		t.Errorf("%d bytes are sealed in %d", n, size)
	}
}

// An attachment of 24 MiB is sealed and opened piece by piece.
func TestALongPayloadIsWorkedOnPieceByPiece(t *testing.T) {
	l := newLetter(t, nil)
	h := l.head
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	if err := sealed.Seal(io.Discard, &h, []sealed.Public{l.keys[0].Public(), l.keys[1].Public(), l.keys[2].Public()}, io.LimitReader(zeros{}, sealed.MostBytes), sealed.MostBytes); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 4<<20 {
		t.Errorf("%d bytes of memory for %d", used, int64(sealed.MostBytes))
	}
	if h.Size < sealed.MostBytes {
		t.Errorf("%d bytes", h.Size)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func FuzzReadHead(f *testing.F) {
	l := newLetter(f, []byte("words"))
	f.Add(l.signed)
	f.Add("a.b.c")
	f.Fuzz(func(t *testing.T, signed string) {
		h, err := sealed.ReadHead(signed, l)
		if err == nil && !bytes.Equal(h.Digest, l.head.Digest) {
			t.Errorf("%+v", h)
		}
	})
}

// A desk's offer of a key is its person's: of no other kind, case or desk than they signed, and nobody else's.
func TestAnOfferedKeyIsItsPersons(t *testing.T) {
	p := people{}
	who, by := p.add(t, "k-a", "1000000001", "drlee")
	_, other := p.add(t, "k-b", "1000000001", "drho")
	key := pair(t).Public()
	at := time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
	whole := sealed.Offer{Of: who, Desk: "d1", Kind: sealed.OfferCase, Case: "c1", Key: key.String(), At: at}
	for name, tt := range map[string]struct {
		edit func(*sealed.Offer)
		by   sealed.Signer
		want error
	}{
		"a case's":                {func(*sealed.Offer) {}, by, nil},
		"a prekey":                {func(o *sealed.Offer) { o.Kind, o.Case = sealed.OfferOnce, "" }, by, nil},
		"another's signature":     {func(*sealed.Offer) {}, other, sealed.ErrForged},
		"nobody's signature":      {func(*sealed.Offer) {}, sealed.Signer{Key: by.Key, Name: "k-z"}, sealed.ErrUnknown},
		"a case's without one":    {func(o *sealed.Offer) { o.Case = "" }, by, sealed.ErrUnreadable},
		"a prekey of a case":      {func(o *sealed.Offer) { o.Kind = sealed.OfferLast }, by, sealed.ErrUnreadable},
		"of no desk":              {func(o *sealed.Offer) { o.Desk = "" }, by, sealed.ErrUnreadable},
		"of no kind":              {func(o *sealed.Offer) { o.Kind = "twice" }, by, sealed.ErrUnreadable},
		"a key that is none":      {func(o *sealed.Offer) { o.Key = "age1" }, by, sealed.ErrUnreadable},
		"somebody else's, signed": {func(o *sealed.Offer) { o.Of.Staff = "drho" }, by, sealed.ErrForged},
	} {
		o := whole
		tt.edit(&o)
		signed, err := sealed.SignOffer(&o, tt.by)
		if err != nil {
			t.Fatal(err)
		}
		got, read, err := sealed.ReadOffer(signed, p)
		if !errors.Is(err, tt.want) || tt.want == nil && (got != o || read.Name() != key.Name()) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	one := sealed.One{Of: who, Name: "k-a", Key: by.Key.Public()}
	signed, err := sealed.SignOffer(&whole, by)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := sealed.ReadOffer(signed, one); err != nil {
		t.Errorf("%v", err)
	}
	one.Name = "k-b"
	if _, _, err := sealed.ReadOffer(signed, one); !errors.Is(err, sealed.ErrUnknown) {
		t.Errorf("%v", err)
	}
}
