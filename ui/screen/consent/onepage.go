package consent

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// onePage is what acts that fit one page have in common: who gives, what shows
// the right patient, the term, and what the act rests on.
type onePage struct {
	env     *screen.Env
	finding ehrdesk.Finding
	request string
	offer   *ehrdesk.Offer
	kinds   []ehrdesk.GiverKind
	matched bool
	renews  bool
	card    screen.CardProof
	readAt  time.Time
	fixed   func() []ehrdesk.Channel // the channels, where the page itself decides
	wrong   screen.Wrong
	out     lockOut
	receipt *ehrdesk.Receipt
	done    text.T // what the receipt says; zero for a consent

	form                                           widget.Form
	who, name, document, declaration, before, seen *widget.Row
	check, term, way, key, paper, read, submit     *widget.Row

	offerJob screen.Job
	job      screen.Job
}

// ways are the channels of the page, the card only where one can be read.
func (p *onePage) ways() []ehrdesk.Channel {
	if p.fixed != nil {
		return p.fixed()
	}
	if p.env.CardWhy() == "" && p.giver().Kind == ehrdesk.SelfGiver {
		return []ehrdesk.Channel{ehrdesk.ByCard, ehrdesk.ByAccessKey, ehrdesk.ByForm}
	}
	return []ehrdesk.Channel{ehrdesk.ByAccessKey, ehrdesk.ByForm}
}

func (p *onePage) channel() ehrdesk.Channel {
	ways := p.ways()
	return ways[min(max(p.way.Sel, 0), len(ways)-1)]
}

func (p *onePage) by(ch ehrdesk.Channel) func() bool {
	return func() bool { return p.channel() != ch }
}

// begin makes the rows and asks for the offer.
func (p *onePage) begin(env *screen.Env, f ehrdesk.Finding, matched bool) tea.Cmd {
	p.env, p.finding, p.request, p.matched = env, f, NewRequestID(), matched
	p.kinds = ehrdesk.GiverKindsFor(f.Patient, env.Now())
	t := &env.T.Capture
	say := func(x text.T) func() string { return func() string { return env.S(x) } }
	entry := func(label text.T, max int, hidden func() bool) *widget.Row {
		return &widget.Row{Kind: widget.TextRow, Label: say(label), Input: &widget.Input{Max: max}, Width: 44, Hidden: hidden}
	}
	self := func() bool { return p.kind().Kind == ehrdesk.SelfGiver }
	p.who = &widget.Row{Kind: widget.ChoiceRow, Label: say(t.GivenBy), Count: len(p.kinds), Option: func(i int) string { return env.S(t.Giver(p.kinds[i].Kind)) }}
	p.name = entry(t.GiverName, 80, self)
	p.document = entry(t.GiverDocument, 60, func() bool { return self() || p.kind().Declaration })
	p.declaration = entry(t.Declaration, 40, func() bool { return !p.kind().Declaration })
	p.before = &widget.Row{Kind: widget.TickRow, Label: say(t.NoneBefore), Hidden: func() bool { return !p.kind().NoneBefore }}
	p.seen = &widget.Row{Kind: widget.TickRow, Label: func() string {
		if self() {
			return env.S(t.Sighted)
		}
		return env.S(t.SightedSDM)
	}}
	p.check = &widget.Row{Kind: widget.TextRow, Label: func() string {
		if f.Patient.HKIC.IsZero() {
			return env.AskToIdentify(f.Patient)
		}
		return env.S(t.CheckShort)
	}, Input: &widget.Input{Max: 4}, Width: 6,
		Hidden: func() bool { return p.matched || p.channel() == ehrdesk.ByCard }}
	p.term = &widget.Row{Kind: widget.ChoiceRow, Label: say(t.TermLabel), Sel: -1, Option: func(i int) string {
		term := p.offer.Terms[i]
		return env.S(env.T.Consent.TermName(term)) + " · " + p.until(term)
	}}
	p.way = &widget.Row{Kind: widget.ChoiceRow, Label: say(t.Channel), Count: len(p.ways0()), Option: func(i int) string {
		ways := p.ways()
		return env.S(env.T.Consent.ChannelName(ways[min(i, len(ways)-1)]))
	}}
	if _, n := env.Cards.Readable(); n == 0 && len(p.ways()) > 2 {
		p.way.Sel = 1 // no card is in: the key, until one is put in
	}
	p.key = &widget.Row{Kind: widget.TextRow, Label: say(t.KeyLabel), Input: &widget.Input{Masked: true, Max: 8}, Width: 12, Hidden: p.by(ehrdesk.ByAccessKey)}
	p.paper = entry(t.FormLabel, 40, p.by(ehrdesk.ByForm))
	p.read = &widget.Row{Kind: widget.TickRow, Label: say(t.ReadBoth)}
	p.submit = &widget.Row{Kind: widget.SubmitRow, Label: say(t.PressY)}
	session := env.Session
	var cmd tea.Cmd
	p.offerJob, cmd = screen.Start(env, 15*time.Second, f.Patient.ID, func(ctx context.Context) (ehrdesk.Offer, error) { return session.Offer(ctx) })
	return cmd
}

