// Package write is the page on which a record is written by a form: pick a form, fill it in, see exactly what leaves, sign it,
// and what became of it; and where a second person approves, puts right or withdraws. It promises that what was entered is on
// the disk before the page says so; that nothing is signed but what was shown, by a second key; and that nothing is typed into a
// patient's form once the chart is another's.
package write

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// Page is what is written about the patient whose chart is open.
type Page struct {
	b       *page.Book
	making  page.Making[home]
	home    home
	list    picking
	job     screen.Job // that opens, previews, signs or refuses
	doing   doing
	fill    *fill          // the form that is filled in
	show    *preview       // what leaves
	wrong   *faults        // what is wrong with the form
	why     *reasons       // of a withdrawal
	others  *others        // a record that was to be put right and is another provider's
	correct ehrdesk.Ref    // the record that is to be put right
	away    func() tea.Cmd // goes back to the record that U or V was pressed on; nil for none
	card    *card          // that asks before it is signed
	told    *receipt       // what became of it
}

// doing is what the job is.
type doing uint8

const (
	nothing doing = iota
	opening
	correcting
	querying
	previewing
	signing
)

// New gives the page; Set fills it.
func New(b *page.Book) *Page {
	return &Page{b: b, list: picking{in: widget.Input{Max: 60}, typing: true}}
}

var _ interface {
	page.Page
	page.Typing
	screen.Reader
} = (*Page)(nil)

// Of is what writes for whoever is signed in; nil where nobody may, or the desk does not.
func Of(e *screen.Env) ehrdesk.Writing {
	if w, ok := e.Session.(ehrdesk.Writing); ok && e.Clinical() {
		return w
	}
	return nil
}

// Set takes the forms, the drafts, what waits and what was sent as they are now.
func (p *Page) Set() tea.Cmd {
	w := Of(p.b.Env)
	if w == nil || p.b.Env.Locked {
		return nil
	}
	drafts, _ := p.b.Env.Session.(ehrdesk.Drafting)
	patient := p.b.Chart.Patient().ID
	return tea.Batch(p.again(), p.making.Begin(p.b, func() home { return homeOf(w, drafts, patient) }))
}

// may reports that the page may show anything: none once the consent has ended, whatever was read before.
func (p *Page) may() bool { return p.b.Chart.Consent().State.Allows() }

// Update takes what was listed, opened, kept, previewed and signed.
func (p *Page) Update(msg tea.Msg) (tea.Cmd, bool) {
	switch m := msg.(type) {
	case keptMsg:
		return p.kept(m)
	case openedMsg:
		if m.Who == p.b.Chart.Patient().ID && p.job.Takes(m.Req) {
			return p.opened(m), true
		}
		return nil, false
	case previewedMsg:
		if m.Who == p.b.Chart.Patient().ID && p.job.Takes(m.Req) {
			return p.previewed(m), true
		}
		return nil, false
	case signedMsg:
		if m.Who == p.b.Chart.Patient().ID && p.job.Takes(m.Req) {
			return p.signed(m), true
		}
		return nil, false
	}
	h, ok, again, used := p.making.Take(p.b, msg)
	if ok {
		p.take(h)
	}
	if again {
		return p.Set(), true
	}
	return nil, used
}

// start runs what is done outside the event loop, one at a time.
func start[V any](p *Page, what doing, f func(ctx context.Context, w ehrdesk.Writing, patient string) (V, error)) (cmd tea.Cmd) {
	w := Of(p.b.Env)
	if w == nil {
		return nil
	}
	patient := p.b.Chart.Patient().ID
	p.doing = what
	p.job, cmd = screen.Start(p.b.Env, time.Minute, patient, func(ctx context.Context) (V, error) { return f(ctx, w, patient) })
	return cmd
}

// Leave lets what is signed or kept go on, stops the rest and forgets what was typed: it is on the disk.
func (p *Page) Leave() {
	p.making.Stop()
	p.Conceal()
}

