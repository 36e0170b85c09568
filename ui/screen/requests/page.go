package requests

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// part is a line of a request that is read, before it is broken.
type part struct {
	style paint.Style
	words string
}

// drawPage draws one request; what can be done stands below it, always in sight.
func (s *Screen) drawPage(c *paint.Canvas, r paint.Rect) {
	e, t, one := s.env, &s.env.T.Requests, s.one()
	c.SetCursor(r.X, r.Y)
	if one == nil {
		widget.Para(c, r, theme.Muted, e.S(t.Loading))
		return
	}
	words, st := fresh(e)
	c.Put(r.Right()-paint.Width(words), r.Y, r.Right(), st, words)
	foot := paint.Wrap(nil, strings.Join(doable(e, one), " · "), r.W)
	all := parts(e, one)
	head := wrapped(all[:1], min(r.W, widest, max(20, r.W-paint.Width(words)-2))) // which request it is stays in sight, with as of when
	for i, l := range head {
		c.Put(r.X, r.Y+i, r.Right(), l.style, l.words)
	}
	body := paint.Rect{X: r.X, Y: r.Y + len(head), W: r.W, H: r.H - len(foot) - len(head)}
	s.drawLines(c, body, wrapped(all[1:], min(r.W, widest)))
	for i, l := range foot {
		c.Put(r.X, body.Bottom()+i, r.Right(), theme.Key, l)
	}
}

// drawLines draws as many lines as there is room for, with marks at the right that there are more.
func (s *Screen) drawLines(c *paint.Canvas, r paint.Rect, lines []part) {
	at := &s.scroll
	if s.card != nil {
		at = &s.card.scroll
	}
	from := at.Fit(len(lines), r.H)
	for i := from; i < len(lines) && i-from < r.H; i++ {
		c.Put(r.X, r.Y+i-from, r.Right(), lines[i].style, lines[i].words)
	}
	if from > 0 {
		c.Put(r.Right(), r.Y, r.Right()+1, theme.Muted, "▲")
	}
	if len(lines)-from > r.H {
		c.Put(r.Right(), r.Bottom()-1, r.Right()+1, theme.Muted, "▼")
	}
}

// wrapped are parts as lines of a width.
func wrapped(all []part, w int) (out []part) {
	for _, p := range all {
		for _, l := range strings.Split(p.words, "\n") {
			if l == "" {
				out = append(out, part{p.style, ""})
				continue
			}
			for _, row := range paint.Wrap(nil, l, w) {
				out = append(out, part{p.style, row})
			}
		}
	}
	return out
}

// doable are the steps that whoever is signed in may take now, each with its key.
func doable(e *screen.Env, r *ehrdesk.Request) (out []string) {
	for i, to := range taken() {
		if why(e, r, to) == "" {
			out = append(out, fmt.Sprintf("%d %s", i+1, e.S(e.T.Requests.Acts[to])))
		}
	}
	if len(out) == 0 && r.Waits == ehrdesk.DepositRefused {
		out = append(out, e.S(e.T.Requests.GiveUpFirst))
	}
	return out
}

// parts are a request from what it is to what can be done.
func parts(e *screen.Env, r *ehrdesk.Request) (out []part) {
	t := &e.T.Requests
	mark, other := direction(e, r)
	out = append(out, part{theme.Title, mark + " · " + e.S(t.KindOf(r.Kind)) + " · " + other}, part{theme.Strong, state(e, r)})
	late, st := trouble(e, r)
	for _, l := range late {
		out = append(out, part{st, l})
	}
	if r.State == ehrdesk.RequestSent && why(e, r, ehrdesk.RequestReceived) == "" {
		out = append(out, part{theme.Abnormal, e.S(t.Offer)})
	}
	out = append(out, part{})
	out = append(out, body(e, r)...)
	out = append(out, part{}, part{theme.Strong, e.S(t.Steps)})
	for i := range r.Steps {
		out = append(out, stepParts(e, &r.Steps[i])...)
	}
	out = append(out, part{}, part{theme.Strong, e.S(t.Next)})
	for i, to := range taken() {
		if !ofKind(r.Kind, to) {
			continue
		}
		words, style := fmt.Sprintf("%d %s", i+1, e.S(t.Acts[to])), theme.Text
		if no := why(e, r, to); no != "" {
			words, style = words+" – "+text.Sprintf(e.S(t.Why), no), theme.Muted
		}
		out = append(out, part{style, words})
	}
	return out
}

