package cases

import (
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// passing is a message that passes, as long as it is read: on the screen and nowhere else.
type passing struct {
	event int
	text  string
	until time.Time
}

func (p *passing) gone() { *p = passing{} }

// words are what it says, and how long it stands: a cell of the bar a second.
func (p *passing) words(e *screen.Env) string {
	left := max(0, p.until.Sub(e.Now()))
	secs, all := int((left+time.Second-1)/time.Second), int(ehrdesk.CaseShown/time.Second)
	return ehrdesk.CleanColumns(p.text) + "\n" + widget.Bar(all, min(secs, all), all) + "\n" + text.Sprintf(e.S(e.T.Cases.GoneIn), e.Elapsed(left))
}

// takesOut reports a key by which something that is shown is copied, printed, given to another program or saved.
func takesOut(id intent.ID) bool {
	return id == intent.CopyText || id == intent.PrintText || id == intent.OpenViewer || id == intent.SaveReport
}

// staysHere says why nothing of a case is taken out of the screen.
func (s *Screen) staysHere(v *ehrdesk.CaseView) string {
	t := &s.env.T.Cases.Body
	if v != nil {
		if it := s.chosen(v); it.said != nil && (!it.said.Passes.IsZero() || v.Bodies[it.said.Envelope].ViewOnly && s.reads(v, it.said)) {
			return s.env.S(t.StaysViewOnly)
		}
	}
	return s.env.S(t.Stays)
}

// reads reports something that was said that whoever is signed in has written or opened.
func (s *Screen) reads(v *ehrdesk.CaseView, said *ehrdesk.CaseSaid) bool {
	me := s.env.Me()
	if v.For(said, me) {
		return !v.Unread(said, me, s.env.Now())
	}
	_, here := v.Words[said.Envelope] // of what was said for a group of theirs
	return said.By == me || here && v.CanRead(said, me)
}

// onPaper reports what is not to be written where the screen is read into a pipe or a file: what goes there is a copy.
func (s *Screen) onPaper(v *ehrdesk.CaseView, said *ehrdesk.CaseSaid) bool {
	return s.env.Paper && v.Bodies[said.Envelope].ViewOnly
}
