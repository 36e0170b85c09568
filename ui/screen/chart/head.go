package chart

import (
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// drawHead draws the banner with the risk letters and the consent, and below it the
// allergy line, and gives the rows used.
func (s *Screen) drawHead(c *paint.Canvas, r paint.Rect) int {
	e, told := s.env, false
	y := r.Y + e.BannerWith(c, r, s.patient, func(pairs []widget.Pair, w int, value, label paint.Style) []widget.Pair {
		pairs = s.withRisks(pairs, w, value, label)
		for _, consent := range s.consentWays(r.W, value, label) {
			if all := append(slices.Clip(pairs), consent...); rowsOf(all, w) == rowsOf(pairs, w) {
				pairs, told = all, true
				break
			}
		}
		return pairs
	})
	y += s.drawAllergies(c, r.From(y-r.Y))
	if !told { // beside the numbers there is no room for it
		_, st := s.consentSaid()
		y += widget.Flow(c, paint.Rect{X: r.X + 1, Y: y, W: r.W - 2, H: 2}, s.consentWays(r.W, st, theme.Label)[0], 1, true)
	}
	if rel := s.chart.Released(); rel.ID != "" {
		c.Fill(paint.Rect{X: r.X, Y: y, W: r.W, H: 1}, theme.Allergy, ' ')
		c.Put(r.X+1, y, r.Right(), theme.Allergy, text.Sprintf(e.S(e.T.Chart.ReleasedUntil), e.Clock(rel.Until)))
		y++
	}
	if e.Turn.Stands(e.Now()) { // its words stay: the screen says the same without colour
		c.Tint(paint.Rect{X: r.X, Y: r.Y, W: r.W, H: y - r.Y}, theme.Selected)
	}
	return y - r.Y
}

func rowsOf(pairs []widget.Pair, w int) int {
	return widget.Flow(nil, paint.Rect{W: w, H: 9}, pairs, screen.BannerGap(w+2), false)
}

// consentWays are the ways to say the consent, the longest first.
func (s *Screen) consentWays(w int, value, label paint.Style) [][]widget.Pair {
	e := s.env
	consent := s.chart.Consent()
	words, _ := s.consentSaid()
	pair := func(words string) widget.Pair {
		return widget.Pair{Label: e.S(e.T.Consent.Label), Value: words, Style: value, LabelStyle: label}
	}
	full := []widget.Pair{pair(words), {Value: "· " + e.S(e.T.Find.Purpose(s.purpose)), Style: value}}
	notified := full
	if n := ehrdesk.CleanLine(s.chart.Notified()); w >= 100 && !s.patient.Deceased {
		told := e.S(e.T.Find.NotNotified)
		switch n {
		case "":
		case ehrdesk.NotifiedUnknown:
			told = strings.TrimSuffix(strings.TrimSuffix(e.S(e.T.Find.ToldNotSaid), "."), "。")
		default:
			told = text.Sprintf(e.S(e.T.Find.NotifiedBy), e.S(e.T.Find.By(n)))
		}
		notified = append(slices.Clip(full), widget.Pair{Value: "· " + told, Style: label})
	}
	if w >= 100 { // whether the patient is told is said, on a row of its own where it must be
		return [][]widget.Pair{notified}
	}
	if at, cached := s.chart.AsOf(); cached { // when it was last checked is not left out
		return [][]widget.Pair{{pair(e.ConsentShort(consent) + " – " + e.CheckedAt(at))}}
	}
	return [][]widget.Pair{full, full[:1], {pair(e.ConsentShort(consent))}}
}

// consentSaid is the consent in words; of a chart opened without the line also when the centre
// last said so.
func (s *Screen) consentSaid() (string, paint.Style) {
	c := s.chart.Consent()
	if at, cached := s.chart.AsOf(); cached {
		return s.env.ConsentLine(c, true, at)
	}
	return s.env.ConsentLine(c, false, c.Since)
}

// withRisks adds the risk letters behind the gender, or behind the numbers where they
// would need a row of their own, and in words that resuscitation is refused, which no
// letter may stand for alone.
func (s *Screen) withRisks(pairs []widget.Pair, w int, value, label paint.Style) []widget.Pair {
	e, t := s.env, &s.env.T.Chart
	var letters []string
	for _, l := range s.book.Risks(s.risks()) {
		letters = append(letters, l.Letter)
	}
	if s.risks().Refused {
		pairs = append(pairs, widget.Pair{Value: e.S(t.NoResuscitation), Style: theme.Critical})
	}
	if len(letters) == 0 {
		return pairs
	}
	risk := widget.Pair{Label: e.S(t.Risk), Value: strings.Join(letters, " "), Style: value, LabelStyle: label}
	for i := range pairs {
		if i > 0 && pairs[i].Break {
			if with := slices.Insert(slices.Clone(pairs), i, risk); rowsOf(with, w) == rowsOf(pairs, w) {
				return with
			}
			break
		}
	}
	return append(pairs, risk)
}

// drawAllergies draws the allergy line in exactly one of its four states, each
// dated. No substance is cut.
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
		return s.drawListed(c, paint.Rect{X: in.X, Y: in.Y, W: in.W, H: r.H}, a)
	case ehrdesk.AllergyNoneKnown:
		return plain(theme.Text, s.noneKnown(a, in.W))
	case ehrdesk.AllergyNotRecorded:
		words := e.S(t.NotRecorded)
		switch {
		case !a.Date.IsZero(): // somebody wrote down that nothing is known: when, and who
			words = text.Sprintf(e.S(t.NoInformation), s.assessed(a.Date, a.Source, in.W-paint.Width(e.S(t.NoInformation))))
		case !at.IsZero():
			words = text.Sprintf(e.S(t.NotRecordedAt), ehrdesk.At(at.In(e.Now().Location())).DateTime())
		}
		if a.Over > 0 {
			return plain(theme.Text, words+" · "+text.Sprintf(e.S(t.AllergiesOver), a.Over))
		}
		return plain(theme.Muted, words)
	case ehrdesk.AllergyCannotKnow:
	}
	switch a.Reason {
	case "role":
		return plain(theme.Abnormal, e.S(t.CannotRole))
	case "restricted":
		return plain(theme.Abnormal, text.Sprintf(e.S(t.CannotRestricted), a.Withheld))
	case "aside":
		return plain(theme.Abnormal, e.S(t.CannotAside))
	case "not_asked":
		return plain(theme.Abnormal, e.S(t.CannotAsk))
	case "offline":
		return plain(theme.Abnormal, text.Sprintf(e.S(t.CannotOffline), e.Clock(e.Session.Link().Since)))
	default:
		return plain(theme.Abnormal, e.S(t.CannotSync))
	}
}

