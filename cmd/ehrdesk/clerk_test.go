package main

import (
	"crypto/ecdsa"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader"
	"github.com/ehrdesk/ehrdesk/cardreader/pcsc/fake"
	"github.com/ehrdesk/ehrdesk/cmd/internal/populate"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/ehrdesk/ehrdesk/internal/territory"
	"github.com/ehrdesk/ehrdesk/internal/testclock"
	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
)

// clerk is somebody at the front desk, who has the keyboard and the patient's
// documents and no mouse: the real screen, client and centre, a reader in memory.
type clerk struct {
	eyes
	*settledDesk
	people []territory.Person // of the territory
	slot   memorySlot
	line   *cuttable
	wit    *witness
	cast   map[int]bool // who of them has come
	queue  []visitor

	pressed int // since the answer to the look-up, without what is typed off a document
	jobs    map[string][]job
	want    map[string]wanted // by eHR number: what is to be on record afterwards
}

// visitor is somebody of today's list.
type visitor struct {
	territory.Person
	number string // as the clerk types it
}

// job is how much one took: keys beyond the digits, and from the last key to the
// frame with the outcome.
type job struct {
	keys int
	took time.Duration
}

// wanted is a consent that is to be on record, once.
type wanted struct {
	channel ehrdesk.Channel
	giver   string
	term    ehrdesk.Term
	state   ehrdesk.ConsentState
	action  ehrdesk.AuditAction
}

// cuttable is a line that can be cut.
type cuttable struct{ cut atomic.Bool }

func (l *cuttable) RoundTrip(r *http.Request) (*http.Response, error) {
	if l.cut.Load() {
		return nil, fmt.Errorf("no route to host")
	}
	return http.DefaultTransport.RoundTrip(r)
}

// watched is a screen of which every frame has a witness.
type watched struct {
	tea.Model
	by *witness
}

func (m watched) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	next, cmd := m.Model.Update(msg)
	return watched{next, m.by}, cmd
}

func (m watched) View() tea.View {
	v := m.Model.View()
	m.by.saw(v.Content)
	m.by.titled(v.WindowTitle)
	return v
}

type witness struct {
	mu     sync.Mutex
	last   string
	frames map[string]bool
	titles map[string]bool // that the window had
	blind  bool            // does not keep frames: somebody else is at the desk
	awaits string          // the text whose first frame is timed
	at     time.Time
}

func (w *witness) saw(frame string) {
	now := time.Now()
	w.mu.Lock()
	defer w.mu.Unlock()
	if frame == w.last {
		return
	}
	w.last = frame
	if !w.blind {
		w.frames[frame] = true
	}
	if w.at.IsZero() && w.awaits != "" && strings.Contains(frame, w.awaits) {
		w.at = now
	}
}

func (w *witness) titled(title string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.titles[title] = true
}

// looksAway keeps no frame from now on, as somebody else is at the desk, or keeps them again.
func (w *witness) looksAway(away bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.blind = away
}

// await times the first frame from now on that holds text.
func (w *witness) await(text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.awaits, w.at = text, time.Time{}
}

func (w *witness) shown() time.Time { w.mu.Lock(); defer w.mu.Unlock(); return w.at }

// brief are people with the beginning of their records: enough to be looked for
// on a screen where nothing of it may be. Where some are restricted all are there.
type brief struct{ central.Population }

func (b brief) Person(i int) central.Person {
	p := b.Population.Person(i)
	if !labelled(p.Resources) {
		p.Resources = p.Resources[:min(len(p.Resources), 60)]
	}
	return p
}

const clerkW, clerkH = 80, 24

func newClerk(t *testing.T) *clerk { return newClerkAmong(t, 90, testclock.Start()) }

