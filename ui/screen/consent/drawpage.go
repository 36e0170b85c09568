package consent

import (
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// untilWords are until when a consent of a term runs that begins at a moment.
func untilWords(e *screen.Env, term ehrdesk.Term, from time.Time) string {
	if term == ehrdesk.OneYear {
		return endsWords(e, from.AddDate(1, 0, 0))
	}
	return e.S(e.T.Capture.TermOpen)
}

func endsWords(e *screen.Env, until time.Time) string {
	return text.Sprintf(e.S(e.T.Capture.TermUntil), ehrdesk.At(until.In(e.Now().Location())).Date())
}

// drawHead paints identity and title, and gives the room below.
func (p *onePage) drawHead(c *paint.Canvas, r paint.Rect) paint.Rect {
	e := p.env
	y := r.Y + e.Banner(c, r, p.finding.Patient)
	c.Put(r.X+1, y, r.Right(), theme.Title, paint.Cut(e.S(p.title)+" · "+ehrdesk.CleanLine(e.Account().ProviderName), r.W-2))
	c.HLine(r.X, y+1, r.Right(), theme.Rule)
	return paint.Rect{X: r.X + 2, Y: y + 2, W: min(r.W-4, 100), H: r.Bottom() - y - 2}
}

// drawPage paints identity, title, rows, and what runs or is wrong; or the receipt.
func (p *onePage) drawPage(c *paint.Canvas, r paint.Rect) {
	e, t := p.env, &p.env.T.Capture
	in := p.drawHead(c, r)
	switch {
	case p.receipt != nil:
		drawReceipt(c, in, e, p.finding, p.receipt, false, p.done)
		return
	case p.offer == nil && p.offerJob.Running():
		c.SetCursor(in.X, in.Y)
		c.Put(in.X, in.Y, in.Right(), theme.Syncing, e.Progress(&p.offerJob, t.Loading))
		return
	case p.offer == nil:
		c.SetCursor(in.X, in.Y)
		widget.Para(c, in, theme.Critical, "! "+e.Words(p.wrong))
		return
	}
	room := in.H - 1 // for what is wrong
	switch {
	case p.job.Running():
		room = in.H - 3
	case !p.wrong.None(): // said whole: it ends with what to do
		room = in.H - max(1, len(paint.Wrap(nil, "! "+e.Words(p.wrong), in.W)))
	}
	y := p.form.Draw(c, paint.Rect{X: in.X, Y: in.Y, W: in.W, H: room}, !p.busy())
	rest := paint.Rect{X: in.X, Y: y, W: in.W, H: max(0, in.Bottom()-y)}
	switch {
	case p.job.Running():
		drawSending(c, rest, e, &p.job, t.Sending)
	case !p.wrong.None():
		widget.Para(c, rest, theme.Critical, "! "+e.Words(p.wrong))
	}
}
