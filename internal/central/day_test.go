package central_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// dayOf is a line as a desk puts it down.
func (d *desk) dayLine(number string, state ehrdesk.WorkState, at time.Time) ehrdesk.DayLine {
	d.w.t.Helper()
	n, err := ehrdesk.ParseNumber(number)
	if err != nil {
		d.w.t.Fatal(err)
	}
	s := ehrdesk.Stamp{At: at.UTC().Truncate(time.Millisecond), By: d.staff, Desk: "desk of " + d.staff}
	return ehrdesk.DayLine{ID: uuid.NewString(), Kind: ehrdesk.TaskArrival, Booked: ehrdesk.Booked{Number: n, Day: ehrdesk.DayOf(at), At: at.UTC().Truncate(time.Millisecond), Stamp: s},
		Steps: []ehrdesk.Step{{State: state, Stamp: s}}}
}

func steps(l ehrdesk.DayLine, state ehrdesk.WorkState, by string, at time.Time) ehrdesk.DayLine {
	return l.Merge(ehrdesk.DayLine{ID: l.ID, Kind: l.Kind, Steps: []ehrdesk.Step{{State: state, Stamp: ehrdesk.Stamp{At: at.UTC().Truncate(time.Millisecond), By: by, Desk: "desk of " + by}}}})
}

// dayIn is an exchange's parameters.
func dayIn(t testing.TB, since string, from time.Time, lines []ehrdesk.DayLine, more ...string) string {
	t.Helper()
	p := append([]string{fmt.Sprintf(`{"name":"since","valueString":%q}`, since), fmt.Sprintf(`{"name":"from","valueString":%q}`, ehrdesk.DayOf(from))}, more...)
	for _, l := range lines {
		b, err := fhir.MarshalDayLine(l)
		if err != nil {
			t.Fatal(err)
		}
		p = append(p, `{"name":"line","resource":`+string(b)+`}`)
	}
	return `{"resourceType":"Parameters","parameter":[` + strings.Join(p, ",") + `]}`
}

type dayParameter struct {
	Name, ValueString, ValueUUID, ValueCode string
	ValueBoolean                            bool
	ValueBase64Binary                       string
	Resource                                json.RawMessage
	Part                                    []dayParameter
}

type dayOut struct {
	now, readers string
	more         bool
	lines        []ehrdesk.DayLine
	keys         map[string]string   // wrapped for whoever asked
	has          map[string][]string // reader to keys
	order        []string
	untaken      []string // lines that were told and not taken
	why          []string // the codes of why
}

func readDay(t testing.TB, body string) (out dayOut) {
	t.Helper()
	var p struct{ Parameter []dayParameter }
	if err := json.Unmarshal([]byte(body), &p); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	out.keys, out.has = map[string]string{}, map[string][]string{}
	for _, p := range p.Parameter {
		part := func(name string) (found dayParameter) {
			for _, q := range p.Part {
				if q.Name == name {
					return q
				}
			}
			return found
		}
		switch p.Name {
		case "now":
			out.now = p.ValueString
		case "readers":
			out.readers = p.ValueString
		case "more":
			out.more = p.ValueBoolean
		case "list-key":
			out.order = append(out.order, p.ValueUUID)
		case "untaken":
			out.untaken, out.why = append(out.untaken, part("id").ValueUUID), append(out.why, part("code").ValueCode)
		case "line":
			l, err := fhir.ParseDayLine(p.Resource)
			if err != nil {
				t.Fatalf("%v: %s", err, p.Resource)
			}
			out.lines = append(out.lines, l)
		case "key":
			out.keys[part("id").ValueUUID] = part("bytes").ValueBase64Binary
		case "reader":
			has := []string{}
			for _, q := range p.Part {
				if q.Name == "has" {
					has = append(has, q.ValueUUID)
				}
			}
			out.has[part("holder").ValueString] = has
		}
	}
	return out
}

func reader(public string) (param, holder string) {
	sum := sha256.Sum256([]byte(public))
	return fmt.Sprintf(`{"name":"reader","part":[{"name":"public","valueBase64Binary":%q},{"name":"bond","valueString":"signed"},{"name":"install","valueString":"store"}]}`,
		base64.StdEncoding.EncodeToString([]byte(public))), base64.RawURLEncoding.EncodeToString(sum[:])
}

