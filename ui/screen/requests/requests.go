// Package requests shows what providers ask of one another, and the sealed cases of whoever is signed in: a list of what waits for
// them and of what is to be known, one request with its letter and its steps, and the step that they take next. The root reads the requests and asks the
// centre for what is new (screen.Requests); the screen draws what there is, and writes steps.
package requests

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// Screen is the list, and one request that is read.
type Screen struct {
	env     *screen.Env
	row     string // the request or case in focus
	at      int    // where in the list it stood
	open    string // the request that is read, "" for the list
	scroll  widget.Scroll
	card    *card      // the step that is being taken, nil for none
	job     screen.Job // that writes it
	dropped bool       // a lock took what was typed
}

var _ interface {
	screen.Screen
	screen.Concealer
	screen.Header
	screen.Resumer
} = (*Screen)(nil)

// New is the list; what the desk has is read, and the centre is asked for what is new.
func New(env *screen.Env, d screen.ToRequests) (*Screen, tea.Cmd) {
	env.Day.Asked.Stale, env.Day.Asked.Ask = true, true
	env.Day.Cases.Stale, env.Day.Cases.Ask = true, true
	return &Screen{env: env, row: d.Row}, nil
}

// Scope is the list, the request, or its card.
func (s *Screen) Scope() intent.Scope {
	switch {
	case s.card != nil && s.card.asks:
		return intent.RequestAsk
	case s.card != nil:
		return intent.RequestFill
	case s.reads():
		return intent.RequestPage
	}
	return intent.RequestList
}

// Field is the one of the card.
func (s *Screen) Field() *widget.Input {
	if s.card == nil || s.card.asks || s.job.Running() {
		return nil
	}
	return s.card.field().in
}

// Handle carries out a wish.
func (s *Screen) Handle(in intent.Intent) tea.Cmd {
	switch {
	case s.card != nil:
		return s.handleCard(in)
	case in.ID == intent.Recheck:
		s.env.Day.Asked.Ask, s.env.Day.Cases.Ask = true, true
		return nil
	case s.reads():
		s.handlePage(in)
		return nil
	case in.ID == intent.OtherView:
		s.env.Day.Board = !s.env.Day.Board
	case s.env.Day.Board:
		s.handleBoard(in)
	default:
		s.handleList(in)
	}
	return nil
}

func (s *Screen) handleList(in intent.Intent) {
	if in.ID == intent.Back {
		s.env.Go(screen.ToLast{})
		return
	}
	all := rows(s.env)
	if len(all) == 0 {
		return
	}
	step := map[intent.ID]int{intent.Up: -1, intent.Down: 1, intent.PageUp: -10, intent.PageDown: 10, intent.Top: -len(all), intent.Bottom: len(all)}
	s.at = min(max(s.focus(all)+step[in.ID], 0), len(all)-1)
	s.row = all[s.at].id()
	switch {
	case in.ID == intent.Accept && all[s.at].v != nil:
		s.env.Go(screen.ToCase{ID: s.row})
	case in.ID == intent.Accept:
		s.open = s.row
		s.scroll.Reset()
	}
}

// focus is the row that has the focus: the request or case that had it, or else what has come into its place.
func (s *Screen) focus(all []row) int {
	if i := slices.IndexFunc(all, func(r row) bool { return r.id() == s.row }); i >= 0 {
		return i
	}
	return min(max(s.at, 0), max(0, len(all)-1))
}

// reads reports that one request is read, and not the list: one that is gone, as its sending was given up, leaves the list.
func (s *Screen) reads() bool { return s.open != "" && (s.one() != nil || !s.env.Day.Asked.Read) }

// one is the request that is read; nil while it is not there.
func (s *Screen) one() *ehrdesk.Request { return find(s.env, s.open) }

func find(e *screen.Env, id string) *ehrdesk.Request {
	all := e.Day.Asked.All
	if i := slices.IndexFunc(all, func(r ehrdesk.Request) bool { return r.ID == id }); i >= 0 {
		return &all[i]
	}
	return nil
}

func (s *Screen) handlePage(in intent.Intent) {
	e, r := s.env, s.one()
	switch {
	case in.ID == intent.Back:
		s.open = ""
	case r == nil:
	case in.ID == intent.Accept:
		n := r.Patient.Number()
		if n.IsZero() {
			e.Warn(e.S(e.T.Requests.NoNumber))
			return
		}
		e.Go(screen.ToFind{Number: n})
	case in.ID == intent.TakeStep:
		s.begin(r, taken()[in.Arg])
	case in.ID == intent.GiveUpStep:
		s.card = &card{id: r.ID, gives: r.Stuck, asks: true}
	default:
		s.scroll.Handle(in)
	}
}

// DisabledReason says why a step cannot be taken now.
func (s *Screen) DisabledReason(id intent.ID) string {
	e, t := s.env, &s.env.T.Requests
	r := s.one()
	if id == intent.GiveUpStep && (r == nil || r.Stuck == "") {
		return e.S(t.NothingStuck)
	}
	return ""
}

// HintFor is what Enter does.
func (s *Screen) HintFor(id intent.ID) string {
	t := &s.env.T.Requests
	switch {
	case id == intent.OtherView && s.env.Day.Board:
		return s.env.S(s.env.T.Board.AsList)
	case id == intent.OtherView:
		return s.env.S(s.env.T.Board.AsBoard)
	case id != intent.Accept:
		return ""
	}
	var words text.T
	switch {
	case s.card != nil && !s.card.asks && s.card.field().in.Breaks:
		words = t.NewLine
	case s.card != nil:
	case s.reads():
		words = t.OpenPatient
	default:
		words = t.OpenOne
	}
	return s.env.S(words)
}

// Unsaved reports that something was typed into a step.
func (s *Screen) Unsaved() bool { return s.card != nil && s.card.typed() }

// Leave forgets what was typed. A step that is being written is written.
func (s *Screen) Leave() {
	s.job.Drop()
	s.close()
}

// close takes the card away.
func (s *Screen) close() {
	if s.card != nil {
		s.card.forget()
	}
	s.card = nil
}

// Conceal forgets what was being typed before the desk is locked: the requests go with the day.
func (s *Screen) Conceal() {
	s.dropped = s.Unsaved() && !s.job.Running()
	s.job.Drop()
	s.close()
}

// Resume says what the lock took; the day is read again by the root.
func (s *Screen) Resume() tea.Cmd {
	if s.dropped {
		s.env.Warn(s.env.S(s.env.T.Requests.Dropped))
	}
	s.dropped = false
	return nil
}
