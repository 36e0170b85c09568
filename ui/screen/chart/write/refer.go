package write

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/form"
)

// letterOf is the document of a receipt that goes on to another provider: of a form that says so, once it has left this desk or
// waits for the line. Nil for none, and for what was refused or waits for somebody.
func (p *Page) letterOf(r *receipt) *ehrdesk.Ref {
	if r.Reason != "" || r.State != ehrdesk.DepositSent && r.State != ehrdesk.DepositWaits {
		return nil
	}
	i := slices.IndexFunc(p.home.forms, func(o ehrdesk.FormOffer) bool { return o.Name == r.Form })
	if i < 0 {
		return nil
	}
	if f, err := form.Read(p.home.forms[i].Raw, form.With(p.home.forms[i].Sets)); err != nil || f.To != form.ToProvider {
		return nil
	}
	var all []ehrdesk.Ref
	for _, w := range r.Written {
		all = append(all, w.Ref)
	}
	for i := range r.records {
		all = append(all, r.records[i].Record.Ref())
	}
	all = append(all, r.Refs...)
	for _, ref := range all {
		if _, here := p.found(ref, r.records); here && ref.Resource == "DocumentReference" {
			return &ref
		}
	}
	return nil
}

// askedBy are the providers that were asked by a letter already and have not had it recalled, "" for none.
func (p *Page) askedBy(letter ehrdesk.Ref) string {
	var to []string
	for i := range p.b.Env.Day.Asked.All {
		r := &p.b.Env.Day.Asked.All[i]
		if r.Body.Letter.Ref == letter && r.State != ehrdesk.RequestRecalled && r.Waits != ehrdesk.DepositRefused {
			to = append(to, ehrdesk.CleanLine(r.To.Name))
		}
	}
	slices.Sort(to)
	return strings.Join(slices.Compact(to), ", ")
}

// refer goes on to whom the letter of the receipt is sent.
func (p *Page) refer() tea.Cmd {
	r := p.told
	if r.letter == nil || p.b.Refer == nil {
		return nil
	}
	var raw []byte
	if i := slices.IndexFunc(r.records, func(d ehrdesk.DepositRecord) bool { return d.Record.Ref() == *r.letter }); i >= 0 {
		raw = r.records[i].Body
	}
	ref := *r.letter
	p.close()
	return p.b.Refer(ref, raw)
}
