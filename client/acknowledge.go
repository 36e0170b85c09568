package client

import (
	"context"
	"slices"
	"unicode/utf8"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/internal/accesslog"
	"github.com/ehrdesk/ehrdesk/client/internal/acts"
	"github.com/ehrdesk/ehrdesk/client/internal/chart"
	"github.com/ehrdesk/ehrdesk/client/internal/copies"
	"github.com/ehrdesk/ehrdesk/client/internal/person"
	"github.com/ehrdesk/ehrdesk/internal/clinical/unseen"
)

// acknowledged is what people at this desk have said to safety findings: a list of the journal for each patient, which
// stays when the copy of the record goes, as the access log does.
type acknowledged struct {
	sitting person.Sitting
	access  *accesslog.Log
	charts  *chart.Charts
	copies  *copies.Copies
	lists   cache.Worklists
	follow  follower
	door    acts.Door // what came new, and waits
}

// follower puts what is to be followed up on the day's list.
type follower interface {
	Follow(ctx context.Context, p ehrdesk.Patient, ends []ehrdesk.LooseEnd, looked []ehrdesk.FollowKind) error
}

func acknowledgedList(patient string) string { return "acknowledged " + patient }

// Acknowledged lists what was said to findings about a patient whose chart is open, oldest first.
func (k *acknowledged) Acknowledged(ctx context.Context, patient string) ([]ehrdesk.Acknowledgement, error) {
	const op = "acknowledged"
	if !k.sitting.Self.Account().Role.Clinical() || !chart.IsOpen(k.charts, patient) {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "no chart of this patient is open")
	}
	items, err := k.lists.Items(ctx, acknowledgedList(patient))
	if err != nil {
		return nil, ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	out := make([]ehrdesk.Acknowledgement, 0, len(items))
	for _, it := range items {
		var a ehrdesk.Acknowledgement
		if json.Unmarshal(it.Payload, &a) == nil { // one that cannot be read acknowledges nothing
			out = append(out, a)
		}
	}
	if out, err = k.heard(ctx, patient, out); err != nil {
		return nil, ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	slices.SortStableFunc(out, func(a, b ehrdesk.Acknowledgement) int { return a.At.Compare(b.At) })
	return out, nil
}

// Acknowledge keeps what whoever is signed in says to a finding.
func (k *acknowledged) Acknowledge(ctx context.Context, patient string, a ehrdesk.Acknowledgement) error {
	const op = "acknowledge"
	who := k.sitting.Self.Account()
	a.Reason = ehrdesk.CleanLine(a.Reason)
	switch {
	case !who.Role.DecidesOnDrugs():
		return ehrdesk.Errorf(op, ehrdesk.CodeDenied, "findings are acknowledged by who prescribes or dispenses")
	case !chart.IsOpen(k.charts, patient):
		return ehrdesk.Errorf(op, ehrdesk.CodeDenied, "no chart of this patient is open")
	case a.Mark == "" || a.Rule == "" || a.Version == "" || a.Rule == unseen.Rule, a.Rule == NewsRule: // these have their own ways, by other rules
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "an acknowledgement is of a finding")
	case utf8.RuneCountInString(a.Reason) > ehrdesk.AcknowledgeMost:
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a reason has at most %d characters", ehrdesk.AcknowledgeMost)
	case !a.Again.IsZero() && len(a.Records) == 0:
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "what is to be measured is of a record")
	}
	e := ehrdesk.AuditEvent{Action: ehrdesk.AuditAcknowledge, Patient: patient, Detail: "rule " + a.Rule + " of " + a.Version, Reason: a.Reason}
	return k.keep(ctx, op, patient, a, e)
}

// keep writes down who acknowledges what, and keeps it.
func (k *acknowledged) keep(ctx context.Context, op, patient string, a ehrdesk.Acknowledgement, e ehrdesk.AuditEvent) error {
	a.By, a.At = k.sitting.Self.Account().Staff, k.sitting.Now()
	b, err := json.Marshal(a)
	if err != nil {
		return ehrdesk.Errorf(op, ehrdesk.CodeOther, "the acknowledgement cannot be written")
	}
	if err := k.access.Record(ctx, e); err != nil {
		return ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	if c := chart.Showing(k.charts, patient); c != nil && !a.Again.IsZero() { // the task is there before anything says that it is
		end := ehrdesk.LooseEnd{What: ehrdesk.FollowMonitor, Ref: a.Records[0], Day: a.At, Due: a.Again.AddDate(0, 0, -1)}
		if err := k.follow.Follow(ctx, c.Patient(), []ehrdesk.LooseEnd{end}, nil); err != nil {
			return ehrdesk.E(op, ehrdesk.CodeOf(err), err)
		}
	}
	if err := k.lists.Put(ctx, acknowledgedList(patient), a.Mark+" "+a.By, b); err != nil {
		return ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	if a.Rule == unseen.Rule || a.Rule == NewsRule { // it waits at no door any more
		if err := k.door.Seen(ctx, patient, a.Mark); err != nil {
			return ehrdesk.E(op, ehrdesk.CodeOf(err), err)
		}
	}
	return nil
}
