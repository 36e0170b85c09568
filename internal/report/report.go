// Package report is how a log is handed to people outside: cells that no spreadsheet runs,
// and files for their owner alone. Desk and centre write by it, so that what is safe in
// one's reports is safe in the other's.
package report

import (
	"strings"
	"unicode/utf8"

	"github.com/ehrdesk/ehrdesk"
)

// formulas begin what a spreadsheet takes for a formula, wide ones too: a Chinese
// one takes those for the narrow.
const formulas = "=+-@＝＋－＠"

// Cells are one row of CSV. What a spreadsheet would take for a formula is made text
// by a quote before it.
func Cells(values ...string) []string {
	for i, v := range values {
		v = ehrdesk.CleanLine(v)
		if first, _ := utf8.DecodeRuneInString(v); v != "" && strings.ContainsRune(formulas, first) {
			v = "'" + v
		}
		values[i] = v
	}
	return values
}
