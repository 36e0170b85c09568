package chart

import (
	"context"

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

// Attachment gives a document of a record, whole.
func (c *Chart) Attachment(ctx context.Context, ref ehrdesk.Ref, n int) (ehrdesk.Attachment, error) {
	body, err := c.Raw(ctx, ref)
	if err != nil {
		return ehrdesk.Attachment{}, err
	}
	return r4.DocumentOf(body, n)
}
