package client

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/internal/acts"
	"github.com/ehrdesk/ehrdesk/client/internal/chart"
)

// requesting is what a session asks other providers, and is asked.
type requesting struct {
	s  *Session
	of acts.Requests
}

func (q *requesting) works(op string) error {
	if r := q.s.Account().Role; r.Clinical() || r == ehrdesk.FrontDesk {
		return nil
	}
	return ehrdesk.Errorf(op, ehrdesk.CodeDenied, "requests are for those who work with patients")
}

// Requests are those that this desk has.
func (q *requesting) Requests(ctx context.Context) ([]ehrdesk.Request, time.Time, error) {
	const op = "requests"
	if err := q.works(op); err != nil {
		return nil, time.Time{}, err
	}
	all, asOf, err := q.of.All(ctx)
	if err != nil {
		return nil, time.Time{}, ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	return all, asOf, nil
}

// FetchRequests asks the centre what is new.
func (q *requesting) FetchRequests(ctx context.Context) (int, error) {
	const op = "requests"
	if err := q.works(op); err != nil {
		return 0, err
	}
	return q.of.Fetch(ctx)
}

// Ask sends a request about a patient whose chart is open.
func (q *requesting) Ask(ctx context.Context, patient string, r ehrdesk.Request) (ehrdesk.Request, error) {
	const op = "ask"
	c, err := q.s.drafting.open(op, patient)
	if err != nil {
		return r, err
	}
	me := q.s.Account()
	switch {
	case as[acts.RequestCarrier](q.s.centre) == nil:
		return r, ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "this server carries no requests between providers")
	case strings.TrimSpace(r.Body.Letter.Text) == "":
		return r, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a request says what is asked")
	case r.Kind == ehrdesk.RequestQuery && r.Body.About.ID == "":
		return r, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a query says which record it is about")
	case len(r.Body.Attached) > ehrdesk.MostAttached:
		return r, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a request names at most %d records", ehrdesk.MostAttached)
	case r.Kind == ehrdesk.RequestIncident:
		r.To = ehrdesk.RequestParty{ID: ehrdesk.Office}
	case r.To.ID == "" || r.To.ID == me.Provider:
		return r, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "who is asked is another provider")
	}
	if err := attachable(c, r.Body.Attached); err != nil {
		return r, err
	}
	r.ID, r.Patient, r.From = uuid.NewString(), c.Patient(), ehrdesk.RequestParty{ID: me.Provider, Name: me.ProviderName}
	r.Steps, r.State, r.Version = nil, ehrdesk.RequestSent, 1
	r.Steps = append(r.Steps, q.step(ehrdesk.RequestStep{State: ehrdesk.RequestSent}))
	return q.take(ctx, op, r)
}

// attachable reports a record that may not be named: one that the person does not see, and a restricted one.
func attachable(c *chart.Chart, all []ehrdesk.Attached) error {
	seen := chart.All(c)
	for i := range all {
		at := slices.IndexFunc(seen, func(r ehrdesk.Record) bool { return r.Ref() == all[i].Ref })
		if at < 0 || seen[at].Restricted || seen[at].Released {
			return ehrdesk.Errorf("ask", ehrdesk.CodeDenied, "a record that is attached is not in this chart, or restricted")
		}
	}
	return nil
}

// step is a step by whoever is signed in.
func (q *requesting) step(s ehrdesk.RequestStep) ehrdesk.RequestStep {
	me := q.s.Account()
	s.ID, s.By, s.Staff, s.Name, s.At = uuid.NewString(), ehrdesk.RequestParty{ID: me.Provider, Name: me.ProviderName}, me.Staff, me.Name, q.s.sitting.Now()
	return s
}

func (q *requesting) take(ctx context.Context, op string, r ehrdesk.Request) (ehrdesk.Request, error) {
	defer q.s.sitting.Idle.Work()()
	if err := q.of.Take(ctx, r); err != nil {
		return r, ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	all, _, err := q.of.All(context.WithoutCancel(ctx))
	if err != nil {
		return r, ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	if i := slices.IndexFunc(all, func(a ehrdesk.Request) bool { return a.ID == r.ID }); i >= 0 {
		return all[i], nil
	}
	return r, nil
}

// Step brings a request into its next state.
func (q *requesting) Step(ctx context.Context, id string, s ehrdesk.RequestStep) (ehrdesk.Request, error) {
	const op = "step"
	if err := q.works(op); err != nil {
		return ehrdesk.Request{}, err
	}
	all, _, err := q.of.All(ctx)
	if err != nil {
		return ehrdesk.Request{}, ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	i := slices.IndexFunc(all, func(r ehrdesk.Request) bool { return r.ID == id })
	if i < 0 {
		return ehrdesk.Request{}, ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "no such request")
	}
	r, me := all[i], q.s.Account()
	side := r.Side(me.Provider)
	switch {
	case r.Waits == ehrdesk.DepositRefused:
		return r, ehrdesk.Errorf(op, ehrdesk.CodeConflict, "a step of this request was refused: give it up first")
	case !ehrdesk.MayStep(r.Kind, r.State, s.State, side, me.Role) && ehrdesk.MayStep(r.Kind, r.State, s.State, side, ehrdesk.Doctor):
		return r, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "this step is for those who treat the patient")
	case !ehrdesk.MayStep(r.Kind, r.State, s.State, side, me.Role):
		return r, ehrdesk.Errorf(op, ehrdesk.CodeConflict, "the request has moved on: this step cannot follow")
	case s.State.NeedsNote() && strings.TrimSpace(s.Note) == "":
		return r, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "this step says why")
	case s.State == ehrdesk.RequestBooked && s.Day.IsZero():
		return r, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a booking has a day")
	case s.State == ehrdesk.RequestAnswered && (s.Answer == nil || strings.TrimSpace(s.Answer.Text) == ""):
		return r, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "an answer has words")
	}
	r.Steps, r.State = append(slices.Clone(r.Steps), q.step(s)), s.State
	return q.take(ctx, op, r)
}
