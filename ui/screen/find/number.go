package find

import (
	"errors"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/ehrdesk/ehrdesk"
)

// parse reads what was typed: an HKIC, an eHR number, or another identity
// document as its code, its issuing country where it has one, and its number:
// "PASS IRL PX1234567", "EC A123456(3)".
func parse(s string) (ehrdesk.Number, error) {
	n, err := ehrdesk.ParseNumber(s)
	words := strings.Fields(strings.ToUpper(norm.NFKC.String(s)))
	if len(words) < 2 || !errors.Is(err, ehrdesk.ErrHKICShape) { // "CC 123456(7)" is an HKIC typed with a space
		return n, err
	}
	for _, t := range ehrdesk.DocumentTypes() {
		if words[0] != t.Code {
			continue
		}
		d, rest := ehrdesk.Document{Type: t.Code}, words[1:]
		if t.NeedsIssuer {
			if len(rest) < 2 || len(rest[0]) != 3 {
				break
			}
			d.Issuer, rest = rest[0], rest[1:]
		}
		d.Number = strings.Join(rest, "")
		if t.HKICNumber {
			h, err := ehrdesk.ParseHKIC(d.Number)
			if err != nil {
				return ehrdesk.Number{}, err
			}
			d.Number = h.Compact()
		}
		return ehrdesk.Number{Document: d}, nil
	}
	return n, err
}
