package territory

import (
	"encoding/base64"
	"time"
)

// restricted is the label of a record that is given only with the patient's
// additional consent.
func restricted() raw {
	return o("security", list(coding("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "R", "restricted")))
}

// labelled writes records that a clinic has restricted: a problem, what it is
// treated with, a laboratory result, a note and an adverse reaction.
func (w *writer) labelled(end time.Time) {
	h := hospitals[w.rand.IntN(len(hospitals))]
	v := visit{w: w, at: end.AddDate(0, -w.between(1, 8), 0).In(hongKong).Truncate(time.Minute), where: h, who: h.doctors[0]}
	status := func(system, code string) raw {
		return o("coding", list(coding("http://terminology.hl7.org/CodeSystem/"+system, code, "")))
	}
	condition := w.add("Condition", "meta", restricted(), "clinicalStatus", status("condition-clinical", "active"),
		"category", list(concept("http://terminology.hl7.org/CodeSystem/condition-category", "problem-list-item", "Problem list item")),
		"code", concept("http://hl7.org/fhir/sid/icd-10", "F33.1", "Recurrent depressive disorder 復發性抑鬱症"), "subject", w.subject(), "recordedDate", day(v.at), "recorder", v.doctor())
	w.add("MedicationRequest", "meta", restricted(), "status", "active", "intent", "order",
		"medicationCodeableConcept", o("coding", list(coding("http://www.whocc.no/atc", "N06AB06", "sertraline")), "text", "sertraline tablet 50 mg"),
		"subject", w.subject(), "authoredOn", stamp(v.at), "requester", v.doctor(), "reasonReference", list(ref(condition, "")),
		"dosageInstruction", list(o("text", "tablet – DOSE 50 mg – oral – once a day", "route", concept("", "", "oral"))))
	w.add("Observation", "meta", restricted(), "status", "final", "category", list(status("observation-category", "laboratory")),
		"code", concept(systemLOINC, "56888-1", "HIV 1+2 antigen and antibody 愛滋病病毒抗原及抗體"), "subject", w.subject(), "effectiveDateTime", stamp(v.at), "issued", stamp(v.at.Add(26*time.Hour)),
		"performer", list(v.org()), "valueString", "Non-reactive 無反應")
	note := "Mood improved on treatment, sleeping well, no thoughts of self-harm. Continue and review in 8 weeks.\n情緒改善，睡眠良好，無自殘念頭。繼續治療，八星期後覆診。"
	w.add("DocumentReference", "meta", restricted(), "status", "current", "type", concept(systemLOINC, "34109-9", "Note"), "category", list(o("coding", list(coding("urn:example:hk:document-class", "note", "")))),
		"subject", w.subject(), "date", stamp(v.at), "author", list(v.doctor()), "custodian", v.org(), "description", "Psychiatry follow-up 精神科覆診紀錄",
		"content", list(o("attachment", o("contentType", "text/plain; charset=utf-8", "data", base64.StdEncoding.EncodeToString([]byte(note)), "title", "Psychiatry follow-up 精神科覆診紀錄"))))
	w.add("AllergyIntolerance", "meta", restricted(), "clinicalStatus", status("allergyintolerance-clinical", "active"), "verificationStatus", status("allergyintolerance-verification", "confirmed"),
		"code", concept(systemLocal, "ALG-fluoxetine", "fluoxetine 氟西汀"), "patient", w.subject(), "recordedDate", day(v.at), "recorder", v.doctor(),
		"reaction", list(o("manifestation", list(concept("", "", "agitation 煩躁")))))
}
