package consent

import (
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// Draw paints the identity, the step and its part of the act.
func (s *Screen) Draw(c *paint.Canvas, r paint.Rect) {
	e, t := s.env, &s.env.T.Capture
	y := r.Y + e.Banner(c, r, s.finding.Patient)
	title := e.S(t.Title) + " · " + e.S(s.way()) + " · " + ehrdesk.CleanLine(e.Account().ProviderName)
	x := c.Put(r.X+1, y, r.Right(), theme.Title, paint.Cut(title, r.W-20))
	if s.step < stepReceipt {
		n, of := int(s.step)+1, 5
		if s.offer != nil && len(s.offer.Terms) == 1 {
			of = 4
			if s.step > stepTerm {
				n--
			}
		}
		c.Put(x+2, y, r.Right(), theme.Muted, text.Sprintf(e.S(t.Step), n, of))
	}
	c.HLine(r.X, y+1, r.Right(), theme.Rule)
	in := paint.Rect{X: r.X + 2, Y: y + 2, W: min(r.W-4, 100), H: r.Bottom() - y - 2}
	if s.finding.Patient.Deceased {
		widget.Para(c, in, theme.Critical, "! "+e.S(t.Died))
		c.SetCursor(in.X, in.Y)
		return
	}
	switch s.step {
	case stepNotice:
		if s.notice.draw(c, in, s.env, s.offer); s.offer == nil {
			s.foot(c, in.From(3))
		}
	case stepGiver:
		s.drawGiver(c, in)
	case stepTerm:
		s.drawTerm(c, in)
	case stepKey:
		if s.channel == ehrdesk.ByCard {
			s.drawCard(c, in)
			return
		}
		s.drawKey(c, in)
	case stepReview:
		s.drawReview(c, in)
	case stepReceipt:
		s.drawReceipt(c, in)
	}
}

// way is the channel's name.
func (s *Screen) way() text.T {
	if s.phone {
		return s.env.T.Consent.Telephoned
	}
	return s.env.T.Consent.ChannelName(s.channel)
}

// foot draws what runs or what is wrong in the last rows of a step.
func (s *Screen) foot(c *paint.Canvas, r paint.Rect) {
	e, t := s.env, &s.env.T.Capture
	switch {
	case s.offerJob.Running():
		c.Put(r.X, r.Y, r.Right(), theme.Syncing, e.Progress(&s.offerJob, t.Loading))
	case s.job.Running():
		drawSending(c, r, e, &s.job, t.Sending)
	case s.check.Running():
		widget.Para(c, r, theme.Abnormal, e.Progress(&s.check, t.Unknown))
	case s.step == stepKey && s.channel != ehrdesk.ByForm && s.out.locked(e):
		widget.Para(c, r, theme.Critical, "! "+e.Words(s.out.wrong))
	case !s.wrong.None():
		widget.Para(c, r, theme.Critical, "! "+e.Words(s.wrong))
	}
}

func (s *Screen) until(term ehrdesk.Term) string { return untilWords(s.env, term, s.env.Now()) }

func (s *Screen) drawTerm(c *paint.Canvas, r paint.Rect) {
	e, t := s.env, &s.env.T.Capture
	c.Put(r.X, r.Y, r.Right(), theme.Strong, e.S(t.TermTitle))
	c.Put(r.X, r.Y+1, r.Right(), theme.Muted, e.S(t.TermLead))
	y := r.Y + 3
	c.SetCursor(r.X, y)
	for i, term := range s.offer.Terms {
		widget.Option(c, r.X, y, r.Right(), i == s.term, widget.Letter(i), e.S(e.T.Consent.TermName(term)), s.until(term))
		y++
	}
	s.foot(c, paint.Rect{X: r.X, Y: y + 1, W: r.W, H: 2})
}

func (s *Screen) drawKey(c *paint.Canvas, r paint.Rect) {
	e, t := s.env, &s.env.T.Capture
	ask := t.KeyAsk
	if !s.giver.self() { // the key is the patient's, whoever types it
		ask = t.KeyAskFor
	}
	title, lead, label, field := e.S(ask), t.KeyLead, t.KeyLabel, &s.key
	y := r.Y
	switch {
	case s.channel == ehrdesk.ByForm:
		title, lead, label, field = e.S(t.FormTitle), t.FormLead, t.FormLabel, &s.form
	case s.phone:
		title, lead = e.S(t.PhoneTitle), t.PhoneLead
	default: // the patient may read the other language
		other := text.English
		if e.Lang == text.English {
			other = text.Hant
		}
		title += "\n" + ask[other]
	}
	y += widget.Para(c, paint.Rect{X: r.X, Y: y, W: r.W, H: 4}, theme.Strong, title)
	y += widget.Para(c, paint.Rect{X: r.X, Y: y, W: r.W, H: 3}, theme.Muted, e.S(lead))
	if s.channel == ehrdesk.ByForm {
		words := t.ToldAll
		if s.finding.Participation == ehrdesk.KnownHere {
			words = e.T.Find.ToldNotSaid
		}
		y += widget.Para(c, paint.Rect{X: r.X, Y: y, W: r.W, H: 2}, theme.Muted, e.S(words))
		if s.offer != nil && slices.Contains(s.offer.Second, ehrdesk.ConsentByForm) {
			y += widget.Para(c, paint.Rect{X: r.X, Y: y, W: r.W, H: 2}, theme.Abnormal, e.S(e.T.Second.Note))
		}
	}
	y++
	x := c.Put(r.X, y, r.Right(), theme.Label, e.S(label)+"  ")
	w := 12
	if s.channel == ehrdesk.ByForm {
		w = min(42, r.Right()-x)
	}
	field.Draw(c, x, y, w, !s.busy() && !s.onDate)
	if s.channel == ehrdesk.ByForm {
		y++
		x = c.Put(r.X, y, r.Right(), theme.Label, e.S(t.SignedOn)+"  ")
		s.signed.Draw(c, x, y, 14, !s.busy() && s.onDate)
	} else {
		c.Put(x+w+2, y, r.Right(), theme.Muted, text.Sprintf(e.S(t.KeyLeft), s.key.Len()))
	}
	y += 2
	c.Put(r.X, y, r.Right(), theme.Text, e.S(t.TermLabel)+": "+e.S(e.T.Consent.TermName(s.chosenTerm()))+" · "+s.until(s.chosenTerm()))
	s.foot(c, paint.Rect{X: r.X, Y: y + 2, W: r.W, H: 3})
}

func (s *Screen) drawReview(c *paint.Canvas, r paint.Rect) {
	e, t := s.env, &s.env.T.Capture
	c.Put(r.X, r.Y, r.Right(), theme.Strong, e.S(t.ReviewTitle))
	lead := t.ReviewLead
	if !s.giver.self() {
		lead = t.ReviewLeadFor
	}
	y := r.Y + 1
	y += widget.Para(c, paint.Rect{X: r.X, Y: y, W: r.W, H: 2}, theme.Muted, e.S(lead)) + 1
	seen := t.DocumentSeen
	switch {
	case s.phone:
		seen = t.AskedSaid
	case !s.giver.matched:
		seen = t.DocumentSeenAs
	}
	rows := []struct{ label, value string }{
		{e.S(t.Patient), named(e, s.finding.Patient)},
		{e.S(t.By), ehrdesk.CleanLine(e.Account().ProviderName)},
		{e.S(t.GivenBy), given(e, s.giver.value())},
		{e.S(t.Document), e.S(seen)},
		{e.S(t.Notices), text.Sprintf(e.S(t.ReadWhat(len(s.offer.Notices))), e.Clock(s.readAt))},
		{e.S(t.TermLabel), e.S(e.T.Consent.TermName(s.chosenTerm())) + " · " + s.until(s.chosenTerm())},
	}
	switch s.channel {
	case ehrdesk.ByForm:
		rows = append(rows, struct{ label, value string }{e.S(t.FormRef), formAs(e, ehrdesk.CleanLine(s.form.Text()), signedOn(s.signed))})
	case ehrdesk.ByCard:
		rows = append(rows, struct{ label, value string }{e.S(e.T.Card.StepTitle), text.Sprintf(e.S(e.T.Card.Evidence), e.S(e.T.Card.Proofs[ehrdesk.CardGenuineChip]))})
	default:
		rows = append(rows, struct{ label, value string }{e.S(t.KeyTitle), e.S(t.KeyEntered)})
	}
	y = table(c, paint.Rect{X: r.X, Y: y, W: r.W, H: r.Bottom() - y}, rows)
	y++
	widget.Option(c, r.X, y, min(r.Right(), r.X+60), true, "", e.S(t.PressY), "")
	s.foot(c, paint.Rect{X: r.X, Y: y + 2, W: r.W, H: 3})
}

func (s *Screen) drawReceipt(c *paint.Canvas, r paint.Rect) {
	drawReceipt(c, r, s.env, s.finding, &s.receipt, s.asked, text.T{})
}

// drawReceipt paints what the centre, or for an act that waits this desk, has
// recorded. asked is of a receipt made from a look-up: nothing is known of a notice.
func drawReceipt(c *paint.Canvas, r paint.Rect, e *screen.Env, f ehrdesk.Finding, rc *ehrdesk.Receipt, asked bool, title text.T) {
	t := &e.T.Capture
	c.SetCursor(r.X, r.Y)
	if rc.Second {
		c.Put(r.X, r.Y, r.Right(), theme.Abnormal, e.S(e.T.Second.ReceiptTitle))
		widget.Para(c, r.From(2), theme.Text, e.S(e.T.Second.ReceiptLead))
		return
	}
	if rc.Queued {
		c.Put(r.X, r.Y, r.Right(), theme.Abnormal, e.S(t.QueuedTitle))
		widget.Para(c, r.From(2), theme.Text, e.S(t.QueuedLead))
		return
	}
	if title == (text.T{}) {
		title = t.ReceiptTitle
	}
	c.Put(r.X, r.Y, r.Right(), theme.Good, e.S(title))
	local := func(at time.Time) string { return ehrdesk.At(at.In(e.Now().Location())).Date() }
	runs := text.Sprintf(e.S(t.RunsOpen), local(rc.Consent.Since))
	if !rc.Consent.Until.IsZero() {
		runs = text.Sprintf(e.S(t.Runs), local(rc.Consent.Since), local(rc.Consent.Until))
	}
	rows := []struct{ label, value string }{
		{e.S(t.Reference), ehrdesk.CleanLine(rc.Reference)},
		{e.S(t.Patient), named(e, f.Patient)},
		{e.S(t.By), ehrdesk.CleanLine(e.Account().ProviderName)},
		{e.S(t.TermLabel), e.S(e.T.Consent.TermName(rc.Consent.Term)) + " · " + runs},
	}
	if on := rc.Consent.Signed; !on.IsZero() {
		rows = append(rows, struct{ label, value string }{e.S(t.FormRef), formAs(e, "", on)})
	}
	y := table(c, r.From(2), rows) + 1
	words := told(e, rc)
	if asked {
		words = e.S(t.NotTold)
	}
	y += widget.Para(c, paint.Rect{X: r.X, Y: y, W: r.W, H: 2}, theme.Text, words)
	if _, n := e.Cards.Readable(); rc.Consent.Channel == ehrdesk.ByCard && n > 0 {
		y += widget.Para(c, paint.Rect{X: r.X, Y: y, W: r.W, H: 1}, theme.Strong, e.S(e.T.Card.HandBack))
	}
	if !rc.CodesFrom.IsZero() {
		y += widget.Para(c, paint.Rect{X: r.X, Y: y, W: r.W, H: 2}, theme.Text, text.Sprintf(e.S(t.CodesFrom), ehrdesk.At(rc.CodesFrom.In(e.Now().Location())).DateTime()))
	}
	if !rc.RecordsExpected.IsZero() {
		widget.Para(c, paint.Rect{X: r.X, Y: y, W: r.W, H: 2}, theme.Text, text.Sprintf(e.S(t.Expected), e.Clock(rc.RecordsExpected)))
	}
}

// told says how the patient hears of the act, and that they hear of no access where they have
// declined that; a centre that names no way tells them nothing.
func told(e *screen.Env, rc *ehrdesk.Receipt) string {
	if rc.Confirmed > 0 {
		return text.Sprintf(e.S(e.T.Capture.ToldOn), rc.Confirmed)
	}
	if rc.Notified == ehrdesk.NotifiedUnknown {
		return e.S(e.T.Find.ToldNotSaid)
	}
	if by := ehrdesk.CleanLine(rc.Notified); by != "" {
		words := text.Sprintf(e.S(e.T.Capture.Told), e.S(e.T.Find.By(by)))
		if rc.Untold {
			words += " " + e.S(e.T.Capture.Declined)
		}
		return words
	}
	return e.S(e.T.Capture.Declined)
}

// table draws labels beside their values, wrapped, and gives the row after it.
func table(c *paint.Canvas, r paint.Rect, rows []struct{ label, value string }) int {
	w := 0
	for _, row := range rows {
		w = max(w, paint.Width(row.label))
	}
	y := r.Y
	for _, row := range rows {
		c.Put(r.X, y, r.Right(), theme.Label, row.label)
		y += max(1, widget.Para(c, paint.Rect{X: r.X + w + 2, Y: y, W: r.W - w - 2, H: 3}, theme.Strong, row.value))
	}
	return y
}

// named is who a patient is: by name, or by number where no record has been seen.
func named(e *screen.Env, p ehrdesk.Patient) string {
	if p.Name == (ehrdesk.Name{}) {
		return p.Number().Printed()
	}
	return e.Facts().Name(p.Name)
}
