package cases

import (
	"context"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// Start is the cases about the patient of an open chart, and where one is begun.
type Start struct {
	filling
	patient ehrdesk.Patient
	at      int
}

var _ interface {
	screen.Screen
	screen.Concealer
	screen.Header
	screen.Resumer
} = (*Start)(nil)

// About shows the cases about a patient; where there is none, one is begun.
func About(env *screen.Env, d screen.ToCases) (*Start, tea.Cmd) {
	s := &Start{filling: filling{env: env}, patient: d.Patient}
	env.Day.Cases.Stale, env.Day.Cases.Ask = true, true
	if env.Day.Cases.Read && len(s.all()) == 0 {
		return s, s.begins(ehrdesk.CasePurposes()[0])
	}
	return s, nil
}

// all are the cases about the patient.
func (s *Start) all() (out []*ehrdesk.CaseView) {
	for i := range s.env.Day.Cases.All {
		if v := &s.env.Day.Cases.All[i]; v.Patient == s.patient.ID && v.Patient != "" {
			out = append(out, v)
		}
	}
	return out
}

// begins opens the form by which a case is begun, for a purpose unless another is chosen.
func (s *Start) begins(purpose ehrdesk.CasePurpose) tea.Cmd {
	t := &s.env.T.Cases
	k := &form{act: text.CaseBegin}
	k.people(&pick{label: t.People, from: func() []candidate { return s.dir.all }})
	var purposes []text.T
	for _, p := range ehrdesk.CasePurposes() {
		purposes = append(purposes, t.PurposeOf(p))
	}
	why := k.choose(t.Purpose, purposes)
	why.at = slices.Index(ehrdesk.CasePurposes(), purpose)
	var ends []text.T
	for _, e := range s.endings() {
		ends = append(ends, t.BecomesOf(e))
	}
	k.choose(t.Ends, ends)
	k.tells(s.env, why)
	k.text(t.First)
	k.handled(s.env, func() []candidate { return k.amongst(s.dir.all) }, func() ([]screen.Wrote, bool) { return s.env.WroteOf(s.patient.ID) })
	k.goesWith(s.env, s.patient.ID, s.env.EnteredOf(s.patient.ID))
	s.form = k
	return s.dir.read(s.env)
}

// beginnings are for what a case is begun from the list: an alert, and at its end another for whatever is chosen.
func beginnings() []ehrdesk.CasePurpose {
	return []ehrdesk.CasePurpose{ehrdesk.CaseAlert, ehrdesk.CasePurposes()[0]}
}

// endings are what becomes of a case at this desk, in the order to offer them.
func (s *Start) endings() []ehrdesk.CaseEnding {
	session, ok := s.env.Session.(ehrdesk.Casing)
	if !ok {
		return []ehrdesk.CaseEnding{ehrdesk.CaseDestroys}
	}
	return session.CaseEndings()
}

// Scope is the list, or the form.
func (s *Start) Scope() intent.Scope {
	if scope, ok := s.scope(); ok {
		return scope
	}
	return intent.RequestList
}

// Handle carries out a wish.
func (s *Start) Handle(in intent.Intent) tea.Cmd {
	if s.form != nil {
		cmd, send := s.handle(in)
		if send {
			return tea.Batch(cmd, s.send())
		}
		if s.form == nil && len(s.all()) == 0 {
			s.env.Go(screen.ToLast{})
		}
		return cmd
	}
	all := s.all()
	step := map[intent.ID]int{intent.Up: -1, intent.Down: 1, intent.PageUp: -10, intent.PageDown: 10, intent.Top: -len(all) - 2, intent.Bottom: len(all) + 2}
	last := len(all) + len(beginnings()) - 1
	s.at = min(max(min(s.at, last)+step[in.ID], 0), last)
	switch {
	case in.ID == intent.Back:
		s.env.Go(screen.ToLast{})
	case in.ID == intent.Recheck:
		s.env.Day.Cases.Ask = true
	case in.ID == intent.Accept && s.at >= len(all):
		return s.begins(beginnings()[s.at-len(all)])
	case in.ID == intent.Accept:
		s.env.Go(screen.ToCase{ID: all[s.at].ID, Chart: true})
	}
	return nil
}

// send begins the case with what is first said in it: both are kept, or neither.
func (s *Start) send() (cmd tea.Cmd) {
	e, k := s.env, s.form
	session, ok := e.Session.(ehrdesk.Casing)
	if !ok {
		return nil
	}
	b := ehrdesk.CaseBeginning{Patient: s.patient.ID, Purpose: ehrdesk.CasePurposes()[k.choice(0)], Ends: s.endings()[k.choice(1)], Members: k.picked().chosen}
	says, file, speaks := k.message(e, "", nil), k.how.attached, k.says()
	s.job, cmd = screen.Start(e, time.Minute, s.patient.ID, func(ctx context.Context) (out written, err error) {
		out.act = text.CaseBegin
		if !speaks {
			out.id, err = session.BeginCase(ctx, b)
			return out, err
		}
		err = file.with(says, func(m ehrdesk.CaseMessage) (err error) {
			b.Says = &m
			out.id, err = session.BeginCase(ctx, b)
			return err
		})
		return out, err
	})
	return cmd
}

// Update takes what became of it.
func (s *Start) Update(msg tea.Msg) (tea.Cmd, bool) {
	m, ok := msg.(Written)
	if !ok {
		return nil, s.dir.take(s.env, msg)
	}
	if !s.job.Takes(m.Req) {
		return nil, false
	}
	e := s.env
	e.Day.Cases.Stale, e.Day.Cases.Ask = true, m.Value.id != ""
	if m.Err != nil {
		if s.form != nil {
			s.form.wrong = notKept(&s.env.T.Cases, m.Err)
		}
		return nil, true
	}
	s.close()
	e.Say(e.S(e.T.Cases.BegunNow))
	e.Go(screen.ToCase{ID: m.Value.id, Chart: true})
	return nil, true
}

// Draw paints the list, or the form.
func (s *Start) Draw(c *paint.Canvas, r paint.Rect) {
	y := s.DrawHeader(c, r)
	in := paint.Rect{X: r.X + 1, Y: r.Y + y, W: r.W - 2, H: r.H - y}
	if s.form != nil {
		s.draw(c, in, s.leaves())
		return
	}
	e, t := s.env, &s.env.T.Cases
	c.Put(in.X, in.Y, in.Right(), theme.Title, e.S(t.Of))
	c.HLine(in.X, in.Y+1, in.Right(), theme.Rule)
	c.SetCursor(in.X, in.Y)
	all := s.all()
	rows := len(all) + len(beginnings())
	at := min(s.at, rows-1)
	first := max(0, at-(in.H-3)) // the rows below the rule
	for i := first; i < rows && i-first < in.H-2; i++ {
		words, st := e.S(t.BeginNew), theme.Text
		switch {
		case i == len(all):
			words = e.S(t.Tell.Begin)
		case i < len(all):
			words, st = Line(e, all[i], all[i].Count(e.Me(), e.Now()))
			words = ehrdesk.At(all[i].Latest().In(e.Now().Location())).Date() + " · " + words
		}
		y := in.Y + 2 + i - first
		c.Item(in.X, y, i == at)
		if i == at {
			st = theme.Selected
			c.Fill(paint.Rect{X: in.X, Y: y, W: in.W, H: 1}, st, ' ')
			c.Put(in.X, y, in.Right(), st, "▸")
			c.SetCursor(in.X, y)
		}
		c.Put(in.X+2, y, in.Right(), st, paint.Cut(strings.TrimPrefix(words, " · "), in.W-2))
	}
}

// DrawHeader draws the patient.
func (s *Start) DrawHeader(c *paint.Canvas, r paint.Rect) int {
	if s.patient.Name == (ehrdesk.Name{}) {
		return header(s.env, c, r, s.patient.ID)
	}
	n := s.env.Banner(c, r, s.patient)
	c.HLine(r.X, r.Y+n, r.Right(), theme.Rule)
	return n + 1
}

// leaves is the case as it is begun.
func (s *Start) leaves() (out []part) {
	e, t, k := s.env, &s.env.T.Cases, s.form
	who := make([]string, 0, len(k.picked().chosen))
	for _, m := range k.picked().chosen {
		who = append(who, called(e, m)+" ("+e.ProviderName(m.Provider)+")")
	}
	to, _ := k.picked().people()
	out = append(append(out, part{theme.Strong, text.Sprintf(e.S(t.LeavesMembers), strings.Join(who, e.S(comma)))}), forGroups(e, to)...)
	out = append(out,
		part{theme.Text, text.Sprintf(e.S(t.LeavesPurpose), e.S(t.PurposeOf(ehrdesk.CasePurposes()[k.choice(0)])))},
		part{theme.Text, text.Sprintf(e.S(t.LeavesEnds), e.S(t.BecomesOf(s.endings()[k.choice(1)])))},
		part{theme.Text, e.S(t.LeavesConsent)}, part{theme.Muted, e.S(t.LeavesAlone)}, part{})
	if !k.says() {
		return append(out, part{theme.Muted, e.S(t.LeavesNobody)})
	}
	if a := k.allergy(); a != nil {
		out = append(out, part{theme.Critical, allergyWords(e, a)})
		if no := unknown(e, a); no != "" {
			out = append(out, part{theme.Abnormal, no})
		}
		out = append(out, part{theme.Muted, e.S(t.Tell.InCase)})
	}
	who1 := func(p ehrdesk.CasePerson) string {
		for _, m := range k.picked().chosen {
			if m.CasePerson == p {
				return called(e, m)
			}
		}
		return ehrdesk.CleanLine(p.Staff)
	}
	out = append(out, leavesHow(e, k, k.message(e, "", nil), who1)...)
	if k.words() == "" {
		return out
	}
	return append(out, part{theme.Strong, e.S(t.LeavesText)}, part{theme.Text, k.words()})
}

// DisabledReason says why a key does nothing in the form.
func (s *Start) DisabledReason(id intent.ID) string {
	if id == intent.OtherView && s.form == nil {
		return s.env.S(s.env.T.Board.OneView)
	}
	return s.disabled(id)
}

// HintFor is what Enter does.
func (s *Start) HintFor(id intent.ID) string {
	switch {
	case s.form != nil:
		return s.hint(id)
	case id == intent.Accept && s.at < len(s.all()):
		return s.env.S(s.env.T.Cases.OpenCase)
	}
	return ""
}

// Leave forgets what was typed. What is being written is written.
func (s *Start) Leave() { s.leave() }

// Conceal forgets what was being typed before the desk is locked.
func (s *Start) Conceal() { s.conceal() }

// Resume says what the lock took.
func (s *Start) Resume() tea.Cmd {
	s.resumed()
	return nil
}
