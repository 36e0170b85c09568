package unseen_test

import (
	"slices"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/unseen"
)

// reported is a report of some days ago.
func reported(kind ehrdesk.Kind, resource, id, status, category, code string, ago int, members ...string) *ehrdesk.Record {
	r := came(kind, resource, id, "Report", status, "", ago)
	f := r.Facts()
	if category != "" {
		f.Categories = []ehrdesk.Concept{{Codings: []ehrdesk.Coding{{Code: category}}}}
	}
	if code != "" {
		f.Code.Codings = []ehrdesk.Coding{{System: "http://loinc.org", Code: code}}
	}
	for _, m := range members {
		f.Relations = append(f.Relations, ehrdesk.Relation{Role: "result", Ref: ehrdesk.Ref{Resource: "Observation", ID: m}})
	}
	r.Packed = f.Pack()
	return r
}

func TestTheFirstLineThatFitsAReportDecides(t *testing.T) {
	result := func(id string, flag ehrdesk.Flag, ago int) *ehrdesk.Record {
		return came(ehrdesk.KindLaboratory, "Observation", id, "Potassium", "final", flag, ago)
	}
	lab := func(id string, ago int, members ...string) *ehrdesk.Record {
		return reported(ehrdesk.KindLaboratory, "DiagnosticReport", id, "final", "LAB", "", ago, members...)
	}
	with := func(r *ehrdesk.Record, set func(*ehrdesk.Record)) *ehrdesk.Record { set(r); return r }
	for name, c := range map[string]struct {
		records []*ehrdesk.Record
		want    []string
	}{
		"nothing":                              {nil, nil},
		"a laboratory report without a flag":   {[]*ehrdesk.Record{lab("r", 1, "k"), result("k", "", 1)}, nil},
		"with an abnormal result":              {[]*ehrdesk.Record{lab("r", 1, "k"), result("k", ehrdesk.FlagHigh, 1)}, []string{"r abnormal-laboratory"}},
		"with a critical one as well":          {[]*ehrdesk.Record{lab("r", 1, "k", "na"), result("k", ehrdesk.FlagHigh, 1), result("na", ehrdesk.FlagCriticalLow, 1)}, []string{"r critical-laboratory"}},
		"a critical result by itself":          {[]*ehrdesk.Record{result("k", ehrdesk.FlagCriticalHigh, 1)}, []string{"k critical-laboratory"}},
		"pathology by its category":            {[]*ehrdesk.Record{reported(ehrdesk.KindLaboratory, "DiagnosticReport", "p", "final", "sp", "", 1)}, []string{"p histopathology"}},
		"and by its code":                      {[]*ehrdesk.Record{reported(ehrdesk.KindLaboratory, "DiagnosticReport", "p", "final", "", "11526-1", 1)}, []string{"p histopathology"}},
		"radiology":                            {[]*ehrdesk.Record{reported(ehrdesk.KindRadiology, "DiagnosticReport", "x", "final", "RAD", "", 1)}, []string{"x radiology"}},
		"its images":                           {[]*ehrdesk.Record{came(ehrdesk.KindRadiology, "ImagingStudy", "x", "CT", "available", "", 1)}, nil},
		"a discharge summary":                  {[]*ehrdesk.Record{reported(ehrdesk.KindNote, "DocumentReference", "d", "current", "", "18842-5", 1)}, []string{"d discharge"}},
		"another note":                         {[]*ehrdesk.Record{reported(ehrdesk.KindNote, "DocumentReference", "d", "current", "", "34117-2", 1)}, nil},
		"one that was there before":            {[]*ehrdesk.Record{reported(ehrdesk.KindRadiology, "DiagnosticReport", "x", "final", "RAD", "", 9)}, nil},
		"one whose result came now":            {[]*ehrdesk.Record{lab("r", 9, "k"), result("k", ehrdesk.FlagCriticalHigh, 1)}, []string{"r critical-laboratory"}},
		"one of long ago that is sent now":     {[]*ehrdesk.Record{with(reported(ehrdesk.KindRadiology, "DiagnosticReport", "x", "final", "RAD", "", 400), func(r *ehrdesk.Record) { r.Updated = now })}, nil},
		"one in error":                         {[]*ehrdesk.Record{reported(ehrdesk.KindRadiology, "DiagnosticReport", "x", ehrdesk.EnteredInError, "RAD", "", 1)}, nil},
		"one that is restricted":               {[]*ehrdesk.Record{with(reported(ehrdesk.KindRadiology, "DiagnosticReport", "x", "final", "RAD", "", 1), func(r *ehrdesk.Record) { r.Restricted = true })}, nil},
		"one that is shown under a release":    {[]*ehrdesk.Record{with(reported(ehrdesk.KindRadiology, "DiagnosticReport", "x", "final", "RAD", "", 1), func(r *ehrdesk.Record) { r.Released = true })}, nil},
		"a restricted result counts for none":  {[]*ehrdesk.Record{lab("r", 1, "k"), with(result("k", ehrdesk.FlagCriticalHigh, 1), func(r *ehrdesk.Record) { r.Restricted = true })}, nil},
		"a report that says it was corrected":  {[]*ehrdesk.Record{reported(ehrdesk.KindRadiology, "DiagnosticReport", "x", "amended", "RAD", "", 1)}, []string{"x radiology corrected"}},
		"a report with a corrected result":     {[]*ehrdesk.Record{lab("r", 1, "k"), with(result("k", ehrdesk.FlagHigh, 1), func(r *ehrdesk.Record) { r.Status = "corrected" })}, []string{"r abnormal-laboratory corrected"}},
		"what stands after and before a table": {[]*ehrdesk.Record{result("k", ehrdesk.FlagHigh, 1), lab("r", 2, "na"), result("na", ehrdesk.FlagLow, 2)}, []string{"r abnormal-laboratory", "k abnormal-laboratory"}},
	} {
		var got []string
		for _, r := range unseen.Reports(c.records, ehrdesk.ReportRules(), now.Add(-5*24*time.Hour), now) {
			words := r.Record.ID + " " + r.Rule.Name
			if r.Corrected {
				words += " corrected"
			}
			got = append(got, words)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if got := unseen.Reports([]*ehrdesk.Record{result("k", ehrdesk.FlagCriticalHigh, 1)}, nil, time.Time{}, now); got != nil {
		t.Errorf("without a rule: %v", got)
	}
}

// A report is another as soon as it, or a result in it, says something else, and the same however often it is sent, in whatever
// order its results are; one that was corrected is another with every version.
func TestAReportIsAnotherWhenItSaysSomethingElse(t *testing.T) {
	mark := func(records ...*ehrdesk.Record) string {
		t.Helper()
		found := unseen.Reports(records, ehrdesk.ReportRules(), now.Add(-5*24*time.Hour), now)
		if len(found) != 1 {
			t.Fatalf("%+v", found)
		}
		return found[0].Mark
	}
	report := func(status, version string, members ...string) *ehrdesk.Record {
		r := reported(ehrdesk.KindLaboratory, "DiagnosticReport", "r", status, "LAB", "", 1, members...)
		r.Version = version
		return r
	}
	result := func(id string, flag ehrdesk.Flag, version string) *ehrdesk.Record {
		r := came(ehrdesk.KindLaboratory, "Observation", id, "Potassium", "final", flag, 1)
		r.Version = version
		return r
	}
	first := mark(report("final", "1", "a", "b"), result("a", ehrdesk.FlagHigh, "1"), result("b", ehrdesk.FlagLow, "1"))
	if again := mark(result("b", ehrdesk.FlagLow, "2"), result("a", ehrdesk.FlagHigh, "1"), report("final", "7", "a", "b")); again != first {
		t.Error("sent again it is another")
	}
	for name, other := range map[string]string{
		"another value": mark(report("final", "1", "a", "b"), result("a", ehrdesk.FlagCriticalHigh, "1"), result("b", ehrdesk.FlagLow, "1")),
		"preliminary":   mark(report("preliminary", "1", "a", "b"), result("a", ehrdesk.FlagHigh, "1"), result("b", ehrdesk.FlagLow, "1")),
		"a result less": mark(report("final", "1", "a"), result("a", ehrdesk.FlagHigh, "1")),
	} {
		if other == first {
			t.Errorf("%s: the same", name)
		}
	}
	if mark(report("corrected", "2", "a"), result("a", ehrdesk.FlagHigh, "1")) == mark(report("corrected", "3", "a"), result("a", ehrdesk.FlagHigh, "1")) {
		t.Error("corrected once more it is the same")
	}
}
