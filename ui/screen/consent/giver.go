package consent

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// giver is who consents, by what right, and that the right patient is meant: the
// rows that giving, renewing, verifying and withdrawing have in common.
type giver struct {
	env     *screen.Env
	patient ehrdesk.Patient
	kinds   []ehrdesk.GiverKind // those for this patient, as they are asked
	minor   bool                // the patient is too young to consent alone
	matched bool                // the patient's own genuine card said who it is
	unseen  bool                // nothing is known of the patient but the number
	phone   bool                // the patient is on the telephone: their identity is asked and no document seen
	ends    bool                // a consent is withdrawn: neither age nor order stands in the way
	chosen  int                 // of the kinds: whose rows are filled in

	who, name, document, number, declaration, unable, before, seen, check *widget.Row
}

// begin makes the rows. listed has the kinds stand there whole, to be chosen by their letters: digits
// are those of the document, wherever in the page they are typed.
func (g *giver) begin(env *screen.Env, p ehrdesk.Patient, matched, listed bool) {
	t := &env.T.Capture
	g.env, g.patient, g.matched, g.kinds = env, p, matched, ehrdesk.GiverKindsFor(p, env.Now())
	if g.unseen = p.ID == ""; g.unseen {
		g.kinds = ehrdesk.GiverKindsUnseen()
	}
	g.minor = !slices.ContainsFunc(g.kinds, func(k ehrdesk.GiverKind) bool { return k.Kind == ehrdesk.SelfGiver })
	g.who = &widget.Row{Kind: widget.ChoiceRow, Label: say(env, t.GivenBy), Count: len(g.kinds), Option: func(i int) string { return env.S(t.Giver(g.kinds[i].Kind)) }}
	if listed {
		g.who.Kind = widget.ListRow
	}
	g.name = entry(env, t.GiverName, 80, g.self)
	g.document = entry(env, t.GiverDocument, 60, func() bool { return g.self() || g.kind().Declaration })
	g.number = entry(env, t.GiverNumber, 30, func() bool { return g.ends || !g.document.Shown() })
	g.unable = &widget.Row{Kind: widget.TickRow, Label: say(env, t.Unable), Hidden: func() bool { return g.ends || !g.kind().CannotAct }}
	if g.unseen {
		g.unable.Label = say(env, t.UnableOrChild)
	}
	g.declaration = entry(env, t.Declaration, 40, func() bool { return !g.kind().Declaration })
	g.before = &widget.Row{Kind: widget.TickRow, Label: say(env, t.NoneBefore), Hidden: func() bool { return g.ends || !g.kind().NoneBefore }}
	g.seen = &widget.Row{Kind: widget.TickRow, Label: func() string {
		switch {
		case g.phone:
			return env.S(t.Asked)
		case g.self():
			return env.S(t.Sighted)
		}
		return env.S(t.SightedSDM)
	}}
	g.check = &widget.Row{Kind: widget.TextRow, Input: &widget.Input{Max: 8}, Width: 8, Hidden: func() bool { return g.matched }, Label: func() string { return env.AskToIdentify(p) }}
}

// called has the patient alone consent, who is on the telephone.
func (g *giver) called() {
	g.phone = true
	g.kinds = slices.DeleteFunc(slices.Clone(g.kinds), func(k ehrdesk.GiverKind) bool { return k.Kind != ehrdesk.SelfGiver })
	g.who.Count = len(g.kinds)
}

func say(env *screen.Env, words text.T) func() string { return func() string { return env.S(words) } }

func entry(env *screen.Env, label text.T, max int, hidden func() bool) *widget.Row {
	return &widget.Row{Kind: widget.TextRow, Label: say(env, label), Input: &widget.Input{Max: max}, Width: 44, Hidden: hidden}
}

// rows are the giver's, in their order.
func (g *giver) rows() []*widget.Row {
	return []*widget.Row{g.who, g.name, g.document, g.number, g.declaration, g.unable, g.before, g.seen, g.check}
}

// kind is the one chosen.
func (g *giver) kind() ehrdesk.GiverKind { return g.kinds[g.who.Sel] }

// self reports whether the patient consents.
func (g *giver) self() bool { return g.kind().Kind == ehrdesk.SelfGiver }

