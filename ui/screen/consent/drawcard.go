package consent

import (
	"errors"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// drawCard draws the step of the patient's card: what to do, what was read
// beside the centre's record, and what it proves.
func (s *Screen) drawCard(c *paint.Canvas, r paint.Rect) {
	e, t := s.env, &s.env.T.Card
	c.Put(r.X, r.Y, r.Right(), theme.Strong, e.S(t.StepTitle))
	c.SetCursor(r.X, r.Y)
	y := r.Y + 1
	rest := func() paint.Rect { return paint.Rect{X: r.X, Y: y, W: r.W, H: max(0, r.Bottom()-y)} }
	y += widget.Para(c, rest(), theme.Muted, e.S(t.StepLead)) + 1
	switch _, n := e.Cards.Readable(); {
	case s.card.Job.Running():
		c.Put(r.X, y, r.Right(), theme.Syncing, e.Progress(&s.card.Job, t.Reading))
		return
	case n > 1:
		widget.Para(c, rest(), theme.Abnormal, "! "+e.S(t.Two))
		return
	case s.card.Reading != nil:
		y = s.drawMatch(c, rest()) + 1
		y += s.drawVerdict(c, rest())
	case s.card.Err != nil:
		y += widget.Para(c, rest(), theme.Critical, "! "+s.cardWords())
		if n > 0 {
			y += widget.Para(c, rest(), theme.Text, e.S(t.Again))
		}
	case e.CardWhy() != "":
		y += widget.Para(c, rest(), theme.Abnormal, "! "+e.CardWhy())
	default:
		y += widget.Para(c, rest(), theme.Strong, "▸ "+text.Sprintf(e.S(t.InsertIn), e.Cards.Reader()))
	}
	if s.card.Err == nil {
		s.foot(c, paint.Rect{X: r.X, Y: y + 1, W: r.W, H: 2})
	}
}

// cardWords says why there is no reading: the card's fault, or the centre's.
func (s *Screen) cardWords() string {
	var k ehrdesk.CardFault
	switch {
	case errors.As(s.card.Err, &k):
		return s.env.S(s.env.T.Card.Faults[k])
	case ehrdesk.CodeOf(s.card.Err) == ehrdesk.CodeCard:
		return s.env.S(s.env.T.Card.NotTaken)
	}
	return s.env.ExplainLine(s.card.Err)
}

// drawMatch draws card and record side by side and gives the row after them.
func (s *Screen) drawMatch(c *paint.Canvas, r paint.Rect) int {
	e, t := s.env, &s.env.T.Card
	w := 0
	for _, f := range s.card.Match {
		w = max(w, paint.Width(e.S(t.Fields[f.Name])))
	}
	left := r.X + w + 4
	right := left + min(40, (r.Right()-left)/2)
	c.Put(left, r.Y, right-1, theme.Label, e.S(t.OnCard))
	c.Put(right, r.Y, r.Right(), theme.Label, e.S(t.AtCentre))
	y := r.Y + 1
	held := func(v string) string {
		if v == "" {
			return "– " + e.S(t.Silent)
		}
		return ehrdesk.CleanLine(v)
	}
	rows := s.card.Match
	if rows.OtherPerson() {
		rows = rows[:1] // the rest is that person's, and decides nothing here
	}
	for _, f := range rows {
		mark, st := "✓ ", theme.Text
		switch f.Agreement {
		case ehrdesk.CardDiffers:
			mark, st = "≠ ", theme.Critical
		case ehrdesk.CardSilent:
			mark, st = "· ", theme.Muted
		case ehrdesk.CardAgrees:
		}
		cardWords, centreWords := held(f.Card), held(f.Centre)
		if f.Name == "sex" {
			cardWords, centreWords = held(s.gender(f.Card)), held(s.gender(f.Centre))
		}
		c.Put(r.X, y, left, st, mark+e.S(t.Fields[f.Name]))
		a := widget.Para(c, paint.Rect{X: left, Y: y, W: right - left - 1, H: 3}, st, cardWords)
		b := widget.Para(c, paint.Rect{X: right, Y: y, W: r.Right() - right, H: 3}, st, centreWords)
		if f.Agreement == ehrdesk.CardDiffers {
			c.Put(right+paint.Width(centreWords)+1, y+b-1, r.Right(), theme.Critical, e.S(t.FieldDiffers))
		}
		y += max(1, a, b)
	}
	return y
}

func (s *Screen) gender(g string) string {
	if g == "" {
		return ""
	}
	return s.env.S(s.env.T.Patient.GenderName(ehrdesk.Gender(g)))
}

// drawVerdict says what the reading is worth, and what follows from it.
func (s *Screen) drawVerdict(c *paint.Canvas, r paint.Rect) int {
	e, t, k := s.env, &s.env.T.Card, &s.card
	switch {
	case k.Match.OtherPerson():
		return widget.Para(c, r, theme.Critical, "! "+e.S(t.OtherPerson))
	case !k.Match.Holds():
		return widget.Para(c, r, theme.Critical, "! "+e.S(t.DiffersDo))
	case k.Reading.Proof != ehrdesk.CardGenuineChip:
		return widget.Para(c, r, theme.Abnormal, "! "+e.S(t.SeenOnly))
	default:
		return widget.Para(c, r, theme.Good, "● "+e.S(t.LookAtHolder))
	}
}
