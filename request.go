package ehrdesk

import (
	"context"
	"slices"
	"time"
)

// Request is something that one provider asks of another about a patient, and how far it has come: a FHIR Task. It gives nobody
// leave to see the patient's record.
// Source of the states: HL7 Clinical Order Workflows (Task.status), and the loop of a referral from its letter to its answer.
type Request struct {
	ID       string // of the Task, made at the desk that asks
	Kind     RequestKind
	Patient  Patient
	From, To RequestParty
	State    RequestState
	Version  int // how many steps there are
	Steps    []RequestStep
	Body     RequestBody
	Waits    DepositState // of one with a step that this desk has not delivered: DepositWaits, or DepositRefused
	Why      Refusal      // of Refused
	Stuck    string       // the id of the step that waits or was refused: DropTask gives it up
}

// RequestParty is a provider, or Office.
type RequestParty struct{ ID, Name string }

// Office is the eHealth Record Office, which incidents are reported to.
const Office = "office"

// RequestKind is what is asked.
type RequestKind string

// The kinds.
const (
	RequestReferral  RequestKind = "referral"  // see this patient
	RequestQuery     RequestKind = "query"     // look at a record that you wrote
	RequestIncident  RequestKind = "incident"  // something went wrong
	RequestCorrected RequestKind = "corrected" // a record that your provider has read was corrected or withdrawn: the centre says so
)

// RequestState is how far a request has come.
type RequestState string

// The states.
const (
	RequestSent     RequestState = "sent"
	RequestReceived RequestState = "received"
	RequestAccepted RequestState = "accepted"
	RequestDeclined RequestState = "declined"
	RequestBooked   RequestState = "booked"
	RequestSeen     RequestState = "seen"
	RequestAnswered RequestState = "answered"
	RequestRecalled RequestState = "recalled" // by who asked
	RequestClosed   RequestState = "closed"
)

// Valid reports a state that is known here.
func (s RequestState) Valid() bool {
	switch s {
	case RequestSent, RequestReceived, RequestAccepted, RequestDeclined, RequestBooked, RequestSeen, RequestAnswered, RequestRecalled, RequestClosed:
		return true
	}
	return false
}

// RequestStep is a state that somebody brought a request into.
type RequestStep struct {
	ID     string // of the step, made at the desk: however often it is sent, it counts once
	State  RequestState
	By     RequestParty // the provider
	Staff  string       // "" where the centre did it
	Name   string
	At     time.Time // by the centre's clock; by the desk's while it waits
	Note   string    // why, or what is to be known; of a clinical person alone
	Day    When      // of Booked: for when
	Answer *Letter   // of Answered
}

// Letter is words from one clinician to another, as a DocumentReference has them.
type Letter struct {
	Title string
	Text  string // plain text, its lines parted by "\n"
	Ref   Ref    // of the record that it is in as well, zero for none
	// Author is who wrote it where another sends it, by name; "" for whoever sent it. The sender's provider says so.
	Author string
}

// RequestBody is what is asked, for whom is to see a record: the front desk is given none of it.
type RequestBody struct {
	Specialty string // a code of Specialties, "" for none
	Priority  string // routine, urgent, asap, stat: FHIR's request-priority
	Letter    Letter
	Attached  []Attached
	About     Ref // of a query: the record; of a correction too
}

// Attached is a record that a request names. Whoever it is sent to reads it by the patient's consent to them, and without one is
// told what there is.
type Attached struct {
	Ref    Ref
	Title  string
	Date   When
	Source string
}

// MostAttached is how many records a request names.
const MostAttached = 50

// RequestSide is which of the two a provider is.
type RequestSide uint8

// The sides.
const (
	Asks    RequestSide = iota + 1 // whose people asked
	IsAsked                        // who is to act
)

// Side is which side of the request a provider is on, 0 for neither.
func (r *Request) Side(provider string) RequestSide {
	switch provider {
	case r.From.ID:
		return Asks
	case r.To.ID:
		return IsAsked
	}
	return 0
}

// requestFlow is one way on.
type requestFlow struct {
	from, to RequestState
	side     RequestSide
	desk     bool // the front desk may
}

func flowOf(k RequestKind) []requestFlow {
	switch k {
	case RequestReferral:
		return []requestFlow{
			{RequestSent, RequestReceived, IsAsked, true}, {RequestSent, RequestAccepted, IsAsked, false}, {RequestSent, RequestDeclined, IsAsked, false}, {RequestSent, RequestRecalled, Asks, false},
			{RequestReceived, RequestAccepted, IsAsked, false}, {RequestReceived, RequestDeclined, IsAsked, false}, {RequestReceived, RequestRecalled, Asks, false},
			{RequestAccepted, RequestBooked, IsAsked, true}, {RequestAccepted, RequestSeen, IsAsked, false}, {RequestAccepted, RequestDeclined, IsAsked, false}, {RequestAccepted, RequestRecalled, Asks, false},
			{RequestBooked, RequestBooked, IsAsked, true}, {RequestBooked, RequestSeen, IsAsked, false}, {RequestBooked, RequestDeclined, IsAsked, false}, {RequestBooked, RequestRecalled, Asks, false},
			{RequestSeen, RequestAnswered, IsAsked, false}, {RequestAnswered, RequestAnswered, IsAsked, false}, {RequestAnswered, RequestClosed, Asks, false},
			{RequestDeclined, RequestClosed, Asks, false}, {RequestRecalled, RequestClosed, IsAsked, false},
		}
	case RequestQuery, RequestIncident:
		return []requestFlow{
			{RequestSent, RequestReceived, IsAsked, false}, {RequestSent, RequestAnswered, IsAsked, false}, {RequestSent, RequestRecalled, Asks, false},
			{RequestReceived, RequestAnswered, IsAsked, false}, {RequestReceived, RequestRecalled, Asks, false},
			{RequestAnswered, RequestAnswered, IsAsked, false}, {RequestAnswered, RequestClosed, Asks, false}, {RequestRecalled, RequestClosed, IsAsked, false},
		}
	case RequestCorrected:
		return []requestFlow{{RequestSent, RequestClosed, IsAsked, false}}
	}
	return nil
}

