package main

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/territory"
	"github.com/ehrdesk/ehrdesk/internal/testclock"
)

// wholeDay is a clerk's day from the list that the clinic's program writes to closing it, then the
// doctor's, at the same desk, with the keyboard alone.
type wholeDay struct {
	*clerk
	all    []*arrival
	called []*arrival // who did not come, of those marked so
	left   []*arrival // of whom nobody said anything
	here   *arrival   // who is here still when the day is over
}

// The jobs of a day, and the keys that each takes at most: what is typed off a document, and what
// of a name or a number is looked for, not counted.
var keysOf = map[string]int{
	"import the list": 3, "find somebody on the list": 2, "check in": 1, "look up from the list": 1, "back to the list": 1, "all of the list again": 1,
	"consent by card": 8, "consent by Access Key": 8, "consent by signed form": 8, "wait for the app": 1, "from the receipt to the list": 1,
	"renewal, from the list": 2, "withdrawal": 5, "with the doctor": 1, "seen": 1, "did not come": 1,
	"a number that is not on the list": 2, "close the day": 2, "a call": 3, "a chart, from the doctor's list": 2, "restricted records by one-time code": 7,
}

// anArrival is how long each takes: the centre does not answer a clerk who looks two hundred people up
// within a moment.
const anArrival = 30 * time.Second

// arrivalsAsked is how many come: EHRDESK_ARRIVALS, or a sample.
func arrivalsAsked(t *testing.T) int {
	t.Helper()
	n := 20
	if v, err := strconv.Atoi(os.Getenv("EHRDESK_ARRIVALS")); err == nil && v > 0 {
		n = v
	}
	return n
}

// A clerk works a clinic's untidy list from the import to the closing of the day, without a mouse:
// what is not right in the list is named and nothing is made up of it, each act is on record once, no
// job takes more keys than it is given, and on no frame is there a word of anybody's record, nor in
// front of a patient anything of another. Then a doctor opens from the same list. EHRDESK_ARRIVALS is
// how many come.
func TestAClerkWorksAnUntidyListFromImportToClosing(t *testing.T) {
	n := arrivalsAsked(t)
	c := &wholeDay{clerk: newClerkAmong(t, 60+3*n/2, testclock.SameDay(testclock.Start(), 2*time.Hour+time.Duration(n)*anArrival))}
	before := c.everybody()
	renews := c.next(endsWithin(30))
	outsider := c.next(grown(18, 120, ehrdesk.ConsentActive))
	c.cast(n)
	c.signIn("Ms CHEUNG Wing Yan", "looks its holder up at once")
	c.takesList()
	for _, a := range c.all {
		a.does(a)
		c.pass(anArrival)
	}
	c.everything()
	c.renewsOffList(renews)
	c.elsewhere(outsider)
	c.closes()
	c.calls(c.called[0])
	c.signOut()
	c.nothingClinical()
	c.nothingOfAnother(3 * n)
	c.onRecord(before, map[string]int{})
	c.wit.looksAway(true)
	c.doctors()
	c.Press("ctrl+q")
	c.WaitFinished(t)
	c.table()
}

// cast gives each line of the list somebody whom the work fits.
func (c *wholeDay) cast(n int) {
	c.t.Helper()
	none, active := grown(18, 90, ehrdesk.ConsentNone), grown(18, 120, ehrdesk.ConsentActive)
	plan := []struct {
		kind func(territory.Person) bool
		does func(*arrival)
	}{
		{none, c.givesByKey}, {restrictedRecords, c.staysHere}, {none, c.givesByCard}, {active, c.misses}, {none, c.givesByForm}, {active, c.takesBack},
		{none, c.misses}, {active, c.isSeen}, {none, c.waitsForApp}, {active, c.isSaidNothingOf}, {active, c.isSeen}, {none, c.givesByKey},
	}
	for i, fails := 0, 0; len(c.all) < n; i++ {
		p := plan[i%len(plan)]
		v, ok := c.some(p.kind)
		if !ok {
			if fails++; fails > len(plan) {
				c.t.Fatalf("the territory has people for %d arrivals", len(c.all))
			}
			continue
		}
		fails = 0
		a := &arrival{visitor: v, minute: 8*60 + len(c.all)*11*60/n, does: p.does}
		if len(c.all)%8 == 2 {
			a.again = a.minute + 47
		}
		c.all = append(c.all, a)
	}
}

