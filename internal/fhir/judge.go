package fhir

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// What judges a result: the interpretations its source gave, and its ranges. The
// gravest wins; what cannot be read judges nothing, and nothing is ever "normal"
// because nothing was said.

// gravity orders flags by how soon somebody should look.
func gravity(f ehrdesk.Flag) int {
	switch f {
	case ehrdesk.FlagCriticalHigh, ehrdesk.FlagCriticalLow, ehrdesk.FlagCritical:
		return 3
	case ehrdesk.FlagHigh, ehrdesk.FlagLow:
		return 2
	case ehrdesk.FlagAbnormal:
		return 1
	default:
	}
	return 0
}

// graver is the flag that needs looking at first.
func graver(a, b ehrdesk.Flag) ehrdesk.Flag {
	if gravity(b) > gravity(a) {
		return b
	}
	return a
}

// interpretationSystems are the names of the code system: today's, those of
// FHIR's earlier releases, HL7 v2's table and the OIDs.
var interpretationSystems = [...]string{
	"http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "http://hl7.org/fhir/v3/ObservationInterpretation",
	"http://hl7.org/fhir/observation-interpretation", "http://terminology.hl7.org/CodeSystem/v2-0078", "http://hl7.org/fhir/v2/0078",
	"http://hl7.org/fhir/ValueSet/observation-interpretation", "urn:oid:2.16.840.1.113883.5.83", "urn:oid:2.16.840.1.113883.12.78",
}

// interpreted is the flag of a code of the code system. A code that is not here
// (changed, susceptible, indeterminate) says nothing that a flag could carry, and
// is shown in words.
func interpreted(code string) (ehrdesk.Flag, bool) {
	switch strings.ToUpper(code) {
	case "N", "NEG", "ND", "NR":
		return ehrdesk.FlagNone, true
	case "H", "HU", "HX", ">":
		return ehrdesk.FlagHigh, true
	case "L", "LU", "LX", "<":
		return ehrdesk.FlagLow, true
	case "HH":
		return ehrdesk.FlagCriticalHigh, true
	case "LL":
		return ehrdesk.FlagCriticalLow, true
	case "AA":
		return ehrdesk.FlagCritical, true
	case "A", "POS", "DET", "RR", "WR", "R", "I", "NS", "SYN-R", "TOX":
		return ehrdesk.FlagAbnormal, true
	}
	return ehrdesk.FlagNone, false
}

// interpretedWords are interpretations in words, as laboratories print them,
// without case and punctuation. Words that are not here judge nothing.
func interpretedWords(text string) (ehrdesk.Flag, bool) {
	switch words := strings.Join(strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return strings.ContainsRune(" \t-_.,:;()[]*!", r) }), " "); words {
	case "hh", "critically high", "critical high", "high critical", "panic high", "very high", "extremely high", "危急偏高", "危急高", "危急值偏高":
		return ehrdesk.FlagCriticalHigh, true
	case "ll", "critically low", "critical low", "low critical", "panic low", "very low", "extremely low", "危急偏低", "危急低", "危急值偏低":
		return ehrdesk.FlagCriticalLow, true
	case "aa", "critical", "critical abnormal", "critically abnormal", "panic", "panic value", "critical value", "危急", "危急值":
		return ehrdesk.FlagCritical, true
	case "h", "high", "above normal", "above range", "elevated", "raised", "above high normal", "↑", "偏高", "高":
		return ehrdesk.FlagHigh, true
	case "l", "low", "below normal", "below range", "reduced", "below low normal", "↓", "偏低", "低":
		return ehrdesk.FlagLow, true
	case "↑↑":
		return ehrdesk.FlagCriticalHigh, true
	case "↓↓":
		return ehrdesk.FlagCriticalLow, true
	case "a", "abnormal", "異常", "异常", "不正常":
		return ehrdesk.FlagAbnormal, true
	case "n", "normal", "within range", "within normal range", "within normal limits", "正常":
		return ehrdesk.FlagNone, true
	}
	return ehrdesk.FlagNone, false
}

// interpretation is the gravest flag of all that was sent; known is false where
// nothing of it could be read.
func interpretation(list []ehrdesk.Concept) (flag ehrdesk.Flag, known bool) {
	high, low := false, false
	take := func(f ehrdesk.Flag, ok bool) {
		known = known || ok
		flag = graver(flag, f)
		high = high || f == ehrdesk.FlagHigh || f == ehrdesk.FlagCriticalHigh
		low = low || f == ehrdesk.FlagLow || f == ehrdesk.FlagCriticalLow
	}
	for _, c := range list {
		coded := false
		for _, k := range c.Codings {
			if k.System == "" || slices.Contains(interpretationSystems[:], strings.TrimSpace(k.System)) {
				f, ok := interpreted(k.Code)
				coded = coded || ok
				take(f, ok)
				if ok {
					continue
				}
			}
			take(interpretedWords(k.Display)) // a laboratory's own code, in words
		}
		if f, ok := interpretedWords(c.Text); !coded || gravity(f) > gravity(flag) {
			take(f, ok)
		}
	}
	if gravity(flag) == 3 && high != low { // critical, and another says to which side
		if flag = ehrdesk.FlagCriticalHigh; low {
			flag = ehrdesk.FlagCriticalLow
		}
	}
	return flag, known
}

