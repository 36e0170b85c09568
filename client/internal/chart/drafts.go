package chart

import (
	"slices"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/internal/copies"
)

// mostGiven is how many bytes a line has at most that a program is given.
const mostGiven = 4096

// MayDraft reports whether a program may be given lines of a chart for a draft that stays at this desk. Errors: CodeDenied for
// a kind that the person does not see, a restricted record, and where the policy lets nothing of a record stay; CodeNotFound
// for a record that the chart does not show; CodeInvalid for lines that are not of the records, or name the patient.
func MayDraft(c *Chart, parts []ehrdesk.DraftPart) error {
	const op = "draft"
	c.mu.RLock()
	kept, ended := c.head.Policy, c.ended
	c.mu.RUnlock()
	p := c.at.opt.Copies.InForce(kept)
	if ended || !c.Consent().State.Allows() || !copies.StaysPastSession(p) {
		return ehrdesk.Errorf(op, ehrdesk.CodeDenied, "the policy lets nothing of a record stay here, and a draft would")
	}
	who, seen := c.Patient(), map[ehrdesk.Kind]bool{}
	for i := range parts {
		part := &parts[i]
		k := part.Field
		switch {
		case k == ehrdesk.KindPersonal, c.rights.may(k) != ehrdesk.General:
			return ehrdesk.Errorf(op, ehrdesk.CodeDenied, "not for this profession")
		case slices.Contains(p.Never, k.String()):
			return ehrdesk.Errorf(op, ehrdesk.CodeDenied, "the policy lets nothing of a kind stay here, and a draft would")
		case seen[k], len(part.Records) != len(part.Lines), len(part.Lines) > ehrdesk.DraftMostLines:
			return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "what is given for a draft is a line a record, each kind once")
		}
		seen[k] = true
		for j, ref := range part.Records {
			if err := mayDraftOf(c, k, ref); err != nil {
				return err
			}
			if l := part.Lines[j]; l == "" || len(l) > mostGiven || l != ehrdesk.CleanLine(l) || who.Identifies(l) {
				return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a line that is given for a draft is one line, and names nobody")
			}
		}
	}
	return nil
}

// mayDraftOf is MayDraft for one record.
func mayDraftOf(c *Chart, k ehrdesk.Kind, ref ehrdesk.Ref) error {
	const op = "draft"
	r, err := c.find(ref)
	switch {
	case err != nil:
		return err
	case r.Restricted, r.Released:
		return ehrdesk.Errorf(op, ehrdesk.CodeDenied, "restricted records are given to no program")
	case r.Kind != k, r.Void():
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "what is given for a draft is a line a record, each kind once")
	case c.memoryOnly.has(ref):
		return ehrdesk.Errorf(op, ehrdesk.CodeDenied, "the policy lets nothing of a kind stay here, and a draft would")
	}
	return nil
}

// PurposeOf is why a chart was opened.
func PurposeOf(c *Chart) ehrdesk.Purpose {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.access.Purpose
}
