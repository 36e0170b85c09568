package safety

import (
	"strconv"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/medication"
)

// Daily is how much of a drug somebody takes a day.
type Daily struct {
	Milligrams float64 // 0 where it cannot be known
	Everyday   bool    // it is written to be taken each day
}

// dailyOf is the daily dose that a dosage comes to: the largest of those that may hold, as a rule asks for a most.
// A number of tablets counts where the drug is one substance and its name says what each of them holds.
func dailyOf(f *ehrdesk.Facts, d *medication.Drug, m *Medicine) (out Daily) {
	for i := range f.Dosages {
		dose := &f.Dosages[i]
		if d.Step > 0 && i != d.Step-1 {
			continue
		}
		times := timesADay(&dose.Timing)
		out.Everyday = out.Everyday || times >= 1
		if times == 0 {
			continue
		}
		for j := range dose.Doses {
			v := &dose.Doses[j].Dose
			q := v.Low
			if v.Kind == ehrdesk.IsRange && v.High.Number != "" {
				q = v.High
			}
			if mg := milligrams(q, d.Name, m); mg > 0 {
				out.Milligrams = max(out.Milligrams, mg*times)
			}
		}
	}
	return out
}

// timesADay is how often a dose is taken in a day, 0 where nothing says so.
func timesADay(t *ehrdesk.Timing) float64 {
	for i := range t.Code.Codings {
		if n := codedTimes[strings.ToUpper(t.Code.Codings[i].Code)]; n > 0 {
			return n
		}
	}
	if n := codedTimes[strings.ToUpper(t.Code.Text)]; n > 0 {
		return n
	}
	often := number(t.FrequencyMax)
	if often == 0 {
		often = number(t.Frequency)
	}
	if often == 0 {
		often = 1
	}
	often *= float64(max(len(t.Times), len(t.When), 1))
	if n := len(t.Days); n > 0 {
		return often * float64(n) / 7
	}
	period := number(t.Period)
	switch {
	case period == 0 && len(t.Times)+len(t.When) > 0:
		return often
	case period == 0:
		return 0
	}
	switch t.PeriodUnit {
	case "d":
		return often / period
	case "h":
		return often * 24 / period
	case "wk":
		return often / (7 * period)
	case "mo":
		return often / (30 * period)
	case "min":
		return often * 24 * 60 / period
	}
	return 0
}

// codedTimes are the codes of GTSAbbreviation that FHIR's Timing.code has, and what prescriptions write.
var codedTimes = map[string]float64{"QD": 1, "OD": 1, "DAILY": 1, "AM": 1, "PM": 1, "BED": 1, "NOCTE": 1, "ON": 1, "BID": 2, "BD": 2, "TID": 3, "TDS": 3, "QID": 4, "QDS": 4,
	"Q1H": 24, "Q2H": 12, "Q3H": 8, "Q4H": 6, "Q6H": 4, "Q8H": 3, "QOD": 0.5, "WK": 1.0 / 7, "WEEKLY": 1.0 / 7, "MO": 1.0 / 30}

func number(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || v < 0 {
		return 0
	}
	return v
}

// milligrams is what a dose weighs, 0 where nothing says so.
func milligrams(q ehrdesk.Quantity, name string, m *Medicine) float64 {
	v := number(q.Number)
	unit := q.Unit
	if q.Code != "" {
		unit = q.Code
	}
	switch unit = strings.ToLower(unit); unit {
	case "mg", "milligram", "milligrams":
		return v
	case "g", "gram", "grams":
		return v * 1000
	case "ug", "mcg", "µg", "μg", "microgram", "micrograms":
		return v / 1000
	}
	if len(m.Substances) != 1 || !countable(unit) {
		return 0
	}
	return v * strength(name)
}

// countable reports a unit that is one piece of a product.
func countable(unit string) bool {
	for _, u := range [...]string{"tab", "cap", "pill", "{pill}", "片", "粒", "1", ""} {
		if unit == u || len(u) > 2 && strings.HasPrefix(strings.Trim(unit, "{}"), strings.Trim(u, "{}")) {
			return true
		}
	}
	return false
}

// strength is the milligrams that a name gives a piece, 0 for none and for several.
func strength(name string) float64 {
	p := medication.Name(name)
	words := strings.Fields(strings.ToLower(p.Strength))
	if len(words) == 1 { // 5mg
		i := strings.IndexFunc(words[0], func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
		if i <= 0 {
			return 0
		}
		words = []string{words[0][:i], words[0][i:]}
	}
	if len(words) != 2 {
		return 0
	}
	switch v := number(words[0]); words[1] {
	case "mg":
		return v
	case "g":
		return v * 1000
	case "mcg", "ug", "microgram", "micrograms":
		return v / 1000
	}
	return 0
}
