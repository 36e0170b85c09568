package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

func (a *app) chartCommand() *cobra.Command {
	var purpose, reason, only string
	var raw bool
	c := &cobra.Command{
		Use:   "chart --purpose P",
		Short: "Open a patient's shared record and print it, a line a record",
		Long: "The HKIC or eHR number comes on standard input. The access is logged and the patient is normally notified.\n" +
			"--raw prints each record's exact bytes as received, one after the other.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var want ehrdesk.RecordType
			if only != "" {
				t, err := ehrdesk.ParseRecordType(only)
				if err != nil {
					return renamed("chart", err)
				}
				want = t
			}
			p, err := ehrdesk.ParsePurpose(purpose)
			if err != nil {
				return ehrdesk.Errorf("chart", ehrdesk.CodeInvalid, "--purpose is one of %s", purposes())
			}
			n, err := a.readNumber()
			if err != nil {
				return renamed("chart", err)
			}
			return a.signedIn(cmd.Context(), func(ctx context.Context, s *client.Session) error {
				chart, err := s.Open(ctx, n, p, reason)
				if err != nil {
					return renamed("chart", err)
				}
				return first(a.printChart(ctx, chart, want, raw), chart.Close())
			})
		},
	}
	c.Flags().StringVar(&purpose, "purpose", "", "why the record is opened: "+purposes())
	c.Flags().StringVar(&reason, "reason", "", "the reason in words, for --purpose other (no personal data: it is part of the command line)")
	c.Flags().StringVar(&only, "type", "", "one of the eleven record types only")
	c.Flags().BoolVar(&raw, "raw", false, "the exact bytes of each record")
	return c
}

func purposes() string {
	var out []string
	for _, p := range ehrdesk.Purposes() {
		out = append(out, string(p))
	}
	return strings.Join(out, ", ")
}

// printChart brings the copy into step and prints it; with the line down it
// prints the copy and says how old it is.
func (a *app) printChart(ctx context.Context, chart ehrdesk.Chart, want ehrdesk.RecordType, raw bool) error {
	if _, err := chart.Sync(ctx, nil); err != nil {
		at, cached := chart.AsOf()
		if c := ehrdesk.CodeOf(err); !cached || at.IsZero() || (c != ehrdesk.CodeOffline && c != ehrdesk.CodeTimeout) {
			return renamed("chart", err)
		}
		fmt.Fprintf(a.err, "ehrdesk: offline: the record is this desk's copy of %s\n", at.Local().Format("02-Jan-2006 15:04"))
	}
	for _, t := range ehrdesk.RecordTypes() {
		if want != 0 && t != want {
			continue
		}
		for _, r := range chart.List(t) {
			if err := a.printRecord(ctx, chart, r, raw); err != nil {
				return err
			}
		}
	}
	return nil
}

type recordJSON struct {
	Type       ehrdesk.RecordType `json:"type"`
	Resource   string             `json:"resource"`
	ID         string             `json:"id"`
	Date       string             `json:"date"`
	Title      string             `json:"title"`
	Value      string             `json:"value,omitempty"`
	Flag       ehrdesk.Flag       `json:"flag,omitempty"`
	Status     string             `json:"status"`
	Source     string             `json:"source"`
	Restricted bool               `json:"restricted"`
}

func (a *app) printRecord(ctx context.Context, chart ehrdesk.Chart, r ehrdesk.Record, raw bool) error {
	if raw {
		b, err := chart.Raw(ctx, r.Ref())
		if err != nil {
			return err
		}
		_, err = a.out.Write(append(b[:len(b):len(b)], '\n'))
		return written(err)
	}
	words := []string{r.Type().String(), r.Date.Date(), r.Title}
	for _, w := range []string{r.Value, string(r.Flag), r.Status, r.Source} {
		if w != "" {
			words = append(words, w)
		}
	}
	return a.line(recordJSON{r.Type(), r.Resource, r.ID, r.Date.String(), r.Title, r.Value, r.Flag, r.Status, r.Source, r.Restricted},
		strings.Join(words, " · "))
}
