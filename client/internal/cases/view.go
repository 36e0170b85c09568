package cases

import (
	"context"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// All are the cases of whoever is signed in, with what waits of each here and without words. asOf is when the centre was asked last;
// zero for never.
func (s *Cases) All(ctx context.Context) (all []ehrdesk.CaseView, asOf time.Time, err error) {
	if err := s.may("case"); err != nil {
		return nil, time.Time{}, err
	}
	waiting, err := s.waiting(ctx) // first: what is answered meanwhile is in the case before it is no more here
	if err != nil {
		return nil, time.Time{}, err
	}
	var m mark
	if _, err := s.get(ctx, caseList, markItem, &m); err != nil {
		return nil, time.Time{}, err
	}
	here, err := s.lists.Items(ctx, s.list(caseList))
	if err != nil {
		return nil, time.Time{}, err
	}
	had := map[string]bool{}
	for _, it := range here {
		if it.ID == markItem {
			continue
		}
		k, err := s.kept(ctx, it.ID)
		if err != nil {
			return nil, time.Time{}, err
		}
		if k.Case.ID != "" {
			had[it.ID] = true
			v := k.view(waiting)
			if err := (answering{s}).seen(ctx, &v); err != nil {
				return nil, time.Time{}, err
			}
			all = append(all, v)
		}
	}
	for _, p := range waiting { // of cases that nobody else knows yet
		if !had[p.Case] {
			had[p.Case] = true
			all = append(all, s.begun(waiting, p.Case))
		}
	}
	return all, m.At, nil
}

// One is one case with the words that are here. Errors: CodeNotFound.
func (s *Cases) One(ctx context.Context, id string) (v ehrdesk.CaseView, err error) {
	const op = "case.show"
	if err := s.may(op); err != nil {
		return v, err
	}
	waiting, err := s.waiting(ctx)
	if err != nil {
		return v, err
	}
	k, err := s.kept(ctx, id)
	switch {
	case err != nil:
		return v, err
	case k.Case.ID != "":
		v = k.view(waiting)
		if err := (answering{s}).seen(ctx, &v); err != nil {
			return v, err
		}
		if v.NewKeys, err = s.newKeys(ctx, &k.Case); err != nil {
			return v, err
		}
	default:
		if v = s.begun(waiting, id); len(v.Waits) == 0 {
			return v, ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "there is no such case of whoever is signed in")
		}
	}
	v.Words, v.Bodies, v.Reported = map[string]string{}, map[string]ehrdesk.CaseBody{}, map[string]time.Time{}
	if k.Closed != "" {
		return v, nil // without the patient's consent nothing of it is read
	}
	all, err := s.said(ctx, id)
	for at, t := range all {
		if t.Read {
			v.Words[at], v.Bodies[at] = t.Body.Text, t.Body
		}
		if !t.Reported.IsZero() {
			v.Reported[at] = t.Reported
		}
	}
	return v, err
}

func (k *kept) view(waiting []pending) ehrdesk.CaseView {
	v := ehrdesk.CaseView{Case: k.Case, Left: k.Left, Closed: k.Closed, Broken: k.Broken, Given: k.Reached, Asked: k.Asked, Archived: k.Archived}
	v.Waits = waitsOf(waiting, k.Case.ID)
	if k.Closed == "" {
		v.Whom = k.Whom.patient(k.Case.Patient)
	}
	return v
}

// begun is a case that waits here as a whole.
func (s *Cases) begun(waiting []pending, id string) ehrdesk.CaseView {
	v := ehrdesk.CaseView{Case: ehrdesk.Case{ID: id, State: ehrdesk.CaseOpen, Owner: s.me()}, Waits: waitsOf(waiting, id)}
	for _, p := range waiting {
		if p.Case == id && p.Event.Kind == ehrdesk.CaseBegun {
			v.Patient, v.Purpose, v.Ends = p.Event.Patient, p.Event.Purpose, p.Event.Ends
		}
	}
	return v
}

func waitsOf(waiting []pending, id string) (out []ehrdesk.CaseWaiting) {
	for _, p := range waiting {
		if p.Case == id {
			out = append(out, p.view())
		}
	}
	return out
}

// newKeys are the colleagues in a case whose key became another than it was, lately.
func (s *Cases) newKeys(ctx context.Context, c *ehrdesk.Case) (out []ehrdesk.CaseNewKey, err error) {
	after := s.Now().Add(-ehrdesk.CaseKeyNew)
	for _, m := range c.Members {
		if m.Left != 0 || m.CasePerson == s.me() {
			continue
		}
		since, known, err := s.directory.Renewed(ctx, m.CasePerson, after)
		if err != nil {
			return nil, err
		}
		if known {
			out = append(out, ehrdesk.CaseNewKey{Of: m.CasePerson, Since: since})
		}
	}
	return out, nil
}