// assessed is when somebody looked, and who where that leaves the line in one row: the
// banner keeps to its rows, and the summary's line and the record have the whole of it.
func (s *Screen) assessed(at ehrdesk.When, source string, w int) string {
	date := s.language().Date(at)
	if words := join(date, source); paint.Width(words) <= w {
		return words
	}
	return date
}

// noneKnown says that there is no known allergy, when that was assessed, and what
// each assertion covers: none of foods is none of drugs. The assessors are left out
// where the line would go on in a second row for them.
func (s *Screen) noneKnown(a ehrdesk.Allergies, w int) string {
	if words := s.noneKnownBy(a, true); paint.Width(words) <= w {
		return words
	}
	return s.noneKnownBy(a, false)
}

func (s *Screen) noneKnownBy(a ehrdesk.Allergies, by bool) string {
	source := func(name string) string {
		if !by {
			return ""
		}
		return name
	}
	e, t := s.env, &s.env.T.Chart
	words := e.S(t.NoneKnownPlain)
	if !a.Date.IsZero() {
		words = text.Sprintf(e.S(t.NoneKnown), join(s.language().Date(a.Date), source(a.Source)))
	} else if source(a.Source) != "" {
		words += " " + ehrdesk.CleanLine(a.Source)
	}
	var scopes []string
	for i, n := range a.None {
		scope := ehrdesk.CleanLine(n.Scope)
		if text.OfAllAllergies(scope) && !n.Altered && !n.Unconfirmed { // what stands before it says no less
			scope = ""
		}
		if i > 0 && !n.Date.IsZero() {
			scope = strings.TrimSpace(scope + " (" + join(s.language().Date(n.Date), source(n.Source)) + ")")
		}
		if n.Unconfirmed {
			scope = strings.TrimSpace(scope + " " + e.S(t.Unconfirmed))
		}
		if n.Altered {
			scope = text.Sprintf(e.S(e.T.Facts.Phrases.Altered), scope)
		}
		if n.Uncoded {
			scope = join(scope, e.S(e.T.Facts.Phrases.NotCoded))
		}
		if scope != "" && !slices.Contains(scopes, scope) {
			scopes = append(scopes, scope)
		}
	}
	if len(scopes) > 0 {
		words += " · " + text.Sprintf(e.S(t.NoneScope), strings.Join(scopes, "; "))
	}
	return words
}

