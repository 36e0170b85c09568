package write

import (
	"context"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/form"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/widget"
	"github.com/ehrdesk/ehrdesk/ui/widget/filling"
)

// home is what the list has: read outside the event loop.
type home struct {
	forms     []ehrdesk.FormOffer
	drafts    []ehrdesk.Draft // of forms alone
	approvals []ehrdesk.Approval
	sent      []ehrdesk.DepositReceipt
	err       error
}

// homeOf reads it. What cannot be read is said, and the rest is shown.
func homeOf(w ehrdesk.Writing, d ehrdesk.Drafting, patient string) (h home) {
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
	defer cancel()
	took := func(err error) {
		if h.err == nil {
			h.err = err
		}
	}
	var err error
	h.forms, err = w.Forms(ctx)
	took(err)
	if d != nil {
		h.drafts, err = d.Drafts(ctx, patient)
		took(err)
		h.drafts = slices.DeleteFunc(h.drafts, func(x ehrdesk.Draft) bool { return x.Filled == nil })
	}
	h.approvals, err = w.Approvals(ctx, patient)
	took(err)
	h.sent, err = w.Deposits(ctx, patient)
	took(err)
	return h
}

// picking is the list: what is looked for in it, and where somebody is.
type picking struct {
	in     widget.Input
	typing bool
	sel    int
}

// item is a line of the list that can be opened.
type item struct {
	kind  itemKind
	n     int    // of its kind
	name  string // what it is called
	words string // what is said of it
}

type itemKind uint8

const (
	ofApproval itemKind = iota
	ofDraft
	ofForm
	ofSent
)

// take takes what the list has now, and stays where somebody is.
func (p *Page) take(h home) {
	if h.err != nil {
		p.b.Env.Warn(p.b.Env.ExplainLine(h.err))
	}
	p.home = h
	if r := p.told; r != nil && r.State == ehrdesk.DepositWaits { // it may have gone since
		if i := slices.IndexFunc(h.sent, func(x ehrdesk.DepositReceipt) bool { return x.ID == r.ID }); i >= 0 {
			r.DepositReceipt = h.sent[i]
			r.letter = p.letterOf(r)
		}
	}
	p.list.sel = min(p.list.sel, max(0, len(p.items())-1))
}

// items are the lines that what is typed leaves.
func (p *Page) items() (out []item) {
	if !p.may() {
		return nil
	}
	e, t := p.b.Env, &p.b.Env.T.Writing
	add := func(k itemKind, n int, name string, words ...string) {
		out = append(out, item{k, n, name, joined(" · ", words...)})
	}
	for i := range p.home.approvals {
		a := &p.home.approvals[i]
		what := text.Sprintf(e.S(t.ToApprove), ehrdesk.CleanLine(a.ByName))
		if a.By == e.Account().Staff {
			what = e.S(t.OwnWaits)
		}
		add(ofApproval, i, p.named(a.Title, a.Form), what, e.Facts().Moment(ehrdesk.At(a.At)))
	}
	for i := range p.home.drafts {
		d := &p.home.drafts[i]
		add(ofDraft, i, p.title(d.Filled.Form), p.refusal(d.Filled), text.Sprintf(e.S(t.Kept), e.Facts().Moment(ehrdesk.At(d.Changed)), e.Elapsed(e.Now().Sub(d.Changed))))
	}
	for i := range p.home.forms {
		o := &p.home.forms[i]
		site := ""
		if o.Site {
			site = e.S(t.Site)
		}
		add(ofForm, i, p.named(o.Title, o.Name), site)
	}
	for i := range p.home.sent {
		r := &p.home.sent[i]
		add(ofSent, i, p.stateWords(r), p.sentName(r), e.Facts().Moment(ehrdesk.At(r.At)), p.writtenWords(r))
	}
	if looked := strings.ToLower(strings.TrimSpace(p.list.in.Text())); looked != "" {
		out = slices.DeleteFunc(out, func(x item) bool { return !strings.Contains(strings.ToLower(x.name+" "+x.words), looked) })
	}
	return out
}

// sentName is what was sent: a form's title, or a withdrawal with its reason.
func (p *Page) sentName(r *ehrdesk.DepositReceipt) string {
	e, t := p.b.Env, &p.b.Env.T.Writing
	name := ""
	if r.Form != "" {
		name = p.named(r.Title, r.Form)
	}
	if r.Reason != "" {
		return joined(" · ", e.S(t.Withdrawal), name, e.S(t.WithdrawalWhy(string(r.Reason))))
	}
	return name
}

