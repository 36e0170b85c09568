package ehrdesk

import (
	"slices"
	"time"
)

// Case is one patient's sealed case, as its events make it: clinicians of different providers, who may read what, and when it ends.
// Every member has the same events and comes to the same case.
type Case struct {
	ID      string
	Patient string // the centre's logical id
	Purpose CasePurpose
	Ends    CaseEnding // what becomes of it
	State   CaseState
	Owner   CasePerson
	Members []CaseMember // those who left too
	Closes  time.Time    // of CaseClosing: when it may be ended
	Said    []CaseSaid
	Groups  []CaseGroupAt // of each group that its events name: how far its history had come for the last of them
	Changes []CaseChange  // what else became of it
	OwnerAt time.Time     // when its owner last did something in it, or became its owner
	Events  int
	Head    string // the hash of the last event
}

// CasePerson is somebody at a provider.
type CasePerson struct {
	Provider string `json:"provider"`
	Staff    string `json:"staff"`
}

// CaseMember is somebody in a case. Joined and Left are the events with which they came and went, from 1 on; Left is 0 while they
// are in it.
type CaseMember struct {
	CasePerson
	Name   string `json:"name"`
	Joined int    `json:"-"`
	Left   int    `json:"-"`
}

// CaseState is how far a case has come.
type CaseState string

// The states.
const (
	CaseOpen      CaseState = "open"
	CaseClosing   CaseState = "closing"   // it ends 72 hours after somebody closed it, unless it is extended
	CaseArchived  CaseState = "archived"  // its keys are sealed to the archive key of the organisation
	CaseDestroyed CaseState = "destroyed" // its keys are destroyed
)

// Over reports a state after which nothing more is said.
func (s CaseState) Over() bool { return s == CaseArchived || s == CaseDestroyed }

// CaseEnding is what becomes of a case at its end, by the policy with which it was opened.
type CaseEnding string

// The endings.
const (
	CaseArchives CaseEnding = "archive"
	CaseDestroys CaseEnding = "destroy"
)

// CaseCooling is how long a case is closing before it ends. Source: issue 19, from a service in use.
const CaseCooling = 72 * time.Hour

// CaseOwnerSilent is how long its owner has done nothing in a case when any member may take it over: people fall ill and providers close,
// and a case without an owner would never end.
const CaseOwnerSilent = 30 * 24 * time.Hour

// TakenFrom is from when on any member may take a case over; zero where nobody can know.
func (c *Case) TakenFrom() time.Time {
	if c.OwnerAt.IsZero() {
		return time.Time{}
	}
	return c.OwnerAt.Add(CaseOwnerSilent)
}

// CasePurpose is what a case is for. It is a code, as is a CaseReason: an event can be read by whoever carries it, and what is said
// in words is sealed.
type CasePurpose string

// The purposes.
const (
	CaseJointCare CasePurpose = "joint-care"
	CaseOpinion   CasePurpose = "opinion"
	CaseTransfer  CasePurpose = "transfer"
	CaseDischarge CasePurpose = "discharge"
	CaseAlert     CasePurpose = "alert"
	CaseBoard     CasePurpose = "board" // several look at it together, at a time
	CaseElse      CasePurpose = "other" // what for is in the first envelope
)

// CasePurposes lists them, in the order to offer them: round a circle, so that an alert, which is in haste, is one step back from the first.
func CasePurposes() []CasePurpose {
	return []CasePurpose{CaseJointCare, CaseOpinion, CaseTransfer, CaseDischarge, CaseBoard, CaseElse, CaseAlert}
}

// CaseReason is why somebody declined what was said, or keeps a case open.
type CaseReason string

// The reasons.
const (
	CaseNotMine      CaseReason = "not-mine"
	CaseNotAvailable CaseReason = "not-available"
	CaseAwaited      CaseReason = "awaited"      // an answer or a result
	CaseCareGoesOn   CaseReason = "care-goes-on" // the patient is treated still
	CaseOtherwise    CaseReason = "other"        // why is in an envelope
)

// CaseReasons lists them, in the order to offer them.
func CaseReasons() []CaseReason {
	return []CaseReason{CaseNotMine, CaseNotAvailable, CaseAwaited, CaseCareGoesOn, CaseOtherwise}
}

