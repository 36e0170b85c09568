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
		if !strings.EqualFold(other, said) && (disagree(said, other) || againstCode(said, k)) {
			return other
		}
	}
	return ""
}

// contradictions notes a coding that contradicts what the record is called; of a drug
// also one that names another.
func (rd *reading) contradictions(f *ehrdesk.Facts, drug bool) {
	other := contradiction(f.Code)
	if other == "" && drug {
		for _, k := range f.Code.Codings {
			if Differs(f.Code.Words(), k.Display) {
				other = k.Display
			}
		}
	}
	if other != "" {
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
	if p := poles(b); p != (pole{}) && poles(a).against(p) {
		return true
	}
	if strings.IndexFunc(a, arabic) < 0 || strings.IndexFunc(b, arabic) < 0 {
		return false
	}
	x, y := amounts(a), amounts(b)
	if len(x) != 1 || len(y) != 1 || x[0].kind != y[0].kind { // a strength in so much, or of several drugs, is said in many ways
		return false
	}
	return x[0].n.compare(y[0].n) != 0
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

// againstCode reports words that contradict a code, where it is one of those that come
// without words often.
func againstCode(said string, k ehrdesk.Coding) bool {
	p := poleOf(k)
	return p != (pole{}) && poles(said).against(p)
}

// poleOf is where a code stands, of the systems that have it.
func poleOf(k ehrdesk.Coding) pole {
	if k.System == "" || k.System == systemSNOMED || k.System == oidSNOMED || slices.Contains(interpretationSystems[:], k.System) {
		return polesOfCode[k.Code]
	}
	return pole{}
}

// namesAPole are words before which positive and negative are part of a name: Gram
// negative, Rh positive.
func namesAPole(w string) bool {
	return is(w, "gram", "rh", "rhesus", "er", "pr", "her", "d", "receptor")
}

func poles(s string) pole {
	var plus, minus, left, right bool
	not, none, before := false, false, ""
	for from := 0; from < len(s); {
		to := from
		for to < len(s) && ofWord(s[to]) {
			to++
		}
		w := s[from:to]
		if from = to + 1; w == "" {
			continue
		}
		if strings.IndexByte("ndprugsialNDPRUGSIAL", w[0]) < 0 { // none of the words below
			not, before = false, w
			continue
		}
		switch {
		case is(w, "not", "non"):
			not, before = true, w
			continue
		case is(w, "no", "none", "nil"):
			none = true
		case is(w, "positive") && !namesAPole(before), is(w, "detected", "reactive", "present"):
			plus, minus = plus || !not && !none, minus || not || none
		case is(w, "growth", "seen", "isolated"): // of itself it says nothing: "growth hormone"
			minus = minus || not || none
		case is(w, "negative") && !namesAPole(before), is(w, "undetected", "nonreactive", "absent"):
			minus = true
		case is(w, "left"):
			left = true
		case is(w, "right"):
			right = true
		}
		not, before = false, w
	}
	if han(s) {
		plus = plus || strings.Contains(s, "陽性") || strings.Contains(s, "阳性")
		minus = minus || strings.Contains(s, "陰性") || strings.Contains(s, "阴性") || strings.Contains(s, "未檢出") || strings.Contains(s, "未检出")
		left, right = left || strings.Contains(s, "左"), right || strings.Contains(s, "右")
	}
	return pole{result: between(plus, minus), side: between(left, right)}
}

// ofWord reports a byte of a word: a letter, or part of a character beyond ASCII.
func ofWord(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80 }

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

// amount is a quantity that stands in words: a mass in nanograms, a volume in
// microlitres, a share.
type amount struct {
	kind string
	n    decimal
}

// amounts are those that stand in words.
func amounts(s string) []amount {
	if strings.IndexFunc(s, arabic) < 0 {
		return nil
	}
	var out []amount
	for rest := strings.ToLower(s); ; {
		i := strings.IndexFunc(rest, arabic)
		if i < 0 {
			return out
		}
		attached := i > 0 && (rest[i-1] >= 'a' && rest[i-1] <= 'z' || rest[i-1] == '.')
		rest = rest[i:]
		n := len(rest) - len(strings.TrimLeftFunc(rest, func(r rune) bool { return arabic(r) || r == '.' || r == ',' }))
		number := plainNumber(strings.TrimRight(rest[:n], ".,"))
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
			out = append(out, amount{u.kind, d})
		}
	}
}

// plainNumber takes the commas out of 1,000, and makes the one of 0,05 a point.
func plainNumber(s string) string {
	whole, part, comma := strings.Cut(s, ",")
	if comma && (len(part) != 3 || whole == "0" || strings.ContainsAny(part, ",.")) && !strings.Contains(part, ",") {
		return whole + "." + part
	}
	return strings.ReplaceAll(s, ",", "")
}

func arabic(r rune) bool { return r >= '0' && r <= '9' }

var units = map[string]struct{ kind, shift string }{
	"ng": {"mass", ""}, "mcg": {"mass", "e3"}, "ug": {"mass", "e3"}, "µg": {"mass", "e3"}, "μg": {"mass", "e3"}, "微克": {"mass", "e3"}, "microgram": {"mass", "e3"}, "micrograms": {"mass", "e3"},
	"mg": {"mass", "e6"}, "毫克": {"mass", "e6"}, "milligram": {"mass", "e6"}, "milligrams": {"mass", "e6"}, "g": {"mass", "e9"}, "克": {"mass", "e9"}, "gram": {"mass", "e9"}, "grams": {"mass", "e9"},
	"ml": {"volume", "e3"}, "毫升": {"volume", "e3"}, "l": {"volume", "e6"}, "µl": {"volume", ""}, "%": {"share", ""}, "iu": {"units", ""}, "unit": {"units", ""}, "units": {"units", ""},
}
