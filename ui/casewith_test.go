package ui_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// A message with a file and records shows, once it was opened, what the file is and how each record stands to the open chart, in three
// languages and to the last word at every width.
func TestWhatGoesWithAMessageIsShownOnceItWasOpened(t *testing.T) {
	ref := func(id string) ehrdesk.CaseRecord {
		return ehrdesk.CaseRecord{Ref: ehrdesk.Ref{Resource: "Observation", ID: id}, Version: "3", Digest: make([]byte, 32)}
	}
	for language, want := range map[string][]string{
		"en":      {"FILE chest film.pdf", "application/pdf", "23.5 MiB", "Potassium (Observation/k)", "version 3", "the same at this desk", "NEWER at this desk", "NOT AT THIS DESK", "open the chart"},
		"zh-Hant": {"檔案", "chest film.pdf", "23.5 MiB", "與此工作站相同", "此工作站有較新版本", "此工作站沒有", "請開啟病歷"},
		"zh-Hans": {"文件", "chest film.pdf", "23.5 MiB", "与此工作站相同", "此工作站有较新版本", "此工作站没有", "请打开病历"},
	} {
		for _, w := range []int{60, 80, 120} {
			d := fake.New()
			c := d.TellCase("film", "p", ehrdesk.CaseOpinion, fake.CaseHo, time.Hour, caseLee())
			c.Say(fake.CaseHo, ago(9), "", false, 0, caseLee())
			c.Bodies = map[string]ehrdesk.CaseBody{"film-3": {File: &ehrdesk.CaseFile{Name: "chest film.pdf", Media: "application/pdf", Size: 47 << 19}, Records: []ehrdesk.CaseRecord{ref("k"), ref("na"), ref("ca"), ref("x")}}}
			d.Sealed.Records = map[ehrdesk.Ref]ehrdesk.CaseRecordSeen{
				ref("k").Ref:  {State: ehrdesk.CaseRecordSame, Here: &ehrdesk.Record{Title: "Potassium"}},
				ref("na").Ref: {State: ehrdesk.CaseRecordNewer, Here: &ehrdesk.Record{Title: "Sodium"}},
				ref("ca").Ref: {State: ehrdesk.CaseRecordNotHere},
			}
			p := signIn(play(t, d, language, w, 40), doctor).Press("ctrl+o", "enter").Deny("film.pdf", "Potassium")
			text := strings.Join(strings.Fields(p.Press("enter").Screen()), "")
			for _, one := range want {
				if !strings.Contains(text, strings.ReplaceAll(one, " ", "")) {
					t.Errorf("%s, %d columns: %q is not on the screen:\n%s", language, w, one, p.Screen())
				}
			}
		}
	}
}
