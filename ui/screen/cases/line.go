package cases

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// Line is what a list says of a case beside whom it is about: what for, how far it has come, what waits in it and with whom it is, and
// how that is drawn. No word of what was said is in it.
func Line(e *screen.Env, v *ehrdesk.CaseView, n ehrdesk.CaseCount) (words string, st paint.Style) {
	t := &e.T.Cases
	st = theme.Text
	out := []string{e.S(t.PurposeOf(v.Purpose)), state(e, v)}
	loud := func(words string, how paint.Style) {
		out = append(out, words)
		if st != theme.Critical {
			st = how
		}
	}
	if n.Closing {
		st = theme.Abnormal
	}
	for _, one := range []struct {
		so    bool
		words text.T
	}{{v.Broken != "", t.BrokenShort}, {v.Closed != "", t.ConsentShort}, {v.Left, t.LeftShort}} {
		if one.so {
			loud(e.S(one.words), theme.Critical)
		}
	}
	for _, one := range []struct {
		n     int
		words text.T
	}{{n.Critical, t.ToAck}, {n.Back, t.BackHere}, {n.Refused, t.Refused}} {
		if one.n > 0 {
			loud(text.Sprintf(e.S(one.words), one.n), theme.Critical)
		}
	}
	if n.Unread > 0 {
		out = append(out, text.Sprintf(e.S(t.Unread), n.Unread))
	}
	if waits := len(v.Waits) - n.Refused; waits > 0 {
		out = append(out, text.Sprintf(e.S(t.WaitsHere), waits))
		if st == theme.Text {
			st = theme.Syncing
		}
	}
	return strings.Join(append(out, text.Sprintf(e.S(t.OthersIn), others(e, v))), " · "), st
}

// others are the providers of the other members, each once.
func others(e *screen.Env, v *ehrdesk.CaseView) string {
	var out []string
	seen := map[string]bool{}
	add := func(m ehrdesk.CaseMember) {
		if m.Left != 0 || m.CasePerson == v.Acts(e.Me()) || seen[m.Provider] {
			return
		}
		seen[m.Provider] = true
		out = append(out, e.ProviderName(m.Provider))
	}
	for _, m := range v.Members {
		add(m)
	}
	for _, w := range v.Waits {
		if w.Kind == ehrdesk.CaseJoined && len(v.Members) == 0 {
			add(w.Person)
		}
	}
	if len(out) == 0 {
		return e.S(e.T.Cases.NoMembers)
	}
	return strings.Join(out, e.S(comma))
}

// InList is whom a case is about in a list: the name and what tells namesakes apart, where this desk knows them.
func InList(e *screen.Env, v *ehrdesk.CaseView) (name, marks string) {
	if p, ok := e.CasePatient(v.Patient); ok {
		return e.InList(p)
	}
	return e.S(e.T.Cases.Unknown), ""
}
