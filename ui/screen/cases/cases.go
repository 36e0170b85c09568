// Package cases shows sealed cases: one case with its members, what was said in it as far as whoever is signed in has opened it, receipts
// and what becomes of it; what they write and the steps that they take; and the cases about the patient of an open chart, among which one
// is begun. The root reads the cases and brings them into step with the centre (screen.Cases); the screens draw what there is.
// To open a message is an act: its author is told. Nothing is opened by looking at a list.
package cases

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// Screen is one case.
type Screen struct {
	filling
	id      string
	chart   bool // it was come to from a chart
	key     key  // the item in focus, zero for the first that waits for whoever is signed in
	at      int  // where it stood
	had     int  // how many items there were as something was written, of which the focus waits for
	skip    int  // lines of it above the window, of one that is higher
	window  window
	history bool
	scroll  widget.Scroll // of the history
	full    bool          // receipts are listed person by person
	opens   screen.Job
	passing passing
	saves   saving
}

var _ interface {
	screen.Screen
	screen.Concealer
	screen.Header
	screen.Resumer
	screen.Ticker
} = (*Screen)(nil)

// New shows a case; what the desk has of it is read, and the centre is asked for what is new.
func New(env *screen.Env, d screen.ToCase) (*Screen, tea.Cmd) {
	s := &Screen{filling: filling{env: env}, id: d.ID, chart: d.Chart}
	env.Day.Told = screen.AllergyAt{} // whoever is here again is not on the way to a chart
	s.want()
	return s, nil
}

func (s *Screen) want() {
	a := &s.env.Day.Cases
	a.Want, a.One, a.Lost, a.Stale, a.Ask = s.id, nil, false, true, true
}

// Scope is the case, or what is being written in it.
func (s *Screen) Scope() intent.Scope {
	if scope, ok := s.scope(); ok {
		return scope
	}
	if s.saves.asked() {
		return intent.CaseFill
	}
	return intent.CasePage
}

// Field is the one of the form, or where a file is to be saved.
func (s *Screen) Field() *widget.Input {
	if s.form == nil && s.saves.asked() && !s.saves.job.Running() {
		return &s.saves.in
	}
	return s.filling.Field()
}

// view is the case, nil until it was read.
func (s *Screen) view() *ehrdesk.CaseView {
	if v := s.env.Day.Cases.One; v != nil && v.ID == s.id {
		return v
	}
	return nil
}

// Handle carries out a wish.
func (s *Screen) Handle(in intent.Intent) tea.Cmd {
	v := s.view()
	switch {
	case s.form != nil:
		cmd, send := s.handle(in)
		if send {
			return tea.Batch(cmd, s.send())
		}
		return cmd
	case s.saves.asked():
		return s.handleSave(in)
	case in.ID == intent.Recheck:
		s.env.Day.Cases.Ask = true
	case in.ID == intent.Back:
		s.back(v)
	case v == nil:
	case in.ID == intent.OtherView:
		s.history = !s.history
		s.scroll.Reset()
	case in.ID == intent.CaseStep:
		return s.begin(v, text.CaseAct(in.Arg)) //nolint:gosec // nine keys
	case in.ID == intent.CasePatient:
		s.lookUp(v)
	case s.history && in.ID == intent.Accept:
		s.history = false
	case s.history:
		s.scroll.Handle(in)
	default:
		return s.inThread(in, v)
	}
	return nil
}

func (s *Screen) inThread(in intent.Intent, v *ehrdesk.CaseView) tea.Cmd {
	switch in.ID {
	case intent.Accept:
		return s.openIt(v)
	case intent.CaseAck:
		return s.begin(v, text.CaseAck)
	case intent.RefuseRecord:
		return s.begin(v, text.CaseDecline)
	case intent.GiveUpStep:
		return s.begin(v, text.CaseGiveUp)
	case intent.Write:
		return s.begin(v, text.CaseAllergy)
	case intent.CaseReseal:
		return s.begin(v, text.CaseReseal)
	case intent.SaveReport:
		s.askWhere(v)
	case intent.Fold:
		s.full = !s.full
	default:
		s.move(in.ID, itemsOf(v))
	}
	return nil
}

// back goes to the list that it was come to from.
func (s *Screen) back(v *ehrdesk.CaseView) {
	switch {
	case !s.chart:
		s.env.Go(screen.ToRequests{Row: s.id})
	case v == nil || v.Patient == "":
		s.env.Go(screen.ToLast{})
	default:
		p, known := s.env.CasePatient(v.Patient)
		if !known {
			p.ID = v.Patient
		}
		s.env.Go(screen.ToCases{Patient: p})
	}
}

// lookUp looks the patient up by their number, where this desk knows it.
func (s *Screen) lookUp(v *ehrdesk.CaseView) {
	p, _ := s.env.CasePatient(v.Patient)
	n := p.Number()
	if n.IsZero() {
		s.env.Warn(s.env.S(s.env.T.Cases.NoNumber))
		return
	}
	s.env.Go(screen.ToFind{Number: n})
}

// focus is the item in focus: the one that had it, or what has come into its place; at first what waits for whoever is signed in, else
// the last.
func (s *Screen) focus(v *ehrdesk.CaseView, all []item) int {
	if s.key == (key{}) {
		me := s.env.Me()
		for i := range all {
			if said := all[i].said; said != nil && (v.Owes(said, me) || v.Unread(said, me, s.env.Now())) {
				return i
			}
		}
		return max(0, len(all)-1)
	}
	if i := slices.IndexFunc(all, func(it item) bool { return it.key == s.key }); i >= 0 {
		return i
	}
	return min(max(s.at, 0), max(0, len(all)-1))
}