// Conceal forgets what must not lie behind a locked screen. What was typed last is being kept: the lock waits for it.
func (p *Page) Conceal() {
	if p.doing == signing {
		p.job.Drop()
	}
	p.job.Stop()
	p.close()
	p.home = home{}
	p.making.Drop()
}

// From says where to go back to where nothing comes of what is begun next.
func (p *Page) From(away func() tea.Cmd) { p.away = away }

// goBack goes back to the record that it was begun from, else to the list.
func (p *Page) goBack() tea.Cmd {
	away := p.away
	p.close()
	if away == nil {
		return nil
	}
	return away()
}

// close goes back to the list.
func (p *Page) close() {
	p.fill, p.show, p.wrong, p.why, p.others, p.card, p.told, p.away = nil, nil, nil, nil, nil, nil, nil, nil
	p.list.in.Clear()
	p.list.typing, p.list.sel = false, 0
}

// Unkept reports that something was entered that is not on the disk.
func (p *Page) Unkept() bool { return p.fill != nil && p.fill.keep.owes() }

// Finish waits until what was typed last is on the disk, or the time is over. It is called outside the event loop.
func (p *Page) Finish() func(limit time.Duration) {
	if p.fill == nil {
		return nil
	}
	return p.fill.keep.wait
}

// Busy reports that more than the list stands on the page: its keys come first.
func (p *Page) Busy() bool {
	return p.fill != nil || p.show != nil || p.why != nil || p.others != nil || p.card != nil || p.told != nil || p.job.Running()
}

// Scope is where somebody is on a page that is busy.
func (p *Page) Scope() intent.Scope {
	switch {
	case p.card != nil && p.card.reason == nil:
		return intent.WriteCard
	case p.card != nil:
		return intent.FormPage
	case p.fill != nil && p.show == nil && p.wrong == nil && p.told == nil && !p.locked():
		return intent.FormPage
	}
	return intent.WritePreview
}

// locked reports that what stands on the page waits for something that was begun.
func (p *Page) locked() bool { return p.job.Running() }

// Field is what somebody types into: the form, a reason, or the filter of the list.
func (p *Page) Field() *widget.Input {
	switch {
	case !p.may() || p.locked():
		return nil
	case p.card != nil:
		return p.card.reason
	case p.told != nil || p.show != nil || p.wrong != nil || p.why != nil || p.others != nil:
		return nil
	case p.fill != nil:
		return p.fill.form.Field()
	case p.list.typing:
		return &p.list.in
	}
	return nil
}

// Selected is no record of the chart: what is written is none yet.
func (p *Page) Selected() (ehrdesk.Record, bool) { return ehrdesk.Record{}, false }

// Select goes to no record.
func (p *Page) Select(ehrdesk.Ref) bool { return false }

// Handle carries out a wish where it stands.
func (p *Page) Handle(in intent.Intent) (tea.Cmd, bool) {
	switch {
	case p.locked():
		return p.wait(in), true
	case p.card != nil:
		return p.handleCard(in), true
	case p.told != nil:
		return p.handleTold(in)
	case p.show != nil:
		return p.handlePreview(in)
	case p.wrong != nil:
		return nil, p.handleFaults(in)
	case p.why != nil:
		return p.handleReasons(in)
	case p.others != nil:
		return p.handleOthers(in)
	case p.fill != nil:
		return p.handleFill(in)
	}
	return p.handleList(in)
}

// wait takes Esc while something is awaited; what is being signed is not taken back.
func (p *Page) wait(in intent.Intent) tea.Cmd {
	e, t := p.b.Env, &p.b.Env.T.Writing
	switch {
	case in.ID != intent.Back || p.doing == signing:
		e.Warn(e.S(t.Wait))
	default:
		p.job.Stop()
		e.Say(e.S(t.Stopped))
		if p.fill == nil && p.why == nil {
			return p.goBack()
		}
	}
	return nil
}

