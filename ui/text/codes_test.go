package text

import (
	"strings"
	"testing"
)

// statusSets are the required value sets of R4 that decide how a record stands, whole.
var statusSets = map[string]string{
	"allergyintolerance-clinical": "active inactive resolved",
	"condition-clinical":          "active recurrence relapse inactive remission resolved",
	"observation-status":          "registered preliminary final amended corrected cancelled entered-in-error unknown",
	"diagnostic-report-status":    "registered partial preliminary final amended corrected appended cancelled entered-in-error unknown",
	"medicationrequest-status":    "active on-hold cancelled completed entered-in-error stopped draft unknown",
	"medication-statement-status": "active completed entered-in-error intended stopped on-hold unknown not-taken",
	"medicationdispense-status":   "preparation in-progress cancelled on-hold completed entered-in-error stopped declined unknown",
	"medication-admin-status":     "in-progress not-done on-hold completed entered-in-error stopped unknown",
	"medication-status":           "active inactive entered-in-error",
	"immunization-status":         "completed entered-in-error not-done",
	"event-status":                "preparation in-progress not-done on-hold stopped completed entered-in-error unknown",
	"request-status":              "draft active on-hold revoked completed entered-in-error unknown",
	"encounter-status":            "planned arrived triaged in-progress onleave finished cancelled entered-in-error unknown",
	"episode-of-care-status":      "planned waitlist active onhold finished cancelled entered-in-error",
	"appointmentstatus":           "proposed pending booked arrived fulfilled cancelled noshow entered-in-error checked-in waitlist",
	"participationstatus":         "accepted declined tentative needs-action",
	"document-reference-status":   "current superseded entered-in-error",
	"composition-status":          "preliminary final amended entered-in-error",
	"task-status":                 "draft requested received accepted rejected ready cancelled in-progress on-hold failed completed entered-in-error",
	"goal-status":                 "proposed planned accepted active on-hold completed cancelled entered-in-error rejected",
	"goal-achievement":            "in-progress improving worsening no-change achieved sustaining not-achieved no-progress not-attainable",
	"consent-state-codes":         "draft proposed active rejected inactive entered-in-error",
	"device-status":               "active inactive entered-in-error unknown",
	"device-status-reason":        "online paused standby offline not-ready transduc-discon hw-discon off",
	"device-statement-status":     "active completed entered-in-error intended stopped on-hold",
	"specimen-status":             "available unavailable unsatisfactory entered-in-error",
	"imagingstudy-status":         "registered available cancelled entered-in-error unknown",
	"questionnaire-answers":       "in-progress completed amended entered-in-error stopped",
	"flag-status":                 "active inactive entered-in-error",
	"list-status":                 "current retired entered-in-error",
	"history-status":              "partial completed entered-in-error health-unknown",
	"clinicalimpression-status":   "in-progress completed entered-in-error",
	"publication-status":          "draft active retired unknown",
	"slotstatus":                  "busy free busy-unavailable busy-tentative entered-in-error",
	"care-team-status":            "proposed active suspended inactive entered-in-error",
	"supplydelivery-status":       "in-progress completed abandoned entered-in-error",
	"supplyrequest-status":        "draft active suspended cancelled completed entered-in-error unknown",
	"substance-status":            "active inactive entered-in-error",
	"location-status":             "active suspended inactive",
	"invoice-status":              "draft issued balanced cancelled entered-in-error",
	"account-status":              "active inactive entered-in-error on-hold unknown",
	"fm-status":                   "active cancelled draft entered-in-error",
	"chargeitem-status":           "planned billable not-billable aborted billed entered-in-error unknown",
	"guidance-response-status":    "success data-requested data-required in-progress failure entered-in-error",
	"verificationresult-status":   "attested validated in-process req-revalid val-fail reval-fail",
	"measure-report-status":       "complete pending error",
	"endpoint-status":             "active suspended error off entered-in-error test",
	"research-subject-status":     "candidate eligible follow-up ineligible not-registered off-study on-study on-study-intervention on-study-observation pending-on-study potential-candidate screening withdrawn",
	"research-study-status":       "active administratively-completed approved closed-to-accrual closed-to-accrual-and-intervention completed disapproved in-review temporarily-closed-to-accrual temporarily-closed-to-accrual-and-intervention withdrawn",
	"product-status":              "available unavailable",
}

