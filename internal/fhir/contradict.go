package fhir

import (
	"slices"
	"strings"
	"unicode"

	"github.com/ehrdesk/ehrdesk"
)

// Two codings, or a text and a coding, of one concept ought to say the same thing.
// Where they plainly do not (another strength, the other result, the other side),
// both are shown. Words that are merely different are synonyms far more often.

// contradiction is the first coding of a concept that says another thing than its
// words do, "" where none does.
func contradiction(c ehrdesk.Concept) string {
	said := c.Words()
	if said == "" {
		return ""
	}
	for _, k := range c.Codings {
		other := k.Display
		if other == "" {
			other = k.Code
		}
		if !strings.EqualFold(other, said) && (disagree(said, other) || poles(said).against(polesOfCode[k.Code])) {
			return other
		}
	}
	return ""
}

// contradictions notes a coding that contradicts what the record is called.
func (rd *reading) contradictions(f *ehrdesk.Facts) {
	if other := contradiction(f.Code); other != "" {
		rd.addBeside(f, ehrdesk.Beside{Element: ehrdesk.BesideCoded, Concept: ehrdesk.Concept{Text: other}})
	}
}

// Differs reports a drug that two places call by names of which neither can be the
// other's: not a word in common, or another strength. Names in two scripts cannot
// be compared.
func Differs(a, b string) bool {
	if a == "" || b == "" || a == b {
		return false
	}
	if disagree(a, b) {
		return true
	}
	if han(a) || han(b) {
		return false
	}
	x, y := nameWords(a), nameWords(b)
	return len(x) > 0 && len(y) > 0 && !slices.ContainsFunc(x, func(w string) bool {
		return slices.ContainsFunc(y, func(v string) bool { return strings.HasPrefix(v, w) || strings.HasPrefix(w, v) })
	})
}

// nameWords are the words of a drug's name that are no form, route or unit.
func nameWords(s string) []string {
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) })
	return slices.DeleteFunc(words, func(w string) bool { return len(w) < 4 || slices.Contains(dosageForms[:], w) })
}

var dosageForms = [...]string{"tablet", "tablets", "capsule", "capsules", "oral", "injection", "solution", "suspension", "cream", "ointment", "film", "coated", "release",
	"modified", "extended", "product", "containing", "only", "precisely", "each", "pack", "drops", "inhaler", "spray", "powder", "patch", "syrup", "unit", "units", "dose"}

func disagree(a, b string) bool {
	if poles(a).against(poles(b)) {
		return true
	}
	x, y := amounts(a), amounts(b)
	for kind, list := range x {
		if other := y[kind]; len(other) > 0 && !slices.ContainsFunc(list, func(n decimal) bool {
			return slices.ContainsFunc(other, func(m decimal) bool { return n.compare(m) == 0 })
		}) {
			return true
		}
	}
	return false
}

// pole is where words stand between opposites: 1, -1, or 0 where they say nothing
// or both.
type pole struct{ result, side int8 }

func (p pole) against(o pole) bool { return p.result*o.result < 0 || p.side*o.side < 0 }

// polesOfCode are codes that come without words often: SNOMED CT's qualifiers, and
// those of v3-ObservationInterpretation.
var polesOfCode = map[string]pole{
	"10828004": {result: 1}, "260373001": {result: 1}, "11214006": {result: 1}, "52101004": {result: 1}, "POS": {result: 1}, "DET": {result: 1}, "RR": {result: 1},
	"260385009": {result: -1}, "260415000": {result: -1}, "131194007": {result: -1}, "2667000": {result: -1}, "NEG": {result: -1}, "ND": {result: -1}, "NR": {result: -1},
	"7771000": {side: 1}, "24028007": {side: -1},
}

func poles(s string) pole {
	var plus, minus, left, right bool
	not := false
	for w := range strings.FieldsFuncSeq(s, func(r rune) bool { return !unicode.IsLetter(r) }) {
		switch {
		case is(w, "not", "non", "no"):
			not = true
			continue
		case is(w, "positive", "detected", "reactive", "present"):
			plus, minus = plus || !not, minus || not
		case is(w, "negative", "undetected", "nonreactive", "absent"):
			minus = true
		case is(w, "left"):
			left = true
		case is(w, "right"):
			right = true
		}
		not = false
	}
	if han(s) {
		plus = plus || strings.Contains(s, "陽性") || strings.Contains(s, "阳性")
		minus = minus || strings.Contains(s, "陰性") || strings.Contains(s, "阴性") || strings.Contains(s, "未檢出") || strings.Contains(s, "未检出")
		left, right = left || strings.Contains(s, "左"), right || strings.Contains(s, "右")
	}
	return pole{result: between(plus, minus), side: between(left, right)}
}

// is reports a word that is one of list, in any case.
func is(w string, list ...string) bool {
	for _, s := range list {
		if len(w) == len(s) && strings.EqualFold(w, s) {
			return true
		}
	}
	return false
}

func between(plus, minus bool) int8 {
	switch {
	case plus && !minus:
		return 1
	case minus && !plus:
		return -1
	}
	return 0
}

// amounts are the quantities that stand in words, by what they measure: masses in
// nanograms, volumes in microlitres.
func amounts(s string) map[string][]decimal {
	if strings.IndexFunc(s, arabic) < 0 {
		return nil
	}
	var out map[string][]decimal
	for rest := strings.ToLower(s); ; {
		i := strings.IndexFunc(rest, arabic)
		if i < 0 {
			return out
		}
		attached := i > 0 && (rest[i-1] >= 'a' && rest[i-1] <= 'z' || rest[i-1] == '.')
		rest = rest[i:]
		n := len(rest) - len(strings.TrimLeftFunc(rest, func(r rune) bool { return arabic(r) || r == '.' || r == ',' }))
		number := strings.ReplaceAll(strings.TrimRight(rest[:n], ".,"), ",", "")
		rest = rest[n:]
		unit := strings.TrimLeft(rest, " -\u00a0")
		end := strings.IndexFunc(unit, func(r rune) bool { return !unicode.IsLetter(r) && r != '%' })
		if end >= 0 {
			unit = unit[:end]
		}
		u, ok := units[unit]
		if !ok || attached {
			continue
		}
		if d, ok := decimalOf(number + u.shift); ok {
			if out == nil {
				out = map[string][]decimal{}
			}
			out[u.kind] = append(out[u.kind], d)
		}
	}
}

func arabic(r rune) bool { return r >= '0' && r <= '9' }

var units = map[string]struct{ kind, shift string }{
	"ng": {"mass", ""}, "mcg": {"mass", "e3"}, "ug": {"mass", "e3"}, "µg": {"mass", "e3"}, "μg": {"mass", "e3"}, "微克": {"mass", "e3"}, "microgram": {"mass", "e3"}, "micrograms": {"mass", "e3"},
	"mg": {"mass", "e6"}, "毫克": {"mass", "e6"}, "milligram": {"mass", "e6"}, "milligrams": {"mass", "e6"}, "g": {"mass", "e9"}, "克": {"mass", "e9"}, "gram": {"mass", "e9"}, "grams": {"mass", "e9"},
	"ml": {"volume", "e3"}, "毫升": {"volume", "e3"}, "l": {"volume", "e6"}, "µl": {"volume", ""}, "%": {"share", ""}, "iu": {"units", ""}, "unit": {"units", ""}, "units": {"units", ""},
}
