package fhir

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"github.com/ehrdesk/ehrdesk"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Registration reads what a participant has registered with.
// Errors: CodeNotFound, CodeTampered (another person), CodeDenied.
func (c *Client) Registration(ctx context.Context, n ehrdesk.Number) (ehrdesk.Registration, error) {
	const op = "registration"
	body, err := parameters{{Name: "identifier", Identifier: numberIdentifier(n)}}.marshal(op)
	if err != nil {
		return ehrdesk.Registration{}, err
	}
	ans, err := c.Post(ctx, op, "Patient/$registration", body)
	if err != nil {
		return ehrdesk.Registration{}, err
	}
	a, err := parseAnswers(op, ans.Body)
	if err != nil {
		return ehrdesk.Registration{}, err
	}
	f := r4.ObjectOf(a.resource("patient"))
	if f.Text("resourceType") != "Patient" {
		return ehrdesk.Registration{}, ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the centre's answer cannot be read")
	}
	p := r4.PatientOf(f, today(ans))
	if !carries(p, n) {
		return ehrdesk.Registration{}, ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the centre's answer is not the one person asked for")
	}
	phones := phonesOf(f)
	r := ehrdesk.Registration{Patient: p, Participation: participation(f), Contact: ehrdesk.Contact{
		Phone: phones[0], PhoneOther: phones[1], Email: p.Email, Address: p.Address, Language: p.Language, Notify: ehrdesk.CleanLine(a.Text("notify")),
	}}
	return r, nil
}

// phonesOf are the first two telephone numbers.
func phonesOf(f r4.Object) [2]string {
	var out [2]string
	n := 0
	for _, t := range parts(f.Raw("telecom")) {
		if t.Text("system") == "phone" && n < len(out) {
			out[n] = ehrdesk.CleanLine(t.Text("value"))
			n++
		}
	}
	return out
}

// VerifyIdentity submits a verification with the consent in it.
func (c *Client) VerifyIdentity(ctx context.Context, v ehrdesk.Verification) (ehrdesk.Receipt, error) {
	p := append(grantParts(v.Grant),
		parameter{Name: "method", Code: string(v.Method)},
		parameter{Name: "documentType", Code: v.DocumentType},
		parameter{Name: "contactConfirmed", Boolean: yes(v.ContactConfirmed)},
		contactPart(v.Contact),
	)
	return c.act(ctx, "verify", "Patient/$verify-identity", p)
}

// contactPart is the contact data whole: what is empty is taken out at the centre.
func contactPart(t ehrdesk.Contact) parameter {
	p := parameter{Name: "contact"}
	for _, part := range []parameter{{Name: "phone", String: str(t.Phone)}, {Name: "phoneOther", String: str(t.PhoneOther)}, {Name: "email", String: str(t.Email)}, {Name: "address", String: str(t.Address)}} {
		if part.String == "" {
			part.String = blank
		}
		p.Part = append(p.Part, part)
	}
	for _, part := range []parameter{{Name: "language", Code: t.Language}, {Name: "notify", Code: t.Notify}} {
		if part.Code != "" {
			p.Part = append(p.Part, part)
		}
	}
	return p
}

// Endings reads the consents to the asking provider that run out within a time,
// in whole days. Errors: CodeNotFound where the centre has no such list.
func (c *Client) Endings(ctx context.Context, within time.Duration) ([]ehrdesk.Ending, error) {
	const op = "endings"
	const day = 24 * time.Hour
	link := "$expiring-consents?" + url.Values{"days": {strconv.Itoa(int((within + day - 1) / day))}}.Encode()
	people := map[string]ehrdesk.Patient{}
	consents := map[string]ehrdesk.SharingConsent{}
	var order []string
	err := c.eachPage(ctx, op, link, func(b r4.Bundle) {
		for i := range b.Entries {
			switch r := b.Entries[i].Resource; {
			case b.Entries[i].Fault != nil:
			case r.Type == "Patient":
				people[r.ID] = r4.PatientOf(r.Object, time.Now())
			case r.Type == "Consent":
				id := r4.Target(r4.TextAt(r.Raw("patient"), "reference")).ID
				if _, had := consents[id]; !had {
					order = append(order, id)
				}
				consents[id] = consentFrom(r.Object)
			}
		}
	})
	if err != nil {
		return nil, err
	}
	var out []ehrdesk.Ending
	for _, id := range order {
		if p, ok := people[id]; ok && !consents[id].Until.IsZero() {
			out = append(out, ehrdesk.Ending{Patient: p, Consent: consents[id]})
		}
	}
	return out, nil
}
