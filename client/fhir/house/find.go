package house

import (
	"context"
	"net/url"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Find looks a patient up. The number travels in the body of a POST, and no
// link of the answer is followed: some servers repeat the search in it.
// Errors: CodeNotFound, CodeTampered (more than one person, or another one), CodeConflict
// with ErrNumberAsID.
func (c *Centre) Find(ctx context.Context, n ehrdesk.Number) (ehrdesk.Finding, error) {
	const op = "find"
	system, value := n.Identifier()
	ans, err := c.wire.Search(ctx, op, "Patient", url.Values{
		"identifier": {system + "|" + value}, "_revinclude": {"Consent:patient"}, "_count": {"20"},
	})
	if err != nil {
		return ehrdesk.Finding{}, err
	}
	b, err := fhir.ParseBundle(op, ans.Body)
	if err != nil {
		return ehrdesk.Finding{}, err
	}
	found := ehrdesk.Finding{Checked: ans.Date, Participation: ehrdesk.NotRegistered}
	var consents []r4.Resource
	for _, e := range b.Entries {
		switch r := e.Resource; {
		case e.Fault != nil:
			return ehrdesk.Finding{}, ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the centre's answer cannot be read")
		case r.Type == "Patient":
			p := r4.PatientOf(r.Object, today(ans))
			if p.NamedByNumber() {
				return ehrdesk.Finding{}, ehrdesk.E(op, ehrdesk.CodeConflict, ehrdesk.ErrNumberAsID)
			}
			if found.Patient.ID != "" || !carries(p, n) && !byIDAlone(p, participation(r.Object)) {
				return ehrdesk.Finding{}, ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the centre's answer is not the one person asked for")
			}
			found.Patient = p
			found.Participation = participation(r.Object)
			found.RecordsExpected = fhir.Moment(r4.Text(fhir.ExtensionValue(r.Object, "records-expected")))
			found.Untold = untold(r.Object)
			found.NoDeposit, found.NoView = bar(r.Object, "deposit-closed"), bar(r.Object, "view-closed")
			found.KeyLocked = fhir.Moment(r4.Text(fhir.ExtensionValue(r.Object, "key-locked-until")))
		case r.Type == "Consent":
			consents = append(consents, r)
		}
	}
	found.Consent = fhir.Decide(consents, found.Patient.ID, c.provider, today(ans))
	if found.Patient.ID == "" {
		return found, ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "not registered with eHealth")
	}
	return found, nil
}

// bar reads why the provider may not deposit, or look in. A reason that is not known closes as well.
func bar(f r4.Object, name string) ehrdesk.Bar {
	switch b := ehrdesk.Bar(r4.Text(fhir.ExtensionValue(f, name))); b {
	case "", ehrdesk.BarAgreement, ehrdesk.BarGate, ehrdesk.BarServer:
		return b
	}
	return ehrdesk.BarAgreement
}

// untold reads of a Patient that they have declined notices of accesses.
func untold(f r4.Object) bool { return r4.Text(fhir.ExtensionValue(f, "accesses-told")) == "none" }

// today is the day of an answer, by the centre's clock where it gave one.
func today(ans fhir.Answer) time.Time {
	if ans.Date.IsZero() {
		return time.Now()
	}
	return ans.Date
}

// carries re-checks the server's filter: some ignore a parameter they do not know.
func carries(p ehrdesk.Patient, n ehrdesk.Number) bool {
	switch {
	case !n.HKIC.IsZero():
		return p.HKIC == n.HKIC
	case !n.EHR.IsZero():
		return p.EHR == n.EHR
	}
	for _, d := range p.Documents {
		if d == n.Document {
			return true
		}
	}
	return false
}

// byIDAlone: of who has left eHealth the centre says that and nothing more, so
// there is no number to hold against the one asked for, and nothing to open.
func byIDAlone(p ehrdesk.Patient, s ehrdesk.Participation) bool {
	return s == ehrdesk.Left && p.ID != "" && p.Number().IsZero()
}

func participation(f r4.Object) ehrdesk.Participation {
	switch p := ehrdesk.Participation(r4.Text(fhir.ExtensionValue(f, "participation"))); p {
	case ehrdesk.Unverified, ehrdesk.Left:
		return p
	case ehrdesk.NotRegistered, ehrdesk.Registered, ehrdesk.KnownHere:
	}
	return ehrdesk.Registered
}

// Open asks for leave to open a patient's chart.
// Errors: CodeConsentNeeded, CodeDenied, CodeOffline, CodeTimeout.
func (c *Centre) Open(ctx context.Context, patient string, purpose ehrdesk.Purpose, reason string) (fhir.Decision, error) {
	return c.open(ctx, patient, purpose, fhir.Parameter{Name: "reason", String: fhir.Str(reason)})
}

// OpenAhead asks for leave to fetch a patient's record before it is opened: arrival is the line of
// the provider's day by which the patient is here. Errors: as Open, CodeDenied where the provider's
// policy does not allow it, CodeConflict where that line says something else.
func (c *Centre) OpenAhead(ctx context.Context, patient string, purpose ehrdesk.Purpose, arrival string) (fhir.Decision, error) {
	return c.open(ctx, patient, purpose, fhir.Parameter{Name: "arrival", UUID: arrival})
}

func (c *Centre) open(ctx context.Context, patient string, purpose ehrdesk.Purpose, why fhir.Parameter) (fhir.Decision, error) {
	const op = "open"
	a, ans, err := c.wire.Ask(ctx, op, "Patient/"+url.PathEscape(patient)+"/$open", fhir.Parameters{
		{Name: "purpose", Code: string(purpose)},
		{Name: "purposeOfUse", Coding: &fhir.Coding{System: "http://terminology.hl7.org/CodeSystem/v3-ActReason", Code: "TREAT"}},
		why,
	})
	if err != nil {
		return fhir.Decision{}, err
	}
	d := fhir.Decision{Access: a.Text("access"), Notified: a.Notified(), At: ans.Date, Expected: a.Time("recordsExpected")}
	if given, err := r4.Read(a.Resource("consent")); err == nil {
		d.Consent = fhir.Decide([]r4.Resource{given}, patient, c.provider, today(ans))
	}
	for _, f := range a.All("kind") {
		p := fhir.Parts(f.Raw("part"))
		k, err := ehrdesk.ParseKind(p.Text("name"))
		if err != nil {
			continue
		}
		ka := fhir.KindAccess{Kind: k, Count: p.Number("count"), Restricted: p.Number("restricted")}
		for _, u := range p.All("unasked") {
			ka.Unasked = append(ka.Unasked, ehrdesk.CleanLine(u.Text("valueCode")))
		}
		if p.Truth("leftOut") {
			ka.Unasked = append(ka.Unasked, fhir.LeftOut)
		}
		switch p.Text("access") {
		case "general":
			ka.Access = ehrdesk.General
		case "none":
			ka.Access = ehrdesk.NoAccess
		}
		d.Kinds = append(d.Kinds, ka)
	}
	if !d.Consent.State.Allows() {
		return fhir.Decision{}, ehrdesk.Errorf(op, ehrdesk.CodeConsentNeeded, "no sharing consent to this provider")
	}
	return d, nil
}
