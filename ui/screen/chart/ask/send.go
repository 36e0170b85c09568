package ask

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen"
)

// Handle carries out a wish where it stands.
func (p *Page) Handle(in intent.Intent) (tea.Cmd, bool) {
	switch {
	case p.job.Running():
		return p.wait(in), true
	case p.of == nil:
		return nil, false
	case p.card:
		return p.handleCard(in), true
	case p.told != nil:
		if in.ID == intent.Back || in.ID == intent.Accept {
			return p.leave(), true
		}
		return nil, p.scroll.Handle(in)
	case p.step == choosing:
		return p.handleWhere(in)
	case p.step == attachingTo:
		return p.handleAttach(in)
	}
	return p.handleShown(in)
}

// wait takes Esc while the letter is read; what is being sent is not taken back.
func (p *Page) wait(in intent.Intent) tea.Cmd {
	e, t := p.b.Env, &p.b.Env.T.Asking
	if in.ID != intent.Back || p.sending {
		e.Warn(e.S(t.Wait))
		return nil
	}
	p.job.Stop()
	e.Say(e.S(t.Stopped))
	return p.leave()
}

// priorities are FHIR's, the slowest first.
func priorities() []string { return []string{"routine", "urgent", "asap", "stat"} }

func (p *Page) handleShown(in intent.Intent) (tea.Cmd, bool) {
	switch in.ID {
	case intent.Back:
		p.step = attachingTo
	case intent.Tick:
		all := priorities()
		p.request.Body.Priority = all[(slices.Index(all, p.request.Body.Priority)+1)%len(all)]
	case intent.Accept:
		p.card, p.wrong = true, screen.Wrong{}
	default:
		return nil, p.scroll.Handle(in)
	}
	return nil, true
}

func (p *Page) handleCard(in intent.Intent) tea.Cmd {
	switch in.ID {
	case intent.Back:
		p.card = false
	case intent.DraftYes:
		return p.send()
	}
	return nil
}

// send asks what was shown.
func (p *Page) send() (cmd tea.Cmd) {
	asks, _, ok := Of(p.b.Env)
	if !ok || !p.may() {
		return nil
	}
	r, patient := p.request, p.b.Chart.Patient().ID
	p.sending = true
	p.job, cmd = screen.Start(p.b.Env, time.Minute, patient, func(ctx context.Context) (ehrdesk.Request, error) { return asks.Ask(ctx, patient, r) })
	return cmd
}

// sent shows what became of it; where nothing did the card says why, and it can be sent once more.
func (p *Page) sent(m sentMsg) {
	p.sending = false
	if m.Err != nil {
		p.wrong = screen.Failed(m.Err)
		return
	}
	p.card, p.told = false, &m.Value
	p.scroll.Reset()
}

// DisabledReason says why what is here cannot be ticked, looked for or sent.
func (p *Page) DisabledReason(id intent.ID) string {
	e, t := p.b.Env, &p.b.Env.T.Asking
	here := p.of != nil && !p.job.Running() && !p.card && p.told == nil
	switch id {
	case intent.OtherView, intent.Fold, intent.Trend:
		return e.S(e.T.Chart.OneView)
	case intent.Tick:
		if !here || p.step == choosing || p.attach.typing {
			return e.S(t.NotTicked)
		}
	case intent.Search:
		if !here || p.step != attachingTo || p.attach.typing {
			return e.S(t.NotTicked)
		}
	case intent.Refer:
		return e.S(t.NotLetter)
	}
	return ""
}

// HintFor names what keys do where somebody is.
func (p *Page) HintFor(id intent.ID) string {
	e, t := p.b.Env, &p.b.Env.T.Asking
	if p.of == nil || p.job.Running() {
		return ""
	}
	switch id {
	case intent.Accept:
		switch {
		case p.told != nil:
			return e.S(t.EnterEnd)
		case p.step == choosing:
			return e.S(t.EnterChoose)
		case p.step == attachingTo && p.attach.typing:
			return e.S(t.EnterEnd)
		case p.step == attachingTo:
			return e.S(t.EnterPreview)
		}
		return e.S(t.EnterSend)
	case intent.Tick:
		if p.step == showing {
			return e.S(t.Other)
		}
		return e.S(t.TickIt)
	case intent.Search:
		return e.S(t.LookAmong)
	case intent.DraftYes:
		return e.S(t.Send)
	case intent.Back:
		if p.step == choosing {
			return e.S(t.EscAway)
		}
		return e.S(t.EscBack)
	}
	return ""
}
