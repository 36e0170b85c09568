package terms

import (
	"slices"
	"strings"
	"sync"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/tables"
)

// Course is whether a disease lasts.
type Course uint8

// The courses.
const (
	Unsaid  Course = iota // no table says
	Lasting               // until somebody says that it is over
	Passing               // by itself
)

type courseRow struct {
	course             Course
	names, icd10, icpc []string
}

var courses = sync.OnceValue(func() (out []courseRow) {
	var all shelf
	for _, f := range tables.Courses() {
		row := courseRow{course: Lasting, names: all.list(f[1]), icd10: all.list(f[2]), icpc: all.list(f[3])}
		if f[0] == "passing" {
			row.course = Passing
		}
		out = append(out, row)
	}
	return out
})

// CourseOf is the course of a disease by its code, and where no code says by its name.
func CourseOf(c *ehrdesk.Concept) Course {
	for i := range c.Codings {
		k := &c.Codings[i]
		icd, icpc := short[k.System] == "icd10", IsICPC(k.System)
		if !icd && !icpc {
			continue
		}
		for _, row := range courses() {
			if icd && slices.ContainsFunc(row.icd10, func(p string) bool { return strings.HasPrefix(strings.ToUpper(k.Code), p) }) || icpc && slices.Contains(row.icpc, strings.ToUpper(k.Code)) {
				return row.course
			}
		}
	}
	t := Diseases().Of(c)
	if t == nil {
		t = bilingual(c.Words())
	}
	if t == nil {
		return Unsaid
	}
	for _, row := range courses() {
		if slices.Contains(row.names, t.English) {
			return row.course
		}
	}
	return Unsaid
}

// bilingual is the disease of a name that stands in English and in Chinese, one behind the
// other: by either, nil where neither is known or they are two.
func bilingual(name string) *Term {
	at := strings.IndexFunc(name, func(r rune) bool { return r >= 0x3400 && r <= 0x9fff })
	if at < 0 {
		return nil
	}
	a, b := Diseases().Named(strings.Trim(name[:at], " (")), Diseases().Named(strings.Trim(name[at:], " )"))
	switch {
	case a == nil:
		return b
	case b == nil || a == b:
		return a
	}
	return nil
}

// IsICPC reports the code system of the International Classification of Primary Care.
func IsICPC(system string) bool {
	return system == "http://hl7.org/fhir/sid/icpc-2" || system == "http://hl7.org/fhir/sid/icpc-1"
}

// Groups are the ICD-10 and ICPC groups that a concept's codes stand in: the first three
// characters, by which two diagnoses are taken for one problem.
func Groups(c *ehrdesk.Concept) (out []string) {
	for i := range c.Codings {
		k := &c.Codings[i]
		switch code := strings.ToUpper(k.Code); {
		case len(code) < 3:
		case short[k.System] == "icd10":
			out = append(out, "icd10:"+code[:3])
		case IsICPC(k.System):
			out = append(out, "icpc:"+code[:3])
		}
	}
	return out
}
