package cases

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// handling is how what is said is handled. It stands behind one line of the form until somebody wants it: an ordinary message has none.
type handling struct {
	critical, turns, within *field
	more                    *field
	way                     *field
	view, mark              *field
	fact                    *field // of what passes
	approver, what          *field
	day, hour, lasts, place *field // of a time that is proposed
	file, records           *field // that go with it; nil where nothing can
	attached                attached
	about                   []screen.Wrote // the records that it names unless others are chosen
}

// way is what kind of message it is: one of these at a time.
type way int

const (
	stays way = iota
	passes
	forApproval
	meets
)

// usualMeeting is how long one lasts where nobody says so, in minutes.
const usualMeeting = 30

// handled adds how what is said is handled; to are those whom it is for as the form stands, and wrote the records that a passing message
// can name.
func (k *form) handled(e *screen.Env, to func() []candidate, wrote func() ([]screen.Wrote, bool)) {
	t := &e.T.Cases.How
	h := &handling{}
	k.how = h
	h.critical = k.add(&field{tick: true, label: e.T.Cases.NotAck, on: e.T.Cases.Ack, when: func() bool { return !k.alerts() }})
	isCritical := func() bool { return k.critical() }
	h.turns = k.add(&field{label: t.Turns, pick: &pick{blank: t.TurnsAll, from: to}, when: isCritical})
	h.within = k.line(t.Within, strconv.Itoa(ehrdesk.CaseTurnUsual), 4, isCritical)
	h.within.in.Digits = true
	h.more = k.add(&field{tick: true, fold: true, label: t.More, on: t.Less})
	open := func() bool { return h.more.yes }
	h.way = k.add(&field{label: t.Way, choices: t.Ways[:], when: open})
	is := func(w way) func() bool { return func() bool { return open() && k.way() == w } }
	h.fact = k.add(&field{facts: &facts{from: wrote}, label: t.Fact, when: is(passes)})
	h.what = k.add(&field{label: t.What, when: is(forApproval)})
	for _, a := range approvals() {
		h.what.choices = append(h.what.choices, e.T.Cases.Body.ApprovesOf(a))
	}
	h.approver = k.add(&field{label: t.Approver, pick: &pick{one: true, from: func() []candidate { return persons(to()) }}, when: is(forApproval)})
	next := e.Now().Add(time.Hour).Truncate(time.Hour)
	h.day = k.line(t.Day, ehrdesk.At(next).Date(), 11, is(meets))
	h.hour = k.line(t.Hour, e.Clock(next), 5, is(meets))
	h.lasts = k.line(t.Lasts, strconv.Itoa(usualMeeting), 4, is(meets))
	h.lasts.in.Digits = true
	h.place = k.line(t.Place, "", 200, is(meets))
	h.view = k.add(&field{tick: true, label: t.NotView, on: t.View, when: func() bool { return open() && !k.alerts() }})
	h.mark = k.add(&field{tick: true, label: t.NotMark, on: t.Mark, when: open})
	k.lay()
}

// approvals are the things that are approved, in the order to offer them.
func approvals() []ehrdesk.CaseApproves {
	return []ehrdesk.CaseApproves{ehrdesk.CaseExport, ehrdesk.CaseMinutes, ehrdesk.CaseTranscription, ehrdesk.CaseFormFilled}
}

// line adds one line of text, with what stands in it at first.
func (k *form) line(label text.T, first string, most int, when func() bool) *field {
	f := k.add(&field{label: label, in: &widget.Input{Max: most}, when: when})
	f.in.Set(first)
	return f
}

// critical reports that somebody has to acknowledge what is said: an alert always.
func (k *form) critical() bool { return k.how.critical.yes || k.alerts() }

func (k *form) way() way {
	if k.how == nil {
		return stays
	}
	return way(k.how.way.at)
}

// message is what is said as the form has it: what leaves, and what is shown before. Whom it is for is the caller's.
func (k *form) message(e *screen.Env, id string, to []ehrdesk.CasePerson) ehrdesk.CaseMessage {
	m := ehrdesk.CaseMessage{Case: id, Text: k.words(), To: to, Reply: k.event}
	h := k.how
	if h == nil {
		return m
	}
	m.Body.ViewOnly, m.Body.Marked, m.Body.Records, m.Body.Allergy = h.view.yes && !k.alerts(), h.mark.yes, h.cited(), k.allergy()
	if m.Critical = k.critical(); m.Critical {
		m.Turns, _ = h.turns.pick.people()
		m.Within = number(h.within)
	}
	switch k.way() {
	case passes:
		m.Passing, m.Body.Fact = true, h.fact.facts.fact()
	case forApproval:
		m.Body.Approve = approvals()[h.what.at]
		if all, _ := h.approver.pick.people(); len(all) > 0 {
			m.Approver = all[0]
		}
	case meets:
		at, _ := h.meets(e)
		m.Body.Meeting = &ehrdesk.CaseMeeting{At: at, Minutes: number(h.lasts), Place: strings.TrimSpace(ehrdesk.CleanLine(h.place.in.Text()))}
	case stays:
	}
	return m
}

