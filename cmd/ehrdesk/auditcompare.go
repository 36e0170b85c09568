package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/report"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// compareFlags are which period is compared, and in which form.
type compareFlags struct {
	logFlags
	format string
	all    bool
}

func (a *app) auditCompareCommand() *cobra.Command {
	var x compareFlags
	c := &cobra.Command{Use: "compare", Short: "Hold this desk's log against what the centre wrote down of the provider", Args: cobra.NoArgs,
		Long: "For a security officer, with the line. Openings, consents, verifications and releases of both logs are put beside each other and what is not\n" +
			"the same is named; --all lists what is, too. Of the last seven days where no day is given. Exit 10 where somebody has to look into a\n" +
			"difference: an act that one log has and the other ought to have, another person, another purpose. That it was asked for is logged, here\n" +
			"and at the centre, also where it is refused.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !slices.Contains([]string{"text", "csv", "json", "signed"}, x.format) {
				return ehrdesk.Errorf("audit.compare", ehrdesk.CodeInvalid, "--format is text, csv, json or signed")
			}
			period, err := x.filter("audit.compare")
			if err != nil {
				return err
			}
			return a.signedIn(cmd.Context(), func(ctx context.Context, s *client.Session) error { return a.compareAudit(ctx, s, x, period) })
		}}
	x.addDays(c)
	c.Flags().StringVar(&x.format, "format", "text", "text, csv, json or signed")
	c.Flags().BoolVar(&x.all, "all", false, "what is the same at both, too")
	return c
}

// week is how far back the logs are compared where no day is given.
const week = 7 * 24 * time.Hour

// comparedRow is one act of either log as it is written.
type comparedRow struct {
	At         string             `json:"at"`
	Action     string             `json:"action"`
	Staff      string             `json:"staff"`
	Patient    string             `json:"patient,omitempty"`
	Purpose    string             `json:"purpose,omitempty"`
	Here       int64              `json:"here,omitzero"`    // number of the desk's entry
	Centre     string             `json:"centre,omitempty"` // id of the centre's event
	CentreAt   string             `json:"centre_at,omitempty"`
	Difference ehrdesk.Difference `json:"difference"`
	Words      string             `json:"words"`
	Fault      bool               `json:"fault"`
}

const comparedColumns = "at action staff patient purpose here centre centre_at difference words fault"

func (r comparedRow) cells() []string {
	here := ""
	if r.Here > 0 {
		here = fmt.Sprint(r.Here)
	}
	return []string{r.At, r.Action, r.Staff, r.Patient, r.Purpose, here, r.Centre, r.CentreAt, string(r.Difference), r.Words, fmt.Sprint(r.Fault)}
}

func comparedRowOf(c *ehrdesk.Compared) comparedRow {
	words := &text.New().Log
	r := comparedRow{At: stamp(c.At()), Difference: c.Difference, Words: ehrdesk.CleanLine(words.Difference(c, func(p ehrdesk.Purpose) string { return string(p) }, text.English)), Fault: c.Difference.Fault()}
	e := c.Event()
	r.Action, r.Staff, r.Patient, r.Purpose = ehrdesk.CleanLine(string(e.Action)), ehrdesk.CleanLine(e.Staff), ehrdesk.CleanLine(e.Patient), ehrdesk.CleanLine(string(e.Purpose))
	if c.Centre != nil {
		r.Centre, r.CentreAt = ehrdesk.CleanLine(c.Centre.ID), stamp(c.Centre.At)
	}
	if c.Here != nil {
		r.Here = c.Here.Seq
	}
	return r
}

func (a *app) compareAudit(ctx context.Context, s *client.Session, x compareFlags, period ehrdesk.LogFilter) error {
	now := time.Now()
	if period.Until.IsZero() {
		period.Until = now
	}
	if period.Since.IsZero() {
		period.Since = period.Until.Add(-week)
	}
	found, err := s.CompareLogs(ctx, period.Since, period.Until)
	if err != nil {
		return err
	}
	var rows []comparedRow
	faults := 0
	count := map[ehrdesk.Difference]int{}
	for i := range found.Rows {
		r := comparedRowOf(&found.Rows[i])
		count[r.Difference]++
		if r.Fault {
			faults++
		}
		if x.all || r.Difference != ehrdesk.NoDifference {
			rows = append(rows, r)
		}
	}
	if err := a.writeCompared(s, x, &found, rows, count); err != nil {
		return err
	}
	if faults > 0 {
		return ehrdesk.Errorf("audit.compare", ehrdesk.CodeTampered, "%s", text.Sprintf("%d difference{s} that somebody has to look into", faults))
	}
	return nil
}

// writeCompared writes what was found in the form that was asked for.
func (a *app) writeCompared(s *client.Session, x compareFlags, found *ehrdesk.LogComparison, rows []comparedRow, count map[ehrdesk.Difference]int) error {
	if x.format == "csv" {
		w := csv.NewWriter(a.out)
		w.UseCRLF = true
		err := w.Write(strings.Fields(comparedColumns))
		for _, r := range rows {
			err = first(err, w.Write(report.Cells(r.cells()...)))
		}
		w.Flush()
		return written(first(err, w.Error()))
	}
	if x.format == "json" || x.format == "text" && a.json {
		for _, r := range rows {
			if err := a.asJSON(r); err != nil {
				return err
			}
		}
		counted := map[string]int{}
		for d, n := range count {
			if d != ehrdesk.NoDifference {
				counted[string(d)] = n
			}
		}
		return a.asJSON(struct {
			Since       string         `json:"since"`
			Until       string         `json:"until"`
			Compared    int            `json:"compared"`
			Same        int            `json:"same"`
			Differences map[string]int `json:"differences"`
			Unreadable  int            `json:"unreadable"` // entries of this desk, sealed to others or damaged
		}{stamp(found.Since), stamp(found.Until), len(found.Rows), count[ehrdesk.NoDifference], counted, found.Unreadable})
	}
	return a.writeReport(s, comparedText(s.Account(), found, rows, count), x.format == "signed")
}

// comparedText is what was found, for a person to read: all of it in the head, and below the
// rows that are meant; narrowed says how.
func comparedText(account ehrdesk.Account, found *ehrdesk.LogComparison, rows []comparedRow, count map[ehrdesk.Difference]int, narrowed ...string) []byte {
	var b bytes.Buffer
	for _, r := range rows {
		fmt.Fprintf(&b, "%s\n", ehrdesk.CleanLine(strings.Join([]string{r.At, r.Staff, r.Action, r.Patient, r.Purpose, r.Words}, " · ")))
	}
	h := report.Head{Title: "This desk's access log beside the centre's, provider " + account.Provider, Made: time.Now(), By: account.Staff + ", " + string(account.Role),
		Log: fmt.Sprintf("%d acts compared, %d the same, %d entries of this desk cannot be read", len(found.Rows), count[ehrdesk.NoDifference], found.Unreadable), Found: differencesIn(count),
		Meant: append([]string{"from " + stamp(found.Since), "before " + stamp(found.Until)}, narrowed...), Entries: len(rows)}
	return append(h.Text(), b.Bytes()...)
}

// differencesIn says how many there are of each, the gravest first.
func differencesIn(count map[ehrdesk.Difference]int) string {
	var out []string
	for _, d := range ehrdesk.Differences() {
		if n := count[d]; n > 0 {
			out = append(out, fmt.Sprintf("%d %s", n, d))
		}
	}
	if len(out) == 0 {
		return "no difference"
	}
	return strings.Join(out, ", ")
}
