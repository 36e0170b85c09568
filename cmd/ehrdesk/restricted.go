package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

// releaseInput is what restricted show takes.
type releaseInput struct {
	Number    string          `json:"number"`
	Purpose   ehrdesk.Purpose `json:"purpose"`
	Kinds     []string        `json:"kinds"`
	Reason    string          `json:"reason"`
	Words     string          `json:"words"`
	Code      string          `json:"one_time_code"`
	RequestID string          `json:"request_id"`
}

func (a *app) restrictedCommand() *cobra.Command {
	var raw bool
	c := &cobra.Command{Use: "restricted", Short: "Restricted records, with a reason and the patient's additional consent; online, and never kept"}
	show := &cobra.Command{Use: "show", Short: "Print them", Args: cobra.NoArgs,
		Long: `Standard input: {"number","purpose","kinds":["laboratory",…],"reason","words","one_time_code","request_id"}; without a code the patient's card is read.` + "\n" +
			`"restricted code" has the centre send the patient one. The release ends with the command; "request_id" (a UUID) makes a repeat count once.`,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.showRestricted(cmd.Context(), raw) }}
	show.Flags().BoolVar(&raw, "raw", false, "the exact bytes of each record")
	c.AddCommand(show, &cobra.Command{Use: "code", Short: "Have the centre send the patient a one-time code", Args: cobra.NoArgs,
		Long: `Standard input: {"number","purpose"}.`, RunE: func(cmd *cobra.Command, _ []string) error { return a.sendCode(cmd.Context()) }})
	return c
}

func (a *app) sendCode(ctx context.Context) error {
	return a.restrictedChart(ctx, func(ctx context.Context, in releaseInput, chart ehrdesk.Chart, _ *client.Session) error {
		sent, err := chart.SendCode(ctx)
		if err != nil {
			return err
		}
		return a.line(struct {
			SentBy  string `json:"sent_by"`
			Expires string `json:"expires"`
			NewFrom string `json:"new_contact_from,omitempty"`
		}{sent.By, stamp(sent.Expires), stamp(sent.NewFrom)}, "code sent by "+sent.By+", good until "+sent.Expires.Local().Format("15:04")+newFrom(sent.NewFrom))
	})
}

// newFrom says that a code went to the contact of before.
func newFrom(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return "; it went to the contact before the change, the new one gets codes from " + ehrdesk.At(at.Local()).DateTime()
}

func (a *app) showRestricted(ctx context.Context, raw bool) error {
	const op = "restricted"
	return a.restrictedChart(ctx, func(ctx context.Context, in releaseInput, chart ehrdesk.Chart, s *client.Session) (err error) {
		r := ehrdesk.Release{Reason: in.Reason, Words: in.Words, RequestID: in.RequestID}
		for _, name := range in.Kinds {
			k, err := ehrdesk.ParseKind(name)
			if err != nil {
				return renamed(op, err)
			}
			r.Kinds = append(r.Kinds, k)
		}
		if in.Code != "" {
			if r.Code, err = ehrdesk.ParseOneTimeCode(in.Code); err != nil {
				return renamed(op, err)
			}
		} else {
			g := ehrdesk.Grant{Patient: chart.Patient().Number(), RequestID: r.RequestID}
			if err := a.byCard(ctx, s, &g); err != nil {
				return err
			}
			defer wipeEvidence(g.Card)
			r.Card, r.RequestID = g.Card, g.RequestID
		}
		if _, err := chart.Release(ctx, r); err != nil {
			return err
		}
		said := english(a.names)
		for _, t := range ehrdesk.RecordTypes() {
			for _, rec := range chart.List(t) {
				if !rec.Released {
					continue
				}
				rec.Restricted = true
				if err := a.printRecord(ctx, chart, said, &rec, raw); err != nil {
					return err
				}
			}
		}
		return chart.EndRelease(ctx)
	})
}

// restrictedChart opens the chart that a command is about, and closes it.
func (a *app) restrictedChart(ctx context.Context, do func(context.Context, releaseInput, ehrdesk.Chart, *client.Session) error) error {
	const op = "restricted"
	var in releaseInput
	if err := a.readJSON(op, &in); err != nil {
		return err
	}
	n, err := parseNumber(in.Number)
	if err != nil {
		return renamed(op, err)
	}
	return a.signedIn(ctx, func(ctx context.Context, s *client.Session) error {
		chart, err := s.Open(ctx, n, in.Purpose, "")
		if err != nil {
			return renamed(op, err)
		}
		return first(do(ctx, in, chart, s), chart.Close())
	})
}
