package acts

import (
	"context"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
)

// settle probes an act that waited for the line or for its answer, but no consent that the
// patient has withdrawn since it was signed: of the two the withdrawal is the later word, and
// the centre, which may see the form only now, could not tell. Nor is a withdrawal sent that the
// patient has given a consent after. Errors: CodeConsentNeeded and CodeConflict for these.
func settle(ctx context.Context, s *Acts, a actRecord) (ehrdesk.Receipt, error) {
	withdrawn, err := withdrawnSince(ctx, s, a)
	switch {
	case err != nil:
		return ehrdesk.Receipt{}, err
	case withdrawn:
		return ehrdesk.Receipt{}, ehrdesk.Errorf("act", ehrdesk.CodeConsentNeeded, "the patient has withdrawn the consent since the form was signed")
	}
	if givenSince(ctx, s, a) {
		return ehrdesk.Receipt{}, ehrdesk.Errorf("act", ehrdesk.CodeConflict, "the patient has given a consent since the withdrawal was signed")
	}
	return s.probe(ctx, a)
}

// stands asks the centre how the consent of an act's patient stands now.
func stands(ctx context.Context, s *Acts, a actRecord) (ehrdesk.Finding, error) {
	return line.Ask(ctx, s.Line, line.AskWait, func(ctx context.Context) (ehrdesk.Finding, error) { return s.centre.Find(ctx, a.Number.number()) })
}

// withdrawnSince asks how the consent stands that an act was to give. An error is one after
// which the act waits on: what the centre refuses to say, it says again of the act.
func withdrawnSince(ctx context.Context, s *Acts, a actRecord) (bool, error) {
	if a.Op != ehrdesk.AuditGrant || a.Channel != ehrdesk.ByForm { // of what is not kept nothing more is given
		return false, nil
	}
	f, err := stands(ctx, s, a)
	if unanswered(err) {
		return false, err
	}
	if err != nil || f.Consent.State != ehrdesk.ConsentWithdrawn {
		return false, nil
	}
	own, err := s.day.withdrewBefore(ctx, f.Consent.ID, a.At)
	return !own && (f.Consent.Ended.IsZero() || f.Consent.Ended.After(a.At)), err
}

// clocksApart is how far two clocks may be from one another without anybody having been told.
const clocksApart = 10 * time.Minute

// givenSince asks whether the consent that a withdrawal would end is one that the patient gave
// after it: another than the desk knew, or, where it knew none, one that began later by more than
// clocks differ. In doubt the withdrawal goes: it only ever closes.
func givenSince(ctx context.Context, s *Acts, a actRecord) bool {
	if a.Op != ehrdesk.AuditRevoke {
		return false
	}
	f, err := stands(ctx, s, a)
	c := f.Consent
	if err != nil || !c.State.Allows() || c.ID == a.Ends || c.Since.IsZero() {
		return false
	}
	if a.Ends == "" {
		return c.Since.After(a.At.Add(clocksApart))
	}
	return c.Since.After(a.At)
}

// withdrewBefore reports whether this desk took the withdrawal of a consent, before a moment:
// one that waited ends the consent only when it is delivered.
func (d *day) withdrewBefore(ctx context.Context, consent string, at time.Time) (bool, error) {
	kept, err := d.kept(ctx)
	return slices.ContainsFunc(kept, func(t ehrdesk.Task) bool {
		return t.Kind == ehrdesk.TaskDone && t.Act == ehrdesk.AuditRevoke && t.Consent.ID == consent && consent != "" && !t.At.After(at)
	}), err
}
