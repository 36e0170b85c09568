package ehrdesk

import "time"

// CaseChange is a step in the life of a case, beside what was said in it: who began it, came, went, handed it over, and what was done
// about its end.
type CaseChange struct {
	Event  int
	Kind   CaseEventKind // CaseBegun, CaseJoined, CaseLeft, CaseHandedOver, CaseCloses, CaseExtended, CaseReopened or CaseEnded
	By     CasePerson
	As     CasePerson // the group for which they did it; zero for themselves
	Name   string     // of who did it, as they were called
	At     time.Time
	Person CaseMember // whom it is about; zero for nobody
	Until  time.Time  // of CaseCloses and CaseExtended: when it may be ended
	Reason CaseReason // of CaseExtended and CaseReopened
}

// note keeps an event that changes a case. What was said and receipts stand in Case.Said.
func (c *Case) note(e *CaseEvent) {
	switch e.Kind {
	case CaseSpoke, CaseOpened, CaseAcknowledged, CaseDeclined:
		return
	case CaseBegun, CaseJoined, CaseLeft, CaseHandedOver, CaseCloses, CaseExtended, CaseReopened, CaseEnded:
	}
	one := CaseChange{Event: e.N, Kind: e.Kind, By: e.By, As: e.As, Name: e.Name, At: e.At, Until: e.Until, Reason: e.Reason}
	if e.Person != nil {
		one.Person = CaseMember{CasePerson: e.Person.CasePerson, Name: e.Person.Name}
	}
	c.Changes = append(c.Changes, one)
}

// Latest is when something last happened in a case that its members see: a change, or something said.
func (c *Case) Latest() (at time.Time) {
	if n := len(c.Changes); n > 0 {
		at = c.Changes[n-1].At
	}
	if n := len(c.Said); n > 0 && c.Said[n-1].At.After(at) {
		at = c.Said[n-1].At
	}
	return at
}
