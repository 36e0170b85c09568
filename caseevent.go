package ehrdesk

import (
	"slices"
	"time"
)

// CaseEventKind is what somebody did in a case.
type CaseEventKind string

// The kinds of event.
const (
	CaseBegun        CaseEventKind = "begun"        // the first: patient, purpose, ending, and who begins it
	CaseJoined       CaseEventKind = "joined"       // a member added Person
	CaseLeft         CaseEventKind = "left"         // the owner took Person out, or they left
	CaseHandedOver   CaseEventKind = "handed-over"  // the owner made Person the owner, or Person took the case over (CaseOwnerSilent)
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
	As       CasePerson    `json:"as,omitzero"`      // the group for which By does it; zero for themselves
	Groups   []CaseGroupAt `json:"groups,omitempty"` // each group that it names, once
}

// CaseEnvelope is what an event says of an envelope.
type CaseEnvelope struct {
	ID       string       `json:"id"`
	Digest   []byte       `json:"digest"` // of what is sealed
	To       []CasePerson `json:"to"`
	Reply    int          `json:"reply,omitempty"`
	About    Ref          `json:"about,omitzero"`
	Critical bool         `json:"critical,omitempty"`
	Turns    []CasePerson `json:"turns,omitempty"`   // of a critical one: who has to acknowledge it, in the order in which it is theirs
	Within   int          `json:"within,omitempty"`  // minutes after which it is the next one's turn
	Approver CasePerson   `json:"approver,omitzero"` // who approves or refuses what is in it; zero for nobody
	Passes   time.Time    `json:"passes,omitzero"`
	Reseals  int          `json:"reseals,omitempty"` // the event whose words are in it, sealed for others too; 0 for none
}

// receipt reports what somebody has done with what was said to them. It is told until a case has ended, also after its time: what is here is
// read until then, and its author hears of it.
func (e *CaseEvent) receipt() bool {
	return e.Kind == CaseOpened || e.Kind == CaseAcknowledged || e.Kind == CaseDeclined
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
