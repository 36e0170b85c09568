// Package ips makes an International Patient Summary (HL7 IPS 2.0.0: a FHIR R4 document) of a chart's records, and reads one that
// a patient brings. It promises that an entry is the record's own bytes, whose id, version and references alone are rewritten; that
// nothing restricted stands in it, nor what was entered in error; that a section without records says that nothing is known or that
// something is held back, and never that there is none, unless a record says so; and that the document says itself what was left
// out. It has no clock.
package ips

import (
	"cmp"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/medication"
	"github.com/ehrdesk/ehrdesk/internal/clinical/risk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/standing"
	"github.com/ehrdesk/ehrdesk/internal/clinical/summary"
)

// Chart is what a summary is selected from: the lists of a chart, newest first, and how each kind stands.
type Chart struct {
	List func(ehrdesk.RecordType) []ehrdesk.Record
	In   standing.In
}

// Empty is why a section has no record.
type Empty uint8

// The reasons. None is of a section with records, also of one whose record says that there is none.
const (
	NotEmpty Empty = iota
	Unknown        // nothing is recorded: nobody knows whether there is any
	Withheld       // records there may be are held back, or could not be had
)

// Section is one of a summary: what it is, and the records that stand in it, in their order.
type Section struct {
	Code    string // LOINC
	Title   string
	Records []ehrdesk.Record
	Empty   Empty
	Partly  bool // records of its kinds are left out
}

// required are the sections that every summary has. Source: HL7 IPS 2.0.0, Composition-uv-ips.
const (
	codeProblems     = "11450-4"
	codeAllergies    = "48765-2"
	codeMedications  = "10160-0"
	codeImmunised    = "11369-6"
	codeResults      = "30954-2"
	codeProcedures   = "47519-4"
	codeVitals       = "8716-3"
	codePastProblems = "11348-0"
	codePlan         = "18776-5"
	codeDirectives   = "42348-3"
	codeSocial       = "29762-2"
)

// How much of a long life stands in a section, and how far back results go that nobody flags.
const (
	mostOf       = 100
	resultsSince = 366 * 24 * time.Hour
)

// Select says what a summary of a chart has: what is current, by internal/clinical/summary, in the order of IPS.
func Select(c Chart, now time.Time) []Section {
	s := summary.Of(c.List, now)
	pick := picker{c}
	all := []Section{
		pick.section(codeProblems, "Problems", conditions(&s), ehrdesk.KindDiagnosis),
		pick.section(codeAllergies, "Allergies and intolerances", allergies(c.List(ehrdesk.AllergyADR)), ehrdesk.KindAllergy),
		pick.section(codeMedications, "Medication", drugs(&s), ehrdesk.KindMedication),
		pick.section(codeImmunised, "Immunisations", resources(c.List(ehrdesk.BirthImmunisation), "Immunization"), ehrdesk.KindImmunisation),
		pick.section(codeResults, "Results", results(c, &s, now), ehrdesk.KindLaboratory, ehrdesk.KindRadiology),
		pick.section(codeProcedures, "Procedures", resources(c.List(ehrdesk.DiagnosisProcedureMedication), "Procedure"), ehrdesk.KindProcedure),
		pick.section(codeVitals, "Vital signs", vitals(&s), ehrdesk.KindObservation),
		pick.section(codePastProblems, "Past illness", pastProblems(c, &s), ehrdesk.KindDiagnosis),
		pick.section(codePlan, "Plan", plan(c, &s), ehrdesk.KindEncounter, ehrdesk.KindReferral),
		pick.section(codeDirectives, "Advance directives", directives(c, now), ehrdesk.KindNote),
		pick.section(codeSocial, "Social history", social(c.List(ehrdesk.ObservationLifestyle)), ehrdesk.KindObservation),
	}
	return slices.DeleteFunc(all, func(s Section) bool { return len(s.Records) == 0 && !required(s.Code) })
}

func required(code string) bool {
	return code == codeProblems || code == codeAllergies || code == codeMedications
}

type picker struct{ chart Chart }

// section is a section of what may leave, of the kinds that it has records of.
func (p picker) section(code, title string, records []ehrdesk.Record, kinds ...ehrdesk.Kind) Section {
	s := Section{Code: code, Title: title}
	seen := map[ehrdesk.Ref]bool{}
	for i := range records {
		if r := &records[i]; leaves(r) && !seen[r.Ref()] && len(s.Records) < mostOf {
			seen[r.Ref()] = true
			s.Records = append(s.Records, *r)
		}
	}
	for _, k := range kinds {
		s.Partly = s.Partly || standing.Of(k, p.chart.In) != standing.Seen
	}
	if s.Partly && required(code) && !slices.ContainsFunc(s.Records, func(r ehrdesk.Record) bool { return !saysNone(&r) }) {
		s.Records = nil // that there is none cannot stand where some may be held back
	}
	switch {
	case len(s.Records) > 0:
	case s.Partly:
		s.Empty = Withheld
	default:
		s.Empty = Unknown
	}
	return s
}

// leaves reports a record that may stand in a summary: what was released to one person for a short time does not go on.
func leaves(r *ehrdesk.Record) bool { return !r.Restricted && !r.Released && !r.Void() }

// saysNone reports a record that says that there is none of a kind, or that nothing is known.
func saysNone(r *ehrdesk.Record) bool {
	if slices.Contains([]ehrdesk.Flag{ehrdesk.FlagNoneKnown, ehrdesk.FlagNoneText, ehrdesk.FlagNoInformation}, r.Flag) {
		return true
	}
	f := r.Facts()
	return slices.ContainsFunc(f.Code.Codings, func(c ehrdesk.Coding) bool { return c.System == absentUnknown })
}

