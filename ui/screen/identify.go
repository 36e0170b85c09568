package screen

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"golang.org/x/text/unicode/norm"
)

// Agrees reports whether what was typed from the document is the patient's: the
// last three digits of the HKIC before its check digit, with it or without, or the year of birth.
// Somebody of whom neither is known is told by the last three characters of
// another number. Typing an identifier once more is what keeps an act from
// landing on the neighbour in the list (Adelman 2013).
func Agrees(p ehrdesk.Patient, typed string) bool {
	typed = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '(' || r == ')' {
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
		if number := p.HKIC.Compact(); typed == p.HKIC.Tail() || len(number) >= 4 && typed == number[len(number)-4:] { // the check digit may be typed with them
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
func (e *Env) AskToIdentify(p ehrdesk.Patient) string { return e.S(toType(&e.T.Capture, p)) }

// ToIdentify says that it was not typed, and what.
func ToIdentify(t *text.Capture, p ehrdesk.Patient) text.T {
	return t.CheckNeeded.With(toType(t, p))
}

// NotIdentified says that what was typed is another's.
func NotIdentified(t *text.Capture, p ehrdesk.Patient) text.T { return t.CheckWrong.With(toType(t, p)) }

func toType(t *text.Capture, p ehrdesk.Patient) text.T {
	switch {
	case !p.HKIC.IsZero() && !p.Born.IsZero():
		return t.CheckBoth
	case !p.HKIC.IsZero():
		return t.CheckHKIC
	case !p.Born.IsZero():
		return t.CheckYear
	}
	return t.CheckTail
}
