package territory

import (
	"encoding/base64"
	"strconv"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// visit writes the resources of one attendance.
type visit struct {
	w     *writer
	at    time.Time
	where place
	who   [3]string
	enc   string
}

func (v *visit) org() raw {
	return ref("Organization/"+v.where.org(), v.where.english+" "+v.where.chinese)
}
func (v *visit) doctor() raw { return ref("Practitioner/"+v.who[0], v.who[1]) }
func (v *visit) inside() raw { return ref(v.enc, "") }

func (v *visit) encounter(admitted bool) {
	class, what, end := coding("http://terminology.hl7.org/CodeSystem/v3-ActCode", "AMB", "ambulatory"), "Out-patient attendance 門診", v.at.Add(20*time.Minute)
	if admitted {
		class, what, end = coding("http://terminology.hl7.org/CodeSystem/v3-ActCode", "IMP", "inpatient encounter"), "Admission 住院", v.at.AddDate(0, 0, v.w.between(1, 9))
	}
	v.enc = v.w.add("Encounter", "status", "finished", "class", class, "type", list(concept("", "", what)), "subject", v.w.subject(),
		"participant", list(o("individual", v.doctor())), "period", o("start", stamp(v.at), "end", stamp(end)), "serviceProvider", v.org())
}

func (v *visit) appointment() {
	v.w.add("Appointment", "status", "booked", "description", "Follow-up 覆診", "start", stamp(v.at.AddDate(0, 0, 112)), "end", stamp(v.at.AddDate(0, 0, 112).Add(15*time.Minute)),
		"participant", list(o("actor", v.w.subject(), "status", "accepted"), o("actor", ref("Practitioner/"+v.who[0], v.who[1]), "status", "accepted")))
}

func (v *visit) measure(category string, t test) raw {
	value := v.w.decimal(t.mean, t.spread, t.decimals)
	var span, flag raw
	if t.low != "" || t.high != "" {
		var low, high any
		if t.low != "" {
			low = quantity(t.low, t.unit)
		}
		if t.high != "" {
			high = quantity(t.high, t.unit)
		}
		span = list(o("low", low, "high", high))
		if code := judge(value, t); code != "" {
			flag = list(o("coding", list(coding("http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", code, ""))))
		}
	}
	id := v.w.add("Observation", "status", "final",
		"category", list(o("coding", list(coding("http://terminology.hl7.org/CodeSystem/observation-category", category, "")))),
		"code", concept(systemLOINC, t.code, t.name+" "+t.chinese), "subject", v.w.subject(), "encounter", v.inside(),
		"effectiveDateTime", stamp(v.at), "issued", stamp(v.at.Add(26*time.Hour)), "performer", list(v.org()),
		"valueQuantity", quantity(value, t.unit), "interpretation", flag, "referenceRange", span)
	return ref(id, t.name)
}

func judge(v num, t test) string {
	n, _ := strconv.ParseFloat(string(v), 64)
	low, errLow := strconv.ParseFloat(string(t.low), 64)
	high, errHigh := strconv.ParseFloat(string(t.high), 64)
	switch {
	case errHigh == nil && n > high*2.5:
		return "HH"
	case errHigh == nil && n > high:
		return "H"
	case errLow == nil && n < low*0.6:
		return "LL"
	case errLow == nil && n < low:
		return "L"
	}
	return "N"
}

func (v *visit) laboratory(name string) {
	var members []raw
	for _, t := range panels[name] {
		members = append(members, v.measure("laboratory", t))
	}
	v.w.add("DiagnosticReport", "status", "final", "category", list(o("coding", list(coding("http://terminology.hl7.org/CodeSystem/v2-0074", "LAB", "Laboratory")))),
		"code", concept("", "", name), "subject", v.w.subject(), "encounter", v.inside(), "effectiveDateTime", stamp(v.at), "issued", stamp(v.at.Add(26*time.Hour)),
		"performer", list(v.org()), "result", list(members...))
}

func (v *visit) vitals() {
	w := v.w
	v.bloodPressure(v.at, "vital-signs")
	for _, t := range vitals {
		if w.years < 12 && t.unit == "kg" {
			t.mean, t.spread = 4+2.6*float64(w.years), 1
		}
		if w.chance(45) {
			v.measure("vital-signs", t)
		}
	}
}

func (v *visit) bloodPressure(at time.Time, category string) {
	w := v.w
	part := func(code, name string, mean, spread float64) raw {
		return o("code", concept(systemLOINC, code, name), "valueQuantity", quantity(w.decimal(mean, spread, 0), "mmHg"))
	}
	var enc raw
	if v.enc != "" {
		enc = v.inside()
	}
	w.add("Observation", "status", "final", "category", list(o("coding", list(coding("http://terminology.hl7.org/CodeSystem/observation-category", category, "")))),
		"code", concept(systemLOINC, "85354-9", "Blood pressure 血壓"), "subject", w.subject(), "encounter", enc, "effectiveDateTime", stamp(at), "performer", list(v.org()),
		"component", list(part("8480-6", "Systolic 上壓", 132, 24), part("8462-4", "Diastolic 下壓", 78, 14)))
}

func (v *visit) prescribe(d drug, reason string, days int) {
	status := "completed"
	if v.at.AddDate(0, 0, days).After(v.w.now) {
		status = "active"
	}
	v.w.add("MedicationRequest", "status", status, "intent", "order",
		"medicationCodeableConcept", o("coding", list(coding("http://www.whocc.no/atc", d.code, d.name)), "text", d.name+" "+d.form+" "+d.strength),
		"subject", v.w.subject(), "encounter", v.inside(), "authoredOn", stamp(v.at), "requester", v.doctor(), "reasonReference", list(ref(reason, "")),
		"dosageInstruction", list(o("text", d.form+" – DOSE "+d.dose+" – "+d.route+" – "+d.often, "route", concept("", "", d.route))),
		"dispenseRequest", o("expectedSupplyDuration", o("value", days, "unit", "days", "system", systemUCUM, "code", "d"), "performer", v.org()))
}

func (v *visit) diagnose(a ailment) string {
	return v.w.add("Condition", "clinicalStatus", o("coding", list(coding("http://terminology.hl7.org/CodeSystem/condition-clinical", "resolved", ""))),
		"category", list(concept("http://terminology.hl7.org/CodeSystem/condition-category", "encounter-diagnosis", "Encounter diagnosis")),
		"code", concept("http://hl7.org/fhir/sid/icd-10", a.code, a.name+" "+a.chinese), "subject", v.w.subject(), "encounter", v.inside(),
		"onsetDateTime", day(v.at), "recordedDate", day(v.at), "recorder", v.doctor())
}

func (v *visit) document(kind raw, category, title, body string) {
	data := base64.StdEncoding.EncodeToString([]byte(body))
	v.w.add("DocumentReference", "status", "current", "type", kind, "category", list(o("coding", list(coding("urn:example:hk:document-class", category, "")))),
		"subject", v.w.subject(), "date", stamp(v.at), "author", list(v.doctor()), "custodian", v.org(), "description", title,
		"content", list(o("attachment", o("contentType", "text/plain; charset=utf-8", "data", data, "title", title))),
		"context", o("encounter", list(v.inside()), "period", o("start", stamp(v.at))))
}

func (v *visit) note(title, body string) {
	v.document(concept(systemLOINC, "34109-9", "Note"), "note", title, body)
}

func (v *visit) certificate(a ailment) {
	days := v.w.between(1, 3)
	v.document(concept("urn:example:hk:document-type", "medical-certificate", "Medical certificate"), "certificate", "Sick leave certificate 病假證明書",
		"Diagnosis: "+a.name+". Sick leave for "+strconv.Itoa(days)+" day(s) from "+ehrdesk.At(v.at).Date()+".\n診斷："+a.chinese+"。病假"+strconv.Itoa(days)+"天。")
}

func (v *visit) referral() {
	v.w.add("ServiceRequest", "status", pick(v.w.rand, "active", "completed"), "intent", "order", "category", list(concept("", "", "Healthcare referral 醫療轉介")),
		"code", concept("", "", pick(v.w.rand, "Referral to cardiology 轉介心臟科", "Referral to ophthalmology 轉介眼科", "Referral to physiotherapy 轉介物理治療", "Referral to dietitian 轉介營養師")),
		"subject", v.w.subject(), "encounter", v.inside(), "authoredOn", stamp(v.at), "requester", v.doctor(),
		"note", list(o("text", "Please see and advise. 請診治。")))
}

func (v *visit) procedure() {
	v.w.add("Procedure", "status", "completed", "code", concept("", "", pick(v.w.rand, "Oesophago-gastro-duodenoscopy 胃鏡檢查", "Colonoscopy 大腸鏡檢查", "Wound suture 傷口縫合", "Intravenous cannulation 靜脈置管")),
		"subject", v.w.subject(), "encounter", v.inside(), "performedDateTime", stamp(v.at.Add(3*time.Hour)), "performer", list(o("actor", v.doctor(), "onBehalfOf", v.org())))
}

func (v *visit) image() {
	i := images[v.w.rand.IntN(len(images))]
	v.w.add("DiagnosticReport", "status", "final", "category", list(o("coding", list(coding("http://terminology.hl7.org/CodeSystem/v2-0074", i.code, "")))),
		"code", concept("", "", i.name), "subject", v.w.subject(), "encounter", v.inside(), "effectiveDateTime", stamp(v.at), "issued", stamp(v.at.Add(30*time.Hour)),
		"performer", list(v.org()), "conclusion", i.report+" "+i.chinese)
}

func (v *visit) ecg() {
	v.w.add("DiagnosticReport", "status", "final", "category", list(o("coding", list(coding("http://terminology.hl7.org/CodeSystem/v2-0074", "EC", "Electrocardiac")))),
		"code", concept("", "", "12-lead ECG 心電圖"), "subject", v.w.subject(), "encounter", v.inside(), "effectiveDateTime", stamp(v.at), "performer", list(v.org()),
		"conclusion", pick(v.w.rand, "Sinus rhythm, no acute change. 竇性心律，無急性變化。", "Atrial fibrillation, rate controlled. 心房顫動，心率受控。"))
}

func (v *visit) vaccine(code, name string) {
	v.w.add("Immunization", "status", "completed", "vaccineCode", concept(systemLocal, code, name), "patient", v.w.subject(), "encounter", v.inside(),
		"occurrenceDateTime", day(v.at), "lotNumber", "L"+v.w.digits(6), "performer", list(o("actor", v.org())))
}

func (v *visit) lifestyle() {
	v.w.add("Observation", "status", "final", "category", list(o("coding", list(coding("http://terminology.hl7.org/CodeSystem/observation-category", "social-history", "")))),
		"code", concept(systemLOINC, "72166-2", "Smoking status 吸煙狀況"), "subject", v.w.subject(), "encounter", v.inside(), "effectiveDateTime", stamp(v.at), "performer", list(v.org()),
		"valueCodeableConcept", concept("", "", pick(v.w.rand, "Never smoked 從不吸煙", "Ex-smoker 已戒煙", "Current smoker 現時吸煙")))
}

// birth writes a child's birth record, where the ten years reach back to it.
func (w *writer) birth(start time.Time) {
	if !w.patient.Born.Time.Equal(start) {
		return
	}
	at := start.Add(7 * time.Hour)
	h := hospitals[w.rand.IntN(len(hospitals))]
	v := visit{w: w, at: at, where: h, who: h.doctors[0]}
	v.encounter(true)
	for _, t := range []test{
		{"8339-4", "Birth weight", "出生體重", "g", 3150, 500, 0, "", ""},
		{"11884-4", "Gestational age", "懷孕週數", "wk", 39, 1.5, 0, "", ""},
		{"9274-2", "Apgar score at 5 minutes", "五分鐘阿普加評分", "{score}", 9, 1, 0, "", ""},
	} {
		v.measure("birth", t)
	}
}

func (w *writer) childhoodVaccines(end time.Time) {
	for _, x := range vaccines {
		at := w.patient.Born.Time.AddDate(0, x.months, 1)
		if at.After(end) || at.Before(end.AddDate(-20, 0, 0)) {
			continue
		}
		h := place{"org-dh", "DH", "Department of Health", "衞生署", [][3]string{hospitals[0].doctors[0]}}
		w.add("Immunization", "status", "completed", "vaccineCode", concept(systemLocal, x.code, x.name), "patient", w.subject(),
			"occurrenceDateTime", day(at), "lotNumber", "L"+w.digits(6), "performer", list(o("actor", ref("Organization/"+h.org(), h.english+" "+h.chinese))))
	}
}

// homeReading is what a patient's own monitor sends.
func (w *writer) homeReading(at time.Time) {
	v := visit{w: w, at: at.In(hongKong).Truncate(time.Minute), where: privateProviders[1]}
	if w.chance(50) {
		v.bloodPressure(v.at, "vital-signs")
		return
	}
	t := pick(w.rand, vitals[0], vitals[2], test{"15074-8", "Glucose, home meter", "家用血糖機", "mmol/L", 7.4, 3, 1, "4.0", "7.8"})
	value := w.decimal(t.mean, t.spread, t.decimals)
	var span raw
	if t.low != "" {
		span = list(o("low", quantity(t.low, t.unit), "high", quantity(t.high, t.unit)))
	}
	w.add("Observation", "status", "final", "category", list(o("coding", list(coding("http://terminology.hl7.org/CodeSystem/observation-category", "vital-signs", "")))),
		"code", concept(systemLOINC, t.code, t.name+" "+t.chinese), "subject", w.subject(), "effectiveDateTime", stamp(v.at), "performer", list(v.org()),
		"valueQuantity", quantity(value, t.unit), "referenceRange", span)
}
