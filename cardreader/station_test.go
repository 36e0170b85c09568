package cardreader_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader"
	"github.com/ehrdesk/ehrdesk/cardreader/pcsc/fake"
	"github.com/ehrdesk/ehrdesk/cardreader/simcard"
	"github.com/ehrdesk/ehrdesk/cardreader/tlv"
)

// desk is a station with one fake reader "A" and an issuer that it trusts.
func desk(t testing.TB) (*cardreader.Station, *fake.Service, *simcard.Issuer) {
	t.Helper()
	s, i := fake.New("A"), issuer(t)
	profiles, err := cardreader.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	return &cardreader.Station{Establish: s.Establish, Profiles: profiles, Issuers: []*ecdsa.PublicKey{i.Public()}}, s, i
}

func issue(t testing.TB, i *simcard.Issuer, p simcard.Person) *simcard.Card {
	t.Helper()
	c, err := i.Issue(p)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTheTrainingCardProvesAGenuineChip(t *testing.T) {
	d, s, i := desk(t)
	p := chanTaiMan(t)
	for _, t0 := range []bool{false, true} {
		for _, photo := range []int{0, 1, 252, 20 << 10} {
			p.Photo = append([]byte{0xFF, 0xD8, 0xFF, 0xE0}, make([]byte, photo)...)
			if photo == 0 {
				p.Photo = nil
			}
			c := issue(t, i, p)
			c.Applet.(*simcard.Training).T0 = t0
			s.Insert("A", c)
			challenge := [32]byte{1, 2, 3}
			r, err := d.Read(t.Context(), "A", c.ATR, &challenge)
			if err != nil {
				t.Fatalf("T=0 %v, photo of %d: %v", t0, photo, err)
			}
			f := r.Face
			if f.Name != "CHAN, Tai Man" || f.LocalName != "陳大文" || f.HKIC != p.HKIC || f.Born != ehrdesk.Day(1966, 2, 15) ||
				f.Sex != ehrdesk.Male || f.Issued != ehrdesk.Day(1998, 6, 3) || !bytes.Equal(f.Photo, p.Photo) {
				t.Error("the face is not the person's")
			}
			if r.Proof != ehrdesk.CardGenuineChip || r.Profile != "training-1" || r.Evidence.Challenge != challenge ||
				len(r.Evidence.Response) == 0 || len(r.Evidence.Signed) == 0 {
				t.Errorf("proof %v by %s", r.Proof, r.Profile)
			}
			for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
				if s := fmt.Sprintf(verb, *r); strings.Contains(s, "CHAN") || strings.Contains(s, "A123456") {
					t.Errorf("%s prints the face", verb)
				}
			}
			kept := f.Photo
			r.Wipe()
			if !bytes.Equal(kept, make([]byte, len(kept))) || r.Face.Name != "" {
				t.Error("not wiped")
			}
		}
	}
	if s.Contexts() != 0 {
		t.Errorf("%d contexts left", s.Contexts())
	}
}

