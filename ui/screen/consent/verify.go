package consent

import (
	"context"
	"slices"
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
	methods []string        // "card", then codes of documents
	heardAs ehrdesk.Contact // as the person confirmed it

	phone, other, email, address, language, notify, confirmed, method *widget.Row
}

type registrationMsg = screen.Done[ehrdesk.Registration]

// languages and ways of telling, as the centre takes them.
var (
	noticeLanguages = [...]string{"zh-Hant", "en", "zh-Hans"}
	languageNames   = [...]string{"繁體中文", "English", "简体中文"}
	notifyWays      = [...]string{"sms", "email", "post", "none"}
)

// NewVerification starts one.
func NewVerification(env *screen.Env, f ehrdesk.Finding) (*Verification, tea.Cmd) {
	t := &env.T.Capture
	v := &Verification{notice: notices{lang: int(env.Lang)}, onePage: onePage{title: t.VerifyTitle, done: t.VerifiedTitle, preset: onlyOne}}
	cmd := v.start(env, f, false)
	v.notice.child = v.minor
	line := func(label text.T, n int) *widget.Row {
		r := entry(env, label, n, nil)
		r.Width = 50
		return r
	}
	v.phone, v.other, v.email, v.address = line(t.Phone, 20), line(t.PhoneOther, 20), line(t.Email, 80), line(t.Address, 160)
	v.language = &widget.Row{Kind: widget.ChoiceRow, Label: say(env, t.Language), Count: len(noticeLanguages), Option: func(i int) string {
		return languageNames[i]
	}}
	v.notify = &widget.Row{Kind: widget.ChoiceRow, Label: say(env, t.Notify), Count: len(notifyWays), Option: func(i int) string {
		if notifyWays[i] == "none" {
			return env.S(t.Declined)
		}
		return env.S(env.T.Find.By(notifyWays[i]))
	}}
	v.confirmed = &widget.Row{Kind: widget.TickRow, Label: say(env, t.ContactOK)}
	if env.CardWhy() == "" && !f.Patient.HKIC.IsZero() {
		v.methods = append(v.methods, string(ehrdesk.VerifyByCard))
	}
	for _, d := range ehrdesk.DocumentTypes() {
		v.methods = append(v.methods, d.Code)
	}
	v.method = &widget.Row{Kind: widget.ChoiceRow, Label: say(env, t.Method), Count: len(v.methods), Sel: -1, Option: v.methodName}
	if len(f.Patient.Documents) > 0 {
		v.choose(f.Patient.Documents[0].Type)
	}
	v.submit.Label = say(env, t.VerifyY)
	v.who.Hidden, v.way.Hidden, v.fixed = v.byCard, v.byCard, v.fixedWay
	v.way.Count, v.way.Sel = 2, 0
	v.second.Hidden = func() bool { return !v.byDocument() && !v.byTwo() }
	v.form.Rows = slices.Concat([]*widget.Row{v.phone, v.other, v.email, v.address, v.language, v.notify, toldAll(env, t.ToldAllNew, nil), v.confirmed, v.method}, v.rows(),
		[]*widget.Row{v.term, v.way, v.key, v.paper, v.signed, v.second, {Kind: widget.SaidRow, Label: v.cardWords, Style: theme.Text}, v.submit})
	session, n := env.Session, f.Patient.Number()
	var reg tea.Cmd
	v.regJob, reg = screen.Start(env, 15*time.Second, f.Patient.ID, func(ctx context.Context) (ehrdesk.Registration, error) { return session.Registration(ctx, n) })
	return v, tea.Batch(cmd, reg)
}

