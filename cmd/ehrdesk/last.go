package main

import (
	"context"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	clinical "github.com/ehrdesk/ehrdesk/internal/clinical/lastdone"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/lastdone"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/sections"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// lastJSON is a thing that was done, as `last --json` prints it, or an order that may be a
// duplicate; of what was not found the line that says so.
type lastJSON struct {
	Section  string `json:"section"` // a kind of record, duplicate-order, or none
	Resource string `json:"resource,omitempty"`
	ID       string `json:"id,omitempty"`
	Date     string `json:"date,omitempty"` // by the clock of the desk; missing where none is recorded
	Title    string `json:"title,omitempty"`
	Source   string `json:"source,omitempty"` // the institution
	Value    string `json:"value,omitempty"`  // how many records say so; of an order what it follows, and by which rule
	Empty    string `json:"empty,omitempty"`  // none-read: in what was read there is none, which is not that it was never done
	Note     string `json:"note,omitempty"`
}

// lastReadJSON is the last line: what was read, and what was not.
type lastReadJSON struct {
	Section string   `json:"section"` // coverage
	Read    int      `json:"read"`    // records of the kinds that are looked through
	NotSeen []string `json:"not_seen"`
	AsOf    string   `json:"as_of"`
}

// lastInput is what last takes on standard input, where that is no number alone.
type lastInput struct {
	Number string `json:"number"`
	What   string `json:"what"`
}

func (a *app) lastCommand() *cobra.Command {
	var purpose, reason string
	c := &cobra.Command{
		Use:   "last --purpose P",
		Short: "Open a patient's shared record and print when a test, an image or a vaccine was last done",
		Long: `Standard input: the HKIC or eHR number, one line, for all; or {"number","what"}, a name in English or Chinese. The access is logged and the patient is normally notified.` + "\n" +
			"A line each, the newest first, with the institution; orders of what was ordered or done shortly before come first. What is not found is none in what was read, which the last line tells, and not never.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			const op = "last"
			p, err := ehrdesk.ParsePurpose(purpose)
			if err != nil {
				return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "--purpose is one of %s", purposes())
			}
			n, what, err := a.readAsked(op)
			if err != nil {
				return renamed(op, err)
			}
			return a.signedIn(cmd.Context(), func(ctx context.Context, s *client.Session) error {
				chart, err := s.Open(ctx, n, p, reason)
				if err != nil {
					return renamed(op, err)
				}
				return first(a.printLast(ctx, chart, s, what), chart.Close())
			})
		},
	}
	c.Flags().StringVar(&purpose, "purpose", "", "why the record is opened: "+purposes())
	c.Flags().StringVar(&reason, "reason", "", "the reason in words, for --purpose other (no personal data: it is part of the command line)")
	return c
}

// readAsked reads a number alone, or an object with what is asked for beside it: what
// somebody looks for in a record is no part of a command line.
func (a *app) readAsked(op string) (n ehrdesk.Number, what string, err error) {
	if in, ok := a.in.(*os.File); ok && term.IsTerminal(int(in.Fd())) {
		n, err = a.readNumber()
		return n, "", err
	}
	b, err := io.ReadAll(io.LimitReader(a.in, maxInput))
	if err != nil {
		return n, "", ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "standard input cannot be read")
	}
	a.in = strings.NewReader(string(b))
	if !strings.HasPrefix(strings.TrimSpace(string(b)), "{") {
		n, err = a.readNumber()
		return n, "", err
	}
	var in lastInput
	if err := a.readJSON(op, &in); err != nil {
		return n, "", err
	}
	if n, err = parseNumber(in.Number); err != nil {
		return n, "", err
	}
	if what = strings.TrimSpace(ehrdesk.CleanLine(in.What)); what == "" {
		return n, "", ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "nothing is asked for: without what, give the number alone")
	}
	return n, what, nil
}

// printLast brings the copy into step and prints the answer.
func (a *app) printLast(ctx context.Context, chart ehrdesk.Chart, s ehrdesk.Session, what string) error {
	if err := a.inStep(ctx, "last", chart, s); err != nil {
		return err
	}
	b := a.bookOf(chart, s)
	all := lastdone.Answer(b, what)
	for i := range all {
		for k := range all[i].Lines {
			l := &all[i].Lines[k]
			j := lastJSON{Section: all[i].ID, Resource: l.Rec.Resource, ID: l.Rec.ID, Date: l.Rec.Date.In(time.Local).String(), Title: l.Title, Source: ehrdesk.CleanLine(l.Rec.Source), Value: l.Value}
			if err := a.line(j, lastWords(&all[i], l)); err != nil {
				return err
			}
		}
		if all[i].Why != "" {
			if err := a.line(lastJSON{Section: all[i].ID, Empty: all[i].Empty, Note: all[i].Why}, all[i].Why); err != nil {
				return err
			}
		}
	}
	end := lastRead(b)
	return a.line(end, end.words())
}

// lastWords is a line for people.
func lastWords(s *sections.Section, l *sections.Line) string {
	words := []string{s.Name}
	for _, w := range l.Said() {
		if w != "" {
			words = append(words, w)
		}
	}
	return strings.Join(words, " · ")
}

// lastRead is what was read.
func lastRead(b *page.Book) lastReadJSON {
	out := lastReadJSON{Section: "coverage", NotSeen: []string{}}
	seen := map[ehrdesk.RecordType]bool{}
	for _, k := range clinical.Kinds() {
		if b.Of(k) != page.Seen {
			out.NotSeen = append(out.NotSeen, k.String())
		}
		if t := k.Type(); !seen[t] {
			seen[t] = true
			out.Read += len(b.Chart.List(t))
		}
	}
	at, _ := b.Chart.AsOf()
	out.AsOf = stamp(at)
	return out
}

// words is the line for people.
func (r lastReadJSON) words() string {
	out := text.Sprintf("%d record{s} read", r.Read)
	if len(r.NotSeen) > 0 {
		out += " · not all seen: " + strings.Join(r.NotSeen, ", ")
	}
	return out
}
