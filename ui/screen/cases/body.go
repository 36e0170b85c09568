package cases

import (
	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// holds are what a message holds beside its words, for whoever has read it: an allergy that it tells of, a time to meet, what is to be
// approved, and what may be done with it at this desk.
func (s *Screen) holds(v *ehrdesk.CaseView, said *ehrdesk.CaseSaid) (out []part) {
	e, t, me := s.env, &s.env.T.Cases.Body, s.env.Me()
	b, here := v.Bodies[said.Envelope]
	if !here || !v.CanRead(said, me) || v.Unread(said, me, e.Now()) || s.onPaper(v, said) {
		return nil
	}
	out = s.with(said, &b)
	if a := b.Allergy; a != nil {
		out = append(out, part{theme.Critical, allergyWords(e, a)})
		if at := v.Reported[said.Envelope]; at.IsZero() {
			out = append(out, part{theme.Muted, e.S(t.NoRecord)})
		} else {
			out = append(out, part{theme.Text, text.Sprintf(e.S(t.Reported), moment(e, at))})
		}
	}
	if m := b.Meeting; m != nil {
		out = append(out, part{theme.Strong, meetingWords(e, m)})
	}
	if b.Approve != "" && said.Approver != (ehrdesk.CasePerson{}) {
		who, what := name(e, v, said.Approver), e.S(t.ApprovesOf(b.Approve))
		switch r, approved, decided := said.Approval(); {
		case !decided:
			out = append(out, part{theme.Abnormal, text.Sprintf(e.S(t.Approval), who, what)})
		case approved:
			out = append(out, part{theme.Text, text.Sprintf(e.S(t.Approved), who, moment(e, r.At), what)})
		default:
			no := text.Sprintf(e.S(t.NotApproved), who, moment(e, r.At), what)
			if r.Why != "" {
				no += " (" + e.S(e.T.Cases.ReasonOf(r.Why)) + ")"
			}
			out = append(out, part{theme.Abnormal, no})
		}
	}
	if b.ViewOnly {
		out = append(out, part{theme.Muted, e.S(t.ViewOnly)})
	}
	if session, ok := e.Session.(ehrdesk.Casing); ok {
		if m, wanted := session.CaseMark(said, &b); wanted {
			out = append(out, part{theme.Muted, m.String()})
		}
	}
	return out
}

// turn says whose turn it is to acknowledge what is critical, and who is next.
func (s *Screen) turn(v *ehrdesk.CaseView, said *ehrdesk.CaseSaid) (out []part) {
	e, t := s.env, &s.env.T.Cases.Body
	now, ok := said.Turn(e.Now())
	switch {
	case !ok:
		return nil
	case now.Who == ehrdesk.CasePerson{}:
		return []part{{theme.Critical, e.S(t.TurnOwner)}}
	case now.N == 0:
		return []part{{theme.Critical, text.Sprintf(e.S(t.TurnAuthor), name(e, v, now.Who))}}
	}
	words := text.Sprintf(e.S(t.Turn), name(e, v, now.Who), moment(e, now.Until))
	if now.N < len(said.Turns) {
		words += " · " + text.Sprintf(e.S(t.TurnThen), name(e, v, said.Turns[now.N]))
	}
	return []part{{theme.Abnormal, words}}
}

// meetingWords are a time that is proposed; without a place where none was said.
func meetingWords(e *screen.Env, m *ehrdesk.CaseMeeting) string {
	t := &e.T.Cases.Body
	at := ehrdesk.At(m.At.In(e.Now().Location())).DateTime()
	if m.Place == "" {
		return text.Sprintf(e.S(t.MeetingBare), at, m.Minutes)
	}
	return text.Sprintf(e.S(t.Meeting), at, m.Minutes, m.Place)
}
