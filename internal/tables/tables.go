// Package tables holds the rules that are lists: where a kind of resource goes, what a
// profession may see, which identity documents there are, who may give consent for
// whom. Whoever changes a rule changes a line. It imports nothing of ours; the root
// package gives the lines their meaning.
package tables

import (
	_ "embed" // the tables
	"strings"
)

// The tables, as their files are.
var (
	//go:embed access.csv
	access string
	//go:embed documents.csv
	documents string
	//go:embed givers.csv
	givers string
	//go:embed establishments.csv
	establishments string
	//go:embed placement.csv
	placement string
	//go:embed details.csv
	details string
	//go:embed substances.csv
	substances string
	//go:embed analytes.csv
	analytes string
	//go:embed diseases.csv
	diseases string
	//go:embed hanzi.csv
	hanzi string
	//go:embed institutions.csv
	institutions string
	//go:embed holidays.csv
	holidays string
	//go:embed followups.csv
	followups string
	//go:embed courses.csv
	courses string
	//go:embed repeats.csv
	repeats string
	//go:embed imaging.csv
	imaging string
	//go:embed vaccines.csv
	vaccines string
	//go:embed specialties.csv
	specialties string
	//go:embed referrals.csv
	referrals string
	//go:embed reports.csv
	reports string
)

// Access is a head, the kinds of record, and a row for each profession.
func Access() (head []string, rows [][]string) { return split(access) }

// Documents are code, English, Chinese, whether an issuer is needed, whether the number
// is an HKIC's.
func Documents() [][]string { return body(documents) }

// Givers are kind, rank under 16, rank from 16, whether the patient must have no other,
// whether it needs a declaration.
func Givers() [][]string { return body(givers) }

// Placement is resource type, field, value and place.
func Placement() [][]string { return body(placement) }

// Details are resource type, the elements that stand first in a record that is opened,
// and those that stand last; semicolons part them.
func Details() [][]string { return body(details) }

// Substances, Analytes and Diseases are English, 繁體中文, 简体中文, group, codes with
// their system before them ("loinc:4548-4") and other names; semicolons part several.
func Substances() [][]string { return body(substances) }

// Analytes are what laboratories and observations measure.
func Analytes() [][]string { return body(analytes) }

// Diseases are diseases and findings.
func Diseases() [][]string { return body(diseases) }

// Hanzi is a character as Simplified Chinese writes it, and the Traditional forms and
// variants of it, end to end. Source: OpenCC's tables of characters.
func Hanzi() [][]string { return body(hanzi) }

// Institutions are the letters that doctors call a hospital by, its name in English and in
// 繁體中文.
func Institutions() [][]string { return body(institutions) }

// Establishments is what a provider shows to register, by its kind: kind, establishment, document, name.
func Establishments() [][]string { return body(establishments) }

// Specialties are what a provider offers: code, SNOMED CT, English, 繁體中文, 简体中文.
func Specialties() [][]string { return body(specialties) }

// Referrals are which specialty a letter is suggested for: specialty, urgency, words, source; semicolons part several words.
func Referrals() [][]string { return body(referrals) }

// Reports is the table of which reports have somebody look at them, as its file is.
func Reports() string { return reports }

// Holidays are the general holidays of Hong Kong beside the Sundays, years whole: YYYY-MM-DD, English, 繁體中文.
func Holidays() [][]string { return body(holidays) }

// FollowUps are what is followed up, by priority: after how many days, for how many days more, and by whose rule.
func FollowUps() [][]string { return body(followups) }

// Courses are diseases that last and that pass: lasting or passing, names as the table of diseases has them, the beginnings
// of ICD-10 codes, ICPC codes, source; semicolons part several.
func Courses() [][]string { return body(courses) }

// Repeats are the days within which a second order of one test is named: what, days, source.
func Repeats() [][]string { return body(repeats) }

// Imaging are examinations by what they are made with, and Vaccines what a dose protects against: English, 繁體中文,
// 简体中文, group, codes and other names, as the tables of tests and drugs.
func Imaging() [][]string { return body(imaging) }

// Vaccines are what doses protect against.
func Vaccines() [][]string { return body(vaccines) }

func body(table string) [][]string {
	_, rows := split(table)
	return rows
}

// split reads a table: '#' starts a comment line, the first row names the columns,
// fields are separated by commas and hold none.
func split(table string) (head []string, rows [][]string) {
	rows = make([][]string, 0, strings.Count(table, "\n"))
	for line := range strings.Lines(table) {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, ",")
		for i := range f {
			f[i] = strings.TrimSpace(f[i])
		}
		if head == nil {
			head = f
			continue
		}
		rows = append(rows, f)
	}
	return head, rows
}
