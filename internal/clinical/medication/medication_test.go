package medication_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/medication"
)

var now = time.Date(2026, 11, 28, 10, 0, 0, 0, time.FixedZone("HKT", 8*3600))

// rec is a medication record in a line.
type rec struct {
	id, title, code, date, status, dose, route string
	kind                                       string // "" is a request; statement, dispense, administration
	days, intent, prior, under, until          string
	forbids                                    bool
	source                                     string
	besides                                    string
}

func when(s string) ehrdesk.When {
	if s == "" {
		return ehrdesk.When{}
	}
	w, err := ehrdesk.ParseWhen(s)
	if err != nil {
		panic(err)
	}
	return w
}

func code(s string) ehrdesk.Concept {
	return ehrdesk.Concept{Codings: []ehrdesk.Coding{{Code: s}}}
}

func (x rec) record() ehrdesk.Record {
	r := ehrdesk.Record{Kind: ehrdesk.KindMedication, Resource: "MedicationRequest", ID: x.id, Title: x.title, Date: when(x.date), Status: x.status, Source: x.source}
	f := ehrdesk.Facts{Code: ehrdesk.Concept{Text: x.title}, Forbids: x.forbids}
	switch x.kind {
	case "statement":
		r.Resource = "MedicationStatement"
	case "dispense":
		r.Resource = "MedicationDispense"
	case "administration":
		r.Resource = "MedicationAdministration"
	}
	if at := strings.LastIndex(x.code, ":"); at >= 0 {
		system, c := x.code[:at], x.code[at+1:]
		if system == "atc" {
			system = "http://www.whocc.no/atc"
		}
		f.Code.Codings = []ehrdesk.Coding{{System: system, Code: c}}
	}
	f.States = []ehrdesk.State{{Element: ehrdesk.StateStatus, Concept: code(x.status)}}
	if x.intent != "" {
		f.States = append(f.States, ehrdesk.State{Element: ehrdesk.StateIntent, Concept: code(x.intent)})
	}
	if x.dose != "" || x.route != "" {
		d := ehrdesk.Dosage{Route: ehrdesk.Concept{Text: x.route}}
		if n, unit, ok := strings.Cut(x.dose, " "); ok {
			d.Doses = []ehrdesk.DoseRate{{Dose: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: n, Unit: unit}}}}
		}
		f.Dosages = []ehrdesk.Dosage{d}
	}
	if x.days != "" {
		f.Supply.Days = ehrdesk.Quantity{Number: x.days, Unit: "days", Code: "d"}
	}
	if x.prior != "" {
		f.Relations = append(f.Relations, ehrdesk.Relation{Role: "priorPrescription", Ref: ehrdesk.Ref{Resource: "MedicationRequest", ID: x.prior}})
	}
	if x.under != "" {
		f.Relations = append(f.Relations, ehrdesk.Relation{Role: "authorizingPrescription", Ref: ehrdesk.Ref{Resource: "MedicationRequest", ID: x.under}})
	}
	if x.until != "" {
		f.Times = append(f.Times, ehrdesk.Timed{Name: "effective", From: when(x.date), Until: when(x.until)})
	}
	if x.besides != "" {
		f.Besides = []ehrdesk.Beside{{Element: x.besides, Concept: ehrdesk.Concept{Text: "another"}}}
	}
	r.Packed = f.Pack()
	return r
}

func of(list ...rec) *medication.List {
	var out []ehrdesk.Record
	for i := range list {
		if list[i].id == "" {
			list[i].id = fmt.Sprint("r", i)
		}
		out = append(out, list[i].record())
	}
	return medication.Of(out, now)
}

var states = [...]string{"Unknown", "Not started", "Started", "Suspended", "Completed", "Discontinued"}

// line says a drug in a line, for tests to compare.
func line(d *medication.Drug) string {
	s := fmt.Sprintf("%s %s since %s", d.Name, states[d.State], d.Since.Date())
	for i, name := range []string{"forbidden", "proposed", "not taken", "cancelled", "end passed", "supply out", "supply left", "disagreement", "contradiction", "administered"} {
		if d.Remarks.Has(1 << i) {
			s += ", " + name
		}
	}
	return s
}

func lines(l *medication.List) string {
	var out []string
	for i := range l.Current {
		out = append(out, line(&l.Current[i]))
	}
	for i := range l.Past {
		out = append(out, "past: "+line(&l.Past[i]))
	}
	return strings.Join(out, "\n")
}

