package house

import (
	"context"
	"net/url"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// SendRequest asks, or brings a request into its last step: however often, it counts once. It gives the request as the centre has
// it then. An error that is not fhir.ErrOutcomeUnknown says that nothing was recorded.
func (c *Centre) SendRequest(ctx context.Context, r ehrdesk.Request) (ehrdesk.Request, error) {
	const op = "request"
	task, err := r4.MarshalRequest(&r)
	if err != nil {
		return r, err
	}
	where := "$request"
	if len(r.Steps) > 1 {
		where = "$request-step"
	}
	a, _, err := c.wire.Submit(ctx, op, where, fhir.Parameters{{Name: "task", Resource: task}})
	if err != nil {
		return r, err
	}
	all := a.All("request")
	if len(all) != 1 {
		return r, fhir.OutcomeUnknown(op)
	}
	got, err := fhir.RequestOf(fhir.Parts(all[0].Raw("part")), time.Now())
	if err != nil || got.ID != r.ID {
		return r, fhir.OutcomeUnknown(op)
	}
	return got, nil
}

// Requests gives those from and to the provider that changed after what the desk has read: "" for all. Errors: CodeNotFound
// where the centre carries none, CodeDenied, CodeOffline, CodeTimeout.
func (c *Centre) Requests(ctx context.Context, since string) (fhir.RequestsOut, error) {
	if since == "" {
		since = "0"
	}
	a, err := c.wire.Answers(ctx, "request", "$requests?since="+url.QueryEscape(since))
	if err != nil {
		return fhir.RequestsOut{}, err
	}
	out := fhir.RequestsOut{UpTo: ehrdesk.CleanLine(a.Text("upTo")), More: a.Truth("more")}
	for _, f := range a.All("request") {
		r, err := fhir.RequestOf(fhir.Parts(f.Raw("part")), time.Now())
		if err != nil {
			out.Unread++
			continue
		}
		out.Requests = append(out.Requests, r)
	}
	return out, nil
}
