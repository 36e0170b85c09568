package unseen_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/unseen"
)

var now = time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)

type lab struct {
	id, test, number, unit, status string
	flag                           ehrdesk.Flag
	ago                            int
	of                             string // the order that it is based on
	set                            func(*ehrdesk.Record)
}

func (l lab) record() ehrdesk.Record {
	unit, status := "mmol/L", "final"
	if l.unit != "" {
		unit = l.unit
	}
	if l.status != "" {
		status = l.status
	}
	f := ehrdesk.Facts{Code: ehrdesk.Concept{Text: l.test}, Results: []ehrdesk.Result{{Flag: l.flag, Assessed: true}}}
	f.Results[0].Value = ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: l.number, Unit: unit}}
	if l.number == "" {
		f.Results[0].Value = ehrdesk.Value{Kind: ehrdesk.IsText, Text: "Growth of E. coli"}
	}
	if l.of != "" {
		f.Relations = []ehrdesk.Relation{{Role: "basedOn", Ref: ehrdesk.Ref{Resource: "ServiceRequest", ID: l.of}}}
	}
	at := now.AddDate(0, 0, -l.ago)
	r := ehrdesk.Record{Kind: ehrdesk.KindLaboratory, Resource: "Observation", ID: l.id, Title: l.test, Status: status, Flag: l.flag, Assessed: true, Date: ehrdesk.At(at), Updated: at, Version: "1", Packed: f.Pack()}
	if l.set != nil {
		l.set(&r)
	}
	return r
}

func report(id, status string, ago int, members ...string) ehrdesk.Record {
	f := ehrdesk.Facts{Code: ehrdesk.Concept{Text: "Panel"}}
	for _, m := range members {
		f.Relations = append(f.Relations, ehrdesk.Relation{Role: "result", Ref: ehrdesk.Ref{Resource: "Observation", ID: m}})
	}
	at := now.AddDate(0, 0, -ago)
	return ehrdesk.Record{Kind: ehrdesk.KindLaboratory, Resource: "DiagnosticReport", ID: id, Title: "Panel", Status: status, Date: ehrdesk.At(at), Updated: at, Packed: f.Pack()}
}

func order(id, name, staff string) ehrdesk.Record {
	f := ehrdesk.Facts{Parties: []ehrdesk.Party{{Role: "requester", Display: name, Identifier: staff}}}
	return ehrdesk.Record{Kind: ehrdesk.KindReferral, Resource: "ServiceRequest", ID: id, Status: "active", Date: ehrdesk.At(now), Packed: f.Pack()}
}

func given(records ...ehrdesk.Record) unseen.Given {
	return unseen.Given{Now: now, List: func(t ehrdesk.RecordType) (out []ehrdesk.Record) {
		for _, r := range records {
			if r.Type() == t {
				out = append(out, r)
			}
		}
		return out
	}}
}

// said is a list in short: what it is of, "!" for critical, how far it has come, "partial".
func said(all []unseen.Result) (out []string) {
	for _, x := range all {
		words := x.Record.ID
		if x.Critical {
			words += "!"
		}
		words += [...]string{unseen.NotOpened: "", unseen.Opened: " opened", unseen.Acknowledged: " acknowledged"}[x.State]
		if x.Partial {
			words += " partial"
		}
		out = append(out, words)
	}
	return out
}

