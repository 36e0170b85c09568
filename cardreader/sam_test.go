package cardreader_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader"
	"github.com/ehrdesk/ehrdesk/cardreader/pcsc/fake"
	"github.com/ehrdesk/ehrdesk/cardreader/simcard"
)

// closedDesk is a desk with a SAM in reader "S" and a closed card in "A".
func closedDesk(t testing.TB) (*cardreader.Station, *fake.Service, *simcard.Issuer, *simcard.Card, *simcard.Card) {
	t.Helper()
	d, s, i := desk(t)
	d.SAM = "S"
	s.Plug("S")
	card, sam := closed(t, i), module(t, i)
	s.Insert("A", card)
	s.Insert("S", sam)
	return d, s, i, card, sam
}

func closed(t testing.TB, i *simcard.Issuer) *simcard.Card {
	t.Helper()
	c, err := i.IssueClosed(chanTaiMan(t))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func module(t testing.TB, i *simcard.Issuer) *simcard.Card {
	t.Helper()
	c, err := i.SAM()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// ins is a fault with every command of one instruction.
func ins(v byte, f simcard.Fault) func(int, []byte) simcard.Fault {
	return func(_ int, command []byte) simcard.Fault {
		if command[1] == v {
			return f
		}
		return simcard.Fault{}
	}
}

func TestAClosedCardOpensToItsIssuersSAMAndProvesItself(t *testing.T) {
	for _, t0 := range []bool{false, true} {
		d, s, _, card, _ := closedDesk(t)
		card.Applet.(*simcard.Closed).Inner.T0 = t0
		challenge := [32]byte{7}
		for range 3 { // and again: nothing is used up
			r, err := d.Read(t.Context(), "A", card.ATR, &challenge)
			if err != nil {
				t.Fatal(err)
			}
			if r.Profile != "training-sam-1" || r.Proof != ehrdesk.CardGenuineChip || r.Face.Name != "CHAN, Tai Man" || len(r.Face.Photo) != 4004 ||
				r.Evidence.Challenge != challenge || len(r.Evidence.Response) == 0 || r.Evidence.Profile != "training-sam-1" || r.Evidence.Source != "reader" {
				t.Errorf("%s proves %v", r.Profile, r.Proof)
			}
		}
		if s.Contexts() != 0 {
			t.Errorf("%d contexts left", s.Contexts())
		}
	}
}

func TestAClosedCardShowsNothingWithoutTheExchange(t *testing.T) {
	_, s, _, card, _ := closedDesk(t)
	session := open(t, s)
	defer session.Close()
	if found, err := session.Select(t.Context(), "select", simcard.ClosedAID); err != nil || !found {
		t.Fatal(err)
	}
	for _, command := range [][]byte{{0, 0xB0, 0x81, 0, 0}, {0, 0xB0, 0x82, 0, 0}, {0, 0xB0, 0x83, 0, 0}, {0, 0xB0, 0, 0, 0},
		append([]byte{0, 0x88, 0, 0, 32}, make([]byte, 32)...)} {
		if b, sw, err := session.Transmit(t.Context(), "try", command); err != nil || sw != 0x6982 || len(b) != 0 {
			t.Errorf("%X: %d bytes, %04X, %v", command[:4], len(b), sw, err)
		}
	}
	// Whoever is not the verifier cannot even begin it.
	n := card.Commands()
	for _, command := range [][]byte{{0, 0x84, 0, 0, 32}, {0, 0x82, 0, 0, 1, 0}} {
		_, _, err := session.Transmit(t.Context(), "try", command)
		wantKind(t, err, cardreader.Forbidden)
	}
	if card.Commands() != n {
		t.Error("a forbidden command was sent")
	}
}

func TestEachThingThatIsWrongWithASAMHasItsWords(t *testing.T) {
	for name, c := range map[string]struct {
		change func(t *testing.T, d *cardreader.Station, s *fake.Service, sam *simcard.Card)
		kind   cardreader.Kind
		words  string
	}{
		"none is configured": {func(_ *testing.T, d *cardreader.Station, _ *fake.Service, _ *simcard.Card) { d.SAM = "" },
			cardreader.Recognised, "no SAM for such a card"},
		"its reader is not connected": {func(_ *testing.T, _ *cardreader.Station, s *fake.Service, _ *simcard.Card) { s.Unplug("S") },
			cardreader.Recognised, "SAM's reader is not connected"},
		"it is not in its reader": {func(_ *testing.T, _ *cardreader.Station, s *fake.Service, _ *simcard.Card) { s.Pull("S") },
			cardreader.Recognised, "no SAM in its reader"},
		"it does not answer to reset": {func(_ *testing.T, _ *cardreader.Station, s *fake.Service, _ *simcard.Card) { s.InsertMute("S") },
			cardreader.Recognised, "the SAM does not answer"},
		"two readers have its name": {func(_ *testing.T, _ *cardreader.Station, s *fake.Service, _ *simcard.Card) { s.Plug("S2") },
			cardreader.Recognised, "two readers"},
		"it is virtual where none may be": {func(_ *testing.T, d *cardreader.Station, s *fake.Service, sam *simcard.Card) {
			s.Unplug("S")
			s.Plug("Virtual PCD")
			s.Insert("Virtual PCD", sam)
			d.SAM = "Virtual"
		}, cardreader.Recognised, "SAM's reader is not connected"},
		"another card is in its reader": {func(_ *testing.T, _ *cardreader.Station, s *fake.Service, _ *simcard.Card) {
			s.Insert("S", simcard.Thai())
		},
			cardreader.Recognised, "not the SAM that this card needs"},
		"it is another issuer's": {func(t *testing.T, _ *cardreader.Station, s *fake.Service, _ *simcard.Card) {
			s.Insert("S", module(t, issuer(t)))
		},
			cardreader.Recognised, "another issuer's"},
		"it is pulled during the exchange": {func(_ *testing.T, _ *cardreader.Station, _ *fake.Service, sam *simcard.Card) {
			sam.Faults = ins(0x82, simcard.Fault{Pull: true})
		}, cardreader.Recognised, "the SAM was removed"},
		"its challenge is spent": {func(_ *testing.T, _ *cardreader.Station, _ *fake.Service, sam *simcard.Card) {
			sam.Faults = ins(0x84, simcard.Fault{Raw: append(make([]byte, 32), 0x90, 0)}) // one that was never asked for
		}, cardreader.Refused, "the SAM's challenge was answered before"},
		"its challenge is short": {func(_ *testing.T, _ *cardreader.Station, _ *fake.Service, sam *simcard.Card) {
			sam.Faults = ins(0x84, simcard.Fault{Raw: []byte{1, 2, 0x90, 0}})
		}, cardreader.Malformed, "another length"},
		"it signs nothing": {func(_ *testing.T, _ *cardreader.Station, _ *fake.Service, sam *simcard.Card) {
			sam.Faults = ins(0x88, simcard.Fault{Raw: []byte{0x90, 0}})
		}, cardreader.Malformed, "not well formed"},
		"it signs something else": {func(_ *testing.T, _ *cardreader.Station, _ *fake.Service, sam *simcard.Card) {
			sam.Faults = ins(0x88, simcard.Fault{Raw: []byte{0x30, 0, 0x90, 0}})
		}, cardreader.Refused, "does not accept this SAM"},
		"another program holds it": {func(_ *testing.T, _ *cardreader.Station, s *fake.Service, _ *simcard.Card) { s.Hold("S") },
			cardreader.Busy, "SAM connect"},
		"it is silent": {func(_ *testing.T, _ *cardreader.Station, _ *fake.Service, sam *simcard.Card) {
			sam.Faults = ins(0x84, simcard.Fault{Mute: true})
		}, cardreader.Late, "SAM authentication"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d, s, _, card, sam := closedDesk(t)
				c.change(t, d, s, sam)
				r, err := d.Read(t.Context(), "A", card.ATR, nil)
				wantKind(t, err, c.kind)
				if r != nil || err == nil || !strings.Contains(err.Error(), c.words) {
					t.Errorf("%v, want %q", err, c.words)
				}
				synctest.Wait()
				if s.Contexts() != 0 {
					t.Errorf("%d contexts left", s.Contexts())
				}
			})
		})
	}
}

