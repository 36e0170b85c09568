package uitest

import (
	"regexp"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

var struckRun = regexp.MustCompile(`\x1b\[0;9[;m][^\x1b]*`)

// Struck are the texts of a frame that a line goes through, in their order.
func Struck(frame string) []string {
	var out []string
	for _, run := range struckRun.FindAllString(frame, -1) {
		if s := strings.TrimSpace(ansi.Strip(run)); s != "" {
			out = append(out, s)
		}
	}
	return out
}
