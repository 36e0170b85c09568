package cases

import (
	"slices"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// widest is as wide as words run: longer lines are not read. beside is from which width receipts stand beside the thread.
const (
	widest = 100
	beside = 150
)

// Draw paints the case, its history, or what is being written in it.
func (s *Screen) Draw(c *paint.Canvas, r paint.Rect) {
	y := s.DrawHeader(c, r)
	in := paint.Rect{X: r.X + 1, Y: r.Y + y, W: r.W - 2, H: r.H - y}
	c.SetCursor(in.X, in.Y)
	v := s.view()
	switch {
	case v == nil && s.env.Day.Cases.Lost:
		widget.Para(c, in, theme.Muted, s.env.S(s.env.T.Cases.Gone))
	case v == nil:
		widget.Para(c, in, theme.Muted, s.env.S(s.env.T.Cases.Loading))
	case s.form != nil:
		s.draw(c, in, s.leaves(v))
	default:
		s.drawCase(c, in, v)
	}
}

// DrawHeader draws whose case it is; of somebody whom this desk does not know by name it says so.
func (s *Screen) DrawHeader(c *paint.Canvas, r paint.Rect) int {
	v := s.view()
	if v == nil {
		return 0
	}
	return header(s.env, c, r, v.Patient)
}

func header(e *screen.Env, c *paint.Canvas, r paint.Rect, patient string) (n int) {
	if p, known := e.CasePatient(patient); known {
		n = e.Banner(c, r, p)
	} else {
		c.Fill(r.Top(1), theme.BannerLabel, ' ')
		c.Put(r.X+1, r.Y, r.Right(), theme.Banner, e.S(e.T.Cases.Unknown))
		n = 1
	}
	c.HLine(r.X, r.Y+n, r.Right(), theme.Rule)
	return n + 1
}

func (s *Screen) drawCase(c *paint.Canvas, r paint.Rect, v *ehrdesk.CaseView) {
	e := s.env
	words, st := fresh(e, v)
	at := r.Right() - paint.Width(words)
	c.Put(at, r.Y, r.Right(), st, words)
	title := wrapped(s.title(v)[:1], max(20, at-r.X-2))
	head := append(slices.Clone(title), wrapped(s.title(v)[1:], r.W)...)
	if most := max(len(title)+1, r.H/3); len(head) > most { // who else is in it stands in its history
		head = head[:most]
	}
	for i, l := range head {
		c.Put(r.X, r.Y+i, r.Right(), l.style, l.words)
	}
	foot := paint.Wrap(nil, strings.Join(s.doable(v), " · "), r.W)
	body := paint.Rect{X: r.X, Y: r.Y + len(head), W: r.W, H: max(1, r.H-len(foot)-len(head))}
	for i, l := range foot {
		c.Put(r.X, body.Bottom()+i, r.Right(), theme.Key, l)
	}
	if s.opens.Running() && e.Now().Sub(s.opens.Since()) >= time.Second/2 {
		c.Put(r.X, body.Bottom()-1, r.Right(), theme.Syncing, e.Progress(&s.opens, e.T.Cases.Opening))
		body.H--
	}
	body.H = max(1, body.H-s.drawSave(c, body))
	if s.history {
		s.drawHistory(c, body, v)
		return
	}
	if side := r.W - widest - 2; r.W >= beside-2 && !s.full && !e.Plain {
		s.drawBeside(c, paint.Rect{X: r.X + widest + 2, Y: body.Y, W: side, H: body.H}, v)
		body.W = widest
	}
	s.drawThread(c, body, v)
}

// drawBeside lists the receipts of what is in focus.
func (s *Screen) drawBeside(c *paint.Canvas, r paint.Rect, v *ehrdesk.CaseView) {
	it := s.chosen(v)
	if it.said == nil {
		return
	}
	lines := append([]part{{theme.Strong, text.Sprintf(s.env.S(s.env.T.Cases.ReceiptsTitle), it.said.Event)}}, receiptList(s.env, v, it.said)...)
	for i, l := range wrapped(lines, r.W) {
		if i < r.H {
			c.Put(r.X, r.Y+i, r.Right(), l.style, strings.TrimPrefix(l.words, "  "))
		}
	}
}

// title is what a case is for and how far it has come, what stands in its way, and who is in it, by provider.
func (s *Screen) title(v *ehrdesk.CaseView) (out []part) {
	e, t := s.env, &s.env.T.Cases
	out = append(out, part{theme.Title, e.S(t.PurposeOf(v.Purpose)) + " · " + state(e, v)})
	for _, l := range troubles(e, v) {
		out = append(out, part{theme.Critical, l})
	}
	out = append(out, newKeys(e, v, nil)...)
	if v.State == ehrdesk.CaseClosing {
		out = append(out, part{theme.Abnormal, e.S(t.Ends) + " · " + e.S(t.BecomesOf(v.Ends))})
	}
	words := memberWords(e, v)
	if words == "" {
		words = e.S(t.NoMembers)
	}
	return append(out, part{theme.Text, e.S(t.Members) + " · " + words}, part{})
}

// memberWords are the members provider by provider, the owner marked.
func memberWords(e *screen.Env, v *ehrdesk.CaseView) string {
	t := &e.T.Cases
	var order []string
	by := map[string][]string{}
	add := func(provider, who string) {
		if by[provider] == nil {
			order = append(order, provider)
		}
		by[provider] = append(by[provider], who)
	}
	for _, m := range v.Members {
		if m.Left != 0 {
			continue
		}
		who := name(e, v, m.CasePerson)
		switch {
		case m.CasePerson == v.Owner:
			who = text.Sprintf(e.S(t.Owner), who)
		case e.Day.Cases.Groups[m.Group()].Closed:
			who = text.Sprintf(e.S(t.Group.Closed), who)
		case slices.Contains(v.Answers, m.CasePerson):
			who = text.Sprintf(e.S(t.Group.Mine), who)
		}
		add(m.Provider, who)
	}
	for _, w := range v.Waits { // of a case that nobody else knows yet
		if w.Kind == ehrdesk.CaseJoined && w.Why == "" && len(v.Members) == 0 {
			add(w.Person.Provider, called(e, w.Person))
		}
	}
	out := make([]string, 0, len(order))
	for _, p := range order {
		out = append(out, e.ProviderName(p)+": "+strings.Join(by[p], e.S(comma)))
	}
	return strings.Join(out, " · ")
}

// state is how far a case has come, with how long it has.
func state(e *screen.Env, v *ehrdesk.CaseView) string {
	t := &e.T.Cases
	if v.State != ehrdesk.CaseClosing {
		return e.S(t.StateOf(v.State))
	}
	if !e.Now().Before(v.Closes) {
		return e.S(t.TimeOver)
	}
	return text.Sprintf(e.S(t.Closes), e.Left(v.Closes))
}

// troubles are what keeps a case from being read or written.
func troubles(e *screen.Env, v *ehrdesk.CaseView) (out []string) {
	t := &e.T.Cases
	if v.Broken != "" {
		out = append(out, e.S(t.BrokenIt))
	}
	if v.Closed != "" {
		out = append(out, e.S(t.WithConsent))
	}
	if v.Left {
		out = append(out, e.S(t.LeftIt))
	}
	return out
}

// fresh says that the centre is being asked, or as of when the case is.
func fresh(e *screen.Env, v *ehrdesk.CaseView) (string, paint.Style) {
	a, t := &e.Day.Cases, &e.T.Requests
	if a.Asking && e.Now().Sub(a.Since) >= time.Second/2 {
		return e.Working.Mark() + " " + e.S(t.Asking) + " " + e.Elapsed(e.Now().Sub(a.Since)), theme.Syncing
	}
	st := theme.Muted
	if a.Err != nil {
		st = theme.Abnormal
	}
	at := v.Asked
	if a.AsOf.After(at) && v.Events > 0 { // the centre said that nothing has changed
		at = a.AsOf
	}
	if at.IsZero() {
		return e.S(t.NeverAsked), st
	}
	return text.Sprintf(e.S(t.AsOf), moment(e, at)), st
}
