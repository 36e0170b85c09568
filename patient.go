package ehrdesk

import (
	"fmt"
	"slices"
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

// Banner is "CHAN, Tai Man Jr 陳大文 (Mr)": family name first and in capitals,
// the Chinese name whole, the title in brackets; never cut. A name the person no
// longer bears says so. Source: NHS CUI patient banner PAB-0001 to 0076, with the
// Hong Kong form of design.md.
func (n Name) Banner() string { return n.BannerIn("formerly %s") }

// BannerIn is Banner with its words for a former name, "前稱 %s".
func (n Name) BannerIn(formerly string) string {
	latin, chinese := n.Latin(), n.Chinese
	both := n.Former && n.FormerChinese && latin != "" && chinese != ""
	if n.Former && latin != "" && !both {
		latin = fmt.Sprintf(formerly, latin)
	}
	if n.FormerChinese && chinese != "" && !both {
		chinese = fmt.Sprintf(formerly, chinese)
	}
	s := latin
	if s != "" && chinese != "" {
		s += " "
	}
	if s += chinese; both {
		s = fmt.Sprintf(formerly, s)
	}
	if n.Title != "" {
		s += " (" + n.Title + ")"
	}
	return s
}

// Latin is the name in letters, "CHAN, Tai Man Jr", or the one string that a
// source gave.
func (n Name) Latin() string {
	s := n.Text
	switch {
	case n.Family != "" && n.Given != "":
		s = strings.ToUpper(n.Family) + ", " + n.Given
	case n.Family != "":
		s = strings.ToUpper(n.Family)
	case n.Given != "":
		s = n.Given
	}
	if n.Suffix != "" && s != "" {
		s += " " + n.Suffix
	}
	return s
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
	Altered   bool // an extension stands in it that may turn its meaning round
	Phone     string
	Email     string
	Address   string
	Language  string // BCP 47, the language notices are sent in
}

// NamedByNumber reports a record whose logical id is a number of the person's, however it is written, or
// reads as an HKIC whose check digit is right: that is one of somebody's. Ids stand in addresses.
func (p Patient) NamedByNumber() bool {
	numbers := []string{p.EHR.Compact(), p.HKIC.Compact()}
	for _, d := range p.Documents {
		numbers = append(numbers, d.Number)
	}
	h, err := ParseHKIC(p.ID)
	if err == nil || !h.IsZero() && h == p.HKIC { // without its check digit it may be a serial number
		return true
	}
	id := squeeze(p.ID)
	return slices.ContainsFunc(numbers, func(n string) bool { return n != "" && squeeze(n) == id })
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

// PatientOf is somebody of whom the number alone is known.
func PatientOf(n Number) (p Patient) {
	p.HKIC, p.EHR = n.HKIC, n.EHR
	if n.Document.Number != "" {
		p.Documents = []Document{n.Document}
	}
	return p
}

// Age is the age at a moment, or at death, in the units clinicians expect: minutes
// under two hours, hours under two days, days under four weeks, weeks and days
// under a year, months and days under two, years and months under eighteen, then
// years. Where only the year or month of a death is recorded the age can be one of
// two: "80 or 81". Empty where the birth date is not recorded to the day, or no
// date of the death is. Source: NHS CUI, date of birth and age, table 7.
func (p Patient) Age(at time.Time) string {
	switch {
	case p.Born.Precision < ToDay, p.Deceased && p.Died.IsZero():
		return ""
	case !p.Deceased:
		return age(p.Born, at)
	case p.Died.Precision >= ToDay:
		return age(p.Born, p.Died.Time)
	}
	first, last := p.Died.span()
	if last.Before(p.Born.Time) {
		return ""
	}
	low := 0 // a death before the birth is none: a birth in the same year makes it 0
	if !first.Before(p.Born.Time) {
		low, _, _ = calendar(p.Born.Time, first)
	}
	high, _, _ := calendar(p.Born.Time, last)
	if low == high {
		return fmt.Sprintf("%dy", low)
	}
	return fmt.Sprintf("%d or %d", low, high)
}

// span is the first and last day that a date recorded to the year or month can be.
func (w When) span() (first, last time.Time) {
	y, m, _ := w.Time.Date()
	if w.Precision == ToYear {
		return time.Date(y, time.January, 1, 0, 0, 0, 0, time.UTC), time.Date(y, time.December, 31, 0, 0, 0, 0, time.UTC)
	}
	return time.Date(y, m, 1, 0, 0, 0, 0, time.UTC), time.Date(y, m+1, 0, 0, 0, 0, 0, time.UTC)
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
	if born.Precision == ToDay { // a bare date is the clock's own day, in whatever zone the clock is
		at = time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, born.Time.Location())
	}
	at = at.In(born.Time.Location())
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

// calendar splits the span from day a to day b into whole years, months and
// days, none of them negative. A month that ends before the day of a has passed
// with its last day: from 31 January to 1 March are a month and a day.
func calendar(a, b time.Time) (y, m, d int) {
	months := 12*(b.Year()-a.Year()) + int(b.Month()-a.Month())
	if b.Day() < a.Day() {
		months--
	}
	last := time.Date(a.Year(), a.Month()+time.Month(months)+1, 0, 0, 0, 0, 0, time.UTC)
	from := time.Date(last.Year(), last.Month(), min(a.Day(), last.Day()), 0, 0, 0, 0, time.UTC)
	to := time.Date(b.Year(), b.Month(), b.Day(), 0, 0, 0, 0, time.UTC)
	return months / 12, months % 12, int(to.Sub(from).Hours() / 24)
}
