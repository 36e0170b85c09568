package fhir

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"runtime"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
)

func elementsOf(t testing.TB, raw string) []ehrdesk.Element {
	t.Helper()
	list, err := Elements(strings.NewReader(raw))
	if err != nil {
		t.Fatalf("%.200s: %v", raw, err)
	}
	return list
}

func at(list []ehrdesk.Element, path string) ehrdesk.Element {
	for _, e := range list {
		if e.Path == path {
			return e
		}
	}
	return ehrdesk.Element{}
}

// leaves counts the scalars and empty lists and objects of a JSON value.
func leaves(v any) (n int) {
	switch x := v.(type) {
	case map[string]any:
		for _, e := range x {
			n += leaves(e)
		}
	case []any:
		for _, e := range x {
			n += leaves(e)
		}
	default:
		return 1
	}
	return max(n, 1)
}

// lines counts the elements that say something themselves: those without members.
func lines(list []ehrdesk.Element) (n int) {
	for i, e := range list {
		if i+1 == len(list) || list[i+1].Depth <= e.Depth {
			n++
		}
	}
	return n
}

// TestNothingIsLeftOutOfADetail: every scalar has its line, unknown ones included,
// in whatever shape a sender puts them.
func TestNothingIsLeftOutOfADetail(t *testing.T) {
	name := rapid.SampledFrom([]string{"code", "coding", "value", "unit", "display", "reference", "data", "div", "status", "family", "given", "start", "x y", "陳", "extension", "contentType", "origin"})
	var value func(depth int) *rapid.Generator[any]
	value = func(depth int) *rapid.Generator[any] {
		kinds := []*rapid.Generator[any]{rapid.StringN(0, 8, -1).AsAny(), rapid.Float64Range(-9, 9).AsAny(), rapid.Bool().AsAny(), rapid.Just[any](nil)}
		if depth > 0 {
			kinds = append(kinds, rapid.Map(rapid.SliceOfN(value(depth-1), 0, 3), func(l []any) any { return l }),
				rapid.Map(rapid.MapOfN(name, value(depth-1), 0, 4), func(m map[string]any) any { return m }))
		}
		return rapid.OneOf(kinds...)
	}
	rapid.Check(t, func(t *rapid.T) {
		o := rapid.MapOfN(name, value(4), 1, 6).Draw(t, "resource")
		raw, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		var sent any
		if err := json.Unmarshal(raw, &sent); err != nil {
			t.Fatal(err)
		}
		// A list has no line of its own, so one that holds only empty ones is counted by them.
		list, err := Elements(strings.NewReader(string(raw)))
		if err != nil || lines(list) != leaves(sent) {
			t.Fatalf("%s: %d lines of %d, %v", raw, lines(list), leaves(sent), err)
		}
		for _, e := range list {
			if e.Value != ehrdesk.CleanColumns(e.Value) && e.Value != ehrdesk.CleanText(e.Value) || e.Label != ehrdesk.CleanLine(e.Label) || e.Path != ehrdesk.CleanLine(e.Path) {
				t.Fatalf("not clean: %+v", e)
			}
		}
	})
}

