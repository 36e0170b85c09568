package risk_test

import (
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/risk"
)

var now = time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)

func of(records ...ehrdesk.Record) risk.Risks {
	return risk.Of(func(t ehrdesk.RecordType) (out []ehrdesk.Record) {
		for _, r := range records {
			if r.Type() == t {
				out = append(out, r)
			}
		}
		return out
	}, now)
}

func on(k ehrdesk.Kind, resource, id, title string, days int) ehrdesk.Record {
	at := now.AddDate(0, 0, -days)
	return ehrdesk.Record{Kind: k, Resource: resource, ID: id, Title: title, Date: ehrdesk.Day(at.Year(), at.Month(), at.Day()), Status: "active"}
}

// A refusal of resuscitation is told by its words in either language, and not by words
// that only hold the letters; one that is over, or was entered in error, is none.
func TestARefusalOfResuscitationIsFoundWhereverItIsFiled(t *testing.T) {
	for title, want := range map[string]bool{
		"DNACPR form 不作心肺復甦術文件": true, "Do not attempt resuscitation": true, "Patient is DNR": true, "不作心肺复苏术": true,
		"Cardiopulmonary resuscitation 心肺復甦術": false, "Resuscitated cardiac arrest": false, "For full resuscitation": false, "Neonatal resuscitation course": false,
		"Hodnrick's sign": false, "Chest X-ray": false, "Advance care plan": false,
	} {
		got := of(on(ehrdesk.KindNote, "DocumentReference", "a", title, 400))
		if (got.Directive != nil && got.Refused) != want {
			t.Errorf("%q: refused %t", title, got.Refused)
		}
	}
	if got := of(on(ehrdesk.KindNote, "DocumentReference", "a", "Advance care plan", 1)); got.Directive == nil || got.Refused {
		t.Errorf("a plan that refuses nothing: %v %t", got.Directive, got.Refused)
	}
	for _, status := range []string{ehrdesk.EnteredInError, "inactive", "superseded", "draft"} {
		r := on(ehrdesk.KindNote, "DocumentReference", "a", "DNACPR", 1)
		r.Status = status
		if got := of(r); got.Directive != nil {
			t.Errorf("one that is %s counts", status)
		}
	}
}

// Somebody who was resuscitated has refused nothing.
func TestAResuscitationThatWasDoneIsNoRefusal(t *testing.T) {
	for _, title := range []string{"Cardiopulmonary resuscitation 心肺復甦術", "DNR status reviewed"} {
		r := on(ehrdesk.KindProcedure, "Procedure", "a", title, 1)
		r.Status = "completed"
		if got := of(r); got.Directive != nil || got.Refused {
			t.Errorf("%q makes a refusal", title)
		}
	}
}

func TestACodedRefusalCountsWithoutWords(t *testing.T) {
	f := ehrdesk.Facts{Categories: []ehrdesk.Concept{{Codings: []ehrdesk.Coding{{System: "http://terminology.hl7.org/CodeSystem/consentcategorycodes", Code: "dnr"}}}}}
	r := on(ehrdesk.KindNote, "Consent", "a", "Consent", 900)
	r.Packed = f.Pack()
	if got := of(r); got.Directive == nil || !got.Refused {
		t.Errorf("%+v", got)
	}
}

func TestTheNewestCriticalResultOfNinetyDaysIsTold(t *testing.T) {
	flagged := func(id string, days int, f ehrdesk.Flag) ehrdesk.Record {
		r := on(ehrdesk.KindLaboratory, "Observation", id, "Potassium", days)
		r.Flag, r.Status = f, "final"
		return r
	}
	got := of(flagged("high", 1, ehrdesk.FlagHigh), flagged("new", 3, ehrdesk.FlagCriticalHigh), flagged("older", 30, ehrdesk.FlagCriticalLow))
	if got.Critical == nil || got.Critical.ID != "new" {
		t.Errorf("%v", got.Critical)
	}
	if got := of(flagged("old", 91, ehrdesk.FlagCriticalHigh)); got.Critical != nil {
		t.Errorf("a result of 91 days ago is told")
	}
	void := flagged("void", 1, ehrdesk.FlagCriticalHigh)
	void.Status = ehrdesk.EnteredInError
	if got := of(void); got.Critical != nil {
		t.Error("a result entered in error is told")
	}
}
