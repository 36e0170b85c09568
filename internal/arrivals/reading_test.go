package arrivals

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // a machine may have no table of zones

	"github.com/ehrdesk/ehrdesk"
)

func read(t *testing.T, text string, o Options) Reading {
	t.Helper()
	o.Now = monday()
	r, err := Read([]byte(text), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestATimeIsAsItIsWrittenOrNone(t *testing.T) {
	for s, want := range map[string]string{
		"9:05": "09:05", "09:05:30": "09:05", "2:30 PM": "14:30", "2:30pm": "14:30", "2:30 p.m.": "14:30", "12:30 AM": "00:30", "12:30 PM": "12:30", "下午2:30": "14:30", "上午 12:30": "00:30",
		"下午 12:30": "12:30", "中午12:00": "12:00", "14時30分": "14:30", "14时30分": "14:30", "下午2時半": "14:30", "9點": "09:00", "1430": "14:30", "905": "09:05", "1430hrs": "14:30", "9am": "09:00", "14h30": "14:30",
		"０９：０５": "09:05", "0.4375": "10:30", "45000.4375": "10:30", "9.30": "09:30", "PM 2:30": "14:30", "14:30 PM": "14:30", "09:00-09:15": "09:00", "11:30-12:15 PM": "11:30", "9:00 AM-1:00": "09:00",
		"2:30 - 2:45 PM": "14:30", "下午2:30至3:00": "14:30", "晚上7:30": "19:30",
		"": "", "-": "", "TBC": "", "walk-in": "", "待定": "", "00:00": "", "12:00:00 AM": "",
		"25:70": "no", "9.3": "no", "24:00": "no", "13:30 AM": "no", "0": "no", "1": "no", "9": "no", "0.0": "no", "1.5": "no", "晚上12:30": "no", "11:30-1:00": "no", "9:05 10:05": "no", "9:05x": "no", "-0.5": "no", "12345678": "no", "1E-1": "no",
	} {
		m, ok := momentOf(s, true, monday())
		got := ""
		switch {
		case !ok:
			got = "no"
		case m.clock != none:
			got = at(monday(), m.clock).Format("15:04")
		}
		if got != want {
			t.Errorf("%q is read %q, want %q", s, got, want)
		}
	}
}

func TestADateIsOneDayOrSeveral(t *testing.T) {
	all := []Order{DayFirst, MonthFirst, YearFirst}
	for s, want := range map[string]string{
		"2026-11-30": "2026-11-30", "2026/1/2": "2026-01-02", "2026.11.30": "2026-11-30", "20261130": "2026-11-30", "2026年11月30日": "2026-11-30", "民國115年11月30日": "2026-11-30", "115/11/30": "2026-11-30",
		"1151130": "2026-11-30", "30-Nov-26": "2026-11-30", "30 November 2026": "2026-11-30", "Nov 30, 2026": "2026-11-30", "Monday, November 30, 2026": "2026-11-30", "30/11/2026": "2026-11-30", "11/30/2026": "2026-11-30",
		"26/11/30": "2026-11-30", "46356": "2026-11-30", "46356.5": "2026-11-30", "2026-11-30T23:00:00Z": "2026-12-01", "30-Nov": "2026-11-30", "1月2日": "2027-01-02", "2026/11/30 (一)": "2026-11-30", "2026/11/30上午9:05": "2026-11-30",
		"03/04/2026": "2", "03/03/2026": "2026-03-03", "31/02/2026": "no", "2026-13-01": "no", "30/11": "no", "99/99/99": "no",
	} {
		m, ok := momentOf(s, true, monday())
		got := "no"
		if days := m.date.within(all); ok && len(days) == 1 {
			got = days[0].in(time.UTC).Format(time.DateOnly)
		} else if ok {
			got = fmt.Sprint(len(days))
		}
		if got != want {
			t.Errorf("%q is read %q, want %q", s, got, want)
		}
	}
}

func TestDigitsAloneAreNoTimeWithoutAHeading(t *testing.T) {
	r := read(t, "A123456(3),0905,0.5,46356,Dr LEE 2\nB123456(6),1430,0.75,46357\n", Options{})
	if len(r.Rows) != 2 || r.Untimed() != 2 || !r.Rows[1].Day.Equal(dayOf(monday())) {
		t.Errorf("%+v", r)
	}
}

func TestAWrongCheckDigitIsToldAndNobodyElseIsTaken(t *testing.T) {
	r := read(t, "A123456(7),B123456(6),9:05\n", Options{})
	if len(r.Rows) != 0 || len(r.Refused) != 1 || r.Refused[0].Why != CheckDigit {
		t.Errorf("%+v", r)
	}
}

// TestANoteNamesNobody: whom a line is about stands in its number, not in what is noted
// beside it.
func TestANoteNamesNobody(t *testing.T) {
	r := read(t, "HKIC,Time,Notes\n,9:05,mother A123456(3)\nB123456(6),9:10,mother A123456(3)\nC123456(9),9:15,"+strings.Repeat("x", 300)+"\n", Options{})
	if len(r.Rows) != 2 || r.Rows[0].Number.Printed() != "B123456(6)" || len(r.Refused) != 1 || r.Refused[0].Why != NoNumber {
		t.Errorf("%+v", r)
	}
}

// TestWhoAccompaniesIsNotWhoComes: a parent or a practitioner who takes part has numbers too.
func TestWhoAccompaniesIsNotWhoComes(t *testing.T) {
	const id = `"identifier":{"system":"urn:example:hk:hkic","value":"%s"}`
	for _, other := range []string{`"reference":"RelatedPerson/1"`, `"type":"RelatedPerson"`, `"reference":"http://other.example/Practitioner/1"`, `"type":"Practitioner"`} {
		body := `{"resourceType":"Appointment","status":"booked","start":"2026-11-30T09:05:00+08:00","participant":[{"actor":{` + other + "," + fmt.Sprintf(id, "B1234566") + `}},{"actor":{"type":"Patient",` + fmt.Sprintf(id, "A1234563") + `}}]}`
		if r := read(t, body, Options{}); len(r.Rows) != 1 || r.Rows[0].Number.Printed() != "A123456(3)" {
			t.Errorf("%s: %+v", other, r)
		}
	}
}

// TestPatientsOfABundleAreNotItsLines: five thousand bookings come with their people.
func TestPatientsOfABundleAreNotItsLines(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"resourceType":"Bundle","entry":[`)
	for i := range 3000 {
		n := person(i).HKIC.Compact()
		fmt.Fprintf(&b, `{"resource":{"resourceType":"Patient","id":"p%d","identifier":[{"value":"%s"}]}},{"resource":{"resourceType":"Appointment","status":"booked","start":"2026-11-30T09:05:00+08:00","participant":[{"actor":{"reference":"Patient/p%d"}}]}},`, i, n, i)
	}
	body := strings.TrimSuffix(b.String(), ",") + "]}"
	if r := read(t, body, Options{}); len(r.Rows) != 3000 {
		t.Errorf("%d rows, %d refused", len(r.Rows), len(r.Refused))
	}
}

// TestACalendarsTimesAreTheClinics, whatever zone they were written in.
func TestACalendarsTimesAreTheClinics(t *testing.T) {
	for start, want := range map[string]string{
		"DTSTART:20261130T090500": "09:05", "DTSTART:20261130T010500Z": "09:05", "DTSTART;TZID=Asia/Hong_Kong:20261130T090500": "09:05", "DTSTART;TZID=Asia/Tokyo:20261130T100500": "09:05",
		"DTSTART;TZID=/freeassociation.sourceforge.net/Asia/Hong_Kong:20261130T090500": "09:05", `DTSTART;TZID="China Standard Time":20261130T090500`: "09:05", "DTSTART;TZID=Europe/London:20261130T010500": "09:05",
		"DTSTART;VALUE=DATE:20261130": "-", "DTSTART;TZID=../../etc/passwd:20261130T090500": "time", "DTSTART;TZID=Nowhere:20261130T090500": "time", "DTSTART:2026": "time", "X-NO:1": "date",
	} {
		r := read(t, "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"+start+"\r\nSUMMARY:A123456(3)\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n", Options{})
		got := "-"
		switch {
		case len(r.Refused) > 0:
			got = string(r.Refused[0].Why)
		case !r.Rows[0].At.IsZero():
			got = r.Rows[0].At.Format("15:04")
		}
		if got != want {
			t.Errorf("%s: %s, want %s", start, got, want)
		}
	}
}

func TestAFileThatWasCutIsStillInItsEncoding(t *testing.T) {
	whole := "HKIC,姓名,Time\nA123456(3),陳大文,9:05\nB123456(6),黃小明黃小明黃小明,9:10\nC123456(9),李嘉欣"
	r := read(t, whole[:len(whole)-1], Options{})
	if r.Encoding != UTF8 || r.Unsure || len(r.Rows) != 2 || len(r.Refused) != 1 || r.Refused[0].Why != Garbled {
		t.Errorf("%+v", r)
	}
}

// TestCellsThatProtectTheirTextAreRead: as programs have spreadsheets keep a number's zeros.
func TestCellsThatProtectTheirTextAreRead(t *testing.T) {
	for _, list := range []string{"HKIC,eHR No,Time\n=\"A123456(3)\",=\"123456789012\",=\"09:05\"\n", "HKIC,eHR No,Time\n\"=\"\"A123456(3)\"\"\",'123456789012,'09:05\n"} {
		if r := read(t, list, Options{}); len(r.Rows) != 1 || r.Rows[0].Number.Printed() != "A123456(3)" || r.Rows[0].At.Format("15:04") != "09:05" {
			t.Errorf("%q: %+v", list, r)
		}
	}
}

func TestWhoseDatesCanBeMeantTwoWaysIsAsked(t *testing.T) {
	const list = "HKIC,Date,Time\nA123456(3),3/12/2026,9:05\n"
	if r := read(t, list, Options{}); !r.Open() || len(r.Rows) != 0 {
		t.Errorf("%+v", r)
	}
	for o, want := range map[Order]time.Month{DayFirst: time.December, MonthFirst: time.March} {
		r := read(t, list, Options{Order: o})
		got := time.March // past, and refused as such
		if len(r.Rows) == 1 {
			got = r.Rows[0].Day.Month()
		} else if r.Refused[0].Why != Past {
			t.Errorf("%s: %+v", o, r)
		}
		if got != want || r.OrderBy != ByPerson {
			t.Errorf("%s: %s, %+v", o, got, r)
		}
	}
	title := read(t, "List of 3/12/2026\nHKIC,Time\nA123456(3),9:05\n", Options{})
	if !title.Open() || len(title.Rows) != 0 {
		t.Errorf("the day above the headings is not asked for: %+v", title)
	}
	made := read(t, "Printed on 28/11/2026\nHKIC,Time\nA123456(3),9:05\n", Options{})
	if len(made.Rows) != 1 || !made.Rows[0].Day.Equal(dayOf(monday())) {
		t.Errorf("the day it was printed: %+v", made)
	}
}

func TestAnEncodingThatCannotBeToldIsAsked(t *testing.T) {
	// One pair of bytes is 麻 or 陈.
	body := "HKIC,Name,Time\nA123456(3),X\xb3\xc2,9:05\n"
	r := read(t, body, Options{})
	if !r.Unsure {
		t.Errorf("told from two bytes: %+v", r)
	}
	if r := read(t, body, Options{Encoding: Big5}); r.Unsure || r.Rows[0].Name != "X麻" {
		t.Errorf("%+v", r)
	}
	if r := read(t, body, Options{Encoding: GB18030}); r.Unsure || r.Rows[0].Name != "X陈" {
		t.Errorf("%+v", r)
	}
}

func TestWhatIsNoListIsRefusedWhole(t *testing.T) {
	line := "A123456(3),9:05\n"
	for name, c := range map[string]struct {
		body string
		want error
	}{
		"empty": {"", ErrEmpty}, "blank": {" \n\n", ErrEmpty}, "workbook": {"PK\x03\x04xl", ErrWorkbook}, "old workbook": {"\xd0\xcf\x11\xe0", ErrWorkbook}, "pdf": {"%PDF-1.7", ErrNoList},
		"page": {"<html><table>", ErrWorkbook}, "array": {`[{"resourceType":"Appointment"}]`, ErrNoList}, "an open quote": {"HKIC,Time\n\"A123456(3),9:05\nB123456(6),9:05\n", ErrQuotes}, "too many lines": {strings.Repeat(line, MaxLines+1), ErrTooLarge},
		"too many bytes": {strings.Repeat("x", MaxBytes+1), ErrTooLarge}, "too many cells": {strings.Repeat(",", 600) + line, ErrNoList}, "another resource": {`{"resourceType":"Patient"}`, ErrNoList}, "json": {`{"a":1}`, ErrNoList},
	} {
		if _, err := Read([]byte(c.body), Options{Now: monday()}); !errors.Is(err, c.want) || ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFiveThousandLinesAreRead(t *testing.T) {
	var b strings.Builder
	b.WriteString("HKIC,Name,Date,Time\n")
	for i := range MaxLines {
		fmt.Fprintf(&b, "%s,CHAN Tai Man,2026-12-01,%d:%02d\n", person(i).Printed(), 9+i%9, i%60)
	}
	r := read(t, b.String(), Options{})
	if len(r.Rows) != MaxLines || len(r.Refused) != 0 {
		t.Errorf("%d rows, %d refused", len(r.Rows), len(r.Refused))
	}
}

func TestOneArrivalAsItIsTyped(t *testing.T) {
	for s, want := range map[string]string{"A123456(3)": "A123456(3) -", "10:30 a123456 (3)": "A123456(3) 10:30", "A123456(3) 9:05": "A123456(3) 09:05", "2:30 pm, A123456(3)": "A123456(3) 14:30",
		"下午2:30 A123456(3)": "A123456(3) 14:30", "PASS IRL PX1234567 11:00": "PASS PX1234567 11:00", "tomorrow": "", "A123456(7)": "", "": ""} {
		a, err := Typed(s, monday())
		if want == "" {
			if err == nil {
				t.Errorf("%q was taken", s)
			}
			continue
		}
		when := "-"
		if !a.At.IsZero() {
			when = a.At.Format("15:04")
		}
		if got := a.Number.Printed() + " " + when; err != nil || got != want {
			t.Errorf("%q: %q, %v", s, got, err)
		}
	}
}

// TestAHostileFileTakesNoLonger: what is long is not looked into.
func TestAHostileFileTakesNoLonger(t *testing.T) {
	for name, body := range map[string]string{
		"words above the headings": strings.Repeat("1 ", MaxBytes/2-100) + "\nHKIC,Time\nA123456(3),9:05\n",
		"one cell":                 "HKIC,Time\n" + strings.Repeat("9", MaxBytes-100) + ",9:05\n",
		"a folded calendar":        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:" + strings.Repeat("A\n 1", MaxBytes/5) + "\nEND:VEVENT\n",
		"brackets":                 strings.Repeat("[", MaxBytes-1),
		"objects":                  strings.Repeat(`{"a":`, MaxBytes/6),
		"quotes":                   strings.Repeat(`"`, MaxBytes-1),
	} {
		begun := time.Now()
		_, err := Read([]byte(body), Options{Now: monday()})
		if took := time.Since(begun); took > 10*time.Second {
			t.Errorf("%s: %s, %v", name, took, err)
		}
	}
}

// TestTheDocumentsNameEachReason: a script's author finds what a line was refused for.
func TestTheDocumentsNameEachReason(t *testing.T) {
	text, err := os.ReadFile("../../docs/commands.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, why := range Whys() {
		if !strings.Contains(string(text), "`"+string(why)+"`") {
			t.Errorf("docs/commands.md does not name %s", why)
		}
	}
}
