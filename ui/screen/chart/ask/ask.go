// Package ask is the page on which another provider is asked to see the patient whose chart is open: where to, which records go
// with the letter, exactly what is asked of whom, and what became of it. It promises that no provider is chosen by itself, that
// nothing is sent but what was shown, by a second key, and that it says "sent" when the central service has it and not before.
package ask

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// Page is what is asked about the patient whose chart is open.
type Page struct {
	b       *page.Book
	away    func() tea.Cmd // goes back to where it was begun
	job     screen.Job     // that opens the letter, or sends
	sending bool           // the job is not taken back
	step    step
	of      *opened // what is asked about; nil for nothing
	where   picking
	attach  attaching
	request ehrdesk.Request
	scroll  widget.Scroll
	card    bool // asks before it is sent
	wrong   screen.Wrong
	told    *ehrdesk.Request // what became of it
}

// step is how far somebody is.
type step uint8

const (
	choosing step = iota
	attachingTo
	showing
)

// New gives the page; away goes back to where it was begun.
func New(b *page.Book, away func() tea.Cmd) *Page { return &Page{b: b, away: away} }

var _ interface {
	page.Page
	page.Typing
	screen.Reader
} = (*Page)(nil)

// Of is what asks others for whoever is signed in, and the directory they are in; ok is false where nobody may, or the desk does not.
func Of(e *screen.Env) (asks ehrdesk.Requesting, in ehrdesk.Directory, ok bool) {
	asks, one := e.Session.(ehrdesk.Requesting)
	in, two := e.Session.(ehrdesk.Directory)
	return asks, in, one && two && e.Clinical()
}

// Letter is a letter that goes to somebody: a document of the record, or one that has just been signed, with its bytes.
type Letter struct {
	Ref ehrdesk.Ref
	Raw []byte // nil: the chart has it
}

type (
	openedMsg = screen.Done[*opened]
	sentMsg   = screen.Done[ehrdesk.Request]
)

// Begin reads a letter and the directory, and asks where to.
func (p *Page) Begin(l Letter) (cmd tea.Cmd) {
	_, in, ok := Of(p.b.Env)
	if !ok || p.job.Running() {
		return nil
	}
	p.forget()
	w, _ := p.b.Env.Session.(ehrdesk.Writing)
	chart, me := p.b.Chart, p.b.Env.Account().Provider
	p.job, cmd = screen.Start(p.b.Env, time.Minute, chart.Patient().ID, func(ctx context.Context) (*opened, error) { return open(ctx, chart, in, w, l, me) })
	return cmd
}

// Set has nothing to take: what is attached was listed when the letter was opened.
func (p *Page) Set() tea.Cmd { return nil }

// Update takes what was opened, and what became of what was sent.
func (p *Page) Update(msg tea.Msg) (tea.Cmd, bool) {
	who := p.b.Chart.Patient().ID
	switch m := msg.(type) {
	case openedMsg:
		if m.Who == who && p.job.Takes(m.Req) {
			return p.opened(m), true
		}
	case sentMsg:
		if m.Who == who && p.job.Takes(m.Req) {
			p.sent(m)
			return nil, true
		}
	}
	return nil, false
}

func (p *Page) opened(m openedMsg) tea.Cmd {
	if m.Err != nil {
		p.b.Env.Warn(p.whyNot(m.Err))
		return p.leave()
	}
	p.of = m.Value
	p.where = picking{in: widget.Input{Max: 60}}
	p.attach = attaching{in: widget.Input{Max: 60}}
	p.request = ehrdesk.Request{Kind: ehrdesk.RequestReferral, Body: ehrdesk.RequestBody{Priority: p.of.priority, Letter: p.of.letter}}
	return nil
}

func (p *Page) whyNot(err error) string {
	e, t := p.b.Env, &p.b.Env.T.Asking
	if ehrdesk.CodeOf(err) == ehrdesk.CodeInvalid {
		return e.S(t.NoLetter)
	}
	return e.ExplainLine(err)
}

// Leave lets what is being sent go on, stops the rest and forgets it.
func (p *Page) Leave() { p.Conceal() }

// Conceal forgets what must not lie behind a locked screen.
func (p *Page) Conceal() {
	if p.sending {
		p.job.Drop()
	}
	p.job.Stop()
	p.forget()
}

func (p *Page) forget() {
	p.step, p.of, p.where, p.attach, p.request, p.card, p.told, p.sending = choosing, nil, picking{}, attaching{}, ehrdesk.Request{}, false, nil, false
	p.wrong = screen.Wrong{}
	p.scroll.Reset()
}

// leave goes back to where it was begun.
func (p *Page) leave() tea.Cmd {
	p.forget()
	if p.away == nil {
		return nil
	}
	return p.away()
}

// may reports that the page may show anything: nothing once the consent has ended.
func (p *Page) may() bool { return p.b.Chart.Consent().State.Allows() }

// Busy reports that something is being asked: the page has the whole of the middle, and its keys come first.
func (p *Page) Busy() bool { return p.of != nil || p.job.Running() }

// Scope is where somebody is.
func (p *Page) Scope() intent.Scope {
	if p.card {
		return intent.WriteCard
	}
	return intent.AskPage
}

// Field is what somebody types into: whom or what they look for.
func (p *Page) Field() *widget.Input {
	switch {
	case !p.may() || p.of == nil || p.job.Running() || p.card || p.told != nil:
		return nil
	case p.step == choosing:
		return &p.where.in
	case p.step == attachingTo && p.attach.typing:
		return &p.attach.in
	}
	return nil
}

// Selected is no record of the chart: what is shown are those that somebody else is told of.
func (p *Page) Selected() (ehrdesk.Record, bool) { return ehrdesk.Record{}, false }

// Select goes to no record.
func (p *Page) Select(ehrdesk.Ref) bool { return false }
