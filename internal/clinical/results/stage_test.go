package results_test

import (
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/results"
)

func reportOf(id, status string, days int, members ...string) ehrdesk.Record {
	f := ehrdesk.Facts{Code: ehrdesk.Concept{Text: "Liver function"}}
	for _, m := range members {
		f.Relations = append(f.Relations, ehrdesk.Relation{Role: "result", Ref: ehrdesk.Ref{Resource: "Observation", ID: m}})
	}
	return ehrdesk.Record{Kind: ehrdesk.KindLaboratory, Resource: "DiagnosticReport", ID: id, Date: ehrdesk.At(ago(days)), Title: "Liver function", Status: status, Packed: f.Pack()}
}

// display.md, Lab: status preliminary, partial, final, corrected visibly marked.
func TestEveryValueOfACorrectedReportIsCorrected(t *testing.T) {
	all := []ehrdesk.Record{
		result{id: "alt", text: "ALT", number: "80", unit: "U/L", low: "0", high: "40", flag: ehrdesk.FlagHigh, at: ago(5)}.record(),
		result{id: "alp", text: "ALP", number: "60", unit: "U/L", at: ago(5), status: "preliminary"}.record(),
		result{id: "ast", text: "AST", number: "30", unit: "U/L", at: ago(9)}.record(),
		reportOf("r", "corrected", 5, "alt", "alp"), reportOf("old", "final", 9, "ast"),
	}
	want := map[string]results.Stage{"alt": results.Corrected, "alp": results.Preliminary, "ast": results.Final}
	set := results.Of(lists(all...))
	for i := range set.Series {
		if p := set.Series[i].Last(); p.Stage != want[p.Record.ID] {
			t.Errorf("%s is of stage %d", p.Record.ID, p.Stage)
		}
	}
	latest := results.Abnormal(lists(all...))
	if len(latest) != 1 || latest[0].Series.Last().Stage != results.Corrected {
		t.Errorf("the summary does not say so: %v", latest)
	}
}

// Where the source says which of a report's results it corrected, the others are as they
// say: opened, they would read "final".
func TestOfACorrectedReportTheResultsThatSaySoAreCorrected(t *testing.T) {
	want := map[string]results.Stage{"cr": results.Corrected, "egfr": results.Final}
	set := results.Of(lists(
		result{id: "cr", text: "Creatinine", number: "80", unit: "umol/L", at: ago(5), status: "corrected"}.record(),
		result{id: "egfr", text: "eGFR", number: "60", unit: "mL/min", at: ago(5)}.record(),
		reportOf("r", "corrected", 5, "cr", "egfr")))
	for i := range set.Series {
		if p := set.Series[i].Last(); p.Stage != want[p.Record.ID] {
			t.Errorf("%s is of stage %d", p.Record.ID, p.Stage)
		}
	}
}

func TestAReportThatIsNotCompleteAwaitsOtherTests(t *testing.T) {
	set := results.Of(lists(
		result{id: "alt", text: "ALT", number: "80", unit: "U/L", at: ago(5)}.record(), result{id: "ast", text: "AST", number: "30", unit: "U/L", at: ago(9)}.record(),
		reportOf("r", "partial", 5, "alt"), reportOf("old", "final", 9, "ast")))
	for i := range set.Series {
		if p := set.Series[i].Last(); p.Awaited != (p.Record.ID == "alt") || p.Stage != results.Final {
			t.Errorf("%s: %v", p.Record.ID, p)
		}
	}
}

func TestWordsThatSayThatThereIsNoRangeAreNone(t *testing.T) {
	for words, none := range map[string]bool{"NA": true, "n/a": true, "(N/A)": true, "--": true, "Not established": true, "Nil": false, "negative": false, "< 5": false, "": true} {
		r := result{id: "x", text: "X", number: "1", unit: "U", at: ago(1)}.record()
		f := r.Facts()
		f.Results[0].Ranges = []ehrdesk.Range{{Text: words}}
		r.Packed = f.Pack()
		if got := results.Of(lists(r)).Series[0].Last().Limits; got.IsZero() != none {
			t.Errorf("%q: %+v", words, got)
		}
	}
}
