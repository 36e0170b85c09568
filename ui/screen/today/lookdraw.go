package today

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/arrivals"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// parts are the changes in the order of the screen.
func parts() []arrivals.Change {
	return []arrivals.Change{arrivals.Added, arrivals.Retimed, arrivals.CalledOff, arrivals.Unchanged, arrivals.Elsewhere}
}

// drawLook draws what a file says and what it would change, before it does.
func (s *Screen) drawLook(c *paint.Canvas, r paint.Rect) {
	e, t, l := s.env, &s.env.T.Import, s.look
	x := c.Put(r.X, r.Y, r.Right(), theme.Strong, e.S(t.Title))
	c.Put(x+2, r.Y, r.Right(), theme.Muted, paint.Cut(e.S(t.Lead), r.Right()-x-2))
	r = r.From(1)
	r = r.From(widget.Para(c, r, theme.Text, s.counts()))
	r = r.From(widget.Flow(c, r, s.fileFacts(), 3, true))
	for _, ask := range []struct {
		due   bool
		words text.T
	}{{l.reading.Unsure, t.AskEncoding}, {l.reading.Open(), t.AskDates}, {len(l.reading.Rows) == 0, t.NoRows}, {len(l.reading.Rows) > 0 && !l.plan.Changes(), t.NothingNew}} {
		if ask.due {
			r = r.From(widget.Para(c, r, theme.Abnormal, e.S(ask.words)))
		}
	}
	c.HLine(r.X, r.Y, r.Right(), theme.Rule)
	r = r.From(1)
	if l.lines == nil || l.in != e.Lang || l.width != r.W {
		l.lines, l.in, l.width = wrapped(s.lookLines(), r.W), e.Lang, r.W
	}
	all := l.lines
	c.SetCursor(r.X, r.Y)
	first := l.scroll.Fit(len(all), r.H)
	for i := first; i < len(all) && i-first < r.H; i++ {
		c.Put(r.X, r.Y+i-first, r.Right(), all[i].style, all[i].words)
	}
}

// wrapped goes on below where a line is wider than the window: no name is cut.
func wrapped(lines []lookLine, w int) []lookLine {
	out := make([]lookLine, 0, len(lines))
	for _, l := range lines {
		if paint.Width(l.words) <= w {
			out = append(out, l)
			continue
		}
		for i, part := range paint.Wrap(nil, strings.TrimLeft(l.words, " "), w-4) {
			indent := "  "
			if i > 0 {
				indent = "    "
			}
			out = append(out, lookLine{indent + part, l.style})
		}
	}
	return out
}

// counts are how many of which change there are, those that are none left out.
func (s *Screen) counts() string {
	e, t, l := s.env, &s.env.T.Import, s.look
	var out []string
	add := func(n int, words text.T) {
		if n > 0 {
			out = append(out, text.Sprintf(e.S(words), n))
		}
	}
	for _, c := range parts() {
		add(l.plan.Count(c), t.Counts[c])
		if c == arrivals.Added {
			add(l.plan.Later(), t.Later)
		}
	}
	add(l.reading.Untimed(), t.Untimed)
	add(len(l.reading.Refused), t.CountNotRead)
	return strings.Join(out, " · ")
}

// fileFacts are what the file was taken for.
func (s *Screen) fileFacts() []widget.Pair {
	e, t, r := s.env, &s.env.T.Import, &s.look.reading
	encoding := strings.ToUpper(string(r.Encoding))
	if r.Unsure {
		encoding = text.Sprintf(e.S(t.EncodingOpen), encoding)
	}
	file := []string{e.S(t.Formats[r.Format]), encoding}
	if r.Comma != 0 {
		file = append(file, text.Sprintf(e.S(t.Separator), e.S(t.Separators[r.Comma])))
	}
	switch {
	case r.Order != "":
		file = append(file, text.Sprintf(e.S(t.DatesBy), e.S(t.Orders[r.Order]), e.S(t.Told[r.OrderBy])))
	case r.Open():
		file = append(file, e.S(t.DatesOpen))
	}
	pairs := []widget.Pair{{Label: e.S(t.File), Value: strings.Join(file, " · "), Style: theme.Text, LabelStyle: theme.Label}}
	if r.Format != arrivals.Table {
		return pairs
	}
	columns := make([]string, 0, len(r.Columns))
	for _, c := range r.Columns {
		name := e.S(t.Roles[c.As])
		if c.Heading != "" {
			name = c.Heading + " = " + name
		}
		columns = append(columns, text.Sprintf("%d %s", c.At, name))
	}
	return append(pairs, widget.Pair{Label: e.S(t.Columns), Value: cmp.Or(strings.Join(columns, " · "), e.S(t.NoColumns)), Style: theme.Text, LabelStyle: theme.Label, Break: true})
}

type lookLine struct {
	words string
	style paint.Style
}

// lookLines are what is not read, and why, then each change with its lines.
func (s *Screen) lookLines() (out []lookLine) {
	e, t, l := s.env, &s.env.T.Import, s.look
	if n := len(l.reading.Refused); n > 0 {
		out = append(out, lookLine{text.Sprintf(e.S(t.NotRead), n), theme.Strong})
		for _, x := range l.reading.Refused {
			out = append(out, lookLine{"  " + text.Sprintf(e.S(t.Line), x.Line) + "  " + e.S(t.Whys[x.Why]), theme.Abnormal})
		}
	}
	for _, change := range parts() {
		of := slices.DeleteFunc(slices.Clone(l.plan.Lines), func(x arrivals.Line) bool { return x.Change != change })
		if len(of) == 0 {
			continue
		}
		slices.SortStableFunc(of, func(a, b arrivals.Line) int {
			return cmp.Or(a.Row.Day.Compare(b.Row.Day), arrivals.UntimedLast(a.Row.At, b.Row.At))
		})
		out = append(out, lookLine{text.Sprintf(e.S(t.Parts[change]), len(of)), theme.Strong})
		for _, x := range of {
			out = append(out, lookLine{"  " + s.lookRow(x), theme.Text})
		}
	}
	return out
}

// lookRow is one line of a file: the day where it is another, the time, whom.
func (s *Screen) lookRow(x arrivals.Line) string {
	e, t := s.env, &s.env.T.Import
	now := e.Now()
	when := func(day, at time.Time) string {
		clock := e.S(t.NoTime)
		if !at.IsZero() {
			clock = e.Clock(at)
		}
		if day.After(now) {
			return ehrdesk.At(day).Date() + " " + clock
		}
		return clock
	}
	words := when(x.Row.Day, x.Row.At)
	switch x.Change {
	case arrivals.Retimed:
		words = text.Sprintf(e.S(t.Moved), when(x.Was.Booking.Day, x.Was.At), words)
	case arrivals.Unchanged:
		words = when(x.Row.Day, x.Was.At)
	case arrivals.Added, arrivals.CalledOff, arrivals.Elsewhere:
	}
	words += "  " + x.Row.Number.Printed()
	if x.Row.Name != "" {
		words += "  " + text.Sprintf(e.S(t.ByList), ehrdesk.CleanLine(x.Row.Name))
	}
	return words
}
