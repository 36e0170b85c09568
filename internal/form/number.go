package form

import (
	"math/big"
	"strings"
)

// longest is how many characters a number may have.
const longest = 40

// number reads the digits of a FHIR decimal as they are written, "1.10" or "1e-3".
func number(s string) (*big.Rat, bool) {
	if len(s) > longest {
		return nil, false
	}
	mantissa, exponent, raised := strings.Cut(strings.ToLower(s), "e")
	if raised {
		e := strings.TrimPrefix(strings.TrimPrefix(exponent, "+"), "-")
		if e == "" || len(e) > 2 || !digits(e) { // a longer one is no measurement, and would take the memory of its zeros
			return nil, false
		}
	}
	whole, part, broken := strings.Cut(strings.TrimPrefix(mantissa, "-"), ".")
	if !digits(whole) || len(whole) > 1 && whole[0] == '0' || broken && !digits(part) {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

// integer reads a whole number of the size that FHIR's have: 32 bits.
func integer(s string) (*big.Rat, bool) {
	n, ok := number(s)
	if !ok || strings.ContainsAny(s, ".eE") || s == "-0" {
		return nil, false
	}
	const most = 1 << 31
	if n.Cmp(big.NewRat(-most, 1)) < 0 || n.Cmp(big.NewRat(most, 1)) >= 0 {
		return nil, false
	}
	return n, true
}

// places is how many decimal places a number is written with.
func places(s string) int {
	mantissa, _, _ := strings.Cut(strings.ToLower(s), "e")
	_, part, _ := strings.Cut(mantissa, ".")
	return len(part)
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