func TestALineSumsUpWhatStandsBelowIt(t *testing.T) {
	list := elementsOf(t, `{"resourceType":"Observation","code":{"coding":[{"code":"K","display":"Potassium"}]},"valueQuantity":{"value":1.10,"comparator":"<","unit":"mmol/L"},"subject":{"reference":"Patient/p","display":"CHAN"},
		"performer":[{"display":"A"},{"display":"B"}],"effectiveDateTime":"2026-03-02T06:40:00Z","status":"final","name":{"family":"HO","given":["Chi","Keung"]},"empty":[],"none":{},"_status":{"id":"s"}}`)
	for path, want := range map[string]string{"code": "Potassium", "valueQuantity": "<1.10 mmol/L", "valueQuantity.value": "1.10", "subject": "CHAN", "performer[1].display": "B", "name": "Chi Keung HO", "name.given[1]": "Keung", "status": "final"} {
		if got := at(list, path).Value; got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	if e := at(list, "effectiveDateTime"); e.When.String() != "2026-03-02T06:40:00Z" {
		t.Errorf("%+v", e)
	}
	if e := at(list, "status"); !e.Coded {
		t.Errorf("%+v", e)
	}
	if at(list, "empty").Remark.Kind != ehrdesk.RemarkEmpty || at(list, "none").Remark.Kind != ehrdesk.RemarkEmpty || at(list, "_status").Label != "Status (more)" {
		t.Errorf("%+v", list)
	}
}

func TestADocumentIsShownAsWhatItIs(t *testing.T) {
	b64 := base64.StdEncoding.EncodeToString
	for name, c := range map[string]struct {
		attachment, value string
		remark            ehrdesk.Remark
	}{
		"text":                 {`{"contentType":"text/plain","data":"` + b64([]byte("Dear doctor,\n  thanks")) + `"}`, "Dear doctor,\n  thanks", ehrdesk.Remark{}},
		"a picture":            {`{"contentType":"image/png","data":"` + b64([]byte("\x89PNG\r\n\x1a\n0000")) + `"}`, "", ehrdesk.Remark{Kind: ehrdesk.RemarkImage, Size: 12, Word: "image/png"}},
		"no base64":            {`{"contentType":"text/plain","data":"*"}`, "", ehrdesk.Remark{Kind: ehrdesk.RemarkBroken, Size: 1}},
		"nothing":              {`{"contentType":"text/plain","data":""}`, "", ehrdesk.Remark{Kind: ehrdesk.RemarkEmpty}},
		"measurements":         {`{"origin":{"value":0},"period":10,"dimensions":1,"data":"2041 2043 E"}`, "2041 2043 E", ehrdesk.Remark{}},
		"a mark that it holds": {`{"contentType":"text/plain","data":"` + b64([]byte("~0~")) + `"}`, "~0~", ehrdesk.Remark{}},
	} {
		if e := at(elementsOf(t, `{"attachment":`+c.attachment+`}`), "attachment.data"); e.Value != c.value || e.Remark != c.remark {
			t.Errorf("%s: %q %+v", name, e.Value, e.Remark)
		}
	}
}

// longRecord streams a resource with a document of so many bytes.
func longRecord(kind, unit string, units int) (raw io.Reader, size int64) {
	b := base64.StdEncoding.EncodeToString([]byte(unit))
	parts := []io.Reader{strings.NewReader(`{"resourceType":"Binary","id":"a","contentType":"` + kind + `","data":"`)}
	block := strings.Repeat(b, 1024)
	for range units / 1024 {
		parts = append(parts, strings.NewReader(block))
	}
	return io.MultiReader(append(parts, strings.NewReader(`","after":"x"}`))...), int64(units/1024*1024) * int64(len(unit))
}

// TestAHugeDocumentIsToldByItsSize: its beginning where it is text, and what it is
// where it is not, with no more memory than is shown.
func TestAHugeDocumentIsToldByItsSize(t *testing.T) {
	raw, size := longRecord("text/plain", "123456789 12345678901234567890\n\n\n", 800<<10) // 24 MiB and more
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	list, err := Elements(raw)
	runtime.ReadMemStats(&after)
	if err != nil {
		t.Fatal(err)
	}
	e := at(list, "data")
	if size < 24<<20 || !strings.HasPrefix(e.Value, "123456789 12345678901234567890\n") || len(e.Value) < 100<<10 || e.Remark != (ehrdesk.Remark{Kind: ehrdesk.RemarkCut, Size: size}) {
		t.Errorf("%d bytes shown of %d, %+v", len(e.Value), size, e.Remark)
	}
	if at(list, "after").Value != "x" {
		t.Error("what stands after it is gone")
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 16<<20 {
		t.Errorf("%d MiB were taken for it in all", used>>20)
	} else {
		t.Logf("%d KiB were taken in all for %d MiB", used>>10, size>>20)
	}
	raw, size = longRecord("application/pdf", "%PDF-1.7 is no text at all, \x00\x01\x02!!", 100<<10)
	list, err = Elements(raw)
	if err != nil {
		t.Fatal(err)
	}
	if e := at(list, "data"); e.Value != "" || e.Remark != (ehrdesk.Remark{Kind: ehrdesk.RemarkAttached, Size: size, Word: "application/pdf"}) {
		t.Errorf("%q, %+v of %d", e.Value, e.Remark, size)
	}
}

// TestAMarkCannotBeClaimed: whatever a text looks like, it is not taken for the
// place of a document that was taken out.
func TestAMarkCannotBeClaimed(t *testing.T) {
	for _, s := range []string{"~0~", "~AAAAAAAAAAAAAAAAAAAAAAAAAA~0~AAAAAAAAAAAAAAAAAAAAAAAAAA~", "~~0~~"} {
		long := strings.Repeat("QUJD", longShown/2)
		list := elementsOf(t, `{"a":{"contentType":"text/plain","data":"`+long+`"},"b":{"data":"`+s+`"},"c":"`+s+`"}`)
		if e := at(list, "b.data"); e.Remark.Kind == ehrdesk.RemarkCut {
			t.Errorf("%s: %+v", s, e)
		}
		if at(list, "c").Value != s {
			t.Errorf("%s: %q", s, at(list, "c").Value)
		}
		if e := at(list, "a.data"); e.Remark.Kind != ehrdesk.RemarkCut || e.Remark.Size != int64(len(long)/4*3) {
			t.Errorf("%+v", e.Remark)
		}
	}
}

// TestALongNameIsNotRepeatedForAllThatStandsBelowIt: it is cut in a path.
func TestALongNameIsNotRepeatedForAllThatStandsBelowIt(t *testing.T) {
	list := elementsOf(t, `{"`+strings.Repeat("n", 1<<20)+`":[`+strings.Repeat("1,", 10_000)+`1]}`)
	if len(list) != 10_001 || len(list[0].Path) > 100 || len(list[0].Label) > 100 {
		t.Errorf("%d lines, a path of %d bytes", len(list), len(list[0].Path))
	}
}

func TestADetailOfMoreThanAnyRecordIsRefused(t *testing.T) {
	for name, raw := range map[string]string{
		"deep":        strings.Repeat(`{"a":`, 200) + "1" + strings.Repeat("}", 200),
		"deeper":      strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_000),
		"many values": `{"a":[` + strings.Repeat("1,", 1<<20) + `1]}`,
		"no JSON":     `{"a":`,
		"a list":      `[1]`,
		"twice":       `{"a":1,"a":2}`,
	} {
		if _, err := Elements(strings.NewReader(raw)); ehrdesk.CodeOf(err) != ehrdesk.CodeTampered {
			t.Errorf("%s: %v", name, err)
		}
	}
}
