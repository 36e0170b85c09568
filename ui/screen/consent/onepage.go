package consent

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// onePage is what acts that fit one page have in common: who gives, what shows
// the right patient, the term, and what the act rests on.
type onePage struct {
	sent

	giver
	finding ehrdesk.Finding
	request string
	offer   *ehrdesk.Offer
	renews  bool
	card    screen.CardProof
	readAt  time.Time
	fixed   func() []ehrdesk.Channel // the channels, where the page itself decides
	wrong   screen.Wrong
	out     lockOut
	receipt *ehrdesk.Receipt
	title   text.T
	done    text.T                   // what the receipt says; zero for a consent
	preset  func([]ehrdesk.Term) int // the term to begin with, -1 for none

	form                                                widget.Form
	term, way, key, paper, signed, second, read, submit *widget.Row

	offerJob screen.Job
	job      screen.Job
}

// ways are the channels of the page, the card only where one can be read.
func (p *onePage) ways() []ehrdesk.Channel {
	if p.fixed != nil {
		return p.fixed()
	}
	if p.env.CardWhy() == "" && p.self() {
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

// start makes the rows and asks for the offer.
func (p *onePage) start(env *screen.Env, f ehrdesk.Finding, matched bool) tea.Cmd {
	p.finding, p.request = f, NewRequestID()
	p.out.known(f)
	p.begin(env, f.Patient, matched, false)
	p.check.Hidden = func() bool { return p.matched || p.channel() == ehrdesk.ByCard }
	t := &env.T.Capture
	p.term = &widget.Row{Kind: widget.ChoiceRow, Label: say(env, t.TermLabel), Sel: -1, Option: func(i int) string {
		term := p.offer.Terms[i]
		return env.S(env.T.Consent.TermName(term)) + " · " + p.until(term)
	}}
	p.way = &widget.Row{Kind: widget.ChoiceRow, Label: say(env, t.Channel), Count: len(p.ways0()), Option: func(i int) string {
		ways := p.ways()
		return env.S(env.T.Consent.ChannelName(ways[min(i, len(ways)-1)]))
	}}
	if _, n := env.Cards.Readable(); n == 0 && len(p.ways()) > 2 {
		p.way.Sel = 1 // no card is in: the key, until one is put in
	}
	p.key = &widget.Row{Kind: widget.TextRow, Label: say(env, t.KeyLabel), Input: &widget.Input{Masked: true, Digits: true, Max: 8}, Width: 12, Hidden: p.by(ehrdesk.ByAccessKey)}
	p.paper = entry(env, t.FormLabel, 40, p.by(ehrdesk.ByForm))
	p.signed = signedRow(env, p.paper.Hidden)
	p.second = &widget.Row{Kind: widget.SaidRow, Label: say(env, env.T.Second.Note), Style: theme.Abnormal, Hidden: func() bool { return !p.byTwo() }}
	p.read = &widget.Row{Kind: widget.TickRow, Label: say(env, t.ReadBoth)}
	p.submit = &widget.Row{Kind: widget.SubmitRow, Label: say(env, t.PressY)}
	session := env.Session
	var cmd tea.Cmd
	p.offerJob, cmd = screen.Start(env, 15*time.Second, f.Patient.ID, func(ctx context.Context) (ehrdesk.Offer, error) { return session.Offer(ctx) })
	return cmd
}

// toldAll says where an act rests on the word of who takes it that the patient is told on
// every contact.
func toldAll(env *screen.Env, words text.T, hidden func() bool) *widget.Row {
	return &widget.Row{Kind: widget.SaidRow, Label: say(env, words), Style: theme.Muted, Hidden: hidden}
}

// byTwo reports whether a second person approves the act as it stands.
func (p *onePage) byTwo() bool {
	return p.offer != nil && p.channel() == ehrdesk.ByForm && slices.Contains(p.offer.Second, ehrdesk.ConsentByForm)
}

// ways0 counts the channels before a giver is chosen.
func (p *onePage) ways0() []ehrdesk.Channel {
	if p.env.CardWhy() == "" {
		return make([]ehrdesk.Channel, 3)
	}
	return make([]ehrdesk.Channel, 2)
}

func (p *onePage) chosenTerm() ehrdesk.Term {
	if p.offer == nil || p.term.Sel < 0 || p.term.Sel >= len(p.offer.Terms) {
		return ""
	}
	return p.offer.Terms[p.term.Sel]
}

func (p *onePage) until(term ehrdesk.Term) string {
	now := p.env.Now()
	if p.renews && term == ehrdesk.OneYear {
		until, _ := p.finding.Consent.Anew(term, now)
		return endsWords(p.env, until)
	}
	return untilWords(p.env, term, now)
}

// longer reports whether the consent would run for longer than it does.
func (p *onePage) longer() bool {
	_, ok := p.finding.Consent.Anew(p.chosenTerm(), p.env.Now())
	return ok
}

// lacks is the first thing that stands in the way of the act, and its row.
func (p *onePage) lacks() (screen.Wrong, *widget.Row) {
	t := &p.env.T.Capture
	if wrong, at := p.missing(); at != nil {
		return wrong, at
	}
	switch {
	case !p.read.On:
		return screen.Saying(t.ReadNeeded), p.read
	case p.chosenTerm() == "":
		return screen.Saying(t.NoTerm), p.term
	case p.renews && !p.longer():
		return screen.Saying(t.NoLonger), p.term
	}
	switch p.channel() {
	case ehrdesk.ByForm:
		if ehrdesk.CleanLine(p.paper.Input.Text()) == "" {
			return screen.Saying(t.FormNeeded), p.paper
		}
		if wrong, ok := undated(p.env, p.signed.Input, p.finding, false); !ok {
			return wrong, p.signed
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
	g := ehrdesk.Grant{Patient: p.finding.Patient.Number(), Channel: p.channel(), Term: p.chosenTerm(), Giver: p.value(), NoticeRead: p.read.On,
		NoticeVersions: map[string]string{}, NoticeReadAt: p.env.Now(), DocumentSighted: p.seen.On, RequestID: p.request}
	for _, n := range p.offer.Notices {
		g.NoticeVersions[n.ID] = n.Version
	}
	switch g.Channel {
	case ehrdesk.ByForm:
		g.FormReference, g.Signed = ehrdesk.CleanLine(p.paper.Input.Text()), signedOn(p.signed.Input)
	case ehrdesk.ByCard:
		g.Card = p.card.Evidence()
	default:
		g.AccessKey, _ = ehrdesk.ParseAccessKey(p.key.Input.Text()) // checked just now
	}
	return g
}
