package house

import (
	"context"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Can reports whether the centre takes a kind of act.
func (c *Centre) Can(op ehrdesk.AuditAction) bool {
	return op == ehrdesk.AuditGrant || op == ehrdesk.AuditVerify || op == ehrdesk.AuditRevoke
}

// Act submits an act. The Access Key stands in the body alone and is dropped with it.
// An error that is not fhir.ErrOutcomeUnknown says that nothing was recorded.
func (c *Centre) Act(ctx context.Context, a fhir.Act) (ehrdesk.Receipt, error) {
	switch a.Op {
	case ehrdesk.AuditRevoke:
		return c.act(ctx, "revoke", "Patient/$revoke-sharing-consent", withdrawalParts(a.Withdrawal))
	case ehrdesk.AuditVerify:
		return c.act(ctx, "verify", "Patient/$verify-identity", verificationParts(a.Verification))
	}
	return c.act(ctx, "consent", "Patient/$grant-sharing-consent", grantParts(a.Verification.Grant))
}

// Settle asks what became of an act: the same act again, without what was never
// kept. Where it is on record the centre answers as the first time; where it is not,
// a form is recorded now, and a key or a card is refused as missing.
func (c *Centre) Settle(ctx context.Context, a fhir.Act) (ehrdesk.Receipt, error) {
	return c.Act(ctx, a)
}

func grantParts(g ehrdesk.Grant) fhir.Parameters {
	p := fhir.Parameters{
		{Name: "identifier", Identifier: fhir.NumberIdentifier(g.Patient)},
		{Name: "channel", Code: string(g.Channel)},
		{Name: "term", Code: string(g.Term)},
		giverPart(g.Giver),
		{Name: "documentSighted", Boolean: fhir.Yes(g.DocumentSighted)},
		{Name: "accessKey", String: fhir.Str(g.AccessKey.Reveal())},
		{Name: "formReference", String: fhir.Str(g.FormReference)},
		{Name: "requestId", UUID: fhir.URN(g.RequestID)},
	}
	if g.Renew {
		p = append(p, fhir.Parameter{Name: "renew", Boolean: fhir.Yes(true)})
	}
	if g.Channel == ehrdesk.ByCard && g.Card != nil {
		p = append(p, cardPart(*g.Card))
	}
	if g.NoticeRead {
		p = append(p, fhir.Parameter{Name: "noticeReadAt", Instant: fhir.Instant(g.NoticeReadAt)})
		for id, version := range g.NoticeVersions {
			p = append(p, fhir.Parameter{Name: "notice", Part: []fhir.Parameter{{Name: "id", String: fhir.Str(id)}, {Name: "version", String: fhir.Str(version)}}})
		}
	}
	return p
}

func withdrawalParts(w ehrdesk.Withdrawal) fhir.Parameters {
	return fhir.Parameters{
		{Name: "identifier", Identifier: fhir.NumberIdentifier(w.Patient)},
		{Name: "channel", Code: string(w.Channel)},
		giverPart(w.Giver),
		{Name: "documentSighted", Boolean: fhir.Yes(w.DocumentSighted)},
		{Name: "accessKey", String: fhir.Str(w.AccessKey.Reveal())},
		{Name: "formReference", String: fhir.Str(w.FormReference)},
		{Name: "requestId", UUID: fhir.URN(w.RequestID)},
	}
}

func giverPart(g ehrdesk.Giver) fhir.Parameter {
	p := fhir.Parameter{Name: "giver", Part: []fhir.Parameter{{Name: "kind", Code: g.Kind}}}
	if g.Name != "" {
		p.Part = append(p.Part, fhir.Parameter{Name: "name", String: fhir.Str(g.Name)})
	}
	if g.Document != "" {
		p.Part = append(p.Part, fhir.Parameter{Name: "document", String: fhir.Str(g.Document)})
	}
	if g.NoneBefore {
		p.Part = append(p.Part, fhir.Parameter{Name: "noneBefore", Boolean: fhir.Yes(true)})
	}
	if g.Declaration != "" {
		p.Part = append(p.Part, fhir.Parameter{Name: "declaration", String: fhir.Str(g.Declaration)})
	}
	return p
}

func (c *Centre) act(ctx context.Context, op, path string, p fhir.Parameters) (ehrdesk.Receipt, error) {
	a, ans, err := c.wire.Submit(ctx, op, path, p)
	if err != nil {
		return ehrdesk.Receipt{}, err
	}
	r := ehrdesk.Receipt{
		Reference: ehrdesk.CleanLine(a.Text("receipt")), At: a.Time("issued"),
		Notified: a.Notified(), RecordsExpected: a.Time("recordsExpected"),
	}
	if f := r4.ObjectOf(a.Resource("consent")); f != nil {
		r.Consent = fhir.ConsentFrom(f)
	}
	if f := r4.ObjectOf(a.Resource("patient")); f != nil {
		r.Patient = r4.PatientOf(f, today(ans))
	}
	if r.Reference == "" || r.Patient.ID == "" {
		return ehrdesk.Receipt{}, fhir.OutcomeUnknown(op)
	}
	return r, nil
}
