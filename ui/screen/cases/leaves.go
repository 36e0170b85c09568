package cases

import (
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// recipients are whom what is written is for: those who were chosen, or all who are in the case now.
func (s *Screen) recipients(v *ehrdesk.CaseView) (out []ehrdesk.CasePerson) {
	for _, m := range s.form.picked().chosen {
		out = append(out, m.CasePerson)
	}
	for _, m := range v.Members {
		if len(s.form.picked().chosen) == 0 && m.Left == 0 && m.CasePerson != v.Acts(s.env.Me()) && !s.env.Day.Cases.Groups[m.Group()].Closed {
			out = append(out, m.CasePerson)
		}
	}
	return out
}

// leaves is what leaves by the form, and to whom, or what comes of it.
func (s *Screen) leaves(v *ehrdesk.CaseView) []part {
	e, t, k := s.env, &s.env.T.Cases, s.form
	say := func(words text.T, args ...any) part { return part{theme.Text, text.Sprintf(e.S(words), args...)} }
	switch k.act {
	case text.CaseReply, text.CaseSay:
		return s.message(v)
	case text.CaseAck:
		return []part{s.about1(v), {}, say(s.noteOf(v, t.AckNote))}
	case text.CaseDecline:
		out := append([]part{s.about1(v), {}}, reason(e, declines()[k.choice(0)])...)
		if s.noteOf(v, text.T{}) == t.Body.ApproveNote {
			out = append(out, say(t.Body.RefuseNote))
		}
		return out
	case text.CaseExtend, text.CaseReopen:
		return reason(e, keeps()[k.choice(0)])
	case text.CaseAdd:
		return []part{s.whom(), {}, say(t.AddNote)}
	case text.CaseTakeOut:
		if p := k.picked(); len(p.chosen) > 0 && p.chosen[0].CasePerson == e.Me() {
			return []part{s.whom(), {}, say(t.LeaveNote)}
		}
		return []part{s.whom(), {}, say(t.TakeOutNote)}
	case text.CaseHand:
		return []part{s.whom(), {}, say(t.HandNote)}
	case text.CaseClose:
		until := ehrdesk.At(e.Now().Add(ehrdesk.CaseCooling)).DateTime()
		return []part{say(t.CloseNote, until), {}, say(t.LeavesEnds, e.S(t.BecomesOf(v.Ends)))}
	case text.CaseEnd:
		note := t.EndNoteArchive
		if v.Ends == ehrdesk.CaseDestroys {
			note = t.EndNoteDestroy
		}
		return []part{{theme.Critical, e.S(note)}}
	case text.CaseGiveUp:
		return append(s.given(v), part{}, say(t.GiveUpNote))
	case text.CaseAllergy:
		return s.opensChart(v)
	case text.CaseReseal:
		return s.leavesAnew(v)
	case text.CaseBegin:
	}
	return nil
}

// message is what is said as it leaves: whom it is sealed for, whom not, and its words.
func (s *Screen) message(v *ehrdesk.CaseView) (out []part) {
	e, t, k := s.env, &s.env.T.Cases, s.form
	to := s.recipients(v)
	out = append(out, part{theme.Strong, text.Sprintf(e.S(t.LeavesTo), fullNames(e, v, to))})
	out = append(append(out, forGroups(e, to)...), newKeys(e, v, to)...)
	if as := v.Acts(e.Me()); as != e.Me() {
		out = append(out, part{theme.Text, text.Sprintf(e.S(t.Group.LeavesFor), name(e, v, as))})
	}
	var not []ehrdesk.CasePerson
	for _, m := range v.Members {
		if m.Left == 0 && m.CasePerson != v.Acts(e.Me()) && !has(to, m.CasePerson) {
			not = append(not, m.CasePerson)
		}
	}
	if len(not) > 0 {
		out = append(out, part{theme.Text, text.Sprintf(e.S(t.LeavesNot), names(e, v, not))})
	}
	if k.event != 0 {
		out = append(out, part{theme.Text, text.Sprintf(e.S(t.Answers), k.event)})
	}
	out = append(out, leavesHow(e, k, k.message(e, v.ID, to), func(p ehrdesk.CasePerson) string { return name(e, v, p) })...)
	return append(out, part{theme.Muted, e.S(t.LeavesAlone)}, part{}, part{theme.Text, k.words()})
}

// leavesHow is how what leaves is handled.
func leavesHow(e *screen.Env, k *form, m ehrdesk.CaseMessage, who func(ehrdesk.CasePerson) string) (out []part) {
	t, h := &e.T.Cases, &e.T.Cases.How
	if m.Critical {
		order := e.S(h.LeavesTurnsAll)
		if len(m.Turns) > 0 {
			var words []string
			for _, p := range m.Turns {
				words = append(words, who(p))
			}
			order = strings.Join(words, " → ")
		}
		out = append(out, part{theme.Critical, e.S(t.LeavesAck)}, part{theme.Text, text.Sprintf(e.S(h.LeavesTurns), order, m.Within)})
	}
	if m.Passing {
		out = append(out, part{theme.Abnormal, e.S(h.LeavesPasses)}, part{theme.Text, text.Sprintf(e.S(h.LeavesFact), k.how.fact.facts.words(e))})
	}
	if m.Body.Approve != "" {
		out = append(out, part{theme.Abnormal, text.Sprintf(e.S(t.Body.Approval), who(m.Approver), e.S(t.Body.ApprovesOf(m.Body.Approve)))})
	}
	if b := m.Body.Meeting; b != nil {
		out = append(out, part{theme.Strong, meetingWords(e, b)})
	}
	if m.Body.ViewOnly {
		out = append(out, part{theme.Text, e.S(t.Body.ViewOnly)})
	}
	if m.Body.Marked {
		out = append(out, part{theme.Text, e.S(h.LeavesMark)})
	}
	return append(out, k.how.leavesWith(e)...)
}

// forGroups says of groups to which something goes who reads it.
func forGroups(e *screen.Env, to []ehrdesk.CasePerson) []part {
	if !slices.ContainsFunc(to, func(p ehrdesk.CasePerson) bool { return p.Group() != "" }) {
		return nil
	}
	return []part{{theme.Text, e.S(e.T.Cases.Group.Reads)}}
}

func has(all []ehrdesk.CasePerson, p ehrdesk.CasePerson) bool {
	for _, one := range all {
		if one == p {
			return true
		}
	}
	return false
}

// fullNames are people with their providers.
func fullNames(e *screen.Env, v *ehrdesk.CaseView, all []ehrdesk.CasePerson) string {
	out := make([]string, 0, len(all))
	for _, p := range all {
		out = append(out, name(e, v, p)+" ("+e.ProviderName(p.Provider)+")")
	}
	if len(out) == 0 { // of a case that has not been sent yet
		return memberWords(e, v)
	}
	return strings.Join(out, e.S(comma))
}

// about1 names the message that a receipt is of, and who said it.
func (s *Screen) about1(v *ehrdesk.CaseView) part {
	e, t := s.env, &s.env.T.Cases
	for i := range v.Said {
		if one := &v.Said[i]; one.Event == s.form.event {
			return part{theme.Strong, strings.Join([]string{text.Sprintf(e.S(t.Number), one.Event), moment(e, one.At), author(e, v, one), e.ProviderName(one.By.Provider)}, " · ")}
		}
	}
	return part{}
}

// whom is who was chosen.
func (s *Screen) whom() part {
	e := s.env
	for _, m := range s.form.picked().chosen {
		return part{theme.Strong, called(e, m) + " · " + e.ProviderName(m.Provider)}
	}
	return part{}
}

// noteOf is what acknowledging the message comes to: to approve it, to accept a time, or as usual.
func (s *Screen) noteOf(v *ehrdesk.CaseView, usual text.T) text.T {
	for i := range v.Said {
		if said := &v.Said[i]; said.Event == s.form.event {
			switch approves, accepts := s.approves(v, said); {
			case approves:
				return s.env.T.Cases.Body.ApproveNote
			case accepts:
				return s.env.T.Cases.Body.AcceptNote
			}
		}
	}
	return usual
}

// given is what is given up.
func (s *Screen) given(v *ehrdesk.CaseView) []part {
	for i := range v.Waits {
		if v.Waits[i].ID == s.form.waits {
			return s.waiting(v, &v.Waits[i])
		}
	}
	return nil
}

func reason(e *screen.Env, r ehrdesk.CaseReason) (out []part) {
	t := &e.T.Cases
	out = append(out, part{theme.Strong, text.Sprintf(e.S(t.LeavesWhy), e.S(t.ReasonOf(r)))})
	if r == ehrdesk.CaseOtherwise {
		out = append(out, part{theme.Text, e.S(t.OtherNote)})
	}
	return out
}
