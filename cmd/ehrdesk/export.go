package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/report"
)

// export is the access log for whoever audits it: whole and in order, or not
// at all, unless they ask for what there is.
type export struct {
	format, since, until string
	bom, damaged         bool
}

func (a *app) auditExportCommand() *cobra.Command {
	var x export
	c := &cobra.Command{Use: "export", Short: "Export the access log, oldest first, once it was found unbroken", Args: cobra.NoArgs,
		Long: "--format csv has a header line; --format json has one object a line, the last with the number of entries and the chain's head.\n" +
			"Times are UTC; the days of --since and --until are this machine's. Nothing is written where the log was changed or cut: exit 10, and\n" +
			"audit verify names the entry. With --damaged what there is is written, and the exit code is 10 all the same. That the log was\n" +
			"exported is logged.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.signedIn(cmd.Context(), func(ctx context.Context, s *client.Session) error { return a.export(ctx, s, x) })
		}}
	f := c.Flags()
	f.StringVar(&x.format, "format", "csv", "csv or json")
	f.StringVar(&x.since, "since", "", "first day, YYYY-MM-DD")
	f.StringVar(&x.until, "until", "", "last day, YYYY-MM-DD")
	f.BoolVar(&x.bom, "bom", false, "begin CSV with a byte-order mark, for spreadsheets that take it for another encoding without")
	f.BoolVar(&x.damaged, "damaged", false, "export what there is of a log that was changed or cut, damaged entries marked")
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
	if err := s.LogUsed(ctx, "export"); err != nil {
		return err
	}
	state, broken := s.VerifyLog(ctx)
	if broken == nil {
		broken, err = unreadable(ctx, s)
	}
	if err != nil || (broken != nil && (!x.damaged || ehrdesk.CodeOf(broken) != ehrdesk.CodeTampered)) {
		return first(err, broken)
	}
	w := csv.NewWriter(a.out)
	if x.format == "csv" {
		if err := x.begin(a.out, w); err != nil {
			return err
		}
	}
	n := int64(0)
	err = s.EachAccess(ctx, func(seq int64, e ehrdesk.AuditEvent) error {
		// What has no time is in every range: nobody can say that it is not.
		if !e.At.IsZero() && (e.At.Before(from) || !e.At.Before(to.AddDate(0, 0, 1))) {
			return ctx.Err()
		}
		n++
		if x.format == "json" {
			return a.asJSON(auditLine(seq, e))
		}
		return w.Write(report.Cells(auditLine(seq, e).cells()...))
	})
	if err != nil {
		return err
	}
	if x.format == "csv" {
		w.Flush()
		return first(w.Error(), broken)
	}
	return first(a.asJSON(struct {
		Entries  int64  `json:"entries"` // of the whole log
		Head     string `json:"head"`
		Exported int64  `json:"exported"`
	}{state.Entries, fmt.Sprintf("%x", state.Head), n}), broken)
}

func (x *export) begin(out io.Writer, w *csv.Writer) error {
	if x.bom {
		if _, err := io.WriteString(out, "\ufeff"); err != nil {
			return err
		}
	}
	return w.Write(strings.Fields(auditColumns))
}

// unreadable counts the entries that do not open, before anything is written.
func unreadable(ctx context.Context, s *client.Session) (broken, err error) {
	n := 0
	err = s.EachAccess(ctx, func(_ int64, e ehrdesk.AuditEvent) error {
		if e.Action == ehrdesk.AuditDamaged {
			n++
		}
		return ctx.Err()
	})
	return damage(n), err
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
