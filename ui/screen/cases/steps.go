package cases

import (
	"slices"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// kindOf is the event that an act makes.
func kindOf(act text.CaseAct) ehrdesk.CaseEventKind {
	return map[text.CaseAct]ehrdesk.CaseEventKind{
		text.CaseReply: ehrdesk.CaseSpoke, text.CaseSay: ehrdesk.CaseSpoke, text.CaseAdd: ehrdesk.CaseJoined, text.CaseTakeOut: ehrdesk.CaseLeft,
		text.CaseHand: ehrdesk.CaseHandedOver, text.CaseClose: ehrdesk.CaseCloses, text.CaseExtend: ehrdesk.CaseExtended, text.CaseReopen: ehrdesk.CaseReopened,
		text.CaseEnd: ehrdesk.CaseEnded, text.CaseAck: ehrdesk.CaseAcknowledged, text.CaseDecline: ehrdesk.CaseDeclined, text.CaseReseal: ehrdesk.CaseSpoke,
	}[act]
}

// declines and keeps are the reasons of what is declined, and of a case that is kept open.
func declines() []ehrdesk.CaseReason {
	return []ehrdesk.CaseReason{ehrdesk.CaseNotMine, ehrdesk.CaseNotAvailable, ehrdesk.CaseOtherwise}
}

func keeps() []ehrdesk.CaseReason {
	return []ehrdesk.CaseReason{ehrdesk.CaseAwaited, ehrdesk.CaseCareGoesOn, ehrdesk.CaseOtherwise}
}

// next is the event of a kind as whoever is signed in would make it now, to be held against the rules of the case.
func (s *Screen) next(v *ehrdesk.CaseView, kind ehrdesk.CaseEventKind) ehrdesk.CaseEvent {
	e := ehrdesk.CaseEvent{Case: v.ID, N: v.Events + 1, Before: v.Head, Kind: kind, By: s.env.Me(), Name: s.env.Account().Name, At: s.env.Now()}
	switch kind {
	case ehrdesk.CaseSpoke:
		e.Envelope = &ehrdesk.CaseEnvelope{ID: "-", Digest: []byte{0}}
		for _, m := range v.Members {
			if m.Left == 0 && m.CasePerson != v.Acts(e.By) {
				e.Envelope.To = append(e.Envelope.To, m.CasePerson)
			}
		}
	case ehrdesk.CaseJoined:
		e.Person = &ehrdesk.CaseMember{CasePerson: ehrdesk.CasePerson{Provider: "-", Staff: "-"}, Name: "-"}
	case ehrdesk.CaseCloses:
		e.Until = e.At.Add(ehrdesk.CaseCooling)
	case ehrdesk.CaseExtended:
		e.Until, e.Reason = e.At.Add(ehrdesk.CaseCooling), ehrdesk.CaseAwaited
	case ehrdesk.CaseReopened:
		e.Reason = ehrdesk.CaseAwaited
	case ehrdesk.CaseDeclined:
		e.Reason = ehrdesk.CaseNotMine
	default:
	}
	acting(v, &e, v.Acts(e.By))
	return e
}

// acting has an event be done for a group where it is, and go by the histories of groups that the case goes by.
func acting(v *ehrdesk.CaseView, e *ehrdesk.CaseEvent, as ehrdesk.CasePerson) {
	if e.As = (ehrdesk.CasePerson{}); as != e.By {
		e.As = as
	}
	e.Groups = nil
	for _, g := range e.Names() {
		at := ehrdesk.CaseGroupAt{Of: g, N: 1, Head: "-"}
		if i := slices.IndexFunc(v.Groups, func(had ehrdesk.CaseGroupAt) bool { return had.Of == g }); i >= 0 {
			at = v.Groups[i]
		}
		e.Groups = append(e.Groups, at)
	}
}

// may are the members about whom a step may be taken: who can be taken out, or handed the case.
func (s *Screen) may(v *ehrdesk.CaseView, kind ehrdesk.CaseEventKind) (out []ehrdesk.CaseMember) {
	e := s.next(v, kind)
	for _, m := range v.Members {
		if e.Person = &m; m.Left == 0 && v.MayStep(&e) == nil {
			out = append(out, m)
		}
	}
	return out
}

// why says why something cannot be done now, "" if it can. Whether it can the case itself says.
func (s *Screen) why(v *ehrdesk.CaseView, it item, act text.CaseAct) string {
	e, t := s.env, &s.env.T.Cases
	switch {
	case act == text.CaseGiveUp && it.waits == nil:
		return e.S(t.NothingWaits)
	case act == text.CaseGiveUp:
		return ""
	case act == text.CaseAllergy:
		return s.noAllergy(v, it)
	case v.Broken != "":
		return e.S(t.BreaksNow)
	case v.Closed != "":
		return e.S(t.NoConsentNow)
	case v.Left:
		return e.S(t.NotMember)
	case act == text.CaseReseal:
		return s.noReseal(v, it)
	case v.Events == 0 && (act == text.CaseSay || act == text.CaseAdd):
		return ""
	case v.Events == 0:
		return e.S(t.NotBegunYet)
	}
	event := s.next(v, kindOf(act))
	switch act {
	case text.CaseReply, text.CaseAck, text.CaseDecline:
		if it.said == nil {
			return e.S(t.NotSaid)
		}
		if no := s.notFor(v, it.said, act); no != "" {
			return no
		}
		if act == text.CaseReply {
			event.Envelope.Reply = it.said.Event
		} else {
			event.Of = it.said.Event
			as, _ := v.As(it.said, event.By) // it is for them
			acting(v, &event, as)
		}
	case text.CaseTakeOut, text.CaseHand:
		if len(s.may(v, event.Kind)) > 0 {
			return ""
		}
	default:
	}
	if err := v.MayStep(&event); err != nil {
		return s.refused(v, &event, ehrdesk.CodeOf(err))
	}
	return ""
}

// notFor says why something that was said is not for whoever is signed in to answer.
func (s *Screen) notFor(v *ehrdesk.CaseView, said *ehrdesk.CaseSaid, act text.CaseAct) string {
	e, t, me := s.env, &s.env.T.Cases, s.env.Me()
	switch {
	case act == text.CaseReply && v.CanRead(said, me):
		return ""
	case said.By == me:
		return e.S(t.AckNotAsked)
	case !v.For(said, me):
		return e.S(t.NotForYou)
	case act == text.CaseReply:
		return ""
	case v.Answered(said, me):
		return e.S(t.AnsweredAlready)
	case act == text.CaseAck && v.Unread(said, me, e.Now()): // nobody takes on what they have not read
		return e.S(t.OpenFirst)
	}
	return ""
}

// refused are the words for what the rules of a case refuse.
func (s *Screen) refused(v *ehrdesk.CaseView, event *ehrdesk.CaseEvent, code ehrdesk.Code) string {
	e, t := s.env, &s.env.T.Cases
	_, in := v.Member(v.Acts(event.By))
	owner := text.Sprintf(e.S(t.OnlyOwner), name(e, v, v.Owner))
	switch {
	case v.State.Over():
		return e.S(t.Over)
	case !in:
		return e.S(t.NotMember)
	case v.State == ehrdesk.CaseClosing && !e.Now().Before(v.Closes) && event.Kind != ehrdesk.CaseEnded:
		return e.S(t.IsOver)
	case v.State != ehrdesk.CaseClosing && (event.Kind == ehrdesk.CaseExtended || event.Kind == ehrdesk.CaseReopened && code != ehrdesk.CodeDenied || event.Kind == ehrdesk.CaseEnded):
		return e.S(t.NotClosing)
	case event.Kind == ehrdesk.CaseEnded:
		return e.S(t.NotOver)
	case event.Kind == ehrdesk.CaseLeft && event.By == v.Owner && s.others(v) > 0:
		return e.S(t.OwnerStays)
	case event.Kind == ehrdesk.CaseSpoke, event.Kind == ehrdesk.CaseLeft, event.Kind == ehrdesk.CaseHandedOver && event.By == v.Owner:
		return e.S(t.Nobody)
	case event.Kind == ehrdesk.CaseExtended:
		return e.S(t.NotLater)
	case code == ehrdesk.CodeDenied && event.Kind == ehrdesk.CaseHandedOver && !v.TakenFrom().IsZero():
		return text.Sprintf(e.S(t.TakenFrom), owner, ehrdesk.At(v.TakenFrom().In(e.Now().Location())).DateTime())
	case code == ehrdesk.CodeDenied:
		return owner
	case event.Kind == ehrdesk.CaseJoined && code == ehrdesk.CodeInvalid:
		return e.S(t.FullUp)
	}
	return e.S(t.IsClosing)
}

// others is how many members there are besides whoever is signed in.
func (s *Screen) others(v *ehrdesk.CaseView) (n int) {
	for _, m := range v.Members {
		if m.Left == 0 && m.CasePerson != v.Acts(s.env.Me()) {
			n++
		}
	}
	return n
}

// acts is what an act is called of what is in focus: whoever approves something approves or refuses it, and a time is accepted.
func (s *Screen) acts(v *ehrdesk.CaseView, it item, act text.CaseAct) text.T {
	t := &s.env.T.Cases
	if it.said == nil || act != text.CaseAck && act != text.CaseDecline {
		return t.Acts[act]
	}
	approves, accepts := s.approves(v, it.said)
	switch {
	case approves && act == text.CaseAck:
		return t.Body.Approve
	case approves:
		return t.Body.Refuse
	case accepts && act == text.CaseAck:
		return t.Body.Accept
	}
	return t.Acts[act]
}

// approves reports that something is to be approved by whoever is signed in, and accepts that it proposes a time to them: of what they
// have opened.
func (s *Screen) approves(v *ehrdesk.CaseView, said *ehrdesk.CaseSaid) (approves, accepts bool) {
	b, me := v.Bodies[said.Envelope], s.env.Me()
	return said.Approver == me && b.Approve != "", said.Approver == (ehrdesk.CasePerson{}) && said.By != me && b.Meeting != nil && s.reads(v, said)
}

// doable is what can be done now, each with its key.
func (s *Screen) doable(v *ehrdesk.CaseView) (out []string) {
	it, e := s.chosen(v), s.env
	add := func(key string, act text.CaseAct) {
		if s.why(v, it, act) == "" {
			out = append(out, key+" "+e.S(s.acts(v, it, act)))
		}
	}
	if !s.history {
		add("y", text.CaseAck)
		add("J", text.CaseDecline)
		add("Del", text.CaseGiveUp)
		add("M", text.CaseAllergy)
		add("H", text.CaseReseal)
		if s.noSave(v) == "" {
			out = append(out, "E "+e.S(e.T.Cases.With.Save))
		}
	}
	for act := text.CaseReply; act <= text.CaseEnd; act++ {
		add(strconv.Itoa(int(act)+1), act)
	}
	return out
}

// begin opens the form of an act, or says why it cannot be done.
func (s *Screen) begin(v *ehrdesk.CaseView, act text.CaseAct) (cmd tea.Cmd) {
	e, t, it := s.env, &s.env.T.Cases, s.chosen(v)
	if no := s.why(v, it, act); no != "" {
		e.Warn(e.S(t.Acts[act]) + " – " + text.Sprintf(e.S(e.T.Requests.Why), no))
		return nil
	}
	if act == text.CaseAllergy {
		s.reports(v, it.said.Event)
		return nil
	}
	k := &form{act: act, name: s.acts(v, it, act)}
	switch act {
	case text.CaseReply, text.CaseSay:
		k.text(t.Text)
		p := &pick{label: t.Recipients, all: max(1, s.others(v)), from: func() []candidate { return s.toOthers() }}
		if act == text.CaseReply {
			k.event, p.chosen = it.said.Event, s.answersTo(v, it.said)
		}
		k.people(p)
		k.handled(e, func() []candidate { return k.amongst(s.toOthers()) }, func() ([]screen.Wrote, bool) { return e.WroteOf(v.Patient) })
		var about []screen.Wrote
		if act == text.CaseSay && s.chart {
			about = e.EnteredOf(v.Patient)
		}
		k.goesWith(e, v.Patient, about)
	case text.CaseAdd:
		k.people(&pick{label: t.Who, one: true, from: func() []candidate { return s.strangers() }})
		cmd = s.dir.read(e)
	case text.CaseTakeOut, text.CaseHand:
		kind := kindOf(act)
		k.people(&pick{label: t.Who, one: true, from: func() []candidate { return s.about(kind) }})
	case text.CaseDecline:
		k.event = it.said.Event
		k.choose(t.Reason, reasonWords(t, declines()))
	case text.CaseExtend, text.CaseReopen:
		k.choose(t.Reason, reasonWords(t, keeps()))
	case text.CaseAck:
		k.event = it.said.Event
	case text.CaseGiveUp:
		k.waits = it.waits.ID
	case text.CaseReseal:
		s.reseals(k, v, it)
	case text.CaseClose, text.CaseEnd, text.CaseBegin, text.CaseAllergy:
	}
	k.asks = len(k.fields) == 0
	s.form = k
	return cmd
}

func reasonWords(t *text.Cases, all []ehrdesk.CaseReason) (out []text.T) {
	for _, r := range all {
		out = append(out, t.ReasonOf(r))
	}
	return out
}

// answersTo is whom an answer goes to as it begins: whoever said it and those whom it was for, as it may tell what it said; nobody
// chosen where that is everybody.
func (s *Screen) answersTo(v *ehrdesk.CaseView, said *ehrdesk.CaseSaid) (out []ehrdesk.CaseMember) {
	for _, m := range v.Members {
		if m.Left == 0 && m.CasePerson != v.Acts(s.env.Me()) && (m.CasePerson == said.From() || slices.Contains(said.To, m.CasePerson)) {
			out = append(out, m)
		}
	}
	if len(out) == s.others(v) {
		return nil
	}
	return out
}

// toOthers, strangers and about are who can be chosen from: the other members, who of the directory is not in the case, and about whom
// a step may be taken.
func (s *Screen) toOthers() []candidate {
	v := s.view()
	if v == nil {
		return nil
	}
	return membersOf(s.env, v, func(m ehrdesk.CaseMember) bool { return m.CasePerson != v.Acts(s.env.Me()) })
}

func (s *Screen) strangers() (out []candidate) {
	v := s.view()
	for _, c := range s.dir.all {
		if v == nil {
			break
		}
		if _, in := v.Member(c.CasePerson); !in {
			out = append(out, c)
		}
	}
	return out
}

func (s *Screen) about(kind ehrdesk.CaseEventKind) []candidate {
	v := s.view()
	if v == nil {
		return nil
	}
	may := s.may(v, kind)
	return membersOf(s.env, v, func(m ehrdesk.CaseMember) bool {
		return slices.ContainsFunc(may, func(o ehrdesk.CaseMember) bool { return o.CasePerson == m.CasePerson })
	})
}
