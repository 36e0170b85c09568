package fhir

import (
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

func patientAt(t testing.TB, now, members string) ehrdesk.Patient {
	t.Helper()
	at, err := time.Parse(time.RFC3339, now)
	if err != nil {
		t.Fatal(err)
	}
	p, err := Patient([]byte(`{"resourceType":"Patient","id":"a"`+members+`}`), at)
	if err != nil {
		t.Fatalf("%s: %v", members, err)
	}
	return p
}

const today = "2026-04-08T09:00:00+08:00"

// TestTheNameIsTheOneInForce, by its period first and its use after that; where only
// a former one is known, it says so.
func TestTheNameIsTheOneInForce(t *testing.T) {
	for names, want := range map[string]ehrdesk.Name{
		`[{"use":"maiden","family":"KO","given":["Lai Wah"]}]`: {Family: "KO", Given: "Lai Wah", Former: true},
		`[{"use":"old","family":"KO"}]`:                        {Family: "KO", Former: true},
		`[{"use":"official","family":"CHOI","given":["Man Yee"],"period":{"end":"2019-06-30"}},{"use":"official","family":"SHAM","given":["Man Yee"],"period":{"start":"2019-07-01"}}]`: {Family: "SHAM", Given: "Man Yee"},
		`[{"use":"official","family":"NOW"},{"use":"official","family":"LATER","period":{"start":"2027"}}]`:                                                                             {Family: "NOW"},
		`[{"use":"official","family":"LATER","period":{"start":"2027"}},{"use":"nickname","family":"NOW"}]`:                                                                             {Family: "NOW"},
		`[{"use":"official","family":"OVER","period":{"end":"2020"}}]`:                                                                                                                  {Family: "OVER", Former: true},
		`[{"use":"official","family":"STILL","period":{"end":"2026"}}]`:                                                                                                                 {Family: "STILL"},
		`[{"use":"official","family":"STILL","period":{"end":"2026-04"}}]`:                                                                                                              {Family: "STILL"},
		`[{"use":"official","family":"STILL","period":{"end":"2026-04-08"}}]`:                                                                                                           {Family: "STILL"},
		`[{"use":"official","family":"OVER","period":{"end":"2026-04-07"}}]`:                                                                                                            {Family: "OVER", Former: true},
		`[{"use":"nickname","given":["Jenny"]},{"family":"HO","given":["Chi","Keung"]},{"use":"temp","family":"X"}]`:                                                                    {Family: "HO", Given: "Chi Keung"},
		`[{"use":"old","text":"蔡敏儀","period":{"end":"2019-06-30"}},{"use":"official","text":"岑敏儀"},{"use":"official","family":"SHUM","given":["Man Yee"]}]`:                             {Family: "SHUM", Given: "Man Yee", Chinese: "岑敏儀"},
		`[{"use":"old","text":"蔡敏儀"},{"use":"official","family":"SHUM"}]`:                                                                                                               {Family: "SHUM", Chinese: "蔡敏儀", FormerChinese: true},
		`[{"use":"official","family":"D'SOUZA","given":["Mark"],"prefix":["Dr."],"suffix":["Jr"]}]`:                                                                                     {Family: "D'SOUZA", Given: "Mark", Title: "Dr", Suffix: "Jr"},
		`[{"use":"official","family":"HO","given":["Chi Keung"],"text":"HO Chi Keung 何志強"}]`:                                                                                            {Family: "HO", Given: "Chi Keung", Chinese: "何志強", Text: "HO Chi Keung"},
		`[{"text":"何志強 (HO Chi Keung)"}]`:                                                                                                                                               {Text: "HO Chi Keung", Chinese: "何志強"},
		`[{"text":"何志強"}]`:                                                                                                                                                              {Chinese: "何志強"},
		`[{"family":"歐陽","given":["志","輝"]}]`:                                                                                                                                           {Chinese: "歐陽志輝"},
		`[{"text":"LEE Tai Man 李大文 (formerly 陳大文)"}]`:                                                                                                                                   {Text: "LEE Tai Man", Chinese: "李大文"},
		`[{"text":"LEE Tai Man (formerly 陳大文)"}]`:                                                                                                                                       {Text: "LEE Tai Man", Chinese: "陳大文", FormerChinese: true},
		`[{"text":"李大文（前稱陳大文）LEE Tai Man"}]`:                                                                                                                                            {Text: "LEE Tai Man", Chinese: "李大文"},
		`[{"text":"前稱陳大文"}]`:                                                                                                                                                            {Chinese: "陳大文", FormerChinese: true},
		`[{"text":"李 大 文 LEE Tai Man"}]`:                                                                                                                                                {Text: "LEE Tai Man", Chinese: "李大文"},
		`[{"text":"阿里·買買提"}]`:                                                                                                                                                           {Chinese: "阿里買買提"},
		`[{"text":"CHAN Siu Ming (née LEE) 陳小明"}]`:                                                                                                                                      {Text: "CHAN Siu Ming (née LEE)", Chinese: "陳小明"},
		`[{"text":"NEE Tai Man 倪大文"}]`:                                                                                                                                                  {Text: "NEE Tai Man", Chinese: "倪大文"},
		`[{"text":"Old Tom LEE 李湯"}]`:                                                                                                                                                   {Text: "Old Tom LEE", Chinese: "李湯"},
		`[{"text":"李大文 (formerly 陳大文) LEE Tai Man"}]`:                                                                                                                                   {Text: "LEE Tai Man", Chinese: "李大文"},
		`[{"text":"陳大文 前稱 李大文"}]`:                                                                                                                                                       {Chinese: "陳大文"},
		`[{"text":"陳大文前稱李大文"}]`:                                                                                                                                                         {Chinese: "陳大文"},
		`[{"text":"LEE Tai Man 李大文 又名 李小文"}]`:                                                                                                                                           {Text: "LEE Tai Man", Chinese: "李大文"},
		`[{"text":"前稱陳大文 李大文"}]`:                                                                                                                                                        {Chinese: "李大文"},
		`[{"text":"李大文先生"}]`:                                                                                                                                                            {Chinese: "李大文"},
		`[{"text":"歐陽 志 輝"}]`:                                                                                                                                                           {Chinese: "歐陽志輝"},
		`[{"text":"歐陽 志輝"}]`:                                                                                                                                                            {Chinese: "歐陽志輝"},
		`[{"text":"陳大文 (CHAN Tai Man)"}]`:                                                                                                                                               {Text: "CHAN Tai Man", Chinese: "陳大文"},
		`[{"text":"李大文 LEE Tai Man, née 陳"}]`:                                                                                                                                           {Text: "LEE Tai Man, née", Chinese: "李大文"},
		`[{"text":"LEE Tai Man (formerly 陳大文)"},{"use":"usual","text":"李大文"}]`:                                                                                                          {Text: "LEE Tai Man", Chinese: "李大文"},
		`[{"text":"Madonna"}]`:                                                                                                                                                          {Text: "Madonna"},
		`"CHAN Tai Man"`:                                                                                                                                                                {Text: "CHAN Tai Man"},
		`{"family":"CHAN","given":"Tai Man"}`:                                                                                                                                           {Family: "CHAN", Given: "Tai Man"},
		`[]`:                                                                                                                                                                            {}, `null`: {}, `7`: {}, `[7]`: {}, `[{"family":7,"given":[null]}]`: {},
	} {
		if got := patientAt(t, today, `,"name":`+names).Name; got != want {
			t.Errorf("%s:\n%+v, want\n%+v", names, got, want)
		}
	}
	if got := patientAt(t, "2019-06-30T23:00:00+08:00", `,"name":[{"family":"CHOI","period":{"end":"2019-06-30"}},{"family":"SHAM","period":{"start":"2019-07-01"}}]`).Name.Family; got != "CHOI" {
		t.Errorf("on the last evening: %s", got)
	}
}

// TestABirthDateIsADate: the time of birth adds minutes, never another day.
func TestABirthDateIsADate(t *testing.T) {
	time := func(s string) string {
		return `,"_birthDate":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/patient-birthTime","valueDateTime":"` + s + `"}]}`
	}
	for members, want := range map[string]string{
		`,"birthDate":"1984-07-15"`:                                     "1984-07-15",
		`,"birthDate":"1984-07-15"` + time("1984-07-14T22:05:00Z"):      "1984-07-15T06:05:00+08:00",
		`,"birthDate":"1984-07-15"` + time("1984-07-15T06:05:00+08:00"): "1984-07-15T06:05:00+08:00",
		`,"birthDate":"1984-07-15"` + time("1984-07-15T22:05:00-04:00"): "1984-07-15T22:05:00-04:00", // elsewhere, on that day
		`,"birthDate":"1984-07-15"` + time("1984-07-18T06:05:00+08:00"): "1984-07-15",                // of another day: no time of this birth
		`,"birthDate":"1984-07-15"` + time("1984-07-15"):                "1984-07-15",
		`,"birthDate":"1984-07"` + time("1984-07-15T06:05:00+08:00"):    "1984-07",
		time("1984-07-15T06:05:00+08:00"):                               "1984-07-15T06:05:00+08:00",
		`,"birthDate":"1984-07-14T22:05:00Z"`:                           "1984-07-14",
		`,"birthDate":"1984"`:                                           "1984",
		`,"birthDate":"15/07/1984"`:                                     "",
		`,"birthDate":19840715`:                                         "",
	} {
		if got := patientAt(t, today, members).Born.String(); got != want {
			t.Errorf("%s: %s, want %s", members, got, want)
		}
	}
}

func TestDeathMergingAndWhatElseDecides(t *testing.T) {
	for members, is := range map[string]func(p ehrdesk.Patient) bool{
		`,"deceasedDateTime":"2021"`:  func(p ehrdesk.Patient) bool { return p.Deceased && p.Died.String() == "2021" },
		`,"deceasedBoolean":true`:     func(p ehrdesk.Patient) bool { return p.Deceased && p.Died.IsZero() },
		`,"deceasedBoolean":false`:    func(p ehrdesk.Patient) bool { return !p.Deceased },
		`,"deceasedDateTime":"early"`: func(p ehrdesk.Patient) bool { return p.Deceased && p.Died.IsZero() },
		`,"_deceasedDateTime":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"unknown"}]}`:        func(p ehrdesk.Patient) bool { return p.Deceased && p.Died.IsZero() },
		`,"_deceasedDateTime":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"not-applicable"}]}`: func(p ehrdesk.Patient) bool { return !p.Deceased },
		`,"_deceasedDateTime":{"extension":[{"url":"urn:x","valueCode":"unknown"}]}`:                                                             func(p ehrdesk.Patient) bool { return !p.Deceased },
		`,"modifierExtension":[{"url":"urn:x:negated","valueBoolean":true}]`:                                                                     func(p ehrdesk.Patient) bool { return p.Altered },
		`,"contact":[{"modifierExtension":[{"url":"urn:x"}]}]`:                                                                                   func(p ehrdesk.Patient) bool { return p.Altered },
		`,"modifierExtension":[],"implicitRules":""`:                                                                                             func(p ehrdesk.Patient) bool { return !p.Altered },
		`,"active":false`: func(p ehrdesk.Patient) bool { return p.Inactive && !p.Merged },
		`,"active":true`:  func(p ehrdesk.Patient) bool { return !p.Inactive },
		`,"link":[{"other":{"reference":"Patient/mg34"},"type":"replaced-by"}]`:           func(p ehrdesk.Patient) bool { return p.Merged && p.MergedTo.ID == "mg34" },
		`,"link":[{"other":{"display":"the other"},"type":"replaced-by"}]`:                func(p ehrdesk.Patient) bool { return p.Merged && p.MergedTo.ID == "" },
		`,"link":{"other":{"reference":"https://x/fhir/Patient/n"},"type":"replaced-by"}`: func(p ehrdesk.Patient) bool { return p.Merged && p.MergedTo.ID == "n" },
		`,"link":[{"other":{"reference":"Patient/mg34"},"type":"replaces"}]`:              func(p ehrdesk.Patient) bool { return !p.Merged },
		`,"link":[{"other":{"reference":"Patient/mg34"},"type":"seealso"}]`:               func(p ehrdesk.Patient) bool { return !p.Merged },
		`,"gender":"female"`: func(p ehrdesk.Patient) bool { return p.Gender == ehrdesk.Female },
		`,"gender":"F"`:      func(p ehrdesk.Patient) bool { return p.Gender == ehrdesk.Unknown },
		`,"identifier":[{"system":"` + ehrdesk.SystemHKIC + `","value":"A123456(3)"},{"system":"` + ehrdesk.SystemDocument + `passport:GB","value":"1"}]`: func(p ehrdesk.Patient) bool {
			return p.HKIC.Compact() == "A1234563" && len(p.Documents) == 1 && p.Documents[0].Issuer == "GB"
		},
		`,"telecom":[{"system":"phone","use":"old","value":"1"},{"system":"phone","value":"2"},{"system":"email","value":"a@b"}]`: func(p ehrdesk.Patient) bool { return p.Phone == "2" && p.Email == "a@b" },
		`,"address":[{"use":"old","text":"there"},{"line":["1 Street"],"district":"Sha Tin"}]`:                                    func(p ehrdesk.Patient) bool { return p.Address == "1 Street, Sha Tin" },
		`,"communication":[{"language":{"coding":[{"code":"zh-HK"}]}}]`:                                                           func(p ehrdesk.Patient) bool { return p.Language == "zh-HK" },
		`,"telecom":7,"address":"x","link":[7],"identifier":{},"communication":[[]],"deceasedBoolean":"true"`:                     func(p ehrdesk.Patient) bool { return !p.Merged && !p.Deceased },
	} {
		if p := patientAt(t, today, members); !is(p) {
			t.Errorf("%s: %+v", members, p)
		}
	}
	if _, err := Patient([]byte(`{"resourceType":"Person","id":"a"}`), time.Time{}); err == nil {
		t.Error("a Person is read as a patient")
	}
}
