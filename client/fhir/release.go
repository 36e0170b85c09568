package fhir

import (
	"context"
	"net/url"
	"strconv"

	"github.com/ehrdesk/ehrdesk"
)

// SendOneTimeCode has the centre send the patient a code for one release.
// Errors: CodeDenied, CodeLocked, CodeOffline.
func (c *Client) SendOneTimeCode(ctx context.Context, patient, requestID string) (ehrdesk.CodeSent, error) {
	const op = "release.code"
	body, err := parameters{{Name: "requestId", UUID: urn(requestID)}}.marshal(op)
	if err != nil {
		return ehrdesk.CodeSent{}, err
	}
	ans, err := c.Post(ctx, op, "Patient/"+url.PathEscape(patient)+"/$send-one-time-code", body)
	if err != nil {
		return ehrdesk.CodeSent{}, err
	}
	a, err := parseAnswers(op, ans.Body)
	if err != nil {
		return ehrdesk.CodeSent{}, err
	}
	return ehrdesk.CodeSent{By: ehrdesk.CleanLine(a.Text("sentTo")), Expires: a.time("expires")}, nil
}

// ReleaseRestricted asks for restricted records for a short time. The code
// stands in the body alone.
func (c *Client) ReleaseRestricted(ctx context.Context, patient string, r ehrdesk.Release) (ehrdesk.Released, error) {
	const op = "release"
	p := parameters{{Name: "reason", Code: r.Reason}, {Name: "reasonText", String: str(r.Words)}, {Name: "requestId", UUID: urn(r.RequestID)}}
	for _, k := range r.Kinds {
		p = append(p, parameter{Name: "kind", Code: k.String()})
	}
	if r.Card != nil {
		p = append(p, parameter{Name: "channel", Code: "card"}, cardPart(*r.Card))
	} else {
		p = append(p, parameter{Name: "channel", Code: "one-time-code"}, parameter{Name: "oneTimeCode", String: str(r.Code.Reveal())})
	}
	body, err := p.marshal(op)
	if err != nil {
		return ehrdesk.Released{}, err
	}
	ans, err := c.Post(ctx, op, "Patient/"+url.PathEscape(patient)+"/$release-restricted", body)
	if err != nil {
		return ehrdesk.Released{}, err
	}
	a, err := parseAnswers(op, ans.Body)
	if err != nil {
		return ehrdesk.Released{}, err
	}
	out := ehrdesk.Released{ID: a.Text("release"), Until: a.time("until"), Notified: a.notified()}
	for _, f := range a.all("kind") {
		if k, err := ehrdesk.ParseKind(answers{f}.Text("kind")); err == nil {
			out.Kinds = append(out.Kinds, k)
		}
	}
	if out.ID == "" || out.Until.IsZero() {
		return ehrdesk.Released{}, ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the centre's answer cannot be read")
	}
	return out, nil
}

// Restricted reads the first page of the records of a release; NextPage follows.
// All of it stays in memory.
func (c *Client) Restricted(ctx context.Context, patient, release string, count int) (RawPage, error) {
	q := url.Values{"release": {release}, "_count": {strconv.Itoa(count)}}
	return c.NextPage(ctx, "Patient/"+url.PathEscape(patient)+"/$restricted?"+q.Encode(), nil)
}

// EndRelease ends a release before its time.
func (c *Client) EndRelease(ctx context.Context, patient, release string) error {
	const op = "release.end"
	body, err := parameters{{Name: "release", String: str(release)}}.marshal(op)
	if err != nil {
		return err
	}
	_, err = c.Post(ctx, op, "Patient/"+url.PathEscape(patient)+"/$end-release", body)
	return err
}
