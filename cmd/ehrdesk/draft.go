package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

// draftJSON is a draft as `draft list`, `draft show` and `draft ask --confirm` print it.
type draftJSON struct {
	Draft   string   `json:"draft"`   // its id
	Kind    string   `json:"kind"`    // text
	Made    string   `json:"made"`    // UTC
	Program string   `json:"program"` // "" where the person wrote it
	Version string   `json:"version"`
	Host    string   `json:"host"` // where the text went: "this machine", or by the administrator's word
	Fields  []string `json:"fields"`
	Cut     bool     `json:"cut"`            // the program wrote more
	Text    string   `json:"text,omitempty"` // of list: none
}

func draftOf(d *ehrdesk.Draft) draftJSON {
	out := draftJSON{Draft: d.ID, Kind: string(d.Kind), Made: stamp(d.Made), Fields: []string{}, Cut: d.Cut}
	if s := d.Source; s != nil {
		out.Program, out.Version, out.Host = ehrdesk.CleanLine(s.Name), ehrdesk.CleanLine(s.Version), hostOf(s.Host)
		for _, k := range s.Fields {
			out.Fields = append(out.Fields, k.String())
		}
	}
	return out
}

// hostOf is where text goes, as a site's file says it.
func hostOf(host string) string {
	if host == "" {
		return thisMachine
	}
	return ehrdesk.CleanLine(host)
}

// words is the line for people: each says that it is a draft, and whose.
func (d draftJSON) words() string {
	by := "made by " + d.Program + " " + d.Version + " at " + d.Host
	if d.Program == "" {
		by = "written by you"
	}
	out := "DRAFT · " + by + " · " + d.Made + " · " + d.Draft
	if d.Cut {
		out += " · the program wrote more; this is the beginning"
	}
	return out
}

// drafting is what each of the commands is told.
type drafting struct {
	purpose, reason string
	confirm         string
	yes             bool
}

const draftsLong = "Standard input: the HKIC or eHR number, one line. The record is opened: the access is logged and the patient is normally notified.\n"

func (a *app) draftCommand() *cobra.Command {
	var in drafting
	c := &cobra.Command{Use: "draft", Short: "Your drafts about a patient, which a program of the administrator's wrote; no record, and read by no rule"}
	ask := a.draftsOfCommand(&in, &cobra.Command{Use: "ask NAME --purpose P", Short: "Print what a program would be given and where it goes, and with --confirm have it write a draft", Args: cobra.ExactArgs(1),
		Long: draftsLong + "Without --confirm nothing is given to the program: each line that would be is printed, and last the word that --confirm takes, which is of this program, version, host, kinds of record and numbers of lines."}, a.askDraft)
	ask.Flags().StringVar(&in.confirm, "confirm", "", "the word that was printed: what it would be given is given")
	discard := a.draftsOfCommand(&in, &cobra.Command{Use: "discard ID --yes --purpose P", Short: "Destroy one of your drafts", Args: cobra.ExactArgs(1), Long: draftsLong}, a.discardDraft)
	discard.Flags().BoolVar(&in.yes, "yes", false, "it is meant: the draft is destroyed")
	c.AddCommand(
		a.draftsOfCommand(&in, &cobra.Command{Use: "list --purpose P", Short: "List your drafts about a patient, the latest first, without their texts", Args: cobra.NoArgs, Long: draftsLong}, a.listDrafts),
		a.draftsOfCommand(&in, &cobra.Command{Use: "show ID --purpose P", Short: "Print one of your drafts", Args: cobra.ExactArgs(1), Long: draftsLong + "For people each line of the text begins with DRAFT."}, a.showDraft),
		ask, discard)
	return c
}

// opened is a chart that a command works with.
type opened struct {
	chart   ehrdesk.Chart
	session *client.Session
	arg     string
	in      *drafting
}

// draftsOfCommand has a command open a patient's record first.
func (a *app) draftsOfCommand(in *drafting, c *cobra.Command, do func(context.Context, opened) error) *cobra.Command {
	op := "draft"
	c.RunE = func(cmd *cobra.Command, args []string) error {
		p, err := ehrdesk.ParsePurpose(in.purpose)
		if err != nil {
			return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "--purpose is one of %s", purposes())
		}
		if cmd.Name() == "discard" && !in.yes {
			return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a draft that is discarded is destroyed: say so with --yes")
		}
		n, err := a.readNumber()
		if err != nil {
			return renamed(op, err)
		}
		return a.signedIn(cmd.Context(), func(ctx context.Context, s *client.Session) error {
			chart, err := s.Open(ctx, n, p, in.reason)
			if err != nil {
				return renamed(op, err)
			}
			return first(do(ctx, opened{chart, s, strings.Join(args, ""), in}), chart.Close())
		})
	}
	c.Flags().StringVar(&in.purpose, "purpose", "", "why the record is opened: "+purposes())
	c.Flags().StringVar(&in.reason, "reason", "", "the reason in words, for --purpose other (no personal data: it is part of the command line)")
	return c
}

func (a *app) listDrafts(ctx context.Context, o opened) error {
	all, err := o.session.Drafts(ctx, o.chart.Patient().ID)
	if err != nil {
		return renamed("draft list", err)
	}
	for i := range all {
		j := draftOf(&all[i])
		if err := a.line(j, j.words()); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) showDraft(ctx context.Context, o opened) error {
	all, err := o.session.Drafts(ctx, o.chart.Patient().ID)
	if err != nil {
		return renamed("draft show", err)
	}
	i := slices.IndexFunc(all, func(d ehrdesk.Draft) bool { return d.ID == o.arg })
	if i < 0 {
		return ehrdesk.Errorf("draft show", ehrdesk.CodeNotFound, "you have no such draft about this patient")
	}
	return a.printDraft(&all[i])
}

// printDraft prints a draft with its text; for people each line of it says what it is.
func (a *app) printDraft(d *ehrdesk.Draft) error {
	j := draftOf(d)
	words := j.words()
	j.Text = d.Text
	for l := range strings.SplitSeq(d.Text, "\n") {
		words += "\nDRAFT | " + l
	}
	return a.line(j, words)
}

func (a *app) discardDraft(ctx context.Context, o opened) error {
	const op = "draft discard"
	who := o.chart.Patient().ID
	all, err := o.session.Drafts(ctx, who)
	if err != nil {
		return renamed(op, err)
	}
	if !slices.ContainsFunc(all, func(d ehrdesk.Draft) bool { return d.ID == o.arg }) {
		return ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "you have no such draft about this patient")
	}
	if err := o.session.DiscardDraft(ctx, who, o.arg); err != nil {
		return renamed(op, err)
	}
	return a.line(struct {
		Discarded string `json:"discarded"`
	}{o.arg}, fmt.Sprintf("discarded: %s", o.arg))
}