// newClerkAmong is a clerk in a territory of so many people, whose day begins at a moment.
func newClerkAmong(t *testing.T, people int, at time.Time) *clerk {
	t.Helper()
	world := territory.New(territory.Options{Patients: people, Seed: demoSeed, Now: testclock.Start()})
	c := &clerk{eyes: eyes{t: t}, line: &cuttable{}, wit: &witness{frames: map[string]bool{}, titles: map[string]bool{}},
		cast: map[int]bool{}, jobs: map[string][]job{}, want: map[string]wanted{}}
	for i := range world.Len() {
		c.people = append(c.people, world.Person(i))
	}
	c.settledDesk = newSettledDeskAt(t, brief{populate.From(world, demoHours)}, &http.Client{Transport: c.line}, at)
	c.enrolWardClerk()
	const reader = "Training Reader 00"
	profiles, err := cardreader.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	service := fake.New(reader)
	c.slot = memorySlot{service, reader}
	cards := cardreader.NewReaders(&cardreader.Station{
		Establish: service.Establish, Profiles: profiles, Issuers: []*ecdsa.PublicKey{c.issuer.Public()}, Virtual: true}, nil, "")
	t.Cleanup(func() { _ = cards.Close() })
	t.Cleanup(c.slot.pull)
	m, err := ui.New(ui.Config{Desk: c.desk, Cards: cards, Lang: "en", IdleLock: -1, Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	c.Driver = uitest.Start(t, watched{m, c.wit}, clerkW, clerkH)
	return c
}

// press presses keys and counts them; what is typed off a document is not counted.
func (c *clerk) press(keys ...string) {
	c.pressed += len(keys)
	c.Press(keys...)
}

// last presses the key that a job ends with, and notes what the job took.
func (c *clerk) last(kind, key, shown string) {
	c.t.Helper()
	c.wit.await(shown)
	at := time.Now()
	c.press(key)
	c.see(shown)
	c.jobs[kind] = append(c.jobs[kind], job{c.pressed, c.wit.shown().Sub(at)})
}

// next takes the next person of a kind off the territory and puts them on the list.
func (c *clerk) next(kind func(territory.Person) bool) visitor {
	c.t.Helper()
	v, ok := c.some(kind)
	if !ok {
		c.t.Fatal("the territory has nobody more of that kind")
	}
	return v
}

// some is next where there may be nobody more.
func (c *clerk) some(kind func(territory.Person) bool) (v visitor, ok bool) {
	for i, p := range c.people {
		if c.cast[i] || !kind(p) {
			continue
		}
		c.cast[i] = true
		v = visitor{Person: p, number: p.Patient.Number().Printed()}
		if p.Patient.HKIC.IsZero() && len(p.Patient.Documents) > 0 {
			d := p.Patient.Documents[0]
			v.number = strings.Join([]string{d.Type, d.Issuer, d.Number}, " ")
		}
		c.queue = append(c.queue, v)
		return v, true
	}
	return visitor{}, false
}

// How somebody stands with the demonstration's clinic.
func stands(p territory.Person) ehrdesk.ConsentState {
	for _, k := range p.Consents {
		if k.Provider == territory.DemoProvider {
			return k.Consent.StateAt(testclock.Start())
		}
	}
	return ehrdesk.ConsentNone
}

// grown is somebody alive of an age and a participation, with a consent in a state.
func grown(from, to int, s ehrdesk.ConsentState) func(territory.Person) bool {
	return func(p territory.Person) bool {
		y := p.Patient.Years(testclock.Start())
		return p.Participation == ehrdesk.Registered && !p.Patient.Deceased && !p.Patient.HKIC.IsZero() && y >= from && y < to && stands(p) == s
	}
}

// unverified is somebody who registered from afar, with a document of a code, ""
// for those with an identity card.
func unverified(document string, from int) func(territory.Person) bool {
	return func(p territory.Person) bool {
		have := ""
		if len(p.Patient.Documents) > 0 {
			have = p.Patient.Documents[0].Type
		}
		return p.Participation == ehrdesk.Unverified && have == document && !p.Patient.Deceased && p.Patient.Years(testclock.Start()) >= from
	}
}

// endsWithin is somebody whose one-year consent ends within days.
func endsWithin(days int) func(territory.Person) bool {
	return func(p territory.Person) bool {
		for _, k := range p.Consents {
			left := k.Consent.Until.Sub(testclock.Start())
			if k.Provider == territory.DemoProvider && !k.Consent.Until.IsZero() && left > 0 && left < time.Duration(days)*24*time.Hour {
				return true
			}
		}
		return false
	}
}

func only(s ehrdesk.Participation) func(territory.Person) bool {
	return func(p territory.Person) bool { return p.Participation == s }
}

// signIn chooses an account of the list and gives its passphrase.
func (c *clerk) signIn(name string, ready string) {
	c.t.Helper()
	c.see(name) // the list of people has come
	accounts, err := c.desk.Accounts(c.t.Context())
	if err != nil {
		c.t.Fatal(err)
	}
	i := slices.IndexFunc(accounts, func(a ehrdesk.Account) bool { return a.Name == name })
	c.Press("up", "up", "up", "up", "up", "up")
	for range i {
		c.Press("down")
	}
	c.Type(demoPassphrase)
	c.Press("enter")
	c.see(ready)
}

// signOut goes by the list of commands, as nothing else does.
func (c *clerk) signOut() {
	c.t.Helper()
	c.Press("ctrl+p")
	c.see("Commands: type to narrow")
	c.Type("sign out")
	c.Press("enter")
	c.see("Sign in")
}

// A clerk works through a list of thirty people of every kind with the keyboard
// alone: each consent is on record exactly once, as it was given, and nothing
// else is; and no clinical word was ever on the clerk's screen.
func TestAClerkWorksThroughThirtyPeopleWithTheKeyboardAlone(t *testing.T) {
	c := newClerk(t)
	before := c.everybody()
	day := c.day()
	c.signIn("Ms CHEUNG Wing Yan", "looks its holder up at once")
	c.importList()
	for _, step := range day {
		step()
		if t.Failed() {
			t.FailNow()
		}
	}
	c.doneToday()
	c.signOut()
	c.deemedElsewhere()
	c.signOut()
	c.noClinicalWord()
	c.wit.looksAway(true)
	c.doctorOpens(5)
	c.Press("ctrl+q")
	c.WaitFinished(t)
	c.onRecord(before, map[string]int{"denied": 1, "conflict": 1})
	c.logVerifies()
	c.figures()
}

// importList brings the morning's list in from a file.
func (c *clerk) importList() {
	c.t.Helper()
	if len(c.queue) != 30 {
		c.t.Fatalf("%d people on the list", len(c.queue))
	}
	var b strings.Builder
	b.WriteString("number,time\r\n")
	for i, v := range c.queue {
		fmt.Fprintf(&b, "%s,%02d:%02d\r\n", v.number, 9+i/6, i%6*10)
	}
	path := filepath.Join(c.t.TempDir(), "day.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		c.t.Fatal(err)
	}
	c.Press("ctrl+t")
	c.see("Nobody is on today's list", "Consents that run out")
	c.Press("I")
	c.see("File of the list")
	c.Type(path)
	c.Press("enter")
	c.see("Nothing is changed yet", "30 to add")
	c.Press("enter")
	c.see("30 added")
	c.see("Arrivals 30")
}

// doctorOpens has a doctor find people by number and open their charts.
func (c *clerk) doctorOpens(n int) {
	c.t.Helper()
	c.signIn("Dr LEE Kin Chung", "looks its holder up at once")
	for _, v := range c.queue {
		w, ok := c.want[v.Patient.EHR.Compact()]
		if !ok || w.state != ehrdesk.ConsentActive || w.action == ehrdesk.AuditVerify || n == 0 {
			continue
		}
		n--
		c.Press("f2")
		c.see("Find a patient")
		c.Type(v.number)
		c.pressed = 0
		c.press("enter")
		c.see("The record can be opened")
		c.last("find and open", "enter", "Last visits")
		c.see("synced")
	}
	c.Press("f2")
	c.see("Find a patient")
}
