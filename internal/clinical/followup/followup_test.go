package followup_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/followup"
	"github.com/ehrdesk/ehrdesk/internal/tables"
)

const (
	clinicName   = "Harbour Light Clinic"
	clinicNumber = "9265486345"
)

func onDay(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

// rec is a record of the clinic's, of a day; change makes of its facts what a case needs.
func rec(resource, id, status, day string, change ...func(*ehrdesk.Facts)) ehrdesk.Record {
	kinds := map[string]ehrdesk.Kind{"Appointment": ehrdesk.KindEncounter, "Encounter": ehrdesk.KindEncounter, "ServiceRequest": ehrdesk.KindReferral, "DiagnosticReport": ehrdesk.KindLaboratory, "Observation": ehrdesk.KindLaboratory, "DocumentReference": ehrdesk.KindNote}
	w, err := ehrdesk.ParseWhen(day)
	if err != nil {
		panic(err)
	}
	r := ehrdesk.Record{Kind: kinds[resource], Resource: resource, ID: id, Status: status, Date: w, Source: clinicName}
	f := ehrdesk.Facts{}
	for _, c := range change {
		c(&f)
	}
	r.Packed = f.Pack()
	return r
}

func from(source string, r ehrdesk.Record) ehrdesk.Record {
	r.Source = source
	return r
}

func isOf(role, resource, id string) func(*ehrdesk.Facts) {
	return func(f *ehrdesk.Facts) {
		f.Relations = append(f.Relations, ehrdesk.Relation{Role: role, Ref: ehrdesk.Ref{Resource: resource, ID: id}})
	}
}

func ordered(system, code string) func(*ehrdesk.Facts) {
	return func(f *ehrdesk.Facts) { f.Code.Codings = []ehrdesk.Coding{{System: system, Code: code}} }
}

func says(e ehrdesk.StateElement, code string) func(*ehrdesk.Facts) {
	return func(f *ehrdesk.Facts) {
		f.States = append(f.States, ehrdesk.State{Element: e, Concept: ehrdesk.Concept{Codings: []ehrdesk.Coding{{Code: code}}}})
	}
}

func refers(f *ehrdesk.Facts) {
	f.Categories = []ehrdesk.Concept{{Text: "Healthcare referral 醫療轉介"}}
}

func to(name string) func(*ehrdesk.Facts) {
	return func(f *ehrdesk.Facts) { f.Parties = append(f.Parties, ehrdesk.Party{Role: "performer", Display: name}) }
}

func TestWhatAClinicHasToFollowUp(t *testing.T) {
	const loinc = "http://loinc.org"
	type recs = []ehrdesk.Record
	for _, tt := range []struct {
		about string
		recs  recs
		want  string
	}{
		{"a booking that nobody came for", recs{rec("Appointment", "a", "booked", "2026-11-20T09:00:00+08:00")}, "missed Appointment/a 2026-11-20 2026-11-21"},
		{"marked as not come", recs{rec("Appointment", "a", "noshow", "2026-11-20")}, "missed Appointment/a 2026-11-20 2026-11-21"},
		{"of yesterday, the clinic may write the visit down yet", recs{rec("Appointment", "a", "booked", "2026-11-29")}, ""},
		{"to come", recs{rec("Appointment", "a", "booked", "2026-12-20")}, ""},
		{"cancelled", recs{rec("Appointment", "a", "cancelled", "2026-11-20")}, ""},
		{"of another institution", recs{from("QMH", rec("Appointment", "a", "booked", "2026-11-20"))}, ""},
		{"the patient was here that day", recs{rec("Appointment", "a", "booked", "2026-11-20"), rec("Encounter", "e", "finished", "2026-11-20T15:00:00+08:00")}, ""},
		{"or since", recs{rec("Appointment", "a", "booked", "2026-11-20"), rec("Encounter", "e", "finished", "2026-11-25")}, ""},
		{"or has an appointment that was kept", recs{rec("Appointment", "a", "booked", "2026-11-20"), rec("Appointment", "b", "fulfilled", "2026-11-22")}, ""},
		{"or is booked once more", recs{rec("Appointment", "a", "noshow", "2026-11-20"), rec("Appointment", "b", "booked", "2026-12-04")}, ""},
		{"was here before", recs{rec("Appointment", "a", "booked", "2026-11-20"), rec("Encounter", "e", "finished", "2026-11-19")}, "missed Appointment/a 2026-11-20 2026-11-21"},
		{"was at another institution", recs{rec("Appointment", "a", "booked", "2026-11-20"), from("QMH", rec("Encounter", "e", "finished", "2026-11-20"))}, "missed Appointment/a 2026-11-20 2026-11-21"},
		{"by a month alone", recs{rec("Appointment", "a", "booked", "2026-10")}, ""},
		{"in error", recs{rec("Appointment", "a", "entered-in-error", "2026-11-20")}, ""},
		{"too long ago", recs{rec("Appointment", "a", "booked", "2026-08-01")}, "missed Appointment/a 2026-08-01 2026-08-02 old"},

		{"a referral without an answer", recs{rec("ServiceRequest", "r", "active", "2026-08-01", refers)}, "referral ServiceRequest/r 2026-08-01 2026-10-30"},
		{"it has time", recs{rec("ServiceRequest", "r", "active", "2026-10-01", refers)}, ""},
		{"an urgent one", recs{rec("ServiceRequest", "r", "active", "2026-11-01", refers, says(ehrdesk.StatePriority, "urgent"))}, "referral ServiceRequest/r 2026-11-01 2026-11-15"},
		{"answered", recs{rec("ServiceRequest", "r", "active", "2026-08-01", refers), from("QMH", rec("DocumentReference", "d", "current", "2026-09-01", isOf("basedOn", "ServiceRequest", "r")))}, ""},
		{"seen by whom it was to", recs{rec("ServiceRequest", "r", "active", "2026-08-01", refers, to("QMH")), from("qmh", rec("Encounter", "e", "finished", "2026-09-01"))}, ""},
		{"seen by somebody else", recs{rec("ServiceRequest", "r", "active", "2026-08-01", refers, to("QMH")), from("PMH", rec("Encounter", "e", "finished", "2026-09-01"))}, "referral ServiceRequest/r 2026-08-01 2026-10-30"},
		{"completed", recs{rec("ServiceRequest", "r", "completed", "2026-08-01", refers)}, ""},
		{"of another institution to this one", recs{from("QMH", rec("ServiceRequest", "r", "active", "2026-08-01", refers, to(clinicName)))}, ""},
		{"planned alone", recs{rec("ServiceRequest", "r", "active", "2026-08-01", refers, says(ehrdesk.StateIntent, "plan"))}, ""},

		{"a test that has not come back", recs{rec("ServiceRequest", "s", "active", "2026-11-01", ordered(loinc, "4548-4"))}, "test ServiceRequest/s 2026-11-01 2026-11-15"},
		{"it has time", recs{rec("ServiceRequest", "s", "active", "2026-11-20", ordered(loinc, "4548-4"))}, ""},
		{"asked for at once", recs{rec("ServiceRequest", "s", "active", "2026-11-27", ordered(loinc, "2823-3"), says(ehrdesk.StatePriority, "stat"))}, "test ServiceRequest/s 2026-11-27 2026-11-28"},
		{"reported", recs{rec("ServiceRequest", "s", "active", "2026-11-01", ordered(loinc, "4548-4")), rec("DiagnosticReport", "d", "final", "2026-11-04", isOf("basedOn", "ServiceRequest", "s"))}, ""},
		{"registered alone", recs{rec("ServiceRequest", "s", "active", "2026-11-01", ordered(loinc, "4548-4")), rec("DiagnosticReport", "d", "registered", "2026-11-04", isOf("basedOn", "ServiceRequest", "s"))}, "test ServiceRequest/s 2026-11-01 2026-11-15"},
		{"measured, and the result does not say of which request", recs{rec("ServiceRequest", "s", "active", "2026-11-01", ordered(loinc, "4548-4")), from("Lab", rec("Observation", "o", "final", "2026-11-03", ordered(loinc, "4548-4")))}, ""},
		{"measured before", recs{rec("ServiceRequest", "s", "active", "2026-11-01", ordered(loinc, "4548-4")), rec("Observation", "o", "final", "2026-10-03", ordered(loinc, "4548-4"))}, "test ServiceRequest/s 2026-11-01 2026-11-15"},
		{"something else was measured", recs{rec("ServiceRequest", "s", "active", "2026-11-01", ordered(loinc, "4548-4")), rec("Observation", "o", "final", "2026-11-03", ordered(loinc, "2823-3"))}, "test ServiceRequest/s 2026-11-01 2026-11-15"},
		{"nobody can tell what was asked for", recs{rec("ServiceRequest", "s", "active", "2026-01-01")}, ""},
		{"not to be done", recs{rec("ServiceRequest", "s", "active", "2026-11-01", ordered(loinc, "4548-4"), func(f *ehrdesk.Facts) { f.Forbids = true })}, ""},
	} {
		found, looked := followup.Find(followup.In{Records: [][]ehrdesk.Record{tt.recs}, Today: onDay("2026-11-30"), Provider: clinicNumber, Name: clinicName, Seen: func(ehrdesk.Kind) bool { return true }})
		var got []string
		for _, f := range found {
			s := fmt.Sprintf("%s %s %s %s", f.What, f.Ref, f.Day.Format(time.DateOnly), f.Due.Format(time.DateOnly))
			if f.Old {
				s += " old"
			}
			got = append(got, s)
		}
		if s := strings.Join(got, "; "); s != tt.want || len(looked) != 3 {
			t.Errorf("%s: %q, want %q", tt.about, s, tt.want)
		}
	}
}

func TestTheClinicIsKnownByItsNumberToo(t *testing.T) {
	r := from("Dr LEE", rec("Appointment", "a", "booked", "2026-11-20", func(f *ehrdesk.Facts) {
		f.Parties = []ehrdesk.Party{{Role: "actor", Display: "Dr LEE"}, {Role: "actor", Identifier: clinicNumber}}
	}))
	for number, want := range map[string]int{clinicNumber: 1, "1111111111": 0, "": 0} {
		found, _ := followup.Find(followup.In{Records: [][]ehrdesk.Record{{r}}, Today: onDay("2026-11-30"), Provider: number, Seen: func(ehrdesk.Kind) bool { return true }})
		if len(found) != want {
			t.Errorf("%q: %v", number, found)
		}
	}
}

// Where a kind of record is not all here nothing is found that one of them could speak against, and it is
// said that nothing was looked for.
func TestNothingIsFoundWhereRecordsAreNotAllHere(t *testing.T) {
	all := []ehrdesk.Record{rec("Appointment", "a", "booked", "2026-11-20"), rec("ServiceRequest", "r", "active", "2026-08-01", refers), rec("ServiceRequest", "s", "active", "2026-11-01", ordered("http://loinc.org", "4548-4"))}
	for lacks, want := range map[ehrdesk.Kind]string{
		ehrdesk.KindEncounter: "[test]", ehrdesk.KindReferral: "[missed]", ehrdesk.KindNote: "[missed test]", ehrdesk.KindLaboratory: "[missed referral]",
		ehrdesk.KindRadiology: "[missed referral]", ehrdesk.KindOtherInvestigation: "[missed referral]", ehrdesk.KindAllergy: "[missed referral test]",
	} {
		found, looked := followup.Find(followup.In{Records: [][]ehrdesk.Record{all}, Today: onDay("2026-11-30"), Name: clinicName, Seen: func(k ehrdesk.Kind) bool { return k != lacks }})
		if fmt.Sprint(looked) != want || len(found) != len(looked) {
			t.Errorf("without %s: %v, %v; want %s", lacks, looked, found, want)
		}
	}
}

// Whatever records there are, nothing is found twice, before its time, or of what is restricted; and a day
// later no more is found than what fell due that day.
func TestNothingIsFoundTwiceOrBeforeItsTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []ehrdesk.Record
		for i := range rapid.IntRange(0, 12).Draw(t, "records") {
			day := onDay("2026-07-01").AddDate(0, 0, rapid.IntRange(0, 180).Draw(t, "day")).Format(time.DateOnly)
			r := rec(rapid.SampledFrom([]string{"Appointment", "Encounter", "ServiceRequest", "DiagnosticReport", "Observation"}).Draw(t, "resource"), strconv.Itoa(i),
				rapid.SampledFrom([]string{"booked", "active", "finished", "final", "noshow", "cancelled"}).Draw(t, "status"), day, ordered("http://loinc.org", rapid.SampledFrom([]string{"1", "2"}).Draw(t, "code")))
			r.Restricted = rapid.Bool().Draw(t, "restricted")
			all = append(all, r)
		}
		today := onDay("2026-11-30")
		find := func(today time.Time) map[ehrdesk.Ref]ehrdesk.LooseEnd {
			found, _ := followup.Find(followup.In{Records: [][]ehrdesk.Record{all}, Today: today, Name: clinicName, Seen: func(ehrdesk.Kind) bool { return true }})
			out := map[ehrdesk.Ref]ehrdesk.LooseEnd{}
			for _, f := range found {
				if _, twice := out[f.Ref]; twice || !f.Due.Before(today) || f.Day.After(f.Due) {
					t.Fatalf("%+v", f)
				}
				out[f.Ref] = f
			}
			return out
		}
		now, later := find(today), find(today.AddDate(0, 0, 1))
		for _, r := range all {
			if _, found := now[r.Ref()]; found && r.Restricted {
				t.Fatalf("%+v is restricted", r)
			}
		}
		for ref, f := range later {
			if _, had := now[ref]; !had && !f.Due.Equal(today) && r(all, ref).Resource != "Appointment" {
				t.Fatalf("%+v was found only a day later", f)
			}
		}
	})
}

func r(all []ehrdesk.Record, ref ehrdesk.Ref) ehrdesk.Record {
	for _, x := range all {
		if x.Ref() == ref {
			return x
		}
	}
	return ehrdesk.Record{}
}

func TestTheTableOfTimesIsWhole(t *testing.T) {
	have := map[string]bool{}
	for _, f := range tables.FollowUps() {
		days, err := strconv.Atoi(f[2])
		most, err2 := strconv.Atoi(f[3])
		if err != nil || err2 != nil || days < 1 || most < days || most > 700 || f[4] == "" {
			t.Errorf("%v", f)
		}
		have[f[0]+" "+f[1]] = true
	}
	for _, w := range ehrdesk.FollowKinds() {
		if !have[string(w)+" routine"] {
			t.Errorf("no time for %s", w)
		}
	}
}
