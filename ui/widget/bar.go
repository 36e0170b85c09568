package widget

import (
	"charm.land/bubbles/v2/progress"
	"github.com/charmbracelet/x/ansi"
)

// Bar is how far something has come, w cells wide: Bubbles' progress bar without its
// colours, which are the theme's.
func Bar(w, done, total int) string {
	if w <= 0 || total <= 0 {
		return ""
	}
	bar := progress.New(progress.WithWidth(w), progress.WithoutPercentage(), progress.WithFillCharacters('█', '░'))
	return ansi.Strip(bar.ViewAs(min(1, float64(done)/float64(total))))
}
