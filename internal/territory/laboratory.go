package territory

import (
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// test is a laboratory or bedside measurement. LOINC is free to use.
type test struct {
	code, name, chinese, unit string
	decimals                  int
	men, women                span // the reference range
	critical                  span // what the laboratory telephones about
}

type span struct{ low, high num }

func everyone(low, high num) (men, women span) { return span{low, high}, span{low, high} }

func measurement(code, name, chinese, unit string, decimals int, low, high num) test {
	men, women := everyone(low, high)
	return test{code, name, chinese, unit, decimals, men, women, span{}}
}

func (t test) critically(low, high num) test {
	t.critical = span{low, high}
	return t
}

// panel is a group of tests that the laboratory reports together.
type panel uint8

const (
	renalPanel panel = iota
	bloodPanel
	lipidPanel
	sugarPanel
	liverPanel
	thyroidPanel
	uratePanel
	inflammationPanel
	panelCount
)

type panelKind struct {
	code, name string // LOINC, where there is one for just this group
	months     int    // how often it is done for a long-term problem
	tests      []test
}

var panels = [panelCount]panelKind{
	renalPanel: {"24362-6", "Renal function 腎功能", 11, []test{
		{"14682-9", "Creatinine", "肌酸酐", "µmol/L", 0, span{"62", "106"}, span{"44", "82"}, span{}},
		measurement("22664-7", "Urea", "尿素", "mmol/L", 1, "2.8", "8.1"),
		measurement("2951-2", "Sodium", "鈉", "mmol/L", 0, "136", "145").critically("120", "160"),
		measurement("2823-3", "Potassium", "鉀", "mmol/L", 1, "3.5", "5.1").critically("2.5", "6.2"),
		measurement("98979-8", "eGFR (CKD-EPI 2021)", "腎小球濾過率", "mL/min/1.73m²", 0, "60", ""),
	}},
	bloodPanel: {"58410-2", "Complete blood count 全血計數", 12, []test{
		{"718-7", "Haemoglobin", "血紅蛋白", "g/dL", 1, span{"13.3", "17.1"}, span{"11.5", "14.8"}, span{"7.0", ""}},
		measurement("787-2", "Mean cell volume", "平均紅血球體積", "fL", 1, "80.0", "96.0"),
		measurement("6690-2", "White cell count", "白血球", "×10^9/L", 1, "3.7", "9.3"),
		measurement("751-8", "Neutrophils", "中性粒細胞", "×10^9/L", 1, "1.7", "5.8"),
		measurement("777-3", "Platelets", "血小板", "×10^9/L", 0, "160", "420").critically("30", ""),
	}},
	lipidPanel: {"24331-1", "Lipid profile 血脂", 12, []test{
		measurement("14647-2", "Cholesterol", "總膽固醇", "mmol/L", 1, "", "5.2"),
		{"14646-4", "HDL cholesterol", "高密度膽固醇", "mmol/L", 1, span{"1.0", ""}, span{"1.2", ""}, span{}},
		measurement("22748-8", "LDL cholesterol", "低密度膽固醇", "mmol/L", 1, "", "3.4"),
		measurement("14927-8", "Triglycerides", "三酸甘油酯", "mmol/L", 1, "", "1.7"),
	}},
	sugarPanel: {"", "Diabetes monitoring 糖尿病監測", 5, []test{
		measurement("4548-4", "HbA1c", "糖化血紅蛋白", "%", 1, "4.0", "6.0"),
		measurement("14771-0", "Fasting glucose", "空腹血糖", "mmol/L", 1, "3.9", "5.5").critically("2.8", "20.0"),
	}},
	liverPanel: {"24325-3", "Liver function 肝功能", 12, []test{
		measurement("1742-6", "ALT", "丙氨酸轉氨酶", "U/L", 0, "", "50"),
		measurement("6768-6", "Alkaline phosphatase", "鹼性磷酸酶", "U/L", 0, "42", "110"),
		measurement("14631-6", "Bilirubin, total", "總膽紅素", "µmol/L", 0, "", "21"),
		measurement("61151-7", "Albumin", "白蛋白", "g/L", 0, "35", "52"),
	}},
	thyroidPanel: {"", "Thyroid function 甲狀腺功能", 11, []test{
		measurement("3016-3", "TSH", "促甲狀腺激素", "mIU/L", 2, "0.27", "4.20"),
		measurement("14920-3", "Free T4", "游離甲狀腺素", "pmol/L", 1, "12.0", "22.0"),
	}},
	uratePanel: {"", "Urate 尿酸", 10, []test{{"14933-6", "Urate", "尿酸", "µmol/L", 0, span{"202", "416"}, span{"142", "339"}, span{}}}},
	inflammationPanel: {"", "C-reactive protein C反應蛋白", 4, []test{
		measurement("1988-5", "C-reactive protein", "C反應蛋白", "mg/L", 1, "", "5.0")}},
}

var (
	inrTest    = measurement("6301-6", "INR", "國際標準化比值", "", 1, "2.0", "3.0").critically("", "5.0")
	weightTest = measurement("29463-7", "Body weight", "體重", "kg", 1, "", "")
	heightTest = measurement("8302-2", "Body height", "身高", "cm", 1, "", "")
	massTest   = measurement("39156-5", "Body mass index", "體重指數", "kg/m²", 1, "18.5", "22.9") // the range for Asian adults
	pulseTest  = measurement("8867-4", "Pulse", "脈搏", "beats/min", 0, "", "")
	feverTest  = measurement("8310-5", "Body temperature", "體溫", "°C", 1, "", "")
	oxygenTest = measurement("2708-6", "Oxygen saturation", "血氧飽和度", "%", 0, "", "")
)

// found are the values of a visit that decide on treatment; 0 where not measured.
type found [analytes]float64

// values are a sample's results of a panel in the order of its tests. What
// belongs together is computed from what is printed beside it.
func (w *writer) values(p panel, at time.Time) (out []float64, seen found) {
	take := func(a analyte, decimals int) float64 {
		seen[a] = rounded(w.sample(a, at), decimals)
		return seen[a]
	}
	switch p {
	case renalPanel:
		c := take(creatinine, 0)
		out = []float64{c, take(urea, 1), take(sodium, 0), take(potassium, 1), filtration(c, math.Floor(w.age(at)), w.patient.Gender == ehrdesk.Female)}
	case bloodPanel:
		white := take(whiteCells, 1)
		out = []float64{take(haemoglobin, 1), take(cellVolume, 1), white, white * min(w.sample(neutrophilShare, at), 0.8), take(platelets, 0)}
	case lipidPanel:
		h, l, t := take(hdl, 1), take(ldl, 1), min(take(triglycerides, 1), 4.4)
		out = []float64{h + l + t/2.2, h, l, t} // Friedewald's equation, in mmol/L
	case sugarPanel:
		a := take(hba1c, 1)
		mean := 1.59*a - 2.59 // ADAG study: Nathan DM et al., Diabetes Care 2008;31:1473-8
		out = []float64{a, max(mean-0.3-0.06*mean+0.4*w.normal(), 3.9)}
	case liverPanel:
		out = []float64{take(alt, 0), take(alp, 0), take(bilirubin, 0), take(albumin, 0)}
	case thyroidPanel:
		out = []float64{take(tsh, 2), take(thyroxine, 1)}
	case uratePanel:
		out = []float64{take(urate, 0)}
	case inflammationPanel:
		out = []float64{take(crp, 1)}
	case panelCount:
	}
	return out, seen
}

func rounded(v float64, decimals int) float64 {
	p := math.Pow10(decimals)
	return math.Round(v*p) / p
}

func digits(v float64, decimals int) num { return num(strconv.FormatFloat(v, 'f', decimals, 64)) }

func (w *writer) span(t test) span {
	if w.patient.Gender == ehrdesk.Female {
		return t.women
	}
	return t.men
}

// judge is the flag of a value against its range and what is critical.
func judge(v num, normal, critical span) string {
	switch {
	case above(v, critical.high):
		return "HH"
	case above(critical.low, v):
		return "LL"
	case above(v, normal.high):
		return "H"
	case above(normal.low, v):
		return "L"
	}
	return "N"
}

// above reports a over b; a limit that there is none of is not passed.
func above(a, b num) bool {
	x, errA := strconv.ParseFloat(string(a), 64)
	y, errB := strconv.ParseFloat(string(b), 64)
	return errA == nil && errB == nil && x > y
}

// outcome is how far a result or a report is.
type outcome struct {
	status string
	issued time.Time
	note   string
}

// measure writes one value. Its range and flag are of what is printed.
func (v *visit) measure(category string, t test, value float64, out outcome) raw {
	n := digits(value, t.decimals)
	r := v.w.span(t)
	var ranges, flag, encounter, notes raw
	if r != (span{}) {
		var low, high raw
		if r.low != "" {
			low = quantity(r.low, t.unit)
		}
		if r.high != "" {
			high = quantity(r.high, t.unit)
		}
		ranges = list(o("low", low, "high", high))
		flag = list(o("coding", list(coding("http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", judge(n, r, t.critical), ""))))
	}
	if v.enc != "" {
		encounter = v.inside()
	}
	if out.note != "" {
		notes = list(o("text", out.note))
	}
	issued := ""
	if !out.issued.IsZero() {
		issued = stamp(out.issued)
	}
	id := v.w.add("Observation", "status", out.status, "category", categorised("observation-category", category),
		"code", concept(systemLOINC, t.code, t.name+" "+t.chinese), "subject", v.w.subject(), "encounter", encounter,
		"effectiveDateTime", stamp(v.at), "issued", issued, "performer", list(v.org()),
		"valueQuantity", quantity(n, t.unit), "interpretation", flag, "note", notes, "referenceRange", ranges)
	return ref(id, t.name)
}

func categorised(system, code string) raw {
	return list(o("coding", list(coding("http://terminology.hl7.org/CodeSystem/"+system, code, ""))))
}

// laboratory writes a panel with its report: final the next day, partial where the
// rest is still to come, and at times corrected.
func (v *visit) laboratory(p panel) found {
	k := &panels[p]
	values, seen := v.w.values(p, v.at)
	out := outcome{"final", v.at.Add(26 * time.Hour), ""}
	code, count := "final", len(values)
	if out.issued.After(v.w.now) {
		out, code, count = outcome{"preliminary", v.at.Add(time.Hour), ""}, "partial", (count+1)/2
		if out.issued.After(v.w.now) {
			return found{}
		}
	}
	amended := -1
	if code == "final" && (v.w.chance(1) || v.amend) {
		code, amended, v.amend = "corrected", v.w.rand.IntN(count), false
	}
	wrong, why := 1.1, "was transcribed wrongly. 更正：首次報告的數值抄寫有誤。"
	if amended >= 0 && p == renalPanel { // what haemolysis changes
		wrong, why = 1.4, "was of a haemolysed specimen. 更正：首次報告的數值來自溶血標本。"
		amended = slices.IndexFunc(k.tests, func(t test) bool { return t.name == "Potassium" })
	}
	members := make([]raw, count)
	for i := range members {
		one := out
		if i == amended {
			one.status, one.note = "corrected", "Corrected: the value reported first, "+string(digits(values[i]*wrong, k.tests[i].decimals))+", "+why
			if one.issued = out.issued.Add(5 * time.Hour); one.issued.After(v.w.now) {
				one.issued = v.w.now
			}
			out.issued = one.issued
		}
		members[i] = v.measure("laboratory", k.tests[i], values[i], one)
	}
	v.report("LAB", code, concept(systemLOINC, k.code, k.name), out.issued, "", nil, members...)
	v.w.measured[p] = v.at
	return seen
}

// report writes a DiagnosticReport over results or with a conclusion in words.
func (v *visit) report(category, status string, code raw, issued time.Time, conclusion string, form raw, results ...raw) {
	var members raw
	if len(results) > 0 {
		members = list(results...)
	}
	v.w.add("DiagnosticReport", "status", status, "category", categorised("v2-0074", category), "code", code, "subject", v.w.subject(), "encounter", v.inside(),
		"effectiveDateTime", stamp(v.at), "issued", stamp(issued), "performer", list(v.org()), "result", members, "conclusion", conclusion, "presentedForm", form)
}

// culture is a result that has words and no number.
func (v *visit) culture(words string) {
	issued := v.at.AddDate(0, 0, 2)
	if issued.After(v.w.now) {
		return
	}
	id := v.w.add("Observation", "status", "final", "category", categorised("observation-category", "laboratory"),
		"code", concept(systemLOINC, "630-4", "Urine culture 尿液培養"), "subject", v.w.subject(), "encounter", v.inside(),
		"effectiveDateTime", stamp(v.at), "issued", stamp(issued), "performer", list(v.org()), "valueString", words)
	v.report("LAB", "final", concept(systemLOINC, "630-4", "Urine culture 尿液培養"), issued, "", nil, ref(id, "Urine culture"))
}
