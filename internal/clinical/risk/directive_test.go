package risk_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/risk"
)

const (
	categories = "http://terminology.hl7.org/CodeSystem/consentcategorycodes"
	sct        = "http://snomed.info/sct"
)

func concept(system, code, words string) ehrdesk.Concept {
	return ehrdesk.Concept{Text: words, Codings: []ehrdesk.Coding{{System: system, Code: code}}}
}

func until(y int) []ehrdesk.Value {
	return []ehrdesk.Value{{Kind: ehrdesk.IsPeriod, From: ehrdesk.Day(2019, 1, 1), Until: ehrdesk.Day(y, 1, 1)}}
}

// consent is a Consent of the category "do not resuscitate" with what it permits and denies.
func consent(status string, besides ...ehrdesk.Beside) ehrdesk.Record {
	f := ehrdesk.Facts{Categories: []ehrdesk.Concept{concept(categories, "dnr", "")}, Besides: besides}
	r := on(ehrdesk.KindNote, "Consent", "c", "Consent", 900)
	r.Status, r.Packed = status, f.Pack()
	return r
}

// verdict is what became of a record: in what state it is told, or that it is only counted.
func verdict(r ehrdesk.Record) (state risk.State, refused bool) {
	got := of(r)
	switch d := got.Directives; {
	case len(d.Told) > 0:
		return d.Told[0].State, got.Refused
	case d.None != nil:
		return risk.Absent, got.Refused
	case d.Over > 0:
		return risk.Over, got.Refused
	}
	return 0, got.Refused
}

// HL7 FHIR R4, Consent: the category says what a form is about, status, provision and period
// what holds.
func TestAConsentIsARefusalOnlyWhereItRefusesAndHolds(t *testing.T) {
	cpr := concept("", "", "Cardiopulmonary resuscitation 心肺復甦術")
	for name, c := range map[string]struct {
		r       ehrdesk.Record
		state   risk.State
		refused bool
	}{
		"the category alone":                {consent("active"), risk.InForce, true},
		"it denies CPR":                     {consent("active", ehrdesk.Beside{Element: "deny", Concept: cpr}), risk.InForce, true},
		"it denies all":                     {consent("active", ehrdesk.Beside{Element: "deny"}), risk.InForce, true},
		"it permits":                        {consent("active", ehrdesk.Beside{Element: "permit"}), risk.Unclear, false},
		"it permits CPR":                    {consent("active", ehrdesk.Beside{Element: "permit", Concept: cpr}), risk.Unclear, false},
		"it denies CPR and permits fluids":  {consent("active", ehrdesk.Beside{Element: "deny", Concept: cpr}, ehrdesk.Beside{Element: "permit", Concept: concept("", "", "Fluids")}), risk.InForce, true},
		"it denies the refusal":             {consent("active", ehrdesk.Beside{Element: "deny", Concept: concept(sct, "304253006", "")}), risk.Unclear, false},
		"for resuscitation, by code":        {consent("active", ehrdesk.Beside{Element: "provision", Concept: concept(sct, "304252001", "Zu reanimieren")}), risk.Absent, false},
		"not for resuscitation, by code":    {consent("active", ehrdesk.Beside{Element: "provision", Concept: concept(sct, "304253006", "")}), risk.InForce, true},
		"unknown, by code":                  {consent("active", ehrdesk.Beside{Element: "provision", Concept: concept(sct, "261665006", "")}), risk.Unclear, false},
		"its period has ended":              {consent("active", ehrdesk.Beside{Element: "deny", Concept: cpr, Values: until(2024)}), risk.Over, false},
		"its period runs":                   {consent("active", ehrdesk.Beside{Element: "deny", Concept: cpr, Values: until(2030)}), risk.InForce, true},
		"one of its periods has ended":      {consent("active", ehrdesk.Beside{Element: "deny", Concept: cpr, Values: until(2030)}, ehrdesk.Beside{Element: "permit", Concept: concept("", "", "Fluids"), Values: until(2024)}), risk.InForce, true},
		"a period of nothing has ended":     {consent("active", ehrdesk.Beside{Element: "provision", Values: until(2024)}), risk.Over, false},
		"inactive":                          {consent("inactive"), risk.Over, false},
		"rejected":                          {consent("rejected"), risk.Over, false},
		"proposed":                          {consent("proposed"), risk.Over, false},
		"entered in error":                  {consent(ehrdesk.EnteredInError), 0, false},
		"a status that nobody knows":        {consent("unknown"), risk.Unclear, false},
		"no status, as old records have it": {consent(""), risk.InForce, true},
	} {
		if state, refused := verdict(c.r); state != c.state || refused != c.refused {
			t.Errorf("%s: state %d, refused %t; want %d, %t", name, state, refused, c.state, c.refused)
		}
	}
	altered := ehrdesk.Facts{Categories: []ehrdesk.Concept{concept(categories, "dnr", "")}, Altered: true}
	r := consent("active")
	if r.Packed = altered.Pack(); of(r).Refused || of(r).Directive == nil {
		t.Error("one whose meaning may be altered is told as a refusal, or dropped")
	}
}

