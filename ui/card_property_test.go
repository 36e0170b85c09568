package ui_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// Whatever is pressed, put in and taken out in whatever order: a consent by card
// is only ever submitted with the patient's own genuine card in the reader, for
// that act, and what a card gave does not outlive its stay.
func TestNoOrderOfCardsAndKeysSubmitsWithoutThePatientsCard(t *testing.T) {
	granted := 0
	rapid.Check(t, func(r *rapid.T) {
		d, cards := fake.New(), &fake.Cards{}
		cfg := config(d, "en")
		cfg.Cards = cards
		m, err := ui.New(cfg)
		if err != nil {
			r.Fatal(err)
		}
		p := uitest.Play(t, m, 100, 30)
		tell := func(e ehrdesk.CardEvent) { p.Send(screen.CardMsg{Event: e}) }
		for _, e := range cards.Ready() {
			tell(e)
		}
		signIn(p, clerk)
		var in []ehrdesk.CardEvent
		own := map[uint64]bool{} // insertions of the patient's genuine card
		put := func(reading ehrdesk.CardReading, err error) {
			for len(in) > 0 && rapid.IntRange(0, 4).Draw(r, "besides") > 0 { // mostly one at a time
				tell(cards.Remove(in[0]))
				in = in[1:]
			}
			e := cards.Insert(reading, err)
			in = append(in, e)
			own[e.Insertion] = err == nil && reading.Face.HKIC == d.Card(fake.NoConsent).Face.HKIC && reading.Proof == ehrdesk.CardGenuineChip
			tell(e)
		}
		copied := d.Card(fake.NoConsent)
		copied.Proof = ehrdesk.CardSignedData
		for range rapid.IntRange(5, 60).Draw(r, "steps") {
			before := len(d.Grants)
			switch rapid.IntRange(0, 13).Draw(r, "step") {
			case 0:
				put(d.Card(fake.NoConsent), nil)
			case 1:
				put(d.Card(fake.Active), nil)
			case 2:
				put(copied, nil)
			case 3:
				put(ehrdesk.CardReading{}, ehrdesk.E("card.read", ehrdesk.CodeCard, ehrdesk.FaultUntrusted))
			case 4, 5:
				if len(in) > 0 {
					i := rapid.IntRange(0, len(in)-1).Draw(r, "which")
					tell(cards.Remove(in[i]))
					in = append(in[:i:i], in[i+1:]...)
				}
			case 6:
				p.Press("ctrl+l")
				unlock(p)
			case 7, 8:
				p.Press("esc", "esc", "esc", "esc", "f2")
				find(p, fake.NoConsent).Press("1", "y", "space", "enter", "a", "enter")
			case 9:
				put(d.Card(fake.NoConsent), nil)
				p.Press("enter", "y")
			default:
				p.Press(rapid.SampledFrom([]string{"enter", "enter", "y", "y", "esc", "1", "space", "1", "f2"}).Draw(r, "key"))
			}
			if len(d.Grants) > before {
				g := d.Grants[before]
				if g.Channel == ehrdesk.ByCard {
					granted++
				}
				there := false
				for _, e := range in {
					there = there || own[e.Insertion]
				}
				if g.Channel == ehrdesk.ByCard && (!there || g.Card == nil || string(g.Card.Face) != "CHAN, Tai Man") {
					r.Fatalf("submitted with %d cards in, the patient's among them: %v", len(in), there)
				}
				n, err := ehrdesk.ParseNumber(fake.NoConsent)
				if err != nil || g.Patient != n {
					r.Fatal("a consent of another patient")
				}
			}
		}
		for _, e := range in {
			tell(cards.Remove(e))
		}
		for i, reading := range cards.Given {
			if reading.Face.Name != "" || reading.Evidence.Face != nil {
				r.Fatalf("reading %d outlived its card", i)
			}
		}
	})
	t.Logf("%d consents by card", granted)
	if granted == 0 {
		t.Error("no order led to a consent by card: the test looks at nothing")
	}
}
