package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/ehrdesk/ehrdesk/internal/report"
)

// auditReport is which events somebody wants to have, and in which form.
type auditReport struct {
	central.Select
	from, to, purpose, format string
}

func (p *program) auditExportCommand() *cobra.Command {
	var x auditReport
	c := &cobra.Command{
		Use: "export", Short: "The events of the access log, all or those that are meant, as JSON, CSV, text or a signed report", Args: cobra.NoArgs,
		Long: "The events of the access log, oldest first: all, or those that fit every flag given. --format json has a line an event, with the chain; csv has a header line; text is for a person; signed is that text with the centre's signature below, which \"ehrcentral audit check\" holds it against. " +
			"For text and signed the whole log is followed first: where it was changed or cut the report says so, and the exit code is 10. --ehr-number - reads the number from standard input. --purpose is that of an opening: what was read afterwards states none.",
		RunE: func(cmd *cobra.Command, _ []string) error { return p.auditExport(cmd, x) },
	}
	f := c.Flags()
	f.StringVar(&x.from, "from", "", "done, or told of, from this day on, 2026-11-28, or from an instant")
	f.StringVar(&x.to, "to", "", "and before this one")
	f.StringVar(&x.HCP, "hcp", "", "at this provider, by its number")
	f.StringVar(&x.Staff, "by", "", "by this person, by staff id")
	f.StringVar(&x.EHR, "ehr-number", "", "about this participant, - for standard input")
	f.StringVar(&x.purpose, "purpose", "", "opened for this: "+purposes())
	f.BoolVar(&x.Restricted, "restricted", false, "about restricted records")
	f.BoolVar(&x.Unusual, "unusual", false, "that somebody has to look at")
	f.StringVar(&x.format, "format", "json", "json, csv, text or signed")
	return c
}

func purposes() string {
	var names []string
	for _, purpose := range ehrdesk.Purposes() {
		names = append(names, string(purpose))
	}
	return strings.Join(names, ", ")
}

func (p *program) auditExport(cmd *cobra.Command, x auditReport) (err error) {
	const op = "audit"
	if x.From, err = day(x.from); err != nil {
		return err
	}
	if x.To, err = day(x.to); err != nil {
		return err
	}
	if x.purpose != "" {
		if x.Purpose, err = ehrdesk.ParsePurpose(x.purpose); err != nil {
			return err
		}
	}
	if x.EHR == "-" {
		if x.EHR, err = p.readNumber(op); err != nil {
			return err
		}
	}
	if x.EHR != "" {
		n, err := ehrdesk.ParseEHRNumber(x.EHR)
		if err != nil {
			return err
		}
		x.EHR = n.Compact()
		p.about = x.EHR
	}
	return p.with(cmd, central.Options{}, func(c *central.Centre) error {
		switch x.format {
		case "json":
			return c.ExportAudit(cmd.Context(), x.Select, func(l central.AuditLine) error { return p.line(l) })
		case "csv":
			return p.auditCSV(cmd, c, x)
		case "text", "signed":
			return p.auditText(cmd, c, x)
		}
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "--format is json, csv, text or signed")
	})
}

// auditColumns are the names of an event's cells.
const auditColumns = "n id at acted_at action staff role hcp location desk patient purpose reason kinds outcome card_proof access what reported_by marks times last_at digest hash"

func auditCells(l *central.AuditLine) []string {
	times := ""
	if l.Times > 0 {
		times = fmt.Sprint(l.Times)
	}
	return []string{fmt.Sprint(l.N), l.ID, l.At, l.Acted, l.Action, l.Staff, l.Role, l.HCP, l.Location, l.Client, l.Patient, l.Purpose, l.Reason, strings.Join(l.Kinds, " "), l.Outcome,
		l.Proof, l.Part.Access, l.What, l.Reporter, strings.Join(l.Marks, " "), times, l.Last, l.Digest, l.Hash}
}

func (p *program) auditCSV(cmd *cobra.Command, c *central.Centre, x auditReport) error {
	w := csv.NewWriter(p.stdout)
	w.UseCRLF = true
	if w.Write(strings.Fields(auditColumns)) != nil {
		return errOut
	}
	err := c.ExportAudit(cmd.Context(), x.Select, func(l central.AuditLine) error {
		if w.Write(report.Cells(auditCells(&l)...)) != nil {
			return errOut
		}
		return nil
	})
	if w.Flush(); err == nil && w.Error() != nil {
		return errOut
	}
	return err
}

