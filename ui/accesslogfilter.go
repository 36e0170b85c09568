package ui

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// logFilter narrows a log: an unset part lets everything through.
type logFilter struct {
	by, patient string
	purpose     ehrdesk.Purpose
	restricted  bool
	days        int // how far back, 0 for ever
}

// meant is the filter as everybody else takes it.
func (f logFilter) meant(now time.Time) ehrdesk.LogFilter {
	out := ehrdesk.LogFilter{By: f.by, Patient: f.patient, Purpose: f.purpose, Restricted: f.restricted}
	if f.days > 0 {
		out.Since = now.AddDate(0, 0, -f.days)
	}
	return out
}

// logChooser is the list of what a log can be narrowed to.
type logChooser struct {
	rows []logChoice
	sel  int
}

// logChoice is one line of it: a heading where set is nil.
type logChoice struct {
	name  string
	count int
	set   func(f *logFilter)
	is    func(f logFilter) bool
}

// mostChoices bounds what is listed of people and of patients, the commonest first.
const mostChoices = 50

// choose shows what the log can be narrowed to, or puts that away.
func (l *accessLog) choose() {
	if l.chooser != nil {
		l.chooser = nil
	} else if l.ready() {
		l.chooser = &logChooser{rows: l.choices()}
	}
}

// choices are the values that occur in the view.
func (l *accessLog) choices() []logChoice {
	e, t, now := l.m.env, &l.m.env.T.Log, l.m.env.Now()
	count := func(f logFilter) (n int) {
		meant := f.meant(now)
		for i := range l.rows {
			if meant.Fits(l.rows[i].e) {
				n++
			}
		}
		return n
	}
	rows := []logChoice{{name: e.S(e.T.Filter.All), count: len(l.rows), set: func(f *logFilter) { *f = logFilter{} }, is: func(f logFilter) bool { return f == logFilter{} }}, {name: e.S(e.T.Filter.Period)}}
	for _, p := range []struct {
		days  int
		words text.T
	}{{7, t.Days7}, {30, e.T.Filter.Month}, {365, e.T.Filter.OneYear}} {
		rows = append(rows, logChoice{name: e.S(p.words), count: count(logFilter{days: p.days}), is: func(f logFilter) bool { return f.days == p.days }, set: func(f *logFilter) { toggle(&f.days, p.days) }})
	}
	rows = append(rows, logChoice{name: e.S(t.Restricted), count: count(logFilter{restricted: true}), is: func(f logFilter) bool { return f.restricted }, set: func(f *logFilter) { f.restricted = !f.restricted }})
	people, patients, purposes := map[string]int{}, map[string]int{}, map[string]int{}
	for i := range l.rows {
		ev := l.rows[i].e
		people[ev.Staff]++
		patients[ev.Patient]++
		purposes[string(ev.Purpose)]++
	}
	rows = append(rows, values(e.S(t.Purpose), purposes, func(v string) string { return e.S(e.T.Find.Purpose(ehrdesk.Purpose(v))) },
		func(f logFilter) string { return string(f.purpose) }, func(f *logFilter, v string) { toggle(&f.purpose, ehrdesk.Purpose(v)) })...)
	rows = append(rows, values(e.S(t.Who), people, func(v string) string { return v }, func(f logFilter) string { return f.by }, func(f *logFilter, v string) { toggle(&f.by, v) })...)
	return append(rows, values(e.S(t.Patient), patients, func(v string) string { return l.patientName(v) }, func(f logFilter) string { return f.patient }, func(f *logFilter, v string) { toggle(&f.patient, v) })...)
}

// patientName is a patient's id, and that it is the one of the screen behind.
func (l *accessLog) patientName(id string) string {
	if id == l.patient {
		return id + " – " + l.m.env.S(l.m.env.T.Log.ThisPatient)
	}
	return id
}

