package ehrdesk

import (
	"cmp"
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

// Tail is the end of a number, three places at most and never more than half of it: enough to tell
// one person of a list from another, too little to look anybody up by.
func (n Number) Tail() string {
	if !n.HKIC.IsZero() {
		return n.HKIC.Tail()
	}
	all := []rune(cmp.Or(n.Document.Number, n.Printed()))
	return string(all[max(len(all)-3, (len(all)+1)/2):])
}

// Identifier and code systems on the wire. No official URI is public, so these
// are plainly private ones, in one place.
const (
	SystemHKIC      = "urn:example:hk:hkic"
	SystemEHR       = "urn:example:hk:ehr-no"
	SystemHCP       = "urn:example:hk:hcp"
	SystemDocument  = "urn:example:hk:document:" // + DocumentType code, + ":" + issuer where one is needed
	SystemIssue     = "urn:example:hk:issue"     // why an operation refused, in OperationOutcome.issue.details
	SystemConsent   = "urn:example:hk:consent-category"
	SystemProgramme = "urn:example:hk:programme" // of a public-private programme, in meta.tag
	ExtensionPrefix = "urn:example:hk:ext:"      // + name

	// ExtensionTimeUncertain marks a time by a clock that was not known to be right.
	ExtensionTimeUncertain = ExtensionPrefix + "recorded-time-uncertain"
)

// System is the identifier system of d.
func (d Document) System() string {
	s := SystemDocument + d.Type
	if d.Issuer != "" {
		s += ":" + d.Issuer
	}
	return s
}

// Identifier is the system and value n is looked up by on the wire.
func (n Number) Identifier() (system, value string) {
	switch {
	case !n.HKIC.IsZero():
		return SystemHKIC, n.HKIC.Compact()
	case !n.EHR.IsZero():
		return SystemEHR, n.EHR.Compact()
	default:
		return n.Document.System(), n.Document.Number
	}
}

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
