package today

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/fold"
	"github.com/ehrdesk/ehrdesk/ui/intent"
)

// key is what the list calls a line, wherever it stands.
func (r row) key() string {
	if r.ending != nil {
		return "ending " + r.ending.Consent.ID
	}
	if r.section == newsWait {
		return "news " + r.task.Patient.ID
	}
	return r.task.ID
}

// moves are the intents that choose another line. They are carried out while something is written
// too: where the list stood still meanwhile, the key after them would act on the person before.
func moves(id intent.ID) bool {
	switch id {
	case intent.Up, intent.Down, intent.PageUp, intent.PageDown, intent.Top, intent.Bottom, intent.Now:
		return true
	}
	return false
}

// at is where the line stands that was chosen last: it may have moved as somebody was marked, here
// or at another desk, and a key acts on nobody else. Where it is gone it is who stands in its place.
func (s *Screen) at(rows []row) int {
	for i, r := range rows {
		if s.env.Day.Row != "" && r.key() == s.env.Day.Row {
			return i
		}
	}
	return min(max(s.sel, 0), max(0, len(rows)-1))
}

// chosen is the line that a key acts on.
func (s *Screen) chosen() (row, bool) {
	rows := s.rows()
	if len(rows) == 0 {
		return row{}, false
	}
	return rows[s.at(rows)], true
}

// next is the first of those who come that is due now or later, else the last of them.
func (s *Screen) next(rows []row) int {
	last := s.at(rows)
	for i, r := range rows {
		if r.section != coming {
			continue
		}
		if last = i; !r.task.At.Before(s.env.Now()) {
			break
		}
	}
	return last
}

// handleOnly takes what the lines shown have to have: a part of a name or of a number.
func (s *Screen) handleOnly(in intent.Intent) tea.Cmd {
	switch in.ID {
	case intent.Edited:
		s.env.Day.Only = strings.TrimSpace(s.in.Text())
		s.sel = 0 // unless the line chosen is among them
	case intent.Accept:
		s.close()
	case intent.Back:
		s.env.Day.Only = ""
		s.close()
	}
	return nil
}

// nextPart shows the next part of the list that has anybody, and after the last of them all again.
func (s *Screen) nextPart() {
	e, parts := s.env, ehrdesk.DayParts()
	had := e.Day.Part
	for _, p := range parts[slices.Index(parts, had)+1:] {
		if e.Day.Part = p; len(s.rows()) > 0 {
			return
		}
	}
	if e.Day.Part = ""; had == "" {
		e.Warn(e.S(e.T.Today.PartNone))
	}
}

// narrowed reports whether the list is not shown whole.
func (s *Screen) narrowed() bool { return s.env.Day.Only != "" || s.env.Day.Part != "" }

// showAll shows the list whole again.
func (s *Screen) showAll() { s.env.Day.Only, s.env.Day.Part = "", "" }

// whole is how many lines the whole list has: what waits of one patient is one.
func (s *Screen) whole() int {
	n := len(s.endings) + len(s.resultRows()) + len(ehrdesk.NewsOf(s.env.Day.Tasks))
	for _, t := range s.env.Day.Tasks {
		if !t.Call.What.News() {
			n++
		}
	}
	return n
}

// shows reports whether a line is among those that are asked for.
func (s *Screen) shows(r row) bool {
	p := s.env.Day.Part
	return s.only(r) && (p == "" || r.ending == nil && r.results == nil && p.Has(r.task))
}

// only reports whether a line has what is asked for, in its name, its number or in what a clinic's
// list calls it.
func (s *Screen) only(r row) bool {
	want := fold.String(s.env.Day.Only)
	if want == "" {
		return true
	}
	p := r.patient()
	for _, has := range []string{p.Name.Banner(), p.Name.Chinese, r.known.Patient.Name.Banner(), r.known.Patient.Name.Chinese, r.task.Booking.Name, r.number().Printed(), ehrdesk.CleanLine(r.task.Booking.ID)} {
		if strings.Contains(fold.String(has), want) || strings.Contains(strings.ReplaceAll(fold.String(has), " ", ""), strings.ReplaceAll(want, " ", "")) {
			return true
		}
	}
	return false
}
