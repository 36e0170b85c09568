package client_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/cachetest"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// A clinic has several desks, each with a line of its own that a test can cut.
type clinicDesk struct {
	w    *world
	dir  string
	line *line
	who  string
	desk *client.Desk
	s    *client.Session
}

// deskOf is one more desk of the provider, with somebody enrolled and signed in.
func (w *world) deskOf(staff string, role ehrdesk.Profession) *clinicDesk {
	w.t.Helper()
	d := &clinicDesk{w: w, dir: filepath.Join(w.t.TempDir(), staff), line: &line{nth: -1, heard: make(chan struct{}, 8)}, who: staff}
	d.open()
	code, err := w.centre.AddAccount(ctx, w.hcp, staff, "Dr "+staff, role)
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := d.desk.Enrol(ctx, ehrdesk.Enrolment{Central: w.base, Staff: staff, Code: ehrdesk.NewSecret(code), Passphrase: ehrdesk.NewSecret(pass)}); err != nil {
		w.t.Fatal(err)
	}
	d.signIn()
	w.t.Cleanup(func() {
		if err := d.desk.Close(); err != nil {
			w.t.Error(err)
		}
	})
	return d
}

func (d *clinicDesk) open() {
	d.desk = client.New(client.Options{Dir: d.dir, HTTP: &http.Client{Transport: d.line}, Patience: time.Minute, Now: d.w.clock.now, Cost: cachetest.Cost()})
}

func (d *clinicDesk) signIn() {
	d.w.t.Helper()
	s, err := d.desk.SignIn(ctx, d.who, ehrdesk.NewSecret(pass))
	if err != nil {
		d.w.t.Fatal(err)
	}
	d.s = s.(*client.Session)
}

// again starts the desk anew.
func (d *clinicDesk) again() {
	d.w.t.Helper()
	if err := d.desk.Close(); err != nil {
		d.w.t.Fatal(err)
	}
	d.open()
	d.signIn()
}

func (d *clinicDesk) cut(cut bool) {
	d.line.mu.Lock()
	defer d.line.mu.Unlock()
	d.line.cut = cut
}

// shownArrivals is what the desk shows of arrivals: number, time, how far, in the order of ids.
func (d *clinicDesk) shownArrivals() []string {
	d.w.t.Helper()
	all, err := d.s.Tasks(ctx)
	if err != nil {
		d.w.t.Fatal(err)
	}
	var out []string
	for _, t := range all {
		if t.Kind == ehrdesk.TaskArrival {
			out = append(out, fmt.Sprintf("%s %s %s %s %s", t.ID, t.Number.Printed(), t.At.UTC().Format(time.TimeOnly), t.Work, t.Booking.Name))
		}
	}
	slices.Sort(out)
	return out
}

func (d *clinicDesk) poll() {
	d.w.t.Helper()
	if _, err := d.s.Poll(ctx); err != nil {
		d.w.t.Fatalf("%s: %v", d.who, err)
	}
}

func (d *clinicDesk) booksArrival(number, name string, at time.Time) ehrdesk.Task {
	d.w.t.Helper()
	n, err := ehrdesk.ParseNumber(number)
	if err != nil {
		d.w.t.Fatal(err)
	}
	t, err := d.s.PutTask(ctx, ehrdesk.Task{Kind: ehrdesk.TaskArrival, Number: n, At: at, Booking: ehrdesk.Booking{Name: name}})
	if err != nil {
		d.w.t.Fatal(err)
	}
	return t
}

