// Package drafts is the page of the drafts that somebody has of a patient: texts that a program of the administrator's wrote
// (ehrdesk.Drafting). It promises that each is marked as a draft with who wrote it, in a word and a colour of its own; that
// nothing is given to a program before what, to which and where has been shown and said yes to; and that a text is shown here
// alone, and read by no rule.
package drafts

import (
	"context"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// Page is the drafts of the chart that is open.
type Page struct {
	b      *page.Book
	making page.Making[listed]
	all    []ehrdesk.Draft
	forms  map[string]ehrdesk.LocalName // what each form is called
	sel    int                          // of the programs, then of the drafts
	top    int                          // the first item on the screen
	open   string                       // the draft that is read, "" for none
	scroll widget.Scroll
	card   *card
}

// listed are the drafts as they are kept.
type listed struct {
	all   []ehrdesk.Draft
	forms map[string]ehrdesk.LocalName
	err   error
}

// New gives the page; Set fills it.
func New(b *page.Book) *Page { return &Page{b: b} }

var _ interface {
	page.Page
	screen.Reader
} = (*Page)(nil)

// Programs are those that are set up; none where drafts are off.
func Programs(e *screen.Env) []ehrdesk.DraftProgram {
	if keeper, ok := e.Session.(ehrdesk.Drafting); ok && e.Clinical() {
		return keeper.DraftPrograms()
	}
	return nil
}

// Set takes the drafts as they are now.
func (p *Page) Set() tea.Cmd {
	keeper, ok := p.b.Env.Session.(ehrdesk.Drafting)
	if !ok || p.b.Env.Locked {
		return nil
	}
	patient := p.b.Chart.Patient().ID
	return p.making.Begin(p.b, func() (out listed) {
		ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
		defer cancel()
		if out.all, out.err = keeper.Drafts(ctx, patient); !slices.ContainsFunc(out.all, func(d ehrdesk.Draft) bool { return d.Filled != nil }) {
			return out
		}
		if w, ok := keeper.(ehrdesk.Writing); ok {
			forms, err := w.Forms(ctx)
			if out.forms = map[string]ehrdesk.LocalName{}; out.err == nil {
				out.err = err
			}
			for i := range forms {
				out.forms[forms[i].Name] = forms[i].Title
			}
		}
		return out
	})
}

// Update takes what was listed, and what came of a program.
func (p *Page) Update(msg tea.Msg) (tea.Cmd, bool) {
	if cmd, used := p.updateCard(msg); used {
		return cmd, true
	}
	m, ok, again, used := p.making.Take(p.b, msg)
	if ok {
		p.all, p.forms = m.all, m.forms
		if m.err != nil {
			p.b.Env.Warn(p.b.Env.ExplainLine(m.err))
		}
		if p.reading() == nil {
			p.open = ""
		}
		p.sel = min(p.sel, max(0, p.count()-1))
	}
	if again {
		return p.Set(), true
	}
	return nil, used
}

// Leave stops what runs, and forgets what is open: a text of one patient stays with that patient.
func (p *Page) Leave() {
	p.making.Stop()
	p.Conceal()
}

// Conceal ends what must not lie behind a locked screen: the program that runs, and the texts.
func (p *Page) Conceal() {
	p.Halt()
	p.all, p.open = nil, ""
	p.making.Drop()
}

// Halt ends the program that runs, with its card.
func (p *Page) Halt() {
	if p.card != nil {
		p.card.job.Stop()
	}
	p.card = nil
}

// Selected is no record: a draft is none.
func (p *Page) Selected() (ehrdesk.Record, bool) { return ehrdesk.Record{}, false }

// Select goes to no record.
func (p *Page) Select(ehrdesk.Ref) bool { return false }

// Asks reports that a card stands on the page, whose keys come first.
func (p *Page) Asks() bool { return p.card != nil }

// Reads reports that a draft is read, from which Esc leads back to the list.
func (p *Page) Reads() bool { return p.reading() != nil }

// mine are the drafts that may be shown: none once the consent has ended, whatever was listed before.
func (p *Page) mine() []ehrdesk.Draft {
	if !p.b.Chart.Consent().State.Allows() {
		return nil
	}
	return p.all
}

// count is how many items stand on the page: a line a program, and the drafts.
func (p *Page) count() int { return len(Programs(p.b.Env)) + len(p.mine()) }

// at is the draft in focus, nil for none.
func (p *Page) at() *ehrdesk.Draft {
	if d := p.reading(); d != nil {
		return d
	}
	if i := p.sel - len(Programs(p.b.Env)); i >= 0 && i < len(p.mine()) {
		return &p.all[i]
	}
	return nil
}

// reading is the draft that is open.
func (p *Page) reading() *ehrdesk.Draft {
	if i := slices.IndexFunc(p.mine(), func(d ehrdesk.Draft) bool { return d.ID == p.open }); i >= 0 {
		return &p.all[i]
	}
	return nil
}

// Handle moves among the drafts, reads one, and opens the cards.
func (p *Page) Handle(in intent.Intent) (tea.Cmd, bool) {
	switch {
	case p.card != nil:
		return p.handleCard(in), true
	case in.ID == intent.DiscardDraft:
		if d := p.at(); d != nil {
			p.card = &card{discard: d.ID}
		}
		return nil, true
	case p.reading() != nil:
		if in.ID == intent.Back || in.ID == intent.Accept {
			p.open = ""
			return nil, true
		}
		return nil, p.scroll.Handle(in)
	}
	if d := p.at(); in.ID == intent.Accept && d != nil && d.Filled != nil && p.b.Write != nil {
		return p.b.Write(*d), true
	}
	return nil, p.move(in.ID)
}

// move goes among the items.
func (p *Page) move(id intent.ID) bool {
	last := max(0, p.count()-1)
	switch id {
	case intent.Accept:
		p.accept()
		return true
	case intent.Up:
		p.sel--
	case intent.Down:
		p.sel++
	case intent.PageUp:
		p.sel -= 10
	case intent.PageDown:
		p.sel += 10
	case intent.Top:
		p.sel = 0
	case intent.Bottom:
		p.sel = last
	default:
		return false
	}
	p.sel = min(max(p.sel, 0), last)
	return true
}

// accept reads the draft in focus, or shows what the program in focus would be given.
func (p *Page) accept() {
	if programs := Programs(p.b.Env); p.sel < len(programs) {
		of := programs[p.sel]
		p.card = &card{ask: &of, fields: Fields(p.b, &of)}
		return
	}
	if d := p.at(); d != nil {
		p.open = d.ID
		p.scroll.Reset()
	}
}

// DisabledReason says that there is one view, and where no draft is in focus.
func (p *Page) DisabledReason(id intent.ID) string {
	e := p.b.Env
	switch {
	case id == intent.OtherView || id == intent.Fold:
		return e.S(e.T.Chart.OneView)
	case id == intent.DiscardDraft && p.at() == nil:
		return e.S(e.T.Drafts.NoDraft)
	}
	return ""
}

// HintFor names what Enter does, and y.
func (p *Page) HintFor(id intent.ID) string {
	e, t := p.b.Env, &p.b.Env.T.Drafts
	switch {
	case id == intent.DraftYes && p.card != nil && p.card.ask != nil:
		return e.S(t.Give)
	case id == intent.DraftYes:
		return e.S(t.Discard)
	case id != intent.Accept, p.card != nil:
	case p.reading() != nil:
		return e.S(e.T.Foot.List)
	case p.sel < len(Programs(e)):
		return e.S(t.EnterAsk)
	case p.at() != nil && p.at().Filled != nil:
		return e.S(e.T.Writing.EnterOpen)
	case p.at() != nil:
		return e.S(t.EnterRead)
	}
	return ""
}

// mark says of a draft that it is one, by whom and when.
func (p *Page) mark(d *ehrdesk.Draft) string {
	program := ""
	if d.Source != nil {
		program = ehrdesk.CleanLine(ProgramName(d.Source.Name, d.Source.Version))
		if d.Source.Host != "" {
			program += " @ " + ehrdesk.CleanLine(d.Source.Host)
		}
	}
	return p.b.Words().DraftMark(program, p.b.Words().Moment(ehrdesk.At(d.Made)))
}

// headOf is what a draft begins with; of a form what it is called, and how long ago it was kept.
func (p *Page) headOf(d *ehrdesk.Draft) string {
	if d.Filled == nil {
		head, _, _ := strings.Cut(d.Text, "\n")
		return strings.TrimSpace(head)
	}
	e := p.b.Env
	name := first(text.Local(e.Lang, p.forms[d.Filled.Form]), d.Filled.Form)
	return name + " · " + text.Sprintf(e.S(e.T.Writing.Kept), e.Facts().Moment(ehrdesk.At(d.Changed)), e.Elapsed(e.Now().Sub(d.Changed)))
}

// label is what a program does, in the language of the screen.
func label(l text.Lang, p *ehrdesk.DraftProgram) string {
	return ehrdesk.CleanLine(text.Local(l, p.Label))
}

func first(all ...string) string {
	for _, s := range all {
		if s != "" {
			return ehrdesk.CleanLine(s)
		}
	}
	return ""
}
