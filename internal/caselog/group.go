package caselog

import (
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/sealed"
)

// NextGroup signs an event that comes next in a group: it has the number and the hash that it has to have.
func NextGroup(g *ehrdesk.Group, e ehrdesk.GroupEvent, by sealed.Signer) (string, error) {
	e.N, e.Before = g.Events+1, g.Head
	if e.N > 1 {
		e.Group = g.ID
	}
	if err := g.MayStep(&e); err != nil {
		return "", err
	}
	return sealed.Sign(&e, sealed.TypeGroupEvent, by)
}

// FollowGroup is Follow of a group.
func FollowGroup(g *ehrdesk.Group, known []string, signed []string, keys sealed.Signers) ([]string, error) {
	return follow(g, &g.Events, known, signed, func(s string) (e ehrdesk.GroupEvent, n int, err error) {
		e, err = ReadGroup(s, keys)
		return e, e.N, err
	})
}

// ReadGroup reads one event of a group that its author signed; the key of an epoch is one. Errors: those of sealed.Read.
func ReadGroup(signed string, keys sealed.Signers) (e ehrdesk.GroupEvent, err error) {
	err = sealed.Read(signed, sealed.TypeGroupEvent, keys, &e, func() (sealed.Person, time.Time) { return sealed.Person(e.By), e.At })
	if err == nil && e.Key != "" {
		if _, wrong := sealed.ParsePublic(e.Key); wrong != nil {
			err = sealed.ErrUnreadable
		}
	}
	if err != nil {
		return ehrdesk.GroupEvent{}, err
	}
	return e, nil
}

// PlainGroup is Plain of an event of a group.
func PlainGroup(signed string) (e ehrdesk.GroupEvent, err error) {
	if json.Unmarshal(sealed.Payload(signed), &e, json.RejectUnknownMembers(true)) != nil {
		return ehrdesk.GroupEvent{}, sealed.ErrUnreadable
	}
	return e, nil
}

// Histories are groups by their ids, as their events make them, with the hash of each event. They are Groups.
type Histories map[string]*GroupHistory

// GroupHistory is one of them.
type GroupHistory struct {
	Group  ehrdesk.Group
	Hashes []string
}

// Over reports a group that is closed.
func (g *GroupHistory) Over() bool { return g != nil && g.Group.Closed }

// Staffed is of Groups.
func (h Histories) Staffed(at ehrdesk.CaseGroupAt, who ehrdesk.CasePerson, when time.Time) (on, known bool) {
	g := h[at.Of.Group()]
	if g == nil || g.Group.Person() != at.Of || at.N < 1 || at.N > len(g.Hashes) || g.Hashes[at.N-1] != at.Head {
		return false, false
	}
	return g.Group.StaffedAt(at.N, who, when), true
}
