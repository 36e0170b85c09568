package main

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/clinical/keypoints"
	"github.com/ehrdesk/ehrdesk/internal/clinical/standing"
	"github.com/ehrdesk/ehrdesk/internal/clinical/unseen"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/sections"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/summary"
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
	Flag     string `json:"flag,omitempty"` // the flag of a result, the high-risk group of a drug, a record's status
	Age      string `json:"age,omitempty"`  // of a result that does not speak for today
	Course   string `json:"course,omitempty"`
	Changed  string `json:"changed,omitempty"` // of a drug whose dose is another than it was at first: since when
	Source   string `json:"source,omitempty"`
	Empty    string `json:"empty,omitempty"` // none, not-recorded, known-none, no-information, hidden, not-received, away, some-restricted, some-lacking, unavailable
	Note     string `json:"note,omitempty"`  // what is said of the section beside its lines, and why it has none

	words string
}

// pointJSON is a clause of a key point as `summary --json` prints it; of a key point without
// clauses, and of the coverage, the words alone.
type pointJSON struct {
	Section string    `json:"section"`         // now, changed, to-do, coverage
	Since   string    `json:"since,omitempty"` // of changed: the day that it counts from
	Value   string    `json:"value"`
	Records []refJSON `json:"records,omitempty"` // that it cites, the newest first
	Note    string    `json:"note,omitempty"`    // which kinds are not all seen
	Rules   string    `json:"rules"`
}

// refJSON names a record.
type refJSON struct {
	Resource string `json:"resource"`
	ID       string `json:"id"`
}

// patientJSON is the first line of `summary --json`: whose summary it is, as the banner says.
type patientJSON struct {
	Section string `json:"section"`
	bannerJSON
}

func (a *app) summaryCommand() *cobra.Command {
	var purpose, reason string
	c := &cobra.Command{
		Use:   "summary --purpose P",
		Short: "Open a patient's shared record and print its summary",
		Long: "Standard input: the HKIC or eHR number, one line. The access is logged and the patient is normally notified.\n" +
			"The first line says whose it is, as a chart's banner does. Then the key points by rules, which are no clinical opinion: now, changed, to do, and what they were taken from. Then a line an entry, section by section in the order of IPS, in the words of the screen; a section without entries says why.",
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
				return first(a.printSummary(ctx, chart, s), chart.Close())
			})
		},
	}
	c.Flags().StringVar(&purpose, "purpose", "", "why the record is opened: "+purposes())
	c.Flags().StringVar(&reason, "reason", "", "the reason in words, for --purpose other (no personal data: it is part of the command line)")
	return c
}

// printSummary brings the copy into step and prints the sections that the screen shows.
func (a *app) printSummary(ctx context.Context, chart ehrdesk.Chart, s ehrdesk.Session) error {
	if err := a.inStep(ctx, "summary", chart, s); err != nil {
		return err
	}
	b := a.bookOf(chart, s)
	whose := patientJSON{Section: "patient", bannerJSON: bannerOf(b)}
	if err := a.line(whose, whose.words()); err != nil {
		return err
	}
	if err := knowsResults(ctx, b, s); err != nil {
		return err
	}
	points, all := summary.Summary(b)
	for i := range points {
		if err := a.printPoint(&points[i]); err != nil {
			return err
		}
	}
	for _, sec := range all {
		for _, l := range summaryLines(b, &sec) {
			if err := a.line(l, l.words); err != nil {
				return err
			}
		}
	}
	return nil
}

// bookOf is what the pages of a chart read from, in English and with no screen.
func (a *app) bookOf(chart ehrdesk.Chart, s ehrdesk.Session) *page.Book {
	env := &screen.Env{Session: s, Lang: text.English, T: text.New(), Codes: a.names, Rules: a.know, Now: time.Now}
	said := env.Facts()
	b := &page.Book{Env: env, Chart: chart, Types: chart.Summary, New: func(*ehrdesk.Record) bool { return false },
		Before: page.LookedBefore(chart),
		Row:    func(r *ehrdesk.Record) *text.Row { row := said.Row(r); return &row }}
	b.Checked = b.Check()
	return b
}

// knowsResults has a book know which abnormal results were opened and acknowledged here, for who sees results.
func knowsResults(ctx context.Context, b *page.Book, s ehrdesk.Session) error {
	watching, watches := s.(ehrdesk.ResultWatching)
	keeper, keeps := s.(ehrdesk.Acknowledging)
	if !watches || !keeps || !s.Account().Role.SeesResults() {
		return nil
	}
	patient := b.Chart.Patient().ID
	opened, err := watching.Openings(ctx, patient)
	if err != nil {
		return renamed("summary", err)
	}
	said, err := keeper.Acknowledged(ctx, patient)
	if err != nil {
		return renamed("summary", err)
	}
	all := unseen.Of(unseen.Given{List: b.Chart.List, Now: time.Now(), Opened: opened, Said: said, For: s.Account()})
	b.Unseen = func() []unseen.Result { return all }
	return nil
}

// printPoint prints a key point: for people a line, as the screen reads it; as JSON a line
// a clause.
func (a *app) printPoint(p *summary.Point) error {
	if !a.json {
		return a.line(nil, p.Words)
	}
	one := pointJSON{Section: p.ID, Since: p.Since, Note: p.Aside, Rules: keypoints.Version}
	for _, c := range p.Clauses {
		j := one
		j.Value = c.Words
		for _, r := range c.Records {
			j.Records = append(j.Records, refJSON{r.Resource, r.ID})
		}
		if err := a.line(j, ""); err != nil {
			return err
		}
	}
	switch {
	case p.ID == "coverage":
		one.Value = p.Words
	case len(p.Clauses) > 0:
		return nil
	}
	return a.line(one, "")
}

// summaryLines are the lines of a section, what stands beside them, and why there is none
// or not all is seen.
func summaryLines(b *page.Book, s *sections.Section) (out []summaryJSON) {
	said := func(parts ...string) string {
		have := []string{s.Name}
		for _, p := range parts {
			if p != "" {
				have = append(have, p)
			}
		}
		return strings.Join(have, " · ")
	}
	for i := range s.Lines {
		l := &s.Lines[i]
		j := summaryJSON{Section: s.ID, Resource: l.Rec.Resource, ID: l.Rec.ID, Title: l.Title, Value: l.Value, Flag: l.Flag, Age: l.Ago, Course: l.Course, Source: l.Source,
			Empty: s.Empty, words: said(l.Said()...)}
		if j.Date = l.Since.In(time.Local).String(); l.Since.IsZero() {
			j.Date = l.Rec.Date.In(time.Local).String()
		}
		if l.Altered {
			j.Changed = j.Date
		}
		out = append(out, j)
	}
	for _, note := range [...]string{s.Note, s.Below} {
		if note != "" {
			out = append(out, summaryJSON{Section: s.ID, Note: note, words: said(note)})
		}
	}
	switch {
	case s.Standing != standing.Seen:
		out = append(out, summaryJSON{Section: s.ID, Empty: s.Standing.String(), Note: b.Why(s.Standing), words: said(b.Why(s.Standing))})
	case len(s.Lines) == 0:
		out = append(out, summaryJSON{Section: s.ID, Empty: s.Empty, Note: s.Why, words: said(s.Why)})
	}
	return out
}
