package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

// outcomes are the words for what came of a call.
func outcomes() (out []string) {
	for _, o := range ehrdesk.CallOutcomes() {
		out = append(out, string(o))
	}
	return out
}

func (a *app) closeCommand() *cobra.Command {
	var preview bool
	c := &cobra.Command{Use: "close", Short: "Close the day: have those called whose booking came to nothing, on the lists of all desks of the clinic", Args: cobra.NoArgs,
		Long: "Whoever was marked as not come, or is booked still and whose time is over, becomes a call, due on the next working day: not who was here since, nor who is booked once more for later that day. The days before that nobody closed are closed too, up to a week. Closed twice, at this desk or another, it makes nothing twice.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.signedIn(cmd.Context(), func(ctx context.Context, s *client.Session) error {
				if err := a.tellDay(ctx, s); err != nil { // without the line it is closed by what this desk knows
					return err
				}
				calls, err := s.Missed(ctx)
				if err == nil && !preview {
					var ids []string
					for _, t := range calls {
						ids = append(ids, t.ID)
					}
					if calls, err = s.CloseDay(ctx, ids); err == nil {
						err = a.tellDay(ctx, s)
					}
				}
				return a.calls(calls, err)
			})
		}}
	c.Flags().BoolVar(&preview, "preview", false, "say who would be called, and change nothing")
	return c
}

func (a *app) callsCommand() *cobra.Command {
	var all bool
	var kind string
	c := &cobra.Command{Use: "calls", Short: "Who is to be called, and whose record a doctor has to look at, the overdue first", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		if kinds := []string{"", string(ehrdesk.TaskCall), string(ehrdesk.TaskReview)}; !slices.Contains(kinds, kind) {
			return ehrdesk.Errorf("today calls", ehrdesk.CodeInvalid, "--kind is one of call, review")
		}
		return a.signedIn(cmd.Context(), func(ctx context.Context, s *client.Session) error {
			if err := a.tellDay(ctx, s); err != nil {
				return err
			}
			calls, err := s.Calls(ctx)
			return a.calls(slices.DeleteFunc(calls, func(t ehrdesk.Task) bool {
				return !all && t.Work.Over() || kind != "" && t.Kind != ehrdesk.TaskKind(kind)
			}), err)
		})
	}}
	c.Flags().StringVar(&kind, "kind", "", "those of one kind: call, or review, which is for who sees the record")
	c.Flags().BoolVar(&all, "all", false, "those that were concluded in the last fortnight too")
	return c
}

func (a *app) callCommand() *cobra.Command {
	var outcome, due string
	c := &cobra.Command{Use: "call ID", Short: "Note what came of a call, on the lists of all desks of the clinic", Args: cobra.ExactArgs(1),
		Long: "ID is as today calls prints it. taken: whoever is signed in makes the call; no-answer: it is made again on the next working day, or by --due; all else concludes it. Exit 9 where that does not follow what was said last: a call that is concluded is taken up again with --outcome taken.",
		RunE: func(cmd *cobra.Command, args []string) error {
			const op = "today call"
			if !slices.Contains(outcomes(), outcome) {
				return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "--outcome is one of %s", strings.Join(outcomes(), ", "))
			}
			var by time.Time
			if due != "" {
				var err error
				if by, err = time.ParseInLocation(time.DateOnly, due, time.Local); err != nil {
					return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "--due is a day: YYYY-MM-DD")
				}
			}
			return a.signedIn(cmd.Context(), func(ctx context.Context, s *client.Session) error {
				t, err := s.NoteCall(ctx, args[0], ehrdesk.CallOutcome(outcome), by)
				if err != nil {
					return renamed(op, err)
				}
				if err := a.tellDay(ctx, s); err != nil {
					return err
				}
				return a.calls([]ehrdesk.Task{t}, nil)
			})
		}}
	c.Flags().StringVar(&outcome, "outcome", "", strings.Join(outcomes(), ", "))
	c.Flags().StringVar(&due, "due", "", "by when it is made, YYYY-MM-DD, with taken and no-answer")
	_ = c.MarkFlagRequired("outcome")
	return c
}

// tellDay brings the list into step with the other desks; without the line that is done later.
func (a *app) tellDay(ctx context.Context, s *client.Session) error {
	if _, err := s.Share(ctx); err != nil && !away(err) {
		return err
	}
	return nil
}

func (a *app) calls(calls []ehrdesk.Task, err error) error {
	for _, t := range calls {
		if err == nil {
			err = a.line(taskLine(t), taskWords(t))
		}
	}
	return err
}

