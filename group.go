package ehrdesk

import (
	"slices"
	"time"
)

// Group is an address at a provider that several people answer, as a tumour board or a hotline, as its events make it: whoever writes to
// it writes to those who are on its staff then. What is for it is sealed to a role key, of which each epoch has another; a leaving ends
// one. Everybody has the same events and comes to the same group.
type Group struct {
	ID       string
	Provider string
	Kind     GroupKind
	Name     string
	Chinese  string
	Keeper   CasePerson   // who adds people and takes them out
	Staff    []CaseMember // those who left too; Joined and Left are events of the group
	Epochs   []GroupEpoch
	Keyless  bool // somebody has left since the last epoch began, and nothing is sealed to it until the next
	Closed   bool
	Changes  []GroupChange
	Events   int
	Head     string // the hash of the last event
}

// GroupKind is what an address is for.
type GroupKind string

// The kinds.
const (
	GroupBoard   GroupKind = "board"   // several look at it together
	GroupHotline GroupKind = "hotline" // whoever is there answers
)

// GroupKinds lists them, in the order to offer them.
func GroupKinds() []GroupKind { return []GroupKind{GroupBoard, GroupHotline} }

// GroupEpoch is a time in which a group has one role key. Its staff's desks have the private half; who joins is given that of the epoch
// in which they do, and of those after it.
type GroupEpoch struct {
	N     int       `json:"n"` // from 1
	Event int       `json:"event"`
	Key   string    `json:"key"` // the public half (internal/sealed)
	At    time.Time `json:"at"`
}

// GroupChange is a step in the life of a group.
type GroupChange struct {
	Event  int
	Kind   GroupEventKind
	By     CasePerson
	Name   string // of who did it, as they were called
	At     time.Time
	Person CaseMember // whom it is about; zero for nobody
	Epoch  int        // that begins with it; 0 for none
}

// GroupEventKind is what somebody did to a group.
type GroupEventKind string

// The kinds of event.
const (
	GroupMade       GroupEventKind = "made"        // the first: what it is, its names, and the first epoch's key
	GroupJoined     GroupEventKind = "joined"      // the keeper added Person
	GroupLeft       GroupEventKind = "left"        // the keeper took Person out, and an epoch begins; or they left, and none does
	GroupRenewed    GroupEventKind = "renewed"     // an epoch begins
	GroupHandedOver GroupEventKind = "handed-over" // the keeper made Person the keeper, or Person took the group over (GroupKeeperSilent)
	GroupClosed     GroupEventKind = "closed"      // nothing is for it any more
)

// GroupEvent is one event, as its author signs it. What it does not need is empty.
type GroupEvent struct {
	Group   string         `json:"group"`
	N       int            `json:"n"`                // from 1
	Before  string         `json:"before,omitempty"` // the hash of the event before
	Kind    GroupEventKind `json:"kind"`
	By      CasePerson     `json:"by"`
	Name    string         `json:"name"` // of who did it, as they are called
	At      time.Time      `json:"at"`
	Is      GroupKind      `json:"is,omitempty"`
	Called  string         `json:"called,omitempty"`
	Chinese string         `json:"chinese,omitempty"`
	Person  *CaseMember    `json:"person,omitempty"`
	Key     string         `json:"key,omitempty"` // of the epoch that begins, the public half
}

// GroupEpochLeast is how old an epoch is when anybody on the staff may begin the next: a case that ended asks for it, as the key of the
// epoch opens what was said in it.
const GroupEpochLeast = time.Hour

// GroupKeeperSilent is how long its keeper has done nothing in a group when any of its staff may take it over: people leave, and a group
// whose staff nobody changes is of no use.
const GroupKeeperSilent = 90 * 24 * time.Hour

// TakenFrom is from when on any of its staff may take a group over.
func (g *Group) TakenFrom() time.Time {
	for i := len(g.Changes) - 1; i >= 0; i-- {
		if c := &g.Changes[i]; c.By == g.Keeper || c.Kind == GroupHandedOver {
			return c.At.Add(GroupKeeperSilent)
		}
	}
	return time.Time{}
}

