package territory

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// review is a follow-up of long-term problems. It gives the weeks to the next.
func (w *writer) review(at, made time.Time, problems []*problem) (weeks int) {
	v := w.attend(at, w.home)
	e := encounter{words: "Out-patient follow-up 門診覆診", reason: problems[0].name + " " + problems[0].chinese}
	if !made.IsZero() {
		e.booking = w.booking("fulfilled", at, made, followUp, nil)
	}
	for _, p := range problems {
		e.diagnoses = append(e.diagnoses, p.ref)
	}
	v.finished(e)
	seen := v.vitals(0)
	seen.take(v.due(problems))
	weeks = pick(w.rand, 12, 14, 16, 16)
	var changes []string
	for _, p := range problems {
		was := len(changes)
		changes = v.adjust(p, &seen, changes)
		for i, t := range p.treatments {
			changed := ""
			if len(changes) > was && (i == len(p.treatments)-1 || t.changed.Equal(at)) {
				changed = "Dose changed 更改劑量"
			}
			if t.done {
				w.close(t, "completed", "")
				p.over = at
				continue
			}
			v.prescribe(t, p.ref, weeks*7, changed)
		}
	}
	switch {
	case len(changes) > 0:
		v.note("Follow-up note 覆診紀錄", strings.Join(changes, " ")+"\n已調整藥物，依期覆診。")
	case w.chance(25):
		v.note("Follow-up note 覆診紀錄", v.spoken(problems[0], seen)+" Continue medication. Review in "+strconv.Itoa(weeks)+" weeks.\n"+problems[0].chinese+"，繼續現有藥物，"+strconv.Itoa(weeks)+"星期後覆診。")
	}
	v.influenza()
	v.besides(problems)
	return weeks
}

func (f *found) take(other found) {
	for i, x := range other {
		if x != 0 {
			f[i] = x
		}
	}
}

// due does the panels whose time has come, each once.
func (v *visit) due(problems []*problem) (seen found) {
	for _, p := range problems {
		for _, kind := range p.panels {
			months := panels[kind].months
			if p.code == "M06.9" { // methotrexate is watched
				months = 4
			}
			if last := v.w.measured[kind]; last.IsZero() || v.at.After(last.AddDate(0, months, -10)) {
				seen.take(v.laboratory(kind))
			}
		}
	}
	return seen
}

// adjust starts what a problem is first treated with, and raises doses or adds the
// next drug where what was found asks for it.
func (v *visit) adjust(p *problem, seen *found, said []string) []string {
	w := v.w
	add := func(i int) {
		d := p.lines[i][w.rand.IntN(len(p.lines[i]))]
		for _, x := range p.lines[i] {
			if x.name == p.line {
				d = x
			}
		}
		p.treatments = append(p.treatments, w.started(d, v.at))
	}
	if len(p.treatments) == 0 {
		add(0)
		for i := 1; p.together && i < len(p.lines); i++ {
			add(i)
		}
		return said
	}
	for _, t := range p.treatments {
		if t.code == warfarin.code {
			said = append(said, v.inr(t)...)
			continue
		}
		if w.raised(t, seen, v.at) {
			said = append(said, seen.words(t.aim.of)+" "+t.name+" changed to "+t.doses[t.step].amount+" "+t.doses[t.step].often+".")
		}
	}
	last := p.treatments[len(p.treatments)-1]
	if next := len(p.treatments); !p.together && next < len(p.lines) && last.step == len(last.doses)-1 && last.aim.by != 0 &&
		seen[last.aim.of] > last.aim.above && v.at.Sub(last.changed) > 10*7*24*time.Hour {
		add(next)
		t := p.treatments[next]
		said = append(said, seen.words(last.aim.of)+" "+t.name+" "+t.doses[t.step].amount+" "+t.doses[t.step].often+" started.")
	}
	return said
}

// quoted is how a note quotes what decides on treatment.
var quoted = [analytes]struct {
	name, unit string
	decimals   int
}{
	hba1c: {"HbA1c", "%", 1}, ldl: {"LDL", "mmol/L", 1}, systolic: {"Systolic pressure", "mmHg", 0}, tsh: {"TSH", "mIU/L", 2},
	urate: {"Urate", "µmol/L", 0}, crp: {"CRP", "mg/L", 1}, alt: {"ALT", "U/L", 0}, pulse: {"Pulse", "per minute", 0},
}

// words say a value that was found, as a note quotes it.
func (f *found) words(a analyte) string {
	q := quoted[a]
	return q.name + " " + string(digits(f[a], q.decimals)) + " " + q.unit + "."
}

