package summary

import (
	"slices"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// Vaccine is what a dose protects against, of those that an adult is asked for.
type Vaccine string

// The vaccines.
const (
	Tetanus      Vaccine = "tetanus"
	Influenza    Vaccine = "influenza"
	Pneumococcal Vaccine = "pneumococcal disease"
)

// adult and older are the ages, in years, from which a summary says that a vaccine is
// not on record: tetanus, and influenza and pneumococcal disease. They are general
// knowledge and wait for a physician's sign-off.
const (
	adult = 18
	older = 65
)

// Unrecorded are the vaccines of which no dose is among the records, for a patient of
// that age. It says nothing of whether one was given, nor whether one is due; none where
// the age is not known, and where a dose is of a vaccine that cannot be told.
func Unrecorded(all []ehrdesk.Record, born ehrdesk.When, now time.Time) (out []Vaccine) {
	want := asked(born, now)
	for i := range all {
		r := &all[i]
		if len(want) == 0 {
			return nil
		}
		if r.Resource != "Immunization" || r.Linked || r.Void() || r.Status == "not-done" {
			continue
		}
		if r.Restricted {
			return nil
		}
		f := r.Facts()
		had, told := against(&f.Code, r.Title)
		if !told {
			return nil
		}
		want = slices.DeleteFunc(want, func(v Vaccine) bool { return slices.Contains(had, v) })
	}
	return want
}

// asked are the vaccines that somebody born then is asked for.
func asked(born ehrdesk.When, now time.Time) []Vaccine {
	if born.IsZero() {
		return nil
	}
	at := func(years int) bool { return !born.Time.AddDate(years, 0, 0).After(now) }
	switch {
	case at(older):
		return []Vaccine{Tetanus, Influenza, Pneumococcal}
	case at(adult):
		return []Vaccine{Tetanus}
	}
	return nil
}

// kind is how the doses of a vaccine are known: the beginning of an ATC code, a code of
// CVX or of SNOMED CT, a word of the name.
type kind struct {
	vaccine    Vaccine
	atc        []string
	cvx, sct   []string
	words, not []string // of a name in lower case; one with a word of not is another thing
	whole      []string // short names, which count as a word by themselves
}

var serum = []string{"immunoglobulin", "immune globulin", "antitoxin", "免疫球蛋白", "抗毒素"}

// Sources: WHO ATC index 2026, J07; CDC, CVX code set; SNOMED CT, vaccine products.
var kinds = []kind{
	{Tetanus, []string{"J07AM", "J07AJ51", "J07AJ52", "J07CA01", "J07CA02", "J07CA03", "J07CA05", "J07CA06", "J07CA07", "J07CA09", "J07CA11", "J07CA12", "J07CA13"},
		[]string{"01", "09", "20", "22", "28", "35", "50", "102", "106", "107", "110", "112", "113", "115", "120", "130", "132", "138", "139", "142", "146", "170", "195", "196", "198"},
		[]string{"333621002", "863911006"}, []string{"tetanus", "破傷風", "破伤风", "tetanic", "boostrix", "adacel", "infanrix", "pentaxim", "hexaxim", "pediacel"}, serum,
		[]string{"td", "tt", "tdap", "tdap-ipv", "dtap", "dtap-ipv", "dtp", "dpt", "dt", "dtwp", "dtap-ipv-hib"}},
	{Influenza, []string{"J07BB"},
		[]string{"15", "16", "88", "111", "135", "140", "141", "144", "149", "150", "151", "153", "155", "158", "161", "166", "168", "171", "185", "186", "194", "197", "200", "201", "202", "205"},
		[]string{"46233009"}, []string{"influenza", "流感", "流行性感冒", "fluarix", "vaxigrip", "fluzone"}, append([]string{"influenzae", "流感嗜血", "h5n1", "h7n9"}, serum...), []string{"flu"}},
	{Pneumococcal, []string{"J07AL"}, []string{"33", "100", "109", "133", "152", "177", "215", "216"}, []string{"333598008"},
		[]string{"pneumococc", "streptococcus pneumoniae", "肺炎球菌", "肺炎鏈球菌", "肺炎链球菌", "prevenar", "prevnar", "pneumovax", "synflorix", "vaxneuvance"}, serum,
		[]string{"pcv", "pcv7", "pcv10", "pcv13", "pcv15", "pcv20", "ppsv23", "ppv23", "23vppv"}},
}

// The code systems of vaccines.
const (
	atc = "http://www.whocc.no/atc"
	cvx = "http://hl7.org/fhir/sid/cvx"
	sct = "http://snomed.info/sct"
)

// against tells what a dose protects against; told is false where neither a code with a
// known system nor a word says what it was.
func against(c *ehrdesk.Concept, title string) (had []Vaccine, told bool) {
	names := []string{c.Text}
	if !slices.ContainsFunc(c.Codings, func(k ehrdesk.Coding) bool { return k.Code == title }) { // a code is no name
		names = append(names, title)
	}
	for i := range c.Codings {
		k := &c.Codings[i]
		names = append(names, k.Display)
		told = told || k.Code != "" && (k.System == atc || k.System == cvx)
	}
	words := strings.ToLower(strings.Join(names, " \n "))
	alone := strings.FieldsFunc(words, func(r rune) bool { return r < 0x80 && r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') })
	told = told || len(alone) > 0
	has := func(list []string) bool {
		return slices.ContainsFunc(list, func(w string) bool { return strings.Contains(words, w) })
	}
	for i := range kinds {
		k := &kinds[i]
		coded := slices.ContainsFunc(c.Codings, func(g ehrdesk.Coding) bool {
			switch g.System {
			case atc:
				return slices.ContainsFunc(k.atc, func(p string) bool { return strings.HasPrefix(strings.ToUpper(g.Code), p) })
			case cvx:
				return slices.Contains(k.cvx, g.Code)
			case sct:
				return slices.Contains(k.sct, g.Code)
			}
			return false
		})
		short := slices.ContainsFunc(alone, func(w string) bool { return slices.Contains(k.whole, w) })
		if coded || (has(k.words) || short) && !has(k.not) {
			had = append(had, k.vaccine)
		}
	}
	return had, told
}
