package arrivals

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
)

// applied is the list after a plan.
func applied(have []ehrdesk.Task, p Plan) []ehrdesk.Task {
	gone := map[string]bool{}
	for _, id := range p.Off() {
		gone[id] = true
	}
	at := map[string]ehrdesk.Task{}
	var fresh []ehrdesk.Task
	for _, t := range p.Put() {
		if t.ID == "" {
			t.ID = fmt.Sprintf("t%d", len(have)+len(fresh))
			fresh = append(fresh, t)
		} else {
			at[t.ID] = t
		}
	}
	var out []ehrdesk.Task
	for _, t := range have {
		if n, ok := at[t.ID]; ok {
			t = n
		}
		if !gone[t.ID] {
			out = append(out, t)
		}
	}
	return append(out, fresh...)
}

func counts(p Plan) string {
	return fmt.Sprintf("added %d, retimed %d, unchanged %d, cancelled %d, not added %d, later %d", p.Count(Added), p.Count(Retimed), p.Count(Unchanged), p.Count(CalledOff), p.Count(Elsewhere), p.Later())
}

// steps imports lists one after another and says what each did.
func steps(t *testing.T, lists ...string) (said []string, have []ehrdesk.Task) {
	t.Helper()
	for _, l := range lists {
		p := Against(read(t, l, Options{}).Rows, have, monday())
		said, have = append(said, counts(p)), applied(have, p)
	}
	return said, have
}

func TestAFileAgainstTheList(t *testing.T) {
	const a, b = "A123456(3)", "B123456(6)"
	table := func(lines ...string) string {
		return "HKIC,Date,Time,Status,Appointment ID\n" + strings.Join(lines, "\n")
	}
	for name, c := range map[string]struct {
		lists []string
		want  string
		left  int
	}{
		"the same twice":             {[]string{table(a+",2026-11-30,9:05", b+",2026-11-30,9:20"), table(a+",2026-11-30,9:05", b+",2026-11-30,9:20")}, "added 0, retimed 0, unchanged 2, cancelled 0, not added 0, later 0", 2},
		"a new time":                 {[]string{table(a + ",2026-11-30,9:05"), table(a + ",2026-11-30,9:40")}, "added 0, retimed 1, unchanged 0, cancelled 0, not added 0, later 0", 1},
		"two a day stay two":         {[]string{table(a+",2026-11-30,9:05", a+",2026-11-30,15:00"), table(a+",2026-11-30,15:00", a+",2026-11-30,9:05")}, "added 0, retimed 0, unchanged 2, cancelled 0, not added 0, later 0", 2},
		"the later of two moves":     {[]string{table(a+",2026-11-30,9:05", a+",2026-11-30,15:00"), table(a+",2026-11-30,9:05", a+",2026-11-30,16:00")}, "added 0, retimed 1, unchanged 1, cancelled 0, not added 0, later 0", 2},
		"one more of the same day":   {[]string{table(a + ",2026-11-30,9:05"), table(a+",2026-11-30,9:05", a+",2026-11-30,16:00")}, "added 1, retimed 0, unchanged 1, cancelled 0, not added 0, later 0", 2},
		"another day is another":     {[]string{table(a + ",2026-11-30,9:05"), table(a + ",2026-12-02,9:05")}, "added 1, retimed 0, unchanged 0, cancelled 0, not added 0, later 1", 2},
		"a booking that moves a day": {[]string{table(a + ",2026-11-30,9:05,,AP-00017"), table(a + ",2026-12-02,9:05,,AP-00017")}, "added 0, retimed 1, unchanged 0, cancelled 0, not added 0, later 0", 1},
		"a queue's number is no id":  {[]string{table(a + ",2026-11-30,9:05,,1"), table(a + ",2026-12-02,9:05,,1")}, "added 1, retimed 0, unchanged 0, cancelled 0, not added 0, later 1", 2},
		"an id of somebody else":     {[]string{table(a + ",2026-11-30,9:05,,AP-00017"), table(b + ",2026-11-30,9:05,,AP-00017")}, "added 1, retimed 0, unchanged 0, cancelled 0, not added 0, later 0", 2},
		"cancelled since":            {[]string{table(a + ",2026-11-30,9:05"), table(a + ",2026-11-30,9:05,Cancelled")}, "added 0, retimed 0, unchanged 0, cancelled 1, not added 0, later 0", 0},
		"cancelled at another time":  {[]string{table(a + ",2026-11-30,9:05"), table(a + ",2026-11-30,15:00,Cancelled")}, "added 0, retimed 0, unchanged 0, cancelled 0, not added 1, later 0", 1},
		"moved within the day":       {[]string{table(a + ",2026-11-30,9:05"), table(a+",2026-11-30,9:05,Cancelled", a+",2026-11-30,15:00")}, "added 1, retimed 0, unchanged 0, cancelled 1, not added 0, later 0", 1},
		"cancelled from the first":   {[]string{table(a + ",2026-11-30,9:05,取消")}, "added 0, retimed 0, unchanged 0, cancelled 0, not added 1, later 0", 0},
		"cancelled without a time":   {[]string{table(a + ",2026-11-30,9:05"), table(a + ",2026-11-30,,Cancelled")}, "added 0, retimed 0, unchanged 0, cancelled 1, not added 0, later 0", 0},
		"cancelled, which of two":    {[]string{table(a+",2026-11-30,9:05", a+",2026-11-30,15:00"), table(a + ",2026-11-30,,Cancelled")}, "added 0, retimed 0, unchanged 0, cancelled 0, not added 1, later 0", 2},
		"cancelled, of one untimed":  {[]string{table(a + ",2026-11-30,"), table(a + ",2026-11-30,9:05,Cancelled")}, "added 0, retimed 0, unchanged 0, cancelled 0, not added 1, later 0", 1},
		"did not come, on the list":  {[]string{table(a + ",2026-11-30,9:05"), table(a + ",2026-11-30,9:05,No Show")}, "added 0, retimed 0, unchanged 1, cancelled 0, not added 0, later 0", 1},
		"a file takes no time away":  {[]string{table(a + ",2026-11-30,9:05"), table(a + ",2026-11-30,")}, "added 0, retimed 0, unchanged 1, cancelled 0, not added 0, later 0", 1},
		"a time that comes later":    {[]string{table(a + ",2026-11-30,"), table(a + ",2026-11-30,9:05")}, "added 0, retimed 1, unchanged 0, cancelled 0, not added 0, later 0", 1},
		"an id that comes later":     {[]string{table(a + ",2026-11-30,9:05"), table(a + ",2026-11-30,9:05,,AP-00017")}, "added 0, retimed 0, unchanged 1, cancelled 0, not added 0, later 0", 1},
		"two ids are two":            {[]string{table(a + ",2026-11-30,9:05,,AP-00017"), table(a+",2026-11-30,9:05,,AP-00017", a+",2026-11-30,15:00,,AP-00018")}, "added 1, retimed 0, unchanged 1, cancelled 0, not added 0, later 0", 2},
	} {
		said, have := steps(t, c.lists...)
		if got := said[len(said)-1]; got != c.want || len(have) != c.left {
			t.Errorf("%s: %s; %d on the list", name, got, len(have))
		}
	}
}