func TestWhatAClerkChecksInIsOnTheDoctorsList(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(time.Hour)
	clerk, doctor := w.deskOf("clerk", ehrdesk.FrontDesk), w.deskOf("drlee", ehrdesk.Doctor)
	var mu sync.Mutex
	var said strings.Builder // to the centre, of the day
	for _, d := range []*clinicDesk{clerk, doctor} {
		d.line.fails(func(r *http.Request) int {
			if strings.HasSuffix(r.URL.Path, "/$day") {
				body, err := r.GetBody()
				if err != nil {
					t.Error(err)
					return 0
				}
				mu.Lock()
				defer mu.Unlock()
				if _, err := io.Copy(&said, body); err != nil {
					t.Error(err)
				}
			}
			return 0
		})
	}
	at := w.clock.now().Add(10 * time.Minute)
	booked := clerk.booksArrival("A123456(3)", "CHAN Tai Man 陳大文", at)
	clerk.poll()
	doctor.poll()
	clerk.poll() // the doctor's desk is new: it gets the list's key
	doctor.poll()
	want := []string{fmt.Sprintf("%s A123456(3) %s requested CHAN Tai Man 陳大文", booked.ID, at.UTC().Format(time.TimeOnly))}
	if got := doctor.shownArrivals(); !slices.Equal(got, want) {
		t.Fatalf("the doctor has %q", got)
	}
	w.clock.advance(time.Minute)
	if _, err := clerk.s.Mark(ctx, booked.ID, ehrdesk.WorkAccepted); err != nil {
		t.Fatal(err)
	}
	clerk.poll()
	doctor.poll()
	if got := doctor.shownArrivals(); !strings.Contains(got[0], "accepted") {
		t.Errorf("the doctor has %q", got)
	}
	// A state that does not follow is refused, on either desk.
	if _, err := doctor.s.Mark(ctx, booked.ID, ehrdesk.WorkRejected); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("%v", err)
	}
	// With an old look at the line its booking can be changed, and nothing that was said since is undone.
	booked.At = at.Add(time.Hour)
	if _, err := clerk.s.PutTask(ctx, booked); err != nil {
		t.Fatal(err)
	}
	if _, err := doctor.s.Mark(ctx, booked.ID, ehrdesk.WorkInProgress); err != nil {
		t.Fatal(err)
	}
	doctor.poll()
	clerk.poll()
	doctor.poll()
	for _, d := range []*clinicDesk{clerk, doctor} {
		if got := d.shownArrivals(); len(got) != 1 || !strings.Contains(got[0], "in-progress") || !strings.Contains(got[0], booked.At.UTC().Format(time.TimeOnly)) {
			t.Errorf("%s has %q", d.who, got)
		}
	}
	// What is taken off at one desk goes from the other.
	if err := doctor.s.DropTask(ctx, booked.ID); err != nil {
		t.Fatal(err)
	}
	doctor.poll()
	clerk.poll()
	if c, d := clerk.shownArrivals(), doctor.shownArrivals(); len(c)+len(d) > 0 {
		t.Errorf("still there: %q, %q", c, d)
	}
	// The centre has the booking, and no name.
	mu.Lock()
	defer mu.Unlock()
	if told := said.String(); !strings.Contains(told, "A123456") || strings.Contains(told, "陳大文") || strings.Contains(told, "CHAN") {
		t.Errorf("the centre was told %s", told)
	}
}

