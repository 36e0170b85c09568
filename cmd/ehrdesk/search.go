package main

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// snippetCells is how much of a text a hit shows.
const snippetCells = 60

// searchInput is what search takes on standard input.
type searchInput struct {
	Number string `json:"number"`
	Query  string `json:"query"`
}

// hitJSON is a hit as `search --json` prints it.
type hitJSON struct {
	Type     ehrdesk.RecordType `json:"type"`
	Resource string             `json:"resource"`
	ID       string             `json:"id"`
	Date     string             `json:"date"` // by the clock of the desk
	Title    string             `json:"title"`
	Source   string             `json:"source"`
	Snippet  string             `json:"snippet"`
	Where    string             `json:"where"`

	day    string
	marked string
}

// searchedJSON is the last line: a search that found nothing says what it did not read.
type searchedJSON struct {
	Searched    int             `json:"searched"` // records
	NotSearched notSearchedJSON `json:"not_searched"`
	AsOf        string          `json:"as_of"`
}

type notSearchedJSON struct {
	Restricted  int `json:"restricted"`
	ImageOnly   int `json:"image_only"`
	HiddenTypes int `json:"hidden_types"`
	NotSynced   int `json:"not_synced"`
	AwayTypes   int `json:"away_types"`
	Cut         int `json:"cut"`
	TooMuch     int `json:"too_much"`
	Unread      int `json:"unread"`
}

func (a *app) searchCommand() *cobra.Command {
	var purpose, reason string
	c := &cobra.Command{
		Use:   "search --purpose P",
		Short: "Open a patient's shared record and print what holds every word of a query",
		Long: `Standard input: {"number","query"}. The access is logged and the patient is normally notified.` + "\n" +
			"A line a hit, the best first, and last how many records were searched and what was not.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			const op = "search"
			p, err := ehrdesk.ParsePurpose(purpose)
			if err != nil {
				return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "--purpose is one of %s", purposes())
			}
			var in searchInput
			if err := a.readJSON(op, &in); err != nil {
				return err
			}
			n, err := parseNumber(in.Number)
			if err != nil {
				return renamed(op, err)
			}
			if strings.TrimSpace(ehrdesk.CleanLine(in.Query)) == "" {
				return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "there is no query")
			}
			return a.signedIn(cmd.Context(), func(ctx context.Context, s *client.Session) error {
				chart, err := s.Open(ctx, n, p, reason)
				if err != nil {
					return renamed(op, err)
				}
				return first(a.printHits(ctx, chart, s, in.Query), chart.Close())
			})
		},
	}
	c.Flags().StringVar(&purpose, "purpose", "", "why the record is opened: "+purposes())
	c.Flags().StringVar(&reason, "reason", "", "the reason in words, for --purpose other (no personal data: it is part of the command line)")
	return c
}

// printHits brings the copy into step, reads it, and prints what is found.
func (a *app) printHits(ctx context.Context, chart ehrdesk.Chart, s ehrdesk.Session, query string) error {
	const op = "search"
	if err := a.inStep(ctx, op, chart, s); err != nil {
		return err
	}
	if err := chart.ReadTexts(ctx, nil); err != nil {
		return renamed(op, err)
	}
	said := english(a.names)
	more, kept, err := chart.SearchKept(ctx, query)
	if err != nil {
		return renamed(op, err)
	}
	for _, r := range append(chart.Search(query), more...) {
		line := hitLine(said, &r, chart.Excerpt(query, r.Ref(), snippetCells))
		if err := a.line(line, line.words()); err != nil {
			return err
		}
	}
	end := searchedOf(chart, kept)
	return a.line(end, end.words())
}

func hitLine(said text.Words, r *ehrdesk.Record, e ehrdesk.Excerpt) hitJSON {
	row := said.Whole(r)
	places := [...]string{ehrdesk.InTitle: "title", ehrdesk.InValue: "value", ehrdesk.InElement: "element", ehrdesk.InNote: "note", ehrdesk.InDocument: "document"}
	return hitJSON{Type: r.Type(), Resource: r.Resource, ID: r.ID, Date: r.Date.In(time.Local).String(), Title: row.Title, Source: ehrdesk.CleanLine(r.Source),
		Snippet: e.Text, Where: places[e.Place], day: row.Time, marked: text.Marked(e)}
}

// words is the line for people, the words found in ‹ ›.
func (h hitJSON) words() string {
	words := []string{h.Type.String(), h.day, h.Title}
	for _, w := range []string{h.Source, h.marked} {
		if w != "" {
			words = append(words, w)
		}
	}
	return strings.Join(words, " · ")
}

// searchedOf says how much was searched, of which so many records on the disk.
func searchedOf(chart ehrdesk.Chart, kept int) searchedJSON {
	u := chart.Unread()
	u.TooMuch = max(0, u.TooMuch-kept)
	out := searchedJSON{NotSearched: notSearchedJSON{Restricted: u.Restricted, ImageOnly: u.Textless, HiddenTypes: u.Hidden, NotSynced: u.Lacking,
		AwayTypes: u.Away, Cut: u.Cut, TooMuch: u.TooMuch, Unread: u.Pending}}
	for _, t := range ehrdesk.RecordTypes() {
		out.Searched += len(chart.List(t))
	}
	at, _ := chart.AsOf()
	out.AsOf = stamp(at)
	return out
}

// words is the line for people.
func (s searchedJSON) words() string {
	out := text.Sprintf("%d record{s} searched", s.Searched)
	n, not := s.NotSearched, []string{}
	for _, p := range []struct {
		n     int
		words string
	}{
		{n.Restricted, "restricted record{s}"}, {n.ImageOnly, "attachment{s} without text that can be read"}, {n.HiddenTypes, "type{s} that {is|are} not seen whole"},
		{n.NotSynced, "record{s} not synced"}, {n.AwayTypes, "type{s} not fetched whole"}, {n.Cut, "record{s} of which the beginning alone was read"},
		{n.TooMuch + n.Unread, "record{s} of which the overview alone was read"},
	} {
		if p.n > 0 {
			not = append(not, text.Sprintf("%d "+p.words, p.n))
		}
	}
	if len(not) > 0 {
		out += " · not searched: " + strings.Join(not, ", ")
	}
	return out
}
