package client

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/internal/acts"
	"github.com/ehrdesk/ehrdesk/client/internal/chart"
	"github.com/ehrdesk/ehrdesk/internal/clinical/results"
	"github.com/ehrdesk/ehrdesk/internal/clinical/standing"
	"github.com/ehrdesk/ehrdesk/internal/clinical/unseen"
)

// NewsRule is what an acknowledgement of what came new has for its rule, where it is no result.
const NewsRule = "news"

// came puts what came new in an open record since it was last looked through on the day's list, for those who see what a
// doctor has to look at. Of what is fetched before anybody opens it nothing is told.
func came(ctx context.Context, s *Session, c *chart.Chart) error {
	role := s.Account().Role
	until, opened, looked := chart.InStep(c)
	if !role.Reviews() || !opened {
		return nil
	}
	p := c.Patient()
	after, err := acts.AtDoor(s.acts).LookedThrough(ctx, p.ID)
	if err != nil {
		return err
	}
	asOf, _ := c.AsOf()
	in := standing.In{Role: role, Types: c.Summary(), AsOf: asOf, Truth: c.Truth()}
	all, there := recordsOf(c)
	var news []ehrdesk.Call
	if !after.IsZero() { // who opens a chart that nobody here has looked through reads it whole
		records := all()
		for _, a := range unseen.Door(records, after, s.sitting.Now()) {
			if ehrdesk.AccessOf(role, a.Kind) != ehrdesk.General {
				continue
			}
			n := ehrdesk.Call{What: ehrdesk.FollowKnow, Record: a.Ref, Kind: a.Kind, Mark: a.Mark, At: a.At, Until: c.Consent().Until}
			if a.Act {
				n.What = ehrdesk.FollowAct
			}
			news = append(news, n)
		}
	}
	gone := func(of ehrdesk.Call) bool { return !there()[of.Record] && standing.Of(of.Kind, in) == standing.Seen }
	return acts.AtDoor(s.acts).Came(ctx, p, news, gone, acts.Through{Until: until, Told: looked || after.IsZero()})
}

// recordsOf are the records of a chart, and which of them hold: either is read when it is asked for, and not before.
func recordsOf(c *chart.Chart) (all func() []*ehrdesk.Record, there func() map[ehrdesk.Ref]bool) {
	all = sync.OnceValue(func() (records []*ehrdesk.Record) {
		for _, t := range ehrdesk.RecordTypes() {
			list := c.List(t)
			for i := range list {
				records = append(records, &list[i])
			}
		}
		return records
	})
	return all, sync.OnceValue(func() map[ehrdesk.Ref]bool {
		out := map[ehrdesk.Ref]bool{}
		for _, r := range all() {
			if !r.Void() {
				out[r.Ref()] = true
			}
		}
		return out
	})
}

// reviewing is the chart of a patient that lies open, for who reviews records.
func (k *acknowledged) reviewing(op, patient string) (*chart.Chart, error) {
	c := chart.Showing(k.charts, patient)
	switch {
	case !k.sitting.Self.Account().Role.Reviews():
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "what came new is for who sees referrals and results")
	case c == nil:
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "no chart of this patient is open")
	}
	return c, nil
}

