package ehrdesk

import (
	"errors"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// HKIC is a Hong Kong identity card number in its canonical form: one or two
// letters, six digits, and the check digit 0-9 or A. The zero value is "none".
//
// It is personal data: String masks it. Printed and Compact are for the screen
// and for the wire, and are asked for by name.
type HKIC struct{ compact string }

// What can be wrong with a typed HKIC. A check digit that does not match says
// only that somebody mistyped: the rule is not published by the Immigration
// Department, and its own specimen cards carry digits that fail it.
var (
	ErrHKICShape        = errors.New("an HKIC number has one or two letters, six digits and a check digit")
	ErrHKICCheckDigit   = errors.New("HKIC check digit does not match")
	ErrHKICNoCheckDigit = errors.New("HKIC check digit is missing")
)

// ParseHKIC reads a number in any usual spelling: spaces, brackets, hyphen,
// lower case, full-width.
//
// With ErrHKICNoCheckDigit the returned HKIC is the completed number, to be
// shown for confirmation and not to be used before. With any other error it is
// zero. All errors are CodeInvalid and none quotes the input.
func ParseHKIC(s string) (HKIC, error) {
	c := squeeze(s)
	letters := 0
	for letters < len(c) && isLetter(c[letters]) {
		letters++
	}
	if letters < 1 || letters > 2 || len(c) < letters+6 || !allDigits(c[letters:letters+6]) {
		return HKIC{}, E("hkic", CodeInvalid, ErrHKICShape)
	}
	body, rest := c[:letters+6], c[letters+6:]
	want := CheckDigit(body)
	switch {
	case rest == "" && strings.ContainsAny(norm.NFKC.String(s), "(["):
		return HKIC{}, E("hkic", CodeInvalid, ErrHKICShape) // a digit is missing, and the one in brackets is the check digit
	case rest == "":
		return HKIC{body + string(want)}, E("hkic", CodeInvalid, ErrHKICNoCheckDigit)
	case len(rest) != 1 || !(rest[0] == 'A' || isDigit(rest[0])):
		return HKIC{}, E("hkic", CodeInvalid, ErrHKICShape)
	case rest[0] != want:
		return HKIC{}, E("hkic", CodeInvalid, ErrHKICCheckDigit)
	}
	return HKIC{c}, nil
}

// CheckDigit computes the digit for a body such as "A123456" or "AB123456":
// weights 9 to 2 over eight places, A=10 to Z=35, a missing first letter = 36;
// (11 - sum mod 11) mod 11, ten written A. The rule is the one in common public
// use; the authority publishes none.
func CheckDigit(body string) byte {
	sum, weight := 0, 9
	if len(body) == 7 {
		sum, weight = 36*9, 8
	}
	for i := 0; i < len(body); i++ {
		v := int(body[i] - '0')
		if isLetter(body[i]) {
			v = int(body[i]-'A') + 10
		}
		sum += v * weight
		weight--
	}
	switch r := (11 - sum%11) % 11; r {
	case 10:
		return 'A'
	default:
		return byte('0' + r)
	}
}

// IsZero reports whether h is no number at all.
func (h HKIC) IsZero() bool { return h.compact == "" }

// Printed is the form on the card: "A123456(3)".
func (h HKIC) Printed() string {
	if h.IsZero() {
		return ""
	}
	n := len(h.compact) - 1
	return h.compact[:n] + "(" + h.compact[n:] + ")"
}

// Compact is the form on the wire: "A1234563".
func (h HKIC) Compact() string { return h.compact }

// Tail is the last three digits before the check digit, for telling people of
// one name apart and for asking again before an act on the wrong patient.
func (h HKIC) Tail() string {
	if h.IsZero() {
		return ""
	}
	return h.compact[len(h.compact)-4 : len(h.compact)-1]
}

// String masks the number.
func (h HKIC) String() string {
	if h.IsZero() {
		return ""
	}
	return "HKIC********"
}

// GoString masks the number.
func (h HKIC) GoString() string { return h.String() }

// squeeze folds widths and case and drops what people put between characters.
func squeeze(s string) string {
	if len(s) > 256 {
		return ""
	}
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\t', '(', ')', '-', '.', '/', '[', ']', '‐', '‑', '‒', '–', '—', '−':
			return -1
		}
		return r
	}, strings.ToUpper(norm.NFKC.String(strings.TrimSpace(s))))
}

func isLetter(b byte) bool { return b >= 'A' && b <= 'Z' }
func isDigit(b byte) bool  { return b >= '0' && b <= '9' }

func allDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}
