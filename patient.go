package ehrdesk

import (
	"fmt"
	"strings"
	"time"
)

// Gender is FHIR's administrative gender.
type Gender string

// The administrative genders of FHIR R4.
const (
	Male    Gender = "male"
	Female  Gender = "female"
	Other   Gender = "other"
	Unknown Gender = "unknown"
)

// Name is a person's name as registered. Text stands alone where a source gave
// only one string.
type Name struct {
	Family  string
	Given   string
	Title   string
	Suffix  string
	Chinese string
	Text    string
	// Former and FormerChinese: only a name the person no longer bears is known.
	Former, FormerChinese bool
}

// Banner is "CHAN, Tai Man 陳大文 (Mr)": family name first and in capitals, the
// Chinese name whole, the title in brackets; never cut. Source: NHS CUI patient
// banner PAB-0001 to 0076, with the Hong Kong form of design.md.
func (n Name) Banner() string {
	var b strings.Builder
	switch {
	case n.Family != "" && n.Given != "":
		b.WriteString(strings.ToUpper(n.Family) + ", " + n.Given)
	case n.Family != "":
		b.WriteString(strings.ToUpper(n.Family))
	case n.Given != "":
		b.WriteString(n.Given)
	default:
		b.WriteString(n.Text)
	}
	if n.Chinese != "" {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(n.Chinese)
	}
	if n.Title != "" {
		b.WriteString(" (" + n.Title + ")")
	}
	return b.String()
}

// Patient is the identity and the demographic data of one person, without a
// word of clinical content.
type Patient struct {
	ID        string // logical id at the centre
	EHR       EHRNumber
	HKIC      HKIC       // zero where the person holds none
	Documents []Document // other identity documents
	Name      Name
	Gender    Gender
	Born      When
	Deceased  bool
	Died      When // zero where only the fact is recorded
	Merged    bool // this record was merged into another, which is the one to use
	MergedTo  Ref  // that other, where it is named
	Inactive  bool // Patient.active is false
	Phone     string
	Email     string
	Address   string
	Language  string // BCP 47, the language notices are sent in
}

// Number is what the patient is looked up by: HKIC before eHR number before
// other documents.
func (p Patient) Number() Number {
	switch {
	case !p.HKIC.IsZero():
		return Number{HKIC: p.HKIC}
	case !p.EHR.IsZero():
		return Number{EHR: p.EHR}
	case len(p.Documents) > 0:
		return Number{Document: p.Documents[0]}
	default:
		return Number{}
	}
}

// Age is the age at a moment in the units clinicians expect: minutes under two
// hours, hours under two days, days under four weeks, weeks and days under a
// year, months and days under two, years and months under eighteen, then years.
// Empty where the birth date is not recorded to the day. Source: NHS CUI, date
// of birth and age, table 7.
func (p Patient) Age(at time.Time) string {
	if p.Deceased && !p.Died.IsZero() {
		at = p.Died.Time
	}
	if p.Born.Precision < ToDay {
		return ""
	}
	return age(p.Born, at)
}

// Years is the age in whole years at a moment, -1 where it is not known.
func (p Patient) Years(at time.Time) int {
	if p.Born.Precision < ToDay || at.Before(p.Born.Time) {
		return -1
	}
	y, _, _ := calendar(p.Born.Time, at)
	return y
}

func age(born When, at time.Time) string {
	at = at.In(born.Time.Location())
	if born.Precision == ToDay { // a bare date is the clock's own day, in whatever zone the clock is
		at = time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, born.Time.Location())
	}
	if at.Before(born.Time) {
		return ""
	}
	d := at.Sub(born.Time)
	days := int(d.Hours() / 24)
	y, m, rest := calendar(born.Time, at)
	switch {
	case d < 2*time.Hour && born.Precision > ToDay:
		return fmt.Sprintf("%dmin", int(d.Minutes()))
	case d < 48*time.Hour && born.Precision > ToDay:
		return fmt.Sprintf("%dhrs", int(d.Hours()))
	case days < 28:
		return fmt.Sprintf("%dd", days)
	case y < 1:
		return fmt.Sprintf("%dw %dd", days/7, days%7)
	case y < 2:
		return fmt.Sprintf("%dm %dd", 12*y+m, rest)
	case y < 18:
		return fmt.Sprintf("%dy %dm", y, m)
	default:
		return fmt.Sprintf("%dy", y)
	}
}

// calendar splits the span from a to b into whole years, months and days.
func calendar(a, b time.Time) (y, m, d int) {
	y, m, d = b.Year()-a.Year(), int(b.Month()-a.Month()), b.Day()-a.Day()
	if d < 0 {
		m--
		d += time.Date(b.Year(), b.Month(), 0, 0, 0, 0, 0, time.UTC).Day()
	}
	if m < 0 {
		y--
		m += 12
	}
	return y, m, d
}
