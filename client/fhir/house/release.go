package house

import (
	"context"
	"net/url"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
)

// SendOneTimeCode has the centre send the patient a code for one release.
// Errors: CodeDenied, CodeLocked, CodeOffline.
func (c *Centre) SendOneTimeCode(ctx context.Context, patient, requestID string) (ehrdesk.CodeSent, error) {
	const op = "release.code"
	a, _, err := c.wire.Ask(ctx, op, "Patient/"+url.PathEscape(patient)+"/$send-one-time-code", fhir.Parameters{{Name: "requestId", UUID: fhir.URN(requestID)}})
	if err != nil {
		return ehrdesk.CodeSent{}, err
	}
	return ehrdesk.CodeSent{By: ehrdesk.CleanLine(a.Text("sentTo")), Expires: a.Time("expires"), NewFrom: a.Time("newContactFrom")}, nil
}

// ReleaseRestricted asks for restricted records for a short time. The code
// stands in the body alone.
func (c *Centre) ReleaseRestricted(ctx context.Context, patient string, r ehrdesk.Release) (ehrdesk.Released, error) {
	const op = "release"
	p := fhir.Parameters{{Name: "reason", Code: r.Reason}, {Name: "reasonText", String: fhir.Str(r.Words)}, {Name: "requestId", UUID: fhir.URN(r.RequestID)}}
	for _, k := range r.Kinds {
		p = append(p, fhir.Parameter{Name: "kind", Code: k.String()})
	}
	if r.Card != nil {
		p = append(p, fhir.Parameter{Name: "channel", Code: "card"}, cardPart(*r.Card))
	} else {
		p = append(p, fhir.Parameter{Name: "channel", Code: "one-time-code"}, fhir.Parameter{Name: "oneTimeCode", String: fhir.Str(r.Code.Reveal())})
	}
	a, _, err := c.wire.Ask(ctx, op, "Patient/"+url.PathEscape(patient)+"/$release-restricted", p)
	if err != nil {
		return ehrdesk.Released{}, err
	}
	out := ehrdesk.Released{ID: a.Text("release"), Until: a.Time("until"), Notified: a.Notified()}
	for _, f := range a.All("kind") {
		if k, err := ehrdesk.ParseKind(fhir.Answers{f}.Text("kind")); err == nil {
			out.Kinds = append(out.Kinds, k)
		}
	}
	if out.ID == "" || out.Until.IsZero() {
		return ehrdesk.Released{}, ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the centre's answer cannot be read")
	}
	return out, nil
}

// Restricted reads the records of a release, which stay in memory.
func (c *Centre) Restricted(ctx context.Context, who *fhir.Person, release string) *fhir.Pages {
	q := url.Values{"release": {release}, "_count": {pageSize}}
	return c.wire.Pages(ctx, "Patient/"+url.PathEscape(who.ID)+"/$restricted?"+q.Encode(), who, nil)
}

// EndRelease ends a release before its time.
func (c *Centre) EndRelease(ctx context.Context, patient, release string) error {
	_, _, err := c.wire.Ask(ctx, "release.end", "Patient/"+url.PathEscape(patient)+"/$end-release", fhir.Parameters{{Name: "release", String: fhir.Str(release)}})
	return err
}
