package consent

import (
	"context"
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

// Verification is the identity of somebody who registered online, by fax or by
// post: after the notices, one page with contact data, document and consent, and
// one act that is on record as a whole or not at all.
type Verification struct {
	onePage
	notice  notices
	agreed  bool // the notices were acknowledged
	have    *ehrdesk.Registration
	regJob  screen.Job
	methods []string // "card", then codes of documents

	phone, other, email, address, language, notify, confirmed, method *widget.Row
}

type registrationMsg = screen.Done[ehrdesk.Registration]

// languages and ways of telling, as the centre takes them.
var (
	noticeLanguages = [...]string{"zh-Hant", "en", "zh-Hans"}
	notifyWays      = [...]string{"sms", "email", "post", "none"}
)

// NewVerification starts one.
func NewVerification(env *screen.Env, f ehrdesk.Finding) (*Verification, tea.Cmd) {
	v := &Verification{notice: notices{lang: int(env.Lang)}}
	cmd := v.begin(env, f, false)
	t := &env.T.Capture
	v.done = t.VerifiedTitle
	say := func(x text.T) func() string { return func() string { return env.S(x) } }
	entry := func(label text.T, n int) *widget.Row {
		return &widget.Row{Kind: widget.TextRow, Label: say(label), Input: &widget.Input{Max: n}, Width: 50}
	}
	v.phone, v.other, v.email, v.address = entry(t.Phone, 20), entry(t.PhoneOther, 20), entry(t.Email, 80), entry(t.Address, 160)
	v.language = &widget.Row{Kind: widget.ChoiceRow, Label: say(t.Language), Count: len(noticeLanguages), Option: func(i int) string {
		return [...]string{"繁體中文", "English", "简体中文"}[i]
	}}
	v.notify = &widget.Row{Kind: widget.ChoiceRow, Label: say(t.Notify), Count: len(notifyWays), Option: func(i int) string {
		if notifyWays[i] == "none" {
			return env.S(t.Declined)
		}
		return env.S(env.T.Find.By(notifyWays[i]))
	}}
	v.confirmed = &widget.Row{Kind: widget.TickRow, Label: say(t.ContactOK)}
	if env.CardWhy() == "" && !f.Patient.HKIC.IsZero() {
		v.methods = append(v.methods, string(ehrdesk.VerifyByCard))
	}
	for _, d := range ehrdesk.DocumentTypes() {
		v.methods = append(v.methods, d.Code)
	}
	v.method = &widget.Row{Kind: widget.ChoiceRow, Label: say(t.Method), Count: len(v.methods), Sel: -1, Option: v.methodName}
	if len(f.Patient.Documents) > 0 {
		v.choose(f.Patient.Documents[0].Type)
	}
	v.submit.Label = say(t.VerifyY)
	v.who.Hidden, v.way.Hidden, v.fixed = v.byCard, v.byCard, v.fixedWay
	v.way.Count, v.way.Sel = 2, 0
	v.form.Rows = []*widget.Row{
		v.phone, v.other, v.email, v.address, v.language, v.notify, v.confirmed, v.method,
		v.who, v.name, v.document, v.declaration, v.before, v.seen, v.check, v.term, v.way, v.key, v.paper,
		{Kind: widget.SaidRow, Label: v.cardWords, Style: theme.Text}, v.submit,
	}
	session, n := env.Session, f.Patient.Number()
	var reg tea.Cmd
	v.regJob, reg = screen.Start(env, 15*time.Second, f.Patient.ID, func(ctx context.Context) (ehrdesk.Registration, error) { return session.Registration(ctx, n) })
	return v, tea.Batch(cmd, reg)
}

func (v *Verification) choose(code string) {
	for i, m := range v.methods {
		if m == code {
			v.method.Sel = i
		}
	}
}

func (v *Verification) methodName(i int) string {
	if v.methods[i] == string(ehrdesk.VerifyByCard) {
		return v.env.S(v.env.T.Capture.MethodCard)
	}
	return v.env.DocumentType(v.methods[i])
}

// card_ reports whether the card verifies: then it consents too.
func (v *Verification) byCard() bool {
	return v.method.Sel >= 0 && v.methods[v.method.Sel] == string(ehrdesk.VerifyByCard)
}

// fixedWay is the channel that the way of verifying leaves: the card's own, or
// one of the others.
func (v *Verification) fixedWay() []ehrdesk.Channel {
	if v.byCard() {
		return []ehrdesk.Channel{ehrdesk.ByCard}
	}
	return []ehrdesk.Channel{ehrdesk.ByAccessKey, ehrdesk.ByForm}
}

// Finding is the patient it is about.
func (v *Verification) Finding() ehrdesk.Finding { return v.finding }

// Page is the notices, the form or the receipt.
func (v *Verification) Page() int {
	switch {
	case v.receipt != nil:
		return 2
	case v.agreed:
		return 1
	}
	return 0
}

// Scope is the page's.
func (v *Verification) Scope() intent.Scope {
	return [...]intent.Scope{intent.Notice, intent.VerifyForm, intent.Receipt}[v.Page()]
}

func (v *Verification) loading() bool { return v.busy() || v.regJob.Running() }

// Field is the entry in focus.
func (v *Verification) Field() *widget.Input {
	if v.Page() != 1 || v.loading() {
		return nil
	}
	return v.form.Field()
}

// Handle carries out a wish.
func (v *Verification) Handle(in intent.Intent) tea.Cmd {
	e := v.env
	switch {
	case v.job.Running():
		if in.ID == intent.Back {
			e.Warn(e.S(e.T.Capture.Sending))
		}
		return nil
	case v.receipt != nil:
		if in.ID == intent.Accept || in.ID == intent.Back {
			e.Go(screen.ToFind{})
		}
		return nil
	case in.ID == intent.Back && v.agreed:
		v.agreed = false
		return nil
	case in.ID == intent.Back:
		e.Go(screen.ToFind{Finding: &v.finding})
		return nil
	case v.loading():
		return nil
	case !v.agreed:
		if v.have != nil && v.notice.handle(e, in, v.offer) {
			v.agreed, v.read.On, v.readAt = true, true, e.Now()
		}
		return nil
	}
	switch in.ID {
	case intent.Edited:
		v.wrong = screen.Wrong{}
	case intent.Submit:
		return v.send()
	default:
		if v.form.Handle(in) {
			v.wrong = screen.Wrong{}
		}
		if v.byCard() && v.card.Insertion == 0 {
			return v.card.Begin(e, v.request, v.finding.Patient.ID)
		}
	}
	return nil
}

// contact is what the page says of how to reach the person.
func (v *Verification) contact() ehrdesk.Contact {
	text := func(r *widget.Row) string { return ehrdesk.CleanLine(r.Input.Text()) }
	return ehrdesk.Contact{Phone: text(v.phone), PhoneOther: text(v.other), Email: text(v.email), Address: text(v.address),
		Language: noticeLanguages[max(v.language.Sel, 0)], Notify: notifyWays[max(v.notify.Sel, 0)]}
}

// unreached is the entry without which the person cannot be told as chosen.
func (v *Verification) unreached() *widget.Row {
	switch c := v.contact(); {
	case c.Notify == "sms" && c.Phone == "" && c.PhoneOther == "":
		return v.phone
	case c.Notify == "email" && c.Email == "":
		return v.email
	case c.Notify == "post" && c.Address == "":
		return v.address
	}
	return nil
}

func (v *Verification) send() tea.Cmd {
	t := &v.env.T.Capture
	wrong, at := v.missing()
	switch lacks := v.unreached(); {
	case lacks != nil:
		wrong, at = screen.Saying(t.NotReached), lacks
	case !v.confirmed.On:
		wrong, at = screen.Saying(t.ContactNeeded), v.confirmed
	case v.method.Sel < 0:
		wrong, at = screen.Saying(t.DocNeeded), v.method
	}
	if v.wrong = wrong; !wrong.None() {
		v.form.Focus(at)
		return nil
	}
	a := ehrdesk.Verification{Grant: v.grant(), Method: ehrdesk.VerifyByDocument, DocumentType: v.methods[v.method.Sel], Contact: v.contact(), ContactConfirmed: true}
	a.NoticeReadAt = v.readAt
	if v.byCard() {
		a.Method, a.DocumentType = ehrdesk.VerifyByCard, ""
	}
	session := v.env.Session
	var cmd tea.Cmd
	v.job, cmd = screen.Start(v.env, 30*time.Second, v.finding.Patient.ID, func(ctx context.Context) (ehrdesk.Receipt, error) { return session.Verify(ctx, a) })
	return cmd
}

// Update takes registration, offer, card and receipt.
func (v *Verification) Update(msg tea.Msg) (tea.Cmd, bool) {
	switch m := msg.(type) {
	case registrationMsg:
		if !v.regJob.Takes(m.Req) {
			return nil, false
		}
		if m.Err != nil {
			v.wrong = screen.Failed(m.Err)
			v.env.Warn(v.env.ExplainLine(m.Err))
			return nil, true
		}
		v.registered(m.Value)
	case offerMsg:
		if !v.offerJob.Takes(m.Req) {
			return nil, false
		}
		if v.wrong = screen.Failed(m.Err); m.Err == nil {
			v.wrong, v.offer = screen.Wrong{}, &m.Value
			if v.term.Count = len(m.Value.Terms); v.term.Count == 1 {
				v.term.Sel = 0
			}
		}
	case receiptMsg:
		if !v.job.Takes(m.Req) {
			return nil, false
		}
		v.took(m)
	case screen.CardRead:
		if !v.card.Job.Takes(m.Req) {
			return nil, false
		}
		v.card.Take(v.env, m, v.finding.Patient)
	default:
		return nil, false
	}
	return nil, true
}

// registered fills in what the person gave at registration, to be checked.
func (v *Verification) registered(r ehrdesk.Registration) {
	v.have = &r
	v.phone.Input.Set(r.Contact.Phone)
	v.other.Input.Set(r.Contact.PhoneOther)
	v.email.Input.Set(r.Contact.Email)
	v.address.Input.Set(r.Contact.Address)
	for i, l := range noticeLanguages {
		if l == r.Contact.Language {
			v.language.Sel = i
		}
	}
	for i, w := range notifyWays {
		if w == r.Contact.Notify {
			v.notify.Sel = i
		}
	}
}

// Card follows the readers: a card put in on the page verifies.
func (v *Verification) Card(e ehrdesk.CardEvent) tea.Cmd {
	if v.agreed && e.Kind == ehrdesk.CardInserted && v.method.Sel < 0 {
		v.choose(string(ehrdesk.VerifyByCard))
	}
	return v.cardEvent(e)
}

// Why says why an intent cannot be carried out now.
func (v *Verification) Why(id intent.ID) string {
	switch id {
	case intent.Sync, intent.Withdraw, intent.Consent:
		return v.env.S(v.env.T.Capture.VerifyTitle)
	case intent.Agree:
		if v.offer == nil || v.have == nil {
			return v.env.S(v.env.T.Capture.VerifyLoading)
		}
	}
	return ""
}

// Hint names what Enter does.
func (v *Verification) Hint(id intent.ID) string {
	if id == intent.Tick {
		return v.env.S(v.env.T.Chart.ChooseHint)
	}
	if id != intent.Accept {
		return ""
	}
	return v.env.S([...]text.T{v.env.T.Capture.ReadOnHint, v.env.T.Capture.NextHint, v.env.T.Capture.ReceiptNext}[v.Page()])
}

// Unsaved is true from the notices on.
func (v *Verification) Unsaved() bool { return v.agreed && v.receipt == nil }

// Leave cancels and forgets.
func (v *Verification) Leave() {
	v.regJob.Stop()
	v.leave()
}

// Conceal forgets card and key before the desk is locked.
func (v *Verification) Conceal() {
	if !v.job.Running() {
		v.card.Forget()
		v.key.Input.Clear()
	}
}

// Resume reads the card again.
func (v *Verification) Resume() tea.Cmd {
	if v.agreed && v.receipt == nil && v.byCard() && v.card.Insertion == 0 {
		return v.card.Begin(v.env, v.request, v.finding.Patient.ID)
	}
	return nil
}

// Draw paints the page.
func (v *Verification) Draw(c *paint.Canvas, r paint.Rect) {
	e, t := v.env, &v.env.T.Capture
	if v.agreed || v.offer == nil {
		v.drawPage(c, r, t.VerifyTitle, &v.form)
		return
	}
	y := r.Y + e.Banner(c, r, v.finding.Patient)
	c.Put(r.X+1, y, r.Right(), theme.Title, paint.Cut(e.S(t.VerifyTitle)+" · "+ehrdesk.CleanLine(e.Account().ProviderName), r.W-2))
	c.HLine(r.X, y+1, r.Right(), theme.Rule)
	in := paint.Rect{X: r.X + 2, Y: y + 2, W: min(r.W-4, 100), H: r.Bottom() - y - 2}
	if v.regJob.Running() {
		c.Put(in.X, in.Y, in.Right(), theme.Syncing, e.Progress(&v.regJob, t.VerifyLoading))
		return
	}
	v.notice.draw(c, in, e, v.offer)
}
