package fhir

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

// TestTheStandardsExamplesAreReadWhole reads the examples that HL7 publishes with
// FHIR R4: each without a fault, and every scalar of each in its detail. The folder
// EHRDESK_EXAMPLES has them; .ci/examples gets them where there is npm.
func TestTheStandardsExamplesAreReadWhole(t *testing.T) {
	dir := os.Getenv("EHRDESK_EXAMPLES")
	if dir == "" {
		t.Skip("EHRDESK_EXAMPLES names no folder")
	}
	files, err := filepath.Glob(filepath.Join(dir, "*-*.json"))
	if err != nil || len(files) < 500 {
		t.Fatalf("%d examples in the folder: %v", len(files), err)
	}
	read, scalars, missing := 0, 0, 0
	unnamed, undated := map[string]int{}, map[string]int{}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(file)
		r, err := Read(bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf")))
		if f, ok := err.(*Fault); ok && f.Reason == ehrdesk.AsideID && len(r.Text("id")) > 64 {
			t.Logf("%s has an id of more than FHIR's own 64 characters", name)
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		read++
		rec := r.Record()
		f, err := rec.Packed.Open()
		_, _, known := ownersOf(r.Type)
		if err != nil || f.Unread || !known || rec.Kind == 0 && r.Place().Sharable {
			t.Errorf("%s: facts %v, unread %v, kind %q", name, err, f.Unread, rec.Kind)
		}
		if rec.Title == "" && !f.Unnamed.Is {
			unnamed[r.Type]++
		}
		if rec.Date.IsZero() {
			undated[r.Type]++
		}
		list, err := Elements(bytes.NewReader(r.Bytes))
		if err != nil {
			t.Errorf("%s: no detail: %v", name, err)
			continue
		}
		shown := make(map[string]*ehrdesk.Element, len(list))
		for i := range list {
			shown[list[i].Path] = &list[i]
		}
		all, lost := lookFor(t, name, r.Bytes, shown)
		scalars, missing = scalars+all, missing+lost
	}
	t.Logf("%d examples, %d scalars, %d of them not shown", read, scalars, missing)
	t.Logf("without a name: %v", unnamed)
	t.Logf("without a date: %v", undated)
	if missing > 0 {
		t.Errorf("%d scalars are in no line", missing)
	}
}

// lookFor walks raw with a decoder that is not ours, and counts its scalars and
// those of them that no line shows.
func lookFor(t *testing.T, name string, raw []byte, shown map[string]*ehrdesk.Element) (all, lost int) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Errorf("%s: %v", name, err)
		return 0, 0
	}
	var walk func(path, member string, v any)
	walk = func(path, member string, v any) {
		switch x := v.(type) {
		case map[string]any:
			for k, e := range x {
				walk(join(path, k), k, e)
			}
		case []any:
			for i, e := range x {
				walk(fmt.Sprintf("%s[%d]", path, i), member, e)
			}
		default:
			all++
			if e := shown[path]; e == nil || !says(e, member, x) {
				if lost++; lost < 5 {
					t.Errorf("%s: %s is not shown: %+v", name, path, e)
				}
			}
		}
	}
	walk("", "", v)
	return all, lost
}

var tags = regexp.MustCompile(`<[^>]*>`)

// says reports whether a line shows a scalar: as it was sent, as the text of what it
// encodes, or by a remark of what it is.
func says(e *ehrdesk.Element, member string, v any) bool {
	switch x := v.(type) {
	case nil:
		return e.Value == "null"
	case json.Number:
		return e.Value == x.String()
	case bool:
		return e.Value == fmt.Sprint(x)
	case string:
		switch {
		case member == "data":
			return e.Value != "" || e.Remark.Kind != 0
		case member == "div":
			return e.Value != "" || strings.TrimSpace(tags.ReplaceAllString(x, "")) == ""
		case e.Remark.Kind == ehrdesk.RemarkCut:
			return strings.HasPrefix(ehrdesk.CleanText(x), e.Value[:min(len(e.Value), 1000)])
		}
		return e.Value == ehrdesk.CleanText(x) || e.Value == ehrdesk.CleanColumns(x)
	}
	return false
}
