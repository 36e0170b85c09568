package fake

import (
	"context"
	"slices"

	"github.com/ehrdesk/ehrdesk"
)

// Acknowledged are those of a patient, as they were kept.
func (s *session) Acknowledged(ctx context.Context, patient string) ([]ehrdesk.Acknowledgement, error) {
	if err := s.d.call(ctx, "acknowledged"); err != nil {
		return nil, err
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	return slices.Clone(s.d.Said[patient]), nil
}

// Acknowledge keeps one.
func (s *session) Acknowledge(ctx context.Context, patient string, a ehrdesk.Acknowledgement) error {
	if err := s.d.call(ctx, "acknowledge"); err != nil {
		return err
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	a.By, a.At = s.a.Staff, Clock()
	s.d.Said[patient] = append(s.d.Said[patient], a)
	return nil
}
