package ips

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// Lesson is what of a chart's records is given for teaching: coded and measured, placed in days. It has no name, number, date, place,
// person or id. It is not anonymous: who knows the course of somebody's illness may know whom it is of.
type Lesson struct {
	Sex     ehrdesk.Gender
	AgeBand string // of ten years at the origin, "90+" from 90 on, "" where it is not known
	Records []LessonRecord
	Marked  int // records whose free text stands in it, as somebody marked them by hand
	LeftOut int // records without anything that could be given
}

// LessonRecord is one record of it.
type LessonRecord struct {
	Day      *int // from the day of the earliest record; nil where the record has none
	Type     ehrdesk.RecordType
	Resource string
	Status   string
	Codes    []ehrdesk.Coding // of systems that everybody uses, without words
	Values   []LessonValue
	Text     string // what it is called, where it was marked
}

// LessonValue is one value: a number with its unit, or codes.
type LessonValue struct {
	Of         []ehrdesk.Coding // which part of the record, of a record of several
	Comparator string
	Number     string // as written
	Unit       string // a code of UCUM
	Codes      []ehrdesk.Coding
	Flag       ehrdesk.Flag
}

// Teach gives what of a chart's records can be given; marked names those whose words were read by somebody and may stand.
func Teach(p ehrdesk.Patient, list func(ehrdesk.RecordType) []ehrdesk.Record, marked map[string]bool) Lesson {
	var all []ehrdesk.Record
	seen := map[ehrdesk.Ref]bool{}
	for _, t := range ehrdesk.RecordTypes() {
		if t == ehrdesk.Demographics {
			continue
		}
		for _, r := range list(t) {
			if leaves(&r) && !r.Linked && r.Resource != "Patient" && r.Resource != "Provenance" && !seen[r.Ref()] {
				seen[r.Ref()] = true
				all = append(all, r)
			}
		}
	}
	origin := time.Time{}
	for i := range all {
		if d := all[i].Date; !d.IsZero() && (origin.IsZero() || d.Begins().Before(origin)) {
			origin = d.Begins()
		}
	}
	out := Lesson{Sex: p.Gender, AgeBand: band(p.Born, origin)}
	for i := range all {
		r := lesson(&all[i], origin)
		if marked[all[i].Ref().String()] {
			r.Text = all[i].Title
			out.Marked++
		}
		if len(r.Codes) == 0 && len(r.Values) == 0 && r.Text == "" {
			out.LeftOut++
			continue
		}
		out.Records = append(out.Records, r)
	}
	slices.SortStableFunc(out.Records, compareLessons)
	return out
}

// compareLessons orders records by day and then by what they say: no order of ids shows through.
func compareLessons(a, b LessonRecord) int {
	day := func(r LessonRecord) int {
		if r.Day == nil {
			return -1
		}
		return *r.Day
	}
	if d := day(a) - day(b); d != 0 {
		return d
	}
	key := func(r LessonRecord) string {
		s := r.Resource
		for _, c := range r.Codes {
			s += "\x00" + c.System + "\x00" + c.Code
		}
		for _, v := range r.Values {
			s += "\x00" + v.Number
		}
		return s
	}
	return strings.Compare(key(a), key(b))
}

// band is an age in tens of years.
func band(born ehrdesk.When, at time.Time) string {
	if born.IsZero() || at.IsZero() || at.Before(born.Time) {
		return ""
	}
	years := at.Year() - born.Time.Year()
	if at.Month() < born.Time.Month() || at.Month() == born.Time.Month() && at.Day() < born.Time.Day() {
		years--
	}
	if years = max(0, years); years >= 90 {
		return "90+"
	}
	ten := years / 10 * 10
	return strconv.Itoa(ten) + "-" + strconv.Itoa(ten+9)
}

func lesson(r *ehrdesk.Record, origin time.Time) LessonRecord {
	f := r.Facts()
	out := LessonRecord{Type: r.Type(), Resource: r.Resource, Codes: codes(&f.Code)}
	if plainStatus(r.Status) {
		out.Status = r.Status
	}
	if !r.Date.IsZero() && !origin.IsZero() {
		day := int(r.Date.Begins().Sub(origin).Hours() / 24)
		out.Day = &day
	}
	for i := range f.Results {
		v, ok := lessonValue(&f.Results[i])
		if ok {
			out.Values = append(out.Values, v)
		}
	}
	return out
}