// Desks that are cut off, begun anew, told the same twice and asked at random come to one list:
// nothing is lost, nothing is there twice, and of each field what was said last, wherever that was, is
// there. EHRDESK_DAYSTEPS is how many steps, EHRDESK_SEED the seed.
func TestDesksThatWereApartComeToOneList(t *testing.T) {
	n := 250
	if v, err := strconv.Atoi(os.Getenv("EHRDESK_DAYSTEPS")); err == nil {
		n = v
	}
	seed, err := strconv.ParseUint(os.Getenv("EHRDESK_SEED"), 10, 64)
	if err != nil {
		seed = 1
	}
	w := newWorld(t, 24)
	w.clock.hasLeft(6 * time.Hour)
	rnd := rand.New(rand.NewPCG(seed, 16))
	desks := []*clinicDesk{w.deskOf("clerk", ehrdesk.FrontDesk), w.deskOf("drlee", ehrdesk.Doctor), w.deskOf("nurse", ehrdesk.Nurse)}
	cut := make([]bool, len(desks))
	numbers := []string{"A123456(3)", "G123456(A)", "EC A123456(3)", "PASS IRL PX1", "PASS IRL PX2"}
	there, off := map[string]bool{}, map[string]bool{} // by id
	times, names := map[string]string{}, map[string]string{}
	ever := map[string][]string{} // by id, the names that it ever had
	online := func(i int) {
		if cut[i] {
			cut[i] = false
			desks[i].cut(false)
		}
	}
	for step := range n {
		i := rnd.IntN(len(desks))
		d := desks[i]
		w.clock.advance(time.Duration(50+rnd.IntN(3000)) * time.Millisecond)
		all, err := d.s.Tasks(ctx)
		if err != nil {
			t.Fatalf("step %d: %v", step, err)
		}
		var arrivals []ehrdesk.Task
		for _, x := range all {
			if x.Kind == ehrdesk.TaskArrival {
				arrivals = append(arrivals, x)
			}
		}
		pick := func() (ehrdesk.Task, bool) {
			if len(arrivals) == 0 {
				return ehrdesk.Task{}, false
			}
			return arrivals[rnd.IntN(len(arrivals))], true
		}
		switch rnd.IntN(13) {
		case 0, 1:
			if len(there) < 60 {
				k := d.booksArrival(numbers[rnd.IntN(len(numbers))], fmt.Sprint("name ", step), w.clock.now())
				there[k.ID], times[k.ID], names[k.ID] = true, k.At.UTC().Format(time.TimeOnly), k.Booking.Name
				ever[k.ID] = append(ever[k.ID], k.Booking.Name)
			}
		case 2, 3, 4:
			if x, ok := pick(); ok {
				to := []ehrdesk.WorkState{ehrdesk.WorkRequested, ehrdesk.WorkAccepted, ehrdesk.WorkInProgress, ehrdesk.WorkCompleted, ehrdesk.WorkFailed}[rnd.IntN(5)]
				if _, err := d.s.Mark(ctx, x.ID, to); err != nil && ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
					t.Fatalf("step %d: %v", step, err)
				}
			}
		case 5:
			if x, ok := pick(); ok {
				x.At = x.At.Add(time.Minute)
				if _, err := d.s.PutTask(ctx, x); err != nil {
					t.Fatalf("step %d: %v", step, err)
				}
				times[x.ID] = x.At.UTC().Format(time.TimeOnly)
			}
		case 6:
			if x, ok := pick(); ok && rnd.IntN(4) == 0 {
				off[x.ID] = true
				if err := d.s.DropTask(ctx, x.ID); err != nil {
					t.Fatalf("step %d: %v", step, err)
				}
			}
		case 12:
			if x, ok := pick(); ok {
				x.Booking.Name = fmt.Sprint("named ", step)
				if _, err := d.s.PutTask(ctx, x); err != nil {
					t.Fatalf("step %d: %v", step, err)
				}
				names[x.ID] = x.Booking.Name
				ever[x.ID] = append(ever[x.ID], x.Booking.Name)
			}
		case 7:
			cut[i] = !cut[i]
			d.cut(cut[i])
		case 8:
			if rnd.IntN(4) == 0 && !cut[i] {
				d.again()
			}
		case 9: // the answer is lost, or comes twice
			if !cut[i] {
				d.line.mu.Lock()
				d.line.path, d.line.nth, d.line.after = "$day", rnd.IntN(2), true
				d.line.mu.Unlock()
				_, _ = d.s.Poll(ctx)
				d.line.mu.Lock()
				d.line.path, d.line.nth, d.line.after = "", -1, false
				d.line.mu.Unlock()
			}
		default:
			if _, err := d.s.Poll(ctx); err != nil && !cut[i] && ehrdesk.CodeOf(err) != ehrdesk.CodeOffline {
				t.Fatalf("step %d: %v", step, err)
			}
		}
	}
	for range 3 {
		for i, d := range desks {
			online(i)
			d.poll()
		}
	}
	want := desks[0].shownArrivals()
	for _, d := range desks[1:] {
		if got := d.shownArrivals(); !slices.Equal(got, want) {
			t.Errorf("seed %d: %s has\n%s\nand %s\n%s", seed, d.who, strings.Join(got, "\n"), desks[0].who, strings.Join(want, "\n"))
		}
	}
	seen := map[string]bool{}
	for _, l := range want {
		id, _, _ := strings.Cut(l, " ")
		if seen[id] || !there[id] {
			t.Errorf("seed %d: twice, or nobody's: %s", seed, l)
		}
		// One that was taken off, and with which a colleague at a desk apart went on later, has what a desk that went on knew of it.
		named := strings.HasSuffix(l, " "+names[id]) || off[id] && slices.ContainsFunc(ever[id], func(name string) bool { return strings.HasSuffix(l, " "+name) })
		if !strings.Contains(l, " "+times[id]+" ") || !named {
			t.Errorf("seed %d: %s, and what was said last is %s and %q", seed, l, times[id], names[id])
		}
		seen[id] = true
	}
	for id := range there {
		if !seen[id] && !off[id] {
			t.Errorf("seed %d: lost: %s", seed, id)
		}
	}
}

