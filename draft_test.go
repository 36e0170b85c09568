package ehrdesk_test

import (
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

func TestALineThatNamesThePatientIsKnown(t *testing.T) {
	hkic, err := ehrdesk.ParseHKIC("A123456(3)")
	if err != nil {
		t.Fatal(err)
	}
	p := ehrdesk.Patient{HKIC: hkic, Name: ehrdesk.Name{Family: "Chan", Given: "Tai Man", Chinese: "陳大文"}, Documents: []ehrdesk.Document{{Number: "P7654321"}},
		Born: ehrdesk.When{Time: time.Date(1958, time.March, 7, 0, 0, 0, 0, time.UTC), Precision: ehrdesk.ToDay}}
	for line, want := range map[string]bool{
		"Seen with A123456(3) at the door":  true,
		"hkic a 123456 3":                   true,
		"passport P-7654321":                true,
		"Mr CHAN, Tai Man takes warfarin":   true,
		"tai-man chan, warfarin":            true,
		"病人陳大文服用華法林":                        true,
		"born 07-Mar-1958":                  true,
		"DOB 1958-03-07":                    true,
		"7/3/1958 is not written like this": false,
		"07/03/1958":                        true,
		"Warfarin 3 mg – 03-Nov-2026":       false,
		"referred by Dr Chan":               false,
		"Chan Tai Manor ward":               false,
		"":                                  false,
	} {
		if got := p.Identifies(line); got != want {
			t.Errorf("%q: %t, want %t", line, got, want)
		}
	}
	if one := (ehrdesk.Patient{Name: ehrdesk.Name{Family: "Suharto"}}); !one.Identifies("suharto's INR") || one.Identifies("Suhartono") {
		t.Error("a name of one word")
	}
	if (ehrdesk.Patient{}).Identifies("anything at all 00010101") {
		t.Error("nobody is named by a line")
	}
}

func TestAProgramIsTheSameInAllThatIsConfirmed(t *testing.T) {
	p := ehrdesk.DraftProgram{Name: "scribe", Version: "1", Fields: []ehrdesk.Kind{ehrdesk.KindNote}, Held: true}
	for name, o := range map[string]ehrdesk.DraftProgram{
		"name":    {Name: "other", Version: "1", Fields: p.Fields, Held: true},
		"version": {Name: "scribe", Version: "2", Fields: p.Fields, Held: true},
		"host":    {Name: "scribe", Version: "1", Fields: p.Fields, Held: true, Host: "elsewhere"},
		"held":    {Name: "scribe", Version: "1", Fields: p.Fields},
		"fields":  {Name: "scribe", Version: "1", Fields: []ehrdesk.Kind{ehrdesk.KindNote, ehrdesk.KindMedication}, Held: true},
	} {
		if p.Same(o) {
			t.Errorf("another %s is taken for the same", name)
		}
	}
	if o := p; !p.Same(o) {
		t.Error("a program is not itself")
	}
}

func TestAProgramThatFailedSaysItsStatus(t *testing.T) {
	if got := ehrdesk.Message(ehrdesk.E("x", ehrdesk.CodeOther, ehrdesk.DraftFailed{Status: 3})); got != "the program for drafts ended with status 3" {
		t.Error(got)
	}
	if got := (ehrdesk.DraftFailed{}).Error(); got != "the program for drafts was ended by a signal" {
		t.Error(got)
	}
}
