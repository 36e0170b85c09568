package cases

import (
	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// drawHistory lists what became of a case, and who is or was in it.
func (s *Screen) drawHistory(c *paint.Canvas, r paint.Rect, v *ehrdesk.CaseView) {
	e, t := s.env, &s.env.T.Cases
	all := []part{{theme.Strong, e.S(t.HistoryTitle)}, {theme.Muted, e.S(t.HistoryLead)}, {}}
	if len(v.Changes) == 0 {
		all = append(all, part{theme.Muted, e.S(t.NoHistory)})
	}
	for i := range v.Changes {
		all = append(all, part{theme.Text, ehrdesk.At(v.Changes[i].At.In(e.Now().Location())).DateTime() + " · " + change(e, v, &v.Changes[i])})
	}
	all = append(all, part{}, part{theme.Strong, e.S(t.Members)})
	for _, m := range v.Members {
		words := called(e, m) + " · " + e.ProviderName(m.Provider)
		if m.CasePerson == v.Owner {
			words = text.Sprintf(e.S(t.Owner), called(e, m)) + " · " + e.ProviderName(m.Provider)
		}
		if m.Left != 0 {
			words = text.Sprintf(e.S(t.Gave), words)
		}
		all = append(all, part{theme.Text, words})
	}
	lines := wrapped(all, min(r.W-1, widest))
	from := s.scroll.Fit(len(lines), r.H)
	for i := from; i < len(lines) && i-from < r.H; i++ {
		c.Put(r.X, r.Y+i-from, r.Right(), lines[i].style, lines[i].words)
	}
	marks(c, r, from > 0, len(lines)-from > r.H)
}

// change is one of them in words.
func change(e *screen.Env, v *ehrdesk.CaseView, one *ehrdesk.CaseChange) string {
	t := &e.T.Cases
	by, whom := called(e, ehrdesk.CaseMember{CasePerson: one.By, Name: one.Name}), called(e, one.Person)
	if one.As != (ehrdesk.CasePerson{}) {
		by = actor(e, v, one.By, one.As, one.Name)
	}
	say := func(words text.T, args ...any) string { return text.Sprintf(e.S(words), args...) }
	until := func() string { return ehrdesk.At(one.Until.In(e.Now().Location())).DateTime() }
	switch one.Kind {
	case ehrdesk.CaseBegun:
		return say(t.Begun, by, e.S(t.PurposeOf(v.Purpose)), e.S(t.BecomesOf(v.Ends)))
	case ehrdesk.CaseJoined:
		return say(t.Joined, whom, by)
	case ehrdesk.CaseLeft:
		if one.Person.CasePerson == one.By {
			return say(t.WentOut, whom)
		}
		return say(t.Took, whom, by)
	case ehrdesk.CaseHandedOver:
		if one.Person.CasePerson == one.By {
			return say(t.TookOver, by)
		}
		return say(t.Handed, by, whom)
	case ehrdesk.CaseCloses:
		return say(t.Closed, by, until())
	case ehrdesk.CaseExtended:
		return say(t.Extended, by, until(), e.S(t.ReasonOf(one.Reason)))
	case ehrdesk.CaseReopened:
		return say(t.Reopened, by, e.S(t.ReasonOf(one.Reason)))
	case ehrdesk.CaseEnded:
		return say(t.Ended, by, e.S(t.StateOf(v.State)))
	case ehrdesk.CaseSpoke, ehrdesk.CaseOpened, ehrdesk.CaseAcknowledged, ehrdesk.CaseDeclined:
	}
	return ehrdesk.CleanLine(string(one.Kind))
}
