package chart

import (
	"fmt"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// drawHead draws the banner, the allergy line and the consent line, and gives
// the rows used.
func (s *Screen) drawHead(c *paint.Canvas, r paint.Rect) int {
	e := s.env
	y := r.Y + e.Banner(c, r, s.patient)
	y += s.drawAllergies(c, r.From(y-r.Y))
	consent := s.chart.Consent()
	words, st := e.ConsentLine(consent, false, consent.Since)
	pairs := []widget.Pair{
		{Label: e.S(e.T.Consent.Label), Value: words, Style: st, LabelStyle: theme.Label},
		{Value: "· " + e.S(e.T.Find.Purpose(s.purpose)), Style: theme.Text},
	}
	if n := ehrdesk.CleanLine(s.chart.Notified()); n != "" && r.W >= 100 {
		pairs = append(pairs, widget.Pair{Value: "· " + fmt.Sprintf(e.S(e.T.Find.NotifiedBy), e.S(e.T.Find.By(n))), Style: theme.Muted})
	}
	y += widget.Flow(c, paint.Rect{X: r.X + 1, Y: y, W: r.W - 2, H: 2}, pairs, 1, true)
	return y - r.Y
}

// drawAllergies draws the allergy line in exactly one of its four states, each
// dated. No substance is cut: what does not fit is counted.
func (s *Screen) drawAllergies(c *paint.Canvas, r paint.Rect) int {
	e, t := s.env, &s.env.T.Chart
	a := s.chart.Allergies()
	in := paint.Rect{X: r.X + 1, Y: r.Y, W: r.W - 2, H: 2}
	plain := func(st paint.Style, words string) int {
		return max(1, widget.Para(c, in, st, words))
	}
	at, _ := s.chart.AsOf()
	switch a.State {
	case ehrdesk.AllergyListed:
		c.Fill(r.Top(1), theme.Allergy, ' ')
		return s.drawListed(c, in, a)
	case ehrdesk.AllergyNoneKnown:
		words := e.S(t.NoneKnownPlain)
		if !a.Date.IsZero() {
			words = fmt.Sprintf(e.S(t.NoneKnown), join(a.Date.Date(), a.Source))
		} else if a.Source != "" {
			words += " " + ehrdesk.CleanLine(a.Source)
		}
		if a.NoneScope != "" {
			words += " · " + fmt.Sprintf(e.S(t.NoneScope), ehrdesk.CleanLine(a.NoneScope))
		}
		return plain(theme.Text, words)
	case ehrdesk.AllergyNotRecorded:
		if at.IsZero() {
			return plain(theme.Muted, e.S(t.NotRecorded))
		}
		return plain(theme.Muted, fmt.Sprintf(e.S(t.NotRecordedAt), ehrdesk.At(at.In(e.Now().Location())).DateTime()))
	}
	switch a.Reason {
	case "role":
		return plain(theme.Abnormal, e.S(t.CannotRole))
	case "offline":
		return plain(theme.Abnormal, fmt.Sprintf(e.S(t.CannotOffline), e.Clock(e.Session.Link().Since)))
	default:
		return plain(theme.Abnormal, e.S(t.CannotSync))
	}
}

func join(date, source string) string {
	if source = ehrdesk.CleanLine(source); source != "" {
		return date + ", " + source
	}
	return date
}

func (s *Screen) drawListed(c *paint.Canvas, r paint.Rect, a ehrdesk.Allergies) int {
	e, t := s.env, &s.env.T.Chart
	c.Fill(paint.Rect{X: r.X - 1, Y: r.Y, W: r.W + 2, H: 1}, theme.Allergy, ' ')
	x := c.Put(r.X, r.Y, r.Right(), theme.Allergy, fmt.Sprintf(e.S(t.KnownAllergies), len(a.Entries)))
	if !a.Date.IsZero() { // of the newest entry; its source too where there is room
		when := a.Date.Date()
		if r.W >= 110 {
			when = fmt.Sprintf(e.S(t.NewestEntry), join(when, a.Source))
		}
		x = c.Put(x, r.Y, r.Right(), theme.Allergy, " ("+when+")")
	}
	x = c.Put(x, r.Y, r.Right(), theme.Allergy, "  ")
	y, rows := r.Y, 1
	for i, en := range a.Entries {
		words := entry(e.S(t.Unconfirmed), en)
		if i < len(a.Entries)-1 {
			words += " ·"
		}
		reserve := 0
		if rows == 2 && i < len(a.Entries)-1 {
			reserve = 18
		}
		if x+paint.Width(words)+reserve > r.Right() {
			if rows == 2 {
				c.Put(x, y, r.Right(), theme.Allergy, fmt.Sprintf(e.S(t.MoreAllergies), len(a.Entries)-i))
				return rows
			}
			rows, y, x = 2, y+1, r.X+2
			c.Fill(paint.Rect{X: r.X - 1, Y: y, W: r.W + 2, H: 1}, theme.Allergy, ' ')
			if x+paint.Width(words)+reserve > r.Right() { // longer than a line by itself: said, not cut
				c.Put(x, y, r.Right(), theme.Allergy, fmt.Sprintf(e.S(t.MoreAllergies), len(a.Entries)-i))
				return rows
			}
		}
		x = c.Put(x, y, r.Right(), theme.Allergy, words) + 1
	}
	return rows
}

// entry is one allergy: the substance, always with its reaction where known.
func entry(unconfirmed string, en ehrdesk.AllergyEntry) string {
	var b strings.Builder
	b.WriteString(ehrdesk.CleanLine(en.Substance))
	if en.Reaction != "" {
		b.WriteString(" – " + ehrdesk.CleanLine(en.Reaction))
	}
	if en.Unconfirmed {
		b.WriteString(" " + unconfirmed)
	}
	return b.String()
}
