package fake

import (
	"context"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/unseen"
)

// News is what waits of a patient among the lines of the day.
func (s *session) News(ctx context.Context, patient string) ([]ehrdesk.Task, error) {
	if err := s.d.call(ctx, "news"); err != nil {
		return nil, err
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	return slices.DeleteFunc(ehrdesk.Waiting(s.d.Day), func(t ehrdesk.Task) bool { return t.Patient.ID != patient }), nil
}

// TakeNews notes whose it is.
func (s *session) TakeNews(ctx context.Context, patient string) error {
	if err := s.d.call(ctx, "take-news"); err != nil {
		return err
	}
	s.conclude(ehrdesk.CallTaken, func(t ehrdesk.Task) bool { return t.Patient.ID == patient })
	return nil
}

// AcknowledgeNews keeps that it was acknowledged.
func (s *session) AcknowledgeNews(ctx context.Context, patient string, ids ...string) error {
	if err := s.d.call(ctx, "acknowledge-news"); err != nil {
		return err
	}
	waits, err := s.News(ctx, patient)
	if err != nil {
		return err
	}
	for _, t := range waits {
		if slices.Contains(ids, t.ID) {
			s.keep(patient, ehrdesk.Acknowledgement{Mark: t.Call.Mark, Rule: "news", Version: unseen.Version, Records: []ehrdesk.Ref{t.Call.Record}})
		}
	}
	s.conclude(ehrdesk.CallSeen, func(t ehrdesk.Task) bool { return slices.Contains(ids, t.ID) })
	return nil
}

// conclude has what waits come to an outcome.
func (s *session) conclude(o ehrdesk.CallOutcome, meant func(ehrdesk.Task) bool) {
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	for i := range s.d.Day {
		t := &s.d.Day[i]
		if !t.Call.What.News() || t.Work.Over() || !meant(*t) {
			continue
		}
		t.Work, t.Marked = o.Work(), ehrdesk.Stamp{At: Clock(), By: s.a.Staff}
		t.Call.History = append(slices.Clone(t.Call.History), ehrdesk.Step{State: t.Work, Outcome: o, Stamp: t.Marked})
	}
}

// Came puts down what came new of a patient, of records by their ids, so many hours ago.
func (d *Desk) Came(number string, hours int, act []ehrdesk.Record, know []ehrdesk.Record) {
	p := d.Patient(number)
	add := func(r ehrdesk.Record, what ehrdesk.FollowKind) {
		at := Clock().Add(-time.Duration(hours) * time.Hour)
		d.Day = append(d.Day, ehrdesk.Task{ID: "news " + r.ID, Kind: ehrdesk.TaskReview, State: ehrdesk.TaskOpen, Work: ehrdesk.WorkRequested, Number: p.Number(), Patient: p, Added: at,
			Call: ehrdesk.Call{What: what, Kind: r.Kind, Record: r.Ref(), Mark: unseen.MarkOf(&r), At: at, Missed: at, Due: at, History: []ehrdesk.Step{{State: ehrdesk.WorkRequested, Stamp: ehrdesk.Stamp{At: at, By: "drlee"}}}}})
	}
	for _, r := range act {
		add(r, ehrdesk.FollowAct)
	}
	for _, r := range know {
		add(r, ehrdesk.FollowKnow)
	}
}
