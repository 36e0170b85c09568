package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// TestRecordsOfOtherSystems takes Bundles that other systems wrote from the file to
// the chart. EHRDESK_RECORDS is the folder they lie in, in folders of their own; a
// checkout has none, and make e2e says so.
func TestRecordsOfOtherSystems(t *testing.T) {
	dir := os.Getenv("EHRDESK_RECORDS")
	if dir == "" {
		t.Skip("EHRDESK_RECORDS names no folder")
	}
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no Bundles in %s: %v", dir, err)
	}
	// What belongs to nobody comes first: the patients' Bundles refer to it.
	slices.SortStableFunc(files, func(a, b string) int { return boolOrder(hasPatient(t, a), hasPatient(t, b)) })

	c := newClinic(t)
	c.enrols("drlee", "doctor")
	patients := 0
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			c.t = t
			for _, p := range c.imports(file) {
				patients++
				c.consents(p)
				chart := c.wholeChart(p)
				c.asServed(chart)
				nothingDropped(t, entries(t, file), chart, p)
				t.Logf("%d records, %v out of scope", len(chart), p.OutOfScope)
			}
		})
	}
	if c.t = t; patients == 0 {
		t.Error("there was no patient in any of them")
	}
}

// consents takes the patient's consent, or a parent's where the patient is too
// young to give it.
func (c *clinic) consents(p imported) {
	c.t.Helper()
	if r := c.tries(p.act(), "consent"); r.status != 0 {
		if r.status != 2 || !bytes.Contains(r.errors, []byte("under 16")) {
			c.t.Fatalf("ehrdesk consent: exit %d: %s", r.status, r.errors)
		}
		c.does(strings.Replace(p.act(), `"giver":"patient"`, `"giver":{"kind":"parent","name":"A Parent","document":"HKIC"}`, 1), "consent")
	}
}

// nothingDropped compares what a file holds with the chart, but for the ids and
// the references that the import settles: each resource is there, but for the
// out-of-scope ones that the import named, and as many as it named.
func nothingDropped(t *testing.T, source [][]byte, chart map[string][]byte, p imported) {
	t.Helper()
	have := map[string]int{}
	for _, raw := range chart {
		have[unsettled(t, raw)]++
	}
	left := map[string]int{}
	for _, raw := range source {
		kind, _, _ := strings.Cut(refOf(t, raw), "/")
		if p.OutOfScope[kind] > 0 {
			left[kind]++
			continue
		}
		text := unsettled(t, raw)
		if have[text]--; have[text] < 0 {
			t.Errorf("in the file and not in the chart: %.300s", text)
		}
	}
	for kind, n := range p.OutOfScope {
		if left[kind] != n {
			t.Errorf("%d %s are out of scope by the import, the file has %d", n, kind, left[kind])
		}
	}
}

// unsettled is a resource without what the import edits: its id, its version,
// and the text of its references.
func unsettled(t *testing.T, raw []byte) string {
	t.Helper()
	meta := []byte("{}")
	if m := member(t, raw, "meta"); m != nil {
		meta = without(t, m, "versionId", "lastUpdated")
	}
	return string(unreferenced(t, without(t, raw, "id", "meta"))) + string(meta)
}

// unreferenced blanks the references in a value, and leaves every other byte.
func unreferenced(t *testing.T, v jsontext.Value) jsontext.Value {
	t.Helper()
	switch v.Kind() {
	case '{':
		out := []byte{'{'}
		members(t, v, func(name string, value []byte) {
			if name == "reference" && jsontext.Value(value).Kind() == '"' {
				value = []byte(`"…"`)
			}
			out = fmt.Appendf(out, "%q:%s,", name, unreferenced(t, value))
		})
		return append(bytes.TrimSuffix(out, []byte(",")), '}')
	case '[':
		var elements []jsontext.Value
		if err := json.Unmarshal(v, &elements); err != nil {
			t.Fatal(err)
		}
		out := []byte{'['}
		for _, e := range elements {
			out = append(append(out, unreferenced(t, e)...), ',')
		}
		return append(bytes.TrimSuffix(out, []byte(",")), ']')
	default:
		return v
	}
}

func hasPatient(t *testing.T, file string) bool {
	t.Helper()
	return slices.ContainsFunc(entries(t, file), func(raw []byte) bool { return strings.HasPrefix(refOf(t, raw), "Patient/") })
}

func boolOrder(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}