// taken reports that somebody takes over a group in which its keeper has done nothing for long.
func (g *Group) taken(e *GroupEvent) bool {
	from := g.TakenFrom()
	return e.Person != nil && e.Person.CasePerson == e.By && !from.IsZero() && !e.At.Before(from)
}

// Limits of a group.
const (
	MostGroupStaff = 50
	mostGroupName  = 100 // characters
)

// Member is somebody who is on the staff of the group now.
func (g *Group) Member(p CasePerson) (CaseMember, bool) {
	i := slices.IndexFunc(g.Staff, func(m CaseMember) bool { return m.CasePerson == p && m.Left == 0 })
	if i < 0 {
		return CaseMember{}, false
	}
	return g.Staff[i], true
}

// Current is the epoch that is sealed to now; ok is false where there is none.
func (g *Group) Current() (e GroupEpoch, ok bool) {
	if g.Closed || g.Keyless || len(g.Epochs) == 0 {
		return GroupEpoch{}, false
	}
	return g.Epochs[len(g.Epochs)-1], true
}

// EpochAt is the epoch that was sealed to when the group's history had so many events; ok is false for none.
func (g *Group) EpochAt(n int) (e GroupEpoch, ok bool) {
	for _, one := range g.Epochs {
		if one.Event <= n {
			e, ok = one, true
		}
	}
	return e, ok
}

// Step brings a group on by its next event. hash is the event's. Errors: CodeConflict for an event that does not come next, CodeDenied
// for one that its author may not make, CodeInvalid for one that lacks something.
func (g *Group) Step(e *GroupEvent, hash string) error {
	if err := g.MayStep(e); err != nil {
		return err
	}
	switch e.Kind {
	case GroupMade:
		*g = Group{ID: e.Group, Provider: e.By.Provider, Kind: e.Is, Name: e.Called, Chinese: e.Chinese, Keeper: e.By, Staff: []CaseMember{{e.By, e.Name, 1, 0}}}
	case GroupJoined:
		g.Staff = append(g.Staff, CaseMember{e.Person.CasePerson, e.Person.Name, e.N, 0})
	case GroupLeft:
		for i := range g.Staff {
			if m := &g.Staff[i]; m.CasePerson == e.Person.CasePerson && m.Left == 0 {
				m.Left = e.N
			}
		}
		g.Keyless = true
	case GroupHandedOver:
		g.Keeper = e.Person.CasePerson
	case GroupClosed:
		g.Closed = true
	case GroupRenewed:
	}
	one := GroupChange{Event: e.N, Kind: e.Kind, By: e.By, Name: e.Name, At: e.At}
	if e.Person != nil {
		one.Person = CaseMember{CasePerson: e.Person.CasePerson, Name: e.Person.Name}
	}
	if e.Key != "" {
		one.Epoch = len(g.Epochs) + 1
		g.Epochs, g.Keyless = append(g.Epochs, GroupEpoch{one.Epoch, e.N, e.Key, e.At}), false
	}
	g.Changes = append(g.Changes, one)
	g.Events, g.Head = e.N, hash
	return nil
}

// MayStep reports why an event does not come next. Errors: those of Step.
func (g *Group) MayStep(e *GroupEvent) error {
	refuse := func(code Code, why string) error { return Errorf("group", code, "%s", why) }
	_, in := g.Member(e.By)
	switch {
	case e.N != g.Events+1 || e.Before != g.Head || (e.Kind == GroupMade) != (e.N == 1) || e.N > 1 && e.Group != g.ID:
		return refuse(CodeConflict, "this event does not come next")
	case e.Group == "" || e.By.Provider == "" || e.By.Staff == "" || e.Name == "" || e.At.IsZero():
		return refuse(CodeInvalid, "an event is of a group, of somebody and of a moment")
	case e.Kind != GroupMade && (e.Is != "" || e.Called != "" || e.Chinese != ""):
		return refuse(CodeInvalid, "an event says what it needs, and nothing else")
	case (e.Person != nil) != (e.Kind == GroupJoined || e.Kind == GroupLeft || e.Kind == GroupHandedOver):
		return refuse(CodeInvalid, "an event says what it needs, and nothing else")
	case slices.ContainsFunc(g.Epochs, func(had GroupEpoch) bool { return had.Key == e.Key }):
		return refuse(CodeInvalid, "an epoch has a key that no epoch had before")
	case e.Kind == GroupMade:
		return mayMake(e, refuse)
	case g.Closed:
		return refuse(CodeConflict, "the group is closed")
	case !in:
		return refuse(CodeDenied, "only its staff do anything in a group")
	}
	return g.mayDo(e, refuse)
}

