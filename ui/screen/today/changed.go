package today

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// What others have changed of the list since the person at the desk last looked: which lines, who said
// so, when, and what it was before.

// nextChanged goes to the next line that others have changed, from the first again after the last. Of
// the last one left the person has looked at it, and that was all.
func (s *Screen) nextChanged(rows []row) int {
	for n := 1; n < len(rows); n++ {
		if i := (s.sel + n) % len(rows); len(rows[i].task.Changed) > 0 {
			return i
		}
	}
	s.lookedOver()
	s.env.Warn(s.env.S(s.env.T.Today.ChangedNone))
	return s.sel
}

// left notes that the person has looked at a line, as they go on to another.
func (s *Screen) left(was, now row) {
	if was.key() != now.key() && s.drawn[was.key()] {
		s.env.Day.Look(was.key())
	}
}

// lookedOver notes that the person has looked at all that stood on the screen, as they leave the list.
func (s *Screen) lookedOver() {
	for id := range s.drawn {
		s.env.Day.Look(id)
	}
	s.drawn = nil
}

// stood notes that a line stood on the screen with what has changed of it.
func (s *Screen) stood(r row) {
	if len(r.task.Changed) == 0 {
		return
	}
	if s.drawn == nil {
		s.drawn = map[string]bool{}
	}
	s.drawn[r.key()] = true
}

// howMany counts the lines that others have changed.
func howMany(rows []row) (n int) {
	for _, r := range rows {
		if len(r.task.Changed) > 0 {
			n++
		}
	}
	return n
}

// whatChanged says of a line who has changed it, when, and what it was before.
func whatChanged(e *screen.Env, r row) string {
	var parts []string
	var said ehrdesk.Stamp
	for _, c := range r.task.Changed {
		words := changeWords(e, r.task, c)
		if said.Compare(c.By) != 0 {
			words = e.Clock(c.By.At.In(e.Now().Location())) + " " + ehrdesk.CleanLine(c.By.By) + ": " + words
			if !c.By.Day(e.Now()) {
				words = date(e, c.By.At) + " " + words
			}
		}
		said = c.By
		parts = append(parts, words)
	}
	if len(parts) == 0 {
		return ""
	}
	return "* " + strings.Join(parts, " · ")
}

func changeWords(e *screen.Env, k ehrdesk.Task, c ehrdesk.DayChange) string {
	t := &e.T.Today
	arrow := func(from, to string) string { return from + " → " + to }
	switch c.What {
	case ehrdesk.ChangeAdded:
		return e.S(t.ChangeAdded)
	case ehrdesk.ChangeState:
		if k.Kind.Called() && c.Outcome != "" {
			return e.S(e.T.Calls.CameOf(k)[c.Outcome])
		}
		return arrow(e.S(t.StateFor(c.From)), e.S(t.StateFor(c.To)))
	case ehrdesk.ChangeTime:
		at := func(d ehrdesk.DayChange, to bool) string {
			when := d.FromAt
			if to {
				when = d.ToAt
			}
			if when.IsZero() {
				return e.S(e.T.Import.NoTime)
			}
			return e.Clock(when)
		}
		return arrow(at(c, false), at(c, true))
	case ehrdesk.ChangeDue:
		return arrow(civil(c.FromAt), text.Sprintf(e.S(e.T.Calls.Due), civil(c.ToAt)))
	case ehrdesk.ChangeConsent:
		words, _ := standing(e, k)
		return text.Sprintf(e.S(t.ChangeConsent), words)
	}
	return ""
}

// drawChanged draws at the foot of a list what has changed of the line chosen, and gives the rows that
// that takes.
func drawChanged(c *paint.Canvas, r paint.Rect, lines []string, st paint.Style) {
	for i, l := range lines {
		c.Put(r.X, r.Bottom()-len(lines)+i, r.Right(), st, l)
	}
}
