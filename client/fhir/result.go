package fhir

import (
	"cmp"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
)

// graver is the flag that needs looking at first.
func graver(a, b ehrdesk.Flag) ehrdesk.Flag {
	rank := func(f ehrdesk.Flag) int {
		switch f {
		case ehrdesk.FlagCriticalHigh, ehrdesk.FlagCriticalLow:
			return 3
		case ehrdesk.FlagHigh, ehrdesk.FlagLow:
			return 2
		case ehrdesk.FlagAbnormal:
			return 1
		}
		return 0
	}
	if rank(b) > rank(a) {
		return b
	}
	return a
}

// rangeOf reads the one reference range that holds for anybody. Where a range is
// for some people only (of a sex, an age), or there are several, which one is
// meant is not ours to guess: all are shown in words, and nothing is compared.
func rangeOf(v jsontext.Value) (low, high quantity, text string) {
	var texts []string
	plain := true
	each(v, func(e jsontext.Value) {
		var r span
		if !r.read(e) || (len(r.kind.Coding) > 0 && !r.kind.has("normal")) {
			return
		}
		words := ehrdesk.CleanLine(r.text)
		if words == "" {
			words = between(r.low, r.high)
		}
		for _, a := range r.appliesTo {
			if w := a.words(); w != "" {
				words += " (" + w + ")"
			}
		}
		if words != "" {
			texts = append(texts, words)
		}
		plain = plain && len(r.appliesTo) == 0 && len(r.age) == 0
		low, high = r.low, r.high
	})
	if len(texts) != 1 || !plain {
		low, high = quantity{}, quantity{}
	}
	return low, high, strings.Join(texts, "; ")
}

// interpretation reads the source's own flag (v3-ObservationInterpretation).
// The second result is false where there is none, or none we know: then nothing
// is claimed, least of all "normal".
func interpretation(v jsontext.Value) (ehrdesk.Flag, bool) {
	for _, code := range codesOf(v) {
		switch strings.ToUpper(code) {
		case "N", "NEG", "ND":
			return ehrdesk.FlagNone, true
		case "H", "HU":
			return ehrdesk.FlagHigh, true
		case "L", "LU":
			return ehrdesk.FlagLow, true
		case "HH":
			return ehrdesk.FlagCriticalHigh, true
		case "LL":
			return ehrdesk.FlagCriticalLow, true
		case "A", "AA", "POS", "DET", "R", "I":
			return ehrdesk.FlagAbnormal, true
		}
	}
	return ehrdesk.FlagNone, false
}

// compare holds a number against its range, exactly: as decimals, not floats.
// Units must be the same word; a comparator in the value makes it not assessed.
func compare(v jsontext.Value, low, high quantity) (ehrdesk.Flag, bool) {
	var q quantity
	if !q.read(v) || q.Comparator != "" {
		return ehrdesk.FlagNone, false
	}
	n, ok := number(q)
	if !ok {
		return ehrdesk.FlagNone, false
	}
	known := false
	if l, ok := number(low); ok && sameUnit(q, low) {
		if known = true; compareDecimals(n, l) < 0 {
			return ehrdesk.FlagLow, true
		}
	}
	if h, ok := number(high); ok && sameUnit(q, high) {
		if known = true; compareDecimals(n, h) > 0 {
			return ehrdesk.FlagHigh, true
		}
	}
	return ehrdesk.FlagNone, known
}

func sameUnit(a, b quantity) bool {
	return b.unit() == "" || a.unit() == b.unit() || (a.Code != "" && a.Code == b.Code)
}

func number(q quantity) (string, bool) {
	if q.Value.Kind() != '0' || len(q.Value) > 40 || exponent(string(q.Value)) {
		return "", false
	}
	return string(q.Value), true
}

// compareDecimals compares two JSON numbers without exponents, digit by digit.
func compareDecimals(a, b string) int {
	aMinus, aWhole, aPart := decimal(a)
	bMinus, bWhole, bPart := decimal(b)
	sign := 1
	switch {
	case aMinus != bMinus && aMinus:
		return -1
	case aMinus != bMinus:
		return 1
	case aMinus:
		sign = -1
	}
	// A JSON number has no leading zeros: the longer whole part is the greater.
	return sign * cmp.Or(cmp.Compare(len(aWhole), len(bWhole)), strings.Compare(aWhole, bWhole), strings.Compare(aPart, bPart))
}

// decimal takes a number apart; zero has no sign, and a part no zeros at its end.
func decimal(s string) (minus bool, whole, part string) {
	s, minus = strings.CutPrefix(s, "-")
	whole, part, _ = strings.Cut(s, ".")
	part = strings.TrimRight(part, "0")
	return minus && (whole != "0" || part != ""), whole, part
}

// exponent reports a number such as 1e999999999, which would be expanded.
func exponent(s string) bool { return strings.ContainsAny(s, "eE") }
