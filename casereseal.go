package ehrdesk

import "slices"

// Reads reports that what was said in an event was sealed for somebody: by its author, or anew by another; or that they said it.
func (c *Case) Reads(p CasePerson, event int) bool {
	return slices.ContainsFunc(c.Said, func(s CaseSaid) bool {
		return (s.Event == event || s.Reseals == event) && (s.By == p || s.From() == p || s.For(p))
	})
}

// ResealedFor are the members for whom what was said in an event may be sealed too: those who are in the case and cannot
// read it.
func (c *Case) ResealedFor(event int) (out []CaseMember) {
	for _, m := range c.Members {
		if m.Left == 0 && !c.Reads(m.CasePerson, event) {
			out = append(out, m)
		}
	}
	return out
}

// mayReseal is what it takes to seal for others what was said before: whoever does it can read it, and its author is told by being among
// those whom it is for, since it stands in their name by another's word. What passes, what waits for somebody's approval, and what is
// sealed anew itself is not.
func (c *Case) mayReseal(e *CaseEvent, refuse func(Code, string) error) error {
	v := e.Envelope
	if v.Reseals == 0 {
		return nil
	}
	was := c.said(v.Reseals)
	switch {
	case was == nil:
		return refuse(CodeInvalid, "what is sealed anew was not said")
	case !c.Reads(e.By, v.Reseals) && !c.Reads(e.actor(), v.Reseals):
		return refuse(CodeDenied, "whoever seals something anew can read it")
	case was.Reseals != 0 || !was.Passes.IsZero() || was.Approver != (CasePerson{}):
		return refuse(CodeInvalid, "what passes, what is to be approved, and what is sealed anew itself is not sealed anew")
	case v.Critical || v.Reply != 0 || v.About != (Ref{}) || v.Approver != (CasePerson{}) || !v.Passes.IsZero():
		return refuse(CodeInvalid, "what is sealed anew is as it was said, and nothing else")
	case was.By != e.By && was.From() != e.actor() && c.has(was.From()) && !slices.Contains(v.To, was.From()):
		return refuse(CodeInvalid, "its author is told what is sealed anew in their name")
	}
	return nil
}
