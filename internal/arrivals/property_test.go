package arrivals

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
)

// layouts are ways to write one list.
type fileLayout struct {
	comma    rune
	encoding Encoding
	headings []string // of number, name, when; two more where date and time stand apart
	date     string   // a layout of time.Format, "" for a serial
	time     string
	apart    bool
	tail     string // between lines
}

var (
	scripts = map[Encoding][]string{
		UTF8: {"CHAN Tai Man", "陳大文", "陈大文", "O'NEIL, Peter", "黃\"小\"明"}, UTF16LE: {"陳大文", "CHAN; Tai"}, UTF16BE: {"陈大文"},
		Big5: {"陳大文", "黃小明", "CHAN, Tai Man"}, GB18030: {"陈大文", "黄小明", "𠮷田"},
	}
	headingSets = [][]string{{"HKIC", "Name", "Start", "Date", "Time"}, {"身份證號碼", "姓名", "預約日期時間", "預約日期", "預約時間"}, {"证件号码", "患者姓名", "预约时间", "就诊日期", "就诊时间"}}
	dateForms   = []string{"2006-01-02", "2006/1/2", "2006年1月2日", "2-Jan-06", "20060102", "02 January 2006", ""}
	timeForms   = []string{"15:04", "15:04:05", "3:04 PM", "03:04pm", "15時04分", "1504", ""}
)

func genLayout(t *rapid.T) fileLayout {
	l := fileLayout{comma: rapid.SampledFrom(commas).Draw(t, "comma"), date: rapid.SampledFrom(dateForms).Draw(t, "date"), time: rapid.SampledFrom(timeForms).Draw(t, "time"),
		apart: rapid.Bool().Draw(t, "apart"), tail: rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "line end")}
	set := rapid.IntRange(0, len(headingSets)-1).Draw(t, "headings")
	l.headings = headingSets[set]
	l.encoding = rapid.SampledFrom([][]Encoding{{UTF8, UTF16LE, UTF16BE, Big5, GB18030}, {UTF8, Big5}, {UTF8, GB18030}}[set]).Draw(t, "encoding")
	if l.date == "" || l.time == "" { // a spreadsheet's numbers are whole
		l.date, l.time = "", ""
	}
	if !l.apart && (l.date == "20060102" || l.time == "1504") {
		l.apart = true
	}
	return l
}

func genRows(t *rapid.T, l fileLayout) []Row {
	var out []Row
	seen := map[string]bool{}
	for i := range rapid.IntRange(1, 20).Draw(t, "rows") {
		day := dayOf(monday()).AddDate(0, 0, rapid.IntRange(0, 30).Draw(t, "day"))
		minute := rapid.IntRange(1, 24*60-1).Draw(t, "minute")
		row := Row{Line: i + 2, Number: person(rapid.IntRange(0, 999999).Draw(t, "number")), Day: day, Name: rapid.SampledFrom(scripts[l.encoding]).Draw(t, "name")}
		if rapid.IntRange(0, 5).Draw(t, "timed") > 0 {
			row.At = at(day, minute)
		}
		if k := fmt.Sprint(row.Number.Printed(), row.Day, row.At); !seen[k] {
			seen[k] = true
			row.Line = len(out) + 2
			out = append(out, row)
		}
	}
	return out
}

// person is somebody with a right check digit.
func person(n int) ehrdesk.Number {
	body := fmt.Sprintf("A%06d", n)
	num, err := ehrdesk.ParseNumber(body + string(ehrdesk.CheckDigit(body)))
	if err != nil {
		panic("a number that is none")
	}
	return num
}

// written is the list in a layout.
func written(l fileLayout, rows []Row) []byte {
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.Comma, w.UseCRLF = l.comma, l.tail == "\r\n"
	h := l.headings
	if l.apart {
		_ = w.Write([]string{h[0], h[1], h[3], h[4]})
	} else {
		_ = w.Write([]string{h[0], h[1], h[2]})
	}
	for _, r := range rows {
		days := int(r.Day.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, r.Day.Location())).Hours()+12) / 24
		date, clock := r.Day.Format(l.date), ""
		if l.date == "" {
			date = fmt.Sprint(days)
		}
		switch {
		case r.At.IsZero():
		case l.time == "":
			clock = fmt.Sprintf("%.12f", float64(r.At.Hour()*60+r.At.Minute())/(24*60))
		default:
			clock = r.At.Format(l.time)
		}
		when := []string{strings.TrimSpace(date + " " + clock)}
		switch {
		case l.apart:
			when = []string{date, clock}
		case l.date == "" && clock != "":
			when = []string{date + strings.TrimPrefix(clock, "0")}
		}
		_ = w.Write(append([]string{r.Number.Printed(), r.Name}, when...))
	}
	w.Flush()
	out, err := l.encoding.codec().NewEncoder().Bytes([]byte(b.String()))
	if err != nil {
		panic("a name that the encoding does not have")
	}
	return out
}

// TestWhateverIsWrittenIsReadBack writes any list in any of the layouts and reads the same.
func TestWhateverIsWrittenIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := genLayout(t)
		rows := genRows(t, l)
		r, err := Read(written(l, rows), Options{Now: monday(), Encoding: asked(l)})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.EqualFunc(r.Rows, rows, same) || len(r.Refused) > 0 {
			t.Fatalf("%+v\nread  %+v\nwrote %+v\nnot read %+v\n%s", l, r.Rows, rows, r.Refused, written(l, rows))
		}
		if asked(l) == "" && r.Encoding != l.encoding && r.Encoding != UTF8 {
			t.Fatalf("taken for %s, is %s", r.Encoding, l.encoding)
		}
	})
}

