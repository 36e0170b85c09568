package fhir

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

func pageText(entries ...string) string {
	return `{"resourceType":"Bundle","type":"searchset","total":3,"timestamp":"2026-11-20T01:02:03Z","link":[{"relation":"self","url":"s"},{"relation":"next","url":"n"}],"entry":[` + strings.Join(entries, ",") + `]}`
}

const (
	goodA = `{"fullUrl":"f","resource":{"resourceType":"Observation","id":"a","valueQuantity":{"value":1.10}},"search":{"mode":"match"}}`
	goodB = `{"resource" : { "resourceType":"Organization" , "id":"b" } ,"search":{"mode":"include"}}`
)

// TestOneBadEntryIsOneBadEntry: its fault is its own, it is named where it can be,
// and all others are read to the byte.
func TestOneBadEntryIsOneBadEntry(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 200) + "1" + strings.Repeat("}", 200)
	for name, c := range map[string]struct {
		entry  string
		reason ehrdesk.AsideReason
		ref    string
	}{
		"a member twice":            {`{"resource":{"resourceType":"Basic","id":"x","code":{"a":1,"a":2}}}`, ehrdesk.AsideDuplicate, "Basic/x"},
		"its id twice":              {`{"resource":{"resourceType":"Basic","id":"x","id":"y"}}`, ehrdesk.AsideDuplicate, "/"},
		"its id twice, escaped":     {`{"resource":{"resourceType":"Basic","id":"x","\u0069d":"y"}}`, ehrdesk.AsideDuplicate, "/"},
		"bytes that are no UTF-8":   {"{\"resource\":{\"resourceType\":\"Basic\",\"id\":\"x\",\"text\":\"\xff\"}}", ehrdesk.AsideText, "Basic/x"},
		"half a surrogate":          {`{"resource":{"resourceType":"Basic","id":"x","text":"\ud800"}}`, ehrdesk.AsideText, "Basic/x"},
		"a name that is no UTF-8":   {"{\"resource\":{\"resourceType\":\"Basic\",\"id\":\"x\",\"\xff\":1}}", ehrdesk.AsideText, "Basic/x"},
		"a list for a resource":     {`{"resource":[{"resourceType":"Basic","id":"x"}]}`, ehrdesk.AsideShape, "/"},
		"a string for a resource":   {`{"resource":"Basic"}`, ehrdesk.AsideShape, "/"},
		"null for a resource":       {`{"resource":null}`, ehrdesk.AsideShape, "/"},
		"no type":                   {`{"resource":{"id":"x"}}`, ehrdesk.AsideType, "/x"},
		"a type of another form":    {`{"resource":{"resourceType":"<b>","id":"x"}}`, ehrdesk.AsideType, "/x"},
		"no id":                     {`{"resource":{"resourceType":"Basic"}}`, ehrdesk.AsideID, "Basic/"},
		"an id with an underscore":  {`{"resource":{"resourceType":"Basic","id":"a_b"}}`, ehrdesk.AsideID, "Basic/"},
		"an id of 65":               {`{"resource":{"resourceType":"Basic","id":"` + strings.Repeat("i", 65) + `"}}`, ehrdesk.AsideID, "Basic/"},
		"an empty id":               {`{"resource":{"resourceType":"Basic","id":""}}`, ehrdesk.AsideID, "Basic/"},
		"a number for an id":        {`{"resource":{"resourceType":"Basic","id":7}}`, ehrdesk.AsideID, "Basic/"},
		"an id that leads upwards":  {`{"resource":{"resourceType":"Basic","id":".."}}`, ehrdesk.AsideID, "Basic/"},
		"meta of no shape":          {`{"resource":{"resourceType":"Basic","id":"x","meta":[]}}`, ehrdesk.AsideShape, "Basic/x"},
		"too deep":                  {`{"resource":{"resourceType":"Basic","id":"x","extension":` + deep + `}}`, ehrdesk.AsideTooLarge, "Basic/x"},
		"a thousand members":        {`{"resource":{"resourceType":"Basic","id":"x"` + manyMembers(1001) + `}}`, ehrdesk.AsideTooLarge, "Basic/x"},
		"a thousand members inside": {`{"resource":{"resourceType":"Basic","id":"x","code":{"c":1` + manyMembers(1001) + `}}}`, ehrdesk.AsideTooLarge, "Basic/x"},
		"a million values":          {`{"resource":{"resourceType":"Basic","id":"x","c":[` + strings.Repeat("1,", 1e6) + `1]}}`, ehrdesk.AsideTooLarge, "Basic/x"},
		"two resources":             {`{"resource":{"resourceType":"Basic","id":"x"},"resource":{"resourceType":"Basic","id":"y"}}`, ehrdesk.AsideDuplicate, "/"},
		"two modes":                 {`{"resource":{"resourceType":"Basic","id":"x"},"search":{"mode":"match"},"search":{"mode":"outcome"}}`, ehrdesk.AsideDuplicate, "/"},
		"a fault beside it":         {`{"resource":{"resourceType":"Basic","id":"x"},"extension":[{"url":"u","url":"v"}]}`, ehrdesk.AsideShape, "Basic/x"},
	} {
		b, err := ParseBundle([]byte(pageText(goodA, c.entry, goodB)))
		if err != nil || len(b.Entries) != 3 {
			t.Errorf("%s: %d entries, %v", name, len(b.Entries), err)
			continue
		}
		if e := b.Entries[1]; e.Fault == nil || e.Fault.Reason != c.reason || e.Resource.Ref().String() != c.ref {
			t.Errorf("%s: %+v of %s", name, e.Fault, e.Resource.Ref())
		}
		first, last := b.Entries[0], b.Entries[2]
		if first.Fault != nil || last.Fault != nil || string(first.Resource.Bytes) != `{"resourceType":"Observation","id":"a","valueQuantity":{"value":1.10}}` || first.Mode != "match" || first.FullURL != "f" ||
			string(last.Resource.Bytes) != `{ "resourceType":"Organization" , "id":"b" }` || last.Mode != "include" || len(last.Resource.Object) != 2 || b.Next != "n" || b.Total != 3 ||
			!b.Timestamp.Equal(time.Date(2026, 11, 20, 1, 2, 3, 0, time.UTC)) {
			t.Errorf("%s: what stands beside it: %+v", name, b)
		}
		if at := pageText(goodA, c.entry, goodB)[last.At:]; !strings.HasPrefix(at, string(last.Resource.Bytes)) {
			t.Errorf("%s: the last one is not where it is said to be", name)
		}
	}
}

