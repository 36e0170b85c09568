package fhir

import (
	"fmt"
	"strings"
	"testing"
)

// aResult is a laboratory result as other systems send one.
var aResult = `{"resourceType":"Observation","id":"0190a8f2-7c0e-4b54-9f53-0f2b1d6f6a10","meta":{"versionId":"1","lastUpdated":"2026-11-19T00:00:00Z"},"status":"final",
"category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory","display":"laboratory"}]}],
"code":{"coding":[{"system":"http://loinc.org","code":"2823-3","display":"Potassium"}],"text":"Potassium 鉀"},"subject":{"reference":"Patient/p"},
"encounter":{"reference":"Encounter/8a6d0c1e-1111-4b54-9f53-0f2b1d6f6a10"},"effectiveDateTime":"2026-04-08T09:41:00+08:00","issued":"2026-04-08T09:41:00.123+08:00",
"performer":[{"reference":"Organization/o1","display":"Queen Mary Hospital"}],"valueQuantity":{"value":5.10,"unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"},
"referenceRange":[{"low":{"value":3.5,"unit":"mmol/L"},"high":{"value":5.0,"unit":"mmol/L"}}]}`

// BenchmarkRecord: what an overview costs on arrival, checked and split already.
func BenchmarkRecord(b *testing.B) {
	r, err := Read([]byte(aResult))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		r.Project()
	}
}

// BenchmarkBundle: a page of 500, checked and split, a record's share.
func BenchmarkBundle(b *testing.B) {
	var entries []string
	for range 500 {
		entries = append(entries, fmt.Sprintf(`{"fullUrl":"http://x/Observation/a","resource":%s,"search":{"mode":"match"}}`, aResult))
	}
	page := []byte(`{"resourceType":"Bundle","type":"searchset","total":500,"entry":[` + strings.Join(entries, ",") + `]}`)
	b.SetBytes(int64(len(page)))
	for b.Loop() {
		if _, err := ParseBundle(page); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/500, "ns/record")
}
