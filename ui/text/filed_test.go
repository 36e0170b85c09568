package text

import (
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

// A unit that is a word is in the language of the screen: every word that we put for a unit,
// what UCUM writes in braces, and a unit of time. Symbols are the same everywhere.
func TestAUnitThatIsAWordIsInTheScreensLanguage(t *testing.T) {
	for code, want := range map[string]T{
		"{score}": {"score", "分", "分"}, "wk": {"wk", "星期", "星期"}, "mo": {"mo", "個月", "个月"}, "d": {"d", "日", "日"}, "{beats}/min": {"beats/min", "次/min", "次/min"},
		"{copies}/mL": {"copies/mL", "拷貝/mL", "拷贝/mL"}, "[arb'U]": {"arbitrary units", "任意單位", "任意单位"}, "[drp]": {"drop", "滴", "滴"}, "mg/{creat}": {"mg/creat", "mg/肌酸酐", "mg/肌酸酐"},
		"mmol/L": {"mmol/L", "mmol/L", "mmol/L"}, "mm[Hg]": {"mmHg", "mmHg", "mmHg"}, "10*9/L": {"×10⁹/L", "×10⁹/L", "×10⁹/L"}, "/min": {"/min", "/min", "/min"}, "%": {"%", "%", "%"},
		"m": {"m", "m", "m"}, "kg": {"kg", "kg", "kg"},
	} {
		for _, lang := range Langs() {
			for _, q := range []ehrdesk.Quantity{{Unit: code, Code: code}, {Code: code}} {
				if got := said(lang).Unit(q); got != want[lang] {
					t.Errorf("%s: %+v is %q, want %q", lang.Tag(), q, got, want[lang])
				}
			}
		}
	}
	words := New().Facts.UnitWords
	for _, code := range strings.Fields("[arb'U] [drp]") { // whatever English word we put for a code has its two others
		w := unitWord(code)
		if _, ok := words[strings.ToLower(w)]; !ok && strings.ContainsAny(w, "aeiou") && len(w) > 3 {
			t.Errorf("%s is %q, in English alone", code, w)
		}
	}
}

// What a document is is said once, and in Chinese by our word for a code of LOINC's.
func TestADocumentsTypeIsInTheScreensLanguageAndSaidOnce(t *testing.T) {
	note := func(code, display string) ehrdesk.Record {
		f := ehrdesk.Facts{Code: ehrdesk.Concept{Codings: []ehrdesk.Coding{{System: loinc, Code: code, Display: display}}},
			Categories: []ehrdesk.Concept{{Codings: []ehrdesk.Coding{{System: "urn:example:document-class", Code: "note"}}}}}
		return ehrdesk.Record{Kind: ehrdesk.KindNote, Resource: "DocumentReference", ID: "d", Title: "Letter 信件", Status: "current", Packed: f.Pack()}
	}
	for _, c := range []struct {
		code, display string
		want          T
	}{
		{"34109-9", "Note", T{"Note", "臨床紀錄", "临床记录"}},
		{"11488-4", "Consult note", T{"Consult note", "診症紀錄", "诊症记录"}},
		{"11488-4", "會診紀錄", T{"note · 會診紀錄", "note · 會診紀錄", "note · 會診紀錄"}}, // the sender's own
		{"99999-9", "Letter of thanks", T{"note · Letter of thanks", "note · Letter of thanks", "note · Letter of thanks"}},
	} {
		for _, lang := range Langs() {
			r := note(c.code, c.display)
			f := r.Facts() // what a document is may stand among what it is filed under
			f.Categories, f.Code = append(f.Categories, f.Code), ehrdesk.Concept{}
			among := r
			among.Packed = f.Pack()
			if got := said(lang).Row(&among).Value; got != c.want[lang] {
				t.Errorf("%s, %s, among its categories: %q, want %q", lang.Tag(), c.display, got, c.want[lang])
			}
			if got := said(lang).Row(&r).Value; got != c.want[lang] {
				t.Errorf("%s, %s: %q, want %q", lang.Tag(), c.display, got, c.want[lang])
			}
		}
	}
}
