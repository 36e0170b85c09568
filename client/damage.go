package client

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

// A copy that was damaged concerns its patient alone: it is destroyed, written
// down and told, and fetched again when that patient is opened. Everything else
// goes on.

// copies lists the copies that open. Those that do not are destroyed; where that
// fails, the list comes with the error.
func (s *Session) copies(ctx context.Context) ([]cache.Copy, error) {
	list, damaged, err := s.vault.Copies().List(ctx)
	if err == nil && damaged > 0 {
		err = s.mend(ctx)
	}
	return list, err
}

// mend destroys what does not open, whoever's it was.
func (s *Session) mend(ctx context.Context) error {
	s.warn(WarnDamaged) // before: what cannot be destroyed has to be told too
	if err := s.vault.Repair(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	n, err := s.vault.Copies().LostCount(ctx)
	if err == nil && n == 0 { // every copy opens, and was found by what is another's
		return s.incident(ctx, "", "what copies are found by was changed, and has been made anew")
	}
	return errors.Join(err, s.recordLost(ctx))
}

// lookup finds a copy by one of its keys, once what does not open is out of the way.
func (s *Session) lookup(ctx context.Context, key string) (cache.Copy, bool, error) {
	c, ok, err := s.vault.Copies().Lookup(ctx, key)
	if ehrdesk.CodeOf(err) != ehrdesk.CodeTampered {
		return c, ok, err
	}
	if err := s.mend(ctx); err != nil {
		return cache.Copy{}, false, err
	}
	return s.vault.Copies().Lookup(ctx, key)
}

// recordLost writes down how many copies were destroyed because they did not open:
// also those that a making of keys came upon.
func (s *Session) recordLost(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	n, err := s.vault.Copies().LostCount(ctx)
	if err != nil || n == 0 {
		return err
	}
	s.warn(WarnDamaged)
	if err := s.incident(ctx, "", fmt.Sprintf("copies that were damaged and have been destroyed: %d", n)); err != nil {
		return err
	}
	return s.vault.Copies().AcknowledgeLost(ctx, n)
}

// spoiled destroys one patient's copy, of which a part was damaged.
func (s *Session) spoiled(ctx context.Context, id cache.PatientID, patient string) error {
	s.warn(WarnDamaged)
	if err := s.incident(ctx, patient, "a copy that was damaged is destroyed"); err != nil {
		return err
	}
	if err := s.shred(ctx, id); err != nil && ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		return err
	}
	return nil
}

func (s *Session) incident(ctx context.Context, patient, detail string) error {
	return s.record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditIncident, Patient: patient, Outcome: ehrdesk.CodeTampered, Detail: detail})
}

// damaged takes note that a record of an open chart does not open. The others
// stay on the screen; the copy goes with the chart, and comes whole the next time.
func (c *Chart) damaged(ctx context.Context, err error) {
	if ehrdesk.CodeOf(err) != ehrdesk.CodeTampered {
		return
	}
	c.mu.Lock()
	first := !c.spoilt && !c.ended
	c.spoilt = true
	c.mu.Unlock()
	if !first {
		return
	}
	c.s.warn(WarnDamaged)
	if err := c.s.incident(ctx, c.Patient().ID, "a record of a copy was damaged: the copy is destroyed with its chart"); err != nil {
		c.s.desk.opt.Log.Warn("incident not written down", "code", string(ehrdesk.CodeOf(err)))
	}
}

// watched is a record of the copy being read, in pieces where it is long.
type watched struct {
	io.ReadCloser
	ctx context.Context
	c   *Chart
}

func (w watched) Read(p []byte) (int, error) {
	n, err := w.ReadCloser.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		w.c.damaged(w.ctx, err)
	}
	return n, err
}