// judge fills a result's flag: the gravest of what its interpretations and its
// ranges say. Where the source calls a value normal which its own range does not, or
// low which is above it, both are shown.
func judge(r *ehrdesk.Result) {
	flag, known := interpretation(r.Interpretations)
	if r.Value.Kind == ehrdesk.IsQuantity || r.Value.Kind == ehrdesk.IsNumber {
		by, compared, differ := against(r.Value.Low, r.Ranges)
		r.UnitsDiffer = differ && !compared
		switch {
		case !known:
			flag, known = by, compared
		case !compared || by == ehrdesk.FlagNone:
		case side(flag)*side(by) < 0: // which way it is nobody can say
			r.Disputed = true
			grave := gravity(by) == 3 || gravity(flag) == 3
			if flag = ehrdesk.FlagAbnormal; grave {
				flag = ehrdesk.FlagCritical
			}
		default:
			r.Disputed = flag == ehrdesk.FlagNone
			if flag != ehrdesk.FlagAbnormal || gravity(by) == 3 {
				flag = graver(flag, by)
			}
		}
	}
	r.Flag, r.Assessed = flag, known
}

// side is above or below: 1 or -1, 0 where a flag does not say.
func side(f ehrdesk.Flag) int {
	switch f {
	case ehrdesk.FlagHigh, ehrdesk.FlagCriticalHigh:
		return 1
	case ehrdesk.FlagLow, ehrdesk.FlagCriticalLow:
		return -1
	default:
	}
	return 0
}

// unlike reports a limit in another unit than the number.
func unlike(q, limit ehrdesk.Quantity) bool { return limit.Number != "" && !sameUnit(q, limit) }

// compare holds a number against its limits, exactly: as decimals, not floats. A
// number with a comparator says where the limit of the method lies: it is judged
// only where everything it may be lies on one side.
func compare(q, low, high ehrdesk.Quantity) (ehrdesk.Flag, bool) {
	n, ok := decimalOf(q.Number)
	if !ok {
		return ehrdesk.FlagNone, false
	}
	below := q.Comparator == "" || q.Comparator == "<" || q.Comparator == "<=" // it may be no more than n
	above := q.Comparator == "" || q.Comparator == ">" || q.Comparator == ">=" // no less
	if !below && !above {
		return ehrdesk.FlagNone, false
	}
	inLow, inHigh := low.Number == "", high.Number == ""
	if inLow && inHigh {
		return ehrdesk.FlagNone, false
	}
	if l, ok := decimalOf(low.Number); ok && sameUnit(q, low) {
		c := n.compare(l)
		if below && (c < 0 || c == 0 && q.Comparator == "<") {
			return ehrdesk.FlagLow, true
		}
		inLow = above && c >= 0
	}
	if h, ok := decimalOf(high.Number); ok && sameUnit(q, high) {
		c := n.compare(h)
		if above && (c > 0 || c == 0 && q.Comparator == ">") {
			return ehrdesk.FlagHigh, true
		}
		inHigh = below && c <= 0
	}
	return ehrdesk.FlagNone, inLow && inHigh
}

// sameUnit reports whether two quantities are in one unit: the same code of one
// system, the same words, or a limit that gives none.
func sameUnit(q, limit ehrdesk.Quantity) bool {
	if limit.Unit == "" && limit.Code == "" {
		return true
	}
	if q.Code != "" && alike(q.Code, limit.Code) && (q.System == limit.System || q.System == "" || limit.System == "") {
		return true
	}
	return unitOf(q) != "" && alike(unitOf(q), unitOf(limit))
}

// alike reports one unit in two spellings.
func alike(a, b string) bool { return a == b || spelt(a) == spelt(b) }

// spelt is a unit as one spells it: UCUM has l and L for the litre, and people write
// the micro sign in three ways.
func spelt(unit string) string {
	unit = strings.Map(func(r rune) rune {
		switch r {
		case 'μ', 'µ':
			return 'u'
		case ' ':
			return -1
		}
		return r
	}, unit)
	for _, l := range [...]string{"l", "dl", "ml", "ul", "fl"} {
		if unit == l || strings.HasSuffix(unit, "/"+l) {
			return unit[:len(unit)-1] + "L"
		}
	}
	return unit
}

// unitOf is the words of a unit, its code where there are none.
func unitOf(q ehrdesk.Quantity) string { return cmp.Or(q.Unit, q.Code) }

// decimal is a number taken apart: no leading and no trailing zeros.
type decimal struct {
	minus       bool
	whole, part string
}

const maxExponent = 40

// decimalOf reads a number as it was written. Exponents are read up to a bound:
// 1e400 is shown and never compared.
func decimalOf(s string) (d decimal, ok bool) {
	if s == "" || len(s) > 60 {
		return d, false
	}
	s, d.minus = strings.CutPrefix(s, "-")
	mantissa, exponent := s, 0
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		n, err := strconv.Atoi(s[i+1:])
		if err != nil || n > maxExponent || n < -maxExponent {
			return d, false
		}
		mantissa, exponent = s[:i], n
	}
	whole, part, _ := strings.Cut(mantissa, ".")
	if whole == "" || strings.Trim(whole+part, "0123456789") != "" {
		return d, false
	}
	switch {
	case exponent > 0:
		part += strings.Repeat("0", max(0, exponent-len(part)))
		whole, part = whole+part[:exponent], part[exponent:]
	case exponent < 0:
		whole = strings.Repeat("0", max(0, -exponent-len(whole))) + whole
		whole, part = whole[:len(whole)+exponent], whole[len(whole)+exponent:]+part
	}
	d.whole, d.part = strings.TrimLeft(whole, "0"), strings.TrimRight(part, "0")
	d.minus = d.minus && d.whole+d.part != ""
	return d, true
}

func (d decimal) compare(o decimal) int {
	if d.minus != o.minus {
		if d.minus {
			return -1
		}
		return 1
	}
	c := cmp.Or(cmp.Compare(len(d.whole), len(o.whole)), strings.Compare(d.whole, o.whole), strings.Compare(d.part, o.part))
	if d.minus {
		return -c
	}
	return c
}
