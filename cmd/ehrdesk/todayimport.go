package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/arrivals"
)

const importing = "today import"

func (a *app) importCommand() *cobra.Command {
	var preview, dayFirst, monthFirst bool
	var encoding string
	c := &cobra.Command{
		Use: "import [FILE]", Short: "Take a clinic's list over: CSV, TSV, FHIR Appointments or iCalendar, from FILE or standard input", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o := arrivals.Options{Now: time.Now(), Encoding: arrivals.Encoding(encoding)}
			if encoding != "" && !slices.Contains(arrivals.Encodings(), o.Encoding) {
				return ehrdesk.Errorf(importing, ehrdesk.CodeInvalid, "--encoding is one of %s", strings.Join(encodings(), ", "))
			}
			switch {
			case dayFirst:
				o.Order = arrivals.DayFirst
			case monthFirst:
				o.Order = arrivals.MonthFirst
			}
			body, err := a.listBytes(args)
			if err != nil {
				return err
			}
			r, err := arrivals.Read(body, o)
			if err != nil {
				return renamed(importing, err)
			}
			return a.signedIn(cmd.Context(), func(ctx context.Context, s *client.Session) error { return a.importList(ctx, s, r, o.Now, preview) })
		},
	}
	c.Flags().BoolVar(&preview, "preview", false, "say what would change, and change nothing")
	c.Flags().StringVar(&encoding, "encoding", "", "how the file's characters are written, where it cannot be told: "+strings.Join(encodings(), ", "))
	c.Flags().BoolVar(&dayFirst, "day-first", false, "03/04/2026 is the third of April")
	c.Flags().BoolVar(&monthFirst, "month-first", false, "03/04/2026 is the fourth of March")
	c.MarkFlagsMutuallyExclusive("day-first", "month-first")
	return c
}

func encodings() (out []string) {
	for _, e := range arrivals.Encodings() {
		out = append(out, string(e))
	}
	return out
}

// listBytes are the bytes of the file that is named, or of standard input.
func (a *app) listBytes(args []string) ([]byte, error) {
	in := a.in
	if len(args) > 0 && args[0] != "-" {
		f, err := os.Open(args[0])
		if err != nil {
			return nil, ehrdesk.Errorf(importing, ehrdesk.CodeInvalid, "the file cannot be read")
		}
		defer f.Close()
		in = f
	}
	body, err := io.ReadAll(io.LimitReader(in, arrivals.MaxBytes+1))
	if err != nil {
		return nil, ehrdesk.Errorf(importing, ehrdesk.CodeInvalid, "the list cannot be read")
	}
	return body, nil
}

// importList says what a reading does to the list, and does it.
func (a *app) importList(ctx context.Context, s *client.Session, r arrivals.Reading, now time.Time, preview bool) error {
	have, err := s.Booked(ctx)
	if err != nil {
		return err
	}
	plan := arrivals.Against(r.Rows, have, now)
	switch {
	case preview:
	case len(r.Rows) == 0:
		return ehrdesk.Errorf(importing, ehrdesk.CodeInvalid, "nothing was read%s", firstReasons(r.Refused))
	case r.Unsure:
		return ehrdesk.Errorf(importing, ehrdesk.CodeInvalid, "the file may be big5 or gb18030: say which with --encoding")
	default:
		if err := s.Book(ctx, plan.Put(), plan.Off()); err != nil {
			return renamed(importing, err)
		}
	}
	l := importLine(r, plan)
	l.Preview = preview
	return a.line(l, l.words())
}

// firstReasons are those of a few lines that were not read.
func firstReasons(all []arrivals.Refused) string {
	const few = 10
	var b strings.Builder
	for i, x := range all {
		if i == few {
			return b.String() + " …"
		}
		fmt.Fprintf(&b, "; line %d: %s", x.Line, x.Why)
	}
	return b.String()
}

// importReport is what an import says: counts and reasons, and nothing of anybody.
type importReport struct {
	Added     int           `json:"added"`
	Retimed   int           `json:"retimed"`
	Unchanged int           `json:"unchanged"`
	Cancelled int           `json:"cancelled"` // taken off the list
	NotAdded  int           `json:"not_added"` // cancelled or over, and not on the list
	OtherDays int           `json:"other_days"`
	Untimed   int           `json:"without_time"`
	NotRead   []int         `json:"lines_not_read,omitempty"`
	Refused   []refusedJSON `json:"refused,omitempty"`
	File      fileJSON      `json:"file"`
	Preview   bool          `json:"preview,omitzero"`
}

type refusedJSON struct {
	Line int          `json:"line"`
	Why  arrivals.Why `json:"why"`
}

type fileJSON struct {
	Format    arrivals.Format   `json:"format"`
	Encoding  arrivals.Encoding `json:"encoding"`
	Unsure    bool              `json:"encoding_unsure,omitzero"`
	Separator string            `json:"separator,omitempty"`
	Order     arrivals.Order    `json:"date_order,omitempty"`
	OrderBy   arrivals.By       `json:"date_order_by,omitempty"`
	Columns   []columnJSON      `json:"columns,omitempty"`
}

type columnJSON struct {
	Column int           `json:"column"`
	As     arrivals.Role `json:"as"`
	By     arrivals.By   `json:"by"`
}

func importLine(r arrivals.Reading, p arrivals.Plan) importReport {
	out := importReport{Added: p.Count(arrivals.Added), Retimed: p.Count(arrivals.Retimed), Unchanged: p.Count(arrivals.Unchanged), Cancelled: p.Count(arrivals.CalledOff),
		NotAdded: p.Count(arrivals.Elsewhere), OtherDays: p.Later(), Untimed: r.Untimed(),
		File: fileJSON{Format: r.Format, Encoding: r.Encoding, Unsure: r.Unsure, Order: r.Order, OrderBy: r.OrderBy}}
	if r.Comma != 0 {
		out.File.Separator = string(r.Comma)
	}
	for _, c := range r.Columns {
		out.File.Columns = append(out.File.Columns, columnJSON{c.At, c.As, c.By})
	}
	for _, x := range r.Refused {
		out.NotRead = append(out.NotRead, x.Line)
		out.Refused = append(out.Refused, refusedJSON(x))
	}
	return out
}

// words are the line for people.
func (l importReport) words() string {
	var not []string
	for _, x := range l.Refused {
		not = append(not, fmt.Sprintf("%d (%s)", x.Line, x.Why))
	}
	s := fmt.Sprintf("%d added (%d for other days), %d with a new time, %d unchanged, %d cancelled, lines not read: [%s]", l.Added, l.OtherDays, l.Retimed, l.Unchanged, l.Cancelled, strings.Join(not, " "))
	if l.Preview {
		return "preview, nothing is changed: " + s
	}
	return s
}
