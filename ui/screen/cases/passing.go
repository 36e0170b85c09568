package cases

import (
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// passing is a message that passes, as long as it is read: on the screen and nowhere else.
type passing struct {
	event int
	text  string
	until time.Time
}

func (p *passing) gone() { *p = passing{} }

func (p *passing) words(e *screen.Env) string {
	return ehrdesk.CleanColumns(p.text) + "\n" + text.Sprintf(e.S(e.T.Cases.GoneIn), e.Elapsed(max(0, p.until.Sub(e.Now()))))
}
