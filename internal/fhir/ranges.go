package fhir

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// What reference ranges say of a number: which of them judge, and how gravely.

// rangeKind is what a range is good for.
type rangeKind uint8

const (
	ordinary rangeKind = iota // what is outside it is high or low
	critical                  // what is outside it is critical, or what is inside: see beyond
	toxic                     // what is inside it is critical
	other                     // of a risk, a method, a time of life: it judges nothing
)

// kindOf reads a range's kind from its type: a code of referencerange-meaning, which
// has none for critical ones, or a laboratory's own words, which may stand in the
// range's text. Source: HL7 FHIR R4, Observation.referenceRange.type.
func kindOf(r *ehrdesk.Range) rangeKind {
	if r.Type.IsZero() && r.Text == "" {
		return ordinary
	}
	words := []string{r.Text, r.Type.Text}
	for _, k := range r.Type.Codings {
		words = append(words, k.Display, k.Code)
	}
	has := func(list ...string) bool {
		return slices.ContainsFunc(words, func(s string) bool {
			s = strings.ToLower(s)
			return slices.ContainsFunc(list, func(w string) bool { return strings.Contains(s, w) })
		})
	}
	switch {
	case has("non-critical", "noncritical", "not critical", "non-toxic", "nontoxic"):
		return other
	case has("toxic", "中毒"):
		return toxic
	case has("critical", "panic", "危急"), slices.Contains(words, "CRIT"):
		return critical
	case r.Type.IsZero(), has("normal", "reference", "recommended", "therapeutic", "target", "desirable", "optimal", "正常", "參考", "参考", "治療", "治疗"):
		return ordinary
	}
	return other
}

// against holds a number against its ranges: those that say where it is critical
// decide how grave it is, the ordinary ones whether it is high or low. differ: a range
// is in another unit than the number, and was not compared with it.
func against(q ehrdesk.Quantity, ranges []ehrdesk.Range) (flag ehrdesk.Flag, known, differ bool) {
	var of [other + 1][]ehrdesk.Range
	special := false
	for i := range ranges {
		r := &ranges[i]
		differ = differ || unlike(q, r.Low) || unlike(q, r.High)
		special = special || kindOf(r) != ordinary
	}
	if of[ordinary] = ranges; special {
		of[ordinary] = nil
		for i := range ranges {
			k := kindOf(&ranges[i])
			of[k] = append(of[k], ranges[i])
		}
	}
	flag, known = agreed(q, of[ordinary])
	worse := func(f ehrdesk.Flag) {
		if gravity(f) > gravity(flag) {
			flag, known = f, true
		}
	}
	for i := range of[critical] {
		worse(beyond(q, &of[critical][i], of[ordinary]))
	}
	for i := range of[toxic] {
		if r := &of[toxic][i]; forAnybody(r) {
			if f, ok := compare(q, r.Low, r.High); ok && f == ehrdesk.FlagNone {
				worse(ehrdesk.FlagCriticalHigh)
			}
		}
	}
	return flag, known, differ
}

// agreed is what ranges say of a number. One that is for some people only (of a
// sex, of an age) may not be this patient's, so it is shown and judges nothing; of
// several that are for anybody all must say the same.
func agreed(q ehrdesk.Quantity, ranges []ehrdesk.Range) (flag ehrdesk.Flag, known bool) {
	for i := range ranges {
		f, ok := ehrdesk.FlagNone, false
		if r := &ranges[i]; forAnybody(r) {
			f, ok = compare(q, r.Low, r.High)
		}
		if i > 0 && (f != flag || ok != known) {
			return ehrdesk.FlagNone, false
		}
		flag, known = f, ok
	}
	if !known {
		flag = ehrdesk.FlagNone
	}
	return flag, known
}

func forAnybody(r *ehrdesk.Range) bool {
	return len(r.AppliesTo) == 0 && r.AgeLow.IsZero() && r.AgeHigh.IsZero() && (r.Text == "" || r.Low.Number != "" || r.High.Number != "")
}

// beyond is how critical a range of that kind makes a number. What lies outside it
// is critical; but some send the critical stretch itself, "6.5 and more". Which of
// them it is, its type says, "critical low", or an ordinary range of anybody's: it is
// inside the one and outside the other. Without that, one limit alone says nothing.
func beyond(q ehrdesk.Quantity, r *ehrdesk.Range, ordinary []ehrdesk.Range) ehrdesk.Flag {
	if !forAnybody(r) {
		return ehrdesk.FlagNone
	}
	if limit, flag := sideOf(r); flag != ehrdesk.FlagNone {
		low, high := limit, ehrdesk.Quantity{}
		if flag == ehrdesk.FlagCriticalHigh {
			low, high = high, low
		}
		if f, ok := compare(q, low, high); ok && criticalOf(f) == flag {
			return flag
		}
		return ehrdesk.FlagNone
	}
	f, ok := compare(q, r.Low, r.High)
	if !ok {
		return ehrdesk.FlagNone
	}
	for i := range ordinary {
		o := &ordinary[i]
		switch {
		case notBelow(r.Low, o.High): // the stretch above
			if f == ehrdesk.FlagNone {
				return ehrdesk.FlagCriticalHigh
			}
			return ehrdesk.FlagNone
		case notBelow(o.Low, r.High): // the stretch below
			if f == ehrdesk.FlagNone {
				return ehrdesk.FlagCriticalLow
			}
			return ehrdesk.FlagNone
		case o.Low.Number != "" || o.High.Number != "":
			return criticalOf(f)
		}
	}
	if r.Low.Number == "" || r.High.Number == "" {
		return ehrdesk.FlagNone
	}
	return criticalOf(f)
}

// sideOf is the limit of a range whose type names one side, "critical low", and the
// flag of what is beyond it.
func sideOf(r *ehrdesk.Range) (limit ehrdesk.Quantity, flag ehrdesk.Flag) {
	words := strings.ToLower(r.Type.Text + " " + r.Text)
	for _, k := range r.Type.Codings {
		words += " " + strings.ToLower(k.Display+" "+k.Code)
	}
	low, high := strings.Contains(words, "low") || strings.Contains(words, "低"), strings.Contains(words, "high") || strings.Contains(words, "高")
	switch {
	case low == high || r.Low.Number != "" && r.High.Number != "":
		return limit, ehrdesk.FlagNone
	case low:
		return cmp.Or(r.High, r.Low), ehrdesk.FlagCriticalLow
	}
	return cmp.Or(r.Low, r.High), ehrdesk.FlagCriticalHigh
}

func criticalOf(f ehrdesk.Flag) ehrdesk.Flag {
	switch f {
	case ehrdesk.FlagHigh:
		return ehrdesk.FlagCriticalHigh
	case ehrdesk.FlagLow:
		return ehrdesk.FlagCriticalLow
	default:
	}
	return ehrdesk.FlagNone
}

// notBelow reports two limits of which a is at or above b.
func notBelow(a, b ehrdesk.Quantity) bool {
	x, ok := decimalOf(a.Number)
	y, also := decimalOf(b.Number)
	return ok && also && sameUnit(a, b) && x.compare(y) >= 0
}