// News lists what waits of a patient whose chart is open.
func (k *acknowledged) News(ctx context.Context, patient string) ([]ehrdesk.Task, error) {
	const op = "news"
	if _, err := k.reviewing(op, patient); err != nil {
		return nil, err
	}
	all, err := k.door.News(ctx, patient)
	if err != nil {
		return nil, ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	return ehrdesk.Waiting(all), nil
}

// TakeNews notes that whoever is signed in has what waits of a patient.
func (k *acknowledged) TakeNews(ctx context.Context, patient string) error {
	return k.door.TakeNews(ctx, patient)
}

// AcknowledgeNews keeps that whoever is signed in has taken note of what waits. A critical result is acknowledged by it
// as any result is, and by the same rules.
func (k *acknowledged) AcknowledgeNews(ctx context.Context, patient string, ids ...string) error {
	const op = "acknowledge-news"
	c, err := k.reviewing(op, patient)
	if err != nil {
		return err
	}
	waits, err := k.News(ctx, patient)
	if err != nil {
		return err
	}
	var meant []ehrdesk.Task
	for _, t := range waits {
		if slices.Contains(ids, t.ID) {
			meant = append(meant, t)
		}
	}
	several := len(meant) > 1 && slices.ContainsFunc(meant, func(t ehrdesk.Task) bool { return t.Call.What == ehrdesk.FollowAct })
	switch {
	case len(meant) == 0 || len(meant) < len(ids):
		return ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "it waits no longer: it was acknowledged, or its record is another by now")
	case several:
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "what is to be acted on is acknowledged one by one")
	}
	for _, t := range meant {
		if err := k.mayClose(op, c, &t); err != nil {
			return err
		}
	}
	for _, t := range meant {
		ref := t.Call.Record
		e := ehrdesk.AuditEvent{Action: ehrdesk.AuditAcknowledge, Patient: patient, Detail: "news " + ref.String()}
		if err := k.keep(ctx, op, patient, said(&t), e); err != nil {
			return err
		}
	}
	return nil
}

// said is what of a line is kept when it is acknowledged.
func said(t *ehrdesk.Task) ehrdesk.Acknowledgement {
	a := ehrdesk.Acknowledgement{Mark: t.Call.Mark, Rule: NewsRule, Version: unseen.Version, Records: []ehrdesk.Ref{t.Call.Record}}
	if isResult(t) {
		a.Rule = unseen.Rule
	}
	return a
}

// isResult reports what came new that is a critical result.
func isResult(t *ehrdesk.Task) bool {
	return t.Call.What == ehrdesk.FollowAct && t.Call.Record.Resource == "Observation"
}

// mayClose refuses a result that is not complete, and one to whom does not answer for results.
func (k *acknowledged) mayClose(op string, c *chart.Chart, t *ehrdesk.Task) error {
	if !isResult(t) {
		return nil
	}
	if !k.sitting.Self.Account().Role.AnswersForResults() {
		return ehrdesk.Errorf(op, ehrdesk.CodeDenied, "results are acknowledged by who orders tests")
	}
	partial := slices.ContainsFunc(unseen.Of(unseen.Given{List: c.List, Now: k.sitting.Now()}), func(x unseen.Result) bool { return x.Partial && x.Record.Ref() == t.Call.Record })
	for _, r := range c.List(ehrdesk.LaboratoryRadiology) { // one that a newer has taken the place of is told no more
		partial = partial || r.Ref() == t.Call.Record && results.StageOf(r.Status) == results.Preliminary
	}
	if partial {
		return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "a result that is not complete cannot be acknowledged")
	}
	return nil
}

// heard are acknowledgements of what came new that were made at another desk, beside those that are kept here; they are
// kept from then on, as the day's list forgets what is concluded.
func (k *acknowledged) heard(ctx context.Context, patient string, had []ehrdesk.Acknowledgement) ([]ehrdesk.Acknowledgement, error) {
	if !k.sitting.Self.Account().Role.Reviews() {
		return had, nil
	}
	lines, err := k.door.News(ctx, patient)
	if err != nil {
		return nil, err
	}
	for _, t := range lines {
		if t.Call.Outcome() != ehrdesk.CallSeen || len(t.Call.History) == 0 {
			continue
		}
		a, last := said(&t), t.Call.History[len(t.Call.History)-1].Stamp
		a.By, a.At = last.By, last.At.In(time.Local)
		if slices.ContainsFunc(had, func(h ehrdesk.Acknowledgement) bool { return h.Mark == a.Mark }) {
			continue
		}
		b, err := json.Marshal(a)
		if err != nil {
			return nil, ehrdesk.Errorf("acknowledged", ehrdesk.CodeOther, "the acknowledgement cannot be written")
		}
		if err := k.lists.Put(ctx, acknowledgedList(patient), a.Mark+" "+a.By, b); err != nil {
			return nil, err
		}
		had = append(had, a)
	}
	return had, nil
}
