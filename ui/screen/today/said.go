package today

import (
	"fmt"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// What the list says of what was done, and of what a key does or why it does nothing.

func (s *Screen) told(m Written) {
	e, t := s.env, &s.env.T.Today
	switch {
	case m.Value.marked && ehrdesk.CodeOf(m.Err) == ehrdesk.CodeConflict:
		e.Warn(e.S(t.MarkNot))
	case m.Value.called != "" && ehrdesk.CodeOf(m.Err) == ehrdesk.CodeConflict:
		e.Warn(e.S(e.T.Calls.Follow))
	case ehrdesk.CodeOf(m.Err) == ehrdesk.CodeConflict:
		e.Warn(e.S(t.Sending))
	case m.Err != nil:
		e.Warn(e.ExplainLine(m.Err))
	case m.Value.removed && m.Value.act:
		e.Say(e.S(t.GivenUp))
	case m.Value.removed:
		e.Say(e.S(t.Removed))
	case m.Value.called != "":
		s.toldCall(m)
	case m.Value.news:
		e.Say(e.S(e.T.News.Taken))
	case m.Value.closed:
		e.Say(text.Sprintf(e.S(e.T.Calls.Closed), m.Value.added))
		s.close()
	case m.Value.marked: // the line says so
	case m.Value.took != nil:
		s.toldTaken(*m.Value.took)
		s.close()
	default:
		e.Say(text.Sprintf(e.S(t.Added), m.Value.added))
		s.close()
	}
}

// lines names the first few lines that were not read.
func lines(n []int) string {
	var words []string
	for i, l := range n {
		if i == 5 {
			return strings.Join(words, ", ") + " …"
		}
		words = append(words, fmt.Sprint(l))
	}
	return strings.Join(words, ", ")
}

// DisabledReason says why an intent cannot be carried out now.
func (s *Screen) DisabledReason(id intent.ID) string {
	switch id {
	case intent.Consent, intent.Withdraw, intent.Sync:
		return s.env.S(s.env.T.Common.NoPatient)
	case intent.Today:
		return s.env.S(s.env.T.Today.Title)
	case intent.Renew:
		if r, ok := s.chosen(); !ok || r.ending == nil {
			return s.env.S(s.env.T.Today.NotRenew)
		}
	case intent.MarkHere, intent.MarkIn, intent.MarkSeen, intent.MarkAway, intent.MarkBooked:
		if r, ok := s.chosen(); !ok || r.ending != nil || r.task.Kind != ehrdesk.TaskArrival {
			return s.env.S(s.env.T.Today.MarkWho)
		}
	case intent.NoteCall:
		if r, ok := s.chosen(); !ok || !r.task.Kind.Called() {
			return s.env.S(s.env.T.Calls.NotACall)
		}
	}
	return ""
}

// HintFor names what Enter does, and T where nobody is called.
func (s *Screen) HintFor(id intent.ID) string {
	switch id {
	case intent.Accept:
	case intent.NoteCall:
		switch r, ok := s.chosen(); {
		case ok && r.section == newsWait:
			return s.env.S(s.env.T.Calls.TakeHint)
		case ok && r.task.Kind == ehrdesk.TaskReview:
			return s.env.S(s.env.T.Calls.ReviewHint)
		}
		return ""
	default:
		return ""
	}
	switch {
	case s.entry == entryLook:
		return s.env.S(s.env.T.Import.TakeHint)
	case s.entry == entryCall:
		return s.env.S(s.env.T.Calls.NoteHint)
	case s.entry == entryClose:
		return s.env.S(s.env.T.Calls.CloseHint)
	case s.entry == entryOnly:
		return s.env.S(s.env.T.Today.OnlyHint)
	case s.entry == entryAdd || !s.in.Empty():
		return s.env.S(s.env.T.Today.AddHint)
	case s.entry == entryPath:
		return s.env.S(s.env.T.Today.ChooseHint)
	}
	r, ok := s.chosen()
	switch {
	case !ok:
	case r.section == newsWait:
		return s.env.S(s.env.T.News.Hint)
	case r.section == resultsWait:
		return s.env.S(s.env.T.Unseen.OnListHint)
	case r.task.State == ehrdesk.TaskHeld:
		return s.env.S(s.env.T.Second.OpenHint)
	}
	return s.env.S(s.env.T.Today.OpenHint)
}
