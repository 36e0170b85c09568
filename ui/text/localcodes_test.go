package text

import (
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

func TestASitesNamesStandForCodesAloneInEachLanguage(t *testing.T) {
	codes, _, err := ehrdesk.ParseLocalCodes(strings.NewReader("system,code,en,zh-Hant,zh-Hans\nurn:clinic,D-401,Hypertension,高血壓,高血压\nurn:clinic,R-2,Weals,風疹塊,风团\n"))
	if err != nil {
		t.Fatal(err)
	}
	bare := func(code string) ehrdesk.Concept {
		return ehrdesk.Concept{Codings: []ehrdesk.Coding{{System: "urn:clinic", Code: code}}}
	}
	facts := ehrdesk.Facts{Code: bare("D-401"), Reasons: []ehrdesk.Concept{bare("R-2")},
		States: []ehrdesk.State{state(ehrdesk.StateStatus, "entered-in-error")}}
	r := ehrdesk.Record{Kind: ehrdesk.KindDiagnosis, Resource: "Procedure", ID: "c", Title: "D-401", Status: "entered-in-error", Packed: facts.Pack()}
	c := New()
	if row := c.Words(English, hkt).Row(&r); !strings.HasSuffix(row.Title, "D-401") || strings.Contains(row.Title, "Hyper") {
		t.Errorf("with no table: %q", row.Title)
	}
	for l, want := range map[Lang][3]string{
		English: {"Hypertension (D-401)", "Weals (R-2)", "Weals (R-2)"},
		Hant:    {"高血壓 (D-401)", "風疹塊 (R-2)", "風疹塊 (R-2)"},
		Hans:    {"高血压 (D-401)", "风团 (R-2)", "风团 (R-2)"},
	} {
		w := c.Words(l, hkt).With(codes)
		row := w.Row(&r)
		if !strings.HasSuffix(row.Title, want[0]) || strings.HasPrefix(row.Title, want[0]) || !strings.Contains(row.Value, want[1]) {
			t.Errorf("%s: %q, %q", l.Tag(), row.Title, row.Value)
		}
		substance, reaction := w.Allergy(ehrdesk.AllergyEntry{Substance: "D-401", Reaction: "R-2", Code: bare("D-401"), Reactions: []ehrdesk.Concept{bare("R-2")}})
		if substance != want[0] || reaction != want[2] {
			t.Errorf("%s: %q, %q", l.Tag(), substance, reaction)
		}
		substance, reaction = w.Allergy(ehrdesk.AllergyEntry{Substance: "Penicillin", Reaction: "Rash", Code: ehrdesk.Concept{Text: "Penicillin"}})
		if substance != "Penicillin" || reaction != "Rash" {
			t.Errorf("what was sent is %q, %q", substance, reaction)
		}
	}
	if again := r.Facts(); again.Code.Codings[0].Display != "" {
		t.Error("the name is in the record's own facts")
	}
}
