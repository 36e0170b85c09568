package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

func (a *app) chartCommand() *cobra.Command {
	var purpose, reason, only string
	var raw, banner bool
	c := &cobra.Command{
		Use:   "chart --purpose P",
		Short: "Open a patient's shared record and print it, a line a record",
		Long: "Standard input: the HKIC or eHR number, one line. The access is logged and the patient is normally notified.\n" +
			"--raw prints each record's exact bytes as received, one after the other; --banner one line with who the patient is,\n" +
			"what the banner warns of, how the allergies stand, how many records there are and how old they are.",
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
				return first(a.printChart(ctx, chart, s, want, raw, banner), chart.Close())
			})
		},
	}
	c.Flags().StringVar(&purpose, "purpose", "", "why the record is opened: "+purposes())
	c.Flags().StringVar(&reason, "reason", "", "the reason in words, for --purpose other (no personal data: it is part of the command line)")
	c.Flags().StringVar(&only, "type", "", "one of the eleven record types only")
	c.Flags().BoolVar(&raw, "raw", false, "the exact bytes of each record")
	c.Flags().BoolVar(&banner, "banner", false, "one line: name, birth, death, risks, allergies, consent, how many records, how old they are")
	c.MarkFlagsMutuallyExclusive("raw", "banner")
	c.MarkFlagsMutuallyExclusive("type", "banner")
	return c
}

func purposes() string {
	var out []string
	for _, p := range ehrdesk.Purposes() {
		out = append(out, string(p))
	}
	return strings.Join(out, ", ")
}

// inStep brings the copy into step. Where nothing is to be had from the centre now it says
// so, and how old the copy is: only without one is that an error.
func (a *app) inStep(ctx context.Context, op string, chart ehrdesk.Chart, s ehrdesk.Session) error {
	at, why, err := stepped(ctx, op, chart, s)
	if err == nil && !at.IsZero() {
		a.fromCopy("record", at, why)
	}
	return err
}

// stepped brings the copy into step. at is zero where that was done, else how old the copy
// is that there is in the place of an answer, and why tells what stands on the line.
func stepped(ctx context.Context, op string, chart ehrdesk.Chart, s ehrdesk.Session) (at time.Time, why ehrdesk.LineTrouble, err error) {
	at, cached := chart.AsOf()
	if l := s.Link(); cached && l.State == ehrdesk.Offline { // opened without the centre a moment ago
		err = ehrdesk.E(op, ehrdesk.CodeOffline, cmp.Or(l.Why, ehrdesk.TroubleCut))
	} else if _, err = chart.Sync(ctx, nil); err == nil {
		return time.Time{}, "", nil
	}
	if at.IsZero() || !passes(err) {
		return time.Time{}, "", renamed(op, err)
	}
	return at, ehrdesk.TroubleOf(err), nil
}

// fromCopy says on standard error that what is printed is of this desk's copy.
func (a *app) fromCopy(what string, at time.Time, t ehrdesk.LineTrouble) {
	why := ""
	if t != "" {
		why = " (" + string(t) + ")"
	}
	fmt.Fprintf(a.err, "ehrdesk: offline: the %s is %s%s\n", what, copyOf(at), why)
}

// passes reports an error of a sync that says nothing against the copy: of the line, of a
// centre that has a fault or asks to wait, of a list that was not read on in time.
func passes(err error) bool {
	var often *ehrdesk.TooOften
	switch ehrdesk.CodeOf(err) {
	case ehrdesk.CodeOffline, ehrdesk.CodeTimeout, ehrdesk.CodeConflict:
		return true
	}
	return ehrdesk.TroubleOf(err) != "" || errors.As(err, &often)
}

// printChart brings the copy into step and prints it.
func (a *app) printChart(ctx context.Context, chart ehrdesk.Chart, s ehrdesk.Session, want ehrdesk.RecordType, raw, banner bool) error {
	if err := a.inStep(ctx, "chart", chart, s); err != nil {
		return err
	}
	said := english(a.names)
	if banner {
		b := bannerOf(a.bookOf(chart, s))
		return a.line(b, b.words())
	}
	for _, t := range ehrdesk.RecordTypes() {
		if want != 0 && t != want {
			continue
		}
		for _, r := range chart.List(t) {
			if err := a.printRecord(ctx, chart, said, &r, raw); err != nil {
				return err
			}
		}
	}
	if !raw || want != 0 && want != ehrdesk.ClinicalNote {
		return nil
	}
	if c, signs := chart.(ehrdesk.SignatureReading); signs { // which are no rows, and bytes all the same
		for _, r := range c.Signing() {
			if err := a.printRecord(ctx, chart, said, &r, raw); err != nil {
				return err
			}
		}
	}
	return nil
}

func (a *app) printRecord(ctx context.Context, chart ehrdesk.Chart, said text.Words, r *ehrdesk.Record, raw bool) error {
	if raw {
		b, err := chart.Raw(ctx, r.Ref())
		if err != nil {
			return err
		}
		_, err = a.out.Write(append(b[:len(b):len(b)], '\n'))
		return written(err)
	}
	line := recordLine(said, r)
	line.Own = ownBy(ctx, chart, r.Ref())
	return a.line(line, line.words())
}