// The same list taken over at two desks that are out of reach is one list; what stands in it twice
// stays two.
func TestAListTakenOverAtTwoDesksThatAreApartIsOne(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(2 * time.Hour)
	clerk, doctor := w.deskOf("clerk", ehrdesk.FrontDesk), w.deskOf("drlee", ehrdesk.Doctor)
	for range 2 { // each has the list's keys
		clerk.poll()
		doctor.poll()
	}
	at := w.clock.now().Add(time.Hour)
	var list []ehrdesk.Task
	for i, number := range []string{"A123456(3)", "A123456(3)", "G123456(A)", "PASS IRL PX1", "PASS IRL PX1"} {
		n, err := ehrdesk.ParseNumber(number)
		if err != nil {
			t.Fatal(err)
		}
		if i == 1 {
			at = at.Add(5 * time.Minute) // a second appointment
		}
		list = append(list, ehrdesk.Task{Kind: ehrdesk.TaskArrival, Number: n, At: at})
	}
	for _, d := range []*clinicDesk{clerk, doctor} {
		d.cut(true)
		if err := d.s.Book(ctx, list, nil); err != nil {
			t.Fatal(err)
		}
	}
	if got := clerk.shownArrivals(); len(got) != len(list) {
		t.Errorf("taken over: %q", got)
	}
	for _, d := range []*clinicDesk{clerk, doctor, clerk, doctor} {
		d.cut(false)
		d.poll()
	}
	c, d := clerk.shownArrivals(), doctor.shownArrivals()
	if !slices.Equal(c, d) || len(c) != len(list)+1 { // who stands there twice at one time is told apart by nothing
		t.Errorf("the clerk has\n%s\nthe doctor\n%s", strings.Join(c, "\n"), strings.Join(d, "\n"))
	}
	// What was taken off by a slip can be put down again.
	first := strings.Fields(c[0])[0]
	var again ehrdesk.Task
	all, err := clerk.s.Tasks(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range all {
		if x.ID == first {
			again = ehrdesk.Task{Kind: x.Kind, Number: x.Number, At: x.At}
		}
	}
	for _, told := range []bool{false, true} {
		if err := clerk.s.DropTask(ctx, first); err != nil {
			t.Fatal(err)
		}
		if told {
			clerk.poll()
		}
		k, err := clerk.s.PutTask(ctx, again)
		if err != nil {
			t.Fatal(err)
		}
		first = k.ID
		clerk.poll()
		doctor.poll()
		if c, d := clerk.shownArrivals(), doctor.shownArrivals(); !slices.Equal(c, d) || len(c) != len(list)+1 {
			t.Errorf("after it was put down again (told %v):\n%s\nthe doctor\n%s", told, strings.Join(c, "\n"), strings.Join(d, "\n"))
		}
	}
}

// asked is how often a desk has asked for the day: once a poll, and once more where it tells.
func (d *clinicDesk) asked() (n int) {
	d.line.mu.Lock()
	defer d.line.mu.Unlock()
	for _, r := range d.line.seen {
		if strings.HasSuffix(r, "/$day") {
			n++
		}
	}
	return n
}

// What is told makes every desk of the clinic ask anew, and asking ends with that: a wait of which
// nothing is new is not told.
func TestAWaitThatIsAskedAboutAgainIsNotTold(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(time.Hour)
	q := somebody(t, 2, ehrdesk.Registered)
	w.settle(q)
	clerk := w.deskOf("clerk", ehrdesk.FrontDesk)
	if _, err := clerk.s.PutTask(ctx, ehrdesk.Task{Kind: ehrdesk.TaskWait, Number: number(q), Channel: ehrdesk.ByApp}); err != nil {
		t.Fatal(err)
	}
	polls := func() {
		for range 3 {
			w.clock.advance(time.Second)
			clerk.poll()
		}
	}
	polls()
	before := clerk.asked()
	polls()
	if n := clerk.asked() - before; before < 4 || n != 3 {
		t.Errorf("asked %d times, and %d more in three polls with nothing new", before, n)
	}
	if waits := w.tasks(clerk.s, ehrdesk.TaskWait); len(waits) != 1 || w.clock.now().Sub(waits[0].Checked) > 2*time.Second {
		t.Errorf("when it was asked about is lost: %+v", waits)
	}
}

// A line that the centre does not take holds up no other, in neither direction, and stays at its desk.
func TestALineThatIsNotTakenHoldsUpNoOther(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(time.Hour)
	clerk, doctor := w.deskOf("clerk", ehrdesk.FrontDesk), w.deskOf("drlee", ehrdesk.Doctor)
	n, err := ehrdesk.ParseNumber("A123456(3)")
	if err != nil {
		t.Fatal(err)
	}
	bad, err := clerk.s.PutTask(ctx, ehrdesk.Task{Kind: ehrdesk.TaskArrival, Number: n, At: w.clock.now(), Booking: ehrdesk.Booking{ID: strings.Repeat("x", 300)}})
	if err != nil {
		t.Fatal(err)
	}
	good := clerk.booksArrival("G123456(A)", "WONG", w.clock.now())
	his := doctor.booksArrival("PASS IRL PX1", "MURPHY", w.clock.now())
	for range 3 {
		doctor.poll()
		clerk.poll()
	}
	has := func(d *clinicDesk, id string) bool {
		return slices.ContainsFunc(d.shownArrivals(), func(l string) bool { return strings.HasPrefix(l, id) })
	}
	if !has(doctor, good.ID) || !has(doctor, his.ID) || has(doctor, bad.ID) || !has(clerk, bad.ID) || !has(clerk, his.ID) {
		t.Errorf("the clerk has\n%s\nthe doctor\n%s", strings.Join(clerk.shownArrivals(), "\n"), strings.Join(doctor.shownArrivals(), "\n"))
	}
}

// A desk that cannot open what a line says yet changes the booking and loses nothing of the rest.
func TestWhatADeskCannotOpenYetIsNotLostByIt(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(time.Hour)
	doctor, clerk := w.deskOf("drlee", ehrdesk.Doctor), w.deskOf("clerk", ehrdesk.FrontDesk)
	k := doctor.booksArrival("A123456(3)", "CHAN Tai Man", w.clock.now())
	doctor.poll()
	clerk.poll() // it has the line, and no key
	all := w.tasks(clerk.s, ehrdesk.TaskArrival)
	if len(all) != 1 || all[0].ID != k.ID || all[0].Booking.Name != "" {
		t.Fatalf("%+v", all)
	}
	w.clock.advance(time.Second)
	all[0].At = all[0].At.Add(time.Hour)
	if _, err := clerk.s.PutTask(ctx, all[0]); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		clerk.poll()
		doctor.poll()
	}
	for _, d := range []*clinicDesk{clerk, doctor} {
		if got := d.shownArrivals(); len(got) != 1 || !strings.Contains(got[0], "CHAN Tai Man") || !strings.Contains(got[0], all[0].At.UTC().Format(time.TimeOnly)) {
			t.Errorf("%s has %q", d.who, got)
		}
	}
}

