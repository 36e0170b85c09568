package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/report"
)

// logFlags are which entries of the access log somebody wants.
type logFlags struct {
	by, patient, purpose, since, until string
	restricted                         bool
}

func (l *logFlags) add(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&l.by, "by", "", "by this person alone, by staff id")
	f.StringVar(&l.patient, "patient", "", "about this patient alone, by the id that the log has")
	f.StringVar(&l.purpose, "purpose", "", "opened for this purpose alone")
	f.BoolVar(&l.restricted, "restricted", false, "about restricted records alone")
	l.addDays(c)
}

func (l *logFlags) addDays(c *cobra.Command) {
	c.Flags().StringVar(&l.since, "since", "", "first day, YYYY-MM-DD")
	c.Flags().StringVar(&l.until, "until", "", "last day, YYYY-MM-DD")
}

// filter is what the flags ask for. Errors: CodeInvalid.
func (l *logFlags) filter(op string) (f ehrdesk.LogFilter, err error) {
	f = ehrdesk.LogFilter{By: l.by, Patient: l.patient, Restricted: l.restricted}
	if l.purpose != "" {
		if f.Purpose, err = ehrdesk.ParsePurpose(l.purpose); err != nil {
			return f, err
		}
	}
	if f.Since, err = day(op, l.since); err != nil {
		return f, err
	}
	if f.Until, err = day(op, l.until); err == nil && l.until != "" {
		f.Until = f.Until.AddDate(0, 0, 1) // the last day is in it
	}
	return f, err
}

// words say what was asked for.
func (l *logFlags) words() (out []string) {
	for _, f := range [...]struct{ label, value string }{{"from ", l.since}, {"to ", l.until}, {"by ", l.by}, {"about patient ", l.patient}, {"opened for ", l.purpose}} {
		if f.value != "" {
			out = append(out, f.label+f.value)
		}
	}
	if l.restricted {
		out = append(out, "restricted records")
	}
	return out
}

// exportText writes what is meant for a person to read and to hand on. broken is what is
// wrong with the log, nil for nothing.
func (a *app) exportText(ctx context.Context, s *client.Session, x *export, meant ehrdesk.LogFilter, state client.LogState, broken error) error {
	text, err := logText(ctx, s, meant, x.logFlags.words(), nil, state, broken)
	if err != nil {
		return err
	}
	return a.writeReport(s, text, x.format == "signed")
}

// logText is what is meant of this desk's log, said is how, for a person to read; of that
// those entries that only says, nil for all.
func logText(ctx context.Context, s *client.Session, meant ehrdesk.LogFilter, said []string, only func(seq int64) bool, state client.LogState, broken error) ([]byte, error) {
	var rows bytes.Buffer
	n := 0
	err := s.EachMeant(ctx, meant, func(seq int64, e ehrdesk.AuditEvent) error {
		if only != nil && !only(seq) {
			return ctx.Err()
		}
		n++
		r := auditLine(seq, e)
		rows.WriteString(r.utc() + "\n")
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	chain := fmt.Sprintf("unbroken; the centre has vouched up to entry %d", state.Vouched)
	if broken != nil {
		chain = "CHANGED OR CUT: " + ehrdesk.Message(broken)
	}
	account := s.Account()
	if account.Role == ehrdesk.FrontDesk && meant.By == "" {
		said = append(said, "by "+account.Staff)
	}
	h := report.Head{Title: "Access log of this desk, provider " + account.Provider, Made: time.Now(), By: account.Staff + ", " + string(account.Role), Log: fmt.Sprintf("%d entries, head %x", state.Entries, state.Head), Found: chain, Meant: said, Entries: n}
	return append(h.Text(), rows.Bytes()...), nil
}

// writeReport prints a report, with this desk's signature where it is to be signed.
func (a *app) writeReport(s *client.Session, text []byte, signed bool) (err error) {
	if signed {
		if text, err = s.SignReport(text); err != nil {
			return err
		}
	}
	_, err = a.out.Write(text)
	return written(err)
}

func (a *app) auditCheckCommand() *cobra.Command {
	return &cobra.Command{Use: "check FILE", Short: "Hold a signed report against its signature; needs no one signed in", Args: cobra.ExactArgs(1),
		Long: "Hold a signed report (- is standard input) against the keys that this desk knows: its own, and those of its centre. It says whose\n" +
			"key it is (person, account, role, provider), that there is a signature which does not hold, that it is signed by a key not known here, or\n" +
			"that there is no signature at all: exit 0 for the first alone, 2 for the last, else 10. Each byte counts, line ends too.",
		RunE: func(cmd *cobra.Command, files []string) (err error) {
			in := a.in
			if files[0] != "-" {
				f, err := os.Open(files[0])
				if err != nil {
					return ehrdesk.Errorf("audit.check", ehrdesk.CodeInvalid, "the file cannot be opened")
				}
				defer f.Close()
				in = io.Reader(f)
			}
			b, err := report.Read(in)
			if err != nil {
				return err
			}
			d, err := a.desk()
			if err != nil {
				return err
			}
			defer func() { err = first(err, d.Close()) }()
			found, err := d.CheckReport(cmd.Context(), b)
			if err != nil {
				return err
			}
			return first(a.line(found.Line(), found.Line().Words()), found.Err())
		}}
}
