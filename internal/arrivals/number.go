package arrivals

import (
	"errors"
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/ehrdesk/ehrdesk"
)

var (
	labelled   = regexp.MustCompile(`(?i)^(?:hk ?ic|hk ?id|id|ehr|身份證|身份证)(?: ?no| ?number|號碼|号码)? ?[.:#]+ *`)
	scientific = regexp.MustCompile(`(?i)^\d(?:\.\d+)?e\+\d+$`)
	inWords    = regexp.MustCompile(`(?i)(?:^|[^a-z0-9])([a-z]{1,2}\d{6} ?[(\[]?[0-9a]?[)\]]?)(?:$|[^a-z0-9])`)
	ehrInWords = regexp.MustCompile(`(?i)ehr[^0-9]{0,12}(\d{4}[ -]?\d{4}[ -]?\d{4})(?:$|[^0-9])`)
)

// numberOf reads a cell that is to hold a number and nothing else.
func numberOf(cell string) (ehrdesk.Number, Why) {
	if len(cell) > longest {
		return ehrdesk.Number{}, NoNumber
	}
	s := unprotected(strings.TrimSpace(norm.NFKC.String(cell)))
	if scientific.MatchString(s) {
		return ehrdesk.Number{}, Rounded
	}
	n, err := ehrdesk.ParseNumber(labelled.ReplaceAllString(s, ""))
	return n, whyNot(err)
}

// unprotected is a cell without what keeps a spreadsheet from changing it: ="0905" or '0905.
func unprotected(s string) string {
	if in, ok := strings.CutPrefix(s, `="`); ok && strings.HasSuffix(in, `"`) {
		return strings.TrimSuffix(in, `"`)
	}
	return strings.TrimPrefix(s, "'")
}

func whyNot(err error) Why {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, ehrdesk.ErrHKICCheckDigit):
		return CheckDigit
	case errors.Is(err, ehrdesk.ErrHKICNoCheckDigit):
		return NoCheckDigit
	}
	return NoNumber
}

// numbersIn finds numbers in words; an eHR number where it is named as one.
func numbersIn(words string) (n ehrdesk.Number, why Why) {
	s := norm.NFKC.String(words)
	var found finder
	for at := 0; at < len(s); {
		m := inWords.FindStringSubmatchIndex(s[at:])
		if m == nil {
			break
		}
		found.take(numberOf(s[at+m[2] : at+m[3]]))
		at += m[3]
	}
	for _, m := range ehrInWords.FindAllStringSubmatch(s, -1) {
		found.take(numberOf(m[1]))
	}
	return found.number()
}

// finder takes what several places say of one person.
type finder struct {
	hkic, other ehrdesk.Number
	bad         Why
	two         bool
}

// take takes one of them; what is no number by its shape is another thing.
func (f *finder) take(n ehrdesk.Number, why Why) {
	at := &f.other
	if !n.HKIC.IsZero() {
		at = &f.hkic
	}
	switch {
	case why == NoNumber:
	case why != "":
		f.bad = why
	case !at.IsZero() && *at != n:
		f.two = true
	default:
		*at = n
	}
}

// number is the one that they agree on: an HKIC before any other.
func (f *finder) number() (ehrdesk.Number, Why) {
	switch {
	case f.two:
		return ehrdesk.Number{}, TwoNumbers
	case f.bad != "":
		return ehrdesk.Number{}, f.bad
	case !f.hkic.IsZero():
		return f.hkic, ""
	case !f.other.IsZero():
		return f.other, ""
	}
	return ehrdesk.Number{}, NoNumber
}
