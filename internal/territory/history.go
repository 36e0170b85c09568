package territory

import (
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// history writes the person's record: what stands (problems, allergies), then
// visits from oldest to newest, then what somebody was cast for.
func (w *writer) history(r role) {
	if r.standing == notRegistered {
		return
	}
	end := w.end()
	start := end.AddDate(-10, 0, 0)
	if born := w.patient.Born.Time; born.After(start) {
		start = born
	}
	w.allergies(r.allergy, start, end)
	w.setOut(start)
	w.weighed = map[string]bool{}
	w.home = hospitals[w.rand.IntN(len(hospitals))]
	w.smoker = pick(w.rand, "Never smoked 從不吸煙", "Never smoked 從不吸煙", "Ex-smoker 已戒煙", "Current smoker 現時吸煙")
	if w.patient.Gender == ehrdesk.Female {
		w.smoker = "Never smoked 從不吸煙"
	}
	w.birth(start)
	w.childhoodVaccines(end)
	problems := w.problems(r, start)
	w.attendances(start, problems)
	if r.labelled {
		w.labelled(end)
	}
	if r.story != nil {
		r.story(w, problems)
	}
	for _, p := range problems {
		w.settle(p.treatments...)
		w.stands(p)
	}
	for r.records > len(w.resources) { // a very long record: daily readings from home
		w.homeReading(start.Add(time.Duration(w.rand.Int64N(int64(end.Sub(start))))))
	}
}

// problem is a disease that somebody has.
type problem struct {
	disease
	ref        string
	since      time.Time
	over       time.Time // of what passes in the end
	written    []any     // of its Condition, but for how it stands
	line       string    // the drug that is chosen first, where one is cast
	treatments []*treatment
}

// problems casts the person's diseases: by what is frequent at their age, or as the role says.
func (w *writer) problems(r role, start time.Time) []*problem {
	var out []*problem
	for _, d := range diseases {
		cast := slices.Contains(r.problems, d.code)
		if r.problems == nil && (w.years < d.from || !w.chance(d.percent)) || r.problems != nil && !cast {
			continue
		}
		since := start.AddDate(0, -w.between(0, 60), -w.between(0, 27))
		if age := w.age(since); age < float64(d.from) { // it began when people of that age get it
			since = w.patient.Born.Time.AddDate(d.from, w.between(0, 30), w.between(0, 27))
		}
		if r.since > 0 {
			since = w.now.AddDate(0, -r.since, 0)
		}
		if since.After(w.end().AddDate(0, -2, 0)) {
			continue
		}
		p := &problem{disease: d, since: since, line: r.line}
		recorded := since
		if recorded.Before(start) {
			recorded = start
		}
		p.ref = w.reserve("Condition")
		p.written = []any{"verificationStatus", o("coding", list(coding("http://terminology.hl7.org/CodeSystem/condition-ver-status", "confirmed", "Confirmed"))),
			"category", list(concept("http://terminology.hl7.org/CodeSystem/condition-category", "problem-list-item", "Problem list item")),
			"code", concept("http://hl7.org/fhir/sid/icd-10", d.code, d.name+" "+d.chinese), "subject", w.subject(),
			"onsetDateTime", since.Format("2006-01"), "recordedDate", day(recorded), "recorder", ref("Practitioner/"+w.home.doctors[0][0], w.home.doctors[0][1])}
		w.body.moves(since, d.onset...)
		if d.code == "E11" { // which goes on, in some people faster
			w.body.of[hba1c].drift = 0.2 * w.rand.Float64()
			if cast {
				w.body.of[hba1c].drift = 0.45
			}
		}
		out = append(out, p)
	}
	return out
}

// stands writes the problem as it is at the end of the record.
func (w *writer) stands(p *problem) {
	status, over := "active", ""
	if !p.over.IsZero() {
		status, over = "resolved", day(p.over)
	}
	w.put(p.ref, append([]any{"clinicalStatus", o("coding", list(coding("http://terminology.hl7.org/CodeSystem/condition-clinical", status, ""))), "abatementDateTime", over}, p.written...)...)
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
			w.shunned = append(w.shunned, a.name)
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

// attendances are ten years of follow-up where there is a long-term problem, and
// of passing illness.
func (w *writer) attendances(start time.Time, problems []*problem) {
	at := clock(weekday(start.AddDate(0, w.between(0, 5), w.between(1, 27))), w.between(9, 17), w.between(0, 59))
	made := time.Time{} // when the follow-up was booked
	for at.Before(w.end()) {
		active := slices.DeleteFunc(slices.Clone(problems), func(p *problem) bool { return p.since.After(at) || !p.over.IsZero() })
		if len(active) == 0 {
			w.illness(at, nil)
			next := at.AddDate(0, 0, w.between(60, 240))
			for _, p := range problems { // what begins brings the patient
				if first := p.since.AddDate(0, 0, w.between(5, 20)); p.since.After(at) && first.Before(next) {
					next = first
				}
			}
			at = clock(weekday(next), w.between(9, 17), w.between(0, 59))
			continue
		}
		if moved, missed := w.missed(at, made); missed {
			at, made = moved, at
			continue
		}
		weeks := w.review(at, made, active)
		made = at
		next := weekday(at.AddDate(0, 0, weeks*7))
		if w.chance(10) { // a result brings the patient back early
			next = next.AddDate(0, 0, -35)
		}
		between := clock(at.Add(next.Sub(at)/2), w.between(9, 17), w.between(0, 59))
		if w.inrClinic(clock(at.AddDate(0, 0, 35), 10, w.between(0, 59)), next, active); between.Before(w.end()) && w.chance(8) {
			w.illness(between, active)
		}
		at = clock(next, w.between(9, 16), 15*w.between(0, 3))
	}
	if !made.IsZero() {
		w.toCome(at, made)
	}
}

// weekday is the day, or the Monday after.
func weekday(t time.Time) time.Time {
	switch t.In(hongKong).Weekday() {
	case time.Saturday:
		return t.AddDate(0, 0, 2)
	case time.Sunday:
		return t.AddDate(0, 0, 1)
	default:
		return t
	}
}

func clock(day time.Time, hour, minute int) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), hour, minute, 0, 0, hongKong)
}
