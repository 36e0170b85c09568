package cases

import (
	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// What was said before somebody came into the case, or to others alone, is sealed for them too by whoever can read it.

// first is the event in which what is in focus was said first, nil for none.
func first(v *ehrdesk.CaseView, said *ehrdesk.CaseSaid) *ehrdesk.CaseSaid {
	if said == nil || said.Reseals == 0 {
		return said
	}
	for i := range v.Said {
		if v.Said[i].Event == said.Reseals {
			return &v.Said[i]
		}
	}
	return nil
}

// noReseal says why what is in focus is not sealed for others too, "" if it can be.
func (s *Screen) noReseal(v *ehrdesk.CaseView, it item) string {
	e, t, me := s.env, &s.env.T.Cases, s.env.Me()
	was := first(v, it.said)
	event := s.next(v, ehrdesk.CaseSpoke)
	switch {
	case it.said == nil || was == nil:
		return e.S(t.NotSaid)
	case !v.Reads(me, was.Event):
		return e.S(t.NotForYou)
	case !was.Passes.IsZero() || was.Approver != (ehrdesk.CasePerson{}):
		return e.S(t.Reseal.NotThis)
	case !s.reads(v, it.said):
		return e.S(t.OpenFirst)
	case was.By != me && v.Bodies[it.said.Envelope].ViewOnly:
		return e.S(t.Body.StaysViewOnly)
	case len(v.ResealedFor(was.Event)) == 0:
		return e.S(t.Reseal.AllRead)
	}
	if err := v.MayStep(&event); err != nil {
		return s.refused(v, &event, ehrdesk.CodeOf(err))
	}
	return ""
}

// reseals fills in the form: whom of those who cannot read it.
func (s *Screen) reseals(k *form, v *ehrdesk.CaseView, it item) {
	k.event = first(v, it.said).Event
	k.people(&pick{label: s.env.T.Cases.Recipients, some: true, from: func() []candidate { return s.unable(k.event) }})
}

// unable are the members who cannot read what was said in an event.
func (s *Screen) unable(event int) []candidate {
	v := s.view()
	if v == nil {
		return nil
	}
	return membersOf(s.env, v, func(m ehrdesk.CaseMember) bool { return !v.Case.Reads(m.CasePerson, event) })
}

// leavesAnew is what is sealed for others as it leaves: for whom, who is told, and its words.
func (s *Screen) leavesAnew(v *ehrdesk.CaseView) []part {
	e, t, k := s.env, &s.env.T.Cases, s.form
	to, _ := k.picked().people()
	out := []part{s.about1(v), {}, {theme.Strong, text.Sprintf(e.S(t.LeavesTo), fullNames(e, v, to))}}
	out = append(out, newKeys(e, v, to)...)
	for i := range v.Said {
		was := &v.Said[i]
		if was.Event == k.event && was.By != e.Me() {
			out = append(out, part{theme.Text, text.Sprintf(e.S(t.Reseal.Note), author(e, v, was))})
		}
	}
	for i := range v.Said {
		one := &v.Said[i]
		if (one.Event == k.event || one.Reseals == k.event) && s.reads(v, one) {
			out = append(append(out, part{}, s.words(v, one)), s.holds(v, one)...)
			break
		}
	}
	return out
}

// anew is the message by which it is sealed for others.
func (k *form) anew(id string) ehrdesk.CaseMessage {
	to, _ := k.picked().people()
	return ehrdesk.CaseMessage{Case: id, Reseals: k.event, To: to}
}

// anewOf says of something that was sealed for others by another than who said it whose it is; "" for what was not.
func anewOf(e *screen.Env, v *ehrdesk.CaseView, reseals int) string {
	for i := range v.Said {
		if was := &v.Said[i]; reseals != 0 && was.Event == reseals {
			return text.Sprintf(e.S(e.T.Cases.Reseal.Of), was.Event, author(e, v, was))
		}
	}
	return ""
}