// A desk that is new reads no name of the list before one that has its key has sealed it for it: that one hears
// of it at once, and the new desk of the key.
func TestADeskThatIsNewIsHeardOfAtOnceAndHearsOfItsKey(t *testing.T) {
	w := newWorld(t)
	clinic := w.hcp(central.HCP{Name: "Clinic"})
	clerk, doctor := w.desk(clinic, ehrdesk.FrontDesk), w.desk(clinic, ehrdesk.Doctor)
	now := w.clock.now()
	first, holder := reader("clerk's")
	second, other := reader("doctor's")
	key := uuid.NewString()
	wrap := func(holder string) string {
		return fmt.Sprintf(`{"name":"key","part":[{"name":"id","valueUuid":%q},{"name":"wrap","part":[{"name":"for","valueString":%q},{"name":"bytes","valueBase64Binary":"c2VhbGVk"}]}]}`, key, holder)
	}
	put := readDay(t, clerk.want(200, "POST", "/$day", dayIn(t, "0", now, []ehrdesk.DayLine{clerk.dayLine("A123456(3)", ehrdesk.WorkRequested, now)}, first, wrap(holder))))
	clerkHears := clerk.listen("")
	new := readDay(t, doctor.want(200, "POST", "/$day", dayIn(t, "0", now, nil, second)))
	if len(new.lines) != 1 || len(new.keys) != 0 {
		t.Fatalf("%+v", new)
	}
	clerkHears.is("day", "")
	doctorHears := doctor.listen("")
	heard := readDay(t, clerk.want(200, "POST", "/$day", dayIn(t, put.now, now, nil, first, wrap(other))))
	if heard.has[other] == nil {
		t.Errorf("the new desk is not named: %+v", heard)
	}
	doctorHears.is("day", "")
	if got := readDay(t, doctor.want(200, "POST", "/$day", dayIn(t, new.now, now, nil, second))); got.keys[key] == "" {
		t.Errorf("the new desk has no key: %+v", got)
	}
	// What is said once more is no news.
	before := readDay(t, doctor.want(200, "POST", "/$day", dayIn(t, new.now, now, nil, second))).now
	if again := readDay(t, clerk.want(200, "POST", "/$day", dayIn(t, heard.now, now, nil, first, wrap(other)))); again.now != before {
		t.Errorf("the list has moved from %s to %s", before, again.now)
	}
}

