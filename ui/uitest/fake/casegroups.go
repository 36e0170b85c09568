package fake

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// TellGroup adds a group that its first person keeps with the others, and gives it as it is added to a case.
func (d *Desk) TellGroup(id string, kind ehrdesk.GroupKind, name, chinese string, staff ...ehrdesk.CaseMember) ehrdesk.CaseMember {
	var g ehrdesk.Group
	step := func(e ehrdesk.GroupEvent) {
		e.Group, e.N, e.Before, e.By, e.Name, e.At = id, g.Events+1, g.Head, staff[0].CasePerson, staff[0].Name, d.now().Add(-300*24*time.Hour)
		if err := g.Step(&e, fmt.Sprint("group hash ", e.N)); err != nil {
			panic(err)
		}
	}
	step(ehrdesk.GroupEvent{Kind: ehrdesk.GroupMade, Is: kind, Called: name, Chinese: chinese, Key: "k"})
	for _, m := range staff[1:] {
		step(ehrdesk.GroupEvent{Kind: ehrdesk.GroupJoined, Person: &m})
	}
	d.Sealed.Groups = append(d.Sealed.Groups, &ehrdesk.GroupView{Group: g, Asked: d.now()})
	return g.AsMember()
}

// Groups are those that a test told.
func (s *session) Groups(ctx context.Context) (out []ehrdesk.GroupView, err error) {
	if err := s.d.call(ctx, "groups"); err != nil {
		return nil, err
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	for _, g := range s.d.Sealed.Groups {
		one := *g
		_, one.Mine = g.Group.Member(s.member().CasePerson)
		out = append(out, one)
	}
	return out, nil
}

// answers are the groups for which somebody answers.
func (c *CaseTold) answers(p ehrdesk.CasePerson) (out []ehrdesk.CasePerson) {
	for _, g := range c.desk.Sealed.Groups {
		if _, on := g.Group.Member(p); on {
			out = append(out, g.Person())
		}
	}
	return out
}

// acting has an event be done for a group where its author is not in the case, and go by the groups that it names.
func (c *CaseTold) acting(e *ehrdesk.CaseEvent) {
	mine := c.answers(e.By)
	as := c.Case.Acts(e.By, mine)
	if i := slices.IndexFunc(c.Said, func(s ehrdesk.CaseSaid) bool { return s.Event == e.Of }); i >= 0 {
		if to, ok := c.Said[i].Answers(e.By, mine); ok {
			as = to
		}
	}
	if as != e.By {
		e.As = as
	}
	if v := e.Envelope; v != nil && len(v.To) == 0 {
		for _, m := range c.Members {
			if m.Left == 0 && m.CasePerson != as {
				v.To = append(v.To, m.CasePerson)
			}
		}
	}
	for _, of := range e.Names() {
		for _, g := range c.desk.Sealed.Groups {
			if g.Person() == of {
				e.Groups = append(e.Groups, ehrdesk.CaseGroupAt{Of: of, N: g.Events, Head: g.Head})
			}
		}
	}
}
