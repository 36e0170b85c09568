package cases

import (
	"slices"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/fold"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// A group, as a tumour board or a hotline, is chosen where a person is: whoever is on its staff reads what is for it, and one of them
// answers.

// groupCandidates are the groups of a directory that can be chosen: those that are open and whose history is one. They are found by either
// name, what they are, their provider, and who is on their staff.
func groupCandidates(e *screen.Env, all []ehrdesk.GroupView) (out []candidate) {
	for i := range all {
		g := &all[i]
		if g.Closed || g.Broken != "" {
			continue
		}
		p := e.Day.Cases.Providers[g.Provider]
		words := groupWords(e, g) + " · " + e.ProviderName(g.Provider)
		by := g.Name + " " + g.Chinese + " " + p.Name + " " + p.Chinese + " " + words
		for _, m := range g.Group.Staff {
			if m.Left == 0 {
				by += " " + m.Name + " " + m.Staff
			}
		}
		out = append(out, candidate{CaseMember: g.AsMember(), words: words, folded: fold.String(by)})
	}
	return out
}

// groupWords are what a group is, and how many answer for it.
func groupWords(e *screen.Env, g *ehrdesk.GroupView) string {
	t := &e.T.Cases.Group
	what := t.Hotline
	if g.Kind == ehrdesk.GroupBoard {
		what = t.Board
	}
	return text.Sprintf(e.S(what), len(g.OnStaff()))
}

// persons are those of some who are no group.
func persons(all []candidate) []candidate {
	return slices.DeleteFunc(slices.Clone(all), func(c candidate) bool { return c.Group() != "" })
}
