package ehrdesk

import (
	"errors"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// Why the date beside the signature on a form cannot be: the cause of the CodeInvalid that
// CheckSigned returns.
var (
	ErrSignedAhead  = errors.New("the form is dated after today")
	ErrSignedBefore = errors.New("the form is dated before it could be signed")
)

// firstForms is the day on which the Ordinance that sharing consents rest on came into force
// (Cap. 625).
var firstForms = Day(2015, time.December, 2)

// CheckSigned says whether a form can have been signed on a day in Hong Kong, as of now and not
// before each of some days: the patient's birth, the end of a consent that the patient has
// withdrawn, the beginning of one that is withdrawn. No day is none to judge. Errors: CodeInvalid
// with ErrSignedAhead or ErrSignedBefore.
func CheckSigned(signed When, now time.Time, notBefore ...When) error {
	if signed.IsZero() {
		return nil
	}
	day := func(w When) time.Time {
		if w.Precision > ToDay {
			w = w.In(civil)
		}
		return time.Date(w.Time.Year(), w.Time.Month(), w.Time.Day(), 0, 0, 0, 0, time.UTC)
	}
	on := day(signed)
	if on.After(day(At(now))) {
		return E("form", CodeInvalid, ErrSignedAhead)
	}
	for _, w := range append(notBefore, firstForms) {
		if !w.IsZero() && on.Before(day(w)) {
			return E("form", CodeInvalid, ErrSignedBefore)
		}
	}
	return nil
}

// SignedToday is the day in Hong Kong, as the date of a signature.
func SignedToday(now time.Time) When {
	now = now.In(civil)
	return Day(now.Year(), now.Month(), now.Day())
}

// ParseSigned reads the date of a signature as people write it, day first: 20-11-2026,
// 20/11/2026, 20.11.2026, 20112026, 20-Nov-2026, or as FHIR does, 2026-11-20. Errors: CodeInvalid.
func ParseSigned(s string) (When, error) {
	s = strings.ReplaceAll(norm.NFKC.String(CleanLine(s)), " ", "")
	for _, layout := range []string{"2-1-2006", "2/1/2006", "2.1.2006", "02012006", "2-Jan-2006", "2Jan2006", "2006-01-02"} {
		if t, err := time.Parse(layout, s); err == nil {
			return Day(t.Year(), t.Month(), t.Day()), nil
		}
	}
	return When{}, Errorf("form", CodeInvalid, "the date of the signature is day, month and year")
}
