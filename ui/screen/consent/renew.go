package consent

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// Renewal lets a consent that runs out soon run on. One key opens it, one key
// submits it; between them are what the patient's consent rests on and what is
// typed from the document. What y says is printed beside it.
type Renewal struct{ onePage }

// NewRenewal starts one.
func NewRenewal(env *screen.Env, f ehrdesk.Finding, matched bool) (*Renewal, tea.Cmd) {
	r := &Renewal{onePage{renews: true}}
	cmd := r.begin(env, f, matched)
	t := &env.T.Capture
	r.submit.Label = func() string { return env.S(t.RenewY) }
	r.seen.On, r.read.On = true, true // y says so, in words
	said := func(s func() string, st paint.Style) *widget.Row {
		return &widget.Row{Kind: widget.SaidRow, Label: s, Style: st}
	}
	r.form.Rows = []*widget.Row{
		said(func() string { return env.S(t.RenewLead) }, theme.Muted),
		r.who, r.name, r.document, r.declaration, r.before, r.term, r.way, r.check, r.key, r.paper,
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

// Finding is the patient it is about.
func (r *Renewal) Finding() ehrdesk.Finding { return r.finding }

// Scope is the page's, then the receipt's.
func (r *Renewal) Scope() intent.Scope {
	if r.receipt != nil {
		return intent.Receipt
	}
	return intent.RenewForm
}

// Field is the entry in focus.
func (r *Renewal) Field() *widget.Input {
	if r.busy() || r.receipt != nil {
		return nil
	}
	return r.form.Field()
}

// Handle carries out a wish.
func (r *Renewal) Handle(in intent.Intent) tea.Cmd {
	e := r.env
	switch {
	case r.receipt != nil:
		if in.ID == intent.Accept || in.ID == intent.Back {
			e.Go(screen.ToFind{})
		}
		return nil
	case r.job.Running():
		if in.ID == intent.Back {
			e.Warn(e.S(e.T.Capture.Sending))
		}
		return nil
	case in.ID == intent.Back:
		e.Go(screen.ToFind{Finding: &r.finding})
		return nil
	case r.busy():
		return nil
	}
	switch in.ID {
	case intent.Edited:
		r.wrong = screen.Wrong{}
		r.goOn()
	case intent.Submit:
		return r.send()
	default:
		if r.form.Handle(in) {
			r.wrong = screen.Wrong{}
		}
		if r.channel() == ehrdesk.ByCard && r.card.Insertion == 0 {
			return r.card.Begin(e, r.request, r.finding.Patient.ID)
		}
	}
	return nil
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
	wrong, at := r.missing()
	if r.wrong = wrong; !wrong.None() {
		r.form.Focus(at)
		return nil
	}
	g := r.grant()
	g.Renew = true
	session := r.env.Session
	var cmd tea.Cmd
	r.job, cmd = screen.Start(r.env, 30*time.Second, r.finding.Patient.ID, func(ctx context.Context) (ehrdesk.Receipt, error) { return session.Grant(ctx, g) })
	return cmd
}

// Update takes the offer, the card and the receipt.
func (r *Renewal) Update(msg tea.Msg) (tea.Cmd, bool) {
	switch m := msg.(type) {
	case offerMsg:
		if !r.offerJob.Takes(m.Req) {
			return nil, false
		}
		if r.wrong = screen.Failed(m.Err); m.Err == nil {
			r.wrong, r.offer = screen.Wrong{}, &m.Value
			r.term.Count, r.term.Sel = len(m.Value.Terms), termOf(m.Value.Terms, r.finding.Consent.Term)
			r.start()
		}
	case receiptMsg:
		if !r.job.Takes(m.Req) {
			return nil, false
		}
		r.took(m)
	case screen.CardRead:
		if !r.card.Job.Takes(m.Req) {
			return nil, false
		}
		r.card.Take(r.env, m, r.finding.Patient)
		r.start()
	default:
		return nil, false
	}
	return nil, true
}

// start puts the focus on the first thing that is to be entered, or on the act.
func (r *Renewal) start() {
	if r.offer == nil {
		return
	}
	if _, at := r.missing(); at != nil {
		r.form.Focus(at)
		return
	}
	r.form.Focus(r.submit)
}

// termOf is the term that the consent has now, where it is still offered.
func termOf(terms []ehrdesk.Term, now ehrdesk.Term) int {
	for i, t := range terms {
		if t == now {
			return i
		}
	}
	return 0
}

// Card follows the readers.
func (r *Renewal) Card(e ehrdesk.CardEvent) tea.Cmd { return r.cardEvent(e) }

// Why says why an intent cannot be carried out now.
func (r *Renewal) Why(id intent.ID) string {
	switch id {
	case intent.Sync, intent.Withdraw, intent.Consent:
		return r.env.S(r.env.T.Capture.RenewTitle)
	}
	return ""
}

// Hint names what Enter does.
func (r *Renewal) Hint(id intent.ID) string {
	if id == intent.Tick {
		return r.env.S(r.env.T.Chart.ChooseHint)
	}
	if id == intent.Accept && r.receipt != nil {
		return r.env.S(r.env.T.Capture.ReceiptNext)
	}
	if id == intent.Accept {
		return r.env.S(r.env.T.Capture.NextHint)
	}
	return ""
}

// Unsaved is true once something was entered.
func (r *Renewal) Unsaved() bool {
	return r.receipt == nil && (!r.check.Input.Empty() || !r.key.Input.Empty() || !r.paper.Input.Empty() || !r.name.Input.Empty())
}

// Leave cancels and forgets.
func (r *Renewal) Leave() { r.leave() }

// Conceal forgets card and key before the desk is locked.
func (r *Renewal) Conceal() {
	if !r.job.Running() {
		r.card.Forget()
		r.key.Input.Clear()
	}
}

// Resume reads the card again.
func (r *Renewal) Resume() tea.Cmd {
	if r.receipt == nil && r.channel() == ehrdesk.ByCard && r.card.Insertion == 0 {
		return r.card.Begin(r.env, r.request, r.finding.Patient.ID)
	}
	return nil
}

// Draw paints the page.
func (r *Renewal) Draw(c *paint.Canvas, rect paint.Rect) {
	r.drawPage(c, rect, r.env.T.Capture.RenewTitle, &r.form)
}