func join(date, source string) string {
	if source = ehrdesk.CleanLine(source); source != "" {
		return date + ", " + source
	}
	return date
}

// drawListed draws the allergies recorded: as many rows as they need, since a
// substance or a reaction left out is the one that harms. Only where more than
// maxAllergyRows would cover the list do the substances come first, all of
// them, and the reactions are one key away.
func (s *Screen) drawListed(c *paint.Canvas, r paint.Rect, a ehrdesk.Allergies) int {
	e, t := s.env, &s.env.T.Chart
	head := text.Sprintf(e.S(t.KnownAllergies), len(a.Entries))
	if !a.Date.IsZero() { // of the newest entry; its source too where there is room
		when := s.language().Date(a.Date)
		if r.W >= 110 {
			when = text.Sprintf(e.S(t.NewestEntry), join(when, a.Source))
		}
		head += " (" + when + ")"
	}
	if a.Withheld > 0 {
		head += " " + text.Sprintf(e.S(t.MoreRestricted), a.Withheld)
	}
	full, bare, reactions := make([]string, len(a.Entries)), make([]string, len(a.Entries)), false
	said := s.language()
	for i, en := range a.Entries {
		en.Substance, en.Reaction = said.Allergy(en)
		told := en
		if told.Reaction == "" {
			told.Reaction = e.S(e.T.Summary.NoReaction)
		}
		full[i] = entry(e.S(t.Unconfirmed), told)
		reactions = reactions || en.Reaction != ""
		en.Reaction = ""
		bare[i] = entry(e.S(t.Unconfirmed), en)
	}
	lines := flow(head, full, r.W)
	if len(lines) > commonAllergyRows { // an allergy goes on in the next row where that saves one, in no narrower layout
		if wrapped := paint.Wrap(nil, head+"  "+strings.Join(full, " · "), r.W-2); len(wrapped) < len(lines) && r.W >= 70 || len(lines) > maxAllergyRows {
			lines = wrapped
		}
	}
	if len(lines) > maxAllergyRows && reactions {
		lines = flow(head, append(bare, e.S(t.Reactions)), r.W)
	}
	if room := max(r.H-minListRows, maxAllergyRows); len(lines) > room { // a list longer than the window: the last row says so
		lines = append(lines[:room-1], text.Sprintf(e.S(t.AllAllergies), len(a.Entries)))
	}
	for i, line := range lines {
		c.Fill(paint.Rect{X: r.X - 1, Y: r.Y + i, W: r.W + 2, H: 1}, theme.Allergy, ' ')
		x := r.X
		if i > 0 {
			x += 2
		}
		c.Put(x, r.Y+i, r.Right(), theme.Allergy, line)
	}
	return len(lines)
}

// commonAllergyRows is how many rows of the banner's four allergies have beside the
// identity and the consent, maxAllergyRows how many with their reactions they may take,
// minListRows what stays for the rest of the chart whatever there is to list.
const (
	commonAllergyRows = 2
	maxAllergyRows    = 4
	minListRows       = 9
)

// flow sets items one after another behind head, a new row for one that does not
// fit in the rest of its row; one longer than a row is wrapped. Rows after the
// first are two cells shorter.
func flow(head string, items []string, w int) []string {
	var out []string
	line, gap := head, "  "
	for i, item := range items {
		if i < len(items)-1 {
			item += " ·"
		}
		limit := w
		if len(out) > 0 {
			limit -= 2
		}
		if paint.Width(line)+len(gap)+paint.Width(item) <= limit {
			line, gap = line+gap+item, " "
			continue
		}
		wrapped := paint.Wrap(nil, item, w-2)
		out = append(append(out, line), wrapped[:len(wrapped)-1]...)
		line, gap = wrapped[len(wrapped)-1], " "
	}
	return append(out, line)
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
