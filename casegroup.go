package ehrdesk

import (
	"slices"
	"strings"
	"time"
)

// A group is a member of a case as a person of its provider is: what is for it is for whoever is on its staff then, and one of them
// answers for all.

// groupStaff is how a group is told from a person where both may stand: no staff id has a colon.
const groupStaff = "group:"

// GroupApart is how far the clock of whoever changes a group and that of whoever acts for it may be apart: the centre lets each be five
// minutes from its own.
const GroupApart = 10 * time.Minute

// Person is a group as a member of a case.
func (g *Group) Person() CasePerson { return CasePerson{g.Provider, groupStaff + g.ID} }

// AsMember is a group as it is added to a case.
func (g *Group) AsMember() CaseMember { return CaseMember{CasePerson: g.Person(), Name: g.Name} }

// Group is the id of the group that stands in a person's place; "" for a person.
func (p CasePerson) Group() string {
	id, ok := strings.CutPrefix(p.Staff, groupStaff)
	if !ok {
		return ""
	}
	return id
}

func isGroup(p CasePerson) bool { return p.Group() != "" }

// CaseGroupAt is how far the history of a group had come for whoever names it in an event of a case: N events, the last of the hash Head.
// Who reads the event holds it against the group's history: it was not told otherwise to somebody else, and who acts for the group was on
// its staff then.
type CaseGroupAt struct {
	Of   CasePerson `json:"of"`
	N    int        `json:"n"`
	Head string     `json:"head"`
}

// StaffedAt reports whether somebody was on the staff of a group when its history had so many events, and did something for it no later
// than that history lets them: who has left acts for it no more, whatever history they name.
func (g *Group) StaffedAt(n int, who CasePerson, at time.Time) bool {
	if n < 1 || n > g.Events {
		return false
	}
	on := slices.ContainsFunc(g.Staff, func(m CaseMember) bool { return m.CasePerson == who && m.Joined <= n && (m.Left == 0 || m.Left > n) })
	for _, c := range g.Changes {
		switch {
		case c.Event <= n:
			on = on && c.Kind != GroupClosed
		case c.Kind == GroupClosed || c.Kind == GroupLeft && c.Person.CasePerson == who:
			return on && !at.After(c.At.Add(GroupApart))
		}
	}
	return on
}

// actor is as whom somebody does something in a case: themselves, or a group.
func (e *CaseEvent) actor() CasePerson {
	if e.As != (CasePerson{}) {
		return e.As
	}
	return e.By
}

// forGroup is what its author is called where they do something for a group.
func (e *CaseEvent) forGroup() string {
	if e.As == (CasePerson{}) {
		return ""
	}
	return e.Name
}

// From is who of a case said something: its author, or the group for which they did.
func (s *CaseSaid) From() CasePerson {
	if s.As != (CasePerson{}) {
		return s.As
	}
	return s.By
}

// Of is for whom a receipt stands: whoever gave it, or the group for which they did.
func (r *CaseReceipt) Of() CasePerson {
	if r.As != (CasePerson{}) {
		return r.As
	}
	return r.By
}

// Names are the groups that an event names: for which it is done, to which something is said, and whom it is about.
func (e *CaseEvent) Names() (out []CasePerson) {
	add := func(p CasePerson) {
		if isGroup(p) && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	add(e.As)
	if e.Envelope != nil {
		for _, p := range e.Envelope.To {
			add(p)
		}
	}
	if e.Person != nil && e.Kind == CaseJoined {
		add(e.Person.CasePerson)
	}
	return out
}

// mayName is what it takes to name groups: each with how far its history has come, which goes back for nobody; and who acts for one is of
// its provider. That they were on its staff the group's history says (StaffedAt).
func (c *Case) mayName(e *CaseEvent, refuse func(Code, string) error) error {
	names := e.Names()
	switch {
	case isGroup(e.By) || e.As != (CasePerson{}) && (!isGroup(e.As) || e.As.Provider != e.By.Provider || e.Kind == CaseBegun):
		return refuse(CodeInvalid, "a person does something, for themselves or for a group of their provider")
	case len(names) != len(e.Groups):
		return refuse(CodeInvalid, "an event says of each group that it names how far its history has come")
	}
	for i, g := range e.Groups {
		j := slices.IndexFunc(c.Groups, func(had CaseGroupAt) bool { return had.Of == g.Of })
		switch {
		case g.Of != names[i] || g.N < 1 || g.Head == "":
			return refuse(CodeInvalid, "an event says of each group that it names how far its history has come")
		case j >= 0 && (g.N < c.Groups[j].N || g.N == c.Groups[j].N && g.Head != c.Groups[j].Head):
			return refuse(CodeConflict, "the history of a group does not go back")
		}
	}
	return nil
}

// goesBy keeps how far the groups of an event have come.
func (c *Case) goesBy(groups []CaseGroupAt) {
	if len(groups) > 0 {
		c.Groups = slices.Clone(c.Groups) // a copy of the case keeps its own
	}
	for _, g := range groups {
		if i := slices.IndexFunc(c.Groups, func(had CaseGroupAt) bool { return had.Of == g.Of }); i >= 0 {
			c.Groups[i] = g
		} else {
			c.Groups = append(c.Groups, g)
		}
	}
}

// Answers is as whom somebody, who answers for groups, answers what was said: themselves where it is for them, else the first of the groups
// that it is for. ok is false for what is for none of them, or is their own.
func (s *CaseSaid) Answers(p CasePerson, groups []CasePerson) (as CasePerson, ok bool) {
	switch {
	case s.By == p:
		return CasePerson{}, false
	case slices.Contains(s.To, p):
		return p, true
	}
	i := slices.IndexFunc(groups, func(g CasePerson) bool { return slices.Contains(s.To, g) })
	if i < 0 {
		return CasePerson{}, false
	}
	return groups[i], true
}

// Opens reports what somebody, who answers for groups, can open: it is for them or such a group, or was said by them or for such a group.
func (s *CaseSaid) Opens(p CasePerson, groups []CasePerson) bool {
	_, ok := s.Answers(p, groups)
	return ok || s.By == p || isGroup(s.As) && slices.Contains(groups, s.As)
}

// Acts is as whom somebody, who answers for groups, does something in a case: themselves where they are in it, else the first of the groups
// that are; themselves too where none is.
func (c *Case) Acts(p CasePerson, groups []CasePerson) CasePerson {
	if c.has(p) {
		return p
	}
	if i := slices.IndexFunc(groups, c.has); i >= 0 {
		return groups[i]
	}
	return p
}