func lessonValue(res *ehrdesk.Result) (v LessonValue, ok bool) {
	v = LessonValue{Of: codes(&res.Code), Flag: res.Flag}
	switch q := &res.Value.Low; {
	case res.Value.Kind == ehrdesk.IsQuantity && plainNumber(q.Number):
		v.Number, v.Comparator = q.Number, comparator(q.Comparator)
		if v.Unit = knownUnit(q.Code); v.Unit == "" {
			v.Unit = knownUnit(q.Unit)
		}
		return v, v.Unit != "" || q.Code == "" && q.Unit == "" // a number without the unit that it has says another thing
	case res.Value.Kind == ehrdesk.IsNumber && plainNumber(q.Number):
		v.Number = q.Number
		return v, true
	case res.Value.Kind == ehrdesk.IsConcept:
		v.Codes = codes(&res.Value.Concept)
		return v, len(v.Codes) > 0
	case res.Value.Kind == ehrdesk.IsTruth && (res.Value.Text == "true" || res.Value.Text == "false"):
		v.Number = res.Value.Text
		return v, true
	}
	return v, false
}

func comparator(s string) string {
	if slices.Contains([]string{"<", "<=", ">=", ">"}, s) {
		return s
	}
	return ""
}

// everybodys are code systems that tell nothing of who uses them, each with the form of its codes: a hospital's own system would name the
// hospital, and what has another form than a code's could be a number of somebody.
var everybodys = sync.OnceValue(func() map[string]*regexp.Regexp {
	digits, icd := regexp.MustCompile(`^[0-9]{1,8}$`), regexp.MustCompile(`^[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?$`)
	return map[string]*regexp.Regexp{
		"http://loinc.org": regexp.MustCompile(`^(LA|LP)?[0-9]{1,7}-[0-9]$`), "http://snomed.info/sct": regexp.MustCompile(`^[1-9][0-9]{5,17}$`),
		"http://hl7.org/fhir/sid/icd-10": icd, "http://hl7.org/fhir/sid/icd-10-cm": icd, "http://hl7.org/fhir/sid/icd-9-cm": regexp.MustCompile(`^[EV]?[0-9]{2,3}(\.[0-9]{1,2})?$`),
		"http://hl7.org/fhir/sid/icpc-2": regexp.MustCompile(`^[A-Z][0-9]{2}$`), "http://www.whocc.no/atc": regexp.MustCompile(`^[A-Z][0-9]{2}([A-Z]{1,2}([0-9]{2})?)?$`),
		"http://www.nlm.nih.gov/research/umls/rxnorm": digits, "http://hl7.org/fhir/sid/cvx": regexp.MustCompile(`^[0-9]{1,3}$`), absentUnknown: regexp.MustCompile(`^[a-z-]+$`),
	}
})

// codes are a concept's codes without words.
func codes(c *ehrdesk.Concept) (out []ehrdesk.Coding) {
	for _, k := range c.Codings {
		if form := everybodys()[k.System]; form != nil && form.MatchString(k.Code) {
			out = append(out, ehrdesk.Coding{System: k.System, Code: k.Code})
		}
	}
	return out
}

func only(s, alphabet string, most int) bool {
	return s != "" && len(s) <= most && strings.Trim(s, alphabet) == "" && strings.IndexFunc(s, func(r rune) bool { return !strings.ContainsRune(alphabet, r) }) < 0
}

// plainStatus reports a status of FHIR's: a word.
func plainStatus(s string) bool { return only(s, "abcdefghijklmnopqrstuvwxyz-", 20) }

func plainNumber(s string) bool { return only(s, "0123456789.-+eE", 20) }

// knownUnit is a unit that many use, "" for any other: a unit is free text to whoever writes one.
func knownUnit(s string) string {
	for u := range strings.FieldsSeq("% ‰ 1 /min /d /uL /[HPF] /[LPF] {score} {beats}/min {breaths}/min beats/min bpm mmHg mm[Hg] kPa cm[H2O] kg g mg ug µg μg mcg ng pg [lb_av] lb cm m mm [in_i] in um L mL dL fL uL mL/min mL/min/{1.73_m2} mL/min/1.73m2 " +
		"L/min Cel °C [degF] kg/m2 kg/m² m2 mol/L mmol/L umol/L µmol/L μmol/L nmol/L pmol/L mg/L mg/dL g/L g/dL g/mL ug/L µg/L ug/mL ug/dL ng/L ng/mL ng/dL pg/mL pg IU/L U/L IU/mL mIU/L mU/L uIU/mL m[IU]/L k[IU]/L [IU]/L [iU]/L u[IU]/mL kU/L " +
		"10*9/L 10^9/L x10^9/L 10*12/L 10^12/L x10^12/L 10*3/uL 10*6/uL 10*3/mm3 mmol/mol mg/mmol mg/g mg/mmol{creat} ug/mg mOsm/kg mosm/kg mm/h mm/hr s min h d wk mo a ms %{saturation} {ratio} {INR} mEq/L meq/L g/(24.h) mg/(24.h) mg/24h g/24h dB dpt {#} {count} IU U [IU]") {
		if s == u {
			return u
		}
	}
	return ""
}
