package client

import (
	"context"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/internal/acts"
	"github.com/ehrdesk/ehrdesk/client/internal/cases"
	"github.com/ehrdesk/ehrdesk/client/internal/warnings"
)

// unsent is what waits on this desk for the centre.
type unsent struct{ s *Session }

// Outbox lists what waits on this desk for the centre: what anybody did here, and what whoever is signed in has to say in sealed cases,
// without a word of it. That of others in cases is sealed for them and waits for their sign-in.
func (u *unsent) Outbox(ctx context.Context) ([]acts.Waiting, error) {
	s := u.s
	out, err := s.acts.Outbox(ctx)
	if err != nil {
		return nil, err
	}
	said, err := during(ctx, s.casing, s.casing.cases.Outbox)
	for _, w := range said {
		out = append(out, inCase(w, s.sitting.Now()))
	}
	return out, err
}

// inCase is something that waits in a case as a line of the outbox. No administrator takes it out: it is sealed for its author.
func inCase(w cases.Waits, now time.Time) acts.Waiting {
	out := acts.Waiting{ID: w.ID, Kind: "case-" + string(w.Kind), State: cache.ItemQueued.String(), Since: w.Since,
		Age: max(0, int64(now.Sub(w.Since)/time.Second)), Why: string(w.Why)}
	if ehrdesk.OverdueAt(w.Since, now) != ehrdesk.InTime {
		out.Overdue = ehrdesk.OverdueLong
	}
	switch {
	case w.Why != "":
		out.State = cache.ItemRejected.String()
	case w.Tried:
		out.State = cache.ItemSending.String()
	}
	return out
}

// Unsent is how much waits on this desk for the centre, as Outbox lists it, without what was refused.
func (u *unsent) Unsent(ctx context.Context) (n int, err error) {
	all, err := u.Outbox(ctx)
	for _, w := range all {
		if !w.Refused() {
			n++
		}
	}
	return n, err
}

// warnOverdue tells whoever signs in of what has waited too long.
func warnOverdue(ctx context.Context, s *Session) error {
	if err := s.acts.WarnOverdue(ctx); err != nil {
		return err
	}
	said, err := during(ctx, s.casing, s.casing.cases.Outbox)
	for _, w := range said {
		if ehrdesk.OverdueAt(w.Since, s.sitting.Now()) != ehrdesk.InTime {
			s.sitting.Warnings.Warn(warnings.Late)
		}
	}
	return err
}
