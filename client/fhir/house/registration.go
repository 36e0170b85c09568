package house

import (
	"cmp"
	"context"
	"net/url"
	"strconv"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Registration reads what a participant has registered with.
// Errors: CodeNotFound, CodeTampered (another person), CodeDenied.
func (c *Centre) Registration(ctx context.Context, n ehrdesk.Number) (ehrdesk.Registration, error) {
	const op = "registration"
	a, ans, err := c.wire.Ask(ctx, op, "Patient/$registration", fhir.Parameters{{Name: "identifier", Identifier: fhir.NumberIdentifier(n)}})
	if err != nil {
		return ehrdesk.Registration{}, err
	}
	f := r4.ObjectOf(a.Resource("patient"))
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
	for _, t := range fhir.Parts(f.Raw("telecom")) {
		if t.Text("system") == "phone" && n < len(out) {
			out[n] = ehrdesk.CleanLine(t.Text("value"))
			n++
		}
	}
	return out
}

// verificationParts are a verification with the consent in it.
func verificationParts(v ehrdesk.Verification) fhir.Parameters {
	return append(grantParts(v.Grant),
		fhir.Parameter{Name: "method", Code: string(v.Method)},
		fhir.Parameter{Name: "documentType", Code: v.DocumentType},
		fhir.Parameter{Name: "contactConfirmed", Boolean: fhir.Yes(v.ContactConfirmed)},
		contactPart(v.Contact),
	)
}

// contactPart is the contact data whole: what is empty is taken out at the centre.
func contactPart(t ehrdesk.Contact) fhir.Parameter {
	said := func(s string) fhir.Str { return cmp.Or(fhir.Str(s), fhir.Blank) }
	return fhir.Parameter{Name: "contact", Part: []fhir.Parameter{
		{Name: "phone", String: said(t.Phone)}, {Name: "phoneOther", String: said(t.PhoneOther)}, {Name: "email", String: said(t.Email)},
		{Name: "address", String: said(t.Address)}, {Name: "language", Code: t.Language}, {Name: "notify", Code: t.Notify},
	}}
}

// Endings reads the consents to the asking provider that run out within a time,
// in whole days. Errors: CodeNotFound where the centre has no such list.
func (c *Centre) Endings(ctx context.Context, within time.Duration) ([]ehrdesk.Ending, error) {
	const op = "endings"
	const day = 24 * time.Hour
	link := "$expiring-consents?" + url.Values{"days": {strconv.Itoa(int((within + day - 1) / day))}}.Encode()
	people := map[string]ehrdesk.Patient{}
	consents := map[string]ehrdesk.SharingConsent{}
	var order []string
	err := c.wire.EachPage(ctx, op, link, func(b r4.Bundle) {
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
				consents[id] = fhir.ConsentFrom(r.Object)
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
