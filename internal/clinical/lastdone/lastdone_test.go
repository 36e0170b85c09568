package lastdone_test

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/lastdone"
	"github.com/ehrdesk/ehrdesk/internal/clinical/terms"
	"github.com/ehrdesk/ehrdesk/internal/tables"
)

var now = time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)

func lists(records []ehrdesk.Record) func(ehrdesk.RecordType) []ehrdesk.Record {
	by := map[ehrdesk.RecordType][]ehrdesk.Record{}
	for _, r := range records {
		by[r.Type()] = append(by[r.Type()], r)
	}
	for _, l := range by {
		slices.SortStableFunc(l, func(a, b ehrdesk.Record) int { return b.Date.Compare(a.Date) })
	}
	return func(t ehrdesk.RecordType) []ehrdesk.Record { return by[t] }
}

func record(k ehrdesk.Kind, resource, id, title, status string, ago int, f ehrdesk.Facts) ehrdesk.Record {
	if f.Code.IsZero() {
		f.Code.Text = title
	}
	at := now.AddDate(0, 0, -ago)
	return ehrdesk.Record{Kind: k, Resource: resource, ID: id, Title: title, Status: status, Date: ehrdesk.Day(at.Year(), at.Month(), at.Day()), Source: "QMH", Packed: f.Pack()}
}

func lab(id, title, code string, ago int, of ...string) ehrdesk.Record {
	f := ehrdesk.Facts{Code: ehrdesk.Concept{Text: title}}
	if code != "" {
		f.Code.Codings = []ehrdesk.Coding{{System: "http://loinc.org", Code: code}}
	}
	for _, o := range of {
		f.Relations = append(f.Relations, ehrdesk.Relation{Role: "basedOn", Ref: ehrdesk.Ref{Resource: "ServiceRequest", ID: o}})
	}
	return record(ehrdesk.KindLaboratory, "Observation", id, title, "final", ago, f)
}

func order(id, title, category, status string, ago int) ehrdesk.Record {
	return record(ehrdesk.KindReferral, "ServiceRequest", id, title, status, ago, ehrdesk.Facts{Categories: []ehrdesk.Concept{{Codings: []ehrdesk.Coding{{Code: category}}}}})
}

func vaccine(id, title, atc, status string, ago int) ehrdesk.Record {
	f := ehrdesk.Facts{Code: ehrdesk.Concept{Text: title, Codings: []ehrdesk.Coding{{System: "http://www.whocc.no/atc", Code: atc}}}}
	return record(ehrdesk.KindImmunisation, "Immunization", id, title, status, ago, f)
}

// A thing is found by its name in English, in 繁體中文 and in 简体中文, by its letters and by
// a part of an examination's own name.
func TestAThingIsFoundByItsNameInThreeLanguages(t *testing.T) {
	all := lastdone.Of(lists([]ehrdesk.Record{
		lab("a1", "Glycated Hb", "4548-4", 300), lab("a2", "HbA1c", "17856-6", 40),
		record(ehrdesk.KindRadiology, "DiagnosticReport", "ct", "CT abdomen with contrast", "final", 90, ehrdesk.Facts{}), record(ehrdesk.KindRadiology, "ImagingStudy", "cth", "Brain", "available", 200, ehrdesk.Facts{Parts: []ehrdesk.Concept{{Codings: []ehrdesk.Coding{{System: "http://dicom.nema.org/resources/ontology/DCM", Code: "CT"}}}}}),
		record(ehrdesk.KindRadiology, "DiagnosticReport", "cxr", "胸部X光 Chest X-ray", "final", 20, ehrdesk.Facts{}), vaccine("flu", "Vaxigrip Tetra", "J07BB02", "completed", 60), vaccine("td", "Td", "J07AM51", "completed", 2000),
		record(ehrdesk.KindProcedure, "Procedure", "col", "Colonoscopy 大腸鏡檢查", "completed", 700, ehrdesk.Facts{}),
	}), now)
	for asked, want := range map[string]string{
		"HbA1c": "a2", "hba1c": "a2", "glycated haemoglobin": "a2", "糖化血紅蛋白": "a2", "糖化血红蛋白": "a2", "CT": "ct cth", "電腦掃描": "ct cth", "ct abdomen": "ct", "abdomen": "ct", "计算机断层扫描": "ct cth",
		"CXR": "cxr", "chest x-ray": "cxr", "flu": "flu", "流感疫苗": "flu", "influenza vaccine": "flu", "tetanus": "td", "破傷風": "td", "破伤风": "td", "大腸鏡": "col", "结肠镜": "col", "MRI": "", "troponin": "", "": "",
	} {
		got := ""
		for _, f := range lastdone.Find(all, asked) {
			if got != "" {
				got += " "
			}
			got += f.Last.ID
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", asked, got, want)
		}
	}
}

// What was called off, not given, is in error or of a day to come was not done.
func TestWhatWasNotDoneCountsForNothing(t *testing.T) {
	bad := lab("e", "Sodium", "2951-2", 3)
	bad.Status = ehrdesk.EnteredInError
	off := lab("c", "Sodium", "2951-2", 2)
	off.Status = "cancelled"
	held := lab("h", "Sodium", "2951-2", 1)
	held.Restricted = true
	all := lastdone.Of(lists([]ehrdesk.Record{lab("ok", "Sodium", "2951-2", 10), lab("future", "Sodium", "2951-2", -5), bad, off, held, vaccine("no", "Td", "J07AM51", "not-done", 5),
		record(ehrdesk.KindProcedure, "Procedure", "p", "Colonoscopy", "preparation", 5, ehrdesk.Facts{})}), now)
	if len(all) != 1 || all[0].Last.ID != "ok" || all[0].Times != 1 {
		t.Errorf("%+v", all)
	}
}

