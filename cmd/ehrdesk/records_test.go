package main

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// TestRecordsOfOtherSystems takes what other systems wrote from the files to the
// charts: Bundles and single resources, and what is no FHIR, which the centre must
// refuse. EHRDESK_RECORDS is the folder they lie in, in folders of their own; a
// checkout has none, and make e2e says so.
func TestRecordsOfOtherSystems(t *testing.T) {
	dir := os.Getenv("EHRDESK_RECORDS")
	if dir == "" {
		t.Skip("EHRDESK_RECORDS names no folder")
	}
	names, err := filepath.Glob(filepath.Join(dir, "*", "*.json"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no records in %s: %v", dir, err)
	}
	files := make([]*recordFile, len(names))
	for i, name := range names {
		files[i] = &recordFile{name: name, entries: entries(t, name)}
	}
	slices.SortStableFunc(files, func(a, b *recordFile) int { return cmp.Compare(a.rank(t), b.rank(t)) })

	c := newClinic(t)
	c.enrols("drlee", "doctor")
	patients := map[string]imported{}
	seen := map[string]int{} // by eHR number: in how many files
	for _, f := range files {
		t.Run("import "+filepath.Base(f.name), func(t *testing.T) {
			c.t = t
			if f.entries == nil {
				c.refusesToImport(f.name)
				return
			}
			f.reports = c.importReports(f.name)
			for _, p := range f.reports {
				if p.EHR != "" {
					patients[p.EHR] = p
					seen[p.EHR]++
				}
			}
		})
	}
	if len(patients) == 0 {
		t.Fatal("there was no patient in any of them")
	}

	have := map[string]int{}
	for _, ehr := range slices.Sorted(maps.Keys(patients)) {
		t.Run("chart "+ehr, func(t *testing.T) {
			c.t = t
			p := patients[ehr]
			if seen[ehr] > 1 {
				p.Resources = nil // each file's report counts its own
			}
			c.consents(p)
			chart := c.wholeChart(p)
			c.asServed(chart)
			for _, raw := range chart {
				have[unsettled(t, raw)]++
			}
			t.Logf("%d records, %v out of scope", len(chart), p.OutOfScope)
		})
	}
	for _, f := range files {
		t.Run("whole "+filepath.Base(f.name), func(t *testing.T) { nothingDropped(t, f, have) })
	}
}

// recordFile is a file of another system's. entries is nil where it is no FHIR.
type recordFile struct {
	name    string
	entries [][]byte
	reports []imported
}

// rank is the order of import: first what belongs to nobody, to which the patients'
// Bundles refer, then the patients, then what names a patient of another file.
func (f *recordFile) rank(t *testing.T) int {
	rank := 0
	for _, raw := range f.entries {
		switch {
		case strings.HasPrefix(refOf(t, raw), "Patient/"):
			return 1
		case bytes.Contains(raw, []byte(`"Patient/`)):
			rank = 2
		}
	}
	return rank
}

// refusesToImport tries a file that is no FHIR.
func (c *clinic) refusesToImport(file string) {
	c.t.Helper()
	r := c.run("", "ehrcentral", "--dir", c.centre.dir, "--json", "import", file)
	if r.status != 2 || len(r.out) != 0 || c.value(r.errors, "error.code") != "invalid" {
		c.t.Errorf("a file that is no FHIR: exit %d, %q, %q", r.status, r.out, r.errors)
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

// nothingDropped compares what a file holds with the charts of all, but for the ids
// and the references that the import settles: each resource is in one, but for
// those out of scope or refused that the import named, and as many as it named. A
// refusal is right only of what names no patient.
func nothingDropped(t *testing.T, f *recordFile, have map[string]int) {
	t.Helper()
	outOfScope, left, refused, shared := map[string]int{}, map[string]int{}, map[string]string{}, true
	for _, p := range f.reports {
		shared = shared && p.EHR == ""
		for kind, n := range p.OutOfScope {
			outOfScope[kind] += n
		}
		for _, r := range p.Rejected {
			refused[r.Resource+"/"+r.ID] = r.Reason
		}
	}
	if shared && len(refused) == 0 {
		return // nobody's: in the charts of those who refer to it
	}
	for _, raw := range f.entries {
		ref := refOf(t, raw)
		kind, _, _ := strings.Cut(ref, "/")
		if outOfScope[kind] > 0 {
			left[kind]++
			continue
		}
		if reason, ok := refused[ref]; ok {
			if reason != "it names no patient" || bytes.Contains(raw, []byte(`"Patient/`)) {
				t.Errorf("%s was refused: %s", ref, reason)
			}
			continue
		}
		if have[unsettled(t, raw)] == 0 {
			t.Errorf("in the file and in no chart: %.300s", raw)
		}
	}
	if !maps.Equal(outOfScope, left) {
		t.Errorf("out of scope by the import: %v, the file has %v", outOfScope, left)
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
