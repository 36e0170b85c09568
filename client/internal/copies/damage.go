package copies

import (
	"context"
	"errors"
	"fmt"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/internal/warnings"
)

// A copy that was damaged concerns its patient alone: it is destroyed, written
// down and told, and fetched again when that patient is opened. Everything else
// goes on.

// copies lists the copies that open. Those that do not are destroyed; where that
// fails, the list comes with the error.
func (s *Copies) all(ctx context.Context) ([]cache.Copy, error) {
	list, damaged, err := s.Copies.List(ctx)
	if err == nil && damaged > 0 {
		err = s.Mend(ctx)
	}
	return list, err
}

// Mend destroys what does not open, whoever's it was.
func (s *Copies) Mend(ctx context.Context) error {
	s.Warnings.Warn(warnings.Damaged) // before: what cannot be destroyed has to be told too
	if err := s.Vault.Repair(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	n, err := s.Copies.LostCount(ctx)
	if err == nil && n == 0 { // every copy opens, and was found by what is another's
		return s.access.Incident(ctx, "", "what copies are found by was changed, and has been made anew")
	}
	return errors.Join(err, s.RecordLost(ctx))
}

// Find finds a copy by one of its keys, once what does not open is out of the way.
func (s *Copies) Find(ctx context.Context, key string) (cache.Copy, bool, error) {
	c, ok, err := s.Copies.Lookup(ctx, key)
	if ehrdesk.CodeOf(err) != ehrdesk.CodeTampered {
		return c, ok, err
	}
	if err := s.Mend(ctx); err != nil {
		return cache.Copy{}, false, err
	}
	return s.Copies.Lookup(ctx, key)
}

// RecordLost writes down how many copies were destroyed because they did not open:
// also those that a making of keys came upon.
func (s *Copies) RecordLost(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	n, err := s.Copies.LostCount(ctx)
	if err != nil || n == 0 {
		return err
	}
	s.Warnings.Warn(warnings.Damaged)
	if err := s.access.Incident(ctx, "", fmt.Sprintf("copies that were damaged and have been destroyed: %d", n)); err != nil {
		return err
	}
	return s.Copies.AcknowledgeLost(ctx, n)
}

// Spoiled destroys one patient's copy, of which a part was damaged.
func (s *Copies) Spoiled(ctx context.Context, id cache.PatientID, patient string) error {
	s.Warnings.Warn(warnings.Damaged)
	if err := s.access.Incident(ctx, patient, "a copy that was damaged is destroyed"); err != nil {
		return err
	}
	if err := s.Destroy(ctx, id); err != nil && ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		return err
	}
	return nil
}
