package main

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

// byCard fills in a consent by card: the centre's nonce, a challenge of this act
// signed by the chip in the transaction that reads it, and the comparison with
// the centre's record. The evidence travels with g: whoever asked wipes it then.
func (a *app) byCard(ctx context.Context, s *client.Session, g *ehrdesk.Grant) (err error) {
	const op = "consent"
	d, err := a.cardDesk()
	if err != nil {
		return err
	}
	reader, err := occupied(d.station, "")
	if err != nil {
		return err
	}
	found, err := s.Find(ctx, g.Patient)
	if err != nil {
		return err
	}
	if g.RequestID == "" {
		g.RequestID = uuid.NewString()
	}
	nonce, err := s.CardNonce(ctx, g.RequestID)
	if err != nil {
		return err
	}
	challenge := ehrdesk.CardChallenge(nonce.Value, g.RequestID, s.Account().Provider)
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	r, err := d.read(ctx, reader, &challenge)
	if err != nil {
		return err
	}
	defer func() {
		clear(r.Face.Photo)
		if r.Face = (ehrdesk.CardFace{}); err != nil {
			wipeEvidence(&r.Evidence)
		}
	}()
	match := ehrdesk.CompareCard(r.Face, found.Patient)
	switch {
	case match.OtherPerson():
		return ehrdesk.Errorf(op, ehrdesk.CodeCard, "the card in the reader is another person's")
	case !match.Holds():
		var fields []string
		for _, f := range match {
			if f.Agreement == ehrdesk.CardDiffers {
				fields = append(fields, f.Name)
			}
		}
		return ehrdesk.Errorf(op, ehrdesk.CodeCard, "the card differs from the centre's record in: %s", strings.Join(fields, ", "))
	case r.Proof != ehrdesk.CardGenuineChip:
		return ehrdesk.Errorf(op, ehrdesk.CodeCard, "card seen, identity not verified: the card could not prove that it is genuine")
	}
	g.Card = &r.Evidence
	return nil
}

// wipeEvidence clears what a card said, once it was sent or is not to be.
func wipeEvidence(e *ehrdesk.CardEvidence) {
	for _, b := range [][]byte{e.Face, e.Response, e.Signed} {
		clear(b)
	}
}