// spoken is what the doctor writes where nothing changes.
func (v *visit) spoken(p *problem, seen found) string {
	for _, a := range [...]analyte{hba1c, ldl, tsh, urate, crp, systolic} {
		if seen[a] != 0 && slices.ContainsFunc(p.onset, func(s shift) bool { return s.of == a }) {
			return p.name + ". " + seen.words(a)
		}
	}
	return p.name + ", no new complaint."
}

// inr measures what warfarin does and sets the dose by it.
func (v *visit) inr(t *treatment) (said []string) {
	x := rounded(v.w.inr(t, v.at), 1)
	v.measure("laboratory", inrTest, x, outcome{status: "final", issued: v.at.Add(15 * time.Minute)})
	if t.corrected(x) {
		t.changed = v.at
		said = append(said, "INR "+string(digits(x, 1))+": warfarin changed to "+t.doses[t.step].amount+" "+daily+".")
	}
	return said
}

// inrClinic are the attendances for INR alone, five weeks apart, until the next review.
func (w *writer) inrClinic(at, next time.Time, problems []*problem) {
	for _, p := range problems {
		for _, t := range p.treatments {
			if t.code != warfarin.code {
				continue
			}
			for ; at.Before(next.AddDate(0, 0, -14)) && at.Before(w.end().Add(-time.Hour)); at = at.AddDate(0, 0, 35) {
				v := w.attend(at, w.home)
				v.finished(encounter{words: "Anticoagulation clinic 抗凝血藥診所", reason: "INR monitoring 監察國際標準化比值", diagnoses: []string{p.ref}})
				if said := v.inr(t); len(said) > 0 {
					v.prescribe(t, p.ref, max(int(next.Sub(at).Hours()/24), 28), "Dose changed by INR 按國際標準化比值更改劑量")
				}
			}
		}
	}
}

// besides are what else may come of a follow-up.
func (v *visit) besides(problems []*problem) {
	has := func(code string) bool {
		return slices.ContainsFunc(problems, func(p *problem) bool { return p.code == code })
	}
	switch n := v.w.rand.IntN(100); {
	case n < 3:
		v.w.admitted(v.at.AddDate(0, 0, v.w.between(15, 40)), problems)
	case n < 9 && has("B18.1"):
		v.image("RUS", "Ultrasound abdomen 腹部超聲波", "Liver parenchyma coarse, no focal lesion. Kidneys normal in size. 肝實質粗糙，無局部病變，雙腎大小正常。", nil)
	case n < 9:
		v.image("RAD", "Chest X-ray 胸部X光", "Heart size normal. No focal consolidation. No pleural effusion. 心臟大小正常，無肺部實變，無胸腔積液。", nil)
	case n < 15 || n < 25 && has("I48"):
		v.ecg(has("I48"))
	case n < 24:
		v.referral(problems)
	case n < 31:
		v.lifestyle()
	}
}

// illness is an attendance for something that passes.
func (w *writer) illness(at time.Time, problems []*problem) {
	where := hospitals[w.rand.IntN(len(hospitals))]
	if w.chance(40) || len(problems) > 0 {
		where = pick(w.rand, privateProviders[1], privateProviders[3])
	}
	a := w.ails(at)
	v := w.attend(at, where)
	c := v.diagnose(a.code, a.name+" "+a.chinese)
	v.finished(encounter{words: "Out-patient attendance 門診", reason: a.name + " " + a.chinese, diagnoses: []string{c}})
	v.vitals(a.fever)
	t := &treatment{drug: w.fitting(a.drug, at, problems)}
	v.prescribe(t, c, 5, "")
	w.settle(t)
	v.note("Consultation note 診症紀錄", a.note+"\n"+a.noteChinese)
	if w.age(at) >= 6 && w.age(at) < 66 && w.chance(50) {
		v.certificate(a.name, a.chinese, w.between(1, 3))
	}
	switch n := w.rand.IntN(100); {
	case a.code == "N39.0" && n < 60:
		v.culture("Escherichia coli, more than 10^5 CFU per mL; sensitive to nitrofurantoin, resistant to ampicillin. 大腸桿菌，對呋喃妥因敏感。")
	case a.code == "M54.5" && n < 25:
		v.image("RAD", "X-ray lumbar spine 腰椎X光", "Mild degenerative change at L4/5. No fracture. 第四五腰椎輕度退化，無骨折。", nil)
	case n < 3:
		w.admitted(at.AddDate(0, 0, w.between(4, 20)), problems)
	case n < 9 && w.age(at) >= 16:
		v.referral(nil)
	case n < 16 && w.age(at) >= 18:
		v.lifestyle()
	case n < 20 && w.age(at) >= 18:
		v.w.checkUp(v)
	}
	v.influenza()
}

