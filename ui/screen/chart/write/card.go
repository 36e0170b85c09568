package write

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// card asks before something is signed, refused or destroyed. The key that led to it does none of that.
type card struct {
	sign    bool
	asks    bool          // what is sent is a request
	discard string        // the draft that is destroyed
	reason  *widget.Input // why it is refused
	name    string
	wrong   screen.Wrong
}

// yes is what y does on the card.
func (k *card) yes(t *text.Writing) text.T {
	if k.discard != "" {
		return t.Discard
	}
	if k.asks {
		return t.SendIt
	}
	return t.SignIt
}

// receipt is what became of something.
type receipt struct {
	ehrdesk.DepositReceipt
	name    string // of the form, "" where it is not known any more
	records []ehrdesk.DepositRecord
	refused bool         // by the second person, who gave it back
	gone    bool         // the draft is destroyed
	letter  *ehrdesk.Ref // the document that goes on to another provider, nil for none
}

type signedMsg = screen.Done[receipt]

// handleCard carries out a wish on the card.
func (p *Page) handleCard(in intent.Intent) tea.Cmd {
	k := p.card
	switch {
	case in.ID == intent.Back:
		p.card = nil
	case in.ID == intent.DraftYes && k.discard != "":
		return p.destroy(k.discard)
	case in.ID == intent.DraftYes && k.sign:
		return p.sign()
	case in.ID == intent.Accept && k.reason != nil:
		return p.refuse(strings.TrimSpace(k.reason.Text()))
	}
	return nil
}

// sign signs what is shown: as its author, or as the second person.
func (p *Page) sign() tea.Cmd {
	s := p.show
	d, name, approves := s.deposit, s.name, s.approval != nil
	return start(p, signing, func(ctx context.Context, w ehrdesk.Writing, patient string) (receipt, error) {
		var r ehrdesk.DepositReceipt
		var err error
		if approves {
			r, err = w.Approve(ctx, patient, d.ID)
		} else {
			r, err = w.SignWriting(ctx, patient, d)
		}
		return receipt{DepositReceipt: r, name: name, records: d.Records}, err
	})
}

// refuse gives what waits back to its author. Without a reason nobody can put it right.
func (p *Page) refuse(reason string) tea.Cmd {
	if reason == "" {
		p.card.wrong = screen.Saying(p.b.Env.T.Writing.NeedsReason)
		return nil
	}
	id, name := p.show.deposit.ID, p.show.name
	return start(p, signing, func(ctx context.Context, w ehrdesk.Writing, patient string) (receipt, error) {
		return receipt{name: name, refused: true}, w.Refuse(ctx, patient, id, reason)
	})
}

// destroy discards a draft.
func (p *Page) destroy(id string) tea.Cmd {
	keeper, ok := p.b.Env.Session.(ehrdesk.Drafting)
	if !ok {
		return nil
	}
	return start(p, signing, func(ctx context.Context, _ ehrdesk.Writing, patient string) (receipt, error) {
		return receipt{gone: true}, keeper.DiscardDraft(ctx, patient, id)
	})
}

// signed shows the receipt, or why there is none.
func (p *Page) signed(m signedMsg) tea.Cmd {
	e, t := p.b.Env, &p.b.Env.T.Writing
	p.doing = nothing
	if m.Err != nil {
		if p.card != nil {
			p.card.wrong = screen.Failed(m.Err)
			if ehrdesk.CodeOf(m.Err) == ehrdesk.CodeConflict {
				p.card.wrong = screen.Saying(t.Changed)
			}
			return nil
		}
		e.Warn(p.whyNot(m.Err))
		return nil
	}
	r := m.Value
	p.close()
	switch {
	case r.gone:
		e.Say(e.S(e.T.Drafts.Discarded))
	case r.refused:
		e.Say(e.S(t.GivenBack))
	default:
		r.letter = p.letterOf(&r)
		p.told = &r
	}
	return p.Set()
}

// handleTold leaves the receipt, or goes on to whom a letter is sent.
func (p *Page) handleTold(in intent.Intent) (tea.Cmd, bool) {
	if in.ID == intent.Refer {
		return p.refer(), true
	}
	if in.ID != intent.Back && in.ID != intent.Accept {
		return nil, false
	}
	p.close()
	return p.Set(), true
}

// whyNot says why something cannot be opened, put right or withdrawn.
func (p *Page) whyNot(err error) string {
	e, t := p.b.Env, &p.b.Env.T.Writing
	if p.doing == querying || p.show == nil && p.fill != nil && p.fill.asks {
		return p.whyNoQuery(err)
	}
	ours := p.doing == correcting || p.why != nil
	switch code := ehrdesk.CodeOf(err); {
	case ours && code == ehrdesk.CodeDenied:
		return e.S(t.NotOurs)
	case ours && code == ehrdesk.CodeNotFound:
		return e.S(t.NoForm)
	case code == ehrdesk.CodeConflict:
		return e.S(t.Changed)
	}
	return e.ExplainLine(err)
}

// stateWords say how far a deposit has come.
func (p *Page) stateWords(r *ehrdesk.DepositReceipt) string {
	e, t := p.b.Env, &p.b.Env.T.Writing
	switch r.State {
	case ehrdesk.DepositSent:
		return e.S(t.Sent)
	case ehrdesk.DepositWaits:
		return e.S(t.WaitsLine)
	case ehrdesk.DepositRefused:
		return e.S(t.Refused)
	case ehrdesk.DepositApproval:
		return e.S(t.WaitsSecond)
	}
	return ehrdesk.CleanLine(string(r.State))
}
