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
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// Renewal lets a consent that has an end run on: one that runs out soon for its own term, any
// other for a term that the patient chooses. One key opens it, one key submits it; between them are what the patient's consent rests on and what is
// typed from the document. What y says is printed beside it.
type Renewal struct {
	onePage
	notice  notices
	reading bool // the notices are on the screen
}

// NewRenewal starts one.
func NewRenewal(env *screen.Env, f ehrdesk.Finding, matched bool) (*Renewal, tea.Cmd) {
	t := &env.T.Capture
	r := &Renewal{notice: notices{lang: int(env.Lang)}, onePage: onePage{renews: true, title: t.RenewTitle, preset: func(terms []ehrdesk.Term) int {
		return max(0, slices.Index(terms, f.Consent.Term)) // the one it has now, where it is still offered
	}}}
	lead, press := t.RenewLead, t.RenewY
	if !f.Consent.RunsOutSoon(env.Now()) { // another term is wished for: which, the patient says
		r.title, r.preset, lead, press = t.ChangeTitle, onlyOne, t.ChangeLead, t.ChangeY
	}
	cmd := r.start(env, f, matched)
	r.notice.child = r.minor
	r.submit.Label = func() string { return env.S(press) }
	r.seen.On, r.read.On = true, true // y says so, in words
	said := func(s func() string, st paint.Style) *widget.Row {
		return &widget.Row{Kind: widget.SaidRow, Label: s, Style: st}
	}
	r.form.Rows = []*widget.Row{
		said(func() string { return env.S(lead) }, theme.Muted),
		r.who, r.name, r.document, r.declaration, r.before, r.term, r.way, r.check, r.key, r.paper, r.signed, r.second, toldAll(env, t.ToldAll, r.paper.Hidden),
		said(r.cardWords, theme.Text), r.submit,
	}
	return r, tea.Batch(cmd, r.card.Begin(env, r.request, f.Patient.ID))
}

// cardWords say how the card stands, where the renewal rests on it.
func (p *onePage) cardWords() string {
	e := p.env
	switch {
	case p.channel() != ehrdesk.ByCard:
		return ""
	case p.card.Job.Running():
		return e.Progress(&p.card.Job, e.T.Card.Reading)
	case p.card.Err != nil:
		return "! " + e.S(e.CardFault(p.card.Err))
	case p.card.Reading == nil:
		return e.S(e.T.Card.Waiting)
	}
	words, _ := e.CardLine(p.card.Reading, p.finding.Patient)
	return words
}

// Scope is the page's, then the receipt's.
func (r *Renewal) Scope() intent.Scope {
	switch {
	case r.receipt != nil:
		return intent.Receipt
	case r.reading:
		return intent.Notice
	}
	return intent.RenewForm
}

// Handle carries out a wish.
func (r *Renewal) Handle(in intent.Intent) tea.Cmd {
	switch {
	case r.reading && in.ID == intent.Back:
		r.reading = false
		return nil
	case r.reading:
		if r.notice.handle(r.env, in, r.offer) {
			r.reading, r.readAt = false, r.env.Now()
		}
		return nil
	case in.ID == intent.ShowNotices && r.offer != nil && !r.busy() && r.receipt == nil:
		r.reading = true
		r.notice.scroll.Reset()
		return nil
	}
	if r.settled(in) {
		return nil
	}
	cmd := r.fill(in, r.send)
	if in.ID == intent.Edited {
		r.goOn()
	}
	return cmd
}

// goOn leaves an entry that is complete: what was typed is right, and no key more.
func (r *Renewal) goOn() {
	switch {
	case r.form.On(r.check) && screen.Agrees(r.finding.Patient, r.check.Input.Text()),
		r.form.On(r.key) && r.key.Input.Len() == 8:
		r.form.Handle(intent.Intent{ID: intent.Accept})
	}
}

func (r *Renewal) send() tea.Cmd {
	if r.offer == nil {
		return nil
	}
	wrong, at := r.lacks()
	if r.wrong = wrong; !wrong.None() {
		r.form.Focus(at)
		return nil
	}
	g := r.grant()
	g.Renew = true
	r.goes()
	session := r.env.Session
	var cmd tea.Cmd
	r.job, cmd = screen.Start(r.env, 30*time.Second, r.finding.Patient.ID, func(ctx context.Context) (ehrdesk.Receipt, error) { return session.Grant(ctx, g) })
	return cmd
}

// Update takes the offer, the card and the receipt. With all but the last the focus
// goes to the first thing that is to be entered, or on the act.
func (r *Renewal) Update(msg tea.Msg) (tea.Cmd, bool) {
	mine := r.take(msg)
	if _, sent := msg.(receiptMsg); mine && !sent && r.offer != nil {
		_, at := r.lacks()
		switch {
		case at == nil:
			at = r.submit
		case r.chosenTerm() == "":
			at = r.term
		}
		r.form.Focus(at)
	}
	return nil, mine
}

// Unsaved is true once something was entered.
func (r *Renewal) Unsaved() bool {
	return r.receipt == nil && (!r.check.Input.Empty() || !r.key.Input.Empty() || !r.paper.Input.Empty() || !r.name.Input.Empty())
}

// Field is the entry in focus, none while the notices are read.
func (r *Renewal) Field() *widget.Input {
	if r.reading {
		return nil
	}
	return r.onePage.Field()
}

// HintFor names what Enter does.
func (r *Renewal) HintFor(id intent.ID) string {
	if id == intent.Accept && r.reading {
		return r.env.S(r.env.T.Capture.ReadOnHint)
	}
	return r.onePage.HintFor(id)
}

// Handed reports that the patient looks on until the receipt, and types the key.
func (r *Renewal) Handed() (reads, keyboard bool) {
	return r.receipt == nil, !r.reading && r.atKey()
}

// Draw paints the page, or the notices.
func (r *Renewal) Draw(c *paint.Canvas, rect paint.Rect) {
	if !r.reading || r.offer == nil {
		r.drawPage(c, rect)
		return
	}
	r.notice.draw(c, r.drawHead(c, rect), r.env, r.offer)
}
