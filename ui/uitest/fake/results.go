package fake

import (
	"context"
	"slices"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/unseen"
)

// abnormal are the abnormal results of the chart that is open.
func (d *Desk) abnormal(patient string) []unseen.Result {
	d.mu.Lock()
	open := slices.Clone(d.charts)
	d.mu.Unlock()
	for _, c := range slices.Backward(open) {
		if c.p.patient.ID == patient {
			return unseen.Of(unseen.Given{List: c.List, Now: Clock()})
		}
	}
	return nil
}

func (s *session) keep(patient string, a ehrdesk.Acknowledgement) {
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	a.By, a.At = s.a.Staff, Clock()
	s.d.Said[patient] = append(s.d.Said[patient], a)
}

// Openings is who has opened which result at this desk.
func (s *session) Openings(context.Context, string) ([]ehrdesk.Opening, error) {
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	return slices.Clone(s.d.Openings), nil
}

// NoteOpening keeps that a result was opened.
func (s *session) NoteOpening(ctx context.Context, patient string, ref ehrdesk.Ref) error {
	if err := s.d.call(ctx, "note-opening"); err != nil {
		return err
	}
	for _, x := range s.d.abnormal(patient) {
		if x.Record.Ref() == ref || x.Report != nil && x.Report.Ref() == ref {
			s.d.mu.Lock()
			s.d.Openings = append(s.d.Openings, ehrdesk.Opening{Mark: x.Mark, Record: x.Record.Ref(), By: s.a.Staff, At: Clock()})
			s.d.mu.Unlock()
		}
	}
	return nil
}

// CloseResult keeps that a result is acknowledged.
func (s *session) CloseResult(ctx context.Context, patient, mark, reason string) error {
	if err := s.d.call(ctx, "close-result"); err != nil {
		return err
	}
	for _, x := range s.d.abnormal(patient) {
		if x.Mark != mark {
			continue
		}
		if x.Partial {
			return ehrdesk.E("fake.close-result", ehrdesk.CodeConflict, nil)
		}
		s.keep(patient, ehrdesk.Acknowledgement{Mark: mark, Rule: unseen.Rule, Version: unseen.Version, Records: []ehrdesk.Ref{x.Record.Ref()}, Reason: reason})
		s.conclude(ehrdesk.CallSeen, func(t ehrdesk.Task) bool { return t.Call.Mark == mark })
		return nil
	}
	return ehrdesk.E("fake.close-result", ehrdesk.CodeNotFound, nil)
}

// WaitingResults are those that a test has put there.
func (s *session) WaitingResults(ctx context.Context) ([]ehrdesk.ResultsWaiting, error) {
	if err := s.d.call(ctx, "results"); err != nil {
		return nil, err
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	return slices.Clone(s.d.Results), nil
}
