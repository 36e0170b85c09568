package text

import (
	"math/big"
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// doseNumber is a number of a dosage as NHS CUI writes one: no zero at the end of
// a fraction, since 1.0 is read as 10, one before it, and commas from 1,000. What
// is no plain number stays as it was sent.
func doseNumber(s string) string {
	minus := strings.HasPrefix(s, "-")
	whole, part, dot := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	if !digits(whole) && !(whole == "" && dot) || dot && !digits(part) {
		return s
	}
	whole, part = strings.TrimLeft(whole, "0"), strings.TrimRight(part, "0")
	if whole == "" {
		whole = "0"
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if part != "" {
		whole += "." + part
	}
	if minus {
		whole = "-" + whole
	}
	return whole
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

const plainDecimals = 4 // as many are shown as they were sent

// short is a result's number in a row: as it was sent with four decimals or
// fewer; of a longer one four, marked ≈, and more where four would move it to or
// over a limit of a range: a row must never show 5.1 beside a range that ends at
// 5.1 for what was 5.1000004.
func short(sent string, limits []string) string {
	_, part, dot := strings.Cut(sent, ".")
	if !dot || len(part) <= plainDecimals || !digits(part) || len(sent) > 60 {
		return sent
	}
	n, ok := new(big.Rat).SetString(sent)
	if !ok {
		return sent
	}
	places := plainDecimals
	if lead := len(part) - len(strings.TrimLeft(part, "0")); strings.Trim(strings.TrimPrefix(sent[:len(sent)-len(part)], "-"), "0.") == "" && lead > 0 {
		places = lead + plainDecimals // of a small number four digits that count
	}
	for ; places < len(part); places++ {
		s := n.FloatString(places)
		rounded, _ := new(big.Rat).SetString(s)
		if keepsSide(n, rounded, limits) {
			if rounded.Cmp(n) == 0 {
				return strings.TrimRight(s, "0")
			}
			return "≈" + s
		}
	}
	return sent
}

// keepsSide reports that rounding left a number on its side of every limit.
func keepsSide(n, rounded *big.Rat, limits []string) bool {
	if n.Sign() != rounded.Sign() {
		return false
	}
	for _, l := range limits {
		if len(l) > 60 || strings.ContainsAny(l, "eE/") {
			continue
		}
		if limit, ok := new(big.Rat).SetString(l); ok && n.Cmp(limit) != rounded.Cmp(limit) {
			return false
		}
	}
	return true
}

// limits are the numbers of ranges.
func limits(ranges []ehrdesk.Range) []string {
	var out []string
	for i := range ranges {
		for _, n := range [...]string{ranges[i].Low.Number, ranges[i].High.Number} {
			if n != "" {
				out = append(out, n)
			}
		}
	}
	return out
}

// comparator is the sign before a number, without a space as in every report.
func comparator(c string) string {
	switch c {
	case "<=":
		return "≤"
	case ">=":
		return "≥"
	}
	return c
}
