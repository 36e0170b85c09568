package main

import (
	"context"
	"sync"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader/simcard"
	"github.com/ehrdesk/ehrdesk/internal/territory"
	"github.com/ehrdesk/ehrdesk/ui"
)

// tray is the demonstration's stack of training cards, for people of the
// territory worth a look, and the hand that puts them into a reader.
type tray struct {
	issuer *simcard.Issuer
	slot   slot
	people []trayPerson

	mu  sync.Mutex
	in  int
	put int // counts what was put in, so that an old card's end is not taken for a new one's
}

type trayPerson struct {
	card simcard.Person
	line ui.TrayCard
}

// newTray is a tray with the cards of the territory's people worth a look.
func newTray(issuer *simcard.Issuer, s slot, world *territory.Territory) *tray {
	t := &tray{issuer: issuer, slot: s, in: -1}
	for _, h := range world.Highlights() {
		p := world.Person(h.Index).Patient
		if card, ok := printed(p); ok {
			t.people = append(t.people, trayPerson{card, ui.TrayCard{Number: p.HKIC.Printed(), Name: p.Name.Banner(), Note: h.Note}})
		}
	}
	return t
}

func (t *tray) Cards() []ui.TrayCard {
	out := make([]ui.TrayCard, len(t.people))
	for i, p := range t.people {
		out[i] = p.line
	}
	return out
}

func (t *tray) Ways() []string { return cardWays() }

func (t *tray) In() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.in
}

// Put puts a card in. One that is swapped gives way to the next on the tray.
func (t *tray) Put(i int, way string) error {
	if i < 0 || i >= len(t.people) {
		return ehrdesk.E("card.tray", ehrdesk.CodeCard, ehrdesk.FaultNoCard)
	}
	c, err := trainingCard(t.issuer, t.people[i].card, way)
	if err != nil {
		return err
	}
	out, err := t.slot.put(context.Background(), c)
	if err != nil {
		return err
	}
	t.mu.Lock()
	t.put++
	mine := t.put
	t.in = i
	t.mu.Unlock()
	go func() {
		<-out
		t.mu.Lock()
		current := t.put == mine
		if current {
			t.in = -1
		}
		t.mu.Unlock()
		if current && way == "swapped" {
			_ = t.Put((i+1)%len(t.people), "") // an empty reader is what is seen otherwise
		}
	}()
	return nil
}

// Take takes out what is in.
func (t *tray) Take() {
	t.mu.Lock()
	t.put++
	t.in = -1
	t.mu.Unlock()
	t.slot.pull()
}
