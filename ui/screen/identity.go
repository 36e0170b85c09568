package screen

import (
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// Identity is the patient's banner as pairs: name, birth, gender, numbers, in
// the order of the banner rules; nothing is cut anywhere.
func (e *Env) Identity(p ehrdesk.Patient, value, label, name paint.Style) []widget.Pair {
	t := &e.T.Patient
	known := func(s string) string {
		if s == "" {
			return e.S(t.NotKnown)
		}
		return s
	}
	said := e.Facts()
	pairs := []widget.Pair{{Value: known(said.Name(p.Name)), Style: name}}
	born := known(p.Born.Date())
	if age := e.Age(p.Age(e.Now())); age != "" && !p.Deceased {
		born += " (" + age + ")"
	}
	pairs = append(pairs, widget.Pair{Label: e.S(t.Born), Value: born, Style: value, LabelStyle: label})
	if p.Deceased {
		pairs = append(pairs, widget.Pair{Label: e.S(t.Died), Value: known(said.Date(p.Died)), Style: value, LabelStyle: label})
		if !p.Died.IsZero() {
			if age := e.Age(p.Age(e.Now())); age != "" {
				pairs = append(pairs, widget.Pair{Label: e.S(t.AgeAtDeath), Value: age, Style: value, LabelStyle: label})
			}
		}
	}
	pairs = append(pairs, widget.Pair{Label: e.S(t.Gender), Value: e.S(t.GenderName(p.Gender)), Style: value, LabelStyle: label})
	number := true
	if !p.HKIC.IsZero() {
		pairs = append(pairs, widget.Pair{Label: e.S(t.HKIC), Value: p.HKIC.Printed(), Style: value, LabelStyle: label, Break: true})
		number = false
	}
	for _, d := range p.Documents {
		if p.HKIC.IsZero() {
			pairs = append(pairs, widget.Pair{Label: e.DocumentType(d.Type), Value: ehrdesk.CleanLine(strings.TrimSpace(d.Issuer + " " + d.Number)), Style: value, LabelStyle: label, Break: number})
			number = false
		}
	}
	if !p.EHR.IsZero() {
		pairs = append(pairs, widget.Pair{Label: e.S(t.EHR), Value: p.EHR.Printed(), Style: value, LabelStyle: label, Break: number})
	}
	if not := said.Standing(&p); not != "" { // the record of somebody else's is the one to use
		pairs = append(pairs, widget.Pair{Value: not, Style: value, Break: true})
	}
	return pairs
}

// Facts says facts in the screen's language and by the desk's clock.
func (e *Env) Facts() text.Words {
	return e.T.Words(e.Lang, e.Now().Location()).With(e.Codes).At(e.Now())
}

// DocumentType is the name of an identity document in the screen's language.
func (e *Env) DocumentType(code string) string {
	for _, d := range ehrdesk.DocumentTypes() {
		if d.Code == code {
			if e.Lang == text.English {
				return d.English
			}
			return d.Chinese
		}
	}
	return ehrdesk.CleanLine(code)
}

// Banner draws the patient's banner over r's full width and gives its rows: two
// at least, more where a long name needs them. Somebody who died is told by
// words and by the hatched ground.
func (e *Env) Banner(c *paint.Canvas, r paint.Rect, p ehrdesk.Patient) int {
	return e.BannerWith(c, r, p, nil)
}

// BannerWith is Banner with what else belongs beside the patient: add gives the pairs,
// from those of the identity and the width that there is for them.
func (e *Env) BannerWith(c *paint.Canvas, r paint.Rect, p ehrdesk.Patient, add func(pairs []widget.Pair, w int, value, label paint.Style) []widget.Pair) int {
	value, label, fill := theme.Banner, theme.BannerLabel, ' '
	in := r.Inset(1)
	if p.Deceased {
		value, label, fill = theme.Deceased, theme.Deceased, '/'
		in.W -= 6
	}
	pairs := e.Identity(p, value, label, value)
	if add != nil {
		pairs = add(pairs, in.W, value, label)
	}
	rows := max(2, widget.Flow(c, in, pairs, BannerGap(r.W), false))
	c.Fill(r.Top(rows), label, ' ')
	if fill != ' ' {
		c.Fill(paint.Rect{X: r.Right() - 6, Y: r.Y, W: 6, H: rows}, label, fill)
	}
	widget.Flow(c, in, pairs, BannerGap(r.W), true)
	return rows
}

// BannerGap is the number of cells between two values of a banner that is w wide.
func BannerGap(w int) int {
	if w < 100 {
		return 2
	}
	return 3
}

// ConsentLine says how the sharing consent stands, with its dates.
func (e *Env) ConsentLine(s ehrdesk.SharingConsent, cached bool, checked time.Time) (words string, st paint.Style) {
	t := &e.T.Consent
	date := func(at time.Time) string { return ehrdesk.At(at.In(e.Now().Location())).Date() }
	state := s.StateAt(e.Now())
	if cached && checked.IsZero() {
		state = ehrdesk.ConsentUnknown
	}
	switch state {
	case ehrdesk.ConsentActive:
		words, st = e.S(t.Indefinite), theme.Good
		if !s.Until.IsZero() {
			days := calendarDays(e.Now(), s.Until)
			words = text.Sprintf(e.S(t.Ends), e.S(t.TermName(s.Term)), date(s.Until), days)
		} else if !s.Since.IsZero() {
			words = text.Sprintf(e.S(t.Since), e.S(t.Indefinite), date(s.Since))
		}
		if s.Channel != "" {
			words += " (" + e.S(t.ChannelName(s.Channel)) + ")"
		}
	case ehrdesk.ConsentDeemed:
		words, st = e.S(t.Deemed), theme.Good
	case ehrdesk.ConsentExpired:
		words, st = e.S(t.Expired), theme.Abnormal
		if !s.Until.IsZero() {
			words += " " + date(s.Until)
		}
	case ehrdesk.ConsentWithdrawn:
		words, st = e.S(t.Withdrawn), theme.Abnormal
		if !s.Ended.IsZero() {
			words += " " + date(s.Ended)
		}
	case ehrdesk.ConsentPending:
		words, st = e.S(t.Pending), theme.Abnormal
	case ehrdesk.ConsentUnknown:
		words, st = e.S(t.Unknown), theme.Abnormal
	default:
		words, st = e.S(t.None), theme.Abnormal
	}
	if cached {
		words += " – " + e.LastChecked(checked)
	}
	return words, st
}

// CheckedAt is LastChecked where the status line says that the desk is offline.
func (e *Env) CheckedAt(at time.Time) string {
	return text.Sprintf(e.S(e.T.Consent.CheckedAt), ehrdesk.At(at.In(e.Now().Location())).DateTime())
}

// LastChecked says when the centre last said how a consent stands.
func (e *Env) LastChecked(at time.Time) string {
	last := e.S(e.T.Consent.Never)
	if !at.IsZero() {
		last = ehrdesk.At(at.In(e.Now().Location())).DateTime()
	}
	return text.Sprintf(e.S(e.T.Consent.LastChecked), last)
}

// ConsentShort is the consent line where there is room for no more than how it
// stands and when it ends.
func (e *Env) ConsentShort(s ehrdesk.SharingConsent) string {
	t := &e.T.Consent
	switch {
	case s.StateAt(e.Now()) != ehrdesk.ConsentActive:
	case !s.Until.IsZero():
		return text.Sprintf(e.S(t.EndsShort), e.S(t.TermName(s.Term)), ehrdesk.At(s.Until.In(e.Now().Location())).Date())
	case !s.Since.IsZero():
		return text.Sprintf(e.S(t.SinceShort), e.S(t.Indefinite), ehrdesk.At(s.Since.In(e.Now().Location())).Date())
	}
	words, _ := e.ConsentLine(s, false, s.Since)
	return words
}

// calendarDays counts the days from one date to another, whatever the hour.
func calendarDays(from, to time.Time) int {
	to = to.In(from.Location())
	day := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }
	return int(day(to).Sub(day(from)).Hours() / 24)
}

