package main

import (
	"crypto/ecdsa"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader"
	"github.com/ehrdesk/ehrdesk/cardreader/pcsc"
	"github.com/ehrdesk/ehrdesk/cardreader/simcard"
	"github.com/ehrdesk/ehrdesk/cmd/internal/populate"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/ehrdesk/ehrdesk/internal/territory"
	"github.com/ehrdesk/ehrdesk/internal/testclock"
	"github.com/ehrdesk/ehrdesk/internal/virtualpcd"
	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
)

// counter is a desk with a queue: the real screen, client, centre, card service
// and virtual reader.
type counter struct {
	eyes
	*settledDesk
	service *virtualpcd.Daemon
	slot    *vpcdSlot
}

// empty waits until the service has noticed that no card is in: a card put in before is taken for the
// old one, and the desk says at once that it was taken out, by the answer that did not come.
func (c *counter) empty() {
	c.t.Helper()
	ctx, err := cardreader.System()()
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = ctx.Release() }()
	readers, err := ctx.Readers()
	if err != nil || len(readers) == 0 {
		c.t.Fatalf("%d readers, %v", len(readers), err)
	}
	at := []pcsc.ReaderState{{Reader: readers[0]}}
	for until := time.Now().Add(2 * time.Minute); time.Now().Before(until); at[0].Current = at[0].Event &^ pcsc.Changed {
		if err := ctx.Wait(at, time.Minute); err != nil {
			c.t.Fatal(err)
		}
		if at[0].Event&pcsc.Empty != 0 {
			return
		}
	}
	c.t.Fatal("the card that was taken out is there for the service")
}

// cardService is a pcscd of the test's own with two virtual readers. Where there
// can be none the test says SKIP, or fails where EHRDESK_SCENARIOS=require.
func cardService(t *testing.T) *virtualpcd.Daemon {
	t.Helper()
	skip := func(why any) {
		if os.Getenv("EHRDESK_SCENARIOS") == "require" {
			t.Fatal("a real pcscd is required: ", why)
		}
		t.Skip("SKIP what needs a real pcscd: ", why)
	}
	if why := virtualpcd.Lacking(); why != "" {
		skip(why)
	}
	release, err := virtualpcd.Alone()
	if err != nil {
		skip(err)
	}
	t.Cleanup(release)
	d := virtualpcd.New(t.TempDir())
	t.Cleanup(d.End)
	if err := d.Start(1); err != nil {
		t.Fatal(err)
	}
	return d
}

func newCounter(t *testing.T, world *territory.Territory) *counter {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	c := &counter{eyes: eyes{t: t}, service: cardService(t), slot: &vpcdSlot{addr: virtualpcd.Addr(0, 0)}, settledDesk: newSettledDesk(t, populate.From(world, demoHours), nil)}
	profiles, err := cardreader.BuiltIn()
	must(err)
	cards := cardreader.NewReaders(&cardreader.Station{
		Establish: cardreader.System(), Profiles: profiles, Issuers: []*ecdsa.PublicKey{c.issuer.Public()}, Virtual: true}, nil, "")
	t.Cleanup(func() { _ = cards.Close() })
	t.Cleanup(c.slot.pull)
	m, err := ui.New(ui.Config{Desk: c.desk, Cards: cards, Lang: "en", Now: c.now})
	must(err)
	c.Driver = uitest.Start(t, m, 100, 30)
	return c
}

// handedBack takes the card out and waits until the desk has noticed: pcscd asks
// every 400 ms, and a card put in before is taken for the old one.
func (c *counter) handedBack() {
	c.t.Helper()
	c.slot.pull()
	c.gone("hand the card back")
	c.see("Consent recorded")
}

// put puts a card in; out takes it out and waits until the desk has noticed.
func (c *counter) put(p simcard.Person, way string) <-chan struct{} {
	c.t.Helper()
	card, err := trainingCard(c.issuer, p, way)
	if err != nil {
		c.t.Fatal(err)
	}
	out, err := c.slot.put(c.t.Context(), card)
	if err != nil {
		c.t.Fatal(err)
	}
	return out
}

func (c *counter) out(seen string) {
	c.t.Helper()
	c.slot.pull()
	c.see(seen)
}

// queue are people of the territory who may consent by card: registered, of age,
// with an identity card, and without a consent that runs.
func queue(world *territory.Territory, now time.Time, n int) (out []ehrdesk.Patient) {
	for i := 0; i < world.Len() && len(out) < n; i++ {
		p := world.Person(i)
		if _, has := printed(p.Patient); !has || p.Participation != ehrdesk.Registered || p.Patient.Deceased || p.Patient.Years(now) < 16 {
			continue
		}
		free := true
		for _, k := range p.Consents {
			free = free && (k.Provider != territory.DemoProvider || !k.Consent.StateAt(now).Allows())
		}
		if free {
			out = append(out, p.Patient)
		}
	}
	return out
}

// fault is one thing that goes wrong.
type fault struct{ way, says string }

// faults are what goes wrong, one with every third patient or so: how the card is put
// in, and what the desk says.
var faults = []fault{
	{"pulled", "The card was taken out: nothing was submitted"},
	{"clone", "could not prove that it is genuine"},
	{"another person", "This card is another person's"},
	{"wrong-signature", "could not prove that it is genuine"},
	{"taken out at the review", "nothing was submitted"},
	{"garbage", "not well formed"},
	{"swapped", "This card is another person's"},
	{"service restarted", "the smart-card service is not running"},
	{"slow", "compare the photo with the person"},
	{"mute", "did not answer in time"},
}