// DisabledReason says that there is one view, and why what is shown cannot be signed or refused.
func (p *Page) DisabledReason(id intent.ID) string {
	e, t := p.b.Env, &p.b.Env.T.Writing
	switch id {
	case intent.OtherView, intent.Fold, intent.Trend:
		return e.S(e.T.Chart.OneView)
	case intent.DiscardDraft:
		if it := p.at(); it == nil || it.kind != ofDraft {
			return e.S(e.T.Drafts.NoDraft)
		}
	case intent.Accept:
		if p.show != nil && p.show.deposit.Request != nil && p.card == nil && p.told == nil {
			return e.S(t.ReadHere)
		}
	case intent.Sign:
		switch {
		case p.show == nil || p.locked() || p.told != nil:
			return e.S(t.NothingToSign)
		case p.show.mine():
			return e.S(t.OwnWaits)
		}
	case intent.RefuseRecord:
		if p.show == nil || p.show.approval == nil || p.show.mine() {
			return e.S(t.NothingToRefuse)
		}
	case intent.Refer:
		if p.told == nil || p.told.letter == nil || p.b.Refer == nil {
			return e.S(e.T.Asking.NotLetter)
		}
	case intent.Raw:
		if p.show == nil || p.told != nil || p.show.deposit.Request != nil {
			return e.S(e.T.Chart.NoRecord)
		}
	case intent.Preview, intent.ClearAnswer, intent.NextPane, intent.PrevPane:
		if p.card != nil || p.fill == nil {
			return e.S(t.NothingToPick)
		}
	case intent.Tick:
		if p.card != nil || p.fill == nil || !p.fill.form.Picks() {
			return e.S(t.NothingToPick)
		}
	case intent.AddRow, intent.RemoveRow:
		if p.card != nil || p.fill == nil || !p.fill.form.Repeats() {
			return e.S(t.AskedOnce)
		}
	}
	return ""
}

// HintFor names what keys do where somebody is.
func (p *Page) HintFor(id intent.ID) string {
	e, t := p.b.Env, &p.b.Env.T.Writing
	switch id {
	case intent.Accept:
		switch {
		case p.locked():
			return ""
		case p.card != nil && p.card.reason != nil:
			return e.S(t.EnterRefuse)
		case p.told != nil:
			return e.S(e.T.Foot.List)
		case p.show != nil:
			return e.S(e.T.Drafts.EnterRead)
		case p.wrong != nil:
			return e.S(t.EnterItem)
		case p.why != nil:
			return e.S(e.T.Chart.ChooseHint)
		case p.others != nil:
			return e.S(t.OthersAsk)
		case p.fill != nil && p.fill.form.NewLine():
			return e.S(t.EnterLine)
		case p.fill != nil:
			return e.S(t.EnterNext)
		case p.at() != nil:
			return e.S(t.EnterOpen)
		}
	case intent.DraftYes:
		if p.card != nil {
			return e.S(p.card.yes(t))
		}
	case intent.Sign:
		if p.show != nil && p.show.deposit.Request != nil {
			return e.S(t.SendIt)
		}
	case intent.NextPane:
		if p.fill != nil {
			return e.S(t.EnterNext)
		}
	case intent.Tick:
		return e.S(e.T.Chart.ChooseHint)
	case intent.Back:
		if p.fill != nil && p.show == nil && p.wrong == nil && p.card == nil {
			return e.S(t.EscKeeps)
		}
	}
	return ""
}

// title is what a form is called in the language of the screen.
func (p *Page) title(name string) string {
	if i := slices.IndexFunc(p.home.forms, func(o ehrdesk.FormOffer) bool { return o.Name == name }); i >= 0 {
		if s := text.Local(p.b.Env.Lang, p.home.forms[i].Title); s != "" {
			return ehrdesk.CleanLine(s)
		}
	}
	return ehrdesk.CleanLine(name)
}
