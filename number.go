package ehrdesk

import (
	"errors"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// EHRNumber is the 12-digit number of a participant in eHealth. Nothing public
// gives it a check digit or a structure, so none is enforced. The zero value is
// "none". Like an HKIC it is personal data, and String masks it.
type EHRNumber struct{ digits string }

// ParseEHRNumber takes 12 digits in any spacing and width. Errors: CodeInvalid.
func ParseEHRNumber(s string) (EHRNumber, error) {
	d := squeeze(s)
	if len(d) != 12 || !allDigits(d) {
		return EHRNumber{}, Errorf("ehr-number", CodeInvalid, "an eHR number has 12 digits")
	}
	return EHRNumber{d}, nil
}

// IsZero reports whether n is no number at all.
func (n EHRNumber) IsZero() bool { return n.digits == "" }

// Printed is "1234 5678 9012".
func (n EHRNumber) Printed() string {
	if n.IsZero() {
		return ""
	}
	return n.digits[:4] + " " + n.digits[4:8] + " " + n.digits[8:]
}

// Compact is the 12 digits.
func (n EHRNumber) Compact() string { return n.digits }

// String masks the number.
func (n EHRNumber) String() string {
	if n.IsZero() {
		return ""
	}
	return "eHR********"
}

// GoString masks the number.
func (n EHRNumber) GoString() string { return n.String() }

// Number is what somebody types to find a patient: an HKIC, an eHR number, or
// the number of another identity document. Exactly one is set.
type Number struct {
	HKIC     HKIC
	EHR      EHRNumber
	Document Document
}

// ParseNumber tells an HKIC from an eHR number, or from another identity
// document, by its shape.
//
// Twelve digits are an eHR number; what begins with a letter is read as an HKIC,
// and where it is none, as another document: its code, its issuing country where
// it has one, and its number ("PASS IRL PX1234567", "EC A123456(3)"). With ErrHKICNoCheckDigit the completed number comes back with the
// error, to be shown for confirmation. Errors: CodeInvalid; none quotes the input.
func ParseNumber(s string) (Number, error) {
	d := squeeze(s)
	switch {
	case d == "":
		return Number{}, Errorf("number", CodeInvalid, "type an HKIC number or a 12-digit eHR number")
	case isDigit(d[0]):
		n, err := ParseEHRNumber(s)
		return Number{EHR: n}, err
	}
	h, err := ParseHKIC(s)
	if errors.Is(err, ErrHKICShape) { // "CC 123456(7)" is an HKIC typed with a space
		if n, known, err := parseDocument(s); known {
			return n, err
		}
	}
	return Number{HKIC: h}, err
}

// parseDocument reads a document's code and number; known is false where the
// text begins with no code, or names no issuer where one is needed.
func parseDocument(s string) (n Number, known bool, err error) {
	words := strings.Fields(strings.ToUpper(norm.NFKC.String(s)))
	if len(words) < 2 || len(s) > 256 {
		return Number{}, false, nil
	}
	for _, t := range DocumentTypes() {
		if words[0] != t.Code {
			continue
		}
		d, rest := Document{Type: t.Code}, words[1:]
		if t.NeedsIssuer {
			if len(rest) < 2 || len(rest[0]) != 3 {
				return Number{}, false, nil
			}
			d.Issuer, rest = rest[0], rest[1:]
		}
		d.Number = strings.Join(rest, "")
		if t.HKICNumber {
			h, err := ParseHKIC(d.Number)
			if err != nil {
				return Number{}, true, err
			}
			d.Number = h.Compact()
		}
		return Number{Document: d}, true, nil
	}
	return Number{}, false, nil
}

// IsZero reports whether nothing is set.
func (n Number) IsZero() bool {
	return n.HKIC.IsZero() && n.EHR.IsZero() && n.Document.Number == ""
}

// Printed is the number as people read it, for the screen alone.
func (n Number) Printed() string {
	switch {
	case !n.HKIC.IsZero():
		return n.HKIC.Printed()
	case !n.EHR.IsZero():
		return n.EHR.Printed()
	default:
		return strings.TrimSpace(n.Document.Type + " " + n.Document.Number)
	}
}

// String masks the number.
func (n Number) String() string {
	switch {
	case !n.HKIC.IsZero():
		return n.HKIC.String()
	case !n.EHR.IsZero():
		return n.EHR.String()
	default:
		return n.Document.String()
	}
}