// restrictedRecords reports somebody of whom some records are restricted by their label.
func restrictedRecords(p territory.Person) bool {
	return labelled(p.Resources) && !p.Patient.HKIC.IsZero() && stands(p) == ehrdesk.ConsentActive
}

func labelled(resources [][]byte) bool {
	return slices.ContainsFunc(resources, func(r []byte) bool { return strings.Contains(string(r), `v3-Confidentiality","code":"R"`) })
}

// takesList imports the list, which is looked at first, and once more, which changes nothing.
func (c *wholeDay) takesList() {
	c.t.Helper()
	l := untidy(c.today, c.all)
	path := c.file(l)
	c.Press("ctrl+t")
	c.see("Nobody is on today's list", "Consents that run out")
	look := func() {
		c.t.Helper()
		c.pressed = 0
		c.press("I")
		c.see("File of the list")
		c.Type(path)
		c.press("enter")
		c.see("Nothing is changed yet")
	}
	look()
	c.see(l.preview())
	c.see("BIG5")
	c.last("import the list", "enter", fmt.Sprintf("%d added, 0 with a new time, 0 taken off", l.added))
	look()
	c.see("The list has all of this already.")
	c.Press("esc")
	c.see(fmt.Sprintf("Arrivals %d", len(c.all)+l.twice))
}

// short is what is typed of a number to find somebody on the list.
func (v visitor) short() string { n, _, _ := strings.Cut(v.number, "("); return n }

// to finds somebody on the list.
func (c *wholeDay) to(v visitor) {
	c.t.Helper()
	c.pressed = 0
	c.press("/")
	c.see("Show only")
	c.Type(v.short())
	c.last("find somebody on the list", "enter", "Only: "+v.short())
	c.at(v)
}

// at holds the chosen line against somebody.
func (c *wholeDay) at(v visitor) {
	c.t.Helper()
	if !c.Await(func(screen string) bool {
		for l := range strings.Lines(screen) {
			if strings.HasPrefix(strings.TrimLeft(l, " "), "▸") && (strings.Contains(l, v.Patient.Name.Latin()) || strings.Contains(l, "…"+v.Patient.HKIC.Tail())) {
				return true
			}
		}
		return false
	}) {
		c.t.Fatalf("%s\nthe line chosen above is not of %s", c.Screen(), v.Patient.Name.Latin())
	}
}

// did presses the one key of a job.
func (c *wholeDay) did(kind, key, shown string) {
	c.t.Helper()
	c.Settle() // what was pressed before is written
	c.pressed = 0
	c.last(kind, key, shown)
}

// comes has somebody found on the list, checked in and looked up.
func (c *wholeDay) comes(a *arrival, answer string) {
	c.t.Helper()
	c.to(a.visitor)
	c.did("check in", "A", "here since")
	c.did("look up from the list", "enter", answer)
	c.pressed = 0
}

// backToList goes back to the same line, and sees all of the list around it.
func (c *wholeDay) backToList(a *arrival) {
	c.t.Helper()
	c.did("back to the list", "esc", "Esc shows all again")
	c.at(a.visitor)
	c.everything()
	c.at(a.visitor)
}

// everything has all of the list shown again.
func (c *wholeDay) everything() {
	c.t.Helper()
	c.pressed = 0
	c.press("esc")
	c.gone("Esc shows all again")
	c.jobs["all of the list again"] = append(c.jobs["all of the list again"], job{keys: c.pressed})
}

// given goes from the receipt to the list, where the consent stands.
func (c *wholeDay) given(kind string, a *arrival, ch ehrdesk.Channel) {
	c.t.Helper()
	c.last(kind, "y", "Consent recorded")
	c.did("from the receipt to the list", "ctrl+t", "CONSENT indefinite")
	c.at(a.visitor)
	c.records(a.visitor, ch, "patient", ehrdesk.Indefinite, ehrdesk.AuditGrant)
}

func (c *wholeDay) givesByKey(a *arrival) {
	c.t.Helper()
	c.comes(a, "Any one of five ways")
	c.press("enter")
	c.reads()
	c.self(a.visitor, "a")
	c.gives(a.AccessKey)
	c.given("consent by Access Key", a, ehrdesk.ByAccessKey)
}

