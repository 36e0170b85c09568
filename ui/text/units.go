package text

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

func fields(s string) []string { return strings.Fields(s) }

// readable is a UCUM unit as people write it: 10*9/L is ×10⁹/L, mL/min/{1.73_m2}
// is mL/min/1.73 m², [iU]/L is IU/L. Words stay as they are, and so does a unit it
// does not know. Source: UCUM 2.1.
func readable(u string) string {
	if u == "" || !strings.ContainsAny(u, "[{*^.u'123456789") && !strings.Contains(u, "Cel") && !strings.Contains(u, "osm") || strings.Contains(u, " ") && !strings.Contains(u, "{") {
		return u
	}
	var b strings.Builder
	for i := 0; i < len(u); {
		switch c := u[i]; c {
		case '/':
			b.WriteByte('/')
			i++
		case '.':
			b.WriteRune('·')
			i++
		default:
			n := unitToken(u[i:])
			b.WriteString(unitPart(u[i : i+n]))
			i += n
		}
	}
	out := b.String()
	if strings.HasPrefix(out, "1/") && len(out) > 2 {
		out = out[1:]
	}
	return out
}

// unitToken is how much of s is one unit, braces and brackets whole.
func unitToken(s string) int {
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		case '/', '.':
			if depth <= 0 && i > 0 && !point(s, i) {
				return i
			}
		}
	}
	return len(s)
}

// point reports a decimal point: of mL/min/1.73m2.
func point(s string, i int) bool {
	return s[i] == '.' && i+1 < len(s) && s[i-1] >= '0' && s[i-1] <= '9' && s[i+1] >= '0' && s[i+1] <= '9'
}

func unitPart(t string) string {
	note := ""
	if i := strings.IndexByte(t, '{'); i >= 0 && strings.HasSuffix(t, "}") {
		note = squares(strings.ReplaceAll(t[i+1:len(t)-1], "_", " "))
		t = t[:i]
	}
	switch t = unitWord(t); {
	case note == "":
		return t
	case t == "":
		return note
	default:
		return t + " " + note
	}
}

// squares writes the powers of lengths in an annotation: 1.73 m2.
func squares(s string) string { return strings.NewReplacer("m2", "m²", "m3", "m³").Replace(s) }

func unitWord(t string) string {
	switch t {
	case "mm[Hg]":
		return "mmHg"
	case "cm[H2O]":
		return "cmH₂O"
	case "m[H2O]":
		return "mH₂O"
	case "Cel":
		return "°C"
	case "[degF]":
		return "°F"
	case "deg":
		return "°"
	case "mosm":
		return "mOsm"
	case "osm":
		return "Osm"
	case "[in_i]", "[in_us]":
		return "in"
	case "[ft_i]":
		return "ft"
	case "[lb_av]":
		return "lb"
	case "[oz_av]":
		return "oz"
	case "[pH]":
		return "pH"
	case "[ppm]":
		return "ppm"
	case "[CFU]":
		return "CFU"
	case "[drp]":
		return "drop"
	case "[arb'U]":
		return "arbitrary units"
	case "[APL'U]", "[GPL'U]", "[MPL'U]", "[todd'U]", "[ELU]":
		return strings.ReplaceAll(strings.Trim(t, "[]"), "'U", " units")
	}
	for _, p := range [...]string{"", "m", "u", "k", "M", "n", "p"} { // international units with a prefix
		for _, iu := range [...]string{"[iU]", "[IU]"} {
			if t == p+iu {
				return micro(p) + "IU"
			}
		}
	}
	for _, x := range [...]string{"", "x", "X", "*", "×"} {
		for _, ten := range [...]string{"10*", "10^"} {
			if exp, ok := strings.CutPrefix(t, x+ten); ok && superscript(exp) != "" {
				return "×10" + superscript(exp)
			}
		}
	}
	if rest := strings.TrimLeft(t, "0123456789."); rest != t && rest != "" && rest[0] >= 'A' && rest[0] <= 'z' { // 1.73m2
		return t[:len(t)-len(rest)] + " " + unitWord(rest)
	}
	if n := len(t); n > 1 && (t[n-1] == '2' || t[n-1] == '3') && strings.HasSuffix(t[:n-1], "m") && !strings.ContainsAny(t[:n-1], "[{123456789") {
		return unitWord(t[:n-1]) + map[byte]string{'2': "²", '3': "³"}[t[n-1]]
	}
	if base, ok := strings.CutPrefix(t, "u"); ok && strings.Contains(" g mol L l m U s kat eq A V Pa J W IU Ci Gy Sv osm ", " "+base+" ") {
		return "µ" + base
	}
	return t
}

func micro(p string) string {
	if p == "u" {
		return "µ"
	}
	return p
}

func superscript(s string) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == '-' && i == 0:
			b.WriteRune('⁻')
		case r == '+' && i == 0:
		case r >= '0' && r <= '9':
			b.WriteRune([]rune("⁰¹²³⁴⁵⁶⁷⁸⁹")[r-'0'])
		default:
			return ""
		}
	}
	return b.String()
}

