package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
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
	logFlags
	format       string
	bom, damaged bool
}

func (a *app) auditExportCommand() *cobra.Command {
	var x export
	c := &cobra.Command{Use: "export", Short: "Export the access log, oldest first, once it was found unbroken", Args: cobra.NoArgs,
		Long: "--format csv has a header line; --format json has one object a line, the last with the number of entries and the chain's head; text is\n" +
			"for a person; signed is that text with this desk's signature below, which audit check holds it against, here or at the centre.\n" +
			"Entries that cannot be read are always there: nobody can say that they are not meant. The front desk is given its own entries.\n" +
			"Times are UTC; the days of --since and --until are this machine's. Nothing is written where the log was changed or cut: exit 10, and\n" +
			"audit verify names the entry. With --damaged what there is is written, and the exit code is 10 all the same. That the log was\n" +
			"exported is logged.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.signedIn(cmd.Context(), func(ctx context.Context, s *client.Session) error { return a.export(ctx, s, x) })
		}}
	f := c.Flags()
	f.StringVar(&x.format, "format", "csv", "csv, json, text or signed")
	x.add(c)
	f.BoolVar(&x.bom, "bom", false, "begin CSV with a byte-order mark, for spreadsheets that take it for another encoding without")
	f.BoolVar(&x.damaged, "damaged", false, "export what there is of a log that was changed or cut, damaged entries marked")
	return c
}

func (a *app) export(ctx context.Context, s *client.Session, x export) error {
	const op = "audit.export"
	if !slices.Contains([]string{"csv", "json", "text", "signed"}, x.format) {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "--format is csv, json, text or signed")
	}
	meant, err := x.filter(op)
	if err != nil {
		return err
	}
	if err := s.MayRead(ctx, "export", meant); err != nil {
		return err
	}
	state, broken := s.VerifyLog(ctx)
	if broken == nil {
		broken, err = unreadable(ctx, s)
	}
	if err != nil || (broken != nil && (!x.damaged || ehrdesk.CodeOf(broken) != ehrdesk.CodeTampered)) {
		return first(err, broken)
	}
	if x.format == "text" || x.format == "signed" {
		return first(a.exportText(ctx, s, &x, meant, state, broken), broken)
	}
	w := csv.NewWriter(a.out)
	w.UseCRLF = true
	if x.format == "csv" {
		if err := x.begin(a.out, w); err != nil {
			return err
		}
	}
	n := int64(0)
	err = s.EachMeant(ctx, meant, func(seq int64, e ehrdesk.AuditEvent) error {
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

// day is midnight of a day at this desk; zero without one.
func day(op, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.ParseInLocation("2006-01-02", text, time.Local)
	if err != nil {
		return t, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a day is YYYY-MM-DD")
	}
	return t, nil
}
