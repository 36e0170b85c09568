package cases

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/fold"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// candidate is somebody who can be chosen.
type candidate struct {
	ehrdesk.CaseMember

	words  string             // beside the name: provider, profession
	folded string             // what they are found by
	role   ehrdesk.Profession // "" where it is not known here
	until  time.Time          // when they are on call until; zero where they are not
}

// pick is people being chosen: @ and a part of a name, and then one of who is found. sel counts from 1; 0 is nowhere, so that nobody is
// chosen by itself.
type pick struct {
	label  text.T
	from   func() []candidate
	chosen []ehrdesk.CaseMember
	one    bool   // one person, who takes the place of whoever was chosen
	some   bool   // one person at least
	all    int    // how many members nobody chosen means; 0 where somebody has to be
	blank  text.T // what else nobody chosen means
	in     widget.Input
	sel    int
}

// mostListed is how many of who is found are listed: the rest are found by typing on.
const mostListed = 6

// found are those whom what is typed leaves, without those that are chosen. Nothing typed leaves nobody, except of a few members.
func (p *pick) found() (out []candidate) {
	typed := strings.TrimSpace(p.in.Text())
	all := p.from()
	if typed == "" && len(all) > mostListed {
		return nil
	}
	words := strings.Fields(fold.String(strings.ReplaceAll(typed, "@", " ")))
	for _, c := range all {
		if slices.ContainsFunc(p.chosen, func(m ehrdesk.CaseMember) bool { return m.CasePerson == c.CasePerson }) {
			continue
		}
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(c.folded, w) }) {
			out = append(out, c)
		}
	}
	return out
}

func (p *pick) shown(*screen.Env) []candidate {
	all := p.found()
	return all[:min(len(all), mostListed)]
}

// take puts the one in focus in.
func (p *pick) take(e *screen.Env) {
	all := p.shown(e)
	if p.sel < 1 || p.sel > len(all) {
		return
	}
	if p.one {
		p.chosen = nil
	}
	p.chosen = append(p.chosen, all[p.sel-1].CaseMember)
	p.in.Clear()
	p.sel = 0
}

// none is what it means that nobody is chosen.
func (p *pick) none(e *screen.Env) string {
	if p.all > 0 {
		return text.Sprintf(e.S(e.T.Cases.AllMembers), p.all)
	}
	if p.blank != (text.T{}) {
		return e.S(p.blank)
	}
	return "–"
}

// people are who is chosen; ok is false for nobody.
func (p *pick) people() (out []ehrdesk.CasePerson, ok bool) {
	for _, m := range p.chosen {
		out = append(out, m.CasePerson)
	}
	return out, len(out) > 0
}

// list are the lines below the entry: who is found, or why nobody is.
func (p *pick) list(f *filling) (out []part) {
	e, t := f.env, &f.env.T.Cases
	if f.dir.job.Running() {
		return []part{{theme.Syncing, e.Working.Mark() + " " + e.S(t.Looking)}}
	}
	if !f.dir.wrong.None() {
		return []part{{theme.Critical, "! " + text.Sprintf(e.S(t.NoDirectory), e.Words(f.dir.wrong))}}
	}
	all := p.found()
	for i, c := range all[:min(len(all), mostListed)] {
		st, mark := theme.Text, "  "
		if i+1 == p.sel {
			st, mark = theme.Selected, "▸ "
		}
		out = append(out, part{st, mark + called(e, c.CaseMember) + " · " + c.words + onCall(e, c.until)})
	}
	switch {
	case len(all) > mostListed:
		out = append(out, part{theme.Muted, "  " + text.Sprintf(e.S(t.FindMore), len(all)-mostListed)})
	case len(all) == 0 && strings.TrimSpace(p.in.Text()) != "":
		out = append(out, part{theme.Muted, "  " + e.S(t.FindNone)})
	}
	return append(out, p.instead(e)...)
}

