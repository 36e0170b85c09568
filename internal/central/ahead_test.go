package central_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// A record is fetched before it is opened by leave of the centre, which holds the provider's policy
// and the provider's day against what a desk says: a desk that says more is refused, and written down.
func TestTheCentreLetsARecordBeFetchedAheadOfWhoIsHereAlone(t *testing.T) {
	w := newWorld(t)
	clinic, other := w.hcp(central.HCP{Name: "Clinic"}), w.hcp(central.HCP{Name: "Other", Ahead: true})
	rep := w.importText(patientBundle(uuidA, "Chan"))[0]
	d, clerk, stranger := w.desk(clinic, ehrdesk.Doctor), w.desk(clinic, ehrdesk.FrontDesk), w.desk(other, ehrdesk.Doctor)
	d.grant(rep.EHR)
	stranger.grant(rep.EHR)
	now := w.clock.now()
	line := func(number string, state ehrdesk.WorkState, edit func(*ehrdesk.DayLine)) string {
		l := clerk.dayLine(number, state, now)
		if edit != nil {
			edit(&l)
		}
		if out := readDay(t, clerk.want(200, "POST", "/$day", dayIn(t, "0", now.AddDate(0, 0, -9), []ehrdesk.DayLine{l}))); len(out.untaken) > 0 {
			t.Fatalf("not taken: %v", out.why)
		}
		return l.ID
	}
	here := line(rep.EHR, ehrdesk.WorkAccepted, nil)
	ask := func(d *desk, status int, arrival string, more ...string) {
		t.Helper()
		body := fmt.Sprintf(`{"name":"purpose","valueCode":"consultation"},{"name":"arrival","valueUuid":%q}`, arrival)
		for _, p := range more {
			body += "," + p
		}
		d.want(status, "POST", "/Patient/"+uuidA+"/$open", `{"resourceType":"Parameters","parameter":[`+body+`]}`)
	}
	ask(d, 403, here) // off unless it was switched on
	if _, err := w.c.SetProviderCache(t.Context(), clinic, func(h *central.HCP) { h.Ahead = true }); err != nil {
		t.Fatal(err)
	}
	for name, arrival := range map[string]string{
		"a line that there is none of": uuidB,
		"somebody who is to come":      line(rep.EHR, ehrdesk.WorkRequested, nil),
		"somebody who did not come":    line(rep.EHR, ehrdesk.WorkFailed, nil),
		"somebody who was seen":        line(rep.EHR, ehrdesk.WorkCompleted, nil),
		"somebody else":                line("A123456(3)", ehrdesk.WorkAccepted, nil),
		"a wait":                       line(rep.EHR, ehrdesk.WorkAccepted, func(l *ehrdesk.DayLine) { l.Kind = ehrdesk.TaskWait }),
		"who was here last week":       line(rep.EHR, ehrdesk.WorkAccepted, func(l *ehrdesk.DayLine) { l.Booked.Day = ehrdesk.DayOf(now.AddDate(0, 0, -7)) }),
	} {
		t.Run(name, func(*testing.T) { ask(d, 409, arrival) })
	}
	ask(stranger, 409, here) // another provider's list
	ask(clerk, 403, here)
	ask(d, 422, here, `{"name":"reason","valueString":"words of somebody's"}`)
	ask(d, 200, here)
	var got []string
	if err := w.c.Accesses(t.Context(), rep.EHR, func(a central.Access) error {
		if a.Action == "open" {
			got = append(got, a.Outcome+" "+a.Purpose+" "+a.Reason)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	let, refused := "success consultation "+ehrdesk.FetchedAhead, 0
	for _, e := range got[:len(got)-1] {
		if e == let {
			t.Errorf("let before it was allowed: %q", got)
		}
		refused++
	}
	if got[len(got)-1] != let || refused != 10 {
		t.Errorf("the log has %d refused, and %q", refused, got)
	}
}

// What was fetched ahead was told; the opening for which it was is told no second time, within the
// hours of a visit, and by that person at that desk.
func TestAnOpeningAfterFetchingAheadIsToldNoSecondTime(t *testing.T) {
	w := newWorld(t)
	clinic := w.hcp(central.HCP{Name: "Clinic", Ahead: true})
	rep := w.importText(patientBundle(uuidA, "Chan"))[0]
	d, colleague := w.desk(clinic, ehrdesk.Doctor), w.desk(clinic, ehrdesk.Doctor)
	d.grant(rep.EHR)
	var steps []int
	told := func() {
		n := 0
		if err := w.c.Notices(t.Context(), rep.EHR, func(central.Notice) error { n++; return nil }); err != nil {
			t.Fatal(err)
		}
		steps = append(steps, n)
	}
	open := func(d *desk, more string) {
		t.Helper()
		d.want(200, "POST", "/Patient/"+uuidA+"/$open", `{"resourceType":"Parameters","parameter":[{"name":"purpose","valueCode":"consultation"}`+more+`]}`)
		told()
	}
	marks := func() string {
		l := d.dayLine(rep.EHR, ehrdesk.WorkAccepted, w.clock.now())
		d.want(200, "POST", "/$day", dayIn(t, "0", w.clock.now(), []ehrdesk.DayLine{l}))
		return fmt.Sprintf(`,{"name":"arrival","valueUuid":%q}`, l.ID)
	}
	told()
	here := marks()
	open(d, here)       // told
	open(d, here)       // broken off and begun anew: not told again
	open(colleague, "") // another person: told
	open(d, "")         // the opening: not told
	open(d, "")         // another one: told, as any
	w.clock.advance(9 * time.Hour)
	d.signIn()
	open(d, marks()) // told
	w.clock.advance(9 * time.Hour)
	d.signIn()
	open(d, "") // not the opening that it was for: told
	for i := range steps[1:] {
		steps[i] = steps[i+1] - steps[i]
	}
	if want := []int{1, 0, 1, 0, 1, 1, 1}; !slices.Equal(steps[:len(steps)-1], want) {
		t.Errorf("told %v, want %v", steps[:len(steps)-1], want)
	}
}