func TestPublicLayoutsAreDataAndProveNothing(t *testing.T) {
	for name, c := range map[string]struct {
		card *simcard.Card
		want ehrdesk.CardFace
	}{
		"thai-nid": {simcard.Thai(), ehrdesk.CardFace{Other: ehrdesk.Document{Type: "NID", Issuer: "THA", Number: "1234567890121"},
			Name: "Mr. Somchai Jaidee", LocalName: "นาย สมชาย ใจดี", Born: ehrdesk.Day(1966, 2, 15), Sex: ehrdesk.Male,
			Issued: ehrdesk.Day(1998, 6, 3), Expires: ehrdesk.Day(2007, 6, 2)}},
		"mykad": {simcard.MyKad(), ehrdesk.CardFace{Other: ehrdesk.Document{Type: "NID", Issuer: "MYS", Number: "660215141235"},
			Name: "ALI BIN ABU", Born: ehrdesk.Day(1966, 2, 15), Sex: ehrdesk.Male, Issued: ehrdesk.Day(1998, 6, 3)}},
		"taiwan-nhi": {simcard.TaiwanNHI(), ehrdesk.CardFace{Other: ehrdesk.Document{Type: "NID", Issuer: "TWN", Number: "A123456789"},
			CardNumber: "000012345678", LocalName: "陳大文", Born: ehrdesk.Day(1966, 2, 15), Sex: ehrdesk.Male, Issued: ehrdesk.Day(1998, 6, 3)}},
	} {
		d, s, _ := desk(t)
		s.Insert("A", c.card)
		r, err := d.Read(t.Context(), "A", c.card.ATR, nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got, want := r.Face, c.want
		if got.Other.Number != want.Other.Number || got.Other.Issuer != want.Other.Issuer || got.Name != want.Name ||
			got.LocalName != want.LocalName || got.Born != want.Born || got.Sex != want.Sex || got.Issued != want.Issued ||
			got.Expires != want.Expires || got.CardNumber != want.CardNumber || !got.HKIC.IsZero() {
			t.Errorf("%s: %q %q %v %v %v %v", name, got.Name, got.LocalName, got.Born, got.Sex, got.Issued, got.Expires)
		}
		if r.Profile != name || r.Proof != ehrdesk.CardUnverified || r.Evidence.Response != nil {
			t.Errorf("%s: %s proves %v", name, r.Profile, r.Proof)
		}
	}
}

func TestARealIdentityCardIsRecognisedAndNeverSpokenTo(t *testing.T) {
	for id, atr := range map[string][]byte{
		"hkic-2003": unhex(t, "3B6F00008031E06B0406050225555555555555"),
		"hkic-2018": unhex(t, "3BF89600008131FE4400739401C00F9000DD"),
	} {
		d, s, i := desk(t)
		c := issue(t, i, chanTaiMan(t)) // whatever would answer
		c.ATR = atr
		s.Insert("A", c)
		_, err := d.Read(t.Context(), "A", atr, nil)
		wantKind(t, err, cardreader.Recognised)
		if s.Calls("establish") != 0 || c.Commands() != 0 {
			t.Errorf("%s: %d contexts, %d commands", id, s.Calls("establish"), c.Commands())
		}
		if r, ok := d.Recognise(atr); !ok || r.Profile != id || r.Readable || r.Card["zh-Hant"] == "" {
			t.Errorf("%s is told as %+v", id, r)
		}
	}
	d, s, _ := desk(t)
	_, err := d.Read(t.Context(), "A", []byte{0x3B, 0x00}, nil)
	wantKind(t, err, cardreader.Unknown)
	if _, ok := d.Recognise(nil); ok || s.Calls("establish") != 0 {
		t.Error("no ATR is some card")
	}
}

func TestForgeriesAreRefused(t *testing.T) {
	for name, forge := range map[string]func(t *testing.T, i *simcard.Issuer) *simcard.Card{
		"a copy without the key": func(t *testing.T, i *simcard.Issuer) *simcard.Card {
			c := issue(t, i, chanTaiMan(t))
			c.Applet = c.Applet.(*simcard.Training).Clone()
			return c
		},
		"made by another issuer": func(t *testing.T, _ *simcard.Issuer) *simcard.Card {
			return issue(t, issuer(t), chanTaiMan(t))
		},
		"another name under a good signature": func(t *testing.T, i *simcard.Issuer) *simcard.Card {
			c, p := issue(t, i, chanTaiMan(t)), chanTaiMan(t)
			p.Name = "WONG, Siu Ming"
			c.Applet.(*simcard.Training).Files[1] = p.Face()
			return c
		},
		"another photo": func(t *testing.T, i *simcard.Issuer) *simcard.Card {
			c := issue(t, i, chanTaiMan(t))
			c.Applet.(*simcard.Training).Files[2][100] ^= 1
			return c
		},
		"the photo left out": func(t *testing.T, i *simcard.Issuer) *simcard.Card {
			c := issue(t, i, chanTaiMan(t))
			delete(c.Applet.(*simcard.Training).Files, 2)
			return c
		},
		"the signature of another card": func(t *testing.T, i *simcard.Issuer) *simcard.Card {
			a, b := issue(t, i, chanTaiMan(t)), issue(t, i, chanTaiMan(t))
			a.Applet.(*simcard.Training).Files[3] = b.Applet.(*simcard.Training).Files[3]
			return a // signed and the same person, but the key is on the other chip
		},
		"something more in the proof": func(t *testing.T, i *simcard.Issuer) *simcard.Card {
			c := issue(t, i, chanTaiMan(t))
			a := c.Applet.(*simcard.Training)
			nodes, err := tlv.Parse(a.Files[3], tlv.Card)
			if err != nil {
				t.Fatal(err)
			}
			a.Files[3] = tlv.Append(nil, 0x77, tlv.Append(bytes.Clone(nodes[0].Value), 0x99, nil))
			return c
		},
		"an old answer to the challenge": func(t *testing.T, i *simcard.Issuer) *simcard.Card {
			c := issue(t, i, chanTaiMan(t))
			old := c.Applet.(*simcard.Training)
			old.Reset()
			old.APDU(append([]byte{0, 0xA4, 4, 0, byte(len(simcard.TrainingAID))}, simcard.TrainingAID...))
			answer := old.APDU(append([]byte{0, 0x88, 0, 0, 32}, make([]byte, 32)...))
			c.Faults = func(_ int, command []byte) simcard.Fault {
				if command[1] == 0x88 {
					return simcard.Fault{Raw: answer}
				}
				return simcard.Fault{}
			}
			return c
		},
	} {
		t.Run(name, func(t *testing.T) {
			d, s, i := desk(t)
			c := forge(t, i)
			s.Insert("A", c)
			r, err := d.Read(t.Context(), "A", c.ATR, nil)
			wantKind(t, err, cardreader.Untrusted)
			if r != nil {
				t.Error("a forged card gave a reading")
			}
		})
	}
	d, s, i := desk(t)
	c := issue(t, i, chanTaiMan(t))
	s.Insert("A", c)
	d.Issuers = nil
	_, err := d.Read(t.Context(), "A", c.ATR, nil)
	wantKind(t, err, cardreader.Untrusted)
}

func TestWhatAHostileCardSaysIsRefusedAndNotRepeated(t *testing.T) {
	face := func(change func(*simcard.Person)) []byte {
		p := chanTaiMan(t)
		change(&p)
		return append(p.Face(), 0x62, 0x82)
	}
	nodes, err := tlv.Parse(chanTaiMan(t).Face(), tlv.Card)
	if err != nil {
		t.Fatal(err)
	}
	twice := append(tlv.Append(nil, 0x70, tlv.Append(bytes.Clone(nodes[0].Value), 0xDF22, []byte("C668668(9)"))), 0x62, 0x82)
	for name, c := range map[string]struct {
		raw  []byte
		want cardreader.Kind
	}{
		"not TLV":                 {[]byte{0x70, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 0x62, 0x82}, cardreader.Malformed},
		"a field twice":           {twice, cardreader.Malformed},
		"a file too long":         {append(make([]byte, 2000), 0x62, 0x82), cardreader.TooLarge},
		"nothing":                 {[]byte{0x62, 0x82}, cardreader.BadData},
		"refused":                 {[]byte{0x69, 0x82}, cardreader.Refused},
		"an escape in the name":   {face(func(p *simcard.Person) { p.Name = "\x1b]0;pwned\x07" }), cardreader.BadData},
		"a bidi override":         {face(func(p *simcard.Person) { p.Chinese = "\u202e陳大文" }), cardreader.BadData},
		"a private character":     {face(func(p *simcard.Person) { p.Chinese = "陳\ue000" }), cardreader.BadData},
		"a long name":             {face(func(p *simcard.Person) { p.Name = strings.Repeat("A", 81) }), cardreader.TooLarge},
		"an impossible birth day": {face(func(p *simcard.Person) { p.Born = "19660231" }), cardreader.BadData},
		"born tomorrow":           {face(func(p *simcard.Person) { p.Born = time.Now().AddDate(0, 0, 3).Format("20060102") }), cardreader.BadData},
	} {
		d, s, i := desk(t)
		card := issue(t, i, chanTaiMan(t))
		card.Faults = simcard.On(2, simcard.Fault{Raw: c.raw})
		s.Insert("A", card)
		_, err := d.Read(t.Context(), "A", card.ATR, nil)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if strings.Contains(fmt.Sprint(err), "CHAN") || strings.Contains(fmt.Sprint(err), "pwned") {
			t.Errorf("%s: the error says what the card said", name)
		}
	}
}

func TestTwoHundredRandomCardsAreAllRefused(t *testing.T) {
	d, s, _ := desk(t)
	rng := rand.New(rand.NewPCG(1, 2))
	for _, make := range []func() *simcard.Card{simcard.Thai, simcard.MyKad, simcard.TaiwanNHI, func() *simcard.Card { return training(t, nil) }} {
		for range 50 {
			c := make()
			c.Faults = func(n int, command []byte) simcard.Fault {
				if n == 1 {
					return simcard.Fault{}
				}
				b := random(rng)
				return simcard.Fault{Raw: append(b, 0x90, 0)}
			}
			s.Insert("A", c)
			if _, err := d.Read(t.Context(), "A", c.ATR, nil); err == nil {
				t.Error("a random card was believed")
			}
		}
	}
	if s.Contexts() != 0 {
		t.Errorf("%d contexts left", s.Contexts())
	}
}

func random(rng *rand.Rand) []byte {
	b := make([]byte, rng.IntN(300))
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return b
}

func TestATransientFaultIsTriedOnceMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, s, i := desk(t)
		c := issue(t, i, chanTaiMan(t))
		c.Faults = simcard.On(3, simcard.Fault{Raw: []byte{}}) // the link breaks once
		s.Insert("A", c)
		if r, err := d.Read(t.Context(), "A", c.ATR, nil); err != nil || r.Proof != ehrdesk.CardGenuineChip {
			t.Errorf("link that broke once: %v", err)
		}
		c.Faults = simcard.From(1, simcard.Fault{Raw: []byte{}})
		_, err := d.Read(t.Context(), "A", c.ATR, nil)
		wantKind(t, err, cardreader.Link)
		c.Faults = simcard.From(1, simcard.Fault{Pull: true})
		_, err = d.Read(t.Context(), "A", c.ATR, nil)
		wantKind(t, err, cardreader.Removed)
	})
}