func TestTheOrderOfRecordsChangesNothing(t *testing.T) {
	titles := []string{"HbA1c", "Sodium", "CT brain", "Chest X-ray"}
	rapid.Check(t, func(r *rapid.T) {
		var records []ehrdesk.Record
		for i := range rapid.IntRange(0, 20).Draw(r, "n") {
			title, ago := rapid.SampledFrom(titles).Draw(r, "title"), rapid.IntRange(-5, 60).Draw(r, "ago")
			id := fmt.Sprint("r", i)
			if rapid.Bool().Draw(r, "order") {
				records = append(records, order(id, title, "laboratory", "active", ago))
				continue
			}
			records = append(records, lab(id, title, "", ago))
		}
		said := func(records []ehrdesk.Record) string {
			out := ""
			for _, x := range lastdone.Of(lists(records), now) {
				out += fmt.Sprint(x.Last.ID, x.Times, " ")
			}
			for _, x := range lastdone.Repeats(lists(records), now) {
				out += fmt.Sprint(x.Order.ID, x.Before.ID, x.Days, x.Result, " ")
				if x.Days < 0 || x.Days > x.Within || x.Order.ID == x.Before.ID {
					r.Fatalf("%s follows %s by %d days", x.Order.ID, x.Before.ID, x.Days)
				}
			}
			return out
		}
		if a, b := said(records), said(rapid.Permutation(records).Draw(r, "mixed")); a != b {
			r.Fatalf("%s\n%s", a, b)
		}
	})
}

func TestAnOrderThatFollowsAnotherOrAResultIsNamed(t *testing.T) {
	for _, c := range []struct {
		why     string
		records []ehrdesk.Record
		want    string
	}{
		{"two open orders within the rule", []ehrdesk.Record{order("a", "Uric acid", "laboratory", "active", 12), order("b", "Uric acid", "laboratory", "active", 3)}, "b a false"},
		{"two that are further apart", []ehrdesk.Record{order("a", "Uric acid", "laboratory", "active", 20), order("b", "Uric acid", "laboratory", "active", 3)}, ""},
		{"one of them is over", []ehrdesk.Record{order("a", "Uric acid", "laboratory", "completed", 12), order("b", "Uric acid", "laboratory", "active", 3)}, ""},
		{"the first has its result", []ehrdesk.Record{order("a", "Uric acid", "laboratory", "active", 30), order("b", "Uric acid", "laboratory", "active", 18), lab("r", "Uric acid", "", 25, "a")}, "b r true"},
		{"another test", []ehrdesk.Record{order("a", "Urea", "laboratory", "active", 12), order("b", "Uric acid", "laboratory", "active", 3)}, ""},
		{"after a result of the days before", []ehrdesk.Record{lab("r", "Uric acid", "", 9), order("b", "Uric acid", "laboratory", "active", 3)}, "b r true"},
		{"after one of weeks before", []ehrdesk.Record{lab("r", "Uric acid", "", 40), order("b", "Uric acid", "laboratory", "active", 3)}, ""},
		{"its result has come", []ehrdesk.Record{lab("r", "Uric acid", "", 9), order("b", "Uric acid", "laboratory", "active", 3), lab("s", "Uric acid", "", 2, "b")}, ""},
		{"imaging has longer", []ehrdesk.Record{order("a", "CT abdomen", "imaging", "active", 28), order("b", "CT abdomen", "imaging", "active", 3)}, "b a false"},
		{"of another part", []ehrdesk.Record{order("a", "CT abdomen", "imaging", "active", 28), order("b", "CT brain", "imaging", "active", 3)}, ""},
		{"a referral is no test", []ehrdesk.Record{order("a", "Nephrology", "x", "active", 5), order("b", "Nephrology", "x", "active", 3)}, ""},
	} {
		got := ""
		for _, r := range lastdone.Repeats(lists(c.records), now) {
			got += fmt.Sprint(r.Order.ID, " ", r.Before.ID, " ", r.Result)
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.why, got, c.want)
		}
	}
}

func TestEveryRowOfItsTablesIsUsable(t *testing.T) {
	what := map[string]bool{"order": true, "result": true, "imaging order": true, "imaging result": true}
	for _, f := range tables.Repeats() {
		if n, err := strconv.Atoi(f[1]); err != nil || n < 1 || !what[f[0]] || f[2] == "" {
			t.Errorf("%v", f)
		}
		delete(what, f[0])
	}
	if len(what) > 0 {
		t.Errorf("no row for %v", what)
	}
	for name, table := range map[string]*terms.Table{"imaging": terms.Imaging(), "vaccines": terms.Vaccines()} {
		for i := range table.Terms {
			x := &table.Terms[i]
			for _, n := range x.Names() {
				if n == "" || table.Named(n) != x {
					t.Errorf("%s: %q of %s is no name, or another's", name, n, x.English)
				}
			}
		}
		if len(table.Terms) < 10 {
			t.Errorf("%s: only %d", name, len(table.Terms))
		}
	}
}
