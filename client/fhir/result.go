package fhir

import (
	"math/big"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
)

// rangeOf reads the first reference range without a narrower meaning of its own.
func rangeOf(v jsontext.Value) (low, high quantity, text string) {
	taken := false
	each(v, func(e jsontext.Value) {
		var r struct {
			Low  quantity `json:"low"`
			High quantity `json:"high"`
			Text string   `json:"text"`
			Type concept  `json:"type"`
		}
		if taken || !into(e, &r) || (len(r.Type.Coding) > 0 && !r.Type.has("normal")) {
			return
		}
		taken = true
		low, high = r.Low, r.High
		if text = ehrdesk.CleanLine(r.Text); text == "" {
			text = between(low, high)
		}
	})
	return low, high, text
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
	if !into(v, &q) || q.Comparator != "" {
		return ehrdesk.FlagNone, false
	}
	n, ok := number(q)
	if !ok {
		return ehrdesk.FlagNone, false
	}
	known := false
	if l, ok := number(low); ok && sameUnit(q, low) {
		if known = true; n.Cmp(l) < 0 {
			return ehrdesk.FlagLow, true
		}
	}
	if h, ok := number(high); ok && sameUnit(q, high) {
		if known = true; n.Cmp(h) > 0 {
			return ehrdesk.FlagHigh, true
		}
	}
	return ehrdesk.FlagNone, known
}

func sameUnit(a, b quantity) bool {
	return b.unit() == "" || a.unit() == b.unit() || (a.Code != "" && a.Code == b.Code)
}

func number(q quantity) (*big.Rat, bool) {
	if q.Value.Kind() != '0' || len(q.Value) > 40 || exponent(string(q.Value)) {
		return nil, false
	}
	return new(big.Rat).SetString(string(q.Value))
}

// exponent reports a number such as 1e999999999, which would be expanded.
func exponent(s string) bool { return strings.ContainsAny(s, "eE") }
