package client

import (
	"context"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/internal/acts"
	"github.com/ehrdesk/ehrdesk/client/internal/chart"
	"github.com/ehrdesk/ehrdesk/internal/clinical/standing"
	"github.com/ehrdesk/ehrdesk/internal/clinical/unseen"
)

// reported puts the reports that came in a record since it was last looked through, and that a rule has somebody look at, on the
// day's list. Of what is fetched before anybody opens it nothing is told. The first time that a desk has somebody's record in
// step nothing in it is news.
func reported(ctx context.Context, s *Session, c *chart.Chart) error {
	role := s.Account().Role
	until, opened, _ := chart.InStep(c)
	if !role.Clinical() || !opened || until.IsZero() {
		return nil
	}
	p, door := c.Patient(), acts.AtDoor(s.acts)
	after, err := door.ReportedThrough(ctx, p.ID)
	if err != nil {
		return err
	}
	asOf, _ := c.AsOf()
	in := standing.In{Role: role, Types: c.Summary(), AsOf: asOf, Truth: c.Truth()}
	all, there := recordsOf(c)
	gone := func(of ehrdesk.Call) bool { return !there()[of.Record] && standing.Of(of.Kind, in) == standing.Seen }
	if after.IsZero() {
		return door.Reported(ctx, p, nil, gone, c.Consent(), until)
	}
	var came []ehrdesk.Call
	now := s.sitting.Now()
	for _, r := range unseen.Reports(all(), s.desk.rules(), after, now) {
		if ehrdesk.AccessOf(role, r.Record.Kind) != ehrdesk.General {
			continue
		}
		one := ehrdesk.Call{What: ehrdesk.FollowReport, Record: r.Record.Ref(), Kind: r.Record.Kind, Mark: r.Mark, At: r.At, Until: c.Consent().Until, Due: lookBy(now, r.Rule.Days)}
		one.Report = ehrdesk.Report{For: r.Rule.For, Rule: r.Rule.Name, Says: r.Rule.Says}
		if r.Corrected {
			one.Report.Again = ehrdesk.ReportCorrected
		}
		came = append(came, one)
	}
	if !slices.ContainsFunc(all(), func(r *ehrdesk.Record) bool { return r.Updated.After(after) }) {
		until = time.Time{} // it is as it was
	}
	return door.Reported(ctx, p, came, gone, c.Consent(), until)
}

// lookBy is the day by which somebody looks who has so many days: no Sunday and no general holiday.
func lookBy(now time.Time, days int) time.Time {
	if days == 0 {
		return now
	}
	return ehrdesk.WorkingDayAfter(now.AddDate(0, 0, days-1))
}