// callJSON is what a call says beside whom.
type callJSON struct {
	What    ehrdesk.FollowKind  `json:"what,omitempty"`   // of one that a record has led to
	Record  string              `json:"record,omitempty"` // the record, for who may see it
	Missed  string              `json:"missed,omitempty"` // the day of the booking, or of what was ordered
	At      string              `json:"booked_for,omitempty"`
	Since   string              `json:"since,omitempty"` // of what came new, or of a report: when the centre had it
	Rule    string              `json:"rule,omitempty"`  // of a report: that has somebody look at it
	Again   ehrdesk.ReportAgain `json:"again,omitempty"` // of one that was looked at before, or says so: newer, corrected
	Due     string              `json:"due"`
	Overdue bool                `json:"overdue"`
	Owner   string              `json:"owner,omitempty"`
	Outcome ehrdesk.CallOutcome `json:"outcome,omitempty"`
	History []callStepJSON      `json:"history"`
}

type callStepJSON struct {
	At      string              `json:"at"`
	By      string              `json:"by"`
	Outcome ehrdesk.CallOutcome `json:"outcome,omitempty"` // left out: it was put down
}

func callOf(t ehrdesk.Task) *callJSON {
	if !t.Kind.Called() {
		return nil
	}
	c := t.Call
	out := &callJSON{What: c.What, At: stamp(c.At), Due: c.Due.Format(time.DateOnly), Overdue: !t.Work.Over() && c.Days(time.Now()) < 0, Owner: c.Owner(), Outcome: c.Outcome()}
	out.Rule, out.Again = c.Report.Rule, c.Report.Again
	if c.What.Came() {
		out.At, out.Since = "", stamp(c.At)
	} else if !c.Missed.IsZero() {
		out.Missed = c.Missed.Format(time.DateOnly)
	}
	if c.Record != (ehrdesk.Ref{}) && !c.What.News() { // of what came new the kind of record would say too much
		out.Record = c.Record.String()
	}
	for _, s := range c.History {
		out.History = append(out.History, callStepJSON{stamp(s.Stamp.At), s.Stamp.By, s.Outcome})
	}
	return out
}

// callWords are a call in a line: of the number its end alone.
func callWords(t ehrdesk.Task) string {
	c := t.Call
	who := "…" + t.Number.Tail()
	if t.Patient.ID != "" {
		who += " " + t.Patient.Name.Banner()
	} else if t.Booking.Name != "" {
		who += " " + ehrdesk.CleanLine(t.Booking.Name) + " (by the clinic's list)"
	}
	how := []string{"due " + ehrdesk.At(c.Due).Date()}
	if !t.Work.Over() && c.Days(time.Now()) < 0 {
		how[0] = "overdue, " + how[0]
	}
	if t.Work.Over() {
		how = nil
	}
	if o := c.Outcome(); o != "" {
		how = append(how, string(o))
	}
	if owner := c.Owner(); owner != "" {
		how = append(how, ehrdesk.CleanLine(owner))
	} else if !t.Work.Over() {
		how = append(how, "nobody's yet")
	}
	return fmt.Sprintf("%s %s %s · %s · %s · %s", t.ID, t.Kind, t.State, strings.Join(how, " · "), who, whyCalled(c))
}

// whichReport is a report by the rule that has somebody look at it.
func whichReport(c ehrdesk.Call) string {
	if c.Report.Rule == "" {
		return "a report came; the consent has ended"
	}
	words := ehrdesk.CleanLine(c.Report.Says.English) + " came " + ehrdesk.At(c.At.In(time.Local)).Date()
	if c.Report.Again != ehrdesk.ReportFirst {
		words = string(c.Report.Again) + ": " + words
	}
	return words
}

// whyCalled is what a call or a review came of, as far as whoever is signed in may know.
func whyCalled(c ehrdesk.Call) string {
	day := ehrdesk.At(c.Missed).Date()
	switch c.What {
	case ehrdesk.FollowMissed:
		return "no visit on record for the booking of " + day
	case ehrdesk.FollowReferral:
		return "no answer on record to the referral of " + day
	case ehrdesk.FollowTest:
		return "no result on record of a test ordered " + day
	case ehrdesk.FollowMonitor:
		return "to be measured: decided " + day + " at a safety finding"
	case ehrdesk.FollowUnsaid:
		return "follow-up"
	case ehrdesk.FollowReport:
		return whichReport(c)
	case ehrdesk.FollowAct:
		return "came new, to act on"
	case ehrdesk.FollowKnow:
		return "came new, to know"
	}
	return "did not come " + day
}
