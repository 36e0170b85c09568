package arrivals

import (
	"cmp"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// Change is what a row of a file does to the list.
type Change string

// The changes.
const (
	Added     Change = "added"
	Retimed   Change = "retimed"   // on the list with another time or day
	Unchanged Change = "unchanged" // on the list as it is
	CalledOff Change = "cancelled" // on the list, and cancelled in the file: taken off
	Elsewhere Change = "not-added" // cancelled, or over, and not on the list
)

// Line is a row and what it does.
type Line struct {
	Row    Row
	Change Change
	Task   ehrdesk.Task // as it is to be kept; of one that is called off as it stands
	Was    ehrdesk.Task // as it stands on the list; zero where it is not there
	put    bool
}

// Plan is what would become of the list.
type Plan struct {
	Lines []Line
	today time.Time
}

// Put are the tasks to be kept.
func (p Plan) Put() (out []ehrdesk.Task) {
	for _, l := range p.Lines {
		if l.put {
			out = append(out, l.Task)
		}
	}
	return out
}

// Off are the tasks to be taken off.
func (p Plan) Off() (out []string) {
	for _, l := range p.Lines {
		if l.Change == CalledOff {
			out = append(out, l.Task.ID)
		}
	}
	return out
}

// Count counts the rows of one change.
func (p Plan) Count(c Change) (n int) {
	for _, l := range p.Lines {
		if l.Change == c {
			n++
		}
	}
	return n
}

// Later counts those added for another day than today.
func (p Plan) Later() (n int) {
	for _, l := range p.Lines {
		if l.Change == Added && l.Row.Day.After(p.today) {
			n++
		}
	}
	return n
}

// Changes reports that something would change.
func (p Plan) Changes() bool {
	return p.Count(Added)+p.Count(Retimed)+p.Count(CalledOff) > 0
}

// lasting is from how many characters an id is believed to be one booking's for good:
// shorter ones are numbers of a queue, which begin anew each day.
const lasting = 6

// Against holds the rows against the arrivals that are on the list, those of later days
// among them. A booking is the one with the file's own id of it and the same number;
// where that says nothing, the one of the same person and day, in the order of the day.
func Against(rows []Row, have []ehrdesk.Task, now time.Time) Plan {
	p := Plan{Lines: make([]Line, len(rows)), today: dayOf(now)}
	m := matcher{now: now, taken: map[int]bool{}, of: make([]int, len(rows)), rows: rows, have: have}
	for i := range m.of {
		m.of[i] = -1
	}
	m.byID()
	m.byDay()
	for i, row := range rows {
		p.Lines[i] = Line{Row: row, Change: Elsewhere}
		if at := m.of[i]; at >= 0 {
			p.Lines[i] = onList(row, have[at], m.day(have[at]))
		} else if row.Status == Booked {
			p.Lines[i] = Line{Row: row, Change: Added, put: true, Task: ehrdesk.Task{Kind: ehrdesk.TaskArrival, State: ehrdesk.TaskOpen, Number: row.Number, At: row.At,
				Booking: ehrdesk.Booking{ID: row.Booking, Name: row.Name, Day: row.Day}}}
		}
	}
	return p
}

// onList is what a row does to the task that it is. A file without a time takes none away.
func onList(row Row, t ehrdesk.Task, day civil) Line {
	l := Line{Row: row, Change: Unchanged, Task: t, Was: t}
	switch {
	case row.Status == Cancelled:
		l.Change = CalledOff
		return l
	case row.Status != Booked:
		return l
	}
	moved := civilOf(row.Day) != day
	if moved || !row.At.IsZero() && !row.At.Equal(t.At) {
		l.Change, l.put = Retimed, true
		l.Task.At = row.At
	}
	b := ehrdesk.Booking{ID: cmp.Or(row.Booking, t.Booking.ID), Name: cmp.Or(row.Name, t.Booking.Name), Day: row.Day}
	if b.ID != t.Booking.ID || b.Name != t.Booking.Name {
		l.put = true
	}
	l.Task.Booking = b
	return l
}

// matcher finds for each row the task that it is.
type matcher struct {
	now   time.Time
	rows  []Row
	have  []ehrdesk.Task
	of    []int // the task of each row, -1 for none
	taken map[int]bool
}

// day is the day that an arrival on the list is for.
func (m *matcher) day(t ehrdesk.Task) civil {
	for _, at := range []time.Time{t.Booking.Day, t.At} {
		if !at.IsZero() {
			return civilOf(at.In(m.now.Location()))
		}
	}
	return civilOf(m.now)
}

func (m *matcher) pair(row, task int) { m.of[row], m.taken[task] = task, true }

func (m *matcher) byID() {
	type key struct {
		n   ehrdesk.Number
		id  string
		day civil
	}
	at := map[key]int{}
	for i, t := range m.have {
		if t.Booking.ID == "" {
			continue
		}
		at[key{t.Number, t.Booking.ID, m.day(t)}] = i
		if len(t.Booking.ID) >= lasting {
			at[key{t.Number, t.Booking.ID, civil{}}] = i
		}
	}
	for _, anyDay := range []bool{false, true} {
		for i, row := range m.rows {
			k := key{row.Number, row.Booking, civilOf(row.Day)}
			if anyDay {
				k.day = civil{}
			}
			if task, ok := at[k]; ok && row.Booking != "" && m.of[i] < 0 && !m.taken[task] {
				m.pair(i, task)
			}
		}
	}
}

// dayKey is one person's day.
type dayKey struct {
	n   ehrdesk.Number
	day civil
}

func (m *matcher) byDay() {
	tasks := map[dayKey][]int{}
	for i, t := range m.have {
		if !m.taken[i] {
			k := dayKey{t.Number, m.day(t)}
			tasks[k] = append(tasks[k], i)
		}
	}
	rows := map[dayKey][]int{}
	for i, row := range m.rows {
		if k := (dayKey{row.Number, civilOf(row.Day)}); m.of[i] < 0 && len(tasks[k]) > 0 {
			rows[k] = append(rows[k], i)
		}
	}
	for k, of := range rows {
		slices.SortStableFunc(of, func(a, b int) int { return UntimedLast(m.rows[a].At, m.rows[b].At) })
		slices.SortStableFunc(tasks[k], func(a, b int) int { return UntimedLast(m.have[a].At, m.have[b].At) })
		m.within(of, tasks[k], func(row Row, t ehrdesk.Task) bool { return row.At.Equal(t.At) })
		m.within(of, tasks[k], func(row Row, t ehrdesk.Task) bool {
			return row.Status == Booked || row.At.IsZero() && len(tasks[k]) == 1
		})
	}
}

// within pairs what is left of one person's day in its order. Two bookings whose ids
// differ are two.
func (m *matcher) within(rows, tasks []int, same func(Row, ehrdesk.Task) bool) {
	for _, i := range rows {
		for _, at := range tasks {
			row, t := m.rows[i], m.have[at]
			if m.of[i] >= 0 || m.taken[at] || row.Booking != "" && t.Booking.ID != "" && row.Booking != t.Booking.ID || !same(row, t) {
				continue
			}
			m.pair(i, at)
		}
	}
}

// UntimedLast orders times of a day, what has none behind them.
func UntimedLast(a, b time.Time) int {
	if a.IsZero() != b.IsZero() {
		if a.IsZero() {
			return 1
		}
		return -1
	}
	return a.Compare(b)
}