func TestEachThingThatIsWrongWithAClosedCardHasItsWords(t *testing.T) {
	for name, c := range map[string]struct {
		change func(t *testing.T, card *simcard.Card)
		kind   cardreader.Kind
		words  string
	}{
		"a copy of all that a SAM would let one read": {func(_ *testing.T, card *simcard.Card) {
			card.Applet = card.Applet.(*simcard.Closed).Clone()
		}, cardreader.Untrusted, "the SAM does not accept the chip"},
		"another issuer's": {func(t *testing.T, card *simcard.Card) { card.Applet = closed(t, issuer(t)).Applet },
			cardreader.Untrusted, "certified the chip"},
		"another chip's certificate": {func(t *testing.T, card *simcard.Card) {
			a := card.Applet.(*simcard.Closed)
			a.Certificate[20] ^= 1
		}, cardreader.Untrusted, "certified the chip"},
		"its challenge is one of before": {func(_ *testing.T, card *simcard.Card) {
			card.Faults = ins(0x84, simcard.Fault{Raw: append(make([]byte, 32), 0x90, 0)})
		}, cardreader.Refused, "the card's challenge was answered before"},
		"its challenge is long": {func(_ *testing.T, card *simcard.Card) {
			card.Faults = ins(0x84, simcard.Fault{Raw: append(make([]byte, 33), 0x90, 0)})
		}, cardreader.Malformed, "another length"},
		"it says that it is open and is not": {func(_ *testing.T, card *simcard.Card) {
			card.Faults = ins(0x82, simcard.Fault{Raw: []byte{0x90, 0}})
		}, cardreader.Refused, "step 1"},
		"it is pulled during the exchange": {func(_ *testing.T, card *simcard.Card) {
			card.Faults = ins(0x82, simcard.Fault{Pull: true})
		}, cardreader.Removed, "the card was removed"},
		"it is pulled while it is read": {func(_ *testing.T, card *simcard.Card) {
			card.Faults = ins(0xB0, simcard.Fault{Pull: true})
		}, cardreader.Removed, "the card was removed"},
		"it opens and cannot answer the desk": {func(t *testing.T, card *simcard.Card) {
			a := card.Applet.(*simcard.Closed)
			a.Inner = a.Inner.Clone()
		}, cardreader.Untrusted, "a copy"},
		"its face was changed": {func(t *testing.T, card *simcard.Card) {
			p := chanTaiMan(t)
			p.Name = "WONG, Siu Ming"
			card.Applet.(*simcard.Closed).Inner.Files[1] = p.Face()
		}, cardreader.Untrusted, "not what was read"},
	} {
		t.Run(name, func(t *testing.T) {
			d, s, _, card, _ := closedDesk(t)
			c.change(t, card)
			r, err := d.Read(t.Context(), "A", card.ATR, nil)
			wantKind(t, err, c.kind)
			if r != nil || err == nil || !strings.Contains(err.Error(), c.words) {
				t.Errorf("%v, want %q", err, c.words)
			}
			if s.Contexts() != 0 {
				t.Errorf("%d contexts left", s.Contexts())
			}
		})
	}
}