func TestASilentCardKeepsOneWorkerAndNotOneForEveryTry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, s, i := desk(t)
		s.Stuck(true)
		c := issue(t, i, chanTaiMan(t))
		c.Faults = simcard.From(2, simcard.Fault{Mute: true})
		s.Insert("A", c)
		start := time.Now()
		_, err := d.Read(t.Context(), "A", c.ATR, nil)
		wantKind(t, err, cardreader.Late)
		if took := time.Since(start); took != 10*time.Second {
			t.Errorf("given up after %v", took)
		}
		for range 20 {
			_, err = d.Read(t.Context(), "A", c.ATR, nil)
			wantKind(t, err, cardreader.Busy)
		}
		if s.Contexts() != 1 {
			t.Errorf("%d contexts", s.Contexts())
		}
		s.Pull("A")
		synctest.Wait()
		fine := issue(t, i, chanTaiMan(t))
		s.Insert("A", fine)
		if _, err := d.Read(t.Context(), "A", fine.ATR, nil); err != nil || s.Contexts() != 0 {
			t.Errorf("the next card: %v, %d contexts", err, s.Contexts())
		}
	})
}

func TestACallerWhoGivesUpLeavesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, s, i := desk(t)
		c := issue(t, i, chanTaiMan(t))
		c.Faults = simcard.On(2, simcard.Fault{Delay: time.Hour})
		s.Insert("A", c)
		ctx, stop := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, stop) // the card was removed, says the monitor
		_, err := d.Read(ctx, "A", c.ATR, nil)
		wantKind(t, err, cardreader.Cancelled)
		synctest.Wait()
		if s.Contexts() != 0 {
			t.Errorf("%d contexts", s.Contexts())
		}
	})
}