// DrawConsent draws the consent line, wrapped where it must be, and gives its rows.
func (e *Env) DrawConsent(c *paint.Canvas, r paint.Rect, f ehrdesk.Finding) int {
	words, st := e.ConsentLine(f.Consent, f.Cached, f.Checked)
	return widget.Flow(c, r.Inset(1), []widget.Pair{{Label: e.S(e.T.Consent.Label), Value: words, Style: st, LabelStyle: theme.Label}}, 1, true)
}

// Age puts the units of an age into the screen's language: "68y" or 「68歲」.
func (e *Env) Age(s string) string {
	if e.Lang == text.English || s == "" {
		return s
	}
	return e.T.Patient.AgeIn(e.Lang, s)
}

// RoleName is a profession in the screen's language.
func (e *Env) RoleName(p ehrdesk.Profession) string { return e.S(e.T.Role(p)) }

// Elapsed is a duration for people: "3 s", "2 h 10 m".
func (e *Env) Elapsed(d time.Duration) string {
	t := &e.T.Common
	switch {
	case d < time.Minute:
		return text.Sprintf(e.S(t.Seconds), int(d.Seconds()))
	case d < time.Hour:
		return text.Sprintf(e.S(t.Minutes), int(d.Minutes()))
	case d < 48*time.Hour:
		return text.Sprintf(e.S(t.Hours), int(d.Hours()), int(d.Minutes())%60)
	default:
		return text.Sprintf(e.S(t.Days), int(d.Hours()/24))
	}
}

// slowAfter is how long a job runs before its time is worth saying.
const slowAfter = 500 * time.Millisecond

// Slow reports a job that is worth a word although nothing is said of its like.
func (e *Env) Slow(j *Job) bool { return j.Running() && e.Now().Sub(j.since) >= slowAfter }

// Progress is what a running job says: its words, the time it has taken once
// that is worth saying, and how to stop it.
func (e *Env) Progress(j *Job, words text.T) string {
	s := e.S(words)
	if d := e.Now().Sub(j.since); d >= slowAfter {
		s += " " + e.Elapsed(d)
	}
	return e.Working.Mark() + " " + s + " · " + e.S(e.T.Common.EscCancels)
}

// Clock is a time of day.
func (e *Env) Clock(t time.Time) string { return t.In(e.Now().Location()).Format("15:04") }
