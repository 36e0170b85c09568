package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

// export is the access log for whoever audits it: whole and in order, or not
// at all.
type export struct{ format, since, until string }

func (a *app) auditExportCommand() *cobra.Command {
	var x export
	c := &cobra.Command{Use: "export", Short: "Export the access log, oldest first, once its chain was found unbroken", Args: cobra.NoArgs,
		Long: "--format csv has a header line; --format json has one object a line, the last with the number of entries and the chain's head.\n" +
			"Nothing is written where the chain is broken: exit 10, and audit verify names the entry.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.signedIn(cmd.Context(), func(ctx context.Context, s *client.Session) error { return a.export(ctx, s, x) })
		}}
	f := c.Flags()
	f.StringVar(&x.format, "format", "csv", "csv or json")
	f.StringVar(&x.since, "since", "", "first day, YYYY-MM-DD")
	f.StringVar(&x.until, "until", "", "last day, YYYY-MM-DD")
	return c
}

func (a *app) export(ctx context.Context, s *client.Session, x export) error {
	const op = "audit.export"
	if x.format != "csv" && x.format != "json" {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "--format is csv or json")
	}
	from, err := day(op, x.since, time.Time{})
	if err != nil {
		return err
	}
	to, err := day(op, x.until, time.Unix(1<<40, 0))
	if err != nil {
		return err
	}
	n, head, err := s.VerifyLog(ctx)
	if err != nil {
		return err
	}
	w := csv.NewWriter(a.out)
	if x.format == "csv" {
		if err := w.Write(strings.Fields("seq id at action staff role hcp location patient purpose reason outcome detail card_proof card_profile")); err != nil {
			return err
		}
	}
	err = s.EachAccess(ctx, func(seq int64, e ehrdesk.AuditEvent) error {
		if seq > n || e.At.Before(from) || !e.At.Before(to.AddDate(0, 0, 1)) {
			return ctx.Err()
		}
		if x.format == "json" {
			return a.asJSON(auditLine(seq, e))
		}
		proof, profile := shownCard(e)
		return w.Write(cells(fmt.Sprint(seq), e.ID, e.At.UTC().Format(time.RFC3339), string(e.Action), e.Staff, string(e.Role), e.Provider, e.Location,
			e.Patient, string(e.Purpose), e.Reason, string(e.Outcome), e.Detail, proof, profile))
	})
	if err != nil {
		return err
	}
	if x.format == "csv" {
		w.Flush()
		return w.Error()
	}
	return a.asJSON(struct {
		Entries int64  `json:"entries"`
		Head    string `json:"head"`
	}{n, fmt.Sprintf("%x", head)})
}

// day is midnight of a day at this desk, or what is so without one.
func day(op, text string, without time.Time) (time.Time, error) {
	if text == "" {
		return without, nil
	}
	t, err := time.ParseInLocation("2006-01-02", text, time.Local)
	if err != nil {
		return t, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a day is YYYY-MM-DD")
	}
	return t, nil
}

// cells are one row. What a spreadsheet would take for a formula is made text
// by a quote before it.
func cells(values ...string) []string {
	for i, v := range values {
		v = ehrdesk.CleanLine(v)
		if v != "" && strings.ContainsRune("=+-@", rune(v[0])) {
			v = "'" + v
		}
		values[i] = v
	}
	return values
}