// Of a passing message: how long after it was opened it is gone, and within what time it passes unopened.
const (
	CaseShown   = 30 * time.Second
	CasePassing = 7 * 24 * time.Hour
)

// MostCaseMembers is how many people a case has, those who left among them.
const MostCaseMembers = 50

// Member is somebody who is in the case now.
func (c *Case) Member(p CasePerson) (CaseMember, bool) {
	i := slices.IndexFunc(c.Members, func(m CaseMember) bool { return m.CasePerson == p && m.Left == 0 })
	if i < 0 {
		return CaseMember{}, false
	}
	return c.Members[i], true
}

// Step brings a case on by its next event. hash is the event's. Errors: CodeConflict for an event that does not come next, CodeDenied
// for one that its author may not make, CodeInvalid for one that lacks something.
func (c *Case) Step(e *CaseEvent, hash string) error {
	if err := c.MayStep(e); err != nil {
		return err
	}
	switch e.Kind {
	case CaseBegun:
		*c = Case{ID: e.Case, Patient: e.Patient, Purpose: e.Purpose, Ends: e.Ends, State: CaseOpen, Owner: e.By, Members: []CaseMember{{e.By, e.Name, 1, 0}}}
	case CaseJoined:
		c.Members = append(c.Members, CaseMember{e.Person.CasePerson, e.Person.Name, e.N, 0})
	case CaseLeft:
		for i := range c.Members {
			if m := &c.Members[i]; m.CasePerson == e.Person.CasePerson && m.Left == 0 {
				m.Left = e.N
			}
		}
		c.passOn(e.Person.CasePerson, e.At)
	case CaseHandedOver:
		c.Owner = e.Person.CasePerson
	case CaseSpoke:
		c.say(e)
	case CaseOpened, CaseAcknowledged, CaseDeclined:
		s := c.said(e.Of)
		s.Receipts = append(s.Receipts, CaseReceipt{e.By, e.As, e.forGroup(), e.Kind, e.At, e.Reason})
	case CaseCloses, CaseExtended:
		c.State, c.Closes = CaseClosing, e.Until
	case CaseReopened:
		c.State, c.Closes = CaseOpen, time.Time{}
	case CaseEnded:
		if c.State = CaseArchived; c.Ends == CaseDestroys {
			c.State = CaseDestroyed
		}
	}
	if e.actor() == c.Owner || e.Kind == CaseHandedOver {
		c.OwnerAt = e.At
	}
	c.note(e)
	c.goesBy(e.Groups)
	c.Events, c.Head = e.N, hash
	return nil
}

// MayStep reports why an event does not come next. Errors: those of Step.
func (c *Case) MayStep(e *CaseEvent) error {
	const op = "case"
	refuse := func(code Code, why string) error { return Errorf(op, code, "%s", why) }
	if e.N != c.Events+1 || e.Before != c.Head || (e.Kind == CaseBegun) != (e.N == 1) || e.N > 1 && e.Case != c.ID {
		return refuse(CodeConflict, "this event does not come next")
	}
	if e.Case == "" || e.By.Provider == "" || e.By.Staff == "" || e.At.IsZero() {
		return refuse(CodeInvalid, "an event is of a case, of somebody and of a moment")
	}
	if err := c.mayName(e, refuse); err != nil {
		return err
	}
	if e.Kind == CaseBegun {
		if e.spare() || e.Patient == "" || !slices.Contains(CasePurposes(), e.Purpose) || e.Ends != CaseArchives && e.Ends != CaseDestroys {
			return refuse(CodeInvalid, "a case has a patient, a purpose and what becomes of it")
		}
		return nil
	}
	_, in := c.Member(e.actor())
	switch {
	case e.spare():
		return refuse(CodeInvalid, "an event says what it needs, and nothing else")
	case e.Reason != "" && !slices.Contains(CaseReasons(), e.Reason):
		return refuse(CodeInvalid, "why is one of the reasons there are")
	case c.State.Over():
		return refuse(CodeConflict, "the case is over")
	case !in:
		return refuse(CodeDenied, "only members do anything in a case")
	case c.State == CaseClosing && !e.At.Before(c.Closes) && e.Kind != CaseEnded && !e.receipt():
		return refuse(CodeConflict, "the time of the case is over: it can only be ended")
	}
	return c.mayDo(e, refuse)
}

