package territory

import (
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
	amend bool // its first report is one that is corrected later
}

// attend begins an attendance. Its encounter is written by finished, when it is
// known what came of it.
func (w *writer) attend(at time.Time, where place) *visit {
	return &visit{w: w, at: at, where: where, who: where.doctors[w.rand.IntN(len(where.doctors))], enc: w.reserve("Encounter")}
}

func (v *visit) org() raw {
	return ref("Organization/"+v.where.org(), v.where.english+" "+v.where.chinese)
}
func (v *visit) doctor() raw { return ref("Practitioner/"+v.who[0], v.who[1]) }
func (v *visit) inside() raw { return ref(v.enc, "") }

// encounter is what is said of an attendance.
type encounter struct {
	words, reason string
	diagnoses     []string // references of conditions
	booking       string
	days          int    // of an admission
	programme     string // a public-private one
}

func (v *visit) finished(e encounter) {
	class, end := coding("http://terminology.hl7.org/CodeSystem/v3-ActCode", "AMB", "ambulatory"), v.at.Add(20*time.Minute)
	if e.days > 0 {
		class, end = coding("http://terminology.hl7.org/CodeSystem/v3-ActCode", "IMP", "inpatient encounter"), v.at.AddDate(0, 0, e.days)
	}
	status, until := "finished", stamp(end)
	if end.After(v.w.now) {
		status, until = "in-progress", ""
	}
	var diagnoses, booking, reason raw
	if len(e.diagnoses) > 0 {
		all := make([]raw, len(e.diagnoses))
		for i, d := range e.diagnoses {
			all[i] = o("condition", ref(d, ""))
		}
		diagnoses = list(all...)
	}
	if e.booking != "" {
		booking = list(ref(e.booking, ""))
	}
	if e.reason != "" {
		reason = list(concept("", "", e.reason))
	}
	var meta raw
	if e.programme != "" {
		meta = o("tag", list(coding(ehrdesk.SystemProgramme, "GOPC-PPP", e.programme)))
	}
	v.w.put(v.enc, "meta", meta, "status", status, "class", class, "type", list(concept("", "", e.words)), "subject", v.w.subject(),
		"participant", list(o("individual", v.doctor())), "appointment", booking, "period", o("start", stamp(v.at), "end", until),
		"reasonCode", reason, "diagnosis", diagnoses, "serviceProvider", v.org())
}

// vitals are what the nurse measures before the consultation.
func (v *visit) vitals(fever float64) (seen found) {
	w := v.w
	now := outcome{status: "final"}
	if w.age(v.at) >= 18 {
		seen[systolic] = v.bloodPressure(v.at)
		seen[pulse] = rounded(w.sample(pulse, v.at)+8*fever, 0)
		if w.chance(40) || fever > 0 {
			v.measure("vital-signs", pulseTest, seen[pulse], now)
		}
	}
	if fever > 0 || w.chance(25) {
		v.measure("vital-signs", feverTest, 36.5+fever*w.rand.Float64()*1.4+0.2*w.normal(), now)
	}
	if fever > 0 && w.chance(50) {
		v.measure("vital-signs", oxygenTest, min(w.sample(saturation, v.at), 100), now)
	}
	if w.chance(45) {
		v.weigh()
	}
	return seen
}

// weigh measures weight, at times with height and what both make. One weight a day.
func (v *visit) weigh() {
	w := v.w
	if w.weighed[day(v.at)] {
		return
	}
	w.weighed[day(v.at)] = true
	now := outcome{status: "final"}
	height, weight := w.stature(v.at)
	centimetres, kilograms := rounded(height*100, 1), rounded(weight, 1)
	v.measure("vital-signs", weightTest, kilograms, now)
	if w.age(v.at) < 18 || w.chance(25) {
		v.measure("vital-signs", heightTest, centimetres, now)
		if w.age(v.at) >= 18 {
			v.measure("vital-signs", massTest, kilograms/(centimetres/100*centimetres/100), now)
		}
	}
}

func (v *visit) bloodPressure(at time.Time) (upper float64) {
	w := v.w
	upper = rounded(w.sample(systolic, at), 0)
	lower := min(rounded(w.sample(diastolic, at)+0.35*(upper-w.body.of[systolic].level), 0), upper-25)
	part := func(code, name string, value float64) raw {
		return o("code", concept(systemLOINC, code, name), "valueQuantity", quantity(digits(value, 0), "mmHg"))
	}
	var enc raw
	if v.enc != "" {
		enc = v.inside()
	}
	w.add("Observation", "status", "final", "category", categorised("observation-category", "vital-signs"),
		"code", concept(systemLOINC, "85354-9", "Blood pressure 血壓"), "subject", w.subject(), "encounter", enc, "effectiveDateTime", stamp(at), "performer", list(v.org()),
		"component", list(part("8480-6", "Systolic 上壓", upper), part("8462-4", "Diastolic 下壓", lower)))
	return upper
}