func TestAReaderUnpluggedWhileItsCardIsReadIsSaid(t *testing.T) {
	d, s, i := desk(t)
	c := issue(t, i, chanTaiMan(t))
	c.Faults = func(n int, _ []byte) simcard.Fault {
		if n == 3 {
			s.Unplug("A")
		}
		return simcard.Fault{}
	}
	s.Insert("A", c)
	_, err := d.Read(t.Context(), "A", c.ATR, nil)
	wantKind(t, err, cardreader.Removed)
	_, err = d.Read(t.Context(), "A", c.ATR, nil)
	wantKind(t, err, cardreader.NoReader)
	if s.Contexts() != 0 || s.Calls("reset") != 0 {
		t.Errorf("%d contexts, %d resets", s.Contexts(), s.Calls("reset"))
	}
}

func TestReadersThatADeskDoesNotUse(t *testing.T) {
	d, s, i := desk(t)
	s.Plug("Virtual PCD 00 00")
	s.Plug("Clinic reader 00 00")
	c := issue(t, i, chanTaiMan(t))
	s.Insert("Virtual PCD 00 00", c)
	_, err := d.Read(t.Context(), "Virtual PCD 00 00", c.ATR, nil)
	wantKind(t, err, cardreader.ReaderRefused)
	d.Virtual = true
	if _, err = d.Read(t.Context(), "Virtual PCD 00 00", c.ATR, nil); err != nil {
		t.Error(err)
	}
	d.Readers = []string{"Clinic reader"}
	_, err = d.Read(t.Context(), "Virtual PCD 00 00", c.ATR, nil)
	wantKind(t, err, cardreader.ReaderRefused)
	list, err := d.List()
	if err != nil || len(list) != 3 || list[0].Allowed || list[1].Allowed || !list[1].Card || !list[2].Allowed || list[2].Card {
		t.Errorf("%+v, %v", list, err)
	}
	s.Stop()
	_, err = d.List()
	wantKind(t, err, cardreader.NoService)
}
