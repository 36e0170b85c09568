package territory

import "time"

// last is an attendance some weeks before the end of the record, for what a person
// was cast for.
func (w *writer) last(weeks int, reason string) *visit {
	v := w.attend(morning(w.end().AddDate(0, 0, -7*weeks)), w.home)
	v.finished(encounter{words: "Out-patient attendance 門診", reason: reason})
	return v
}

// directive: somebody who has refused resuscitation. The form, the consent that it
// is, and the flag that shows it.
func directive(w *writer, _ []*problem) {
	v := w.last(30, "Advance care planning 預設照顧計劃")
	form := v.document(concept(systemLOINC, "42348-3", "Advance directive"), "note", "DNACPR form 不作心肺復甦術文件", plain(
		"Do not attempt cardiopulmonary resuscitation (non-hospitalised patient). Agreed with the patient and the family; comfort care, oxygen and antibiotics by mouth are to be given.\n"+
			"不作心肺復甦術（非住院病人）。已與病人及家人商議；可給予舒適護理、氧氣及口服抗生素。"), "")
	w.add("Consent", "status", "active", "scope", concept("http://terminology.hl7.org/CodeSystem/consentscope", "adr", "Advance directive: no resuscitation 預設醫療指示：不作心肺復甦術"),
		"category", list(concept("http://terminology.hl7.org/CodeSystem/consentcategorycodes", "dnr", "Do Not Resuscitate 不作心肺復甦術")),
		"patient", w.subject(), "dateTime", stamp(v.at), "organization", list(v.org()), "sourceReference", ref(form, ""),
		"policyRule", concept("", "", "Advance directive 預設醫療指示"),
		"provision", o("type", "deny", "code", list(concept("", "", "Cardiopulmonary resuscitation 心肺復甦術"))))
	w.add("Flag", "status", "active", "category", list(concept("http://terminology.hl7.org/CodeSystem/flag-category", "advance-directive", "Advance Directive")),
		"code", concept("", "", "DNACPR: do not attempt resuscitation 不作心肺復甦術"), "subject", w.subject(), "period", o("start", day(v.at)), "author", v.doctor())
}

// papers: a scanned letter without text, and reports as PDF.
func papers(w *writer, _ []*problem) {
	v := w.last(20, "Letter from another clinic 其他診所來信")
	v.document(concept(systemLOINC, "34109-9", "Note"), "note", "Scanned letter 掃描信件", scan(w.rand), "")
	v = w.last(14, "Imaging 影像檢查")
	words := "CT chest: no pulmonary nodule. Mild coronary calcification. 胸部電腦掃描：無肺結節，冠狀動脈輕度鈣化。"
	v.image("CT", "CT chest, plain 胸部電腦掃描", words, list(pdf(v.where.english, "CT chest, plain", "Performed "+day(v.at), "", "No pulmonary nodule.", "Mild coronary calcification.", "No pleural effusion.").json("CT chest report 胸部電腦掃描報告")))
	v = w.last(8, "Echocardiogram 超聲波心動圖")
	v.document(concept(systemLOINC, "11488-4", "Consult note"), "note", "Cardiology letter 心臟科信件", pdf(v.where.english, "Cardiology clinic, "+day(v.at), "", "Dear colleague,", "Echocardiogram: left ventricular ejection fraction 62 %.", "No significant valve disease (trivial mitral regurgitation).", "No change of treatment is advised.", "", v.who[1]), "")
}

// bookings: kept, missed, called off and to come.
func bookings(w *writer, problems []*problem) {
	at := func(weeks int) time.Time { return morning(w.now.AddDate(0, 0, 7*weeks)) }
	w.booking("noshow", at(-21), at(-34), followUp, nil)
	w.booking("cancelled", at(-9), at(-20), "Thyroid ultrasound 甲狀腺超聲波", calledOff("pat", "The patient is away 病人外遊"))
	w.booking("cancelled", at(3), at(-9), "Dietitian 營養師", calledOff("prov", "The clinic is closed that day 診所當日休息"))
	w.booking("booked", at(5), at(-2), "Thyroid ultrasound 甲狀腺超聲波", nil)
	v := w.attend(at(-6), w.home)
	v.finished(encounter{words: "Out-patient follow-up 門診覆診", reason: "Palpitations 心悸", booking: w.booking("fulfilled", at(-6), at(-8), "Earlier visit asked for 提早覆診", nil), diagnoses: []string{problems[0].ref},
		programme: "General Outpatient Clinic Public-Private Partnership Programme 普通科門診公私營協作計劃"})
	v.note("Follow-up note 覆診紀錄", "Palpitations for a week, settled. ECG normal.\n心悸一星期，已緩解，心電圖正常。")
	v.ecg(false)
}

// reports: partial, corrected, critical, and one in words only.
func reports(w *writer, _ []*problem) {
	v := w.last(10, "Blood tests 驗血")
	v.amend = true
	v.laboratory(renalPanel)
	v = w.last(9, "Weakness 乏力")
	for _, t := range panels[renalPanel].tests {
		if t.name == "Potassium" {
			issued := v.at.Add(time.Hour)
			v.report("LAB", "final", concept("", "", "Potassium, urgent 緊急鉀檢查"), issued, "", nil,
				v.measure("laboratory", t, 6.5, outcome{"final", issued, "Telephoned to the doctor. 已致電通知醫生。"}))
		}
	}
	v = w.last(6, "Dysuria 小便刺痛")
	v.culture("No growth after 48 hours. 培養四十八小時無細菌生長。")
	v = &visit{w: w, at: w.now.Add(-3 * time.Hour), where: w.home, who: w.home.doctors[0], enc: w.reserve("Encounter")}
	v.finished(encounter{words: "Out-patient attendance 門診", reason: "Blood tests 驗血"})
	v.laboratory(liverPanel)
}

// stayed: an admission with its papers, and referrals that wait, were answered and withdrawn.
func stayed(w *writer, problems []*problem) {
	w.admitted(w.now.AddDate(0, 0, -40), problems)
	v := w.last(26, "Low back pain 腰痛")
	v.refers(specialties[3].name, "", specialties[3].answer, false)
	v = w.last(12, "Weight 體重")
	v.refers(specialties[2].name, "", "", true)
	v = w.last(4, "Follow-up after admission 出院後覆診")
	v.refers("Referral to surgery 轉介外科", "", "", false)
	v.certificate("Low back pain", "腰痛", 2)
}

func morning(t time.Time) time.Time { return clock(weekday(t.In(hongKong)), 10, 0) }
