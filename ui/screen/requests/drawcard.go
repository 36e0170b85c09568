package requests

import (
	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// drawCard draws a step that is being taken; what is asked and the keys are always in sight.
func (s *Screen) drawCard(c *paint.Canvas, r paint.Rect) {
	e, t, k := s.env, &s.env.T.Requests, s.card
	r.W = min(r.W, widest)
	c.SetCursor(r.X, r.Y)
	y := r.Y
	for _, p := range wrapped(s.cardHead(), r.W) {
		c.Put(r.X, y, r.Right(), p.style, p.words)
		y++
	}
	foot := s.cardFoot()
	rows := wrapped(foot, r.W)
	body := paint.Rect{X: r.X, Y: y, W: r.W, H: max(0, r.Bottom()-y-len(rows))}
	switch {
	case s.job.Running():
		c.Put(body.X, body.Y, body.Right(), theme.Syncing, e.Working.Mark()+" "+e.S(t.Sending)+" "+e.Elapsed(e.Now().Sub(s.job.Since())))
		return
	case k.asks:
		s.drawLines(c, body, wrapped(s.leaves(), r.W-1))
	default:
		s.drawFields(c, body)
	}
	for i, p := range rows {
		c.Put(r.X, body.Bottom()+i, r.Right(), p.style, p.words)
	}
}

// cardHead is the step, whom it is about and the other provider.
func (s *Screen) cardHead() (out []part) {
	e, t, k := s.env, &s.env.T.Requests, s.card
	r := find(e, k.id)
	if r == nil {
		return nil
	}
	title := e.S(t.GiveUpTitle)
	if k.gives == "" {
		title = text.Sprintf(e.S(t.Pair), e.S(t.KindOf(r.Kind)), e.S(t.Acts[k.to]))
	}
	return []part{{theme.Title, title}, {theme.Text, text.Sprintf(e.S(t.CardPatient), e.Facts().Name(r.Patient.Name))}, {theme.Text, text.Sprintf(e.S(t.CardOther), theOther(e, r))}, {}}
}

// leaves is the step as it leaves.
func (s *Screen) leaves() []part {
	e, t, k := s.env, &s.env.T.Requests, s.card
	if k.gives != "" {
		return []part{{theme.Text, e.S(t.GiveUpNote)}}
	}
	step := k.step()
	var out []part
	if !step.Day.IsZero() {
		out = append(out, part{theme.Text, text.Sprintf(e.S(t.Day), step.Day.Date())})
	}
	if step.Note != "" {
		out = append(out, part{theme.Text, text.Sprintf(e.S(t.Note), step.Note)})
	}
	if step.Answer != nil {
		out = append(out, part{theme.Strong, text.Sprintf(e.S(t.Answer), ehrdesk.CleanLine(step.Answer.Title))}, part{theme.Text, step.Answer.Text})
	}
	return out
}

// cardFoot is what stands in the way, that a step cannot be taken back, and the keys.
func (s *Screen) cardFoot() (out []part) {
	e, t, k := s.env, &s.env.T.Requests, s.card
	if !k.wrong.None() {
		out = append(out, part{theme.Critical, "! " + e.Words(k.wrong)})
	}
	if k.final() {
		out = append(out, part{theme.Abnormal, e.S(t.NoWayBack)})
	}
	keys := t.FillKeys
	switch {
	case k.asks:
		keys = t.AskKeys
	case k.long():
		keys = t.FillKeysText
	}
	return append(out, part{theme.Key, e.S(keys)})
}

// drawFields draws what is filled in, a text of several lines with what room is left.
func (s *Screen) drawFields(c *paint.Canvas, r paint.Rect) {
	e, k := s.env, s.card
	y := r.Y
	for i := range k.fields {
		f := &k.fields[i]
		focus := i == k.at && !s.job.Running()
		st := theme.Label
		if focus {
			st = theme.Strong
		}
		c.Item(r.X, y, focus)
		if focus {
			c.Put(r.X, y, r.Right(), st, "▸")
		}
		x := c.Put(r.X+1, y, r.Right(), st, e.S(f.label)+"  ")
		if !f.in.Breaks {
			f.in.Draw(c, x, y, max(8, r.Right()-x), focus)
			y += 2
			continue
		}
		box := paint.Rect{X: r.X, Y: y + 1, W: r.W, H: max(1, r.Bottom()-y-2)}
		_, at := f.in.Lines(box.W - 1)
		f.in.DrawLines(c, box, max(0, at+1-box.H), theme.Field, focus)
		y = box.Bottom() + 1
	}
}
