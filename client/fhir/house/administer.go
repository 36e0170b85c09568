package house

import (
	"context"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
)

// ProviderAccounts lists the accounts of the asker's provider.
// Errors: CodeDenied for who administers none, CodeNotFound where the centre has no such list.
func (c *Centre) ProviderAccounts(ctx context.Context) (out ehrdesk.ProviderAccounts, err error) {
	in, err := c.wire.Answers(ctx, "account.list", "$accounts")
	if err != nil {
		return out, err
	}
	for _, f := range in.All("account") {
		p := fhir.Parts(f.Raw("part"))
		a := ehrdesk.StaffAccount{Staff: ehrdesk.CleanLine(p.Text("staff")), Name: ehrdesk.CleanLine(p.Text("name")), Role: ehrdesk.Profession(ehrdesk.CleanLine(p.Text("role"))),
			State: ehrdesk.CleanLine(p.Text("state")), Administrator: p.Truth("administrator")}
		for _, e := range p.All("end") {
			q := fhir.Parts(e.Raw("part"))
			a.Ends = append(a.Ends, fhir.EndFrom(ehrdesk.EndOf(q.Text("what")), q.Text("since"), q.Text("until"), q.Text("reason")))
		}
		for _, d := range p.All("desk") {
			q := fhir.Parts(d.Raw("part"))
			k := ehrdesk.DeskKey{Key: ehrdesk.CleanLine(q.Text("key")), SignedIn: q.Truth("signedIn")}
			k.Since, _ = time.Parse(time.RFC3339Nano, q.Text("since"))
			k.Seen, _ = time.Parse(time.RFC3339Nano, q.Text("seen"))
			a.Desks = append(a.Desks, k)
		}
		out.Accounts = append(out.Accounts, a)
	}
	for _, f := range in.All("checklist") {
		p := fhir.Parts(f.Raw("part"))
		out.Known, out.Establishment = p.Truth("known"), ehrdesk.CleanLine(p.Text("establishment"))
		for _, d := range p.All("document") {
			q := fhir.Parts(d.Raw("part"))
			out.Papers = append(out.Papers, ehrdesk.RegistrationPaper{Name: ehrdesk.CleanLine(q.Text("name")), State: ehrdesk.CleanLine(q.Text("state"))})
		}
	}
	return out, nil
}

// Administer has the centre change an account of the asker's provider. Errors: CodeDenied,
// CodeNotFound, CodeInvalid.
func (c *Centre) Administer(ctx context.Context, a ehrdesk.AccountAct) error {
	p := fhir.Parameters{{Name: "act", Code: a.Act}}
	text := func(name, value string) {
		if value != "" {
			p = append(p, fhir.Parameter{Name: name, String: fhir.Str(value)})
		}
	}
	text("staff", a.Staff)
	text("reason", a.Reason)
	text("desk", a.Desk)
	if a.Of != "" {
		p = append(p, fhir.Parameter{Name: "what", Code: string(a.Of)})
	}
	if !a.Since.IsZero() {
		p = append(p, fhir.Parameter{Name: "since", Instant: fhir.Instant(a.Since)})
	}
	_, _, err := c.wire.Ask(ctx, "account."+a.Act, "$administer", p)
	return err
}
