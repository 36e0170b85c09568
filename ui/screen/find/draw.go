package find

import (
	"errors"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// Draw paints the field and what is known below it.
func (s *Screen) Draw(c *paint.Canvas, r paint.Rect) {
	e, t := s.env, &s.env.T.Find
	if s.found != nil && s.found.Participation != ehrdesk.NotRegistered {
		s.drawCard(c, r)
		return
	}
	in := paint.Rect{X: r.X + 2, Y: r.Y + 1, W: min(r.W-4, 110), H: r.H - 1}
	c.Put(in.X, in.Y, in.Right(), theme.Title, e.S(t.Title))
	y := in.Y + 2
	x := c.Put(in.X, y, in.Right(), theme.Label, e.S(t.Label)+"  ")
	w := min(24, in.Right()-x)
	s.in.Draw(c, x, y, w, s.found == nil)
	if s.err == nil {
		c.Put(x+w+2, y, in.Right(), theme.Good, s.reads())
	}
	y += 2
	body := paint.Rect{X: in.X, Y: y, W: in.W, H: in.Bottom() - y}
	switch {
	case s.reading.Running():
		c.Put(body.X, y, body.Right(), theme.Syncing, e.Progress(&s.reading, e.T.Card.Reading))
	case s.cardErr != nil:
		widget.Para(c, body, theme.Critical, "! "+e.S(e.CardFault(s.cardErr)))
	case s.job.Running():
		c.Put(body.X, y, body.Right(), theme.Syncing, e.Progress(&s.job, t.Looking))
	case s.found != nil:
		c.SetCursor(body.X, y)
		y += widget.Para(c, body, theme.Strong, e.S(t.NotRegistered))
		widget.Para(c, body.From(y-body.Y), theme.Text, e.S(t.NotRegisteredDo))
	case s.failure != nil:
		s.drawFailure(c, body)
	case !s.confirm.IsZero() || errors.Is(s.err, ehrdesk.ErrHKICNoCheckDigit):
		st := theme.Text
		if !s.confirm.IsZero() {
			st = theme.Strong
		}
		widget.Para(c, body, st, text.Sprintf(e.S(t.Completed), s.number.HKIC.Printed()))
	case !s.warning.None():
		widget.Para(c, body, theme.Abnormal, "! "+s.env.Words(s.warning))
	default:
		n := 0
		if s.said != (text.T{}) {
			n = widget.Para(c, body, theme.Abnormal, "! "+e.S(s.said)) + 1
		}
		n += widget.Para(c, body.From(n), theme.Muted, e.S(t.Lead))
		if e.CardWhy() == "" {
			n += widget.Para(c, body.From(n), theme.Muted, e.S(e.T.Card.Insert))
		}
		s.drawChoices(c, body.From(max(3, n+1)))
	}
}

// reads is the number in its printed form, as the field is understood.
func (s *Screen) reads() string {
	t := &s.env.T.Find
	switch {
	case s.number.Document.Number != "":
		d := s.number.Document
		return s.env.DocumentType(d.Type) + " " + ehrdesk.CleanLine(strings.TrimSpace(d.Issuer+" "+d.Number))
	case !s.number.HKIC.IsZero():
		return text.Sprintf(s.env.S(t.AcceptHKIC), s.number.HKIC.Printed())
	}
	return text.Sprintf(s.env.S(t.AcceptEHR), s.number.EHR.Printed())
}

func (s *Screen) drawFailure(c *paint.Canvas, r paint.Rect) {
	what, todo := s.env.Explain(s.failure)
	if ehrdesk.CodeOf(s.failure) == ehrdesk.CodeOffline {
		what = s.env.S(s.env.T.Find.OfflineLead)
	}
	n := widget.Para(c, r, theme.Critical, "! "+what)
	n += widget.Para(c, r.From(n), theme.Text, todo)
	if s.blind() {
		widget.Para(c, r.From(n+1), theme.Text, s.env.S(s.env.T.Find.BlindForm))
	}
}

func (s *Screen) drawCard(c *paint.Canvas, r paint.Rect) {
	e, t, f := s.env, &s.env.T.Find, s.found
	y := r.Y + e.Banner(c, r, f.Patient)
	in := paint.Rect{X: r.X + 1, Y: y, W: min(r.W-2, 120), H: r.Bottom() - y}
	y += e.DrawConsent(c, r.From(y-r.Y), *f)
	c.HLine(r.X, y, r.Right(), theme.Rule)
	y += 2
	body := func() paint.Rect { return paint.Rect{X: in.X, Y: y, W: in.W, H: r.Bottom() - y} }
	head, lead := s.headline()
	c.SetCursor(in.X, y)
	y += widget.Para(c, body(), theme.Title, head)
	if f.Cached {
		y += widget.Para(c, body(), theme.Abnormal, text.Sprintf(e.S(t.CachedLead), ehrdesk.At(f.Checked.In(e.Now().Location())).DateTime()))
	}
	y += widget.Para(c, body(), theme.Text, lead)
	for _, l := range s.asides() {
		y += widget.Para(c, body(), l.style, l.words)
	}
	if s.card != nil {
		words, st := e.CardLine(s.card, f.Patient)
		y += widget.Para(c, body(), st, words)
	}
	switch s.next() {
	case nextConsent:
		y++
		s.drawWays(c, body())
	case nextVerify:
		widget.Option(c, in.X, y+1, in.Right(), true, "", e.S(t.VerifyWay), "")
	case nextOpen:
		s.drawOpening(c, paint.Rect{X: in.X, Y: y + 1, W: in.W, H: r.Bottom() - y - 1})
	case nextPatient:
	}
}

// drawOpening says, before the record is opened, what for, under which rule, and what
// the patient is told of it.
func (s *Screen) drawOpening(c *paint.Canvas, r paint.Rect) {
	e, t := s.env, &s.env.T.Find
	told := t.Notified
	switch {
	case s.found.Cached:
		told = t.OfflineOpen
	case s.elsewhere():
		told = t.ToldNotSaid
	case s.found.Untold:
		told = e.T.Capture.Declined
	}
	n := widget.Para(c, r, theme.Strong, text.Sprintf(e.S(t.OpensFor), e.S(t.Purpose(screen.UsualPurpose(e.Account().Role)))))
	n += widget.Para(c, r.From(n), theme.Muted, e.S(t.PurposeLead))
	widget.Para(c, r.From(n), theme.Text, e.S(told))
}

// aside is a line below the answer that is not part of it.
type aside struct {
	words string
	style paint.Style
}

// asides say what the provider may do, what waits, and what to think of.
func (s *Screen) asides() (out []aside) {
	e, t, f := s.env, &s.env.T.Find, s.found
	if words := s.rights(); words != "" {
		out = append(out, aside{words, theme.Muted})
	}
	switch f.Waiting {
	case ehrdesk.AuditRevoke:
		out = append(out, aside{e.S(t.WithdrawnHere), theme.Abnormal})
	case ehrdesk.AuditGrant, ehrdesk.AuditVerify:
		words := t.WaitsHere
		if f.Second {
			words = e.T.Second.Waits
		}
		out = append(out, aside{e.S(words), theme.Abnormal})
	}
	if at := f.RecordsExpected; !at.IsZero() {
		words := t.ExpectedBy
		if !e.Now().Before(at) {
			words = t.ExpectedOver
		}
		out = append(out, aside{text.Sprintf(e.S(words), e.Clock(at)), theme.Syncing})
	}
	if day, ok := adultSince(f, e.Now()); ok {
		out = append(out, aside{text.Sprintf(e.S(t.TurnedAdult), day.Date(), e.S(e.T.Capture.Giver(f.Consent.Giver.Kind))), theme.Abnormal})
	}
	if w := s.waitLine(); w != "" {
		out = append(out, aside{w, theme.Syncing})
	}
	return out
}

// rights are what the provider may do, and why not; "" where there is nothing to say.
func (s *Screen) rights() string {
	e, t, f := s.env, &s.env.T.Find, s.found
	view := f.MayView(e.Now())
	if !view && (f.Patient.Deceased || f.Participation != ehrdesk.Registered) {
		return ""
	}
	deposit := e.S(t.DepositYes)
	bar := f.NoDeposit
	if s.elsewhere() { // whatever the answer says of it
		bar = ehrdesk.BarServer
	}
	switch bar {
	case "":
	case ehrdesk.BarAgreement:
		deposit = e.S(t.DepositNot)
	case ehrdesk.BarGate:
		deposit = e.S(t.DepositGate)
	case ehrdesk.BarServer:
		deposit = e.S(t.DepositServer)
	}
	switch {
	case f.NoView != "":
		return deposit + " · " + e.S(t.ViewClosed)
	case !view:
		return deposit + " · " + e.S(t.ViewNot)
	case s.elsewhere():
		return deposit + " · " + e.S(t.ViewYes) + " · " + e.S(t.JoinedUnsaid)
	}
	return deposit + " · " + e.S(t.ViewYes)
}

// adultSince is the 16th birthday of somebody for whom another consented before
// it, once it has come. What that does to the consent no source says; the
// patient is to be asked.
func adultSince(f *ehrdesk.Finding, now time.Time) (ehrdesk.When, bool) {
	g := f.Consent.Giver.Kind
	if g == "" || g == ehrdesk.SelfGiver || f.Patient.Born.IsZero() || !f.Consent.StateAt(now).Allows() {
		return ehrdesk.When{}, false
	}
	b := f.Patient.Born.Time
	day := ehrdesk.Day(b.Year()+16, b.Month(), b.Day())
	return day, !now.Before(day.Time) && f.Consent.Since.Before(day.Time)
}

// headline is the answer in words, and what follows from it.
func (s *Screen) headline() (head, lead string) {
	e, t, f := s.env, &s.env.T.Find, s.found
	switch f.Participation {
	case ehrdesk.Unverified:
		if !e.TakesConsent() {
			return e.S(t.Unverified), e.S(t.OfficerLead)
		}
		return e.S(t.Unverified), e.S(t.UnverifiedDo)
	case ehrdesk.Left:
		return e.S(t.Left), e.S(t.LeftDo)
	case ehrdesk.NotRegistered, ehrdesk.Registered, ehrdesk.KnownHere:
	}
	ask := text.Sprintf(e.S(t.NoConsentLead), ehrdesk.CleanLine(e.Account().ProviderName))
	if s.elsewhere() {
		ask = text.Sprintf(e.S(t.FormLead), ehrdesk.CleanLine(e.Account().ProviderName))
	}
	defer func() {
		if _, after, ok := strings.Cut(head, " · "); ok && s.elsewhere() { // that somebody is registered it cannot say
			head = e.S(t.Known) + " · " + after
		}
	}()
	switch {
	case !e.TakesConsent():
		ask = e.S(t.OfficerLead)
	case f.Patient.Deceased:
		ask = e.S(e.T.Capture.Died)
	case f.Cached:
		ask = e.S(e.T.Errors.Offline.What) + e.S(e.T.Errors.Offline.Do)
	}
	switch s.state() {
	case ehrdesk.ConsentActive, ehrdesk.ConsentDeemed:
		lead = e.S(t.Ready)
		switch {
		case !e.TakesConsent():
			lead = ask
		case !e.Clinical():
			lead = e.S(t.FrontDesk)
		case f.NoView != "":
			lead = e.S(t.ViewLead)
		}
		return e.S(t.Active), lead
	case ehrdesk.ConsentUnknown:
		return e.S(t.UnknownState), e.S(t.ReadyUnknown)
	case ehrdesk.ConsentExpired:
		return e.S(t.Expired), ask
	case ehrdesk.ConsentWithdrawn:
		return e.S(t.Withdrawn), ask
	case ehrdesk.ConsentPending:
		return e.S(t.PendingLead), ask
	default:
		return e.S(t.NoConsent), ask
	}
}

// drawWays lists the five channels: those of the desk with their keys, and why
// one is not to be had.
func (s *Screen) drawWays(c *paint.Canvas, r paint.Rect) {
	e, t := s.env, &s.env.T.Find
	type way struct {
		channel   ehrdesk.Channel
		key, text string
	}
	ways := []way{{ehrdesk.ByAccessKey, "2", e.S(t.WayKey)}, {ehrdesk.ByForm, "3", e.S(t.WayForm)}}
	onPhone := way{key: "6", text: e.S(t.WayPhone)}
	own := []way{{key: "4", text: e.S(t.WayApp)}, {key: "5", text: e.S(t.WayIVRS)}}
	if !s.keyLocked() && ehrdesk.ConsentsAlone(s.found.Patient, e.Now()) {
		own = append(own, onPhone)
	}
	var others []way
	if s.keyLocked() && !s.elsewhere() {
		ways, others = ways[1:], append(others, way{text: s.whyKeyLocked()})
	}
	switch why := e.CardWhy(); {
	case s.elsewhere():
		ways, own = ways[len(ways)-1:], nil
		others = append(others, way{text: e.S(t.FormAlone)})
	case why == "":
		ways = append([]way{{ehrdesk.ByCard, "1", e.S(t.WayCard)}}, ways...)
	default:
		others = append(others, way{text: text.Sprintf(e.S(t.WayNoCard), why)})
	}
	y, first := r.Y, s.firstWay()
	for _, w := range ways {
		if w.channel == first {
			w.text += "  (Enter)"
		}
		widget.Option(c, r.X, y, r.Right(), w.channel == first, w.key, w.text, "")
		y++
	}
	for _, w := range own {
		widget.Option(c, r.X, y, r.Right(), false, w.key, w.text, "")
		y++
	}
	for _, w := range others {
		c.Put(r.X+2, y, r.Right(), theme.Muted, "·")
		y += widget.Para(c, paint.Rect{X: r.X + 5, Y: y, W: r.Right() - r.X - 5, H: 2}, theme.Muted, w.text)
	}
}

var _ interface {
	screen.Screen
	screen.CardFollower
	screen.Concealer
	screen.Resumer
	screen.Listener
} = (*Screen)(nil)