// TestAnAnswerOpensOneCardOnce records what the SAM said and says it again.
func TestAnAnswerOpensOneCardOnce(t *testing.T) {
	d, s, i, card, sam := closedDesk(t)
	var recorded []byte
	sam.Seen = func(command, answer []byte) {
		if command[1] == 0x88 {
			recorded = bytes.Clone(answer)
		}
	}
	if _, err := d.Read(t.Context(), "A", card.ATR, nil); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]*simcard.Card{"the same card": card, "another card": closed(t, i)} {
		s.Insert("A", c)
		sam.Faults = ins(0x88, simcard.Fault{Raw: recorded})
		_, err := d.Read(t.Context(), "A", c.ATR, nil)
		wantKind(t, err, cardreader.Refused)
		if err == nil || !strings.Contains(err.Error(), "does not accept this SAM") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBothCardsAreHeldForTheWholeReadingAndReset(t *testing.T) {
	d, s, _, card, sam := closedDesk(t)
	reached := false
	card.Seen = func(command, _ []byte) {
		if command[1] != 0x88 || command[3] != 0 {
			return
		}
		reached = true // the last command: nobody else may have got at the SAM meanwhile
		before := sam.Resets()
		if s.Calls("reset") != 0 || before != 1 {
			t.Errorf("%d resets before the end", s.Calls("reset"))
		}
	}
	if _, err := d.Read(t.Context(), "A", card.ATR, nil); err != nil || !reached {
		t.Fatal(err)
	}
	if s.Calls("reset") != 4 || s.Calls("leave") != 0 { // two at the end of a transaction, two at disconnecting
		t.Errorf("%d resets, %d left", s.Calls("reset"), s.Calls("leave"))
	}
}

func TestNoPatientsCardIsReadInTheSAMsReader(t *testing.T) {
	d, s, i, _, _ := closedDesk(t)
	c := issue(t, i, chanTaiMan(t))
	s.Insert("S", c)
	_, err := d.Read(t.Context(), "S", c.ATR, nil)
	wantKind(t, err, cardreader.ReaderRefused)
	if d.Allowed("S") || d.Allowed("S 00 01") || !d.Allowed("A") {
		t.Error("the SAM's reader is a patient's")
	}
	if r, ok := d.Recognise(simcard.ClosedATR); !ok || !r.Readable {
		t.Errorf("%+v", r)
	}
	d.SAM = ""
	if r, ok := d.Recognise(simcard.ClosedATR); !ok || r.Readable || r.Profile != "training-sam-1" {
		t.Errorf("without a SAM: %+v", r)
	}
}

func TestADeadlineHoldsForCardAndSAMTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, s, _, card, sam := closedDesk(t)
		slow := simcard.From(1, simcard.Fault{Delay: 400 * time.Millisecond})
		card.Faults, sam.Faults = slow, slow
		ctx, stop := context.WithTimeout(t.Context(), 2*time.Second)
		defer stop()
		start := time.Now()
		_, err := d.Read(ctx, "A", card.ATR, nil)
		wantKind(t, err, cardreader.Late)
		if took := time.Since(start); took != 2*time.Second {
			t.Errorf("told after %v", took)
		}
		synctest.Wait()
		if s.Contexts() != 0 {
			t.Errorf("%d contexts", s.Contexts())
		}
	})
}

