package consent

import (
	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// Draw paints the page.
func (w *Withdrawal) Draw(c *paint.Canvas, r paint.Rect) {
	e, t := w.env, &w.env.T.Withdraw
	y := r.Y + e.Banner(c, r, w.finding.Patient)
	c.Put(r.X+1, y, r.Right(), theme.Title, e.S(t.Title)+" · "+ehrdesk.CleanLine(e.Account().ProviderName))
	c.HLine(r.X, y+1, r.Right(), theme.Rule)
	in := paint.Rect{X: r.X + 2, Y: y + 2, W: min(r.W-4, 100), H: r.Bottom() - y - 2}
	if w.done != nil {
		w.drawDone(c, in)
		return
	}
	y = in.Y + widget.Para(c, in.Top(2), theme.Abnormal, e.S(t.Lead))
	room := in.Bottom() - y
	if w.job.Running() || !w.wrong.None() {
		room -= 3
	}
	y = w.form.Draw(c, paint.Rect{X: in.X, Y: y, W: in.W, H: room}, !w.job.Running())
	switch {
	case w.job.Running():
		drawSending(c, paint.Rect{X: in.X, Y: y, W: in.W, H: max(0, in.Bottom()-y)}, e, &w.job, t.Sending)
	case !w.wrong.None():
		widget.Para(c, paint.Rect{X: in.X, Y: y, W: in.W, H: 2}, theme.Critical, "! "+e.Words(w.wrong))
	}
}

func (w *Withdrawal) drawDone(c *paint.Canvas, in paint.Rect) {
	e, t := w.env, &w.env.T.Withdraw
	c.SetCursor(in.X, in.Y)
	if w.done.Queued {
		c.Put(in.X, in.Y, in.Right(), theme.Good, e.S(t.Queued))
		widget.Para(c, in.From(2), theme.Text, e.S(t.QueuedLead))
		return
	}
	c.Put(in.X, in.Y, in.Right(), theme.Good, e.S(t.Done))
	rows := []struct{ label, value string }{{e.S(e.T.Capture.Reference), ehrdesk.CleanLine(w.done.Reference)}}
	y := table(c, in.From(2), rows) + 1
	y += widget.Para(c, paint.Rect{X: in.X, Y: y, W: in.W, H: 3}, theme.Text, e.S(t.DoneLead))
	widget.Para(c, paint.Rect{X: in.X, Y: y, W: in.W, H: 2}, theme.Text, told(e, w.done))
}