// mayDo is what each kind of event asks for.
func (c *Case) mayDo(e *CaseEvent, refuse func(Code, string) error) error {
	owner := e.actor() == c.Owner
	switch e.Kind {
	case CaseJoined:
		return c.mayJoin(e, refuse)
	case CaseLeft:
		switch {
		case e.Person == nil || !c.knows(e.Person):
			return refuse(CodeInvalid, "whoever leaves is a member")
		case e.Person.CasePerson == c.Owner:
			return refuse(CodeDenied, "the owner hands the case over first")
		case e.Person.CasePerson != e.actor() && !owner:
			return refuse(CodeDenied, "the owner takes somebody out, or they leave themselves")
		}
	case CaseHandedOver:
		switch {
		case !owner && !c.taken(e):
			return refuse(CodeDenied, "the owner hands the case over, or a member takes it over after 30 days in which the owner did nothing in it")
		case e.Person == nil || !c.knows(e.Person) || e.Person.CasePerson == c.Owner || e.Person.Group() != "":
			return refuse(CodeInvalid, "the case is handed over to another member, who is a person")
		}
	case CaseSpoke:
		return c.maySay(e, refuse)
	case CaseOpened, CaseAcknowledged, CaseDeclined:
		return c.mayAnswer(e, refuse)
	case CaseCloses:
		switch {
		case !owner:
			return refuse(CodeDenied, "the owner closes the case")
		case c.State != CaseOpen:
			return refuse(CodeConflict, "the case is closing already")
		case !e.Until.Equal(e.At.Add(CaseCooling)):
			return refuse(CodeInvalid, "a case ends 72 hours after it was closed")
		}
	case CaseExtended:
		switch {
		case c.State != CaseClosing:
			return refuse(CodeConflict, "the case is not closing")
		case e.Reason == "":
			return refuse(CodeInvalid, "it says why")
		case !e.Until.After(c.Closes) || e.Until.After(e.At.Add(CaseCooling)):
			return refuse(CodeInvalid, "the end is put off by 72 hours from now at most")
		}
	case CaseReopened:
		switch {
		case !owner:
			return refuse(CodeDenied, "the owner opens the case again")
		case c.State != CaseClosing:
			return refuse(CodeConflict, "the case is not closing")
		case e.Reason == "":
			return refuse(CodeInvalid, "it says why")
		}
	case CaseEnded:
		if c.State != CaseClosing || e.At.Before(c.Closes) {
			return refuse(CodeConflict, "the time of the case is not over")
		}
	case CaseBegun:
		return refuse(CodeConflict, "a case begins once")
	default:
		return refuse(CodeInvalid, "this kind of event is not known here")
	}
	return nil
}

// taken reports that somebody takes over a case in which its owner has done nothing for long.
func (c *Case) taken(e *CaseEvent) bool {
	from := c.TakenFrom()
	return e.Person != nil && e.Person.CasePerson == e.By && e.As == (CasePerson{}) && !from.IsZero() && !e.At.Before(from)
}

func (c *Case) has(p CasePerson) bool { _, ok := c.Member(p); return ok }

// knows reports a member as they are called in the case.
func (c *Case) knows(p *CaseMember) bool {
	m, in := c.Member(p.CasePerson)
	return in && p.Name == m.Name
}

func (c *Case) mayJoin(e *CaseEvent, refuse func(Code, string) error) error {
	switch {
	case e.Person == nil || e.Person.Provider == "" || e.Person.Staff == "" || e.Person.Name == "":
		return refuse(CodeInvalid, "whoever is added has a name and a provider")
	case c.State != CaseOpen:
		return refuse(CodeConflict, "nobody is added to a case that is closing")
	case c.has(e.Person.CasePerson):
		return refuse(CodeConflict, "they are in the case already")
	case len(c.Members) >= MostCaseMembers:
		return refuse(CodeInvalid, "a case has as many members as it may have")
	}
	return nil
}