// Every code of R4 that decides what a record means has words of ours: one that
// has none would stand as English among Chinese.
func TestEveryCodeOfFHIRHasWords(t *testing.T) {
	f := New().Facts
	check := func(set string, table Codes, codes string) {
		t.Helper()
		for code := range strings.FieldsSeq(codes) {
			if _, ok := table[code]; !ok {
				t.Errorf("%s: %s has no words", set, code)
			}
		}
	}
	for set, codes := range statusSets {
		check(set, f.Statuses, codes)
	}
	check("allergyintolerance-verification", f.Verifications, "unconfirmed confirmed refuted entered-in-error presumed")
	check("condition-ver-status", f.Verifications, "unconfirmed provisional differential confirmed refuted entered-in-error")
	check("request-intent", f.Intents, "proposal plan directive order original-order reflex-order filler-order instance-order option")
	check("task-intent", f.Intents, "unknown")
	check("request-priority", f.Priorities, "routine urgent asap stat")
	check("v3-ActPriority", f.Priorities, "A CR CS CSP CSR EL EM P PRN R RR S T UD UR")
	check("units-of-time", f.TimeUnits, "s min h d wk mo a")
	check("units-of-time", f.ManyUnits, "s min h d wk mo a")
	check("days-of-week", f.Days, "mon tue wed thu fri sat sun")
	const events = "MORN MORN.early MORN.late NOON AFT AFT.early AFT.late EVE EVE.early EVE.late NIGHT PHS HS WAKE C CM CD CV AC ACM ACD ACV PC PCM PCD PCV"
	check("event-timing", f.Events, events)
	check("event-timing", f.AfterEvents, events)
	check("GTSAbbreviation", f.Timings, "BID TID QID AM PM QD QOD Q1H Q2H Q3H Q4H Q6H Q8H BED WK MO")
	check("data-absent-reason", f.Absent, "unknown asked-unknown temp-unknown not-asked asked-declined masked not-applicable unsupported as-text error not-a-number negative-infinity positive-infinity not-performed not-permitted")
	check("v3-NullFlavor", f.Absent, "NI UNK ASKU NAV NASK NAVU NA MSK OTH INV UNC DER NINF PINF TRC QS NP")
	check("v3-ObservationInterpretation", f.Interpretations, "CAR Carrier B D U W < > AC IE QCF TOX A AA HH LL H H> HU L L< LU N I MS NCL NS R S SDD SYN-R SYN-S VS EX HX LX HM IND E NEG ND POS DET EXP UNE NR RR WR "+
		"_GeneticObservationInterpretation _ObservationInterpretationChange _ObservationInterpretationExceptions _ObservationInterpretationNormality _ObservationInterpretationSusceptibility "+
		"ObservationInterpretationDetection ObservationInterpretationExpectation ReactivityObservationInterpretation _ObservationInterpretationProtocolInclusion")
	check("referencerange-meaning", f.RangeKinds, "type normal recommended treatment therapeutic pre post endocrine pre-puberty follicular midcycle luteal postmenopausal")
	check("observation-range-category", f.RangeKinds, "reference critical absolute")
	check("reaction-event-severity", f.Severities, "mild moderate severe")
	check("allergy-intolerance-criticality", f.Severities, "low high unable-to-assess")
	check("condition-severity", f.Severities, "24484000 6736007 255604002")
	check("dose-rate-type", f.DoseTypes, "calculated ordered")
	check("medicationrequest-status-reason", f.Details, "altchoice clarif drughigh hospadm labint non-avail preg salg sddi sdupther sintol surg washout")
	check("immunization-status-reason", f.Details, "IMMUNE MEDPREC OSTOCK PATOBJ")
	check("immunization-subpotent-reason", f.Details, "partialdose coldchainbreak recall adversestorage")
	check("administrative-gender", f.Details, "male female other unknown")
	check("name-use", f.Details, "usual official temp nickname anonymous old maiden")
	check("contact-point-system", f.Details, "phone fax email other")
	check("link-type", f.Details, "replaced-by replaces refer seealso")
}

// A table's line that is not of three or four parts would be lost unseen.
func TestNoLineOfATableIsLost(t *testing.T) {
	f := New().Facts
	for name, n := range map[string][2]int{"interpretations": {len(f.Interpretations), 57}, "events": {len(f.Events), 26}, "points": {len(f.AfterEvents), 26}, "timings": {len(f.Timings), 16}} {
		if n[0] != n[1] {
			t.Errorf("%s has %d lines, want %d", name, n[0], n[1])
		}
	}
	for code, words := range f.Statuses {
		if strings.ContainsAny(words[Hant]+words[Hans], "abcdefghijklmnopqrstuvwxyz") {
			t.Errorf("%s: English in %v", code, words)
		}
	}
}
