package cases

import (
	"slices"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// reach is how far something has come to somebody. Delivered, opened and acknowledged are three things: each has its own word.
type reach struct {
	delivered, opened, answered time.Time
	declined                    bool
	why                         ehrdesk.CaseReason
	openedBy, answeredBy        string // who did it for a group; "" for oneself
}

// of is when somebody did something and, where they declined it, why.
func (r *reach) of(e *screen.Env, how text.T, at time.Time) string {
	words := e.S(how)
	if !at.IsZero() {
		words += " " + moment(e, at)
	}
	if how == e.T.Cases.Declined && r.why != "" {
		words += " (" + e.S(e.T.Cases.ReasonOf(r.why)) + ")"
	}
	return words
}

// by is who did it for a group, "" for oneself.
func (r *reach) by(e *screen.Env, how text.T) string {
	t := &e.T.Cases
	who := map[text.T]string{t.Opened: r.openedBy, t.Acknowledged: r.answeredBy, t.Declined: r.answeredBy}[how]
	if who == "" {
		return ""
	}
	return text.Sprintf(e.S(t.Group.By), ehrdesk.CleanLine(who))
}

func reached(v *ehrdesk.CaseView, said *ehrdesk.CaseSaid, p ehrdesk.CasePerson) (r reach) {
	if i := slices.IndexFunc(v.Given, func(g ehrdesk.CaseGiven) bool { return g.Envelope == said.Envelope && g.To == p }); i >= 0 {
		r.delivered = v.Given[i].At
	}
	if o, ok := said.Receipt(p, true); ok {
		r.opened, r.openedBy = o.At, o.Name
	}
	if a, ok := said.Receipt(p, false); ok {
		r.answered, r.answeredBy, r.declined, r.why = a.At, a.Name, a.Kind == ehrdesk.CaseDeclined, a.Why
	}
	return r
}

// furthest is the last of what somebody has done, in words, and when.
func (r *reach) furthest(t *text.Cases) (words text.T, at time.Time) {
	switch {
	case !r.answered.IsZero() && r.declined:
		return t.Declined, r.answered
	case !r.answered.IsZero():
		return t.Acknowledged, r.answered
	case !r.opened.IsZero():
		return t.Opened, r.opened
	case !r.delivered.IsZero():
		return t.Delivered, r.delivered
	}
	return t.NotDelivered, time.Time{}
}

// mostNamed is how many receipts are named in short: of more they are counted.
const mostNamed = 3

// receipts are those of something that was said: in a line, or person by person.
func (s *Screen) receipts(v *ehrdesk.CaseView, said *ehrdesk.CaseSaid) []part {
	e, t := s.env, &s.env.T.Cases
	to := slices.DeleteFunc(slices.Clone(said.To), func(p ehrdesk.CasePerson) bool { return p == said.By })
	if len(to) == 0 {
		return nil
	}
	if s.full {
		return receiptList(e, v, said)
	}
	var words []string
	counts := map[text.T]int{}
	var order []text.T
	for _, p := range to {
		r := reached(v, said, p)
		how, at := r.furthest(t)
		if v.Is(p, e.Me()) && r.opened.IsZero() && r.answered.IsZero() { // what they have yet to do stands above
			continue
		}
		if counts[how]++; counts[how] == 1 {
			order = append(order, how)
		}
		words = append(words, r.of(e, how, at)+" "+name(e, v, p)+r.by(e, how))
	}
	if len(words) > mostNamed {
		words = words[:0]
		for _, how := range order {
			words = append(words, text.Sprintf(e.S(t.Count), e.S(how), counts[how]))
		}
	}
	if len(words) == 0 {
		return nil
	}
	return []part{{theme.Muted, "  " + strings.Join(words, " · ")}}
}

// receiptList has all that each has done, and when.
func receiptList(e *screen.Env, v *ehrdesk.CaseView, said *ehrdesk.CaseSaid) (out []part) {
	t := &e.T.Cases
	for _, p := range said.To {
		if p == said.By {
			continue
		}
		r := reached(v, said, p)
		var did []string
		answered := t.Acknowledged
		if r.declined {
			answered = t.Declined
		}
		for _, one := range []struct {
			how text.T
			at  time.Time
		}{{t.Delivered, r.delivered}, {t.Opened, r.opened}, {answered, r.answered}} {
			if !one.at.IsZero() {
				did = append(did, r.of(e, one.how, one.at)+r.by(e, one.how))
			}
		}
		if len(did) == 0 {
			did = []string{e.S(t.NotDelivered)}
		}
		who := name(e, v, p) + " · " + e.ProviderName(p.Provider)
		out = append(out, part{theme.Muted, "  " + who + " · " + strings.Join(did, " · ")})
	}
	return out
}
