package fhir

import (
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

// TestAStatusDecidesWhereverItStands: on every coding, by its system, as a bare
// code, in words alone; what takes a record back decides before anything else.
func TestAStatusDecidesWhereverItStands(t *testing.T) {
	const clinical = `"clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]}`
	const ver = `"system":"http://terminology.hl7.org/CodeSystem/condition-ver-status",`
	for members, want := range map[string]string{
		clinical: "active",
		clinical + `,"verificationStatus":{"coding":[{` + ver + `"code":"entered-in-error"}]}`:                                                      "entered-in-error",
		clinical + `,"verificationStatus":{"coding":[{` + ver + `"code":"refuted"}]}`:                                                               "refuted",
		clinical + `,"verificationStatus":{"coding":[{` + ver + `"code":"differential"}]}`:                                                          "active",
		clinical + `,"verificationStatus":"refuted"`:                                                                                                "refuted",
		clinical + `,"verificationStatus":["refuted"]`:                                                                                              "refuted",
		clinical + `,"verificationStatus":{"coding":{"code":"refuted"}}`:                                                                            "refuted",
		clinical + `,"verificationStatus":{"code":"refuted"}`:                                                                                       "refuted",
		clinical + `,"verificationStatus":{"text":"Entered in error"}`:                                                                              "entered-in-error",
		clinical + `,"verificationStatus":{"text":"Refuted"}`:                                                                                       "refuted",
		clinical + `,"verificationStatus":{"coding":[{"code":"Entered-In-Error"}]}`:                                                                 "entered-in-error",
		clinical + `,"verificationStatus":{"coding":[{` + ver + `"code":"confirmed"},{` + ver + `"code":"refuted"}]}`:                               "refuted",
		clinical + `,"verificationStatus":[{"coding":[{"code":"confirmed"}]},{"coding":[{"code":"entered-in-error"}]}]`:                             "entered-in-error",
		clinical + `,"verificationStatus":{"coding":[{` + ver + `"code":"confirmed"}],"text":"Entered in error"}`:                                   "entered-in-error",
		clinical + `,"verificationStatus":{"coding":[{"system":"http://snomed.info/sct","code":"723511001","display":"Refuted"}],"text":"so said"}`: "refuted",
		clinical + `,"verificationStatus":{"coding":[{"system":"urn:local","code":"refuted"}],"text":"for the register"}`:                           "active",
		`"clinicalStatus":{"text":"Resolved"}`:                                                                                                      "resolved",
		`"clinicalStatus":{"text":"Resolved in 2012"}`:                                                                                              "Resolved in 2012",
		`"clinicalStatus":{"coding":[{"display":"In remission"}]}`:                                                                                  "In remission",
		`"clinicalStatus":{"coding":[{"system":"urn:local","code":"A"},{"code":"remission"}]}`:                                                      "remission",
		`"clinicalStatus":{"coding":[{"system":"urn:local","code":"ACT"}],"text":"Active"}`:                                                         "active",
		`"clinicalStatus":{"coding":[{"display":"?"},{"code":"inactive"}]}`:                                                                         "inactive",
		`"verificationStatus":{"coding":[{"code":"provisional"}]}`:                                                                                  "",
		`"status":"final"`: "final",
		`"status":"entered-in-error","docStatus":"final"`:   "entered-in-error",
		`"status":"current","docStatus":"entered-in-error"`: "entered-in-error",
		`"status":"current","docStatus":"preliminary"`:      "current",
		`"docStatus":"amended"`:                             "amended",
		`"lifecycleStatus":"on-hold"`:                       "on-hold",
		`"lifecycleStatus":"active","status":null`:          "active",
		`"status":["entered-in-error"]`:                     "entered-in-error",
		`"status":7`:                                        "",
		`"statusReason":{"text":"entered in error"}`:        "", // why it is as it is, and not what it is
	} {
		if rec, _ := readAs(t, "Condition", members); rec.Status != want || rec.Void() != (want == ehrdesk.EnteredInError) {
			t.Errorf("%s: %q, want %q", members, rec.Status, want)
		}
	}
}

func TestEveryStatusElementIsKeptWithItsElement(t *testing.T) {
	_, f := readAs(t, "MedicationRequest", `"intent":"proposal","priority":"urgent","statusReason":[{"text":"kidneys"},{"coding":[{"code":"altchoice"}]}],"doNotPerform":true,"status":"on-hold"`)
	want := []struct {
		e ehrdesk.StateElement
		s string
	}{{ehrdesk.StateStatus, "on-hold"}, {ehrdesk.StateIntent, "proposal"}, {ehrdesk.StatePriority, "urgent"}, {ehrdesk.StateReason, "kidneys"}, {ehrdesk.StateReason, "altchoice"}}
	if len(f.States) != len(want) || !f.Forbids {
		t.Fatalf("%+v", f.States)
	}
	for i, w := range want {
		if f.States[i].Element != w.e || f.States[i].Concept.Words() != w.s {
			t.Errorf("%+v, want %v", f.States[i], w)
		}
	}
	for members, want := range map[string]ehrdesk.StateElement{
		`"docStatus":"amended"`:                                    ehrdesk.StateDocument,
		`"lifecycleStatus":"planned"`:                              ehrdesk.StateLifecycle,
		`"achievementStatus":{"coding":[{"code":"improving"}]}`:    ehrdesk.StateBusiness,
		`"businessStatus":{"text":"waiting for the specimen"}`:     ehrdesk.StateBusiness,
		`"statusReasonCodeableConcept":{"text":"out of stock"}`:    ehrdesk.StateReason,
		`"isSubpotent":true`:                                       ehrdesk.StateSubpotent,
		`"isSubpotent":false`:                                      ehrdesk.StateSubpotent,
		`"subpotentReason":[{"text":"cold chain"}]`:                ehrdesk.StateSubpotentReason,
		`"availability":"OFFLINE"`:                                 ehrdesk.StateAvailable,
		`"verificationStatus":{"coding":[{"code":"provisional"}]}`: ehrdesk.StateVerification,
	} {
		_, f := readAs(t, "Basic", members)
		if len(f.States) != 1 || f.States[0].Element != want {
			t.Errorf("%s: %+v", members, f.States)
		}
	}
}

// TestWhatForbidsIsMarked: a request not to do something is no request to do it.
func TestWhatForbidsIsMarked(t *testing.T) {
	for members, want := range map[string]ehrdesk.Flag{`"doNotPerform":true`: ehrdesk.FlagDoNot, `"doNotPerform":false`: "", `"doNotPerform":null`: ""} {
		if rec, _ := readAs(t, "ServiceRequest", members); rec.Flag != want {
			t.Errorf("%s: %q", members, rec.Flag)
		}
	}
}