func (g *giver) value() ehrdesk.Giver {
	typed := func(r *widget.Row) string {
		if !r.Shown() {
			return ""
		}
		return ehrdesk.CleanLine(r.Input.Text())
	}
	return ehrdesk.Giver{Kind: g.kind().Kind, Name: typed(g.name), Document: typed(g.document), DocumentNumber: typed(g.number), CannotAct: g.unable.Shown() && g.unable.On, Declaration: typed(g.declaration), NoneBefore: g.before.Shown() && g.before.On}
}

// handle carries out what moves within f, a form with the giver's rows; false for
// anything else. In the list Space ticks what was seen. What was stated, and seen
// where that is asked, for another giver no longer counts.
func (g *giver) handle(f *widget.Form, in intent.Intent) bool {
	listed := g.who.Kind == widget.ListRow
	if listed && in.ID == intent.Tick && f.On(g.who) {
		if g.seen.On = !g.seen.On; g.seen.On && g.self() && g.check.Shown() {
			f.Focus(g.check)
		}
		return true
	}
	if in.ID == intent.Digits {
		g.digit(f, in.Arg)
		return true
	}
	ticked := f.On(g.unable) || f.On(g.before) || f.On(g.seen)
	if !f.Handle(in) {
		return false
	}
	if g.who.Sel != g.chosen {
		g.chosen, g.before.On, g.unable.On = g.who.Sel, false, false
		if slices.Contains(f.Rows, g.seen) {
			g.seen.On = false
		}
	}
	if _, at := g.missing(); listed && ticked && in.ID == intent.Tick && at != nil {
		f.Focus(at)
	}
	return true
}

// digit puts a digit that was typed outside any entry where the document's are asked for.
func (g *giver) digit(f *widget.Form, d int) {
	if !slices.Contains(f.Rows, g.check) || !g.check.Shown() {
		g.env.Warn(g.env.S(g.env.T.Capture.NoDigits))
		return
	}
	if screen.Agrees(g.patient, g.check.Input.Text()) {
		g.env.Warn(g.env.S(g.env.T.Capture.DigitsThere))
		return
	}
	f.Focus(g.check)
	g.check.Input.Insert(strconv.Itoa(d))
}

// missing is the first thing that stands in the way, and its row; nil for nothing.
func (g *giver) missing() (screen.Wrong, *widget.Row) {
	t, v := &g.env.T.Capture, g.value()
	switch {
	case g.name.Shown() && v.Name == "":
		return screen.Saying(t.NameNeeded), g.name
	case g.document.Shown() && v.Document == "":
		return screen.Saying(t.DocNeeded), g.document
	case g.number.Shown() && v.DocumentNumber == "":
		return screen.Saying(t.DocNumberNeeded), g.number
	case g.declaration.Shown() && v.Declaration == "":
		return screen.Saying(t.DeclarationNeeded), g.declaration
	case g.unable.Shown() && !v.CannotAct:
		return screen.Saying(t.UnableNeeded), g.unable
	case g.before.Shown() && !v.NoneBefore:
		return screen.Saying(t.OrderNeeded), g.before
	case !g.ends && !g.unseen && v.Check(g.patient, g.env.Now()) != nil:
		return screen.Saying(t.Under16), g.who
	case !g.seen.On && g.phone:
		return screen.Saying(t.AskFirst), g.seen
	case !g.seen.On:
		return screen.Saying(t.NotSighted), g.seen
	case g.check.Shown() && g.check.Input.Empty():
		return screen.Saying(screen.ToIdentify(t, g.patient)), g.check
	case g.check.Shown() && !screen.Agrees(g.patient, g.check.Input.Text()):
		return screen.Saying(screen.NotIdentified(t, g.patient)), g.check
	}
	return screen.Wrong{}, nil
}

// given says who consents, by what document.
func given(e *screen.Env, v ehrdesk.Giver) string {
	words := e.S(e.T.Capture.Giver(v.Kind))
	if v.Kind == ehrdesk.SelfGiver {
		return words
	}
	words += ": " + v.Name
	if doc := strings.TrimSpace(v.Document+" "+v.DocumentNumber) + v.Declaration; doc != "" {
		words += " (" + doc + ")"
	}
	return words
}
