package sections

import (
	"fmt"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/results"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// Record is a record as a line, in its own words.
func Record(b *page.Book, r *ehrdesk.Record) Line {
	words := b.Row(r)
	l := Line{Rec: *r, Title: b.Own(r, words.Title), Value: words.Value, Flag: words.Status, Style: theme.Muted, Date: words.Day, Source: ehrdesk.CleanLine(r.Source),
		Struck: words.InError, Aside: true}
	if words.Standout {
		l.Style = theme.Abnormal
	}
	l.Apart = Apart(b, r)
	if r.Kind == ehrdesk.KindNote { // who wrote it, not once more what it is
		l.Value = words.Brief
	}
	return l
}

// Apart says that sources differ of what a record is of, "" where they do not: the record has what they say.
func Apart(b *page.Book, r *ehrdesk.Record) string {
	if !b.Differs(r) {
		return ""
	}
	return b.Env.S(b.Env.T.Own.Differ)
}

// Result is the newest value of a series as a line: the value with its unit, its flag in
// letter and word, and the last values as a sparkline.
func Result(b *page.Book, s *results.Series) Line {
	words, last := b.Words(), s.Last()
	l := Line{Rec: *last.Record, Title: b.Own(last.Record, words.Test(s.Term, s.Name, s.Title)), Value: Value(b, s, last), Flag: words.FlagOf(last.Flag), Style: theme.Abnormal,
		Date: words.Date(last.At), Source: ehrdesk.CleanLine(last.Record.Source)}
	if last.Critical() {
		l.Style = theme.Critical
	}
	l.Flag = Joined(l.Flag, b.Env.S(b.Env.T.Laboratory.Stage(last.Stage)))
	l.Ago = Ago(b, last.At)
	if n := results.Unrepeated(last, b.Env.Now()); n > 0 {
		l.Ago = text.Sprintf(b.Env.S(b.Env.T.Summary.Unrepeated), fmt.Sprint(n))
	}
	l.Spark = widget.Spark(s.Heights(), results.SparkPoints)
	if p := s.Before(); p != nil {
		l.Before = text.Sprintf(b.Env.S(b.Env.T.Summary.Before), words.Number(p.Comparator, p.Number))
	}
	return l
}

// Followed says how old the newest result is of a test that a drug is followed by: weeks
// count there, "" for one of the last four.
func Followed(b *page.Book, at ehrdesk.When) string {
	t, now := &b.Env.T.Summary, b.Env.Now()
	switch n, months := results.Weeks(at, now), results.Months(at, now); {
	case at.IsZero() || n < 4:
		return ""
	case months < 3:
		return text.Sprintf(b.Env.S(t.WeeksAgo), fmt.Sprint(n))
	default:
		return text.Sprintf(b.Env.S(t.MonthsAgo), fmt.Sprint(months))
	}
}

// Ago says how old a result is that does not speak for today, "" for one of the last twelve
// months.
func Ago(b *page.Book, at ehrdesk.When) string {
	t, now := &b.Env.T.Summary, b.Env.Now()
	switch n := results.Months(at, now); {
	case results.Recent(at, now):
		return ""
	case at.IsZero():
		return b.Env.S(t.NoDay)
	case n < 24:
		return text.Sprintf(b.Env.S(t.MonthsAgo), fmt.Sprint(n))
	default:
		return text.Sprintf(b.Env.S(t.YearsAgo), fmt.Sprint(n/12))
	}
}

// Value is one value of a series with its unit.
func Value(b *page.Book, s *results.Series, p *results.Point) string {
	words := b.Words()
	value := words.Number(p.Comparator, p.Number, p.Limits.Lower, p.Limits.Upper)
	if u := words.Unit(s.Unit); u != "" {
		value += " " + u
	}
	return value
}

// Joined puts two parts of a line side by side; either may be missing.
func Joined(a, b string) string { return joinedBy("  ", a, b) }

func joinedBy(between, a, b string) string {
	switch {
	case a == "":
		return b
	case b == "":
		return a
	}
	return a + between + b
}