// absentUnknown is IPS' code system of statements that there is nothing, or that nothing is known.
const absentUnknown = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"

func conditions(s *summary.Sections) (out []ehrdesk.Record) {
	for i := range s.Problems {
		out = append(out, s.Problems[i].Record)
	}
	if s.NoProblems != nil {
		out = append(out, s.NoProblems.Record)
	}
	return out
}

// allergies are those that stand, and where there is none what somebody says of that.
func allergies(all []ehrdesk.Record) (out []ehrdesk.Record) {
	var none []ehrdesk.Record
	for i := range all {
		switch r := &all[i]; {
		case r.Resource != "AllergyIntolerance" || r.Linked || r.Status == "refuted":
		case saysNone(r):
			none = append(none, *r)
		default:
			out = append(out, *r)
		}
	}
	if !slices.ContainsFunc(out, func(r ehrdesk.Record) bool { return leaves(&r) }) {
		return none
	}
	return out
}

func drugs(s *summary.Sections) (out []ehrdesk.Record) {
	for i := range s.Drugs {
		out = append(out, drugRecords(&s.Drugs[i])...)
	}
	if len(out) == 0 && s.NoDrugs != nil {
		out = append(out, *s.NoDrugs.Record)
	}
	return out
}

func drugRecords(d *medication.Drug) (out []ehrdesk.Record) {
	if d.Lead != nil {
		out = append(out, *d.Lead)
	}
	for _, r := range d.Also {
		out = append(out, *r)
	}
	return out
}

func resources(all []ehrdesk.Record, kind string) (out []ehrdesk.Record) {
	for i := range all {
		if all[i].Resource == kind && !all[i].Linked {
			out = append(out, all[i])
		}
	}
	return out
}

// results are what is abnormal or moves, and of the last year the newest of each test.
func results(c Chart, s *summary.Sections, now time.Time) (out []ehrdesk.Record) {
	for i := range s.Results {
		out = append(out, *s.Results[i].Series.Last().Record)
	}
	var rest []ehrdesk.Record
	had := map[string]bool{}
	for _, r := range c.List(ehrdesk.LaboratoryRadiology) {
		switch r.Resource {
		case "Observation", "DiagnosticReport":
			if key := r.Resource + r.Title; leaves(&r) && !r.Linked && !had[key] && !r.Date.IsZero() && now.Sub(r.Date.Time) < resultsSince {
				had[key] = true
				rest = append(rest, r)
			}
		}
	}
	return append(out, rest...)
}

func vitals(s *summary.Sections) (out []ehrdesk.Record) {
	if s.Vitals.Pressure != nil {
		out = append(out, s.Vitals.Pressure.Record)
	}
	for i := range s.Vitals.Series {
		out = append(out, *s.Vitals.Series[i].Last().Record)
	}
	return out
}

// pastProblems are diagnoses that say themselves that they are over, the newest of each name.
func pastProblems(c Chart, s *summary.Sections) (out []ehrdesk.Record) {
	had := map[string]bool{}
	for i := range s.Problems {
		had[s.Problems[i].Record.Title] = true
	}
	for _, r := range c.List(ehrdesk.DiagnosisProcedureMedication) {
		if r.Resource == "Condition" && !r.Linked && (r.Status == "resolved" || r.Status == "inactive") && !had[r.Title] {
			had[r.Title] = true
			out = append(out, r)
		}
	}
	return out
}

// plan is what is planned, booked and referred.
func plan(c Chart, s *summary.Sections) (out []ehrdesk.Record) {
	for _, t := range ehrdesk.RecordTypes() {
		out = append(out, resources(c.List(t), "CarePlan")...)
	}
	for i := range s.Coming {
		out = append(out, s.Coming[i].Record)
	}
	for i := range s.Referrals {
		out = append(out, s.Referrals[i].Record)
	}
	return out
}

func directives(c Chart, now time.Time) (out []ehrdesk.Record) {
	found := risk.DirectivesOf(c.List, now)
	for i := range found.Told {
		out = append(out, found.Told[i].Record)
	}
	return out
}

// social is the newest of each observation of somebody's way of life.
func social(all []ehrdesk.Record) (out []ehrdesk.Record) {
	had := map[string]bool{}
	for i := range all {
		r := &all[i]
		if r.Resource != "Observation" || r.Linked || !leaves(r) || had[r.Title] {
			continue
		}
		f := r.Facts()
		if slices.ContainsFunc(f.Categories, func(c ehrdesk.Concept) bool {
			return c.Has("social-history", "http://terminology.hl7.org/CodeSystem/observation-category")
		}) {
			had[r.Title] = true
			out = append(out, *r)
		}
	}
	slices.SortStableFunc(out, func(a, b ehrdesk.Record) int { return cmp.Or(b.Date.Compare(a.Date)) })
	return out
}

// LeftOut are the kinds of which not all is there, with why, in their order: what a summary says of itself.
func LeftOut(in standing.In) (out []Lack) {
	for k := ehrdesk.KindPersonal; k <= ehrdesk.KindReferral; k++ {
		if s := standing.Of(k, in); s != standing.Seen {
			out = append(out, Lack{k, s})
		}
	}
	return out
}

// Lack is a kind of which not all is there.
type Lack struct {
	Kind ehrdesk.Kind
	Why  standing.Standing
}