func history(d *medication.Drug) string {
	var out []string
	for _, e := range d.History {
		out = append(out, string([]rune("·+~ -sg")[e.Mark])+e.Record.ID)
	}
	return strings.Join(out, " ")
}

func TestOneLineADrug(t *testing.T) {
	for _, c := range []struct {
		name string
		list []rec
		want string
	}{
		{"a repeat of the same drug is one line, since its first",
			[]rec{{title: "warfarin tablet 1 mg", code: "atc:B01AA03", date: "2026-01-05", status: "completed", dose: "3 mg", days: "84"}, {title: "warfarin tablet 1 mg", code: "atc:B01AA03", date: "2026-03-30", status: "active", dose: "3 mg"}},
			"warfarin tablet 1 mg Started since 05-Jan-2026"},
		{"a changed dose is taken since it changed",
			[]rec{{title: "warfarin tablet 1 mg", date: "2026-01-05", status: "stopped", dose: "3 mg", days: "84"}, {title: "warfarin tablet 3 mg", date: "2026-02-02", status: "active", dose: "4 mg"}},
			"warfarin tablet 3 mg Started since 02-Feb-2026"},
		{"a brand and its substance are one drug",
			[]rec{{title: "Lasix 40mg", date: "2026-01-05", status: "active"}, {title: "Furosemide 40 MG Oral Tablet", date: "2026-02-02", status: "active"}},
			"Furosemide 40 MG Oral Tablet Started since 05-Jan-2026"},
		{"a code shared makes one drug of two names",
			[]rec{{title: "Xyzalol A", code: "http://x:1", date: "2026-01-05", status: "active"}, {title: "Xyzalol B", code: "http://x:1", date: "2026-02-02", status: "active"}},
			"Xyzalol B Started since 05-Jan-2026"},
		{"a code of a class of drugs does not",
			[]rec{{title: "Xyzalol A", code: "atc:D07AB", date: "2026-01-05", status: "active"}, {title: "Xyzalol B", code: "atc:D07AB", date: "2026-02-02", status: "active"}},
			"Xyzalol B Started since 02-Feb-2026\nXyzalol A Started since 05-Jan-2026"},
		{"nor does a code that says of what system it is nowhere",
			[]rec{{title: "Xyzalol A", code: ":1", date: "2026-01-05", status: "active"}, {title: "Xyzalol B", code: ":1", date: "2026-02-02", status: "active"}},
			"Xyzalol B Started since 02-Feb-2026\nXyzalol A Started since 05-Jan-2026"},
		{"two routes are two drugs",
			[]rec{{title: "morphine", date: "2026-01-05", status: "active", route: "oral"}, {title: "morphine", date: "2026-02-02", status: "active", route: "IV"}},
			"morphine Started since 02-Feb-2026\nmorphine Started since 05-Jan-2026"},
		{"what is released slowly is another drug than the plain one",
			[]rec{{title: "morphine tablet 10 mg", date: "2026-01-05", status: "active"}, {title: "morphine MR tablet 30 mg", date: "2026-02-02", status: "active"}},
			"morphine MR tablet 30 mg Started since 02-Feb-2026\nmorphine tablet 10 mg Started since 05-Jan-2026"},
		{"a supply without a route goes to the order it was handed out under",
			[]rec{{id: "a", title: "morphine", date: "2026-11-05", status: "active", route: "oral"}, {title: "morphine", date: "2026-11-06", status: "active", route: "IV"}, {title: "morphine", date: "2026-11-07", kind: "dispense", status: "completed", under: "a", days: "28"}},
			"morphine Started since 06-Nov-2026\nmorphine Started since 05-Nov-2026"},
		{"a combination is not its part",
			[]rec{{title: "amoxicillin 500 mg capsule", date: "2026-11-05", status: "active"}, {title: "amoxicillin + clavulanate tablet", date: "2026-11-06", status: "active"}},
			"amoxicillin + clavulanate tablet Started since 06-Nov-2026\namoxicillin 500 mg capsule Started since 05-Nov-2026"},
		{"a name that contradicts its code is never made one with either",
			[]rec{{title: "apixaban 5 mg", code: "atc:B01AA03", date: "2026-11-05", status: "active"}, {title: "warfarin 3 mg", code: "atc:B01AA03", date: "2026-11-06", status: "active"}, {title: "apixaban 5 mg", date: "2026-11-07", status: "active"}},
			"apixaban 5 mg Started since 07-Nov-2026\nwarfarin 3 mg Started since 06-Nov-2026\napixaban 5 mg Started since 05-Nov-2026, contradiction"},
		{"two names of two drugs under one code stay two",
			[]rec{{title: "warfarin 3 mg", code: "http://x:9", date: "2026-11-05", status: "active"}, {title: "apixaban 5 mg", code: "http://x:9", date: "2026-11-06", status: "active"}},
			"apixaban 5 mg Started since 06-Nov-2026\nwarfarin 3 mg Started since 05-Nov-2026"},
		{"a product entered in error is no drug like another",
			[]rec{{title: "warfarin 3 mg", date: "2026-11-05", status: "active", besides: ehrdesk.BesideDrugInError}, {title: "warfarin 3 mg", date: "2026-11-06", status: "active"}},
			"warfarin 3 mg Started since 06-Nov-2026\nwarfarin 3 mg Started since 05-Nov-2026, contradiction"},
		{"drugs without a name are each a line",
			[]rec{{date: "2026-11-05", status: "active"}, {date: "2026-11-06", status: "active"}},
			" Started since 06-Nov-2026\n Started since 05-Nov-2026"},
	} {
		if got := lines(of(c.list...)); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestHowADrugStands(t *testing.T) {
	const name = "ramipril"
	for _, c := range []struct {
		name string
		list []rec
		want string
	}{
		{"active", []rec{{date: "2026-01-05", status: "active"}}, "Started since 05-Jan-2026"},
		{"on hold", []rec{{date: "2026-01-05", status: "on-hold"}}, "Suspended since 05-Jan-2026"},
		{"stopped", []rec{{date: "2026-01-05", status: "stopped"}}, "past: Discontinued since 05-Jan-2026"},
		{"completed", []rec{{date: "2026-01-05", status: "completed"}}, "past: Completed since 05-Jan-2026"},
		{"cancelled", []rec{{date: "2026-01-05", status: "cancelled"}}, "past: Not started since 05-Jan-2026, cancelled"},
		{"no status is unknown, and may be taken", []rec{{date: "2026-01-05"}}, "Unknown since 05-Jan-2026"},
		{"begins later", []rec{{date: "2026-12-24", status: "active"}}, "Not started since 24-Dec-2026"},
		{"not taken, as the patient says", []rec{{date: "2026-01-05", status: "not-taken", kind: "statement"}}, "past: Not started since 05-Jan-2026, not taken"},
		{"its own end has passed, and nothing says that it ended", []rec{{date: "2026-01-05", until: "2026-01-12", status: "active"}}, "past: Unknown since 05-Jan-2026, end passed"},
		{"its end is to come", []rec{{date: "2026-11-25", until: "2026-12-02", status: "active"}}, "Started since 25-Nov-2026"},
		{"the last day is a day of the course", []rec{{date: "2026-11-25", until: "2026-11-28", status: "active"}}, "Started since 25-Nov-2026"},
		{"completed with an end that has passed was completed", []rec{{date: "2026-01-05", until: "2026-01-12", status: "completed"}}, "past: Completed since 05-Jan-2026"},
		{"supplied until long ago: possibly", []rec{{date: "2026-01-05", status: "active", days: "28"}}, "Started since 05-Jan-2026, supply out"},
		{"supplied again", []rec{{date: "2026-01-05", status: "active", days: "28"}, {date: "2026-11-10", kind: "dispense", status: "completed", days: "28"}}, "Started since 05-Jan-2026"},
		{"the order is complete, the supply lasts", []rec{{date: "2026-11-01", status: "completed"}, {date: "2026-11-02", kind: "dispense", status: "completed", days: "84"}}, "Started since 01-Nov-2026, supply left"},
		{"stopped after it was supplied", []rec{{id: "o", date: "2026-11-01", status: "stopped"}, {date: "2026-11-02", kind: "dispense", status: "completed", days: "84", under: "o"}}, "past: Discontinued since 01-Nov-2026"},
		{"supplied and never ordered here", []rec{{date: "2026-11-02", kind: "dispense", status: "completed", days: "84"}}, "Started since 02-Nov-2026, supply left"},
		{"supplied again and again", []rec{{date: "2026-01-02", kind: "dispense", status: "completed", days: "28"}, {date: "2026-09-02", kind: "dispense", status: "completed", days: "56"}, {date: "2026-11-02", kind: "dispense", status: "completed", days: "84"}}, "Started since 02-Sep-2026, supply left"},
		{"a cancelled order between two of one dose changes nothing", []rec{{date: "2026-01-05", status: "completed", dose: "5 mg"}, {date: "2026-02-05", status: "cancelled", dose: "9 mg"}, {date: "2026-03-05", status: "active", dose: "5 mg"}}, "Started since 05-Jan-2026"},
		{"supplied once, used up", []rec{{date: "2026-01-02", kind: "dispense", status: "completed", days: "7"}}, "past: Unknown since 02-Jan-2026, supply out"},
		{"a dose that was given", []rec{{date: "2026-01-02", kind: "administration", status: "completed"}}, "past: Completed since 02-Jan-2026, administered"},
		{"an order that runs and a newer one that ended contradict", []rec{{date: "2025-01-05", status: "active"}, {date: "2026-01-05", status: "stopped"}}, "Started since 05-Jan-2025, disagreement"},
		{"an order whose place another took does not run", []rec{{id: "a", date: "2025-01-05", status: "active"}, {date: "2026-01-05", status: "stopped", prior: "a"}}, "past: Discontinued since 05-Jan-2025"},
		{"a draft is no order", []rec{{date: "2026-01-05", status: "draft"}}, "Not started since 05-Jan-2026, proposed"},
		{"a plan is no order", []rec{{date: "2026-01-05", status: "active", intent: "plan"}}, "Not started since 05-Jan-2026, proposed"},
		{"a plan and an order are two lines", []rec{{date: "2026-01-05", status: "active", intent: "plan"}, {date: "2026-01-06", status: "active", intent: "order"}}, "Started since 06-Jan-2026\nramipril Not started since 05-Jan-2026, proposed"},
		{"what must not be given stands beside what is", []rec{{date: "2026-01-05", status: "active", forbids: true}, {date: "2026-01-06", status: "active"}}, "Started since 06-Jan-2026\nramipril Started since 05-Jan-2026, forbidden"},
		{"entered in error counts nowhere", []rec{{date: "2026-01-05", status: "entered-in-error"}}, ""},
	} {
		for i := range c.list {
			c.list[i].title = name
		}
		got := lines(of(c.list...))
		got = strings.Replace(strings.TrimPrefix(got, name+" "), "past: "+name+" ", "past: ", 1)
		if got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestWhatADrugWasThroughTheYears(t *testing.T) {
	l := of(
		rec{id: "a", title: "warfarin", date: "2020-01-06", status: "completed", dose: "2 mg", days: "28"},
		rec{id: "b", title: "warfarin", date: "2020-02-03", status: "completed", dose: "2.0 mg", days: "28"},
		rec{id: "c", title: "warfarin", date: "2020-03-02", status: "stopped", dose: "3 mg", days: "28"},
		rec{id: "d", title: "warfarin", date: "2026-10-05", status: "stopped", dose: "3 mg", days: "28"},
		rec{id: "e", title: "warfarin", date: "2026-10-19", status: "active", dose: "4 mg", days: "84"},
		rec{id: "s", title: "warfarin", date: "2026-10-19", kind: "dispense", status: "completed", days: "84", source: "QMH"},
		rec{id: "x", title: "warfarin", date: "2026-10-20", status: "cancelled", dose: "9 mg"},
	)
	if len(l.Current) != 1 || len(l.Past) != 0 {
		t.Fatal(lines(l))
	}
	d := &l.Current[0]
	if got, want := history(d), "·x ss ~e +d -c ~c  b +a"; got != want {
		t.Errorf("history is %q, want %q", got, want)
	}
	if d.Lead.ID != "e" || d.Before == nil || d.Before.ID != "d" || d.Since.Date() != "19-Oct-2026" || d.First.Date() != "06-Jan-2020" || d.Supplies != 1 || d.Repeats != 1 || d.Where != "QMH" {
		t.Errorf("%+v", d)
	}
}

func TestTheStepOfATaperIsTheOneThatItsDaysComeTo(t *testing.T) {
	step := func(n, days string) ehrdesk.Dosage {
		return ehrdesk.Dosage{Sequence: n, Timing: ehrdesk.Timing{Bounds: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: days, Code: "d"}}}}
	}
	for _, c := range []struct {
		from  string
		steps []ehrdesk.Dosage
		step  int
		since string
		until string
	}{
		{"2026-11-20", []ehrdesk.Dosage{step("1", "7"), step("2", "7")}, 2, "27-Nov-2026", "04-Dec-2026"},
		{"2026-11-25", []ehrdesk.Dosage{step("1", "7"), step("2", "7")}, 1, "25-Nov-2026", "02-Dec-2026"},
		{"2026-11-20", []ehrdesk.Dosage{step("1", "30"), step("1", "30")}, 0, "", ""}, // both at once
		{"2026-11-20", []ehrdesk.Dosage{step("1", "7"), step("2", "")}, 0, "", ""},
		{"2026-11", []ehrdesk.Dosage{step("1", "30"), step("2", "30")}, 0, "", ""},
		{"", []ehrdesk.Dosage{step("1", "30"), step("2", "30")}, 0, "", ""},
	} {
		r := rec{id: "a", title: "prednisolone", date: c.from, status: "active"}.record()
		f := r.Facts()
		f.Dosages = c.steps
		r.Packed = f.Pack()
		d := medication.Of([]ehrdesk.Record{r}, now).Current[0]
		if d.Step != c.step || d.StepSince.Date() != c.since || d.StepUntil.Date() != c.until {
			t.Errorf("from %s: step %d from %s until %s, want %d, %s, %s", c.from, d.Step, d.StepSince.Date(), d.StepUntil.Date(), c.step, c.since, c.until)
		}
	}
}

// Two orders that run at once and say two doses: neither may hide the other.
func TestAnotherDoseThatRunsAtTheSameTimeIsSaid(t *testing.T) {
	l := of(rec{id: "a", title: "warfarin", date: "2026-01-06", status: "active", dose: "2 mg"}, rec{id: "b", title: "warfarin", date: "2026-02-06", status: "active", dose: "3 mg"}, rec{id: "c", title: "warfarin", date: "2026-01-01", status: "active", dose: "3 mg"})
	if d := &l.Current[0]; d.Lead.ID != "b" || len(d.Also) != 1 || d.Also[0].ID != "a" {
		t.Errorf("%s also %v", line(d), d.Also)
	}
}

func TestNoDrugIsMadeOfASayingThatThereIsNone(t *testing.T) {
	l := of(rec{title: "No information about medications", code: "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips:no-medication-info", kind: "statement", status: "active"})
	if l.Len() != 0 || len(l.Said) != 1 || l.Said[0].None {
		t.Errorf("no information: %s, %v", lines(l), l.Said)
	}
	l = of(rec{title: "x", code: "http://snomed.info/sct:787481004", kind: "statement", status: "active"})
	if l.Len() != 0 || len(l.Said) != 1 || !l.Said[0].None {
		t.Errorf("none: %s, %v", lines(l), l.Said)
	}
}

func TestHighRiskDrugsAreMarked(t *testing.T) {
	for _, c := range []struct{ title, code, route, want string }{
		{"warfarin", "", "", "anticoagulant"}, {"Eliquis 5 mg", "", "", "anticoagulant"}, {"甘精胰島素注射液", "", "", "insulin"}, {"MST Continus", "", "", "opioid"}, {"lithium carbonate 400 mg", "", "", "lithium"},
		{"methotrexate tablet 2.5 mg", "", "", "methotrexate"}, {"ciclosporin", "", "oral", "immunosuppressant"}, {"ciclosporin eye drops", "", "", ""}, {"tacrolimus ointment 0.1%", "", "", ""}, {"fentanyl patch", "", "topical", "opioid"},
		{"local name", "atc:N02AA99", "", "opioid"}, {"Acetaminophen 300 MG / HYDROcodone Bitartrate 5 MG [Vicodin]", "", "", "opioid"}, {"paracetamol", "", "", ""}, {"insulin pen needle", "", "", ""},
		{"paracetamol", "atc:B01AA03", "", "anticoagulant"}, // it contradicts itself: the graver counts
	} {
		l := of(rec{title: c.title, code: c.code, route: c.route, status: "active"})
		if got := strings.Join(l.Current[0].Risks, " "); got != c.want {
			t.Errorf("%s is %q, want %q", c.title, got, c.want)
		}
	}
}
