package house

import (
	"context"
	"crypto/ecdsa"
	"encoding/base64"
	"net/url"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
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
			var key fhir.Key
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
// there, and gives what the centre signed. seen is its last word, "" for none.
// Errors: *fhir.Refusal as the cause, CodeOffline, CodeTimeout.
func (c *Centre) Checkpoint(ctx context.Context, signed string, entries [][]byte, seen string) (fhir.Countersigned, error) {
	const op = "checkpoint"
	var word fhir.Countersigned
	p := fhir.Parameters{{Name: "checkpoint", String: fhir.Str(signed)}}
	if seen != "" {
		p = append(p, fhir.Parameter{Name: "seen", String: fhir.Str(seen)})
	}
	for _, e := range entries {
		p = append(p, fhir.Parameter{Name: "entry", Base64: e})
	}
	out, ans, err := c.wire.Ask(ctx, op, "$audit-checkpoint", p)
	if err != nil {
		switch code, issue := fhir.IssueOf(ans.Body); code {
		case "audit-gap", "audit-behind", "audit-differs", "copies-behind", "audit-log":
			return word, ehrdesk.E(op, ehrdesk.CodeConflict, &fhir.Refusal{Issue: code, Vouched: r4.Text(fhir.ExtensionValue(issue, "checkpoint"))})
		}
		return word, err
	}
	word.Vouched = out.Text("checkpoint")
	if digests := out.Text("digests"); digests != "" {
		if word.Digests, err = base64.StdEncoding.DecodeString(digests); err != nil {
			return word, ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the centre's answer cannot be read")
		}
	}
	return word, nil
}

// ReportAccess deposits an access that happened while the centre could not be
// asked. The id is the desk's: sent twice, it counts once.
func (c *Centre) ReportAccess(ctx context.Context, e ehrdesk.AuditEvent) error {
	body, err := fhir.MarshalAccess(fhir.AccessEvent(e))
	if err != nil {
		return err
	}
	_, err = c.wire.Put(ctx, "outbox", "AuditEvent/"+url.PathEscape(e.ID), body)
	return err
}
