package client

import (
	"context"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/chart"
	"github.com/ehrdesk/ehrdesk/client/internal/copies"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
)

// Fetching ahead (adr/0010): the record of somebody who is marked as here on today's list is
// brought to the desk before it is opened, where the provider's policy lets it. It is an access
// like any other: asked for at the centre, logged there and here, told to the patient. Until the
// opening that it is for nothing of it is shown.

// foresighted is a centre that gives leave to fetch a record before it is opened.
type foresighted interface {
	OpenAhead(ctx context.Context, patient string, p ehrdesk.Purpose, arrival string) (fhir.Decision, error)
}

// aheadLasts is for how long what was fetched is for the opening to come: a working shift, as at
// the centre.
const aheadLasts = 8 * time.Hour

// foresight fetches ahead for a session.
type foresight struct {
	s *Session
	fetching
}

// FetchesAhead reports whether the provider's policy, and this desk's, let whoever is signed in
// have records fetched before they are opened.
func (a *foresight) FetchesAhead() bool {
	s := a.s
	return s.Account().Role.Clinical() && as[foresighted](s.centre) != nil && s.copies.Ahead() && !s.acts.Alone()
}

// FetchAhead fetches, one after the other, the records of those who are marked as here on today's
// list, and gives those whose could not be, with why. What is broken off goes on the next time: by
// somebody who opens a chart, by a lock, by the line. Errors: CodeOffline, CodeTimeout.
func (a *foresight) FetchAhead(ctx context.Context) (not []ehrdesk.NotFetched, err error) {
	ctx, done, ok := a.begin(ctx)
	if !ok {
		return nil, ehrdesk.Errorf("fetch ahead", ehrdesk.CodeLocked, "records are being fetched, or the session is over")
	}
	defer done()
	again := map[string]bool{} // not told the centre yet, perhaps: tried again the next time, and not now
	for a.FetchesAhead() {
		here, err := a.here(ctx)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(here, func(t ehrdesk.Task) bool {
			why, tried := a.last(t)
			return !again[t.ID] && (!tried || why.Code() == ehrdesk.CodeConflict)
		})
		if i < 0 {
			for _, t := range here {
				if why, tried := a.last(t); tried && why != "" {
					not = append(not, ehrdesk.NotFetched{Task: t, Why: why})
				}
			}
			return not, nil
		}
		again[here[i].ID] = true
		err = a.fetch(ctx, here[i])
		if ctx.Err() != nil || a.s.acts.Unreachable(ctx, err) {
			return nil, err
		}
		a.note(here[i], ehrdesk.RefusalOf(err))
	}
	return nil, nil
}

// here lists those whose record is to be at the desk before it is opened: marked as here, with no
// word that they have given no consent, and neither fetched nor opened by this person already.
func (a *foresight) here(ctx context.Context) ([]ehrdesk.Task, error) {
	s := a.s
	all, err := s.Tasks(ctx)
	if err != nil {
		return nil, err
	}
	staff, since := s.Account().Staff, s.desk.opt.Now().Add(-aheadLasts)
	var out []ehrdesk.Task
	for _, t := range all {
		if t.Kind != ehrdesk.TaskArrival || !t.Work.Here() || t.Number.IsZero() || t.Participation != "" && !t.Consent.State.Allows() {
			continue
		}
		_, h, ok, err := s.copies.Of(ctx, copies.Key(t.Number))
		if err != nil {
			return nil, err
		}
		if ok && h.AwaitedBy(staff, since) && (!h.Unopened || !h.Whole.IsZero()) {
			continue
		}
		out = append(out, t)
	}
	return out, nil
}

// fetch fetches one record. The look-up is written down as any is, and the access with why.
func (a *foresight) fetch(ctx context.Context, t ehrdesk.Task) error {
	s := a.s
	f, err := line.Ask(ctx, s.sitting.Line, line.AskWait, func(ctx context.Context) (ehrdesk.Finding, error) { return s.centre.Find(ctx, t.Number) })
	if line.Unusable(err) || ctx.Err() != nil {
		return err
	}
	if e := s.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditFind, Patient: f.Patient.ID, Outcome: ehrdesk.CodeOf(err)}); e != nil {
		return e
	}
	if err != nil {
		return err
	}
	if f, err = s.acts.Accept(ctx, f); err != nil {
		return err
	}
	if err := mayOpen(f); err != nil {
		return err
	}
	d, err := line.Ask(ctx, s.sitting.Line, line.AskWait, func(ctx context.Context) (fhir.Decision, error) {
		return as[foresighted](s.centre).OpenAhead(ctx, f.Patient.ID, ehrdesk.Consultation, t.ID)
	})
	// Broken off or not, the centre may have let it: the log here has it too.
	e := ehrdesk.AuditEvent{Action: ehrdesk.AuditOpen, Patient: f.Patient.ID, Purpose: ehrdesk.Consultation, Reason: ehrdesk.FetchedAhead, Outcome: ehrdesk.CodeOf(err), Detail: d.Access}
	if ae := s.access.Record(context.WithoutCancel(ctx), e); ae != nil {
		return ae
	}
	if err != nil {
		return err
	}
	c, err := s.opened(ctx, f, d, chart.Access{Purpose: ehrdesk.Consultation, Unseen: true, Ahead: true})
	if err != nil {
		return err
	}
	_, err = c.Sync(ctx, nil)
	if e := c.Close(); err == nil {
		err = e
	}
	return err
}
