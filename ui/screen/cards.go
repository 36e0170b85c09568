package screen

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// CardMsg says that something happened at the card readers.
type CardMsg struct{ Event ehrdesk.CardEvent }

// Cards is what is at the readers, as last told. A card here is one in a reader
// for patients; the staff's card opens nothing and is only watched.
type Cards struct {
	Source ehrdesk.Cards // nil where the program has no card part
	// Used is the insertion that was last looked up by itself: going back to the
	// find screen does not look the same card up again.
	Used uint64

	up      bool
	fault   ehrdesk.CardFault
	readers []string
	in      []ehrdesk.CardEvent
}

// Listen waits for the next event, in the background.
func (c *Cards) Listen() tea.Cmd {
	source := c.Source
	if source == nil {
		return nil
	}
	return InBackground(func() tea.Msg {
		e, ok := source.Next(context.Background()) // ends when the readers are closed
		if !ok {
			return nil
		}
		return CardMsg{e}
	})
}

// Take keeps up with an event.
func (c *Cards) Take(e ehrdesk.CardEvent) {
	switch e.Kind {
	case ehrdesk.CardServiceUp:
		c.up = true
	case ehrdesk.CardServiceDown:
		c.up, c.fault, c.readers, c.in = false, e.Fault, nil, nil
	}
	if !e.Allowed || e.Staff {
		return
	}
	switch e.Kind {
	case ehrdesk.CardReaderAdded:
		c.readers = append(c.readers, e.Reader)
	case ehrdesk.CardReaderGone:
		c.readers = without(c.readers, func(r string) bool { return r == e.Reader })
	case ehrdesk.CardInserted:
		c.in = append(c.in, e)
	case ehrdesk.CardRemoved:
		c.in = without(c.in, func(o ehrdesk.CardEvent) bool { return o.Insertion == e.Insertion })
	}
}

func without[T any](all []T, gone func(T) bool) []T {
	var out []T
	for _, v := range all {
		if !gone(v) {
			out = append(out, v)
		}
	}
	return out
}

// Readable is the card to read: the one put in last of those that can be.
func (c *Cards) Readable() (e ehrdesk.CardEvent, n int) {
	for _, in := range c.in {
		if in.Readable {
			e = in
			n++
		}
	}
	return e, n
}

// Reader is the reader a patient is asked to use, "" where there is none.
func (c *Cards) Reader() string {
	if len(c.readers) == 0 {
		return ""
	}
	return c.readers[0]
}

// CardWhy says why no card can be read at this desk now, "" if one can.
func (e *Env) CardWhy() string {
	c, t := &e.Cards, &e.T.Card
	switch {
	case c.Source == nil:
		return e.S(t.NoPart)
	case c.Reader() != "":
		return ""
	case !c.up && c.fault == ehrdesk.FaultDenied:
		return e.S(t.ServiceDenied)
	case !c.up && c.fault == ehrdesk.FaultNoService:
		return e.S(t.ServiceDown)
	default:
		return e.S(t.NoReader)
	}
}

// CardFault gives the words for a card's or reader's failure.
func (e *Env) CardFault(err error) text.T { return e.T.Card.Faults[ehrdesk.CardFaultOf(err)] }

// CardSaid gives the words for what was put in and cannot be read; "" for a card
// that can.
func (e *Env) CardSaid(ev ehrdesk.CardEvent) string {
	t := &e.T.Card
	switch {
	case ev.Kind == ehrdesk.CardMute:
		return e.S(t.Faults[ehrdesk.FaultMute])
	case ev.Kind != ehrdesk.CardInserted || ev.Staff || ev.Readable:
		return ""
	case !ev.Allowed:
		return text.Sprintf(e.S(t.NotUsed), ev.Reader)
	case ev.Profile != "":
		return text.Sprintf(e.S(t.Recognised), ehrdesk.CleanLine(ev.Card[e.Lang.Tag()]))
	default:
		return e.S(t.Unknown)
	}
}

// CardLine says how a card in the reader stands to the patient on screen.
func (e *Env) CardLine(r *ehrdesk.CardReading, p ehrdesk.Patient) (string, paint.Style) {
	t := &e.T.Card
	proof := e.S(t.Proofs[r.Proof])
	m := ehrdesk.CompareCard(r.Face, p)
	if m.Holds() {
		st := theme.Good
		if r.Proof != ehrdesk.CardGenuineChip {
			st = theme.Text
		}
		return text.Sprintf(e.S(t.Matched), proof), st
	}
	var names []string
	for _, f := range m {
		if f.Agreement == ehrdesk.CardDiffers {
			names = append(names, e.S(t.Fields[f.Name]))
		}
	}
	return text.Sprintf(e.S(t.Differs), proof, strings.Join(names, ", ")), theme.Critical
}
