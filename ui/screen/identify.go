package screen

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/ehrdesk/ehrdesk"
	"golang.org/x/text/unicode/norm"
)

// Agrees reports whether what was typed from the document is the patient's: the
// last three digits of the HKIC before its check digit, or the year of birth.
// Somebody of whom neither is known is told by the last three characters of
// another number. Typing an identifier once more is what keeps an act from
// landing on the neighbour in the list (Adelman 2013).
func Agrees(p ehrdesk.Patient, typed string) bool {
	typed = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToUpper(r)
	}, norm.NFKC.String(typed))
	if typed == "" {
		return false
	}
	known := false
	if !p.HKIC.IsZero() {
		known = true
		if typed == p.HKIC.Tail() {
			return true
		}
	}
	if !p.Born.IsZero() {
		known = true
		if typed == fmt.Sprint(p.Born.Time.Year()) {
			return true
		}
	}
	return !known && typed == tail(p)
}

// tail is the end of the number that somebody without HKIC and birth date has.
func tail(p ehrdesk.Patient) string {
	for _, d := range p.Documents {
		if n := strings.ToUpper(d.Number); len(n) >= 3 {
			return n[len(n)-3:]
		}
	}
	if n := p.EHR.Compact(); len(n) >= 3 {
		return n[len(n)-3:]
	}
	return ""
}

// AskToIdentify is what to type from the document for Agrees.
func (e *Env) AskToIdentify(p ehrdesk.Patient) string {
	t := &e.T.Capture
	switch {
	case !p.HKIC.IsZero() && !p.Born.IsZero():
		return e.S(t.CheckBoth)
	case !p.HKIC.IsZero():
		return e.S(t.CheckHKIC)
	case !p.Born.IsZero():
		return e.S(t.CheckYear)
	}
	return e.S(t.CheckTail)
}