// pin keeps the focus on the item that was drawn with it: what comes meanwhile does not take it, as Enter would open it.
func (s *Screen) pin(all []item, sel int) {
	if s.key == (key{}) || s.key == ended && len(all) > s.had {
		s.key, s.at = all[sel].key, sel
	}
}

// chosen is the item in focus, empty for none.
func (s *Screen) chosen(v *ehrdesk.CaseView) item {
	all := itemsOf(v)
	if len(all) == 0 || s.history {
		return item{}
	}
	return all[s.focus(v, all)]
}

// move goes from item to item, and within one that is higher than the window line by line.
func (s *Screen) move(id intent.ID, all []item) {
	v := s.view()
	if len(all) == 0 || v == nil {
		return
	}
	at := s.focus(v, all)
	w := &s.window
	step := map[intent.ID]int{intent.Up: -1, intent.Down: 1, intent.PageUp: -10, intent.PageDown: 10, intent.Top: -len(all), intent.Bottom: len(all)}[id]
	s.key = all[at].key
	if scrolled := w.scroll(id, s.skip); scrolled != s.skip {
		s.at, s.skip = at, scrolled
		return
	}
	if to := min(max(at+step, 0), len(all)-1); to != at {
		at, s.skip = to, 0
	}
	s.at, s.key = at, all[at].key
}

// DisabledReason says why something cannot be done now with what is in focus.
func (s *Screen) DisabledReason(id intent.ID) string {
	v := s.view()
	act, ok := map[intent.ID]text.CaseAct{intent.CaseAck: text.CaseAck, intent.RefuseRecord: text.CaseDecline, intent.GiveUpStep: text.CaseGiveUp, intent.Write: text.CaseAllergy, intent.CaseReseal: text.CaseReseal}[id]
	switch {
	case s.form != nil:
		return s.disabled(id)
	case v == nil && (ok || id == intent.CaseStep || id == intent.CasePatient):
		return s.env.S(s.env.T.Cases.Loading)
	case ok:
		return s.why(v, s.chosen(v), act)
	case s.saves.asked():
	case id == intent.SaveReport && v != nil:
		return s.noSave(v)
	case takesOut(id):
		return s.staysHere(v)
	case id == intent.CasePatient:
		if p, _ := s.env.CasePatient(v.Patient); p.Number().IsZero() {
			return s.env.S(s.env.T.Cases.NoNumber)
		}
	}
	return ""
}

// HintFor is what a key does here.
func (s *Screen) HintFor(id intent.ID) string {
	e, t := s.env, &s.env.T.Cases
	if s.form != nil {
		return s.hint(id)
	}
	if s.saves.asked() {
		return map[intent.ID]string{intent.Accept: e.S(t.With.SaveHint), intent.Preview: e.S(t.With.SaveHint)}[id]
	}
	switch id {
	case intent.Accept:
		return s.enterHint()
	case intent.SaveReport:
		return e.S(t.With.Save)
	case intent.OtherView:
		if s.history {
			return e.S(t.ThreadHint)
		}
		return e.S(t.HistoryHint)
	case intent.Fold:
		if s.full {
			return e.S(t.Less)
		}
		return e.S(t.Full)
	case intent.RefuseRecord:
		if v := s.view(); v != nil && s.acts(v, s.chosen(v), text.CaseDecline) == t.Body.Refuse {
			return e.S(t.Body.Refuse)
		}
		return e.S(t.Decline)
	case intent.CaseAck:
		if v := s.view(); v != nil {
			if words := s.acts(v, s.chosen(v), text.CaseAck); words != t.Acts[text.CaseAck] {
				return e.S(words)
			}
		}
	case intent.Write:
		return e.S(t.Acts[text.CaseAllergy])
	}
	return ""
}

// enterHint is what Enter does with what is in focus.
func (s *Screen) enterHint() string {
	t, v := &s.env.T.Cases, s.view()
	if s.history {
		return s.env.S(t.ThreadHint)
	}
	if v == nil {
		return ""
	}
	switch it := s.chosen(v); {
	case it.said == nil:
		return ""
	case v.Unread(it.said, s.env.Me(), s.env.Now()):
		return s.env.S(t.OpenHint)
	}
	return s.HintFor(intent.Fold)
}

// Leave forgets what was typed and what was read. What is being written is written.
func (s *Screen) Leave() {
	s.opens.Stop()
	s.saves.stop()
	s.passing.gone()
	s.leave()
	if a := &s.env.Day.Cases; a.Want == s.id {
		a.Want, a.One = "", nil
	}
}

// Conceal forgets what was being typed before the desk is locked: the case goes with the day.
func (s *Screen) Conceal() {
	s.opens.Stop()
	s.saves.stop()
	s.passing.gone()
	s.conceal()
}

// Resume says what the lock took, and has the case read again.
func (s *Screen) Resume() tea.Cmd {
	s.want()
	s.resumed()
	return nil
}

// Tick has what passes go.
func (s *Screen) Tick() tea.Cmd {
	if s.passing.event != 0 && !s.env.Now().Before(s.passing.until) {
		s.passing.gone()
	}
	return nil
}
