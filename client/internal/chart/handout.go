package chart

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// actions are what the access log calls the ways.
var actions = map[ehrdesk.Handout]ehrdesk.AuditAction{ehrdesk.HandoutView: ehrdesk.AuditView, ehrdesk.HandoutCopy: ehrdesk.AuditCopy, ehrdesk.HandoutPrint: ehrdesk.AuditPrint}

// MayHandOut reports whether the policy in force allows a way, as it stands now.
func (c *Chart) MayHandOut(way ehrdesk.Handout) bool {
	c.mu.RLock()
	kept, ended := c.head.Policy, c.ended
	c.mu.RUnlock()
	return !ended && c.at.opt.Copies.InForce(kept).Allows(way)
}

// HandOut writes an access down and then has it done. What may leave is judged, and
// written down, here: nobody can send without it. Where send fails that is written too,
// as somebody may have seen a part.
func (c *Chart) HandOut(ctx context.Context, way ehrdesk.Handout, ref ehrdesk.Ref, send func(context.Context) error) error {
	const op = "hand out"
	defer c.at.Idle.Work()()
	action, known := actions[way]
	if !known || !c.MayHandOut(way) || !c.Consent().State.Allows() {
		return ehrdesk.Errorf(op, ehrdesk.CodeDenied, "the policy lets nothing be handed out in this way")
	}
	e := ehrdesk.AuditEvent{Action: action, Patient: c.Patient().ID, Detail: "summary"}
	if ref != (ehrdesk.Ref{}) {
		r, err := c.find(ref)
		if err != nil {
			return err
		}
		if r.Restricted || r.Released {
			return ehrdesk.Errorf(op, ehrdesk.CodeDenied, "restricted records are not handed out")
		}
		e.Detail = ref.String()
	}
	return writtenDown(ctx, c, op, e, send)
}

// Export writes an export of the whole down and then has it done.
func (c *Chart) Export(ctx context.Context, x ehrdesk.Export, send func(context.Context) error) error {
	const op = "export"
	defer c.at.Idle.Work()()
	reason := strings.TrimSpace(ehrdesk.CleanLine(x.Reason))
	switch {
	case reason == "":
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "an export needs a reason")
	case !c.MayHandOut(ehrdesk.HandoutCopy):
		return ehrdesk.Errorf(op, ehrdesk.CodeDenied, "the policy lets no copy of a record leave")
	case !c.Consent().State.Allows():
		return ehrdesk.Errorf(op, ehrdesk.CodeDenied, "the patient's consent does not stand any more")
	}
	e := ehrdesk.AuditEvent{Action: ehrdesk.AuditCopy, Patient: c.Patient().ID, Purpose: PurposeOf(c), Reason: reason, Detail: fmt.Sprintf("%s: %d record(s)", x.What, x.Records)}
	if c.at.opt.Approved != nil {
		by, err := c.at.opt.Approved(ctx, e.Patient, x.Approval)
		if err != nil {
			e.Outcome = ehrdesk.CodeOf(err)
			return cmp.Or(c.at.opt.Access.Record(ctx, e), err)
		}
		if by != "" {
			e.Detail += ", approved by " + by
		}
	}
	if x.What == "ips-link" {
		e.Action = ehrdesk.AuditShare
	}
	return writtenDown(ctx, c, op, e, send)
}

// writtenDown writes an event down and then has it done; where that fails it is written too.
func writtenDown(ctx context.Context, c *Chart, op string, e ehrdesk.AuditEvent, send func(context.Context) error) error {
	if err := c.at.opt.Access.Record(ctx, e); err != nil {
		return ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	err := send(ctx)
	if err != nil {
		e.Outcome = ehrdesk.CodeOf(err)
		if e := c.at.opt.Access.Record(ctx, e); e != nil {
			c.at.Log.Warn("a handout that failed is not written down", "code", string(ehrdesk.CodeOf(e)))
		}
	}
	return err
}

// Attachment gives a document of a record, whole, or the address of one: addresses come
// after the documents.
func (c *Chart) Attachment(ctx context.Context, ref ehrdesk.Ref, n int) (ehrdesk.Attachment, error) {
	body, err := c.Raw(ctx, ref)
	if err != nil {
		return ehrdesk.Attachment{}, err
	}
	links, err := r4.LinksOut(body, func(ref ehrdesk.Ref) []byte { return ifSeen(ctx, c, ref) })
	if err != nil {
		return ehrdesk.Attachment{}, err
	}
	if len(links) == 0 {
		return r4.DocumentOf(body, n)
	}
	held, err := r4.Documents(body)
	if err != nil {
		return ehrdesk.Attachment{}, err
	}
	all := held + len(links)
	if n = (n%all + all) % all; n >= held {
		return ehrdesk.Attachment{Type: r4.LinkType, Data: []byte(links[n-held] + "\r\n"), At: n, Of: all}, nil
	}
	a, err := r4.DocumentOf(body, n)
	a.Of = all
	return a, err
}

// linksOut are the addresses in a record that was opened. A long one is read again only
// where it has an address.
func linksOut(ctx context.Context, c *Chart, d ehrdesk.Detail) ([]string, error) {
	named := func(e ehrdesk.Element) bool {
		return strings.HasSuffix(e.Path, "url") && strings.HasPrefix(e.Value, "https:")
	}
	if d.Record.Resource != "ImagingStudy" && !slices.ContainsFunc(d.Elements, named) {
		return nil, nil
	}
	body, err := c.Raw(ctx, d.Record.Ref())
	if err != nil {
		return nil, err
	}
	return r4.LinksOut(body, func(ref ehrdesk.Ref) []byte { return ifSeen(ctx, c, ref) })
}

// ifSeen is the body of a record, nil where this person may not see it or it does not open.
func ifSeen(ctx context.Context, c *Chart, ref ehrdesk.Ref) []byte {
	body, err := c.Raw(ctx, ref)
	if err != nil {
		return nil
	}
	return body
}