// ways0 counts the channels before a giver is chosen.
func (p *onePage) ways0() []ehrdesk.Channel {
	if p.env.CardWhy() == "" {
		return make([]ehrdesk.Channel, 3)
	}
	return make([]ehrdesk.Channel, 2)
}

func (p *onePage) kind() ehrdesk.GiverKind { return p.kinds[max(p.who.Sel, 0)] }

func (p *onePage) giver() ehrdesk.Giver {
	if p.who == nil {
		return ehrdesk.Giver{Kind: ehrdesk.SelfGiver}
	}
	v, k := ehrdesk.Giver{Kind: p.kind().Kind}, p.kind()
	if k.Kind != ehrdesk.SelfGiver {
		v.Name = ehrdesk.CleanLine(p.name.Input.Text())
		if k.Declaration {
			v.Declaration = ehrdesk.CleanLine(p.declaration.Input.Text())
		} else {
			v.Document = ehrdesk.CleanLine(p.document.Input.Text())
		}
		v.NoneBefore = k.NoneBefore && p.before.On
	}
	return v
}

func (p *onePage) chosenTerm() ehrdesk.Term {
	if p.offer == nil || p.term.Sel < 0 || p.term.Sel >= len(p.offer.Terms) {
		return ""
	}
	return p.offer.Terms[p.term.Sel]
}

func (p *onePage) until(term ehrdesk.Term) string {
	from := p.env.Now()
	if p.renews && p.finding.Consent.Until.After(from) {
		from = p.finding.Consent.Until // the centre counts a year from there
	}
	return untilWords(p.env, term, from)
}

// missing is the first thing that stands in the way, and its row.
func (p *onePage) missing() (screen.Wrong, *widget.Row) {
	t, v := &p.env.T.Capture, p.giver()
	err := v.Check(p.finding.Patient, p.env.Now())
	switch {
	case errors.Is(err, ehrdesk.ErrGiverUnnamed) && v.Name == "":
		return screen.Saying(t.NameNeeded), p.name
	case errors.Is(err, ehrdesk.ErrGiverUnnamed):
		return screen.Saying(t.DocNeeded), p.document
	case errors.Is(err, ehrdesk.ErrGiverOrder):
		return screen.Saying(t.OrderNeeded), p.before
	case errors.Is(err, ehrdesk.ErrGiverDeclaration):
		return screen.Saying(t.DeclarationNeeded), p.declaration
	case err != nil:
		return screen.Saying(t.Under16), p.who
	case !p.seen.On:
		return screen.Saying(t.NotSighted), p.seen
	case !p.check.Hidden() && p.check.Input.Empty():
		return screen.Saying(t.CheckNeeded), p.check
	case !p.check.Hidden() && !screen.Agrees(p.finding.Patient, p.check.Input.Text()):
		return screen.Saying(t.CheckWrong), p.check
	case !p.read.On:
		return screen.Saying(t.ReadNeeded), p.read
	case p.chosenTerm() == "":
		return screen.Saying(t.NoTerm), p.term
	}
	switch p.channel() {
	case ehrdesk.ByForm:
		if ehrdesk.CleanLine(p.paper.Input.Text()) == "" {
			return screen.Saying(t.FormNeeded), p.paper
		}
	case ehrdesk.ByAccessKey:
		if p.out.locked(p.env) {
			return p.out.wrong, p.key
		}
		if _, err := ehrdesk.ParseAccessKey(p.key.Input.Text()); err != nil {
			return screen.Saying(t.KeyShape), p.key
		}
	case ehrdesk.ByCard:
		if !p.card.Good() {
			return screen.Saying(p.env.T.Card.Waiting), p.way
		}
	}
	return screen.Wrong{}, nil
}

