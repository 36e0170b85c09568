package chart

import (
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/trend"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// The keys that the footer names, what is needed most where the cursor is first: what can be
// done with the row, how to move in what is shown, then where else to go. A key that does
// not apply is left out by its reason, what does not fit is in the help.
var (
	footRows  = []intent.ID{intent.Accept, intent.Trend, intent.Older, intent.Filter, intent.Release, intent.OtherView, intent.Search, intent.Summary, intent.Medication, intent.PickType, intent.New, intent.Timeline, intent.NextPane, intent.Find}
	footHits  = []intent.ID{intent.Accept, intent.Trend, intent.Fold, intent.Search, intent.Back, intent.Summary, intent.PickType, intent.Medication, intent.NextPane, intent.Find}
	footPage  = []intent.ID{intent.Accept, intent.Trend, intent.OtherView, intent.Medication, intent.PickType, intent.New, intent.Timeline, intent.Reference, intent.Release, intent.Search, intent.NextPane, intent.Find}
	footDrugs = []intent.ID{intent.Accept, intent.Fold, intent.OtherView, intent.Release, intent.Summary, intent.PickType, intent.Search, intent.New, intent.Timeline, intent.NextPane, intent.Find}
	footTable = []intent.ID{intent.Accept, intent.Trend, intent.Older, intent.OtherView, intent.Release, intent.Summary, intent.Medication, intent.Search, intent.New, intent.Timeline, intent.NextPane, intent.Find}
	footTrend = []intent.ID{intent.Older, intent.OtherView, intent.Accept, intent.Back, intent.Summary, intent.Medication, intent.PickType, intent.Search, intent.NextPane, intent.Find}
	footCheck = []intent.ID{intent.Accept, intent.CloseResult, intent.OtherView, intent.Fold, intent.Summary, intent.Medication, intent.PickType, intent.Release, intent.Search, intent.New, intent.Timeline, intent.NextPane, intent.Find}
	footTime  = []intent.ID{intent.Accept, intent.Fold, intent.Trend, intent.Older, intent.NextSource, intent.Filter, intent.Release, intent.Timeline, intent.Summary, intent.Search, intent.Medication, intent.PickType, intent.New, intent.NextPane, intent.Find}
	footNews  = []intent.ID{intent.Accept, intent.CloseResult, intent.KnowAll, intent.OtherView, intent.New, intent.Trend, intent.Summary, intent.Medication, intent.PickType, intent.Timeline, intent.Search, intent.NextPane, intent.Find}
	footRead  = []intent.ID{intent.Accept, intent.Return, intent.Down, intent.CloseResult, intent.NextRecord, intent.PrevRecord, intent.Trend, intent.OpenViewer, intent.Back, intent.AllElements, intent.Raw, intent.Refer, intent.CorrectRecord, intent.WithdrawRecord, intent.Summary, intent.CopyText, intent.PrintText, intent.Find}
	footLast  = []intent.ID{intent.Accept, intent.Search, intent.LastDone, intent.Summary, intent.Back, intent.NextPane, intent.Find}
	footDraft = []intent.ID{intent.Accept, intent.DiscardDraft, intent.Summary, intent.Back, intent.NextPane, intent.Find}
	footWrite = []intent.ID{intent.Accept, intent.Write, intent.DiscardDraft, intent.Summary, intent.Back, intent.NextPane, intent.Find}
	footForm  = []intent.ID{intent.Preview, intent.Accept, intent.NextPane, intent.Back, intent.AddRow, intent.ClearAnswer, intent.RemoveRow, intent.Tick}
	footSign  = []intent.ID{intent.DraftYes, intent.Accept, intent.Refer, intent.Sign, intent.RefuseRecord, intent.Raw, intent.Back, intent.Find}
	footAsk   = []intent.ID{intent.DraftYes, intent.Accept, intent.Tick, intent.Search, intent.Back, intent.Find}
	footBoxes = []intent.ID{intent.Accept, intent.Filter, intent.Back}
	footRail  = []intent.ID{intent.Accept, intent.Down, intent.PickType, intent.Summary, intent.Medication, intent.Search, intent.New, intent.Timeline, intent.NextPane, intent.Find}
)

// Foot ranks the keys of the footer; nil where the catalogue's order does, in a form and a
// field.
func (s *Screen) Foot() []intent.ID {
	switch {
	case s.rel != nil || s.checks.card != nil || s.inbox.card != nil || s.asksOfDraft() || s.query != nil && s.query.typing:
		return nil
	case s.writes() && s.Scope() == intent.FormPage:
		return footForm
	case s.writes() && s.view == viewAsk:
		return footAsk
	case s.writes():
		return footSign
	case s.chooser != nil:
		return footBoxes
	case s.pane == paneDetail:
		return footRead
	case s.pane == paneRail:
		return footRail
	case s.query != nil:
		return footHits
	}
	switch s.view {
	case viewSummary:
		return footPage
	case viewMedication:
		return footDrugs
	case viewLaboratory:
		return footTable
	case viewChecks:
		return footCheck
	case viewTrend:
		return footTrend
	case viewCourse:
		return footTime
	case viewChanged:
		return footNews
	case viewLast:
		return footLast
	case viewDrafts:
		return footDraft
	case viewWrite:
		return footWrite
	case viewAsk:
		return footAsk
	case viewList, viewTimeline, viewNew:
	}
	return footRows
}

// FootFor are the keys and the word of an intent where they are not the catalogue's: those
// that go both ways stand together, and a page names the laboratory alone of the eleven types.
// What would do nothing here is not offered.
func (s *Screen) FootFor(id intent.ID) (keys, word string, offered bool) {
	e, t := s.env, &s.env.T.Foot
	if s.idle(id) {
		return "", "", false
	}
	switch id {
	case intent.Older:
		word := t.Years
		switch s.view {
		case viewTrend:
			word = t.Period
		case viewLaboratory:
			word = t.Dates
		case viewList, viewSummary, viewTimeline, viewMedication, viewNew, viewChanged, viewCourse, viewChecks, viewLast, viewDrafts, viewWrite, viewAsk:
		}
		return "[ ]", e.S(word), true
	case intent.NextSource:
		return "{ }", e.S(t.Sources), true
	case intent.Down:
		if s.pane == paneDetail {
			return "↑ ↓", e.S(t.Reference), true
		}
		return "↑ ↓", e.S(t.Rows), true
	case intent.PickType:
		if s.pane != paneRail && s.page() != nil {
			return typeKeys[ehrdesk.LaboratoryRadiology-1 : ehrdesk.LaboratoryRadiology], e.S(t.Laboratory), true
		}
	case intent.Timeline:
		if s.view == viewCourse {
			return "t", e.S(t.AsList), true
		}
		return "t", e.S(t.Time), true
	case intent.New:
		if s.view == viewChanged {
			return "u", e.S(t.AsList), true
		}
	case intent.Back:
		if s.pane == paneDetail {
			return "Esc", e.S(t.List), true
		}
	case intent.Find:
		return "F2", e.S(t.Next), true
	}
	return "", "", true
}

// idle reports an intent that would do nothing for what the cursor is at.
func (s *Screen) idle(id intent.ID) bool {
	switch id {
	case intent.Down:
		return s.pane == paneDetail && (s.onLink() || !s.linkInSight())
	case intent.CloseResult:
		return s.noClosing() != ""
	case intent.KnowAll:
		return len(s.toKnow()) == 0
	case intent.Older:
		return s.page() != nil && s.page().DisabledReason(intent.Older) != "" && s.page().DisabledReason(intent.Newer) != ""
	case intent.Fold:
		if r, ok := s.hits.selected(); s.query != nil {
			return !ok || foldName(&r) == "" || s.moreWords(&r) == "" && !s.query.open[foldName(&r)]
		}
	}
	return false
}

// onLink reports that Enter follows a reference.
func (s *Screen) onLink() bool {
	d := &s.detail
	return !d.showRaw && d.link >= 0 && d.link < len(d.lines) && d.lines[d.link].link.ID != ""
}

// linkInSight reports a reference among the lines that are seen.
func (s *Screen) linkInSight() bool {
	d := &s.detail
	if d.showRaw {
		return false
	}
	first, last := d.scroll.Span()
	for i := max(first, 0); i <= last && i < len(d.lines); i++ {
		if d.lines[i].link.ID != "" {
			return true
		}
	}
	return false
}

// numbered remembers whether the record that was asked for last has a number to show a
// trend of: the footer asks at each frame.
type numbered struct {
	ref     ehrdesk.Ref
	updated time.Time
	has     bool
}

// noTrend says why the record in focus has no trend, "" where it has one.
func (s *Screen) noTrend() text.T {
	t := s.env.T
	r, ok := s.read()
	switch {
	case !ok:
		return t.Chart.NoRecord
	case r.Restricted:
		return t.Chart.RestrictedWhy
	case s.view == viewTrend:
		return t.Chart.OneView
	}
	if n := &s.numbered; n.ref != r.Ref() || !n.updated.Equal(r.Updated) {
		*n = numbered{r.Ref(), r.Updated, trend.Has(s.chart.List, &r)}
	}
	if !s.numbered.has {
		return t.Laboratory.NoTrend
	}
	return text.T{}
}

var _ screen.Footer = (*Screen)(nil)
