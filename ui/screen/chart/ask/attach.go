package ask

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// attaching is which records go with the letter, and where somebody is among them: sel counts from 1.
type attaching struct {
	in     widget.Input
	typing bool
	sel    int
	ticked []ehrdesk.Ref // in the order in which they were ticked
}

// listed are the records that what is typed leaves, how many there are, and how many of those shown are of the first part.
func (p *Page) listed() (out []*candidate, all, first int) {
	ok := finds(&p.attach.in)
	for i := range p.of.records {
		r := &p.of.records[i]
		if !ok(r.folded) {
			continue
		}
		if all++; len(out) == mostShown {
			continue
		}
		if out = append(out, r); i < p.of.first {
			first++
		}
	}
	return out, all, first
}

func (p *Page) handleAttach(in intent.Intent) (tea.Cmd, bool) {
	a := &p.attach
	all, _, _ := p.listed()
	if moved(in.ID, &a.sel, len(all)) {
		return nil, true
	}
	switch in.ID {
	case intent.Edited:
		a.sel = min(1, len(all))
	case intent.Search:
		a.typing = true
	case intent.Back:
		if a.typing {
			a.typing = false
			a.in.Clear()
			return nil, true
		}
		p.step = choosing
	case intent.Tick:
		if a.sel == 0 || a.sel > len(all) {
			p.b.Env.Warn(p.b.Env.S(p.b.Env.T.Asking.ChooseFirst))
			return nil, true
		}
		p.tick(all[a.sel-1].Ref())
	case intent.Accept:
		if a.typing {
			a.typing = false
			return nil, true
		}
		p.request.Body.Attached = p.attached()
		p.step = showing
		p.scroll.Reset()
	default:
		return nil, false
	}
	return nil, true
}

// tick attaches a record, or takes it off again.
func (p *Page) tick(ref ehrdesk.Ref) {
	e, a := p.b.Env, &p.attach
	switch i := slices.Index(a.ticked, ref); {
	case i >= 0:
		a.ticked = slices.Delete(a.ticked, i, i+1)
	case len(a.ticked) == ehrdesk.MostAttached:
		e.Warn(text.Sprintf(e.S(e.T.Asking.MostTicked), ehrdesk.MostAttached))
	default:
		a.ticked = append(a.ticked, ref)
	}
}

// attached are the ticked records as the request names them.
func (p *Page) attached() (out []ehrdesk.Attached) {
	for _, ref := range p.attach.ticked {
		if r, ok := p.record(ref); ok {
			out = append(out, ehrdesk.Attached{Ref: ref, Title: ehrdesk.CleanLine(r.Title), Date: r.Date, Source: ehrdesk.CleanLine(r.Source)})
		}
	}
	return out
}

func (p *Page) record(ref ehrdesk.Ref) (*ehrdesk.Record, bool) {
	i := slices.IndexFunc(p.of.records, func(c candidate) bool { return c.Ref() == ref })
	if i < 0 {
		return nil, false
	}
	return &p.of.records[i].Record, true
}
