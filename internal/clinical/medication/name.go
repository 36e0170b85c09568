package medication

import (
	"strings"

	"github.com/ehrdesk/ehrdesk/internal/clinical/terms"
)

// Parts are a product's name taken apart, in the words of its source and with every one
// of them, for a line that has them in an order: generic, brand, strength, form.
// Source: NHS CUI MEDi-001 to 054.
type Parts struct{ Generic, Brand, Strength, Form string }

// Name takes a product's name apart where it is plain how it is put together: "Warfarin
// Sodium 5 MG Oral Tablet", "warfarin tablet 1 mg", "24 HR metoprolol succinate 100 MG
// Extended Release Oral Tablet [Toprol]". Of another all is Generic. A brand alone has
// its substance before it, by the table. A plus sign joins the substances of a combination.
func Name(name string) Parts {
	var p Parts
	name = untagged(name)
	words := strings.Fields(name)
	if strings.Contains(name, " / ") || strings.Contains(name, " + ") { // each has a strength of its own
		p.Generic = strings.ReplaceAll(name, " / ", " + ")
		return p
	}
	if n := len(words); n > 1 && strings.HasPrefix(words[n-1], "[") && strings.HasSuffix(words[n-1], "]") {
		p.Brand, words = strings.Trim(words[n-1], "[]"), words[:n-1]
	}
	var before, generic, strength, form []string
	for i := 0; i < len(words); i++ {
		w := words[i]
		switch unit := i+1 < len(words) && measure(words[i+1]); {
		case len(generic) == 0 && number(w) && unit:
			before = append(before, w, words[i+1])
			i++
		case len(generic) == 0 && len(words) > i+1 && strings.EqualFold(w, "abuse-deterrent"):
			before = append(before, w)
		case number(w) && unit:
			strength = append(strength, w, words[i+1])
			i++
			for i+2 < len(words) && strings.EqualFold(words[i+1], "per") { // 100 units per mL
				strength = append(strength, words[i+1], words[i+2])
				i += 2
			}
			if i+3 < len(words) && strings.EqualFold(words[i+1], "in") && number(words[i+2]) && measure(words[i+3]) { // 5 mg in 5 mL
				strength = append(strength, words[i+1], words[i+2], words[i+3])
				i += 3
			}
		case number(w) && strings.Trim(w, "0123456789.,") != "":
			strength = append(strength, w)
		case len(generic) > 0 && formWord(w), len(strength) > 0:
			form = append(form, w)
		default:
			if len(form) > 0 {
				return Parts{Generic: name} // a name goes on behind a form: it is not plain how
			}
			generic = append(generic, w)
		}
	}
	if len(generic) == 0 {
		return Parts{Generic: name}
	}
	p.Generic, p.Strength, p.Form = strings.Join(generic, " "), strings.Join(strength, " "), strings.Join(append(before, form...), " ")
	if t := terms.Substances().Named(p.Generic); t != nil && t.Brand(p.Generic) && p.Brand == "" {
		p.Brand, p.Generic = p.Generic, t.English
	}
	return p
}

// untagged is a name without the words by which SNOMED CT says what kind of thing it is:
// "product containing anastrozole (medicinal product)" is anastrozole. What a product
// contains beside others keeps its words.
func untagged(name string) string {
	for _, tag := range [...]string{" (medicinal product)", " (medicinal product form)", " (clinical drug)", " (product)", " (substance)"} {
		if s, ok := strings.CutSuffix(name, tag); ok {
			name = s
			break
		}
	}
	for _, lead := range [...]string{"product containing only ", "product containing precisely ", "product containing "} {
		if len(name) > len(lead) && strings.EqualFold(name[:len(lead)], lead) {
			return name[len(lead):]
		}
	}
	return name
}

// number reports a word that begins with a digit.
func number(w string) bool { return w != "" && w[0] >= '0' && w[0] <= '9' }

// measure reports a unit of a strength, of a pack or of time.
func measure(w string) bool {
	switch unit, _, _ := strings.Cut(strings.ToLower(strings.Trim(w, ",")), "/"); unit {
	case "mg", "mcg", "microgram", "micrograms", "ug", "µg", "g", "ml", "unit", "units", "unt", "iu", "mmol", "meq", "actuat", "hr", "sachet", "%":
		return true
	}
	return false
}

// formWord reports a word that begins a form.
func formWord(w string) bool {
	w = strings.ToLower(strings.Trim(w, ",."))
	for _, f := range forms {
		if w == f.word {
			return true
		}
	}
	switch w {
	case "solution", "suspension", "powder", "drops", "film", "film-coated", "extended", "delayed", "modified", "prolonged", "mr", "sr", "xl", "xr", "er", "cr", "chewable", "effervescent", "metered", "prefilled", "spray", "ec", "sublingual", "injections", "inhalers":
		return true
	}
	return false
}
