package territory

import (
	"time"
)

// history writes the person's record: identity first, then what stands
// (problems, allergies), then visits from oldest to newest.
func (w *writer) history(r role) {
	if r.standing == notRegistered {
		return
	}
	end := w.now
	if w.patient.Deceased {
		end = w.patient.Died.Time
	}
	start := end.AddDate(-10, 0, 0)
	if born := w.patient.Born.Time; born.After(start) {
		start = born
	}
	w.allergies(r.allergy, start, end)
	w.birth(start)
	w.childhoodVaccines(end)
	problems := w.problems(start)
	for at := start.AddDate(0, w.between(0, 5), w.between(1, 27)); at.Before(end); {
		w.visit(at, problems)
		gap := w.between(60, 240)
		if len(problems) > 0 {
			gap = w.between(80, 130)
		}
		at = at.AddDate(0, 0, gap)
	}
	if r.labelled {
		w.labelled(end)
	}
	for r.records > len(w.resources) { // a very long record: daily readings from home
		w.homeReading(start.Add(time.Duration(w.rand.Int64N(int64(end.Sub(start))))))
	}
}

type problem struct {
	disease
	ref  string
	drug drug
	at   place
}

func (w *writer) problems(start time.Time) []problem {
	var out []problem
	for _, d := range diseases {
		if w.years < d.from || !w.chance(d.percent) {
			continue
		}
		h := hospitals[w.rand.IntN(len(hospitals))]
		since := start.AddDate(0, -w.between(0, 60), 0)
		id := w.add("Condition", "clinicalStatus", o("coding", list(coding("http://terminology.hl7.org/CodeSystem/condition-clinical", "active", ""))),
			"verificationStatus", o("coding", list(coding("http://terminology.hl7.org/CodeSystem/condition-ver-status", "confirmed", "Confirmed"))),
			"category", list(concept("http://terminology.hl7.org/CodeSystem/condition-category", "problem-list-item", "Problem list item")),
			"code", concept("http://hl7.org/fhir/sid/icd-10", d.code, d.name+" "+d.chinese), "subject", w.subject(),
			"onsetDateTime", since.Format("2006-01"), "recordedDate", day(start), "recorder", ref("Practitioner/"+h.doctors[0][0], h.doctors[0][1]))
		out = append(out, problem{d, id, d.drugs[w.rand.IntN(len(d.drugs))], h})
	}
	return out
}

func (w *writer) allergies(state allergyState, start, end time.Time) {
	if state == allergyDrawn {
		state = [...]allergyState{allergyListed, allergyNone, allergyNone, allergySilent, allergyNoInfo, allergySilent}[w.rand.IntN(6)]
	}
	h := hospitals[w.rand.IntN(len(hospitals))]
	when := start.Add(end.Sub(start) / 3)
	who := ref("Practitioner/"+h.doctors[0][0], h.doctors[0][1]+", "+h.english)
	write := func(code raw, status string, more ...any) {
		w.add("AllergyIntolerance", append([]any{
			"clinicalStatus", o("coding", list(coding("http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "active", ""))),
			"verificationStatus", o("coding", list(coding("http://terminology.hl7.org/CodeSystem/allergyintolerance-verification", status, ""))),
			"code", code, "patient", w.subject(), "recordedDate", day(when), "recorder", who,
		}, more...)...)
	}
	switch state {
	case allergyListed:
		first := w.rand.IntN(len(allergens))
		for i := range w.between(1, 3) {
			a := allergens[(first+i)%len(allergens)]
			status := pick(w.rand, "confirmed", "confirmed", "unconfirmed")
			write(concept(systemLocal, "ALG-"+a.name, a.name+" "+a.chinese), status,
				"reaction", list(o("manifestation", list(concept("", "", a.reaction+" "+a.reactionChinese)))))
		}
	case allergyNone:
		write(o("coding", list(coding("http://snomed.info/sct", "716186003", "No known allergy")), "text", "No known allergies 無已知過敏"), "confirmed")
	case allergyNoInfo:
		write(o("coding", list(coding("http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips", "no-allergy-info", "No information about allergies")), "text", "No information about allergies 無過敏資料"), "unconfirmed")
	case allergyDrawn, allergySilent:
	}
}

// visit is one attendance with all that came of it.
func (w *writer) visit(at time.Time, problems []problem) {
	at = time.Date(at.Year(), at.Month(), at.Day(), w.between(9, 17), w.between(0, 59), 0, 0, hongKong)
	where := hospitals[w.rand.IntN(len(hospitals))]
	if len(problems) > 0 {
		where = problems[0].at
	}
	if w.chance(12) {
		where = pick(w.rand, privateProviders[1], privateProviders[3])
	}
	v := visit{w: w, at: at, where: where, who: where.doctors[w.rand.IntN(len(where.doctors))]}
	admitted := w.chance(6)
	v.encounter(admitted)
	v.vitals()
	if len(problems) > 0 {
		done := map[string]bool{} // one panel a visit, whichever problem asks for it
		for _, p := range problems {
			v.prescribe(p.drug, p.ref, 112)
			for _, name := range p.panels {
				if w.chance(60) && !done[name] {
					done[name] = true
					v.laboratory(name)
				}
			}
		}
		if w.chance(40) {
			v.note("Follow-up note 覆診紀錄", "Stable. "+problems[0].name+" under control. Continue medication. Review in 16 weeks.\n病情穩定，"+problems[0].chinese+"受控，繼續現有藥物，十六星期後覆診。")
		}
	} else {
		a := ailments[w.rand.IntN(len(ailments))]
		c := v.diagnose(a)
		v.prescribe(a.drug, c, 5)
		v.note("Consultation note 診症紀錄", a.note+"\n"+a.noteChinese)
		if w.years >= 6 && w.chance(50) {
			v.certificate(a)
		}
	}
	switch n := w.rand.IntN(100); {
	case admitted:
		v.procedure()
		v.image()
		v.note("Discharge summary 出院摘要", "Admitted for observation, uneventful stay. Discharged home with follow-up.\n入院觀察，情況良好，出院後安排覆診。")
	case n < 14:
		v.image()
	case n < 22:
		v.ecg()
	case n < 32:
		v.referral()
	case n < 42 && w.years >= 18:
		v.vaccine("FLU", "Influenza vaccine, quadrivalent 四價流感疫苗")
	case n < 52:
		v.lifestyle()
	case n < 58:
		v.appointment()
	}
}