func mayMake(e *GroupEvent, refuse func(Code, string) error) error {
	name := func(s string) bool {
		return s != "" && shortLine(s) && len([]rune(s)) <= mostGroupName && CleanLine(s) == s
	}
	if !slices.Contains(GroupKinds(), e.Is) || !name(e.Called) || !name(e.Chinese) || e.Key == "" {
		return refuse(CodeInvalid, "a group is a board or a hotline, has a name in English and one in Chinese, and a key")
	}
	return nil
}

// mayDo is what each kind of event asks for.
func (g *Group) mayDo(e *GroupEvent, refuse func(Code, string) error) error {
	keeper := e.By == g.Keeper
	switch e.Kind {
	case GroupJoined:
		_, had := g.Member(e.Person.CasePerson)
		switch {
		case !keeper:
			return refuse(CodeDenied, "its keeper adds somebody")
		case e.Key != "" || e.Person.Staff == "" || e.Person.Name == "" || e.Person.Provider != g.Provider:
			return refuse(CodeInvalid, "whoever is added has a name and works at the group's provider, and no epoch begins")
		case had:
			return refuse(CodeConflict, "they are on the staff already")
		case len(g.OnStaff()) >= MostGroupStaff:
			return refuse(CodeInvalid, "a group has as many people as it may have")
		}
	case GroupLeft:
		own := e.Person.CasePerson == e.By
		switch {
		case !g.knows(e.Person):
			return refuse(CodeInvalid, "whoever leaves is on the staff")
		case e.Person.CasePerson == g.Keeper:
			return refuse(CodeDenied, "the keeper hands the group over, or closes it")
		case !own && !keeper:
			return refuse(CodeDenied, "the keeper takes somebody out, or they leave themselves")
		case own != (e.Key == ""):
			return refuse(CodeInvalid, "with whom the keeper takes out an epoch begins; who leaves makes no key that they would know")
		}
	case GroupRenewed:
		switch {
		case e.Key == "":
			return refuse(CodeInvalid, "an epoch has a key")
		case !keeper && !g.Keyless && e.At.Before(g.Epochs[len(g.Epochs)-1].At.Add(GroupEpochLeast)):
			return refuse(CodeDenied, "the keeper begins an epoch, or whoever is on the staff where somebody has left or the epoch is an hour old")
		}
	case GroupHandedOver:
		switch {
		case !keeper && !g.taken(e):
			return refuse(CodeDenied, "the keeper hands the group over, or somebody on its staff takes it over after 90 days in which the keeper did nothing in it")
		case e.Key != "" || !g.knows(e.Person) || e.Person.CasePerson == g.Keeper:
			return refuse(CodeInvalid, "the group is handed over to another who is on its staff")
		}
	case GroupClosed:
		switch {
		case !keeper:
			return refuse(CodeDenied, "the keeper closes the group")
		case e.Key != "":
			return refuse(CodeInvalid, "an event says what it needs, and nothing else")
		}
	case GroupMade:
		return refuse(CodeConflict, "a group is made once")
	default:
		return refuse(CodeInvalid, "this kind of event is not known here")
	}
	return nil
}

// knows reports somebody on the staff as they are called there.
func (g *Group) knows(p *CaseMember) bool {
	m, in := g.Member(p.CasePerson)
	return in && p.Name == m.Name
}

// OnStaff are the staff ids of those who answer for the group now: nobody where it is closed.
func (g *Group) OnStaff() (out []string) {
	for _, m := range g.Staff {
		if m.Left == 0 && !g.Closed {
			out = append(out, m.Staff)
		}
	}
	return out
}