// ofKind reports a state that a request of a kind can come into at all.
func ofKind(k ehrdesk.RequestKind, to ehrdesk.RequestState) bool {
	for _, from := range append(taken(), ehrdesk.RequestSent) {
		for _, side := range []ehrdesk.RequestSide{ehrdesk.Asks, ehrdesk.IsAsked} {
			if ehrdesk.MayStep(k, from, to, side, ehrdesk.Doctor) {
				return true
			}
		}
	}
	return false
}

// body is what is asked: its letter, and the records that it names. The front desk is given none of it, and is told so.
func body(e *screen.Env, r *ehrdesk.Request) (out []part) {
	t, b := &e.T.Requests, &r.Body
	if !e.Clinical() {
		return []part{{theme.Muted, e.S(t.NotForDesk)}}
	}
	if words := asked(e, b); words != "" {
		out = append(out, part{theme.Text, words})
	}
	head := e.S(t.Letter)
	if title := ehrdesk.CleanLine(b.Letter.Title); title != "" {
		head = text.Sprintf(e.S(t.Pair), head, title)
	}
	out = append(out, part{theme.Strong, head})
	if by := ehrdesk.CleanLine(b.Letter.Author); by != "" && len(r.Steps) > 0 && by != ehrdesk.CleanLine(r.Steps[0].Name) {
		out = append(out, part{theme.Muted, text.Sprintf(e.S(t.Writer), by)})
	}
	if letter := ehrdesk.CleanColumns(b.Letter.Text); letter != "" {
		out = append(out, part{theme.Text, letter})
	} else {
		out = append(out, part{theme.Muted, e.S(t.NoLetter)})
	}
	if b.About.ID != "" && !slices.ContainsFunc(b.Attached, func(a ehrdesk.Attached) bool { return a.Ref == b.About }) {
		out = append(out, part{theme.Text, e.S(t.About) + " · " + e.S(t.ByConsent)})
	}
	if len(b.Attached) > 0 {
		out = append(out, part{}, part{theme.Strong, text.Sprintf(e.S(t.Attached), len(b.Attached)) + " · " + e.S(t.ByConsent)})
	}
	for _, a := range b.Attached {
		out = append(out, part{theme.Text, "· " + strings.ReplaceAll(screen.Spoken(ehrdesk.CleanLine(a.Title), a.Date.Date(), ehrdesk.CleanLine(a.Source)), ", ", " · ")})
	}
	return out
}

// asked is how urgent it is and for which specialty, "" where neither is said.
func asked(e *screen.Env, b *ehrdesk.RequestBody) string {
	t := &e.T.Requests
	var out []string
	if b.Priority != "" {
		out = append(out, text.Sprintf(e.S(t.Pair), e.S(t.Priority), ehrdesk.CleanLine(e.Facts().Priority(b.Priority))))
	}
	if b.Specialty != "" {
		name := ehrdesk.CleanLine(b.Specialty)
		if s, ok := ehrdesk.SpecialtyOf(b.Specialty); ok {
			name = s.Name[e.Lang.Tag()]
		}
		out = append(out, text.Sprintf(e.S(t.Pair), e.S(t.Specialty), name))
	}
	return strings.Join(out, " · ")
}

// stepParts are a step: what, when, who and where; its day, what was noted, and its answer.
func stepParts(e *screen.Env, s *ehrdesk.RequestStep) (out []part) {
	t := &e.T.Requests
	who := ehrdesk.CleanLine(s.Name)
	if who == "" {
		who = ehrdesk.CleanLine(s.Staff)
	}
	if who == "" {
		who = e.S(t.ByCentre)
	}
	words := []string{e.S(t.StateOf(s.State)), moment(e, s.At), who}
	if p := party(s.By); p != "" {
		words = append(words, p)
	}
	if !s.Day.IsZero() {
		words = append(words, text.Sprintf(e.S(t.Day), s.Day.Date()))
	}
	out = append(out, part{theme.Text, strings.Join(words, " · ")})
	if s.Note != "" {
		out = append(out, part{theme.Text, "  " + text.Sprintf(e.S(t.Note), ehrdesk.CleanLine(s.Note))})
	}
	if a := s.Answer; a != nil && a.Text != "" {
		out = append(out, part{theme.Strong, "  " + text.Sprintf(e.S(t.Answer), ehrdesk.CleanLine(a.Title))}, part{theme.Text, ehrdesk.CleanColumns(a.Text)})
	}
	return out
}