// grant is the consent of the page.
func (p *onePage) grant() ehrdesk.Grant {
	g := ehrdesk.Grant{Patient: p.finding.Patient.Number(), Channel: p.channel(), Term: p.chosenTerm(), Giver: p.giver(), NoticeRead: p.read.On,
		NoticeVersions: map[string]string{}, NoticeReadAt: p.env.Now(), DocumentSighted: p.seen.On, RequestID: p.request}
	for _, n := range p.offer.Notices {
		g.NoticeVersions[n.ID] = n.Version
	}
	switch g.Channel {
	case ehrdesk.ByForm:
		g.FormReference = ehrdesk.CleanLine(p.paper.Input.Text())
	case ehrdesk.ByCard:
		g.Card = p.card.Evidence()
	default:
		g.AccessKey, _ = ehrdesk.ParseAccessKey(p.key.Input.Text()) // checked just now
	}
	return g
}

// took takes the centre's answer to the act.
func (p *onePage) took(m receiptMsg) {
	switch code := ehrdesk.CodeOf(m.Err); {
	case m.Err == nil && m.Value.Patient.ID != "" && m.Value.Patient.ID != p.finding.Patient.ID:
		p.wrong = screen.Failed(ehrdesk.E("ui.act", ehrdesk.CodeTampered, nil))
	case m.Err == nil:
		p.key.Input.Clear()
		p.card.Forget()
		p.receipt = &m.Value
		p.env.Day.Stale = true
	case errors.Is(m.Err, ehrdesk.ErrFormUsed):
		p.form.Focus(p.paper)
		p.wrong = screen.Failed(m.Err)
	case code == ehrdesk.CodeTimeout:
		p.wrong = screen.Saying(p.env.T.Capture.UnknownOffline)
		p.env.Day.Stale = true
	case code == ehrdesk.CodeDenied || code == ehrdesk.CodeLocked:
		p.key.Input.Clear()
		p.out.take(m.Err)
		p.form.Focus(p.key)
		p.wrong = screen.Failed(m.Err)
	case code == ehrdesk.CodeCard:
		p.card.Forget()
		p.card.Err = m.Err
		p.wrong = screen.Failed(m.Err)
	default:
		p.wrong = screen.Failed(m.Err)
	}
}

func (p *onePage) busy() bool { return p.offerJob.Running() || p.job.Running() || p.card.Job.Running() }

// touched reports that something was entered.
func (p *onePage) touched() bool {
	return p.receipt == nil && (p.seen.On || p.read.On || !p.check.Input.Empty() || !p.key.Input.Empty() || !p.paper.Input.Empty() || !p.name.Input.Empty())
}

func (p *onePage) leave() {
	p.offerJob.Stop()
	p.job.Stop()
	p.key.Input.Clear()
	p.check.Input.Clear()
	p.card.Forget()
}

// cardEvent follows the readers: a card put in is read for this act, one taken
// out takes with it what it stood for.
func (p *onePage) cardEvent(e ehrdesk.CardEvent) tea.Cmd {
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
