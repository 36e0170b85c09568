package ehrdesk

import "github.com/ehrdesk/ehrdesk/internal/tables"

// Specialty is what a provider offers, as the directory has it.
type Specialty struct {
	Code   string            // a word, "cardiology"
	SNOMED string            // SNOMED CT
	Name   map[string]string // by language: "en", "zh-Hant", "zh-Hans"
}

// SystemSpecialty is the system of a specialty's code.
const SystemSpecialty = "urn:example:hk:specialty"

// Specialties are all there are, by their codes.
func Specialties() (out []Specialty) {
	for _, f := range tables.Specialties() {
		out = append(out, Specialty{f[0], f[1], map[string]string{"en": f[2], "zh-Hant": f[3], "zh-Hans": f[4]}})
	}
	return out
}

// SpecialtyOf is a specialty by its code; false for one that the table does not have.
func SpecialtyOf(code string) (Specialty, bool) {
	for _, s := range Specialties() {
		if s.Code == code {
			return s, true
		}
	}
	return Specialty{}, false
}