func TestTheAbnormalResultsOfTheLastDaysAreListedTheCriticalFirst(t *testing.T) {
	k := func(id, number string, flag ehrdesk.Flag, ago int) lab {
		return lab{id: id, test: "Potassium", number: number, flag: flag, ago: ago}
	}
	na := lab{id: "na", test: "Sodium", number: "128", flag: ehrdesk.FlagLow, ago: 1}
	hidden := func(set func(*ehrdesk.Record)) lab {
		return lab{id: "x", test: "Potassium", number: "6.8", flag: ehrdesk.FlagCriticalHigh, ago: 1, set: set}
	}
	for _, c := range []struct {
		name string
		labs []lab
		want []string
	}{
		{"critical before newer", []lab{na, k("k", "6.8", ehrdesk.FlagCriticalHigh, 9)}, []string{"k!", "na"}},
		{"in range", []lab{k("k", "4.1", ehrdesk.FlagNone, 1)}, nil},
		{"on the last day", []lab{k("k", "6.8", ehrdesk.FlagCriticalHigh, 90)}, []string{"k!"}},
		{"too old", []lab{k("k", "6.8", ehrdesk.FlagCriticalHigh, 91)}, nil},
		{"the newest of a test", []lab{k("old", "5.6", ehrdesk.FlagHigh, 9), k("new", "5.8", ehrdesk.FlagHigh, 2)}, []string{"new"}},
		{"in range since", []lab{k("old", "6.8", ehrdesk.FlagCriticalHigh, 9), k("new", "4.2", ehrdesk.FlagNone, 2)}, nil},
		{"in range since in another unit", []lab{k("old", "6.8", ehrdesk.FlagCriticalHigh, 9), {id: "new", test: "Potassium", number: "4.2", unit: "mEq/L", ago: 2}}, nil},
		{"what is not complete does not end one", []lab{k("old", "6.8", ehrdesk.FlagCriticalHigh, 9), {id: "new", test: "Potassium", number: "4.2", status: "preliminary", ago: 2}}, []string{"old!"}},
		{"what was cancelled does not end one", []lab{k("old", "6.8", ehrdesk.FlagCriticalHigh, 9), {id: "new", test: "Potassium", number: "4.2", status: "cancelled", ago: 2}}, []string{"old!"}},
		{"abnormal and not complete", []lab{{id: "k", test: "Potassium", number: "6.8", flag: ehrdesk.FlagCriticalHigh, status: "preliminary", ago: 1}}, []string{"k! partial"}},
		{"in words", []lab{{id: "urine", test: "Urine culture", flag: ehrdesk.FlagAbnormal, ago: 3}}, []string{"urine"}},
		{"without a date", []lab{{id: "k", test: "Potassium", number: "6.8", flag: ehrdesk.FlagHigh, ago: 3, set: func(r *ehrdesk.Record) { r.Date = ehrdesk.When{} }}}, []string{"k"}},
		{"entered in error", []lab{hidden(func(r *ehrdesk.Record) { r.Status = ehrdesk.EnteredInError })}, nil},
		{"restricted", []lab{hidden(func(r *ehrdesk.Record) { r.Restricted = true })}, nil},
		{"under a release", []lab{hidden(func(r *ehrdesk.Record) { r.Released = true })}, nil},
		{"referred to alone", []lab{hidden(func(r *ehrdesk.Record) { r.Linked = true })}, nil},
		{"of no laboratory", []lab{hidden(func(r *ehrdesk.Record) { r.Kind = ehrdesk.KindObservation })}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var records []ehrdesk.Record
			for _, l := range c.labs {
				records = append(records, l.record())
			}
			if got := said(unseen.Of(given(records...))); !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestToOpenAResultIsNotToAcknowledgeIt(t *testing.T) {
	g := given(lab{id: "k", test: "Potassium", number: "6.8", flag: ehrdesk.FlagCriticalHigh, ago: 4}.record())
	mark := unseen.Of(g)[0].Mark
	g.Opened = []ehrdesk.Opening{{Mark: "another", By: "ho", At: now}, {Mark: mark, By: "lee", At: now}, {Mark: mark, By: "ho", At: now.Add(-time.Hour)}}
	all := unseen.Of(g)
	if got := said(all); !slices.Equal(got, []string{"k! opened"}) || len(all[0].Openers) != 2 || all[0].Openers[0].By != "ho" || all[0].Days != 4 || !all[0].Open() {
		t.Errorf("%q, %+v", got, all[0])
	}
	g.Said = []ehrdesk.Acknowledgement{{Mark: mark, By: "lee", At: now}}
	if all = unseen.Of(g); all[0].State != unseen.Acknowledged || all[0].Open() || all[0].Said.By != "lee" {
		t.Errorf("%+v", all[0])
	}
}

func TestWhatWasDoneAboutAResultIsOfItAsItStood(t *testing.T) {
	first := lab{id: "k", test: "Potassium", number: "6.8", flag: ehrdesk.FlagCriticalHigh, ago: 4}
	mark := unseen.Of(given(first.record()))[0].Mark
	for name, change := range map[string]func(*lab){
		"another value":   func(l *lab) { l.number = "6.9" },
		"another flag":    func(l *lab) { l.flag = ehrdesk.FlagHigh },
		"corrected":       func(l *lab) { l.status = "corrected" },
		"another version": func(l *lab) { l.set = func(r *ehrdesk.Record) { r.Version = "2" } },
		"a later one":     func(l *lab) { l.set = func(r *ehrdesk.Record) { r.Updated = now } },
	} {
		l := first
		change(&l)
		g := given(l.record())
		g.Opened, g.Said = []ehrdesk.Opening{{Mark: mark, By: "lee"}}, []ehrdesk.Acknowledgement{{Mark: mark, By: "lee"}}
		if x := unseen.Of(g)[0]; x.State != unseen.NotOpened || x.Mark == mark {
			t.Errorf("%s: %+v", name, x)
		}
	}
}

// display.md §5: PARTIAL cannot be acknowledged as final.
func TestAResultOfWhichSomethingIsToComeIsNotAcknowledged(t *testing.T) {
	for name, c := range map[string]struct {
		status, report string
		partial        bool
	}{
		"both are final":                 {"final", "final", false},
		"the result is not":              {"preliminary", "final", true},
		"its report is not":              {"final", "partial", true},
		"its report is registered":       {"final", "registered", true},
		"its report has been corrected":  {"final", "corrected", false},
		"nothing is said of its report":  {"final", "", false},
		"the result has been registered": {"registered", "", true},
	} {
		records := []ehrdesk.Record{lab{id: "k", test: "Potassium", number: "6.8", flag: ehrdesk.FlagCriticalHigh, status: c.status, ago: 1}.record()}
		if c.report != "" {
			records = append(records, report("p", c.report, 1, "k"), report("older", "partial", 2, "k"))
		}
		g := given(records...)
		x := unseen.Of(g)[0]
		g.Said = []ehrdesk.Acknowledgement{{Mark: x.Mark, By: "lee"}}
		if x = unseen.Of(g)[0]; x.Partial != c.partial || x.Open() != c.partial {
			t.Errorf("%s: %+v", name, x)
		}
	}
}

func TestWhoeverOrderedAResultHasItFirst(t *testing.T) {
	records := []ehrdesk.Record{
		lab{id: "na", test: "Sodium", number: "128", flag: ehrdesk.FlagLow, ago: 1, of: "o1"}.record(),
		lab{id: "cr", test: "Creatinine", number: "180", flag: ehrdesk.FlagHigh, ago: 5}.record(),
		lab{id: "k", test: "Potassium", number: "6.8", flag: ehrdesk.FlagCriticalHigh, ago: 9, of: "nowhere"}.record(),
		order("o1", "Dr HO", "ho"), order("o2", "Dr LEE Ka Wai", "lee"), func() ehrdesk.Record {
			r := report("p", "final", 5, "cr")
			f := r.Facts()
			f.Relations = append(f.Relations, ehrdesk.Relation{Role: "basedOn", Ref: ehrdesk.Ref{Resource: "ServiceRequest", ID: "o2"}})
			r.Packed = f.Pack()
			return r
		}(),
	}
	for name, who := range map[string]ehrdesk.Account{"by name": {Name: "Dr Lee Ka Wai"}, "by number": {Staff: "lee"}} {
		g := given(records...)
		g.For = who
		all := unseen.Of(g)
		if got := said(all); !slices.Equal(got, []string{"k!", "cr", "na"}) || !all[1].Own || all[1].By != "Dr LEE Ka Wai" || all[2].Own || all[2].By != "Dr HO" || all[0].By != "" {
			t.Errorf("%s: %q, %+v", name, got, all)
		}
	}
	if got := said(unseen.Of(given(records...))); !slices.Equal(got, []string{"k!", "na", "cr"}) {
		t.Errorf("for nobody: %q", got)
	}
}

func TestTheOrderInWhichRecordsComeChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var records []ehrdesk.Record
		for i := range rapid.IntRange(0, 12).Draw(t, "n") {
			l := lab{id: fmt.Sprint(i), test: rapid.SampledFrom([]string{"Potassium", "Sodium", "Urea"}).Draw(t, "test"), number: rapid.SampledFrom([]string{"1", "5", "9"}).Draw(t, "value"),
				unit: rapid.SampledFrom([]string{"mmol/L", "mg/dL"}).Draw(t, "unit"), status: rapid.SampledFrom([]string{"final", "preliminary", "corrected", "cancelled"}).Draw(t, "status"),
				flag: rapid.SampledFrom([]ehrdesk.Flag{ehrdesk.FlagNone, ehrdesk.FlagHigh, ehrdesk.FlagCriticalLow}).Draw(t, "flag"), ago: rapid.IntRange(0, 4).Draw(t, "ago")}
			records = append(records, l.record())
			if rapid.Bool().Draw(t, "reported") {
				records = append(records, report(fmt.Sprint("r", i), rapid.SampledFrom([]string{"final", "partial"}).Draw(t, "report"), l.ago, l.id))
			}
		}
		want := said(unseen.Of(given(records...)))
		if got := said(unseen.Of(given(rapid.Permutation(records).Draw(t, "order")...))); !slices.Equal(got, want) {
			t.Fatalf("got %q, want %q", got, want)
		}
	})
}
