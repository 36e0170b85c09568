package client

import (
	"context"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
)

// CardNonce asks for the centre's part in a consent by card. It is what keeps an
// answer of the card's from being used later, so there is none without the line.
// requestID is a UUID in its canonical spelling: desk and centre hash its text.
func (s *Session) CardNonce(ctx context.Context, requestID string) (ehrdesk.CardNonce, error) {
	const op = "consent"
	if !canonical(requestID) {
		return ehrdesk.CardNonce{}, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a consent by card needs its request id, a UUID in small letters")
	}
	c, err := optional[cards](op, s.centre)
	if err != nil {
		return ehrdesk.CardNonce{}, errNoCards
	}
	ask, cancel := context.WithTimeout(ctx, askWait)
	defer cancel()
	n, err := c.CardNonce(ask, requestID)
	s.heard(err)
	switch {
	case offline(err):
		return ehrdesk.CardNonce{}, ehrdesk.Errorf(op, ehrdesk.CodeOffline, "a consent by card needs the central service, which cannot be reached")
	case ehrdesk.CodeOf(err) == ehrdesk.CodeNotFound: // a centre without the operation
		return ehrdesk.CardNonce{}, errNoCards
	}
	return n, err
}

var errNoCards = ehrdesk.Errorf("consent", ehrdesk.CodeDenied, "the central service takes no consent by card")

func canonical(id string) bool {
	u, err := uuid.Parse(id)
	return err == nil && u.String() == id
}

// checkCard refuses at the desk what the centre would: that a card was seen is
// no evidence that the patient's genuine card was there.
func checkCard(g ehrdesk.Grant) error {
	const op = "consent"
	switch {
	case g.Giver.Kind != ehrdesk.SelfGiver:
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a card is its holder's own: who acts for the patient consents by Access Key or by form")
	case g.Card == nil || g.Card.Scheme == "":
		return ehrdesk.Errorf(op, ehrdesk.CodeCard, "no card that can prove itself was read for this consent")
	case g.Card.Proof != ehrdesk.CardGenuineChip:
		return ehrdesk.Errorf(op, ehrdesk.CodeCard, "the card was seen and has not proved that it is genuine: take the consent by Access Key or by form")
	case !canonical(g.RequestID):
		return ehrdesk.Errorf(op, ehrdesk.CodeCard, "the card was not read for this act: read it again")
	}
	return nil
}
