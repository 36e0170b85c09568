// Package clinical makes records for the benchmarks of the store. Nothing of it
// is in a program that works with patients.
package clinical

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

// Now is the instant that every record is dated before.
func Now() time.Time { return time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC) }

// Records makes one patient's records, the same for the same number: four types
// in the shares of a long record, English and Chinese, random ids, ten years,
// 2.0 KB each in the mean. TestBenchmarkRecordsCompressLikeRealOnes holds them to
// what a public Synthea bundle showed, so that no figure flatters the store.
func Records(patient uint64, n int) []cache.Change {
	r := rand.New(rand.NewPCG(patient, 77))
	out := make([]cache.Change, n)
	for i := range out {
		out[i] = record(r, i)
	}
	return out
}

var vocabulary = strings.Fields(`patient reports mild intermittent chest discomfort after climbing stairs without radiation denies fever cough
	haemoptysis orthopnoea ankle swelling appetite fair sleep poor because of nocturia advised to reduce salt intake and review in twelve weeks
	blood pressure stable on current dose side effects explained dizziness constipation rash none observed chest clear heart sounds dual murmur
	abdomen soft non tender liver spleen kidneys impalpable gait steady cranial nerves intact fundus left right lower lobe shadow unchanged since
	previous film suggest computed tomography correlate clinically sample haemolysed repeat requested fasting glucose raised borderline control
	病人 表示 胸口 不適 血壓 穩定 覆診 藥物 劑量 不變 建議 減少 鹽份 睡眠 欠佳 食慾 正常 肺部 清晰 心跳 規律 糖尿病 高血壓 膽固醇 偏高 跟進 轉介 專科 門診`)

var codes = [...][3]string{
	{"718-7", "Haemoglobin 血紅蛋白", "g/dL"}, {"2345-7", "Glucose 血糖", "mmol/L"}, {"2160-0", "Creatinine 肌酸酐", "umol/L"},
	{"2823-3", "Potassium 鉀", "mmol/L"}, {"6690-2", "Leucocytes 白血球", "10*9/L"}, {"8480-6", "Systolic blood pressure 收縮壓", "mm[Hg]"},
	{"4548-4", "HbA1c 糖化血紅素", "%"}, {"2093-3", "Cholesterol 膽固醇", "mmol/L"}, {"777-3", "Platelets 血小板", "10*9/L"},
}

func record(r *rand.Rand, i int) cache.Change {
	id := func() string {
		a, b := r.Uint64(), r.Uint64()
		return fmt.Sprintf("%08x-%04x-4%03x-%04x-%012x", uint32(a), uint16(a>>32), a>>52, uint16(b)|0x8000, b>>16)
	}
	words := func(n int) string {
		w := make([]string, n)
		for j := range w {
			w[j] = vocabulary[r.IntN(len(vocabulary))]
		}
		return strings.Join(w, " ")
	}
	when := Now().Add(-time.Duration(r.IntN(10*365*24*60)) * time.Minute)
	code := codes[r.IntN(len(codes))]
	value := fmt.Sprintf("%d.%d", 1+r.IntN(180), r.IntN(10))
	kind, resource := ehrdesk.KindLaboratory, "Observation"
	switch k := r.IntN(100); {
	case k < 6:
		kind, resource = ehrdesk.KindDiagnosis, "Condition"
	case k < 26:
		kind, resource = ehrdesk.KindMedication, "MedicationRequest"
	case k < 40:
		kind, resource = ehrdesk.KindRadiology, "DiagnosticReport"
	}
	c := cache.Change{Record: ehrdesk.Record{Kind: kind, Resource: resource, ID: id(), Version: "1", Updated: when.Add(time.Hour),
		Date: ehrdesk.At(when), Title: code[1], Status: "final", Source: hospital}}
	stamp := when.Format(time.RFC3339)
	encounter, organisation, practitioner := id(), fmt.Sprint("org-", r.IntN(40)), fmt.Sprint("prac-", r.IntN(400))
	low, high := fmt.Sprintf("%d.%d", r.IntN(90), r.IntN(10)), fmt.Sprintf("%d.%d", 90+r.IntN(90), r.IntN(10))
	c.Record.Packed = facts(code, value, low, high, encounter, organisation, practitioner)
	c.Body = fmt.Appendf(nil, `{"resourceType":%q,"id":%q,"meta":{"versionId":"1","lastUpdated":%q,"profile":["http://hl7.org/fhir/StructureDefinition/%s"],"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"N"}]},`+
		`"identifier":[{"system":"https://ehealth.example.hk/fhir/record","value":%q}],"status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory","display":"Laboratory"}]}],`+
		`"code":{"coding":[{"system":"http://loinc.org","code":%q,"display":%q}],"text":%q},"subject":{"reference":"Patient/%s"},"encounter":{"reference":"Encounter/%s"},"effectiveDateTime":%q,"issued":%q,`+
		`"performer":[{"reference":"Organization/%s","display":%q},{"reference":"Practitioner/%s"}],"valueQuantity":{"value":%s,"unit":%q,"system":"http://unitsofmeasure.org","code":%q},`+
		`"referenceRange":[{"low":{"value":%s,"unit":%q},"high":{"value":%s,"unit":%q},"text":"adult"}],"note":[{"time":%q,"text":%q}],"extension":[{"url":"https://ehealth.example.hk/fhir/StructureDefinition/upload","valueReference":{"reference":"Provenance/%s"}}]}`,
		resource, c.Record.ID, stamp, resource, id(), code[0], code[1], code[1], id(), encounter, stamp, stamp, organisation, hospital, practitioner, value, code[2], code[2],
		low, code[2], high, code[2], stamp, words(58+i%24), id())
	return c
}

const hospital = "Queen Example Hospital, Department of Pathology 病理部"

// facts are what the reader of FHIR makes of such a record: all that it says but
// the note's words.
func facts(code [3]string, value, low, high, encounter, organisation, practitioner string) ehrdesk.PackedFacts {
	quantity := func(n string) ehrdesk.Quantity { return ehrdesk.Quantity{Number: n, Unit: code[2]} }
	result := ehrdesk.Quantity{Number: value, Unit: code[2], System: "http://unitsofmeasure.org", Code: code[2]}
	f := ehrdesk.Facts{
		Code:       ehrdesk.Concept{Text: code[1], Codings: []ehrdesk.Coding{{System: "http://loinc.org", Code: code[0], Display: code[1]}}},
		Categories: []ehrdesk.Concept{{Codings: []ehrdesk.Coding{{System: "http://terminology.hl7.org/CodeSystem/observation-category", Code: "laboratory", Display: "Laboratory"}}}},
		States:     []ehrdesk.State{{Element: ehrdesk.StateStatus, Concept: ehrdesk.Concept{Codings: []ehrdesk.Coding{{Code: "final"}}}}},
		Results:    []ehrdesk.Result{{Value: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: result}, Ranges: []ehrdesk.Range{{Low: quantity(low), High: quantity(high), Text: "adult"}}}},
		Parties:    []ehrdesk.Party{{Role: "performer", Ref: ehrdesk.Ref{Resource: "Organization", ID: organisation}, Display: hospital}, {Role: "performer", Ref: ehrdesk.Ref{Resource: "Practitioner", ID: practitioner}}},
		Relations:  []ehrdesk.Relation{{Role: "encounter", Ref: ehrdesk.Ref{Resource: "Encounter", ID: encounter}}},
		Notes:      1,
	}
	return f.Pack()
}
