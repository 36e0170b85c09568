package consent

import (
	"errors"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// Finding is the patient it is about.
func (p *onePage) Finding() ehrdesk.Finding { return p.finding }

// Field is the entry in focus.
func (p *onePage) Field() *widget.Input {
	if p.busy() || p.receipt != nil {
		return nil
	}
	return p.form.Field()
}

// settled carries out what is the same on every page: while the act is under way,
// on the receipt, on the way back, and while something loads. false for a wish that
// is the form's.
func (p *onePage) settled(in intent.Intent) bool {
	e := p.env
	switch {
	case p.job.Running():
		if in.ID == intent.Back { // an act under way is not cancelled: its outcome would be unknown
			waits(e, &p.job)
		}
	case p.receipt != nil:
		if in.ID == intent.Accept || in.ID == intent.Back {
			e.Go(screen.ToFind{})
		}
	case in.ID == intent.Back && p.atKey(): // the keyboard is taken back
		p.key.Input.Clear()
		p.form.Focus(p.way)
	case in.ID == intent.Back:
		e.Go(screen.ToFind{Finding: &p.finding})
	default:
		return p.busy()
	}
	return true
}

// fill carries out a wish in the form; send is the act.
func (p *onePage) fill(in intent.Intent, send func() tea.Cmd) tea.Cmd {
	switch in.ID {
	case intent.Edited:
		p.wrong = screen.Wrong{}
	case intent.Submit:
		return send()
	default:
		if p.handle(&p.form, in) {
			p.wrong = screen.Wrong{}
		}
		return p.Resume()
	}
	return nil
}

// take takes the offer, the card and the receipt; false for what is another's.
func (p *onePage) take(msg tea.Msg) bool {
	switch m := msg.(type) {
	case offerMsg:
		if !p.offerJob.Takes(m.Req) {
			return false
		}
		if p.wrong = screen.Failed(m.Err); m.Err == nil {
			p.wrong, p.offer = screen.Wrong{}, &m.Value
			p.term.Count, p.term.Sel = len(m.Value.Terms), p.preset(m.Value.Terms)
		}
	case receiptMsg:
		if !p.job.Takes(m.Req) {
			return false
		}
		p.took(m)
	case screen.CardRead:
		if !p.card.Job.Takes(m.Req) {
			return false
		}
		p.card.Take(p.env, m, p.finding.Patient)
	default:
		return false
	}
	return true
}

// DisabledReason says why an intent cannot be carried out now.
func (p *onePage) DisabledReason(id intent.ID) string {
	switch id {
	case intent.Sync, intent.Withdraw, intent.Consent:
		return p.env.S(p.title)
	}
	return ""
}

// HintFor names what Space and Enter do.
func (p *onePage) HintFor(id intent.ID) string {
	switch {
	case id == intent.Tick:
		return p.env.S(p.env.T.Chart.ChooseHint)
	case id == intent.Accept && p.receipt != nil:
		return p.env.S(p.env.T.Capture.ReceiptNext)
	case id == intent.Accept:
		return p.env.S(p.env.T.Capture.NextHint)
	}
	return ""
}

var _ interface {
	screen.CardFollower
	screen.Concealer
	screen.Resumer
	screen.Handed
} = (*onePage)(nil)

// Handed reports that the patient looks on until the receipt, and types the key.
func (p *onePage) Handed() (reads, keyboard bool) {
	return p.receipt == nil, p.atKey()
}

// atKey reports whether the patient has the keyboard.
func (p *onePage) atKey() bool {
	return p.receipt == nil && !p.busy() && p.form.On(p.key) && p.key.Shown()
}

// Conceal forgets card and key before the desk is locked.
func (p *onePage) Conceal() {
	if !p.job.Running() {
		p.card.Forget()
		p.key.Input.Clear()
	}
}

// Resume reads the card that the act rests on, where none was read yet.
func (p *onePage) Resume() tea.Cmd {
	if p.receipt == nil && p.channel() == ehrdesk.ByCard && p.card.Insertion == 0 {
		return p.card.Begin(p.env, p.request, p.finding.Patient.ID)
	}
	return nil
}

// took takes the centre's answer to the act.
func (p *onePage) took(m receiptMsg) {
	p.heard(p.env, m.Err)
	p.conclude(m.Value, m.Err)
}

// conclude takes what became of the act.
func (p *onePage) conclude(r ehrdesk.Receipt, err error) {
	switch code := ehrdesk.CodeOf(err); {
	case err == nil && r.Patient.ID != "" && r.Patient.ID != p.finding.Patient.ID:
		p.wrong = screen.Failed(ehrdesk.E("ui.act", ehrdesk.CodeTampered, nil))
	case err == nil:
		p.key.Input.Clear()
		p.card.Forget()
		p.receipt, p.wrong = &r, screen.Wrong{}
		p.env.Day.Stale, p.env.Day.Tell = true, true
	case errors.Is(err, ehrdesk.ErrFormUsed):
		p.form.Focus(p.paper)
		p.wrong = screen.Failed(err)
	case errors.Is(err, ehrdesk.ErrSignedAhead), errors.Is(err, ehrdesk.ErrSignedBefore):
		p.form.Focus(p.signed)
		p.wrong = screen.Failed(err)
	case code == ehrdesk.CodeTimeout:
		p.wrong = screen.Saying(p.env.T.Capture.UnknownOffline)
	case code == ehrdesk.CodeDenied || code == ehrdesk.CodeLocked:
		p.key.Input.Clear()
		p.out.take(err)
		p.form.Focus(p.key)
		p.wrong = screen.Failed(err)
	case code == ehrdesk.CodeCard:
		p.card.Forget()
		p.card.Err = err
		p.wrong = screen.Failed(err)
	default:
		p.wrong = screen.Failed(err)
	}
}

func (p *onePage) busy() bool { return p.offerJob.Running() || p.job.Running() || p.card.Job.Running() }

// Leave cancels and forgets.
func (p *onePage) Leave() {
	p.offerJob.Stop()
	p.job.Stop()
	p.key.Input.Clear()
	p.check.Input.Clear()
	p.card.Forget()
}

// Card follows the readers: a card put in is read for this act, one taken
// out takes with it what it stood for.
func (p *onePage) Card(e ehrdesk.CardEvent) tea.Cmd {
	if p.receipt != nil {
		return nil
	}
	if ways := p.ways(); e.Kind == ehrdesk.CardInserted && ways[0] == ehrdesk.ByCard && p.key.Input.Empty() && p.paper.Input.Empty() {
		p.way.Sel = 0 // the card that is put in is what the act rests on
	}
	if p.channel() != ehrdesk.ByCard {
		return nil
	}
	switch e.Kind {
	case ehrdesk.CardInserted, ehrdesk.CardMute:
		if said := p.env.CardSaid(e); said != "" {
			p.env.Warn(said)
			return nil
		}
		p.wrong = screen.Wrong{}
		return p.card.Begin(p.env, p.request, p.finding.Patient.ID)
	case ehrdesk.CardRemoved:
		if e.Insertion == p.card.Insertion && !p.job.Running() {
			p.card.Forget()
			p.wrong = screen.Saying(p.env.T.Card.RemovedStep)
		}
	case ehrdesk.CardServiceDown:
		p.env.Warn(p.env.CardWhy())
	}
	return nil
}
