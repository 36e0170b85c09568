package arrivals

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

var update = flag.Bool("update", false, "write the readings anew")

// monday is the day of the files: 30 November 2026, before the clinic opens.
func monday() time.Time { return time.Date(2026, 11, 30, 8, 0, 0, 0, ehrdesk.HongKong()) }

// TestFilesAsOtherProgramsWriteThem reads each file of testdata, laid out as spreadsheets,
// calendars and clinics' systems of three territories document theirs, and holds the
// reading against the one beside it.
func TestFilesAsOtherProgramsWriteThem(t *testing.T) {
	files, err := filepath.Glob("testdata/*")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, f := range files {
		if strings.HasSuffix(f, ".reading") || !strings.Contains(filepath.Base(f), "-") {
			continue
		}
		n++
		t.Run(filepath.Base(f), func(t *testing.T) {
			body, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			r, err := Read(body, Options{Now: monday()})
			got := shown(r, err)
			if *update {
				if err := os.WriteFile(f+".reading", []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(f + ".reading")
			if err != nil || got != string(want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
	if n < 60 {
		t.Errorf("only %d files", n)
	}
}

// shown is a reading as a person compares it with its file.
func shown(r Reading, err error) string {
	var b strings.Builder
	if err != nil {
		return "refused whole: " + ehrdesk.Message(err) + "\n"
	}
	fmt.Fprintf(&b, "%s %s", r.Format, r.Encoding)
	if r.Unsure {
		b.WriteString(" unsure")
	}
	if r.Comma != 0 {
		fmt.Fprintf(&b, " %q", r.Comma)
	}
	if r.Order != "" {
		fmt.Fprintf(&b, " %s by %s", r.Order, r.OrderBy)
	}
	if !r.Title.IsZero() {
		fmt.Fprintf(&b, " of %s", r.Title.Format(time.DateOnly))
	}
	b.WriteByte('\n')
	for _, c := range r.Columns {
		fmt.Fprintf(&b, "column %d %q is %s by %s\n", c.At, c.Heading, c.As, c.By)
	}
	for _, row := range r.Rows {
		fmt.Fprintf(&b, "line %d: %s on %s", row.Line, row.Number.Printed(), row.Day.Format(time.DateOnly))
		if row.At.IsZero() {
			b.WriteString(" without a time")
		} else {
			b.WriteString(" at " + row.At.Format("15:04"))
		}
		if !row.End.IsZero() {
			b.WriteString(" to " + row.End.Format("15:04"))
		}
		if row.Status != Booked {
			b.WriteString(" " + string(row.Status))
		}
		if row.Booking != "" {
			fmt.Fprintf(&b, " booking %q", row.Booking)
		}
		if row.Name != "" {
			fmt.Fprintf(&b, " name %q", row.Name)
		}
		b.WriteByte('\n')
	}
	for _, x := range r.Refused {
		fmt.Fprintf(&b, "line %d not read: %s\n", x.Line, x.Why)
	}
	return b.String()
}
