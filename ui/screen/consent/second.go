package consent

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// Approval is an act that waits for a second person, whole, as they compare it with the paper.
type Approval struct {
	env     *screen.Env
	id      string
	held    *ehrdesk.HeldAct
	reason  *widget.Input // why it is refused; nil while nobody refuses it
	wrong   screen.Wrong
	receipt *ehrdesk.Receipt
	scroll  widget.Scroll // of what was taken

	read screen.Job
	job  screen.Job
}

type (
	heldMsg    = screen.Done[ehrdesk.HeldAct]
	refused    struct{}
	refusedMsg = screen.Done[refused]
)

// NewApproval reads one.
func NewApproval(env *screen.Env, d screen.ToApprove) (*Approval, tea.Cmd) {
	s := &Approval{env: env, id: d.ID}
	keeper, ok := env.Session.(ehrdesk.Seconding)
	if !ok {
		s.wrong = screen.Saying(env.T.Second.Gone)
		return s, nil
	}
	var cmd tea.Cmd
	s.read, cmd = screen.Start(env, 10*time.Second, "", func(ctx context.Context) (ehrdesk.HeldAct, error) { return keeper.HeldAct(ctx, d.ID) })
	return s, cmd
}

// Scope is the page's, then the receipt's.
func (s *Approval) Scope() intent.Scope {
	if s.receipt != nil {
		return intent.Receipt
	}
	if s.reason != nil {
		return intent.SecondReason
	}
	return intent.SecondPage
}

// Field is the reason.
func (s *Approval) Field() *widget.Input {
	if s.job.Running() {
		return nil
	}
	return s.reason
}

// own reports whether whoever is signed in took it.
func (s *Approval) own() bool { return s.held != nil && s.held.By == s.env.Account().Staff }

// Handle carries out a wish.
func (s *Approval) Handle(in intent.Intent) tea.Cmd {
	switch {
	case s.job.Running():
		if in.ID == intent.Back {
			waits(s.env, &s.job)
		}
	case in.ID == intent.Back && s.reason != nil:
		s.reason, s.wrong = nil, screen.Wrong{}
	case in.ID == intent.Back, s.receipt != nil && in.ID == intent.Accept:
		s.env.Go(screen.ToToday{})
	case s.held == nil || s.receipt != nil:
	case in.ID == intent.Edited:
		s.wrong = screen.Wrong{}
	case in.ID == intent.Accept && s.reason != nil:
		return s.refuse()
	case in.ID == intent.RefuseRecord:
		s.reason, s.wrong = &widget.Input{Max: 200}, screen.Wrong{}
	case in.ID == intent.Submit:
		return s.approve()
	default:
		s.scroll.Handle(in)
	}
	return nil
}

func (s *Approval) approve() tea.Cmd {
	keeper, ok := s.env.Session.(ehrdesk.Seconding)
	if !ok {
		return nil
	}
	s.wrong = screen.Wrong{}
	id, digest := s.id, s.held.Digest
	var cmd tea.Cmd
	s.job, cmd = screen.Start(s.env, 30*time.Second, s.held.Who.ID, func(ctx context.Context) (ehrdesk.Receipt, error) {
		return keeper.ApproveAct(ctx, id, digest)
	})
	return cmd
}

func (s *Approval) refuse() tea.Cmd {
	keeper, ok := s.env.Session.(ehrdesk.Seconding)
	why := strings.TrimSpace(s.reason.Text())
	if !ok || why == "" {
		s.wrong = screen.Saying(s.env.T.Second.NeedsReason)
		return nil
	}
	id := s.id
	var cmd tea.Cmd
	s.job, cmd = screen.Start(s.env, 10*time.Second, s.held.Who.ID, func(ctx context.Context) (refused, error) {
		return refused{}, keeper.RefuseAct(ctx, id, why)
	})
	return cmd
}

// Update takes what was read, the receipt, and that it was refused.
func (s *Approval) Update(msg tea.Msg) (tea.Cmd, bool) {
	e, t := s.env, &s.env.T.Second
	switch m := msg.(type) {
	case heldMsg:
		if !s.read.Takes(m.Req) {
			return nil, false
		}
		if m.Err != nil {
			s.fails(m.Err)
			return nil, true
		}
		s.held = &m.Value
	case receiptMsg:
		if !s.job.Takes(m.Req) {
			return nil, false
		}
		e.Day.Stale, e.Day.Tell = true, true
		if m.Err != nil {
			s.fails(m.Err)
			return nil, true
		}
		s.receipt = &m.Value
	case refusedMsg:
		if !s.job.Takes(m.Req) {
			return nil, false
		}
		e.Day.Stale, e.Day.Tell = true, true
		if m.Err != nil {
			s.fails(m.Err)
			return nil, true
		}
		s.reason = nil
		e.Say(e.S(t.GivenBack))
		e.Go(screen.ToToday{})
	default:
		return nil, false
	}
	return nil, true
}

