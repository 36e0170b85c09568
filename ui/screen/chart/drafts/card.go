package drafts

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen"
)

// card asks before something is given to a program, or a draft destroyed. The key that led to it does neither.
type card struct {
	ask     *ehrdesk.DraftProgram // nil where a draft is to be discarded
	fields  []Field               // as they are shown, and given
	discard string
	wrong   screen.Wrong
	job     screen.Job
}

// patience is longer than a program may take, and than its end.
const patience = 90 * time.Second

type (
	kept    struct{ draft ehrdesk.Draft } // a draft is on the disk
	gone    struct{ id string }           // one is destroyed
	keptMsg = screen.Done[kept]
	goneMsg = screen.Done[gone]
)

// handleCard carries out a wish on the card.
func (p *Page) handleCard(in intent.Intent) tea.Cmd {
	e, t, k := p.b.Env, &p.b.Env.T.Drafts, p.card
	switch {
	case in.ID == intent.Back && k.job.Running() && k.ask != nil:
		k.job.Stop() // which ends the program
		p.card = nil
		e.Warn(e.S(t.Stopped))
		return p.Set() // it may have been kept the moment before
	case k.job.Running():
		e.Warn(e.S(t.Still))
	case in.ID == intent.Back:
		p.card = nil
	case in.ID == intent.DraftYes && k.ask != nil:
		return p.give()
	case in.ID == intent.DraftYes:
		return p.destroy()
	}
	return nil
}

// give runs the program with what is shown.
func (p *Page) give() (cmd tea.Cmd) {
	k, patient := p.card, p.b.Chart.Patient().ID
	keeper, ok := p.b.Env.Session.(ehrdesk.Drafting)
	if !ok {
		return nil
	}
	k.wrong = screen.Wrong{}
	r := Request(k.ask, k.fields)
	k.job, cmd = screen.Start(p.b.Env, patience, patient, func(ctx context.Context) (kept, error) {
		d, err := keeper.AskDraft(ctx, patient, r)
		return kept{d}, err
	})
	return cmd
}

// destroy discards the draft of the card.
func (p *Page) destroy() (cmd tea.Cmd) {
	k, patient := p.card, p.b.Chart.Patient().ID
	keeper, ok := p.b.Env.Session.(ehrdesk.Drafting)
	if !ok {
		return nil
	}
	k.job, cmd = screen.Start(p.b.Env, time.Minute, patient, func(ctx context.Context) (gone, error) {
		return gone{k.discard}, keeper.DiscardDraft(ctx, patient, k.discard)
	})
	return cmd
}

// updateCard takes what came of the card.
func (p *Page) updateCard(msg tea.Msg) (tea.Cmd, bool) {
	e, t := p.b.Env, &p.b.Env.T.Drafts
	mine := func(who string, req uint64) bool {
		return p.card != nil && who == p.b.Chart.Patient().ID && p.card.job.Takes(req)
	}
	switch m := msg.(type) {
	case keptMsg:
		if !mine(m.Who, m.Req) {
			return nil, false
		}
		if m.Err != nil {
			p.card.wrong = p.why(m.Err)
			return nil, true
		}
		p.card = nil
		p.all = append([]ehrdesk.Draft{m.Value.draft}, p.all...)
		p.open, p.sel = m.Value.draft.ID, len(Programs(e))
		p.scroll.Reset()
		e.Say(e.S(t.Kept))
		return p.Set(), true
	case goneMsg:
		if !mine(m.Who, m.Req) {
			return nil, false
		}
		if p.card = nil; m.Err != nil {
			e.Warn(e.ExplainLine(m.Err))
			return nil, true
		}
		p.open = ""
		e.Say(e.S(t.Discarded))
		return p.Set(), true
	}
	return nil, false
}

// why says why there is no draft.
func (p *Page) why(err error) screen.Wrong {
	t := &p.b.Env.T.Drafts
	var failed ehrdesk.DraftFailed
	switch code := ehrdesk.CodeOf(err); {
	case errors.As(err, &failed) && failed.Status > 0:
		return screen.Saying(t.Failed.Filled(failed.Status))
	case errors.As(err, &failed):
		return screen.Saying(t.Ended)
	case errors.Is(err, errors.ErrUnsupported):
		return screen.Saying(t.CannotHold)
	case code == ehrdesk.CodeTimeout:
		return screen.Saying(t.TooLong)
	case code == ehrdesk.CodeNotFound:
		return screen.Saying(t.Nothing)
	case code == ehrdesk.CodeConflict:
		return screen.Saying(t.Other)
	case code == ehrdesk.CodeDenied:
		return screen.Saying(t.Refused)
	}
	return screen.Failed(err)
}
