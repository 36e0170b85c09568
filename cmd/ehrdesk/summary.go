package main

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/clinical/medication"
	"github.com/ehrdesk/ehrdesk/internal/clinical/results"
	"github.com/ehrdesk/ehrdesk/internal/clinical/standing"
	"github.com/ehrdesk/ehrdesk/internal/clinical/summary"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// summaryJSON is a line of a section as `summary --json` prints it; of a section without
// lines the one that says why.
type summaryJSON struct {
	Section  string `json:"section"`
	Resource string `json:"resource,omitempty"`
	ID       string `json:"id,omitempty"`
	Date     string `json:"date,omitempty"` // by the clock of the desk; of a problem and a drug since when
	Title    string `json:"title,omitempty"`
	Value    string `json:"value,omitempty"`
	Flag     string `json:"flag,omitempty"` // the flag of a result, the high-risk group of a drug
	Source   string `json:"source,omitempty"`
	Empty    string `json:"empty,omitempty"` // none, known-none, no-information, hidden, not-received, away, some-restricted, some-lacking
}

func (s summaryJSON) words() string {
	out := []string{s.Section}
	for _, w := range [...]string{s.Empty, s.Date, s.Title, s.Value, s.Flag, s.Source} {
		if w != "" {
			out = append(out, w)
		}
	}
	return strings.Join(out, " · ")
}

func (a *app) summaryCommand() *cobra.Command {
	var purpose, reason string
	c := &cobra.Command{
		Use:   "summary --purpose P",
		Short: "Open a patient's shared record and print its summary",
		Long: "The number is read from standard input. The access is logged and the patient is normally notified.\n" +
			"A line an entry, section by section in the order of IPS; a section without entries says why.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			const op = "summary"
			p, err := ehrdesk.ParsePurpose(purpose)
			if err != nil {
				return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "--purpose is one of %s", purposes())
			}
			n, err := a.readNumber()
			if err != nil {
				return renamed(op, err)
			}
			return a.signedIn(cmd.Context(), func(ctx context.Context, s *client.Session) error {
				chart, err := s.Open(ctx, n, p, reason)
				if err != nil {
					return renamed(op, err)
				}
				return first(a.printSummary(ctx, chart, s.Account().Role), chart.Close())
			})
		},
	}
	c.Flags().StringVar(&purpose, "purpose", "", "why the record is opened: "+purposes())
	c.Flags().StringVar(&reason, "reason", "", "the reason in words, for --purpose other (no personal data: it is part of the command line)")
	return c
}

// printSummary brings the copy into step and prints the sections.
func (a *app) printSummary(ctx context.Context, chart ehrdesk.Chart, role ehrdesk.Profession) error {
	if err := a.inStep(ctx, "summary", chart); err != nil {
		return err
	}
	at, _ := chart.AsOf()
	w := summarised{said: english(a.names), in: standing.In{Role: role, Types: chart.Summary(), AsOf: at, Truth: chart.Truth()}}
	for _, l := range w.lines(chart) {
		if err := a.line(l, l.words()); err != nil {
			return err
		}
	}
	return nil
}

// summarised words a summary.
type summarised struct {
	said text.Words
	in   standing.In
	out  []summaryJSON
}

func (w *summarised) lines(chart ehrdesk.Chart) []summaryJSON {
	s := summary.Of(chart.List, time.Now())
	none := "none"
	if s.NoProblems != nil {
		none = "known-none"
	}
	w.items("problems", ehrdesk.KindDiagnosis, none, s.Problems)
	w.allergies(chart.Allergies())
	none = "none"
	if s.NoDrugs != nil {
		if none = "no-information"; s.NoDrugs.None {
			none = "known-none"
		}
	}
	w.section("medication", ehrdesk.KindMedication, none, w.drugs(s.Drugs))
	w.section("results", ehrdesk.KindLaboratory, "none", w.results(s.Results))
	w.items("immunisations", ehrdesk.KindImmunisation, "none", s.Immunised)
	w.items("encounters", ehrdesk.KindEncounter, "none", s.Encounters)
	w.items("appointments", ehrdesk.KindEncounter, "none", s.Coming)
	w.items("referrals", ehrdesk.KindReferral, "none", s.Referrals)
	w.items("documents", ehrdesk.KindNote, "none", s.Documents)
	return w.out
}