func (c *wholeDay) givesByForm(a *arrival) {
	c.t.Helper()
	c.comes(a, "Any one of five ways")
	c.press("3")
	c.reads()
	c.self(a.visitor, "a")
	c.see("Form reference")
	c.Type("SCF-" + a.short())
	c.press("enter")
	c.see("Review")
	c.given("consent by signed form", a, ehrdesk.ByForm)
}

func (c *wholeDay) givesByCard(a *arrival) {
	c.t.Helper()
	c.comes(a, "Any one of five ways")
	c.putIn(a.visitor)
	c.see("genuine chip · agrees with the centre's record")
	c.pressed = 0
	c.press("enter")
	c.reads()
	c.see("Who consents")
	c.press("space", "enter")
	c.runs("a")
	c.see("compare the photo with the person")
	c.press("enter")
	c.see("Review")
	c.last("consent by card", "y", "Consent recorded")
	c.see("hand the card back")
	c.slot.pull()
	c.gone("hand the card back")
	c.did("from the receipt to the list", "ctrl+t", "CONSENT indefinite")
	c.at(a.visitor)
	c.records(a.visitor, ehrdesk.ByCard, "patient", ehrdesk.Indefinite, ehrdesk.AuditGrant)
}

// waitsForApp: the patient consents in the app, while the clerk is on the list again.
func (c *wholeDay) waitsForApp(a *arrival) {
	c.t.Helper()
	c.comes(a, "Any one of five ways")
	c.did("wait for the app", "4", "Waiting since")
	c.backToList(a)
	c.patientActs(a.visitor, ehrdesk.ByApp)
	c.see("consent given by eHealth App")
	c.to(a.visitor)
	c.see("CONSENT indefinite")
}

// staysHere is checked in and goes to the doctor.
func (c *wholeDay) staysHere(a *arrival) {
	c.t.Helper()
	c.comes(a, "does not open records")
	c.backToList(a)
	c.here = a
}

func (c *wholeDay) isSeen(a *arrival) {
	c.t.Helper()
	c.comes(a, "does not open records")
	c.backToList(a)
	c.to(a.visitor)
	c.did("with the doctor", "G", "with the doctor since")
	c.did("seen", "F", "seen "+c.now().Format("15:04"))
}

func (c *wholeDay) takesBack(a *arrival) {
	c.t.Helper()
	c.comes(a, "does not open records")
	c.press("w")
	c.see("Withdraw the sharing consent")
	c.press("space")
	c.Type(tailOf(a.Patient))
	c.press("enter")
	c.see("Access Key, 8 digits")
	c.Type(a.AccessKey)
	c.press("enter")
	c.last("withdrawal", "y", "Consent withdrawn")
	c.did("from the receipt to the list", "ctrl+t", "CONSENT withdrawn")
	c.at(a.visitor)
	w := a.Consents[slices.IndexFunc(a.Consents, func(k territory.Consent) bool { return k.Provider == territory.DemoProvider })].Consent
	c.want[a.Patient.EHR.Compact()] = wanted{w.Channel, w.Giver.Kind, w.Term, ehrdesk.ConsentWithdrawn, ehrdesk.AuditRevoke}
}

func (c *wholeDay) misses(a *arrival) {
	c.t.Helper()
	if a.again != 0 { // one of two bookings: it is the doctor's day that is missed, and not both
		c.isSaidNothingOf(a)
		return
	}
	c.to(a.visitor)
	c.did("did not come", "N", "did not come, noted")
	c.called = append(c.called, a)
}

func (c *wholeDay) isSaidNothingOf(a *arrival) { c.left = append(c.left, a) }

// renewsOffList renews a consent that runs out, which stands below the arrivals.
func (c *wholeDay) renewsOffList(v visitor) {
	c.t.Helper()
	c.to(v)
	c.pressed = 0
	c.press("R")
	c.see("Access Key, 8 digits") // the terms have come
	c.Type(tailOf(v.Patient))
	c.Type(v.AccessKey)
	c.last("renewal, from the list", "y", "Consent recorded")
	c.Press("ctrl+t")
	c.see("Esc shows all again")
	c.everything()
	c.records(v, ehrdesk.ByAccessKey, "patient", ehrdesk.OneYear, ehrdesk.AuditGrant)
}

