package consent

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// giver is who consents, by what right, and that the right patient is meant: the
// part that giving, verifying and withdrawing have in common.
type giver struct {
	patient ehrdesk.Patient
	kinds   []ehrdesk.GiverKind // those for this patient, as they are asked
	minor   bool                // the patient is too young to consent alone
	sel     int
	focus   stop

	name, document, declaration widget.Input
	noneBefore                  bool // nobody of an earlier rank can act
	sighted                     bool // the documents were looked at
	check                       widget.Input
	matched                     bool // the patient's own genuine card said who it is
}

// stop is a place of the form that can have the focus.
type stop int

const (
	atList stop = iota
	atName
	atDocument
	atDeclaration
	atNoneBefore
	atCheck
	atEnd // past the last: what follows in the page
)

func newGiver(e *screen.Env, p ehrdesk.Patient, matched bool) giver {
	g := giver{patient: p, kinds: ehrdesk.GiverKindsFor(p, e.Now()), matched: matched,
		name: widget.Input{Max: 80}, document: widget.Input{Max: 60}, declaration: widget.Input{Max: 40}, check: widget.Input{Max: 4}}
	g.minor = !slices.ContainsFunc(g.kinds, func(k ehrdesk.GiverKind) bool { return k.Kind == ehrdesk.SelfGiver })
	return g
}

// kind is the one chosen.
func (g *giver) kind() ehrdesk.GiverKind { return g.kinds[g.sel] }

// self reports whether the patient consents.
func (g *giver) self() bool { return g.kind().Kind == ehrdesk.SelfGiver }

// has reports whether the form has that stop for the giver chosen.
func (g *giver) has(s stop) bool {
	switch s {
	case atName:
		return !g.self()
	case atDocument:
		return !g.self() && !g.kind().Declaration
	case atDeclaration:
		return g.kind().Declaration
	case atNoneBefore:
		return g.kind().NoneBefore
	case atCheck:
		return !g.matched
	}
	return s == atList
}

// move takes the focus to the next stop there is in a direction; it gives false
// where that leaves the form.
func (g *giver) move(d stop) bool {
	for s := g.focus + d; s >= atList && s < atEnd; s += d {
		if g.has(s) {
			g.focus = s
			return true
		}
	}
	return false
}

// around is move that begins again at the other end.
func (g *giver) around(d stop) {
	if g.move(d) {
		return
	}
	if g.focus = atList; d < 0 {
		g.focus = atEnd
		g.move(d)
	}
}

func (g *giver) field() *widget.Input {
	switch g.focus {
	case atName:
		return &g.name
	case atDocument:
		return &g.document
	case atDeclaration:
		return &g.declaration
	case atCheck:
		return &g.check
	}
	return nil
}

func (g *giver) value() ehrdesk.Giver {
	v := ehrdesk.Giver{Kind: g.kind().Kind}
	if !g.self() {
		v.Name = ehrdesk.CleanLine(g.name.Text())
	}
	if g.has(atDocument) {
		v.Document = ehrdesk.CleanLine(g.document.Text())
	}
	if g.has(atDeclaration) {
		v.Declaration = ehrdesk.CleanLine(g.declaration.Text())
	}
	v.NoneBefore = g.has(atNoneBefore) && g.noneBefore
	return v
}

// choose selects a kind; what was seen and stated for another giver no longer counts.
func (g *giver) choose(i int) {
	if i = min(max(i, 0), len(g.kinds)-1); i != g.sel {
		g.sel, g.sighted, g.noneBefore, g.focus = i, false, false, atList
	}
}

// handle carries out what moves within the form; false for anything else.
func (g *giver) handle(in intent.Intent) bool {
	switch in.ID {
	case intent.Up:
		g.choose(g.sel - 1)
	case intent.Down:
		g.choose(g.sel + 1)
	case intent.Pick:
		if in.Arg < len(g.kinds) {
			g.choose(in.Arg)
		}
	case intent.Tick:
		if g.focus == atNoneBefore {
			g.noneBefore = !g.noneBefore
			g.move(1)
			return true
		}
		if g.sighted = !g.sighted; g.sighted && g.self() {
			g.move(1) // to the check, where there is one
		}
	default:
		return false
	}
	return true
}

// missing is what stands in the way of going on, and where.
func (g *giver) missing(t *text.Catalog) (screen.Wrong, stop) {
	c, v := &t.Capture, g.value()
	switch {
	case g.has(atName) && v.Name == "":
		return screen.Saying(c.NameNeeded), atName
	case g.has(atDocument) && v.Document == "":
		return screen.Saying(c.DocNeeded), atDocument
	case g.has(atDeclaration) && v.Declaration == "":
		return screen.Saying(c.DeclarationNeeded), atDeclaration
	case g.has(atNoneBefore) && !v.NoneBefore:
		return screen.Saying(c.OrderNeeded), atNoneBefore
	case !g.sighted:
		return screen.Saying(c.NotSighted), atList
	case g.has(atCheck) && g.check.Empty():
		return screen.Saying(c.CheckNeeded), atCheck
	case g.has(atCheck) && !screen.Agrees(g.patient, g.check.Text()):
		return screen.Saying(c.CheckWrong), atCheck
	}
	return screen.Wrong{}, atEnd
}

// accept checks the form and puts the focus where something is missing.
func (g *giver) accept(t *text.Catalog) screen.Wrong {
	wrong, at := g.missing(t)
	if at != atEnd {
		g.focus = at
	}
	return wrong
}

func (s *Screen) handleGiver(in intent.Intent) tea.Cmd {
	t, g := s.env.T, &s.giver
	if g.minor && (in.ID == intent.Up && g.sel == 0) {
		s.wrong = screen.Saying(t.Capture.Under16)
		return nil
	}
	switch in.ID {
	case intent.NextPane:
		g.around(1)
	case intent.PrevPane:
		g.around(-1)
	case intent.Edited:
	case intent.Accept:
		if s.channel == ehrdesk.ByCard && !g.self() {
			s.wrong = screen.Saying(t.Card.GiverOnly)
			return nil
		}
		if s.wrong = g.accept(t); !s.wrong.None() {
			return nil
		}
		if s.step = stepTerm; len(s.offer.Terms) < 2 {
			return s.toKey()
		}
		return nil
	default:
		if !g.handle(in) {
			return nil
		}
	}
	s.wrong = screen.Wrong{}
	return nil
}
