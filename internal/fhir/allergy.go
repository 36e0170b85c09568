package fhir

import (
	"cmp"
	"slices"

	"github.com/ehrdesk/ehrdesk"
)

const (
	systemSNOMED = "http://snomed.info/sct"
	oidSNOMED    = "urn:oid:2.16.840.1.113883.6.96"
	systemIPS    = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"
)

// noneKnown are the codes that say there is no known allergy, or none of a scope:
// SNOMED CT's 716186003 with those below it and the older 160244002, and the
// IPS'.
var noneKnown = [...]string{
	"716186003", "160244002", // no known allergy
	"409137002",              // drug
	"429625007",              // food
	"428607008",              // environment
	"716220001", "428197003", // animal, insect
	"716184000", "1003774007", // latex, and of Hevea brasiliensis
	"no-known-allergies", "no-known-medication-allergies", "no-known-food-allergies", "no-known-environmental-allergies",
}

// noInformation are the codes that say nothing is known either way.
var noInformation = [...]string{"no-allergy-info", "1631000175102", "787923006"}

// allergyFlag says whether an allergy record is one: an assertion of none, coded
// or in words alone, a statement that nothing is known, an entry that nobody has
// confirmed. A record that names what happened, or to what, is an allergy whatever
// its code.
func allergyFlag(f *ehrdesk.Facts) ehrdesk.Flag {
	if !slices.ContainsFunc(f.Reactions, happened) {
		switch saidByCode(f) {
		case noneKnownSaid:
			return ehrdesk.FlagNoneKnown
		case nothingKnown:
			return ehrdesk.FlagNoInformation
		case aboutSomething:
		}
		named := slices.ContainsFunc(f.Code.Codings, func(k ehrdesk.Coding) bool {
			return k.Display != "" && said(k.Display) == aboutSomething || ofSubstance(k)
		})
		switch said(f.Code.Words()) {
		case noneKnownSaid:
			if !named {
				return ehrdesk.FlagNoneText
			}
		case nothingKnown:
			if !named {
				return ehrdesk.FlagNoInformation
			}
		case aboutSomething:
		}
	}
	if Unconfirmed(f) {
		return ehrdesk.FlagUnconfirmed
	}
	return ehrdesk.FlagNone
}

// Unconfirmed reports an allergy, or an assertion of none, that nobody has
// confirmed. FHIR DSTU2 says so in its status.
func Unconfirmed(f *ehrdesk.Facts) bool {
	for _, e := range [...]ehrdesk.StateElement{ehrdesk.StateVerification, ehrdesk.StateStatus} {
		v, _ := f.State(e)
		for _, code := range v.Codes() {
			switch code {
			case "unconfirmed", "provisional", "presumed":
				return true
			}
		}
	}
	return false
}

// substances are the code systems of substances, drugs and findings whose codes
// without a display are known to say something.
var substances = [...]string{systemSNOMED, oidSNOMED, "http://www.nlm.nih.gov/research/umls/rxnorm", "http://www.whocc.no/atc", "http://fdasis.nlm.nih.gov",
	"http://hl7.org/fhir/sid/ndc", "http://hl7.org/fhir/ndfrt"}

// ofSubstance reports a code of such a system that is no assertion of none.
func ofSubstance(k ehrdesk.Coding) bool {
	return k.Code != "" && k.Display == "" && slices.Contains(substances[:], k.System) && !slices.Contains(noneKnown[:], k.Code) && !slices.Contains(noInformation[:], k.Code)
}

// substance settles what an allergy is to. Words that say there is none, beside
// what is named or what happened, are no substance: they are kept beside it.
func (rd *reading) substance(f *ehrdesk.Facts) {
	if !f.Code.IsZero() && said(f.Code.Words()) != aboutSomething {
		switch allergyFlag(f) {
		case ehrdesk.FlagNoneKnown, ehrdesk.FlagNoneText, ehrdesk.FlagNoInformation:
			return
		default:
		}
		code := f.Code
		f.Code = ehrdesk.Concept{}
		for _, k := range code.Codings {
			if names(k.Display) || ofSubstance(k) {
				f.Code = ehrdesk.Concept{Text: cmp.Or(k.Display, k.Code), Codings: code.Codings}
				break
			}
		}
		rd.addBeside(f, ehrdesk.Beside{Element: ehrdesk.BesideAlso, Concept: ehrdesk.Concept{Text: code.Words()}})
	}
	for _, x := range f.Reactions {
		if f.Code.IsZero() {
			f.Code = x.Substance
		}
	}
}

// happened reports a reaction that names what it was to, or what it was.
func happened(x ehrdesk.Reaction) bool {
	some := func(words string) bool { return words != "" && said(words) == aboutSomething }
	return some(x.Substance.Words()) || some(x.Text) || slices.ContainsFunc(x.Manifestations, func(c ehrdesk.Concept) bool { return some(c.Words()) })
}
