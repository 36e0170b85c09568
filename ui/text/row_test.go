package text

import (
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

func state(e ehrdesk.StateElement, code string) ehrdesk.State {
	return ehrdesk.State{Element: e, Concept: ehrdesk.Concept{Codings: []ehrdesk.Coding{{Code: code}}}}
}

func stateText(e ehrdesk.StateElement, words string) ehrdesk.State {
	return ehrdesk.State{Element: e, Concept: ehrdesk.Concept{Text: words}}
}

func TestWhatARecordIsAndHowItStands(t *testing.T) {
	med := func(status string, f ehrdesk.Facts) ehrdesk.Record {
		f.States = append([]ehrdesk.State{state(ehrdesk.StateStatus, status)}, f.States...)
		return ehrdesk.Record{Kind: ehrdesk.KindMedication, Resource: "MedicationRequest", ID: "m", Title: "ramipril", Status: status, Packed: f.Pack()}
	}
	unnamed := func(u ehrdesk.Unnamed) ehrdesk.Record {
		r := med("active", ehrdesk.Facts{Unnamed: u, Dosages: []ehrdesk.Dosage{{Text: "one nightly"}}})
		r.Title = ""
		return r
	}
	condition := func(status string, f ehrdesk.Facts) ehrdesk.Record {
		return ehrdesk.Record{Kind: ehrdesk.KindDiagnosis, Resource: "Condition", ID: "c", Title: "Epilepsy", Status: status, Packed: f.Pack()}
	}
	other := func(kind ehrdesk.Kind, resource, title, status string, f ehrdesk.Facts) ehrdesk.Record {
		return ehrdesk.Record{Kind: kind, Resource: resource, ID: "o", Title: title, Status: status, Packed: f.Pack()}
	}
	s := func(list ...ehrdesk.State) ehrdesk.Facts { return ehrdesk.Facts{States: list} }
	const order, verification, clinical, document = ehrdesk.StateIntent, ehrdesk.StateVerification, ehrdesk.StateClinical, ehrdesk.StateDocument
	for _, c := range []struct {
		r                                 ehrdesk.Record
		title, status, hantTitle, hantStt string
	}{
		{med("active", s(state(order, "order"))), "ramipril", "active", "ramipril", "有效"},
		{med("active", s(state(order, "proposal"))), "PROPOSAL, NO ORDER: ramipril", "active", "建議，並非醫囑：ramipril", "有效"},
		{med("draft", s(state(order, "proposal"))), "DRAFT, PROPOSAL, NO ORDER: ramipril", "draft", "草稿、建議，並非醫囑：ramipril", "草稿"},
		{med("on-hold", s(state(order, "order"), stateText(ehrdesk.StateReason, "acute kidney injury"))), "ramipril", "suspended · reason: acute kidney injury", "ramipril", "暫停 · 原因：acute kidney injury"},
		{med("unheard-of", s()), "ramipril", "unheard-of", "ramipril", "unheard-of"},
		{med("active", ehrdesk.Facts{Forbids: true}), "DO NOT GIVE: ramipril", "active", "不可給予：ramipril", "有效"},
		{med("entered-in-error", s()), "ENTERED IN ERROR: ramipril", "ENTERED IN ERROR", "錯誤輸入：ramipril", "錯誤輸入"},
		{med("active", s(state(ehrdesk.StatePriority, "stat"))), "ramipril", "active · IMMEDIATE (STAT)", "ramipril", "有效 · 即時"},
		{ehrdesk.Record{Kind: ehrdesk.KindMedication, Resource: "MedicationStatement", ID: "m", Title: "x"}, "x", "no status", "x", "沒有狀況"},
		{unnamed(ehrdesk.Unnamed{Is: true, Identifier: "HK-55012"}), "drug not named: HK-55012", "active", "藥物名稱不詳：HK-55012", "有效"},
		{unnamed(ehrdesk.Unnamed{Is: true, Ref: ehrdesk.Ref{Resource: "Medication", ID: "not-here"}}), "drug not named: the reference leads nowhere", "active", "藥物名稱不詳：連結找不到資料", "有效"},
		{condition("refuted", s(state(clinical, "active"), state(verification, "refuted"))), "REFUTED: Epilepsy", "", "已排除：Epilepsy", ""},
		{condition("active", s(state(clinical, "active"), state(verification, "differential"))), "differential: Epilepsy", "", "鑑別診斷：Epilepsy", ""},
		{condition("active", s(state(clinical, "active"), state(verification, "provisional"))), "provisional: Epilepsy", "", "暫定診斷：Epilepsy", ""},
		{condition("active", s(state(clinical, "active"), state(verification, "unconfirmed"))), "unconfirmed: Epilepsy", "", "未確認：Epilepsy", ""},
		{condition("active", s(state(clinical, "active"), state(verification, "confirmed"))), "Epilepsy", "", "Epilepsy", ""},
		{condition("refuted", s(ehrdesk.State{Element: verification, Concept: ehrdesk.Concept{Codings: []ehrdesk.Coding{{System: "urn:local", Code: "V3", Display: "ruled out"}, {System: "http://terminology.hl7.org/CodeSystem/condition-ver-status", Code: "refuted"}}}})),
			"REFUTED: Epilepsy", "", "已排除：Epilepsy", ""},
		{condition("refuted", s(ehrdesk.State{Element: verification, Concept: ehrdesk.Concept{Text: "ruled out by EEG", Codings: []ehrdesk.Coding{{Code: "refuted"}}}})),
			"REFUTED (ruled out by EEG): Epilepsy", "", "已排除（ruled out by EEG）：Epilepsy", ""},
		{condition("active", s(stateText(verification, "Confirmed"))), "Epilepsy", "Confirmed", "Epilepsy", "Confirmed"},
		{condition("entered-in-error", s(state(verification, "entered-in-error"))), "ENTERED IN ERROR: Epilepsy", "ENTERED IN ERROR", "錯誤輸入：Epilepsy", "錯誤輸入"},
		{condition("", s(stateText(clinical, "Resolved"))), "Epilepsy", "Resolved", "Epilepsy", "Resolved"},
		{condition("", s(stateText(verification, "Working diagnosis"))), "Working diagnosis: Epilepsy", "", "Working diagnosis：Epilepsy", ""},
		{other(ehrdesk.KindImmunisation, "Immunization", "MMR", "not-done", s(state(ehrdesk.StateStatus, "not-done"), stateText(ehrdesk.StateReason, "parent refused"))), "NOT GIVEN: MMR", "not given · reason: parent refused", "沒有給予：MMR", "沒有接種 · 原因：parent refused"},
		{other(ehrdesk.KindImmunisation, "Immunization", "Hepatitis B", "completed", s(state(ehrdesk.StateStatus, "completed"), state(ehrdesk.StateSubpotent, "true"), state(ehrdesk.StateSubpotentReason, "coldchainbreak"))), "SUBPOTENT: Hepatitis B", "reason: cold chain broken", "劑量或效力不足：Hepatitis B", "原因：冷藏中斷"},
		{other(ehrdesk.KindNote, "DocumentReference", "Letter A", "entered-in-error", s(state(ehrdesk.StateStatus, "current"), state(document, "entered-in-error"))), "ENTERED IN ERROR: Letter A", "ENTERED IN ERROR", "錯誤輸入：Letter A", "錯誤輸入"},
		{other(ehrdesk.KindNote, "DocumentReference", "Letter B", "preliminary", s(state(ehrdesk.StateStatus, "current"), state(document, "preliminary"))), "Letter B", "PRELIMINARY", "Letter B", "初步"},
		{other(ehrdesk.KindProcedure, "Procedure", "Below-knee amputation", "completed", ehrdesk.Facts{Sites: []ehrdesk.Concept{words("Left leg")}}), "Below-knee amputation – Left leg", "", "Below-knee amputation – Left leg", ""},
		{other(ehrdesk.KindProcedure, "Procedure", "Surgery of left leg", "completed", ehrdesk.Facts{Sites: []ehrdesk.Concept{words("Left leg")}}), "Surgery of left leg", "", "Surgery of left leg", ""},
		{other(ehrdesk.KindReferral, "ServiceRequest", "CT brain", "active", ehrdesk.Facts{Forbids: true}), "DO NOT DO: CT brain", "active", "不可進行：CT brain", "有效"},
		{other(ehrdesk.KindEncounter, "Encounter", "", "planned", ehrdesk.Facts{Categories: []ehrdesk.Concept{coded("", "AMB", "")}}), "ambulatory", "planned", "門診", "已預約"},
		{other(ehrdesk.KindEncounter, "Appointment", "", "noshow", ehrdesk.Facts{}), "appointment", "did not attend", "預約", "缺席"},
	} {
		row := said(English).Row(&c.r)
		if row.Title != c.title || row.Status != c.status {
			t.Errorf("%q, %q\nwant %q, %q", row.Title, row.Status, c.title, c.status)
		}
		row = said(Hant).Row(&c.r)
		if row.Title != c.hantTitle || row.Status != c.hantStt {
			t.Errorf("%q, %q\nwant %q, %q", row.Title, row.Status, c.hantTitle, c.hantStt)
		}
	}
}

func TestTheSecondThingToKnow(t *testing.T) {
	day := ehrdesk.Day(2024, 11, 2)
	for _, c := range []struct {
		resource string
		f        ehrdesk.Facts
		en, hant string
	}{
		{"Condition", ehrdesk.Facts{Times: []ehrdesk.Timed{{Name: "onset", Text: "in childhood"}, {Name: "recordedDate", From: day}}}, "in childhood · recorded 02-Nov-2024", "in childhood · 記錄於 02-Nov-2024"},
		{"Condition", ehrdesk.Facts{Ages: []ehrdesk.Aged{{Name: "onset", Low: ehrdesk.Quantity{Number: "61", Code: "a"}}}, Severity: coded("http://snomed.info/sct", "24484000", "Severe")}, "severe · at 61 years", "嚴重 · 61 歲時"},
		{"Condition", ehrdesk.Facts{Times: []ehrdesk.Timed{{Name: "abatement", From: ehrdesk.Day(2025, 1, 3)}}}, "ended 03-Jan-2025", "結束 03-Jan-2025"},
		{"Immunization", ehrdesk.Facts{Doses: []ehrdesk.DoseGiven{{Number: "2", Of: "3"}}, Lot: "A1", Times: []ehrdesk.Timed{{Name: "occurrence", Text: "at birth, abroad"}}}, "dose 2 of 3 · lot A1 · at birth, abroad", "第 2 劑，共 3 劑 · 批號 A1 · at birth, abroad"},
		{"AllergyIntolerance", ehrdesk.Facts{Severity: coded("", "high", ""), Reactions: []ehrdesk.Reaction{{Manifestations: []ehrdesk.Concept{words("rash"), words("wheeze")}, Severity: "severe"}}}, "rash, wheeze (severe)", "rash, wheeze（嚴重）"},
		{"Procedure", ehrdesk.Facts{Reasons: []ehrdesk.Concept{words("Gangrene")}, Outcomes: []ehrdesk.Concept{words("well")}}, "outcome: well · reason: Gangrene", "結果：well · 原因：Gangrene"},
		{"Procedure", ehrdesk.Facts{Reasons: []ehrdesk.Concept{coded("urn:clinic", "work", "Work injury"), coded("http://terminology.hl7.org/CodeSystem/v3-ActReason", "PATOBJ", "")}}, "reason: Work injury · reason: patient objected", "原因：Work injury · 原因：病人拒絕"},
		{"DiagnosticReport", ehrdesk.Facts{Text: "No active lung lesion."}, "No active lung lesion.", "No active lung lesion."},
		{"ImagingStudy", ehrdesk.Facts{Parts: []ehrdesk.Concept{words("CT"), words("CT"), words("PT")}}, "CT, PT", "CT, PT"},
		{"MedicationDispense", ehrdesk.Facts{Dosages: []ehrdesk.Dosage{{Text: "one daily"}}, Supply: ehrdesk.Supply{Quantity: q("28", "tablet"), Days: ehrdesk.Quantity{Number: "28", Code: "d"}, Repeats: "2"}}, "one daily · quantity 28 tablets · supply for 28 days · 2 repeats", "one daily · 數量 28 tablet · 供 28 日使用 · 可重配 2 次"},
		{"MedicationStatement", ehrdesk.Facts{More: true, Times: []ehrdesk.Timed{{Name: "effective", From: ehrdesk.Day(2025, 1, 1), Until: ehrdesk.Day(2025, 1, 20)}}}, "no dosage recorded · from 01-Jan-2025 until 20-Jan-2025 · more in the detail", "沒有用法紀錄 · 由 01-Jan-2025 至 20-Jan-2025 · 其餘見詳情"},
		{"Observation", ehrdesk.Facts{Relations: []ehrdesk.Relation{{Role: "hasMember", Ref: ehrdesk.Ref{Resource: "Observation", ID: "b"}}, {Role: "encounter"}}}, "results in the list: 1", "結果見列表：1 項"},
		{"DiagnosticReport", ehrdesk.Facts{Relations: []ehrdesk.Relation{{Role: "result", Display: "Urea"}, {Role: "result", Display: "Sodium"}}}, "Urea, Sodium", "Urea, Sodium"},
		{"Flag", ehrdesk.Facts{Unread: true}, "part of it cannot be read: see the detail", "部分內容不能讀取：見詳情"},
	} {
		r := ehrdesk.Record{Resource: c.resource, ID: "a", Title: "x", Date: day, Packed: c.f.Pack()}
		if got := said(English).Row(&r).Value; got != c.en {
			t.Errorf("%q, want %q", got, c.en)
		}
		if got := said(Hant).Row(&r).Value; got != c.hant {
			t.Errorf("%q, want %q", got, c.hant)
		}
	}
}

func TestTimesAreByTheDesksClockAndDatesStay(t *testing.T) {
	for _, c := range []struct{ in, day, time, sent string }{
		{"2026-03-01T22:40:00Z", "02-Mar-2026", "02-Mar-2026 06:40", "02-Mar-2026 06:40 (sent as 01-Mar-2026 22:40 +00:00)"},
		{"2026-03-01T22:40:00+08:00", "01-Mar-2026", "01-Mar-2026 22:40", "01-Mar-2026 22:40"},
		{"2024-06-03T09:20", "03-Jun-2024", "03-Jun-2024 09:20 (no zone given)", "03-Jun-2024 09:20 (no zone given)"},
		{"2024-06-05T09:20:00+0800", "05-Jun-2024", "05-Jun-2024 09:20", "05-Jun-2024 09:20"},
		{"2022-08", "Aug-2022", "Aug-2022", "Aug-2022"},
		{"2019", "2019", "2019", "2019"},
		{"2026-03-01", "01-Mar-2026", "01-Mar-2026", "01-Mar-2026"},
	} {
		r := ehrdesk.Record{Date: when(c.in)}
		if row := said(English).Whole(&r); row.Day != c.day || row.Time != c.time || row.Sent != c.sent {
			t.Errorf("%s: %q, %q, %q", c.in, row.Day, row.Time, row.Sent)
		}
	}
	if got := said(Hant).Moment(when("2024-06-03T09:20")); got != "03-Jun-2024 09:20（沒有註明時區）" {
		t.Error(got)
	}
}

func TestAllergiesThatAreNone(t *testing.T) {
	f := ehrdesk.Facts{Code: words("NKDA")}
	r := ehrdesk.Record{Kind: ehrdesk.KindAllergy, Resource: "AllergyIntolerance", ID: "a", Title: "NKDA", Flag: ehrdesk.FlagNoneKnown, Packed: f.Pack()}
	if got := said(English).Row(&r).Flag; got != "none known, text, not coded" {
		t.Error(got)
	}
	f.Code = coded("http://snomed.info/sct", "716186003", "No known allergy")
	if r.Packed = f.Pack(); said(Hans).Row(&r).Flag != "没有已知" {
		t.Error(said(Hans).Row(&r).Flag)
	}
}

// A booking of a day that has gone was booked, unless somebody said what came of it; one of
// today still is.
func TestABookingThatIsPastWasBooked(t *testing.T) {
	now := time.Date(2026, 11, 21, 9, 41, 0, 0, hkt)
	for _, c := range []struct {
		resource, status string
		day              int
		want             T
	}{
		{"Appointment", "booked", 20, T{"was booked", "曾預約", "曾预约"}},
		{"Appointment", "booked", 21, T{"booked", "已預約", "已预约"}},
		{"Appointment", "booked", 22, T{"booked", "已預約", "已预约"}},
		{"Appointment", "fulfilled", 20, T{"attended", "已應診", "已应诊"}},
		{"Appointment", "noshow", 20, T{"did not attend", "缺席", "缺席"}},
		{"Encounter", "planned", 20, T{"was planned", "曾預約", "曾预约"}},
		{"Encounter", "planned", 22, T{"planned", "已預約", "已预约"}},
	} {
		for _, lang := range Langs() {
			for _, f := range []ehrdesk.Facts{{}, {States: []ehrdesk.State{{Element: ehrdesk.StateStatus, Concept: ehrdesk.Concept{Codings: []ehrdesk.Coding{{Code: c.status}}}}}}} {
				r := ehrdesk.Record{Kind: ehrdesk.KindEncounter, Resource: c.resource, ID: "a", Status: c.status, Date: ehrdesk.Day(2026, 11, c.day), Packed: f.Pack()}
				w := New().Words(lang, hkt).At(now)
				if got := w.Row(&r).Status; got != c.want[lang] {
					t.Errorf("%s %s of the %dth: %q, want %q", c.resource, c.status, c.day, got, c.want[lang])
				}
				el := ehrdesk.Element{Path: "status", Value: c.status, Coded: true}
				if got := w.Plain(&r, c.resource, &el, "status"); got != c.want[lang] {
					t.Errorf("opened, %s %s of the %dth: %q, want %q", c.resource, c.status, c.day, got, c.want[lang])
				}
			}
		}
	}
}
