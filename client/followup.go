package client

import (
	"context"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/internal/chart"
	"github.com/ehrdesk/ehrdesk/internal/clinical/followup"
	"github.com/ehrdesk/ehrdesk/internal/clinical/standing"
)

// inStep is done when a copy was brought into step: what waits is sent, and what the records leave to be
// followed up is put on the day's list.
func inStep(s *Session) func(context.Context, *chart.Chart) {
	return func(ctx context.Context, c *chart.Chart) {
		s.deliverSoon(ctx)
		if err := follow(ctx, s, c); err != nil {
			s.desk.opt.Log.Warn("what is to be followed up was not put down", "code", string(ehrdesk.CodeOf(err)))
		}
		if err := came(ctx, s, c); err != nil {
			s.desk.opt.Log.Warn("what came new was not put down", "code", string(ehrdesk.CodeOf(err)))
		}
		if err := reported(ctx, s, c); err != nil {
			s.desk.opt.Log.Warn("which reports somebody has to look at was not put down", "code", string(ehrdesk.CodeOf(err)))
		}
	}
}

// follow looks through an open record for what its clinic has to follow up. It is done for those alone who
// see what speaks for and against it, and finds nothing where some of that is not here.
func follow(ctx context.Context, s *Session, c *chart.Chart) error {
	a := s.Account()
	if !a.Role.Reviews() {
		return nil
	}
	asOf, _ := c.AsOf()
	in := standing.In{Role: a.Role, Types: c.Summary(), AsOf: asOf, Truth: c.Truth()}
	var lists [][]ehrdesk.Record
	for _, t := range ehrdesk.RecordTypes() {
		lists = append(lists, c.List(t))
	}
	ends, looked := followup.Find(followup.In{Records: lists, Today: s.sitting.Now(), Provider: a.Provider, Name: a.ProviderName,
		Seen: func(k ehrdesk.Kind) bool { return standing.Of(k, in) == standing.Seen }})
	return s.acts.Follow(ctx, c.Patient(), ends, looked)
}
