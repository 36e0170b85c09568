package safety_test

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/safety"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// othersRecords are the files of a folder of records that others wrote. EHRDESK_RECORDS is where such folders lie; a
// checkout has none, and make e2e says so.
func othersRecords(t *testing.T, folder, files string) []string {
	t.Helper()
	dir := os.Getenv("EHRDESK_RECORDS")
	if dir == "" {
		t.Skip("EHRDESK_RECORDS names no folder")
	}
	names, err := filepath.Glob(filepath.Join(dir, folder, files))
	if err != nil || len(names) == 0 {
		t.Fatalf("no records %s in %s: %v", files, folder, err)
	}
	return names
}

// held is a chart that is made of FHIR resources, through the reader that the desk has.
type held struct {
	years   int
	records map[ehrdesk.RecordType][]ehrdesk.Record
	at      time.Time
}

// hold reads resources. What is no record of a chart is passed over; of the patient the age counts.
func hold(t testing.TB, at time.Time, resources ...[]byte) *held {
	t.Helper()
	h := &held{years: -1, records: map[ehrdesk.RecordType][]ehrdesk.Record{}, at: at}
	for i, raw := range resources {
		r, err := fhir.Read(raw)
		if r.Type == "" {
			t.Fatalf("resource %d: %v", i, err)
		}
		if r.Type == "Patient" {
			h.born(r)
			continue
		}
		rec := r.Record()
		if rec.ID == "" { // a draft that nobody has stored yet
			rec.ID = fmt.Sprint("draft-", i)
		}
		h.records[rec.Type()] = append(h.records[rec.Type()], rec)
	}
	for _, list := range h.records {
		slices.SortStableFunc(list, func(a, b ehrdesk.Record) int {
			return cmp.Or(cmp.Compare(linked(&a), linked(&b)), b.Date.Compare(a.Date), strings.Compare(a.ID, b.ID))
		})
	}
	return h
}

func linked(r *ehrdesk.Record) int {
	if r.Linked {
		return 1
	}
	return 0
}

func (h *held) born(r fhir.Resource) {
	born := r.When("birthDate")
	if born.IsZero() {
		return
	}
	h.years = h.at.Year() - born.Time.Year()
	if h.at.YearDay() < born.Time.YearDay() {
		h.years--
	}
}

func (h *held) check() *safety.Report {
	return safety.Built().Check(safety.Given{List: func(t ehrdesk.RecordType) []ehrdesk.Record { return h.records[t] }, Years: h.years, Now: h.at, Available: all()})
}

// told is what a report says, in a line a finding, and what it could not check: for a list that somebody reads.
func told(r *safety.Report) string {
	var b strings.Builder
	names := [...]string{safety.Interaction: "interaction", safety.AllergyMatch: "allergy", safety.Dose: "dose", safety.Critical: "critical", safety.Duplicate: "duplicate", safety.Overdue: "overdue"}
	for i := range r.Findings {
		f := &r.Findings[i]
		fmt.Fprintf(&b, "%d %s %s %s:", f.Tier, names[f.Kind], f.Line.Name(), f.Line.Effect.English)
		for _, m := range []*safety.Medicine{f.A, f.B} {
			if m != nil {
				fmt.Fprintf(&b, " [%s]", m.Drug.Name)
			}
		}
		if f.Allergy != nil {
			fmt.Fprintf(&b, " reacted to [%s]", f.Allergy.Record.Title)
		}
		if f.Duty != nil {
			fmt.Fprintf(&b, " %s within %d days", f.Duty.Term.English, f.Duty.Days)
			if f.Duty.Finding != nil {
				fmt.Fprintf(&b, " for [%s]", f.Duty.Finding.Record.Title)
			}
		}
		if f.Value != nil {
			fmt.Fprintf(&b, " %s %s %s", f.Value.Sent.Number, f.Value.Sent.Unit, f.Value.At.In(time.UTC))
		}
		for _, l := range f.Also {
			fmt.Fprintf(&b, " also %s", l.Name())
		}
		if len(f.Lacking) > 0 {
			fmt.Fprintf(&b, " lacking %v", f.Lacking)
		}
		if f.Modal() {
			b.WriteString(" interrupts")
		}
		b.WriteByte('\n')
	}
	for i := range r.Medicines {
		m := &r.Medicines[i]
		fmt.Fprintf(&b, "%s %s", [...]string{"takes", "possibly takes", "stopped, still acts:", "is to take", "was handed out, without a date,"}[m.On], m.Drug.Name)
		if !m.Checked() {
			b.WriteString(" (not checked)")
		}
		b.WriteByte('\n')
	}
	for _, a := range r.UncheckedAllergies() {
		fmt.Fprintf(&b, "allergy not checked: %s\n", a.Record.Title)
	}
	return b.String()
}

// resourcesIn are the resources of a JSON value, wherever they lie: in Bundles with entries that have a resource or are
// one, in the context of a request, in what was fetched before it.
func resourcesIn(v any, to *[][]byte, t testing.TB) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			resourcesIn(e, to, t)
		}
	case map[string]any:
		if kind, ok := v["resourceType"].(string); ok && kind != "Bundle" {
			b, err := json.Marshal(v, json.Deterministic(true))
			if err != nil {
				t.Fatal(err)
			}
			*to = append(*to, b)
			return
		}
		for _, name := range sortedNames(v) {
			resourcesIn(v[name], to, t)
		}
	}
}

func sortedNames(m map[string]any) (out []string) {
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
