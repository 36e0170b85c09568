package house

import (
	"context"
	"encoding/base64"

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
	op, path, p := "consent", "Patient/$grant-sharing-consent", parts(a)
	switch a.Op {
	case ehrdesk.AuditRevoke:
		op, path = "revoke", "Patient/$revoke-sharing-consent"
	case ehrdesk.AuditVerify:
		op, path = "verify", "Patient/$verify-identity"
	}
	if a.Taken != nil {
		p = fhir.Parameters{{Name: "taken", Part: []fhir.Parameter{{Name: "act", Base64: a.Taken.Body}, {Name: "signature", String: fhir.Str(a.Taken.JWS)}}}}
	}
	return c.act(ctx, op, path, p)
}

// parts are the parameters of an act.
func parts(a fhir.Act) fhir.Parameters {
	switch a.Op {
	case ehrdesk.AuditRevoke:
		return withdrawalParts(a.Withdrawal)
	case ehrdesk.AuditVerify:
		return verificationParts(a.Verification)
	}
	return grantParts(a.Verification.Grant)
}

// Statement is an act as who took it signs it, where another has to approve it: its parameters, with the
// operation that they are of.
func (c *Centre) Statement(a fhir.Act) ([]byte, error) {
	return append(fhir.Parameters{{Name: "operation", Code: string(a.Op)}}, parts(a)...).Marshal("act.statement")
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
		{Name: "formSigned", Date: signedOn(g.Signed)},
		{Name: "requestId", UUID: fhir.URN(g.RequestID)},
		{Name: "renew", Boolean: fhir.Only(g.Renew)},
		{Name: "telephone", Boolean: fhir.Only(g.Telephone)},
		{Name: "identityAsked", Boolean: fhir.Only(g.IdentityAsked)},
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

// signedOn is the day beside a signature as FHIR has it, "" for none: of a moment the day that it is in Hong Kong, where forms are signed.
func signedOn(w ehrdesk.When) string {
	if w.Precision > ehrdesk.ToDay {
		w = ehrdesk.SignedToday(w.Time)
	}
	return w.String()
}

func withdrawalParts(w ehrdesk.Withdrawal) fhir.Parameters {
	return fhir.Parameters{
		{Name: "identifier", Identifier: fhir.NumberIdentifier(w.Patient)},
		{Name: "channel", Code: string(w.Channel)},
		giverPart(w.Giver),
		{Name: "documentSighted", Boolean: fhir.Yes(w.DocumentSighted)},
		{Name: "accessKey", String: fhir.Str(w.AccessKey.Reveal())},
		{Name: "formReference", String: fhir.Str(w.FormReference)},
		{Name: "formSigned", Date: signedOn(w.Signed)},
		{Name: "requestId", UUID: fhir.URN(w.RequestID)},
	}
}

func giverPart(g ehrdesk.Giver) fhir.Parameter {
	return fhir.Parameter{Name: "giver", Part: []fhir.Parameter{
		{Name: "kind", Code: g.Kind},
		{Name: "name", String: fhir.Str(g.Name)},
		{Name: "document", String: fhir.Str(g.Document)},
		{Name: "documentNumber", String: fhir.Str(g.DocumentNumber)},
		{Name: "cannotAct", Boolean: fhir.Only(g.CannotAct)},
		{Name: "noneBefore", Boolean: fhir.Only(g.NoneBefore)},
		{Name: "declaration", String: fhir.Str(g.Declaration)},
	}}
}

func (c *Centre) act(ctx context.Context, op, path string, p fhir.Parameters) (ehrdesk.Receipt, error) {
	a, ans, err := c.wire.Submit(ctx, op, path, p)
	if err != nil {
		return ehrdesk.Receipt{}, err
	}
	r := ehrdesk.Receipt{
		Reference: ehrdesk.CleanLine(a.Text("receipt")), At: a.Time("issued"),
		Notified: a.Notified(), RecordsExpected: a.Time("recordsExpected"),
		Confirmed: a.Number("confirmedOn"), CodesFrom: a.Time("newContactFrom"),
	}
	if f := r4.ObjectOf(a.Resource("consent")); f != nil {
		r.Consent = fhir.ConsentFrom(f)
	}
	if f := r4.ObjectOf(a.Resource("patient")); f != nil {
		r.Patient, r.Untold = r4.PatientOf(f, today(ans)), untold(f)
	}
	if r.Reference == "" || r.Patient.ID == "" {
		return ehrdesk.Receipt{}, fhir.OutcomeUnknown(op)
	}
	return r, nil
}

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
	return fhir.Parameter{Name: "card", Part: []fhir.Parameter{
		{Name: "profile", Code: e.Profile}, {Name: "source", String: fhir.Str(e.Source)}, {Name: "scheme", Code: e.Scheme},
		{Name: "response", Base64: e.Response}, {Name: "signed", Base64: e.Signed}, {Name: "face", Base64: e.Face},
	}}
}

// Offer asks what may be put to a patient.
func (c *Centre) Offer(ctx context.Context) (ehrdesk.Offer, error) {
	a, err := c.wire.Answers(ctx, "consent.offer", "$consent-offer")
	if err != nil {
		return ehrdesk.Offer{}, err
	}
	var o ehrdesk.Offer
	for _, t := range a.All("term") {
		o.Terms = append(o.Terms, ehrdesk.Term(fhir.Answers{t}.Text("term")))
	}
	for _, ch := range a.All("channel") {
		o.Channels = append(o.Channels, ehrdesk.Channel(fhir.Answers{ch}.Text("channel")))
	}
	for _, w := range a.All("secondPerson") {
		if named, err := ehrdesk.ParseOneWords([]string{fhir.Answers{w}.Text("secondPerson")}); err == nil { // one of a later centre is its own to insist on
			o.Second = append(o.Second, named...)
		}
	}
	for _, f := range a.All("notice") {
		o.Notices = append(o.Notices, noticeFrom(fhir.Parts(f.Raw("part"))))
	}
	for _, f := range a.All("reason") {
		o.Reasons = append(o.Reasons, reasonFrom(fhir.Parts(f.Raw("part"))))
	}
	return o, nil
}

func noticeFrom(p fhir.Answers) ehrdesk.Notice {
	n := ehrdesk.Notice{
		ID: ehrdesk.CleanLine(p.Text("id")), Version: ehrdesk.CleanLine(p.Text("version")), Official: p.Truth("official"),
		Title: map[string]string{}, Text: map[string]string{},
	}
	for name, into := range map[string]map[string]string{"title": n.Title, "text": n.Text} {
		for language, words := range byLanguage(p, name) {
			into[language] = words
		}
	}
	return n
}

// byLanguage reads a text that comes in several languages.
func byLanguage(p fhir.Answers, name string) map[string]string {
	out := map[string]string{}
	for _, f := range p.All(name) {
		for _, t := range fhir.Parts(f.Raw("part")) {
			_, v := t.Choice("value")
			out[t.Text("name")] = ehrdesk.CleanText(r4.Text(v))
		}
	}
	return out
}

func reasonFrom(p fhir.Answers) ehrdesk.Reason {
	return ehrdesk.Reason{Code: ehrdesk.CleanLine(p.Text("code")), Text: byLanguage(p, "text")}
}
