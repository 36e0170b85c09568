package ehrdesk

import (
	"slices"
	"strings"
	"sync"

	"github.com/ehrdesk/ehrdesk/internal/tables"
)

// RecordType is one of the eleven kinds of record eHealth shares, in the order
// its booklet prints them. The zero value is no type.
type RecordType uint8

// The eleven sharable types ("Getting to Know eHealth", sharable scope).
const (
	Demographics RecordType = iota + 1
	Encounters
	LaboratoryRadiology
	ObservationLifestyle
	AllergyADR
	ClinicalNote
	OtherInvestigation
	MedicalCertificate
	DiagnosisProcedureMedication
	BirthImmunisation
	Referral
)

// RecordTypes lists all eleven in order.
func RecordTypes() []RecordType {
	out := make([]RecordType, 0, 11)
	for t := Demographics; t <= Referral; t++ {
		out = append(out, t)
	}
	return out
}

var typeSlugs = [...]string{
	Demographics: "demographics", Encounters: "encounter", LaboratoryRadiology: "laboratory-radiology",
	ObservationLifestyle: "observation-lifestyle", AllergyADR: "allergy", ClinicalNote: "note",
	OtherInvestigation: "other-investigation", MedicalCertificate: "certificate",
	DiagnosisProcedureMedication: "diagnosis-procedure-medication", BirthImmunisation: "birth-immunisation",
	Referral: "referral",
}

// String is the type's name on the command line: "laboratory-radiology".
func (t RecordType) String() string {
	if t < Demographics || t > Referral {
		return ""
	}
	return typeSlugs[t]
}

// ParseRecordType reads the command line's name. Errors: CodeInvalid.
func ParseRecordType(s string) (RecordType, error) {
	for t := Demographics; t <= Referral; t++ {
		if typeSlugs[t] == s {
			return t, nil
		}
	}
	return 0, Errorf("record-type", CodeInvalid, "no such record type")
}

// MarshalText and UnmarshalText use the command line's name.
func (t RecordType) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads the command line's name.
func (t *RecordType) UnmarshalText(b []byte) error {
	v, err := ParseRecordType(string(b))
	*t = v
	return err
}

// Kind is the finer list that access rights are written in: some types hold two
// or three kinds that one profession may see apart. Source: eHealth role-based
// access control page; the medical certificate came later.
type Kind uint8

// The kinds, by the order of the type they belong to.
const (
	KindPersonal Kind = iota + 1
	KindEncounter
	KindLaboratory
	KindRadiology
	KindObservation
	KindAllergy
	KindNote
	KindOtherInvestigation
	KindCertificate
	KindDiagnosis
	KindProcedure
	KindMedication
	KindBirth
	KindImmunisation
	KindReferral
)

var kindTypes = [...]RecordType{
	KindPersonal: Demographics, KindEncounter: Encounters, KindLaboratory: LaboratoryRadiology,
	KindRadiology: LaboratoryRadiology, KindObservation: ObservationLifestyle, KindAllergy: AllergyADR,
	KindNote: ClinicalNote, KindOtherInvestigation: OtherInvestigation, KindCertificate: MedicalCertificate,
	KindDiagnosis: DiagnosisProcedureMedication, KindProcedure: DiagnosisProcedureMedication,
	KindMedication: DiagnosisProcedureMedication, KindBirth: BirthImmunisation,
	KindImmunisation: BirthImmunisation, KindReferral: Referral,
}

var kindSlugs = [...]string{
	KindPersonal: "personal", KindEncounter: "encounter", KindLaboratory: "laboratory", KindRadiology: "radiology",
	KindObservation: "observation", KindAllergy: "allergy", KindNote: "note",
	KindOtherInvestigation: "other-investigation", KindCertificate: "certificate", KindDiagnosis: "diagnosis",
	KindProcedure: "procedure", KindMedication: "medication", KindBirth: "birth",
	KindImmunisation: "immunisation", KindReferral: "referral",
}

