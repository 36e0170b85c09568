package acts

import (
	"context"
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
)

// checkGrant refuses at the desk what the centre would.
func checkGrant(g ehrdesk.Grant) error {
	const op = "consent"
	bad := func(words string) error { return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "%s", words) }
	switch {
	case g.Patient.IsZero():
		return bad("whose consent it is, is missing")
	case !g.NoticeRead:
		return bad("the patient must have read the notices first")
	case g.Telephone && (g.Channel != ehrdesk.ByAccessKey || g.Giver.Kind != ehrdesk.SelfGiver):
		return bad("by telephone the patient alone consents, with the Access Key")
	case g.Telephone && g.DocumentSighted:
		return bad("no document is sighted by telephone")
	case g.Telephone && !g.IdentityAsked:
		return bad("who is on the telephone must be asked: name, birth date and number")
	case !g.DocumentSighted && !g.Telephone:
		return bad("the identity document must be sighted")
	case !slices.Contains(ehrdesk.GiverKinds(), g.Giver.Kind):
		return noSuchGiver(op)
	case g.Term == "":
		return bad("the term of the consent is missing")
	case g.Channel == ehrdesk.ByAccessKey && g.AccessKey.Empty():
		return bad("the Access Key is missing")
	case g.Channel == ehrdesk.ByForm && g.FormReference == "":
		return bad("the signed form's reference is missing")
	case !g.Channel.AtDesk():
		return bad("this channel is the patient's own act, outside the clinic")
	}
	if g.Giver.Kind != ehrdesk.SelfGiver && g.Giver.Name == "" {
		return ehrdesk.E(op, ehrdesk.CodeInvalid, ehrdesk.ErrGiverUnnamed)
	}
	if g.Channel == ehrdesk.ByCard {
		return checkCard(g)
	}
	return nil
}

// noSuchGiver names the kinds, to whoever wrote another.
func noSuchGiver(op string) error {
	return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "who acts is one of %s", strings.Join(ehrdesk.GiverKinds(), ", "))
}

func checkVerification(v ehrdesk.Verification) error {
	const op = "verify"
	if err := checkGrant(v.Grant); err != nil {
		return err
	}
	switch {
	case v.Telephone:
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "an identity is not verified by telephone")
	case v.Method != ehrdesk.VerifyByCard && v.Method != ehrdesk.VerifyByDocument:
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "how the identity was verified is missing")
	case v.Method == ehrdesk.VerifyByCard && v.Channel != ehrdesk.ByCard:
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "one card verifies and consents")
	case v.Method == ehrdesk.VerifyByDocument && v.DocumentType == "":
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "which document was seen is missing")
	case !v.ContactConfirmed:
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the contact data must be confirmed with the person")
	}
	return nil
}

// checkWithdrawal also puts in the patient where nobody else is named.
func checkWithdrawal(w *ehrdesk.Withdrawal) error {
	const op = "revoke"
	if w.Giver.Kind == "" {
		w.Giver.Kind = ehrdesk.SelfGiver
	}
	switch {
	case !slices.Contains(ehrdesk.GiverKinds(), w.Giver.Kind):
		return noSuchGiver(op)
	case w.Patient.IsZero() || !w.DocumentSighted:
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the identity document must be sighted")
	case w.Channel == ehrdesk.ByCard:
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a consent is withdrawn by Access Key or by form")
	case w.Channel == ehrdesk.ByForm && w.FormReference == "":
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the signed form's reference is missing")
	case w.Channel == ehrdesk.ByAccessKey && w.AccessKey.Empty():
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the Access Key is missing")
	}
	return nil
}

// CardNonce asks for the centre's part in a consent by card. It is what keeps an
// answer of the card's from being used later, so there is none without the line.
// requestID is a UUID in its canonical spelling: desk and centre hash its text.
func (s *Acts) CardNonce(ctx context.Context, requestID string) (ehrdesk.CardNonce, error) {
	const op = "consent"
	if !fhir.CanonicalUUID(requestID) {
		return ehrdesk.CardNonce{}, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a consent by card needs its request id, a UUID in small letters")
	}
	if s.cards == nil {
		return ehrdesk.CardNonce{}, errNoCards
	}
	n, err := line.Ask(ctx, s.Line, line.AskWait, func(ctx context.Context) (ehrdesk.CardNonce, error) {
		return s.cards.CardNonce(ctx, requestID)
	})
	switch {
	case line.Down(err):
		return ehrdesk.CardNonce{}, ehrdesk.Errorf(op, ehrdesk.CodeOffline, "a consent by card needs the central service, which cannot be reached")
	case ehrdesk.CodeOf(err) == ehrdesk.CodeNotFound: // a centre without the operation
		return ehrdesk.CardNonce{}, errNoCards
	}
	return n, err
}

var errNoCards = ehrdesk.Errorf("consent", ehrdesk.CodeDenied, "the central service takes no consent by card")

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
	case !fhir.CanonicalUUID(g.RequestID):
		return ehrdesk.Errorf(op, ehrdesk.CodeCard, "the card was not read for this act: read it again")
	}
	return nil
}