// NextStates are the states that somebody of a side may bring a request into, in the order in which they usually come.
func NextStates(k RequestKind, from RequestState, side RequestSide, p Profession) (out []RequestState) {
	for _, f := range flowOf(k) {
		if f.from == from && f.side == side && (p.Clinical() || f.desk && p == FrontDesk) {
			out = append(out, f.to)
		}
	}
	return out
}

// Awaits reports that a side has to act for a request to go on: that it may be called back, or answered once more, asks nothing of
// anybody.
func Awaits(k RequestKind, from RequestState, side RequestSide, p Profession) bool {
	return slices.ContainsFunc(NextStates(k, from, side, p), func(to RequestState) bool { return to != RequestRecalled && to != from })
}

// MayStep reports whether somebody may bring a request into a state.
func MayStep(k RequestKind, from, to RequestState, side RequestSide, p Profession) bool {
	return slices.Contains(NextStates(k, from, side, p), to)
}

// OfficeMay are the states that the eHealth Record Office may bring a request into that is addressed to it: its people take every
// step of who is asked, and have no profession at a desk.
func OfficeMay(k RequestKind, from RequestState) []RequestState {
	return NextStates(k, from, IsAsked, Doctor)
}

// NeedsNote reports a step that says why, or what: to decline and to call back, and to answer what has no letter.
func (s RequestState) NeedsNote() bool { return s == RequestDeclined || s == RequestRecalled }

// Over reports a state after which nothing is waited for.
func (s RequestState) Over() bool { return s == RequestClosed }

// RequestOverdue is what has been waited for too long.
type RequestOverdue string

// What can be overdue.
const (
	NotReceived RequestOverdue = "not-received" // 2 days after it was sent
	NotBooked   RequestOverdue = "not-booked"   // 14 days after it was sent
	NotAnswered RequestOverdue = "not-answered" // 14 days after the patient was seen; of a query and an incident, after it was sent
	NotClosed   RequestOverdue = "not-closed"   // 14 days after the answer, or after it was declined
)

// After how long a request is overdue. Source: the reminders that issue 18 asks for; a provider's own rule may be stricter.
const (
	receivedWithin = 2 * 24 * time.Hour
	nextWithin     = 14 * 24 * time.Hour
)

// Overdue is what a request has waited for too long at a moment, and since when; "" for nothing.
func (r *Request) Overdue(now time.Time) (what RequestOverdue, since time.Time) {
	at := r.Since()
	if len(r.Steps) == 0 || r.Kind == RequestCorrected {
		return "", time.Time{}
	}
	sent := r.Steps[0].At
	late := func(what RequestOverdue, from time.Time, within time.Duration) (RequestOverdue, time.Time) {
		if due := from.Add(within); now.After(due) {
			return what, due
		}
		return "", time.Time{}
	}
	switch r.State {
	case RequestSent:
		return late(NotReceived, sent, receivedWithin)
	case RequestReceived, RequestAccepted:
		if r.Kind != RequestReferral {
			return late(NotAnswered, sent, nextWithin)
		}
		return late(NotBooked, sent, nextWithin)
	case RequestBooked: // the day itself is on the day's list
		return "", time.Time{}
	case RequestSeen:
		return late(NotAnswered, at, nextWithin)
	case RequestAnswered, RequestDeclined, RequestRecalled:
		return late(NotClosed, at, nextWithin)
	case RequestClosed:
	}
	return "", time.Time{}
}

// Since is when the request came into its state; zero where it has no step.
func (r *Request) Since() time.Time {
	if len(r.Steps) == 0 {
		return time.Time{}
	}
	return r.Steps[len(r.Steps)-1].At
}

// Requesting is a session that asks others, and is asked.
type Requesting interface {
	// Requests are those from and to this provider that are not over, and those that were within 60 days, the one that was
	// changed last first, as this desk has them: FetchRequests asks the centre.
	Requests(ctx context.Context) (all []Request, asOf time.Time, err error)
	// FetchRequests asks the centre what is new. Errors: CodeOffline, CodeDenied for a profession that has nothing to do with
	// patients, CodeNotFound where the centre carries none.
	FetchRequests(ctx context.Context) (changed int, err error)
	// Ask sends a request about a patient whose chart is open: it is on the disk before it is sent, and waits without the line.
	// Errors: CodeDenied for a profession that treats nobody, CodeInvalid for what lacks a letter or a provider.
	Ask(ctx context.Context, patient string, r Request) (Request, error)
	// Step brings a request into its next state. It is on the disk before it is sent.
	// Errors: CodeDenied, CodeConflict for a request that has moved on, CodeInvalid for what lacks a reason, a day or a letter.
	Step(ctx context.Context, id string, s RequestStep) (Request, error)
}
