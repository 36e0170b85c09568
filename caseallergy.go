package ehrdesk

import (
	"slices"
	"time"
)

// CaseAllergy is an allergy or an adverse reaction that somebody saw or heard of, as they tell it to the patient's other clinicians. It
// is no record: whoever reads it may make one of it, in their own name.
type CaseAllergy struct {
	Substance string           `json:"substance"`       // in words
	Codes     []string         `json:"codes,omitempty"` // what the desk's table of substances has for it, "atc:J01DB04"
	Kind      string           `json:"kind"`            // FHIR AllergyIntolerance.type: allergy or intolerance
	Category  string           `json:"category"`        // medication, food, environment or biologic
	Risk      string           `json:"risk"`            // low, high or unable-to-assess
	Reaction  string           `json:"reaction"`
	Severity  string           `json:"severity,omitempty"` // mild, moderate or severe
	Certainty AllergyCertainty `json:"certainty"`
	Seen      string           `json:"seen"` // who saw it, as they are called, or from whom it is known
	At        time.Time        `json:"at,omitzero"`
}

// AllergyCertainty is how sure it is that the substance was what the patient reacted to. Source: FHIR's codes of reaction event certainty.
type AllergyCertainty string

// The certainties.
const (
	AllergyConfirmed AllergyCertainty = "confirmed"
	AllergyLikely    AllergyCertainty = "likely"
	AllergyUnlikely  AllergyCertainty = "unlikely"
	AllergyUnknown   AllergyCertainty = "unknown"
)

// AllergyCertainties lists them, in the order to offer them.
func AllergyCertainties() []AllergyCertainty {
	return []AllergyCertainty{AllergyConfirmed, AllergyLikely, AllergyUnlikely, AllergyUnknown}
}

func (a *CaseAllergy) clean() {
	for _, s := range []*string{&a.Substance, &a.Kind, &a.Category, &a.Risk, &a.Reaction, &a.Severity, &a.Seen} {
		*s = CleanLine(*s)
	}
	for i := range a.Codes {
		a.Codes[i] = CleanLine(a.Codes[i])
	}
}

// Check says what is missing. Errors: CodeInvalid.
func (a *CaseAllergy) Check() error {
	const op = "case.allergy"
	wrong := func(why string) error { return Errorf(op, CodeInvalid, "%s", why) }
	const mostCodes = 20
	switch {
	case a.Substance == "" || !shortLine(a.Substance) || len(a.Codes) > mostCodes || slices.ContainsFunc(a.Codes, func(c string) bool { return !shortLine(c) }):
		return wrong("an allergy is of a substance")
	case a.Reaction == "" || !shortLine(a.Reaction):
		return wrong("what the patient reacted with is missing")
	case a.Seen == "" || !shortLine(a.Seen):
		return wrong("who saw it, or from whom it is known, is missing")
	case !slices.Contains([]string{"allergy", "intolerance"}, a.Kind):
		return wrong("kind is allergy or intolerance")
	case !slices.Contains([]string{"medication", "food", "environment", "biologic"}, a.Category):
		return wrong("category is medication, food, environment or biologic")
	case !slices.Contains([]string{"low", "high", "unable-to-assess"}, a.Risk):
		return wrong("risk is low, high or unable-to-assess")
	case a.Severity != "" && !slices.Contains([]string{"mild", "moderate", "severe"}, a.Severity):
		return wrong("severity is mild, moderate or severe")
	case !slices.Contains(AllergyCertainties(), a.Certainty):
		return wrong("certainty is confirmed, likely, unlikely or unknown")
	}
	return nil
}