func manyMembers(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,"m%d":1`, i)
	}
	return b.String()
}

// TestAFrameThatIsWrongIsRefusedWhole: where the list itself cannot be trusted
// nothing of it is.
func TestAFrameThatIsWrongIsRefusedWhole(t *testing.T) {
	for name, c := range map[string]struct {
		raw    string
		reason ehrdesk.AsideReason
	}{
		"nothing":                      {``, ehrdesk.AsideShape},
		"no JSON":                      {`{"resourceType":"Bundle","entry":[`, ehrdesk.AsideShape},
		"a page of HTML":               {`<html>sign in</html>`, ehrdesk.AsideShape},
		"a list":                       {`[]`, ehrdesk.AsideShape},
		"another resource":             {`{"resourceType":"Parameters"}`, ehrdesk.AsideType},
		"no type":                      {`{"entry":[]}`, ehrdesk.AsideType},
		"more after it":                {pageText(goodA) + `x`, ehrdesk.AsideShape},
		"two bundles":                  {pageText(goodA) + pageText(goodB), ehrdesk.AsideShape},
		"entries that are no list":     {`{"resourceType":"Bundle","entry":{}}`, ehrdesk.AsideShape},
		"an entry that is no object":   {pageText(goodA, `7`), ehrdesk.AsideShape},
		"entries twice":                {`{"resourceType":"Bundle","entry":[],"entry":[]}`, ehrdesk.AsideDuplicate},
		"entries twice, escaped":       {`{"resourceType":"Bundle","entry":[],"\u0065ntry":[]}`, ehrdesk.AsideDuplicate},
		"a total in words":             {`{"resourceType":"Bundle","total":"900","entry":[]}`, ehrdesk.AsideShape},
		"a total with a fraction":      {`{"resourceType":"Bundle","total":900.0,"entry":[]}`, ehrdesk.AsideShape},
		"a total below nothing":        {`{"resourceType":"Bundle","total":-5,"entry":[]}`, ehrdesk.AsideShape},
		"a total beyond counting":      {`{"resourceType":"Bundle","total":99999999999999999999999,"entry":[]}`, ehrdesk.AsideShape},
		"a next page without a name":   {`{"resourceType":"Bundle","link":[{"relation":"next"}],"entry":[]}`, ehrdesk.AsideShape},
		"a next page that is a number": {`{"resourceType":"Bundle","link":[{"relation":"next","url":5}],"entry":[]}`, ehrdesk.AsideShape},
		"two next pages":               {`{"resourceType":"Bundle","link":[{"relation":"next","url":"a"},{"relation":"next","url":"b"}],"entry":[]}`, ehrdesk.AsideShape},
		"a member of it twice":         {`{"resourceType":"Bundle","total":1,"total":2,"entry":[]}`, ehrdesk.AsideDuplicate},
		"a frame that is no UTF-8":     {"{\"resourceType\":\"Bundle\",\"link\":[{\"url\":\"\xff\"}]}", ehrdesk.AsideShape},
		"a frame with a member twice":  {`{"resourceType":"Bundle","link":[{"url":"a","url":"b"}]}`, ehrdesk.AsideShape},
		"a hundred thousand levels":    {pageText(strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_000)), ehrdesk.AsideShape},
		"a thousand members":           {`{"resourceType":"Bundle"` + manyMembers(1001) + `}`, ehrdesk.AsideTooLarge},
		"more entries than a page has": {pageText(strings.Repeat(`{},`, MaxPage) + `{}`), ehrdesk.AsideTooLarge},
	} {
		_, err := ParseBundle([]byte(c.raw))
		if f, ok := err.(*Fault); !ok || f.Reason != c.reason {
			t.Errorf("%s: %v, want %s", name, err, c.reason)
		}
	}
	one := `{"resource":{"resourceType":"Basic","id":"a","code":{"text":"as short as a record is"}}}`
	if b, err := ParseBundle([]byte(pageText(strings.Repeat(one+`,`, MaxPage-1) + one))); err != nil || len(b.Entries) != MaxPage {
		t.Errorf("a full page: %d, %v", len(b.Entries), err)
	}
}

// TestWhatCostsMoreThanItWeighsIsRefusedCheaply: bytes that a few keystrokes make
// must not take the desk's memory.
func TestWhatCostsMoreThanItWeighsIsRefusedCheaply(t *testing.T) {
	taken := func(fn func()) uint64 {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		fn()
		runtime.ReadMemStats(&after)
		return (after.TotalAlloc - before.TotalAlloc) >> 10
	}
	tiny := `{"resourceType":"Basic","id":"x"` + manyMembers(1_000_000) + `}`
	for name, c := range map[string]struct {
		raw  string
		most uint64 // KiB in all
	}{
		"5 million empty entries":         {pageText(strings.Repeat(`{},`, 5_000_000) + `{}`), 100 << 10},
		"a million members":               {pageText(`{"resource":` + tiny + `}`), 4 << 10},
		"a million members of a frame":    {`{"resourceType":"Bundle"` + manyMembers(1_000_000) + `}`, 4 << 10},
		"a million members of a link":     {`{"resourceType":"Bundle","link":[{"relation":"next"` + manyMembers(1_000_000) + `}]}`, 4 << 10},
		"a hundred thousand levels":       {pageText(strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_000)), 4 << 10},
		"nine thousand levels":            {pageText(strings.Repeat(`{"a":`, 9_000) + "1" + strings.Repeat("}", 9_000)), 4 << 10},
		"thousands of a thousand members": {pageText(strings.Repeat(`{"resource":{"resourceType":"Basic","id":"x"`+manyMembers(990)+`}},`, 4000) + `{}`), 900 << 10}, // names are looked at an object at a time, and given back,
	} {
		raw := []byte(c.raw)
		start := time.Now()
		if kib := taken(func() { _, _ = ParseBundle(raw) }); kib > c.most {
			t.Errorf("%s: %d KiB for %d", name, kib, len(raw)>>10)
		} else {
			t.Logf("%s: %d KiB, %v", name, kib, time.Since(start).Round(time.Millisecond))
		}
	}
	for name, raw := range map[string][]byte{"a million members": []byte(tiny), "levels": []byte(strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_000))} {
		if kib := taken(func() {
			if _, err := Read(raw); err == nil {
				t.Errorf("%s are read", name)
			}
		}); kib > 40<<10 {
			t.Errorf("%s alone: %d KiB for %d", name, kib, len(raw)>>10)
		}
	}
}

func TestATombstoneSaysWhatWentAndWhy(t *testing.T) {
	b, err := ParseBundle([]byte(pageText(`{"extension":[{"url":"` + ehrdesk.ExtensionPrefix + `tombstone-reason","valueCode":"deleted"}],"request":{"method":"DELETE","url":"Basic/x"},"response":{"lastModified":"2026-01-02T03:04:05Z"}}`)))
	if err != nil {
		t.Fatal(err)
	}
	if e := b.Entries[0]; e.Reason != "deleted" || e.Request.Method != "DELETE" || Target(e.Request.URL).ID != "x" || e.Modified.Year() != 2026 || e.Resource.Bytes != nil || e.Fault != nil {
		t.Errorf("%+v", e)
	}
}

// A string ends at the first quote that no backslash takes away, wherever a quote,
// a backslash or the end of the bytes stands.
func TestAStringEndsAtItsQuote(t *testing.T) {
	slow := func(b []byte) int {
		for i := 1; i < len(b); i++ {
			switch b[i] {
			case '"':
				return i + 1
			case '\\':
				i++
			}
		}
		return len(b)
	}
	for _, piece := range []string{"", "\\\\", "\\\"", "\\\\\\\"", "\\", "x\\"} {
		for n := range 80 {
			for _, tail := range []string{`"`, `" "x"`, "", `\`, `\"`, `\\"`} {
				b := []byte(`"` + strings.Repeat("a", n) + piece + strings.Repeat("b", n%7) + tail)
				if got, want := skipString(b, 0), slow(b); got != want {
					t.Fatalf("%q ends at %d, want %d", b, got, want)
				}
			}
		}
	}
}