// fails says why nothing came of it; what the centre refused is on the list as that.
func (s *Approval) fails(err error) {
	t := &s.env.T.Second
	switch {
	case errors.Is(err, ehrdesk.ErrOwnAct):
		s.wrong = screen.Saying(t.Own)
	case errors.Is(err, ehrdesk.ErrDecided):
		s.wrong = screen.Saying(t.Gone)
	default:
		s.wrong = screen.Failed(err)
	}
}

// DisabledReason says why an intent cannot be carried out now.
func (s *Approval) DisabledReason(id intent.ID) string {
	e, t := s.env, &s.env.T.Second
	switch id {
	case intent.Sync, intent.Withdraw, intent.Consent:
		return e.S(t.Title)
	case intent.Submit, intent.RefuseRecord:
		switch {
		case s.own():
			return e.S(t.Own)
		case !e.TakesConsent():
			return e.S(t.NoRole)
		case s.held == nil:
			return e.S(t.Loading)
		}
	}
	return ""
}

// HintFor names what a key does.
func (s *Approval) HintFor(id intent.ID) string {
	e, t := s.env, &s.env.T.Second
	switch {
	case id == intent.Submit:
		return e.S(t.ApproveHint)
	case id == intent.RefuseRecord:
		return e.S(t.RefuseHint)
	case id == intent.Accept && s.receipt != nil:
		return e.S(e.T.Capture.ReceiptNext)
	case id == intent.Accept && s.reason != nil:
		return e.S(t.TypeReason)
	}
	return ""
}

// Unsaved is true while a reason is being typed.
func (s *Approval) Unsaved() bool { return s.reason != nil && !s.reason.Empty() }

// Leave cancels what runs and forgets what was read. What is approved is approved.
func (s *Approval) Leave() {
	s.read.Stop()
	s.job.Drop()
	s.held, s.reason = nil, nil
}

// Draw paints the act, and what is asked.
func (s *Approval) Draw(c *paint.Canvas, r paint.Rect) {
	e, t := s.env, &s.env.T.Second
	y := r.Y
	if s.held != nil && s.held.Who.ID != "" {
		y += e.Banner(c, r, s.held.Who)
	}
	c.Put(r.X+1, y, r.Right(), theme.Title, paint.Cut(e.S(t.Title)+s.what(), r.W-2))
	c.HLine(r.X, y+1, r.Right(), theme.Rule)
	in := paint.Rect{X: r.X + 2, Y: y + 2, W: min(r.W-4, 100), H: r.Bottom() - y - 2}
	c.SetCursor(in.X, in.Y)
	switch {
	case s.receipt != nil:
		drawReceipt(c, in, e, ehrdesk.Finding{Patient: s.held.Who}, s.receipt, false, text.T{})
		return
	case s.read.Running():
		c.Put(in.X, in.Y, in.Right(), theme.Syncing, e.Progress(&s.read, t.Loading))
		return
	case s.held == nil:
		widget.Para(c, in, theme.Critical, "! "+e.Words(s.wrong))
		return
	}
	lead, st := t.Lead, theme.Muted
	if s.own() {
		lead, st = t.OwnLead, theme.Abnormal
	}
	y = in.Y + widget.Para(c, in.Top(2), st, e.S(lead)) + 1
	said := 0 // rows of what runs or is wrong, which is never cut off
	switch {
	case s.job.Running():
		said = 3
	case !s.wrong.None():
		said = len(paint.Wrap(nil, "! "+e.Words(s.wrong), in.W))
	}
	asks := 1
	if s.reason != nil {
		asks = 2
	}
	room := max(1, in.Bottom()-y-said-asks)
	y = s.drawTaken(c, paint.Rect{X: in.X, Y: y, W: in.W, H: room})
	switch {
	case s.reason != nil:
		c.Put(in.X, y, in.Right(), theme.Label, e.S(t.RefuseTitle))
		s.reason.Draw(c, in.X, y+1, in.W, !s.job.Running())
	case !s.own():
		widget.Option(c, in.X, y, min(in.Right(), in.X+60), true, "", e.S(t.Press), "")
	}
	rest := paint.Rect{X: in.X, Y: y + asks, W: in.W, H: said}
	switch {
	case s.job.Running():
		doing := t.Approving
		if s.reason != nil {
			doing = t.Refusing
		}
		drawSending(c, rest, e, &s.job, doing)
	case !s.wrong.None():
		widget.Para(c, rest, theme.Critical, "! "+e.Words(s.wrong))
	}
}

