package client

import (
	"cmp"
	"context"
	"slices"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/internal/copies"
	"github.com/ehrdesk/ehrdesk/internal/clinical/unseen"
)

// WaitingResults lists, by patient and by who ordered them, the abnormal results of the kept copies that nobody here has
// acknowledged. It opens no chart: it goes by what each copy's header has, and by who has opened and acknowledged what.
func (k *acknowledged) WaitingResults(ctx context.Context) ([]ehrdesk.ResultsWaiting, error) {
	const op = "waiting-results"
	who := k.sitting.Self.Account()
	if !who.Role.SeesResults() {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "results are for who sees those of laboratories")
	}
	type copyOf struct {
		p       ehrdesk.Patient
		results []copies.Result
	}
	var all []copyOf
	if err := copies.WithResults(ctx, k.copies, func(p ehrdesk.Patient, results []copies.Result) { all = append(all, copyOf{p, results}) }); err != nil {
		return nil, ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	from := k.sitting.Now().AddDate(0, 0, -ehrdesk.UnseenDays)
	var out []ehrdesk.ResultsWaiting
	for _, c := range all {
		if len(c.results) == 0 {
			continue
		}
		opened, err := marksOf[ehrdesk.Opening](ctx, k, openedList(c.p.ID), func(o ehrdesk.Opening) string { return o.Mark })
		if err != nil {
			return nil, ehrdesk.E(op, ehrdesk.CodeOf(err), err)
		}
		said, err := k.saidTo(ctx, c.p.ID)
		if err != nil {
			return nil, ehrdesk.E(op, ehrdesk.CodeOf(err), err)
		}
		by := map[string]*ehrdesk.ResultsWaiting{}
		for _, r := range c.results {
			if !r.Partial && said[r.Mark] || !r.At.IsZero() && r.At.Before(from) {
				continue
			}
			w := by[r.By]
			if w == nil {
				w = &ehrdesk.ResultsWaiting{Patient: c.p, By: r.By, ByID: r.ByID, Own: unseen.Is(r.By, r.ByID, who)}
				by[r.By] = w
			}
			add(w, r, opened[r.Mark])
		}
		for _, w := range by {
			out = append(out, *w)
		}
	}
	slices.SortFunc(out, func(a, b ehrdesk.ResultsWaiting) int {
		return cmp.Or(cmp.Compare(min(b.Critical, 1), min(a.Critical, 1)), a.Since.Compare(b.Since), cmp.Compare(a.Patient.ID, b.Patient.ID), cmp.Compare(a.By, b.By))
	})
	return out, nil
}

func add(w *ehrdesk.ResultsWaiting, r copies.Result, opened bool) {
	w.Results++
	if !opened {
		w.NotOpened++
	}
	if r.Critical {
		w.Critical++
	}
	if r.Partial {
		w.Partial++
	}
	if !r.At.IsZero() && (w.Since.IsZero() || r.At.Before(w.Since)) {
		w.Since = r.At
	}
}

// saidTo are the marks of what somebody has acknowledged of a patient, here or at another desk.
func (k *acknowledged) saidTo(ctx context.Context, patient string) (map[string]bool, error) {
	said, err := marksOf[ehrdesk.Acknowledgement](ctx, k, acknowledgedList(patient), func(a ehrdesk.Acknowledgement) string { return a.Mark })
	if err != nil {
		return nil, err
	}
	lines, err := k.door.News(ctx, patient)
	for _, t := range lines {
		if t.Call.Outcome() == ehrdesk.CallSeen {
			said[t.Call.Mark] = true
		}
	}
	return said, err
}

// marksOf are the marks in a list of the journal. What cannot be read says nothing.
func marksOf[T any](ctx context.Context, k *acknowledged, list string, mark func(T) string) (map[string]bool, error) {
	items, err := k.lists.Items(ctx, list)
	out := map[string]bool{}
	for _, it := range items {
		var x T
		if json.Unmarshal(it.Payload, &x) == nil {
			out[mark(x)] = true
		}
	}
	return out, err
}
