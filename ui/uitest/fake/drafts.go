package fake

import (
	"context"
	"fmt"
	"slices"

	"github.com/ehrdesk/ehrdesk"
)

// DraftPrograms are those that a test has set up.
func (s *session) DraftPrograms() []ehrdesk.DraftProgram { return slices.Clone(s.d.Programs) }

// Drafts are those of whoever is signed in.
func (s *session) Drafts(ctx context.Context, patient string) ([]ehrdesk.Draft, error) {
	if err := s.d.call(ctx, "drafts"); err != nil {
		return nil, err
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.d.Drafted), func(d ehrdesk.Draft) bool { return d.Patient != patient || d.By != s.a.Staff }), nil
}

// AskDraft keeps what every program writes.
func (s *session) AskDraft(ctx context.Context, patient string, r ehrdesk.DraftRequest) (ehrdesk.Draft, error) {
	s.d.mu.Lock()
	s.d.Given = append(s.d.Given, r)
	s.d.mu.Unlock()
	if err := s.d.call(ctx, "draft"); err != nil {
		return ehrdesk.Draft{}, err
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	d := ehrdesk.Draft{ID: fmt.Sprintf("draft-%d", len(s.d.Drafted)+1), Kind: ehrdesk.DraftText, Patient: patient, By: s.a.Staff, Made: s.d.now(), Changed: s.d.now(), Text: s.d.Writes,
		Source: &ehrdesk.DraftSource{Name: r.Program.Name, Version: r.Program.Version, Host: r.Program.Host}}
	for i := range r.Parts {
		d.Source.Fields = append(d.Source.Fields, r.Parts[i].Field)
	}
	s.d.Drafted = append([]ehrdesk.Draft{d}, s.d.Drafted...)
	return d, nil
}

// DiscardDraft forgets one.
func (s *session) DiscardDraft(ctx context.Context, patient, id string) error {
	if err := s.d.call(ctx, "discard-draft"); err != nil {
		return err
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	s.d.Drafted = slices.DeleteFunc(s.d.Drafted, func(d ehrdesk.Draft) bool { return d.ID == id && d.Patient == patient && d.By == s.a.Staff })
	return nil
}