// section adds a section's lines, and why there are none or not all.
func (w *summarised) section(name string, k ehrdesk.Kind, none string, lines []summaryJSON) {
	for i := range lines {
		lines[i].Section = name
	}
	w.out = append(w.out, lines...)
	stands := standing.Of(k, w.in)
	switch {
	case stands != standing.Seen:
		w.out = append(w.out, summaryJSON{Section: name, Empty: stands.String()})
	case len(lines) == 0:
		w.out = append(w.out, summaryJSON{Section: name, Empty: none})
	}
}

func (w *summarised) items(name string, k ehrdesk.Kind, none string, items []summary.Item) {
	var lines []summaryJSON
	for i := range items {
		l := w.line(&items[i].Record)
		if since := items[i].Since; !since.IsZero() {
			l.Date = since.In(time.Local).String()
		}
		var why []string
		for _, c := range items[i].Why {
			why = append(why, w.said.Concept(c))
		}
		if len(why) > 0 {
			l.Title, l.Value = strings.Join(why, " · "), l.Title
		}
		lines = append(lines, l)
	}
	w.section(name, k, none, lines)
}

// line is a record in the words of a list.
func (w *summarised) line(r *ehrdesk.Record) summaryJSON {
	row := w.said.Row(r)
	return summaryJSON{Resource: r.Resource, ID: r.ID, Date: r.Date.In(time.Local).String(), Title: row.Title, Value: row.Value, Source: ehrdesk.CleanLine(r.Source)}
}

func (w *summarised) drugs(all []medication.Drug) (lines []summaryJSON) {
	for i := range all {
		d := &all[i]
		f := w.said.Open(d.Lead)
		named := w.said.Drug(d.Lead, &f)
		l := w.line(d.Lead)
		l.Date, l.Title, l.Value, l.Flag = d.Since.In(time.Local).String(), named.String(), w.said.ShortDose(&f), w.said.HighRisk(d)
		lines = append(lines, l)
	}
	return lines
}

func (w *summarised) results(all []results.Latest) (lines []summaryJSON) {
	for i := range all {
		s := &all[i].Series
		last := s.Last()
		l := w.line(last.Record)
		l.Title, l.Value, l.Flag = w.said.Test(s.Term, s.Name, s.Title), strings.TrimSpace(last.Comparator+last.Number+" "+w.said.Unit(s.Unit)), w.said.FlagOf(last.Flag)
		lines = append(lines, l)
	}
	return lines
}

// allergies are the entries of the allergy line, or the state that it is in.
func (w *summarised) allergies(all ehrdesk.Allergies) {
	for _, en := range all.Entries {
		substance, reaction := w.said.Allergy(en)
		l := summaryJSON{Section: "allergies", Resource: en.Ref.Resource, ID: en.Ref.ID, Title: ehrdesk.CleanLine(substance), Value: ehrdesk.CleanLine(reaction)}
		if en.Unconfirmed {
			l.Flag = "unconfirmed"
		}
		w.out = append(w.out, l)
	}
	switch all.State {
	case ehrdesk.AllergyListed:
	case ehrdesk.AllergyNoneKnown:
		for _, n := range all.None {
			w.out = append(w.out, summaryJSON{Section: "allergies", Empty: "known-none", Resource: n.Ref.Resource, ID: n.Ref.ID, Date: n.Date.In(time.Local).String(), Title: ehrdesk.CleanLine(n.Scope), Source: ehrdesk.CleanLine(n.Source)})
		}
	case ehrdesk.AllergyNotRecorded:
		w.out = append(w.out, summaryJSON{Section: "allergies", Empty: "none"})
	case ehrdesk.AllergyCannotKnow:
		w.out = append(w.out, summaryJSON{Section: "allergies", Empty: "unavailable"})
	}
}
