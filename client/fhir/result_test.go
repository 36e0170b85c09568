package fhir

import (
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestDecimalsCompareAsNumbersDo(t *testing.T) {
	number := rapid.StringMatching(`-?(0|[1-9][0-9]{0,3})(\.[0-9]{1,4})?`)
	rapid.Check(t, func(t *rapid.T) {
		a := number.Draw(t, "a")
		near := []string{a, "0", "-0", "-0.00", "10", "9.99"}
		if strings.Contains(a, ".") {
			near = append(near, a+"0", a+"01")
		}
		b := rapid.OneOf(number, rapid.SampledFrom(near)).Draw(t, "b")
		x, _ := new(big.Rat).SetString(a)
		y, _ := new(big.Rat).SetString(b)
		if got, want := compareDecimals(a, b), x.Cmp(y); got != want {
			t.Errorf("%s and %s: %d, want %d", a, b, got, want)
		}
	})
}