// Kinds lists all kinds in order.
func Kinds() []Kind {
	out := make([]Kind, 0, 15)
	for k := KindPersonal; k <= KindReferral; k++ {
		out = append(out, k)
	}
	return out
}

// Type is the one record type the kind belongs to; 0 for no kind.
func (k Kind) Type() RecordType {
	if k < KindPersonal || k > KindReferral {
		return 0
	}
	return kindTypes[k]
}

// String is the kind's name in the tables: "radiology".
func (k Kind) String() string {
	if k < KindPersonal || k > KindReferral {
		return ""
	}
	return kindSlugs[k]
}

// ParseKind reads the name used in the tables. Errors: CodeInvalid.
func ParseKind(s string) (Kind, error) {
	for k := KindPersonal; k <= KindReferral; k++ {
		if kindSlugs[k] == s {
			return k, nil
		}
	}
	return 0, Errorf("kind", CodeInvalid, "no such kind of record")
}

// ParseKinds are the kinds that names stand for, a kind or a type with all its
// kinds each: in their order, each once. Errors: CodeInvalid for a name of neither.
func ParseKinds(names ...string) ([]Kind, error) {
	var out []Kind
	for _, name := range names {
		t, err := ParseRecordType(name)
		if err != nil {
			t = 0
		}
		k, err := ParseKind(name)
		if err != nil && t == 0 {
			return nil, Errorf("kind", CodeInvalid, "no such type or kind of record: the kinds are %s", strings.Join(kindSlugs[KindPersonal:], ", "))
		}
		for _, other := range Kinds() {
			if other == k || other.Type() == t {
				out = append(out, other)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// Placement is where a resource goes: its Kind, and whether it is a linked
// resource (an organisation, a practitioner, a drug product) that records refer
// to. Sharable is false for what lies outside eHealth's scope.
type Placement struct {
	Kind     Kind
	Linked   bool
	Sharable bool
}

type placementRow struct {
	field, value string
	place        Placement
}

// placements is the parsed table: rows by resource type, each list ending with
// the rows for any resource.
var placements = sync.OnceValue(func() map[string][]placementRow {
	out := map[string][]placementRow{}
	for _, f := range tables.Placement() {
		row := placementRow{field: f[1], value: strings.ToLower(f[2])}
		kind, linked := strings.CutPrefix(f[3], "linked:")
		if f[3] != "none" {
			k, err := ParseKind(kind)
			if err != nil {
				panic("placement.csv: " + f[3]) // our own file; the test reads every row
			}
			row.place = Placement{Kind: k, Linked: linked, Sharable: true}
		}
		out[f[0]] = append(out[f[0]], row)
	}
	return out
})

// KindsOf are the kinds that resources of a type may be of, the linked ones' too; none of
// what lies outside eHealth's scope.
func KindsOf(resource string) (out []Kind) {
	table := placements()
	for _, name := range [2]string{resource, "*"} {
		for _, row := range table[name] {
			if row.place.Sharable && !slices.Contains(out, row.place.Kind) {
				out = append(out, row.place.Kind)
			}
			if row.field == "*" {
				return out
			}
		}
	}
	return out
}

// Place decides where a FHIR R4 resource goes. categories are the codes of its
// category, class and type categories, codes those of its code or type.
// Every resource has one place: what no row names is a clinical note, under its
// own name, so that nothing is ever dropped.
func Place(resource string, categories, codes []string) Placement {
	table := placements()
	for _, name := range [2]string{resource, "*"} {
		for _, row := range table[name] {
			switch row.field {
			case "*":
				return row.place
			case "category":
				if matches(row.value, categories) {
					return row.place
				}
			case "code":
				if matches(row.value, codes) {
					return row.place
				}
			}
		}
	}
	return Placement{Kind: KindNote, Sharable: true}
}

func matches(value string, codes []string) bool {
	for _, c := range codes {
		if value == "*" || strings.EqualFold(c, value) {
			return true
		}
	}
	return false
}