// A centre that was set back to what it was hears again what it has lost, and a desk that had read
// further than it goes now goes on with it.
func TestACentreThatWasSetBackIsToldAgain(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(time.Hour)
	clerk, doctor := w.deskOf("clerk", ehrdesk.FrontDesk), w.deskOf("drlee", ehrdesk.Doctor)
	lost := clerk.booksArrival("A123456(3)", "CHAN", w.clock.now())
	now := regexp.MustCompile(`("name":\s*"now",\s*"valueString":\s*")\d+`)
	set := func(f func(*http.Request, []byte) []byte) {
		clerk.line.mu.Lock()
		defer clerk.line.mu.Unlock()
		clerk.line.spoil = f
	}
	set(func(r *http.Request, body []byte) []byte {
		if !strings.Contains(r.URL.Path, "$day") {
			return body
		}
		return now.ReplaceAll(body, []byte("${1}999999"))
	})
	clerk.poll()
	set(func(r *http.Request, body []byte) []byte { // what it has lost is not in its answer
		return bytes.ReplaceAll(body, []byte(lost.ID), []byte("lost"))
	})
	before := clerk.asked()
	his := doctor.booksArrival("G123456(A)", "WONG", w.clock.now())
	doctor.poll()
	clerk.poll()
	if got := clerk.shownArrivals(); len(got) != 2 || !slices.ContainsFunc(got, func(l string) bool { return strings.HasPrefix(l, his.ID) }) {
		t.Errorf("the clerk has %q", got)
	}
	if clerk.asked() < before+3 { // it finds out, and tells in a second exchange
		t.Error("the centre was not told again")
	}
}