// onlyOne is the term where there is no other to choose.
func onlyOne(terms []ehrdesk.Term) int {
	if len(terms) == 1 {
		return 0
	}
	return -1
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

// byCard reports whether the card verifies: then it consents too.
func (v *Verification) byCard() bool {
	return v.method.Sel >= 0 && v.methods[v.method.Sel] == string(ehrdesk.VerifyByCard)
}

// fixedWay is the channel that the way of verifying leaves: the card's own, or
// one of the others.
func (v *Verification) fixedWay() []ehrdesk.Channel {
	if v.byCard() {
		return []ehrdesk.Channel{ehrdesk.ByCard}
	}
	if v.byDocument() { // a key is not kept for the second person
		return []ehrdesk.Channel{ehrdesk.ByForm}
	}
	return []ehrdesk.Channel{ehrdesk.ByAccessKey, ehrdesk.ByForm}
}

// byDocument reports whether a second person approves an identity that a document verified.
func (v *Verification) byDocument() bool {
	return v.offer != nil && !v.byCard() && slices.Contains(v.offer.Second, ehrdesk.IdentityByDocument)
}

// page is the notices, the form or the receipt.
func (v *Verification) page() int {
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
	return [...]intent.Scope{intent.Notice, intent.VerifyForm, intent.Receipt}[v.page()]
}

func (v *Verification) loading() bool { return v.busy() || v.regJob.Running() }

// Field is the entry in focus.
func (v *Verification) Field() *widget.Input {
	if v.page() != 1 || v.loading() {
		return nil
	}
	return v.form.Field()
}

// Handle carries out a wish.
func (v *Verification) Handle(in intent.Intent) tea.Cmd {
	switch back := in.ID == intent.Back && v.agreed && v.receipt == nil && !v.job.Running() && !v.atKey(); {
	case back:
		v.agreed = false
	case v.settled(in), v.loading():
	case !v.agreed:
		if v.have != nil && v.notice.handle(v.env, in, v.offer) {
			v.agreed, v.read.On, v.readAt = true, true, v.env.Now()
			return v.cardIn()
		}
	default:
		was := v.confirmed.On
		cmd := v.fill(in, v.send)
		switch now := v.contact(); {
		case v.confirmed.On && !was:
			v.heardAs = now
		case v.confirmed.On && now != v.heardAs: // what the person confirmed is not what stands here now
			v.confirmed.On = false
		}
		return cmd
	}
	return nil
}

// contact is what the page says of how to reach the person.
func (v *Verification) contact() ehrdesk.Contact {
	text := func(r *widget.Row) string { return ehrdesk.CleanLine(r.Input.Text()) }
	return ehrdesk.Contact{Phone: text(v.phone), PhoneOther: text(v.other), Email: text(v.email), Address: text(v.address),
		Language: noticeLanguages[max(v.language.Sel, 0)], Notify: notifyWays[max(v.notify.Sel, 0)]}
}

// unreached is the entry without which the person cannot be told as chosen, and what it is called.
func (v *Verification) unreached() (*widget.Row, text.T) {
	t := &v.env.T.Capture
	switch c := v.contact(); {
	case c.Notify == "sms" && c.Phone == "" && c.PhoneOther == "":
		return v.phone, t.Phone
	case c.Notify == "email" && c.Email == "":
		return v.email, t.Email
	case c.Notify == "post" && c.Address == "":
		return v.address, t.Address
	}
	return nil, text.T{}
}

func (v *Verification) send() tea.Cmd {
	t := &v.env.T.Capture
	wrong, at := v.lacks()
	switch lacks, name := v.unreached(); {
	case lacks != nil:
		wrong, at = screen.Saying(t.NotReached.With(name)), lacks
	case !v.confirmed.On || v.contact() != v.heardAs:
		wrong, at = screen.Saying(t.ContactNeeded), v.confirmed
	case v.method.Sel < 0:
		wrong, at = screen.Saying(t.MethodNeeded), v.method
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
	v.goes()
	session := v.env.Session
	var cmd tea.Cmd
	v.job, cmd = screen.Start(v.env, 30*time.Second, v.finding.Patient.ID, func(ctx context.Context) (ehrdesk.Receipt, error) { return session.Verify(ctx, a) })
	return cmd
}

// Update takes registration, offer, card and receipt.
func (v *Verification) Update(msg tea.Msg) (tea.Cmd, bool) {
	m, ok := msg.(registrationMsg)
	switch {
	case !ok:
		used := v.take(msg)
		v.way.Count = len(v.fixedWay())
		return nil, used
	case !v.regJob.Takes(m.Req):
		return nil, false
	case m.Err != nil:
		v.wrong = screen.Failed(m.Err)
		v.env.Warn(v.env.ExplainLine(m.Err))
	default:
		v.registered(m.Value)
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

var _ interface {
	screen.Screen
	screen.CardFollower
	screen.Resumer
	screen.Handed
} = (*Verification)(nil)

// Handed reports that the patient looks on until the receipt, and types the key.
func (v *Verification) Handed() (reads, keyboard bool) {
	return v.page() != 2, v.page() == 1 && v.atKey()
}

// cardIn takes a card that is in the reader when the page is come to: it verifies, as one that
// is put in then.
func (v *Verification) cardIn() tea.Cmd {
	if _, n := v.env.Cards.Readable(); n != 1 || v.method.Sel >= 0 {
		return nil
	}
	v.choose(string(ehrdesk.VerifyByCard))
	return v.Resume()
}

// Card follows the readers: a card put in on the page verifies.
func (v *Verification) Card(e ehrdesk.CardEvent) tea.Cmd {
	if v.agreed && e.Kind == ehrdesk.CardInserted && v.method.Sel < 0 {
		v.choose(string(ehrdesk.VerifyByCard))
	}
	return v.onePage.Card(e)
}

// DisabledReason says why an intent cannot be carried out now.
func (v *Verification) DisabledReason(id intent.ID) string {
	if id == intent.Agree && (v.offer == nil || v.have == nil) {
		return v.env.S(v.env.T.Capture.VerifyLoading)
	}
	return v.onePage.DisabledReason(id)
}

// HintFor names what Enter does.
func (v *Verification) HintFor(id intent.ID) string {
	if id == intent.Accept && v.page() == 0 {
		return v.env.S(v.env.T.Capture.ReadOnHint)
	}
	return v.onePage.HintFor(id)
}

// Unsaved is true from the notices on.
func (v *Verification) Unsaved() bool { return v.agreed && v.receipt == nil }

// Leave cancels and forgets.
func (v *Verification) Leave() {
	v.regJob.Stop()
	v.onePage.Leave()
}

// Resume reads the card again.
func (v *Verification) Resume() tea.Cmd {
	if !v.agreed {
		return nil
	}
	return v.onePage.Resume()
}

// Draw paints the page.
func (v *Verification) Draw(c *paint.Canvas, r paint.Rect) {
	e, t := v.env, &v.env.T.Capture
	if v.agreed || v.offer == nil {
		v.drawPage(c, r)
		return
	}
	in := v.drawHead(c, r)
	if v.regJob.Running() {
		c.Put(in.X, in.Y, in.Right(), theme.Syncing, e.Progress(&v.regJob, t.VerifyLoading))
		return
	}
	v.notice.draw(c, in, e, v.offer)
}
