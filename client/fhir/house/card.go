package house

import (
	"context"
	"encoding/base64"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
)

// CardNonce asks for the centre's part of the challenge of one act.
// Errors: CodeNotFound where the centre has no such operation, CodeTampered.
func (c *Centre) CardNonce(ctx context.Context, requestID string) (ehrdesk.CardNonce, error) {
	const op = "consent.nonce"
	a, _, err := c.wire.Ask(ctx, op, "$card-nonce", fhir.Parameters{{Name: "requestId", UUID: fhir.URN(requestID)}})
	if err != nil {
		return ehrdesk.CardNonce{}, err
	}
	n := ehrdesk.CardNonce{Expires: a.Time("expires")}
	b, err := base64.StdEncoding.DecodeString(a.Text("nonce"))
	if err != nil || len(b) != len(n.Value) || n.Expires.IsZero() {
		return ehrdesk.CardNonce{}, ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the centre's answer cannot be read")
	}
	copy(n.Value[:], b)
	return n, nil
}

// cardPart is what the card gave. The desk's own verdict and the challenge are
// not sent: the centre has both from its own.
func cardPart(e ehrdesk.CardEvidence) fhir.Parameter {
	p := fhir.Parameter{Name: "card"}
	for _, part := range []fhir.Parameter{
		{Name: "profile", Code: e.Profile}, {Name: "source", String: fhir.Str(e.Source)}, {Name: "scheme", Code: e.Scheme},
		{Name: "response", Base64: e.Response}, {Name: "signed", Base64: e.Signed}, {Name: "face", Base64: e.Face},
	} {
		if part.Code+string(part.String) != "" || len(part.Base64) > 0 {
			p.Part = append(p.Part, part)
		}
	}
	return p
}
