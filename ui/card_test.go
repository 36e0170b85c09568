package ui_test

import (
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// cardDesk is a desk with readers, somebody signed in.
type cardDesk struct {
	*uitest.Player
	t     *testing.T
	desk  *fake.Desk
	cards *fake.Cards
}

func atCounter(t *testing.T, who int, change ...func(*ui.Config)) *cardDesk {
	t.Helper()
	d, cards := fake.New(), &fake.Cards{}
	cfg := config(d, "en")
	cfg.Cards = cards
	for _, f := range change {
		f(&cfg)
	}
	m, err := ui.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	c := &cardDesk{uitest.Play(t, m, 120, 40), t, d, cards}
	c.tell(cards.Ready()...)
	signIn(c.Player, who)
	return c
}

func (c *cardDesk) tell(events ...ehrdesk.CardEvent) {
	for _, e := range events {
		c.Send(screen.CardMsg{Event: e})
	}
}

// insert puts the genuine card of a patient in.
func (c *cardDesk) insert(number string) ehrdesk.CardEvent {
	return c.insertAs(c.desk.Card(number), nil)
}

func (c *cardDesk) insertAs(r ehrdesk.CardReading, err error) ehrdesk.CardEvent {
	e := c.cards.Insert(r, err)
	c.tell(e)
	return e
}

func (c *cardDesk) remove(e ehrdesk.CardEvent) { c.tell(c.cards.Remove(e)) }

// wiped fails the test unless everything that cards gave is gone.
func (c *cardDesk) wiped() {
	c.t.Helper()
	for i, r := range c.cards.Given {
		if r.Face.Name != "" || r.Evidence.Face != nil {
			c.t.Errorf("reading %d is still there", i)
		}
	}
}

// toCard goes to the step in which the card is asked for.
func (c *cardDesk) toCard(number string) *cardDesk {
	find(c.Player, number).Press("1", "y", "space", "enter", "a", "enter")
	return c
}

func TestACardInTheReaderLooksItsHolderUpAtOnce(t *testing.T) {
	c := atCounter(t, doctor)
	c.Want("looks its holder up at once")
	e := c.insert(fake.NoConsent)
	c.Want("CHAN, Tai Man", "no sharing consent", "genuine chip · agrees with the centre's record", "Smart identity card, put into the reader  (Enter)")
	c.remove(e)
	c.Want("CHAN, Tai Man", "card taken out", "(Enter)")
	c.wiped()

	c.insert(fake.Active) // whatever is on the screen
	c.Want("WONG, Mei", "sharing consent to this provider")
	c.Press("enter").Want("consultation")
	if c.desk.Calls["find"] != 2 {
		t.Errorf("%d look-ups for two cards", c.desk.Calls["find"])
	}
}

// The same insertion is looked up once, however often the screen comes back.
func TestACardIsLookedUpOnce(t *testing.T) {
	c := atCounter(t, doctor)
	c.insert(fake.NoConsent)
	c.Press("esc").Want("Find a patient").Press("f2", "f1", "esc")
	if c.desk.Calls["find"] != 1 {
		t.Errorf("%d look-ups", c.desk.Calls["find"])
	}
}

func TestACardPutInElsewhereWaitsForTheFindScreen(t *testing.T) {
	c := atCounter(t, doctor)
	open(c.Player, fake.Active).Press("3", "3")
	c.insert(fake.NoConsent)
	c.Want("A card was put in: F2", "WONG, Mei").Deny("CHAN, Tai Man")
	c.Press("f2").Want("CHAN, Tai Man", "no sharing consent")
}

func TestEveryFaultOfACardIsSaidAndTypingGoesOn(t *testing.T) {
	for _, k := range ehrdesk.CardFaults() {
		c := atCounter(t, clerk)
		words := ui.CardWords(c.M, k)
		c.insertAs(ehrdesk.CardReading{}, ehrdesk.E("card.read", ehrdesk.CodeCard, k))
		c.Want(words[:26])
		find(c.Player, fake.NoConsent).Want("CHAN, Tai Man").Deny(words[:26])
	}
}

func TestCardsThatAreNotReadAreNamed(t *testing.T) {
	c := atCounter(t, clerk)
	e := c.cards.Insert(ehrdesk.CardReading{}, nil)
	e.Readable, e.Card = false, map[string]string{"en": "Hong Kong identity card (2018)"}
	c.tell(e)
	c.Want("Hong Kong identity card (2018) recognised", "type or scan its number")
	e.Profile = ""
	c.tell(c.cards.Remove(e), func() ehrdesk.CardEvent { e.Insertion++; e.Kind = ehrdesk.CardInserted; return e }())
	c.Want("does not know that card")
	e.Allowed = false
	c.tell(e)
	c.Want("does not use the reader Counter Reader 00")
	c.tell(ehrdesk.CardEvent{Kind: ehrdesk.CardMute, Reader: fake.Reader, Allowed: true, Insertion: 9})
	c.Want("does not answer")
	if len(c.cards.Asked) != 0 {
		t.Error("a card was read")
	}
	find(c.Player, fake.NoConsent).Want("CHAN, Tai Man")
}

// What a card gives after it was taken out belongs to nobody any more.
func TestLateDataOfARemovedCardNeverReachesTheScreen(t *testing.T) {
	c := atCounter(t, doctor)
	c.Hold = true
	e := c.insert(fake.NoConsent)
	c.Want("reading the card")
	c.tell(c.cards.Keep(e))
	c.Want("The card was taken out")
	c.Release()
	c.Want("Find a patient").Deny("CHAN")
	c.wiped()
	if c.desk.Calls["find"] != 0 {
		t.Error("the removed card's holder was looked up")
	}

	// the same where the centre is being asked
	c.insert(fake.NoConsent)
	c.Want("CHAN, Tai Man").Press("esc")
	gate := atCounter(t, doctor)
	gate.Hold = true
	second := gate.insert(fake.NoConsent)
	gate.Step() // the reading comes, the look-up is held
	gate.Want("looking up")
	gate.remove(second)
	gate.Release()
	gate.Want("The card was taken out").Deny("CHAN, Tai Man")
}

func TestConsentByCardRestsOnAChallengeOfThisAct(t *testing.T) {
	c := atCounter(t, clerk)
	c.insert(fake.NoConsent)
	c.Press("enter", "y", "space", "enter", "a", "enter")
	c.Want("on the card", "at the centre", "✓ number", "✓ born", "compare the photo with the person", "Step 4 of 5")
	c.Press("enter").Want("Review", "genuine chip, agrees with the record")
	c.Press("y").Want("Consent recorded", "Please hand the card back")
	if len(c.desk.Grants) != 1 {
		t.Fatalf("%d consents", len(c.desk.Grants))
	}
	g := c.desk.Grants[0]
	var nonce [32]byte
	copy(nonce[:], g.RequestID)
	if g.Channel != ehrdesk.ByCard || g.Card == nil || g.Card.Challenge != ehrdesk.CardChallenge(nonce, g.RequestID, "9265486345") || string(g.Card.Face) != "CHAN, Tai Man" {
		t.Error("the evidence is not of this act")
	}
	c.wiped()
	c.Press("enter").Want("Find a patient") // and the card that is still in is not looked up again
	if c.desk.Calls["find"] != 1 {
		t.Errorf("%d look-ups", c.desk.Calls["find"])
	}
}

func TestTheCardMayComeWhenItIsAskedFor(t *testing.T) {
	c := atCounter(t, clerk).toCard(fake.NoConsent)
	c.Want("put the patient's identity card into the reader: Counter Reader 00")
	c.Press("enter").Want("waiting for the card")
	c.insert(fake.NoConsent)
	c.Want("compare the photo").Press("enter", "y").Want("Consent recorded")
}

func TestAnotherPersonsCardSubmitsNothing(t *testing.T) {
	c := atCounter(t, clerk).toCard(fake.NoConsent)
	e := c.insert(fake.Active)
	c.Want("≠ number", "This card is another person's", "Nothing is submitted")
	for _, k := range []string{"enter", "y", "enter", "y"} {
		c.Press(k).Deny("Review")
	}
	c.Deny("WONG").Press("f2", "enter").Want("WONG, Mei") // the holder of that card
	c.remove(e)
	c.Press("f2")
	c.toCard(fake.NoConsent)
	e = c.insert(fake.Active)
	c.remove(e)
	c.Want("nothing was submitted").Deny("WONG")
	c.insert(fake.NoConsent)
	c.Want("compare the photo").Press("enter", "y").Want("Consent recorded")
	if len(c.desk.Grants) != 1 {
		t.Errorf("%d consents", len(c.desk.Grants))
	}
}

func TestACardThatDiffersOrProvesTooLittleIsNotEnough(t *testing.T) {
	for name, x := range map[string]struct {
		change func(*ehrdesk.CardReading)
		want   []string
	}{
		"name":        {func(r *ehrdesk.CardReading) { r.Face.Name = "CHAN, Tai Wo" }, []string{"≠ name", "DIFFERS", "have the record corrected"}},
		"born":        {func(r *ehrdesk.CardReading) { r.Face.Born = ehrdesk.Day(1958, 3, 2) }, []string{"≠ born", "02-Mar-1958", "03-Feb-1958"}},
		"unverified":  {func(r *ehrdesk.CardReading) { r.Proof = ehrdesk.CardUnverified }, []string{"Card seen, identity not verified", "Access Key or signed form"}},
		"signed data": {func(r *ehrdesk.CardReading) { r.Proof = ehrdesk.CardSignedData }, []string{"Card seen, identity not verified"}},
	} {
		t.Run(name, func(t *testing.T) {
			c := atCounter(t, clerk).toCard(fake.NoConsent)
			r := c.desk.Card(fake.NoConsent)
			x.change(&r)
			c.insertAs(r, nil)
			c.Want(x.want...)
			c.Press("enter", "y", "enter", "y").Deny("Review", "recorded")
			if len(c.desk.Grants) != 0 {
				t.Error("submitted")
			}
		})
	}
}

func TestTakingTheCardOutCancelsWhateverItStoodFor(t *testing.T) {
	c := atCounter(t, clerk).toCard(fake.NoConsent)
	e := c.insert(fake.NoConsent)
	c.Press("enter").Want("Review")
	c.remove(e)
	c.Want("nothing was submitted").Deny("Review")
	c.wiped()
	c.Press("y", "enter", "y").Deny("recorded")

	// mid-read: what comes late is dropped
	c.Hold = true
	e = c.insert(fake.NoConsent)
	c.Want("reading the card")
	c.tell(c.cards.Keep(e))
	c.Release()
	c.Want("nothing was submitted").Deny("compare the photo")
	c.wiped()
	if len(c.desk.Grants) != 0 {
		t.Error("submitted")
	}
}

// Once the consent is on its way only the centre can say what became of it.
func TestTheCardTakenOutWhileSubmitting(t *testing.T) {
	c := atCounter(t, clerk).toCard(fake.NoConsent)
	e := c.insert(fake.NoConsent)
	c.Press("enter")
	c.Hold = true
	c.Press("y")
	c.remove(e)
	c.Want("already on its way")
	c.Release()
	c.Want("Consent recorded").Deny("hand the card back")
	c.wiped()
}

func TestTheCentreRefusingTheAnswerAsksForANewReading(t *testing.T) {
	c := atCounter(t, clerk).toCard(fake.NoConsent)
	c.insert(fake.NoConsent)
	c.desk.Fail["grant"] = ehrdesk.E("consent", ehrdesk.CodeCard, nil)
	c.Press("enter", "y").Want("did not accept the card's answer", "Enter reads the card again")
	c.Press("enter").Want("compare the photo").Press("enter", "y").Want("Consent recorded")
	if len(c.cards.Asked) != 2 {
		t.Errorf("%d readings", len(c.cards.Asked))
	}
	c.wiped()
}

func TestWithoutTheLineTheCardStepSaysSo(t *testing.T) {
	c := atCounter(t, clerk).toCard(fake.NoConsent)
	c.desk.Fail["nonce"] = ehrdesk.E("consent", ehrdesk.CodeOffline, nil)
	c.insert(fake.NoConsent)
	c.Want("cannot be reached", "Enter reads the card again")
	c.Press("enter").Want("compare the photo")
}

func TestTwoCardsAreOneTooMany(t *testing.T) {
	c := atCounter(t, clerk).toCard(fake.NoConsent)
	c.tell(ehrdesk.CardEvent{Kind: ehrdesk.CardReaderAdded, Reader: "Second 00", Allowed: true})
	one := c.insert(fake.Active)
	c.Want("another person's")
	c.insert(fake.NoConsent)
	c.Want("Two cards are in").Press("enter").Deny("Review")
	c.remove(one)
	c.Want("compare the photo").Press("enter", "y").Want("Consent recorded")
}

func TestByCardOnlyThePatientConsents(t *testing.T) {
	c := atCounter(t, clerk)
	find(c.Player, fake.NoConsent).Press("1", "y", "b", "space", "tab").Type("LEE").Press("tab").Type("HKIC").Press("enter")
	c.Want("By card only the patient consents").Press("esc", "esc")
	find(c.Player, fake.Child).Press("1", "y").Want("Step 2")
}

func TestTheStaffsCardLocksTheDeskWhereTheSiteWantsIt(t *testing.T) {
	staff := func(k ehrdesk.CardEventKind) ehrdesk.CardEvent {
		return ehrdesk.CardEvent{Kind: k, Reader: fake.StaffReader, Allowed: true, Staff: true, Insertion: 77, Readable: true}
	}
	c := atCounter(t, doctor, func(cfg *ui.Config) { cfg.StaffCardLocks = true })
	open(c.Player, fake.Active).Press("3", "3").Want("Potassium")
	c.tell(staff(ehrdesk.CardInserted))
	c.Want("Potassium").Deny("A card was put in")
	c.tell(staff(ehrdesk.CardRemoved))
	c.Want("the staff card was taken out", "Locked").Deny("Potassium")
	c.tell(staff(ehrdesk.CardRemoved))

	quiet := atCounter(t, doctor)
	open(quiet.Player, fake.Active).Press("3", "3")
	quiet.tell(staff(ehrdesk.CardInserted), staff(ehrdesk.CardRemoved))
	quiet.Want("Potassium")
}

func TestALockedDeskReadsNoCardUntilItIsUnlocked(t *testing.T) {
	c := atCounter(t, doctor)
	c.Press("ctrl+l")
	c.insert(fake.NoConsent)
	c.Deny("CHAN", "card")
	if len(c.cards.Asked) != 0 {
		t.Error("a card was read behind the lock")
	}
	unlock(c.Player).Want("CHAN, Tai Man")

	// and locking forgets what a card gave
	c.Press("ctrl+l").Deny("CHAN")
	c.wiped()
	unlock(c.Player).Want("CHAN, Tai Man").Deny("genuine chip")

	k := atCounter(t, clerk).toCard(fake.NoConsent)
	k.insert(fake.NoConsent)
	k.Press("enter").Want("Review").Press("ctrl+l")
	k.wiped()
	unlock(k.Player).Want("compare the photo").Press("enter", "y").Want("Consent recorded")
}

func TestTheServiceGoingAndComingIsSaid(t *testing.T) {
	c := atCounter(t, clerk)
	e := c.insert(fake.NoConsent)
	c.Press("enter", "y", "space", "enter", "a", "enter").Want("compare the photo")
	c.tell(c.cards.Remove(e), ehrdesk.CardEvent{Kind: ehrdesk.CardReaderGone, Reader: fake.Reader, Allowed: true},
		ehrdesk.CardEvent{Kind: ehrdesk.CardServiceDown, Fault: ehrdesk.FaultNoService})
	c.Want("the smart-card service is not running")
	c.wiped()
	c.tell(c.cards.Ready()...)
	c.Want("is back")
	c.insert(fake.NoConsent)
	c.Want("compare the photo").Press("enter", "y").Want("Consent recorded")
}

func TestWithNoReaderTheCardChannelSaysWhy(t *testing.T) {
	for _, x := range []struct {
		events []ehrdesk.CardEvent
		want   string
	}{
		{nil, "no card reader is connected"},
		{[]ehrdesk.CardEvent{{Kind: ehrdesk.CardServiceDown, Fault: ehrdesk.FaultNoService}}, "service is not running"},
		{[]ehrdesk.CardEvent{{Kind: ehrdesk.CardServiceDown, Fault: ehrdesk.FaultDenied}}, "may not use the card reader"},
	} {
		p := play(t, fake.New(), "en", 120, 40)
		for _, e := range x.events {
			p.Send(screen.CardMsg{Event: e})
		}
		find(signIn(p, clerk), fake.NoConsent).Want("Smart identity card: ", x.want)
		p.Press("1").Want("not available here: ", x.want)
	}
}

// tray is a tray that does nothing but remember.
type tray struct{ put []string }

func (y *tray) Cards() []ui.TrayCard {
	note := map[string]string{"en": "registered, no consent", "zh-Hant": "已登記，未給予互通同意", "zh-Hans": "已登记，未给予互通同意"}
	return []ui.TrayCard{{Number: fake.NoConsent, Name: "CHAN, Tai Man 陳大文", Note: note}, {Number: fake.Active, Name: "WONG, Mei 黃美玲", Note: note}}
}
func (y *tray) Ways() []string { return []string{"", "slow", "pulled"} }
func (y *tray) Put(i int, way string) error {
	y.put = append(y.put, y.Cards()[i].Number+" "+way)
	return nil
}
func (y *tray) Take() { y.put = append(y.put, "take") }
func (y *tray) In() int {
	if len(y.put) == 0 {
		return -1
	}
	return 1
}

func TestTheDemonstrationsTrayOpensInEveryFlow(t *testing.T) {
	y := &tray{}
	c := atCounter(t, doctor, func(cfg *ui.Config) { cfg.Demo.Tray = y })
	c.Press("f6").Want("Card tray", "the reader is empty", "CHAN, Tai Man", "as it should be")
	c.Press("down", "right", "right").Want("pulled out while it is read").Press("enter").Deny("Card tray")
	find(c.Player, fake.NoConsent).Press("enter", "y", "f6").Want("Card tray", "in the reader", "CHAN, Tai Man")
	c.Press("delete").Want("Who consents")
	if len(y.put) != 2 || y.put[0] != fake.Active+" pulled" || y.put[1] != "take" {
		t.Errorf("%q", y.put)
	}
	plain := signIn(play(t, fake.New(), "en", 120, 40), doctor)
	plain.Press("f6").Want("belongs to the demonstration")
}