// drawTaken draws what was taken in the room there is, scrolled, and gives the row after it.
func (s *Approval) drawTaken(c *paint.Canvas, r paint.Rect) int {
	rows, w := s.rows(), 0
	for _, row := range rows {
		w = max(w, paint.Width(row.label))
	}
	type line struct{ label, value string }
	var lines []line
	for _, row := range rows {
		for i, part := range paint.Wrap(nil, row.value, max(1, r.W-w-4)) {
			label := row.label
			if i > 0 {
				label = ""
			}
			lines = append(lines, line{label, part})
		}
	}
	shown := min(r.H, len(lines)+1) // a row apart from what is asked, where there is room
	top := s.scroll.Fit(len(lines), shown)
	for i := range min(shown, len(lines)-top) {
		l := lines[top+i]
		c.Put(r.X, r.Y+i, r.Right(), theme.Label, l.label)
		c.Put(r.X+w+2, r.Y+i, r.Right()-2, theme.Strong, l.value)
	}
	if top > 0 {
		c.Put(r.Right()-1, r.Y, r.Right(), theme.Muted, "▲")
	}
	if top+shown < len(lines) {
		c.Put(r.Right()-1, r.Y+shown-1, r.Right(), theme.Muted, "▼")
	}
	return r.Y + shown
}

// what the act is.
func (s *Approval) what() string {
	if s.held == nil {
		return ""
	}
	e := s.env
	return " · " + e.S(e.T.Today.Act(s.held.Op)) + " · " + e.S(e.T.Consent.ChannelName(s.held.Channel))
}

// rows are what was taken, each beside what it is.
func (s *Approval) rows() (rows []struct{ label, value string }) {
	e, t, h := s.env, &s.env.T.Capture, s.held
	row := func(label text.T, value string) {
		if value != "" {
			rows = append(rows, struct{ label, value string }{e.S(label), value})
		}
	}
	who := h.Who
	if who.ID == "" {
		who = ehrdesk.PatientOf(h.Patient)
	}
	row(t.Patient, named(e, who))
	row(e.T.Second.TakenBy, ehrdesk.CleanLine(h.Name)+" · "+ehrdesk.At(h.At.In(e.Now().Location())).DateTime())
	row(t.FormRef, formAs(e, ehrdesk.CleanLine(h.FormReference), h.Signed))
	row(t.GivenBy, given(e, h.Giver))
	if h.Op == ehrdesk.AuditVerify {
		row(e.T.Second.Method, e.DocumentType(h.DocumentType))
		row(t.Phone, ehrdesk.CleanLine(h.Contact.Phone))
		row(t.PhoneOther, ehrdesk.CleanLine(h.Contact.PhoneOther))
		row(t.Email, ehrdesk.CleanLine(h.Contact.Email))
		row(t.Address, ehrdesk.CleanLine(h.Contact.Address))
		if i := slices.Index(noticeLanguages[:], h.Contact.Language); i >= 0 {
			row(t.Language, languageNames[i])
		}
		row(t.Notify, s.notify())
	}
	if h.DocumentSighted {
		row(t.Document, e.S(t.DocumentSeen))
	}
	notices := e.S(e.T.Second.NoNotices)
	if n := len(h.NoticeVersions); n > 0 {
		notices = text.Sprintf(e.S(e.T.Second.ReadAt), n, ehrdesk.At(h.NoticeReadAt.In(e.Now().Location())).DateTime())
	}
	row(t.Notices, notices)
	term := e.S(e.T.Consent.TermName(h.Term))
	switch {
	case h.Renew: // runs from the end of the one before, or from when it is on record
		term += " · " + e.S(t.RenewTitle)
	default:
		term += " · " + untilWords(e, h.Term, e.Now())
	}
	row(t.TermLabel, term)
	return rows
}

// notify is how the person is told from now on.
func (s *Approval) notify() string {
	if by := ehrdesk.CleanLine(s.held.Contact.Notify); by != "" && by != "none" {
		return s.env.S(s.env.T.Find.By(by))
	}
	return s.env.S(s.env.T.Capture.Declined)
}

var _ screen.Screen = (*Approval)(nil)