// writtenWords are the records that the centre has of a deposit, as far as the chart has them already.
func (p *Page) writtenWords(r *ehrdesk.DepositReceipt) string {
	if r.Asked.ID != "" {
		return text.Sprintf(p.b.Env.S(p.b.Env.T.Writing.AskedTo), p.asked(r.Asked))
	}
	var out []string
	for _, w := range r.Written {
		if rec, ok := p.record(w.Ref); ok && w.Ref.Resource != "QuestionnaireResponse" && w.Ref.Resource != "Provenance" {
			out = append(out, p.b.Row(&rec).Title)
		}
	}
	return strings.Join(slices.Compact(out), ", ")
}

// at is the line in focus, nil for none.
func (p *Page) at() *item {
	if p.Busy() {
		return nil
	}
	if all := p.items(); p.list.sel < len(all) {
		return &all[p.list.sel]
	}
	return nil
}

// named is what a form is called in the language of the screen.
func (p *Page) named(n ehrdesk.LocalName, name string) string {
	if s := text.Local(p.b.Env.Lang, n); s != "" {
		return ehrdesk.CleanLine(s)
	}
	return p.title(name)
}

// handleList looks for a form, goes about among the lines and opens one.
func (p *Page) handleList(in intent.Intent) (tea.Cmd, bool) {
	l := &p.list
	last := max(0, len(p.items())-1)
	switch in.ID {
	case intent.Write:
		l.typing = true
		l.in.Clear()
		l.sel = 0
	case intent.Edited:
		l.sel = 0
	case intent.Back:
		if !l.typing {
			return nil, false
		}
		l.typing = false
	case intent.Accept:
		return p.openItem(), true
	case intent.DiscardDraft:
		if it := p.at(); it != nil && it.kind == ofDraft {
			p.card = &card{discard: p.home.drafts[it.n].ID, name: it.name}
		}
	case intent.Up:
		l.sel--
	case intent.Down:
		l.sel++
	case intent.PageUp:
		l.sel -= 10
	case intent.PageDown:
		l.sel += 10
	case intent.Top:
		l.sel = 0
	case intent.Bottom:
		l.sel = last
	default:
		return nil, false
	}
	l.sel = min(max(l.sel, 0), max(0, len(p.items())-1))
	return nil, true
}

// openItem begins a form, takes up a draft, or shows what waits or was sent.
func (p *Page) openItem() tea.Cmd {
	it := p.at()
	if it == nil {
		return nil
	}
	p.list.typing = false
	switch it.kind {
	case ofForm:
		return p.begin(p.home.forms[it.n].Name)
	case ofDraft:
		return p.Take(p.home.drafts[it.n])
	case ofApproval:
		return p.lookAt(p.home.approvals[it.n])
	case ofSent:
		r := p.home.sent[it.n]
		p.told = &receipt{DepositReceipt: r, name: p.sentName(&r)}
		p.told.letter = p.letterOf(p.told)
	}
	return nil
}

// recordWords are a record of the chart in a line, for what was taken from it.
func (p *Page) recordWords(ref ehrdesk.Ref) string {
	if r, ok := p.record(ref); ok {
		row := p.b.Row(&r)
		return strings.TrimSpace(row.Title + " " + row.Day)
	}
	if ref.Resource == "Patient" {
		return p.b.Env.S(p.b.Env.T.KindName(ehrdesk.KindPersonal))
	}
	return ehrdesk.CleanLine(ref.Resource)
}

func (p *Page) record(ref ehrdesk.Ref) (ehrdesk.Record, bool) {
	for _, t := range ehrdesk.RecordTypes() {
		all := p.b.Chart.List(t)
		for i := range all {
			if all[i].Ref() == ref {
				return all[i], true
			}
		}
	}
	return ehrdesk.Record{}, false
}

// mostRecords is how many records a form offers to refer to, the newest of each type first.
const mostRecords = 1000

// choices are the records of the chart of given types, in the words of a line; they are looked for once a form.
func (p *Page) choices() func(types []string) []filling.Choice {
	had := map[string][]filling.Choice{}
	return func(types []string) (out []filling.Choice) {
		key := strings.Join(types, " ")
		if all, ok := had[key]; ok {
			return all
		}
		for _, t := range ehrdesk.RecordTypes() {
			all := p.b.Chart.List(t)
			for i := range all {
				r := &all[i]
				if len(out) == mostRecords || r.Restricted || r.Released || r.Linked || len(types) > 0 && !slices.Contains(types, r.Resource) {
					continue
				}
				words := strings.TrimSpace(r.Date.Date() + " " + ehrdesk.CleanLine(r.Title))
				out = append(out, filling.Choice{Value: form.Value{Kind: form.IsReference, Ref: form.Pointer{Reference: r.Ref().String(), Display: words}}, Words: words})
			}
		}
		had[key] = out
		return out
	}
}
