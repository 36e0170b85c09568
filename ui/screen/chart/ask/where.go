package ask

import (
	"cmp"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/fold"
	"github.com/ehrdesk/ehrdesk/internal/clinical/referral"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// offer is a provider with one of its services; Service is zero where it names none.
type offer struct {
	id, name, chinese string
	service           ehrdesk.Service
	suggested         bool
	folded            string // what it is found by
}

// offersOf are the other providers that take part, a line for each service, those of a suggested specialty first in the order of
// the suggestions. One that names no services is a line too.
func offersOf(all []ehrdesk.Provider, me string, by []referral.Suggestion) (out []offer) {
	for i := range all {
		p := &all[i]
		if !p.Active || p.ID == me {
			continue
		}
		services := slices.DeleteFunc(slices.Clone(p.Services), func(s ehrdesk.Service) bool { return !s.Active })
		if len(services) == 0 {
			services = []ehrdesk.Service{{}}
		}
		for _, s := range services {
			o := offer{id: p.ID, name: ehrdesk.CleanLine(p.Name), chinese: ehrdesk.CleanLine(p.Chinese), service: s, suggested: rank(by, s.Specialty) < len(by)}
			words := []string{p.Name, p.Chinese, s.Name, s.Specialty}
			if sp, ok := ehrdesk.SpecialtyOf(s.Specialty); ok {
				words = append(words, sp.Name["en"], sp.Name["zh-Hant"])
			}
			o.folded = fold.String(strings.Join(words, " "))
			out = append(out, o)
		}
	}
	slices.SortStableFunc(out, func(a, b offer) int {
		return cmp.Or(cmp.Compare(rank(by, a.service.Specialty), rank(by, b.service.Specialty)), cmp.Compare(a.name, b.name), cmp.Compare(a.service.Specialty, b.service.Specialty))
	})
	return out
}

// rank is the place of a specialty among the suggestions.
func rank(by []referral.Suggestion, specialty string) int {
	i := slices.IndexFunc(by, func(s referral.Suggestion) bool { return s.Specialty == specialty })
	if i < 0 || specialty == "" {
		return len(by)
	}
	return i
}

// picking is whom somebody looks for, and where they are: sel counts from 1, 0 is nowhere, so that nobody is chosen by itself.
type picking struct {
	in  widget.Input
	sel int
}

// mostShown is how many lines are listed: the rest are found by typing.
const mostShown = 300

// finds reports that a folded text has every word of what is looked for.
func finds(in *widget.Input) func(folded string) bool {
	words := strings.Fields(fold.String(in.Text()))
	return func(folded string) bool {
		return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(folded, w) })
	}
}

// found are the offers that what is typed leaves.
func (p *Page) found() (out []*offer) {
	ok := finds(&p.where.in)
	for i := range p.of.offers {
		if o := &p.of.offers[i]; len(out) < mostShown && ok(o.folded) {
			out = append(out, o)
		}
	}
	return out
}

func (p *Page) handleWhere(in intent.Intent) (tea.Cmd, bool) {
	w, all := &p.where, p.found()
	if moved(in.ID, &w.sel, len(all)) {
		return nil, true
	}
	switch in.ID {
	case intent.Edited:
		w.sel = 0
	case intent.Back:
		return p.leave(), true
	case intent.Accept:
		if w.sel == 0 || w.sel > len(all) {
			p.b.Env.Warn(p.b.Env.S(p.b.Env.T.Asking.ChooseFirst))
			return nil, true
		}
		o := all[w.sel-1]
		p.request.To = ehrdesk.RequestParty{ID: o.id, Name: o.name}
		p.request.Body.Specialty = o.service.Specialty
		p.step = attachingTo
	default:
		return nil, false
	}
	return nil, true
}

// moved goes about among lines that count from 1.
func moved(id intent.ID, sel *int, n int) bool {
	to := *sel
	switch id {
	case intent.Up:
		to--
	case intent.Down:
		to++
	case intent.PageUp:
		to -= 10
	case intent.PageDown:
		to += 10
	case intent.Top:
		to = 1
	case intent.Bottom:
		to = n
	default:
		return false
	}
	*sel = min(max(to, min(1, n)), n)
	return true
}

// words are an offer in a line.
func (p *Page) words(o *offer) string {
	e := p.b.Env
	out := []string{o.name}
	if o.chinese != "" && o.chinese != o.name {
		out[0] += " " + o.chinese
	}
	if o.service.ID == "" && o.service.Specialty == "" {
		return out[0] + " · " + e.S(e.T.Asking.NoService)
	}
	out = append(out, p.specialty(o.service.Specialty))
	if s := ehrdesk.CleanLine(o.service.Name); s != "" && !strings.EqualFold(s, out[1]) {
		out = append(out, s)
	}
	return strings.Join(out, " · ")
}

// specialty is a specialty in the language of the screen.
func (p *Page) specialty(code string) string {
	if s, ok := ehrdesk.SpecialtyOf(code); ok {
		return s.Name[p.b.Env.Lang.Tag()]
	}
	return ehrdesk.CleanLine(code)
}

// because are the inputs of a suggestion in words.
func (p *Page) because(s *referral.Suggestion) string {
	e, t := p.b.Env, &p.b.Env.T.Asking
	var out []string
	quoted := func(all []string) string {
		if e.Lang == text.English {
			return "“" + strings.Join(all, "”, “") + "”"
		}
		return "「" + strings.Join(all, "」、「") + "」"
	}
	if len(s.Names) > 0 {
		out = append(out, text.Sprintf(e.S(t.ByName), quoted(s.Names)))
	}
	if len(s.Words) > 0 {
		out = append(out, text.Sprintf(e.S(t.ByWords), quoted(s.Words)))
	}
	if s.Urgency != "" {
		out = append(out, e.S(t.ByUrgency))
	}
	return strings.Join(out, " · ")
}
