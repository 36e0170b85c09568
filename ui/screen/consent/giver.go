package consent

import (
	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// giver is the step "who consents, and the document seen".
type giver struct {
	kinds    []string
	sel      int
	focus    int // 0 the list and the tick, 1 the name, 2 the document
	name     widget.Input
	document widget.Input
	sighted  bool
	minor    bool // the patient is too young to consent
}

// adult is the age from which a patient consents alone.
const adult = 16

func newGiver(e *screen.Env, p ehrdesk.Patient) giver {
	g := giver{kinds: ehrdesk.GiverKinds(), name: widget.Input{Max: 80}, document: widget.Input{Max: 60}}
	if years := p.Years(e.Now()); years >= 0 && years < adult {
		g.minor, g.sel = true, 1
	}
	return g
}

// self reports whether the patient consents.
func (g *giver) self() bool { return g.kinds[g.sel] == ehrdesk.SelfGiver }

func (g *giver) field() *widget.Input {
	switch {
	case g.self() || g.focus == 0:
		return nil
	case g.focus == 1:
		return &g.name
	default:
		return &g.document
	}
}

func (g *giver) value() ehrdesk.Giver {
	v := ehrdesk.Giver{Kind: g.kinds[g.sel]}
	if !g.self() {
		v.Name, v.Document = ehrdesk.CleanLine(g.name.Text()), ehrdesk.CleanLine(g.document.Text())
	}
	return v
}

// choose selects a kind; what was sighted for another person no longer counts.
func (g *giver) choose(i int) {
	i = min(max(i, 0), len(g.kinds)-1)
	if g.minor && g.kinds[i] == ehrdesk.SelfGiver {
		return
	}
	if i != g.sel {
		g.sel, g.sighted, g.focus = i, false, 0
	}
}

// move handles what is common to giving and withdrawing; it reports whether
// the intent was for it.
func (g *giver) move(in intent.Intent) bool {
	switch in.ID {
	case intent.Up:
		g.choose(g.sel - 1)
	case intent.Down:
		g.choose(g.sel + 1)
	case intent.Pick:
		g.choose(in.Arg)
	case intent.Tick:
		g.sighted = !g.sighted
	case intent.NextPane, intent.PrevPane:
		if !g.self() {
			d := 1
			if in.ID == intent.PrevPane {
				d = 2
			}
			g.focus = (g.focus + d) % 3
		}
	default:
		return false
	}
	return true
}

func (s *Screen) handleGiver(in intent.Intent) tea.Cmd {
	t, g := &s.env.T.Capture, &s.giver
	if g.minor && (in.ID == intent.Pick && in.Arg == 0 || in.ID == intent.Up && g.sel == 1) {
		s.wrong = screen.Saying(t.Under16)
		return nil
	}
	if in.ID == intent.Edited || g.move(in) {
		s.wrong = screen.Wrong{}
		return nil
	}
	if in.ID != intent.Accept {
		return nil
	}
	switch v := g.value(); {
	case !g.self() && s.channel == ehrdesk.ByCard:
		s.wrong = screen.Saying(s.env.T.Card.GiverOnly)
	case !g.self() && v.Name == "":
		s.wrong, g.focus = screen.Saying(t.NameNeeded), 1
	case !g.self() && v.Document == "":
		s.wrong, g.focus = screen.Saying(t.DocNeeded), 2
	case !g.sighted:
		s.wrong, g.focus = screen.Saying(t.NotSighted), 0
	default:
		s.wrong, s.step = screen.Wrong{}, stepTerm
		if len(s.offer.Terms) < 2 {
			return s.toKey()
		}
	}
	return nil
}