// values are the choices of a part that is a word, the commonest first.
func values(head string, count map[string]int, say func(string) string, get func(logFilter) string, set func(*logFilter, string)) []logChoice {
	delete(count, "")
	if len(count) == 0 {
		return nil
	}
	found := make([]string, 0, len(count))
	for v := range count {
		found = append(found, v)
	}
	slices.SortFunc(found, func(a, b string) int { return cmp.Or(cmp.Compare(count[b], count[a]), strings.Compare(a, b)) })
	rows := []logChoice{{name: head}}
	for _, v := range found[:min(len(found), mostChoices)] {
		rows = append(rows, logChoice{name: ehrdesk.CleanLine(say(v)), count: count[v], is: func(f logFilter) bool { return get(f) == v }, set: func(f *logFilter) { set(f, v) }})
	}
	return rows
}

// toggle sets a part, or ends it where it was set so already.
func toggle[V comparable](part *V, v V) {
	if *part == v {
		var none V
		v = none
	}
	*part = v
}

// handleFilter moves among the choices and sets them; false for what is not for them.
func (l *accessLog) handleFilter(in intent.Intent) bool {
	c := l.chooser
	step := map[intent.ID]int{intent.Up: -1, intent.Down: 1, intent.PageUp: -8, intent.PageDown: 8, intent.Top: -len(c.rows), intent.Bottom: len(c.rows)}
	switch in.ID {
	case intent.Back, intent.Filter:
		l.chooser = nil
		return true
	case intent.Accept:
		c.rows[c.sel].set(&l.filter)
		l.narrow()
		return true
	}
	by, moves := step[in.ID]
	if !moves {
		l.chooser = nil
		return false
	}
	to := min(max(c.sel+by, 0), len(c.rows)-1)
	for to > 0 && to < len(c.rows)-1 && c.rows[to].set == nil { // over a heading
		if by > 0 {
			to++
		} else {
			to--
		}
	}
	c.sel = to
	return true
}

// drawFilter paints the choices in the place of the log.
func (l *accessLog) drawFilter(c *paint.Canvas, r paint.Rect) {
	f := l.chooser
	first := max(0, min(f.sel-r.H/2, len(f.rows)-r.H))
	for i := first; i < len(f.rows) && i-first < r.H; i++ {
		row, y := &f.rows[i], r.Y+i-first
		if row.set == nil {
			c.Put(r.X, y, r.Right(), theme.Muted, row.name)
			continue
		}
		st, mark, box := theme.Dialog, "  ", "[ ] "
		if i == f.sel {
			st, mark = theme.Selected, "▸ "
			c.Fill(paint.Rect{X: r.X, Y: y, W: r.W, H: 1}, st, ' ')
			c.SetCursor(r.X, y)
		}
		if row.is(l.filter) {
			box = "[x] "
		}
		c.Item(r.X, y, i == f.sel)
		n := strconv.Itoa(row.count)
		x := c.Put(r.X, y, r.Right(), st, mark+box)
		c.Put(x, y, r.Right(), st, paint.Cut(row.name, r.Right()-x-len(n)-2))
		c.Put(r.Right()-len(n)-1, y, r.Right(), st, n)
	}
}

// filtered says what the log is narrowed to, "" for nothing.
func (l *accessLog) filtered() string {
	e, f := l.m.env, l.filter
	var out []string
	for _, p := range []struct {
		days  int
		words text.T
	}{{7, e.T.Log.Days7}, {30, e.T.Filter.Month}, {365, e.T.Filter.OneYear}} {
		if f.days == p.days {
			out = append(out, e.S(p.words))
		}
	}
	if f.restricted {
		out = append(out, e.S(e.T.Log.Restricted))
	}
	if f.purpose != "" {
		out = append(out, e.S(e.T.Find.Purpose(f.purpose)))
	}
	if f.by != "" {
		out = append(out, f.by)
	}
	if f.patient != "" {
		out = append(out, l.patientName(f.patient))
	}
	return ehrdesk.CleanLine(strings.Join(out, " · "))
}