func TestADayIsOneForAllDesksOfAProviderAndForNobodyElse(t *testing.T) {
	w := newWorld(t)
	clinic, other := w.hcp(central.HCP{Name: "Clinic"}), w.hcp(central.HCP{Name: "Other"})
	clerk, doctor, officer, stranger := w.desk(clinic, ehrdesk.FrontDesk), w.desk(clinic, ehrdesk.Doctor), w.desk(clinic, ehrdesk.Officer), w.desk(other, ehrdesk.Doctor)
	now := w.clock.now()
	listens := doctor.listen("")
	a, b := clerk.dayLine("A123456(3)", ehrdesk.WorkRequested, now), clerk.dayLine("PASS IRL PX1", ehrdesk.WorkAccepted, now)
	put := readDay(t, clerk.want(200, "POST", "/$day", dayIn(t, "0", now, []ehrdesk.DayLine{a, b})))
	if len(put.lines) != 2 || !put.lines[0].Equal(a) || !put.lines[1].Equal(b) {
		t.Fatalf("%+v", put)
	}
	if e := listens.next(); !strings.Contains(e, "event: day") || strings.Contains(e, "A123456") {
		t.Errorf("the desk that listens is told %q", e)
	}
	got := readDay(t, doctor.want(200, "POST", "/$day", dayIn(t, "0", now, nil)))
	if len(got.lines) != 2 || got.now != put.now {
		t.Fatalf("the doctor has %+v", got)
	}
	// What has not changed is not sent again; what a colleague changes is.
	if again := readDay(t, doctor.want(200, "POST", "/$day", dayIn(t, got.now, now, nil))); len(again.lines) != 0 || again.now != got.now {
		t.Errorf("unchanged: %+v", again)
	}
	in := steps(a, ehrdesk.WorkInProgress, doctor.staff, now.Add(time.Second))
	w.clock.advance(2 * time.Second)
	doctor.want(200, "POST", "/$day", dayIn(t, got.now, now, []ehrdesk.DayLine{in}))
	if news := readDay(t, clerk.want(200, "POST", "/$day", dayIn(t, put.now, now, []ehrdesk.DayLine{a}))); len(news.lines) != 1 || news.lines[0].State() != ehrdesk.WorkInProgress || len(news.lines[0].Steps) != 2 {
		t.Errorf("the clerk learns %+v", news)
	}
	if got := readDay(t, stranger.want(200, "POST", "/$day", dayIn(t, "0", now, nil))); len(got.lines) != 0 {
		t.Errorf("another provider has %+v", got)
	}
	// Another's line by the same id is another line.
	theirs := stranger.dayLine("G123456(A)", ehrdesk.WorkRequested, now)
	theirs.ID = a.ID
	stranger.want(200, "POST", "/$day", dayIn(t, "0", now, []ehrdesk.DayLine{theirs}))
	if got := readDay(t, clerk.want(200, "POST", "/$day", dayIn(t, "0", now, nil))); len(got.lines) != 2 || got.lines[1].Booked.Number != a.Booked.Number {
		t.Errorf("the clinic's line became %+v", got.lines)
	}
	officer.want(403, "POST", "/$day", dayIn(t, "0", now, nil))
	officer.want(403, "GET", "/$day-list?day="+ehrdesk.DayOf(now), "")
	list := doctor.want(200, "GET", "/$day-list?day="+ehrdesk.DayOf(now), "")
	for _, want := range []string{`"resourceType":"Appointment"`, `"resourceType":"Encounter"`, `"status":"in-progress"`, `"reference":"Appointment/` + a.ID} {
		if !strings.Contains(list, want) {
			t.Errorf("the list has no %s: %s", want, list)
		}
	}
	if empty := doctor.want(200, "GET", "/$day-list?day="+ehrdesk.DayOf(now.AddDate(0, 0, 1)), ""); !strings.Contains(empty, `"total":0`) {
		t.Error(empty)
	}
}

func TestWhatTheCentreHasHeardOfALineStays(t *testing.T) {
	w := newWorld(t)
	clinic := w.hcp(central.HCP{Name: "Clinic"})
	clerk, doctor, stranger := w.desk(clinic, ehrdesk.FrontDesk), w.desk(clinic, ehrdesk.Doctor), w.desk(w.hcp(central.HCP{Name: "Other"}), ehrdesk.Doctor)
	now := w.clock.now()
	a := clerk.dayLine("A123456(3)", ehrdesk.WorkAccepted, now)
	clerk.want(200, "POST", "/$day", dayIn(t, "0", now, []ehrdesk.DayLine{a}))
	forged := a
	forged.Booked.Number, _ = ehrdesk.ParseNumber("G123456(A)")
	forged.Steps = []ehrdesk.Step{{State: ehrdesk.WorkRejected, Stamp: a.Steps[0].Stamp, Via: "zz"}}
	got := readDay(t, doctor.want(200, "POST", "/$day", dayIn(t, "0", now, []ehrdesk.DayLine{forged})))
	if len(got.lines) != 1 || !got.lines[0].Equal(a) {
		t.Errorf("what was said is %+v", got.lines)
	}
	// Who tells of another's act is named beside them.
	for staff, by := range map[string]string{clerk.staff: clerk.staff, doctor.staff: doctor.staff} {
		via := map[bool]string{true: "", false: doctor.staff}[staff == doctor.staff]
		l := doctor.dayLine("A123456(3)", ehrdesk.WorkRequested, now)
		l = steps(l, ehrdesk.WorkAccepted, by, now.Add(time.Millisecond))
		l.Steps[1].Via = "nobody"
		got := readDay(t, doctor.want(200, "POST", "/$day", dayIn(t, "0", now, []ehrdesk.DayLine{l})))
		i := slices.IndexFunc(got.lines, func(o ehrdesk.DayLine) bool { return o.ID == l.ID })
		if i < 0 || got.lines[i].Steps[1].Via != via {
			t.Errorf("told of %s by the doctor: %+v", by, got.lines)
		}
	}
	for why, bad := range map[string]ehrdesk.DayLine{
		"staff": steps(a, ehrdesk.WorkCompleted, stranger.staff+"x", now.Add(time.Second)),
		"clock": steps(a, ehrdesk.WorkCompleted, clerk.staff, now.Add(time.Hour)),
		"day":   {ID: a.ID, Kind: a.Kind, Booked: ehrdesk.Booked{Number: a.Booked.Number, Day: "2029-01-01", Stamp: a.Booked.Stamp}, Steps: a.Steps},
		"size":  a.Merge(ehrdesk.DayLine{ID: a.ID, Words: []ehrdesk.SealedWords{{Key: "k", Bytes: make([]byte, ehrdesk.MaxSealed+1), Stamp: a.Booked.Stamp}}}),
	} {
		good := clerk.dayLine("PASS IRL PX1", ehrdesk.WorkRequested, now)
		body := clerk.want(200, "POST", "/$day", dayIn(t, "0", now, []ehrdesk.DayLine{bad, good}))
		if got := readDay(t, body); !slices.Equal(got.untaken, []string{a.ID}) || !slices.Equal(got.why, []string{why}) || !slices.ContainsFunc(got.lines, good.Equal) {
			t.Errorf("a line not taken for its %s is not named, or holds up another: %s", why, body)
		}
	}
	clerk.want(422, "POST", "/$day", dayIn(t, "0", now, []ehrdesk.DayLine{{ID: "1", Kind: a.Kind, Booked: a.Booked, Steps: a.Steps}}))
	if got := readDay(t, clerk.want(200, "POST", "/$day", dayIn(t, "0", now, nil))); !got.lines[0].Equal(a) {
		t.Errorf("a refused line has changed %+v", got.lines[0])
	}
}

