package chart

import (
	"strconv"

	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/drafts"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/write"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// drafts is the page of the drafts where it stands in the middle and has the focus, nil otherwise.
func (s *Screen) drafts() *drafts.Page {
	p, ok := s.page().(*drafts.Page)
	if !ok || s.pane != paneList {
		return nil
	}
	return p
}

// asksOfDraft reports that a card of the drafts stands on the page.
func (s *Screen) asksOfDraft() bool {
	p := s.drafts()
	return p != nil && p.Asks()
}

// noDrafts says why there is no page of drafts, or none to discard; "" where there is.
func (s *Screen) noDrafts(id intent.ID) string {
	e, t := s.env, &s.env.T.Drafts
	switch {
	case id == intent.DiscardDraft && s.writing() != nil:
		return s.writing().DisabledReason(id)
	case len(drafts.Programs(e)) == 0 && write.Of(e) == nil:
		return e.S(t.Off)
	case id == intent.DiscardDraft && s.drafts() == nil:
		return e.S(t.NoDraft)
	case id == intent.DiscardDraft:
		return s.drafts().DisabledReason(id)
	}
	return ""
}

// draftsOn says by which programs drafts are on, "" where they are off.
func (s *Screen) draftsOn() string {
	all := drafts.Programs(s.env)
	if len(all) == 0 {
		return ""
	}
	name := drafts.ProgramName(all[0].Name, all[0].Version)
	if len(all) > 1 {
		name += " +" + strconv.Itoa(len(all)-1)
	}
	return sprintf(s.env.S(s.env.T.Drafts.OnWith), name)
}

// drawDrafts says in the rule below the banner that drafts are on, and by which program; it gives where the rule goes on.
func (s *Screen) drawDrafts(c *paint.Canvas, x, y, right int) int {
	words := s.draftsOn()
	if words == "" {
		return x
	}
	if paint.Width(words)+2 > (right-x)/2 { // the checks have the rest of a narrow rule
		words = s.env.S(s.env.T.Drafts.OnShort)
	}
	return c.Put(x+1, y, right, theme.Draft, " "+words+" ")
}
