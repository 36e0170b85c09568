package mailbox

import (
	"math"
	"net/http"
	"slices"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/sealed"
)

// Groups in cases: what is for a group is for who answers for it now.

// actor is as whom of a case who sends an event does it.
func (a *act) actor() ehrdesk.CasePerson {
	if a.event.As != (ehrdesk.CasePerson{}) {
		return a.event.As
	}
	return a.event.By
}

// named refuses an event that goes by another history of a group than there is now, so that its desk looks again, and one that is done for a
// group by somebody who does not answer for it.
func (a *act) named(tx *store.Tx) error {
	for _, at := range a.event.Groups {
		row := tx.Desks.Groups().Get(at.Of.Group())
		switch {
		case row == nil || row.HCP != at.Of.Provider:
			return nobody()
		case row.N != at.N || row.Head != at.Head:
			return groupBehind(row)
		}
	}
	if as := a.event.As; as != (ehrdesk.CasePerson{}) && !standsFor(tx, a.who)[as] {
		return refusal.New(http.StatusForbidden, "case-rule", "Who asks does not answer for the group.")
	}
	return nil
}

// sealedToGroups refuses an envelope that is sealed to another key of a group than that of its current epoch: nobody who has left has that.
func (a *act) sealedToGroups(tx *store.Tx, head *sealed.Head) error {
	for _, at := range a.event.Groups {
		g, err := grouped(tx, tx.Desks.Groups().Get(at.Of.Group()))
		if err != nil {
			return err
		}
		now, ok := g.Current()
		key, err := sealed.ParsePublic(now.Key)
		if !ok || err != nil || slices.ContainsFunc(head.To, func(t sealed.To) bool { return t.Person == sealed.Person(at.Of) && t.Key != key.Name() }) {
			return refusal.New(http.StatusUnprocessableEntity, "group-key", "What is for a group is sealed to the key of its current epoch.")
		}
	}
	return nil
}

// tellCases has who answers for a group hear of all the cases that it is in: of each by a change of its own, as the list goes on from one.
func tellCases(tx *store.Tx, of ehrdesk.CasePerson) {
	for _, c := range tx.Desks.Cases().Of(of.Provider, of.Staff, 0, math.MaxInt32) {
		if c.Left == 0 {
			seq, _ := tx.Changes.Next()
			tx.Desks.Cases().ToldOne(c.ID, of.Provider, of.Staff, seq)
		}
	}
}