// membersOf are the members of a case for whom ok holds.
func membersOf(e *screen.Env, v *ehrdesk.CaseView, ok func(ehrdesk.CaseMember) bool) (out []candidate) {
	for _, m := range v.Members {
		if m.Left == 0 && ok(m) {
			words := e.ProviderName(m.Provider)
			if g, ok := e.Day.Cases.Groups[m.Group()]; ok {
				words = groupWords(e, &g) + " · " + words
			}
			c := candidate{CaseMember: m, words: words, folded: fold.String(m.Name + " " + called(e, m) + " " + m.Staff + " " + words)}
			for _, one := range e.Day.Cases.Providers[m.Provider].People {
				if one.Staff == m.Staff {
					c.role, c.until = one.Role, one.OnCall
				}
			}
			out = append(out, c)
		}
	}
	onCallFirst(out, e.Now())
	return out
}

// directory is who works at the providers that take part, read once for a form.
type directory struct {
	job   screen.Job
	all   []candidate
	wrong screen.Wrong
}

type (
	people struct {
		all    []candidate
		from   map[string]ehrdesk.Provider
		groups []ehrdesk.GroupView
	}
	peopleMsg = screen.Done[people]
)

// read asks the desk for its directory.
func (d *directory) read(e *screen.Env) (cmd tea.Cmd) {
	session, ok := e.Session.(ehrdesk.Directory)
	if !ok || d.job.Running() || len(d.all) > 0 {
		return nil
	}
	me, lang, now := e.Me(), e.Lang, e.Now()
	role := func(p ehrdesk.Profession) string { return e.T.Role(p)[lang] }
	d.job, cmd = screen.Start(e, 15*time.Second, "", func(ctx context.Context) (people, error) {
		all, _, err := session.Providers(ctx, "", "")
		return people{candidatesOf(all, me, now, role), screen.ProvidersOf(all), screen.GroupsOf(ctx, session)}, err
	})
	return cmd
}

// take takes it; used is false for another message.
func (d *directory) take(e *screen.Env, msg tea.Msg) (used bool) {
	m, ok := msg.(peopleMsg)
	if !ok || !d.job.Takes(m.Req) {
		return false
	}
	if d.all, d.wrong = m.Value.all, (screen.Wrong{}); m.Err != nil {
		d.wrong = screen.Failed(m.Err)
		return true
	}
	e.Day.Cases.Providers, e.Day.Cases.Groups = m.Value.from, screen.ByID(m.Value.groups)
	d.all = append(d.all, groupCandidates(e, m.Value.groups)...)
	return true
}

// candidatesOf are those of a directory who work with patients, but who asks, those on call first, by provider and name. They are found by name, staff id,
// provider and what its services are called.
func candidatesOf(all []ehrdesk.Provider, me ehrdesk.CasePerson, now time.Time, role func(ehrdesk.Profession) string) (out []candidate) {
	for i := range all {
		p := &all[i]
		if !p.Active {
			continue
		}
		by := []string{p.Name, p.Chinese}
		for _, s := range p.Services {
			by = append(by, s.Name, s.Specialty)
			if sp, ok := ehrdesk.SpecialtyOf(s.Specialty); ok {
				by = append(by, sp.Name["en"], sp.Name["zh-Hant"])
			}
		}
		where := strings.TrimSpace(ehrdesk.CleanLine(p.Name) + " " + ehrdesk.CleanLine(p.Chinese))
		for _, one := range p.People {
			m := ehrdesk.CaseMember{CasePerson: ehrdesk.CasePerson{Provider: p.ID, Staff: one.Staff}, Name: one.Name}
			if !one.Active || !one.Role.Clinical() || m.CasePerson == me {
				continue
			}
			words := role(one.Role) + " · " + where
			out = append(out, candidate{m, words, fold.String(strings.Join(append(by, one.Name, one.Staff, words), " ")), one.Role, one.OnCall})
		}
	}
	slices.SortStableFunc(out, func(a, b candidate) int { return cmp.Or(cmp.Compare(a.words, b.words), cmp.Compare(a.Name, b.Name)) })
	onCallFirst(out, now)
	return out
}