func TestASAMThatStaysSilentKeepsOneWorker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, s, _, card, sam := closedDesk(t)
		s.Stuck(true)
		sam.Faults = simcard.From(2, simcard.Fault{Mute: true})
		_, err := d.Read(t.Context(), "A", card.ATR, nil)
		wantKind(t, err, cardreader.Late)
		for range 5 {
			_, err = d.Read(t.Context(), "A", card.ATR, nil)
			wantKind(t, err, cardreader.Busy)
		}
		if s.Contexts() != 1 {
			t.Errorf("%d contexts", s.Contexts())
		}
		s.Pull("S")
		synctest.Wait()
		s.Insert("S", sam)
		sam.Faults = nil
		if _, err := d.Read(t.Context(), "A", card.ATR, nil); err != nil || s.Contexts() != 0 {
			t.Errorf("%v, %d contexts", err, s.Contexts())
		}
	})
}

func TestAProfileNamesTheSAMItsVerifierNeeds(t *testing.T) {
	for name, text := range map[string]string{
		"a SAM nobody asked for": strings.Replace(good, `"limit": 256`, `"limit": 256, "sam": "training-sam"`, 1),
		"a verifier without its SAM": strings.NewReplacer(`"limit": 256`, `"limit": 256, "verify": "training-sam-1"`,
			`"into": "face", "limit": 200}`, `"into": "face", "limit": 200},{"read": "binary", "sfi": 2, "into": "photo", "limit": 9},{"read": "binary", "sfi": 3, "into": "proof", "limit": 9}`).Replace(good),
		"a challenge to the card": strings.Replace(good, "00B0810000", "0084000020", 1),
		"an answer to the card":   strings.Replace(good, "00B0810000", "008200000100", 1),
	} {
		if _, err := cardreader.ParseProfile([]byte(text)); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}
