package lastdone_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/lastdone"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/uitest/book"
)

func record(k ehrdesk.Kind, resource, id, title, status string, ago int, f ehrdesk.Facts) ehrdesk.Record {
	if f.Code.IsZero() {
		f.Code.Text = title
	}
	at := book.Now().AddDate(0, 0, -ago)
	return ehrdesk.Record{Kind: k, Resource: resource, ID: id, Title: title, Status: status, Date: ehrdesk.Day(at.Year(), at.Month(), at.Day()), Source: "Queen Mary Hospital 瑪麗醫院", Packed: f.Pack()}
}

func records() []ehrdesk.Record {
	test := ehrdesk.Facts{Categories: []ehrdesk.Concept{{Codings: []ehrdesk.Coding{{Code: "laboratory"}}}}}
	return []ehrdesk.Record{
		record(ehrdesk.KindLaboratory, "Observation", "a", "HbA1c", "final", 40, ehrdesk.Facts{Code: ehrdesk.Concept{Text: "HbA1c", Codings: []ehrdesk.Coding{{System: "http://loinc.org", Code: "4548-4"}}}}),
		record(ehrdesk.KindRadiology, "DiagnosticReport", "ct", "CT abdomen", "final", 90, ehrdesk.Facts{}), record(ehrdesk.KindImmunisation, "Immunization", "flu", "Seasonal influenza vaccine", "completed", 400, ehrdesk.Facts{}),
		record(ehrdesk.KindReferral, "ServiceRequest", "o1", "Uric acid", "active", 9, test), record(ehrdesk.KindReferral, "ServiceRequest", "o2", "Uric acid", "active", 4, test),
	}
}

// ask types what is looked for into the page's field.
func ask(p *lastdone.Page, words string) {
	p.Handle(intent.Intent{ID: intent.LastDone})
	p.Field().Set(words)
	p.Handle(intent.Intent{ID: intent.Edited})
}

func TestATestSaysWhenAndWhereItWasLastDone(t *testing.T) {
	for lang, want := range map[text.Lang][]string{text.English: {"CT abdomen", "23-Aug-2026", "QMH"}, text.Hant: {"CT abdomen", "23-Aug-2026", "QMH"}, text.Hans: {"CT abdomen", "23-Aug-2026"}} {
		for _, words := range []string{"CT", "電腦掃描", "计算机断层扫描", "abdomen"} {
			p := lastdone.New(book.Of(lang, records()...))
			book.Fill(t, p)
			ask(p, words)
			frame := book.Draw(p, 78, 18, false)
			for _, w := range want {
				if !strings.Contains(frame, w) {
					t.Errorf("%s %s: no %q in\n%s", lang.Tag(), words, w, frame)
				}
			}
			if strings.Contains(frame, "HbA1c") {
				t.Errorf("%s: another test is in\n%s", words, frame)
			}
			if r, ok := p.Selected(); !ok || r.ID != "ct" {
				t.Errorf("%s: Enter opens %v", words, r.Ref())
			}
		}
	}
}

// What is not there is none in what was read; where not all is seen, that is said.
func TestWhatIsNotFoundIsNeverSaidNeverToHaveBeenDone(t *testing.T) {
	never := regexp.MustCompile(`(?i)never|not done|從未|从未|未曾進行|未曾进行`)
	for _, lang := range text.Langs() {
		for name, b := range map[string]*lastdone.Page{"all is seen": lastdone.New(book.Of(lang, records()...)), "nothing has come": lastdone.New(book.Never(lang)), "no leave": lastdone.New(book.Nurse(lang))} {
			book.Fill(t, b)
			for _, words := range []string{"", "troponin"} {
				ask(b, words)
				frame := book.Draw(b, 97, 30, false)
				if never.MatchString(frame) {
					t.Errorf("%s %s: it is said never to have been done:\n%s", lang.Tag(), name, frame)
				}
				all := text.New().LastDone
				lacking, _, _ := strings.Cut(all.Lacking[lang], "%s")
				if got := strings.Contains(frame, strings.TrimSpace(lacking)); got == (name == "all is seen") {
					t.Errorf("%s %s: that not all is seen is said %t:\n%s", lang.Tag(), name, got, frame)
				}
			}
		}
	}
}

func TestOrdersThatMayBeDuplicatesStandFirst(t *testing.T) {
	p := lastdone.New(book.Of(text.English, records()...))
	book.Fill(t, p)
	frame := strings.Join(strings.Fields(book.Draw(p, 120, 40, false)), " ")
	for _, want := range []string{"Possible duplicate orders 1", "Uric acid ordered 12-Nov-2026 as well, 5 days before; rule: within 14"} {
		if !strings.Contains(frame, want) {
			t.Errorf("no %q in\n%s", want, frame)
		}
	}
	if r, _ := p.Selected(); r.ID != "o2" {
		t.Errorf("the first line is %v", r.Ref())
	}
	ask(p, "HbA1c")
	if frame := book.Draw(p, 120, 40, false); strings.Contains(frame, "Uric acid") {
		t.Errorf("an order of another test is in\n%s", frame)
	}
}
