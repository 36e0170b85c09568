package cases

import (
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// item is what stands in the thread of a case: something that was said, or what whoever is signed in has yet to send.
type item struct {
	key   key
	said  *ehrdesk.CaseSaid
	waits *ehrdesk.CaseWaiting
}

// key names an item: the event of what was said, or the id of what waits. The zero key names none.
type key struct {
	event int
	waits string
}

// itemsOf are those of a case in their order. That something was opened waits without a line of its own.
func itemsOf(v *ehrdesk.CaseView) []item {
	out := make([]item, 0, len(v.Said)+len(v.Waits))
	for i := range v.Said {
		out = append(out, item{key: key{event: v.Said[i].Event}, said: &v.Said[i]})
	}
	for i := range v.Waits {
		if w := &v.Waits[i]; w.Kind != ehrdesk.CaseOpened || w.Why != "" {
			out = append(out, item{key: key{waits: w.ID}, waits: w})
		}
	}
	return out
}

// part is a line before it is broken.
type part struct {
	style paint.Style
	words string
}

// name is somebody of a case as it calls them.
func name(e *screen.Env, v *ehrdesk.CaseView, p ehrdesk.CasePerson) string {
	if p == e.Me() {
		return e.S(e.T.Cases.OwnerYou)
	}
	for i := len(v.Members) - 1; i >= 0; i-- {
		if v.Members[i].CasePerson == p {
			return called(e, v.Members[i])
		}
	}
	return ehrdesk.CleanLine(p.Staff)
}

// author is who said something: for a group, with the group.
func author(e *screen.Env, v *ehrdesk.CaseView, said *ehrdesk.CaseSaid) string {
	return actor(e, v, said.By, said.As, said.Name)
}

// actor is who did something in a case, for a group where as is one. called is their name where they are no member.
func actor(e *screen.Env, v *ehrdesk.CaseView, by, as ehrdesk.CasePerson, called string) string {
	if as == (ehrdesk.CasePerson{}) {
		return name(e, v, by)
	}
	who := ehrdesk.CleanLine(called)
	if by == e.Me() {
		who = e.S(e.T.Cases.OwnerYou)
	}
	return text.Sprintf(e.S(e.T.Cases.Group.For), who, name(e, v, as))
}

// Named is somebody of a case in a list; "" for nobody.
func Named(e *screen.Env, v *ehrdesk.CaseView, p ehrdesk.CasePerson) string {
	if p == (ehrdesk.CasePerson{}) {
		return ""
	}
	return name(e, v, p)
}

// called is what somebody is called, a group in the language of the screen.
func called(e *screen.Env, m ehrdesk.CaseMember) string {
	if g, ok := e.Day.Cases.Groups[m.Group()]; ok && g.Person() == m.CasePerson {
		return ehrdesk.CleanLine(text.T{g.Name, g.Chinese, g.Chinese}[e.Lang])
	}
	if n := ehrdesk.CleanLine(m.Name); n != "" {
		return n
	}
	return ehrdesk.CleanLine(m.Staff)
}

func names(e *screen.Env, v *ehrdesk.CaseView, all []ehrdesk.CasePerson) string {
	var out []string
	for _, p := range all {
		out = append(out, name(e, v, p))
	}
	return strings.Join(out, e.S(comma))
}

// comma parts names in a list.
var comma = text.T{", ", "、", "、"}

// parts are an item as it is read, its head first.
func (s *Screen) parts(v *ehrdesk.CaseView, it item) []part {
	if it.waits != nil {
		return s.waiting(v, it.waits)
	}
	e, t, said, me := s.env, &s.env.T.Cases, it.said, s.env.Me()
	head := []string{text.Sprintf(e.S(t.Number), said.Event), moment(e, said.At), author(e, v, said)}
	if said.By.Provider != me.Provider {
		head = append(head, e.ProviderName(said.By.Provider))
	}
	if !v.CanRead(said, me) {
		head = append(head, text.Sprintf(e.S(t.Sealed), names(e, v, said.To)))
	} else {
		head = append(head, s.to(v, said.Event, said.To))
	}
	st := theme.Text
	if v.Unread(said, me, e.Now()) {
		st = theme.Strong
	}
	if said.Critical {
		head, st = append([]string{e.S(t.Critical)}, head...), theme.Critical
	}
	if said.Reply != 0 {
		head = append(head, text.Sprintf(e.S(t.Answers), said.Reply))
	}
	if of := anewOf(e, v, said.Reseals); of != "" {
		head = append(head, of)
	}
	if !said.Passes.IsZero() {
		head = append(head, text.Sprintf(e.S(t.Passes), moment(e, said.Passes)))
	}
	out := []part{{st, strings.Join(head, " · ")}}
	if words := s.words(v, said); words.words != "" {
		out = append(out, words)
	}
	out = append(out, s.holds(v, said)...)
	out = append(out, s.turn(v, said)...)
	return append(out, s.receipts(v, said)...)
}

// words are what was said, or why it is not on the screen; nothing of what is sealed for others.
func (s *Screen) words(v *ehrdesk.CaseView, said *ehrdesk.CaseSaid) part {
	e, t, me := s.env, &s.env.T.Cases, s.env.Me()
	if s.passing.event == said.Event {
		return part{theme.Text, s.passing.words(e)}
	}
	words, here := v.Words[said.Envelope]
	switch {
	case !v.CanRead(said, me):
		return part{}
	case v.Unread(said, me, e.Now()): // its words may be here, of a desk that opened it and was cut off
		return part{theme.Abnormal, text.Sprintf(e.S(t.NotOpened), author(e, v, said))}
	case !here && said.By != me && !v.Opened(said, me) && said.Passes.IsZero(): // a colleague has answered it, or said it for the group
		return part{theme.Muted, e.S(t.Group.NotOpened)}
	case !said.Passes.IsZero() && said.By != me:
		return part{theme.Muted, e.S(t.HasPassed)}
	case !said.Passes.IsZero() && !here:
		return part{theme.Muted, e.S(t.Body.OwnPassing)}
	case here && s.onPaper(v, said):
		return part{theme.Abnormal, e.S(t.Body.NotWritten)}
	case here && words == "" && len(s.holds(v, said)) > 0: // it says it without a text
		return part{}
	case here:
		return part{theme.Text, ehrdesk.CleanColumns(words)}
	}
	return part{theme.Muted, e.S(t.NotHere)}
}

// waiting is what whoever is signed in has yet to send, or was refused.
func (s *Screen) waiting(v *ehrdesk.CaseView, w *ehrdesk.CaseWaiting) (out []part) {
	e, t := s.env, &s.env.T.Cases
	state, st := e.S(t.NotSent), theme.Syncing
	if w.Why != "" {
		state, st = text.Sprintf(e.S(t.NotSentWhy), e.Reason(w.Why)), theme.Critical
	}
	head := []string{state, e.S(t.KindOf(w.Kind)), moment(e, w.At)}
	if w.Of != 0 {
		head = append(head, text.Sprintf(e.S(t.Number), w.Of))
	}
	if w.Person != (ehrdesk.CaseMember{}) {
		head = append(head, called(e, w.Person))
	}
	if w.Kind == ehrdesk.CaseSpoke {
		head = append(head, s.to(v, 0, w.To))
	}
	if w.Critical {
		head = append(head, e.S(t.Critical))
	}
	if w.Reply != 0 {
		head = append(head, text.Sprintf(e.S(t.Answers), w.Reply))
	}
	if of := anewOf(e, v, w.Reseals); of != "" {
		head = append(head, of)
	}
	out = append(out, part{st, strings.Join(head, " · ")})
	if w.Text != "" {
		out = append(out, part{theme.Text, ehrdesk.CleanColumns(w.Text)})
	}
	if f := w.Body.File; f != nil {
		out = append(out, part{theme.Muted, text.Sprintf(e.S(t.With.Waiting), ehrdesk.CleanColumns(f.Name))})
	}
	if m := w.Body.Meeting; m != nil {
		out = append(out, part{theme.Strong, meetingWords(e, m)})
	}
	if a := w.Body.Allergy; a != nil {
		out = append(out, part{theme.Critical, allergyWords(e, a)})
	}
	if w.NoDesk != (ehrdesk.CasePerson{}) {
		out = append(out, part{theme.Abnormal, text.Sprintf(e.S(noDesk(t, w.NoDesk)), name(e, v, w.NoDesk))})
	}
	if w.Body.Fact != nil {
		out = append(out, part{theme.Abnormal, e.S(t.How.LeavesPasses)})
	}
	if w.Body.ViewOnly {
		out = append(out, part{theme.Muted, e.S(t.Body.ViewOnly)})
	}
	return out
}

// noDesk is why something waits for somebody, or for a group.
func noDesk(t *text.Cases, p ehrdesk.CasePerson) text.T {
	if p.Group() != "" {
		return t.Group.NoKey
	}
	return t.Tell.NoDesk
}

// to says whom something is for: you, all who were in the case with that event, or these. 0 is of what is not said yet.
func (s *Screen) to(v *ehrdesk.CaseView, event int, people []ehrdesk.CasePerson) string {
	e, t := s.env, &s.env.T.Cases
	in, has := 0, 0
	for _, m := range v.Members {
		if event == 0 && m.Left != 0 || event != 0 && (m.Joined > event || m.Left != 0 && m.Left < event) {
			continue
		}
		in++
		for _, p := range people {
			if p == m.CasePerson {
				has++
			}
		}
	}
	switch {
	case len(people) == 0, in > 2 && has >= in-1 && has == len(people):
		return e.S(t.ToAll)
	case len(people) == 1 && people[0] == e.Me():
		return e.S(t.ToYou)
	}
	return text.Sprintf(e.S(t.To), names(e, v, people))
}

// moment is a time of day where it was today, else with its date.
func moment(e *screen.Env, at time.Time) string {
	at = at.In(e.Now().Location())
	if y, m, d := at.Date(); [3]int{y, int(m), d} == today(e) {
		return e.Clock(at)
	}
	return ehrdesk.At(at).DateTime()
}

func today(e *screen.Env) [3]int {
	y, m, d := e.Now().Date()
	return [3]int{y, int(m), d}
}
