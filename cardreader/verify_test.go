package cardreader_test

import (
	"bytes"
	"crypto/ecdsa"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader"
	"github.com/ehrdesk/ehrdesk/cardreader/simcard"
	"github.com/ehrdesk/ehrdesk/cardreader/tlv"
	"github.com/ehrdesk/ehrdesk/cardreader/trust"
)

func static(t testing.TB, i *simcard.Issuer, p simcard.Person) *simcard.Card {
	t.Helper()
	c, err := i.IssueStatic(p)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func clone(c *simcard.Card) *simcard.Card {
	c.Applet = c.Applet.(*simcard.Training).Clone()
	return c
}

// edited changes the objects of a card's proof file and keeps its signature.
func edited(t testing.TB, c *simcard.Card, change func(tag uint32, value []byte) []byte) *simcard.Card {
	t.Helper()
	a := c.Applet.(*simcard.Training)
	nodes, err := tlv.Parse(a.Files[3], tlv.Card)
	if err != nil {
		t.Fatal(err)
	}
	var out []byte
	for _, n := range nodes[0].Kids {
		if v := change(n.Tag, n.Value); v != nil {
			out = tlv.Append(out, n.Tag, v)
		}
	}
	a.Files[3] = tlv.Append(nil, 0x77, out)
	return c
}

// TestEachLevelOfATrainingCardIsWorthWhatItSays: a copy of a chip card is
// refused; a copy of a static card is not, and never passes for more than that.
func TestEachLevelOfATrainingCardIsWorthWhatItSays(t *testing.T) {
	noKey := func(tag uint32, v []byte) []byte {
		if tag == 0x86 {
			return nil
		}
		return v
	}
	called := func(version byte) func(uint32, []byte) []byte {
		return func(tag uint32, v []byte) []byte {
			if tag == 0x80 {
				return []byte{version}
			}
			return v
		}
	}
	for name, c := range map[string]struct {
		make func(t *testing.T, i *simcard.Issuer) *simcard.Card
		want ehrdesk.CardProof // unverified: the reading is refused
	}{
		"genuine":                  {func(t *testing.T, i *simcard.Issuer) *simcard.Card { return issue(t, i, chanTaiMan(t)) }, ehrdesk.CardGenuineChip},
		"a copy of a genuine card": {func(t *testing.T, i *simcard.Issuer) *simcard.Card { return clone(issue(t, i, chanTaiMan(t))) }, 0},
		"static":                   {func(t *testing.T, i *simcard.Issuer) *simcard.Card { return static(t, i, chanTaiMan(t)) }, ehrdesk.CardSignedData},
		"a copy of a static card":  {func(t *testing.T, i *simcard.Issuer) *simcard.Card { return clone(static(t, i, chanTaiMan(t))) }, ehrdesk.CardSignedData},
		"a chip card with its key stripped": {func(t *testing.T, i *simcard.Issuer) *simcard.Card {
			return edited(t, issue(t, i, chanTaiMan(t)), noKey)
		}, 0},
		"stripped and called static": {func(t *testing.T, i *simcard.Issuer) *simcard.Card {
			return edited(t, edited(t, issue(t, i, chanTaiMan(t)), noKey), called(2))
		}, 0},
		"a static card called a chip card": {func(t *testing.T, i *simcard.Issuer) *simcard.Card {
			return edited(t, static(t, i, chanTaiMan(t)), called(1))
		}, 0},
		"a static card of another issuer": {func(t *testing.T, _ *simcard.Issuer) *simcard.Card { return static(t, issuer(t), chanTaiMan(t)) }, 0},
		"a static card with another photo": {func(t *testing.T, i *simcard.Issuer) *simcard.Card {
			c := static(t, i, chanTaiMan(t))
			c.Applet.(*simcard.Training).Files[2][100] ^= 1
			return c
		}, 0},
	} {
		d, s, i := desk(t)
		card := c.make(t, i)
		s.Insert("A", card)
		challenge := [32]byte{4, 2}
		r, err := d.Read(t.Context(), "A", card.ATR, &challenge)
		if c.want == ehrdesk.CardUnverified {
			if r != nil {
				t.Errorf("%s: read as %v", name, r.Proof)
			}
			wantKind(t, err, cardreader.Untrusted)
			continue
		}
		if err != nil || r.Proof != c.want {
			t.Errorf("%s: %v, want %v", name, err, c.want)
			continue
		}
		a, e := card.Applet.(*simcard.Training), r.Evidence
		if e.Profile != "training-1" || e.Source != "reader" || e.Scheme != trust.Training || e.Proof != c.want || e.Challenge != challenge ||
			!bytes.Equal(e.Face, a.Files[1]) || !bytes.Equal(e.Signed, a.Files[3]) || (len(e.Response) > 0) != (c.want == ehrdesk.CardGenuineChip) {
			t.Errorf("%s: the evidence is not what the card gave", name)
		}
		// Whoever was not there comes to the same end.
		if v, err := trust.Check(e, []*ecdsa.PublicKey{i.Public()}); err != nil || v.Proof != r.Proof || v.Face.HKIC != r.Face.HKIC || v.Face.Name != r.Face.Name ||
			v.Face.LocalName != r.Face.LocalName || v.Face.Born != r.Face.Born || v.Face.Sex != r.Face.Sex {
			t.Errorf("%s: judged elsewhere as %v, %v", name, v.Proof, err)
		}
		kept := e.Face
		r.Wipe()
		if !bytes.Equal(kept, make([]byte, len(kept))) || r.Evidence.Face != nil {
			t.Errorf("%s: the evidence keeps the face", name)
		}
	}
}

// TestTheDeskRefusesWhatTheCentreWould: the profile would mend these names, and
// the centre would then compare others.
func TestTheDeskRefusesWhatTheCentreWould(t *testing.T) {
	for name, change := range map[string]func(*simcard.Person){
		"two spaces":         func(p *simcard.Person) { p.Name = "CHAN,  Tai Man" },
		"a space at the end": func(p *simcard.Person) { p.Name = "CHAN, Tai Man " },
		"a zero at the end":  func(p *simcard.Person) { p.Chinese = "陳大文\x00" },
	} {
		d, s, i := desk(t)
		p := chanTaiMan(t)
		change(&p)
		c := issue(t, i, p)
		s.Insert("A", c)
		r, err := d.Read(t.Context(), "A", c.ATR, nil)
		if wantKind(t, err, cardreader.BadData); r != nil {
			t.Errorf("%s: read", name)
		}
	}
}

func TestAPublicLayoutGivesEvidenceOfNothing(t *testing.T) {
	d, s, i := desk(t)
	c := simcard.Thai()
	s.Insert("A", c)
	r, err := d.Read(t.Context(), "A", c.ATR, &[32]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	e := r.Evidence
	if e.Profile != "thai-nid" || e.Source != "reader" || e.Scheme != "" || e.Proof != ehrdesk.CardUnverified || e.Face != nil || e.Signed != nil || e.Response != nil {
		t.Error("a card that proves nothing gives something to prove it by")
	}
	if v, err := trust.Check(e, []*ecdsa.PublicKey{i.Public()}); err != nil || v.Proof != ehrdesk.CardUnverified || v.Face.Name != "" {
		t.Errorf("judged as %v, %v", v.Proof, err)
	}
}
