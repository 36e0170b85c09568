package results

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

const ucumSystem = "http://unitsofmeasure.org"

// unitOf is what a quantity's unit is told from others by: "" where none was sent.
// Spellings of one unit are one ("mmol/l" and "mmol/L"). Where the words and the UCUM
// code say two units, both are in it, so that such a value stands apart.
// Source: The Unified Code for Units of Measure, 2.1.
func unitOf(q *ehrdesk.Quantity) string {
	code := ""
	if q.System == ucumSystem || q.System == "" {
		code = spelt(q.Code)
	}
	words := spelt(q.Unit)
	switch {
	case words == "" || words == code:
		return code
	case code == "" || annotated(q.Code):
		return words
	case !measure(words): // "percent", a word for the code beside it
		return code
	}
	return words + " or " + code
}

// annotated reports a code that says no more than words in braces: "{score}".
func annotated(code string) bool { return strings.HasPrefix(code, "{") && strings.HasSuffix(code, "}") }

// spelling writes the letters and powers that have several spellings in one way. The
// case of letters counts ("mg" is not "Mg"), but for the litre's.
var spelling = strings.NewReplacer(" ", "", "µ", "u", "μ", "u", "mcg", "ug", "²", "2", "³", "3",
	"10⁹", "10*9", "10⁶", "10*6", "10³", "10*3", "10¹²", "10*12", "10^", "10*", "10e", "10*", "10E", "10*", "m^2", "m2",
	"{1.73_m2}", "1.73m2", "[iU]", "IU", "[IU]", "IU", "mm[Hg]", "mmHg", "[degF]", "degF", "°C", "Cel", "degC", "Cel", "°F", "degF")

func spelt(u string) string {
	if u == "" {
		return ""
	}
	if s, ok := plain[u]; ok {
		return s
	}
	u = spelling.Replace(strings.TrimLeft(u, "×xX "))
	if i := strings.IndexByte(u, '{'); i >= 0 { // an annotation counts nothing
		if j := strings.IndexByte(u[i:], '}'); j >= 0 && i+j+1 <= len(u) && len(u) > j+1 {
			u = u[:i] + u[i+j+1:]
		}
	}
	parts := strings.Split(u, "/")
	for i, p := range parts {
		switch p {
		case "l", "dl", "ml", "ul", "nl", "pl", "fl", "cl":
			parts[i] = p[:len(p)-1] + "L"
		case "beats", "breaths", "bpm":
			parts[i] = ""
		case "sec":
			parts[i] = "s"
		case "hr":
			parts[i] = "h"
		case "iu":
			parts[i] = "IU"
		case "mmhg", "MMHG":
			parts[i] = "mmHg"
		}
	}
	return strings.Join(parts, "/")
}

// plain are the units that most results have: they are spelt as they should be.
var plain = map[string]string{
	"%": "%", "mmol/L": "mmol/L", "g/L": "g/L", "g/dL": "g/dL", "mg/dL": "mg/dL", "U/L": "U/L", "umol/L": "umol/L", "µmol/L": "umol/L",
	"mmHg": "mmHg", "mm[Hg]": "mmHg", "kg": "kg", "cm": "cm", "fL": "fL", "10*9/L": "10*9/L", "×10^9/L": "10*9/L", "mg/L": "mg/L",
}

// measure reports a unit that another could be taken for.
func measure(u string) bool {
	base, _, _ := strings.Cut(u, "/")
	return strings.Contains(" kg g mg ug ng pg mol mmol umol nmol pmol L dL mL uL IU mIU uIU U mU kU mm cm m h min s d % mEq kPa mmHg Cel degF 10*9 10*3 10*6 10*12 ", " "+base+" ")
}

// Unit is what a quantity's unit is told from others by, "" for none: spellings of one unit are one.
func Unit(q *ehrdesk.Quantity) string { return unitOf(q) }
