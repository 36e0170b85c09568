package client

import (
	"context"
	"slices"
	"unicode/utf8"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/internal/chart"
	"github.com/ehrdesk/ehrdesk/internal/clinical/unseen"
)

// openedList is who at this desk has opened which abnormal result of a patient: a list of the journal beside that of what
// was acknowledged. It names no result by what it says.
func openedList(patient string) string { return "opened " + patient }

// Openings lists who has opened which abnormal result of the last days, oldest first.
func (k *acknowledged) Openings(ctx context.Context, patient string) ([]ehrdesk.Opening, error) {
	const op = "openings"
	if _, err := k.results(op, patient); err != nil {
		return nil, err
	}
	items, err := k.lists.Items(ctx, openedList(patient))
	if err != nil {
		return nil, ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	out := make([]ehrdesk.Opening, 0, len(items))
	for _, it := range items {
		var o ehrdesk.Opening
		if json.Unmarshal(it.Payload, &o) == nil && !k.old(&o) { // of one that cannot be read nothing was opened
			out = append(out, o)
		}
	}
	slices.SortStableFunc(out, func(a, b ehrdesk.Opening) int { return a.At.Compare(b.At) })
	return out, nil
}

// old reports an opening of a result that is told no more.
func (k *acknowledged) old(o *ehrdesk.Opening) bool {
	return o.At.Before(k.sitting.Now().AddDate(0, 0, -ehrdesk.UnseenDays))
}

// results are the abnormal results of a chart that lies open, for who sees them.
func (k *acknowledged) results(op, patient string) (func() []unseen.Result, error) {
	who := k.sitting.Self.Account()
	c := chart.Showing(k.charts, patient)
	switch {
	case !who.Role.SeesResults():
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "results are for who sees those of laboratories")
	case c == nil:
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "no chart of this patient is open")
	}
	return func() []unseen.Result {
		return unseen.Of(unseen.Given{List: c.List, Now: k.sitting.Now(), For: who})
	}, nil
}

// NoteOpening keeps that whoever is signed in has opened a result, or the report that holds it: the first time, as what
// came after that was seen already. What is too old to be told goes.
func (k *acknowledged) NoteOpening(ctx context.Context, patient string, ref ehrdesk.Ref) error {
	const op = "note-opening"
	results, err := k.results(op, patient)
	if err != nil {
		return err
	}
	all := slices.DeleteFunc(results(), func(x unseen.Result) bool {
		return x.Record.Ref() != ref && (x.Report == nil || x.Report.Ref() != ref)
	})
	if len(all) == 0 {
		return nil
	}
	list, who := openedList(patient), k.sitting.Self.Account().Staff
	items, err := k.lists.Items(ctx, list)
	if err != nil {
		return ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	had := map[string]bool{}
	for _, it := range items {
		var o ehrdesk.Opening
		if json.Unmarshal(it.Payload, &o) != nil || k.old(&o) {
			if err := k.lists.TakeOff(ctx, list, it.ID); err != nil {
				return ehrdesk.E(op, ehrdesk.CodeOf(err), err)
			}
			continue
		}
		had[it.ID] = true
	}
	for _, x := range all {
		id := x.Mark + " " + who
		if had[id] {
			continue
		}
		b, err := json.Marshal(ehrdesk.Opening{Mark: x.Mark, Record: x.Record.Ref(), By: who, At: k.sitting.Now()})
		if err != nil {
			return ehrdesk.Errorf(op, ehrdesk.CodeOther, "the opening cannot be written")
		}
		if err := k.lists.Put(ctx, list, id, b); err != nil {
			return ehrdesk.E(op, ehrdesk.CodeOf(err), err)
		}
	}
	return nil
}

// CloseResult keeps that whoever is signed in acknowledges a result as it stands.
func (k *acknowledged) CloseResult(ctx context.Context, patient, mark, reason string) error {
	const op = "close-result"
	results, err := k.results(op, patient)
	reason = ehrdesk.CleanLine(reason)
	switch {
	case err != nil:
		return err
	case !k.sitting.Self.Account().Role.AnswersForResults():
		return ehrdesk.Errorf(op, ehrdesk.CodeDenied, "results are acknowledged by who orders tests")
	case utf8.RuneCountInString(reason) > ehrdesk.AcknowledgeMost:
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a reason has at most %d characters", ehrdesk.AcknowledgeMost)
	}
	all := results()
	i := slices.IndexFunc(all, func(x unseen.Result) bool { return x.Mark == mark })
	switch {
	case i < 0:
		return ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "this result is another by now, or told no more")
	case all[i].Partial:
		return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "a result that is not complete cannot be acknowledged")
	}
	x := &all[i]
	a := ehrdesk.Acknowledgement{Mark: mark, Rule: unseen.Rule, Version: unseen.Version, Records: []ehrdesk.Ref{x.Record.Ref()}, Reason: reason}
	return k.keep(ctx, op, patient, a, ehrdesk.AuditEvent{Action: ehrdesk.AuditAcknowledge, Patient: patient, Detail: "result " + x.Record.Ref().String(), Reason: reason})
}
