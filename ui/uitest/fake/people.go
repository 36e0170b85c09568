package fake

import (
	"fmt"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

func hkic(s string) ehrdesk.HKIC {
	h, err := ehrdesk.ParseHKIC(s)
	if err != nil {
		panic("fake: bad number in the table")
	}
	return h
}

func ehr(s string) ehrdesk.EHRNumber {
	n, err := ehrdesk.ParseEHRNumber(s)
	if err != nil {
		panic("fake: bad number in the table")
	}
	return n
}

// The patients, by what they are for.
const (
	NoConsent  = "A123456(3)"  // registered, none to this provider
	Active     = "G123456(A)"  // indefinite consent, allergies, a full record
	OneYear    = "C123456(9)"  // one-year consent, 60-character name
	Expired    = "B123456(6)"  // consent ran out
	Withdrawn  = "D288754(2)"  // patient withdrew it
	Deemed     = "P103265(1)"  // given by joining; died
	Unverified = "E364912(5)"  // identity not verified
	Child      = "L555555(0)"  // under 16
	Big        = "XA123456(8)" // ten thousand records
	Nobody     = "WX123456(9)" // not registered
	Passport   = "900000000009"
)

func (d *Desk) populate() {
	day := ehrdesk.Day
	add := func(id, number, eh string, n ehrdesk.Name, g ehrdesk.Gender, born ehrdesk.When) *person {
		p := &person{participation: ehrdesk.Registered, patient: ehrdesk.Patient{ID: id, EHR: ehr(eh), Name: n, Gender: g, Born: born}}
		if number != "" {
			p.patient.HKIC = hkic(number)
		}
		p.consent.State = ehrdesk.ConsentNone
		d.patients[id] = p
		return p
	}
	active := ehrdesk.SharingConsent{ID: "SC-2024-000017", State: ehrdesk.ConsentActive, Term: ehrdesk.Indefinite, Channel: ehrdesk.ByCard, Since: time.Date(2024, 2, 3, 10, 0, 0, 0, Zone)}

	p := add("p1", NoConsent, "123456789012", ehrdesk.Name{Family: "Chan", Given: "Tai Man", Chinese: "陳大文", Title: "Mr"}, ehrdesk.Male, day(1958, 2, 3))
	p.records, p.allergies = record(p.patient.ID), listed()

	p = add("p2", Active, "234567890123", ehrdesk.Name{Family: "Wong", Given: "Mei Ling", Chinese: "黃美玲", Title: "Ms"}, ehrdesk.Female, day(1971, 7, 19))
	p.consent, p.records, p.allergies = active, record("p2"), listed()

	p = add("p3", OneYear, "345678901234", ehrdesk.Name{Family: "Subramaniam-Fernandes", Given: "Maria Alexandrina Concepcion Teresa", Title: "Mrs"}, ehrdesk.Female, day(1949, 12, 31))
	p.consent = ehrdesk.SharingConsent{ID: "SC-2025-000101", State: ehrdesk.ConsentActive, Term: ehrdesk.OneYear, Channel: ehrdesk.ByForm, Since: time.Date(2026, 3, 12, 9, 0, 0, 0, Zone), Until: time.Date(2027, 3, 12, 9, 0, 0, 0, Zone)}
	p.records = record("p3")[:12]
	p.allergies = ehrdesk.Allergies{State: ehrdesk.AllergyNoneKnown, Date: day(2026, 9, 2), Source: "QMH"}

	p = add("p4", Expired, "456789012345", ehrdesk.Name{Family: "Lau", Given: "Wing Sze", Chinese: "劉詠詩"}, ehrdesk.Female, day(1990, 5, 1))
	p.consent = ehrdesk.SharingConsent{State: ehrdesk.ConsentExpired, Term: ehrdesk.OneYear, Channel: ehrdesk.ByForm, Since: time.Date(2025, 3, 12, 9, 0, 0, 0, Zone), Until: time.Date(2026, 3, 12, 9, 0, 0, 0, Zone)}

	p = add("p5", Withdrawn, "567890123456", ehrdesk.Name{Family: "Ng", Given: "Kwok Keung", Chinese: "吳國強"}, ehrdesk.Male, day(1965, 8, 30))
	p.consent = ehrdesk.SharingConsent{State: ehrdesk.ConsentWithdrawn, Ended: time.Date(2026, 10, 1, 9, 0, 0, 0, Zone)}

	p = add("p6", Deemed, "678901234567", ehrdesk.Name{Family: "Ho", Given: "Ah Kau", Chinese: "何亞九"}, ehrdesk.Male, day(1931, 1, 15))
	p.consent.State, p.patient.Deceased, p.patient.Died = ehrdesk.ConsentDeemed, true, day(2026, 11, 2)
	p.records, p.allergies = record("p6")[:9], ehrdesk.Allergies{State: ehrdesk.AllergyNotRecorded}

	p = add("p7", Unverified, "789012345678", ehrdesk.Name{Family: "Tam", Given: "Yuk Lan", Chinese: "譚玉蘭"}, ehrdesk.Female, day(1980, 4, 4))
	p.participation = ehrdesk.Unverified

	add("p8", Child, "890123456789", ehrdesk.Name{Family: "Lee", Given: "Hoi Ching", Chinese: "李凱晴"}, ehrdesk.Female, day(2019, 9, 9))

	p = add("p9", "", Passport, ehrdesk.Name{Text: "O'Brien Séamus"}, ehrdesk.Other, ehrdesk.When{})
	p.patient.Documents = []ehrdesk.Document{{Type: "PASS", Issuer: "IRL", Number: "PX1234567"}}
	p.consent = active

	p = add("p10", Big, "901234567890", ehrdesk.Name{Family: "Cheung", Given: "Siu Fong", Chinese: "張小芳", Title: "Mrs"}, ehrdesk.Female, day(1944, 6, 6))
	p.consent, p.records, p.allergies = active, Records("p10", 10000), listed()
}

// Facts is what a test may change of a patient before the desk is used.
type Facts struct {
	Patient   *ehrdesk.Patient
	Consent   *ehrdesk.SharingConsent
	Records   *[]ehrdesk.Record
	Allergies *ehrdesk.Allergies

	Participation *ehrdesk.Participation
}

// Change lets f change the facts of the patient of an id, "p2".
func (d *Desk) Change(id string, f func(Facts)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	p := d.patients[id]
	f(Facts{&p.patient, &p.consent, &p.records, &p.allergies, &p.participation})
}

func listed() ehrdesk.Allergies {
	return ehrdesk.Allergies{State: ehrdesk.AllergyListed, Date: ehrdesk.Day(2026, 9, 2), Source: "QMH", Entries: []ehrdesk.AllergyEntry{
		{Substance: "penicillin", Reaction: "anaphylaxis"}, {Substance: "aspirin", Reaction: "wheeze", Unconfirmed: true},
	}}
}

// rec is a record that says f.
func rec(k ehrdesk.Kind, res, id string, date ehrdesk.When, title, source string, f ehrdesk.Facts) ehrdesk.Record {
	r := ehrdesk.Record{Kind: k, Resource: res, ID: id, Version: "1", Updated: Clock(), Date: date, Title: title, Status: "final", Source: source}
	Say(&r, f)
	return r
}

// record is a small chart with something of most types.
func record(who string) []ehrdesk.Record {
	day := ehrdesk.Day
	id := func(n int) string { return fmt.Sprintf("%s-%d", who, n) }
	lab := func(n int, d ehrdesk.When, title, value, rng string, f ehrdesk.Flag) ehrdesk.Record {
		r := rec(ehrdesk.KindLaboratory, "Observation", id(n), d, title, "Queen Mary Hospital 瑪麗醫院", ehrdesk.Facts{})
		Result(&r, value, rng, f)
		return r
	}
	text := func(s string) ehrdesk.Facts { return ehrdesk.Facts{Text: s} }
	reaction := func(s string) ehrdesk.Facts {
		return ehrdesk.Facts{Reactions: []ehrdesk.Reaction{{Manifestations: []ehrdesk.Concept{{Text: s}}}}}
	}
	out := []ehrdesk.Record{
		rec(ehrdesk.KindPersonal, "Patient", who, ehrdesk.When{}, "Personal data 個人資料", "eHealth", text("")),
		rec(ehrdesk.KindEncounter, "Encounter", id(1), day(2026, 11, 20), "General out-patient clinic 普通科門診", "Kwai Chung Family Clinic", ehrdesk.Facts{Reasons: []ehrdesk.Concept{{Text: "hypertension review"}}}),
		rec(ehrdesk.KindEncounter, "Encounter", id(2), day(2026, 6, 2), "Cardiology follow-up", "Queen Mary Hospital", text("")),
		lab(3, day(2026, 11, 14), "Potassium 鉀", "6.8 mmol/L", "3.5–5.1 mmol/L", ehrdesk.FlagCriticalHigh),
		lab(4, day(2026, 11, 14), "Sodium 鈉", "134 mmol/L", "136–145 mmol/L", ehrdesk.FlagLow),
		lab(5, day(2026, 11, 14), "Creatinine 肌酸酐", "98 umol/L", "60–110 umol/L", ehrdesk.FlagNone),
		lab(6, day(2026, 8, 3), "Haemoglobin A1c", "8.9 %", "4.0–6.0 %", ehrdesk.FlagHigh),
		lab(7, day(2026, 8, 3), "Urine culture and sensitivity, mid-stream specimen", "Escherichia coli >100,000 CFU/mL", "", ehrdesk.FlagNone),
		rec(ehrdesk.KindRadiology, "DiagnosticReport", id(8), day(2025, 12, 30), "Chest X-ray, postero-anterior view 胸部X光", "Queen Mary Hospital", text("No active lung lesion.")),
		rec(ehrdesk.KindObservation, "Observation", id(9), day(2026, 11, 20), "Blood pressure 血壓", "Kwai Chung Family Clinic", ehrdesk.Facts{Results: []ehrdesk.Result{
			{Code: ehrdesk.Concept{Text: "Systolic"}, Value: Quantity("152 mm[Hg]")}, {Code: ehrdesk.Concept{Text: "Diastolic"}, Value: Quantity("94 mm[Hg]")}}}),
		rec(ehrdesk.KindAllergy, "AllergyIntolerance", id(10), day(2026, 9, 2), "penicillin", "QMH", reaction("anaphylaxis")),
		rec(ehrdesk.KindAllergy, "AllergyIntolerance", id(11), day(2021, 3, 3), "aspirin", "patient", reaction("wheeze")),
		rec(ehrdesk.KindNote, "Composition", id(12), day(2026, 6, 3), "Discharge summary 出院摘要", "Queen Mary Hospital", text("")),
		rec(ehrdesk.KindCertificate, "DocumentReference", id(13), day(2026, 11, 20), "Sick leave certificate 病假證明書", "Kwai Chung Family Clinic", text("21-Nov-2026, 1 day")),
		rec(ehrdesk.KindMedication, "MedicationStatement", id(14), day(2026, 11, 3), "warfarin – tablet", "QMH Cardiology", Daily("3 mg")),
		rec(ehrdesk.KindMedication, "MedicationStatement", id(15), day(2026, 6, 2), "amlodipine – tablet", "QMH Cardiology", Daily("5 mg")),
		rec(ehrdesk.KindDiagnosis, "Condition", id(16), day(2019, 4, 1), "Atrial fibrillation 心房顫動", "QMH Cardiology", text("")),
		rec(ehrdesk.KindImmunisation, "Immunization", id(17), day(2025, 10, 9), "Influenza vaccine, quadrivalent 四價流感疫苗", "Department of Health", text("")),
		rec(ehrdesk.KindReferral, "ServiceRequest", id(18), day(2026, 11, 20), "Referral to nephrology 轉介腎科", "Kwai Chung Family Clinic", text("")),
	}
	out[6].Status = "preliminary"
	for i := range out {
		if out[i].Kind == ehrdesk.KindMedication || out[i].Kind == ehrdesk.KindDiagnosis || out[i].Kind == ehrdesk.KindAllergy {
			out[i].Status = "active"
		}
		Status(&out[i], out[i].Status)
	}
	out[11].Flag = ehrdesk.FlagUnconfirmed
	return out
}

// Records makes n laboratory results in both scripts, the same every time.
func Records(who string, n int) []ehrdesk.Record {
	names := []string{"Potassium 鉀", "Sodium 鈉", "Creatinine 肌酸酐", "Glucose, fasting 空腹血糖", "Haemoglobin 血紅蛋白", "糖化血紅蛋白 Haemoglobin A1c", "Alanine aminotransferase 丙氨酸轉氨酶", "甲狀腺刺激激素 Thyroid stimulating hormone"}
	sources := []string{"Queen Mary Hospital 瑪麗醫院", "葵涌家庭診所", "Prince of Wales Hospital 威爾斯親王醫院"}
	flags := []ehrdesk.Flag{"", "", ehrdesk.FlagHigh, "", ehrdesk.FlagLow, "", "", ehrdesk.FlagCriticalHigh, ""}
	out := make([]ehrdesk.Record, n)
	day := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	var packed [90]ehrdesk.PackedFacts // as many as differ
	for i := range out {
		d := day.AddDate(0, 0, -i/3)
		r := &out[i]
		*r = ehrdesk.Record{
			Kind: ehrdesk.KindLaboratory, Resource: "Observation", ID: fmt.Sprintf("%s-%d", who, i), Version: "1", Updated: Clock(),
			Date: ehrdesk.Day(d.Year(), d.Month(), d.Day()), Title: names[i%len(names)], Status: "final", Source: sources[i%len(sources)],
		}
		p := &packed[i%len(packed)]
		if *p == "" {
			Result(r, fmt.Sprintf("%d.%d mmol/L", 3+i%9, i%10), "3.5–5.1 mmol/L", flags[i%len(flags)])
			Status(r, "final")
			*p = r.Packed
		}
		r.Packed, r.Flag, r.Assessed = *p, flags[i%len(flags)], true
	}
	return out
}

// reasons are an invented list.
func reasons() []ehrdesk.Reason {
	return []ehrdesk.Reason{
		{Code: "continuity", Text: map[string]string{"en": "continuity of care", "zh-Hant": "持續護理", "zh-Hans": "持续护理"}},
		{Code: "medication-safety", Text: map[string]string{"en": "medication safety", "zh-Hant": "用藥安全", "zh-Hans": "用药安全"}},
	}
}

func notices() []ehrdesk.Notice {
	en := "Your electronic health records in eHealth can be viewed by this healthcare provider once you give it your sharing consent. Only healthcare professionals who take care of you may view them, and only what they need to know. Every access is recorded and you are normally told of it. You may withdraw the consent at any time."
	hant := "閣下給予互通同意後，本醫護機構可查閱閣下於醫健通的電子健康紀錄。只有為閣下提供護理的醫護專業人員，方可按需要查閱。每次取覽均有紀錄，閣下一般會獲通知。閣下可隨時撤銷同意。"
	hans := "阁下给予互通同意后，本医护机构可查阅阁下于医健通的电子健康记录。只有为阁下提供护理的医护专业人员，方可按需要查阅。每次取览均有记录，阁下一般会获通知。阁下可随时撤销同意。"
	text := func(n int) map[string]string {
		m := map[string]string{}
		for i := 1; i <= n; i++ {
			m["en"] += fmt.Sprintf("%d. %s\n", i, en)
			m["zh-Hant"] += fmt.Sprintf("%d. %s\n", i, hant)
			m["zh-Hans"] += fmt.Sprintf("%d. %s\n", i, hans)
		}
		return m
	}
	return []ehrdesk.Notice{
		{ID: "participant-information-notice", Version: "2025-12", Title: map[string]string{"en": "Participant Information Notice", "zh-Hant": "參與者須知", "zh-Hans": "参与者须知"}, Text: text(4)},
		{ID: "personal-information-collection-statement", Version: "2025-12", Title: map[string]string{"en": "Personal Information Collection Statement", "zh-Hant": "收集個人資料聲明", "zh-Hans": "收集个人资料声明"}, Text: text(2)},
	}
}
