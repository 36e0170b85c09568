package ehrdesk

import (
	"cmp"
	"slices"
	"time"
)

// CaseSaid is a message or a document: what is in it is sealed.
type CaseSaid struct {
	Event    int
	By       CasePerson
	As       CasePerson // the group for which they said it, and which reads it too; zero for themselves
	Name     string     // of By as they were called, where they said it for a group: they may be no member
	At       time.Time
	Envelope string        // its id
	Digest   []byte        // of what is sealed, as its event says it
	To       []CasePerson  // who can open it
	Reply    int           // the event that it answers, 0 for none
	About    Ref           // a record, zero for none
	Critical bool          // one of Turns has to acknowledge it
	Turns    []CasePerson  // the owner first, then who is next: Turn
	Within   int           // minutes after which it is the next one's turn
	Passed   []CasePassed  // turns of whoever has left the case
	Anew     int           // the event in which its author said it again, critical too, 0 for none: it is to be acknowledged there
	Approver CasePerson    // who approves or refuses what is in it; zero for nobody
	Passes   time.Time     // of a passing message: until when it can be opened; zero for what stays
	Reseals  int           // the event whose words it has, sealed for others too by By, whose word it is that they are the same; 0 for none
	Groups   []CaseGroupAt // of the groups that can open it: by which history it was sealed to them
	Receipts []CaseReceipt
}

// CaseReceipt is what somebody whom it is for has done with it.
type CaseReceipt struct {
	By   CasePerson
	As   CasePerson    // the group for which they did it; zero for themselves
	Name string        // of By as they were called, where they did it for a group
	Kind CaseEventKind // CaseOpened, CaseAcknowledged or CaseDeclined
	At   time.Time
	Why  CaseReason // of CaseDeclined
}

func (c *Case) said(event int) *CaseSaid {
	i, ok := slices.BinarySearchFunc(c.Said, event, func(s CaseSaid, n int) int { return cmp.Compare(s.Event, n) })
	if !ok {
		return nil
	}
	return &c.Said[i]
}

func (c *Case) maySay(e *CaseEvent, refuse func(Code, string) error) error {
	v := e.Envelope
	switch {
	case v == nil || v.ID == "" || len(v.Digest) == 0 || len(v.To) == 0:
		return refuse(CodeInvalid, "what is said is in an envelope, and for somebody")
	case v.Reply != 0 && c.said(v.Reply) == nil:
		return refuse(CodeInvalid, "what it answers was not said")
	case slices.ContainsFunc(c.Said, func(s CaseSaid) bool { return s.Envelope == v.ID }):
		return refuse(CodeConflict, "this envelope is in the case already")
	case !v.turnsRight():
		return refuse(CodeInvalid, "a critical message, and no other, has those who acknowledge it, each once and among those whom it is for, and the minutes of a turn, a day at most")
	case slices.Contains(v.Turns, e.By) || e.As != (CasePerson{}) && slices.Contains(v.To, e.As):
		return refuse(CodeDenied, "nobody writes to the group for which they write, or acknowledges their own")
	case v.Approver == e.By:
		return refuse(CodeDenied, "nobody approves their own")
	case v.Approver.Group() != "" || !v.Passes.IsZero() && (e.As != (CasePerson{}) || slices.ContainsFunc(v.To, isGroup)):
		return refuse(CodeInvalid, "a person approves, and what passes is for persons")
	case v.Approver != (CasePerson{}) && (v.Critical || !v.Passes.IsZero() || !slices.Contains(v.To, v.Approver)):
		return refuse(CodeInvalid, "whoever approves is one of those whom it is for, and it is neither critical nor passing")
	case !v.Passes.IsZero() && (v.Critical || !v.Passes.After(e.At) || v.Passes.After(e.At.Add(CasePassing))):
		return refuse(CodeInvalid, "a message that passes does so within a week, and is not one that has to be acknowledged")
	}
	if err := c.mayReseal(e, refuse); err != nil {
		return err
	}
	for i, p := range v.To {
		switch {
		case !c.has(p):
			return refuse(CodeDenied, "it is for somebody who is not in the case")
		case slices.Contains(v.To[:i], p):
			return refuse(CodeInvalid, "it names somebody twice")
		}
	}
	return nil
}

func (c *Case) mayAnswer(e *CaseEvent, refuse func(Code, string) error) error {
	s := c.said(e.Of)
	switch {
	case s == nil:
		return refuse(CodeInvalid, "it is of nothing that was said")
	case !slices.Contains(s.To, e.actor()) || s.By == e.By:
		return refuse(CodeDenied, "a receipt is given by whom it was for")
	case s.Approver != (CasePerson{}) && s.Approver != e.actor() && e.Kind != CaseOpened:
		return refuse(CodeDenied, "another approves or refuses it")
	case e.Kind == CaseDeclined && e.Reason == "":
		return refuse(CodeInvalid, "it says why")
	}
	for _, r := range s.Receipts {
		if r.Of() == e.actor() && (r.By == e.By && r.Kind == e.Kind || r.Kind != CaseOpened && e.Kind != CaseOpened) { // of a group each opens it, and one answers
			return refuse(CodeConflict, "this receipt was given before")
		}
	}
	return nil
}
