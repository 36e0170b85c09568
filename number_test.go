package ehrdesk

import (
	"errors"
	"testing"
)

func TestWhatCanBeTyped(t *testing.T) {
	for _, c := range []struct{ in, system, value string }{
		{"a123456(3)", SystemHKIC, "A1234563"}, {"Ａ１２３４５６（３）", SystemHKIC, "A1234563"},
		{"1234 5678 9012", SystemEHR, "123456789012"},
		{"pass irl px 1234567", SystemDocument + "PASS:IRL", "PX1234567"},
		{"EC A123456(3)", SystemDocument + "EC", "A1234563"}, {"REP RM1234567", SystemDocument + "REP", "RM1234567"},
	} {
		n, err := ParseNumber(c.in)
		if err != nil {
			t.Errorf("%q: %v", c.in, err)
			continue
		}
		if system, value := n.Identifier(); system != c.system || value != c.value {
			t.Errorf("%q is %s %s", c.in, system, value)
		}
	}
	for _, bad := range []string{"PASS PX1234567", "PASS", "EC A123456(4)", "hello world"} {
		if _, err := ParseNumber(bad); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
	if _, err := ParseNumber("EC A123456(4)"); !errors.Is(err, ErrHKICCheckDigit) {
		t.Errorf("an exemption certificate's check digit: %v", err)
	}
}
