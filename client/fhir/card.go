package fhir

import (
	"context"
	"encoding/base64"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// CardNonce asks for the centre's part of the challenge of one act.
// Errors: CodeNotFound where the centre has no such operation, CodeTampered.
func (c *Client) CardNonce(ctx context.Context, requestID string) (ehrdesk.CardNonce, error) {
	const op = "consent.nonce"
	body, err := parameters{{Name: "requestId", UUID: urn(requestID)}}.marshal(op)
	if err != nil {
		return ehrdesk.CardNonce{}, err
	}
	ans, err := c.Post(ctx, op, "$card-nonce", body)
	if err != nil {
		return ehrdesk.CardNonce{}, err
	}
	a, err := parseAnswers(op, ans.Body)
	if err != nil {
		return ehrdesk.CardNonce{}, err
	}
	n := ehrdesk.CardNonce{Expires: a.time("expires")}
	b, err := base64.StdEncoding.DecodeString(a.Text("nonce"))
	if err != nil || len(b) != len(n.Value) || n.Expires.IsZero() {
		return ehrdesk.CardNonce{}, ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the centre's answer cannot be read")
	}
	copy(n.Value[:], b)
	return n, nil
}

// cardPart is what the card gave. The desk's own verdict and the challenge are
// not sent: the centre has both from its own.
func cardPart(e ehrdesk.CardEvidence) parameter {
	p := parameter{Name: "card"}
	for _, part := range []parameter{
		{Name: "profile", Code: e.Profile}, {Name: "source", String: str(e.Source)}, {Name: "scheme", Code: e.Scheme},
		{Name: "response", Base64: e.Response}, {Name: "signed", Base64: e.Signed}, {Name: "face", Base64: e.Face},
	} {
		if part.Code+string(part.String) != "" || len(part.Base64) > 0 {
			p.Part = append(p.Part, part)
		}
	}
	return p
}

// differing ends a refusal's words with what of a card differs from the centre's
// record, of the fields that we know, and never with what they hold.
func differing(issue r4.Object) string {
	words := map[string]string{"name": "the name", "local-name": "the Chinese name", "born": "the date of birth", "sex": "the sex"}
	var out []string
	r4.Each(issue.Raw("extension"), func(v jsontext.Value) {
		if x := r4.ObjectOf(v); x.Text("url") == ehrdesk.ExtensionPrefix+"card-field" {
			if w := words[x.Text("valueCode")]; w != "" {
				out = append(out, w)
				delete(words, x.Text("valueCode"))
			}
		}
	})
	if len(out) == 0 {
		return ""
	}
	return ": " + strings.Join(out, ", ")
}
