package consent

import (
	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// notices are the texts that come before every consent.
type notices struct {
	scroll widget.Scroll
	child  bool // the patient is too young to consent: who acts for them reads
	aloud  bool // they are read out, on the telephone
	lang   int  // of the texts, apart from the screen's
}

// handle reads on, turns the language, and reports the acknowledgement: only its
// own key gives that.
func (n *notices) handle(e *screen.Env, in intent.Intent, offer *ehrdesk.Offer) (read bool) {
	switch in.ID {
	case intent.NoticeLanguage:
		n.lang = (n.lang + 1) % 3
		n.scroll.Reset()
	case intent.Agree:
		return offer != nil
	case intent.Accept:
		if n.scroll.AtEnd() {
			e.Warn(e.S(n.agree(&e.T.Capture)))
			return false
		}
		n.scroll.Handle(intent.Intent{ID: intent.PageDown})
	default:
		n.scroll.Handle(in)
	}
	return false
}

// agree is how they are acknowledged.
func (n *notices) agree(t *text.Capture) text.T {
	switch {
	case n.aloud:
		return t.AloudLine
	case n.child:
		return t.ActingLine
	}
	return t.AgreeLine
}

// draw paints the texts, as far as they fit, and how they are acknowledged.
func (n *notices) draw(c *paint.Canvas, r paint.Rect, e *screen.Env, offer *ehrdesk.Offer) {
	t := &e.T.Capture
	if offer == nil || len(offer.Notices) > 0 {
		title, lead := t.NoticeTitle, t.NoticeLead
		switch {
		case n.aloud:
			title, lead = t.AloudTitle, t.AloudLead
		case n.child:
			title, lead = t.ActingTitle, t.ActingLead
		}
		c.Put(r.X, r.Y, r.Right(), theme.Strong, e.S(title))
		c.Put(r.X, r.Y+1, r.Right(), theme.Muted, e.S(lead))
	}
	c.SetCursor(r.X, r.Y+3)
	if offer == nil {
		return
	}
	if len(offer.Notices) == 0 { // a site that works with another server may name none
		y := r.Y + 3 + widget.Para(c, paint.Rect{X: r.X, Y: r.Y + 3, W: r.W, H: 3}, theme.Abnormal, "! "+e.S(t.NoNotices))
		widget.Option(c, r.X, y+1, r.Right(), true, "", e.S(t.AgreePaper), "")
		return
	}
	lang := text.Lang(n.lang).Tag()
	type line struct {
		style paint.Style
		text  string
	}
	var lines []line
	var wrapped []string
	for i, x := range offer.Notices {
		if i > 0 {
			lines = append(lines, line{})
		}
		kind := e.S(t.Official)
		if !x.Official {
			kind = e.S(t.Unofficial)
		}
		lines = append(lines, line{theme.Strong, ehrdesk.CleanLine(x.Title[lang])},
			line{theme.Muted, text.Sprintf(e.S(t.NoticeVersion), ehrdesk.CleanLine(x.Version)) + " · " + kind})
		wrapped = paint.Wrap(wrapped[:0], ehrdesk.CleanText(x.Text[lang]), r.W-2)
		for _, w := range wrapped {
			lines = append(lines, line{theme.Text, w})
		}
	}
	body := paint.Rect{X: r.X, Y: r.Y + 3, W: r.W, H: r.H - 6}
	first := n.scroll.Fit(len(lines), body.H)
	for i := 0; i < body.H && first+i < len(lines); i++ {
		l := lines[first+i]
		c.Put(body.X, body.Y+i, body.Right(), l.style, l.text)
	}
	more := e.S(t.NoticeEnd)
	if first+body.H < len(lines) {
		more = e.S(t.NoticeMore)
	}
	c.Put(r.X, body.Bottom(), r.Right(), theme.Muted, more)
	widget.Option(c, r.X, body.Bottom()+2, r.Right(), true, "", e.S(n.agree(t)), "")
}
