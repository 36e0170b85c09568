package lastdone

import (
	"fmt"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	clinical "github.com/ehrdesk/ehrdesk/internal/clinical/lastdone"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/sections"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// Answer is what a chart says of what was asked for, for a command: sections as the page
// has them, those that may be duplicates first.
func Answer(b *page.Book, asked string) []sections.Section {
	list, now := b.Chart.List, b.Env.Now()
	p := New(b)
	p.data = made{clinical.Of(list, now), clinical.Repeats(list, now)}
	p.in.Set(asked)
	return p.sections()
}

// sections are what was found, by kind; of all kinds together why nothing was.
func (p *Page) sections() []sections.Section {
	e, t := p.b.Env, &p.b.Env.T.LastDone
	found, asked := p.data.things, p.asked()
	if asked != "" {
		found = clinical.Find(found, asked)
	}
	var out []sections.Section
	if s := p.repeats(asked); len(s.Lines) > 0 {
		out = append(out, s)
	}
	for _, k := range clinical.Kinds() {
		s := sections.Section{ID: k.String(), Name: e.S(e.T.KindName(k))}
		for i := range found {
			if found[i].Last.Kind == k {
				s.Lines = append(s.Lines, p.line(&found[i]))
			}
		}
		if len(s.Lines) > 0 {
			out = append(out, s)
		}
	}
	if len(found) > 0 {
		out[len(out)-1].Below = p.unseen()
		return out
	}
	none := sections.Section{ID: "none", Name: e.S(t.Title), Empty: "none-read", Why: text.Sprintf(e.S(t.None), ehrdesk.CleanLine(asked)) + " · " + e.S(t.Elsewhere)}
	if asked == "" {
		none.Why = e.S(e.T.KeyPoints.Nothing) + " · " + e.S(t.Elsewhere)
	}
	none.Below = p.unseen()
	if none.Below == "" {
		none.Below = e.S(t.Seen)
	}
	return append(out, none)
}

// line is something that was done: when, where, and how many records say so.
func (p *Page) line(d *clinical.Thing) sections.Line {
	e, words := p.b.Env, p.b.Words()
	l := sections.Line{Rec: d.Last, Title: p.b.Own(&d.Last, words.Done(d)), Date: words.Date(d.Last.Date), Source: ehrdesk.CleanLine(d.Last.Source), Aside: true}
	if l.Date == "" {
		l.Date = e.S(e.T.Summary.NoDay)
	}
	if l.Source == "" {
		l.Source = e.S(e.T.LastDone.NoPlace)
	}
	if d.Times > 1 {
		l.Value = text.Sprintf(e.S(e.T.LastDone.Times), fmt.Sprint(d.Times))
	}
	return l
}

// repeats are the orders that may be duplicates, of what was asked for.
func (p *Page) repeats(asked string) sections.Section {
	e := p.b.Env
	s := sections.Section{ID: "duplicate-order", Name: e.S(e.T.LastDone.Repeats)}
	for i := range p.data.repeats {
		r := &p.data.repeats[i]
		name := p.b.Words().Concept(r.Name)
		if asked != "" && len(clinical.Find([]clinical.Thing{r.Thing()}, asked)) == 0 {
			continue
		}
		s.Lines = append(s.Lines, sections.Line{Rec: r.Order, Title: name, Value: p.b.Words().RepeatOf(r), Style: theme.Abnormal,
			Date: p.b.Words().Date(r.Order.Date), Source: ehrdesk.CleanLine(r.Order.Source)})
	}
	return s
}

// unseen says which of the kinds that are read are not all seen, "" where all are.
func (p *Page) unseen() string {
	e := p.b.Env
	var names []string
	for _, k := range clinical.Kinds() {
		if p.b.Of(k) != page.Seen {
			names = append(names, e.S(e.T.KindName(k)))
		}
	}
	if len(names) == 0 {
		return ""
	}
	return text.Sprintf(e.S(e.T.LastDone.Lacking), strings.Join(names, ", "))
}