// Keys of the list come to whoever reads it now, and to nobody else; the centre has them sealed.
func TestKeysOfADayGoToThoseWhoReadIt(t *testing.T) {
	w := newWorld(t)
	clinic := w.hcp(central.HCP{Name: "Clinic"})
	clerk, doctor := w.desk(clinic, ehrdesk.FrontDesk), w.desk(clinic, ehrdesk.Doctor)
	now := w.clock.now()
	mine, holder := reader("the clerk's public key")
	his, other := reader("the doctor's public key")
	clerk.want(200, "POST", "/$day", dayIn(t, "0", now, nil, mine))
	got := readDay(t, doctor.want(200, "POST", "/$day", dayIn(t, "0", now, nil, his)))
	if len(got.has) != 2 || len(got.has[holder]) != 0 {
		t.Fatalf("readers: %+v", got.has)
	}
	id := uuid.NewString()
	key := fmt.Sprintf(`{"name":"key","part":[{"name":"id","valueUuid":%q},{"name":"wrap","part":[{"name":"for","valueString":%q},{"name":"bytes","valueBase64Binary":"AAAA"}]},{"name":"wrap","part":[{"name":"for","valueString":"nobody"},{"name":"bytes","valueBase64Binary":"AAAA"}]}]}`, id, holder)
	doctor.want(200, "POST", "/$day", dayIn(t, "0", now, nil, his, key))
	got = readDay(t, clerk.want(200, "POST", "/$day", dayIn(t, "0", now, nil, mine)))
	if got.keys[id] != "AAAA" || !slices.Equal(got.order, []string{id}) || !slices.Equal(got.has[holder], []string{id}) || len(got.has[other]) != 0 || len(got.has) != 2 {
		t.Errorf("%+v", got)
	}
	// One that is sealed already stays, and what has not changed is not told again.
	doctor.want(200, "POST", "/$day", dayIn(t, "0", now, nil, his, strings.ReplaceAll(key, "AAAA", "BBBB")))
	seen := fmt.Sprintf(`{"name":"readers","valueString":%q}`, got.readers)
	if again := readDay(t, clerk.want(200, "POST", "/$day", dayIn(t, "0", now, nil, mine, seen))); len(again.has) != 0 || again.readers != got.readers {
		t.Errorf("told again: %+v", again)
	}
	// A key is its reader's: nobody else takes it for theirs.
	doctor.want(403, "POST", "/$day", dayIn(t, "0", now, nil, mine))
	// Whose account is closed reads no more.
	if _, err := w.c.CloseAccount(t.Context(), clinic, clerk.staff); err != nil {
		t.Fatal(err)
	}
	if got := readDay(t, doctor.want(200, "POST", "/$day", dayIn(t, "0", now, nil, his))); len(got.has) != 1 {
		t.Errorf("after the account was closed: %+v", got.has)
	}
}

