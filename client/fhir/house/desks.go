package house

import (
	"context"
	"crypto/ecdsa"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
	"github.com/go-jose/go-jose/v4"
)

// Staff lists the asking provider's accounts.
// Errors: CodeNotFound where the centre has no such list, CodeOffline, CodeTimeout.
func (c *Centre) Staff(ctx context.Context) ([]fhir.StaffMember, error) {
	out, err := c.wire.Answers(ctx, "staff", "$staff")
	if err != nil {
		return nil, err
	}
	var list []fhir.StaffMember
	for _, f := range out.All("staff") {
		p := fhir.Parts(f.Raw("part"))
		m := fhir.StaffMember{Staff: p.Text("staff"), Name: ehrdesk.CleanLine(p.Text("name")), Role: ehrdesk.Profession(p.Text("role"))}
		m.Closed = p.Truth("closed")
		for _, k := range p.All("key") {
			_, v := k.Choice("value")
			var key jose.JSONWebKey
			if key.UnmarshalJSON([]byte(r4.Text(v))) != nil {
				continue
			}
			if _, ok := key.Key.(*ecdsa.PublicKey); ok {
				m.Keys = append(m.Keys, key)
			}
		}
		if m.Closed {
			m.Keys = nil
		}
		list = append(list, m)
	}
	return list, nil
}

// Checkpoint sends what the desk signed, with the sealed entries that lead
// there, and gives what the centre signed.
// Errors: *fhir.Refusal as the cause, CodeOffline, CodeTimeout.
func (c *Centre) Checkpoint(ctx context.Context, signed string, entries [][]byte) (string, error) {
	const op = "checkpoint"
	p := fhir.Parameters{{Name: "checkpoint", String: fhir.Str(signed)}}
	for _, e := range entries {
		p = append(p, fhir.Parameter{Name: "entry", Base64: e})
	}
	out, ans, err := c.wire.Ask(ctx, op, "$audit-checkpoint", p)
	if err != nil {
		switch code, issue := fhir.IssueOf(ans.Body); code {
		case "audit-gap", "audit-behind", "audit-differs", "copies-behind", "audit-log":
			return "", ehrdesk.E(op, ehrdesk.CodeConflict, &fhir.Refusal{Issue: code, Vouched: r4.Text(fhir.ExtensionValue(issue, "checkpoint"))})
		}
		return "", err
	}
	return out.Text("checkpoint"), nil
}