func (v *visit) procedure(words string) {
	v.w.add("Procedure", "status", "completed", "code", concept("", "", words),
		"subject", v.w.subject(), "encounter", v.inside(), "performedDateTime", stamp(v.at.Add(3*time.Hour)), "performer", list(o("actor", v.doctor(), "onBehalfOf", v.org())))
}

func (v *visit) image(category, name, words string, form raw) {
	if issued := v.at.Add(30 * time.Hour); !issued.After(v.w.now) {
		v.report(category, "final", concept("", "", name), issued, words, form)
	}
}

func (v *visit) ecg(fibrillating bool) {
	words := "Sinus rhythm, no acute change. 竇性心律，無急性變化。"
	if fibrillating {
		words = "Atrial fibrillation, rate controlled. 心房顫動，心率受控。"
	}
	v.report("EC", "final", concept("", "", "12-lead ECG 心電圖"), v.at.Add(10*time.Minute), words, nil)
}

func (v *visit) vaccine(code, name string) {
	v.w.add("Immunization", "status", "completed", "vaccineCode", concept(systemLocal, code, name), "patient", v.w.subject(), "encounter", v.inside(),
		"occurrenceDateTime", day(v.at), "lotNumber", "L"+v.w.digits(6), "performer", list(o("actor", v.org())))
}

// influenza gives the season's vaccine, once.
func (v *visit) influenza() {
	if m := v.at.Month(); m >= 10 && v.w.season != v.at.Year() && v.w.chance(55) {
		v.w.season = v.at.Year()
		v.vaccine("FLU", "Influenza vaccine, quadrivalent 四價流感疫苗")
	}
}

func (v *visit) lifestyle() {
	v.w.add("Observation", "status", "final", "category", categorised("observation-category", "social-history"),
		"code", concept(systemLOINC, "72166-2", "Smoking status 吸煙狀況"), "subject", v.w.subject(), "encounter", v.inside(), "effectiveDateTime", stamp(v.at), "performer", list(v.org()),
		"valueCodeableConcept", concept("", "", v.w.smoker))
}

// birth writes a child's birth record, where the ten years reach back to it.
func (w *writer) birth(start time.Time) {
	if !w.patient.Born.Time.Equal(start) {
		return
	}
	v := w.attend(start.Add(7*time.Hour), hospitals[w.rand.IntN(len(hospitals))])
	v.finished(encounter{words: "Admission 住院", reason: "Birth 出生", days: 2})
	now := outcome{status: "final"}
	_, weight := w.stature(start)
	for _, t := range []struct {
		test
		value float64
	}{
		{measurement("8339-4", "Birth weight", "出生體重", "g", 0, "", ""), 1000 * weight},
		{measurement("11884-4", "Gestational age", "懷孕週數", "wk", 0, "", ""), 39 + 0.8*w.normal()},
		{measurement("9274-2", "Apgar score at 5 minutes", "五分鐘阿普加評分", "{score}", 0, "", ""), 9 + 0.45*w.normal()},
	} {
		v.measure("birth", t.test, t.value, now)
	}
}

func (w *writer) childhoodVaccines(end time.Time) {
	h := place{"org-dh", "DH", "Department of Health", "衞生署", nil}
	for _, x := range vaccines {
		for i, months := range x.months {
			at := w.patient.Born.Time.AddDate(0, months, 1)
			if at.After(end) || at.Before(end.AddDate(-20, 0, 0)) {
				continue
			}
			var protocol raw
			if n := len(x.months); n > 1 {
				protocol = list(o("doseNumberPositiveInt", i+1, "seriesDosesPositiveInt", n))
			}
			w.add("Immunization", "status", "completed", "vaccineCode", concept(systemLocal, x.code, x.name), "patient", w.subject(),
				"occurrenceDateTime", day(at), "lotNumber", "L"+w.digits(6), "protocolApplied", protocol, "performer", list(o("actor", ref("Organization/"+h.org(), h.english+" "+h.chinese))))
		}
	}
}

var glucoseMeter = measurement("15074-8", "Glucose, home meter", "家用血糖機", "mmol/L", 1, "4.0", "7.8")

// homeReading is what a patient's own monitor sends.
func (w *writer) homeReading(at time.Time) {
	v := visit{w: w, at: at.In(hongKong).Truncate(time.Minute), where: privateProviders[1]}
	now := outcome{status: "final"}
	switch n := w.rand.IntN(6); {
	case n == 0 && !w.weighed[day(v.at)]:
		v.weigh()
	case n == 1:
		v.measure("vital-signs", pulseTest, w.sample(pulse, v.at), now)
	case n == 2:
		v.measure("vital-signs", glucoseMeter, max(1.59*w.sample(hba1c, v.at)-2.59+0.7*w.normal(), 3.6), now)
	default:
		v.bloodPressure(v.at)
	}
}