// A day that is long over is forgotten, and what is still to come is not.
func TestADayThatIsLongOverIsForgotten(t *testing.T) {
	w := newWorld(t)
	clerk := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.FrontDesk)
	now := w.clock.now()
	old := clerk.dayLine("A123456(3)", ehrdesk.WorkCompleted, now)
	clerk.want(200, "POST", "/$day", dayIn(t, "0", now, []ehrdesk.DayLine{old}))
	w.clock.advance(61 * 24 * time.Hour)
	clerk.signIn()
	today := clerk.dayLine("G123456(A)", ehrdesk.WorkAccepted, w.clock.now())
	clerk.want(200, "POST", "/$day", dayIn(t, "0", now, []ehrdesk.DayLine{today}))
	if got := readDay(t, clerk.want(200, "POST", "/$day", dayIn(t, "0", now, nil))); len(got.lines) != 1 || got.lines[0].ID != today.ID {
		t.Errorf("%+v", got.lines)
	}
}

// A call that nobody has concluded is kept and told to every desk however long ago it was due, and
// forgotten in its time when somebody has.
func TestACallIsKeptUntilSomebodyHasConcludedIt(t *testing.T) {
	w := newWorld(t)
	clerk := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.FrontDesk)
	was := w.clock.now()
	call := clerk.dayLine("A123456(3)", ehrdesk.WorkRequested, was)
	call.Kind = ehrdesk.TaskCall
	clerk.want(200, "POST", "/$day", dayIn(t, "0", was, []ehrdesk.DayLine{call}))
	for _, day := range []time.Time{was, was.AddDate(0, 0, 1)} {
		list := clerk.want(200, "GET", "/$day-list?day="+ehrdesk.DayOf(day), "")
		if got := strings.Contains(list, `"resourceType":"Task"`); got != (day == was) {
			t.Errorf("of %s: %s", day, list)
		}
	}
	for range 3 {
		w.clock.advance(61 * 24 * time.Hour)
		clerk.signIn()
		now := w.clock.now()
		call = call.Come(ehrdesk.Step{State: ehrdesk.WorkOnHold, Outcome: ehrdesk.CallNoAnswer, Stamp: ehrdesk.Stamp{At: now.UTC().Truncate(time.Millisecond), By: clerk.staff, Desk: "desk"}})
		got := readDay(t, clerk.want(200, "POST", "/$day", dayIn(t, "0", now, []ehrdesk.DayLine{call})))
		if len(got.lines) != 1 || !got.lines[0].Equal(call) {
			t.Fatalf("%+v", got.lines)
		}
	}
	// What came of it is in FHIR's own place too.
	if list := clerk.want(200, "GET", "/$day-list?day="+ehrdesk.DayOf(was), ""); !strings.Contains(list, `"businessStatus":{"text":"no-answer"}`) || !strings.Contains(list, `"status":"on-hold"`) {
		t.Error(list)
	}
	now := w.clock.now()
	done := call.Come(ehrdesk.Step{State: ehrdesk.WorkCompleted, Outcome: ehrdesk.CallReached, Stamp: ehrdesk.Stamp{At: now.UTC().Add(time.Second).Truncate(time.Millisecond), By: clerk.staff, Desk: "desk"}})
	if got := readDay(t, clerk.want(200, "POST", "/$day", dayIn(t, "0", now, []ehrdesk.DayLine{done}))); len(got.lines) != 1 || got.lines[0].State() != ehrdesk.WorkCompleted {
		t.Errorf("%+v", got.lines)
	}
	w.clock.advance(61 * 24 * time.Hour)
	clerk.signIn()
	clerk.want(200, "POST", "/$day", dayIn(t, "0", now, []ehrdesk.DayLine{clerk.dayLine("G123456(A)", ehrdesk.WorkAccepted, w.clock.now())}))
	if got := readDay(t, clerk.want(200, "POST", "/$day", dayIn(t, "0", was, nil))); len(got.lines) != 1 || got.lines[0].Kind != ehrdesk.TaskArrival {
		t.Errorf("%+v", got.lines)
	}
}
