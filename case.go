package ehrdesk

import (
	"cmp"
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

// CaseSaid is a message or a document: what is in it is sealed.
type CaseSaid struct {
	Event    int
	By       CasePerson
	At       time.Time
	Envelope string       // its id
	Digest   []byte       // of what is sealed, as its event says it
	To       []CasePerson // who can open it
	Reply    int          // the event that it answers, 0 for none
	About    Ref          // a record, zero for none
	Critical bool         // somebody has to acknowledge it
	Passes   time.Time    // of a passing message: until when it can be opened; zero for what stays
	Receipts []CaseReceipt
}

// CaseReceipt is what somebody whom it is for has done with it.
type CaseReceipt struct {
	By   CasePerson
	Kind CaseEventKind // CaseOpened, CaseAcknowledged or CaseDeclined
	At   time.Time
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

// CasePurposes lists them, in the order to offer them.
func CasePurposes() []CasePurpose {
	return []CasePurpose{CaseJointCare, CaseOpinion, CaseTransfer, CaseDischarge, CaseAlert, CaseBoard, CaseElse}
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

// CaseEventKind is what somebody did in a case.
type CaseEventKind string

// The kinds of event.
const (
	CaseBegun        CaseEventKind = "begun"        // the first: patient, purpose, ending, and who begins it
	CaseJoined       CaseEventKind = "joined"       // a member added Person
	CaseLeft         CaseEventKind = "left"         // the owner took Person out, or they left
	CaseHandedOver   CaseEventKind = "handed-over"  // the owner made Person the owner
	CaseSpoke        CaseEventKind = "said"         // an envelope
	CaseOpened       CaseEventKind = "opened"       // of what was said in event Of
	CaseAcknowledged CaseEventKind = "acknowledged" // the same; not the same as opened
	CaseDeclined     CaseEventKind = "declined"     // the same, with the reason
	CaseCloses       CaseEventKind = "closes"       // the owner closes it: Until is CaseCooling later
	CaseExtended     CaseEventKind = "extended"     // a member puts the end off until Until, with the reason
	CaseReopened     CaseEventKind = "reopened"     // the owner opens what is closing, with the reason
	CaseEnded        CaseEventKind = "ended"        // its time is over
)

// CaseEvent is one event, as its author signs it. What it does not need is empty.
type CaseEvent struct {
	Case     string        `json:"case"`
	N        int           `json:"n"`                // from 1
	Before   string        `json:"before,omitempty"` // the hash of the event before
	Kind     CaseEventKind `json:"kind"`
	By       CasePerson    `json:"by"`
	Name     string        `json:"name"` // of who did it, as they are called
	At       time.Time     `json:"at"`
	Patient  string        `json:"patient,omitempty"`
	Purpose  CasePurpose   `json:"purpose,omitempty"`
	Ends     CaseEnding    `json:"ends,omitempty"`
	Person   *CaseMember   `json:"person,omitempty"`
	Envelope *CaseEnvelope `json:"envelope,omitempty"`
	Of       int           `json:"of,omitempty"`
	Until    time.Time     `json:"until,omitzero"`
	Reason   CaseReason    `json:"reason,omitempty"`
}

// CaseEnvelope is what an event says of an envelope.
type CaseEnvelope struct {
	ID       string       `json:"id"`
	Digest   []byte       `json:"digest"` // of what is sealed
	To       []CasePerson `json:"to"`
	Reply    int          `json:"reply,omitempty"`
	About    Ref          `json:"about,omitzero"`
	Critical bool         `json:"critical,omitempty"`
	Passes   time.Time    `json:"passes,omitzero"`
}

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
	case CaseHandedOver:
		c.Owner = e.Person.CasePerson
	case CaseSpoke:
		v := e.Envelope
		c.Said = append(c.Said, CaseSaid{Event: e.N, By: e.By, At: e.At, Envelope: v.ID, Digest: v.Digest, To: v.To, Reply: v.Reply, About: v.About, Critical: v.Critical, Passes: v.Passes})
	case CaseOpened, CaseAcknowledged, CaseDeclined:
		s := c.said(e.Of)
		s.Receipts = append(s.Receipts, CaseReceipt{e.By, e.Kind, e.At})
	case CaseCloses, CaseExtended:
		c.State, c.Closes = CaseClosing, e.Until
	case CaseReopened:
		c.State, c.Closes = CaseOpen, time.Time{}
	case CaseEnded:
		if c.State = CaseArchived; c.Ends == CaseDestroys {
			c.State = CaseDestroyed
		}
	}
	c.Events, c.Head = e.N, hash
	return nil
}

func (c *Case) said(event int) *CaseSaid {
	i, ok := slices.BinarySearchFunc(c.Said, event, func(s CaseSaid, n int) int { return cmp.Compare(s.Event, n) })
	if !ok {
		return nil
	}
	return &c.Said[i]
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
	if e.Kind == CaseBegun {
		if e.spare() || e.Patient == "" || !slices.Contains(CasePurposes(), e.Purpose) || e.Ends != CaseArchives && e.Ends != CaseDestroys {
			return refuse(CodeInvalid, "a case has a patient, a purpose and what becomes of it")
		}
		return nil
	}
	_, in := c.Member(e.By)
	switch {
	case e.spare():
		return refuse(CodeInvalid, "an event says what it needs, and nothing else")
	case e.Reason != "" && !slices.Contains(CaseReasons(), e.Reason):
		return refuse(CodeInvalid, "why is one of the reasons there are")
	case c.State.Over():
		return refuse(CodeConflict, "the case is over")
	case !in:
		return refuse(CodeDenied, "only members do anything in a case")
	case c.State == CaseClosing && !e.At.Before(c.Closes) && e.Kind != CaseEnded:
		return refuse(CodeConflict, "the time of the case is over: it can only be ended")
	}
	return c.mayDo(e, refuse)
}

// spare reports an event that says something that one of its kind has no need of.
func (e *CaseEvent) spare() bool {
	for _, one := range []struct {
		there bool
		of    []CaseEventKind
	}{
		{e.Patient != "" || e.Purpose != "" || e.Ends != "", []CaseEventKind{CaseBegun}},
		{e.Person != nil, []CaseEventKind{CaseJoined, CaseLeft, CaseHandedOver}},
		{e.Envelope != nil, []CaseEventKind{CaseSpoke}},
		{e.Of != 0, []CaseEventKind{CaseOpened, CaseAcknowledged, CaseDeclined}},
		{!e.Until.IsZero(), []CaseEventKind{CaseCloses, CaseExtended}},
		{e.Reason != "", []CaseEventKind{CaseDeclined, CaseExtended, CaseReopened}},
	} {
		if one.there && !slices.Contains(one.of, e.Kind) {
			return true
		}
	}
	return false
}

// mayDo is what each kind of event asks for.
func (c *Case) mayDo(e *CaseEvent, refuse func(Code, string) error) error {
	owner := e.By == c.Owner
	switch e.Kind {
	case CaseJoined:
		return c.mayJoin(e, refuse)
	case CaseLeft:
		switch {
		case e.Person == nil || !c.knows(e.Person):
			return refuse(CodeInvalid, "whoever leaves is a member")
		case e.Person.CasePerson == c.Owner:
			return refuse(CodeDenied, "the owner hands the case over first")
		case e.Person.CasePerson != e.By && !owner:
			return refuse(CodeDenied, "the owner takes somebody out, or they leave themselves")
		}
	case CaseHandedOver:
		switch {
		case !owner:
			return refuse(CodeDenied, "the owner hands the case over")
		case e.Person == nil || !c.knows(e.Person) || e.Person.CasePerson == c.Owner:
			return refuse(CodeInvalid, "the case is handed over to another member")
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

func (c *Case) maySay(e *CaseEvent, refuse func(Code, string) error) error {
	v := e.Envelope
	switch {
	case v == nil || v.ID == "" || len(v.Digest) == 0 || len(v.To) == 0:
		return refuse(CodeInvalid, "what is said is in an envelope, and for somebody")
	case v.Reply != 0 && c.said(v.Reply) == nil:
		return refuse(CodeInvalid, "what it answers was not said")
	case slices.ContainsFunc(c.Said, func(s CaseSaid) bool { return s.Envelope == v.ID }):
		return refuse(CodeConflict, "this envelope is in the case already")
	case !v.Passes.IsZero() && (v.Critical || !v.Passes.After(e.At) || v.Passes.After(e.At.Add(CasePassing))):
		return refuse(CodeInvalid, "a message that passes does so within a week, and is not one that has to be acknowledged")
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
	case !slices.Contains(s.To, e.By) || s.By == e.By:
		return refuse(CodeDenied, "a receipt is given by whom it was for")
	case e.Kind == CaseDeclined && e.Reason == "":
		return refuse(CodeInvalid, "it says why")
	case e.Kind == CaseOpened && !s.Passes.IsZero() && !e.At.Before(s.Passes):
		return refuse(CodeConflict, "it has passed")
	}
	for _, r := range s.Receipts {
		if r.By == e.By && (r.Kind == e.Kind || r.Kind != CaseOpened && e.Kind != CaseOpened) {
			return refuse(CodeConflict, "this receipt was given before")
		}
	}
	return nil
}
