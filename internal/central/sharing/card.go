package sharing

import (
	"encoding/base64"
	"errors"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader/trust"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/registry"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// maxSource bounds the name of a bridge program, in bytes.
const maxSource = 64

// parseCard reads the evidence of an act; nil where it is not whole. Each part is
// bounded before it is decoded. What the desk made of it is no part of it: the
// centre judges for itself.
func parseCard(parts rest.Input) *ehrdesk.CardEvidence {
	e := ehrdesk.CardEvidence{Profile: parts.Get("profile").ValueCode, Source: parts.Get("source").ValueString, Scheme: parts.Get("scheme").ValueCode}
	if !rest.IsCode(e.Profile) || (e.Scheme != "" && !rest.IsCode(e.Scheme)) ||
		e.Source == "" || len(e.Source) > maxSource || ehrdesk.CleanLine(e.Source) != e.Source {
		return nil
	}
	for _, p := range []struct {
		name string
		most int
		to   *[]byte
	}{{"response", trust.MaxResponse, &e.Response}, {"signed", trust.MaxSigned, &e.Signed}, {"face", trust.MaxFace, &e.Face}} {
		text := parts.Get(p.name).ValueBase64Binary
		if len(text) > base64.StdEncoding.EncodedLen(p.most) {
			return nil
		}
		b, err := base64.StdEncoding.Strict().DecodeString(text)
		if err != nil || len(b) > p.most {
			return nil
		}
		*p.to = b
	}
	return &e
}

// mayUseCard is whether the channel fits the act, before the card is looked at.
func (a *act) mayUseCard() error {
	switch {
	case a.op == ehrdesk.AuditRevoke:
		return refusal.New(422, "card-withdrawal", "A consent is withdrawn at a desk by Access Key or by form.")
	case a.giver.Kind != ehrdesk.SelfGiver:
		return refusal.New(422, "card-giver", "A card is its holder's own: who acts for the patient consents by Access Key or by form.")
	case a.card == nil:
		return refusal.New(422, "card-missing", "What the card has shown is missing, not whole, or too large.")
	}
	return nil
}

// cardShown is whether the patient's own genuine card was there, for this act of
// this provider: the challenge is made from the centre's own nonce, the keys are
// those pinned here, and the face is compared with the centre's own record. The
// nonce is spent whatever comes of it; a.card is what is then kept.
func cardShown(tx *store.Tx, p *store.Participant, hcp string, a *act) error {
	nonce, ok, err := spendNonce(tx, hcp, a.requestID)
	if err != nil {
		return err
	}
	if !ok {
		return refusal.New(409, "card-nonce", "The card was read too long ago, or for something else: it is to be read again.")
	}
	a.card.Challenge = ehrdesk.CardChallenge(nonce, a.requestID, hcp)
	keys, err := issuers(tx)
	if err != nil {
		return err
	}
	v, err := trust.Check(*a.card, keys)
	a.proof = v.Proof.String()
	switch {
	case errors.Is(err, trust.ErrIssuer):
		return refusal.New(403, "card-issuer-unknown", "No issuer that the centre knows has signed this card.")
	case err != nil || v.Proof != ehrdesk.CardGenuineChip:
		return refusal.New(403, "card-not-genuine", "The card has not proved that it is genuine: a card seen is no identity verified.")
	}
	record, err := registry.OnRecord(tx, p)
	if err != nil {
		return err
	}
	switch match := ehrdesk.CompareCard(v.Face, record); {
	case match.OtherPerson():
		return refusal.New(403, "card-other-person", "The card is another person's.")
	case !match.Holds():
		f := refusal.New(403, "card-differs", "The card differs from the centre's record of the patient.")
		for _, field := range match {
			if field.Agreement == ehrdesk.CardDiffers {
				f.Fields = append(f.Fields, field.Name)
			}
		}
		f.Text = strings.TrimSuffix(f.Text, ".") + ": " + strings.Join(f.Fields, ", ") + "."
		return f
	}
	a.card = a.card.WithoutFace()
	a.card.Proof, a.issuer = v.Proof, trust.Fingerprint(v.Issuer)
	return nil
}