func TestWhoWasTypedByHandIsFoundInTheFile(t *testing.T) {
	typed, err := Typed("A123456(3)", monday())
	if err != nil {
		t.Fatal(err)
	}
	typed.ID = "t0"
	p := Against(read(t, "HKIC,Name,Time\nA123456(3),CHAN Tai Man,9:05\n", Options{}).Rows, []ehrdesk.Task{typed}, monday())
	if put := p.Put(); len(put) != 1 || put[0].ID != "t0" || put[0].At.Format("15:04") != "09:05" || put[0].Booking.Name != "CHAN Tai Man" {
		t.Errorf("%+v", p)
	}
}

func TestTheSameFileTwiceChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := genLayout(t)
		rows := genRows(t, l)
		ids := rapid.Bool().Draw(t, "ids")
		for i := range rows {
			if ids {
				rows[i].Booking = fmt.Sprintf("AP-%05d", i)
			}
			rows[i].Number = person(rapid.IntRange(0, 3).Draw(t, "of few"))
			rows[i].Status = rapid.SampledFrom([]Status{Booked, Booked, Cancelled, NotCome}).Draw(t, "status")
		}
		r := Reading{Rows: rows}
		r.finish(monday())
		have := applied(nil, Against(r.Rows, nil, monday()))
		booked := 0
		for _, row := range r.Rows {
			if row.Status == Booked {
				booked++
			}
		}
		if len(have) != booked {
			t.Fatalf("%d booked, %d on the list", booked, len(have))
		}
		again := Against(rapid.Permutation(r.Rows).Draw(t, "in any order"), have, monday())
		for i := range again.Lines {
			if l := again.Lines[i]; l.Row.Status == Booked && (l.Change != Unchanged || l.put) {
				t.Fatalf("%+v", l)
			}
		}
		if again.Count(Added)+again.Count(Retimed) != 0 {
			t.Fatal(counts(again))
		}
	})
}

func TestFiveThousandAgainstFiveThousand(t *testing.T) {
	var rows []Row
	day := dayOf(monday())
	for i := range MaxLines {
		rows = append(rows, Row{Line: i + 1, Number: person(i), Day: day.AddDate(0, 0, i%5), At: day.AddDate(0, 0, i%5).Add(time.Duration(9*60+i%400) * time.Minute)})
	}
	have := applied(nil, Against(rows, nil, monday()))
	if p := Against(rows, have, monday()); p.Count(Unchanged) != MaxLines || p.Changes() {
		t.Error(counts(p))
	}
}
