package ehrdesk

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
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

func TestHKICVectors(t *testing.T) {
	valid := []string{"A123456(3)", "G123456(A)", "AB987654(3)", "AB123456(9)", "WX123456(9)", "C123456(9)", "A555555(0)", "L555555(0)",
		"E364912(5)", "D288754(2)", "P103265(1)", "Z683365(A)", "C567890(9)", "XA123456(8)", "B123456(6)"}
	for _, s := range valid {
		h, err := ParseHKIC(s)
		if err != nil || h.Printed() != s {
			t.Errorf("%s: got %q, %v", s, h.Printed(), err)
		}
	}
	for s, want := range map[string]error{
		"Z683365(5)":  ErrHKICCheckDigit, // the Immigration Department's own specimen
		"Z683367(2)":  ErrHKICCheckDigit,
		"C567890(1)":  ErrHKICCheckDigit,
		"A123456(7)":  ErrHKICCheckDigit,
		"C668668(E)":  ErrHKICShape, // E is no check character at all
		"":            ErrHKICShape,
		"1234567":     ErrHKICShape,
		"ABC123456":   ErrHKICShape,
		"A12345(3)":   ErrHKICShape,
		"A1234567890": ErrHKICShape,
	} {
		h, err := ParseHKIC(s)
		if !errors.Is(err, want) || !h.IsZero() || CodeOf(err) != CodeInvalid {
			t.Errorf("%q: got %v, %v, want %v", s, h, err, want)
		}
	}
}

func TestHKICSpellings(t *testing.T) {
	for _, s := range []string{"A1234563", "A123456(3)", "A123456 (3)", "A123456-3", " a123456(3) ", "Ａ１２３４５６（３）", "a 123 456 3", "A123456[3]", "A123456–3", "Ａ123456(３)"} {
		h, err := ParseHKIC(s)
		if err != nil || h.Compact() != "A1234563" {
			t.Errorf("%q: got %q, %v", s, h.Compact(), err)
		}
	}
	if h, err := ParseHKIC("ab 123456 (9)"); err != nil || h.Printed() != "AB123456(9)" {
		t.Errorf("two letters: %q, %v", h.Printed(), err)
	}
}

func TestHKICWithoutCheckDigitIsCompletedForConfirmation(t *testing.T) {
	for in, want := range map[string]string{"A123456": "A123456(3)", "ab123456": "AB123456(9)", "Ｇ１２３４５６": "G123456(A)"} {
		h, err := ParseHKIC(in)
		if !errors.Is(err, ErrHKICNoCheckDigit) || h.Printed() != want {
			t.Errorf("%q: got %q, %v, want %q", in, h.Printed(), err, want)
		}
	}
}

// TestCheckDigitShortForm holds the rule against the other form of it in common
// use for one-letter numbers: A=1 to Z=26, weights 8 to 2, no space term.
func TestCheckDigitShortForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		letter := rapid.IntRange(0, 25).Draw(t, "letter")
		digits := rapid.IntRange(0, 999999).Draw(t, "digits")
		body := fmt.Sprintf("%c%06d", 'A'+letter, digits)
		sum := (letter + 1) * 8
		for i, d := range body[1:] {
			sum += int(d-'0') * (7 - i)
		}
		want := "0A987654321"[sum%11]
		if got := CheckDigit(body); got != want {
			t.Fatalf("body of letter %d: got %c, want %c", letter, got, want)
		}
	})
}

func TestPersonalNumbersMaskThemselves(t *testing.T) {
	h, _ := ParseHKIC("A123456(3)")
	e, _ := ParseEHRNumber("123456789012")
	k, _ := ParseAccessKey("87654321")
	doc := Document{Type: "PASS", Issuer: "GBR", Number: "X7654321"}
	for _, v := range []any{h, e, k, doc, Number{HKIC: h}, Number{EHR: e}, Number{Document: doc}, NewSecret("open sesame"), Grant{Patient: Number{HKIC: h}, AccessKey: k}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
			got := fmt.Sprintf(verb, v)
			for _, secret := range []string{"123456", "7654321", "sesame", "789012"} {
				if strings.Contains(got, secret) {
					t.Errorf("%T printed with %s shows it", v, verb)
				}
			}
		}
	}
}

func TestParseNumberTellsTheKindsApart(t *testing.T) {
	if n, err := ParseNumber("1234 5678 9012"); err != nil || n.EHR.Printed() != "1234 5678 9012" {
		t.Errorf("eHR number: %v, %v", n, err)
	}
	if n, err := ParseNumber("a1234563"); err != nil || n.HKIC.Printed() != "A123456(3)" {
		t.Errorf("HKIC: %v, %v", n, err)
	}
	for _, s := range []string{"", "   ", "12345678901", "1234567890123", "?", strings.Repeat("A", 1000)} {
		if n, err := ParseNumber(s); err == nil || !n.IsZero() || strings.Contains(err.Error(), "12345") {
			t.Errorf("%q: got %v, %v", s, n, err)
		}
	}
}

func FuzzParseNumber(f *testing.F) {
	for _, s := range []string{"A123456(3)", "Ａ１２３４５６（７）", "123456789012", "AB 123456 (A)", "\xff", "A123456"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := ParseNumber(s)
		if err != nil {
			if CodeOf(err) != CodeInvalid {
				t.Errorf("code %v", CodeOf(err))
			}
			return
		}
		_, v := n.Identifier()
		again, err := ParseNumber(v)
		if err != nil || again != n {
			t.Errorf("the canonical form does not parse back")
		}
	})
}

func TestTheTailOfANumberIsTooLittleToLookSomebodyUpBy(t *testing.T) {
	for typed, want := range map[string]string{"A123456(3)": "456", "AB987654(3)": "654", "123456789012": "012", "PASS IRL PX1234567": "567", "PASS IRL PX2": "2", "PASS IRL PX": "X"} {
		n, err := ParseNumber(typed)
		if err != nil {
			t.Fatal(err)
		}
		if got := n.Tail(); got != want {
			t.Errorf("%s: %q", typed, got)
		}
	}
}

// An id that is the number of a document is known as one however it is written; a serial number that looks
// like one and has another check digit, or none, is an id as any.
func TestARecordThatIsNamedByANumberIsKnown(t *testing.T) {
	h, err := ParseHKIC("A123456(3)")
	if err != nil {
		t.Fatal(err)
	}
	e, err := ParseEHRNumber("123456789012")
	if err != nil {
		t.Fatal(err)
	}
	for id, who := range map[string]Patient{
		"A1234563": {}, "a1234563": {}, "A123456-3": {}, "AB9876543": {}, "c123456.9": {HKIC: h}, "G123456A": {},
		"123456789012": {EHR: e}, "1234-5678-9012": {EHR: e}, "A123456": {HKIC: h}, "px1234567": {Documents: []Document{{Type: "PASS", Number: "PX1234567"}}},
	} {
		if who.ID = id; !who.NamedByNumber() {
			t.Errorf("%s is taken for an id", id)
		}
	}
	for id, who := range map[string]Patient{
		"": {}, "p": {}, "A1234564": {}, "A123456": {}, "123456789012": {}, "7d9f1a52-7c0a-4f8e-9a54-1d1b4a7c0e11": {HKIC: h, EHR: e}, "patient-1": {EHR: e}, "1234": {Documents: []Document{{Type: "PASS"}}},
	} {
		if who.ID = id; who.NamedByNumber() {
			t.Errorf("%q is taken for a number", id)
		}
	}
}
