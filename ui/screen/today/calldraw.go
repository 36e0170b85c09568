package today

import (
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// due is by when somebody calls.
func due(e *screen.Env, k ehrdesk.Task) (string, paint.Style) {
	t, c := &e.T.Calls, k.Call
	if k.Kind == ehrdesk.TaskReview {
		return dueReview(e, c)
	}
	switch n := c.Days(e.Now()); {
	case n < 0:
		return text.Sprintf(e.S(t.Overdue), -n), theme.Critical
	case n == 0:
		return e.S(t.DueToday), theme.Abnormal
	}
	return text.Sprintf(e.S(t.Due), civil(c.Due)), theme.Text
}

// dueReview is by when a doctor looks.
func dueReview(e *screen.Env, c ehrdesk.Call) (string, paint.Style) {
	t := &e.T.Calls
	switch n := c.Days(e.Now()); {
	case n < 0:
		return text.Sprintf(e.S(t.ReviewOverdue), -n), theme.Critical
	case n == 0:
		return e.S(t.ReviewToday), theme.Abnormal
	}
	return text.Sprintf(e.S(t.ReviewDue), civil(c.Due)), theme.Text
}

// ofWhat is what a call or a review came of: a booking that came to nothing, or what a record leaves to be
// followed up, as far as whoever is signed in may know.
func ofWhat(e *screen.Env, k ehrdesk.Task) string {
	t, c := &e.T.Calls, k.Call
	switch c.What {
	case "":
		return text.Sprintf(e.S(t.Booked), booked(e, c))
	case ehrdesk.FollowUnsaid:
		return e.S(t.FollowUp)
	case ehrdesk.FollowReport:
		return ofReport(e, c)
	case ehrdesk.FollowMissed, ehrdesk.FollowReferral, ehrdesk.FollowTest, ehrdesk.FollowMonitor, ehrdesk.FollowAct, ehrdesk.FollowKnow:
	}
	return text.Sprintf(e.S(t.FollowUps[c.What]), civil(c.Missed))
}

// ofReport is what a report is by the rule that has somebody look at it, how long ago it came, and whether it is one that was
// looked at before; nothing of what it says.
func ofReport(e *screen.Env, c ehrdesk.Call) string {
	t := &e.T.Calls
	if c.Report.Rule == "" {
		return e.S(t.ReportOver)
	}
	words := text.Sprintf(e.S(t.Report), ehrdesk.CleanLine(text.Local(e.Lang, c.Report.Says)), e.Elapsed(max(0, e.Now().Sub(c.At))))
	switch c.Report.Again {
	case ehrdesk.ReportNewer:
		return text.Sprintf(e.S(t.ReportNewer), words)
	case ehrdesk.ReportCorrected:
		return text.Sprintf(e.S(t.ReportCorrected), words)
	case ehrdesk.ReportFirst:
	}
	return words
}

// booked is when the booking was for that came to nothing.
func booked(e *screen.Env, c ehrdesk.Call) string {
	if c.At.IsZero() {
		return civil(c.Missed)
	}
	return civil(c.Missed) + " " + e.Clock(c.At)
}

// howCalled is how a call stands: by when, whose it is, what came of it, for which booking.
func howCalled(e *screen.Env, k ehrdesk.Task) (string, paint.Style) {
	t, c := &e.T.Calls, k.Call
	var parts []string
	words, style := due(e, k)
	if k.Work.Over() {
		words, style = e.S(t.CameOf(k)[c.Outcome()])+" "+e.Clock(k.Marked.At), theme.Good
	}
	parts = append(parts, words)
	owner := ehrdesk.CleanLine(c.Owner())
	if owner == "" && !k.Work.Over() {
		owner = e.S(t.Nobody)
	}
	if owner != "" {
		parts = append(parts, owner)
	}
	if o := c.Outcome(); o != "" && !k.Work.Over() {
		parts = append(parts, e.S(t.CameOf(k)[o]))
	}
	return strings.Join(append(parts, ofWhat(e, k)), " · "), style
}

// drawCall draws the page of a call.
func (s *Screen) drawCall(c *paint.Canvas, r paint.Rect) {
	e, t := s.env, &s.env.T.Calls
	k, there := s.called()
	if !there {
		c.SetCursor(r.X, r.Y)
		widget.Para(c, r, theme.Abnormal, e.S(t.Gone))
		return
	}
	name, marks := who(e, s.rowOf(k))
	review, title, booking, whose, came := k.Kind == ehrdesk.TaskReview, t.Title, t.Booking, t.Owner, t.WhatCame
	if review {
		title, whose, came = t.ReviewTitle, t.ReviewOwner, t.ReviewCame
	}
	why := booked(e, k.Call)
	if k.Call.What != "" {
		booking, why = t.FollowUpLabel, ofWhat(e, k)
	}
	r = r.From(widget.Para(c, r, theme.Strong, text.Sprintf(e.S(title), name+marks)))
	by, style := due(e, k)
	if k.Work.Over() {
		by, style = e.S(t.CameOf(k)[k.Call.Outcome()]), theme.Good
	}
	owner := ehrdesk.CleanLine(k.Call.Owner())
	if owner == "" {
		owner = e.S(t.Nobody)
	}
	for _, p := range []widget.Pair{{Label: e.S(booking), Value: why, Style: theme.Text}, {Label: e.S(t.DueLabel), Value: by, Style: style}, {Label: e.S(whose), Value: owner, Style: theme.Text}} {
		p.LabelStyle = theme.Label
		r = r.From(widget.Flow(c, r, []widget.Pair{p}, 3, true))
	}
	r = r.From(1)
	offered := s.offered(k)
	r = r.From(widget.Para(c, r, theme.Strong, e.S(came)))
	for i, o := range offered {
		words := "  " + e.S(t.OutcomesOf(k)[o])
		if o == ehrdesk.CallNoAnswer {
			words += " · " + text.Sprintf(e.S(t.AgainOf(review)), civil(ehrdesk.WorkingDayAfter(e.Now())))
		}
		st := theme.Text
		chosen := i == s.pick(offered)
		if chosen {
			st = theme.Selected
			c.Fill(paint.Rect{X: r.X, Y: r.Y, W: r.W, H: 1}, st, ' ')
			words = "▸" + words[1:]
			c.SetCursor(r.X, r.Y)
		}
		c.Item(r.X, r.Y, chosen)
		c.Put(r.X, r.Y, r.Right(), st, paint.Cut(words, r.W))
		r = r.From(1)
	}
	s.drawHistory(c, r.From(1), k)
}

// drawHistory draws who did what and when, what was last first: of many what is older has no room.
func (s *Screen) drawHistory(c *paint.Canvas, r paint.Rect, k ehrdesk.Task) {
	e, t, of := s.env, &s.env.T.Calls, k.Call
	if r.H < 2 {
		return
	}
	c.Put(r.X, r.Y, r.Right(), theme.Strong, e.S(t.History))
	for i := len(of.History) - 1; i >= 0 && len(of.History)-i < r.H; i-- {
		step := of.History[i]
		words := e.S(t.PutDown)
		if of.What != "" {
			words = e.S(t.FoundInRecord)
		}
		if step.Outcome != "" {
			words = e.S(t.CameOf(k)[step.Outcome])
		}
		came := of.What == ehrdesk.FollowReport && step.Outcome == "" // it begins when the centre had it, whoever found it
		if came {
			words = e.S(t.ReportArrived)
		}
		at := step.Stamp.At.In(e.Now().Location())
		line := "  " + ehrdesk.At(at).Date() + " " + e.Clock(at) + "  " + words
		if step.Outcome != ehrdesk.CallCame && !came {
			line += "  (" + ehrdesk.CleanLine(step.Stamp.By) + ")"
		}
		c.Put(r.X, r.Y+len(of.History)-i, r.Right(), theme.Text, paint.Cut(line, r.W))
	}
}

// drawClosing draws whom closing the day has called.
func (s *Screen) drawClosing(c *paint.Canvas, r paint.Rect) {
	e, t := s.env, &s.env.T.Calls
	x := c.Put(r.X, r.Y, r.Right(), theme.Strong, e.S(t.CloseTitle))
	c.Put(x+2, r.Y, r.Right(), theme.Muted, paint.Cut(e.S(t.CloseLead), max(0, r.Right()-x-2)))
	r = r.From(1)
	if still := s.still(); still != "" {
		r = r.From(widget.Para(c, r, theme.Abnormal, still))
	}
	r = r.From(widget.Para(c, r, theme.Text, text.Sprintf(e.S(t.CloseCount), len(s.closing.calls))))
	var lines []lookLine
	var day time.Time
	for i, k := range s.closing.calls {
		if i == 0 || !k.Call.Missed.Equal(day) {
			day = k.Call.Missed
			lines = append(lines, lookLine{civil(day) + " · " + text.Sprintf(e.S(t.CloseDue), civil(k.Call.Due)), theme.Label})
		}
		when := e.S(e.T.Import.NoTime)
		if !k.Call.At.IsZero() {
			when = e.Clock(k.Call.At)
		}
		name, marks := who(e, s.rowOf(k))
		lines = append(lines, lookLine{"  " + when + "  " + name + marks, theme.Text})
	}
	lines = wrapped(lines, r.W)
	c.SetCursor(r.X, r.Y)
	first := s.closing.scroll.Fit(len(lines), r.H)
	for i := first; i < len(lines) && i-first < r.H; i++ {
		c.Put(r.X, r.Y+i-first, r.Right(), lines[i].style, lines[i].words)
	}
}

// still is who is at the clinic while the day is closed, and who may come yet.
func (s *Screen) still() string {
	e, t := s.env, &s.env.T.Calls
	in, later := 0, 0
	for _, k := range s.env.Day.Tasks {
		switch {
		case k.Kind != ehrdesk.TaskArrival:
		case isHere(k.Work):
			in++
		case !k.Work.Over() && k.At.After(e.Now()):
			later++
		}
	}
	var parts []string
	if in > 0 {
		parts = append(parts, text.Sprintf(e.S(t.CloseHere), in))
	}
	if later > 0 {
		parts = append(parts, text.Sprintf(e.S(t.CloseComing), later))
	}
	return strings.Join(parts, " · ")
}