// elsewhere looks up somebody who is not on the list.
func (c *wholeDay) elsewhere(v visitor) {
	c.t.Helper()
	c.pressed = 0
	c.press("f2")
	c.see("Find a patient")
	c.Type(v.number)
	c.last("a number that is not on the list", "enter", "does not open records")
	c.Press("ctrl+t")
	c.see("who comes, who is waited for")
}

// closes closes the day: whom that has called is looked at first.
func (c *wholeDay) closes() {
	c.t.Helper()
	want := len(c.called)
	for _, a := range c.left {
		last := max(a.minute, a.again)
		if at := time.Date(c.today.Year(), c.today.Month(), c.today.Day(), last/60, last%60, 0, 0, c.today.Location()); !at.After(c.now()) {
			want++
		}
	}
	c.pressed = 0
	c.press("Z")
	c.see("Close the day")
	c.see(fmt.Sprintf("%d patients did not come, and are to be called:", want))
	c.last("close the day", "enter", fmt.Sprintf("%d calls put down", want))
}

// calls calls one of them.
func (c *wholeDay) calls(a *arrival) {
	c.t.Helper()
	c.to(a.visitor)
	c.see("To call")
	c.at(a.visitor)
	c.Settle()
	c.pressed = 0
	c.press("T")
	c.see("Call this patient")
	c.press("enter")
	c.see("noted: taken over")
	c.see("▸ Reached, nothing more to do")
	c.last("a call", "enter", "noted: reached")
}

// doctors has a doctor open a chart from the list, and restricted records of it by the code that the
// patient is sent.
func (c *wholeDay) doctors() {
	c.t.Helper()
	c.signIn("Dr LEE Kin Chung", "looks its holder up at once")
	c.Press("ctrl+t")
	c.see("who comes, who is waited for")
	c.to(c.here.visitor)
	c.pressed = 0
	c.press("enter")
	c.see("The record can be opened")
	c.last("a chart, from the doctor's list", "enter", "Last visits")
	c.see("synced")
	c.pressed = 0
	c.press("X")
	c.see("not the Access Key")
	for range 12 { // to the reason: every kind before it is chosen
		if strings.Contains(c.Screen(), "▸Reason") {
			break
		}
		c.press("space", "down")
		c.Settle()
	}
	kinds := c.pressed - 1
	c.press("right", "down")
	c.Type("goes on with the treatment")
	c.press("down", "o")
	c.see("Sent by SMS")
	c.Type(c.codeSent())
	c.press("down")
	c.pressed -= kinds // two for each kind of record, however many there are
	c.last("restricted records by one-time code", "y", "RESTRICTED RECORDS SHOWN until")
}

// codeSent is the code as the patient reads it.
func (c *wholeDay) codeSent() string {
	c.t.Helper()
	said := lastMessage(c.t.Context(), c.centre, c.here.Patient.ID)
	code, _, ok := strings.Cut(said[max(0, strings.Index(said, ":")+1):], " is your")
	if !ok {
		c.t.Fatalf("no code in %q", said)
	}
	return strings.TrimSpace(code)
}

// table says how many keys each job took, and holds that against what it may take.
func (c *wholeDay) table() {
	c.t.Helper()
	var kinds []string
	for k := range c.jobs {
		kinds = append(kinds, k)
	}
	slices.Sort(kinds)
	for _, k := range kinds {
		of := c.jobs[k]
		most := slices.MaxFunc(of, func(a, b job) int { return cmp.Compare(a.keys, b.keys) }).keys
		slices.SortFunc(of, func(a, b job) int { return cmp.Compare(a.took, b.took) })
		c.t.Logf("MEASURE %-40s n %3d  keys %d  last key to outcome, median %s", k, len(of), most, of[len(of)/2].took.Round(100*time.Microsecond))
		if may, known := keysOf[k]; !known || most > may {
			c.t.Errorf("%s took %d keys, at most %d", k, most, may)
		}
	}
	for k := range keysOf {
		if len(c.jobs[k]) == 0 {
			c.t.Errorf("nobody did this: %s", k)
		}
	}
}