// same holds two rows against one another; their zones are one by another name.
func same(a, b Row) bool {
	ok := a.Day.Equal(b.Day) && a.At.Equal(b.At) && a.End.Equal(b.End)
	a.Day, a.At, a.End = b.Day, b.At, b.End
	return ok && a == b
}

// asked is the encoding where a file of a few names may not tell it.
func asked(l fileLayout) Encoding {
	if l.headings[0] == "HKIC" && (l.encoding == Big5 || l.encoding == GB18030) {
		return l.encoding
	}
	return ""
}

// TestTheEncodingIsRightOrAsked: of a few names in either script, without a Chinese
// heading, the encoding that is found is the one they were written in, or somebody is
// asked. A whole clinic's list is not asked about.
func TestTheEncodingIsRightOrAsked(t *testing.T) {
	given := map[Encoding][]rune{
		Big5:    []rune("大文小明嘉欣偉儀美玲志強家俊詠詩國慧敏淑芬麗華永德榮輝曉彤穎怡雅婷俊傑浩然子軒梓晴鳳蘭秀英桂珍寶珠雪燕惠貞玉"),
		GB18030: []rune("大文小明嘉欣伟仪美玲志强家俊咏诗国慧敏淑芬丽华永德荣辉晓彤颖怡雅婷俊杰浩然子轩梓晴凤兰秀英桂珍宝珠雪燕惠贞玉"),
	}
	families := map[Encoding][]rune{Big5: []rune("陳林黃張李王吳劉蔡楊許鄭謝郭洪邱曾周葉蘇何馬羅梁"), GB18030: []rune("陈林黄张李王吴刘蔡杨许郑谢郭洪邱曾周叶苏何马罗梁")}
	rapid.Check(t, func(t *rapid.T) {
		e := rapid.SampledFrom([]Encoding{Big5, GB18030}).Draw(t, "encoding")
		n := rapid.SampledFrom([]int{1, 2, 3, 40}).Draw(t, "names")
		list := "HKIC,Name,Time\n"
		for i := range n {
			name := string(rapid.SampledFrom(families[e]).Draw(t, "family")) + string(rapid.SliceOfN(rapid.SampledFrom(given[e]), 1, 2).Draw(t, "given"))
			list += person(i).Printed() + "," + name + ",9:05\n"
		}
		body, err := e.codec().NewEncoder().String(list)
		if err != nil {
			t.Fatal(err)
		}
		r, err := Read([]byte(body), Options{Now: monday()})
		if err != nil {
			t.Fatal(err)
		}
		if !r.Unsure && r.Encoding != e || n == 40 && r.Unsure {
			t.Fatalf("%s is taken for %s (unsure: %v):\n%s", e, r.Encoding, r.Unsure, list)
		}
	})
}

func fuzzed(f *testing.F, seeds ...string) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := Read(b, Options{Now: monday()})
		if err != nil && (r.Rows != nil || r.Refused != nil || ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid) {
			t.Fatalf("an error and a reading: %v", err)
		}
		today := dayOf(monday())
		for _, row := range r.Rows {
			if row.Number.IsZero() || row.Day.Before(today) || !row.At.IsZero() && !dayOf(row.At).Equal(row.Day) || row.Line < 1 || row.Name != ehrdesk.CleanLine(row.Name) {
				t.Fatalf("%+v", row)
			}
		}
		if p := Against(r.Rows, Against(r.Rows, nil, monday()).Put(), monday()); p.Changes() {
			t.Fatalf("the same file twice: %+v", p)
		}
	})
}

func FuzzTable(f *testing.F) {
	fuzzed(f, "HKIC,time\nA123456(3),9:05\n", "\ufeff\"\n,,,\n10:30", "sep=;\nHKIC;Date;Time\nA123456(3);30/11/2026;0.5", "\xff\xfeA\x001\x00", "\xa8\xad\xa5\xf7,\xae\xc9\n")
}

func FuzzCalendar(f *testing.F) {
	fuzzed(f, "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20261130T010500Z\r\nSUMMARY:A12\r\n 3456(3)\r\nEND:VEVENT\r\nEND:VCALENDAR", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;TZID=\"x\":1\nEND:VEVENT")
}

func FuzzFHIR(f *testing.F) {
	fuzzed(f, `{"resourceType":"Appointment","status":"booked","start":"2026-11-30T09:05:00+08:00","participant":[{"actor":{"identifier":{"system":"urn:example:hk:hkic","value":"A1234563"}}}]}`,
		`{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Appointment","status":"x"}}]}`)
}

func FuzzMoment(f *testing.F) {
	for _, s := range []string{"2026/11/30 上午 9:05", "下午2:30-3:00", "0.4375", "46356.4", "民國115年11月30日", "30-Nov-26", "2:30-2:45 PM", "2026-11-30T09:05:00Z"} {
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, s string, digits bool) {
		m, ok := momentOf(s, digits, monday())
		if ok && (m.clock < none || m.clock >= 24*60 || m.clock == 0) {
			t.Fatalf("%q: minute %d", s, m.clock)
		}
		for _, c := range m.date {
			if !c.real() {
				t.Fatalf("%q: %+v", s, c)
			}
		}
	})
}

func FuzzTyped(f *testing.F) {
	f.Add("10:30 A123456(3)")
	f.Add("a123456 (3) 2:30 pm")
	f.Fuzz(func(t *testing.T, s string) {
		if a, err := Typed(s, monday()); err == nil && a.Number.IsZero() {
			t.Fatal("an arrival of nobody")
		}
	})
}