// Observations, orders and flags say it in their own elements.
func TestARefusalIsReadFromAnswersOrdersAndFlags(t *testing.T) {
	answer := func(title string, v ehrdesk.Value) ehrdesk.Record {
		r := on(ehrdesk.KindObservation, "Observation", "o", title, 5)
		f := ehrdesk.Facts{Code: ehrdesk.Concept{Text: title}, Results: []ehrdesk.Result{{Value: v}}}
		r.Status, r.Packed = "final", f.Pack()
		return r
	}
	is := func(words string) ehrdesk.Value {
		return ehrdesk.Value{Kind: ehrdesk.IsConcept, Concept: ehrdesk.Concept{Text: words}}
	}
	truth := func(s string) ehrdesk.Value { return ehrdesk.Value{Kind: ehrdesk.IsTruth, Text: s} }
	order := func(title string, flag ehrdesk.Flag) ehrdesk.Record {
		r := on(ehrdesk.KindReferral, "ServiceRequest", "s", title, 5)
		r.Flag = flag
		return r
	}
	flag := func(y int) ehrdesk.Record {
		r := on(ehrdesk.KindNote, "Flag", "f", "DNACPR", 900)
		f := ehrdesk.Facts{Code: ehrdesk.Concept{Text: "DNACPR"}, Times: []ehrdesk.Timed{{Name: "period", From: ehrdesk.Day(2019, 1, 1), Until: ehrdesk.Day(y, 1, 1)}}}
		r.Packed = f.Pack()
		return r
	}
	for name, c := range map[string]struct {
		r       ehrdesk.Record
		state   risk.State
		refused bool
	}{
		"status: not for resuscitation":    {answer("Resuscitation status", is("Not for resuscitation")), risk.InForce, true},
		"status: for full resuscitation":   {answer("Resuscitation status", is("For full resuscitation")), risk.Absent, false},
		"status: something":                {answer("Resuscitation status", is("see form")), risk.Unclear, false},
		"code status: DNR":                 {answer("Code status", is("DNR")), risk.InForce, true},
		"an order is in place: true":       {answer("Do Not Resuscitate order is in place", truth("true")), risk.InForce, true},
		"an order is in place: false":      {answer("Do Not Resuscitate order is in place", truth("false")), risk.Absent, false},
		"an advance directive: yes":        {answer("Advance directive", is("Yes")), risk.InForce, false},
		"an advance directive: no":         {answer("Advance directive", is("No")), risk.Absent, false},
		"minutes of a resuscitation":       {answer("CPR duration", ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: "12"}}), 0, false},
		"an order not to resuscitate":      {order("Cardiopulmonary resuscitation", ehrdesk.FlagDoNot), risk.InForce, true},
		"an order of a refusal":            {order("Do not resuscitate", ""), risk.InForce, true},
		"an order not to refuse":           {order("Do not resuscitate", ehrdesk.FlagDoNot), risk.Unclear, false},
		"an order for fluids":              {order("Crystalloid for resuscitation", ""), 0, false},
		"a flag whose period has ended":    {flag(2024), risk.Over, false},
		"a flag whose period runs":         {flag(2030), risk.InForce, true},
		"no advance directive":             {on(ehrdesk.KindNote, "DocumentReference", "d", "No advance directive on file", 3), risk.Absent, false},
		"a refusal that was taken back":    {on(ehrdesk.KindNote, "DocumentReference", "d", "DNACPR rescinded", 3), risk.Unclear, false},
		"a refusal, whatever is in it too": {on(ehrdesk.KindNote, "DocumentReference", "d", "DNACPR form; no advance directive", 3), risk.Unclear, false},
	} {
		if state, refused := verdict(c.r); state != c.state || refused != c.refused {
			t.Errorf("%s: state %d, refused %t; want %d, %t", name, state, refused, c.state, c.refused)
		}
	}
}

// Who says that there is none after a refusal contradicts it: nobody is told of a refusal
// as certain, and it is not dropped. A refusal after that stands.
func TestTheNewerWordOnResuscitationCounts(t *testing.T) {
	note := func(id, title string, days int) ehrdesk.Record {
		return on(ehrdesk.KindNote, "DocumentReference", id, title, days)
	}
	got := of(note("n", "For full resuscitation", 10), note("d", "DNACPR", 400))
	if got.Refused || got.Directive == nil || got.Directives.None == nil || got.Directives.Told[0].State != risk.Unclear {
		t.Errorf("%+v", got.Directives)
	}
	got = of(note("d", "DNACPR", 10), note("n", "For full resuscitation", 400))
	if !got.Refused || got.Directives.None != nil {
		t.Errorf("%+v", got.Directives)
	}
}

// Whatever a consent of this category says: it is told, counted or said to be none, and never
// a refusal that is not in force.
func TestNoDirectiveIsDropped(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var besides []ehrdesk.Beside
		for range rapid.IntRange(0, 3).Draw(rt, "provisions") {
			b := ehrdesk.Beside{Element: rapid.SampledFrom([]string{"deny", "permit", "provision"}).Draw(rt, "type"),
				Concept: rapid.SampledFrom([]ehrdesk.Concept{{}, concept(sct, "304253006", ""), concept(sct, "304252001", ""), concept("", "", "Fluids"), concept("", "", "CPR")}).Draw(rt, "code")}
			if rapid.Bool().Draw(rt, "period") {
				b.Values = until(rapid.SampledFrom([]int{2020, 2030}).Draw(rt, "end"))
			}
			besides = append(besides, b)
		}
		status := rapid.SampledFrom([]string{"active", "inactive", "rejected", "", "unknown"}).Draw(rt, "status")
		r := consent(status, besides...)
		state, refused := verdict(r)
		if state == 0 {
			rt.Fatal("it is dropped")
		}
		if refused && (state != risk.InForce || status == "inactive" || status == "rejected" || status == "unknown") {
			rt.Fatalf("a refusal, %q, state %d", status, state)
		}
	})
}