// auditText writes what is meant for a person to read and to hand on, after the log was
// followed from its first event.
func (p *program) auditText(cmd *cobra.Command, c *central.Centre, x auditReport) error {
	found, err := c.VerifyAudit(cmd.Context(), nil)
	if err != nil {
		return err
	}
	var rows bytes.Buffer
	n := 0
	err = c.ExportAudit(cmd.Context(), x.Select, func(l central.AuditLine) error {
		n++
		rows.WriteString(auditWords(&l) + "\n")
		return nil
	})
	if err != nil {
		return err
	}
	now := time.Now()
	state := "unbroken"
	if len(found.Faults) > 0 {
		state = fmt.Sprintf("CHANGED OR CUT: %d faults, the first is \"%s\" at event %d", len(found.Faults), found.Faults[0].Kind, found.Faults[0].N)
	}
	head := report.Head{Title: "Access log of the central service", Made: now, By: operator(), Log: fmt.Sprintf("%d events, head %s", found.Entries, found.Head), Found: state, Meant: x.meant(), Entries: n}
	out := append(head.Text(), rows.Bytes()...)
	if x.format == "signed" {
		if out, err = c.SignReport(out, now); err != nil {
			return err
		}
	}
	if _, err := p.stdout.Write(out); err != nil {
		return errOut
	}
	if len(found.Faults) > 0 {
		return ehrdesk.Errorf("audit", ehrdesk.CodeTampered, "the access log is not as it was written")
	}
	return nil
}

// meant says what a report is limited to.
func (x *auditReport) meant() []string {
	var out []string
	add := func(label, value string) {
		if value != "" {
			out = append(out, label+" "+value)
		}
	}
	add("from", stampOf(x.From))
	add("before", stampOf(x.To))
	add("provider", x.HCP)
	add("by", x.Staff)
	add("about participant", x.EHR)
	add("opened for", string(x.Purpose))
	if x.Restricted {
		add("restricted", "records")
	}
	if x.Unusual {
		add("unusual", "events")
	}
	return out
}

func stampOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// auditWords is an event on one line.
func auditWords(l *central.AuditLine) string {
	w := fmt.Sprint(l.N, " ", l.At)
	for _, s := range []struct{ label, value string }{{"done ", l.Acted}, {"", l.Staff}, {"", l.Role}, {"at ", l.HCP}, {"in ", l.Location}, {"", l.Action}, {"", l.What}, {"patient ", l.Patient}, {"for ", l.Purpose}, {"reason: ", l.Reason},
		{"kinds: ", strings.Join(l.Kinds, " ")}, {"", l.Outcome}, {"card: ", l.Proof}, {"reported by ", l.Reporter}, {"marks: ", strings.Join(l.Marks, " ")}, {"", foundAgain(l)}} {
		if s.value != "" {
			w += " · " + s.label + s.value
		}
	}
	return ehrdesk.CleanLine(w)
}

// foundAgain says how often an incident was found, "" for once.
func foundAgain(l *central.AuditLine) string {
	if l.Times == 0 {
		return ""
	}
	return fmt.Sprintf("found %d times, last %s", l.Times, l.Last)
}

func (p *program) auditCheckCommand() *cobra.Command {
	return &cobra.Command{
		Use: "check FILE", Short: "Hold a signed report against its signature", Args: cobra.ExactArgs(1),
		Long: "Hold a signed report (- is standard input) against its signature, the centre's or that of a desk which the centre knows. It prints {\"report\",\"by\",\"signed_at\",\"signer\"}: ok, altered (there is a signature and it does not hold; line_ends_only says that nothing but line ends is other), other-key (signed by a key that the centre does not know) or unsigned (there is no signature at all); signer is whose key a desk's is: person, account, role, provider, since when, and when it ended. Exit 0 for ok alone, 2 for unsigned, else 10.",
		RunE: func(cmd *cobra.Command, files []string) error {
			return p.with(cmd, central.Options{}, func(c *central.Centre) error {
				return p.eachFile("audit", files, func(r io.Reader, _ string) error {
					b, err := report.Read(r)
					if err != nil {
						return err
					}
					found, err := c.CheckReport(cmd.Context(), b)
					if err != nil {
						return err
					}
					if err := p.line(found.Line()); err != nil {
						return err
					}
					return found.Err()
				})
			})
		},
	}
}

// day reads a day, which begins by the clock of Hong Kong, or an instant.
func day(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if t, err := central.Day(s); err == nil {
		return t, nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return t, ehrdesk.Errorf("audit", ehrdesk.CodeInvalid, "a day is 2026-11-28, an instant 2026-11-28T09:00:00Z")
	}
	return t, nil
}