// checkUp are the tests of somebody without a long-term problem.
func (w *writer) checkUp(v *visit) {
	for _, p := range [...]panel{bloodPanel, lipidPanel, renalPanel} {
		v.laboratory(p)
	}
}

// ails draws an illness of the patient's age and sex.
func (w *writer) ails(at time.Time) ailment {
	n := w.rand.IntN(100)
	for _, a := range ailments {
		percent := a.percent
		if w.patient.Gender == "male" {
			percent = a.men
		}
		if w.age(at) < float64(a.from) {
			percent = 0
		}
		if n < percent {
			return a
		}
		n -= percent
	}
	return ailments[0]
}

// fitting is the drug of an illness, or what is given in its place to those whom it
// would harm, and to a child what a child takes.
func (w *writer) fitting(d drug, at time.Time, problems []*problem) drug {
	harmed := slices.ContainsFunc(w.shunned, func(s string) bool { return s == "ibuprofen" || s == "aspirin" }) || w.age(at) >= 65 || len(problems) > 0
	if d.name == "ibuprofen" && harmed {
		d = paracetamol
	}
	if d.name == paracetamol.name && w.age(at) < 12 {
		_, weight := w.stature(at)
		mg := max(int(math.Round(weight*15/30))*30, 60) // 15 mg/kg
		d.form, d.strength, d.doses = "syrup", "120 mg in 5 mL", []dose{{strconv.Itoa(mg) + " mg", "four times a day when required"}}
	}
	return d
}

func (v *visit) diagnose(code, words string) string {
	return v.w.add("Condition", "clinicalStatus", o("coding", list(coding("http://terminology.hl7.org/CodeSystem/condition-clinical", "resolved", ""))),
		"category", list(concept("http://terminology.hl7.org/CodeSystem/condition-category", "encounter-diagnosis", "Encounter diagnosis")),
		"code", concept("http://hl7.org/fhir/sid/icd-10", code, words), "subject", v.w.subject(), "encounter", v.inside(),
		"onsetDateTime", day(v.at), "recordedDate", day(v.at), "recorder", v.doctor())
}

// admitted is a stay in hospital with its summary.
func (w *writer) admitted(at time.Time, problems []*problem) {
	at = clock(at, 20, w.between(0, 59))
	s := stays[w.rand.IntN(len(stays))]
	if w.age(at) < 18 {
		s = stays[0]
	}
	if at.AddDate(0, 0, s.days).After(w.end()) {
		return
	}
	if s.infection {
		day := 1 / 365.25
		w.body.moves(at.AddDate(0, 0, -2), shift{whiteCells, 7, day}, shift{neutrophilShare, 0.2, day}, shift{crp, 70, day})
		w.body.moves(at.AddDate(0, 0, 3), shift{whiteCells, -7, 3 * day}, shift{neutrophilShare, -0.2, 3 * day}, shift{crp, -70, 3 * day})
	}
	v := w.attend(at, w.home)
	c := v.diagnose(s.code, s.name+" "+s.chinese)
	e := encounter{words: "Admission 住院", reason: s.name + " " + s.chinese, diagnoses: []string{c}, days: s.days}
	for _, p := range problems {
		e.diagnoses = append(e.diagnoses, p.ref)
	}
	v.finished(e)
	fever := 0.0
	if s.infection {
		fever = 1.2
	}
	v.vitals(fever)
	if w.age(at) >= 18 {
		v.laboratory(bloodPanel)
		v.laboratory(renalPanel)
	}
	v.procedure(s.procedure)
	if s.image != "" {
		v.image("RAD", s.image, s.report, nil)
	}
	v.at = at.AddDate(0, 0, s.days).Add(-9 * time.Hour)
	v.document(concept(systemLOINC, "18842-5", "Discharge summary"), "note", "Discharge summary 出院摘要", plain(
		"Admitted "+day(at)+", discharged "+day(v.at)+". Diagnosis: "+s.name+".\n"+s.summary+"\n診斷："+s.chinese+"。"+s.chineseSum), "")
	if w.age(at) >= 18 && w.age(at) < 65 {
		v.certificate(s.name, s.chinese, s.days+3)
	}
}