// A clerk takes the consents of a queue by card, fifty people or a sample of
// them, with something wrong at every third or second: every consent is on record exactly once, nothing else is, and
// every fault was said in words.
func TestAClerkTakesAQueueOfConsentsByCard(t *testing.T) {
	n, every := 50, 3
	if testing.Short() {
		n, every = 20, 2 // as many faults, each once
	}
	world := territory.New(territory.Options{Patients: 2*n + 20, Seed: demoSeed, Now: testclock.Start()})
	people := queue(world, testclock.Start(), n)
	if len(people) < n {
		t.Fatalf("only %d people may consent by card", len(people))
	}
	c := newCounter(t, world)
	c.see("Ms CHEUNG Wing Yan") // the list of people has come
	c.Press("down")
	c.Type(demoPassphrase)
	c.Press("enter")
	c.see("looks its holder up at once")
	for i, p := range people {
		if i%every == every-1 {
			c.withFault(faults[i/every%len(faults)], p, people[(i+1)%n])
		} else {
			c.byInsertion(p)
		}
		if t.Failed() {
			t.FailNow()
		}
	}
	c.Press("ctrl+q")
	c.WaitFinished(t)
	c.onRecord(people)
}

// byInsertion is the plain way: the card looks its holder up, Enter takes the
// consent.
func (c *counter) byInsertion(p ehrdesk.Patient) {
	c.t.Helper()
	card, _ := printed(p)
	c.put(card, "")
	c.see("genuine chip · agrees with the centre's record")
	c.see(p.HKIC.Printed())
	c.Press("enter")
	c.toCard()
	c.submit()
	c.handedBack()
	c.Press("enter")
	c.see("Find a patient")
}

// toCard goes through the steps before the card's.
func (c *counter) toCard() {
	c.t.Helper()
	c.see("The patient reads both notices")
	c.see("version") // they have come
	c.Press("y")
	c.see("Who consents")
	c.Press("space", "enter")
	c.see("How long it runs")
	c.Press("a", "enter")
	c.see("The patient's card")
}

func (c *counter) submit() {
	c.t.Helper()
	c.see("compare the photo with the person")
	c.Press("enter")
	c.see("Review")
	c.Press("y")
	c.see("Consent recorded")
	c.see("hand the card back")
}

// withFault types the number, meets the fault at the card's step, and ends well
// with the patient's own card.
func (c *counter) withFault(f fault, p, other ehrdesk.Patient) {
	c.t.Helper()
	card, _ := printed(p)
	strange, _ := printed(other)
	c.Type(p.HKIC.Printed())
	c.Press("enter")
	c.see("Any one of five ways")
	c.Press("1")
	c.toCard()
	c.see("Please put the patient's identity card")
	switch f.way {
	case "another person":
		c.put(strange, "")
		c.see(f.says)
		c.out("nothing was submitted")
		c.put(card, "")
	case "taken out at the review":
		c.put(card, "")
		c.see("compare the photo")
		c.Press("enter")
		c.see("Review")
		c.out(f.says)
		c.put(card, "")
	case "swapped":
		<-c.put(card, "swapped")
		c.put(strange, "")
		c.see(f.says, "The link to the card broke") // pcscd may not have seen one go and the other come
		c.out("nothing was submitted")
		c.put(card, "")
	case "service restarted":
		c.put(card, "")
		c.see("compare the photo")
		c.service.Stop(syscall.SIGTERM)
		c.see(f.says)
		c.slot.pull()
		if err := c.service.Start(1); err != nil {
			c.t.Fatal(err)
		}
		c.see("Please put the patient's identity card")
		c.put(card, "")
	case "pulled":
		<-c.put(card, "pulled")
		c.see(f.says)
		c.empty()
		c.put(card, "")
	case "slow":
		c.put(card, "slow")
	default:
		c.put(card, f.way)
		c.see(f.says)
		c.out("The card was taken out: nothing was submitted")
		c.put(card, "")
	}
	c.submit()
	c.handedBack()
	c.Press("enter")
	c.see("Find a patient")
}

// onRecord holds the centre's consents and accesses against the queue.
func (c *counter) onRecord(people []ehrdesk.Patient) {
	c.t.Helper()
	given := 0
	want := map[string]bool{}
	for _, p := range people {
		want[p.EHR.Compact()] = true
	}
	err := c.centre.Participants(c.t.Context(), "", func(p central.Participant) error {
		fresh := 0
		for _, k := range p.Consents {
			since, err := time.Parse(time.RFC3339, k.Since)
			if err == nil && !since.Before(c.today.Truncate(time.Second)) {
				fresh++
				if k.Channel != string(ehrdesk.ByCard) || k.Proof != ehrdesk.CardGenuineChip.String() {
					c.t.Errorf("a consent by %s, proof %q", k.Channel, k.Proof)
				}
			}
		}
		switch {
		case want[p.EHR] && fresh != 1:
			c.t.Errorf("a patient of the queue has %d consents", fresh)
		case !want[p.EHR] && fresh != 0:
			c.t.Error("somebody outside the queue has a consent")
		}
		given += fresh
		return nil
	})
	if err != nil {
		c.t.Fatal(err)
	}
	if given != len(people) {
		c.t.Errorf("%d consents for %d patients", given, len(people))
	}
	c.t.Logf("%d consents by card on record, each once", given)
}
