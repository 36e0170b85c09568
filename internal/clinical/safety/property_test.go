package safety_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/safety"
	"github.com/ehrdesk/ehrdesk/internal/clinical/terms"
)

// anyChart draws a patient: drugs of the table, allergies, results, diseases.
func anyChart(t *rapid.T) *chart {
	c := newChart(rapid.IntRange(-1, 99).Draw(t, "years"))
	all := terms.Substances().Terms
	drug := rapid.IntRange(0, len(all)-1)
	for range rapid.IntRange(0, 12).Draw(t, "drugs") {
		name := all[drug.Draw(t, "drug")].English + rapid.SampledFrom([]string{" tablet", " 5 mg tablet", " cream", " injection", "", " and something else"}).Draw(t, "form")
		c.takes(name, from(rapid.SampledFrom([]string{"QMH", "PMH", ""}).Draw(t, "source")), status(rapid.SampledFrom([]string{"active", "active", "stopped", "completed", "on-hold", "unknown"}).Draw(t, "status")),
			since(2026, time.Month(rapid.IntRange(1, 11).Draw(t, "month")), rapid.IntRange(1, 28).Draw(t, "day")))
	}
	for range rapid.IntRange(0, 3).Draw(t, "allergies") {
		c.reacted(all[drug.Draw(t, "to")].English, rapid.SampledFrom([]string{"rash", "anaphylaxis", "nausea", ""}).Draw(t, "how"))
	}
	for range rapid.IntRange(0, 4).Draw(t, "results") {
		c.measured(rapid.SampledFrom([]string{"potassium", "eGFR", "INR", "sodium", "digoxin level"}).Draw(t, "test"), strconv.Itoa(rapid.IntRange(0, 160).Draw(t, "value")),
			rapid.SampledFrom([]string{"mmol/L", "mL/min/1.73m2", ""}).Draw(t, "unit"), ehrdesk.Day(2026, time.Month(rapid.IntRange(1, 12).Draw(t, "at")), 3))
	}
	if rapid.Bool().Draw(t, "ulcer") {
		c.had("Peptic ulcer")
	}
	return c
}

// whole is a report in bytes: everything that a screen or a script could show of it.
func whole(r *safety.Report) []byte {
	var b bytes.Buffer
	for i := range r.Findings {
		f := &r.Findings[i]
		fmt.Fprintf(&b, "%d %d %s %s %v %v %v %v %s", f.Kind, f.Tier, f.Line.Name(), f.Mark, f.Cites(), f.Lacking, f.Quiet, f.Across, f.Tolerated)
		for _, l := range f.Also {
			fmt.Fprintf(&b, " also %s", l.Name())
		}
		for j := range f.Raised {
			fmt.Fprintf(&b, " raised %d %d", f.Raised[j].Kind, f.Raised[j].Years)
		}
		for _, a := range f.Instead {
			fmt.Fprintf(&b, " instead %s %v", a.Terms[0].English, a.Against != nil)
		}
		b.WriteByte('\n')
	}
	for i := range r.Medicines {
		fmt.Fprintf(&b, "%s %v %v\n", r.Medicines[i].Ref(), r.Medicines[i].Checked(), r.Medicines[i].On)
	}
	return b.Bytes()
}

// The same facts give the same bytes, in whatever order the records of a chart come; every finding names records that
// are there; and without one of them it is gone.
func TestTheSameFactsGiveTheSameFindings(t *testing.T) {
	charts, found := 0, 0
	run := func(t *rapid.T) {
		c := anyChart(t)
		r := c.check()
		first := whole(r)
		if again := whole(c.check()); !bytes.Equal(first, again) {
			t.Fatalf("twice:\n%s\n%s", first, again)
		}
		mixed := newChart(c.years)
		for kind, list := range c.records {
			mixed.records[kind] = rapid.Permutation(list).Draw(t, "order")
			slices.SortStableFunc(mixed.records[kind], func(a, b ehrdesk.Record) int { return b.Date.Compare(a.Date) })
		}
		if other := whole(mixed.check()); !bytes.Equal(first, other) {
			t.Fatalf("in another order:\n%s\n%s", first, other)
		}
		charts++
		for i := range r.Findings {
			f := &r.Findings[i]
			found++
			if len(f.Cites()) == 0 || f.Mark == "" || f.Line == nil || f.Tier < safety.Stop || f.Tier > safety.Info {
				t.Fatalf("a finding that rests on nothing: %+v", f)
			}
			for _, a := range f.Instead {
				if a.Against != nil && a.Against.Tier > safety.Serious {
					t.Fatalf("refused for a precaution: %+v", a)
				}
			}
		}
		if len(r.Findings) == 0 {
			return
		}
		f := r.Findings[rapid.IntRange(0, len(r.Findings)-1).Draw(t, "of")]
		gone := f.Cites()[0]
		less := newChart(c.years)
		for kind, list := range c.records {
			less.records[kind] = slices.DeleteFunc(slices.Clone(list), func(r ehrdesk.Record) bool { return r.Ref() == gone })
		}
		after := less.check()
		for i := range after.Findings {
			if after.Findings[i].Mark == f.Mark {
				t.Fatalf("%s stands without %s", f.Line.Name(), gone)
			}
		}
	}
	if n := os.Getenv("EHRDESK_DRAWN"); n != "" { // of make long
		before := flag.Lookup("rapid.checks").Value.String()
		if err := flag.Set("rapid.checks", n); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = flag.Set("rapid.checks", before) }()
	}
	rapid.Check(t, run)
	if found == 0 {
		t.Error("no finding in any chart: the test looks at nothing")
	}
	t.Logf("%d charts, %d findings", charts, found)
}

func BenchmarkCheck(b *testing.B) {
	c := newChart(70)
	for i := range 40 {
		c.takes(terms.Substances().Terms[i*9].English + " tablet")
	}
	for i := range 9000 { // over ten years, each test every other day
		c.measured([]string{"potassium", "creatinine", "haemoglobin", "glucose", "ALT"}[i%5], strconv.Itoa(i%9), "mmol/L", ehrdesk.Day(2026-i%10, time.Month(1+i%11), 1+i%28))
	}
	c.check()
	b.ReportAllocs()
	for b.Loop() {
		c.check()
	}
}
