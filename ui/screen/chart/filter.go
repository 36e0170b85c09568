package chart

import (
	"cmp"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// filter narrows a list: an unset part lets everything through. Records of which only
// their kind is told are never filtered away, and a filter ends with its list: what it
// leaves out stands above the list as long as it is there.
type filter struct {
	kind   ehrdesk.Kind
	kinds  bool // kind is set
	source string
	status string
	since  period
	who    origin
	// programme is that of a public-private programme, under which few records stand
	programme string
}

// period is how far back a list goes.
type period uint8

const (
	always period = iota
	month
	halfYear
	oneYear
	fiveYears
)

// from is the first day of a period.
func (p period) from(now time.Time) time.Time {
	switch p {
	case month:
		return now.AddDate(0, 0, -30)
	case halfYear:
		return now.AddDate(0, -6, 0)
	case oneYear:
		return now.AddDate(-1, 0, 0)
	case fiveYears:
		return now.AddDate(-5, 0, 0)
	case always:
	}
	return time.Time{}
}

func (f filter) on() bool { return f != filter{} }

func (f filter) passes(r *ehrdesk.Record, from time.Time, o *ehrdesk.Opener, wrote func(*ehrdesk.Record, origin) bool) bool {
	switch {
	case r.Restricted && r.ID == "":
		return true
	case f.who != anybody && !wrote(r, f.who):
		return false
	case f.kinds && r.Kind != f.kind, f.source != "" && r.Source != f.source, f.status != "" && r.Status != f.status:
		return false
	}
	if f.programme != "" && programmeOf(o.Open(r)) != f.programme {
		return false
	}
	return f.since == always || !r.Date.IsZero() && !r.Date.Time.Before(from)
}

// programmeOf is the public-private programme under which a record was made, "" for none.
func programmeOf(f *ehrdesk.Facts) string {
	for _, b := range f.Besides {
		if b.Element == ehrdesk.BesideProgramme {
			return b.Concept.Words()
		}
	}
	return ""
}

// of are the records that pass, all of them where nothing is set. wrote reports who wrote a record.
func (f filter) of(all []ehrdesk.Record, now time.Time, wrote func(*ehrdesk.Record, origin) bool) []ehrdesk.Record {
	if !f.on() {
		return all
	}
	var out []ehrdesk.Record
	for i := range f.passing(all, now, wrote) {
		out = append(out, all[i])
	}
	return out
}

// passing are the places of the records that pass.
func (f filter) passing(all []ehrdesk.Record, now time.Time, wrote func(*ehrdesk.Record, origin) bool) iter.Seq[int] {
	return func(yield func(int) bool) {
		var o ehrdesk.Opener
		from := f.since.from(now)
		for i := range all {
			if f.passes(&all[i], from, &o, wrote) && !yield(i) {
				return
			}
		}
	}
}

// chooser is the list of what a list can be narrowed to, with how many records each
// would leave.
type chooser struct {
	rows []choice
	sel  int
	from view // what it was asked for on
}

// choice is one line of it: a heading where name alone is set.
type choice struct {
	with  func(f *filter) // sets or takes back its part
	set   func(f filter) bool
	name  string
	count int
}

// choose shows what the list can be narrowed to, or puts that away.
func (s *Screen) choose() tea.Cmd {
	if s.chooser != nil {
		s.chooser = nil
		return nil
	}
	if why := s.noFilter(); why != "" {
		s.env.Warn(why)
		return nil
	}
	var cmd tea.Cmd
	from := s.view
	if s.view == viewCourse && s.query == nil { // the list of the same records
		cmd = s.turn(viewTimeline)
	}
	s.pane = paneList
	s.chooser = &chooser{rows: s.filterChoices(), from: from}
	return cmd
}

// noFilter says why what is in the middle cannot be narrowed.
func (s *Screen) noFilter() string {
	if s.query != nil || s.page() != nil && s.view != viewCourse {
		return s.env.S(s.env.T.Filter.NoList)
	}
	return ""
}

// filterChoices are the values that occur in the list as it is without a filter.
func (s *Screen) filterChoices() (rows []choice) {
	e, t, all, now := s.env, &s.env.T.Filter, s.unfiltered(), s.env.Now()
	rows = append(rows, choice{name: e.S(t.All), with: func(f *filter) { *f = filter{} }, set: func(f filter) bool { return !f.on() }, count: len(all)})
	periods := []choice{}
	for i, words := range []text.T{t.Month, t.HalfYear, t.OneYear, t.FiveYears} {
		p := period(i + 1)
		n := 0
		for range (filter{since: p}).passing(all, now, s.wrote) {
			n++
		}
		periods = append(periods, choice{name: e.S(words), count: n, set: func(f filter) bool { return f.since == p },
			with: func(f *filter) { f.since = toggled(f.since, p) }})
	}
	rows = append(append(rows, choice{name: e.S(t.Period)}), periods...)
	rows = append(rows, s.whoChoices(all)...)
	programmes := map[string]int{}
	kinds, sources, states := map[ehrdesk.Kind]int{}, map[string]int{}, map[string]*ehrdesk.Record{}
	stateCount := map[string]int{}
	var o ehrdesk.Opener
	for i := range all {
		r := &all[i]
		if r.Restricted && r.ID == "" {
			continue
		}
		kinds[r.Kind]++
		if p := programmeOf(o.Open(r)); p != "" {
			programmes[p]++
		}
		if r.Source != "" {
			sources[r.Source]++
		}
		if r.Status != "" {
			stateCount[r.Status]++
			if states[r.Status] == nil {
				states[r.Status] = r
			}
		}
	}
	if len(kinds) > 1 {
		rows = append(rows, choice{name: e.S(t.Kind)})
		for _, k := range ehrdesk.Kinds() {
			if n := kinds[k]; n > 0 {
				rows = append(rows, choice{name: e.S(e.T.KindName(k)), count: n, set: func(f filter) bool { return f.kinds && f.kind == k },
					with: func(f *filter) {
						if f.kinds && f.kind == k {
							f.kinds, f.kind = false, 0
						} else {
							f.kinds, f.kind = true, k
						}
					}})
			}
		}
	}
	rows = append(rows, named(e.S(t.Source), sources, 2, ehrdesk.CleanLine,
		func(f *filter) *string { return &f.source })...)
	rows = append(rows, named(e.S(t.Programme), programmes, 1, ehrdesk.CleanLine,
		func(f *filter) *string { return &f.programme })...)
	rows = append(rows, named(e.S(t.Status), stateCount, 2, func(v string) string { return e.Facts().StatusName(states[v]) },
		func(f *filter) *string { return &f.status })...)
	return rows
}

// named are the choices of a part that is a word, the commonest first; none where there
// are fewer than least.
func named(head string, count map[string]int, least int, say func(string) string, part func(f *filter) *string) (rows []choice) {
	if len(count) < least {
		return nil
	}
	values := make([]string, 0, len(count))
	for v := range count {
		values = append(values, v)
	}
	slices.SortFunc(values, func(a, b string) int { return cmp.Or(cmp.Compare(count[b], count[a]), strings.Compare(a, b)) })
	rows = append(rows, choice{name: head})
	for _, v := range values {
		rows = append(rows, choice{name: say(v), count: count[v], set: func(f filter) bool { return *part(&f) == v },
			with: func(f *filter) { *part(f) = toggled(*part(f), v) }})
	}
	return rows
}

// toggled is v, or nothing where it was v already.
func toggled[V comparable](was, v V) (out V) {
	if was == v {
		return out
	}
	return v
}

// handleFilter moves among the choices and sets them; used is false for what closes the
// chooser and is seen to by the chart.
func (s *Screen) handleFilter(in intent.Intent) (cmd tea.Cmd, used bool) {
	c := s.chooser
	step := map[intent.ID]int{intent.Up: -1, intent.Down: 1, intent.PageUp: -8, intent.PageDown: 8, intent.Top: -len(c.rows), intent.Bottom: len(c.rows)}
	switch in.ID {
	case intent.Back, intent.Filter:
		if s.chooser = nil; c.from == viewCourse && !s.filter.on() { // nothing was chosen: as it was
			return s.turn(viewCourse), true
		}
		return s.follow(), true
	case intent.Accept:
		c.rows[c.sel].with(&s.filter)
		s.list.set(s.records())
		return s.follow(), true
	}
	by, moves := step[in.ID]
	if !moves {
		s.chooser = nil
		return nil, false
	}
	to := min(max(c.sel+by, 0), len(c.rows)-1)
	for to > 0 && to < len(c.rows)-1 && c.rows[to].with == nil { // over a heading
		to += map[bool]int{true: 1, false: -1}[by > 0]
	}
	c.sel = to
	return nil, true
}

// drawFilter paints the choices in the place of the list.
func (s *Screen) drawFilter(c *paint.Canvas, r paint.Rect) {
	f := s.chooser
	c.Put(r.X, r.Y, r.Right(), theme.Title, paint.Cut(s.listTitle(), r.W))
	r = r.From(1)
	first := max(0, min(f.sel-r.H/2, len(f.rows)-r.H))
	for i := first; i < len(f.rows) && i-first < r.H; i++ {
		row, y := &f.rows[i], r.Y+i-first
		if row.with == nil {
			c.Put(r.X, y, r.Right(), theme.Muted, row.name)
			continue
		}
		st, mark := theme.Text, "  "
		if i == f.sel {
			st, mark = theme.Selected, "▸ "
			c.Fill(paint.Rect{X: r.X, Y: y, W: r.W, H: 1}, st, ' ')
			c.SetCursor(r.X, y)
		}
		c.Item(r.X, y, i == f.sel)
		box := "[ ] "
		if row.set(s.filter) {
			box = "[x] "
		}
		n := strconv.Itoa(row.count)
		x := c.Put(r.X, y, r.Right(), st, mark+box)
		c.Put(x, y, r.Right(), st, paint.Cut(row.name, r.Right()-x-len(n)-2))
		c.Put(r.Right()-len(n)-1, y, r.Right(), st, n)
	}
}

// filterNotice says how much of the list is shown and by what, "" without a filter.
func (s *Screen) filterNotice() string {
	if !s.filter.on() || s.query != nil {
		return ""
	}
	e, t := s.env, &s.env.T.Filter
	words := sprintf(e.S(t.Showing), len(s.list.records), len(s.unfiltered()))
	if f := s.filter; f.since != always {
		words += " · " + e.S([...]text.T{month: t.Month, halfYear: t.HalfYear, oneYear: t.OneYear, fiveYears: t.FiveYears}[f.since])
	}
	if s.filter.kinds {
		words += " · " + e.S(e.T.KindName(s.filter.kind))
	}
	for i := range s.list.records {
		if s.filter.status == "" {
			break
		}
		if r := &s.list.records[i]; r.Status == s.filter.status {
			words += " · " + e.Facts().StatusName(r)
			break
		}
	}
	if s.filter.who != anybody {
		words += " · " + e.S(s.filter.who.words(t))
	}
	if s.filter.source != "" {
		words += " · " + ehrdesk.CleanLine(s.filter.source)
	}
	if s.filter.programme != "" {
		words += " · " + ehrdesk.CleanLine(s.filter.programme)
	}
	return words
}
