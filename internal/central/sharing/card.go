package sharing

import (
	"context"
	"crypto/ecdsa"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"time"

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
	nonce := tx.Cards.TakeNonce(hcp, a.requestID)
	if len(nonce) != 32 {
		return refusal.New(409, "card-nonce", "The card was read too long ago, or for something else: it is to be read again.")
	}
	a.card.Challenge = ehrdesk.CardChallenge([32]byte(nonce), a.requestID, hcp)
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
	_, err = provenContact(tx, p)
	return err
}

// nonceLife is how long a patient may take from the card's being asked for to
// the act's being sent.
const nonceLife = 5 * time.Minute

// cardNonce gives the centre's part of the challenge for one act. Another call
// for the same act replaces it: the answer that a card gave before is then for
// nothing.
func (s *Sharing) cardNonce(_ *http.Request, who *store.Account, in rest.Input) (rest.Act, error) {
	request, err := in.Request()
	if err != nil {
		return nil, refusal.Invalid("A nonce is for one act, named by its requestId, a UUID.")
	}
	if !who.Role.TakesConsent() {
		return nil, refusal.RoleMayNot()
	}
	nonce := make([]byte, 32)
	rand.Read(nonce)
	return func(tx *store.Tx) (any, error) {
		expires := tx.Now.Add(nonceLife)
		tx.Cards.SetNonce(who.HCP, request, nonce, expires)
		return rest.Parameters(rest.Param("nonce", "valueBase64Binary", base64.StdEncoding.EncodeToString(nonce)), rest.Param("expires", "valueInstant", rest.Stamp(expires))), nil
	}, nil
}

// CardIssuer is a key whose cards this centre believes.
type CardIssuer struct {
	Name        string `json:"name"`
	Fingerprint string `json:"fingerprint"` // SHA-256 of the key's SubjectPublicKeyInfo, hexadecimal
	Since       string `json:"since"`
}

const maxCardIssuers = 16

// AddCardIssuer has the centre believe cards of an issuer: one P-256 public key
// in PEM, under a name of 1 to 64 letters, digits, dots, hyphens or underscores.
// A key that stands under that name already changes nothing.
// Errors: CodeInvalid, CodeConflict where name or key stand for something else.
func (o *Operator) AddCardIssuer(ctx context.Context, name string, pem []byte) error {
	const op = "issuer.add"
	if !rest.IsCode(name) {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "an issuer's name has 1 to 64 letters, digits, dots, hyphens or underscores")
	}
	keys, err := trust.ParseIssuers(pem)
	if err != nil {
		return err
	}
	if len(keys) != 1 {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "one name is for one issuer's key")
	}
	key := trust.MarshalIssuer(keys[0])
	return o.s.store.Write(ctx, func(tx *store.Tx) error {
		others := tx.Cards.Issuers()
		for _, other := range others {
			switch sameName, sameKey := other.Name == name, string(other.Key) == string(key); {
			case sameName && sameKey:
				return nil
			case sameName:
				return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "another issuer has this name")
			case sameKey:
				return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "this issuer is known by another name")
			}
		}
		if len(others) >= maxCardIssuers {
			return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "the centre knows 16 issuers already")
		}
		tx.Cards.AddIssuer(store.Issuer{Name: name, Key: key, Since: tx.Now.UnixMicro()})
		return nil
	})
}

// RemoveCardIssuer ends the belief in an issuer's cards, from the next act on.
// What its cards proved before stays on record. Errors: CodeNotFound.
func (o *Operator) RemoveCardIssuer(ctx context.Context, name string) error {
	return o.s.store.Write(ctx, func(tx *store.Tx) error {
		if !tx.Cards.RemoveIssuer(name) {
			return ehrdesk.Errorf("issuer.remove", ehrdesk.CodeNotFound, "no issuer has this name")
		}
		return nil
	})
}

// CardIssuers are those whose cards the centre believes, by name.
func (o *Operator) CardIssuers(ctx context.Context) ([]CardIssuer, error) {
	var out []CardIssuer
	err := o.s.store.Read(ctx, func(tx *store.Tx) error {
		out = nil
		return eachIssuer(tx, func(name string, key *ecdsa.PublicKey, since time.Time) {
			out = append(out, CardIssuer{Name: name, Fingerprint: trust.Fingerprint(key), Since: rest.Stamp(since)})
		})
	})
	return out, err
}

// issuers are the keys as they stand now: they are read for every act, so that
// one taken away counts at once.
func issuers(tx *store.Tx) ([]*ecdsa.PublicKey, error) {
	var out []*ecdsa.PublicKey
	err := eachIssuer(tx, func(_ string, key *ecdsa.PublicKey, _ time.Time) { out = append(out, key) })
	return out, err
}

func eachIssuer(tx *store.Tx, each func(name string, key *ecdsa.PublicKey, since time.Time)) error {
	for _, i := range tx.Cards.Issuers() {
		keys, err := trust.ParseIssuers(i.Key)
		if err != nil || len(keys) != 1 {
			return store.Err
		}
		each(i.Name, keys[0], store.Time(i.Since))
	}
	return nil
}
