package fake

import (
	"context"

	"github.com/ehrdesk/ehrdesk"
)

// Held is whose copies are here: those of Fresh whose consent is in force.
func (s *session) Held(ctx context.Context) (out []ehrdesk.Held, err error) {
	if err := s.d.call(ctx, "held"); err != nil {
		return nil, err
	}
	if !s.a.Role.Clinical() {
		return nil, ehrdesk.E("fake.held", ehrdesk.CodeDenied, nil)
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	for id, n := range s.d.Fresh {
		if p := s.d.patients[id]; p != nil && p.consent.State.Allows() {
			out = append(out, ehrdesk.Held{Patient: p.patient, New: n, Act: s.d.Waits[id][0], Know: s.d.Waits[id][1]})
		}
	}
	return out, nil
}

// FetchesAhead is Ahead, for whoever may open charts.
func (s *session) FetchesAhead() bool { return s.d.Ahead && s.a.Role.Clinical() }

// FetchAhead gives whom the test says.
func (s *session) FetchAhead(ctx context.Context) ([]ehrdesk.NotFetched, error) {
	if err := s.d.call(ctx, "ahead"); err != nil {
		return nil, err
	}
	return s.d.NotAhead, nil
}

// Known is who those are of whom there are copies.
func (s *session) Known(ctx context.Context) (out []ehrdesk.Acquaintance, err error) {
	if err := s.d.call(ctx, "known"); err != nil {
		return nil, err
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	for id := range s.d.Fresh {
		if p := s.d.patients[id]; p != nil && p.consent.State.Allows() {
			out = append(out, ehrdesk.Acquaintance{Patient: p.patient, At: Clock().AddDate(0, 0, -9)})
		}
	}
	return out, nil
}