// inWords puts the English words in a unit into the screen's language: what UCUM writes in
// braces, and a unit of time that stands alone. Symbols stay as they are everywhere.
func (w Words) inWords(u string) string {
	if w.lang == English || u == "" {
		return u
	}
	if t := timeUnit(u); t != "" {
		return w.timeWord(t, true)
	}
	if t, ok := w.c.Facts.UnitWords[strings.ToLower(u)]; ok {
		return w.t(t)
	}
	if num, den, ok := strings.Cut(u, "/"); ok && !strings.Contains(den, "/") {
		a, b := num, den
		if t, ok := w.c.Facts.UnitWords[strings.ToLower(num)]; ok {
			a = w.t(t)
		}
		if t, ok := w.c.Facts.UnitWords[strings.ToLower(den)]; ok {
			b = w.t(t)
		}
		return a + "/" + b
	}
	return u
}

// dimensionless reports a code that says that a number needs no unit.
func dimensionless(q ehrdesk.Quantity) bool { return q.Code == "1" || q.Unit == "1" }

// unit is a result's unit as it was sent, readable. Where the words and the code
// say two units, both are said.
func (w Words) unit(q ehrdesk.Quantity) string {
	words, code := w.inWords(readable(q.Unit)), w.inWords(readable(q.Code))
	switch {
	case dimensionless(q):
		return strings.TrimPrefix(words, "1")
	case words == "":
		return code
	case code != "" && words != code && ucum(q.Unit) && ucum(q.Code) && !sameUnit(q.Unit, q.Code):
		return w.put(w.c.Facts.Phrases.CodedUnit, words, code)
	}
	return words
}

// ucum reports a measure that another could be taken for: a power of ten wrong.
func ucum(u string) bool {
	base, _, _ := strings.Cut(strings.TrimSpace(u), "/")
	return strings.Contains(" kg g mg ug mcg µg μg ng pg mol mmol umol µmol μmol nmol pmol L l dL mL ml uL IU mIU [iU] m[iU] u[iU] mm cm m h min s d wk mo a ", " "+base+" ")
}

func sameUnit(a, b string) bool {
	norm := func(s string) string {
		return strings.NewReplacer("μ", "µ", "mcg", "µg", "l", "L", "IU", "[iU]", " ", "").Replace(readable(s))
	}
	return strings.EqualFold(norm(a), norm(b))
}

// doseUnit is the unit of a dose, in full where an abbreviation has killed, "mg
// per hour" for mg/h; plural where English wants it. The sender's own word for a
// form stays in his language.
func (w Words) doseUnit(q ehrdesk.Quantity, number string) string {
	u, f := q.Unit, &w.c.Facts
	if u == "" || u == "1" {
		u = q.Code
	}
	if dimensionless(q) && (u == "1" || u == "") {
		return ""
	}
	if strings.Contains(u, " ") {
		return u
	}
	parts := strings.Split(u, "/")
	for i, p := range parts {
		if t, ok := f.DoseUnits[p]; ok {
			if parts[i] = w.t(t); w.lang == English && (i > 0 || number == "1") {
				parts[i] = strings.TrimSuffix(parts[i], "s")
			}
			continue
		}
		if t := timeUnit(p); t != "" && (i > 0 || p != "a" && p != "d") {
			parts[i] = w.timeWord(t, i == 0 && number != "1")
			continue
		}
		if strings.HasPrefix(p, "{") {
			p = strings.Trim(p, "{}")
			p = strings.ReplaceAll(p, "_", " ")
		}
		parts[i] = readable(p)
		if w.lang == English && i == 0 && number != "1" {
			parts[i] = plural(parts[i])
		}
	}
	for i := 1; i < len(parts); i++ {
		parts[0] = w.per(parts[0], parts[i])
	}
	out := parts[0]
	if q.Unit != "" && q.Code != "" && q.Unit != q.Code && ucum(q.Unit) && ucum(q.Code) && !sameUnit(q.Unit, q.Code) {
		return w.put(f.Phrases.CodedUnit, out, q.Code)
	}
	return out
}

// per is "mg per hour": of what is written with a slash, which is read as a one.
func (w Words) per(a, b string) string {
	if w.lang == English {
		return a + " per " + b
	}
	return a + "（每" + spaced(b) + "）"
}

// spaced sets a space before a word that is not Chinese.
func spaced(s string) string {
	if s != "" && s[0] < 0x80 {
		return " " + s
	}
	return s
}

// plural is the plural of a dose's form; other words stay as they were sent.
func plural(s string) string {
	switch strings.ToLower(s) {
	case "tablet", "capsule", "puff", "drop", "spray", "dose", "sachet", "ampoule", "ampule", "vial", "unit", "application", "lozenge",
		"actuation", "inhalation", "teaspoon", "tablespoon", "spoonful", "cap", "tab", "piece", "pill", "injection", "infusion", "bottle", "tube", "sheet", "pen", "cartridge", "syringe", "implant", "enema", "nebule", "microgram", "milligram", "gram", "nanogram", "millilitre", "milliliter":
		return s + "s"
	case "patch":
		return s + "es"
	case "suppository", "pessary":
		return s[:len(s)-1] + "ies"
	}
	return s
}