// meets is the time that is proposed.
func (h *handling) meets(e *screen.Env) (time.Time, bool) {
	typed := strings.TrimSpace(h.day.in.Text()) + " " + strings.TrimSpace(h.hour.in.Text())
	for _, layout := range []string{"2-Jan-2006 15:04", "2006-01-02 15:04"} {
		if at, err := time.ParseInLocation(layout, typed, e.Now().Location()); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}

// number is a number that was typed, 0 for none.
func number(f *field) int {
	n, err := strconv.Atoi(strings.TrimSpace(f.in.Text()))
	if err != nil {
		return 0
	}
	return n
}

// lacks says what of the handling is missing or cannot be together, and in which field.
func (h *handling) lacks(e *screen.Env, k *form, to []ehrdesk.CasePerson) (*field, text.T) {
	t, w := &e.T.Cases.How, k.way()
	outside := func(f *field) bool {
		all, _ := f.pick.people()
		return slices.ContainsFunc(all, func(p ehrdesk.CasePerson) bool { return len(to) > 0 && !slices.Contains(to, p) })
	}
	typing := func(f *field) bool { return strings.TrimSpace(f.pick.in.Text()) != "" }
	minutes, lasts := number(h.within), number(h.lasts)
	at, dated := h.meets(e)
	approver, _ := h.approver.pick.people()
	for _, one := range []struct {
		wrong bool
		at    *field
		words text.T
	}{
		{k.alerts() && (w == passes || w == forApproval), h.way, e.T.Cases.Tell.NotViewed},
		{k.critical() && (w == passes || w == forApproval), h.way, t.NotBoth},
		{k.critical() && typing(h.turns), h.turns, e.T.Cases.ChooseIt},
		{k.critical() && outside(h.turns), h.turns, t.TurnNotTo},
		{k.critical() && (minutes < 1 || minutes > ehrdesk.CaseTurnMost), h.within, t.BadWithin},
		{w == passes && slices.ContainsFunc(to, func(p ehrdesk.CasePerson) bool { return p.Group() != "" }), h.way, e.T.Cases.Group.NotPassing},
		{w == passes && h.fact.facts.fact() == nil, h.fact, t.NeedsFact},
		{w == forApproval && typing(h.approver), h.approver, e.T.Cases.ChooseIt},
		{w == forApproval && len(approver) == 0, h.approver, t.NeedsApprover},
		{w == forApproval && outside(h.approver), h.approver, t.TurnNotTo},
		{w == meets && !dated, h.day, t.BadTime},
		{w == meets && !at.After(e.Now()), h.day, t.PastTime},
		{w == meets && (lasts < 1 || lasts > 24*60), h.lasts, t.BadLasts},
	} {
		if one.wrong {
			return one.at, one.words
		}
	}
	return h.lacksWith(e, k)
}

// said says in short what of the handling is not as usual, for the line that it is folded into.
func (h *handling) said(e *screen.Env, k *form) string {
	t := &e.T.Cases.How
	var out []string
	if k.way() != stays {
		out = append(out, e.S(t.Ways[k.way()]))
	}
	if h.view.yes {
		out = append(out, e.S(t.ViewShort))
	}
	if h.mark.yes {
		out = append(out, e.S(t.MarkShort))
	}
	return strings.Join(append(out, h.saidWith(e)...), e.S(comma))
}

// amongst are those of some people whom what is written is for: who was chosen, or all. Of a case that is begun nobody is in it yet.
func (k *form) amongst(all []candidate) (out []candidate) {
	chosen := k.picked().chosen
	if len(chosen) == 0 && k.act != text.CaseBegin {
		return all
	}
	for _, c := range all {
		if slices.ContainsFunc(chosen, func(m ehrdesk.CaseMember) bool { return m.CasePerson == c.CasePerson }) {
			out = append(out, c)
		}
	}
	return out
}