// Two people of one desk who work for two providers have two lists, and neither provider's centre is
// told of the other's patients.
func TestTheListsOfTwoProvidersAtOneDeskAreApart(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(time.Hour)
	d := w.deskOf("clerk", ehrdesk.FrontDesk)
	d.booksArrival("A123456(3)", "CHAN", w.clock.now())
	other, err := w.centre.AddHCP(ctx, central.HCP{Name: "Other"})
	if err != nil {
		t.Fatal(err)
	}
	code, err := w.centre.AddAccount(ctx, other, "locum", "Dr Locum", ehrdesk.Doctor)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.desk.Enrol(ctx, ehrdesk.Enrolment{Central: w.base, Staff: "locum", Code: ehrdesk.NewSecret(code), Passphrase: ehrdesk.NewSecret(pass)}); err != nil {
		t.Fatal(err)
	}
	first := d.s
	d.who = "locum"
	d.signIn()
	d.poll()
	if got := d.shownArrivals(); len(got) != 0 {
		t.Errorf("the other provider's doctor has %q", got)
	}
	d.s = first
	d.poll()
	if got := d.shownArrivals(); len(got) != 1 {
		t.Errorf("the clerk has %q", got)
	}
}

// What two desks that are apart change of different fields of a line is both kept. Of one field the later
// counts, and the history says what it was, and who had said so.
func TestFieldsChangedAtDesksThatAreApartAreBothKept(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(4 * time.Hour)
	q := somebody(t, 2, ehrdesk.Registered)
	w.settle(q)
	clerk, doctor, nurse := w.deskOf("clerk", ehrdesk.FrontDesk), w.deskOf("drlee", ehrdesk.Doctor), w.deskOf("nurse", ehrdesk.Nurse)
	desks := []*clinicDesk{clerk, doctor, nurse}
	polls := func() {
		for range 2 {
			for _, d := range desks {
				d.poll()
			}
		}
	}
	polls() // each has the list's keys
	w.clock.advance(time.Second)
	at := w.clock.now()
	k, err := clerk.s.PutTask(ctx, ehrdesk.Task{Kind: ehrdesk.TaskArrival, Number: number(q), At: at, Booking: ehrdesk.Booking{ID: "A-1", Name: "CHAN"}})
	if err != nil {
		t.Fatal(err)
	}
	polls()
	change := func(d *clinicDesk, edit func(*ehrdesk.Task)) {
		t.Helper()
		w.clock.advance(time.Second)
		all := w.tasks(d.s, ehrdesk.TaskArrival)
		if len(all) != 1 {
			t.Fatalf("%s has %+v", d.who, all)
		}
		edit(&all[0])
		if _, err := d.s.PutTask(ctx, all[0]); err != nil {
			t.Fatal(err)
		}
	}
	for _, d := range desks {
		d.cut(true)
	}
	change(clerk, func(x *ehrdesk.Task) { x.Booking.Name = "CHAN Tai Man" })
	change(doctor, func(x *ehrdesk.Task) { x.At = at.Add(time.Hour) })
	change(nurse, func(x *ehrdesk.Task) {
		x.Participation, x.Consent = ehrdesk.Registered, ehrdesk.SharingConsent{ID: "c-1", State: ehrdesk.ConsentActive, Since: at}
	})
	change(clerk, func(x *ehrdesk.Task) { x.Booking.ID = "A-2" })
	for _, d := range desks {
		d.cut(false)
	}
	polls()
	want := func(name string, at time.Time, was ...string) {
		t.Helper()
		for _, d := range desks {
			all := w.tasks(d.s, ehrdesk.TaskArrival)
			if len(all) != 1 {
				t.Fatalf("%s has %+v", d.who, all)
			}
			var before []string
			for _, b := range all[0].Was {
				said := b.Name
				if said == "" {
					said = b.At.UTC().Format(time.TimeOnly)
				}
				before = append(before, said+" by "+b.Said.By)
			}
			if x := all[0]; x.ID != k.ID || x.Booking.Name != name || !x.At.Equal(at) || x.Booking.ID != "A-2" || x.Consent.ID != "c-1" || !slices.Equal(before, was) {
				t.Errorf("%s has %s, %v, %s, consent %q; before %q, want %s, %v and %q", d.who, x.Booking.Name, x.At, x.Booking.ID, x.Consent.ID, before, name, at, was)
			}
		}
	}
	first := at.UTC().Format(time.TimeOnly) + " by clerk"
	want("CHAN Tai Man", at.Add(time.Hour), first, "CHAN by clerk")
	for _, d := range desks {
		d.cut(true)
	}
	change(doctor, func(x *ehrdesk.Task) { x.Booking.Name, x.At = "CHAN Tai-man", at.Add(2*time.Hour) })
	change(nurse, func(x *ehrdesk.Task) { x.Booking.Name, x.At = "CHAN T. M.", at.Add(3*time.Hour) })
	for _, d := range desks {
		d.cut(false)
	}
	polls()
	want("CHAN T. M.", at.Add(3*time.Hour), first, "CHAN by clerk", "CHAN Tai Man by clerk", at.Add(time.Hour).UTC().Format(time.TimeOnly)+" by drlee", at.Add(2*time.Hour).UTC().Format(time.TimeOnly)+" by drlee", "CHAN Tai-man by drlee")
	clerk.again()
	want("CHAN T. M.", at.Add(3*time.Hour), first, "CHAN by clerk", "CHAN Tai Man by clerk", at.Add(time.Hour).UTC().Format(time.TimeOnly)+" by drlee", at.Add(2*time.Hour).UTC().Format(time.TimeOnly)+" by drlee", "CHAN Tai-man by drlee")
}
