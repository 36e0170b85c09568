package central_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/ehrdesk/ehrdesk/internal/sealed"
)

// call is a statement of somebody's, as it is sent.
func call(t *testing.T, by *desk, of ehrdesk.CasePerson, at, until time.Time) (signed, body string) {
	t.Helper()
	signed, err := sealed.SignOnCall(&sealed.OnCall{Of: sealed.Person(of), At: at, Until: until}, by.signs())
	if err != nil {
		t.Fatal(err)
	}
	return signed, fmt.Sprintf(`{"resourceType":"Parameters","parameter":[{"name":"statement","valueString":%q}]}`, signed)
}

// The directory says who is on call as they signed it, until then, and takes nothing else.
func TestTheDirectorySaysWhoIsOnCallAsTheySignedIt(t *testing.T) {
	w := newWorld(t)
	hcp := w.hcp(central.HCP{Name: "Clinic"})
	d, other, front := w.desk(hcp, ehrdesk.Doctor), w.desk(w.hcp(central.HCP{Name: "Another"}), ehrdesk.Doctor), w.desk(w.hcp(central.HCP{Name: "Third"}), ehrdesk.FrontDesk)
	now := w.clock.now()
	role := func() string { return other.want(200, "GET", "/PractitionerRole", "") }
	first, body := call(t, d, d.person(), now, now.Add(time.Hour))
	d.want(200, "POST", "/$on-call", body)
	d.want(200, "POST", "/$on-call", body) // however often it is sent
	if got := role(); strings.Count(got, first) != 1 || strings.Count(got, `"until"`) != 1 {
		t.Errorf("%s", got)
	}
	for name, tt := range map[string]struct {
		by        *desk
		of        ehrdesk.CasePerson
		at, until time.Time
		status    int
	}{
		"for somebody else":    {other, d.person(), now, now.Add(time.Hour), 403},
		"for more than a week": {d, d.person(), now.Add(time.Second), now.Add(8 * 24 * time.Hour), 422},
		"from tomorrow":        {d, d.person(), now.Add(24 * time.Hour), now.Add(25 * time.Hour), 422},
		"of before":            {d, d.person(), now.Add(-time.Minute), now.Add(time.Hour), 409},
		"by the front desk":    {front, front.person(), now, now.Add(time.Hour), 403},
	} {
		_, body := call(t, tt.by, tt.of, tt.at, tt.until)
		if status, text := tt.by.do("POST", "/$on-call", body); status != tt.status {
			t.Errorf("%s: %d %s", name, status, text)
		}
	}
	w.clock.advance(time.Second)
	off, body := call(t, d, d.person(), w.clock.now(), w.clock.now())
	d.want(200, "POST", "/$on-call", body)
	if got := role(); !strings.Contains(got, off) || strings.Contains(got, first) || strings.Contains(got, `"until"`) {
		t.Errorf("taken back: %s", got)
	}
	w.clock.advance(sealed.MostOnCall)
	if got := w.desk(w.hcp(central.HCP{Name: "Fourth"}), ehrdesk.Doctor).want(200, "GET", "/PractitionerRole", ""); strings.Contains(got, "on-call") {
		t.Errorf("a week later: %s", got)
	}
}

// Nobody says it over and over.
func TestOnCallIsSaidSoOften(t *testing.T) {
	w := newWorld(t)
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.Doctor)
	last := 200
	for n := 0; n < 100 && last == 200; n++ {
		w.clock.advance(time.Second)
		_, body := call(t, d, d.person(), w.clock.now(), w.clock.now().Add(time.Hour))
		last, _ = d.do("POST", "/$on-call", body)
	}
	if last != 429 {
		t.Errorf("%d", last)
	}
}
